/* type_count.c - type "count": an on/off tag came into its state so many times within a
 * time. The counting is count.c's; here is only what is counted. */
#include "alarm/types.h"

#include "alarm/input.h"

static enum alarm_verdict eval(const struct alarm_def *d, struct alarm_look *l)
{
	bool on;

	if (!alarm_truth(l->s, &on, &l->quiet))
		return ALARM_UNKNOWN;
	return on == d->state ? ALARM_PRESENT : ALARM_CLEAR;
}

static const char *const needs[] = { "times", "within_s", NULL };
static const char *const takes[] = { "state", NULL };

const struct alarm_type alarm_type_count = {
	.name = "count",
	.help = "the tag came into its state (state = true: on) times or more within "
		"within_s",
	.needs_tag = true,
	.needs = needs,
	.takes = takes,
	.counts_only = true,
	.check = alarm_check_no_deadband,
	.eval = eval,
};
