/*
 * test_station_faults.c - a PLC and a broker that go away and come back under the whole
 * station: what depends on them is marked in time, one alarm tells of it, nothing else is
 * disturbed, and a write meanwhile is refused and never arrives later.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "station_rig.h"
#include "support/stall.h"

/* max(3 s, 3 scans); the demonstration scans each half second */
enum { MARKED_MS = 3000, BACK_MS = 20000, SCAN_MS = 500, LATE_MS = SCAN_MS / 10 };

/* Tags of one source each: all of intake hangs on plc1, all of reservoir on plc2. */
static struct station_tags plc1_tags, plc2_tags, bus_tags;

static int open_demo(void **state)
{
	station_open(state);
	station_tags_named(demo, "intake.", &plc1_tags);
	station_tags_named(demo, "reservoir.", &plc2_tags);
	station_tags_named(demo, "dosing.pump.", &bus_tags);
	station_until_quality(demo, &plc1_tags, "good", BACK_MS);
	station_until_quality(demo, &plc2_tags, "good", BACK_MS);
	station_until_quality(demo, &bus_tags, "good", BACK_MS);
	return 0;
}

/* The one communication alarm there is, in this state. */
static void expect_comm_alarm(const char *name, const char *alarm_state)
{
	char key[128];

	snprintf(key, sizeof(key), "{\"alarm\":\"%s\"", name);
	DEMO_UNTIL(demo, key, MARKED_MS, "alarms", "--json");
	snprintf(key, sizeof(key), "\"state\":\"%s\"", alarm_state);
	const char *all = STATION_SAY(demo, 0, "alarms", "--json");
	assert_int_equal(station_count(all, ".comm\""), 1);
	assert_has(station_line(all, name), key);
}

/* Acknowledged and returned, it leaves the list. */
static void expect_it_leaves(const char *name)
{
	STATION_SAY(demo, 0, "ack", name);
	assert_null(strstr(STATION_SAY(demo, 0, "alarms", "--json"), name));
}

static void PLC_01_a_silent_plc_marks_its_values_and_raises_one_alarm(void **state)
{
	(void)state;
	station_fault(demo, "plc1", "silent", NULL);
	int64_t took = station_until_quality(demo, &plc1_tags, "bad", MARKED_MS);
	assert_true(took <= MARKED_MS);
	assert_int_equal(station_quality(demo, &plc2_tags, "good"), plc2_tags.n);
	expect_comm_alarm("system.plc1.comm", "unacknowledged");

	const char *bad = STATION_SAY(demo, 0, "get", "--json", "intake.flow");
	assert_has(bad, "\"value\":null");
	assert_has(bad, "\"reason\":\"comm\"");
	assert_has(bad, "\"last_good\":");
	assert_has(STATION_SAY(demo, 1, "set", "intake.p101.speed_sp", "50", "--yes"),
		   "plc1 is not connected");

	station_fault(demo, "plc1", "on", NULL);
	station_until_quality(demo, &plc1_tags, "good", BACK_MS);
	expect_comm_alarm("system.plc1.comm", "returned");
	expect_it_leaves("system.plc1.comm");
}

static void PLC_02_a_refused_connection_is_told_the_same_way(void **state)
{
	(void)state;
	station_fault(demo, "plc2", "off", NULL);
	station_until_quality(demo, &plc2_tags, "bad", MARKED_MS);
	assert_int_equal(station_quality(demo, &plc1_tags, "good"), plc1_tags.n);
	expect_comm_alarm("system.plc2.comm", "unacknowledged");
	assert_has(station_line(STATION_SAY(demo, 0, "status"), "device plc2"),
		   "not connected");
	station_fault(demo, "plc2", "on", NULL);
	station_until_quality(demo, &plc2_tags, "good", BACK_MS);
	expect_comm_alarm("system.plc2.comm", "returned");
	expect_it_leaves("system.plc2.comm");
}

/* While plc1 is silent its channel waits; the others' scans are as late as ever. */
static void PLC_01_other_devices_stay_on_time(void **state)
{
	(void)state;
	station_fault(demo, "plc1", "silent", NULL);
	station_until_quality(demo, &plc1_tags, "bad", MARKED_MS);
	double late = demo_number(demo, "system.plc2.scan_late");
	struct stall_span span = stall_begin();
	for (int64_t until = station_ms() + 4 * SCAN_MS; station_ms() < until;) {
		assert_int_equal(station_quality(demo, &plc2_tags, "good"), plc2_tags.n);
		station_pause();
	}
	/* one may be this machine's own doing; a channel that waits would miss all four
	 */
	late = demo_number(demo, "system.plc2.scan_late") - late;
	assert_true(late <= 1 + (double)stall_lost_ms(&span) / LATE_MS);
	station_fault(demo, "plc1", "on", NULL);
	station_until_quality(demo, &plc1_tags, "good", BACK_MS);
	expect_it_leaves("system.plc1.comm");
}

static size_t arrivals(const char *tag)
{
	return strtoul(
		STATION_SAY(demo, 0, "demo", "--dir", demo->dir, "fault", "writes", tag),
		NULL, 10);
}

static void MQ_02_a_broker_that_stops_marks_its_values(void **state)
{
	(void)state;
	station_fault(demo, "broker", "stop", NULL);
	int64_t took = station_until_quality(demo, &bus_tags, "bad", MARKED_MS);
	assert_true(took <= MARKED_MS);
	assert_int_equal(station_quality(demo, &plc1_tags, "good"), plc1_tags.n);
	expect_comm_alarm("system.bus.comm", "unacknowledged");
	station_fault(demo, "broker", "start", NULL);
	station_until_quality(demo, &bus_tags, "good", BACK_MS);
	expect_comm_alarm("system.bus.comm", "returned");
	expect_it_leaves("system.bus.comm");
}

static void WR_17_a_write_while_the_link_is_down_is_refused_at_once(void **state)
{
	double before = demo_number(demo, "dosing.cl2_sp");
	size_t arrived = arrivals("dosing.cl2_sp");

	(void)state;
	station_fault(demo, "broker", "stop", NULL);
	station_until_quality(demo, &bus_tags, "bad", MARKED_MS);
	assert_has(STATION_SAY(demo, 1, "set", "dosing.cl2_sp", "0.9", "--yes"),
		   "bus is not connected");
	assert_has(STATION_SAY(demo, 0, "audit", "list", "--count", "12"),
		   "bus is not connected");
	/* WR-18: and nothing of it arrives when the link is back */
	station_fault(demo, "broker", "start", NULL);
	station_until_quality(demo, &bus_tags, "good", BACK_MS);
	DEMO_UNTIL(demo, "\"good\"", BACK_MS, "get", "--json", "dosing.cl2_sp");
	for (int64_t until = station_ms() + 2000; station_ms() < until;) {
		assert_int_equal(arrivals("dosing.cl2_sp"), arrived);
		station_pause();
	}
	assert_double(station_plant(demo, "dosing.cl2_sp"), before, 1e-3);
	expect_it_leaves("system.bus.comm");
}

static void WR_18_nothing_is_sent_to_a_plc_that_comes_back(void **state)
{
	size_t arrived = arrivals("intake.p101.speed_sp");

	(void)state;
	station_fault(demo, "plc1", "off", NULL);
	station_until_quality(demo, &plc1_tags, "bad", MARKED_MS);
	STATION_SAY(demo, 1, "set", "intake.p101.speed_sp", "33", "--yes");
	station_fault(demo, "plc1", "on", NULL);
	station_until_quality(demo, &plc1_tags, "good", BACK_MS);
	for (int64_t until = station_ms() + 2000; station_ms() < until;) {
		assert_int_equal(arrivals("intake.p101.speed_sp"), arrived);
		station_pause();
	}
	assert_has(STATION_SAY(demo, 0, "in-doubt"), "0 writes in doubt");
	assert_has(STATION_SAY(demo, 0, "audit", "verify"), ": good");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(PLC_01_a_silent_plc_marks_its_values_and_raises_one_alarm),
	cmocka_unit_test(PLC_02_a_refused_connection_is_told_the_same_way),
	cmocka_unit_test(PLC_01_other_devices_stay_on_time),
	cmocka_unit_test(MQ_02_a_broker_that_stops_marks_its_values),
	cmocka_unit_test(WR_17_a_write_while_the_link_is_down_is_refused_at_once),
	cmocka_unit_test(WR_18_nothing_is_sent_to_a_plc_that_comes_back),
};

int main(void)
{
	/* records and temporary folders of this test must not mix with a person's */
	setenv("XDG_RUNTIME_DIR", test_tmpdir(), 1);
	setenv("TMPDIR", getenv("XDG_RUNTIME_DIR"), 1);
	return cmocka_run_group_tests(tests, open_demo, station_close);
}
