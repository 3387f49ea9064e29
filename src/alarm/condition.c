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
	a->trigger.source_time = l->s->source_time;
	alarm_engine_note(e, a, out);
}

/* The source cannot say whether the condition holds: nothing may change because of it
 * (T20, AL-09), neither now nor by a delay that is running. */
static void source_lost(struct alarm_engine *e, struct alarm *a,
			const struct alarm_look *l, const struct alarm_outlet *out)
{
	alarm_engine_settle(e, a);
	if (!a->present || a->record.source_bad)
		return;
	double limit = a->trigger.limit; /* it was crossed all the same */

	a->trigger = trigger_of(l);
	a->trigger.limit = limit;
	a->record.source_bad = true;
	a->record.quality = blame(l); /* the value stays the one it had when good */
	alarm_engine_note(e, a, out);
}

/* Makes the core follow the verdict, at once or after the delay. True when it changed
 * now. */
static bool follow(struct alarm_engine *e, uint32_t alarm, const struct alarm_look *l,
		   const struct alarm_outlet *out)
{
	struct alarm *a = &e->alarms[alarm];
	enum alarm_event event = a->present ? ALARM_E_COME : ALARM_E_GO;
	int64_t delay_ms = a->present ? a->def->on_delay_ms : a->def->off_delay_ms;

	if (!alarm_rule(a->record.state, event)) {
		heap_remove(&e->delays, alarm); /* it agrees (again) */
		return false;
	}
	if (heap_deadline(&e->delays, alarm).ns != INT64_MAX)
		return false; /* on its way */
	a->trigger = trigger_of(l);
	if (delay_ms <= 0)
		return alarm_engine_step(e, a, event, "", out);
	a->pending = event;
	heap_set(&e->delays, alarm, mono_add_ms(out->now.mono, delay_ms));
	return false;
}

static void source_heard(struct alarm_engine *e, uint32_t alarm,
			 const struct alarm_look *l, const struct alarm_outlet *out)
{
	struct alarm *a = &e->alarms[alarm];
	bool was_bad = a->record.source_bad;

	a->record.source_bad = false;
	if (follow(e, alarm, l, out) || !was_bad)
		return;
	a->trigger = trigger_of(l);
	a->record.value = a->trigger.value;
	a->record.quality = a->trigger.quality;
	alarm_engine_note(e, a, out);
}

static void fire(struct alarm_engine *e, uint32_t alarm, const struct alarm_outlet *out)
{
	struct alarm *a = &e->alarms[alarm];

	heap_remove(&e->delays, alarm);
	alarm_engine_step(e, a, a->pending, "", out);
}

static enum alarm_verdict verdict_of(const struct alarm *a, struct alarm_look *l)
{
	enum alarm_verdict verdict;

	if (!a->count)
		return a->def->type->eval(a->def, l);
	l->was = a->count->was;
	verdict = a->def->type->eval(a->def, l);
	l->was = a->present;
	return alarm_count_judge(a->count, a->def, verdict, l);
}

static void obey(struct alarm_engine *e, uint32_t alarm, const struct alarm_look *l,
		 enum alarm_verdict verdict, const struct alarm_outlet *out)
{
	struct alarm *a = &e->alarms[alarm];

	tell_blind(e, a, l, verdict, out);
	if (verdict == ALARM_UNKNOWN) {
		source_lost(e, a, l, out);
	} else if (verdict == ALARM_HELD) {
		alarm_engine_settle(e, a);
	} else {
		a->present = verdict == ALARM_PRESENT;
		source_heard(e, alarm, l, out);
	}
}

/* When to look again. A type that wants it no later than now would get the same answer
 * for ever and the caller of look_due() would never come out: it waits a little. */
static void plan_look(struct alarm_engine *e, uint32_t alarm, const struct alarm_look *l)
{
	if (l->due.ns == INT64_MAX)
		heap_remove(&e->looks, alarm);
	else if (mono_reached(l->now, l->due))
		heap_set(&e->looks, alarm, mono_add_ms(l->now, LOOK_AGAIN_MS));
	else
		heap_set(&e->looks, alarm, l->due);
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
				.due = HEAP_NEVER,
				.limit = NAN };
	enum alarm_verdict verdict;

	if (quiet)
		*quiet = l.quiet;
	if (!a)
		return;
	if (mono_reached(now.mono, heap_deadline(&e->delays, alarm)))
		fire(e, alarm, &out); /* a timer goes before a sample of its time */
	l.was = a->present;
	l.memory = a->memory;
	verdict = verdict_of(a, &l);
	plan_look(e, alarm, &l);
	obey(e, alarm, &l, verdict, &out);
	if (quiet && (verdict == ALARM_CLEAR || verdict == ALARM_PRESENT))
		*quiet = l.quiet;
}

void alarm_engine_sample(struct alarm_engine *e, uint32_t alarm, const struct sample *s,
			 struct now now, struct alarm_band *quiet, alarm_sink sink,
			 void *arg)
{
	alarm_engine_judge(e, alarm, s, NULL, now, quiet, sink, arg);
}

bool alarm_engine_look_due(struct alarm_engine *e, struct now now, uint32_t *alarm)
{
	if (!heap_due(&e->looks, now.mono, alarm))
		return false;
	heap_remove(&e->looks, *alarm);
	return true;
}

void alarm_engine_prefetch(const struct alarm_engine *e, uint32_t alarm, int step)
{
	if (alarm >= e->n)
		return;
	const struct alarm *a = &e->alarms[alarm];

	if (step == 0) {
		for (size_t at = 0; at < sizeof(*a); at += CACHE_LINE)
			__builtin_prefetch((const char *)a + at, 1);
		__builtin_prefetch(&e->delays.place[alarm]);
		__builtin_prefetch(&e->looks.place[alarm]);
	} else if (a->def) {
		__builtin_prefetch(&a->def->type);
		__builtin_prefetch(&a->def->limit);
		__builtin_prefetch(&a->def->off_delay_ms);
	}
}

void alarm_engine_tick(struct alarm_engine *e, struct now now, alarm_sink sink, void *arg)
{
	struct alarm_outlet out = { now, sink, arg };
	uint32_t alarm;

	while (heap_due(&e->delays, now.mono, &alarm))
		fire(e, alarm, &out);
}

struct mono alarm_engine_next_deadline(const struct alarm_engine *e)
{
	struct mono delay = heap_next(&e->delays), look = heap_next(&e->looks);

	return delay.ns < look.ns ? delay : look;
}
