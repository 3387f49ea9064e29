/* test_modbus_driver.c - the real sightglass-modbus on descriptor 3, against a slave
 * that misbehaves on command: what it reads, and what it makes of faults. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "integration/modbus_rig.h"
#include "support/stall.h"

/* --- reading --- */

static void values_of_all_areas_arrive(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	harness_tag(r.h, 1, 0, NULL, "address", "holding:5", NULL);
	harness_tag(r.h, 2, 0, NULL, "address", "input:5", NULL);
	harness_tag(r.h, 3, 0, NULL, "address", "coil:3", NULL); /* 3 * 7 >> 2 is odd */
	harness_tag(r.h, 4, 0, NULL, "address", "discrete:3", NULL);
	harness_tag(r.h, 5, 0, NULL, "address", "holding:65535", NULL);
	harness_tag(r.h, 6, 0, NULL, "address", "holding:10", "scale", "0.1", "offset",
		    "-5", NULL);
	harness_tag(r.h, 7, 0, NULL, "address", "holding:5.2", NULL);
	harness_commit(r.h);
	harness_wait_number(r.h, 1, 5, 0);
	harness_wait_number(r.h, 2, 5 ^ 0x5555, 0);
	harness_wait_number(r.h, 3, 1, 0);
	harness_wait_number(r.h, 4, 0, 0);
	harness_wait_number(r.h, 5, 65535, 0);
	harness_wait_number(r.h, 6, -4, 1e-9);
	harness_wait_number(r.h, 7, 1, 0);
	assert_int_equal(r.h->tag[1].s.value.type, VALUE_INT);
	assert_int_equal(r.h->tag[3].s.value.type, VALUE_BOOL);
	assert_int_equal(r.h->tag[6].s.value.type, VALUE_DOUBLE);
	rig_close(&r);
}

static void many_registers_take_few_requests(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "100", "500");
	rig_with_tags(&r, 1000);
	uint64_t scans = r.h->beat.scans;
	long before = slave_stat(&r.slave, "requests ");
	while (r.h->beat.scans < scans + 5)
		harness_pump(r.h, 1000);
	long took = slave_stat(&r.slave, "requests ") - before;
	/* 1000 registers are 8 blocks of 125; beats are half a second apart, and the next
	 * one tells of all the scans that were counted */
	assert_true(took >= 5 * 8 - 8);
	harness_wait_unstuck(r.h);
	assert_true(took <= 8 * (long)(r.h->beat.scans - scans + 5));
	rig_close(&r);
}

static void PLC_20_a_32_bit_value_is_never_torn(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "10", "500");
	harness_tag(r.h, 1, 0, NULL, "address", "holding:9000:uint32", NULL);
	harness_tag(r.h, 2, 0, NULL, "address", "holding:9000:uint64", NULL);
	harness_commit(r.h);
	while (r.h->tag[1].count < 60 || r.h->tag[2].count < 60) {
		harness_wait_news(r.h, 1);
		int64_t v = r.h->tag[1].s.value.u.i, w = r.h->tag[2].s.value.u.i;
		assert_int_equal(v >> 16, v & 0xFFFF);
		assert_int_equal(w >> 32, w & 0xFFFFFFFF);
	}
	rig_close(&r);
}

static void PLC_17_nan_and_infinity_are_bad_values(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	slave_tell(&r.slave, "set input 0 32704"); /* 0x7FC0 0000: NaN */
	slave_tell(&r.slave, "set input 1 0");
	slave_tell(&r.slave, "set input 2 65408"); /* 0xFF80 0000: -infinity */
	slave_tell(&r.slave, "set input 3 0");
	slave_tell(&r.slave, "set input 4 32768"); /* -0 */
	slave_tell(&r.slave, "set input 5 0");
	slave_tell(&r.slave, "set input 6 0"); /* smallest denormal */
	slave_tell(&r.slave, "set input 7 1");
	harness_tag(r.h, 1, 0, NULL, "address", "input:0:float32", NULL);
	harness_tag(r.h, 2, 0, NULL, "address", "input:2:float32", NULL);
	harness_tag(r.h, 3, 0, NULL, "address", "input:4:float32", NULL);
	harness_tag(r.h, 4, 0, NULL, "address", "input:6:float32", NULL);
	harness_commit(r.h);
	harness_wait_quality(r.h, 1, QUALITY_BAD, REASON_SENSOR);
	harness_wait_quality(r.h, 2, QUALITY_BAD, REASON_SENSOR);
	assert_int_equal(r.h->tag[1].s.value.type, VALUE_NONE);
	harness_wait_number(r.h, 3, 0, 0);
	harness_wait_number(r.h, 4, 0, 1e-40);
	slave_tell(&r.slave, "set input 0 16658"); /* 36.6 */
	slave_tell(&r.slave, "set input 1 26214");
	harness_wait_number(r.h, 1, 9.15, 0.01);
	rig_close(&r);
}

static void unchanged_values_come_once_a_second(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "50", "500");
	rig_with_tags(&r, 1);
	uint64_t before = r.h->tag[0].count;
	harness_watch(r.h, 2100);
	assert_in_range(r.h->tag[0].count - before, 1, 4);
	rig_close(&r);
}

static void the_deadband_holds_small_changes_back(void **state)
{
	struct harness_tag_options o = { .deadband = 10 };
	struct rig r;

	(void)state;
	rig_open_with(&r, "20", "500");
	harness_tag(r.h, 0, 0, &o, "address", "holding:100", NULL);
	harness_tag(r.h, 1, 0, NULL, "address", "holding:100", NULL);
	harness_commit(r.h);
	harness_wait_number(r.h, 0, 100, 0);
	uint64_t before = r.h->tag[0].count;
	for (int i = 101; i <= 110; i++) {
		char line[60];
		snprintf(line, sizeof(line), "set holding 100 %d", i);
		slave_tell(&r.slave, line);
		harness_wait_number(r.h, 1, i, 0);
	}
	assert_true(r.h->tag[0].count - before <= 3);
	slave_tell(&r.slave, "set holding 100 500");
	harness_wait_number(r.h, 0, 500, 0);
	rig_close(&r);
}

/* --- faults --- */

static void PLC_01_a_silent_device_is_marked_and_harms_no_other(void **state)
{
	struct rig r;
	char other[64];
	struct peer healthy = slave_start(other);

	(void)state;
	rig_open(&r);
	harness_device(r.h, 1, "plc2", "endpoint", other, "scan_ms", "50", NULL);
	harness_tag(r.h, 50, 1, NULL, "address", "holding:9000", NULL);
	rig_with_tags(&r, 3);
	slave_tell(&r.slave, "mode silent");
	struct stall_span begun = stall_begin();
	harness_wait_quality(r.h, 2, QUALITY_BAD, REASON_COMM);
	assert_true(stall_own_ms(&begun) < 3000);
	assert_true(rig_is_bad(r.h, 0) && rig_is_bad(r.h, 1));
	harness_wait_state_text(r.h, 0, DEVICE_FAILED, "unit 1: no reply within 200 ms");
	long before = slave_stat(&r.slave, "connections ");
	uint64_t samples = r.h->tag[50].count;
	harness_watch(r.h, 2500);
	assert_in_range(slave_stat(&r.slave, "connections ") - before, 1, 5);
	assert_true(r.h->tag[50].count - samples >= 35); /* of 50 scans */
	assert_true(quality_is_good(r.h->tag[50].s.quality));
	slave_tell(&r.slave, "mode normal");
	harness_wait_number(r.h, 2, 102, 0);
	harness_wait_state_text(r.h, 0, DEVICE_CONNECTED, "connected to 127.0.0.1");
	rig_close(&r);
	peer_stop(&healthy);
}

static void PLC_02_a_refused_connection_is_told_once_for_the_device(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 3);
	slave_tell(&r.slave, "down");
	harness_wait_state_text(r.h, 0, DEVICE_FAILED, "Connection refused");
	harness_wait_quality(r.h, 0, QUALITY_BAD, REASON_COMM);
	harness_wait_quality(r.h, 2, QUALITY_BAD, REASON_COMM);
	uint64_t states = r.h->states[0];
	harness_watch(r.h, 1500);
	assert_int_equal(r.h->states[0], states);
	slave_tell(&r.slave, "up");
	harness_wait_number(r.h, 2, 102, 0);
	rig_close(&r);
}

static void PLC_03_exceptions_are_named_and_stay_with_their_block(void **state)
{
	static const struct {
		const char *mode, *text;
	} row[] = {
		{ "mode exception 1 3", "exception 1 (illegal function)" },
		{ "mode exception 2 3", "exception 2 (illegal data address)" },
		{ "mode exception 3 3", "exception 3 (illegal data value)" },
		{ "mode exception 4 3", "exception 4 (device failure)" },
		{ "mode exception 8 3", "exception 8 (memory parity error)" },
		{ "mode exception 10 3", "exception 10 (gateway path unavailable)" },
		{ "mode exception 11 3",
		  "exception 11 (gateway target does not respond)" },
		{ "mode exception 127 3", "exception 127 (unknown exception)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct rig r;

		rig_open(&r);
		harness_tag(r.h, 9, 0, NULL, "address", "input:9000", NULL);
		rig_with_tags(&r, 1);
		slave_tell(&r.slave, row[i].mode);
		harness_wait_quality(r.h, 0, QUALITY_BAD, REASON_DEVICE);
		harness_wait_state_text(r.h, 0, DEVICE_CONNECTED, row[i].text);
		harness_wait_news(r.h, 9);
		assert_true(quality_is_good(r.h->tag[9].s.quality));
		assert_int_equal(slave_stat(&r.slave, "connections "), 1);
		rig_close(&r);
	}
}

static void PLC_03_busy_is_no_failure(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 2);
	for (int code = 5; code <= 6; code++) {
		slave_tell(&r.slave, code == 5 ? "mode exception 5" : "mode exception 6");
		harness_watch(r.h, 400);
		assert_true(quality_is_good(r.h->tag[0].s.quality));
		assert_has(r.h->device[0].text, code == 5 ? "still working" : "busy");
		assert_int_equal(r.h->device[0].state, DEVICE_CONNECTED);
		slave_tell(&r.slave, "mode normal");
		harness_wait_news(r.h, 0);
		assert_true(quality_is_good(r.h->tag[0].s.quality));
	}
	assert_int_equal(slave_stat(&r.slave, "connections "), 1);
	rig_close(&r);
}

static void PLC_03_a_block_is_split_to_find_the_bad_address(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	slave_tell(&r.slave, "mode hole 107");
	for (uint32_t i = 0; i < 20; i++) {
		char address[40];
		snprintf(address, sizeof(address), "holding:%u", 100 + i);
		harness_tag(r.h, i, 0, &rig_writable, "address", address, NULL);
	}
	harness_commit(r.h);
	harness_wait_state_text(r.h, 0, DEVICE_CONNECTED,
				"holding:107 answers exception 2 (illegal data address)");
	for (uint32_t i = 0; i < 20; i++)
		if (i != 7)
			harness_wait_number(r.h, i, 100 + i, 0);
	assert_int_equal(r.h->tag[7].s.quality, QUALITY_MAKE(QUALITY_BAD, REASON_DEVICE));
	/* what was found out is not tried again: a scan takes only the good blocks */
	harness_wait_unstuck(r.h); /* a beat, which counts */
	long before = slave_stat(&r.slave, "requests ");
	uint64_t scans = r.h->beat.scans;
	while (r.h->beat.scans < scans + 40)
		harness_pump(r.h, 1000);
	long took = slave_stat(&r.slave, "requests ") - before;
	harness_wait_unstuck(r.h); /* what was asked is counted by now */
	/* a scan takes at most 6 blocks; two more would be one that is tried again */
	assert_true(took <= 6 * (long)(r.h->beat.scans - scans + 5));
	rig_close(&r);
}

/* Each of these breaks one reply: the device is bad for a moment with the reason, comes
 * back, and no tag ever shows another register's value. */
static void one_broken_reply(struct rig *r, const char *mode, const char *words)
{
	slave_tell(&r->slave, mode);
	harness_wait_state_text(r->h, 0, DEVICE_FAILED, words);
	for (uint32_t i = 0; i < 4; i++)
		harness_wait_quality(r->h, i, QUALITY_BAD, REASON_COMM);
	slave_tell(&r->slave, "mode normal");
	for (uint32_t i = 0; i < 4; i++)
		harness_wait_number(r->h, i, 100 + i, 0);
	harness_wait_state(r->h, 0, DEVICE_CONNECTED);
}

static void broken_replies(const char *const rows[][2], size_t n)
{
	struct rig r;

	rig_open(&r);
	rig_with_tags(&r, 4);
	for (size_t i = 0; i < n; i++)
		one_broken_reply(&r, rows[i][0], rows[i][1]);
	rig_close(&r);
}

#define BROKEN(...)                                                                      \
	do {                                                                             \
		static const char *const rows[][2] = { __VA_ARGS__ };                    \
		broken_replies(rows, sizeof(rows) / sizeof(rows[0]));                    \
	} while (0)

static void PLC_04_cut_replies_mark_the_device_and_pass(void **state)
{
	(void)state;
	BROKEN({ "mode cut 8", "the reply stopped after 8 bytes" },
	       { "mode cutfin 5", "the connection ended after 5 bytes" },
	       { "mode cutrst 0", "the connection ended" });
}

static void PLC_05_a_trickling_device_is_given_up_in_time(void **state)
{
	(void)state;
	BROKEN({ "mode trickle 50", "the reply stopped after" });
}

static void PLC_06_replies_to_another_transaction_are_refused(void **state)
{
	(void)state;
	BROKEN({ "mode tid 1", "the reply's transaction id is" });
}

static void PLC_07_replies_of_another_unit_are_refused(void **state)
{
	(void)state;
	BROKEN({ "mode unit 7", "the reply's unit id is 8 instead of 1" });
}

static void PLC_08_replies_of_another_function_are_refused(void **state)
{
	(void)state;
	BROKEN({ "mode function 4", "the reply's function is 4 instead of 3" },
	       { "mode foreign 2", "the reply's function is 130 instead of 3" });
}

static void PLC_13_byte_counts_that_lie_are_refused(void **state)
{
	(void)state;
	BROKEN({ "mode bytecount 250", "the reply's byte count is 250 instead of 8" },
	       { "mode bytecount 0", "the reply's byte count is 0 instead of 8" });
}

static void PLC_14_headers_that_lie_are_refused(void **state)
{
	(void)state;
	BROKEN({ "mode length 65535", "the reply claims a length of 65535" },
	       { "mode protocol 1", "the reply has protocol id 1 instead of 0" });
}

static void PLC_09_late_replies_never_show_under_another_tag(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "20", "100");
	/* far apart, so that each is a block of its own */
	for (uint32_t i = 0; i < 8; i++) {
		char address[40];
		snprintf(address, sizeof(address), "holding:%u", 1000 * (i + 1));
		harness_tag(r.h, i, 0, NULL, "address", address, NULL);
	}
	harness_commit(r.h);
	struct mono end = mono_add_ms(clock_mono(), 3000);
	for (int round = 0; !mono_reached(clock_mono(), end); round++) {
		slave_tell(&r.slave,
			   round % 2 ? "mode late 130 0 1" : "mode late 103 0 1");
		harness_watch(r.h, 100);
		for (uint32_t i = 0; i < 8; i++)
			if (r.h->tag[i].count && !rig_is_bad(r.h, i))
				assert_int_equal(r.h->tag[i].s.value.u.i, 1000 * (i + 1));
	}
	slave_tell(&r.slave, "mode normal");
	for (uint32_t i = 0; i < 8; i++)
		harness_wait_number(r.h, i, 1000 * (i + 1), 0);
	rig_close(&r);
}

static void PLC_11_doubled_replies_are_told_and_harmless(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	slave_tell(&r.slave, "mode double");
	rig_with_tags(&r, 4);
	harness_wait_state_text(r.h, 0, DEVICE_CONNECTED, "it sent some replies twice");
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(r.h->tag[i].s.value.u.i, 100 + i);
	rig_close(&r);
}

/* One block, so that the device is idle between its polls: then a closed connection is
 * seen before the next request and not in the middle of one. */
static void PLC_27_a_closed_idle_connection_is_renewed_quietly(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "200", "1000");
	harness_tag(r.h, 1, 0, NULL, "address", "holding:9000", NULL); /* always news */
	harness_tag(r.h, 2, 0, NULL, "address", "holding:9004", NULL);
	harness_commit(r.h);
	harness_wait_number(r.h, 2, 9004, 0);
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	uint64_t states = r.h->states[0];
	for (int i = 0; i < 3; i++) {
		slave_tell(&r.slave, "mode closeafter 0 0 1");
		for (int k = 0; k < 3; k++) {
			harness_wait_news(r.h, 1);
			assert_true(quality_is_good(r.h->tag[1].s.quality));
			assert_true(quality_is_good(r.h->tag[2].s.quality));
		}
	}
	assert_int_equal(r.h->states[0], states);
	assert_int_equal(slave_stat(&r.slave, "connections "), 4);
	rig_close(&r);
}

/* Register 9000 holds the number of the request that reads it: the first answer of a
 * connection is only looked at, the second one is shown. */
static void a_new_connection_is_believed_after_a_known_block(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "1000", "500");
	harness_tag(r.h, 1, 0, NULL, "address", "holding:9000", NULL);
	harness_commit(r.h);
	harness_wait_news(r.h, 1);
	assert_int_equal(r.h->tag[1].s.value.u.i, 2);
	slave_tell(&r.slave, "mode tid 1 0 1");
	harness_wait_quality(r.h, 1, QUALITY_BAD, REASON_COMM);
	long failed = slave_stat(&r.slave, "requests ");
	harness_wait_quality(r.h, 1, QUALITY_GOOD, REASON_NONE);
	assert_int_equal(r.h->tag[1].s.value.u.i, failed + 2);
	rig_close(&r);
}

static void units_behind_one_endpoint_share_its_connection(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	harness_device(r.h, 1, "rtu7", "endpoint", r.endpoint, "unit", "7", "scan_ms",
		       "50", NULL);
	harness_tag(r.h, 20, 1, NULL, "address", "holding:7", NULL);
	rig_with_tags(&r, 2);
	harness_wait_number(r.h, 20, 7, 0);
	harness_wait_state_text(r.h, 1, DEVICE_CONNECTED, "unit 7");
	assert_int_equal(slave_stat(&r.slave, "connections "), 1);
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_of_all_areas_arrive),
		cmocka_unit_test(many_registers_take_few_requests),
		cmocka_unit_test(PLC_20_a_32_bit_value_is_never_torn),
		cmocka_unit_test(PLC_17_nan_and_infinity_are_bad_values),
		cmocka_unit_test(unchanged_values_come_once_a_second),
		cmocka_unit_test(the_deadband_holds_small_changes_back),
		cmocka_unit_test(PLC_01_a_silent_device_is_marked_and_harms_no_other),
		cmocka_unit_test(PLC_02_a_refused_connection_is_told_once_for_the_device),
		cmocka_unit_test(PLC_03_exceptions_are_named_and_stay_with_their_block),
		cmocka_unit_test(PLC_03_busy_is_no_failure),
		cmocka_unit_test(PLC_03_a_block_is_split_to_find_the_bad_address),
		cmocka_unit_test(PLC_04_cut_replies_mark_the_device_and_pass),
		cmocka_unit_test(PLC_05_a_trickling_device_is_given_up_in_time),
		cmocka_unit_test(PLC_06_replies_to_another_transaction_are_refused),
		cmocka_unit_test(PLC_07_replies_of_another_unit_are_refused),
		cmocka_unit_test(PLC_08_replies_of_another_function_are_refused),
		cmocka_unit_test(PLC_09_late_replies_never_show_under_another_tag),
		cmocka_unit_test(PLC_11_doubled_replies_are_told_and_harmless),
		cmocka_unit_test(PLC_13_byte_counts_that_lie_are_refused),
		cmocka_unit_test(PLC_14_headers_that_lie_are_refused),
		cmocka_unit_test(PLC_27_a_closed_idle_connection_is_renewed_quietly),
		cmocka_unit_test(a_new_connection_is_believed_after_a_known_block),
		cmocka_unit_test(units_behind_one_endpoint_share_its_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
