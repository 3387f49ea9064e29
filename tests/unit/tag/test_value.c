/* test_value.c - one value: compared, printed, typed in by an operator, sent. */
#include "support/test.h"

#include <math.h>
#include <string.h>

#include "tag/value.h"
#include "util/bytes.h"
#include "util/strbuf.h"

static const struct value none = { 0 };

static void numbers_are_read_from_what_is_a_number(void **state)
{
	struct value values[] = { value_bool(true), value_int(-3), value_double(2.5) };
	static const double want[] = { 1, -3, 2.5 };
	struct value text = value_string("4");
	double d;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_true(value_number(&values[i], &d));
		assert_double(d, want[i], 0);
	}
	assert_false(value_number(&text, &d));
	assert_false(value_number(&none, &d));
}

static void equal_means_the_same_type_and_content(void **state)
{
	char a[] = "auto", b[] = "auto";
	struct value rows[] = { none,
				value_bool(false),
				value_bool(true),
				value_int(0),
				value_int(1),
				value_double(0),
				value_double(1),
				value_double(NAN),
				value_string(a),
				value_string("hand"),
				value_double(1e300) };
	struct value again = value_string(b), minus_zero = value_double(-0.0);
	size_t n = sizeof(rows) / sizeof(rows[0]);

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			assert_int_equal(value_equal(&rows[i], &rows[j]), i == j);
	assert_true(value_equal(&rows[8], &again)); /* another buffer, the same text */
	assert_true(value_equal(&rows[5], &minus_zero));
}

static void every_type_has_a_name_that_reads_back(void **state)
{
	enum value_type t;

	(void)state;
	for (int i = VALUE_BOOL; i <= VALUE_STRING; i++) {
		assert_true(value_type_parse(value_type_name((enum value_type)i), &t));
		assert_int_equal(t, i);
	}
	assert_false(value_type_parse("none", &t)); /* nobody configures nothing */
	assert_false(value_type_parse("float", &t));
	assert_string_equal(value_type_name((enum value_type)99), "none");
}

static void values_print_as_people_expect(void **state)
{
	const struct {
		struct value v;
		int decimals;
		const char *want;
	} rows[] = {
		{ value_bool(true), 2, "true" },
		{ value_bool(false), -1, "false" },
		{ value_int(INT64_MIN), 3, "-9223372036854775808" },
		{ value_double(2.345), 1, "2.3" },
		{ value_double(-0.001), 2, "0.00" },
		{ value_double(0.1), -1, "0.1" },
		{ value_string("on"), 0, "on" },
		{ none, 0, "" },
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		value_format(&rows[i].v, rows[i].decimals, text, sizeof(text));
		assert_string_equal(text, rows[i].want);
	}
}

static void an_operator_types_values_of_every_type(void **state)
{
	const struct {
		const char *text;
		struct value want;
	} rows[] = {
		{ "1", value_bool(true) },        { "ON", value_bool(true) },
		{ "true", value_bool(true) },     { "0", value_bool(false) },
		{ "Off", value_bool(false) },     { "false", value_bool(false) },
		{ "-12", value_int(-12) },        { "0", value_int(0) },
		{ "2.50", value_double(2.5) },    { "-3", value_double(-3) },
		{ "hand", value_string("hand") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct strbuf why = STRBUF_INIT;
		struct value got;

		assert_true(value_parse_operator(rows[i].text, rows[i].want.type, &got,
						 &why));
		assert_true(value_equal(&got, &rows[i].want));
		strbuf_release(&why);
	}
}

static void what_cannot_be_meant_is_refused_in_words(void **state)
{
	static char long_text[VALUE_STRING_MAX + 2];
	const struct {
		const char *text;
		enum value_type type;
		const char *want;
	} rows[] = {
		{ "yes", VALUE_BOOL, "\"yes\" is not accepted: type on or off" },
		{ "2", VALUE_BOOL, "type on or off" },
		{ "1.5", VALUE_INT, "\"1.5\" is not a whole number" },
		{ "99999999999999999999", VALUE_INT, "too many digits" },
		{ "", VALUE_DOUBLE, "" },
		{ "1e3", VALUE_DOUBLE, "1e3" },
		{ "1,5", VALUE_DOUBLE, "1,5" },
		{ "nan", VALUE_DOUBLE, "nan" },
		{ "1", VALUE_NONE, "the tag has no type" },
		{ long_text, VALUE_STRING, "text is limited to 255 bytes" },
	};

	(void)state;
	memset(long_text, 'x', sizeof(long_text) - 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct strbuf why = STRBUF_INIT;
		struct value got;

		assert_false(
			value_parse_operator(rows[i].text, rows[i].type, &got, &why));
		assert_true(why.len > 0);
		assert_has(why.buf, rows[i].want);
		strbuf_release(&why);
	}
}

static void every_value_survives_the_wire(void **state)
{
	char longest[VALUE_STRING_MAX + 1], text[VALUE_STRING_MAX + 1];
	const struct value rows[] = { none,
				      value_bool(true),
				      value_bool(false),
				      value_int(INT64_MIN),
				      value_double(-5e-324),
				      value_double(INFINITY),
				      value_double(NAN),
				      value_string(""),
				      value_string(longest) };

	(void)state;
	memset(longest, 'y', VALUE_STRING_MAX);
	longest[VALUE_STRING_MAX] = '\0';
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct strbuf w = STRBUF_INIT;

		value_put(&w, &rows[i]);
		struct bytes_reader r = bytes_reader(w.buf, w.len);
		struct value got = value_get(&r, text);

		assert_true(bytes_done(&r));
		assert_true(value_equal(&got, &rows[i]));
		for (size_t cut = 0; cut < w.len; cut++) {
			r = bytes_reader(w.buf, cut);
			value_get(&r, text);
			assert_true(r.failed);
		}
		strbuf_release(&w);
	}
}

static void bytes_that_are_no_value_are_refused(void **state)
{
	char text[VALUE_STRING_MAX + 1];
	struct strbuf w = STRBUF_INIT;

	(void)state;
	bytes_put_u8(&w, 9); /* no such type */
	struct bytes_reader r = bytes_reader(w.buf, w.len);

	assert_int_equal(value_get(&r, text).type, VALUE_NONE);
	assert_true(r.failed);
	strbuf_clear(&w);
	bytes_put_u8(&w, VALUE_STRING); /* longer than it may be */
	bytes_put_u16(&w, VALUE_STRING_MAX + 1);
	for (int i = 0; i <= VALUE_STRING_MAX; i++)
		bytes_put_u8(&w, 'z');
	r = bytes_reader(w.buf, w.len);
	value_get(&r, text);
	assert_true(r.failed);
	assert_string_equal(text, "");
	strbuf_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_read_from_what_is_a_number),
		cmocka_unit_test(equal_means_the_same_type_and_content),
		cmocka_unit_test(every_type_has_a_name_that_reads_back),
		cmocka_unit_test(values_print_as_people_expect),
		cmocka_unit_test(an_operator_types_values_of_every_type),
		cmocka_unit_test(what_cannot_be_meant_is_refused_in_words),
		cmocka_unit_test(every_value_survives_the_wire),
		cmocka_unit_test(bytes_that_are_no_value_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
