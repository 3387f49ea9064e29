/* test_modbus_pymodbus.c - the driver against a slave nobody of this project wrote
 * (pymodbus), and what is in its registers as a third program (mbpoll) reads it. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "integration/driver_harness.h"

static const struct harness_tag_options writable = { .writable = true };

static struct peer slave;
static struct harness *h;
static char port[24], endpoint[64];

static void ask(const char *text, char *answer, size_t size)
{
	peer_tell(&slave, text);
	peer_tell(&slave, "\n");
	peer_line(&slave, answer, size);
}

static void put(const char *text)
{
	char line[100];

	ask(text, line, sizeof(line));
	assert_string_equal(line, "ok");
}

/* The number mbpoll prints for one address; type as its -t, big = -B. */
static double mbpoll(const char *type, const char *address, bool big)
{
	const char *argv[] = { "/usr/bin/mbpoll",
			       "-0",
			       "-1",
			       "-q",
			       "-m",
			       "tcp",
			       "-p",
			       port,
			       "-t",
			       type,
			       "-r",
			       address,
			       "-c",
			       "1",
			       NULL,
			       NULL,
			       NULL };
	char line[200], wanted[32];
	size_t n = 14;

	if (big)
		argv[n++] = "-B";
	argv[n] = "127.0.0.1";
	struct peer p = peer_start(argv);
	snprintf(wanted, sizeof(wanted), "[%s]:", address);
	do {
		peer_line(&p, line, sizeof(line));
	} while (strncmp(line, wanted, strlen(wanted)) != 0);
	peer_stop(&p);
	return strtod(line + strlen(wanted), NULL);
}

static int start(void **state)
{
	static char script[4096];
	const char *const argv[] = { "/usr/bin/python3", script, NULL };
	char line[100];

	(void)state;
	snprintf(script, sizeof(script), "%s", test_top("tests/peers/pymodbus_slave.py"));
	slave = peer_start(argv);
	peer_line(&slave, line, sizeof(line));
	snprintf(port, sizeof(port), "%ld", strtol(line + 5, NULL, 10));
	snprintf(endpoint, sizeof(endpoint), "tcp://127.0.0.1:%s", port);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	peer_stop(&slave);
	return 0;
}

static void open_driver(void)
{
	h = harness_start("sightglass-modbus");
	harness_begin(h);
	harness_device(h, 0, "plc1", "endpoint", endpoint, "scan_ms", "50", NULL);
}

static void every_area_and_type_is_read(void **state)
{
	(void)state;
	put("set co 10 1 0 1");
	put("set di 20 0 1");
	put("set ir 30 65436");                    /* -100 */
	put("set hr 100 16914 26214");             /* 36.6 abcd */
	put("set hr 110 26214 16914");             /* 36.6 cdab */
	put("set hr 120 16415 39322 0 0");         /* a float64 */
	put("set hr 130 65535 65535 65535 65534"); /* int64 -2 */
	open_driver();
	harness_tag(h, 0, 0, NULL, "address", "coil:10", NULL);
	harness_tag(h, 1, 0, NULL, "address", "coil:11", NULL);
	harness_tag(h, 2, 0, NULL, "address", "discrete:21", NULL);
	harness_tag(h, 3, 0, NULL, "address", "input:30:int16", NULL);
	harness_tag(h, 4, 0, NULL, "address", "holding:100:float32", NULL);
	harness_tag(h, 5, 0, NULL, "address", "holding:110:float32:cdab", NULL);
	harness_tag(h, 6, 0, NULL, "address", "holding:120:float64", NULL);
	harness_tag(h, 7, 0, NULL, "address", "holding:130:int64", NULL);
	harness_commit(h);
	harness_wait_number(h, 0, 1, 0);
	harness_wait_number(h, 1, 0, 0);
	harness_wait_number(h, 2, 1, 0);
	harness_wait_number(h, 3, -100, 0);
	harness_wait_number(h, 4, 36.6, 1e-5);
	harness_wait_number(h, 5, 36.6, 1e-5);
	harness_wait_number(h, 6, 7.9000015, 1e-6);
	harness_wait_number(h, 7, -2, 0);
	put("set hr 100 0 0");
	harness_wait_number(h, 4, 0, 0);
	assert_int_equal(harness_stop(h), 0);
}

static void what_is_written_is_what_two_others_read(void **state)
{
	char line[100];

	(void)state;
	open_driver();
	harness_tag(h, 0, 0, &writable, "address", "holding:200:float32", NULL);
	harness_tag(h, 1, 0, &writable, "address", "holding:210:float32:cdab", NULL);
	harness_tag(h, 2, 0, &writable, "address", "holding:220:int32", NULL);
	harness_tag(h, 3, 0, &writable, "address", "holding:230:int16", "scale", "0.1",
		    NULL);
	harness_tag(h, 4, 0, &writable, "address", "coil:240", NULL);
	harness_tag(h, 5, 0, &writable, "address", "holding:250:uint64:dcba", NULL);
	harness_commit(h);
	harness_wait_state(h, 0, DEVICE_CONNECTED);
	assert_int_equal(harness_write(h, 0, value_double(36.6))->outcome,
			 WRITE_ACCEPTED);
	assert_int_equal(harness_write(h, 1, value_double(-0.5))->outcome,
			 WRITE_ACCEPTED);
	assert_int_equal(harness_write(h, 2, value_int(-123456789))->outcome,
			 WRITE_ACCEPTED);
	assert_int_equal(harness_write(h, 3, value_double(-12.3))->outcome,
			 WRITE_ACCEPTED);
	assert_int_equal(harness_write(h, 4, value_bool(true))->outcome, WRITE_ACCEPTED);
	assert_int_equal(harness_write(h, 5, value_int(0x0102030405060708))->outcome,
			 WRITE_ACCEPTED);
	ask("get hr 200 2", line, sizeof(line));
	assert_string_equal(line, "16914 26214");
	ask("get hr 230 1", line, sizeof(line));
	assert_string_equal(line, "65413");
	ask("get co 240 1", line, sizeof(line));
	assert_string_equal(line, "1");
	ask("get hr 250 4", line, sizeof(line));
	assert_string_equal(line, "2055 1541 1027 513");
	assert_double(mbpoll("4:float", "200", true), 36.6, 1e-4);
	assert_double(mbpoll("4:float", "210", false), -0.5, 0);
	assert_double(mbpoll("4:int", "220", true), -123456789, 0);
	assert_double(mbpoll("0", "240", false), 1, 0);
	harness_wait_number(h, 3, -12.3, 1e-9);
	assert_double(harness_read(h, 5)->sample.value.type, VALUE_INT, 0);
	assert_int_equal(harness_stop(h), 0);
}

/* Functions 15, 22 and 23, which our own slaves could get wrong the way we do. */
static void coils_parts_and_write_and_read_are_understood(void **state)
{
	char line[100];

	(void)state;
	put("set co 300 1 1 1 1 1 1 1 1 1 1 1 1");
	put("set hr 310 39309"); /* 0x998D */
	open_driver();
	harness_device(h, 1, "plc1b", "endpoint", endpoint, "scan_ms", "3000", "fc23",
		       "true", NULL);
	harness_tag(h, 0, 0, &writable, "address", "coil:301:bits:10", NULL);
	harness_tag(h, 1, 0, &writable, "address", "holding:310:uint8:low", NULL);
	harness_tag(h, 2, 0, &writable, "address", "holding:311:float16", NULL);
	harness_tag(h, 3, 1, &writable, "address", "holding:320:float32:cdab", NULL);
	harness_commit(h);
	harness_wait_number(h, 0, 1023, 0);
	harness_wait_number(h, 1, 0x8D, 0);
	harness_wait_state(h, 1, DEVICE_CONNECTED);
	assert_int_equal(harness_write(h, 0, value_int(0x205))->outcome, WRITE_ACCEPTED);
	ask("get co 300 12", line, sizeof(line));
	assert_string_equal(line, "1 1 0 1 0 0 0 0 0 0 1 1");
	assert_int_equal(harness_write(h, 1, value_int(0x12))->outcome, WRITE_ACCEPTED);
	ask("get hr 310 1", line, sizeof(line));
	assert_string_equal(line, "39186"); /* 0x9912 */
	assert_int_equal(harness_write(h, 2, value_double(-0.509765625))->outcome,
			 WRITE_ACCEPTED);
	ask("get hr 311 1", line, sizeof(line));
	assert_string_equal(line, "47124"); /* 0xB814 */
	/* function 23: the value read back is there long before the next scan */
	assert_int_equal(harness_write(h, 3, value_double(36.6))->outcome,
			 WRITE_ACCEPTED);
	assert_string_equal(h->outcome.text, "");
	harness_wait_number(h, 3, 36.6, 1e-5);
	ask("get hr 320 2", line, sizeof(line));
	assert_string_equal(line, "26214 16914");
	assert_double(mbpoll("4:float", "320", false), 36.6, 1e-4);
	assert_int_equal(harness_stop(h), 0);
}

static void PLC_03_an_address_it_refuses_is_found(void **state)
{
	(void)state;
	put("set hr 995 7");
	put("set hr 999 8");
	open_driver();
	harness_tag(h, 0, 0, NULL, "address", "holding:995", NULL);
	harness_tag(h, 1, 0, NULL, "address", "holding:999", NULL);
	harness_tag(h, 2, 0, NULL, "address", "holding:1000", NULL);
	harness_commit(h);
	harness_wait_number(h, 0, 7, 0);
	harness_wait_number(h, 1, 8, 0);
	harness_wait_quality(h, 2, QUALITY_BAD, REASON_DEVICE);
	harness_wait_state_text(
		h, 0, DEVICE_CONNECTED,
		"holding:1000 answers exception 2 (illegal data address)");
	assert_int_equal(harness_stop(h), 0);
}

static void PLC_01_a_unit_it_does_not_have_is_silent(void **state)
{
	(void)state;
	h = harness_start("sightglass-modbus");
	harness_begin(h);
	harness_device(h, 0, "rtu9", "endpoint", endpoint, "unit", "9", "timeout_ms",
		       "200", NULL);
	harness_tag(h, 0, 0, NULL, "address", "holding:1", NULL);
	harness_commit(h);
	harness_wait_state_text(h, 0, DEVICE_FAILED, "unit 9: no reply within 200 ms");
	harness_wait_quality(h, 0, QUALITY_BAD, REASON_COMM);
	assert_int_equal(harness_stop(h), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_area_and_type_is_read),
		cmocka_unit_test(what_is_written_is_what_two_others_read),
		cmocka_unit_test(coils_parts_and_write_and_read_are_understood),
		cmocka_unit_test(PLC_03_an_address_it_refuses_is_found),
		cmocka_unit_test(PLC_01_a_unit_it_does_not_have_is_silent),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
