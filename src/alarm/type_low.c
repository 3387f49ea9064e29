/* type_low.c - type "low": at or below a limit; the deadband acts on the way up. */
#include "alarm/types.h"

#include "alarm/input.h"

static enum alarm_verdict eval(const struct alarm_def *d, struct alarm_look *l)
{
	double v, clear;

	if (!alarm_number(l->s, &v) || !alarm_limit(d, l))
		return ALARM_UNKNOWN;
	clear = l->limit + d->deadband;
	if (v <= (l->was ? clear : l->limit)) {
		l->quiet = (struct alarm_band){ -INFINITY, clear };
		return ALARM_PRESENT;
	}
	l->quiet = (struct alarm_band){ nextafter(l->limit, INFINITY), INFINITY };
	return ALARM_CLEAR;
}

static const char *const limit_settings[] = { "limit_min", "limit_max", NULL };

const struct alarm_type alarm_type_low = {
	.name = "low",
	.help = "the value is at or below limit; clears above limit + deadband",
	.needs_tag = true,
	.needs_limit = true,
	.has_number = true,
	.crosses = true,
	.second = "limit",
	.takes = limit_settings,
	.check = alarm_check_limit,
	.eval = eval,
};
