/* when.c - strict reading of source times. */
#include "drivers/mqtt/when.h"

#include <math.h>
#include <stddef.h>

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

static bool time_of_day(const char **s, int64_t *out)
{
	int h, m, sec, scale = 100;

	if (!digits(s, 2, &h) || !skip(s, ':') || !digits(s, 2, &m) || !skip(s, ':') ||
	    !digits(s, 2, &sec))
		return false;
	if (h > 23 || m > 59 || sec > 60) /* 60: a leap second is the next one's start */
		return false;
	*out = ((h * 60 + m) * 60 + sec) * 1000LL;
	if (!skip(s, '.'))
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

bool when_from_text(const char *text, int64_t *ms)
{
	const char *s = text;
	int64_t day, time, offset;
	double number;

	if (num_parse_double(text, &number))
		return when_from_number(number, ms);
	if (!date(&s, &day) || (!skip(&s, 'T') && !skip(&s, 't') && !skip(&s, ' ')) ||
	    !time_of_day(&s, &time) || !zone(&s, &offset) || *s)
		return false;
	*ms = day + time - offset;
	return true;
}
