/* type_bad_quality.c - type "bad_quality": the measurement itself has failed. The one
 * type to which a bad sample is the answer and not the lack of one. */
#include "alarm/types.h"

#include "alarm/input.h"

static enum alarm_verdict eval(const struct alarm_def *d, struct alarm_look *l)
{
	double v;

	(void)d;
	if (quality_class(l->s->quality) == QUALITY_BAD)
		return ALARM_PRESENT;
	if (value_number(&l->s->value, &v) && !isfinite(v))
		return ALARM_PRESENT; /* whatever its source believes (AL-10) */
	l->quiet = ALARM_BAND_ALL;
	return ALARM_CLEAR;
}

const struct alarm_type alarm_type_bad_quality = {
	.name = "bad_quality",
	.help = "the quality of the tag is bad, for whatever reason (comm, frozen, ...)",
	.needs_tag = true,
	.of_quality = true,
	.check = alarm_check_no_deadband,
	.eval = eval,
};
