/* states.c - the transition table of the alarm core, and the names of it all. */
#include "alarm/states.h"

#define ROW(id, next)                                                                    \
	{                                                                                \
		id, ALARM_S_##next, false, false                                         \
	}
#define ROW_NEW(id, next)                                                                \
	{                                                                                \
		id, ALARM_S_##next, true, false                                          \
	}
/* it calls again: a new occurrence of what was raised before */
#define ROW_AGAIN(id)                                                                    \
	{                                                                                \
		id, ALARM_S_UNACK, true, true                                            \
	}

static const struct alarm_rule rules[ALARM_S_COUNT][ALARM_E_COUNT] = {
	[ALARM_S_NORMAL] = {
		[ALARM_E_COME] = ROW_NEW("T01", UNACK),
		[ALARM_E_REMOVE] = ROW("T21", NORMAL),
	},
	[ALARM_S_UNACK] = {
		[ALARM_E_ACK] = ROW("T02", ACKED),
		[ALARM_E_GO] = ROW("T03", RTNUN),
		[ALARM_E_REMOVE] = ROW("T21", NORMAL),
	},
	[ALARM_S_ACKED] = {
		[ALARM_E_GO] = ROW("T04", NORMAL),
		[ALARM_E_REALARM] = ROW_AGAIN("T13"),
		[ALARM_E_SHELF_EXPIRED] = ROW_AGAIN("T16"),
		[ALARM_E_UNSUPPRESS] = ROW_AGAIN("T17"),
		[ALARM_E_IN_SERVICE] = ROW_AGAIN("T18"),
		[ALARM_E_REMOVE] = ROW("T21", NORMAL),
	},
	[ALARM_S_RTNUN] = {
		[ALARM_E_ACK] = ROW("T05", NORMAL),
		[ALARM_E_COME] = ROW_NEW("T06", UNACK),
		[ALARM_E_SHELF_EXPIRED] = ROW("T16", NORMAL),
		[ALARM_E_UNSUPPRESS] = ROW("T17", NORMAL),
		[ALARM_E_IN_SERVICE] = ROW("T18", NORMAL),
		[ALARM_E_REMOVE] = ROW("T21", NORMAL),
	},
	[ALARM_S_LTUNK] = {
		[ALARM_E_ACK] = ROW("T09", LTACK),
		[ALARM_E_COME] = ROW_NEW("T12", UNACK),
		[ALARM_E_REMOVE] = ROW("T21", NORMAL),
	},
	[ALARM_S_LTACK] = {
		[ALARM_E_RESET] = ROW("T10", NORMAL),
		[ALARM_E_COME] = ROW_NEW("T12", UNACK),
		[ALARM_E_REMOVE] = ROW("T21", NORMAL),
	},
};

/* What clearing does where the life of the alarm asks for more, or for less. */
static const struct alarm_rule latch[ALARM_S_COUNT] = {
	[ALARM_S_UNACK] = ROW("T07", LTUNK),
	[ALARM_S_ACKED] = ROW("T08", LTACK),
};
static const struct alarm_rule leave_alone[ALARM_S_COUNT] = {
	[ALARM_S_UNACK] = ROW("T14", NORMAL),
};

static const struct alarm_rule *at_clearing(enum alarm_state state,
					    const struct alarm_life *life)
{
	if (life->latching && latch[state].id)
		return &latch[state];
	if (life->no_ack && leave_alone[state].id)
		return &leave_alone[state];
	return &rules[state][ALARM_E_GO];
}

const struct alarm_rule *alarm_rule(enum alarm_state state, enum alarm_event event,
				    const struct alarm_life *life)
{
	const struct alarm_rule *rule =
		event == ALARM_E_GO ? at_clearing(state, life) : &rules[state][event];

	return rule->id ? rule : NULL;
}

static const struct {
	const char *name, *rule;
} events[ALARM_E_COUNT] = {
	[ALARM_E_COME] = { "came", "" },
	[ALARM_E_GO] = { "cleared", "" },
	[ALARM_E_ACK] = { "acknowledged", "T05" }, /* of an older occurrence */
	[ALARM_E_REMOVE] = { "removed", "T21" },
	[ALARM_E_RESET] = { "reset", "" },
	[ALARM_E_REALARM] = { "re-alarmed", "" },
	[ALARM_E_CONFIRM] = { "confirmed", "" },
	[ALARM_E_COMMENT] = { "comment", "" },
	[ALARM_E_SHELVE] = { "shelved", "T15" },
	[ALARM_E_UNSHELVE] = { "unshelved", "T16" },
	[ALARM_E_SHELF_EXPIRED] = { "shelf expired", "T16" },
	[ALARM_E_SUPPRESS] = { "suppressed", "T17" },
	[ALARM_E_UNSUPPRESS] = { "suppression ended", "T17" },
	[ALARM_E_OUT_OF_SERVICE] = { "out of service", "T18" },
	[ALARM_E_IN_SERVICE] = { "in service", "T18" },
	[ALARM_E_SOURCE_BAD] = { "source bad", "T20" },
	[ALARM_E_SOURCE_GOOD] = { "source good", "T20" },
	[ALARM_E_BLIND] = { "not judged", "T20" },
	[ALARM_E_JUDGED_AGAIN] = { "judged again", "T20" },
	[ALARM_E_OLDER_SHED] = { "shed", "" },
};

const char *alarm_event_rule(enum alarm_event event)
{
	return events[event].rule;
}

const char *alarm_event_name(enum alarm_event event)
{
	return (unsigned)event < ALARM_E_COUNT ? events[event].name : "unknown";
}

const char *alarm_state_name(enum alarm_state s)
{
	static const char *const names[ALARM_S_COUNT] = {
		[ALARM_S_NORMAL] = "normal",
		[ALARM_S_UNACK] = "unacknowledged",
		[ALARM_S_ACKED] = "acknowledged",
		[ALARM_S_RTNUN] = "returned",
		[ALARM_S_LTUNK] = "latched unacknowledged",
		[ALARM_S_LTACK] = "latched acknowledged",
	};

	return (unsigned)s < ALARM_S_COUNT ? names[s] : "unknown";
}
