/*
 * test_modbus_tool.c - `sightglass modbus read|scan` as an engineer uses it while a
 * device is put into service: against an independent slave (pymodbus), on TCP and on a
 * serial line (two pseudo terminals joined by socat), and against one that misbehaves.
 */
#include "support/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "integration/driver_harness.h"
#include "integration/modbus_rig.h"
#include "integration/script.h"
#include "util/clock.h"

static struct peer slave;
static char host[40];

static void tell(struct peer *p, const char *text)
{
	char line[100];

	peer_tell(p, text);
	peer_tell(p, "\n");
	peer_line(p, line, sizeof(line));
	assert_string_equal(line, "ok");
}

/* 235, 23.5 as float32 cdab, 7, "HELL" from holding 100 on; the slave has 1000 cells. */
static void fill(struct peer *p)
{
	tell(p, "set hr 100 235 0 16828 7 18501 19532");
	tell(p, "set co 3 1");
	tell(p, "set ir 990 5 6 7 8 9 10 11 12 13 14");
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
	snprintf(host, sizeof(host), "127.0.0.1:%ld", strtol(line + 5, NULL, 10));
	fill(&slave);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	peer_stop(&slave);
	return 0;
}

/* `sightglass modbus VERB HOST REST`; its output and "rc=N". Static storage. */
static const char *on(const char *verb, const char *where, const char *rest)
{
	static char out[65536];
	char text[1024];

	snprintf(text, sizeof(text), "sightglass modbus %s %s %s; echo rc=$?", verb,
		 where, rest);
	char *said = script_run(text);
	snprintf(out, sizeof(out), "%s", said);
	free(said);
	return out;
}

static void registers_are_shown_in_every_way(void **state)
{
	(void)state;
	const char *text = on("read", host, "--address 100 --count 6");
	assert_has(text, "100     00EB    235    235 ..");
	assert_has(text, "104     4845  18501  18501 HE");
	assert_has(text, "23.5"); /* of 101, in the order cdab */
	assert_has(text, "rc=0");
	text = on("read", host, "--address 100 --count 2");
	assert_has(text, "holding 100 may be:");
	assert_has(text, "holding:100:uint32:abcd");
	assert_has(text, "15400960");
	text = on("read", host, "--address 100 --count 1 --json");
	assert_has(text, "\"address\":100,\"value\":235,\"hex\":\"00EB\"");
	assert_has(text, "\"meanings\":{\"uint16:ab\":\"235\"");
	text = on("read", host, "--area coil --address 0 --count 4");
	assert_has(text, "3       1\nrc=0");
}

static void an_expected_value_finds_type_order_and_scale(void **state)
{
	(void)state;
	const char *text = on("read", host, "--address 100 --count 6 --expect 23.5");
	assert_true(strncmp(text, "holding:101:float32:cdab ", 25) == 0);
	assert_has(text, "scale = 0.1    23.5");
	assert_has(text, "rc=0");
	text = on("read", host, "--address 100 --count 6 --expect 77.7");
	assert_has(text, "nothing in holding 100-105 reads as 77.7");
	assert_has(text, "rc=1");
	text = on("read", host, "--address 101 --type float32:cdab");
	assert_has(text, "holding:101:float32:cdab         23.5\n");
	text = on("read", host, "--address 104 --type string:2");
	assert_has(text, "HELL");
}

static void a_scan_finds_where_the_registers_end(void **state)
{
	(void)state;
	const char *text =
		on("scan", host, "--area input,coil --address 960-1040 --timeout 500");
	assert_has(text, "unit 1 input 960-999 (40)");
	assert_has(text, "0005 0006");
	assert_has(text, "unit 1 input: 41 addresses refused (illegal data address)");
	assert_has(text, "unit 1 coil 960-999 (40)");
	assert_has(text, "1 of 1 units answered, 80 cells read");
	assert_has(text, "rc=0");
	text = on("scan", host, "--area input --address 998-1001 --json");
	assert_has(text, "{\"unit\":1,\"area\":\"input\",\"first\":998,\"count\":2,"
			 "\"values\":[13,14]}");
	assert_has(text, "\"count\":2,\"refused\":\"illegal data address\"}");
}

static void units_are_walked_and_silent_ones_passed_over(void **state)
{
	(void)state;
	const char *text =
		on("scan", host,
		   "--unit 1-3 --area holding --address 100-101 --timeout 100");
	assert_has(text, "unit 1 holding 100-101 (2)");
	assert_has(text, "1 of 3 units answered");
	assert_has(text, "rc=0");
	text = on("scan", host, "--unit 7,9 --address 0-1 --timeout 100");
	assert_has(text, "no unit answered");
	assert_has(text, "rc=1");
	text = on("scan", host, "--unit 7 --address 0-1 --timeout 100");
	assert_has(text, "unit 7: no reply within 100 ms");
	assert_has(text, "rc=1");
}

/* What was found is a station that `check` and its drivers accept. */
static void what_was_found_becomes_a_station(void **state)
{
	char rest[400], check[1500], folder[300];

	(void)state;
	snprintf(folder, sizeof(folder), "%s", test_tmpdir());
	snprintf(rest, sizeof(rest),
		 "--area holding,coil --address 100-105 --config %s/found", folder);
	assert_has(on("scan", host, rest), "rc=0");
	snprintf(check, sizeof(check),
		 "sightglass check %s/found && cat %s/found/devices.cfg "
		 "%s/found/tags.cfg",
		 folder, folder, folder);
	char *said = script_run(check);
	assert_has(said, "0 errors, 0 warnings");
	assert_has(said, host);
	assert_has(said, "{ name = \"unit1.holding104\"; device = \"unit1\"; "
			 "address = \"holding:104\"; }");
	assert_has(said, "// it was 18501");
	free(said);
	assert_has(on("scan", host, rest), "is there already: name a new folder");
	snprintf(rest, sizeof(rest),
		 "--address 100 --count 6 --expect 23.5 --config %s/one", folder);
	assert_has(on("read", host, rest), "rc=0");
	snprintf(check, sizeof(check), "sightglass check %s/one && cat %s/one/tags.cfg",
		 folder, folder);
	said = script_run(check);
	assert_has(said, "0 errors, 0 warnings");
	assert_has(said, "address = \"holding:101:float32:cdab\"");
	free(said);
}

static void mistakes_are_answered_with_sentences(void **state)
{
	static const struct {
		const char *verb, *rest, *says;
	} row[] = {
		{ "write", "", "this looks and never writes" },
		{ "poke", "", "say read or scan" },
		{ "read", "--unit 300", "is no list of units" },
		{ "read", "--unit 1-3", "read asks one unit" },
		{ "read", "--area registers",
		  "expected coil, discrete, input or holding" },
		{ "read", "--address 70000", "is no address" },
		{ "read", "--address 65530", "end behind 65535" },
		{ "read", "--count 126", "one request reads at most 125 registers" },
		{ "read", "--count 0", "--count \"0\" is not a whole number from 1" },
		{ "read", "--type float31", "float31" },
		{ "read", "--type float64 --count 2", "takes 4 registers" },
		{ "read", "--expect warm", "warm" },
		{ "read", "--expect 0", "fits every empty register" },
		{ "read", "--area coil --expect 1", "not through bits" },
		{ "read", "--timeout 5", "from 10 to 60000" },
		{ "read", "second:502", "name one device" },
		{ "scan", "--expect 5", "belongs to `sightglass modbus read`" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const char *text = on(row[i].verb, host, row[i].rest);

		assert_has(text, row[i].says);
		assert_has(text, "rc=2");
	}
	assert_has(on("read", "127.0.0.1:1", ""), "Connection refused\nrc=1");
	assert_has(on("read", "rtu:/dev/nothing:9600:8N1", ""),
		   "cannot open /dev/nothing: No such file");
	assert_has(on("read", "rtu:/dev/ttyS0:9600:7N1", ""),
		   "expected the speed and the frame");
	assert_has(on("read", host, "--address 2000"),
		   "refused it: exception 2, illegal data address");
	assert_has(on("read", host, "--unit 5 --timeout 100"),
		   "unit 5: no reply within 100 ms");
	char *said = script_run("sightglass modbus; echo rc=$?");
	assert_has(said, "usage: sightglass modbus read|scan");
	assert_has(said, "rc=2");
	free(said);
}

/* Not one write function reaches the device, whatever is asked. */
static void nothing_is_ever_written(void **state)
{
	char endpoint[64], where[64];
	struct peer p = slave_start(endpoint);

	(void)state;
	snprintf(where, sizeof(where), "%s", endpoint);
	on("scan", where, "--address 0-300");
	on("read", where, "--address 5 --count 3");
	on("write", where, "--address 5");
	assert_true(slave_stat(&p, "requests ") > 0);
	assert_int_equal(slave_stat(&p, "writes "), 0);
	peer_stop(&p);
}

/* What answers as somebody else is not shown as an answer. */
static void PLC_07_a_reply_of_another_unit_is_no_answer(void **state)
{
	char endpoint[64];
	struct peer p = slave_start(endpoint);

	(void)state;
	slave_tell(&p, "mode unit 9");
	const char *text = on("read", endpoint, "--address 5 --count 3 --timeout 300");
	assert_has(text, "unit");
	assert_has(text, "rc=1");
	assert_null(strstr(text, "ADDRESS"));
	peer_stop(&p);
}

static void ctrl_c_ends_a_scan_and_keeps_what_was_found(void **state)
{
	char text[1024];

	(void)state;
	/* units that never answer: each costs its time-out */
	snprintf(text, sizeof(text),
		 "timeout -s INT 2 sightglass modbus scan %s --unit 1-200 --area holding "
		 "--address 100-101 --timeout 1000; echo rc=$?",
		 host);
	struct mono began = clock_mono();
	char *said = script_run(text);
	assert_true(mono_ms_between(began, clock_mono()) < 60000); /* of 200 s */
	assert_has(said, "unit 1 holding 100-101 (2)");
	assert_has(said, "interrupted");
	assert_has(said, "1 of 200 units answered");
	free(said);
}

static void a_serial_line_is_read_the_same_way(void **state)
{
	char a[300], b[300], pty_a[340], pty_b[340], where[360], line[100];
	static char script[4096];

	(void)state;
	snprintf(a, sizeof(a), "%s/a", test_tmpdir());
	snprintf(b, sizeof(b), "%s/b", test_tmpdir());
	snprintf(pty_a, sizeof(pty_a), "pty,raw,echo=0,link=%s", a);
	snprintf(pty_b, sizeof(pty_b), "pty,raw,echo=0,link=%s", b);
	const char *const socat[] = { "/usr/bin/socat", pty_a, pty_b, NULL };
	struct peer wire = peer_start(socat);
	struct mono end = mono_add_ms(clock_mono(), 5000);
	while (access(a, F_OK) != 0 || access(b, F_OK) != 0)
		assert_false(mono_reached(clock_mono(), end));
	snprintf(script, sizeof(script), "%s", test_top("tests/peers/pymodbus_slave.py"));
	const char *const argv[] = { "/usr/bin/python3", script, b, NULL };
	struct peer rtu = peer_start(argv);
	peer_line(&rtu, line, sizeof(line));
	assert_has(line, "LINE");
	fill(&rtu);
	snprintf(where, sizeof(where), "rtu:%s:19200:8N1", a);
	assert_has(on("read", where, "--address 100 --count 6 --expect 23.5"),
		   "holding:101:float32:cdab");
	const char *text = on("scan", where, "--area input --address 996-1003");
	assert_has(text, "unit 1 input 996-999 (4)");
	assert_has(text, "rc=0");
	peer_stop(&rtu);
	peer_stop(&wire);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registers_are_shown_in_every_way),
		cmocka_unit_test(an_expected_value_finds_type_order_and_scale),
		cmocka_unit_test(a_scan_finds_where_the_registers_end),
		cmocka_unit_test(units_are_walked_and_silent_ones_passed_over),
		cmocka_unit_test(what_was_found_becomes_a_station),
		cmocka_unit_test(mistakes_are_answered_with_sentences),
		cmocka_unit_test(nothing_is_ever_written),
		cmocka_unit_test(PLC_07_a_reply_of_another_unit_is_no_answer),
		cmocka_unit_test(ctrl_c_ends_a_scan_and_keeps_what_was_found),
		cmocka_unit_test(a_serial_line_is_read_the_same_way),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
