/* def.c - life cycle of alarm definitions and the names of priorities. */
#include "alarm/def.h"

#include <stdlib.h>
#include <string.h>

static const char *const priorities[] = { "none", "critical", "high", "medium", "low" };

void alarm_def_release(struct alarm_def *d)
{
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
