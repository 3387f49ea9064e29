/* timers.c - what comes by itself: the end of delays and shelves, and re-alarms. */
#include "alarm/engine_int.h"
#include "util/xalloc.h"

/* Memory is asked for by the first of many, never by one alarm again and again. */
void alarm_timer_set(struct alarm_engine *e, struct alarm *a, enum alarm_timer kind,
		     struct mono at)
{
	struct heap *h = &e->timers[kind];

	if (e->trial)
		return;
	heap_reserve_few(h, a->index + 1, (uint32_t)h->n + 1);
	a->timers |= (uint8_t)(1u << kind);
	heap_set(h, a->index, at);
}

void alarm_timer_stop(struct alarm_engine *e, struct alarm *a, enum alarm_timer kind)
{
	if (!alarm_timer_runs(a, kind) || e->trial)
		return;
	a->timers &= (uint8_t) ~(1u << kind);
	heap_remove(&e->timers[kind], a->index);
	if (kind != ALARM_T_DELAY)
		return;
	e->waiting[a->waiting].next = e->free_waiting;
	e->free_waiting = a->waiting + 1;
}

void alarm_delay_begin(struct alarm_engine *e, struct alarm *a,
		       const struct alarm_trigger *trigger, struct mono at)
{
	if (e->free_waiting) {
		a->waiting = e->free_waiting - 1;
		e->free_waiting = e->waiting[a->waiting].next;
	} else {
		a->waiting = (uint32_t)e->n_waiting;
		GROW(&e->waiting, &e->n_waiting);
	}
	e->waiting[a->waiting].trigger = *trigger;
	alarm_timer_set(e, a, ALARM_T_DELAY, at);
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
	const struct alarm_trigger trigger = e->waiting[a->waiting].trigger;
	enum alarm_event event =
		alarm_state_is_active(a->record.state) ? ALARM_E_GO : ALARM_E_COME;

	alarm_timer_stop(e, a, ALARM_T_DELAY);
	alarm_engine_process(e, a, event, &trigger, out);
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

/* Each ends its timer. */
static void (*const over[ALARM_T_RUN])(struct alarm_engine *e, struct alarm *a,
				       const struct alarm_outlet *out) = {
	[ALARM_T_DELAY] = delay_over,
	[ALARM_T_SHELF] = shelf_over,
	[ALARM_T_REALARM] = realarm,
};

void alarm_timers_run(struct alarm_engine *e, struct alarm *a,
		      const struct alarm_outlet *out)
{
	for (;;) {
		struct mono first = MONO_NEVER;
		int next = -1;

		for (int k = 0; k < ALARM_T_RUN; k++) {
			struct mono at = alarm_timer_runs(a, (enum alarm_timer)k)
						 ? heap_deadline(&e->timers[k], a->index)
						 : MONO_NEVER;

			if (at.ns < first.ns) {
				first = at;
				next = k;
			}
		}
		if (next < 0 || !mono_reached(out->now.mono, first))
			return;
		over[next](e, a, out);
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
		over[next](e, alarm_engine_at(e, alarm), &out);
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
