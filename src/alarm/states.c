/* states.c - the transition table of the alarm core. */
#include "alarm/states.h"

#define ROW(id, next, cause)                                                             \
	{                                                                                \
		id, ALARM_S_##next, ALARM_BY_##cause, false                              \
	}
#define ROW_NEW(id, next, cause)                                                         \
	{                                                                                \
		id, ALARM_S_##next, ALARM_BY_##cause, true                               \
	}

static const struct alarm_rule rules[ALARM_S_COUNT][ALARM_E_COUNT] = {
	[ALARM_S_NORMAL] = {
		[ALARM_E_COME] = ROW_NEW("T01", UNACK, PROCESS),
	},
	[ALARM_S_UNACK] = {
		[ALARM_E_ACK] = ROW("T02", ACKED, OPERATOR),
		[ALARM_E_GO] = ROW("T03", RTNUN, PROCESS),
		[ALARM_E_REMOVE] = ROW("T21", NORMAL, CONFIG),
	},
	[ALARM_S_ACKED] = {
		[ALARM_E_GO] = ROW("T04", NORMAL, PROCESS),
		[ALARM_E_REMOVE] = ROW("T21", NORMAL, CONFIG),
	},
	[ALARM_S_RTNUN] = {
		[ALARM_E_ACK] = ROW("T05", NORMAL, OPERATOR),
		[ALARM_E_COME] = ROW_NEW("T06", UNACK, PROCESS),
		[ALARM_E_REMOVE] = ROW("T21", NORMAL, CONFIG),
	},
};

const struct alarm_rule *alarm_rule(enum alarm_state state, enum alarm_event event)
{
	const struct alarm_rule *rule = &rules[state][event];

	return rule->id ? rule : NULL;
}

const char *alarm_state_name(enum alarm_state s)
{
	static const char *const names[ALARM_S_COUNT] = {
		[ALARM_S_NORMAL] = "normal",
		[ALARM_S_UNACK] = "unacknowledged",
		[ALARM_S_ACKED] = "acknowledged",
		[ALARM_S_RTNUN] = "returned",
	};

	return (unsigned)s < ALARM_S_COUNT ? names[s] : "unknown";
}
