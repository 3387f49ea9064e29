/* test_station_acts.c - what a person does to an alarm: rights, list, record, effect. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/journal.h"

enum { MIN = 60000, HOUR = 3600000 };

static uint64_t watch(struct rig *r, uint32_t uid)
{
	uint64_t session = rig_open(r, uid);

	rig_request(r, session, WIRE_ALARMS, 1, 1, "");
	return session;
}

static struct wire_alarm_row row_of(const struct rig *r, uint64_t session,
				    const char *alarm)
{
	struct wire_alarm_row row;

	assert_true(rig_alarm_row(r, session, alarm, &row));
	return row;
}

static struct wire_alarm_act of(enum alarm_event event, const char *text)
{
	struct wire_alarm_act m = { .event = (uint8_t)event };

	snprintf(m.text, sizeof(m.text), "%s", text);
	return m;
}

static struct wire_alarm_act shelve(int64_t ms)
{
	struct wire_alarm_act m = of(ALARM_E_SHELVE, "sensor is being cleaned");

	m.shelf = ALARM_SHELF_TIMED;
	m.duration_ms = ms;
	return m;
}

static struct wire_alarm_act ack_of(const struct rig *r, uint64_t who, const char *alarm)
{
	struct wire_alarm_act m = of(ALARM_E_ACK, "");

	m.occurrence = row_of(r, who, alarm).occurrence;
	return m;
}

static uint32_t index_of(const struct rig *r, const char *alarm)
{
	return alarm_engine_find(r->st->alarms, alarm);
}

static uint8_t flags_of(const struct rig *r, const char *alarm)
{
	return alarm_record_flags(alarm_engine_record(r->st->alarms, index_of(r, alarm)));
}

static enum alarm_state state_of(const struct rig *r, const char *alarm)
{
	return alarm_engine_record(r->st->alarms, index_of(r, alarm))->state;
}

static int64_t count_of(struct rig *r, const char *what)
{
	char name[64];

	rig_wait(r, 600); /* counted at each beat */
	snprintf(name, sizeof(name), "system.alarms.%s", what);
	return rig_value(r, name)->value.u.i;
}

/* A second process on what the first one stored. To be freed with stop(). */
static struct rig *restart(const struct rig *r, enum rig_change change)
{
	struct rig *next = calloc(1, sizeof(*next));
	struct store_snapshot s = rig_stored_alarms(r);

	assert_non_null(next);
	rig_init_from(next, rig_station(change), &s);
	store_snapshot_release(&s);
	return next;
}

static void stop(struct rig *r)
{
	rig_release(r);
	free(r);
}

/* --- shelving ---------------------------------------------------------------------- */

static void AM_05_a_shelf_needs_a_time_and_a_reason_and_says_both(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = watch(r, RIG_IVAN), vera = watch(r, RIG_VERA);
	struct wire_alarm_row row;
	struct wire_alarm_act m;
	struct audit_record a;
	struct alarm_journal j;

	m = shelve(30 * MIN);
	m.text[0] = '\0';
	assert_has(rig_act(r, ivan, "a.level.high", m), "needs a reason");
	snprintf(m.text, sizeof(m.text), "   ");
	assert_has(rig_act(r, ivan, "a.level.high", m), "needs a reason");
	assert_has(rig_act(r, ivan, "a.level.high", shelve(0)), "needs a time");
	assert_has(rig_act(r, ivan, "a.level.high", shelve(-5)), "needs a time");
	assert_has(rig_act(r, ivan, "a.level.high", shelve(INT64_MAX)),
		   "may be shelved for 8 h at most");
	assert_has(rig_act(r, ivan, "a.level.high", shelve(8 * HOUR + 1)), "8 h at most");
	m = shelve(30 * MIN);
	m.shelf = 7;
	assert_has(rig_act(r, ivan, "a.level.high", m), "no kind 7 of a shelf");
	assert_int_equal(flags_of(r, "a.level.high"), 0);
	assert_int_equal(rig_audits(r, AUDIT_SHELVE, NULL), 0);

	assert_has(rig_act(r, ivan, "a.level.high", shelve(30 * MIN)), "shelved until 2");
	row = row_of(r, vera, "a.level.high");
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
	assert_int_equal(count_of(r, "shelved"), 1);
}

static void T15_a_shelved_alarm_is_judged_and_journaled_on(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = watch(r, RIG_IVAN);
	struct wire_value v = { 0 };
	struct alarm_journal j;

	rig_act(r, ivan, "a.level.high", shelve(30 * MIN));
	rig_number(r, "a.level", 6);
	assert_int_equal(row_of(r, ivan, "a.level.high").state, ALARM_S_UNACK);
	assert_int_equal(row_of(r, ivan, "a.level.high").flags, ALARM_F_SHELVED);
	assert_int_equal(rig_journal(r, "a.level.high", ALARM_E_COME, &j), 1);
	assert_int_equal(j.flags, ALARM_F_SHELVED);
	assert_false(alarm_journal_is_annunciated(&j));
	assert_int_equal(count_of(r, "active"), 1); /* e.high, which came with it */
	station_wire_value(r->st, rig_tag(r, "a.level"), &v);
	assert_int_equal(v.alarm_hidden, 1);
	assert_int_equal(v.alarm_unacked, 0);
	assert_int_equal(v.alarm_priority, 0);
}

static void
T16_unshelved_by_hand_it_shows_as_it_is_and_in_time_it_comes_anew(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = watch(r, RIG_IVAN);
	uint64_t occurrence;

	rig_number(r, "a.level", 6);
	rig_act(r, ivan, "a.level.high", ack_of(r, ivan, "a.level.high"));
	occurrence = row_of(r, ivan, "a.level.high").occurrence;
	rig_act(r, ivan, "a.level.high", shelve(30 * MIN));
	assert_string_equal(rig_act(r, ivan, "a.level.high", of(ALARM_E_UNSHELVE, "")),
			    "not shelved any more");
	assert_int_equal(row_of(r, ivan, "a.level.high").state, ALARM_S_ACKED);
	assert_true(row_of(r, ivan, "a.level.high").occurrence == occurrence);
	assert_has(rig_act(r, ivan, "a.level.high", of(ALARM_E_UNSHELVE, "")),
		   "it is not shelved: ivan unshelved it at ");

	rig_act(r, ivan, "a.level.high", shelve(5 * MIN));
	rig_wait(r, 5 * MIN + 100);
	assert_int_equal(row_of(r, ivan, "a.level.high").flags, 0);
	assert_int_equal(row_of(r, ivan, "a.level.high").state, ALARM_S_UNACK);
	assert_true(row_of(r, ivan, "a.level.high").occurrence > occurrence);
	assert_int_equal(rig_journal(r, "a.level.high", ALARM_E_SHELF_EXPIRED, NULL), 1);
	assert_int_equal(rig_audits(r, AUDIT_UNSHELVE, NULL), 1);
}

static void T15_once_ends_when_it_clears_and_takes_the_longest_time(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = watch(r, RIG_IVAN);
	struct wire_alarm_act m = shelve(0);

	m.shelf = ALARM_SHELF_ONE_SHOT;
	rig_number(r, "a.level", 6);
	assert_has(rig_act(r, ivan, "a.level.high", m),
		   "shelved until it clears, at the latest until 2");
	assert_int_equal(row_of(r, ivan, "a.level.high").shelf_until_ms,
			 r->now.wall.ms + 8 * HOUR);
	rig_number(r, "a.level", 2);
	assert_int_equal(row_of(r, ivan, "a.level.high").flags, 0);
}

static void AL_13_what_may_not_be_shelved_is_not(void **state)
{
	struct rig *r = *state;
	uint64_t sam = watch(r, RIG_SAM);
	struct wire_alarm_act m = shelve(0);

	rig_reload(r, RIG_HIDING, false, 0, 0);
	assert_has(rig_act(r, sam, "a.unshelvable", shelve(MIN)),
		   "a.unshelvable may not be shelved: its class safety forbids it");
	m.shelf = ALARM_SHELF_ONE_SHOT;
	assert_has(rig_act(r, sam, "a.unshelvable", m), "may not be shelved");
	assert_has(rig_act(r, sam, "a.latch", shelve(2 * HOUR)), "1 h at most");
	assert_has(rig_act(r, sam, "a.latch", shelve(HOUR)), "shelved until");
}

/* --- the others -----------------------------------------------------------------------
 */

static void T18_out_of_service_and_back_with_right_and_reason(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = watch(r, RIG_IVAN), sam = watch(r, RIG_SAM);
	struct audit_record a;
	uint64_t occurrence;

	rig_number(r, "a.level", 6);
	rig_act(r, ivan, "a.level.high", ack_of(r, ivan, "a.level.high"));
	occurrence = row_of(r, ivan, "a.level.high").occurrence;
	assert_has(rig_act(r, ivan, "a.level.high", of(ALARM_E_OUT_OF_SERVICE, "broken")),
		   "ivan has no right \"approve\"");
	assert_int_equal(rig_audits(r, AUDIT_REFUSED, NULL), 1);
	assert_has(rig_act(r, sam, "a.level.high", of(ALARM_E_OUT_OF_SERVICE, "")),
		   "needs a reason");
	assert_has(rig_act(r, sam, "a.level.high", of(ALARM_E_OUT_OF_SERVICE, "broken")),
		   "out of service until somebody returns it");
	assert_int_equal(row_of(r, ivan, "a.level.high").flags, ALARM_F_OUT_OF_SERVICE);
	assert_string_equal(row_of(r, ivan, "a.level.high").hidden_by, "sam");
	assert_int_equal(rig_audits(r, AUDIT_OUT_OF_SERVICE, &a), 1);
	assert_string_equal(a.reason, "broken");
	assert_int_equal(count_of(r, "out_of_service"), 1);
	assert_has(rig_act(r, sam, "a.level.high", of(ALARM_E_OUT_OF_SERVICE, "again")),
		   "it is out of service already: sam took out of service it at");
	rig_wait(r, 10 * MIN);
	assert_int_equal(flags_of(r, "a.level.high"), ALARM_F_OUT_OF_SERVICE);
	assert_string_equal(rig_act(r, sam, "a.level.high", of(ALARM_E_IN_SERVICE, "")),
			    "in service again");
	assert_int_equal(row_of(r, ivan, "a.level.high").state, ALARM_S_UNACK);
	assert_true(row_of(r, ivan, "a.level.high").occurrence > occurrence);
	assert_int_equal(rig_audits(r, AUDIT_IN_SERVICE, NULL), 1);
	assert_int_equal(count_of(r, "out_of_service"), 0);
}

static void AM_01_several_things_hide_it_and_the_strongest_is_shown(void **state)
{
	struct rig *r = *state;
	uint64_t sam = watch(r, RIG_SAM);
	struct wire_alarm_row row;

	rig_act(r, sam, "a.level.high", shelve(HOUR));
	rig_act(r, sam, "a.level.high", of(ALARM_E_SUPPRESS, "no flow needed"));
	row = row_of(r, sam, "a.level.high");
	assert_int_equal(row.flags, ALARM_F_SHELVED | ALARM_F_SUPPRESSED);
	assert_int_equal(row.suppressed, ALARM_SUP_MANUAL);
	assert_string_equal(row.hidden_reason, "no flow needed");
	rig_act(r, sam, "a.level.high", of(ALARM_E_OUT_OF_SERVICE, "broken"));
	assert_string_equal(row_of(r, sam, "a.level.high").hidden_reason, "broken");
	assert_has(rig_act(r, sam, "a.level.high", of(ALARM_E_IN_SERVICE, "")),
		   "in service again; it stays hidden by something else");
	assert_has(rig_act(r, sam, "a.level.high", of(ALARM_E_UNSUPPRESS, "")),
		   "its suppression by hand is ended; it stays hidden");
	row = row_of(r, sam, "a.level.high");
	assert_int_equal(row.flags, ALARM_F_SHELVED);
	assert_string_equal(row.hidden_reason, "sensor is being cleaned");
	assert_int_equal(rig_audits(r, AUDIT_SUPPRESS, NULL), 1);
	assert_int_equal(rig_audits(r, AUDIT_UNSUPPRESS, NULL), 1);
	assert_has(rig_act(r, sam, "a.level.high", of(ALARM_E_UNSUPPRESS, "")),
		   "nobody has suppressed it by hand: sam ended");
}

static void T10_a_latched_alarm_is_reset_when_acknowledged_and_gone(void **state)
{
	struct rig *r = *state;
	uint64_t sam = watch(r, RIG_SAM);

	rig_reload(r, RIG_HIDING, false, 0, 0);
	rig_number(r, "a.level", 9.5);
	assert_has(rig_act(r, sam, "a.latch", of(ALARM_E_RESET, "")), "still stands");
	rig_number(r, "a.level", 2);
	assert_int_equal(row_of(r, sam, "a.latch").state, ALARM_S_LTUNK);
	assert_has(rig_act(r, sam, "a.latch", of(ALARM_E_RESET, "")),
		   "acknowledge it first");
	rig_act(r, sam, "a.latch", ack_of(r, sam, "a.latch"));
	assert_int_equal(row_of(r, sam, "a.latch").state, ALARM_S_LTACK);
	assert_true(row_of(r, sam, "a.latch").life & WIRE_LIFE_LATCHING);
	assert_string_equal(rig_act(r, sam, "a.latch", of(ALARM_E_RESET, "looked at it")),
			    "reset");
	assert_int_equal(row_of(r, sam, "a.latch").state, ALARM_S_NORMAL);
	assert_int_equal(rig_audits(r, AUDIT_ALARM_RESET, NULL), 1);
	assert_has(rig_act(r, sam, "a.latch", of(ALARM_E_RESET, "")),
		   "it is not latched: there is nothing to reset");
}

static void a_confirmation_is_owed_until_somebody_gives_it(void **state)
{
	struct rig *r = *state;
	uint64_t sam = watch(r, RIG_SAM);
	struct wire_alarm_act m = of(ALARM_E_CONFIRM, "valve turned");
	struct audit_record a;

	rig_reload(r, RIG_HIDING, false, 0, 0);
	rig_number(r, "a.level", 6);
	m.occurrence = row_of(r, sam, "a.confirmed").occurrence;
	assert_has(rig_act(r, sam, "a.confirmed", m), "nothing of it waits");
	rig_act(r, sam, "a.confirmed", ack_of(r, sam, "a.confirmed"));
	rig_number(r, "a.level", 2);
	assert_int_equal(row_of(r, sam, "a.confirmed").state, ALARM_S_NORMAL);
	assert_int_equal(row_of(r, sam, "a.confirmed").flags, ALARM_F_UNCONFIRMED);
	assert_true(row_of(r, sam, "a.confirmed").unconfirmed == m.occurrence);
	assert_int_equal(count_of(r, "unconfirmed"), 1);
	assert_string_equal(rig_act(r, sam, "a.confirmed", m), "confirmed");
	assert_int_equal(row_of(r, sam, "a.confirmed").flags, 0);
	assert_int_equal(rig_audits(r, AUDIT_ALARM_CONFIRM, &a), 1);
	assert_string_equal(a.reason, "valve turned");
}

static void SEC_29_a_comment_is_kept_as_it_was_and_shown_to_all(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = watch(r, RIG_IVAN), vera = watch(r, RIG_VERA);
	struct alarm_journal j;
	struct wire_alarm_row row;

	rig_number(r, "a.level", 6);
	assert_has(rig_act(r, ivan, "a.level.high", of(ALARM_E_COMMENT, "  ")),
		   "a comment needs a text");
	assert_string_equal(
		rig_act(r, ivan, "a.level.high", of(ALARM_E_COMMENT, "valve \033[2J?")),
		"comment recorded");
	row = row_of(r, vera, "a.level.high");
	assert_string_equal(row.comment, "valve \033[2J?"); /* cleaned when drawn */
	assert_string_equal(row.comment_by, "ivan");
	assert_int_equal(row.comment_ms, r->now.wall.ms);
	assert_int_equal(row.state, ALARM_S_UNACK);
	assert_int_equal(rig_journal(r, "a.level.high", ALARM_E_COMMENT, &j), 1);
	assert_string_equal(j.text, "valve \033[2J?");
	assert_has(rig_act(r, vera, "a.level.high", of(ALARM_E_COMMENT, "me too")),
		   "vera has no right");
}

/* --- which occurrence
 * ------------------------------------------------------------------- */

static void come_again(struct rig *r)
{
	rig_number(r, "a.level", 2);
	rig_number(r, "a.level", 6);
}

static void AM_03_older_occurrences_are_acknowledged_singly_or_all(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = watch(r, RIG_IVAN);
	struct wire_alarm_act m = of(ALARM_E_ACK, "seen");
	struct wire_alarm_row row;

	rig_number(r, "a.level", 6);
	come_again(r);
	come_again(r);
	row = row_of(r, ivan, "a.level.high");
	assert_int_equal(row.n_older, 2);
	assert_true(row.older[0].occurrence < row.older[1].occurrence);
	m.occurrence = row.older[1].occurrence;
	assert_has(rig_act(r, ivan, "a.level.high", m), "stays unacknowledged");
	row = row_of(r, ivan, "a.level.high");
	assert_int_equal(row.n_older, 1);
	assert_int_equal(row.state, ALARM_S_UNACK);
	assert_int_equal(rig_journal(r, "a.level.high", ALARM_E_ACK, NULL), 1);
	m.occurrence = row.occurrence;
	m.older = 1;
	assert_string_equal(rig_act(r, ivan, "a.level.high", m), "acknowledged");
	row = row_of(r, ivan, "a.level.high");
	assert_int_equal(row.n_older, 0);
	assert_int_equal(row.state, ALARM_S_ACKED);
	assert_int_equal(rig_journal(r, "a.level.high", ALARM_E_ACK, NULL), 3);
	assert_int_equal(rig_audits(r, AUDIT_ACK, NULL), 2);
}

/* Somebody works through what was drawn, from the oldest on. */
static void AM_03_acknowledging_an_older_one_makes_the_present_one_no_newer(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = watch(r, RIG_IVAN);
	struct wire_alarm_act m = of(ALARM_E_ACK, "");
	struct wire_alarm_row row;

	rig_number(r, "a.level", 6);
	come_again(r);
	row = row_of(r, ivan, "a.level.high");
	m.epoch = session_find(r->st, ivan)->epoch;
	m.version = session_find(r->st, ivan)->version;
	m.occurrence = row.older[0].occurrence;
	assert_has(rig_act(r, ivan, "a.level.high", m), "stays unacknowledged");
	m.occurrence = row.occurrence;
	assert_string_equal(rig_act(r, ivan, "a.level.high", m), "acknowledged");
}

/* --- two at once
 * ------------------------------------------------------------------------- */

static void AL_03_the_second_of_two_shelving_at_once_is_told(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = watch(r, RIG_IVAN), sam = watch(r, RIG_SAM);
	struct wire_alarm_act drawn = shelve(MIN);

	rig_number(r, "a.level", 6);
	drawn.epoch = session_find(r->st, sam)->epoch;
	drawn.version = session_find(r->st, sam)->version;
	r->hold_commits = true;
	assert_string_equal(rig_act(r, ivan, "a.level.high", shelve(HOUR)), "");
	assert_int_equal(row_of(r, sam, "a.level.high").recording, 1);
	assert_int_equal(row_of(r, sam, "a.level.high").flags, 0);
	assert_string_equal(rig_act(r, sam, "a.level.high", drawn),
			    "ivan shelves it just now");
	rig_answer_all(r, true);
	r->hold_commits = false;
	assert_int_equal(row_of(r, sam, "a.level.high").flags, ALARM_F_SHELVED);
	assert_has(rig_act(r, sam, "a.level.high", drawn), "ivan shelved it at ");
	assert_has(rig_act(r, sam, "a.level.high", drawn),
		   "after the list that was drawn: look again");
	/* who has seen it may change it */
	assert_has(rig_act(r, sam, "a.level.high", shelve(MIN)), "shelved until");
	assert_string_equal(row_of(r, ivan, "a.level.high").hidden_by, "sam");
	/* what one did oneself is no surprise */
	drawn.duration_ms = 2 * MIN;
	assert_has(rig_act(r, sam, "a.level.high", drawn), "shelved until");
}

static void AL_05_acts_are_bound_to_the_list_that_was_drawn(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_alarm_act m = shelve(MIN);

	assert_has(rig_act(r, ivan, "a.level.high", m), "look at the alarm list first");
	rig_request(r, ivan, WIRE_ALARMS, 1, 1, "");
	m.epoch = session_find(r->st, ivan)->epoch + 1;
	assert_has(rig_act(r, ivan, "a.level.high", m), "was sent anew");
	m.epoch--;
	m.version = session_find(r->st, ivan)->version + 1;
	assert_has(rig_act(r, ivan, "a.level.high", m), "was ever sent");
	assert_has(rig_act(r, ivan, "a.level.none", shelve(MIN)), "there is no alarm");
	assert_has(rig_act(r, ivan, "a.level.high", of(ALARM_E_COME, "x")),
		   "no act of this server");
	assert_has(rig_act(r, ivan, "a.level.high", of((enum alarm_event)200, "x")),
		   "no act of this server");
	assert_int_equal(flags_of(r, "a.level.high"), 0);
}

/* --- what is stored
 * ------------------------------------------------------------------------ */

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
	uint64_t sam = watch(r, RIG_SAM);

	rig_number(r, "a.level", 6);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct wire_alarm_act m = shelve(HOUR);

		m.event = (uint8_t)row[i].event;
		r->fail_commits = true;
		assert_has(rig_act(r, sam, "a.level.high", m), row[i].want);
		assert_int_equal(row_of(r, sam, "a.level.high").flags, 0);
		assert_int_equal(row_of(r, sam, "a.level.high").recording, 0);
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
	uint64_t sam = watch(r, RIG_SAM);

	rig_number(r, "a.level", 6);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		struct wire_alarm_act m = shelve(HOUR);
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
	uint64_t ivan = watch(r, RIG_IVAN);
	struct rig *next;

	r->hold_commits = true;
	assert_string_equal(rig_act(r, ivan, "a.level.high", shelve(HOUR)), "");
	rig_number(r, "a.level", 6); /* it comes before the shelf is stored */
	rig_answer(r, true);
	rig_answer(r, true);
	assert_int_equal(flags_of(r, "a.level.high"), 0); /* not yet safe */
	next = restart(r, RIG_SAME);                      /* a crash here shows neither */
	assert_int_equal(flags_of(next, "a.level.high"), 0);
	stop(next);
	assert_int_equal(r->n_held, 1); /* both in one record */
	rig_answer_all(r, true);
	assert_int_equal(flags_of(r, "a.level.high"), ALARM_F_SHELVED);
	next = restart(r, RIG_SAME);
	assert_int_equal(flags_of(next, "a.level.high"), ALARM_F_SHELVED);
	assert_int_equal(state_of(next, "a.level.high"), ALARM_S_UNACK);
	stop(next);
}

/* The first of its two transactions is stored, the second is not. */
static void AL_11_an_act_that_fails_late_is_put_back(void **state)
{
	struct rig *r = *state, *next;
	uint64_t ivan = watch(r, RIG_IVAN);
	struct wire_alarm_act m = shelve(HOUR);
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
	assert_int_equal(row_of(r, ivan, "a.level.high").flags, 0);
	r->hold_commits = false;
	rig_answer_all(r, true);
	rig_wait(r, 1100);
	assert_int_equal(rig_audits(r, AUDIT_SHELVE, &a), 2);
	assert_string_equal(a.result, "without effect");
	assert_string_equal(a.reason, "sensor is being cleaned");
	next = restart(r, RIG_SAME);
	assert_int_equal(flags_of(next, "a.level.high"), 0);
	assert_int_equal(state_of(next, "a.level.high"), ALARM_S_UNACK);
	stop(next);
}

/* The number of the occurrence that an act begins may go to another alarm meanwhile. */
static void AL_11_what_ends_a_hiding_is_stored_under_the_right_number(void **state)
{
	struct rig *r = *state;
	uint64_t sam = watch(r, RIG_SAM);
	struct rig *next;
	uint64_t occurrence;

	rig_number(r, "a.level", 5.9); /* a.level.high alone */
	rig_act(r, sam, "a.level.high", ack_of(r, sam, "a.level.high"));
	rig_act(r, sam, "a.level.high", of(ALARM_E_OUT_OF_SERVICE, "broken"));
	r->hold_commits = true;
	rig_act(r, sam, "a.level.high", of(ALARM_E_IN_SERVICE, ""));
	rig_device(r, "plc2", DEVICE_FAILED, "no answer"); /* takes a number */
	while (r->n_held)
		rig_answer(r, true);
	occurrence = row_of(r, sam, "a.level.high").occurrence;
	assert_int_equal(row_of(r, sam, "a.level.high").state, ALARM_S_UNACK);
	assert_true(row_of(r, sam, "system.plc2.comm").occurrence != occurrence);
	next = restart(r, RIG_SAME);
	assert_true(alarm_engine_record(next->st->alarms, index_of(next, "a.level.high"))
			    ->occurrence == occurrence);
	stop(next);
}

static void a_reset_that_the_process_overtakes_is_told_as_such(void **state)
{
	struct rig *r = *state;
	uint64_t sam = watch(r, RIG_SAM);
	struct wire_alarm_act m = of(ALARM_E_RESET, "");
	enum wire_status status;
	struct audit_record a;

	rig_reload(r, RIG_HIDING, false, 0, 0);
	rig_number(r, "a.level", 9.5);
	rig_number(r, "a.level", 2);
	rig_act(r, sam, "a.latch", ack_of(r, sam, "a.latch"));
	r->hold_commits = true;
	m.req = 9;
	rig_act(r, sam, "a.latch", m);
	rig_number(r, "a.level", 9.5); /* it comes again while the reset is stored */
	while (r->n_held)
		rig_answer(r, true);
	assert_has(rig_reply(r, sam, 9, &status), "recorded, but without effect");
	assert_int_equal(status, WIRE_FAILED);
	assert_int_equal(row_of(r, sam, "a.latch").state, ALARM_S_UNACK);
	assert_int_equal(rig_audits(r, AUDIT_ALARM_RESET, &a), 2);
	assert_string_equal(a.result, "without effect");
}

/* --- restart and reload
 * ------------------------------------------------------------------- */

static void T19_all_of_it_is_there_after_a_restart(void **state)
{
	struct rig *r = *state, *next;
	uint64_t sam = watch(r, RIG_SAM);
	struct wire_alarm_row was[3], is;
	static const char *const names[] = { "a.level.high", "system.plc1.comm",
					     "system.plc2.comm" };

	rig_number(r, "a.level", 6);
	come_again(r);
	rig_act(r, sam, names[0], of(ALARM_E_COMMENT, "valve ordered"));
	rig_act(r, sam, names[1], shelve(HOUR));
	rig_act(r, sam, names[2], of(ALARM_E_OUT_OF_SERVICE, "no PLC yet"));
	rig_act(r, sam, names[2], of(ALARM_E_SUPPRESS, "no PLC yet"));
	for (size_t i = 0; i < 3; i++)
		was[i] = row_of(r, sam, names[i]);
	next = restart(r, RIG_SAME);
	sam = watch(next, RIG_SAM);
	for (size_t i = 0; i < 3; i++) {
		is = row_of(next, sam, names[i]);
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
	assert_int_equal(count_of(next, "shelved"), 1);
	assert_int_equal(count_of(next, "suppressed"), 1);
	assert_int_equal(count_of(next, "out_of_service"), 1);
	stop(next);
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
	uint64_t ivan = watch(r, RIG_IVAN);

	assert_non_null(next);
	rig_number(r, "a.level", 6);
	rig_act(r, ivan, "a.level.high", ack_of(r, ivan, "a.level.high"));
	rig_act(r, ivan, "a.level.high", shelve(HOUR));
	for (size_t i = 0; i < 2; i++) {
		struct store_snapshot s = rig_stored_alarms(r);

		make_older(&s, "a.level.high", passed[i]);
		rig_init_from(next, rig_station(RIG_SAME), &s);
		store_snapshot_release(&s);
		rig_wait(next, 100);
		assert_int_equal(flags_of(next, "a.level.high"), i ? 0 : ALARM_F_SHELVED);
		assert_int_equal(state_of(next, "a.level.high"),
				 i ? ALARM_S_UNACK : ALARM_S_ACKED);
		rig_wait(next, 31 * MIN); /* AL-06: what was left of it */
		assert_int_equal(flags_of(next, "a.level.high"), 0);
		rig_release(next);
	}
	free(next);
}

static void AL_08_a_clock_that_is_set_neither_ends_nor_lengthens_a_shelf(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = watch(r, RIG_IVAN);

	rig_act(r, ivan, "a.level.high", shelve(10 * MIN));
	r->now.wall.ms += 24 * (int64_t)HOUR;
	rig_wait(r, 5 * MIN);
	assert_int_equal(flags_of(r, "a.level.high"), ALARM_F_SHELVED);
	r->now.wall.ms -= 48 * (int64_t)HOUR;
	rig_wait(r, 6 * MIN);
	assert_int_equal(flags_of(r, "a.level.high"), 0);
}

static void CF_09_a_reload_keeps_what_hides_and_a_removal_ends_it(void **state)
{
	struct rig *r = *state;
	uint64_t sam = watch(r, RIG_SAM);
	struct alarm_journal j;

	rig_act(r, sam, "a.level.high", shelve(HOUR));
	rig_reload(r, RIG_LIMIT, false, 0, 0);
	assert_int_equal(flags_of(r, "a.level.high"), ALARM_F_SHELVED);
	assert_int_equal(count_of(r, "shelved"), 1);
	rig_reload(r, RIG_NO_LEVEL, false, 0, 0);
	assert_int_equal(row_of(r, sam, "a.level.high").flags, 0);
	assert_int_equal(rig_journal(r, "a.level.high", ALARM_E_REMOVE, &j), 1);
	assert_int_equal(count_of(r, "shelved"), 0);
	assert_true(rig_stored_ops(r, TXN_ALARM_GONE) > 0);
}

static void a_reload_that_removes_the_alarm_overtakes_an_act(void **state)
{
	struct rig *r = *state;
	uint64_t sam = watch(r, RIG_SAM);
	struct wire_alarm_act m = shelve(HOUR);

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
	uint64_t vera = watch(r, RIG_VERA), oleg = watch(r, RIG_OLEG);
	char want[64];

	rig_number(r, "a.level", 6);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct wire_alarm_act m = shelve(HOUR);

		m.event = (uint8_t)row[i].event;
		m.occurrence = row_of(r, vera, "a.level.high").occurrence;
		snprintf(want, sizeof(want), "no right \"%s\"", row[i].right);
		assert_has(rig_act(r, vera, "a.level.high", m), want);
		assert_has(rig_act(r, oleg, "a.level.high", m), "area a");
	}
	assert_int_equal(flags_of(r, "a.level.high"), 0);
	assert_int_equal(state_of(r, "a.level.high"), ALARM_S_UNACK);
	assert_true(rig_audits(r, AUDIT_REFUSED, NULL) > 4); /* the rest is counted */
}

/* --- both ends agree
 * --------------------------------------------------------------------- */

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
	uint64_t sam = watch(r, RIG_SAM), vera = watch(r, RIG_VERA);

	rig_number(r, "a.level", 6);
	come_again(r);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		struct wire_alarm_act m = shelve(HOUR);

		m.event = (uint8_t)events[i];
		m.older = events[i] == ALARM_E_ACK;
		m.occurrence = row_of(r, sam, "a.level.high").occurrence;
		rig_act(r, sam, "a.level.high", m);
		assert_true(hash_of_rows(r, sam) == alarm_engine_hash(r->st->alarms));
		assert_true(hash_of_rows(r, vera) == alarm_engine_hash(r->st->alarms));
	}
	assert_int_equal(row_of(r, vera, "a.level.high").state, ALARM_S_ACKED);
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
		RIG_TEST(PR_08_rows_and_hash_agree_after_each_act),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
