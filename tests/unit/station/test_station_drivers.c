/* test_station_drivers.c - life and death of drivers, and what it does to values. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <string.h>

#include "wire/journal.h"

static enum quality_reason reason(const struct rig *r, const char *tag)
{
	return quality_reason(rig_value(r, tag)->quality);
}

static void a_driver_program_serves_all_its_devices(void **state)
{
	struct rig *r = *state;

	assert_int_equal(r->n_starts, 2);
	assert_int_equal(r->st->n_drivers, 2);
	assert_string_equal(r->st->drivers[0].name, "modbus");
	assert_string_equal(r->st->drivers[1].name, "mqtt");
	assert_int_equal(r->credit, CREDIT_WINDOW);
	assert_true(rig_value(r, "system.plc1.connected")->value.u.b);
	assert_true(rig_value(r, "system.bus.connected")->value.u.b);
}

static void PR_02_a_dead_driver_costs_its_own_tags_only(void **state)
{
	struct rig *r = *state;

	rig_driver_exits(r, 0, "ended by signal 9");
	assert_int_equal(reason(r, "a.sp"), REASON_COMM);
	assert_int_equal(reason(r, "b.sp"), REASON_COMM);
	assert_double(rig_value(r, "a.sp")->value.u.d, 40, 0); /* the last, marked */
	assert_int_equal(reason(r, "e.sum"), REASON_OPERAND);
	assert_true(quality_is_good(rig_value(r, "c.sp")->quality));
	assert_false(rig_value(r, "system.plc1.connected")->value.u.b);
	assert_int_equal(rig_value(r, "system.driver_restarts")->value.u.i, 0);
	rig_wait(r, 600); /* back-off 0.5 s */
	assert_int_equal(r->n_starts, 3);
	assert_true(rig_value(r, "system.plc1.connected")->value.u.b);
	rig_beats(r);
	rig_wait(r, 600);
	assert_int_equal(rig_value(r, "system.driver_restarts")->value.u.i, 1);
	rig_plant(r);
	assert_true(quality_is_good(rig_value(r, "a.sp")->quality));
}

static void a_driver_that_dies_again_and_again_waits_longer(void **state)
{
	struct rig *r = *state;
	static const int64_t waits[] = { 500, 1000, 2000, 4000, 8000, 10000, 10000 };

	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		size_t before = r->n_starts;

		rig_driver_exits(r, 1, "ended with status 1");
		for (int64_t t = 0; t < waits[i] - 100; t += 100) {
			rig_wait(r, 100);
			rig_beats(r);
		}
		assert_int_equal(r->n_starts, before);
		rig_wait(r, 150);
		assert_int_equal(r->n_starts, before + 1);
	}
}

static void a_driver_without_a_beat_for_two_seconds_is_killed(void **state)
{
	struct rig *r = *state;

	rig_wait(r, 1900);
	assert_int_equal(r->n_kills, 0);
	rig_wait(r, 200);
	assert_int_equal(r->n_kills, 2);
	assert_int_equal(reason(r, "a.sp"), REASON_COMM);
	assert_has(r->log.buf, "gave no sign of life for 2 s");
}

static void PR_15_a_server_that_stood_still_hears_its_drivers_first(void **state)
{
	struct rig *r = *state;
	struct event ev = { .kind = EV_TIME };

	r->now.mono = mono_add_ms(r->now.mono, 5000); /* in one step */
	rig_step(r, &ev);
	assert_int_equal(r->n_kills, 0);
	rig_beats(r); /* what waited in the sockets */
	rig_wait(r, 1900);
	assert_int_equal(r->n_kills, 0);
	rig_beats(r);
	r->now.mono = mono_add_ms(r->now.mono, 5000);
	rig_step(r, &ev); /* and once more */
	assert_int_equal(r->n_kills, 0);
	r->now.mono = mono_add_ms(r->now.mono, 1000); /* but they had nothing to say */
	rig_step(r, &ev);
	assert_int_equal(r->n_kills, 2);
	assert_int_equal(reason(r, "a.sp"), REASON_COMM);
}

/* Whatever part of the limit it was. */
static void PR_15_a_server_that_stood_still_for_a_moment_hears_its_drivers(void **state)
{
	struct rig *r = *state;
	struct event ev = { .kind = EV_TIME };

	for (int64_t ms = 1500; ms < 2600; ms += 50) {
		rig_beats(r);
		r->now.mono = mono_add_ms(r->now.mono, ms);
		rig_step(r, &ev);
		assert_int_equal(r->n_kills, 0);
	}
}

static void a_driver_with_a_channel_that_hangs_is_killed(void **state)
{
	struct rig *r = *state;
	struct driver_beat m = { .generation = r->generation[0],
				 .stuck_ms = DRIVER_BEAT_LIMIT_MS + 1 };
	struct strbuf w = STRBUF_INIT;

	driver_put_beat(&w, &m);
	for (int i = 0; i < 5; i++) {
		rig_wait(r, 420);
		rig_record(r, 0,
			   &w); /* it beats, but one of its channels does not move */
	}
	strbuf_release(&w);
	assert_true(r->n_kills > 0);
	assert_int_equal(reason(r, "a.sp"), REASON_COMM);
}

static void a_record_of_an_older_generation_is_only_late(void **state)
{
	struct rig *r = *state;

	r->generation[0]--;
	rig_number(r, "a.sp", 99);
	r->generation[0]++;
	assert_double(rig_value(r, "a.sp")->value.u.d, 40, 0);
	assert_int_equal(r->n_kills, 0);
}

static void a_driver_that_speaks_of_foreign_tags_is_killed(void **state)
{
	struct rig *r = *state;
	struct driver_sample s = { .tag = rig_tag(r, "a.sp"),
				   .value = value_double(99),
				   .mono_ns = r->now.mono.ns };
	struct strbuf w = STRBUF_INIT;

	driver_put_samples(&w, r->generation[1], &s, 1);
	rig_record(r, 1, &w); /* mqtt about a Modbus tag */
	strbuf_release(&w);
	assert_int_equal(r->n_kills, 1);
	assert_double(rig_value(r, "a.sp")->value.u.d, 40, 0);
	assert_true(quality_is_good(rig_value(r, "a.sp")->quality));
	assert_has(r->log.buf, "not its own");
}

static void credit_is_granted_again_before_it_is_used_up(void **state)
{
	struct rig *r = *state;
	struct driver_sample v[1000];
	struct strbuf w = STRBUF_INIT;

	for (int i = 0; i < 1000; i++)
		v[i] = (struct driver_sample){ .tag = rig_tag(r, "a.level"),
					       .value = value_double(i),
					       .mono_ns = r->now.mono.ns };
	r->credit = 0;
	for (int i = 0; i < 8; i++) {
		strbuf_clear(&w);
		driver_put_samples(&w, r->generation[0], v, 1000);
		rig_record(r, 0, &w);
	}
	assert_int_equal(r->credit, 0);
	rig_record(r, 0, &w);
	/* with the nine of rig_plant() for plc1 and plc2 */
	assert_true(r->credit >= 9000 && r->credit < 9020);
	strbuf_release(&w);
}

static void what_a_driver_refuses_is_bad_config_and_said(void **state)
{
	struct rig *r = *state;
	struct driver_config_result m = { .generation = r->generation[0],
					  .item_kind = 1,
					  .id = rig_tag(r, "a.sp") };
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct strbuf w = STRBUF_INIT;
	struct wire_row row;
	const uint8_t *payload;
	size_t len;

	snprintf(m.text, sizeof(m.text), "address holding:99999 is beyond 65535");
	driver_put_config_result(&w, &m);
	rig_record(r, 0, &w);
	strbuf_release(&w);
	assert_int_equal(reason(r, "a.sp"), REASON_CONFIG);
	rig_device(r, "plc1", DEVICE_FAILED, "gone");
	assert_int_equal(reason(r, "a.sp"), REASON_CONFIG); /* the better reason stays */
	rig_device(r, "plc1", DEVICE_CONNECTED, "");
	rig_request(r, ivan, WIRE_EXPLAIN, 4, 0, "a.sp");
	assert_true(rig_last(r, ivan, WIRE_ROW, &payload, &len));
	assert_true(wire_get_row(payload, len, &row));
	assert_has(row.field[0], "refused it: address holding:99999 is beyond 65535");
	wire_row_release(&row);
}

static void a_value_of_the_wrong_type_is_bad_format(void **state)
{
	struct rig *r = *state;

	rig_sample(r, "a.sp", value_int(41), 0); /* exactly a double */
	assert_double(rig_value(r, "a.sp")->value.u.d, 41, 0);
	rig_sample(r, "a.sp", value_string("41"), 0);
	assert_int_equal(reason(r, "a.sp"), REASON_FORMAT);
}

static void a_value_grows_stale_after_three_seconds_or_three_scans(void **state)
{
	struct rig *r = *state;

	for (int i = 0; i < 5; i++) {
		rig_wait(r, 500);
		rig_beats(r);
	}
	assert_true(quality_is_good(rig_value(r, "a.sp")->quality));
	rig_wait(r, 600);
	assert_int_equal(reason(r, "a.sp"), REASON_STALE);
}

static void late_scans_and_overwritten_samples_are_counted(void **state)
{
	struct rig *r = *state;
	struct driver_beat m = { .generation = r->generation[0],
				 .late_scans = 7,
				 .overwritten = 3 };
	struct strbuf w = STRBUF_INIT;

	driver_put_beat(&w, &m);
	rig_record(r, 0, &w);
	strbuf_release(&w);
	rig_wait(r, 600);
	assert_int_equal(rig_value(r, "system.scan_late")->value.u.i, 7);
	assert_int_equal(rig_value(r, "system.plc1.scan_late")->value.u.i, 7);
	assert_int_equal(rig_value(r, "system.samples_overwritten")->value.u.i, 3);
	rig_driver_exits(r, 0, "ended"); /* a new process counts from 0, we do not */
	rig_wait(r, 1100);
	assert_int_equal(rig_value(r, "system.scan_late")->value.u.i, 7);
}

static void a_measured_system_tag_is_a_tag(void **state)
{
	struct rig *r = *state;
	struct event ev = { .kind = EV_SYSTEM };

	ev.u.system.tag = SYSTEM_DISK_FREE_MB;
	ev.u.system.value = value_int(1234);
	rig_step(r, &ev);
	assert_int_equal(rig_value(r, "system.disk_free_mb")->value.u.i, 1234);
	assert_true(quality_is_good(rig_value(r, "system.disk_free_mb")->quality));
}

static void a_clock_step_is_recorded_and_harms_no_timer(void **state)
{
	struct rig *r = *state;
	struct event ev = { .kind = EV_CLOCK_STEP };
	struct audit_record a;

	r->now.wall.ms -= 3600000;
	ev.u.clock.step_ms = -3600000;
	rig_step(r, &ev);
	assert_int_equal(rig_audits(r, AUDIT_CLOCK, &a), 1);
	assert_has(a.detail, "by -3600000 ms, not synchronised");
	rig_number(r, "a.sp", 44); /* its source time is older than the last one's */
	assert_double(rig_value(r, "a.sp")->value.u.d, 44, 0);
}

static void get_status_tags_and_explain_answer(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_tag_state m;
	const uint8_t *payload;
	size_t len;

	rig_number(r, "a.level", 5.2);
	rig_sample(r, "a.level", (struct value){ 0 },
		   QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR));
	rig_request(r, ivan, WIRE_GET, 1, 0, "a.level");
	assert_true(rig_last(r, ivan, WIRE_TAG_STATE, &payload, &len));
	assert_true(wire_get_tag_state(payload, len, &m));
	assert_int_equal(quality_class(m.now.quality), QUALITY_BAD);
	assert_int_equal(m.has_last_good, 1);
	assert_double(m.last_good.u.d, 5.2, 0);
	assert_int_equal(m.info.n_limits, 1);
	assert_double(m.info.limits[0].value, 5.5, 0);
	assert_int_equal(m.info.limits[0].high, 1);
	rig_request(r, ivan, WIRE_GET, 2, 0, "a.levle");
	assert_has(rig_reply(r, ivan, 2, NULL), "did you mean \"a.level\"?");
	rig_request(r, ivan, WIRE_TAGS, 3, 0, "a.");
	assert_string_equal(rig_reply(r, ivan, 3, NULL), "7 tags");
	rig_request(r, ivan, WIRE_STATUS, 4, 0, "");
	assert_true(rig_count(r, ivan, WIRE_ROW) > 15);
	rig_forget(r, ivan);
	rig_request(r, ivan, WIRE_EXPLAIN, 5, 0, "a.sp");
	assert_int_equal(rig_count(r, ivan, WIRE_ROW), 3); /* two of the driver's */
	rig_forget(r, ivan);
	rig_request(r, ivan, WIRE_EXPLAIN, 6, 0, "e.twice");
	assert_int_equal(rig_count(r, ivan, WIRE_ROW), 3); /* text, operands, decision */
	r->mute_drivers = true;
	rig_request(r, ivan, WIRE_EXPLAIN, 7, 0, "a.sp");
	assert_string_equal(rig_reply(r, ivan, 7, NULL), "");
	rig_forget(r, ivan);
	for (int i = 0; i < 7; i++) {
		rig_wait(r, 500);
		rig_beats(r);
	}
	assert_int_equal(rig_count(r, ivan, WIRE_ROW), 2); /* it gave no answer */
}

static void put_question(struct rig *r, uint64_t session, const struct wire_journal *m)
{
	struct strbuf w = STRBUF_INIT;

	wire_put_journal(&w, m);
	rig_frame(r, session, &w);
	strbuf_release(&w);
}

static void questions_to_the_journal_are_asked_of_the_shell(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct event ev = { .kind = EV_ANSWER };
	struct strbuf frames = STRBUF_INIT;
	struct wire_journal m = { .req = 5, .count = 10 }, seen;

	snprintf(m.text, sizeof(m.text), "pump");
	put_question(r, ivan, &m);
	assert_int_equal(r->n_searches, 1);
	assert_true(
		wire_get_journal((const uint8_t *)r->search.buf, r->search.len, &seen));
	assert_string_equal(seen.text, "pump");
	assert_int_equal(seen.req, 5);
	/* two may wait, the third is refused, and one answered makes room */
	m.req = 6;
	put_question(r, ivan, &m);
	m.req = 7;
	put_question(r, ivan, &m);
	assert_int_equal(r->n_searches, 2);
	assert_has(rig_reply(r, ivan, 7, NULL), "still busy with earlier lists");
	wire_put_reply(&frames, 5, WIRE_OK, "10 rows");
	ev.u.answer.session = ivan;
	ev.u.answer.frames = &frames;
	rig_step(r, &ev);
	assert_string_equal(rig_reply(r, ivan, 5, NULL), "10 rows");
	m.req = 8;
	put_question(r, ivan, &m);
	assert_int_equal(r->n_searches, 3);
	assert_false(r->closed[ivan]);
	m.count = 0; /* no page at all: nobody of ours asks so */
	put_question(r, ivan, &m);
	assert_true(r->closed[ivan]);
	strbuf_release(&frames);
}

static void audit_and_backup_are_asked_of_the_shell(void **state)
{
	struct rig *r = *state;
	uint64_t eng = rig_open(r, RIG_ENG);
	struct event ev = { .kind = EV_ANSWER };
	struct strbuf frames = STRBUF_INIT;

	rig_request(r, eng, WIRE_AUDIT, 1, 0, "");
	assert_int_equal(r->n_audit_lists, 1);
	rig_request(r, eng, WIRE_BACKUP, 2, 0, "relative");
	assert_has(rig_reply(r, eng, 2, NULL), "must begin with \"/\"");
	rig_request(r, eng, WIRE_BACKUP, 3, 0, "/tmp/copy.db");
	assert_int_equal(r->n_backups, 1);
	assert_int_equal(rig_audits(r, AUDIT_BACKUP, NULL), 1);
	wire_put_reply(&frames, 3, WIRE_OK, "done");
	ev.u.answer.session = eng;
	ev.u.answer.frames = &frames;
	rig_step(r, &ev);
	assert_string_equal(rig_reply(r, eng, 3, NULL), "done");
	ev.u.answer.session = 999; /* went away meanwhile */
	rig_step(r, &ev);
	strbuf_release(&frames);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(a_driver_program_serves_all_its_devices),
		RIG_TEST(PR_02_a_dead_driver_costs_its_own_tags_only),
		RIG_TEST(a_driver_that_dies_again_and_again_waits_longer),
		RIG_TEST(a_driver_without_a_beat_for_two_seconds_is_killed),
		RIG_TEST(PR_15_a_server_that_stood_still_hears_its_drivers_first),
		RIG_TEST(PR_15_a_server_that_stood_still_for_a_moment_hears_its_drivers),
		RIG_TEST(a_driver_with_a_channel_that_hangs_is_killed),
		RIG_TEST(a_record_of_an_older_generation_is_only_late),
		RIG_TEST(a_driver_that_speaks_of_foreign_tags_is_killed),
		RIG_TEST(credit_is_granted_again_before_it_is_used_up),
		RIG_TEST(what_a_driver_refuses_is_bad_config_and_said),
		RIG_TEST(a_value_of_the_wrong_type_is_bad_format),
		RIG_TEST(a_value_grows_stale_after_three_seconds_or_three_scans),
		RIG_TEST(late_scans_and_overwritten_samples_are_counted),
		RIG_TEST(a_measured_system_tag_is_a_tag),
		RIG_TEST(a_clock_step_is_recorded_and_harms_no_timer),
		RIG_TEST(get_status_tags_and_explain_answer),
		RIG_TEST(questions_to_the_journal_are_asked_of_the_shell),
		RIG_TEST(audit_and_backup_are_asked_of_the_shell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
