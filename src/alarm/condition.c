/* condition.c - from verdicts to events: delays, and sources that are not good. */
#include "alarm/engine_int.h"

static struct alarm_trigger trigger_of(const struct sample *s)
{
	struct alarm_trigger t = { NAN, s->quality, s->source_time };
	double v;

	if (value_number(&s->value, &v))
		t.value = v;
	return t;
}

/* The source cannot say whether the condition holds: nothing may change because of it
 * (T20, AL-09), neither now nor by a delay that is running. */
static void source_lost(struct alarm_engine *e, struct alarm *a, const struct sample *s,
			const struct alarm_outlet *out)
{
	alarm_engine_settle(e, a);
	if (!a->present || a->record.source_bad)
		return;
	a->trigger = trigger_of(s);
	a->record.source_bad = true;
	a->record.quality = s->quality; /* the value stays the one it had when good */
	alarm_engine_note(e, a, out);
}

/* Makes the core follow the verdict, at once or after the delay. True when it changed
 * now. */
static bool follow(struct alarm_engine *e, uint32_t alarm, const struct sample *s,
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
	a->trigger = trigger_of(s);
	if (delay_ms <= 0)
		return alarm_engine_step(e, a, event, "", out);
	a->pending = event;
	heap_set(&e->delays, alarm, mono_add_ms(out->now.mono, delay_ms));
	return false;
}

static void source_heard(struct alarm_engine *e, uint32_t alarm, const struct sample *s,
			 const struct alarm_outlet *out)
{
	struct alarm *a = &e->alarms[alarm];
	bool was_bad = a->record.source_bad;

	a->record.source_bad = false;
	if (follow(e, alarm, s, out) || !was_bad)
		return;
	a->trigger = trigger_of(s);
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

void alarm_engine_sample(struct alarm_engine *e, uint32_t alarm, const struct sample *s,
			 struct now now, struct alarm_band *quiet, alarm_sink sink,
			 void *arg)
{
	struct alarm *a = alarm_engine_at(e, alarm);
	struct alarm_outlet out = { now, sink, arg };
	struct alarm_band band = ALARM_BAND_NONE;

	if (quiet)
		*quiet = band;
	if (!a)
		return;
	if (mono_reached(now.mono, heap_deadline(&e->delays, alarm)))
		fire(e, alarm, &out); /* a timer goes before a sample of its time */
	enum alarm_verdict verdict = a->def->type->eval(a->def, s, a->present, &band);

	if (verdict == ALARM_UNKNOWN) {
		source_lost(e, a, s, &out);
		return;
	}
	a->present = verdict == ALARM_PRESENT;
	source_heard(e, alarm, s, &out);
	if (quiet)
		*quiet = band;
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
	return heap_next(&e->delays);
}
