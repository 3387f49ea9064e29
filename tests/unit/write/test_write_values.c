/* test_write_values.c - exact conversions, stored intents, what counts as a match. */
#include "support/test.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "util/strbuf.h"
#include "write/coerce.h"
#include "write/gate_int.h"

static void a_value_becomes_another_type_only_when_nothing_is_lost(void **state)
{
	const struct {
		struct value v;
		enum value_type type;
		bool may;
		struct value is;
	} rows[] = {
		{ value_int(1), VALUE_BOOL, true, value_bool(true) },
		{ value_double(0), VALUE_BOOL, true, value_bool(false) },
		{ value_int(2), VALUE_BOOL, false, { 0 } },
		{ value_double(0.5), VALUE_BOOL, false, { 0 } },
		{ value_bool(true), VALUE_INT, true, value_int(1) },
		{ value_double(40), VALUE_INT, true, value_int(40) },
		{ value_double(40.5), VALUE_INT, false, { 0 } },
		{ value_double(-9223372036854775808.0), VALUE_INT, true,
		  value_int(INT64_MIN) },
		{ value_double(9223372036854775808.0), VALUE_INT, false, { 0 } },
		{ value_double(NAN), VALUE_INT, false, { 0 } },
		{ value_double(INFINITY), VALUE_INT, false, { 0 } },
		{ value_int(40), VALUE_DOUBLE, true, value_double(40) },
		{ value_bool(true), VALUE_DOUBLE, true, value_double(1) },
		{ value_string("40"), VALUE_DOUBLE, false, { 0 } },
		{ value_string("40"), VALUE_INT, false, { 0 } },
		{ value_int(40), VALUE_STRING, false, { 0 } },
		{ value_string("x"), VALUE_STRING, true, value_string("x") },
		{ value_int(7), VALUE_NONE, true, value_int(7) },
		{ { 0 }, VALUE_NONE, false, { 0 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct value out = { 0 };

		assert_int_equal(value_coerce(&rows[i].v, rows[i].type, &out),
				 rows[i].may);
		if (rows[i].may)
			assert_true(value_equal(&out, &rows[i].is));
	}
}

static void a_stored_intent_reads_back_and_a_broken_one_does_not(void **state)
{
	struct write_record r = {
		.tag = "a.sp",
		.area = "a",
		.unit = "%",
		.actor = "ivan",
		.from = "pts/7",
		.uid = 1000,
		.wall_ms = 1700000000000,
		.decimals = 2,
		.tolerance = 0.5,
		.old_quality = QUALITY_MAKE(QUALITY_BAD, REASON_COMM),
		.old_value = value_double(40),
		.new_value = value_string("open"),
	};
	struct strbuf w = STRBUF_INIT;
	struct write_record back;

	(void)state;
	write_record_put(&w, &r);
	assert_true(write_record_get(w.buf, w.len, &back));
	assert_string_equal(back.tag, "a.sp");
	assert_string_equal(back.actor, "ivan");
	assert_int_equal(back.uid, 1000);
	assert_int_equal(back.decimals, 2);
	assert_double(back.tolerance, 0.5, 0);
	assert_int_equal(back.old_quality, r.old_quality);
	assert_double(back.old_value.u.d, 40, 0);
	assert_string_equal(back.new_value.u.s, "open");
	for (size_t n = 0; n < w.len; n++)
		assert_false(write_record_get(w.buf, n, &back));
	strbuf_addch(&w, 'x');
	assert_false(write_record_get(w.buf, w.len, &back));
	w.buf[0] = 9; /* a version of tomorrow */
	assert_false(write_record_get(w.buf, w.len - 1, &back));
	w.buf[0] = 1; /* of before the quality was stored */
	assert_true(write_record_get(w.buf, w.len - 3, &back));
	assert_int_equal(back.old_quality, 0);
	strbuf_release(&w);
}

static void WR_09_a_match_allows_for_tolerance_and_32_bit_floats(void **state)
{
	const struct {
		struct value want, got;
		double tolerance;
		bool match;
	} rows[] = {
		{ value_double(47.3), value_double((double)47.3f), 0, true },
		{ value_double(47.3), value_double(47.31), 0, false },
		{ value_double(47.3), value_double(47.31), 0.02, true },
		{ value_double(0), value_double(1e-3), 0, false },
		{ value_double(45), value_double(NAN), 5, false },
		{ value_int(3), value_int(3), 0, true },
		{ value_int(3), value_int(4), 0, false },
		{ value_bool(true), value_bool(true), 0, true },
		{ value_bool(true), value_bool(false), 0, false },
		{ value_string("a"), value_string("a"), 0, true },
		{ value_string("a"), value_string("b"), 9, false },
		{ value_string("1"), value_int(1), 9, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
			write_matches(&rows[i].want, &rows[i].got, rows[i].tolerance),
			rows[i].match);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_becomes_another_type_only_when_nothing_is_lost),
		cmocka_unit_test(a_stored_intent_reads_back_and_a_broken_one_does_not),
		cmocka_unit_test(WR_09_a_match_allows_for_tolerance_and_32_bit_floats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
