/* json_out.c - times, numbers and words of the alarm commands as JSON. */
#include "cli/json_out.h"

#include <math.h>

#include "cli/remote.h"
#include "util/clock.h"

json_t *json_time(int64_t ms)
{
	char iso[CLOCK_ISO_SIZE];

	if (!ms)
		return json_null();
	clock_iso_utc((struct wall){ ms }, iso);
	return json_string(iso);
}

json_t *json_number(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

json_t *json_words(const char *s)
{
	return s[0] ? remote_json_text(s) : json_null();
}
