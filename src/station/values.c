/*
 * values.c - from a changed tag to everything that hangs on it: expressions in the order
 * of their levels, then alarms, views and writes. Work is O(changes).
 */
#include "station/station_int.h"

#include <math.h>

#include "util/xalloc.h"
#include "write/coerce.h"

enum { JUDGED_AT_ONCE = 32 };

const struct sample *station_sample(void *station, uint32_t tag)
{
	const struct station *s = station;

	return tag_db_get(s->db, tag);
}

void station_set(struct station *s, uint32_t tag, const struct sample *sample)
{
	if (s->n_substitutions && substitution_keeps(s, tag, sample))
		return;
	tag_db_set(s->db, tag, sample);
	if (s->tags[tag].rare->pen)
		trends_sample(s, tag);
	if (tag == s->sealing.echo_tag)
		sealing_echo(s, sample);
}

void station_set_value(struct station *s, uint32_t tag, struct value v)
{
	struct sample sample = { .value = v,
				 .source_time = s->now.wall,
				 .taken = s->now.mono };

	if (tag == TAG_NONE)
		return;
	tag_db_set(s->db, tag, &sample);
	if (s->tags[tag].rare->pen)
		trends_sample(s, tag);
}

void station_set_quality(struct station *s, uint32_t tag, quality q)
{
	if (s->n_substitutions && substitution_keeps_quality(s, tag, q))
		return;
	if (tag_db_get(s->db, tag)->quality != q)
		tag_db_set_quality(s->db, tag, q, s->now);
}

void station_pend(struct station *s, uint32_t tag)
{
	struct tag_live *t = &s->tags[tag];
	uint16_t level = t->rare->level;

	if (t->rare->pending || !t->rare->expression)
		return;
	tag_rare(t)->pending = true;
	s->level[level][s->n_level[level]++] = tag;
	s->n_pending++;
}

static void touched(struct station *s, uint32_t tag)
{
	size_t n;
	const uint32_t *on = tag_db_dependents(s->db, tag, TAG_DEP_EXPRESSION, &n);

	for (size_t i = 0; i < n; i++)
		(on[i] & SUPPRESS_RULE ? suppress_pend : station_pend)(s, on[i]);
	watch_touch(s, tag);
	device_report_tag(s, tag);
	if (s->tags[tag].rare->pen)
		trends_changed(s, tag);
	if (s->n_touched == s->cap_touched) {
		s->cap_touched = s->cap_touched ? 2 * s->cap_touched : 256;
		s->touched =
			xreallocarray(s->touched, s->cap_touched, sizeof(*s->touched));
	}
	s->touched[s->n_touched++] = tag; /* its alarms wait until all values are new */
}

static void evaluate(struct station *s, uint32_t tag)
{
	struct tag_live *t = &s->tags[tag];
	struct sample r;
	struct value v;

	expr_eval_bound(t->rare->expression, &r);
	tag_rare(t)->pending = false;
	if (r.value.type != VALUE_NONE && !value_coerce(&r.value, t->def->type, &v)) {
		r.value = (struct value){ 0 };
		r.quality = QUALITY_MAKE(QUALITY_BAD, REASON_MATH);
	} else if (r.value.type != VALUE_NONE) {
		r.value = v;
	}
	if (expr_operand_count(t->rare->expression) == 0) {
		r.source_time = s->now.wall;
		r.taken = s->now.mono;
	}
	station_set(s, tag, &r);
}

/* The lowest level that waits; false when none does. */
static bool evaluate_level(struct station *s)
{
	size_t level = 0, n;

	if (s->n_pending == 0)
		return false;
	while (s->n_level[level] == 0)
		level++;
	n = s->n_level[level];
	for (size_t i = 0; i < n; i++)
		evaluate(s, s->level[level][i]);
	s->n_level[level] = 0;
	s->n_pending -= n;
	return true;
}

/* A hint about tag's alarms, in steps: for station_judge(). */
static void ask_ahead(const struct station *s, uint32_t tag, int step)
{
	const uint32_t *on;
	size_t n;

	if (step < TAG_DB_DEPENDS_STEPS) {
		tag_db_prefetch_dependents(s->db, tag, TAG_DEP_ALARM, step);
		return;
	}
	on = tag_db_dependents(s->db, tag, TAG_DEP_ALARM, &n);
	for (size_t i = 0; i < n; i++)
		alarm_engine_prefetch(s->alarms, on[i], step - TAG_DB_DEPENDS_STEPS);
}

/* The alarms of all that were touched and are not quiet. Of a station of many tags none
 * of this lies in the cache: it is fetched for several at once. */
static void judge_touched(struct station *s)
{
	const int steps = TAG_DB_DEPENDS_STEPS + ALARM_PREFETCH_STEPS;

	s->n_touched = tag_db_outside(s->db, s->touched, s->n_touched);
	for (size_t at = 0, end; at < s->n_touched; at = end) {
		end = at + JUDGED_AT_ONCE < s->n_touched ? at + JUDGED_AT_ONCE
							 : s->n_touched;
		for (int step = 0; step < steps; step++)
			for (size_t i = at; i < end; i++)
				ask_ahead(s, s->touched[i], step);
		for (size_t i = at; i < end; i++)
			station_judge(s, s->touched[i]);
	}
	s->n_touched = 0;
}

void station_propagate(struct station *s)
{
	do {
		size_t n;
		const uint32_t *dirty = tag_db_drain(s->db, &n);

		for (size_t i = 0; i < n; i++)
			touched(s, dirty[i]);
	} while (evaluate_level(s));
	suppress_before(s);
	judge_touched(s);
	suppress_after(s);
}

void station_rejudge(struct station *s, uint32_t tag)
{
	station_pend(s, tag);
	tag_db_set_band(s->db, tag, NAN, NAN);
	touched(s, tag);
}
