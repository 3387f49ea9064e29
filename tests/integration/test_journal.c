/*
 * test_journal.c - the alarm journal of a running server: what people did and the process
 * did is found by time, place, person and words, as text, CSV and JSON, over a killed
 * server; and ten thousand alarms at once are all stored, in order, while others look.
 */
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "own_station.h"
#include "util/clock.h"
#include "util/strbuf.h"

enum { SOON_MS = 20000, MANY = 10000, OUT = 1 << 20 };

static struct own_station own;
static char out[OUT];

#define RUN(...) DEMO_RUN(&own.as, out, __VA_ARGS__)

/* Runs it, wants exit code 0; the output is in out. */
#define SAYS(...)                                                                        \
	do {                                                                             \
		if (RUN(__VA_ARGS__) != 0)                                               \
			fail_msg("%s", out);                                             \
	} while (0)

static size_t count(const char *text, const char *needle)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, needle)); p += strlen(needle))
		n++;
	return n;
}

/* A tag whose device never answers: its values are those that somebody types. */
static void put_station(void)
{
	own_station_make(&own);
	own_station_put(&own, "devices.cfg",
			"devices = ( { name = \"d\"; driver = \"modbus\"; endpoint = "
			"\"tcp://127.0.0.1:1\"; unit = 1; } );\n");
	own_station_put(&own, "tags.cfg",
			"tags = ( { name = \"works.tank.level\"; device = \"d\"; address "
			"= \"input:0:float32\"; area = \"works.tank\"; unit = \"m\"; },\n"
			"{ name = \"works.sum\"; device = \"d\"; address = "
			"\"input:4:float32\"; area = \"works\"; } );\n");
}

static void put_alarms(void)
{
	own_station_put(
		&own, "alarms.cfg",
		"alarms = ( { name = \"works.tank.level.hi\"; type = \"high\"; tag = "
		"\"works.tank.level\"; limit = 5.0; priority = \"high\"; message = "
		"\"=Tank, nearly full\"; },\n"
		"{ name = \"works.sum.hi\"; type = \"high\"; tag = \"works.sum\"; limit "
		"= "
		"5.0; priority = \"low\"; message = \"Sum is high\"; } );\n");
}

static void start(void)
{
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "recording", SOON_MS, "status");
}

static int set_up(void **state)
{
	(void)state;
	put_station();
	put_alarms();
	start();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return own_station_stop(&own) == 0 ? 0 : -1;
}

static void raise_tank(void)
{
	SAYS("substitute", "works.tank.level", "5.5", "--reason", "test");
	DEMO_UNTIL(&own.as, "came", SOON_MS, "journal", "--alarm", "works.tank.level.hi");
}

static void AM_10_every_step_of_an_alarm_is_a_row(void **state)
{
	(void)state;
	raise_tank();
	SAYS("ack", "works.tank.level.hi", "--comment", "pump \"P2\", checked");
	SAYS("substitute", "works.tank.level", "1", "--reason", "test");
	DEMO_UNTIL(&own.as, "cleared", SOON_MS, "journal", "--limit", "1");
	SAYS("journal", "--alarm", "works.tank.level.hi", "--reverse");
	const char *came = strstr(out, "came"), *acked = strstr(out, "acknowledged"),
		   *gone = strstr(out, "cleared");
	assert_true(came && acked && gone && came < acked && acked < gone);
	assert_has(out, "5.5 m (limit 5)  =Tank, nearly full");
	assert_has(out, "by eng at ");
	assert_has(out, ": pump \"P2\", checked");
}

static void rows_are_found_by_each_of_their_fields(void **state)
{
	static const struct {
		const char *option, *value;
		size_t came; /* rows that say so, of the tank or of its device */
	} ask[] = {
		{ "--area", "works", 1 },
		{ "--area", "works.tank", 1 },
		{ "--area", "works.tan", 0 },
		{ "--tag", "works.tank.level", 1 },
		{ "--tag", "works.sum", 0 },
		{ "--priority", "high", 2 },
		{ "--priority", "low,critical", 0 },
		{ "--event", "came,source-bad", 2 },
		{ "--event", "cleared", 0 },
		{ "--text", "nearly tank", 1 },
		{ "--text", "\"tank nearly\"", 1 },
		{ "--text", "\"nearly tank\"", 0 },
		{ "--text", "nea*", 1 },
		{ "--from", "1h", 2 },
		{ "--to", "1h", 0 },
		{ "--from", "now", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ask) / sizeof(ask[0]); i++) {
		SAYS("journal", ask[i].option, ask[i].value);
		if (count(out, "  came ") != ask[i].came)
			fail_msg("%s %s: %s", ask[i].option, ask[i].value, out);
	}
	SAYS("journal", "--by", "eng");
	assert_int_equal(count(out, "\n"), 1);
	assert_has(out, "acknowledged");
	SAYS("journal", "--text", "checked", "--by", "eng", "--area", "works");
	assert_int_equal(count(out, "\n"), 1);
}

static void a_spreadsheet_gets_quoted_cells_and_no_formula(void **state)
{
	(void)state;
	SAYS("journal", "--csv", "--reverse", "--alarm", "works.tank.level.hi");
	assert_true(strncmp(out, "seq,time,time_ms,", 17) == 0);
	assert_has(out, "config\r\n");
	assert_int_equal(count(out, "\r\n"), count(out, "\n"));
	assert_has(out, ",\"'=Tank, nearly full\",");
	assert_has(out, ",\"pump \"\"P2\"\", checked\",");
	assert_has(out, ",5.5,5,m,");
}

static void a_script_gets_an_object_a_row(void **state)
{
	json_error_t error;

	(void)state;
	SAYS("journal", "--json", "--event", "acknowledged");
	json_t *o = json_loads(out, JSON_DISABLE_EOF_CHECK, &error);
	assert_non_null(o);
	assert_string_equal(json_string_value(json_object_get(o, "alarm")),
			    "works.tank.level.hi");
	assert_string_equal(json_string_value(json_object_get(o, "reason")),
			    "pump \"P2\", checked");
	assert_string_equal(json_string_value(json_object_get(o, "priority")), "high");
	assert_string_equal(json_string_value(json_object_get(o, "cause")), "operator");
	assert_string_equal(json_string_value(json_object_get(o, "from")),
			    "unacknowledged");
	assert_true(json_is_null(json_object_get(o, "until")));
	/* in UTC whatever the zone is, and once */
	const char *time = json_string_value(json_object_get(o, "time"));
	assert_non_null(time);
	assert_int_equal(strlen(time), strlen("2026-11-22T12:00:00.000Z"));
	assert_int_equal(time[23], 'Z');
	assert_null(json_object_get(o, "time_ms"));
	assert_true(json_is_false(json_object_get(o, "shelved")));
	assert_true(json_is_number(json_object_get(o, "value")));
	assert_true(json_is_null(json_object_get(o, "request")));
	json_decref(o);
}

static void what_cannot_be_asked_is_said(void **state)
{
	(void)state;
	assert_int_equal(RUN("journal", "--event", "lunch"), 2);
	assert_has(out, "--event \"lunch\": no event; the events are came, cleared, ");
	assert_int_equal(RUN("journal", "--priority", "high,low,urgent"), 2);
	assert_has(out, "no priority; write critical, high");
	assert_int_equal(RUN("journal", "--from", "yesteryear"), 2);
	assert_has(out, "--from \"yesteryear\": no time; write ");
	assert_int_equal(RUN("journal", "--limit", "-1"), 2);
	assert_int_equal(RUN("journal", "--csv", "--json"), 2);
	assert_has(out, "exclude each other");
	assert_int_equal(RUN("journal", "--text", "?"), 1);
	assert_has(out, "holds no letter and no digit");
	assert_int_equal(RUN("journal", "here"), 2);
	SAYS("journal", "--limit", "1");
	assert_has(out, "there are more rows: --limit 0 prints all");
	SAYS("journal", "--limit", "0");
	assert_null(strstr(out, "more rows"));
}

static void wait_for_text(const char *path, const char *text)
{
	struct mono start = clock_mono();

	for (;;) {
		char *now = test_read_file(path);
		bool there = strstr(now, text) != NULL;
		free(now);
		if (there)
			return;
		if (mono_ms_between(start, clock_mono()) > SOON_MS)
			fail_msg("%s never held %s", path, text);
		poll(NULL, 0, 20);
	}
}

static void new_rows_are_followed(void **state)
{
	const char *const args[] = { "journal", "--follow", "--tag", "works.sum", NULL };
	char path[300];
	int status;

	(void)state;
	snprintf(path, sizeof(path), "%s/followed", own.dir);
	test_write_file(path, "");
	pid_t pid = demo_launch(&own.as, path, args);
	poll(NULL, 0, 300);
	SAYS("substitute", "works.sum", "9", "--reason", "test");
	wait_for_text(path, "Sum is high");
	SAYS("substitute", "works.sum", "1", "--reason", "test");
	wait_for_text(path, "cleared");
	char *all = test_read_file(path);
	assert_null(strstr(all, "works.tank")); /* the past and others are not told */
	free(all);
	kill(pid, SIGTERM);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static void AM_10_rows_outlive_a_killed_server_and_are_proven(void **state)
{
	int status;

	(void)state;
	SAYS("journal", "--limit", "0");
	char *before = strdup(out);
	kill(own.pid, SIGKILL);
	waitpid(own.pid, &status, 0);
	own.pid = 0;
	start();
	SAYS("journal", "--limit", "0");
	/* what was there is there, below what the start may have added */
	assert_has(out, before);
	free(before);
	SAYS("audit", "verify");
	assert_has(out, "alarm journal: ");
	assert_int_equal(count(out, ": good"), 2);
	SAYS("audit", "verify", "--json");
	assert_has(out, "\"journal\":{\"good\":true");
}

/* --- ten thousand at once ------------------------------------------------------- */

static void put_many_alarms(void)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_init(&text, 8 << 20);
	strbuf_adds(&text, "alarms = (");
	for (unsigned i = 0; i < MANY; i++)
		strbuf_addf(&text,
			    "%s{ name = \"works.n%u\"; type = \"high\"; tag = "
			    "\"works.sum\"; limit = 5.0; priority = \"low\"; message = "
			    "\"number %u\"; }\n",
			    i ? "," : "", i, i);
	strbuf_adds(&text, ");\n");
	own_station_put(&own, "alarms.cfg", text.buf);
	strbuf_release(&text);
}

/* The newest row's number, by the command line. */
static int64_t newest(void)
{
	json_error_t error;
	json_t *o;
	int64_t seq;

	SAYS("journal", "--limit", "1", "--json");
	if (!out[0])
		return 0;
	o = json_loads(out, JSON_DISABLE_EOF_CHECK, &error);
	assert_non_null(o);
	seq = json_integer_value(json_object_get(o, "seq"));
	json_decref(o);
	return seq;
}

static void AL_01_ten_thousand_alarms_at_once_are_all_stored_in_order(void **state)
{
	struct mono begun;
	int64_t slowest = 0, stored, base;

	(void)state;
	assert_int_equal(own_station_stop(&own), 0);
	put_station();
	put_many_alarms();
	start();
	DEMO_UNTIL(&own.as, "does not answer", SOON_MS, "journal");
	base = newest();
	begun = clock_mono();
	SAYS("substitute", "works.sum", "9", "--reason", "all at once");
	do { /* and meanwhile the list is there for whoever looks */
		struct mono asked = clock_mono();
		SAYS("alarms");
		int64_t took = mono_ms_between(asked, clock_mono());
		slowest = took > slowest ? took : slowest;
		assert_true(mono_ms_between(begun, clock_mono()) < SOON_MS);
	} while (newest() < base + MANY);
	stored = mono_ms_between(begun, clock_mono());
	print_message("# all stored after %d ms, the list at most %d ms\n", (int)stored,
		      (int)slowest);
	assert_true(slowest < 5000);
	/* each once, in the order they came */
	SAYS("journal", "--limit", "0", "--reverse", "--csv", "--event", "came",
	     "--alarm", "works.n9999");
	assert_int_equal(count(out, "works.n9999"), 1);
	char path[300], *all;
	const char *const args[] = { "journal", "--limit",   "0", "--reverse",
				     "--tag",   "works.sum", NULL };
	int status;
	snprintf(path, sizeof(path), "%s/all", own.dir);
	pid_t pid = demo_launch(&own.as, path, args);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	all = test_read_file(path);
	assert_int_equal(count(all, "\n"), MANY);
	assert_int_equal(count(all, "  came "), MANY);
	for (unsigned i = 0; i < MANY; i += 997) {
		char want[40];
		snprintf(want, sizeof(want), "works.n%u ", i);
		assert_int_equal(count(all, want), 1);
	}
	free(all);
	SAYS("journal", "--text", "\"number 4711\"");
	assert_int_equal(count(out, "\n"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(AM_10_every_step_of_an_alarm_is_a_row),
		cmocka_unit_test(rows_are_found_by_each_of_their_fields),
		cmocka_unit_test(a_spreadsheet_gets_quoted_cells_and_no_formula),
		cmocka_unit_test(a_script_gets_an_object_a_row),
		cmocka_unit_test(what_cannot_be_asked_is_said),
		cmocka_unit_test(new_rows_are_followed),
		cmocka_unit_test(AM_10_rows_outlive_a_killed_server_and_are_proven),
		cmocka_unit_test(
			AL_01_ten_thousand_alarms_at_once_are_all_stored_in_order),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
