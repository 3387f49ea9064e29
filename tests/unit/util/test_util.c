/* test_util.c - strings, bytes, numbers, maps, UTF-8: the ground everything stands on. */
#include "support/test.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "util/bytes.h"
#include "util/clock.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/strmap.h"
#include "util/utf8.h"
#include "util/xalloc.h"

static void strbuf_stops_at_its_maximum(void **state)
{
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 10);
	strbuf_adds(&sb, "12345678");
	strbuf_addf(&sb, "%s", "90ABC");
	assert_string_equal(sb.buf, "1234567890");
	assert_true(sb.truncated);
	strbuf_clear(&sb);
	assert_false(sb.truncated);
	assert_string_equal(sb.buf, "");
	strbuf_release(&sb);
}

static void bytes_round_trip_and_never_run_past_the_end(void **state)
{
	struct strbuf w = STRBUF_INIT;

	(void)state;
	bytes_put_u8(&w, 7);
	bytes_put_u16(&w, 65535);
	bytes_put_u32(&w, 0xDEADBEEF);
	bytes_put_i64(&w, -5);
	bytes_put_f64(&w, 1.5);
	bytes_put_str(&w, "pump");
	for (size_t cut = 0; cut <= w.len; cut++) {
		struct bytes_reader r = bytes_reader(w.buf, cut);
		char text[8];
		uint8_t a = bytes_u8(&r);
		uint16_t b = bytes_u16(&r);
		uint32_t c = bytes_u32(&r);
		int64_t d = bytes_i64(&r);
		double e = bytes_f64(&r);
		bytes_str(&r, text, sizeof(text));
		assert_int_equal(bytes_done(&r), cut == w.len);
		if (cut != w.len)
			continue;
		assert_int_equal(a, 7);
		assert_int_equal(b, 65535);
		assert_int_equal(c, 0xDEADBEEF);
		assert_int_equal(d, -5);
		assert_double(e, 1.5, 0);
		assert_string_equal(text, "pump");
	}
	strbuf_release(&w);
}

static void WR_11_operator_numbers_have_one_reading(void **state)
{
	static const struct {
		const char *text;
		double want; /* NaN = refused */
		const char *why;
	} row[] = {
		{ "40", 40, NULL },
		{ "-3.25", -3.25, NULL },
		{ "+0.5", 0.5, NULL },
		{ "0", 0, NULL },
		{ "", NAN, "type a number" },
		{ "4,5", NAN, "decimal point, not a comma" },
		{ "1e3", NAN, "only digits" },
		{ "0x10", NAN, "only digits" },
		{ "007", NAN, "leading zeros" },
		{ ".5", NAN, "starts with a digit" },
		{ "5.", NAN, "digit must follow" },
		{ "1 000", NAN, "only digits" },
		{ "nan", NAN, "starts with a digit" },
		{ "inf", NAN, "starts with a digit" },
		{ "12345678901234567890", NAN, "too many digits" },
	};
	struct strbuf why = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		double v = NAN;
		bool ok = num_parse_operator(row[i].text, &v, &why);
		assert_int_equal(ok, !isnan(row[i].want));
		if (ok)
			assert_double(v, row[i].want, 0);
		else
			assert_has(why.buf, row[i].why);
	}
	strbuf_release(&why);
}

static void numbers_print_without_locale_and_without_minus_zero(void **state)
{
	char out[40];

	(void)state;
	num_format(-0.004, 2, out, sizeof(out));
	assert_string_equal(out, "0.00");
	num_format(1234.5, 1, out, sizeof(out));
	assert_string_equal(out, "1234.5");
	num_format_exact(0.1, out, sizeof(out));
	assert_string_equal(out, "0.1");
	assert_int_equal(num_edit_distance("intake.flwo", "intake.flow", 9), 2);
	assert_int_equal(num_edit_distance("abc", "xyz", 2), 2);
}

static void strmap_keeps_the_last_value(void **state)
{
	struct strmap *m = strmap_new();
	int64_t v;

	(void)state;
	strmap_put(m, "a", 1);
	strmap_put(m, "a", 2);
	strmap_put(m, "b", 3);
	assert_true(strmap_get(m, "a", &v));
	assert_int_equal(v, 2);
	strmap_del(m, "a");
	assert_false(strmap_has(m, "a"));
	assert_int_equal(strmap_count(m), 1);
	strmap_free(m);
}

static void SEC_15_unsafe_text_becomes_visible(void **state)
{
	static const struct {
		const char *raw, *clean;
	} row[] = {
		{ "plain \xc2\xb0"
		  "C",
		  "plain \xc2\xb0"
		  "C" },
		{ "\x1b]0;x\x07", "<U+001B>]0;x<U+0007>" },
		{ "a\xe2\x80\xae"
		  "b",
		  "a<U+202E>b" },
		{ "\x9b"
		  "31m",
		  "<9B>31m" },
		{ "\xc2\x9b"
		  "31m",
		  "<U+009B>31m" },
		{ "\xc0\xaf", "<C0><AF>" },
		{ "z\xe2\x80\x8bz", "z<U+200B>z" },
		{ "line\nnext\ttab\r", "line<U+000A>next<U+0009>tab<U+000D>" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct strbuf out = STRBUF_INIT;
		utf8_clean(&out, row[i].raw, 1000);
		assert_string_equal(out.buf, row[i].clean);
		assert_true(utf8_is_clean(out.buf));
		strbuf_release(&out);
	}
}

static void cleaned_random_bytes_hold_nothing_unsafe(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char raw[24];
		struct strbuf out = STRBUF_INIT;
		for (size_t i = 0; i < sizeof(raw); i++)
			raw[i] = (char)rand_r(&seed);
		utf8_clean(&out, raw, sizeof(raw));
		assert_true(utf8_is_clean(out.buf));
		strbuf_release(&out);
	}
}

static void SEC_15_a_cut_splits_no_character(void **state)
{
	/* one, two, three and four bytes */
	static const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x92\xa7z";
	static const size_t whole[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11, 11 };

	(void)state;
	for (size_t max = 0; max < sizeof(whole) / sizeof(whole[0]); max++) {
		char out[16];

		assert_int_equal(utf8_cut(text, max), whole[max]);
		snprintf(out, max + 1, "%s", text);
		utf8_cut_end(out, max + 1);
		assert_int_equal(strlen(out), whole[max]);
		assert_memory_equal(out, text, whole[max]);
	}
	assert_int_equal(utf8_cut("\x82\x82\x82", 2), 0);
}

static void times_before_and_after_1970_print(void **state)
{
	char out[CLOCK_ISO_SIZE];

	(void)state;
	clock_iso_utc((struct wall){ 0 }, out);
	assert_string_equal(out, "1970-01-01T00:00:00.000Z");
	clock_iso_utc((struct wall){ -1 }, out);
	assert_string_equal(out, "1969-12-31T23:59:59.999Z");
	clock_iso_utc((struct wall){ 4102444800123 }, out);
	assert_string_equal(out, "2100-01-01T00:00:00.123Z");
}

static void a_local_time_carries_its_offset(void **state)
{
	static const struct {
		const char *zone;
		int64_t ms;
		const char *text;
	} step[] = {
		{ "UTC0", 0, "1970-01-01T00:00:00.000+00:00" },
		{ "CET-1", 1795341600123, "2026-11-22T11:00:00.123+01:00" },
		{ "XXX3:30", 1795341600123, "2026-11-22T06:30:00.123-03:30" },
	};
	const char *was = getenv("TZ");
	char out[CLOCK_LOCAL_SIZE], *keep = was ? strdup(was) : NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		setenv("TZ", step[i].zone, 1);
		tzset();
		clock_iso_local((struct wall){ step[i].ms }, out);
		assert_string_equal(out, step[i].text);
	}
	if (keep)
		setenv("TZ", keep, 1);
	else
		unsetenv("TZ");
	tzset();
	free(keep);
}

static void a_stretch_of_time_is_said_in_one_unit(void **state)
{
	static const struct {
		int64_t ms;
		const char *said, *column;
	} spans[] = {
		{ 0, "0 s", "0:00:00" },
		{ 499, "0 s", "0:00:00" },
		{ 1500, "2 s", "0:00:02" },
		{ 60000, "1 min", "0:01:00" },
		{ 90000, "90 s", "0:01:30" }, /* not "1 min" */
		{ 900000, "15 min", "0:15:00" },
		{ 3600000, "1 h", "1:00:00" },
		{ 3723000, "62 min", "1:02:03" },
		{ 5400000, "90 min", "1:30:00" },
		{ 28800000, "8 h", "8:00:00" },
		{ 100 * INT64_C(3600000), "100 h", "100:00:00" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		char said[CLOCK_SPAN_SIZE], column[CLOCK_SPAN_SIZE];

		clock_span(spans[i].ms, said);
		clock_span_hms(spans[i].ms, column);
		assert_string_equal(said, spans[i].said);
		assert_string_equal(column, spans[i].column);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strbuf_stops_at_its_maximum),
		cmocka_unit_test(bytes_round_trip_and_never_run_past_the_end),
		cmocka_unit_test(WR_11_operator_numbers_have_one_reading),
		cmocka_unit_test(numbers_print_without_locale_and_without_minus_zero),
		cmocka_unit_test(strmap_keeps_the_last_value),
		cmocka_unit_test(SEC_15_unsafe_text_becomes_visible),
		cmocka_unit_test(cleaned_random_bytes_hold_nothing_unsafe),
		cmocka_unit_test(SEC_15_a_cut_splits_no_character),
		cmocka_unit_test(times_before_and_after_1970_print),
		cmocka_unit_test(a_local_time_carries_its_offset),
		cmocka_unit_test(a_stretch_of_time_is_said_in_one_unit),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
