/* timers.c - what comes by itself: the end of delays and shelves, and re-alarms. */
#include "alarm/engine_int.h"

void alarm_timer_reserve(struct alarm_engine *e, struct alarm *a, enum alarm_timer kind)
{
	if (a->may & 1u << kind)
		return;
	a->may |= (uint8_t)(1u << kind);
	heap_reserve_few(&e->timers[kind], a->index + 1, ++e->may[kind]);
}

void alarm_timer_set(struct alarm_engine *e, struct alarm *a, enum alarm_timer kind,
		     struct mono at)
{
	if (e->trial)
		return;
	alarm_timer_reserve(e, a, kind); /* mostly long done */
	a->timers |= (uint8_t)(1u << kind);
	heap_set(&e->timers[kind], a->index, at);
}

void alarm_timer_stop(struct alarm_engine *e, struct alarm *a, enum alarm_timer kind)
{
	if (!alarm_timer_runs(a, kind) || e->trial)
		return;
	a->timers &= (uint8_t) ~(1u << kind);
	heap_remove(&e->timers[kind], a->index);
}

void alarm_realarm_from(struct alarm_engine *e, struct alarm *a, struct now now)
{
	int64_t after = alarm_life(a->def)->realarm_ms;

	if (a->record.state == ALARM_S_ACKED && after > 0)
		alarm_timer_set(e, a, ALARM_T_REALARM, mono_add_ms(now.mono, after));
	else
		alarm_timer_stop(e, a, ALARM_T_REALARM);
}

static void delay_over(struct alarm_engine *e, struct alarm *a,
		       const struct alarm_outlet *out)
{
	enum alarm_event event =
		alarm_state_is_active(a->record.state) ? ALARM_E_GO : ALARM_E_COME;

	alarm_engine_process(e, a, event, &a->rare->trigger, out);
}

static void shelf_over(struct alarm_engine *e, struct alarm *a,
		       const struct alarm_outlet *out)
{
	const struct alarm_cue cue = { .event = ALARM_E_SHELF_EXPIRED,
				       .cause = ALARM_BY_TIMER };

	alarm_unshelve(e, a, &cue, out);
}

static void realarm(struct alarm_engine *e, struct alarm *a,
		    const struct alarm_outlet *out)
{
	const struct alarm_cue cue = { .event = ALARM_E_REALARM,
				       .cause = ALARM_BY_TIMER };

	alarm_engine_step(e, a, &cue, out);
}

static void (*const over[ALARM_T_RUN])(struct alarm_engine *e, struct alarm *a,
				       const struct alarm_outlet *out) = {
	[ALARM_T_DELAY] = delay_over,
	[ALARM_T_SHELF] = shelf_over,
	[ALARM_T_REALARM] = realarm,
};

static void fire(struct alarm_engine *e, struct alarm *a, enum alarm_timer kind,
		 const struct alarm_outlet *out)
{
	alarm_timer_stop(e, a, kind);
	over[kind](e, a, out);
}

void alarm_timers_run(struct alarm_engine *e, struct alarm *a,
		      const struct alarm_outlet *out)
{
	for (;;) {
		struct mono first = HEAP_NEVER;
		int next = -1;

		for (int k = 0; k < ALARM_T_RUN; k++) {
			struct mono at = alarm_timer_runs(a, (enum alarm_timer)k)
						 ? heap_deadline(&e->timers[k], a->index)
						 : HEAP_NEVER;

			if (at.ns < first.ns) {
				first = at;
				next = k;
			}
		}
		if (next < 0 || !mono_reached(out->now.mono, first))
			return;
		fire(e, a, (enum alarm_timer)next, out);
	}
}

void alarm_engine_tick(struct alarm_engine *e, struct now now, alarm_sink sink, void *arg)
{
	struct alarm_outlet out = { now, sink, arg };

	for (;;) {
		int next = 0;
		uint32_t alarm;

		for (int k = 1; k < ALARM_T_RUN; k++)
			if (heap_next(&e->timers[k]).ns < heap_next(&e->timers[next]).ns)
				next = k;
		if (!heap_due(&e->timers[next], now.mono, &alarm))
			return;
		fire(e, alarm_engine_at(e, alarm), (enum alarm_timer)next, &out);
	}
}

struct mono alarm_engine_next_deadline(const struct alarm_engine *e)
{
	struct mono first = heap_next(&e->timers[0]);

	for (int k = 1; k < ALARM_T_COUNT; k++)
		if (heap_next(&e->timers[k]).ns < first.ns)
			first = heap_next(&e->timers[k]);
	return first;
}

bool alarm_engine_look_due(struct alarm_engine *e, struct now now, uint32_t *alarm)
{
	if (!heap_due(&e->timers[ALARM_T_LOOK], now.mono, alarm))
		return false;
	alarm_timer_stop(e, alarm_engine_at(e, *alarm), ALARM_T_LOOK);
	return true;
}
