/* def.c - life cycle of alarm definitions and the names of priorities. */
#include "alarm/def.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

static const char *const priorities[] = { "none", "critical", "high", "medium", "low" };

const struct alarm_more alarm_more_none = {
	.limit_min = -INFINITY,
	.limit_max = INFINITY,
	.plus = INFINITY,
	.minus = INFINITY,
	.min_samples = 16,
};

const struct alarm_more *alarm_more(const struct alarm_def *d)
{
	return d->more ? d->more : &alarm_more_none;
}

struct alarm_more *alarm_more_new(void)
{
	struct alarm_more *m = xcalloc(1, sizeof(*m));

	*m = alarm_more_none;
	return m;
}

void alarm_def_release(struct alarm_def *d)
{
	if (d->more)
		free(d->more->second);
	free(d->more);
	free(d->name);
	free(d->tag);
	free(d->expression);
	free(d->area);
	free(d->message);
	free(d->consequence);
	free(d->cause);
	free(d->action);
	free(d->screen);
	*d = (struct alarm_def){ 0 };
}

const char *alarm_priority_name(enum alarm_priority p)
{
	return p >= ALARM_CRITICAL && p <= ALARM_LOW ? priorities[p] : priorities[0];
}

bool alarm_priority_parse(const char *name, enum alarm_priority *out)
{
	for (int p = ALARM_CRITICAL; p <= ALARM_LOW; p++) {
		if (strcmp(name, priorities[p]) == 0) {
			*out = (enum alarm_priority)p;
			return true;
		}
	}
	return false;
}
