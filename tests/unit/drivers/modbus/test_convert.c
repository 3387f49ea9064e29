/* test_convert.c - word orders both ways, scaling and its inverse, and the numbers that
 * are none. */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/modbus/convert.h"
#include "util/strbuf.h"

static char text_[VALUE_STRING_MAX + 1];

static struct mb_address address(const char *text, const char *scale, const char *offset)
{
	struct settings s = { 0 };
	struct strbuf why = STRBUF_INIT;
	struct mb_address a;

	settings_add(&s, "address", text);
	if (scale)
		settings_add(&s, "scale", scale);
	if (offset)
		settings_add(&s, "offset", offset);
	if (!mb_address_parse(&s, 0, &a, &why))
		fail_msg("%s: %s", text, why.buf);
	settings_release(&s);
	return a;
}

/* With one more setting. */
static struct mb_address address_with(const char *text, const char *name,
				      const char *value)
{
	struct settings s = { 0 };
	struct strbuf why = STRBUF_INIT;
	struct mb_address a;

	settings_add(&s, "address", text);
	settings_add(&s, name, value);
	if (!mb_address_parse(&s, 0, &a, &why))
		fail_msg("%s, %s = %s: %s", text, name, value, why.buf);
	if (a.texts)
		a.texts = value; /* borrowed from the settings, which end here */
	settings_release(&s);
	return a;
}

static double read_number(const struct mb_address *a, const uint16_t *regs)
{
	struct value v;
	double d;

	assert_int_equal(mb_decode(a, VALUE_NONE, regs, text_, &v), 0);
	assert_true(value_number(&v, &d));
	return d;
}

/* 36.6 and its like as a PLC sends them, from the Modbus tools' own examples. */
static void PLC_18_all_orders_of_32_bits_read_right(void **state)
{
	static const struct {
		const char *order;
		uint16_t regs[2];
	} row[] = {
		{ "abcd", { 0x4212, 0x6666 } },
		{ "cdab", { 0x6666, 0x4212 } },
		{ "badc", { 0x1242, 0x6666 } },
		{ "dcba", { 0x6666, 0x1242 } },
	};
	static const struct {
		const char *order;
		uint16_t regs[2];
	} integer[] = {
		{ "abcd", { 0x0102, 0x0304 } },
		{ "cdab", { 0x0304, 0x0102 } },
		{ "badc", { 0x0201, 0x0403 } },
		{ "dcba", { 0x0403, 0x0201 } },
	};
	char text[60];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		snprintf(text, sizeof(text), "holding:0:float32:%s", row[i].order);
		struct mb_address a = address(text, NULL, NULL);
		assert_double(read_number(&a, row[i].regs), 36.6, 1e-5);
		snprintf(text, sizeof(text), "holding:0:uint32:%s", integer[i].order);
		a = address(text, NULL, NULL);
		assert_double(read_number(&a, integer[i].regs), 0x01020304, 0);
	}
}

static void PLC_18_all_orders_of_64_bits_read_right(void **state)
{
	static const struct {
		const char *order;
		uint16_t regs[4];
	} row[] = {
		{ "abcdefgh", { 0x0102, 0x0304, 0x0506, 0x0708 } },
		{ "ghefcdab", { 0x0708, 0x0506, 0x0304, 0x0102 } },
		{ "badcfehg", { 0x0201, 0x0403, 0x0605, 0x0807 } },
		{ "hgfedcba", { 0x0807, 0x0605, 0x0403, 0x0201 } },
	};
	char text[60];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct value v;

		snprintf(text, sizeof(text), "holding:0:int64:%s", row[i].order);
		struct mb_address a = address(text, NULL, NULL);
		assert_int_equal(mb_decode(&a, VALUE_NONE, row[i].regs, text_, &v), 0);
		assert_true(v.type == VALUE_INT && v.u.i == 0x0102030405060708);
	}
}

static const char *const orders_of[5][10] = {
	[1] = { "ab", "ba" },
	[2] = { "abcd", "cdab", "badc", "dcba" },
	[4] = { "abcd", "cdab", "badc", "dcba", "abcdefgh", "ghefcdab", "badcfehg",
		"hgfedcba" },
};

static void there_and_back(const char *type, unsigned count, const struct value *v)
{
	for (size_t o = 0; orders_of[count][o]; o++) {
		struct strbuf why = STRBUF_INIT;
		uint16_t regs[4] = { 0 };
		struct value got;
		char text[60];

		snprintf(text, sizeof(text), "holding:0:%s:%s", type,
			 orders_of[count][o]);
		struct mb_address a = address(text, NULL, NULL);
		if (!mb_encode(&a, v, regs, &why))
			fail_msg("%s: %s", text, why.buf);
		assert_int_equal(mb_decode(&a, VALUE_NONE, regs, text_, &got), 0);
		if (!value_equal(v, &got))
			fail_msg("%s does not come back", text);
	}
}

static void PLC_18_every_type_in_every_order_goes_there_and_back(void **state)
{
	static const struct {
		const char *type;
		unsigned count;
		int64_t v[5];
	} ints[] = {
		{ "int16", 1, { 0, 1, -1, INT16_MIN, INT16_MAX } },
		{ "uint16", 1, { 0, 1, 0x1234, 0x8000, UINT16_MAX } },
		{ "int32", 2, { 0, -1, 0x12345678, INT32_MIN, INT32_MAX } },
		{ "uint32", 2, { 0, 1, 0x12345678, 0x80000000, UINT32_MAX } },
		{ "int64", 4, { 0, -1, 0x123456789ABCDEF0, INT64_MIN, INT64_MAX } },
		{ "uint64", 4, { 0, 1, 0x123456789ABCDEF0, 1, INT64_MAX } },
	};
	static const double doubles[] = { 0, 1, -1.5, 36.6, 1e300, 5e-324, -123456.789 };

	(void)state;
	for (size_t t = 0; t < sizeof(ints) / sizeof(ints[0]); t++) {
		for (size_t i = 0; i < 5; i++) {
			struct value v = value_int(ints[t].v[i]);
			there_and_back(ints[t].type, ints[t].count, &v);
		}
	}
	for (size_t i = 0; i < sizeof(doubles) / sizeof(doubles[0]); i++) {
		struct value v = value_double(doubles[i]);
		there_and_back("float64", 4, &v);
		if (fabs(doubles[i]) < 1e38) {
			v = value_double((double)(float)doubles[i]);
			there_and_back("float32", 2, &v);
		}
	}
}

static void PLC_19_signed_and_unsigned_are_not_mixed_up(void **state)
{
	uint16_t regs[4] = { 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF };
	static const struct {
		const char *text;
		double want;
	} row[] = {
		{ "input:0:int16", -1 }, { "input:0:uint16", 65535 },
		{ "input:0:int32", -1 }, { "input:0:uint32", 4294967295.0 },
		{ "input:0:int64", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct mb_address a = address(row[i].text, NULL, NULL);
		assert_double(read_number(&a, regs), row[i].want, 0);
	}
}

static void PLC_19_a_uint64_beyond_int64_is_bad_not_negative(void **state)
{
	uint16_t regs[4] = { 0x8000, 0, 0, 0 };
	struct mb_address plain = address("input:0:uint64", NULL, NULL);
	struct mb_address scaled = address("input:0:uint64", "0.5", NULL);
	struct value v;

	(void)state;
	assert_int_equal(mb_decode(&plain, VALUE_NONE, regs, text_, &v),
			 QUALITY_MAKE(QUALITY_BAD, REASON_RANGE));
	assert_int_equal(v.type, VALUE_NONE);
	assert_int_equal(mb_decode(&plain, VALUE_DOUBLE, regs, text_, &v), 0);
	assert_double(v.u.d, 9223372036854775808.0, 0);
	assert_double(read_number(&scaled, regs), 4611686018427387904.0, 0);
}

static void PLC_19_scaling_that_overflows_is_bad(void **state)
{
	struct mb_address a = address("input:0:float64", "1e300", NULL);
	uint16_t regs[4] = { 0x7FE0, 0, 0, 0 }; /* about 9e307 */
	struct value v;

	(void)state;
	assert_int_equal(mb_decode(&a, VALUE_NONE, regs, text_, &v),
			 QUALITY_MAKE(QUALITY_BAD, REASON_RANGE));
}

static void PLC_17_what_is_no_number_is_a_bad_sensor(void **state)
{
	static const uint16_t none[][2] = {
		{ 0x7FC0, 0 }, { 0xFFC0, 1 }, { 0x7F80, 1 }, { 0x7F80, 0 }, { 0xFF80, 0 }
	};
	struct mb_address a = address("input:0:float32", NULL, NULL);
	struct mb_address b = address("input:0:float32", "2", "1");
	struct mb_address c = address("input:0:float64", NULL, NULL);
	static const uint16_t nan64[4] = { 0x7FF8, 0, 0, 0 },
			      inf64[4] = { 0xFFF0, 0, 0, 0 };
	quality sensor = QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR);
	struct value v;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(mb_decode(&a, VALUE_NONE, none[i], text_, &v), sensor);
		assert_int_equal(v.type, VALUE_NONE);
		assert_int_equal(mb_decode(&b, VALUE_NONE, none[i], text_, &v), sensor);
	}
	assert_int_equal(mb_decode(&c, VALUE_NONE, nan64, text_, &v), sensor);
	assert_int_equal(mb_decode(&c, VALUE_NONE, inf64, text_, &v), sensor);
}

static void PLC_17_minus_zero_is_zero_and_tiny_numbers_stay(void **state)
{
	static const uint16_t minus_zero[2] = { 0x8000, 0 }, tiny[2] = { 0, 1 };
	struct mb_address a = address("input:0:float32", NULL, NULL);
	double zero = read_number(&a, minus_zero);

	(void)state;
	assert_double(zero, 0, 0);
	assert_false(signbit(zero));
	assert_true(read_number(&a, tiny) > 0);
}

static void bits_are_picked_from_the_ordered_number(void **state)
{
	uint16_t regs[2] = { 0x8001, 0x0004 };
	static const struct {
		const char *text;
		bool want;
	} row[] = {
		{ "holding:0.0", true },
		{ "holding:0.1", false },
		{ "holding:0.15", true },
		{ "holding:0:uint32.2", true },
		{ "holding:0:uint32.16", true },
		{ "holding:0:uint32.31", true },
		{ "holding:0:uint32:cdab.0", true },
		{ "holding:0:uint32:cdab.18", true },
		{ "holding:0:uint16:ba.8", true },
		{ "holding:0:uint16:ba.0", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct mb_address a = address(row[i].text, NULL, NULL);
		struct value v;

		assert_int_equal(mb_decode(&a, VALUE_NONE, regs, text_, &v), 0);
		assert_int_equal(v.type, VALUE_BOOL);
		if (v.u.b != row[i].want)
			fail_msg("%s is wrong", row[i].text);
	}
}

static void PLC_19_writes_are_the_inverse_or_refused(void **state)
{
	static const struct {
		const char *text, *scale, *offset;
		double v;
		const char *why; /* NULL = goes there and back */
	} row[] = {
		{ "holding:0:int16", "0.1", NULL, 12.3, NULL },
		{ "holding:0:int16", "0.1", "-50", -50, NULL },
		{ "holding:0:int16", "-0.1", NULL, 12.3, NULL },
		{ "holding:0:uint16", "0.1", NULL, 6553.5, NULL },
		{ "holding:0:uint16", "0.1", NULL, 6553.6, "does not fit" },
		{ "holding:0:uint16", "0.1", NULL, -0.1, "does not fit" },
		{ "holding:0:int16", NULL, NULL, 32767, NULL },
		{ "holding:0:int16", NULL, NULL, 32768, "does not fit" },
		{ "holding:0:int16", NULL, NULL, -32768, NULL },
		{ "holding:0:int16", NULL, NULL, -32769, "does not fit" },
		{ "holding:0:int16", NULL, NULL, 1.5,
		  "1.5 falls between two values the device can hold: its int16 moves in "
		  "steps of 1" },
		{ "holding:0:uint16", "0.1", NULL, 50.05, "moves in steps of 0.1" },
		{ "holding:0:uint32", NULL, NULL, 4294967295.0, NULL },
		{ "holding:0:uint32", NULL, NULL, 4294967296.0, "does not fit" },
		{ "holding:0:uint64", NULL, NULL, 18446744073709551616.0,
		  "does not fit" },
		{ "holding:0:int64", NULL, NULL, 9223372036854775808.0, "does not fit" },
		{ "holding:0:float32", NULL, NULL, 1e39, "too large" },
		{ "holding:0:float32", "1e-300", NULL, 1e20, "cannot be scaled" },
		{ "holding:0:float32", NULL, NULL, 0.5, NULL },
		{ "holding:0:float64", "3", "7", 1e300, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct mb_address a = address(row[i].text, row[i].scale, row[i].offset);
		struct value v = value_double(row[i].v);
		struct strbuf why = STRBUF_INIT;
		uint16_t regs[4];

		bool ok = mb_encode(&a, &v, regs, &why);
		if (row[i].why)
			assert_has(why.buf, row[i].why);
		else
			assert_double(read_number(&a, regs), row[i].v,
				      fabs(row[i].v) * 1e-12 + 1e-9);
		assert_int_equal(ok, row[i].why == NULL);
		strbuf_release(&why);
	}
}

static void PLC_17_nan_is_never_written(void **state)
{
	static const char *const types[] = { "float32", "float64", "int16", "uint64" };
	const double none[] = { (double)NAN, (double)INFINITY, -(double)INFINITY };
	char text[60];

	(void)state;
	for (size_t t = 0; t < 4; t++) {
		for (size_t i = 0; i < 3; i++) {
			struct strbuf why = STRBUF_INIT;
			struct value v = value_double(none[i]);
			uint16_t regs[4];

			snprintf(text, sizeof(text), "holding:0:%s", types[t]);
			struct mb_address a = address(text, NULL, NULL);
			assert_false(mb_encode(&a, &v, regs, &why));
			assert_has(why.buf, "not a number cannot be written");
			strbuf_release(&why);
		}
	}
}

static void PLC_19_a_bcd_digit_above_nine_is_bad_not_a_number(void **state)
{
	struct mb_address a = address("holding:0:bcd16", NULL, NULL);
	struct mb_address b = address("holding:0:bcd32:cdab", "0.1", NULL);
	static const uint16_t wrong[] = { 0x000A, 0x00A0, 0x0F00, 0xA000 };
	uint16_t two[2] = { 0x5678, 0x1234 }, regs[2];
	struct strbuf why = STRBUF_INIT;
	struct value v = value_int(9876);

	(void)state;
	regs[0] = 0x1234;
	assert_double(read_number(&a, regs), 1234, 0);
	assert_double(read_number(&b, two), 1234567.8, 1e-9);
	for (size_t i = 0; i < 4; i++) {
		regs[0] = wrong[i];
		assert_int_equal(mb_decode(&a, VALUE_NONE, regs, text_, &v),
				 QUALITY_MAKE(QUALITY_BAD, REASON_RANGE));
		assert_int_equal(v.type, VALUE_NONE);
	}
	v = value_int(9876);
	assert_true(mb_encode(&a, &v, regs, &why));
	assert_int_equal(regs[0], 0x9876);
	v = value_double(1234567.8);
	assert_true(mb_encode(&b, &v, regs, &why));
	assert_int_equal(regs[0], 0x5678);
	assert_int_equal(regs[1], 0x1234);
	v = value_int(10000);
	assert_false(mb_encode(&a, &v, regs, &why));
	assert_has(why.buf, "10000 does not fit into the device's registers");
	v = value_int(-1);
	assert_false(mb_encode(&a, &v, regs, &why));
	strbuf_release(&why);
}

static void assert_text(const char *address_text, const uint16_t *regs, const char *want)
{
	struct mb_address a = address(address_text, NULL, NULL);
	struct value v;

	assert_int_equal(mb_decode(&a, VALUE_NONE, regs, text_, &v), 0);
	assert_int_equal(v.type, VALUE_STRING);
	assert_string_equal(v.u.s, want);
}

static void strings_end_at_a_nul_and_lose_their_padding(void **state)
{
	static const uint16_t plain[] = { 0x5076, 0x2031, 0x2020, 0x0000 };
	static const uint16_t turned[] = { 0x7650, 0x3120, 0x2020, 0x0000 };
	static const uint16_t ended[] = { 0x4100, 0x4242, 0x4343, 0x4444 };
	static const uint16_t none[] = { 0, 0, 0, 0 };
	static const uint16_t full[] = { 0x6162, 0x6364, 0x6566, 0xC3BC };

	(void)state;
	assert_text("holding:0:string:4", plain, "Pv 1");
	assert_text("holding:0:string:4:ba", turned, "Pv 1");
	assert_text("holding:0:string:4", ended, "A");
	assert_text("holding:0:string:4", none, "");
	assert_text("input:0:string:4:ab", full, "abcdef\303\274");
}

static void bytes_that_are_no_text_are_bad_not_shown(void **state)
{
	struct mb_address a = address("holding:0:string:1", NULL, NULL);
	static const uint16_t row[] = { 0xFF41, 0x41C3, 0xC080 };
	struct value v;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(mb_decode(&a, VALUE_NONE, &row[i], text_, &v),
				 QUALITY_MAKE(QUALITY_BAD, REASON_FORMAT));
		assert_int_equal(v.type, VALUE_NONE);
	}
}

static void strings_are_written_whole_or_refused(void **state)
{
	struct mb_address a = address("holding:0:string:3:ba", NULL, NULL);
	struct value v = value_string("abc"), number = value_int(1);
	struct strbuf why = STRBUF_INIT;
	uint16_t regs[3] = { 1, 1, 1 };

	(void)state;
	assert_true(mb_encode(&a, &v, regs, &why));
	assert_int_equal(regs[0], 0x6261);
	assert_int_equal(regs[1], 0x0063);
	assert_int_equal(regs[2], 0);
	v = value_string("abcdefg");
	assert_false(mb_encode(&a, &v, regs, &why));
	assert_has(why.buf, "the text has 7 bytes, the device has room for 6");
	assert_false(mb_encode(&a, &number, regs, &why));
	assert_has(why.buf, "the device takes a text here");
	strbuf_release(&why);
}

static void a_marker_means_that_there_is_no_sensor(void **state)
{
	static const struct {
		const char *address, *marker;
		uint16_t regs[4];
	} row[] = {
		{ "holding:0:int16", "0x8000", { 0x8000 } },
		{ "holding:0:int16", "-32768", { 0x8000 } },
		{ "holding:0:uint16", "65535", { 0xFFFF } },
		{ "holding:0:int32:cdab", "0x80000000", { 0, 0x8000 } },
		{ "holding:0:uint32", "4294967295", { 0xFFFF, 0xFFFF } },
		{ "holding:0:int64", "0x8000000000000000", { 0x8000, 0, 0, 0 } },
		{ "holding:0:float32", "0x7FC00000", { 0x7FC0, 0 } },
		{ "holding:0:bcd16", "0xFFFF", { 0xFFFF } },
	};
	struct value v;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct mb_address a =
			address_with(row[i].address, "not_implemented", row[i].marker);
		uint16_t regs[4];

		assert_int_equal(mb_decode(&a, VALUE_NONE, row[i].regs, text_, &v),
				 QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR));
		assert_true(mb_is_marker(&a, row[i].regs));
		memcpy(regs, row[i].regs, sizeof(regs));
		regs[a.count - 1] = 0x0001;
		regs[0] = a.count > 1 ? 0x4000 : 0x0001;
		assert_int_equal(mb_decode(&a, VALUE_NONE, regs, text_, &v), 0);
	}
}

static void a_marker_is_never_written_as_a_value(void **state)
{
	struct mb_address a =
		address_with("holding:0:int16", "not_implemented", "0x8000");
	struct value v = value_int(-32768);
	struct strbuf why = STRBUF_INIT;
	uint16_t regs[1];

	(void)state;
	assert_false(mb_encode(&a, &v, regs, &why));
	assert_has(why.buf, "would take this number for \"not implemented\"");
	strbuf_release(&why);
}

static void codes_have_texts_and_unknown_ones_are_not_believed(void **state)
{
	struct mb_address a = address_with("holding:0", "texts", "0=off,1=run,2=fault");
	struct mb_address bit = address_with("holding:0.3", "texts", "0=shut,1=open");
	struct mb_address low = address_with("holding:0:int16", "texts", "-1=none");
	uint16_t regs[1] = { 1 };
	struct strbuf why = STRBUF_INIT;
	struct value v;

	(void)state;
	assert_int_equal(mb_decode(&a, VALUE_NONE, regs, text_, &v), 0);
	assert_string_equal(v.u.s, "run");
	regs[0] = 7;
	assert_int_equal(mb_decode(&a, VALUE_NONE, regs, text_, &v),
			 QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE));
	assert_string_equal(v.u.s, "7");
	v = value_string("fault");
	assert_true(mb_encode(&a, &v, regs, &why));
	assert_int_equal(regs[0], 2);
	v = value_string("faul");
	assert_false(mb_encode(&a, &v, regs, &why));
	assert_has(why.buf, "one of these texts here: 0=off,1=run,2=fault");
	v = value_int(2);
	assert_false(mb_encode(&a, &v, regs, &why));
	regs[0] = 8;
	assert_int_equal(mb_decode(&bit, VALUE_NONE, regs, text_, &v), 0);
	assert_string_equal(v.u.s, "open");
	regs[0] = 0xFFFF;
	assert_int_equal(mb_decode(&low, VALUE_NONE, regs, text_, &v), 0);
	assert_string_equal(v.u.s, "none");
	strbuf_release(&why);
}

static void a_scale_register_moves_the_point(void **state)
{
	struct mb_address a =
		address_with("holding:0:int16", "scale_register", "holding:1:int16");
	static const struct {
		uint16_t factor;
		double want;
	} row[] = {
		{ 0, -5 },   { 0xFFFF, -0.5 }, { 0xFFFD, -0.005 },
		{ 2, -500 }, { 10, -5e10 },    { 0xFFF6, -5e-10 },
	};
	static const struct {
		uint16_t factor;
		enum quality_reason reason;
	} wrong[] = {
		{ 0x8000, REASON_SENSOR },
		{ 11, REASON_RANGE },
		{ 0xFFF5, REASON_RANGE },
	};
	uint16_t regs[1] = { 0xFFFB };
	struct mb_address at;

	(void)state;
	assert_int_equal(mb_address_type(&a), VALUE_DOUBLE);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		assert_int_equal(mb_address_resolve(&a, row[i].factor, &at), 0);
		assert_double(read_number(&at, regs), row[i].want, 0);
	}
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(mb_address_resolve(&a, wrong[i].factor, &at),
				 QUALITY_MAKE(QUALITY_BAD, wrong[i].reason));
}

static void a_bit_lies_where_the_order_says(void **state)
{
	static const struct {
		const char *address;
		uint32_t at;
		uint16_t mask;
	} row[] = {
		{ "holding:0.0", 0, 0x0001 },
		{ "holding:0.15", 0, 0x8000 },
		{ "holding:0:uint16:ba.0", 0, 0x0100 },
		{ "holding:0:uint32.0", 1, 0x0001 },
		{ "holding:0:uint32.31", 0, 0x8000 },
		{ "holding:0:uint32:cdab.31", 1, 0x8000 },
		{ "holding:0:uint32:dcba.31", 1, 0x0080 },
		{ "holding:0:uint64.17", 2, 0x0002 },
	};
	uint16_t mask;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct mb_address a = address(row[i].address, NULL, NULL);
		uint16_t regs[4] = { 0 };
		struct value v;

		assert_int_equal(mb_part_place(&a, &mask), row[i].at);
		assert_int_equal(mask, row[i].mask);
		regs[row[i].at] = mask;
		assert_int_equal(mb_decode(&a, VALUE_NONE, regs, text_, &v), 0);
		assert_true(v.u.b);
	}
}

static void exact_integers_keep_all_digits(void **state)
{
	struct mb_address a = address("holding:0:int64", NULL, NULL);
	struct value v = value_int(9007199254740993), got; /* 2^53 + 1 */
	struct strbuf why = STRBUF_INIT;
	uint16_t regs[4];

	(void)state;
	assert_true(mb_encode(&a, &v, regs, &why));
	assert_int_equal(mb_decode(&a, VALUE_NONE, regs, text_, &got), 0);
	assert_true(got.u.i == 9007199254740993);
	a = address("holding:0:uint64", NULL, NULL);
	v = value_int(-1);
	assert_false(mb_encode(&a, &v, regs, &why));
	assert_has(why.buf, "-1 does not fit into the device's uint64");
	a = address("holding:0:int32", NULL, NULL);
	v = value_int(INT32_MAX + INT64_C(1));
	assert_false(mb_encode(&a, &v, regs, &why));
	strbuf_release(&why);
}

static void values_of_the_wrong_kind_are_refused(void **state)
{
	struct mb_address coil = address("coil:0", NULL, NULL);
	struct mb_address number = address("holding:0", NULL, NULL);
	struct value text = value_string("1"), two = value_int(2), yes = value_bool(true);
	struct strbuf why = STRBUF_INIT;
	uint16_t regs[4];

	(void)state;
	assert_false(mb_encode(&coil, &two, regs, &why));
	assert_has(why.buf, "a bit takes true or false");
	assert_false(mb_encode(&coil, &text, regs, &why));
	assert_false(mb_encode(&number, &text, regs, &why));
	assert_has(why.buf, "the device takes a number here");
	assert_false(mb_encode(&number, &yes, regs, &why));
	assert_true(mb_encode(&coil, &yes, regs, &why));
	assert_int_equal(regs[0], 1);
	strbuf_release(&why);
}

/* --- parts of registers, halves, coils in a row --- */

static void the_bytes_of_a_register_are_numbers(void **state)
{
	static const struct {
		const char *text;
		double read;
		uint16_t mask;
	} row[] = {
		{ "holding:1:uint8:low", 0x8D, 0x00FF },
		{ "holding:1:uint8:high", 0x98, 0xFF00 },
		{ "holding:1:int8:low", -115, 0x00FF },
		{ "holding:1:int8:high", -104, 0xFF00 },
	};
	const uint16_t cell = 0x988D;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct mb_address a = address(row[i].text, NULL, NULL);
		struct strbuf why = STRBUF_INIT;
		uint16_t mask, out = 0;

		assert_double(read_number(&a, &cell), row[i].read, 0);
		assert_true(mb_is_part(&a));
		assert_int_equal(mb_part_place(&a, &mask), 0);
		assert_int_equal(mask, row[i].mask);
		struct value v = value_int((int64_t)row[i].read);
		assert_true(mb_encode(&a, &v, &out, &why));
		assert_int_equal(out, cell & mask);
		v = value_int(row[i].read < 0 ? 128 : 256);
		assert_false(mb_encode(&a, &v, &out, &why));
		assert_has(why.buf, "does not fit");
		strbuf_release(&why);
	}
}

static void PLC_18_every_half_float_goes_there_and_back(void **state)
{
	struct mb_address a = address("holding:1:float16", NULL, NULL);
	struct mb_address turned = address("holding:1:float16:ba", NULL, NULL);
	struct strbuf why = STRBUF_INIT;

	(void)state;
	for (unsigned raw = 0; raw < 65536; raw++) {
		uint16_t cell = (uint16_t)raw, swap = (uint16_t)(raw << 8 | raw >> 8);
		uint16_t back = 0;
		struct value v;
		quality q = mb_decode(&a, VALUE_NONE, &cell, text_, &v);

		assert_int_equal(mb_decode(&turned, VALUE_NONE, &swap, text_, &v), q);
		if ((raw & 0x7C00) == 0x7C00) { /* infinite or no number */
			assert_int_equal(q, QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR));
			continue;
		}
		assert_int_equal(q, 0);
		assert_true(mb_encode(&a, &v, &back, &why));
		assert_int_equal(back, raw == 0x8000 ? 0 : raw); /* -0 is 0 */
	}
	strbuf_release(&why);
}

static void half_floats_round_to_the_nearest(void **state)
{
	static const struct {
		double value;
		int raw; /* -1: refused */
	} row[] = {
		{ 1, 0x3C00 },
		{ -2, 0xC000 },
		{ 65504, 0x7BFF },
		{ 65519, 0x7BFF },
		{ 65520, -1 },
		{ -65520, -1 },
		{ 1.00048828125, 0x3C00 }, /* half way: to even */
		{ 1.00146484375, 0x3C02 },
		{ 0.1, 0x2E66 },
		{ 2049, 0x6800 },
		{ 1e-9, 0 },
		{ 0x1p-14, 0x0400 },
		{ 0x1.ff8p-15, 0x03FF },
		{ 0x1p-24, 1 },
	};
	struct mb_address a = address("holding:1:float16", NULL, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct value v = value_double(row[i].value);
		struct strbuf why = STRBUF_INIT;
		uint16_t cell = 0;
		bool ok = mb_encode(&a, &v, &cell, &why);

		assert_int_equal(ok, row[i].raw >= 0);
		if (ok)
			assert_int_equal(cell, row[i].raw);
		else
			assert_has(why.buf, "is too large for the device's float16");
		strbuf_release(&why);
	}
}

static void coils_in_a_row_are_one_number(void **state)
{
	const uint16_t cells[10] = { 1, 0, 1, 1, 0, 0, 0, 0, 1, 0 };
	struct mb_address a = address("coil:16:bits:10", NULL, NULL);
	struct strbuf why = STRBUF_INIT;
	uint16_t out[10];

	(void)state;
	assert_int_equal(a.count, 10);
	assert_false(mb_is_part(&a));
	assert_double(read_number(&a, cells), 0x10D, 0);
	struct value v = value_int(0x10D);
	assert_true(mb_encode(&a, &v, out, &why));
	assert_memory_equal(out, cells, sizeof(cells));
	v = value_int(1024);
	assert_false(mb_encode(&a, &v, out, &why));
	v = value_int(-1);
	assert_false(mb_encode(&a, &v, out, &why));
	struct mb_address named = address_with("discrete:0:bits:2", "texts",
					       "0=closed,1=opening,2=closing,3=open");
	const uint16_t open[2] = { 1, 1 };
	assert_int_equal(mb_decode(&named, VALUE_NONE, open, text_, &v), 0);
	assert_string_equal(v.u.s, "open");
	strbuf_release(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(PLC_18_all_orders_of_32_bits_read_right),
		cmocka_unit_test(PLC_18_all_orders_of_64_bits_read_right),
		cmocka_unit_test(PLC_18_every_type_in_every_order_goes_there_and_back),
		cmocka_unit_test(PLC_19_signed_and_unsigned_are_not_mixed_up),
		cmocka_unit_test(PLC_19_a_uint64_beyond_int64_is_bad_not_negative),
		cmocka_unit_test(PLC_19_scaling_that_overflows_is_bad),
		cmocka_unit_test(PLC_19_writes_are_the_inverse_or_refused),
		cmocka_unit_test(PLC_19_a_bcd_digit_above_nine_is_bad_not_a_number),
		cmocka_unit_test(strings_end_at_a_nul_and_lose_their_padding),
		cmocka_unit_test(bytes_that_are_no_text_are_bad_not_shown),
		cmocka_unit_test(strings_are_written_whole_or_refused),
		cmocka_unit_test(a_marker_means_that_there_is_no_sensor),
		cmocka_unit_test(a_marker_is_never_written_as_a_value),
		cmocka_unit_test(codes_have_texts_and_unknown_ones_are_not_believed),
		cmocka_unit_test(a_scale_register_moves_the_point),
		cmocka_unit_test(PLC_17_what_is_no_number_is_a_bad_sensor),
		cmocka_unit_test(PLC_17_minus_zero_is_zero_and_tiny_numbers_stay),
		cmocka_unit_test(PLC_17_nan_is_never_written),
		cmocka_unit_test(bits_are_picked_from_the_ordered_number),
		cmocka_unit_test(a_bit_lies_where_the_order_says),
		cmocka_unit_test(exact_integers_keep_all_digits),
		cmocka_unit_test(values_of_the_wrong_kind_are_refused),
		cmocka_unit_test(the_bytes_of_a_register_are_numbers),
		cmocka_unit_test(PLC_18_every_half_float_goes_there_and_back),
		cmocka_unit_test(half_floats_round_to_the_nearest),
		cmocka_unit_test(coils_in_a_row_are_one_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
