/* test_station_acts.c - what a person does to an alarm: rights, list, record, effect. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/journal.h"

enum { MIN = 60000, HOUR = 3600000 };

/* --- shelving ---------------------------------------------------------------------- */

static void AM_05_a_shelf_needs_a_time_and_a_reason_and_says_both(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN), vera = rig_watch(r, RIG_VERA);
	struct wire_alarm_row row;
	struct wire_alarm_act m;
	struct audit_record a;
	struct alarm_journal j;

	m = rig_act_shelve(30 * MIN);
	m.text[0] = '\0';
	assert_has(rig_act(r, ivan, "a.level.high", m), "needs a reason");
	snprintf(m.text, sizeof(m.text), "   ");
	assert_has(rig_act(r, ivan, "a.level.high", m), "needs a reason");
	assert_has(rig_act(r, ivan, "a.level.high", rig_act_shelve(0)), "needs a time");
	assert_has(rig_act(r, ivan, "a.level.high", rig_act_shelve(-5)), "needs a time");
	assert_has(rig_act(r, ivan, "a.level.high", rig_act_shelve(INT64_MAX)),
		   "may be shelved for 8 h at most");
	assert_has(rig_act(r, ivan, "a.level.high", rig_act_shelve(8 * HOUR + 1)),
		   "8 h at most");
	m = rig_act_shelve(30 * MIN);
	m.shelf = 7;
	assert_has(rig_act(r, ivan, "a.level.high", m), "no kind 7 of a shelf");
	assert_int_equal(rig_flags(r, "a.level.high"), 0);
	assert_int_equal(rig_audits(r, AUDIT_SHELVE, NULL), 0);

	assert_has(rig_act(r, ivan, "a.level.high", rig_act_shelve(30 * MIN)),
		   "shelved until 2");
	row = rig_row(r, vera, "a.level.high");
	assert_int_equal(row.flags, ALARM_F_SHELVED);
	assert_int_equal(row.shelf, ALARM_SHELF_TIMED);
	assert_int_equal(row.shelf_until_ms, r->now.wall.ms + 30 * MIN);
	assert_string_equal(row.hidden_by, "ivan");
	assert_string_equal(row.hidden_reason, "sensor is being cleaned");
	assert_int_equal(row.hidden_since_ms, r->now.wall.ms);
	assert_int_equal(row.shelve_max_s, 8 * 3600);
	assert_int_equal(rig_audits(r, AUDIT_SHELVE, &a), 1);
	assert_string_equal(a.actor, "ivan");
	assert_string_equal(a.reason, "sensor is being cleaned");
	assert_has(a.detail, "until 20");
	assert_int_equal(rig_journal(r, "a.level.high", ALARM_E_SHELVE, &j), 1);
	assert_string_equal(j.by, "ivan");
	assert_string_equal(j.text, "sensor is being cleaned");
	assert_has(j.place, "pts/7");
	assert_int_equal(j.flags, ALARM_F_SHELVED);
	assert_int_equal(rig_counted(r, "shelved"), 1);
}

static void T15_a_shelved_alarm_is_judged_and_journaled_on(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN);
	struct wire_value v = { 0 };
	struct alarm_journal j;

	rig_act(r, ivan, "a.level.high", rig_act_shelve(30 * MIN));
	rig_number(r, "a.level", 6);
	assert_int_equal(rig_row(r, ivan, "a.level.high").state, ALARM_S_UNACK);
	assert_int_equal(rig_row(r, ivan, "a.level.high").flags, ALARM_F_SHELVED);
	assert_int_equal(rig_journal(r, "a.level.high", ALARM_E_COME, &j), 1);
	assert_int_equal(j.flags, ALARM_F_SHELVED);
	assert_false(alarm_journal_is_annunciated(&j));
	assert_int_equal(rig_counted(r, "active"), 1); /* e.high, which came with it */
	station_wire_value(r->st, rig_tag(r, "a.level"), &v);
	assert_int_equal(v.alarm_hidden, 1);
	assert_int_equal(v.alarm_unacked, 0);
	assert_int_equal(v.alarm_priority, 0);
}

static void
T16_unshelved_by_hand_it_shows_as_it_is_and_in_time_it_comes_anew(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN);
	uint64_t occurrence;

	rig_number(r, "a.level", 6);
	rig_act(r, ivan, "a.level.high", rig_act_ack(r, ivan, "a.level.high"));
	occurrence = rig_row(r, ivan, "a.level.high").occurrence;
	rig_act(r, ivan, "a.level.high", rig_act_shelve(30 * MIN));
	assert_string_equal(
		rig_act(r, ivan, "a.level.high", rig_act_of(ALARM_E_UNSHELVE, "")),
		"not shelved any more");
	assert_int_equal(rig_row(r, ivan, "a.level.high").state, ALARM_S_ACKED);
	assert_true(rig_row(r, ivan, "a.level.high").occurrence == occurrence);
	assert_has(rig_act(r, ivan, "a.level.high", rig_act_of(ALARM_E_UNSHELVE, "")),
		   "it is not shelved: ivan unshelved it at ");

	rig_act(r, ivan, "a.level.high", rig_act_shelve(5 * MIN));
	rig_wait(r, 5 * MIN + 100);
	assert_int_equal(rig_row(r, ivan, "a.level.high").flags, 0);
	assert_int_equal(rig_row(r, ivan, "a.level.high").state, ALARM_S_UNACK);
	assert_true(rig_row(r, ivan, "a.level.high").occurrence > occurrence);
	assert_int_equal(rig_journal(r, "a.level.high", ALARM_E_SHELF_EXPIRED, NULL), 1);
	assert_int_equal(rig_audits(r, AUDIT_UNSHELVE, NULL), 1);
}

static void T15_once_ends_when_it_clears_and_takes_the_longest_time(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN);
	struct wire_alarm_act m = rig_act_shelve(0);

	m.shelf = ALARM_SHELF_ONE_SHOT;
	rig_number(r, "a.level", 6);
	assert_has(rig_act(r, ivan, "a.level.high", m),
		   "shelved until it clears, at the latest until 2");
	assert_int_equal(rig_row(r, ivan, "a.level.high").shelf_until_ms,
			 r->now.wall.ms + 8 * HOUR);
	rig_number(r, "a.level", 2);
	assert_int_equal(rig_row(r, ivan, "a.level.high").flags, 0);
}

static void AL_13_what_may_not_be_shelved_is_not(void **state)
{
	struct rig *r = *state;
	uint64_t sam = rig_watch(r, RIG_SAM);
	struct wire_alarm_act m = rig_act_shelve(0);

	rig_reload(r, RIG_HIDING, false, 0, 0);
	assert_has(rig_act(r, sam, "a.unshelvable", rig_act_shelve(MIN)),
		   "a.unshelvable may not be shelved: its class safety forbids it");
	m.shelf = ALARM_SHELF_ONE_SHOT;
	assert_has(rig_act(r, sam, "a.unshelvable", m), "may not be shelved");
	assert_has(rig_act(r, sam, "a.latch", rig_act_shelve(2 * HOUR)), "1 h at most");
	assert_has(rig_act(r, sam, "a.latch", rig_act_shelve(HOUR)), "shelved until");
}

/* --- the others ------------------------------------------------------------------ */

static void T18_out_of_service_and_back_with_right_and_reason(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN), sam = rig_watch(r, RIG_SAM);
	struct audit_record a;
	uint64_t occurrence;

	rig_number(r, "a.level", 6);
	rig_act(r, ivan, "a.level.high", rig_act_ack(r, ivan, "a.level.high"));
	occurrence = rig_row(r, ivan, "a.level.high").occurrence;
	assert_has(rig_act(r, ivan, "a.level.high",
			   rig_act_of(ALARM_E_OUT_OF_SERVICE, "broken")),
		   "ivan has no right \"approve\"");
	assert_int_equal(rig_audits(r, AUDIT_REFUSED, NULL), 1);
	assert_has(
		rig_act(r, sam, "a.level.high", rig_act_of(ALARM_E_OUT_OF_SERVICE, "")),
		"needs a reason");
	assert_has(rig_act(r, sam, "a.level.high",
			   rig_act_of(ALARM_E_OUT_OF_SERVICE, "broken")),
		   "out of service until somebody returns it");
	assert_int_equal(rig_row(r, ivan, "a.level.high").flags, ALARM_F_OUT_OF_SERVICE);
	assert_string_equal(rig_row(r, ivan, "a.level.high").hidden_by, "sam");
	assert_int_equal(rig_audits(r, AUDIT_OUT_OF_SERVICE, &a), 1);
	assert_string_equal(a.reason, "broken");
	assert_int_equal(rig_counted(r, "out_of_service"), 1);
	assert_has(rig_act(r, sam, "a.level.high",
			   rig_act_of(ALARM_E_OUT_OF_SERVICE, "again")),
		   "it is out of service already: sam took out of service it at");
	rig_wait(r, 10 * MIN);
	assert_int_equal(rig_flags(r, "a.level.high"), ALARM_F_OUT_OF_SERVICE);
	assert_string_equal(
		rig_act(r, sam, "a.level.high", rig_act_of(ALARM_E_IN_SERVICE, "")),
		"in service again");
	assert_int_equal(rig_row(r, ivan, "a.level.high").state, ALARM_S_UNACK);
	assert_true(rig_row(r, ivan, "a.level.high").occurrence > occurrence);
	assert_int_equal(rig_audits(r, AUDIT_IN_SERVICE, NULL), 1);
	assert_int_equal(rig_counted(r, "out_of_service"), 0);
}

static void AM_01_several_things_hide_it_and_the_strongest_is_shown(void **state)
{
	struct rig *r = *state;
	uint64_t sam = rig_watch(r, RIG_SAM);
	struct wire_alarm_row row;

	rig_act(r, sam, "a.level.high", rig_act_shelve(HOUR));
	rig_act(r, sam, "a.level.high", rig_act_of(ALARM_E_SUPPRESS, "no flow needed"));
	row = rig_row(r, sam, "a.level.high");
	assert_int_equal(row.flags, ALARM_F_SHELVED | ALARM_F_SUPPRESSED);
	assert_int_equal(row.suppressed, ALARM_SUP_MANUAL);
	assert_string_equal(row.hidden_reason, "no flow needed");
	rig_act(r, sam, "a.level.high", rig_act_of(ALARM_E_OUT_OF_SERVICE, "broken"));
	assert_string_equal(rig_row(r, sam, "a.level.high").hidden_reason, "broken");
	assert_has(rig_act(r, sam, "a.level.high", rig_act_of(ALARM_E_IN_SERVICE, "")),
		   "in service again; it stays hidden by something else");
	assert_has(rig_act(r, sam, "a.level.high", rig_act_of(ALARM_E_UNSUPPRESS, "")),
		   "its suppression by hand is ended; it stays hidden");
	row = rig_row(r, sam, "a.level.high");
	assert_int_equal(row.flags, ALARM_F_SHELVED);
	assert_string_equal(row.hidden_reason, "sensor is being cleaned");
	assert_int_equal(rig_audits(r, AUDIT_SUPPRESS, NULL), 1);
	assert_int_equal(rig_audits(r, AUDIT_UNSUPPRESS, NULL), 1);
	assert_has(rig_act(r, sam, "a.level.high", rig_act_of(ALARM_E_UNSUPPRESS, "")),
		   "nobody has suppressed it by hand: sam ended");
}

static void T10_a_latched_alarm_is_reset_when_acknowledged_and_gone(void **state)
{
	struct rig *r = *state;
	uint64_t sam = rig_watch(r, RIG_SAM);

	rig_reload(r, RIG_HIDING, false, 0, 0);
	rig_number(r, "a.level", 9.5);
	assert_has(rig_act(r, sam, "a.latch", rig_act_of(ALARM_E_RESET, "")),
		   "still stands");
	rig_number(r, "a.level", 2);
	assert_int_equal(rig_row(r, sam, "a.latch").state, ALARM_S_LTUNK);
	assert_has(rig_act(r, sam, "a.latch", rig_act_of(ALARM_E_RESET, "")),
		   "acknowledge it first");
	rig_act(r, sam, "a.latch", rig_act_ack(r, sam, "a.latch"));
	assert_int_equal(rig_row(r, sam, "a.latch").state, ALARM_S_LTACK);
	assert_true(rig_row(r, sam, "a.latch").life & WIRE_LIFE_LATCHING);
	assert_string_equal(
		rig_act(r, sam, "a.latch", rig_act_of(ALARM_E_RESET, "looked at it")),
		"reset");
	assert_int_equal(rig_row(r, sam, "a.latch").state, ALARM_S_NORMAL);
	assert_int_equal(rig_audits(r, AUDIT_ALARM_RESET, NULL), 1);
	assert_has(rig_act(r, sam, "a.latch", rig_act_of(ALARM_E_RESET, "")),
		   "it is not latched: there is nothing to reset");
}

static void a_confirmation_is_owed_until_somebody_gives_it(void **state)
{
	struct rig *r = *state;
	uint64_t sam = rig_watch(r, RIG_SAM);
	struct wire_alarm_act m = rig_act_of(ALARM_E_CONFIRM, "valve turned");
	struct audit_record a;

	rig_reload(r, RIG_HIDING, false, 0, 0);
	rig_number(r, "a.level", 6);
	m.occurrence = rig_row(r, sam, "a.confirmed").occurrence;
	assert_has(rig_act(r, sam, "a.confirmed", m), "nothing of it waits");
	rig_act(r, sam, "a.confirmed", rig_act_ack(r, sam, "a.confirmed"));
	rig_number(r, "a.level", 2);
	assert_int_equal(rig_row(r, sam, "a.confirmed").state, ALARM_S_NORMAL);
	assert_int_equal(rig_row(r, sam, "a.confirmed").flags, ALARM_F_UNCONFIRMED);
	assert_true(rig_row(r, sam, "a.confirmed").unconfirmed == m.occurrence);
	assert_int_equal(rig_counted(r, "unconfirmed"), 1);
	assert_string_equal(rig_act(r, sam, "a.confirmed", m), "confirmed");
	assert_int_equal(rig_row(r, sam, "a.confirmed").flags, 0);
	assert_int_equal(rig_audits(r, AUDIT_ALARM_CONFIRM, &a), 1);
	assert_string_equal(a.reason, "valve turned");
}

static void SEC_29_a_comment_is_kept_as_it_was_and_shown_to_all(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN), vera = rig_watch(r, RIG_VERA);
	struct alarm_journal j;
	struct wire_alarm_row row;

	rig_number(r, "a.level", 6);
	assert_has(rig_act(r, ivan, "a.level.high", rig_act_of(ALARM_E_COMMENT, "  ")),
		   "a comment needs a text");
	assert_string_equal(rig_act(r, ivan, "a.level.high",
				    rig_act_of(ALARM_E_COMMENT, "valve \033[2J?")),
			    "comment recorded");
	row = rig_row(r, vera, "a.level.high");
	assert_string_equal(row.comment, "valve \033[2J?"); /* cleaned when drawn */
	assert_string_equal(row.comment_by, "ivan");
	assert_int_equal(row.comment_ms, r->now.wall.ms);
	assert_int_equal(row.state, ALARM_S_UNACK);
	assert_int_equal(rig_journal(r, "a.level.high", ALARM_E_COMMENT, &j), 1);
	assert_string_equal(j.text, "valve \033[2J?");
	assert_has(
		rig_act(r, vera, "a.level.high", rig_act_of(ALARM_E_COMMENT, "me too")),
		"vera has no right");
}

/* --- which occurrence ----------------------------------------------------------- */

static void come_again(struct rig *r)
{
	rig_number(r, "a.level", 2);
	rig_number(r, "a.level", 6);
}

static void AM_03_older_occurrences_are_acknowledged_singly_or_all(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN);
	struct wire_alarm_act m = rig_act_of(ALARM_E_ACK, "seen");
	struct wire_alarm_row row;

	rig_number(r, "a.level", 6);
	come_again(r);
	come_again(r);
	row = rig_row(r, ivan, "a.level.high");
	assert_int_equal(row.n_older, 2);
	assert_true(row.older[0].occurrence < row.older[1].occurrence);
	m.occurrence = row.older[1].occurrence;
	assert_has(rig_act(r, ivan, "a.level.high", m), "stays unacknowledged");
	row = rig_row(r, ivan, "a.level.high");
	assert_int_equal(row.n_older, 1);
	assert_int_equal(row.state, ALARM_S_UNACK);
	assert_int_equal(rig_journal(r, "a.level.high", ALARM_E_ACK, NULL), 1);
	m.occurrence = row.occurrence;
	m.older = 1;
	assert_string_equal(rig_act(r, ivan, "a.level.high", m), "acknowledged");
	row = rig_row(r, ivan, "a.level.high");
	assert_int_equal(row.n_older, 0);
	assert_int_equal(row.state, ALARM_S_ACKED);
	assert_int_equal(rig_journal(r, "a.level.high", ALARM_E_ACK, NULL), 3);
	assert_int_equal(rig_audits(r, AUDIT_ACK, NULL), 2);
}

/* Somebody works through what was drawn, from the oldest on. */
static void AM_03_acknowledging_an_older_one_makes_the_present_one_no_newer(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN);
	struct wire_alarm_act m = rig_act_of(ALARM_E_ACK, "");
	struct wire_alarm_row row;

	rig_number(r, "a.level", 6);
	come_again(r);
	row = rig_row(r, ivan, "a.level.high");
	m.epoch = session_find(r->st, ivan)->epoch;
	m.version = session_find(r->st, ivan)->version;
	m.occurrence = row.older[0].occurrence;
	assert_has(rig_act(r, ivan, "a.level.high", m), "stays unacknowledged");
	m.occurrence = row.occurrence;
	assert_string_equal(rig_act(r, ivan, "a.level.high", m), "acknowledged");
}

/* --- two at once ---------------------------------------------------------------- */

static void AL_03_the_second_of_two_shelving_at_once_is_told(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN), sam = rig_watch(r, RIG_SAM);
	struct wire_alarm_act drawn = rig_act_shelve(MIN);

	rig_number(r, "a.level", 6);
	drawn.epoch = session_find(r->st, sam)->epoch;
	drawn.version = session_find(r->st, sam)->version;
	r->hold_commits = true;
	assert_string_equal(rig_act(r, ivan, "a.level.high", rig_act_shelve(HOUR)), "");
	assert_int_equal(rig_row(r, sam, "a.level.high").recording, 1);
	assert_int_equal(rig_row(r, sam, "a.level.high").flags, 0);
	assert_string_equal(rig_act(r, sam, "a.level.high", drawn),
			    "ivan shelves it just now");
	rig_answer_all(r, true);
	r->hold_commits = false;
	assert_int_equal(rig_row(r, sam, "a.level.high").flags, ALARM_F_SHELVED);
	assert_has(rig_act(r, sam, "a.level.high", drawn), "ivan shelved it at ");
	assert_has(rig_act(r, sam, "a.level.high", drawn),
		   "after the list that was drawn: look again");
	/* who has seen it may change it */
	assert_has(rig_act(r, sam, "a.level.high", rig_act_shelve(MIN)), "shelved until");
	assert_string_equal(rig_row(r, ivan, "a.level.high").hidden_by, "sam");
	/* what one did oneself is no surprise */
	drawn.duration_ms = 2 * MIN;
	assert_has(rig_act(r, sam, "a.level.high", drawn), "shelved until");
}

static void AL_05_acts_are_bound_to_the_list_that_was_drawn(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_alarm_act m = rig_act_shelve(MIN);

	assert_has(rig_act(r, ivan, "a.level.high", m), "look at the alarm list first");
	rig_request(r, ivan, WIRE_ALARMS, 1, 1, "");
	m.epoch = session_find(r->st, ivan)->epoch + 1;
	assert_has(rig_act(r, ivan, "a.level.high", m), "was sent anew");
	m.epoch--;
	m.version = session_find(r->st, ivan)->version + 1;
	assert_has(rig_act(r, ivan, "a.level.high", m), "was ever sent");
	assert_has(rig_act(r, ivan, "a.level.none", rig_act_shelve(MIN)),
		   "there is no alarm");
	assert_has(rig_act(r, ivan, "a.level.high", rig_act_of(ALARM_E_COME, "x")),
		   "no act of this server");
	assert_has(
		rig_act(r, ivan, "a.level.high", rig_act_of((enum alarm_event)200, "x")),
		"no act of this server");
	assert_int_equal(rig_flags(r, "a.level.high"), 0);
}

/* --- both ends agree ------------------------------------------------------------ */

/* What a console that read all rows would hold. */
static uint64_t hash_of_rows(const struct rig *r, uint64_t session)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < alarm_engine_count(r->st->alarms); i++) {
		const struct alarm_def *d = alarm_engine_def(r->st->alarms, i);
		struct wire_alarm_row row;

		if (d && rig_alarm_row(r, session, d->name, &row) &&
		    wire_alarm_listed(&row))
			sum += alarm_row_hash(row.name, row.occurrence,
					      (enum alarm_state)row.state, row.flags,
					      row.n_older);
	}
	return sum;
}

static void PR_08_rows_and_hash_agree_after_each_act(void **state)
{
	static const enum alarm_event events[] = {
		ALARM_E_COMMENT,        ALARM_E_SHELVE,   ALARM_E_SUPPRESS,
		ALARM_E_OUT_OF_SERVICE, ALARM_E_UNSHELVE, ALARM_E_IN_SERVICE,
		ALARM_E_UNSUPPRESS,     ALARM_E_ACK,
	};
	struct rig *r = *state;
	uint64_t sam = rig_watch(r, RIG_SAM), vera = rig_watch(r, RIG_VERA);

	rig_number(r, "a.level", 6);
	come_again(r);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		struct wire_alarm_act m = rig_act_shelve(HOUR);

		m.event = (uint8_t)events[i];
		m.older = events[i] == ALARM_E_ACK;
		m.occurrence = rig_row(r, sam, "a.level.high").occurrence;
		rig_act(r, sam, "a.level.high", m);
		assert_true(hash_of_rows(r, sam) == alarm_engine_hash(r->st->alarms));
		assert_true(hash_of_rows(r, vera) == alarm_engine_hash(r->st->alarms));
	}
	assert_int_equal(rig_row(r, vera, "a.level.high").state, ALARM_S_ACKED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(AM_05_a_shelf_needs_a_time_and_a_reason_and_says_both),
		RIG_TEST(T15_a_shelved_alarm_is_judged_and_journaled_on),
		RIG_TEST(
			T16_unshelved_by_hand_it_shows_as_it_is_and_in_time_it_comes_anew),
		RIG_TEST(T15_once_ends_when_it_clears_and_takes_the_longest_time),
		RIG_TEST(AL_13_what_may_not_be_shelved_is_not),
		RIG_TEST(T18_out_of_service_and_back_with_right_and_reason),
		RIG_TEST(AM_01_several_things_hide_it_and_the_strongest_is_shown),
		RIG_TEST(T10_a_latched_alarm_is_reset_when_acknowledged_and_gone),
		RIG_TEST(a_confirmation_is_owed_until_somebody_gives_it),
		RIG_TEST(SEC_29_a_comment_is_kept_as_it_was_and_shown_to_all),
		RIG_TEST(AM_03_older_occurrences_are_acknowledged_singly_or_all),
		RIG_TEST(AM_03_acknowledging_an_older_one_makes_the_present_one_no_newer),
		RIG_TEST(AL_03_the_second_of_two_shelving_at_once_is_told),
		RIG_TEST(AL_05_acts_are_bound_to_the_list_that_was_drawn),
		RIG_TEST(PR_08_rows_and_hash_agree_after_each_act),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
