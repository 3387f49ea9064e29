/* types.c - the table of alarm types: the one place to add yours, sorted by name. */
#include "alarm/types.h"

#include <string.h>

const struct alarm_type *const alarm_types[] = {
	&alarm_type_bad_quality, /* tests/unit/alarm/test_types.c has a test for each */
	&alarm_type_count,       &alarm_type_deviation,   &alarm_type_expression,
	&alarm_type_frozen,      &alarm_type_high,        &alarm_type_low,
	&alarm_type_mismatch,    &alarm_type_rate,        &alarm_type_stale,
	&alarm_type_state,       &alarm_type_statistical, NULL,
};

const struct alarm_type *alarm_type_find(const char *name)
{
	for (size_t i = 0; alarm_types[i]; i++)
		if (strcmp(alarm_types[i]->name, name) == 0)
			return alarm_types[i];
	return NULL;
}

bool alarm_has_scale_limit(const struct alarm_def *d)
{
	return d->type && d->type->needs_limit && !alarm_more(d)->second;
}
