/* test_engine.c - the life of an alarm, transition by transition (ISA-18.2 numbers),
 * its delays, its occurrences and what survives a restart. */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/engine.h"
#include "alarm/states.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

#define COMM   QUALITY_MAKE(QUALITY_BAD, REASON_COMM)
#define SENSOR QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR)

/* One engine, one "high" alarm (limit 5, deadband 0.1) and all that it handed out. */
struct bench {
	struct alarm_engine *engine;
	struct alarm_def def;
	char def_name[32];
	struct alarm_transition log[32];
	size_t n;
	struct strbuf text;
};

static void sink(void *arg, const struct alarm_transition *t)
{
	static const char *const causes[] = { "process", "operator", "system", "config" };
	struct bench *b = arg;

	assert_true(b->n < sizeof(b->log) / sizeof(b->log[0]));
	b->log[b->n++] = *t;
	strbuf_addf(&b->text, "%s %s>%s#%llu", b->text.len ? "," : "",
		    alarm_state_name(t->from), alarm_state_name(t->to),
		    (unsigned long long)t->record.occurrence);
	if (t->cause != ALARM_BY_PROCESS)
		strbuf_addf(&b->text, " by %s", causes[t->cause]);
	if (t->record.source_bad)
		strbuf_adds(&b->text, " source bad");
}

static int setup(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));

	strbuf_init(&b->text, STRBUF_DEFAULT_MAX);
	snprintf(b->def_name, sizeof(b->def_name), "intake.t101.level.hihi");
	b->def = (struct alarm_def){ .name = b->def_name,
				     .type = alarm_type_find("high"),
				     .limit = 5,
				     .deadband = 0.1,
				     .priority = ALARM_HIGH };
	b->engine = alarm_engine_new(1);
	alarm_engine_add(b->engine, &b->def);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	alarm_engine_free(b->engine);
	strbuf_release(&b->text);
	free(b);
	return 0;
}

static struct now now_at(int64_t ms)
{
	return (struct now){ mono_add_ms((struct mono){ 0 }, ms), { 1000000 + ms } };
}

static void sample(struct bench *b, int64_t ms, double v, unsigned q)
{
	struct sample s = { .value = value_double(v),
			    .quality = (quality)q,
			    .source_time = { ms },
			    .taken = now_at(ms).mono };

	alarm_engine_tick(b->engine, now_at(ms), sink, b);
	alarm_engine_sample(b->engine, 0, &s, now_at(ms), NULL, sink, b);
}

static void tick(struct bench *b, int64_t ms)
{
	alarm_engine_tick(b->engine, now_at(ms), sink, b);
}

static enum alarm_ack_result ack(struct bench *b, int64_t ms, uint64_t occurrence)
{
	enum alarm_ack_result check = alarm_engine_ack_check(b->engine, 0, occurrence);
	enum alarm_ack_result got = alarm_engine_ack_apply(b->engine, 0, occurrence,
							   "ivan", now_at(ms), sink, b);

	assert_int_equal(check, got);
	return got;
}

static const struct alarm_record *record(const struct bench *b)
{
	return alarm_engine_record(b->engine, 0);
}

/* Everything handed out since the last look. */
static void assert_log(struct bench *b, const char *want)
{
	assert_string_equal(b->text.buf, want);
	strbuf_clear(&b->text);
	b->n = 0;
}

static void T01_a_condition_that_comes_raises_an_occurrence(void **state)
{
	struct bench *b = *state;

	sample(b, 10, 4.9, 0);
	assert_log(b, "");
	sample(b, 20, 5.0, 0);
	const struct alarm_transition *t = &b->log[0];

	assert_int_equal(t->alarm, 0);
	assert_int_equal(t->source_time.ms, 20);
	assert_int_equal(t->record.raised.ms, 1000020);
	assert_int_equal(t->record.changed.ms, 1000020);
	assert_int_equal(t->record.acked.ms, 0);
	assert_double(t->record.value, 5.0, 0);
	assert_string_equal(t->by, "");
	assert_log(b, " normal>unacknowledged#1");
	sample(b, 30, 5.5, 0); /* still the same occurrence */
	assert_log(b, "");
	assert_double(record(b)->value, 5.0, 0);
}

static void T02_an_acknowledgement_names_its_operator(void **state)
{
	struct bench *b = *state;

	sample(b, 10, 5, 0);
	assert_int_equal(ack(b, 50, 1), ALARM_ACK_OK);
	assert_string_equal(b->log[1].by, "ivan");
	assert_string_equal(record(b)->acked_by, "ivan");
	assert_int_equal(record(b)->acked.ms, 1000050);
	assert_int_equal(record(b)->raised.ms, 1000010);
	assert_log(b, " normal>unacknowledged#1,"
		      " unacknowledged>acknowledged#1 by operator");
}

static void T03_one_that_cleared_unseen_waits_for_its_acknowledgement(void **state)
{
	struct bench *b = *state;

	sample(b, 10, 5, 0);
	sample(b, 20, 4.95, 0); /* inside the deadband */
	assert_log(b, " normal>unacknowledged#1");
	sample(b, 30, 4.89, 0);
	assert_log(b, " unacknowledged>returned#1");
	assert_double(record(b)->value, 4.89, 0);
}

static void T04_one_that_was_seen_goes_when_it_clears(void **state)
{
	struct bench *b = *state;

	sample(b, 10, 5, 0);
	ack(b, 20, 1);
	b->n = 0;
	strbuf_clear(&b->text);
	sample(b, 30, 0, 0);
	assert_log(b, " acknowledged>normal#1");
	assert_string_equal(record(b)->acked_by, "ivan");
}

static void T05_acknowledging_a_returned_alarm_closes_it(void **state)
{
	struct bench *b = *state;

	sample(b, 10, 5, 0);
	sample(b, 20, 0, 0);
	assert_int_equal(ack(b, 30, 1), ALARM_ACK_OK);
	assert_log(b, " normal>unacknowledged#1, unacknowledged>returned#1,"
		      " returned>normal#1 by operator");
	assert_int_equal(alarm_engine_hash(b->engine), 0);
}

static void T06_one_that_comes_again_is_a_new_occurrence(void **state)
{
	struct bench *b = *state;

	sample(b, 10, 5, 0);
	sample(b, 20, 0, 0);
	b->n = 0;
	strbuf_clear(&b->text);
	sample(b, 30, 6, 0);
	assert_int_equal(record(b)->raised.ms, 1000030);
	assert_log(b, " returned>unacknowledged#2");
}

static void T20_a_bad_source_neither_raises_nor_clears(void **state)
{
	struct bench *b = *state;

	sample(b, 10, 9, COMM);
	sample(b, 15, 9, QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE));
	assert_log(b, "");
	sample(b, 20, 5, 0);
	sample(b, 30, 0, COMM);
	assert_log(b, " normal>unacknowledged#1,"
		      " unacknowledged>unacknowledged#1 by system source bad");
	sample(b, 40, 0, SENSOR); /* told once */
	assert_log(b, "");
	sample(b, 50, 7, 0);
	assert_log(b, " unacknowledged>unacknowledged#1 by system");
	assert_double(record(b)->value, 7, 0);
	sample(b, 60, 0, 0);
	sample(b, 70, 0, COMM); /* returned: nothing is held any more */
	assert_log(b, " unacknowledged>returned#1");
}

static void T21_removing_an_alarm_closes_it_in_the_journal(void **state)
{
	struct bench *b = *state;

	sample(b, 10, 5, 0);
	sample(b, 15, 5, COMM);
	b->n = 0;
	strbuf_clear(&b->text);
	alarm_engine_remove(b->engine, 0, now_at(20), sink, b);
	assert_int_equal(b->log[0].record.changed.ms, 1000020);
	assert_log(b, " unacknowledged>normal#1 by config");
	assert_null(alarm_engine_def(b->engine, 0));
	assert_null(alarm_engine_record(b->engine, 0));
	assert_int_equal(alarm_engine_find(b->engine, b->def_name), UINT32_MAX);
	assert_int_equal(alarm_engine_hash(b->engine), 0);
	assert_int_equal(ack(b, 30, 1), ALARM_ACK_UNKNOWN);
	sample(b, 40, 9, 0);
	alarm_engine_remove(b->engine, 0, now_at(50), sink, b);
	assert_log(b, "");
	assert_int_equal(alarm_engine_add(b->engine, &b->def), 1); /* never 0 again */
	assert_int_equal(alarm_engine_count(b->engine), 2);
}

static void T21_removing_a_normal_alarm_says_nothing(void **state)
{
	struct bench *b = *state;

	b->def.on_delay_ms = 100;
	sample(b, 10, 9, 0);
	alarm_engine_remove(b->engine, 0, now_at(20), sink, b);
	tick(b, 1000); /* the delay went with it */
	assert_log(b, "");
	assert_int_equal(alarm_engine_next_deadline(b->engine).ns, INT64_MAX);
}

static void every_transition_not_in_the_table_changes_nothing(void **state)
{
	static const char *const want[ALARM_S_COUNT][ALARM_E_COUNT] = {
		/* come, go, ack, remove */
		{ "T01", NULL, NULL, NULL },
		{ NULL, "T03", "T02", "T21" },
		{ NULL, "T04", NULL, "T21" },
		{ "T06", NULL, "T05", "T21" },
	};

	(void)state;
	for (int s = 0; s < ALARM_S_COUNT; s++) {
		for (int e = 0; e < ALARM_E_COUNT; e++) {
			const struct alarm_rule *rule =
				alarm_rule((enum alarm_state)s, (enum alarm_event)e);

			assert_int_equal(rule != NULL, want[s][e] != NULL);
			if (rule)
				assert_string_equal(rule->id, want[s][e]);
		}
	}
	assert_string_equal(alarm_state_name((enum alarm_state)17), "unknown");
}

/* --- delays ----------------------------------------------------------------------- */

static void an_on_delay_must_be_lived_through(void **state)
{
	struct bench *b = *state;

	b->def.on_delay_ms = 2000;
	sample(b, 0, 5.2, 0);
	assert_int_equal(alarm_engine_next_deadline(b->engine).ns, 2000 * 1000000LL);
	sample(b, 1000, 5.8, 0);
	tick(b, 1999);
	assert_log(b, "");
	tick(b, 2000);
	assert_double(b->log[0].record.value, 5.2, 0); /* what began it */
	assert_int_equal(b->log[0].source_time.ms, 0);
	assert_int_equal(b->log[0].record.raised.ms, 1002000);
	assert_log(b, " normal>unacknowledged#1");

	sample(b, 3000, 0, 0);
	ack(b, 3001, 1);
	b->n = 0;
	strbuf_clear(&b->text);
	sample(b, 4000, 6, 0);
	sample(b, 5999, 4.8, 0); /* gone a moment before */
	tick(b, 6000);
	assert_log(b, "");
	sample(b, 6000, 6, 0); /* the delay begins again, whole */
	tick(b, 7999);
	assert_log(b, "");
	tick(b, 8000);
	assert_log(b, " normal>unacknowledged#2");
}

static void an_on_delay_goes_on_inside_the_deadband(void **state)
{
	struct bench *b = *state;

	b->def.on_delay_ms = 1000;
	sample(b, 0, 5.0, 0);
	sample(b, 500, 4.95, 0);
	tick(b, 1000);
	assert_log(b, " normal>unacknowledged#1");
}

static void an_off_delay_must_be_lived_through(void **state)
{
	struct bench *b = *state;

	b->def.off_delay_ms = 1000;
	sample(b, 0, 6, 0);
	sample(b, 100, 0, 0);
	sample(b, 900, 5, 0); /* back again: it never left */
	tick(b, 5000);
	assert_log(b, " normal>unacknowledged#1");
	sample(b, 6000, 1, 0);
	ack(b, 6500, 1); /* acknowledging does not touch the delay */
	tick(b, 6999);
	b->n = 0;
	strbuf_clear(&b->text);
	tick(b, 7000);
	assert_log(b, " acknowledged>normal#1");
}

static void a_timer_goes_before_a_sample_of_its_time(void **state)
{
	struct bench *b = *state;
	struct sample clear = { .value = value_double(0) };

	b->def.on_delay_ms = 1000;
	sample(b, 0, 6, 0);
	/* even if the caller forgot to tick */
	alarm_engine_sample(b->engine, 0, &clear, now_at(1000), NULL, sink, b);
	assert_log(b, " normal>unacknowledged#1, unacknowledged>returned#1");
}

static void AL_08_delays_do_not_see_the_wall_clock(void **state)
{
	struct bench *b = *state;
	struct now n = now_at(0);
	struct sample s = { .value = value_double(6) };

	b->def.on_delay_ms = 1000;
	alarm_engine_sample(b->engine, 0, &s, n, NULL, sink, b);
	n.wall.ms += 3600000; /* someone set the clock an hour ahead */
	n.mono.ns += 999 * 1000000;
	alarm_engine_tick(b->engine, n, sink, b);
	assert_log(b, "");
	n.wall.ms -= 7200000; /* and back */
	n.mono.ns += 1000000;
	alarm_engine_tick(b->engine, n, sink, b);
	assert_int_equal(b->log[0].record.raised.ms, n.wall.ms);
	assert_log(b, " normal>unacknowledged#1");
}

static void AL_09_an_active_alarm_stays_when_its_source_is_lost(void **state)
{
	struct bench *b = *state;

	sample(b, 0, 6, 0);
	ack(b, 1, 1);
	sample(b, 2, 0, COMM);
	assert_int_equal(record(b)->state, ALARM_S_ACKED);
	assert_true(record(b)->source_bad);
	assert_int_equal(record(b)->quality, COMM);
	assert_double(record(b)->value, 6, 0); /* what it was when it was good */
	b->n = 0;
	strbuf_clear(&b->text);
	sample(b, 3, 0, 0); /* good again and clear: one transition, not two */
	assert_log(b, " acknowledged>normal#1");
}

static void AL_09_an_acknowledgement_keeps_the_mark(void **state)
{
	struct bench *b = *state;

	sample(b, 0, 6, 0);
	sample(b, 2, 0, COMM);
	assert_int_equal(ack(b, 3, 1), ALARM_ACK_OK);
	assert_log(b, " normal>unacknowledged#1,"
		      " unacknowledged>unacknowledged#1 by system source bad,"
		      " unacknowledged>acknowledged#1 by operator source bad");
}

static void AL_09_a_bad_source_stops_delays_and_a_good_one_restarts_them(void **state)
{
	struct bench *b = *state;

	b->def.on_delay_ms = b->def.off_delay_ms = 1000;
	sample(b, 0, 6, 0);
	sample(b, 500, 6, COMM);
	tick(b, 5000);
	assert_log(b, "");
	sample(b, 6000, 6, 0);
	tick(b, 6999);
	assert_log(b, "");
	tick(b, 7000);
	assert_log(b, " normal>unacknowledged#1");

	sample(b, 8000, 0, 0);
	sample(b, 8500, 0, COMM);
	tick(b, 20000);
	assert_log(b, " unacknowledged>unacknowledged#1 by system source bad");
	sample(b, 21000, 0, 0);
	assert_log(b, " unacknowledged>unacknowledged#1 by system");
	tick(b, 22000);
	assert_log(b, " unacknowledged>returned#1");
}

static void AL_10_a_number_that_is_none_is_not_normal(void **state)
{
	struct bench *b = *state;
	struct alarm_def bad = { .name = (char[]){ "level.bad" },
				 .type = alarm_type_find("bad_quality") };
	struct sample s = { .value = value_double(NAN) };

	sample(b, 0, 6, 0);
	b->n = 0;
	strbuf_clear(&b->text);
	sample(b, 1, NAN, 0); /* compares false with everything, and clears nothing */
	assert_log(b, " unacknowledged>unacknowledged#1 by system source bad");
	uint32_t i = alarm_engine_add(b->engine, &bad);

	alarm_engine_sample(b->engine, i, &s, now_at(2), NULL, sink, b);
	assert_true(isnan(b->log[0].record.value));
	assert_log(b, " normal>unacknowledged#2");
	alarm_engine_remove(b->engine, i, now_at(3), sink, b);
}

static void a_substituted_value_runs_alarms(void **state)
{
	struct bench *b = *state;

	sample(b, 0, 6, QUALITY_SUBSTITUTED);
	assert_int_equal(record(b)->quality, QUALITY_SUBSTITUTED);
	sample(b, 1, 0, QUALITY_SUBSTITUTED);
	assert_log(b, " normal>unacknowledged#1, unacknowledged>returned#1");
}

/* --- acknowledgement --------------------------------------------------------------- */

static void AL_04_an_ack_of_an_older_occurrence_leaves_the_newer_alone(void **state)
{
	struct bench *b = *state;

	sample(b, 10, 6, 0);
	sample(b, 20, 0, 0);
	sample(b, 30, 6, 0); /* it came again between drawing and key press (AM-03) */
	b->n = 0;
	strbuf_clear(&b->text);
	assert_int_equal(ack(b, 40, 1), ALARM_ACK_NEWER);
	assert_log(b, "");
	assert_int_equal(record(b)->state, ALARM_S_UNACK);
	assert_int_equal(record(b)->acked.ms, 0);
	assert_int_equal(ack(b, 50, 2), ALARM_ACK_OK);
	assert_int_equal(ack(b, 60, 1), ALARM_ACK_NOT_NEEDED);
}

static void AL_04_it_may_come_again_while_the_ack_is_being_stored(void **state)
{
	struct bench *b = *state;

	sample(b, 10, 6, 0);
	sample(b, 20, 0, 0);
	assert_int_equal(alarm_engine_ack_check(b->engine, 0, 1), ALARM_ACK_OK);
	sample(b, 30, 6, 0); /* before the commit came back */
	assert_int_equal(ack(b, 40, 1), ALARM_ACK_NEWER);
	assert_int_equal(record(b)->state, ALARM_S_UNACK);
}

static void AL_03_the_second_of_two_acks_learns_who_was_first(void **state)
{
	struct bench *b = *state;

	sample(b, 10, 6, 0);
	ack(b, 20, 1);
	b->n = 0;
	strbuf_clear(&b->text);
	assert_int_equal(
		alarm_engine_ack_apply(b->engine, 0, 1, "petra", now_at(21), sink, b),
		ALARM_ACK_NOT_NEEDED);
	assert_string_equal(record(b)->acked_by, "ivan");
	assert_log(b, "");
}

static void an_ack_of_what_never_was_is_unknown(void **state)
{
	struct bench *b = *state;

	assert_int_equal(ack(b, 5, 0), ALARM_ACK_UNKNOWN);
	assert_int_equal(ack(b, 5, 1), ALARM_ACK_UNKNOWN);
	sample(b, 10, 6, 0);
	assert_int_equal(ack(b, 20, 0), ALARM_ACK_UNKNOWN);
	assert_int_equal(ack(b, 20, 2), ALARM_ACK_UNKNOWN);
	assert_int_equal(alarm_engine_ack_check(b->engine, 77, 1), ALARM_ACK_UNKNOWN);
	assert_int_equal(record(b)->state, ALARM_S_UNACK);
}

static void an_operators_name_of_any_length_is_held(void **state)
{
	struct bench *b = *state;
	char name[300];

	memset(name, 'n', sizeof(name));
	name[299] = '\0';
	sample(b, 10, 6, 0);
	alarm_engine_ack_apply(b->engine, 0, 1, name, now_at(20), sink, b);
	assert_int_equal(strlen(record(b)->acked_by), 63);
}

/* --- restart and reload ---------------------------------------------------------- */

static void assert_same(const struct alarm_record *a, const struct alarm_record *b)
{
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->occurrence, b->occurrence);
	assert_int_equal(a->raised.ms, b->raised.ms);
	assert_int_equal(a->changed.ms, b->changed.ms);
	assert_int_equal(a->acked.ms, b->acked.ms);
	assert_string_equal(a->acked_by, b->acked_by);
	assert_double(a->value, b->value, 0);
	assert_int_equal(a->quality, b->quality);
	assert_int_equal(a->source_bad, b->source_bad);
}

/* Stored as bytes, read by a new engine. */
static void restart(struct bench *b)
{
	struct alarm_record before = *record(b), after;
	uint64_t hash = alarm_engine_hash(b->engine);
	struct strbuf w = STRBUF_INIT;

	alarm_record_put(&w, &before);
	assert_true(alarm_record_get(w.buf, w.len, &after));
	assert_same(&before, &after);
	strbuf_release(&w);
	alarm_engine_free(b->engine);
	b->engine = alarm_engine_new(1);
	alarm_engine_add(b->engine, &b->def);
	alarm_engine_restore(b->engine, 0, &after);
	assert_same(&before, record(b));
	assert_int_equal(alarm_engine_hash(b->engine), hash);
	b->n = 0;
	strbuf_clear(&b->text);
}

static void AL_06_a_restart_keeps_every_state_exactly(void **state)
{
	struct bench *b = *state;

	restart(b); /* normal */
	sample(b, 10, 6, 0);
	restart(b); /* unacknowledged */
	sample(b, 20, 7, 0);
	assert_log(b, ""); /* still present: it stays as it is */
	sample(b, 25, 7, COMM);
	restart(b); /* with its mark */
	sample(b, 26, 7, COMM);
	assert_log(b, "");
	ack(b, 30, 1);
	restart(b); /* acknowledged */
	assert_string_equal(record(b)->acked_by, "ivan");
	sample(b, 40, 4.95, 0);
	assert_log(b, " acknowledged>acknowledged#1 by system"); /* deadband holds it */
	restart(b);
	sample(b, 50, 4, 0); /* it cleared while nobody looked */
	assert_log(b, " acknowledged>normal#1");
	sample(b, 60, 6, 0);
	sample(b, 70, 0, 0);
	restart(b); /* returned */
	sample(b, 80, 0, 0);
	assert_log(b, "");
	sample(b, 90, 6, 0);
	assert_log(b, " returned>unacknowledged#3"); /* ids go on from the stored one */
}

static void AL_06_delays_start_again_after_a_restart(void **state)
{
	struct bench *b = *state;

	sample(b, 0, 6, 0);
	b->def.off_delay_ms = 1000;
	sample(b, 100, 0, 0);
	restart(b);
	tick(b, 5000);
	assert_log(b, "");
	sample(b, 5000, 0, 0);
	tick(b, 5999);
	assert_log(b, "");
	tick(b, 6000);
	assert_log(b, " unacknowledged>returned#1");
}

static void AL_06_stored_bytes_that_are_damaged_are_refused(void **state)
{
	struct bench *b = *state;
	struct strbuf w = STRBUF_INIT;
	struct alarm_record r;

	sample(b, 0, 6, 0);
	alarm_record_put(&w, record(b));
	assert_true(alarm_record_get(w.buf, w.len, &r));
	for (size_t n = 0; n < w.len; n++)
		assert_false(alarm_record_get(w.buf, n, &r)); /* cut anywhere */
	static const struct {
		size_t at;
		char byte;
	} damage[] = { { 0, 9 }, { 1, 4 }, { 1, -1 }, { 2, 2 }, { 3, 3 }, { 3, -1 } };

	for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		char old = w.buf[damage[i].at];

		w.buf[damage[i].at] = damage[i].byte;
		assert_false(alarm_record_get(w.buf, w.len, &r));
		w.buf[damage[i].at] = old;
	}
	strbuf_addch(&w, 'x'); /* something left over */
	assert_false(alarm_record_get(w.buf, w.len, &r));
	strbuf_release(&w);
}

static void a_reload_keeps_the_state_and_takes_the_new_limit(void **state)
{
	struct bench *b = *state;
	struct alarm_def wider = b->def;

	sample(b, 0, 6, 0);
	wider.limit = 10;
	wider.off_delay_ms = 500;
	alarm_engine_redefine(b->engine, 0, &wider);
	assert_log(b, " normal>unacknowledged#1");
	sample(b, 10, 6, 0);
	tick(b, 510);
	assert_log(b, " unacknowledged>returned#1");
	wider.on_delay_ms = 300;
	sample(b, 600, 11, 0);
	alarm_engine_redefine(b->engine, 0, &wider);
	tick(b, 5000);
	assert_log(b, ""); /* the delay waits for the next sample */
	sample(b, 5000, 11, 0);
	tick(b, 5300);
	assert_log(b, " returned>unacknowledged#2");
	alarm_engine_redefine(b->engine, 0, &b->def);
}

static void names_are_found_and_never_doubled(void **state)
{
	struct bench *b = *state;
	struct alarm_def twin = b->def;

	assert_int_equal(alarm_engine_find(b->engine, b->def_name), 0);
	assert_int_equal(alarm_engine_find(b->engine, "nothing"), UINT32_MAX);
	assert_int_equal(alarm_engine_add(b->engine, &twin), UINT32_MAX);
	assert_int_equal(alarm_engine_count(b->engine), 1);
	assert_null(alarm_engine_def(b->engine, 1));
	assert_null(alarm_engine_record(b->engine, 1));
}

static void the_hash_tells_name_occurrence_and_state_apart(void **state)
{
	uint64_t h = alarm_row_hash("a", 1, ALARM_S_UNACK);

	(void)state;
	assert_int_equal(h, alarm_row_hash("a", 1, ALARM_S_UNACK));
	assert_true(h != alarm_row_hash("b", 1, ALARM_S_UNACK));
	assert_true(h != alarm_row_hash("a", 2, ALARM_S_UNACK));
	assert_true(h != alarm_row_hash("a", 256, ALARM_S_UNACK));
	assert_true(h != alarm_row_hash("a", 1, ALARM_S_ACKED));
	/* rows that trade places do not cancel out */
	assert_true(alarm_row_hash("a", 1, ALARM_S_UNACK) +
			    alarm_row_hash("b", 2, ALARM_S_UNACK) !=
		    alarm_row_hash("a", 2, ALARM_S_UNACK) +
			    alarm_row_hash("b", 1, ALARM_S_UNACK));
}

/* --- types that ask badly ------------------------------------------------------------
 */

/* Wants to be looked at again, and that before the present one. */
static enum alarm_verdict look_at_once(const struct alarm_def *d, struct alarm_look *l)
{
	(void)d;
	l->due = mono_add_ms(l->now, -1);
	return ALARM_CLEAR;
}

static void a_type_that_never_has_enough_holds_nobody_up(void **state)
{
	static const struct alarm_type impatient = { .name = "impatient",
						     .eval = look_at_once };
	struct alarm_def def = { .name = (char[]){ "a" }, .type = &impatient };
	struct bench *b = *state;
	struct sample s = { .value = value_double(1) };
	struct alarm_engine *e = alarm_engine_new(1);
	unsigned looks = 0;
	uint32_t alarm;

	alarm_engine_add(e, &def);
	for (int64_t ms = 0; ms <= 1000; ms++) {
		struct now now = { mono_add_ms((struct mono){ 0 }, ms), { ms } };

		if (ms == 0)
			alarm_engine_sample(e, 0, &s, now, NULL, sink, b);
		while (looks < 100 && alarm_engine_look_due(e, now, &alarm)) {
			alarm_engine_sample(e, alarm, &s, now, NULL, sink, b);
			looks++;
		}
	}
	assert_int_equal(looks, 10); /* it is looked at again, ten times a second */
	alarm_engine_free(e);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(T01_a_condition_that_comes_raises_an_occurrence),
		T(T02_an_acknowledgement_names_its_operator),
		T(T03_one_that_cleared_unseen_waits_for_its_acknowledgement),
		T(T04_one_that_was_seen_goes_when_it_clears),
		T(T05_acknowledging_a_returned_alarm_closes_it),
		T(T06_one_that_comes_again_is_a_new_occurrence),
		T(T20_a_bad_source_neither_raises_nor_clears),
		T(T21_removing_an_alarm_closes_it_in_the_journal),
		T(T21_removing_a_normal_alarm_says_nothing),
		T(every_transition_not_in_the_table_changes_nothing),
		T(an_on_delay_must_be_lived_through),
		T(an_on_delay_goes_on_inside_the_deadband),
		T(an_off_delay_must_be_lived_through),
		T(a_timer_goes_before_a_sample_of_its_time),
		T(AL_08_delays_do_not_see_the_wall_clock),
		T(AL_09_an_active_alarm_stays_when_its_source_is_lost),
		T(AL_09_an_acknowledgement_keeps_the_mark),
		T(AL_09_a_bad_source_stops_delays_and_a_good_one_restarts_them),
		T(AL_10_a_number_that_is_none_is_not_normal),
		T(a_substituted_value_runs_alarms),
		T(AL_04_an_ack_of_an_older_occurrence_leaves_the_newer_alone),
		T(AL_04_it_may_come_again_while_the_ack_is_being_stored),
		T(AL_03_the_second_of_two_acks_learns_who_was_first),
		T(an_ack_of_what_never_was_is_unknown),
		T(an_operators_name_of_any_length_is_held),
		T(AL_06_a_restart_keeps_every_state_exactly),
		T(AL_06_delays_start_again_after_a_restart),
		T(AL_06_stored_bytes_that_are_damaged_are_refused),
		T(a_reload_keeps_the_state_and_takes_the_new_limit),
		T(names_are_found_and_never_doubled),
		T(the_hash_tells_name_occurrence_and_state_apart),
		T(a_type_that_never_has_enough_holds_nobody_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
