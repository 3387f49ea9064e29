/*
 * states.h - the life of an alarm as a table: in this state, at this event, what next?
 *
 * Rows are ISA-18.2 transitions by their number in the reference. An event without a
 * row changes nothing. Latching, shelving and suppression add states, events and rows
 * here; flags that only hide an alarm go beside the core in struct alarm (AM-01).
 */
#ifndef SG_ALARM_STATES_H
#define SG_ALARM_STATES_H

#include "alarm/engine.h"

enum { ALARM_S_COUNT = ALARM_S_RTNUN + 1 };

struct alarm_rule {
	const char *id; /* "T01"; NULL = no such transition */
	enum alarm_state next;
	enum alarm_cause cause;
	bool is_new; /* it came: a new occurrence begins */
};

/* NULL when the event changes nothing in that state. */
const struct alarm_rule *alarm_rule(enum alarm_state state, enum alarm_event event);

/* The condition is part of the state: only then can it clear. */
static inline bool alarm_state_is_active(enum alarm_state state)
{
	return alarm_rule(state, ALARM_E_GO) != NULL;
}

#endif
