/* def.c - life cycle of alarm definitions and the names of priorities. */
#include "alarm/def.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

static const char *const priorities[] = { "none",   "critical", "high",
					  "medium", "low",      "diagnostic" };

const struct alarm_more alarm_more_none = {
	.limit_min = -INFINITY,
	.limit_max = INFINITY,
	.plus = INFINITY,
	.minus = INFINITY,
	.min_samples = 16,
};

/* A shift: longer than that nobody remembers what is on the shelf. */
enum { SHELVE_MAX_MS = 8 * 3600 * 1000 };

const struct alarm_life *alarm_life(const struct alarm_def *d)
{
	static const struct alarm_life usual = { .shelve_max_ms = SHELVE_MAX_MS,
						 .class_name = "" };

	return d->life ? d->life : &usual;
}

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

static void more_free(struct alarm_more *m)
{
	if (!m)
		return;
	free(m->second);
	free(m->suppress_when);
	free(m->first_out);
	free(m->exclusive);
	free(m->owner);
	free(m->reviewed);
	free(m);
}

void alarm_def_release(struct alarm_def *d)
{
	more_free(d->more);
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
	return p >= ALARM_CRITICAL && p <= ALARM_DIAGNOSTIC ? priorities[p]
							    : priorities[0];
}

bool alarm_priority_parse(const char *name, enum alarm_priority *out)
{
	for (int p = ALARM_CRITICAL; p <= ALARM_DIAGNOSTIC; p++) {
		if (strcmp(name, priorities[p]) == 0) {
			*out = (enum alarm_priority)p;
			return true;
		}
	}
	return false;
}
