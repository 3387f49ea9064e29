/* type_deviation.c - type "deviation": too far above or below a setpoint, which is a
 * number or another tag. */
#include "alarm/types.h"

#include "alarm/input.h"
#include "util/strbuf.h"

/* false: the setpoint is a tag whose value is not good. */
static bool setpoint(const struct alarm_def *d, const struct alarm_look *l, double *sp)
{
	const struct alarm_more *m = alarm_more(d);

	*sp = m->setpoint;
	return !m->second || (l->second && alarm_number(l->second, sp));
}

static enum alarm_verdict eval(const struct alarm_def *d, struct alarm_look *l)
{
	const struct alarm_more *m = alarm_more(d);
	double v, sp, high, low, back = l->was ? d->deadband : 0;

	if (!alarm_number(l->s, &v) || !setpoint(d, l, &sp))
		return ALARM_UNKNOWN;
	high = sp + m->plus;
	low = sp - m->minus;
	l->limit = v > sp || !isfinite(low) ? high : low;
	if (!isfinite(l->limit))
		l->limit = low;
	if (v >= high - back) {
		l->quiet = (struct alarm_band){ high - d->deadband, INFINITY };
		return ALARM_PRESENT;
	}
	if (v <= low + back) {
		l->quiet = (struct alarm_band){ -INFINITY, low + d->deadband };
		return ALARM_PRESENT;
	}
	l->quiet = (struct alarm_band){ nextafter(low, INFINITY),
					nextafter(high, -INFINITY) };
	return ALARM_CLEAR;
}

static bool check(const struct alarm_def *d, struct strbuf *why)
{
	const struct alarm_more *m = alarm_more(d);

	if (!isfinite(m->plus) && !isfinite(m->minus))
		strbuf_setf(why, "say how far from the setpoint is too far: plus, minus "
				 "or both");
	else if (!(m->plus > 0) || !(m->minus > 0))
		strbuf_setf(why, "plus and minus must be above 0");
	else if (!(d->deadband >= 0) || d->deadband >= m->plus || d->deadband >= m->minus)
		strbuf_setf(why, "the deadband must be 0 or more and smaller than plus "
				 "and minus, or the alarm would never go");
	else
		return true;
	return false;
}

static const char *const needs[] = { "setpoint", NULL };
static const char *const takes[] = { "plus", "minus", "deadband", NULL };

const struct alarm_type alarm_type_deviation = {
	.name = "deviation",
	.help = "the value is plus above or minus below setpoint, or further; deadband "
		"on the way back",
	.needs_tag = true,
	.has_number = true,
	.crosses = true,
	.second = "setpoint",
	.needs = needs,
	.takes = takes,
	.check = check,
	.eval = eval,
};
