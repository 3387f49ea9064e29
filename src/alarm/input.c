/* input.c - the questions all alarm types ask of samples and definitions. */
#include "alarm/input.h"

#include <float.h>

#include "util/strbuf.h"

bool alarm_number(const struct sample *s, double *v)
{
	return quality_is_good(s->quality) && value_number(&s->value, v) && isfinite(*v);
}

bool alarm_truth(const struct sample *s, bool *truth, struct alarm_band *same)
{
	double v;

	if (!alarm_number(s, &v))
		return false;
	*truth = v != 0;
	if (v == 0)
		*same = (struct alarm_band){ 0, 0 };
	else if (v > 0)
		*same = (struct alarm_band){ DBL_TRUE_MIN, INFINITY };
	else
		*same = (struct alarm_band){ -INFINITY, -DBL_TRUE_MIN };
	return true;
}

bool alarm_limit(const struct alarm_def *d, struct alarm_look *l)
{
	const struct alarm_more *m = alarm_more(d);
	double v = d->limit;

	if (m->second && (!l->second || !alarm_number(l->second, &v) ||
			  v < m->limit_min || v > m->limit_max))
		return false;
	l->limit = v;
	return true;
}

struct mono alarm_arrival(const struct alarm_look *l)
{
	return mono_earlier(l->s->taken, l->now);
}

bool alarm_check_limit(const struct alarm_def *d, struct strbuf *why)
{
	const struct alarm_more *m = alarm_more(d);

	if (!isfinite(d->limit)) {
		strbuf_setf(why, "the limit must be a finite number");
		return false;
	}
	if (!m->second && (isfinite(m->limit_min) || isfinite(m->limit_max))) {
		strbuf_setf(why, "limit_min and limit_max are for a limit that is a tag");
		return false;
	}
	if (m->limit_min > m->limit_max) {
		strbuf_setf(why, "limit_min is above limit_max: no limit would count");
		return false;
	}
	if (!isfinite(d->deadband) || d->deadband < 0) {
		strbuf_setf(why,
			    "the deadband must be 0 or more, in the unit of the tag");
		return false;
	}
	return true;
}

bool alarm_check_no_deadband(const struct alarm_def *d, struct strbuf *why)
{
	if (d->deadband == 0)
		return true;
	strbuf_setf(why,
		    "type \"%s\" has no deadband: against chatter use on_delay_s and "
		    "off_delay_s",
		    d->type->name);
	return false;
}
