/* type_high.c - type "high": at or above a limit; the deadband acts on the way down. */
#include "alarm/types.h"

#include "alarm/input.h"

static enum alarm_verdict eval(const struct alarm_def *d, const struct sample *s,
			       bool was, struct alarm_band *quiet)
{
	double v, clear = d->limit - d->deadband;

	if (!alarm_number(s, &v))
		return ALARM_UNKNOWN;
	if (v >= (was ? clear : d->limit)) {
		*quiet = (struct alarm_band){ clear, INFINITY };
		return ALARM_PRESENT;
	}
	*quiet = (struct alarm_band){ -INFINITY, nextafter(d->limit, -INFINITY) };
	return ALARM_CLEAR;
}

const struct alarm_type alarm_type_high = {
	.name = "high",
	.help = "the value is at or above limit; clears below limit - deadband",
	.needs_tag = true,
	.needs_limit = true,
	.check = alarm_check_limit,
	.eval = eval,
};
