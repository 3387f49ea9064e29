/*
 * test_substitute.c - `sightglass substitute` against the running demonstration: marked
 * wherever the value shows, on record, held over a killed server, ended on command.
 */
#include "support/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "station_rig.h"

enum { SOON_MS = 30000 };

#define LEVEL "intake.t101.level"

static void a_value_is_substituted_and_marked_everywhere(void **state)
{
	(void)state;
	assert_has(STATION_SAY(demo, 0, "substitute", LEVEL, "5.25", "--reason",
			       "sensor is being cleaned"),
		   LEVEL " is 5.25 now, substituted");
	assert_has(STATION_SAY(demo, 0, "get", LEVEL), "5.25 m  good [substituted]");
	assert_has(STATION_SAY(demo, 0, "get", "--json", LEVEL),
		   "\"flags\":[\"substituted\"]");
	assert_has(STATION_SAY(demo, 0, "watch", "--count", "1", LEVEL), "[substituted]");
	const char *why = STATION_SAY(demo, 0, "explain", LEVEL);
	assert_has(why, "substituted: by ");
	assert_has(why, "sensor is being cleaned; its source says ");
	const char *list = STATION_SAY(demo, 0, "substitute", "--list");
	assert_has(list, LEVEL "  5.25 m");
	assert_has(list, LEVEL ": sensor is being cleaned");
	assert_has(STATION_SAY(demo, 0, "substitute", "--list", "--json"),
		   "\"tag\":\"" LEVEL "\",\"value\":\"5.25\"");
	assert_has(station_line(STATION_SAY(demo, 0, "browse", "plc1"), LEVEL),
		   "good, substituted");
	DEMO_UNTIL(demo, "function check", SOON_MS, "browse", "plc1");
	assert_has(station_line(STATION_SAY(demo, 0, "status"), "substituted values"),
		   "1");
	/* the status cell on the glass */
	char frame[STATION_OUT];
	assert_int_equal(DEMO_RUN(demo, frame, "render", "intake"), 0);
	assert_has(frame, "S  5.25 m");
}

static void it_is_on_record_with_reason_and_both_values(void **state)
{
	(void)state;
	const char *line =
		station_line(STATION_SAY(demo, 0, "audit", "list"), "  substitute ");
	assert_has(line, LEVEL);
	assert_has(line, "5.25 m");
	assert_has(line, "reason: sensor is being cleaned");
	assert_has(STATION_SAY(demo, 0, "audit", "verify"), "good");
}

static void it_is_held_over_a_killed_server(void **state)
{
	(void)state;
	pid_t server = demo_find_process(demo, "sightglassd");
	assert_true(server > 0);
	assert_int_equal(kill(server, SIGKILL), 0);
	demo_wait_process(demo, "sightglassd", server);
	DEMO_UNTIL(demo, "5.25 m  good [substituted]", SOON_MS, "get", LEVEL);
	assert_has(STATION_SAY(demo, 0, "substitute", "--list"), "sensor is being");
}

static void it_ends_on_command_and_the_source_is_back(void **state)
{
	(void)state;
	assert_has(STATION_SAY(demo, 0, "substitute", LEVEL, "--end"),
		   LEVEL " shows its source again");
	DEMO_UNTIL(demo, "\"flags\":[]", SOON_MS, "get", "--json", LEVEL);
	DEMO_UNTIL(demo, "\"good\"", SOON_MS, "get", "--json", LEVEL);
	assert_true(demo_number(demo, LEVEL) < 5.0);
	assert_has(STATION_SAY(demo, 0, "substitute", "--list"),
		   "no value is substituted");
	assert_has(STATION_SAY(demo, 1, "substitute", LEVEL, "--end"),
		   "is not substituted");
	assert_has(station_line(STATION_SAY(demo, 0, "audit", "list"), "  release "),
		   LEVEL);
}

static void what_cannot_be_is_refused_with_sentences(void **state)
{
	(void)state;
	assert_has(STATION_SAY(demo, 1, "substitute", "intake.t101.levle", "5",
			       "--reason", "x"),
		   "there is no tag named \"intake.t101.levle\" (did you mean \"" LEVEL);
	assert_has(STATION_SAY(demo, 1, "substitute", LEVEL, "5"), "needs a reason");
	assert_has(STATION_SAY(demo, 1, "substitute", LEVEL, "99", "--reason", "x"),
		   "99 is outside the range of " LEVEL ": 0 to 6 m");
	STATION_SAY(demo, 1, "substitute", LEVEL, "high", "--reason", "x");
	assert_has(STATION_SAY(demo, 1, "substitute", "system.sessions", "5", "--reason",
			       "x"),
		   "is the server's own");
	assert_has(STATION_SAY(demo, 2, "substitute", LEVEL), "usage:");
	assert_has(STATION_SAY(demo, 2, "substitute", LEVEL, "5", "--end"), "usage:");
	assert_has(STATION_SAY(demo, 2, "substitute", "--list", LEVEL), "usage:");
	assert_has(STATION_SAY(demo, 0, "substitute", "--list"),
		   "no value is substituted");
}

/* An alarm sees what everybody sees. */
static void alarms_are_judged_on_the_substituted_value(void **state)
{
	(void)state;
	STATION_SAY(demo, 0, "substitute", LEVEL, "5.9", "--reason", "test of the alarm");
	DEMO_UNTIL(demo, LEVEL ".hihi", SOON_MS, "alarms", "--json");
	STATION_SAY(demo, 0, "substitute", LEVEL, "--end");
	DEMO_UNTIL(demo, "returned", SOON_MS, "alarms", "--json");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_substituted_and_marked_everywhere),
		cmocka_unit_test(it_is_on_record_with_reason_and_both_values),
		cmocka_unit_test(it_is_held_over_a_killed_server),
		cmocka_unit_test(it_ends_on_command_and_the_source_is_back),
		cmocka_unit_test(what_cannot_be_is_refused_with_sentences),
		cmocka_unit_test(alarms_are_judged_on_the_substituted_value),
	};

	return cmocka_run_group_tests(tests, station_open, station_close);
}
