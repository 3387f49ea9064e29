/* when.c - strict reading of times. */
#include "util/when.h"

#include <math.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "util/num.h"

bool when_from_number(double t, int64_t *ms)
{
	if (!isfinite(t) || fabs(t) > 9e15)
		return false;
	*ms = (int64_t)(fabs(t) < 1e11 ? llround(t * 1000) : llround(t));
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly n digits. */
static bool digits(const char **s, int n, int *out)
{
	*out = 0;
	for (int i = 0; i < n; i++, (*s)++) {
		if (!is_digit(**s))
			return false;
		*out = *out * 10 + (**s - '0');
	}
	return true;
}

static bool skip(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

/* Days from 1970-01-01 in the Gregorian calendar. */
static int64_t days(int year, int month, int day)
{
	int64_t y = year - (month <= 2);
	int64_t era = y / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int month_length(int year, int month)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return lengths[month - 1] + (month == 2 && leap);
}

static bool date(const char **s, int64_t *out)
{
	int y, m, d;

	if (!digits(s, 4, &y) || !skip(s, '-') || !digits(s, 2, &m) || !skip(s, '-') ||
	    !digits(s, 2, &d))
		return false;
	if (y < 1970 || m < 1 || m > 12 || d < 1 || d > month_length(y, m))
		return false;
	*out = days(y, m, d) * 86400000;
	return true;
}

/* minutes_only is set when the seconds are left out. */
static bool time_of_day(const char **s, int64_t *out, bool *minutes_only)
{
	int h, m, sec, scale = 100;

	if (!digits(s, 2, &h) || !skip(s, ':') || !digits(s, 2, &m))
		return false;
	if (!skip(s, ':')) {
		sec = 0;
		*minutes_only = true;
	} else if (!digits(s, 2, &sec)) {
		return false;
	}
	if (h > 23 || m > 59 || sec > 60) /* 60: a leap second is the next one's start */
		return false;
	*out = ((h * 60 + m) * 60 + sec) * 1000LL;
	if (*minutes_only || !skip(s, '.'))
		return true;
	if (!is_digit(**s))
		return false;
	for (; is_digit(**s); (*s)++, scale /= 10)
		*out += (**s - '0') * scale;
	return true;
}

static bool zone(const char **s, int64_t *out)
{
	int h, m, sign = **s == '-' ? -1 : 1;

	*out = 0;
	if (skip(s, 'Z') || skip(s, 'z'))
		return true;
	if (!skip(s, '+') && !skip(s, '-'))
		return false;
	if (!digits(s, 2, &h))
		return false;
	skip(s, ':');
	if (!digits(s, 2, &m) || h > 14 || m > 59)
		return false;
	*out = sign * (h * 60 + m) * 60000LL;
	return true;
}

static bool is_gap(const char **s)
{
	return skip(s, 'T') || skip(s, 't') || skip(s, ' ');
}

bool when_from_text(const char *text, int64_t *ms)
{
	const char *s = text;
	int64_t day, time, offset;
	bool minutes_only = false;
	double number;

	if (num_parse_double(text, &number))
		return when_from_number(number, ms);
	if (!date(&s, &day) || !is_gap(&s) || !time_of_day(&s, &time, &minutes_only) ||
	    minutes_only || !zone(&s, &offset) || *s)
		return false;
	*ms = day + time - offset;
	return true;
}

/* --- in this machine's zone -------------------------------------------------------- */

/* local: as if the time of day were UTC. mktime() is asked with the offset of winter
 * and of summer: where both are right the earlier time is meant. */
static bool from_zone(int64_t local, int64_t *ms)
{
	bool found = false;

	for (int dst = 0; dst <= 1; dst++) {
		time_t s = (time_t)(local / 1000);
		struct tm want, tm;

		if (!gmtime_r(&s, &want))
			return false;
		tm = want;
		tm.tm_isdst = dst;
		time_t t = mktime(&tm);
		if (t == (time_t)-1 || tm.tm_isdst != dst || tm.tm_hour != want.tm_hour)
			continue;
		int64_t at = (int64_t)t * 1000 + local % 1000;
		if (!found || at < *ms)
			*ms = at;
		found = true;
	}
	return found;
}

bool when_from_local(const char *text, int64_t *ms)
{
	const char *s = text;
	int64_t day, time = 0;
	bool minutes_only = false;

	if (when_from_text(text, ms))
		return true;
	if (!date(&s, &day))
		return false;
	if (*s && (!is_gap(&s) || !time_of_day(&s, &time, &minutes_only) || *s))
		return false;
	return from_zone(day + time, ms);
}

/* "8h" */
bool when_span(const char *text, int64_t *ms)
{
	static const struct {
		char unit;
		int64_t ms;
	} units[] = { { 's', 1000 },
		      { 'm', 60000 },
		      { 'h', 3600000 },
		      { 'd', 86400000 },
		      { 'w', 7 * 86400000LL } };
	size_t n = strspn(text, "0123456789");
	int64_t count = 0;

	if (n == 0 || n > 6 || strlen(text) != n + 1)
		return false;
	for (size_t i = 0; i < n; i++)
		count = count * 10 + (text[i] - '0');
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (text[n] == units[i].unit) {
			*ms = count * units[i].ms;
			return true;
		}
	return false;
}

/* "09:05" of the day it is here now. */
static bool today(const char *text, int64_t now_ms, int64_t *ms)
{
	time_t s = (time_t)(now_ms / 1000);
	int64_t time;
	bool minutes_only = false;
	struct tm tm;

	if (!time_of_day(&text, &time, &minutes_only) || *text || !localtime_r(&s, &tm))
		return false;
	return from_zone(
		days(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) * 86400000 + time, ms);
}

bool when_from_person(const char *text, int64_t now_ms, int64_t *ms)
{
	int64_t before;

	if (strcmp(text, "now") == 0 || when_span(text, &before)) {
		*ms = now_ms - (strcmp(text, "now") == 0 ? 0 : before);
		return true;
	}
	return today(text, now_ms, ms) || when_from_local(text, ms);
}
