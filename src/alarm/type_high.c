/* type_high.c - type "high": at or above a limit; the deadband acts on the way down. */
#include "alarm/types.h"

#include "alarm/input.h"

static enum alarm_verdict eval(const struct alarm_def *d, struct alarm_look *l)
{
	double v, clear;

	if (!alarm_number(l->s, &v) || !alarm_limit(d, l))
		return ALARM_UNKNOWN;
	clear = l->limit - d->deadband;
	if (v >= (l->was ? clear : l->limit)) {
		l->quiet = (struct alarm_band){ clear, INFINITY };
		return ALARM_PRESENT;
	}
	l->quiet = (struct alarm_band){ -INFINITY, nextafter(l->limit, -INFINITY) };
	return ALARM_CLEAR;
}

static const char *const limit_settings[] = { "limit_min", "limit_max", NULL };

const struct alarm_type alarm_type_high = {
	.name = "high",
	.help = "the value is at or above limit; clears below limit - deadband",
	.needs_tag = true,
	.needs_limit = true,
	.upper = true,
	.has_number = true,
	.crosses = true,
	.second = "limit",
	.takes = limit_settings,
	.check = alarm_check_limit,
	.eval = eval,
};
