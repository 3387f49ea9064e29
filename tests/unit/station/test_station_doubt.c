/* test_station_doubt.c - writes of which something got lost on the way. */
#include "unit/station/rig.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void WR_02_no_answer_is_unknown_and_never_sent_again(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_write_done d;

	r->mute_writes = true;
	r->shows_written = false;
	r->shown = 40;
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.sp", value_double(45)));
	for (int i = 0; i < 24; i++) {
		rig_wait(r, 500);
		rig_beats(r);
	}
	d = rig_settled(r, ivan, 7);
	assert_int_equal(d.outcome, WRITE_UNKNOWN);
	assert_int_equal(d.verdict, VERDICT_MISMATCH);
	assert_int_equal(d.in_doubt, 1);
	assert_has(d.text, "gave no outcome within 5 s");
	assert_has(d.text, "the device shows 40.0 % instead of 45.0 %");
	assert_int_equal(r->n_writes, 1);
	assert_true(r->n_reads > 1);
	assert_int_equal(write_gate_doubt_count(r->st->gate), 1);
	/* what comes after all is kept, and changes nothing */
	rig_outcome(r, d.request, WRITE_ACCEPTED, "");
	assert_int_equal(rig_audits(r, AUDIT_OUTCOME, NULL), 2);
	assert_int_equal(write_gate_doubt_count(r->st->gate), 1);
}

static void WR_05_a_lost_reply_is_settled_by_the_value_itself(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_write_done d;

	r->outcome = WRITE_UNKNOWN;
	r->outcome_text = "no reply";
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.sp", value_double(45)));
	d = rig_settled(r, ivan, 7);
	assert_int_equal(d.outcome, WRITE_UNKNOWN);
	assert_int_equal(d.verdict, VERDICT_MATCH);
	assert_int_equal(d.in_doubt, 0);
	assert_int_equal(write_gate_doubt_count(r->st->gate), 0);
	assert_int_equal(rig_stored_ops(r, TXN_SETTLE), 1);
}

static void WR_05_mqtt_is_unknown_until_the_devices_own_value_follows(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_write_done d;

	r->outcome = WRITE_UNKNOWN;
	r->outcome_text = "published";
	r->mute_reads = true;
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "c.sp", value_double(2)));
	assert_false(rig_done(r, ivan, 7, &d));
	r->now.mono.ns += 200000000;
	rig_number(r, "c.sp", 1.5); /* not there yet */
	assert_false(rig_done(r, ivan, 7, &d));
	rig_number(r, "c.sp", 2);
	d = rig_settled(r, ivan, 7);
	assert_int_equal(d.verdict, VERDICT_MATCH);
	assert_int_equal(d.in_doubt, 0);
}

static void WR_17_a_link_that_is_down_refuses_at_once(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	uint64_t token = rig_token(r, ivan, "a.sp", value_double(45));

	rig_device(r, "plc1", DEVICE_FAILED, "connection refused");
	rig_confirm(r, ivan, 7, token);
	assert_has(rig_reply(r, ivan, 7, NULL),
		   "plc1 is not connected: connection refused");
	assert_has(rig_select_refusal(r, ivan, "a.cmd", value_bool(true)),
		   "plc1 is not connected");
	/* WR-18: when it comes back, nothing is sent */
	rig_device(r, "plc1", DEVICE_CONNECTED, "");
	rig_plant(r);
	for (int i = 0; i < 240; i++) {
		rig_wait(r, 500);
		rig_beats(r);
	}
	assert_int_equal(r->n_writes, 0);
}

static void WR_18_nothing_is_sent_when_a_driver_comes_back(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_write_done d;

	r->mute_writes = true;
	r->shows_written = false;
	r->shown = 40;
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.sp", value_double(45)));
	rig_driver_exits(r, 0, "ended by signal 11");
	for (int i = 0; i < 40; i++) {
		rig_wait(r, 500);
		rig_beats(r);
	}
	d = rig_settled(r, ivan, 7);
	assert_int_equal(d.outcome, WRITE_UNKNOWN);
	assert_has(d.text, "ended by signal 11 while it had the command");
	assert_has(d.text, "the device shows 40.0 %"); /* its successor was asked */
	assert_int_equal(d.in_doubt, 1);
	assert_int_equal(r->n_writes, 1);
	assert_int_equal(r->n_starts, 3);
}

static void WR_19_an_intent_without_outcome_is_unknown_after_a_restart(void **state)
{
	struct rig *r = *state;
	struct store_snapshot snapshot = { .next_request = 18, .next_occurrence = 1 };
	struct stored_write stored[2] = { { 0 } };
	struct write_record record = {
		.tag = "a.sp",
		.area = "a",
		.unit = "%",
		.actor = "ivan",
		.decimals = 1,
		.tolerance = 0.5,
		.old_value = value_double(40),
		.new_value = value_double(45),
	};
	struct audit_record a;
	enum wire_status status;
	uint64_t ivan, oleg;

	rig_release(r);
	for (int i = 0; i < 2; i++) {
		strbuf_init(&stored[i].body, 4096);
		write_record_put(&stored[i].body, &record);
		stored[i].request = 16 + (uint64_t)i;
		stored[i].tag = (char *)(uintptr_t) "a.sp";
	}
	stored[1].outcome = (char *)(uintptr_t) "unknown";
	snapshot.writes = stored;
	snapshot.n_writes = 2;
	rig_init_from(r, rig_station(RIG_SAME), &snapshot);
	assert_int_equal(r->n_writes, 0);
	assert_int_equal(rig_audits(r, AUDIT_OUTCOME, &a), 1);
	assert_string_equal(a.result, "unknown (restart)");
	assert_int_equal(a.request, 16);
	assert_int_equal(rig_stored_ops(r, TXN_OUTCOME), 1);
	/* the device was asked what it has */
	assert_int_equal(r->n_reads, 2);
	assert_int_equal(rig_audits(r, AUDIT_READBACK, &a), 2);
	assert_string_equal(a.result, "mismatch");
	assert_string_equal(a.actor, "system");
	assert_int_equal(write_gate_doubt_count(r->st->gate), 2);
	assert_int_equal(rig_value(r, "system.writes_in_doubt")->value.u.i, 2);
	/* a person settles it, one with the right */
	oleg = rig_open(r, RIG_OLEG);
	rig_request(r, oleg, WIRE_SETTLE, 3, 16, "");
	assert_has(rig_reply(r, oleg, 3, &status), "not in area a");
	ivan = rig_open(r, RIG_IVAN);
	rig_request(r, ivan, WIRE_IN_DOUBT, 4, 0, "");
	assert_int_equal(rig_count(r, ivan, WIRE_ROW), 2);
	rig_request(r, ivan, WIRE_SETTLE, 5, 16, "looked at the pump: it runs at 40 %");
	assert_string_equal(rig_reply(r, ivan, 5, &status), "settled");
	assert_int_equal(status, WIRE_OK);
	assert_int_equal(rig_audits(r, AUDIT_SETTLED, &a), 1);
	assert_has(a.reason, "looked at the pump");
	assert_int_equal(write_gate_doubt_count(r->st->gate), 1);
	rig_request(r, ivan, WIRE_SETTLE, 6, 16, "");
	assert_has(rig_reply(r, ivan, 6, &status), "no write with the number 16");
	for (int i = 0; i < 2; i++)
		strbuf_release(&stored[i].body);
}

static void WR_20_what_is_not_recorded_is_not_sent(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	uint64_t token = rig_token(r, ivan, "a.sp", value_double(45));
	struct wire_write_done d;

	r->fail_commits = true;
	rig_confirm(r, ivan, 7, token);
	d = rig_settled(r, ivan, 7);
	assert_int_equal(d.outcome, WRITE_NOT_SENT);
	assert_has(d.text, "not recorded, not sent: the disk is full");
	assert_int_equal(r->n_writes, 0);
	assert_has(rig_select_refusal(r, ivan, "a.sp", value_double(45)),
		   "the server cannot store records now");
	/* it recovers by itself, and the record of it all comes late */
	r->fail_commits = false;
	rig_wait(r, 1100);
	assert_int_equal(rig_audits(r, AUDIT_GAP, NULL), 1);
	assert_true(r->st->recording);
	assert_int_equal(r->st->n_backlog, 0);
	assert_int_equal(rig_stored_ops(r, TXN_INTENT), 0); /* never stored late */
	assert_true(rig_audits(r, AUDIT_REFUSED, NULL) >= 1);
	assert_int_equal(r->n_writes, 0);
}

static void WR_20_an_intent_stored_too_late_is_not_sent(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);

	r->hold_commits = true;
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.sp", value_double(45)));
	for (int i = 0; i < 5; i++) {
		rig_wait(r, 500);
		rig_beats(r);
	}
	r->hold_commits = false;
	rig_answer_all(r, true);
	assert_int_equal(rig_settled(r, ivan, 7).outcome, WRITE_NOT_SENT);
	assert_has(rig_settled(r, ivan, 7).text, "longer than 2 s");
	assert_int_equal(r->n_writes, 0);
}

static void WR_21_an_outcome_that_is_not_stored_stays_in_doubt(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_write_done d;

	r->hold_commits = true;
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.sp", value_double(45)));
	while (r->n_writes == 0)
		rig_answer(r, true);
	assert_int_equal(r->n_writes, 1);
	assert_int_equal(rig_count(r, ivan, WIRE_WRITE_STEP), 2); /* no outcome yet */
	rig_answer_all(r, false);
	d = rig_settled(r, ivan, 7);
	assert_int_equal(d.in_doubt, 1);
	assert_int_equal(d.outcome, WRITE_UNKNOWN);
	assert_has(d.text, "the outcome could not be recorded (the disk is full)");
	assert_int_equal(write_gate_doubt_count(r->st->gate), 1);
	assert_false(r->st->recording);
	assert_has(rig_select_refusal(r, ivan, "b.sp", value_double(6)), "cannot store");
	rig_request(r, ivan, WIRE_SETTLE, 9, d.request, "");
	assert_has(rig_reply(r, ivan, 9, NULL), "cannot store records");
	r->hold_commits = false;
	rig_answer_all(r, true);
	rig_wait(r, 1100);
	assert_int_equal(rig_stored_ops(r, TXN_OUTCOME), 1); /* late, but there */
	assert_false(rig_outcome_settles(r));                /* and still in doubt */
	rig_request(r, ivan, WIRE_SETTLE, 10, d.request, "");
	assert_string_equal(rig_reply(r, ivan, 10, NULL), "settled");
	assert_int_equal(r->n_writes, 1);
}

/* The store's reserve took over and was merged: the beat, the tags, the record and the
 * alarm tell; writes go on. */
static void ST_02_the_reserve_is_told_and_writes_go_on(void **state)
{
	struct rig *r = *state;
	struct event ev = { .kind = EV_RESERVE };
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_beat beat;
	struct audit_record a;
	const uint8_t *payload;
	size_t len;

	ev.u.reserve.there = ev.u.reserve.in_use = true;
	ev.u.reserve.rows = 12;
	ev.u.reserve.percent = 3;
	snprintf(ev.u.reserve.why, sizeof(ev.u.reserve.why), "the disk is full");
	rig_step(r, &ev);
	assert_true(rig_last(r, ivan, WIRE_BEAT, &payload, &len));
	assert_true(wire_get_beat(payload, len, &beat));
	assert_int_equal(beat.recording, WIRE_RECORDING_RESERVE);
	assert_true(rig_value(r, "system.reserve_in_use")->value.u.b);
	assert_true(rig_value(r, "system.recording")->value.u.b);
	assert_int_equal(rig_value(r, "system.reserve_used_pct")->value.u.i, 3);
	assert_int_equal(rig_audits(r, AUDIT_RESERVE, &a), 1);
	assert_string_equal(a.result, "reserve in use");
	assert_has(a.detail, "the disk is full");
	assert_true(rig_token(r, ivan, "a.sp", value_double(45)) != 0);

	ev.u.reserve.in_use = false;
	ev.u.reserve.rows = ev.u.reserve.percent = 0;
	rig_step(r, &ev);
	assert_true(rig_last(r, ivan, WIRE_BEAT, &payload, &len));
	assert_true(wire_get_beat(payload, len, &beat));
	assert_int_equal(beat.recording, WIRE_RECORDING_YES);
	assert_int_equal(rig_audits(r, AUDIT_RESERVE, &a), 2);
	assert_has(a.detail, "12 rows of the reserve journal were merged");
	assert_false(rig_value(r, "system.reserve_in_use")->value.u.b);

	/* and both gone */
	r->fail_commits = true;
	rig_token(r, ivan, "b.sp", value_double(6));
	assert_true(rig_last(r, ivan, WIRE_BEAT, &payload, &len));
	assert_true(wire_get_beat(payload, len, &beat));
	assert_int_equal(beat.recording, WIRE_RECORDING_NO);
	assert_false(rig_value(r, "system.recording")->value.u.b);
}

static void WR_21_lost_records_are_counted_when_they_do_not_come_back(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct audit_record a;

	r->no_hand_back = true;
	r->fail_commits = true;
	assert_true(rig_token(r, ivan, "a.sp", value_double(45)) != 0);
	r->fail_commits = false;
	rig_wait(r, 1100);
	assert_int_equal(rig_audits(r, AUDIT_GAP, &a), 1);
	assert_has(a.detail, "1 are lost");
}

static void WR_22_a_console_that_dies_frees_its_lease(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), oleg = rig_open(r, RIG_OLEG);
	struct audit_record a;

	assert_true(rig_token(r, ivan, "b.sp", value_double(6)) != 0);
	rig_close(r, ivan);
	assert_int_equal(rig_audits(r, AUDIT_CANCEL, &a), 1);
	assert_has(a.detail, "the session ended");
	assert_int_equal(rig_audits(r, AUDIT_SIGN_OUT, NULL), 1);
	assert_true(rig_token(r, oleg, "b.sp", value_double(7)) != 0);
}

static void WR_22_a_command_whose_operator_is_gone_is_dead(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct audit_record a;

	r->hold_commits = true;
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.sp", value_double(45)));
	rig_close(r, ivan);
	r->hold_commits = false;
	rig_answer_all(r, true);
	assert_int_equal(r->n_writes, 0);
	assert_int_equal(rig_audits(r, AUDIT_OUTCOME, &a), 1);
	assert_string_equal(a.result, "not sent");
	assert_has(a.detail, "session ended first");
	assert_string_equal(a.actor, "ivan");
}

static void WR_03_nothing_handed_over_is_not_sent(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);

	r->sent = DRIVER_SENT_NOTHING;
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.sp", value_double(45)));
	assert_int_equal(rig_settled(r, ivan, 7).outcome, WRITE_NOT_SENT);
	assert_int_equal(rig_settled(r, ivan, 7).in_doubt, 0);
	assert_int_equal(r->n_kills, 0);
}

static void WR_04_a_command_that_went_in_part_is_unknown(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);

	r->sent = DRIVER_SENT_PART;
	r->shown = 40;
	r->shows_written = false;
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.sp", value_double(45)));
	assert_int_equal(r->n_kills, 1);
	for (int i = 0; i < 10; i++) {
		rig_wait(r, 500);
		rig_beats(r);
	}
	assert_int_equal(rig_settled(r, ivan, 7).outcome, WRITE_UNKNOWN);
	assert_int_equal(rig_settled(r, ivan, 7).in_doubt, 1);
}

static void WR_04_garbage_from_a_driver_with_a_command_is_unknown(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct strbuf w = STRBUF_INIT;

	r->mute_writes = true;
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.sp", value_double(45)));
	strbuf_add(&w, "\x08\x00\x00\x00\x08\x00\x00\x00\x01\x02\x03\x04", 12);
	rig_record(r, 0, &w);
	strbuf_release(&w);
	assert_int_equal(r->n_kills, 1);
	r->mute_writes = false;
	for (int i = 0; i < 10; i++) {
		rig_wait(r, 500);
		rig_beats(r);
	}
	assert_int_equal(rig_settled(r, ivan, 7).outcome, WRITE_UNKNOWN);
	assert_has(rig_settled(r, ivan, 7).text, "malformed record");
	assert_int_equal(r->n_writes, 1);
}

static void a_stop_leaves_no_write_without_a_record(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct event ev = { .kind = EV_STOP };
	struct audit_record a;

	r->mute_writes = true;
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.sp", value_double(45)));
	rig_step(r, &ev);
	assert_true(r->stopped);
	assert_int_equal(rig_audits(r, AUDIT_OUTCOME, &a), 1);
	assert_string_equal(a.result, "unknown");
	assert_int_equal(rig_audits(r, AUDIT_STOP, NULL), 1);
	assert_string_equal(rig_goodbye(r, ivan), "the server is stopping");
	assert_true(r->closed[ivan]);
	assert_int_equal(rig_settled(r, ivan, 7).outcome, WRITE_UNKNOWN);
	assert_int_equal(r->n_stops, 2);
}

/* An outcome that waits for a slow store holds the stop up: meanwhile nothing new may
 * begin, for its outcome would have nobody to wait for it. */
static void a_server_that_stops_begins_no_write(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), other = rig_open(r, RIG_IVAN);
	struct event ev = { .kind = EV_STOP };
	enum wire_status status;
	size_t sent;

	r->mute_writes = true;
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.sp", value_double(45)));
	sent = r->n_writes;
	r->hold_commits = true;
	rig_step(r, &ev);
	assert_false(r->stopped);
	rig_select(r, other, 9, "b.sp", value_double(5));
	assert_has(rig_reply(r, other, 9, &status), "the server is stopping");
	assert_int_equal(status, WIRE_REFUSED);
	rig_answer_all(r, true);
	rig_answer_all(r, true);
	rig_answer_all(r, true);
	assert_true(r->stopped);
	assert_int_equal(r->n_writes, sent);
}

/* One driver cannot settle what another one was given. */
static void WR_04_an_outcome_from_another_driver_is_not_believed(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct driver_write_outcome m = { .outcome = WRITE_ACCEPTED, .text = "" };
	struct strbuf w = STRBUF_INIT;

	r->mute_writes = true;
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.sp", value_double(45)));
	m.request = r->writes[r->n_writes - 1].m.request;
	driver_put_write_outcome(&w, &m);
	rig_record(r, 1, &w);
	strbuf_release(&w);
	assert_int_equal(r->n_kills, 1);
	assert_has(r->log.buf, "not its own");
	assert_int_equal(rig_audits(r, AUDIT_OUTCOME, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(WR_02_no_answer_is_unknown_and_never_sent_again),
		RIG_TEST(WR_05_a_lost_reply_is_settled_by_the_value_itself),
		RIG_TEST(WR_05_mqtt_is_unknown_until_the_devices_own_value_follows),
		RIG_TEST(WR_17_a_link_that_is_down_refuses_at_once),
		RIG_TEST(WR_18_nothing_is_sent_when_a_driver_comes_back),
		RIG_TEST(WR_19_an_intent_without_outcome_is_unknown_after_a_restart),
		RIG_TEST(WR_20_what_is_not_recorded_is_not_sent),
		RIG_TEST(WR_20_an_intent_stored_too_late_is_not_sent),
		RIG_TEST(WR_21_an_outcome_that_is_not_stored_stays_in_doubt),
		RIG_TEST(ST_02_the_reserve_is_told_and_writes_go_on),
		RIG_TEST(WR_21_lost_records_are_counted_when_they_do_not_come_back),
		RIG_TEST(WR_22_a_console_that_dies_frees_its_lease),
		RIG_TEST(WR_22_a_command_whose_operator_is_gone_is_dead),
		RIG_TEST(WR_03_nothing_handed_over_is_not_sent),
		RIG_TEST(WR_04_a_command_that_went_in_part_is_unknown),
		RIG_TEST(WR_04_garbage_from_a_driver_with_a_command_is_unknown),
		RIG_TEST(a_stop_leaves_no_write_without_a_record),
		RIG_TEST(a_server_that_stops_begins_no_write),
		RIG_TEST(WR_04_an_outcome_from_another_driver_is_not_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
