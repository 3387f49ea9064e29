/* test_num.c - the short ways of reading numbers against the C library, over seeded
 * random texts: the same is accepted, and to the last bit the same comes out. */
#include "support/test.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/num.h"

enum { TEXTS = 400000, TEXT_MAX = 40 };

static uint64_t seed = 99;

static uint32_t roll(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

static void digits(char **p, uint32_t most)
{
	for (uint32_t n = roll(most + 1); n > 0; n--)
		*(*p)++ = (char)('0' + roll(roll(4) ? 10 : 1));
}

/* Mostly a number, sometimes with something in it that makes it none. */
static void any_text(char *out)
{
	char *p = out;

	if (roll(3) == 0)
		*p++ = roll(5) ? '-' : '+';
	digits(&p, roll(2) ? 5 : 20);
	if (roll(2))
		*p++ = '.';
	digits(&p, roll(2) ? 3 : 12);
	if (roll(8) == 0) {
		*p++ = roll(2) ? 'e' : 'E';
		if (roll(2))
			*p++ = '-';
		digits(&p, 3);
	}
	*p = '\0';
	if (roll(6) == 0 && p > out)
		out[roll((uint32_t)(p - out))] = "x ,.-+eninf\t"[roll(12)];
}

static bool library_double(const char *s, double *out)
{
	char *end;

	if (!s[0] || isspace((unsigned char)s[0]) || strpbrk(s, "xXnNiI"))
		return false;
	*out = strtod(s, &end);
	return !*end && isfinite(*out);
}

static bool library_int(const char *s, int64_t lo, int64_t hi, int64_t *out)
{
	char *end;

	if (!s[0] || isspace((unsigned char)s[0]))
		return false;
	errno = 0;
	*out = strtoll(s, &end, 10);
	return !*end && !errno && *out >= lo && *out <= hi;
}

static void numbers_are_read_as_the_library_reads_them(void **state)
{
	size_t doubles = 0, ints = 0;

	(void)state;
	for (int i = 0; i < TEXTS; i++) {
		int64_t whole = 0, right_whole = 0;
		double v = 0, right = 0;
		char text[TEXT_MAX * 2];

		any_text(text);
		bool is = library_double(text, &right);
		if (num_parse_double(text, &v) != is ||
		    (is && memcmp(&v, &right, sizeof(v)) != 0))
			fail_msg("\"%s\" is %.17g, not %.17g", text, right, v);
		doubles += is;
		is = library_int(text, -5000, INT64_MAX, &right_whole);
		if (num_parse_int(text, -5000, INT64_MAX, &whole) != is ||
		    (is && whole != right_whole))
			fail_msg("\"%s\" is %lld, not %lld", text, (long long)right_whole,
				 (long long)whole);
		ints += is;
	}
	assert_in_range(doubles, TEXTS / 2, TEXTS - 1000); /* it tries both */
	assert_in_range(ints, TEXTS / 10, TEXTS - 1000);
}

/* As num_format_exact() has always written them: the fewest digits that read back. */
static void by_the_library(double v, char *out, size_t size)
{
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(out, size, "%.*g", digits, v);
		if (strtod(out, NULL) == v)
			break;
	}
	if (strchr(out, 'e') && fabs(v) >= 1 && fabs(v) < 1e15)
		snprintf(out, size, "%.15g", v);
}

/* Those people write, their neighbours, and any bits at all. */
static double any_double(void)
{
	static const double tens[] = {
		1, 10, 100, 1e3, 1e4, 1e6, 1e9, 1e-3, 1e-9, 1e300
	};
	double v = (double)roll(roll(2) ? 2000 : 1000000000) / tens[roll(10)];

	if (roll(3) == 0)
		v = -v;
	if (roll(4) == 0)
		v = nextafter(v, roll(2) ? 1e308 : -1e308);
	if (roll(8) == 0) {
		uint64_t bits = (uint64_t)roll(UINT32_MAX) << 32 | roll(UINT32_MAX);
		memcpy(&v, &bits, sizeof(v));
	}
	return isfinite(v) ? v : 0;
}

static void numbers_are_written_as_the_library_writes_them(void **state)
{
	(void)state;
	for (int i = 0; i < TEXTS; i++) {
		char text[40], right[40];
		double v = any_double();

		num_format_exact(v, text, sizeof(text));
		by_the_library(v, right, sizeof(right));
		if (strcmp(text, right) != 0)
			fail_msg("%a is \"%s\", not \"%s\"", v, right, text);
	}
}

/* Also those in the middle between two texts, which the library decides by the last bit.
 */
static void fixed_numbers_are_rounded_as_the_library_rounds_them(void **state)
{
	(void)state;
	for (int i = 0; i < TEXTS; i++) {
		char text[400], right[400];
		int decimals = (int)roll(10);
		double v = any_double();

		if (roll(4) == 0) /* exact halves, eighths, ... */
			v = (double)roll(100000) / (double)(1u << roll(12));
		num_format(v, decimals, text, sizeof(text));
		snprintf(right, sizeof(right), "%.*f", decimals, v);
		if (right[0] == '-' && strspn(right + 1, "0.") == strlen(right + 1))
			memmove(right, right + 1, strlen(right));
		if (strcmp(text, right) != 0)
			fail_msg("%a with %d is \"%s\", not \"%s\"", v, decimals, right,
				 text);
	}
}

static void a_fixed_number_never_leaves_its_room(void **state)
{
	char text[8];

	(void)state;
	num_format(-123456.789, 2, text, sizeof(text));
	assert_string_equal(text, "-123456");
	num_format(12.5, 4, text, sizeof(text));
	assert_string_equal(text, "12.5000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_read_as_the_library_reads_them),
		cmocka_unit_test(numbers_are_written_as_the_library_writes_them),
		cmocka_unit_test(fixed_numbers_are_rounded_as_the_library_rounds_them),
		cmocka_unit_test(a_fixed_number_never_leaves_its_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
