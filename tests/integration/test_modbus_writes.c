/* test_modbus_writes.c - what sightglass-modbus says became of a write, and what it
 * reads and explains when asked. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "integration/modbus_rig.h"
#include "support/stall.h"

/* --- writing --- */

static void writes_are_accepted_and_arrive(void **state)
{
	struct harness_tag_options ranged = {
		.writable = true, .has_range = true, .lo = 0, .hi = 100
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	harness_tag(r.h, 10, 0, &rig_writable, "address", "coil:0", NULL);
	harness_tag(r.h, 11, 0, &rig_writable, "address", "holding:10:int16", "scale",
		    "0.1", NULL);
	harness_tag(r.h, 12, 0, &ranged, "address", "holding:20:float32:cdab", NULL);
	rig_with_tags(&r, 1);
	assert_outcome(harness_write(r.h, 0, value_int(4711)), WRITE_ACCEPTED, "");
	assert_outcome(harness_write(r.h, 10, value_bool(true)), WRITE_ACCEPTED, "");
	assert_outcome(harness_write(r.h, 11, value_double(-12.5)), WRITE_ACCEPTED, "");
	assert_outcome(harness_write(r.h, 12, value_double(36.6)), WRITE_ACCEPTED, "");
	harness_wait_number(r.h, 0, 4711, 0);
	harness_wait_number(r.h, 10, 1, 0);
	harness_wait_number(r.h, 11, -12.5, 1e-9);
	harness_wait_number(r.h, 12, 36.6, 1e-5);
	assert_int_equal(slave_tell(&r.slave, "get holding 10"), 65411);
	assert_int_equal(slave_tell(&r.slave, "get holding 20"), 0x6666);
	assert_int_equal(slave_tell(&r.slave, "get holding 21"), 0x4212);
	/* what does not fit is told and not sent */
	long before = slave_stat(&r.slave, "writes ");
	assert_outcome(harness_write(r.h, 0, value_int(65536)), WRITE_NOT_SENT,
		       "65536 does not fit into the device's uint16");
	assert_outcome(harness_write(r.h, 11, value_double(0.05)), WRITE_NOT_SENT,
		       "moves in steps of 0.1");
	assert_outcome(harness_write(r.h, 12, value_double(100.5)), WRITE_NOT_SENT,
		       "100.5 is outside of 0 to 100");
	assert_outcome(harness_write(r.h, 99, value_int(1)), WRITE_NOT_SENT,
		       "the driver has no such tag");
	assert_int_equal(slave_stat(&r.slave, "writes "), before);
	rig_close(&r);
}

static void WR_02_a_write_without_an_answer_is_unknown_and_never_repeated(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 2);
	slave_tell(&r.slave, "mode silent 0 6");
	assert_outcome(harness_write(r.h, 0, value_int(7)), WRITE_UNKNOWN,
		       "no reply within 200 ms");
	slave_tell(&r.slave, "mode normal");
	/* the read-back goes to the device, over a new connection, at once */
	const struct driver_read_result *back = harness_read(r.h, 0);
	assert_true(quality_is_good(back->sample.quality));
	assert_int_equal(back->sample.value.u.i, 7);
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	harness_wait_number(r.h, 0, 7, 0);
	harness_watch(r.h, 1500);
	assert_int_equal(slave_stat(&r.slave, "writes "), 1);
	rig_close(&r);
}

static void WR_05_a_lost_reply_is_settled_by_reading_back(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 1);
	slave_tell(&r.slave, "mode cutrst 0 6 1"); /* acts, then resets */
	assert_outcome(harness_write(r.h, 0, value_int(8)), WRITE_UNKNOWN, "");
	const struct driver_read_result *back = harness_read(r.h, 0);
	assert_int_equal(back->sample.value.u.i, 8);
	assert_int_equal(slave_stat(&r.slave, "writes "), 1);
	rig_close(&r);
}

static void WR_03_a_write_without_a_connection_is_not_sent(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 1);
	slave_tell(&r.slave, "down");
	harness_wait_state(r.h, 0, DEVICE_FAILED);
	assert_outcome(harness_write(r.h, 0, value_int(9)), WRITE_NOT_SENT,
		       "the device is not connected");
	slave_tell(&r.slave, "up");
	harness_wait_number(r.h, 0, 100, 0);
	harness_watch(r.h, 500);
	/* WR-18: nothing is sent when the link comes back */
	assert_int_equal(slave_stat(&r.slave, "writes "), 0);
	rig_close(&r);
}

static void WR_04_a_reset_inside_the_write_is_unknown(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "3600000", "500");
	rig_with_tags(&r, 1);
	for (int k = 1; k <= 12; k += 5) {
		char mode[40];

		snprintf(mode, sizeof(mode), "mode close %d", k);
		slave_tell(&r.slave, mode);
		assert_outcome(harness_write(r.h, 0, value_int(k)), WRITE_UNKNOWN, "");
		slave_tell(&r.slave, "mode normal");
		harness_wait_state(r.h, 0, DEVICE_FAILED);
		harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	}
	assert_int_equal(slave_stat(&r.slave, "writes "), 0);
	rig_close(&r);
}

static void WR_06_a_different_echo_is_unknown(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 1);
	slave_tell(&r.slave, "mode echoaddress 1 6");
	assert_outcome(harness_write(r.h, 0, value_int(3)), WRITE_UNKNOWN,
		       "the reply's address is 101 instead of 100");
	slave_tell(&r.slave, "mode echovalue 1 6");
	harness_wait_state(r.h, 0, DEVICE_FAILED);
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	assert_outcome(harness_write(r.h, 0, value_int(3)), WRITE_UNKNOWN,
		       "the reply's echoed value is 4 instead of 3");
	rig_close(&r);
}

static void WR_07_an_exception_is_a_refusal_with_its_name(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 1);
	slave_tell(&r.slave, "mode exception 3 6");
	assert_outcome(harness_write(r.h, 0, value_int(3)), WRITE_REFUSED,
		       "the device answered exception 3 (illegal data value)");
	slave_tell(&r.slave, "mode exception 6 6");
	assert_outcome(harness_write(r.h, 0, value_int(3)), WRITE_REFUSED, "device busy");
	assert_int_equal(slave_stat(&r.slave, "connections "), 1);
	/* "still working on it" and "the target did not answer" are no refusals */
	slave_tell(&r.slave, "mode exception 5 6");
	assert_outcome(harness_write(r.h, 0, value_int(3)), WRITE_UNKNOWN,
		       "still working");
	slave_tell(&r.slave, "mode exception 11 6");
	assert_outcome(harness_write(r.h, 0, value_int(3)), WRITE_UNKNOWN,
		       "gateway target does not respond");
	rig_close(&r);
}

static void WR_29_a_wide_value_is_one_request(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	harness_tag(r.h, 5, 0, &rig_writable, "address", "holding:200:float64", NULL);
	harness_tag(r.h, 6, 0, &rig_writable, "address", "holding:210:int32", NULL);
	rig_with_tags(&r, 1);
	assert_outcome(harness_write(r.h, 5, value_double(1e100)), WRITE_ACCEPTED, "");
	assert_int_equal(slave_stat(&r.slave, "writes "), 1);
	assert_outcome(harness_write(r.h, 6, value_int(-2)), WRITE_ACCEPTED, "");
	assert_int_equal(slave_stat(&r.slave, "writes "), 2);
	assert_int_equal(slave_tell(&r.slave, "get holding 210"), 0xFFFF);
	assert_int_equal(slave_tell(&r.slave, "get holding 211"), 0xFFFE);
	harness_wait_number(r.h, 5, 1e100, 1e90);
	rig_close(&r);
}

static void WR_32_a_pulse_whose_reply_is_lost_is_never_repeated(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	harness_tag(r.h, 5, 0, &rig_writable, "address", "coil:0", NULL);
	rig_with_tags(&r, 1);
	slave_tell(&r.slave, "mode cutfin 3 5");
	assert_outcome(harness_write(r.h, 5, value_bool(true)), WRITE_UNKNOWN,
		       "the connection ended after 3 bytes");
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	harness_watch(r.h, 1500);
	assert_int_equal(slave_stat(&r.slave, "writes "), 1);
	rig_close(&r);
}

/* Thirty blocks of 30 ms each: a command does not wait for the end of the scan. */
static void a_write_goes_before_the_polls(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "10", "500");
	for (uint32_t i = 0; i < 30; i++) {
		char address[40];
		snprintf(address, sizeof(address), "holding:%u", 1000 * (i + 1));
		harness_tag(r.h, i, 0, &rig_writable, "address", address, NULL);
	}
	harness_commit(r.h);
	harness_wait_number(r.h, 29, 30000, 0);
	slave_tell(&r.slave, "mode late 30 3");
	harness_watch(r.h, 100);
	for (int i = 0; i < 3; i++) {
		struct stall_span begun = stall_begin();
		assert_outcome(harness_write(r.h, 0, value_int(i)), WRITE_ACCEPTED, "");
		assert_true(stall_own_ms(&begun) < 400);
	}
	rig_close(&r);
}

static void a_write_after_its_deadline_is_not_sent(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 1);
	assert_outcome(harness_write_within(r.h, 0, value_int(3), -1), WRITE_NOT_SENT,
		       "its deadline passed");
	/* also when the deadline passes while the channel is busy with a silent unit */
	slave_tell(&r.slave, "mode late 150 3 1");
	harness_watch(r.h, 60);
	const struct driver_write_outcome *o =
		harness_write_within(r.h, 0, value_int(3), 10);
	if (o->outcome != WRITE_ACCEPTED) /* the poll had not begun yet */
		assert_outcome(o, WRITE_NOT_SENT, "its deadline passed");
	rig_close(&r);
}

static void one_write_a_device_at_a_time(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 2);
	slave_tell(&r.slave, "mode late 100 6");
	uint64_t first = harness_send_write(r.h, 0, value_int(1), 2000);
	uint64_t second = harness_send_write(r.h, 1, value_int(2), 2000);
	assert_outcome(harness_wait_outcome(r.h, second), WRITE_NOT_SENT,
		       "another command to the same device is not finished yet");
	assert_outcome(harness_wait_outcome(r.h, first), WRITE_ACCEPTED, "");
	assert_outcome(harness_write(r.h, 1, value_int(2)), WRITE_ACCEPTED, "");
	rig_close(&r);
}

static void a_write_of_an_older_configuration_is_not_sent(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 1);
	r.h->generation--;
	assert_outcome(harness_write(r.h, 0, value_int(1)), WRITE_NOT_SENT,
		       "the configuration changed");
	r.h->generation++;
	assert_int_equal(slave_stat(&r.slave, "writes "), 0);
	rig_close(&r);
}

/* --- reading on request --- */

static void WR_08_a_read_comes_fresh_from_the_device(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "3600000", "500");
	rig_with_tags(&r, 1);
	for (int i = 0; i < 20; i++) {
		char line[60];
		snprintf(line, sizeof(line), "set holding 100 %d", 5000 + i);
		slave_tell(&r.slave, line);
		int64_t asked = clock_mono().ns;
		const struct driver_read_result *m = harness_read(r.h, 0);
		assert_int_equal(m->sample.value.u.i, 5000 + i);
		assert_true(m->sample.mono_ns >= asked);
	}
	slave_tell(&r.slave, "mode exception 4");
	const struct driver_read_result *m = harness_read(r.h, 0);
	assert_int_equal(m->sample.quality, QUALITY_MAKE(QUALITY_BAD, REASON_DEVICE));
	assert_has(m->text, "exception 4 (device failure)");
	rig_close(&r);
}

static void a_read_without_a_device_is_unreadable_in_time(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 1);
	slave_tell(&r.slave, "down");
	struct mono begun = clock_mono();
	const struct driver_read_result *m = harness_read(r.h, 0);
	assert_true(mono_ms_between(begun, clock_mono()) < 5000);
	assert_int_equal(m->sample.quality, QUALITY_MAKE(QUALITY_BAD, REASON_COMM));
	assert_has(m->text, "cannot connect to 127.0.0.1");
	rig_close(&r);
}

static void explain_shows_registers_order_scaling_and_quality(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	slave_tell(&r.slave, "set holding 300 26214");
	slave_tell(&r.slave, "set holding 301 16914");
	harness_tag(r.h, 5, 0, NULL, "address", "holding:300:float32:cdab", "scale", "2",
		    "offset", "1", NULL);
	harness_tag(r.h, 6, 0, NULL, "address", "coil:3", NULL);
	rig_with_tags(&r, 1);
	const char *text = harness_explain(r.h, 5);
	assert_has(text, "device     plc1: 127.0.0.1 port ");
	assert_has(text, ", unit 1\n");
	assert_has(text, "address    holding 300-301, read with function 3\n");
	assert_has(text, "raw        0x6666 0x4212\n");
	assert_has(text, "ordered    0x42126666 (order cdab)\n");
	assert_has(text, "type       float32\n");
	assert_has(text, "scaling    raw * 2 + 1\n");
	assert_has(text, "value      74.199");
	assert_has(text, "quality    good\n");
	assert_has(harness_explain(r.h, 6), "raw        1\nvalue      true\n");
	slave_tell(&r.slave, "mode exception 2 3");
	assert_has(harness_explain(r.h, 5),
		   "answer     exception 2 (illegal data address)");
	slave_tell(&r.slave, "down");
	assert_has(harness_explain(r.h, 5), "quality    bad(comm)");
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_are_accepted_and_arrive),
		cmocka_unit_test(
			WR_02_a_write_without_an_answer_is_unknown_and_never_repeated),
		cmocka_unit_test(WR_03_a_write_without_a_connection_is_not_sent),
		cmocka_unit_test(WR_04_a_reset_inside_the_write_is_unknown),
		cmocka_unit_test(WR_05_a_lost_reply_is_settled_by_reading_back),
		cmocka_unit_test(WR_06_a_different_echo_is_unknown),
		cmocka_unit_test(WR_07_an_exception_is_a_refusal_with_its_name),
		cmocka_unit_test(WR_08_a_read_comes_fresh_from_the_device),
		cmocka_unit_test(WR_29_a_wide_value_is_one_request),
		cmocka_unit_test(WR_32_a_pulse_whose_reply_is_lost_is_never_repeated),
		cmocka_unit_test(a_write_goes_before_the_polls),
		cmocka_unit_test(a_write_after_its_deadline_is_not_sent),
		cmocka_unit_test(one_write_a_device_at_a_time),
		cmocka_unit_test(a_write_of_an_older_configuration_is_not_sent),
		cmocka_unit_test(a_read_without_a_device_is_unreadable_in_time),
		cmocka_unit_test(explain_shows_registers_order_scaling_and_quality),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
