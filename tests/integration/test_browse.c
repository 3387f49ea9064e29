/*
 * test_browse.c - `sightglass browse` against the running demonstration: what people and
 * scripts are told of devices, in good days and bad ones.
 */
#include "support/test.h"

#include <jansson.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "integration/script.h"
#include "station_rig.h"
#include "util/strbuf.h"
#include "util/utf8.h"

enum { SOON_MS = 30000 };

static void expect_80_columns(const char *text)
{
	char line[1024];

	while (*text) {
		size_t n = strcspn(text, "\n");

		assert_true(n < sizeof(line));
		memcpy(line, text, n);
		line[n] = '\0';
		if (utf8_cells(line) > 80)
			fail_msg("more than 80 columns: \"%s\"", line);
		text += n + (text[n] == '\n');
	}
}

/* `browse NAME --json`, parsed; the caller's to release. */
static json_t *browse(const char *name)
{
	json_t *o = json_loads(STATION_SAY(demo, 0, "browse", "--json", name), 0, NULL);

	assert_non_null(o);
	return o;
}

static double number(json_t *o, const char *object, const char *name)
{
	json_t *v = json_object_get(json_object_get(o, object), name);

	assert_true(json_is_number(v));
	return json_number_value(v);
}

static void all_devices_stand_in_a_table_of_80_columns(void **state)
{
	(void)state;
	const char *text = STATION_SAY(demo, 0, "browse");
	assert_has(text, "DEVICE  STATE      TAGS  BAD");
	assert_has(station_line(text, "plc1"), "connected");
	assert_has(station_line(text, "plc2"), "connected");
	assert_has(station_line(text, "bus"), "connected");
	expect_80_columns(text);
	assert_int_equal(station_count(STATION_SAY(demo, 0, "browse", "--json"), "\n"),
			 3);
}

static void one_device_tells_its_tags_with_address_and_value(void **state)
{
	(void)state;
	const char *text = STATION_SAY(demo, 0, "browse", "plc1");
	assert_has(text, "tcp://127.0.0.1:");
	assert_has(text, "unit 1");
	assert_has(text, "state         connected since 20");
	assert_has(station_line(text, "intake.t101.level"), "input:0:float32");
	assert_has(station_line(text, "intake.t101.level"), " m  good");
	expect_80_columns(text);

	json_t *o = browse("plc1");
	size_t i;
	json_t *tag;
	bool found = false;
	json_array_foreach(json_object_get(o, "tags"), i, tag)
	{
		const char *name = json_string_value(json_object_get(tag, "tag"));

		if (strcmp(name, "intake.t101.level") != 0)
			continue;
		found = true;
		assert_true(json_is_real(json_object_get(tag, "value")));
		assert_string_equal(json_string_value(json_object_get(tag, "quality")),
				    "good");
	}
	assert_true(found);
	json_decref(o);
}

/* Until the driver has counted some of these: it tells once a second. */
static json_t *browse_counted(const char *name, const char *what)
{
	int64_t until = station_ms() + SOON_MS;
	json_t *o = browse(name);

	while (!(json_number_value(json_object_get(json_object_get(o, "stats"), what)) >
		 0)) {
		assert_true(station_ms() < until);
		json_decref(o);
		station_pause();
		o = browse(name);
	}
	return o;
}

static void a_broker_tells_its_messages_and_what_could_not_be_read(void **state)
{
	(void)state;
	json_t *o = browse_counted("bus", "messages");
	assert_true(number(o, "stats", "messages") > 0);
	assert_true(number(o, "stats", "connections") == 1);
	assert_true(number(o, "stats", "parse_errors") == 0);
	json_decref(o);
	assert_has(STATION_SAY(demo, 0, "browse", "bus"), "could not be read");
	DEMO_UNTIL(demo, "\"good\"", SOON_MS, "get", "--json", "system.bus.requests_s");
	assert_true(demo_number(demo, "system.bus.requests_s") > 0);
}

/* PR-15: what a channel is late with can be seen by device. */
static void PR_15_scans_and_round_trips_of_a_plc_are_shown(void **state)
{
	(void)state;
	json_t *o = browse_counted("plc1", "requests"), *class;
	assert_true(number(o, "stats", "p50_ms") > 0);
	assert_true(number(o, "stats", "p99_ms") >= number(o, "stats", "p50_ms"));
	assert_true(number(o, "stats", "max_ms") >= number(o, "stats", "p99_ms"));
	class = json_array_get(json_object_get(json_object_get(o, "stats"), "classes"),
			       0);
	assert_true(json_integer_value(json_object_get(class, "done")) > 0);
	assert_int_equal(json_integer_value(json_object_get(class, "period_ms")), 500);
	assert_non_null(json_object_get(class, "late"));
	assert_non_null(json_object_get(class, "skipped"));
	json_decref(o);
	const char *text = STATION_SAY(demo, 0, "browse", "plc1");
	assert_has(text, "SCAN CLASS  PERIOD ms");
	assert_has(text, "round trip    p50 ");
	expect_80_columns(text);
	DEMO_UNTIL(demo, "\"good\"", SOON_MS, "get", "--json", "system.plc1.requests_s");
	assert_true(demo_number(demo, "system.plc1.requests_s") > 0);
	assert_true(demo_number(demo, "system.plc1.round_trip_p99_ms") > 0);
	assert_true(demo_number(demo, "system.plc1.scan_skipped") >= 0);
}

static double overruns(const char *device)
{
	char late[64], skipped[64];

	snprintf(late, sizeof(late), "system.%s.scan_late", device);
	snprintf(skipped, sizeof(skipped), "system.%s.scan_skipped", device);
	return demo_number(demo, late) + demo_number(demo, skipped);
}

/* PR-15: a driver that gets no processor for a while (here it is stopped, shorter than
 * the server bears) says how many scans that cost, by device, and goes on. */
static void PR_15_scans_missed_for_want_of_a_processor_are_counted(void **state)
{
	pid_t driver = demo_find_process(demo, "sightglass-modbus");
	int64_t until = station_ms() + SOON_MS;
	double before[2] = { overruns("plc1"), overruns("plc2") };

	(void)state;
	assert_true(driver > 0);
	assert_int_equal(kill(driver, SIGSTOP), 0);
	for (int64_t end = station_ms() + 1000; station_ms() < end;)
		station_pause();
	assert_int_equal(kill(driver, SIGCONT), 0);
	while (overruns("plc1") < before[0] + 1 || overruns("plc2") < before[1] + 1) {
		assert_true(station_ms() < until);
		station_pause();
	}
	assert_int_equal(demo_find_process(demo, "sightglass-modbus"), driver);
	assert_has(STATION_SAY(demo, 0, "browse", "plc1"), "SKIPPED");
}

static void an_unknown_device_is_refused_with_a_sentence(void **state)
{
	(void)state;
	assert_has(STATION_SAY(demo, 1, "browse", "plc11"),
		   "there is no device named \"plc11\" (did you mean \"plc1\"");
	assert_has(STATION_SAY(demo, 2, "browse", "plc1", "plc2"), "usage:");
}

static void a_device_that_fell_silent_says_why_and_since_when(void **state)
{
	(void)state;
	station_fault(demo, "plc2", "silent", NULL);
	DEMO_UNTIL(demo, "not connected", SOON_MS, "browse", "plc2");
	json_t *o = browse("plc2");
	assert_string_equal(json_string_value(json_object_get(o, "ne107")), "failure");
	assert_true(json_string_length(json_object_get(o, "last_error")) > 0);
	assert_true(json_integer_value(json_object_get(o, "last_error_time")) > 0);
	assert_int_equal(json_integer_value(json_object_get(o, "bad")),
			 json_integer_value(json_object_get(o, "tag_count")));
	json_decref(o);
	const char *text = STATION_SAY(demo, 0, "browse");
	assert_has(text, "plc2, last error:");
	assert_has(station_line(text, "plc1"), "connected");
	expect_80_columns(text);
	assert_has(STATION_SAY(demo, 0, "browse", "plc2"), "####");
	station_fault(demo, "plc2", "on", NULL);
	DEMO_UNTIL(demo, "\"state\":\"connected\"", SOON_MS, "browse", "--json", "plc2");
	/* it answers again, and what was wrong is still told */
	assert_has(STATION_SAY(demo, 0, "browse", "plc2"), "last error");
}

/* The page as a reader types it, on the demonstration, whose plant is made with
 * libmodbus: one block after the other in one shell. */
static void commissioning_md_works_as_printed(void **state)
{
	struct strbuf all = STRBUF_INIT;
	char *block, *said;

	(void)state;
	strbuf_addf(&all, "set -e\ncd %s\n", test_tmpdir());
	for (int i = 0; (block = script_of_page("docs/commissioning.md", "demo", i));
	     i++) {
		const char *socket = strstr(block, "$(sightglass demo socket)");

		if (socket)
			strbuf_addf(&all, "%.*s%s%s", (int)(socket - block), block,
				    demo->socket,
				    socket + strlen("$(sightglass demo socket)"));
		else
			strbuf_adds(&all, block);
		free(block);
	}
	strbuf_adds(&all, "echo all is well\n");
	said = script_run(all.buf);
	assert_has(said, "ADDRESS HEX");
	assert_has(said, "unit 1 holding 295-325 (31)");
	assert_has(said, "\nholding:300:float32:abcd                       1.6\n");
	assert_has(said, "0 errors, 0 warnings");
	assert_has(said, "plc1            tcp://127.0.0.1:");
	assert_has(said, "all is well\n");
	free(said);
	strbuf_release(&all);
}

/* What the tool reads and what the server reads is one value. */
static void the_tool_and_the_server_read_the_same(void **state)
{
	char text[400], where[80];

	(void)state;
	json_t *o = browse("plc1");
	const char *endpoint = json_string_value(json_object_get(o, "where"));
	snprintf(where, sizeof(where), "%.*s", (int)strcspn(endpoint, " "), endpoint);
	json_decref(o);
	snprintf(text, sizeof(text),
		 "sightglass modbus read %s --area holding --address 300 --type float32",
		 where);
	char *said = script_run(text);
	assert_has(said, "holding:300:float32 ");
	const char *value = strrchr(said, ' ');
	assert_non_null(value);
	assert_double(strtod(value, NULL), demo_number(demo, "filter.f1.head_loss_sp"),
		      1e-6);
	free(said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_devices_stand_in_a_table_of_80_columns),
		cmocka_unit_test(one_device_tells_its_tags_with_address_and_value),
		cmocka_unit_test(a_broker_tells_its_messages_and_what_could_not_be_read),
		cmocka_unit_test(PR_15_scans_and_round_trips_of_a_plc_are_shown),
		cmocka_unit_test(PR_15_scans_missed_for_want_of_a_processor_are_counted),
		cmocka_unit_test(commissioning_md_works_as_printed),
		cmocka_unit_test(the_tool_and_the_server_read_the_same),
		cmocka_unit_test(an_unknown_device_is_refused_with_a_sentence),
		cmocka_unit_test(a_device_that_fell_silent_says_why_and_since_when),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, station_open, station_close);
}
