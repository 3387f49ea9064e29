/* test_station_acts_kept.c - what a person did to an alarm is stored before it takes
 * effect, and is there after a crash, a restart and a reload. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/journal.h"

enum { MIN = 60000, HOUR = 3600000 };

static enum alarm_state state_of(const struct rig *r, const char *alarm)
{
	return alarm_engine_record(r->st->alarms, rig_alarm(r, alarm))->state;
}

static void come_again(struct rig *r)
{
	rig_number(r, "a.level", 2);
	rig_number(r, "a.level", 6);
}

/* --- what is stored ------------------------------------------------------------- */

static void AL_11_an_act_that_is_not_stored_did_not_happen(void **state)
{
	static const struct {
		enum alarm_event event;
		const char *want;
	} row[] = {
		{ ALARM_E_SHELVE, "not recorded, it is not shelved: the disk is full" },
		{ ALARM_E_SUPPRESS, "it is not suppressed by hand" },
		{ ALARM_E_OUT_OF_SERVICE, "it stays in service" },
		{ ALARM_E_COMMENT, "the comment is lost" },
	};
	struct rig *r = *state;
	uint64_t sam = rig_watch(r, RIG_SAM);

	rig_number(r, "a.level", 6);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct wire_alarm_act m = rig_act_shelve(HOUR);

		m.event = (uint8_t)row[i].event;
		r->fail_commits = true;
		assert_has(rig_act(r, sam, "a.level.high", m), row[i].want);
		assert_int_equal(rig_row(r, sam, "a.level.high").flags, 0);
		assert_int_equal(rig_row(r, sam, "a.level.high").recording, 0);
		assert_has(rig_act(r, sam, "a.level.high", m), "cannot store records");
		r->fail_commits = false;
		rig_wait(r, 1100);
	}
	assert_int_equal(rig_audits(r, AUDIT_SHELVE, NULL), 0);
}

/* Record and journal row and audit in one piece, whatever the act. */
static void AL_11_each_act_is_one_transaction(void **state)
{
	static const enum alarm_event events[] = {
		ALARM_E_SHELVE,     ALARM_E_UNSHELVE, ALARM_E_SUPPRESS,
		ALARM_E_UNSUPPRESS, ALARM_E_COMMENT,  ALARM_E_OUT_OF_SERVICE,
		ALARM_E_IN_SERVICE
	};
	struct rig *r = *state;
	uint64_t sam = rig_watch(r, RIG_SAM);

	rig_number(r, "a.level", 6);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		struct wire_alarm_act m = rig_act_shelve(HOUR);
		size_t before = r->n_stored;
		const struct txn *t;

		m.event = (uint8_t)events[i];
		rig_act(r, sam, "a.level.high", m);
		assert_int_equal(r->n_stored, before + 1);
		t = r->stored[before];
		assert_true(t->urgent);
		assert_int_equal(t->n, 3);
		assert_int_equal(t->ops[0].kind, TXN_ALARM);
		assert_int_equal(t->ops[1].kind, TXN_JOURNAL);
		assert_int_equal(t->ops[2].kind, TXN_AUDIT);
	}
}

static void AL_11_the_process_going_on_undoes_no_shelf(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN);
	struct rig *next;

	r->hold_commits = true;
	assert_string_equal(rig_act(r, ivan, "a.level.high", rig_act_shelve(HOUR)), "");
	rig_number(r, "a.level", 6); /* it comes before the shelf is stored */
	rig_answer(r, true);
	rig_answer(r, true);
	assert_int_equal(rig_flags(r, "a.level.high"), 0); /* not yet safe */
	next = rig_restart(r, RIG_SAME); /* a crash here shows neither */
	assert_int_equal(rig_flags(next, "a.level.high"), 0);
	rig_stop(next);
	assert_int_equal(r->n_held, 1); /* both in one record */
	rig_answer_all(r, true);
	assert_int_equal(rig_flags(r, "a.level.high"), ALARM_F_SHELVED);
	next = rig_restart(r, RIG_SAME);
	assert_int_equal(rig_flags(next, "a.level.high"), ALARM_F_SHELVED);
	assert_int_equal(state_of(next, "a.level.high"), ALARM_S_UNACK);
	rig_stop(next);
}

/* The first of its two transactions is stored, the second is not. */
static void AL_11_an_act_that_fails_late_is_put_back(void **state)
{
	struct rig *r = *state, *next;
	uint64_t ivan = rig_watch(r, RIG_IVAN);
	struct wire_alarm_act m = rig_act_shelve(HOUR);
	enum wire_status status;
	struct audit_record a;

	r->hold_commits = true;
	m.req = 9;
	rig_act(r, ivan, "a.level.high", m);
	rig_number(r, "a.level", 6);
	rig_answer(r, true);
	rig_answer(r, true);
	assert_int_equal(r->n_held, 1);
	rig_answer(r, false);
	assert_has(rig_reply(r, ivan, 9, &status), "not recorded, it is not shelved");
	assert_int_equal(status, WIRE_FAILED);
	assert_int_equal(rig_row(r, ivan, "a.level.high").flags, 0);
	r->hold_commits = false;
	rig_answer_all(r, true);
	rig_wait(r, 1100);
	assert_int_equal(rig_audits(r, AUDIT_SHELVE, &a), 2);
	assert_string_equal(a.result, "without effect");
	assert_string_equal(a.reason, "sensor is being cleaned");
	next = rig_restart(r, RIG_SAME);
	assert_int_equal(rig_flags(next, "a.level.high"), 0);
	assert_int_equal(state_of(next, "a.level.high"), ALARM_S_UNACK);
	rig_stop(next);
}

/* The number of the occurrence that an act begins may go to another alarm meanwhile. */
static void AL_11_what_ends_a_hiding_is_stored_under_the_right_number(void **state)
{
	struct rig *r = *state;
	uint64_t sam = rig_watch(r, RIG_SAM);
	struct rig *next;
	uint64_t occurrence;

	rig_number(r, "a.level", 5.9); /* a.level.high alone */
	rig_act(r, sam, "a.level.high", rig_act_ack(r, sam, "a.level.high"));
	rig_act(r, sam, "a.level.high", rig_act_of(ALARM_E_OUT_OF_SERVICE, "broken"));
	r->hold_commits = true;
	rig_act(r, sam, "a.level.high", rig_act_of(ALARM_E_IN_SERVICE, ""));
	rig_device(r, "plc2", DEVICE_FAILED, "no answer"); /* takes a number */
	while (r->n_held)
		rig_answer(r, true);
	occurrence = rig_row(r, sam, "a.level.high").occurrence;
	assert_int_equal(rig_row(r, sam, "a.level.high").state, ALARM_S_UNACK);
	assert_true(rig_row(r, sam, "system.plc2.comm").occurrence != occurrence);
	next = rig_restart(r, RIG_SAME);
	assert_true(alarm_engine_record(next->st->alarms, rig_alarm(next, "a.level.high"))
			    ->occurrence == occurrence);
	rig_stop(next);
}

static void a_reset_that_the_process_overtakes_is_told_as_such(void **state)
{
	struct rig *r = *state;
	uint64_t sam = rig_watch(r, RIG_SAM);
	struct wire_alarm_act m = rig_act_of(ALARM_E_RESET, "");
	enum wire_status status;
	struct audit_record a;

	rig_reload(r, RIG_HIDING, false, 0, 0);
	rig_number(r, "a.level", 9.5);
	rig_number(r, "a.level", 2);
	rig_act(r, sam, "a.latch", rig_act_ack(r, sam, "a.latch"));
	r->hold_commits = true;
	m.req = 9;
	rig_act(r, sam, "a.latch", m);
	rig_number(r, "a.level", 9.5); /* it comes again while the reset is stored */
	while (r->n_held)
		rig_answer(r, true);
	assert_has(rig_reply(r, sam, 9, &status), "recorded, but without effect");
	assert_int_equal(status, WIRE_FAILED);
	assert_int_equal(rig_row(r, sam, "a.latch").state, ALARM_S_UNACK);
	assert_int_equal(rig_audits(r, AUDIT_ALARM_RESET, &a), 2);
	assert_string_equal(a.result, "without effect");
}

/* --- restart and reload --------------------------------------------------------- */

static void T19_all_of_it_is_there_after_a_restart(void **state)
{
	struct rig *r = *state, *next;
	uint64_t sam = rig_watch(r, RIG_SAM);
	struct wire_alarm_row was[3], is;
	static const char *const names[] = { "a.level.high", "system.plc1.comm",
					     "system.plc2.comm" };

	rig_number(r, "a.level", 6);
	come_again(r);
	rig_act(r, sam, names[0], rig_act_of(ALARM_E_COMMENT, "valve ordered"));
	rig_act(r, sam, names[1], rig_act_shelve(HOUR));
	rig_act(r, sam, names[2], rig_act_of(ALARM_E_OUT_OF_SERVICE, "no PLC yet"));
	rig_act(r, sam, names[2], rig_act_of(ALARM_E_SUPPRESS, "no PLC yet"));
	for (size_t i = 0; i < 3; i++)
		was[i] = rig_row(r, sam, names[i]);
	next = rig_restart(r, RIG_SAME);
	sam = rig_watch(next, RIG_SAM);
	for (size_t i = 0; i < 3; i++) {
		is = rig_row(next, sam, names[i]);
		assert_int_equal(is.state, was[i].state);
		assert_int_equal(is.flags, was[i].flags);
		assert_true(is.occurrence == was[i].occurrence);
		assert_int_equal(is.n_older, was[i].n_older);
		assert_int_equal(is.shelf_until_ms, was[i].shelf_until_ms);
		assert_int_equal(is.suppressed, was[i].suppressed);
		assert_string_equal(is.hidden_by, was[i].hidden_by);
		assert_string_equal(is.hidden_reason, was[i].hidden_reason);
		assert_string_equal(is.comment, was[i].comment);
	}
	assert_int_equal(was[0].n_older, 1);
	assert_int_equal(rig_counted(next, "shelved"), 1);
	assert_int_equal(rig_counted(next, "suppressed"), 1);
	assert_int_equal(rig_counted(next, "out_of_service"), 1);
	rig_stop(next);
}

/* What the store has of it, as if so much time had passed since. */
static void make_older(struct store_snapshot *s, const char *alarm, int64_t ms)
{
	for (size_t i = 0; i < s->n_alarms; i++) {
		struct stored_alarm *a = &s->alarms[i];
		struct alarm_stored got;

		if (strcmp(a->name, alarm) != 0)
			continue;
		assert_true(alarm_record_get(a->record.buf, a->record.len, &got));
		got.extra.shelf_since.ms -= ms;
		got.extra.shelf_until.ms -= ms;
		strbuf_clear(&a->record);
		alarm_record_put(&a->record, &got.record);
		return;
	}
	fail();
}

static void AL_07_a_shelf_that_ended_while_the_server_was_down_is_over(void **state)
{
	static const int64_t passed[] = { 30 * MIN, 90 * MIN };
	struct rig *r = *state, *next = calloc(1, sizeof(*next));
	uint64_t ivan = rig_watch(r, RIG_IVAN);

	assert_non_null(next);
	rig_number(r, "a.level", 6);
	rig_act(r, ivan, "a.level.high", rig_act_ack(r, ivan, "a.level.high"));
	rig_act(r, ivan, "a.level.high", rig_act_shelve(HOUR));
	for (size_t i = 0; i < 2; i++) {
		struct store_snapshot s = rig_stored_alarms(r);

		make_older(&s, "a.level.high", passed[i]);
		rig_init_from(next, rig_station(RIG_SAME), &s);
		store_snapshot_release(&s);
		rig_wait(next, 100);
		assert_int_equal(rig_flags(next, "a.level.high"),
				 i ? 0 : ALARM_F_SHELVED);
		assert_int_equal(state_of(next, "a.level.high"),
				 i ? ALARM_S_UNACK : ALARM_S_ACKED);
		rig_wait(next, 31 * MIN); /* AL-06: what was left of it */
		assert_int_equal(rig_flags(next, "a.level.high"), 0);
		rig_release(next);
	}
	free(next);
}

static void AL_08_a_clock_that_is_set_neither_ends_nor_lengthens_a_shelf(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN);

	rig_act(r, ivan, "a.level.high", rig_act_shelve(10 * MIN));
	r->now.wall.ms += 24 * (int64_t)HOUR;
	rig_wait(r, 5 * MIN);
	assert_int_equal(rig_flags(r, "a.level.high"), ALARM_F_SHELVED);
	r->now.wall.ms -= 48 * (int64_t)HOUR;
	rig_wait(r, 6 * MIN);
	assert_int_equal(rig_flags(r, "a.level.high"), 0);
}

static void CF_09_a_reload_keeps_what_hides_and_a_removal_ends_it(void **state)
{
	struct rig *r = *state;
	uint64_t sam = rig_watch(r, RIG_SAM);
	struct alarm_journal j;

	rig_act(r, sam, "a.level.high", rig_act_shelve(HOUR));
	rig_reload(r, RIG_LIMIT, false, 0, 0);
	assert_int_equal(rig_flags(r, "a.level.high"), ALARM_F_SHELVED);
	assert_int_equal(rig_counted(r, "shelved"), 1);
	rig_reload(r, RIG_NO_LEVEL, false, 0, 0);
	assert_int_equal(rig_row(r, sam, "a.level.high").flags, 0);
	assert_int_equal(rig_journal(r, "a.level.high", ALARM_E_REMOVE, &j), 1);
	assert_int_equal(rig_counted(r, "shelved"), 0);
	assert_true(rig_stored_ops(r, TXN_ALARM_GONE) > 0);
}

static void a_reload_that_removes_the_alarm_overtakes_an_act(void **state)
{
	struct rig *r = *state;
	uint64_t sam = rig_watch(r, RIG_SAM);
	struct wire_alarm_act m = rig_act_shelve(HOUR);

	r->hold_commits = true;
	m.req = 9;
	rig_act(r, sam, "a.level.high", m);
	rig_reload(r, RIG_NO_LEVEL, false, 0, 0);
	while (r->n_held)
		rig_answer(r, true);
	assert_has(rig_reply(r, sam, 9, NULL), "a reload removed the alarm since");
}

static void AL_15_each_act_asks_for_its_right_in_the_area(void **state)
{
	static const struct {
		enum alarm_event event;
		const char *right;
	} row[] = {
		{ ALARM_E_ACK, "acknowledge" },        { ALARM_E_CONFIRM, "acknowledge" },
		{ ALARM_E_COMMENT, "acknowledge" },    { ALARM_E_RESET, "acknowledge" },
		{ ALARM_E_SHELVE, "shelve" },          { ALARM_E_UNSHELVE, "shelve" },
		{ ALARM_E_SUPPRESS, "approve" },       { ALARM_E_UNSUPPRESS, "approve" },
		{ ALARM_E_OUT_OF_SERVICE, "approve" }, { ALARM_E_IN_SERVICE, "approve" },
	};
	struct rig *r = *state;
	uint64_t vera = rig_watch(r, RIG_VERA), oleg = rig_watch(r, RIG_OLEG);
	char want[64];

	rig_number(r, "a.level", 6);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct wire_alarm_act m = rig_act_shelve(HOUR);

		m.event = (uint8_t)row[i].event;
		m.occurrence = rig_row(r, vera, "a.level.high").occurrence;
		snprintf(want, sizeof(want), "no right \"%s\"", row[i].right);
		assert_has(rig_act(r, vera, "a.level.high", m), want);
		assert_has(rig_act(r, oleg, "a.level.high", m), "area a");
	}
	assert_int_equal(rig_flags(r, "a.level.high"), 0);
	assert_int_equal(state_of(r, "a.level.high"), ALARM_S_UNACK);
	assert_true(rig_audits(r, AUDIT_REFUSED, NULL) > 4); /* the rest is counted */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(AL_11_an_act_that_is_not_stored_did_not_happen),
		RIG_TEST(AL_11_each_act_is_one_transaction),
		RIG_TEST(AL_11_the_process_going_on_undoes_no_shelf),
		RIG_TEST(AL_11_an_act_that_fails_late_is_put_back),
		RIG_TEST(AL_11_what_ends_a_hiding_is_stored_under_the_right_number),
		RIG_TEST(a_reset_that_the_process_overtakes_is_told_as_such),
		RIG_TEST(T19_all_of_it_is_there_after_a_restart),
		RIG_TEST(AL_07_a_shelf_that_ended_while_the_server_was_down_is_over),
		RIG_TEST(AL_08_a_clock_that_is_set_neither_ends_nor_lengthens_a_shelf),
		RIG_TEST(CF_09_a_reload_keeps_what_hides_and_a_removal_ends_it),
		RIG_TEST(a_reload_that_removes_the_alarm_overtakes_an_act),
		RIG_TEST(AL_15_each_act_asks_for_its_right_in_the_area),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
