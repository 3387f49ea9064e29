/* bed.c - the engine on its bed: see bed.h. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/journal.h"
#include "unit/alarm/bed.h"
#include "util/xalloc.h"

static const char *event_word(const struct alarm_transition *t)
{
	switch (t->event) {
	case ALARM_E_COME:
	case ALARM_E_GO:
	case ALARM_E_ACK:
	case ALARM_E_REMOVE:
	case ALARM_E_SOURCE_GOOD:
	case ALARM_E_SOURCE_BAD: /* its mark says it */
		return "";
	default:
		return alarm_event_name(t->event);
	}
}

void bed_sink(void *bed, const struct alarm_transition *t)
{
	struct bed *b = bed;
	const char *word = event_word(t);

	assert_true(b->n < sizeof(b->log) / sizeof(b->log[0]));
	assert_non_null(t->record.acked_by);
	b->log[b->n] = *t;
	if (t->record.extra) {
		b->extras[b->n] = *t->record.extra;
		b->log[b->n].record.extra = &b->extras[b->n];
	}
	b->n++;
	strbuf_addf(&b->text, "%s %s>%s#%llu", b->text.len ? "," : "",
		    alarm_state_name(t->from), alarm_state_name(t->to),
		    (unsigned long long)t->occurrence);
	if (word[0])
		strbuf_addf(&b->text, " %s", word);
	if (t->cause != ALARM_BY_PROCESS)
		strbuf_addf(&b->text, " by %s", alarm_cause_name(t->cause));
	if (t->record.source_bad)
		strbuf_adds(&b->text, " source bad");
}

int bed_setup(void **state)
{
	struct bed *b = xcalloc(1, sizeof(*b));

	strbuf_init(&b->text, STRBUF_DEFAULT_MAX);
	snprintf(b->def_name, sizeof(b->def_name), "intake.t101.level.hihi");
	b->life = (struct alarm_life){ .shelve_max_ms = 3600000, .class_name = "" };
	b->def = (struct alarm_def){ .name = b->def_name,
				     .type = alarm_type_find("high"),
				     .limit = 5,
				     .deadband = 0.1,
				     .life = &b->life,
				     .priority = ALARM_HIGH };
	b->engine = alarm_engine_new(1);
	alarm_engine_add(b->engine, &b->def);
	*state = b;
	return 0;
}

int bed_teardown(void **state)
{
	struct bed *b = *state;

	alarm_engine_free(b->engine);
	strbuf_release(&b->text);
	free(b);
	return 0;
}

struct now bed_now(int64_t ms)
{
	return (struct now){ mono_add_ms((struct mono){ 0 }, ms), { BED_WALL + ms } };
}

void bed_tick(struct bed *b, int64_t ms)
{
	alarm_engine_tick(b->engine, bed_now(ms), bed_sink, b);
}

void bed_sample(struct bed *b, int64_t ms, double v, unsigned q)
{
	struct sample s = { .value = value_double(v),
			    .quality = (quality)q,
			    .source_time = { ms },
			    .taken = bed_now(ms).mono };

	bed_tick(b, ms);
	alarm_engine_judge(b->engine, 0, &s, NULL, bed_now(ms), NULL, bed_sink, b);
}

static void compare(const struct bed *seen, const struct bed *b, size_t from)
{
	assert_int_equal(seen->n, b->n - from);
	for (size_t i = 0; i < seen->n; i++) {
		const struct alarm_transition *x = &seen->log[i], *y = &b->log[from + i];
		struct strbuf xs = STRBUF_INIT, ys = STRBUF_INIT;

		assert_int_equal(x->event, y->event);
		assert_int_equal(x->from, y->from);
		assert_int_equal(x->to, y->to);
		assert_int_equal(x->occurrence, y->occurrence);
		assert_string_equal(x->rule, y->rule);
		assert_string_equal(x->by, y->by);
		assert_string_equal(x->text, y->text);
		alarm_record_put(&xs, &x->record);
		alarm_record_put(&ys, &y->record);
		assert_int_equal(xs.len, ys.len);
		assert_memory_equal(xs.buf, ys.buf, xs.len);
		strbuf_release(&xs);
		strbuf_release(&ys);
	}
}

static void keep(void *bed, const struct alarm_transition *t)
{
	struct bed *b = bed;
	static char names[32][64]; /* a preview's names are gone after it */

	assert_true(strlen(t->record.acked_by) < sizeof(names[0]));
	bed_sink(bed, t);
	snprintf(names[b->n - 1], sizeof(names[0]), "%s", t->record.acked_by);
	b->log[b->n - 1].record.acked_by = names[b->n - 1];
}

enum alarm_act_result bed_act(struct bed *b, int64_t ms, const struct alarm_act *act)
{
	struct bed *seen = xcalloc(1, sizeof(*seen));
	uint64_t hash = alarm_engine_hash(b->engine);
	size_t from = b->n;
	enum alarm_act_result check, preview, got;

	strbuf_init(&seen->text, STRBUF_DEFAULT_MAX);
	check = alarm_engine_act_check(b->engine, 0, act, bed_now(ms));
	preview = alarm_engine_act_preview(b->engine, 0, act, bed_now(ms), keep, seen);
	assert_true(alarm_engine_hash(b->engine) == hash); /* nothing changed */
	got = alarm_engine_act_apply(b->engine, 0, act, bed_now(ms), bed_sink, b);
	assert_int_equal(check, preview);
	assert_int_equal(check, got);
	compare(seen, b, from);
	strbuf_release(&seen->text);
	free(seen);
	return got;
}

enum alarm_act_result bed_ack(struct bed *b, int64_t ms, uint64_t occurrence)
{
	return bed_act(b, ms,
		       &(struct alarm_act){ .event = ALARM_E_ACK,
					    .occurrence = occurrence,
					    .by = "ivan" });
}

enum alarm_act_result bed_do(struct bed *b, int64_t ms, enum alarm_event event)
{
	return bed_act(b, ms,
		       &(struct alarm_act){ .event = event,
					    .occurrence = bed_record(b)->occurrence,
					    .by = "petra",
					    .text = "sensor is being swapped" });
}

enum alarm_act_result bed_shelve(struct bed *b, int64_t ms, enum alarm_shelf kind,
				 int64_t for_ms)
{
	return bed_act(b, ms,
		       &(struct alarm_act){ .event = ALARM_E_SHELVE,
					    .shelf = kind,
					    .until = { BED_WALL + ms + for_ms },
					    .by = "petra",
					    .text = "known, pump is ordered" });
}

void bed_redefine(struct bed *b)
{
	alarm_engine_redefine(b->engine, 0, &b->def, bed_now(0));
}

const struct alarm_record *bed_record(const struct bed *b)
{
	return alarm_engine_record(b->engine, 0);
}

unsigned bed_flags(const struct bed *b)
{
	return alarm_record_flags(bed_record(b));
}

void bed_forget(struct bed *b)
{
	strbuf_clear(&b->text);
	b->n = 0;
}

void bed_expect(struct bed *b, const char *want)
{
	assert_string_equal(b->text.buf, want);
	bed_forget(b);
}

void bed_expect_rules(struct bed *b, const char *want)
{
	struct strbuf got = STRBUF_INIT;

	for (size_t i = 0; i < b->n; i++)
		strbuf_addf(&got, " %s", b->log[i].rule);
	assert_string_equal(got.buf, want);
	strbuf_release(&got);
	bed_forget(b);
}

void bed_assert_same(const struct alarm_record *a, const struct alarm_record *b)
{
	struct strbuf x = STRBUF_INIT, y = STRBUF_INIT;

	alarm_record_put(&x, a);
	alarm_record_put(&y, b);
	assert_int_equal(x.len, y.len);
	assert_memory_equal(x.buf, y.buf, x.len);
	strbuf_release(&x);
	strbuf_release(&y);
}

void bed_restart(struct bed *b, int64_t ms)
{
	struct alarm_stored stored;
	uint64_t hash = alarm_engine_hash(b->engine);
	struct strbuf w = STRBUF_INIT;

	alarm_record_put(&w, bed_record(b));
	assert_true(alarm_record_get(w.buf, w.len, &stored));
	bed_assert_same(bed_record(b), &stored.record);
	strbuf_release(&w);
	alarm_engine_free(b->engine);
	b->engine = alarm_engine_new(1);
	alarm_engine_add(b->engine, &b->def);
	alarm_engine_restore(b->engine, 0, &stored.record, bed_now(ms));
	bed_assert_same(&stored.record, bed_record(b));
	assert_true(alarm_engine_hash(b->engine) == hash);
	bed_forget(b);
}
