/* test_modbus_rtu.c - sightglass-modbus on a serial line: a pseudo terminal with slaves
 * of ours behind it that break every rule, and an independent slave. */
#include "support/test.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "integration/modbus_rig.h"
#include "util/clock.h"

static char path[200];

/* The slaves' line and a driver with device 0 = unit 1 on it. */
static void line_open(struct rig *r, const char *options, const char *timeout_ms)
{
	const char *const argv[] = { "rtu_slave", path, NULL };
	char endpoint[300], text[300];

	snprintf(path, sizeof(path), "%s/line", test_tmpdir());
	r->slave = peer_start(argv);
	peer_line(&r->slave, text, sizeof(text));
	assert_has(text, "LINE");
	snprintf(endpoint, sizeof(endpoint), "rtu://%s%s", path, options);
	r->h = harness_start("sightglass-modbus");
	harness_begin(r->h);
	harness_device(r->h, 0, "plc1", "endpoint", endpoint, "unit", "1", "scan_ms",
		       "50", "timeout_ms", timeout_ms, NULL);
}

/* Two blocks of the same size, which only their contents tell apart. */
static void two_blocks(struct rig *r)
{
	char address[40];

	for (uint32_t i = 0; i < 8; i++) {
		snprintf(address, sizeof(address), "holding:%u",
			 (i < 4 ? 100 : 5000) + i % 4);
		harness_tag(r->h, i, 0, &rig_writable, "address", address, NULL);
	}
	harness_commit(r->h);
	harness_wait_state(r->h, 0, DEVICE_CONNECTED);
	harness_wait_number(r->h, 7, 5003, 0);
}

static void assert_nothing_is_wrong(const struct rig *r)
{
	double d;

	for (uint32_t i = 0; i < 8; i++) {
		const struct driver_sample *s = &r->h->tag[i].s;

		if (quality_is_good(s->quality) && value_number(&s->value, &d))
			assert_double(d, (i < 4 ? 100 : 5000) + i % 4, 0);
	}
}

static void all_functions_work_on_a_line(void **state)
{
	struct rig r;

	(void)state;
	line_open(&r, "?baud=19200&parity=even&stop=1", "300");
	harness_tag(r.h, 0, 0, &rig_writable, "address", "coil:7", NULL);
	harness_tag(r.h, 1, 0, NULL, "address", "discrete:7", NULL);
	harness_tag(r.h, 2, 0, NULL, "address", "input:70", NULL);
	harness_tag(r.h, 3, 0, &rig_writable, "address", "holding:70", NULL);
	harness_tag(r.h, 4, 0, &rig_writable, "address", "holding:80:int32", NULL);
	harness_tag(r.h, 5, 0, &rig_writable, "address", "holding:70.14", NULL);
	harness_commit(r.h);
	harness_wait_number(r.h, 2, 70, 0);
	harness_wait_number(r.h, 3, 70, 0);
	assert_outcome(harness_write(r.h, 0, value_bool(true)), WRITE_ACCEPTED, "");
	harness_wait_number(r.h, 0, 1, 0);
	harness_wait_number(r.h, 1, 1, 0);
	assert_outcome(harness_write(r.h, 3, value_int(4711)), WRITE_ACCEPTED, "");
	harness_wait_number(r.h, 3, 4711, 0);
	assert_outcome(harness_write(r.h, 4, value_int(-70000)), WRITE_ACCEPTED, "");
	harness_wait_number(r.h, 4, -70000, 0);
	assert_outcome(harness_write(r.h, 5, value_bool(true)), WRITE_ACCEPTED, "");
	harness_wait_number(r.h, 5, 1, 0);
	assert_has(harness_explain(r.h, 3), "/line, unit 1");
	assert_int_equal(slave_stat(&r.slave, "early "), 0);
	rig_close(&r);
}

static void units_share_a_line_and_a_dead_one_stays_alone(void **state)
{
	char endpoint[300];
	struct rig r;

	(void)state;
	line_open(&r, "?turnaround_ms=50", "100");
	snprintf(endpoint, sizeof(endpoint), "rtu://%s?turnaround_ms=50", path);
	harness_device(r.h, 1, "plc2", "endpoint", endpoint, "unit", "2", "scan_ms", "50",
		       "timeout_ms", "100", NULL);
	harness_device(r.h, 2, "dead", "endpoint", endpoint, "unit", "9", "scan_ms", "50",
		       "timeout_ms", "100", NULL);
	for (uint32_t i = 0; i < 3; i++)
		harness_tag(r.h, i, i, &rig_writable, "address", "holding:100", NULL);
	harness_commit(r.h);
	harness_wait_number(r.h, 0, 100, 0);
	harness_wait_number(r.h, 1, 10100, 0);
	harness_wait_state_text(r.h, 2, DEVICE_FAILED,
				"/line unit 9: no reply within 100 ms");
	harness_watch(r.h, 1500);
	assert_int_equal(r.h->device[0].state, DEVICE_CONNECTED);
	assert_int_equal(r.h->device[1].state, DEVICE_CONNECTED);
	assert_true(r.h->beat.scans >= 10);
	assert_int_equal(slave_stat(&r.slave, "early "), 0);
	rig_close(&r);
}

static void PLC_10_a_late_reply_is_never_another_value(void **state)
{
	struct rig r;

	(void)state;
	line_open(&r, "", "100");
	two_blocks(&r);
	for (int i = 0; i < 6; i++) { /* later than the time-out, each a bit more */
		char text[60];

		snprintf(text, sizeof(text), "mode late %d 3 %d", 110 + 15 * i,
			 1 + i % 3);
		slave_tell(&r.slave, text);
		harness_wait_state_text(r.h, 0, DEVICE_FAILED, "no reply within 100 ms");
		assert_true(rig_is_bad(r.h, 0) && rig_is_bad(r.h, 7));
		harness_wait_state(r.h, 0, DEVICE_CONNECTED);
		harness_wait_quality(r.h, 7, QUALITY_GOOD, REASON_NONE);
		assert_nothing_is_wrong(&r);
	}
	rig_close(&r);
}

static void PLC_10_a_device_slower_than_the_time_out_is_never_believed(void **state)
{
	struct rig r;

	(void)state;
	line_open(&r, "?turnaround_ms=5", "100"); /* said too short on purpose */
	two_blocks(&r);
	slave_tell(&r.slave, "mode late 130");
	harness_wait_state(r.h, 0, DEVICE_FAILED);
	for (int i = 0; i < 30; i++) {
		harness_watch(r.h, 100);
		assert_nothing_is_wrong(&r);
	}
	slave_tell(&r.slave, "mode normal");
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	harness_wait_number(r.h, 7, 5003, 0);
	rig_close(&r);
}

/* Blocks of one register cannot be told apart by size, and a READ does not wait for the
 * back-off: only the silence after a failure keeps the late reply from it. */
static void PLC_10_a_read_right_after_a_time_out_waits_for_silence(void **state)
{
	struct rig r;
	double d;

	(void)state;
	line_open(&r, "?baud=1200", "100");
	harness_tag(r.h, 0, 0, NULL, "address", "holding:100", NULL);
	harness_tag(r.h, 1, 0, NULL, "address", "holding:5000", NULL);
	harness_commit(r.h);
	harness_wait_number(r.h, 1, 5000, 0);
	slave_tell(&r.slave, "lag 55");
	slave_tell(&r.slave, "mode late 70 3 1");
	harness_wait_state(r.h, 0, DEVICE_FAILED);
	const struct driver_read_result *got = harness_read(r.h, 1);
	if (quality_is_good(got->sample.quality)) {
		assert_true(value_number(&got->sample.value, &d));
		assert_double(d, 5000, 0);
	}
	rig_close(&r);
}

/* The second copy of the last reply of a scan waits for the next scan's first request,
 * whose reply would look the same. */
static void PLC_11_a_reply_sent_twice_is_not_the_next_one(void **state)
{
	struct rig r;

	(void)state;
	line_open(&r, "", "300");
	two_blocks(&r);
	slave_tell(&r.slave, "mode double");
	for (int i = 0; i < 10; i++) {
		harness_watch(r.h, 60);
		assert_nothing_is_wrong(&r);
		assert_true(quality_is_good(r.h->tag[0].s.quality));
	}
	assert_int_equal(r.h->device[0].state, DEVICE_CONNECTED);
	rig_close(&r);
}

static void PLC_07_PLC_15_broken_replies_are_refused_and_left_behind(void **state)
{
	static const char *const row[][2] = {
		{ "mode crc 1 0 1", "check sum is wrong" },
		{ "mode flip 4 0 1", "check sum is wrong" },
		{ "mode noise 1 0 1", "the reply" },
		{ "mode noise 3 0 1", "the reply" },
		{ "mode noise 40 0 1", "the reply" },
		{ "mode cut 1 0 1", "stopped after 1 bytes" },
		{ "mode cut 6 0 1", "stopped after 6 bytes" },
		{ "mode unit 2 0 1", "the reply's unit id is 2 instead of 1" },
		{ "mode silent 0 0 1", "no reply within 100 ms" },
	};
	struct rig r;

	(void)state;
	line_open(&r, "", "100");
	two_blocks(&r);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		slave_tell(&r.slave, row[i][0]);
		harness_wait_state_text(r.h, 0, DEVICE_FAILED, row[i][1]);
		assert_true(rig_is_bad(r.h, 0));
		harness_wait_state(r.h, 0, DEVICE_CONNECTED);
		harness_wait_quality(r.h, 7, QUALITY_GOOD, REASON_NONE);
		assert_nothing_is_wrong(&r);
	}
	rig_close(&r);
}

static void PLC_15_a_line_that_echoes_is_named_and_can_be_told(void **state)
{
	char endpoint[300];
	struct rig r;

	(void)state;
	line_open(&r, "", "100");
	slave_tell(&r.slave, "echo 1");
	harness_tag(r.h, 0, 0, &rig_writable, "address", "holding:100", NULL);
	harness_commit(r.h);
	harness_wait_state_text(r.h, 0, DEVICE_FAILED, "add echo=on to the endpoint");
	/* its own echo is no confirmation */
	assert_outcome(harness_write(r.h, 0, value_int(5)), WRITE_NOT_SENT,
		       "the device is not connected");
	harness_begin(r.h);
	snprintf(endpoint, sizeof(endpoint), "rtu://%s?echo=on", path);
	harness_device(r.h, 0, "plc1", "endpoint", endpoint, "scan_ms", "50",
		       "timeout_ms", "100", NULL);
	harness_tag(r.h, 0, 0, &rig_writable, "address", "holding:100", NULL);
	harness_commit(r.h);
	harness_wait_number(r.h, 0, 100, 0);
	assert_outcome(harness_write(r.h, 0, value_int(5)), WRITE_ACCEPTED, "");
	harness_wait_number(r.h, 0, 5, 0);
	slave_tell(&r.slave, "mode silent 0 6 1");
	assert_outcome(harness_write(r.h, 0, value_int(6)), WRITE_UNKNOWN, "no reply");
	harness_wait_state(r.h, 0, DEVICE_FAILED);
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	slave_tell(&r.slave, "echo 0");
	harness_wait_state_text(r.h, 0, DEVICE_FAILED, "did not give back what was sent");
	rig_close(&r);
}

static void PLC_16_an_unplugged_line_is_bad_at_once_and_comes_back(void **state)
{
	struct rig r;

	(void)state;
	line_open(&r, "", "100");
	two_blocks(&r);
	slave_tell(&r.slave, "unplug");
	harness_wait_state(r.h, 0, DEVICE_FAILED);
	assert_true(rig_is_bad(r.h, 0) && rig_is_bad(r.h, 7));
	harness_wait_state_text(r.h, 0, DEVICE_FAILED,
				"/line: No such file or directory");
	assert_outcome(harness_write(r.h, 0, value_int(5)), WRITE_NOT_SENT,
		       "the device is not connected");
	slave_tell(&r.slave, "plug"); /* under the same name, another node */
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	harness_wait_quality(r.h, 7, QUALITY_GOOD, REASON_NONE);
	assert_nothing_is_wrong(&r);
	rig_close(&r);
}

static void writes_say_what_became_of_them(void **state)
{
	struct rig r;

	(void)state;
	line_open(&r, "", "100");
	two_blocks(&r);
	slave_tell(&r.slave, "mode silent 0 6 1");
	assert_outcome(harness_write(r.h, 0, value_int(5)), WRITE_UNKNOWN,
		       "no reply within 100 ms");
	harness_wait_state(r.h, 0, DEVICE_FAILED);
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	slave_tell(&r.slave, "mode echovalue 1 6 1");
	assert_outcome(harness_write(r.h, 0, value_int(100)), WRITE_UNKNOWN,
		       "the reply's echoed value is 101 instead of 100");
	harness_wait_state(r.h, 0, DEVICE_FAILED);
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	slave_tell(&r.slave, "mode exception 3 6 1");
	assert_outcome(harness_write(r.h, 0, value_int(7)), WRITE_REFUSED,
		       "the device answered exception 3 (illegal data value)");
	rig_close(&r);
}

static void a_line_in_use_or_no_line_says_so(void **state)
{
	struct rig r;

	(void)state;
	line_open(&r, "", "100");
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	harness_device(r.h, 1, "file", "endpoint", "rtu:///dev/null", NULL);
	harness_tag(r.h, 0, 0, NULL, "address", "holding:0", NULL);
	harness_tag(r.h, 1, 1, NULL, "address", "holding:0", NULL);
	harness_commit(r.h);
	harness_wait_state_text(r.h, 0, DEVICE_FAILED,
				"another program or device entry is using it");
	harness_wait_state_text(r.h, 1, DEVICE_FAILED,
				"cannot open /dev/null: it is no serial line");
	close(fd);
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	rig_close(&r);
}

static void units_of_a_line_must_agree_about_it(void **state)
{
	char endpoint[300];
	struct rig r;

	(void)state;
	line_open(&r, "?baud=9600", "100");
	snprintf(endpoint, sizeof(endpoint), "rtu://%s?baud=19200", path);
	harness_device(r.h, 1, "plc2", "endpoint", endpoint, "unit", "2", NULL);
	harness_tag(r.h, 0, 0, NULL, "address", "holding:0", NULL);
	harness_commit(r.h);
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	harness_wait_state_text(
		r.h, 1, DEVICE_FAILED,
		"another device names this serial line with other settings");
	rig_close(&r);
}

static void wait_for_file(const char *name)
{
	struct mono limit = mono_add_ms(clock_mono(), HARNESS_WAIT_MS);

	while (access(name, F_OK) != 0 && !mono_reached(clock_mono(), limit))
		poll(NULL, 0, 10);
	assert_int_equal(access(name, F_OK), 0);
}

static void put(struct peer *p, const char *text)
{
	char line[100];

	peer_tell(p, text);
	peer_line(p, line, sizeof(line));
	assert_string_equal(line, "ok");
}

static void an_independent_slave_is_read_and_written(void **state)
{
	char ours[200], theirs[200], one[300], two[300], script[300], line[300];
	const char *const cable[] = { "/usr/bin/socat", one, two, NULL };
	const char *const slave[] = { "/usr/bin/python3", script, theirs, NULL };

	(void)state;
	snprintf(ours, sizeof(ours), "%s/ours", test_tmpdir());
	snprintf(theirs, sizeof(theirs), "%s/theirs", test_tmpdir());
	snprintf(one, sizeof(one), "pty,raw,echo=0,link=%s", ours);
	snprintf(two, sizeof(two), "pty,raw,echo=0,link=%s", theirs);
	snprintf(script, sizeof(script), "%s", test_top("tests/peers/pymodbus_slave.py"));
	struct peer wire = peer_start(cable);
	wait_for_file(ours);
	wait_for_file(theirs);
	struct peer p = peer_start(slave);
	peer_line(&p, line, sizeof(line));
	put(&p, "set ir 30 65436\n");
	put(&p, "set co 10 1\n");
	put(&p, "set di 11 1\n");
	put(&p, "set hr 40 16914 26214\n");
	struct harness *h = harness_start("sightglass-modbus");
	snprintf(line, sizeof(line), "rtu://%s?parity=none", ours);
	harness_begin(h);
	harness_device(h, 0, "plc1", "endpoint", line, "scan_ms", "100", NULL);
	harness_tag(h, 0, 0, NULL, "address", "input:30:int16", NULL);
	harness_tag(h, 1, 0, &rig_writable, "address", "coil:10", NULL);
	harness_tag(h, 2, 0, NULL, "address", "discrete:11", NULL);
	harness_tag(h, 3, 0, &rig_writable, "address", "holding:40:float32", NULL);
	harness_tag(h, 4, 0, &rig_writable, "address", "holding:50", NULL);
	harness_tag(h, 5, 0, &rig_writable, "address", "holding:50.9", NULL);
	harness_commit(h);
	harness_wait_number(h, 0, -100, 0);
	harness_wait_number(h, 1, 1, 0);
	harness_wait_number(h, 2, 1, 0);
	harness_wait_number(h, 3, 36.6, 1e-5);
	assert_outcome(harness_write(h, 1, value_bool(false)), WRITE_ACCEPTED, "");
	assert_outcome(harness_write(h, 3, value_double(-2.5)), WRITE_ACCEPTED, "");
	assert_outcome(harness_write(h, 4, value_int(77)), WRITE_ACCEPTED, "");
	harness_wait_number(h, 1, 0, 0);
	harness_wait_number(h, 3, -2.5, 0);
	harness_wait_number(h, 4, 77, 0);
	assert_outcome(harness_write(h, 5, value_bool(true)), WRITE_ACCEPTED, "");
	harness_wait_number(h, 4, 77 + 512, 0);
	assert_int_equal(harness_stop(h), 0);
	peer_stop(&p);
	peer_stop(&wire);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_functions_work_on_a_line),
		cmocka_unit_test(units_share_a_line_and_a_dead_one_stays_alone),
		cmocka_unit_test(PLC_10_a_late_reply_is_never_another_value),
		cmocka_unit_test(
			PLC_10_a_device_slower_than_the_time_out_is_never_believed),
		cmocka_unit_test(PLC_10_a_read_right_after_a_time_out_waits_for_silence),
		cmocka_unit_test(PLC_11_a_reply_sent_twice_is_not_the_next_one),
		cmocka_unit_test(
			PLC_07_PLC_15_broken_replies_are_refused_and_left_behind),
		cmocka_unit_test(PLC_15_a_line_that_echoes_is_named_and_can_be_told),
		cmocka_unit_test(PLC_16_an_unplugged_line_is_bad_at_once_and_comes_back),
		cmocka_unit_test(writes_say_what_became_of_them),
		cmocka_unit_test(a_line_in_use_or_no_line_says_so),
		cmocka_unit_test(units_of_a_line_must_agree_about_it),
		cmocka_unit_test(an_independent_slave_is_read_and_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
