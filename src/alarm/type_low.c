/* type_low.c - type "low": at or below a limit; the deadband acts on the way up. */
#include "alarm/types.h"

#include "alarm/input.h"

static enum alarm_verdict eval(const struct alarm_def *d, const struct sample *s,
			       bool was, struct alarm_band *quiet)
{
	double v, clear = d->limit + d->deadband;

	if (!alarm_number(s, &v))
		return ALARM_UNKNOWN;
	if (v <= (was ? clear : d->limit)) {
		*quiet = (struct alarm_band){ -INFINITY, clear };
		return ALARM_PRESENT;
	}
	*quiet = (struct alarm_band){ nextafter(d->limit, INFINITY), INFINITY };
	return ALARM_CLEAR;
}

const struct alarm_type alarm_type_low = {
	.name = "low",
	.help = "the value is at or below limit; clears above limit + deadband",
	.needs_tag = true,
	.needs_limit = true,
	.check = alarm_check_limit,
	.eval = eval,
};
