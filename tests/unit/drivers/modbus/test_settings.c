/* test_settings.c - what an engineer writes about a device: rates, holes, connections. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "drivers/modbus/settings.h"
#include "util/strbuf.h"

/* name, value pairs that end with NULL, beside an endpoint. */
static bool parse(const char *const pairs[], struct mb_device_settings *out,
		  struct strbuf *why)
{
	struct driver_device d = { 0 };
	bool has_endpoint = false;

	for (size_t i = 0; pairs[i]; i += 2) {
		settings_add(&d.settings, pairs[i], pairs[i + 1]);
		has_endpoint |= strcmp(pairs[i], "endpoint") == 0;
	}
	if (!has_endpoint)
		settings_add(&d.settings, "endpoint", "tcp://10.0.0.1");
	bool ok = mb_device_settings_parse(&d, out, why);
	settings_release(&d.settings);
	return ok;
}

static void what_is_left_out_has_a_value(void **state)
{
	static const char *const none[] = { NULL };
	struct strbuf why = STRBUF_INIT;
	struct mb_device_settings s;

	(void)state;
	assert_true(parse(none, &s, &why));
	assert_int_equal(s.unit, 1);
	assert_int_equal(s.scan_ms[MB_NORMAL], 1000);
	assert_true(s.has_rate[MB_NORMAL] && !s.has_rate[MB_FAST] &&
		    !s.has_rate[MB_SLOW]);
	assert_int_equal(s.timeout_ms, 1000);
	assert_int_equal(s.connections, 1);
	assert_int_equal(s.n_holes, 0);
	assert_int_equal(s.limits[MB_HOLDING].max_gap, 10);
	assert_int_equal(s.limits[MB_COIL].max_gap, 160);
	assert_false(s.write_and_read || s.read_modify_write);
	strbuf_release(&why);
}

static void holes_are_read(void **state)
{
	static const char *const zero[] = { "holes",
					    "holding:100-109, input:7,40011-40012",
					    NULL };
	static const char *const one[] = { "holes", "holding:100-109", "address_base",
					   "1", NULL };
	struct strbuf why = STRBUF_INIT;
	struct mb_device_settings s;

	(void)state;
	assert_true(parse(zero, &s, &why));
	assert_int_equal(s.n_holes, 3);
	assert_int_equal(s.holes[0].area, MB_HOLDING);
	assert_int_equal(s.holes[0].first, 100);
	assert_int_equal(s.holes[0].count, 10);
	assert_int_equal(s.holes[1].area, MB_INPUT);
	assert_int_equal(s.holes[1].count, 1);
	assert_int_equal(s.holes[2].first, 10);
	assert_int_equal(s.holes[2].count, 2);
	assert_true(parse(one, &s, &why));
	assert_int_equal(s.holes[0].first, 99);
	strbuf_release(&why);
}

static void PLC_26_what_is_wrong_about_a_device_is_said(void **state)
{
	static const struct {
		const char *pairs[5];
		const char *why;
	} row[] = {
		{ { "holes", "holding:9-5" }, "holes: holding:9-5 runs backwards" },
		{ { "holes", "holding" },
		  "holes: address \"holding\" is not understood" },
		{ { "holes", "holdin:5" }, "unknown area \"holdin\"" },
		{ { "holes", "holding:5-65536" }, "is not a number from 0 to 65535" },
		{ { "fast_ms", "1000" },
		  "fast_ms = 1000 is not faster than scan_ms = 1000" },
		{ { "slow_ms", "500" },
		  "slow_ms = 500 is not slower than scan_ms = 1000" },
		{ { "connections", "2", "endpoint", "rtu:///dev/ttyS0" },
		  "connections = 2: a serial line carries one request at a time" },
		{ { "unit", "0" }, "unit = 0 is not 1 to 247 or 255" },
		{ { "identity", "holding:1" }, "identity needs identity_is beside it" },
		{ { "identity_is", "A" }, "identity_is needs identity beside it" },
		{ { "identity", "holding:x", "identity_is", "A" },
		  "identity: address x is not a number" },
		{ { "bit_write", "both" }, "bit_write = \"both\" is not mask" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct strbuf why = STRBUF_INIT;
		struct mb_device_settings s;

		assert_false(parse(row[i].pairs, &s, &why));
		assert_has(why.buf, row[i].why);
		strbuf_release(&why);
	}
}

static void no_gap_at_all_means_not_even_neighbours(void **state)
{
	static const char *const pairs[] = { "max_gap", "-1", NULL };
	struct plan_range r[] = { { MB_COIL, 0, 1, 0 },
				  { MB_COIL, 1, 1, 1 },
				  { MB_HOLDING, 0, 2, 2 },
				  { MB_HOLDING, 2, 1, 3 } };
	struct strbuf why = STRBUF_INIT;
	struct mb_device_settings s;
	size_t n;

	(void)state;
	assert_true(parse(pairs, &s, &why));
	free(plan_build(r, 4, s.limits, NULL, 0, &n));
	assert_int_equal(n, 4);
	strbuf_release(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_left_out_has_a_value),
		cmocka_unit_test(holes_are_read),
		cmocka_unit_test(PLC_26_what_is_wrong_about_a_device_is_said),
		cmocka_unit_test(no_gap_at_all_means_not_even_neighbours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
