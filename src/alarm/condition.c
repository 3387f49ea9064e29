/* condition.c - from verdicts to events: delays, and sources that are not good. */
#include "alarm/engine_int.h"

enum { CACHE_LINE = 64 };
enum { LOOK_AGAIN_MS = 100 }; /* after a look that a type wants at once */

static struct alarm_trigger trigger_of(const struct alarm_look *l)
{
	struct alarm_trigger t = { NAN, l->limit, l->s->quality, l->s->source_time };
	double v;

	if (value_number(&l->s->value, &v))
		t.value = v;
	return t;
}

/* Whose fault it is that nothing can be said: a second tag's that is not good or, being
 * good, lies outside its bounds, if the first is good. */
static quality blame(const struct alarm_look *l)
{
	if (!l->second || !quality_is_good(l->s->quality))
		return l->s->quality;
	if (!quality_is_good(l->second->quality))
		return l->second->quality;
	return QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE);
}

/* Something about the source changed and no state did. */
static void note(struct alarm_engine *e, struct alarm *a, enum alarm_event event,
		 const struct alarm_look *l, const struct alarm_outlet *out)
{
	const struct alarm_trigger trigger = { .source_time = l->s->source_time };
	const struct alarm_cue cue = { .event = event,
				       .cause = ALARM_BY_SYSTEM,
				       .trigger = &trigger };
	struct alarm_change c = alarm_change_begin(a);

	alarm_change_end(e, a, &c, &cue, out);
}

/* A second tag that cannot be used is said once, and that it can be again; one that has
 * no value yet is only late. */
static void tell_blind(struct alarm_engine *e, struct alarm *a,
		       const struct alarm_look *l, enum alarm_verdict verdict,
		       const struct alarm_outlet *out)
{
	bool blind = l->second && verdict == ALARM_UNKNOWN &&
		     quality_is_good(l->s->quality) &&
		     quality_reason(blame(l)) != REASON_NO_VALUE;

	if (blind == a->blind || (!blind && verdict == ALARM_UNKNOWN))
		return;
	a->blind = blind;
	if (alarm_state_is_active(a->record.state))
		return; /* source_bad says it */
	a->record.quality = blind ? blame(l) : l->s->quality;
	note(e, a, blind ? ALARM_E_BLIND : ALARM_E_JUDGED_AGAIN, l, out);
}

/* The source cannot say whether the condition holds: nothing may change because of it
 * (T20, AL-09), neither now nor by a delay that is running. The value stays the one it
 * had when good, and so does the limit. */
static void source_lost(struct alarm_engine *e, struct alarm *a,
			const struct alarm_look *l, const struct alarm_outlet *out)
{
	alarm_engine_settle(e, a);
	if (!a->present || a->record.source_bad)
		return;
	a->record.source_bad = true;
	a->record.quality = blame(l);
	note(e, a, ALARM_E_SOURCE_BAD, l, out);
}

/* Makes the core follow the verdict, at once or after the delay. True when it changed
 * now. */
static bool follow(struct alarm_engine *e, struct alarm *a, const struct alarm_look *l,
		   const struct alarm_outlet *out)
{
	int64_t delay_ms = a->present ? a->def->on_delay_ms : a->def->off_delay_ms;
	struct alarm_trigger trigger;

	if (alarm_state_is_active(a->record.state) == a->present) {
		alarm_timer_stop(e, a, ALARM_T_DELAY); /* it agrees (again) */
		return false;
	}
	if (alarm_timer_runs(a, ALARM_T_DELAY))
		return false; /* on its way */
	trigger = trigger_of(l);
	if (delay_ms <= 0) {
		alarm_engine_process(e, a, a->present ? ALARM_E_COME : ALARM_E_GO,
				     &trigger, out);
		return true;
	}
	alarm_delay_begin(e, a, &trigger, mono_add_ms(out->now.mono, delay_ms));
	return false;
}

static void source_heard(struct alarm_engine *e, struct alarm *a,
			 const struct alarm_look *l, const struct alarm_outlet *out)
{
	bool was_bad = a->record.source_bad;
	struct alarm_trigger trigger;

	a->record.source_bad = false;
	if (follow(e, a, l, out) || !was_bad)
		return;
	trigger = trigger_of(l);
	a->record.value = trigger.value;
	a->record.quality = trigger.quality;
	a->limit = trigger.limit;
	note(e, a, ALARM_E_SOURCE_GOOD, l, out);
}

static enum alarm_verdict verdict_of(const struct alarm *a, struct alarm_look *l)
{
	struct alarm_count *count = a->rare ? a->rare->count : NULL;
	enum alarm_verdict verdict;

	if (!count)
		return a->def->type->eval(a->def, l);
	l->was = count->was;
	verdict = a->def->type->eval(a->def, l);
	l->was = a->present;
	return alarm_count_judge(count, a->def, verdict, l);
}

static void obey(struct alarm_engine *e, struct alarm *a, const struct alarm_look *l,
		 enum alarm_verdict verdict, const struct alarm_outlet *out)
{
	tell_blind(e, a, l, verdict, out);
	if (verdict == ALARM_UNKNOWN) {
		source_lost(e, a, l, out);
	} else if (verdict == ALARM_HELD) {
		alarm_engine_settle(e, a);
	} else {
		a->present = verdict == ALARM_PRESENT;
		source_heard(e, a, l, out);
	}
}

/* When to look again. A type that wants it no later than now would get the same answer
 * for ever and the caller of look_due() would never come out: it waits a little. */
static void plan_look(struct alarm_engine *e, struct alarm *a, const struct alarm_look *l)
{
	if (l->due.ns == INT64_MAX)
		alarm_timer_stop(e, a, ALARM_T_LOOK);
	else if (mono_reached(l->now, l->due))
		alarm_timer_set(e, a, ALARM_T_LOOK, mono_add_ms(l->now, LOOK_AGAIN_MS));
	else
		alarm_timer_set(e, a, ALARM_T_LOOK, l->due);
}

void alarm_engine_judge(struct alarm_engine *e, uint32_t alarm, const struct sample *s,
			const struct sample *second, struct now now,
			struct alarm_band *quiet, alarm_sink sink, void *arg)
{
	struct alarm *a = alarm_engine_at(e, alarm);
	struct alarm_outlet out = { now, sink, arg };
	struct alarm_look l = { .s = s,
				.second = second,
				.now = now.mono,
				.quiet = ALARM_BAND_NONE,
				.due = MONO_NEVER,
				.limit = NAN };
	enum alarm_verdict verdict;

	if (quiet)
		*quiet = l.quiet;
	if (!a)
		return;
	if (a->timers & ALARM_T_RUN_BITS)
		alarm_timers_run(e, a, &out); /* before a sample of their time */
	l.was = a->present;
	l.memory = a->rare ? a->rare->memory : NULL;
	verdict = verdict_of(a, &l);
	plan_look(e, a, &l);
	obey(e, a, &l, verdict, &out);
	if (quiet && (verdict == ALARM_CLEAR || verdict == ALARM_PRESENT))
		*quiet = l.quiet;
}

void alarm_engine_prefetch(const struct alarm_engine *e, uint32_t alarm, int step)
{
	if (alarm >= e->n)
		return;
	const struct alarm *a = &e->blocks[alarm / ALARM_ROWS][alarm % ALARM_ROWS];

	if (step == 0) {
		for (size_t at = 0; at < sizeof(*a); at += CACHE_LINE)
			__builtin_prefetch((const char *)a + at, 1);
	} else if (a->def) {
		const char *older = (const char *)a->record.extra;

		__builtin_prefetch(&a->def->type);
		__builtin_prefetch(&a->def->limit);
		__builtin_prefetch(&a->def->off_delay_ms);
		for (size_t at = 0; older && at < ALARM_EXTRA_HOT; at += CACHE_LINE)
			__builtin_prefetch(older + at, 1);
	}
}
