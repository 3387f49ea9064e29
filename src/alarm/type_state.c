/* type_state.c - type "state": an on/off tag is in its abnormal state. */
#include "alarm/types.h"

#include "alarm/input.h"

static enum alarm_verdict eval(const struct alarm_def *d, const struct sample *s,
			       bool was, struct alarm_band *quiet)
{
	bool on;

	(void)was; /* a state has no deadband */
	if (!alarm_truth(s, &on, quiet))
		return ALARM_UNKNOWN;
	return on == d->state ? ALARM_PRESENT : ALARM_CLEAR;
}

const struct alarm_type alarm_type_state = {
	.name = "state",
	.help = "the tag is in its abnormal state (state = true: on, any number but 0)",
	.needs_tag = true,
	.check = alarm_check_no_deadband,
	.eval = eval,
};
