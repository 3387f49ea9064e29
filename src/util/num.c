/* num.c - strict number grammar and fixed formats, independent of the locale (WR-11). */
#include "util/num.h"

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/strbuf.h"

enum { OPERATOR_DIGITS_MAX = 15, PLAIN_DIGITS_MAX = 15, NAME_MAX_COMPARED = 64 };

static const char *operator_fault(const char *s)
{
	const char *digits = s + (*s == '+' || *s == '-');
	size_t whole = strspn(digits, "0123456789");
	const char *rest = digits + whole;
	size_t frac = 0;

	if (!*s)
		return "type a number";
	if (strchr(s, ','))
		return "use a decimal point, not a comma";
	if (whole == 0)
		return "a number starts with a digit";
	if (whole > 1 && digits[0] == '0')
		return "leave out the leading zeros";
	if (*rest == '.') {
		frac = strspn(rest + 1, "0123456789");
		if (frac == 0)
			return "a digit must follow the decimal point";
		rest += 1 + frac;
	}
	if (*rest)
		return "only digits, one decimal point and a sign are allowed";
	if (whole + frac > OPERATOR_DIGITS_MAX)
		return "too many digits";
	return NULL;
}

bool num_parse_operator(const char *s, double *out, struct strbuf *why)
{
	const char *fault = operator_fault(s);

	if (fault) {
		strbuf_setf(why, "\"%.40s\" is not accepted: %s", s, fault);
		return false;
	}
	return num_parse_double(s, out);
}

/* What nearly every number is: at most 15 digits and a point. Whole numbers below 2^53
 * and powers of ten up to 10^22 are exact, so their quotient is rounded once, as strtod
 * rounds. False: anything else, which strtod has to judge. */
static bool plain_double(const char *s, double *out)
{
	static const double powers[] = { 1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
					 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
	bool negative = *s == '-';
	int digits = 0, behind = 0;
	uint64_t v = 0;

	for (s += negative; *s >= '0' && *s <= '9'; s++, digits++)
		v = v * 10 + (uint64_t)(*s - '0');
	if (*s == '.')
		for (s++; *s >= '0' && *s <= '9'; s++, digits++, behind++)
			v = v * 10 + (uint64_t)(*s - '0');
	if (*s || digits == 0 || digits > PLAIN_DIGITS_MAX || FLT_EVAL_METHOD != 0)
		return false;
	*out = (double)v / powers[behind];
	if (negative)
		*out = -*out;
	return true;
}

/* strtod obeys LC_NUMERIC, which the programs leave at "C" (they set LC_CTYPE only). */
bool num_parse_double(const char *s, double *out)
{
	char *end;

	if (plain_double(s, out))
		return true;
	if (!s[0] || isspace((unsigned char)s[0]) || strpbrk(s, "xXnNiI"))
		return false;
	double v = strtod(s, &end);
	if (*end || !isfinite(v))
		return false;
	*out = v;
	return true;
}

/* The same for whole numbers. */
static bool plain_int(const char *s, int64_t *out)
{
	bool negative = *s == '-';
	int64_t v = 0;
	int digits = 0;

	for (s += negative; *s >= '0' && *s <= '9' && digits < 18; s++, digits++)
		v = v * 10 + (*s - '0');
	*out = negative ? -v : v;
	return !*s && digits > 0;
}

bool num_parse_int(const char *s, int64_t lo, int64_t hi, int64_t *out)
{
	char *end;
	int64_t plain;

	if (plain_int(s, &plain)) {
		if (plain < lo || plain > hi)
			return false;
		*out = plain;
		return true;
	}
	if (!s[0] || isspace((unsigned char)s[0]))
		return false;
	errno = 0;
	long long v = strtoll(s, &end, 10);
	if (*end || errno || v < lo || v > hi)
		return false;
	*out = v;
	return true;
}

static const uint64_t powers[] = { 1,      10,      100,      1000,      10000,
				   100000, 1000000, 10000000, 100000000, 1000000000 };

/* The digits of whole, `behind` of them behind the point; false: there is no room. */
static bool put_digits(bool negative, uint64_t whole, size_t behind, char *out,
		       size_t size)
{
	char digits[32], *end = digits + sizeof(digits), *p = end;

	for (size_t i = 0; whole || i <= behind; i++) {
		if (behind && i == behind)
			*--p = '.';
		*--p = (char)('0' + whole % 10);
		whole /= 10;
	}
	if (negative)
		*--p = '-';
	if ((size_t)(end - p) >= size)
		return false;
	memcpy(out, p, (size_t)(end - p));
	out[end - p] = '\0';
	return true;
}

/* As the library would round it, ten times as fast: a picture writes all its numbers in
 * each frame. The product is wrong by less than 2^-12, so only what lies that near to
 * the middle between two texts is left to the library. */
static bool format_fixed(double v, int decimals, char *out, size_t size)
{
	double scaled = fabs(v) * (double)powers[decimals], above;
	uint64_t whole;

	if (!(scaled < (double)(UINT64_C(1) << 40)))
		return false;
	whole = (uint64_t)scaled;
	above = scaled - (double)whole;
	if (fabs(above - 0.5) < 1.0 / 1024)
		return false;
	whole += above > 0.5;
	return put_digits(v < 0 && whole, whole, (size_t)decimals, out, size);
}

void num_format(double v, int decimals, char *out, size_t size)
{
	if (decimals < 0)
		decimals = 0;
	if (decimals > 9)
		decimals = 9;
	if (format_fixed(v, decimals, out, size))
		return;
	snprintf(out, size, "%.*f", decimals, v);
	/* what rounds to nothing has no sign */
	if (out[0] == '-' && strspn(out + 1, "0.") == strlen(out + 1))
		memmove(out, out + 1, strlen(out));
}

enum { PLAIN_BEHIND_MAX = 6 };

/* The fewest digits behind the point that say v to the last bit, where 15 digits in all
 * do: then no other text of as few digits means the same number. */
static bool format_plain(double v, char *out, size_t size)
{
	double absolute = fabs(v);
	size_t behind = 0;
	uint64_t whole;

	if (!(absolute >= 1e-4) || absolute >= 1e9 || FLT_EVAL_METHOD != 0)
		return false;
	for (;; behind++) {
		if (behind > PLAIN_BEHIND_MAX)
			return false;
		whole = (uint64_t)(absolute * (double)powers[behind] + 0.5);
		if ((double)whole / (double)powers[behind] == absolute)
			break;
	}
	return put_digits(v < 0, whole, behind, out, size);
}

void num_format_exact(double v, char *out, size_t size)
{
	if (format_plain(v, out, size))
		return;
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(out, size, "%.*g", digits, v);
		if (strtod(out, NULL) == v)
			break;
	}
	/* 1500 and not 1.5e+03 where people still read the digits */
	if (strchr(out, 'e') && fabs(v) >= 1 && fabs(v) < 1e15)
		snprintf(out, size, "%.15g", v);
}

size_t num_edit_distance(const char *a, const char *b, size_t cap)
{
	size_t n = strlen(a), m = strlen(b), row[NAME_MAX_COMPARED + 1];

	if (n > NAME_MAX_COMPARED || m > NAME_MAX_COMPARED)
		return cap;
	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);
			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[m] < cap ? row[m] : cap;
}
