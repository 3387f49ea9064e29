/* def.c - what an alarm has that its files do not say, and the names of priorities. */
#include "alarm/def.h"

#include <math.h>
#include <string.h>

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

const struct alarm_life alarm_life_usual = { .shelve_max_ms = SHELVE_MAX_MS,
					     .class_name = "" };

const struct alarm_life *alarm_life(const struct alarm_def *d)
{
	return d->life ? d->life : &alarm_life_usual;
}

const struct alarm_more *alarm_more(const struct alarm_def *d)
{
	return d->more ? d->more : &alarm_more_none;
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
