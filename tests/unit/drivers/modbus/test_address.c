/* test_address.c - the address grammar: what it accepts, and the sentence for all else.
 */
#include "support/test.h"

#include <string.h>

#include "drivers/modbus/address.h"
#include "drivers/modbus/driver.h"
#include "util/strbuf.h"

static bool parse(const char *address, const char *scale, const char *offset,
		  struct mb_address *a, struct strbuf *why)
{
	struct settings s = { 0 };

	if (address)
		settings_add(&s, "address", address);
	if (scale)
		settings_add(&s, "scale", scale);
	if (offset)
		settings_add(&s, "offset", offset);
	bool ok = mb_address_parse(&s, 0, a, why);
	settings_release(&s);
	return ok;
}

static void addresses_that_are_right(void **state)
{
	static const struct {
		const char *text;
		enum mb_area area;
		uint32_t first, count;
		enum mb_kind kind;
		bool words, bytes;
		int bit;
		enum value_type type;
	} row[] = {
		{ "coil:0", MB_COIL, 0, 1, MB_BIT, 0, 0, -1, VALUE_BOOL },
		{ "coil:65535", MB_COIL, 65535, 1, MB_BIT, 0, 0, -1, VALUE_BOOL },
		{ "discrete:7:bit", MB_DISCRETE, 7, 1, MB_BIT, 0, 0, -1, VALUE_BOOL },
		{ "input:3", MB_INPUT, 3, 1, MB_UINT, 0, 0, -1, VALUE_INT },
		{ "input:3:int16", MB_INPUT, 3, 1, MB_INT, 0, 0, -1, VALUE_INT },
		{ "input:3:int16:ba", MB_INPUT, 3, 1, MB_INT, 0, 1, -1, VALUE_INT },
		{ "input:3:float16:ba", MB_INPUT, 3, 1, MB_FLOAT, 0, 1, -1,
		  VALUE_DOUBLE },
		{ "input:3:uint8:high", MB_INPUT, 3, 1, MB_UINT, 0, 0, -1, VALUE_INT },
		{ "40004:int8:low", MB_HOLDING, 3, 1, MB_INT, 0, 0, -1, VALUE_INT },
		{ "coil:3:bits:8", MB_COIL, 3, 8, MB_UINT, 0, 0, -1, VALUE_INT },
		{ "10004:bits:32", MB_DISCRETE, 3, 32, MB_UINT, 0, 0, -1, VALUE_INT },
		{ "holding:5.3", MB_HOLDING, 5, 1, MB_BIT, 0, 0, 3, VALUE_BOOL },
		{ "holding:5:bit.15", MB_HOLDING, 5, 1, MB_BIT, 0, 0, 15, VALUE_BOOL },
		{ "holding:5:uint32:cdab.31", MB_HOLDING, 5, 2, MB_BIT, 1, 0, 31,
		  VALUE_BOOL },
		{ "holding:9:float32", MB_HOLDING, 9, 2, MB_FLOAT, 0, 0, -1,
		  VALUE_DOUBLE },
		{ "holding:9:float32:dcba", MB_HOLDING, 9, 2, MB_FLOAT, 1, 1, -1,
		  VALUE_DOUBLE },
		{ "holding:65534:int32:badc", MB_HOLDING, 65534, 2, MB_INT, 0, 1, -1,
		  VALUE_INT },
		{ "holding:65532:uint64", MB_HOLDING, 65532, 4, MB_UINT, 0, 0, -1,
		  VALUE_INT },
		{ "holding:0:int64:ghefcdab", MB_HOLDING, 0, 4, MB_INT, 1, 0, -1,
		  VALUE_INT },
		{ "holding:0:float64:hgfedcba", MB_HOLDING, 0, 4, MB_FLOAT, 1, 1, -1,
		  VALUE_DOUBLE },
		{ "holding:0:float64:cdab", MB_HOLDING, 0, 4, MB_FLOAT, 1, 0, -1,
		  VALUE_DOUBLE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct strbuf why = STRBUF_INIT;
		struct mb_address a;

		if (!parse(row[i].text, NULL, NULL, &a, &why))
			fail_msg("%s: %s", row[i].text, why.buf);
		assert_int_equal(a.area, row[i].area);
		assert_int_equal(a.first, row[i].first);
		assert_int_equal(a.count, row[i].count);
		assert_int_equal(a.kind, row[i].kind);
		assert_int_equal(a.swap_words, row[i].words);
		assert_int_equal(a.swap_bytes, row[i].bytes);
		assert_int_equal(a.bit, row[i].bit);
		assert_int_equal(mb_address_type(&a), row[i].type);
		assert_false(a.scaled);
	}
}

static void PLC_26_addresses_that_are_wrong_say_why(void **state)
{
	static const struct {
		const char *text, *why;
	} row[] = {
		{ "", "address \"\" is not understood; expected coil|discrete|input" },
		{ "holding", "is not understood" },
		{ "holding:", "is not understood" },
		{ ":5", "is not understood" },
		{ "holding:1:int16:ab:x", "is not understood" },
		{ "holding:1:.3", "is not understood" },
		{ "holding:1.", "is not understood" },
		{ "holdng:1", "unknown area \"holdng\" (did you mean \"holding\"?)" },
		{ "HOLDING:1", "unknown area \"HOLDING\"" },
		{ "holding:1:float",
		  "unknown type \"float\" (did you mean \"float32\"?)" },
		{ "holding:1:uint8",
		  "say which byte of the register: uint8:high or uint8:low" },
		{ "holding:1:int8:ab", "say which byte of the register: int8:high" },
		{ "holding:1:uint8:low.3",
		  "name the bit of the register instead: :uint16.3" },
		{ "holding:1:bits:8", "bits:COUNT are coils or discretes in a row" },
		{ "coil:1:bits", "say how many coils make the number, 1 to 32: bits:8" },
		{ "discrete:1:bits:33", "say how many discretes make the number" },
		{ "coil:1:bits:8:ab", "bits have no byte order: leave out \"ab\"" },
		{ "coil:1:bits:8.2", "a coil has no bits: leave out \".2\"" },
		{ "coil:65530:bits:8",
		  "bits at 65530 takes 8 cells and would pass 65535" },
		{ "holding:x", "address x is not a number from 0 to 65535" },
		{ "holding:-1", "address -1 is not a number from 0 to 65535" },
		{ "holding:65536", "address 65536 is not a number from 0 to 65535" },
		{ "holding:1e3", "address 1e3 is not a number" },
		{ "holding:99999999999999999999", "is not a number from 0 to 65535" },
		{ "holding:65535:float32",
		  "float32 at 65535 takes 2 registers and would pass 65535" },
		{ "input:65533:int64", "int64 at 65533 takes 4 registers" },
		{ "holding:1:int32:abdc",
		  "\"abdc\" is no byte order of int32; expected abcd, cdab, badc, dcba" },
		{ "holding:1:int32:ghefcdab", "is no byte order of int32" },
		{ "holding:1:int16:abcd", "is no byte order of int16; expected ab, ba" },
		{ "coil:1:int16", "a coil is one bit: leave out \"int16\"" },
		{ "coil:1.3", "a coil has no bits: leave out \".3\"" },
		{ "discrete:1:bit:abcd", "one bit has no byte order" },
		{ "holding:1:bit", "say which bit of the register: .0 to .15" },
		{ "holding:1.16", "bit \"16\" of uint16 is not a number from 0 to 15" },
		{ "holding:1:int32.32",
		  "bit \"32\" of int32 is not a number from 0 to 31" },
		{ "holding:1:float32.3", "a float32 has no bits to name" },
		{ "holding:1:string", "say how many registers the string takes" },
		{ "holding:1:string:0", "say how many registers the string takes" },
		{ "holding:1:string:126", "1 to 125: string:8" },
		{ "holding:1:string:4:abcd", "no byte order of string; expected ab, ba" },
		{ "holding:1:string:4.1", "a string has no bits to name" },
		{ "holding:65535:string:2", "string at 65535 takes 2 registers" },
		{ "holding:1:bcd16.1", "a bcd16 has no bits to name" },
		{ "coil:1:string:2", "a coil is one bit: leave out \"string\"" },
		{ "40000", "address 0 is not a number from 1 to 65536" },
		{ "465537", "address 65537 is not a number from 1 to 65536" },
		{ "465536:int32", "int32 at 65536 takes 2 registers" },
		{ "20001", "is not understood" },
		{ "4001", "is not understood" },
		{ "4000001", "is not understood" },
		{ "40001:1:int16:ab", "is not understood" },
		{ "holding:1:int16:ab:extraextraextraextraextraextra", "not understood" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct strbuf why = STRBUF_INIT;
		struct mb_address a;

		if (parse(row[i].text, NULL, NULL, &a, &why))
			fail_msg("\"%s\" was accepted", row[i].text);
		assert_has(why.buf, row[i].why);
		strbuf_release(&why);
	}
}

static void numbers_of_manuals_count_from_one(void **state)
{
	static const struct {
		const char *text;
		uint32_t base;
		enum mb_area area;
		uint32_t first, count;
	} row[] = {
		{ "40001", 0, MB_HOLDING, 0, 1 },
		{ "40001", 1, MB_HOLDING, 0, 1 },
		{ "400001:int16", 0, MB_HOLDING, 0, 1 },
		{ "465536", 0, MB_HOLDING, 65535, 1 },
		{ "49999.15", 0, MB_HOLDING, 9998, 1 },
		{ "30011:float32:cdab", 0, MB_INPUT, 10, 2 },
		{ "10008", 0, MB_DISCRETE, 7, 1 },
		{ "00001", 0, MB_COIL, 0, 1 },
		{ "40101:string:8:ba", 1, MB_HOLDING, 100, 8 },
		{ "holding:1", 1, MB_HOLDING, 0, 1 },
		{ "holding:65536", 1, MB_HOLDING, 65535, 1 },
		{ "input:7:int32", 1, MB_INPUT, 6, 2 },
	};
	struct strbuf why = STRBUF_INIT;
	struct settings s = { 0 };
	struct mb_address a;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		settings_add(&s, "address", row[i].text);
		if (!mb_address_parse(&s, row[i].base, &a, &why))
			fail_msg("%s: %s", row[i].text, why.buf);
		assert_int_equal(a.area, row[i].area);
		assert_int_equal(a.first, row[i].first);
		assert_int_equal(a.count, row[i].count);
		settings_release(&s);
	}
	settings_add(&s, "address", "holding:0");
	assert_false(mb_address_parse(&s, 1, &a, &why));
	assert_has(why.buf, "address 0 is not a number from 1 to 65536");
	settings_release(&s);
	strbuf_release(&why);
}

static void settings_beside_the_address_are_checked(void **state)
{
	static const struct {
		const char *address, *name, *value, *why;
	} row[] = {
		{ "holding:1", "scale_register", "holding:2",
		  "\"holding:2\" is not an int16; expected input|holding:N:int16" },
		{ "holding:1", "scale_register", "coil:2", "is not an int16" },
		{ "holding:1", "scale_register", "holdng:2:int16",
		  "scale_register: unknown area \"holdng\"" },
		{ "coil:1", "scale_register", "holding:2:int16", "a bit is no number" },
		{ "holding:1:string:2", "scale_register", "holding:2:int16",
		  "a string is no number" },
		{ "holding:1:string:2", "scale", "2", "a string is no number" },
		{ "holding:1", "not_implemented", "nan",
		  "not_implemented = \"nan\" is not a number of 16 bits, like 0x8000" },
		{ "holding:1", "not_implemented", "0x10000", "of 16 bits" },
		{ "holding:1", "not_implemented", "-32769", "of 16 bits" },
		{ "holding:1:int32", "not_implemented", "0x", "of 32 bits" },
		{ "holding:1.2", "not_implemented", "1", "a bit has no marker" },
		{ "holding:1", "texts", "", "texts is empty" },
		{ "holding:1", "texts", "off,on", "expected \"0=off,1=run\"" },
		{ "holding:1", "texts", "0=off,1=", "code 1 has no text" },
		{ "holding:1", "texts", "0=off,x=on", "\"x=on\" is not understood" },
		{ "holding:1:float32", "texts", "0=off", "texts name whole numbers" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct strbuf why = STRBUF_INIT;
		struct settings s = { 0 };
		struct mb_address a;

		settings_add(&s, "address", row[i].address);
		settings_add(&s, row[i].name, row[i].value);
		if (mb_address_parse(&s, 0, &a, &why))
			fail_msg("%s = \"%s\" was accepted", row[i].name, row[i].value);
		assert_has(why.buf, row[i].why);
		settings_release(&s);
		strbuf_release(&why);
	}
}

static void scaling_is_checked(void **state)
{
	struct strbuf why = STRBUF_INIT;
	struct mb_address a;

	(void)state;
	assert_true(parse("input:1:int16", "0.1", "-5", &a, &why));
	assert_true(a.scaled);
	assert_int_equal(mb_address_type(&a), VALUE_DOUBLE);
	assert_true(parse("input:1:int16", "1", "0", &a, &why));
	assert_false(a.scaled);
	assert_false(parse("input:1", "0", NULL, &a, &why));
	assert_has(why.buf, "scale = 0 is not a number other than 0");
	assert_false(parse("input:1", NULL, "warm", &a, &why));
	assert_has(why.buf, "offset = warm is not a number");
	assert_false(parse("coil:1", "2", NULL, &a, &why));
	assert_has(why.buf, "a bit is true or false");
	assert_false(parse(NULL, NULL, NULL, &a, &why));
	strbuf_release(&why);
}

static void endpoints(void **state)
{
	static const struct {
		const char *text, *host;
		uint16_t port;
		const char *why;
	} row[] = {
		{ "tcp://127.0.0.1:1502", "127.0.0.1", 1502, NULL },
		{ "tcp://plc1.works.example", "plc1.works.example", 502, NULL },
		{ "tcp://[::1]:1502", "::1", 1502, NULL },
		{ "tcp://[fe80::1]", "fe80::1", 502, NULL },
		{ "tcp://", NULL, 0, "names no host and port" },
		{ "tcp://:502", NULL, 0, "names no host and port" },
		{ "tcp://[::1", NULL, 0, "names no host and port" },
		{ "tcp://a/b", NULL, 0, "names no host and port" },
		{ "tcp://a:", NULL, 0, "port \"\" is not a number from 1 to 65535" },
		{ "tcp://a:0", NULL, 0, "port \"0\" is not a number from 1 to 65535" },
		{ "tcp://a:65536", NULL, 0, "port \"65536\"" },
		{ "tcp://a:502/x", NULL, 0, "port \"502/x\"" },
		{ "rtu://", NULL, 0, "names no serial line" },
		{ "rtu://ttyS0", NULL, 0, "names no serial line" },
		{ "rtu:///dev/ttyS0?baud=9601", NULL, 0,
		  "baud = \"9601\" of the serial line is not one of 1200 2400" },
		{ "rtu:///dev/ttyS0?parity=mark", NULL, 0, "not one of none even odd" },
		{ "rtu:///dev/ttyS0?stop=3", NULL, 0, "not one of 1 2" },
		{ "rtu:///dev/ttyS0?echo=yes", NULL, 0, "not one of on off" },
		{ "rtu:///dev/ttyS0?baud", NULL, 0, "expected name=value" },
		{ "rtu:///dev/ttyS0?speed=9600", NULL, 0, "unknown option \"speed\"" },
		{ "rtu:///dev/ttyS0?turnaround_ms=0", NULL, 0, "from 1 to 10000" },
		{ "127.0.0.1:502", NULL, 0, "expected \"tcp://host:port\" or" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct strbuf why = STRBUF_INIT;
		struct mb_endpoint e;
		bool ok = mb_endpoint_parse(row[i].text, &e, &why);

		assert_int_equal(ok, row[i].host != NULL);
		if (ok) {
			assert_string_equal(e.host, row[i].host);
			assert_int_equal(e.port, row[i].port);
		} else {
			assert_has(why.buf, row[i].why);
		}
		strbuf_release(&why);
	}
}

static void serial_lines(void **state)
{
	struct strbuf why = STRBUF_INIT;
	struct mb_endpoint e, same;

	(void)state;
	assert_true(mb_endpoint_parse("rtu:///dev/ttyS0", &e, &why));
	assert_true(e.serial);
	assert_string_equal(e.host, "/dev/ttyS0");
	assert_true(e.line.baud == 19200 && e.line.parity == 'E' && e.line.stop == 1);
	assert_true(!e.line.rs485 && !e.line.echo && e.line.turnaround_ms == 0);
	assert_true(mb_endpoint_parse("rtu:///dev/ttyS0?baud=9600&parity=none&stop=2&"
				      "rs485=on&echo=on&turnaround_ms=200",
				      &same, &why));
	assert_true(same.line.baud == 9600 && same.line.parity == 'N' &&
		    same.line.stop == 2);
	assert_true(same.line.rs485 && same.line.echo && same.line.turnaround_ms == 200);
	assert_true(mb_endpoint_same(&e, &same));
	mb_endpoint_name(&e, &why);
	assert_string_equal(why.buf, "/dev/ttyS0");
	strbuf_release(&why);
}

static bool check_tag(const char *address, bool writable, enum value_type type,
		      struct strbuf *why)
{
	struct driver_device d = { 0 };
	struct driver_tag t = { .writable = writable, .type = type };

	settings_add(&t.settings, "address", address);
	bool ok = driver_modbus.check_tag(&t, &d, why);
	settings_release(&t.settings);
	return ok;
}

/* The settings of a device are parsed once for its tags: known by what they say, so that
 * one that lies where another lay is not taken for it. */
static void each_tag_is_judged_by_its_own_device(void **state)
{
	static const char *const most[] = { "4", "5", "6", "7", "8" };
	struct strbuf why = STRBUF_INIT;
	struct driver_tag t = { 0 };
	struct driver_device d = { 0 };

	(void)state;
	settings_add(&t.settings, "address", "holding:1:string:6");
	for (unsigned i = 0; i < 200; i++) {
		unsigned k = (i * 7 + i / 9) % 5;

		settings_add(&d.settings, "endpoint", "tcp://192.0.2.1");
		settings_add(&d.settings, "max_registers", most[k]);
		for (unsigned again = 0; again < 1 + i % 3; again++)
			assert_int_equal(driver_modbus.check_tag(&t, &d, &why), k >= 2);
		settings_release(&d.settings);
	}
	settings_release(&t.settings);
	strbuf_release(&why);
}

static void what_cannot_be_written_is_refused_at_check(void **state)
{
	struct strbuf why = STRBUF_INIT;

	(void)state;
	assert_true(check_tag("holding:1", true, VALUE_NONE, &why));
	assert_true(check_tag("coil:1", true, VALUE_NONE, &why));
	assert_false(check_tag("input:1", true, VALUE_NONE, &why));
	assert_has(why.buf, "the tag is writable, but Modbus can only read an input");
	assert_false(check_tag("discrete:1", true, VALUE_NONE, &why));
	assert_has(why.buf, "can only read a discrete");
	assert_true(check_tag("holding:1.4", true, VALUE_NONE, &why));
	assert_false(check_tag("input:1.3", true, VALUE_NONE, &why));
	strbuf_release(&why);
}

static void a_type_the_address_cannot_give_is_refused_at_check(void **state)
{
	struct strbuf why = STRBUF_INIT;

	(void)state;
	assert_true(check_tag("holding:1", false, VALUE_DOUBLE, &why));
	assert_true(check_tag("holding:1:float32", false, VALUE_DOUBLE, &why));
	assert_false(check_tag("holding:1:float32", false, VALUE_INT, &why));
	assert_has(why.buf, "the tag's type is int64, but the address gives double");
	assert_false(check_tag("coil:1", false, VALUE_DOUBLE, &why));
	assert_false(check_tag("holding:1", false, VALUE_STRING, &why));
	strbuf_release(&why);
}

static void WR_28_broadcast_units_are_refused_at_check(void **state)
{
	static const struct {
		const char *unit;
		bool ok;
	} row[] = {
		{ "0", false },   { "1", true },   { "247", true },  { "248", false },
		{ "254", false }, { "255", true }, { "256", false }, { "-1", false }
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct strbuf why = STRBUF_INIT;
		struct driver_device d = { 0 };

		settings_add(&d.settings, "endpoint", "tcp://a");
		settings_add(&d.settings, "unit", row[i].unit);
		assert_int_equal(driver_modbus.check_device(&d, &why), row[i].ok);
		if (!row[i].ok)
			assert_has(why.buf, "is not 1 to 247 or 255 (0 would broadcast)");
		settings_release(&d.settings);
		strbuf_release(&why);
	}
}

static void every_setting_has_a_type_and_help(void **state)
{
	const struct driver_setting *tables[] = { driver_modbus.device_settings,
						  driver_modbus.tag_settings };

	(void)state;
	for (size_t t = 0; t < 2; t++) {
		for (const struct driver_setting *s = tables[t]; s->name; s++) {
			assert_true(strlen(s->help) > 10);
			assert_non_null(strstr("string int number bool", s->type));
			assert_true(s->min <= s->max);
		}
	}
	assert_has(driver_modbus.address, "coil|discrete|input|holding");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_that_are_right),
		cmocka_unit_test(PLC_26_addresses_that_are_wrong_say_why),
		cmocka_unit_test(numbers_of_manuals_count_from_one),
		cmocka_unit_test(settings_beside_the_address_are_checked),
		cmocka_unit_test(scaling_is_checked),
		cmocka_unit_test(endpoints),
		cmocka_unit_test(serial_lines),
		cmocka_unit_test(what_cannot_be_written_is_refused_at_check),
		cmocka_unit_test(a_type_the_address_cannot_give_is_refused_at_check),
		cmocka_unit_test(WR_28_broadcast_units_are_refused_at_check),
		cmocka_unit_test(each_tag_is_judged_by_its_own_device),
		cmocka_unit_test(every_setting_has_a_type_and_help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
