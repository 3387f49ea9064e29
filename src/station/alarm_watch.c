/* alarm_watch.c - which alarms are a nuisance now, and how many come. */
#include "station/alarm_watch.h"

#include <stdlib.h>

#include "alarm/journal.h"
#include "station/station_int.h"
#include "util/xalloc.h"

_Static_assert(ALARM_CHATTERING == (int)WIRE_HABIT_CHATTERING &&
		       ALARM_FLEETING == (int)WIRE_HABIT_FLEETING &&
		       ALARM_STALE == (int)WIRE_HABIT_STALE,
	       "marks go over the wire as they are");

struct alarm_watch *alarm_watch_new(void)
{
	struct alarm_watch *w = xcalloc(1, sizeof(*w));

	w->chatter = alarm_chatter_new();
	return w;
}

void alarm_watch_free(struct alarm_watch *w)
{
	if (!w)
		return;
	alarm_chatter_free(w->chatter);
	free(w);
}

static bool is_active(enum alarm_state state)
{
	return state != ALARM_S_NORMAL && state != ALARM_S_RTNUN;
}

void alarm_watch_apply(struct station *s)
{
	struct alarm_chatter *c = s->alarm_watch->chatter;

	alarm_chatter_reserve(c, (uint32_t)s->n_alarms);
	for (uint32_t i = 0; i < s->n_alarms; i++)
		if (!alarm_engine_def(s->alarms, i))
			alarm_chatter_remove(c, i);
}

void alarm_watch_start(struct station *s)
{
	alarm_watch_apply(s);
	for (uint32_t i = 0; i < s->n_alarms; i++) {
		const struct alarm_record *r = alarm_engine_record(s->alarms, i);

		if (r && is_active(r->state))
			alarm_chatter_restore(s->alarm_watch->chatter, i,
					      s->now.wall.ms - r->raised.ms, s->now.mono);
	}
}

/* --- events ------------------------------------------------------------------------ */

static void watch_habits(struct station *s, const struct alarm_transition *t)
{
	struct alarm_chatter *c = s->alarm_watch->chatter;

	switch (t->event) {
	case ALARM_E_COME:
		alarm_chatter_come(c, t->alarm, s->now.mono);
		break;
	case ALARM_E_GO:
		if (!is_active(t->to)) /* latched, it stands on */
			alarm_chatter_go(c, t->alarm, s->now.mono);
		break;
	case ALARM_E_RESET:
		alarm_chatter_go(c, t->alarm, s->now.mono);
		break;
	case ALARM_E_ACK:
		if (t->occurrence == t->record.occurrence)
			alarm_chatter_ack(c, t->alarm);
		break;
	case ALARM_E_REMOVE:
		alarm_chatter_remove(c, t->alarm);
		break;
	default:
		break;
	}
}

void alarm_watch_transition(struct station *s, const struct alarm_transition *t)
{
	const struct alarm_def *d = alarm_engine_def(s->alarms, t->alarm);
	const struct alarm_journal row = {
		.event = t->event,
		.to = t->to,
		.flags = alarm_record_flags(&t->record),
		.priority = d->priority,
	};

	alarm_chatter_reserve(s->alarm_watch->chatter, t->alarm + 1);
	watch_habits(s, t);
	if (alarm_journal_is_annunciated(&row))
		alarm_flood_announced(s, t);
}

uint8_t alarm_watch_habits(const struct station *s, uint32_t alarm)
{
	return alarm_chatter_marks(s->alarm_watch->chatter, alarm);
}

void alarm_watch_tick(struct station *s)
{
	uint32_t alarm;

	while (alarm_chatter_due(s->alarm_watch->chatter, s->now.mono, &alarm)) {
		const struct alarm_record *r = alarm_engine_record(s->alarms, alarm);

		if (r && alarm_record_is_retained(r))
			station_tell_alarm(s, alarm);
	}
}

struct mono alarm_watch_deadline(const struct station *s)
{
	return alarm_chatter_next_deadline(s->alarm_watch->chatter);
}

void alarm_watch_show(struct station *s)
{
	const struct alarm_watch *w = s->alarm_watch;

	alarm_flood_beat(s);
	system_set_int(s, s->system_tag[SYSTEM_ALARMS_RATE], w->flood.n);
	system_set_bool(s, s->system_tag[SYSTEM_ALARMS_FLOOD], w->flood.on);
	system_set_int(s, s->system_tag[SYSTEM_ALARMS_CHATTERING],
		       alarm_chatter_count(w->chatter, ALARM_CHATTERING));
	system_set_int(s, s->system_tag[SYSTEM_ALARMS_STALE],
		       alarm_chatter_count(w->chatter, ALARM_STALE));
}
