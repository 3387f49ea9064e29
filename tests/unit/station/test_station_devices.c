/* test_station_devices.c - what the station tells of its devices: their connection, what
 * their drivers count, and the system tags made of it. */
#include "unit/station/rig.h"

#include <stdio.h>

static void stats(struct rig *r, uint32_t driver, const char *device,
		  const struct device_stats *v)
{
	struct strbuf w = STRBUF_INIT;

	driver_put_stats(&w, r->generation[driver], station_device_find(r->st, device),
			 v);
	rig_record(r, driver, &w);
	strbuf_release(&w);
}

/* Asks; the last DEVICE of the answer. */
static struct wire_device ask(struct rig *r, uint64_t who, const char *device)
{
	struct wire_device m = { 0 };
	const uint8_t *p;
	size_t n;

	rig_forget(r, who);
	rig_request(r, who, WIRE_DEVICES, 9, 0, device);
	if (rig_last(r, who, WIRE_DEVICE, &p, &n))
		assert_true(wire_get_device(p, n, &m));
	return m;
}

static double number(struct rig *r, const char *tag)
{
	double v = -1;

	assert_true(quality_is_good(rig_value(r, tag)->quality));
	assert_true(value_number(&rig_value(r, tag)->value, &v));
	return v;
}

static const struct device_stats busy = {
	.connects = 1,
	.requests = 1000,
	.exceptions = 2,
	.timeouts = 3,
	.refused = { [REFUSED_UNIT] = 4, [REFUSED_ECHO] = 1 },
	.n_classes = 2,
	.classes = { { "fast", 100, 2, 900, 5, 1 }, { "slow", 1000, 1, 90, 1, 0 } },
	.holes = 1,
	.hole_list = "holding:10-12 (2)",
	.p50_us = 800,
	.p95_us = 1500,
	.p99_us = 2500,
	.max_us = 90000,
};

static void a_device_tells_what_its_driver_counts(void **state)
{
	struct rig *r = *state;
	uint64_t who = rig_open(r, RIG_IVAN);
	struct wire_device m;
	enum wire_status status;

	stats(r, 0, "plc1", &busy);
	m = ask(r, who, "plc1");
	assert_string_equal(m.name, "plc1");
	assert_string_equal(m.driver, "modbus");
	assert_int_equal(m.link, WIRE_LINK_UP);
	assert_int_equal(m.req, 9);
	assert_int_equal(m.has_stats, 1);
	assert_int_equal(m.requests, 1000);
	assert_int_equal(m.p99_us, 2500);
	assert_int_equal(m.n_classes, 2);
	assert_string_equal(m.classes[1].name, "slow");
	assert_int_equal(m.classes[0].late, 5);
	assert_int_equal(m.n_refused, 2); /* kinds that never came are left out */
	assert_string_equal(m.refused[0].name, "wrong unit");
	assert_int_equal(m.refused[0].n, 4);
	assert_string_equal(m.holes, "holding:10-12 (2)");
	assert_true(m.tags > 0);
	assert_string_equal(rig_reply(r, who, 9, &status), "");
	assert_int_equal(status, WIRE_OK);
	assert_int_equal(rig_count(r, who, WIRE_DEVICE), 1);
	ask(r, who, "");
	assert_int_equal(rig_count(r, who, WIRE_DEVICE),
			 station_current_def(r->st)->n_devices);
}

static void an_unknown_device_is_refused_with_the_likely_one(void **state)
{
	struct rig *r = *state;
	uint64_t who = rig_open(r, RIG_IVAN);
	enum wire_status status;

	ask(r, who, "plc11");
	assert_has(rig_reply(r, who, 9, &status),
		   "there is no device named \"plc11\" (did you mean \"plc1\"");
	assert_int_equal(status, WIRE_REFUSED);
	assert_int_equal(rig_count(r, who, WIRE_DEVICE), 0);
}

/* PR-15: a scan that starts late or not at all is counted, by device, and an alarm can
 * see it. */
static void PR_15_scans_are_counted_by_device_over_restarts(void **state)
{
	struct rig *r = *state;
	struct device_stats fewer = busy;

	stats(r, 0, "plc1", &busy);
	assert_double(number(r, "system.plc1.scan_late"), 6, 0);
	assert_double(number(r, "system.plc1.scan_skipped"), 1, 0);
	assert_double(number(r, "system.plc1.errors"), 10, 0);
	assert_double(number(r, "system.plc1.round_trip_p99_ms"), 2.5, 0);
	assert_double(number(r, "system.plc2.scan_late"), 0, 0); /* not its neighbour's */
	fewer.classes[0].late = 2; /* a new process begins anew, the tag does not */
	fewer.classes[1].late = 0;
	stats(r, 0, "plc1", &fewer);
	assert_double(number(r, "system.plc1.scan_late"), 8, 0);
	stats(r, 0, "plc1", &fewer);
	assert_double(number(r, "system.plc1.scan_late"), 8, 0);
}

static void requests_are_shown_by_the_second(void **state)
{
	struct rig *r = *state;
	uint64_t who = rig_open(r, RIG_IVAN);
	struct device_stats v = busy;

	stats(r, 0, "plc1", &v); /* one look is no rate */
	assert_false(quality_is_good(rig_value(r, "system.plc1.requests_s")->quality));
	for (int i = 0; i <= 20; i++) {
		rig_wait(r, 1000);
		rig_beats(r);
		v.requests += i < 10 ? 10 : 40; /* it soon forgets how slow it was */
		stats(r, 0, "plc1", &v);
	}
	assert_double(number(r, "system.plc1.requests_s"), 40, 0.5);
	assert_double(ask(r, who, "plc1").per_second, 40, 0.5);
	rig_device(r, "plc1", DEVICE_FAILED, "no answer");
	assert_int_equal(quality_reason(rig_value(r, "system.plc1.requests_s")->quality),
			 REASON_COMM);
	assert_int_equal(
		quality_reason(rig_value(r, "system.plc1.round_trip_p99_ms")->quality),
		REASON_COMM);
	assert_double(number(r, "system.plc1.errors"), 10, 0); /* a count stays true */
	assert_double(ask(r, who, "plc1").per_second, 0, 0);
}

static void the_last_error_stays_with_its_time(void **state)
{
	struct rig *r = *state;
	uint64_t who = rig_open(r, RIG_IVAN);
	struct device_stats v = busy;
	int64_t failed_ms;
	struct wire_device m = ask(r, who, "plc1");

	assert_string_equal(m.last_error, "");
	rig_device(r, "plc1", DEVICE_FAILED, "no answer within 1000 ms");
	failed_ms = r->now.wall.ms;
	m = ask(r, who, "plc1");
	assert_int_equal(m.link, WIRE_LINK_DOWN);
	assert_int_equal(m.since_ms, failed_ms);
	rig_wait(r, 500);
	rig_device(r, "plc1", DEVICE_CONNECTED, "connected");
	m = ask(r, who, "plc1");
	assert_int_equal(m.link, WIRE_LINK_UP);
	assert_int_equal(m.since_ms, r->now.wall.ms);
	assert_string_equal(m.last_error, "no answer within 1000 ms");
	assert_int_equal(m.last_error_ms, failed_ms);
	snprintf(v.last_error, sizeof(v.last_error), "holding 7: illegal data address");
	v.last_error_ms = r->now.wall.ms + 1;
	stats(r, 0, "plc1", &v);
	m = ask(r, who, "plc1");
	assert_string_equal(m.last_error, "holding 7: illegal data address");
	v.last_error_ms = failed_ms - 1; /* an older one takes nobody's place */
	rig_device(r, "plc1", DEVICE_FAILED, "gone");
	stats(r, 0, "plc1", &v);
	assert_string_equal(ask(r, who, "plc1").last_error, "gone");
}

/* Everything is read every half second. */
static void live_for(struct rig *r, int64_t ms)
{
	for (int64_t t = 0; t < ms; t += 500) {
		rig_wait(r, 500);
		rig_beats(r);
		if (rig_tag(r, "a.sp") != TAG_NONE)
			rig_plant(r);
	}
}

static void a_device_has_one_ne107_status(void **state)
{
	struct rig *r = *state;
	struct device_stats v = { .connects = 0, .requests = 10 };

	stats(r, 0, "plc1", &v);
	v.connects = 1; /* the first connection is no sign of wear */
	stats(r, 0, "plc1", &v);
	assert_double(number(r, "system.plc1.status"), WIRE_NE107_OK, 0);
	v.holes = 1;
	v.exceptions = 3; /* an address it refuses is no trouble of the line */
	stats(r, 0, "plc1", &v);
	assert_double(number(r, "system.plc1.status"), WIRE_NE107_MAINTENANCE, 0);
	v.refused[REFUSED_UNIT]++;
	stats(r, 0, "plc1", &v);
	assert_double(number(r, "system.plc1.status"), WIRE_NE107_OUT_OF_SPEC, 0);
	rig_device(r, "plc1", DEVICE_FAILED, "no answer");
	assert_double(number(r, "system.plc1.status"), WIRE_NE107_FAILURE, 0);
	rig_device(r, "plc1", DEVICE_CONNECTED, "connected");
	assert_double(number(r, "system.plc1.status"), WIRE_NE107_FAILURE, 0);
	live_for(r, 11000); /* it has to last */
	assert_double(number(r, "system.plc1.status"), WIRE_NE107_OUT_OF_SPEC, 0);
	live_for(r, 60000); /* a minute without trouble, and that lasts */
	assert_double(number(r, "system.plc1.status"), WIRE_NE107_MAINTENANCE, 0);
}

static void the_values_of_a_device_are_signs_of_its_status(void **state)
{
	struct rig *r = *state;
	const quality refused = QUALITY_MAKE(QUALITY_BAD, REASON_DEVICE);
	uint64_t who = rig_open(r, RIG_IVAN);

	live_for(r, 12000);
	assert_double(number(r, "system.plc1.status"), WIRE_NE107_OK, 0);
	rig_sample(r, "a.level", value_double(2), QUALITY_SIMULATED);
	rig_wait(r, 1000);
	assert_double(number(r, "system.plc1.status"), WIRE_NE107_FUNCTION, 0);
	assert_int_equal(ask(r, who, "plc1").tags_by_hand, 0);
	rig_sample(r, "a.level", value_double(2), QUALITY_SUBSTITUTED);
	assert_int_equal(ask(r, who, "plc1").tags_by_hand, 1);
	live_for(r, 12000);
	assert_double(number(r, "system.plc1.status"), WIRE_NE107_OK, 0);
	rig_sample(r, "a.sp", (struct value){ 0 }, refused);
	rig_wait(r, 1000);
	assert_double(number(r, "system.plc1.status"), WIRE_NE107_OUT_OF_SPEC, 0);
	rig_sample(r, "a.auto", (struct value){ 0 }, refused);
	rig_sample(r, "a.mode", (struct value){ 0 }, refused);
	rig_sample(r, "a.cmd", (struct value){ 0 }, refused);
	rig_beats(r);
	rig_wait(r, 1000);
	assert_double(number(r, "system.plc1.status"), WIRE_NE107_FAILURE, 0);
	assert_int_equal(ask(r, who, "plc1").tags_bad, 4);
	assert_double(number(r, "system.plc2.status"), WIRE_NE107_OK, 0);
	live_for(r, 12000);
	assert_double(number(r, "system.plc1.status"), WIRE_NE107_OK, 0);
	/* a reload counts anew */
	rig_reload(r, RIG_NO_SP, false, rig_open(r, RIG_ENG), 5);
	assert_int_equal(ask(r, who, "plc1").tags_bad, 0);
	rig_sample(r, "a.mode", (struct value){ 0 }, refused);
	assert_int_equal(ask(r, who, "plc1").tags_bad, 1);
}

static void counts_of_a_foreign_device_end_the_driver(void **state)
{
	struct rig *r = *state;

	stats(r, 1, "plc1", &busy); /* mqtt about a Modbus device */
	assert_int_equal(r->n_kills, 1);
	assert_has(r->log.buf, "not its own");
}

static void counts_of_an_older_generation_are_only_late(void **state)
{
	struct rig *r = *state;

	r->generation[0]--;
	stats(r, 0, "plc1", &busy);
	r->generation[0]++;
	assert_int_equal(r->n_kills, 0);
	assert_double(number(r, "system.plc1.scan_late"), 0, 0);
}

static void a_device_without_its_driver_says_so(void **state)
{
	struct rig *r = *state;
	uint64_t who = rig_open(r, RIG_IVAN);
	struct wire_device m;

	rig_driver_exits(r, 0, "ended by signal 9");
	m = ask(r, who, "plc1");
	assert_int_equal(m.link, WIRE_LINK_NO_DRIVER);
	assert_string_equal(m.text, "its driver ended by signal 9");
	assert_int_equal(m.ne107, WIRE_NE107_FAILURE);
	assert_int_equal(m.tags_bad, m.tags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(a_device_tells_what_its_driver_counts),
		RIG_TEST(an_unknown_device_is_refused_with_the_likely_one),
		RIG_TEST(PR_15_scans_are_counted_by_device_over_restarts),
		RIG_TEST(requests_are_shown_by_the_second),
		RIG_TEST(the_last_error_stays_with_its_time),
		RIG_TEST(a_device_has_one_ne107_status),
		RIG_TEST(the_values_of_a_device_are_signs_of_its_status),
		RIG_TEST(counts_of_a_foreign_device_end_the_driver),
		RIG_TEST(counts_of_an_older_generation_are_only_late),
		RIG_TEST(a_device_without_its_driver_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
