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

const char *alarm_event_name(enum alarm_event e)
{
	static const char *const names[ALARM_E_COUNT] = {
		[ALARM_E_COME] = "came",
		[ALARM_E_GO] = "cleared",
		[ALARM_E_ACK] = "acknowledged",
		[ALARM_E_REMOVE] = "removed",
		[ALARM_E_RESET] = "reset",
		[ALARM_E_REALARM] = "re-alarmed",
		[ALARM_E_CONFIRM] = "confirmed",
		[ALARM_E_COMMENT] = "comment",
		[ALARM_E_SHELVE] = "shelved",
		[ALARM_E_UNSHELVE] = "unshelved",
		[ALARM_E_SHELF_EXPIRED] = "shelf expired",
		[ALARM_E_SUPPRESS] = "suppressed",
		[ALARM_E_UNSUPPRESS] = "suppression ended",
		[ALARM_E_OUT_OF_SERVICE] = "out of service",
		[ALARM_E_IN_SERVICE] = "in service",
		[ALARM_E_SOURCE_BAD] = "source bad",
		[ALARM_E_SOURCE_GOOD] = "source good",
		[ALARM_E_BLIND] = "not judged",
		[ALARM_E_JUDGED_AGAIN] = "judged again",
		[ALARM_E_OLDER_SHED] = "shed",
	};

	return (unsigned)e < ALARM_E_COUNT ? names[e] : "unknown";
}
