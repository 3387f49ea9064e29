/*
 * states.h - the life of an alarm as a table: in this state, at this event, what next?
 *
 * Rows are ISA-18.2 transitions by their number in the reference. An event without a
 * row changes no core state; those of the flags (shelf, suppression, out of service) have
 * rows for what their end does when nothing hides the alarm any more (AM-01).
 */
#ifndef SG_ALARM_STATES_H
#define SG_ALARM_STATES_H

#include "alarm/engine.h"

struct alarm_rule {
	const char *id; /* "T01"; NULL = no such transition */
	enum alarm_state next;
	bool is_new;  /* a new occurrence begins */
	bool is_same; /* it was raised when the one before was: it only calls again */
};

/* NULL when the event changes no core state. */
const struct alarm_rule *alarm_rule(enum alarm_state state, enum alarm_event event,
				    const struct alarm_life *life);
/* The number of what the event does beside the core; "" = none. */
const char *alarm_event_rule(enum alarm_event event);

/* The condition is part of the state: only then can it clear. */
static inline bool alarm_state_is_active(enum alarm_state state)
{
	return state == ALARM_S_UNACK || state == ALARM_S_ACKED;
}

/* Somebody has to acknowledge the occurrence. */
static inline bool alarm_state_waits(enum alarm_state state)
{
	return state == ALARM_S_UNACK || state == ALARM_S_RTNUN || state == ALARM_S_LTUNK;
}

#endif
