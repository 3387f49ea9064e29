/* test_station_alarms.c - alarms between process, store and consoles. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Acknowledges what the session was shown got.record. */
static const char *ack(struct rig *r, uint64_t session, uint32_t req,
		       const struct wire_alarm_row *row)
{
	rig_ack(r, session, req, row->name, row->occurrence, row->epoch, row->version);
	return rig_reply(r, session, req, NULL);
}

static void AM_01_a_transition_shows_at_once_and_is_stored_with_the_step(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN), vera = rig_watch(r, RIG_VERA);
	struct wire_alarm_row row;
	struct wire_alarm_sync sync;

	r->hold_commits = true;
	rig_number(r, "a.level", 5.5);
	row = rig_row(r, ivan, "a.level.high");
	assert_int_equal(row.state, ALARM_S_UNACK);
	assert_double(row.value, 5.5, 0);
	assert_double(row.limit, 5.5, 0);
	assert_string_equal(row.unit, "m");
	assert_int_equal(rig_row(r, vera, "a.level.high").state, ALARM_S_UNACK);
	assert_int_equal(r->n_held, 1);
	assert_false(r->held[0]->urgent);
	rig_answer_all(r, true);
	assert_int_equal(rig_stored_ops(r, TXN_ALARM), 1);
	assert_int_equal(rig_stored_ops(r, TXN_JOURNAL), 1);
	rig_wait(r, 10100); /* the hash comes each 10 s */
	assert_true(rig_sync(r, ivan, &sync));
	assert_true(sync.hash == alarm_engine_hash(r->st->alarms));
	assert_true(sync.epoch == row.epoch);
}

static void AM_02_an_expression_alarm_sees_only_settled_values(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN);

	rig_number(r, "a.level", 5.49); /* e.sum 10.98, e.twice 11.98 */
	assert_false(rig_alarm_row(r, ivan, "e.high", &(struct wire_alarm_row){ 0 }));
	rig_number(r, "a.level", 5.52);
	assert_double(rig_value(r, "e.sum")->value.u.d, 11.04, 1e-9);
	assert_double(rig_value(r, "e.twice")->value.u.d, 12.04, 1e-9);
	assert_int_equal(rig_row(r, ivan, "e.high").state, ALARM_S_UNACK);
	rig_sample(r, "a.level", (struct value){ 0 },
		   QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR));
	assert_int_equal(quality_class(rig_value(r, "e.twice")->quality), QUALITY_BAD);
	assert_int_equal(rig_row(r, ivan, "e.high").source_bad, 1);
}

static void AL_03_the_second_acknowledger_is_told_who_was_first(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN), other = rig_watch(r, RIG_IVAN);
	struct wire_alarm_row row;

	rig_number(r, "a.level", 6);
	row = rig_row(r, ivan, "a.level.high");
	r->hold_commits = true;
	assert_string_equal(ack(r, ivan, 5, &row), ""); /* being recorded */
	row = rig_row(r, other, "a.level.high");
	assert_int_equal(rig_row(r, ivan, "a.level.high").recording, 1);
	assert_int_equal(rig_row(r, other, "a.level.high").state, ALARM_S_UNACK);
	assert_has(ack(r, other, 6, &row), "ivan acknowledges it just now");
	r->hold_commits = false;
	rig_answer_all(r, true);
	assert_string_equal(rig_reply(r, ivan, 5, NULL), "acknowledged");
	assert_int_equal(rig_row(r, other, "a.level.high").state, ALARM_S_ACKED);
	assert_int_equal(rig_row(r, other, "a.level.high").recording, 0);
	assert_string_equal(rig_row(r, other, "a.level.high").acked_by, "ivan");
	assert_has(ack(r, other, 7, &row), "ivan has acknowledged it already, at ");
	assert_int_equal(rig_audits(r, AUDIT_ACK, NULL), 1);
}

static void AL_04_what_was_drawn_is_acknowledged_and_the_newer_one_stays(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN);
	struct wire_alarm_row drawn;
	struct audit_record a;

	rig_number(r, "a.level", 6);
	drawn = rig_row(r, ivan, "a.level.high");
	rig_number(r, "a.level", 2);
	rig_number(r, "a.level", 6);
	assert_has(ack(r, ivan, 5, &drawn), "it came again since and stays");
	assert_int_equal(rig_row(r, ivan, "a.level.high").state, ALARM_S_UNACK);
	assert_true(rig_row(r, ivan, "a.level.high").occurrence > drawn.occurrence);
	assert_int_equal(rig_audits(r, AUDIT_ACK, &a), 1);
	assert_has(a.result, "came again since");
}

static void AL_05_what_came_after_the_list_was_drawn_is_not_acknowledged(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN);
	struct wire_alarm_sync drawn;
	struct wire_alarm_row row;

	assert_true(rig_sync(r, ivan, &drawn)); /* an empty list */
	rig_number(r, "a.level", 6);
	row = rig_row(r, ivan, "a.level.high");
	rig_ack(r, ivan, 5, "a.level.high", row.occurrence, drawn.epoch, drawn.version);
	assert_has(rig_reply(r, ivan, 5, NULL), "it came after the list that was drawn");
	rig_ack(r, ivan, 6, "a.level.high", row.occurrence, row.epoch + 1, row.version);
	assert_has(rig_reply(r, ivan, 6, NULL), "sent anew since it was drawn");
	rig_ack(r, ivan, 7, "a.level.high", row.occurrence, row.epoch, row.version + 9);
	assert_has(rig_reply(r, ivan, 7, NULL), "no such version");
	rig_ack(r, ivan, 8, "a.level.high", row.occurrence + 9, row.epoch, row.version);
	assert_has(rig_reply(r, ivan, 8, NULL), "no such occurrence");
	rig_ack(r, ivan, 9, "a.nothing", row.occurrence, row.epoch, row.version);
	assert_has(rig_reply(r, ivan, 9, NULL), "no alarm named a.nothing");
	assert_int_equal(rig_audits(r, AUDIT_ACK, NULL), 0);
	assert_string_equal(ack(r, ivan, 10, &row), "acknowledged");
}

static void AL_05_a_snapshot_of_an_older_alarm_can_be_acknowledged(void **state)
{
	struct rig *r = *state;
	struct wire_alarm_sync sync;
	struct wire_alarm_row row;
	uint64_t ivan;

	rig_number(r, "a.level", 6);
	ivan = rig_watch(r, RIG_IVAN);
	row = rig_row(r, ivan, "a.level.high");
	assert_true(rig_sync(r, ivan, &sync));
	assert_true(sync.version >= row.version);
	rig_ack(r, ivan, 5, row.name, row.occurrence, sync.epoch, sync.version);
	assert_string_equal(rig_reply(r, ivan, 5, NULL), "acknowledged");
}

static void AL_06_alarms_survive_a_restart(void **state)
{
	struct rig *r = *state;
	struct store_snapshot snapshot = { .next_request = 1, .next_occurrence = 9 };
	struct stored_alarm stored[2] = { { 0 } };
	struct alarm_record record = { .state = ALARM_S_ACKED,
				       .occurrence = 7,
				       .raised = { 1 },
				       .changed = { 2 },
				       .acked = { 2 },
				       .acked_by = "ivan",
				       .value = 6 };
	struct wire_alarm_row row;
	uint64_t ivan;

	rig_release(r);
	for (int i = 0; i < 2; i++) {
		stored[i].record = (struct strbuf)STRBUF_INIT;
		alarm_record_put(&stored[i].record, &record);
	}
	stored[0].name = (char *)(uintptr_t) "a.level.high";
	stored[1].name = (char *)(uintptr_t) "old.alarm";
	snapshot.alarms = stored;
	snapshot.n_alarms = 2;
	rig_init_from(r, rig_station(RIG_SAME), &snapshot);
	ivan = rig_watch(r, RIG_IVAN);
	row = rig_row(r, ivan, "a.level.high");
	assert_int_equal(row.state, ALARM_S_ACKED);
	assert_int_equal(row.occurrence, 7);
	assert_string_equal(row.acked_by, "ivan");
	/* one that is no longer configured is closed with a record */
	assert_int_equal(rig_stored_ops(r, TXN_ALARM_GONE), 1);
	assert_int_equal(rig_audits(r, AUDIT_RELOAD, NULL), 1);
	rig_number(r, "a.level", 6); /* still there: nothing new */
	assert_int_equal(rig_row(r, ivan, "a.level.high").state, ALARM_S_ACKED);
	rig_number(r, "a.level", 2);
	assert_int_equal(rig_row(r, ivan, "a.level.high").state, ALARM_S_NORMAL);
	rig_number(r, "a.level", 6);
	assert_true(rig_row(r, ivan, "a.level.high").occurrence >= 9); /* never again */
	for (int i = 0; i < 2; i++)
		strbuf_release(&stored[i].record);
}

static void AL_09_a_lost_source_neither_clears_nor_raises(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN);
	struct wire_alarm_row row;

	rig_number(r, "a.level", 6);
	rig_device(r, "plc1", DEVICE_FAILED, "no route to host");
	row = rig_row(r, ivan, "a.level.high");
	assert_int_equal(row.state, ALARM_S_UNACK);
	assert_int_equal(row.source_bad, 1);
	/* one communication alarm for the device, at once */
	row = rig_row(r, ivan, "system.plc1.comm");
	assert_int_equal(row.state, ALARM_S_UNACK);
	rig_device(r, "plc1", DEVICE_CONNECTED, "");
	rig_number(r, "a.level", 6);
	assert_int_equal(rig_row(r, ivan, "a.level.high").source_bad, 0);
	assert_int_equal(rig_row(r, ivan, "system.plc1.comm").state, ALARM_S_RTNUN);
}

static void AL_11_an_acknowledgement_that_is_not_stored_did_not_happen(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN), vera = rig_watch(r, RIG_VERA);
	struct wire_alarm_row row;
	enum wire_status status;

	rig_number(r, "a.level", 6);
	row = rig_row(r, ivan, "a.level.high");
	r->fail_commits = true;
	assert_has(ack(r, ivan, 5, &row),
		   "not recorded, it stays unacknowledged: the disk is full");
	rig_reply(r, ivan, 5, &status);
	assert_int_equal(status, WIRE_FAILED);
	assert_int_equal(rig_row(r, vera, "a.level.high").state, ALARM_S_UNACK);
	assert_int_equal(rig_row(r, vera, "a.level.high").recording, 0);
	row = rig_row(r, ivan, "a.level.high");
	assert_has(ack(r, ivan, 6, &row), "cannot store records now");
	r->fail_commits = false;
	rig_wait(r, 1100);
	row = rig_row(r, ivan, "a.level.high");
	assert_string_equal(ack(r, ivan, 7, &row), "acknowledged");
}

static void AL_11_the_process_going_on_does_not_undo_it(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN);
	struct wire_alarm_row row;
	struct alarm_stored got;
	const struct txn *t;

	rig_number(r, "a.level", 6);
	row = rig_row(r, ivan, "a.level.high");
	r->hold_commits = true;
	ack(r, ivan, 5, &row);
	rig_number(r, "a.level", 2); /* it returns before the record is stored */
	assert_int_equal(r->n_held, 2);
	rig_answer(r, true);
	assert_string_equal(rig_reply(r, ivan, 5, NULL), ""); /* not yet safe */
	assert_int_equal(rig_row(r, ivan, "a.level.high").state, ALARM_S_RTNUN);
	rig_answer(r, true);
	assert_int_equal(r->n_held, 1);
	rig_answer(r, true);
	assert_string_equal(rig_reply(r, ivan, 5, NULL), "acknowledged");
	assert_int_equal(rig_row(r, ivan, "a.level.high").state, ALARM_S_NORMAL);
	t = r->stored[r->n_stored - 1];
	assert_true(alarm_record_get(t->ops[0].body.buf, t->ops[0].body.len, &got));
	assert_int_equal(got.record.state, ALARM_S_NORMAL);
	assert_string_equal(got.record.acked_by, "ivan");
}

static void AL_11_a_raise_stored_late_does_not_hide_what_came_after(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN);
	struct alarm_stored got;
	struct wire_alarm_row row;

	r->hold_commits = true;
	rig_number(r, "a.level", 6);
	rig_number(r, "a.level", 2);
	rig_answer(r, false); /* the raise fails, the return is stored */
	rig_answer(r, true);
	assert_int_equal(r->n_held, 1); /* the raise again, with the newest state */
	assert_true(alarm_record_get(r->held[0]->ops[0].body.buf,
				     r->held[0]->ops[0].body.len, &got));
	assert_int_equal(got.record.state, ALARM_S_RTNUN);
	rig_answer_all(r, true);
	row = rig_row(r, ivan, "a.level.high");
	assert_int_equal(row.state, ALARM_S_RTNUN);
}

static void AL_15_right_and_area_are_asked_and_the_refusal_recorded(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_watch(r, RIG_VERA), oleg = rig_watch(r, RIG_OLEG);
	struct wire_alarm_row row;
	struct audit_record a;

	rig_number(r, "a.level", 6);
	row = rig_row(r, vera, "a.level.high");
	assert_has(ack(r, vera, 5, &row), "vera has no right \"acknowledge\"");
	row = rig_row(r, oleg, "a.level.high");
	assert_has(ack(r, oleg, 6, &row), "but not in area a");
	assert_int_equal(rig_audits(r, AUDIT_REFUSED, &a), 2);
	assert_string_equal(a.actor, "oleg");
	assert_string_equal(a.subject, "a.level.high");
	assert_int_equal(rig_row(r, vera, "a.level.high").state, ALARM_S_UNACK);
}

static void the_list_must_be_open_to_acknowledge(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);

	rig_number(r, "a.level", 6);
	rig_ack(r, ivan, 5, "a.level.high", 1, 0, 0);
	assert_has(rig_reply(r, ivan, 5, NULL), "look at the alarm list first");
}

static void marks_beside_a_value_follow_its_alarms(void **state)
{
	struct rig *r = *state;
	struct wire_value v;

	station_wire_value(r->st, rig_tag(r, "a.level"), &v);
	assert_int_equal(v.alarm_priority, 0);
	rig_number(r, "a.level", 6);
	station_wire_value(r->st, rig_tag(r, "a.level"), &v);
	assert_int_equal(v.alarm_priority, ALARM_HIGH);
	assert_int_equal(v.alarm_unacked, 1);
}

static void a_value_inside_the_quiet_band_judges_nothing(void **state)
{
	struct rig *r = *state;
	uint32_t level = rig_tag(r, "a.level"), twice = rig_tag(r, "e.twice");

	rig_number(r, "a.level", 3);
	assert_true(tag_db_in_band(r->st->db, level));
	assert_false(tag_db_in_band(r->st->db, twice)); /* an expression reads it */
	rig_number(r, "a.level", 5.5);
	assert_true(tag_db_in_band(r->st->db, level)); /* another one: 5.4 and up */
	rig_number(r, "a.level", 5.3);
	assert_int_equal(rig_stored_ops(r, TXN_JOURNAL), 2);
	/* after bad quality the next good value is judged wherever it lies */
	rig_sample(r, "a.level", (struct value){ 0 },
		   QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR));
	assert_false(tag_db_in_band(r->st->db, level));
}

static int setup_types(void **state)
{
	static const struct store_snapshot empty;
	struct rig *r = calloc(1, sizeof(*r));

	rig_init_from(r, rig_station(RIG_TYPES), &empty);
	*state = r;
	return 0;
}

static void AM_08_a_limit_that_is_a_tag_moves_its_alarm(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN);
	struct wire_alarm_row row;

	rig_number(r, "b.sp", 4);
	rig_number(r, "a.level", 4.5);
	row = rig_row(r, ivan, "a.level.top");
	assert_int_equal(row.state, ALARM_S_UNACK);
	assert_double(row.limit, 4, 0);
	rig_number(r, "b.sp", 4.6); /* only the limit moved */
	row = rig_row(r, ivan, "a.level.top");
	assert_int_equal(row.state, ALARM_S_RTNUN);
	assert_double(row.limit, 4.6, 0);
	rig_number(r, "a.level", 4.7);
	assert_int_equal(rig_row(r, ivan, "a.level.top").state, ALARM_S_UNACK);
	rig_number(r, "a.level", 4.5);
	rig_number(r, "b.sp", 4.5);
	assert_int_equal(rig_row(r, ivan, "a.level.top").state, ALARM_S_UNACK);
	rig_forget(r, ivan);
	rig_request(r, ivan, WIRE_WHERE, 8, 0, "b.sp");
	assert_has(rig_reply(r, ivan, 8, NULL), "2 places"); /* itself, the alarm */
}

static void T20_a_limit_tag_that_is_lost_holds_its_alarm_and_is_said(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN);
	struct wire_alarm_row row;
	size_t journal;

	rig_number(r, "b.sp", 4);
	rig_number(r, "a.level", 4.5);
	rig_sample(r, "b.sp", (struct value){ 0 },
		   QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR));
	row = rig_row(r, ivan, "a.level.top");
	assert_int_equal(row.state, ALARM_S_UNACK);
	assert_true(row.source_bad);
	assert_double(row.limit, 4, 0);
	rig_number(r, "a.level", 1); /* below any limit, and not judged */
	assert_int_equal(rig_row(r, ivan, "a.level.top").state, ALARM_S_UNACK);
	rig_number(r, "b.sp", 5);
	assert_int_equal(rig_row(r, ivan, "a.level.top").state, ALARM_S_RTNUN);
	/* one that does not stand has no mark: log and journal say it, once */
	journal = rig_stored_ops(r, TXN_JOURNAL);
	rig_number(r, "b.sp", 9.5);
	rig_number(r, "a.level", 9.6);
	assert_int_equal(rig_row(r, ivan, "a.level.top").state, ALARM_S_RTNUN);
	assert_has(r->log.buf, "a.level.top is not judged: the value of its limit "
			       "\"b.sp\" is outside its bounds");
	assert_null(strstr(r->log.buf, "a.level.top is judged again"));
	rig_number(r, "a.level", 4);
	assert_true(rig_stored_ops(r, TXN_JOURNAL) >= journal + 1);
	rig_number(r, "b.sp", 8);
	assert_has(r->log.buf, "a.level.top is judged again");
	rig_sample(r, "b.sp", (struct value){ 0 },
		   QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR));
	assert_has(r->log.buf, "a.level.top is not judged: the value of its limit "
			       "\"b.sp\" is not good");
}

static void AM_08_an_alarm_comes_by_time_alone(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN);
	struct wire_alarm_row row;

	rig_number(r, "a.step_sp", 30);
	rig_wait(r, 1900);
	assert_false(rig_alarm_row(r, ivan, "a.step.still", &row) &&
		     wire_alarm_listed(&row));
	rig_beats(r);
	rig_number(r, "a.step_sp", 30); /* heard again, and it has not moved */
	rig_wait(r, 200);
	assert_int_equal(rig_row(r, ivan, "a.step.still").state, ALARM_S_UNACK);
	rig_number(r, "a.step_sp", 31);
	assert_int_equal(rig_row(r, ivan, "a.step.still").state, ALARM_S_RTNUN);
}

static void CF_09_an_alarm_goes_with_its_limit_tag(void **state)
{
	struct rig *r = *state;

	rig_number(r, "b.sp", 4);
	rig_number(r, "a.level", 4.5);
	rig_reload(r, RIG_TYPES, false, 0, 0); /* nothing new: it stands */
	assert_null(strstr(r->log.buf, "is closed"));
	rig_reload(r, RIG_NO_PLC2, false, 0, 0);
	assert_has(r->log.buf, "a.level.top is closed: a reload removed the tag b.sp; "
			       "the alarm was unacknowledged");
}

#define TYPES(name) cmocka_unit_test_setup_teardown(name, setup_types, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(AM_01_a_transition_shows_at_once_and_is_stored_with_the_step),
		RIG_TEST(AM_02_an_expression_alarm_sees_only_settled_values),
		RIG_TEST(AL_03_the_second_acknowledger_is_told_who_was_first),
		RIG_TEST(AL_04_what_was_drawn_is_acknowledged_and_the_newer_one_stays),
		RIG_TEST(AL_05_what_came_after_the_list_was_drawn_is_not_acknowledged),
		RIG_TEST(AL_05_a_snapshot_of_an_older_alarm_can_be_acknowledged),
		RIG_TEST(AL_06_alarms_survive_a_restart),
		RIG_TEST(AL_09_a_lost_source_neither_clears_nor_raises),
		RIG_TEST(AL_11_an_acknowledgement_that_is_not_stored_did_not_happen),
		RIG_TEST(AL_11_the_process_going_on_does_not_undo_it),
		RIG_TEST(AL_11_a_raise_stored_late_does_not_hide_what_came_after),
		RIG_TEST(AL_15_right_and_area_are_asked_and_the_refusal_recorded),
		RIG_TEST(the_list_must_be_open_to_acknowledge),
		RIG_TEST(marks_beside_a_value_follow_its_alarms),
		RIG_TEST(a_value_inside_the_quiet_band_judges_nothing),
		TYPES(AM_08_a_limit_that_is_a_tag_moves_its_alarm),
		TYPES(T20_a_limit_tag_that_is_lost_holds_its_alarm_and_is_said),
		TYPES(AM_08_an_alarm_comes_by_time_alone),
		TYPES(CF_09_an_alarm_goes_with_its_limit_tag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
