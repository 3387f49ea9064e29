/* type_state.c - type "state": an on/off tag is in its abnormal state. */
#include "alarm/types.h"

#include "alarm/input.h"

static enum alarm_verdict eval(const struct alarm_def *d, struct alarm_look *l)
{
	bool on;

	if (!alarm_truth(l->s, &on, &l->quiet))
		return ALARM_UNKNOWN;
	return on == d->state ? ALARM_PRESENT : ALARM_CLEAR;
}

static const char *const state_settings[] = { "state", NULL };

const struct alarm_type alarm_type_state = {
	.name = "state",
	.help = "the tag is in its abnormal state (state = true: on, any number but 0)",
	.needs_tag = true,
	.takes = state_settings,
	.check = alarm_check_no_deadband,
	.eval = eval,
};
