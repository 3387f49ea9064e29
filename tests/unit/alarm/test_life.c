/* test_life.c - the rest of an alarm's life: latching, re-alarm, confirmation, older
 * occurrences, what is stored (ISA-18.2 numbers). Each act is checked, previewed and
 * done: bed_act() compares the three. */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "unit/alarm/bed.h"

enum { HOUR = 3600000, MINUTE = 60000 };

/* Raised at 10 as occurrence 1; what that said is forgotten. */
static void raised(struct bed *b)
{
	bed_redefine(b);
	bed_sample(b, 10, 6, 0);
	bed_forget(b);
}

static void raised_and_acked(struct bed *b)
{
	raised(b);
	bed_ack(b, 20, 1);
	bed_forget(b);
}

/* Comes and goes unseen n times, from time ms on: the last one is still present. */
static void flaps(struct bed *b, int n, int64_t ms)
{
	for (int i = 0; i < n; i++) {
		bed_sample(b, ms + 2 * i, 6, 0);
		if (i < n - 1)
			bed_sample(b, ms + 2 * i + 1, 0, 0);
	}
	bed_forget(b);
}

static const struct alarm_older *older(const struct bed *b, int i)
{
	assert_true(i < alarm_record_n_older(bed_record(b)));
	return &bed_record(b)->extra->older[i];
}

/* --- latching ---------------------------------------------------------------------- */

static void T07_a_latching_alarm_stays_when_its_condition_clears(void **state)
{
	struct bed *b = *state;

	b->life.latching = true;
	raised(b);
	bed_sample(b, 30, 0, 0);
	bed_expect(b, " unacknowledged>latched unacknowledged#1");
	assert_int_equal(bed_record(b)->changed.ms, BED_WALL + 30);
	assert_double(bed_record(b)->value, 0, 0);
}

static void T08_an_acknowledged_one_latches_as_acknowledged(void **state)
{
	struct bed *b = *state;

	b->life.latching = true;
	raised_and_acked(b);
	bed_sample(b, 30, 0, 0);
	bed_expect(b, " acknowledged>latched acknowledged#1");
	assert_string_equal(bed_record(b)->acked_by, "ivan");
}

static void T09_a_latched_alarm_is_acknowledged_and_still_there(void **state)
{
	struct bed *b = *state;

	b->life.latching = true;
	raised(b);
	bed_sample(b, 30, 0, 0);
	bed_forget(b);
	assert_int_equal(bed_ack(b, 40, 1), ALARM_ACT_OK);
	assert_string_equal(b->log[0].rule, "T09");
	bed_expect(b, " latched unacknowledged>latched acknowledged#1 by operator");
	assert_int_equal(bed_ack(b, 50, 1), ALARM_ACT_NOT_NEEDED);
}

static void T10_a_reset_lets_a_latched_alarm_go(void **state)
{
	struct bed *b = *state;

	b->life.latching = true;
	raised_and_acked(b);
	assert_int_equal(bed_do(b, 25, ALARM_E_RESET), ALARM_ACT_STANDING);
	bed_sample(b, 30, 0, 0);
	bed_forget(b);
	assert_int_equal(bed_do(b, 40, ALARM_E_RESET), ALARM_ACT_OK);
	assert_string_equal(b->log[0].rule, "T10");
	assert_string_equal(b->log[0].by, "petra");
	bed_expect(b, " latched acknowledged>normal#1 reset by operator");
	assert_false(alarm_record_is_retained(bed_record(b)));
	assert_string_equal(bed_record(b)->acked_by, "ivan"); /* not the one who reset */
	assert_int_equal(bed_do(b, 50, ALARM_E_RESET), ALARM_ACT_NOT_NEEDED);
}

static void T10_a_reset_is_refused_while_the_condition_comes_back(void **state)
{
	struct bed *b = *state;

	b->life.latching = true;
	b->def.on_delay_ms = 1000;
	bed_redefine(b);
	bed_sample(b, 0, 6, 0);
	bed_tick(b, 1000);
	bed_ack(b, 1100, 1);
	bed_sample(b, 1200, 0, 0);
	bed_sample(b, 1300, 6, 0); /* present again, its delay runs */
	assert_int_equal(bed_do(b, 1400, ALARM_E_RESET), ALARM_ACT_STANDING);
	bed_sample(b, 1500, 0, 0);
	assert_int_equal(bed_do(b, 1600, ALARM_E_RESET), ALARM_ACT_OK);
}

static void T11_a_reset_before_the_acknowledgement_is_refused(void **state)
{
	struct bed *b = *state;

	b->life.latching = true;
	raised(b);
	bed_sample(b, 30, 0, 0);
	bed_forget(b);
	assert_int_equal(bed_do(b, 40, ALARM_E_RESET), ALARM_ACT_ACK_FIRST);
	bed_expect(b, "");
	assert_int_equal(bed_record(b)->state, ALARM_S_LTUNK);
}

static void T12_a_latched_alarm_comes_again_as_a_new_occurrence(void **state)
{
	struct bed *b = *state;

	b->life.latching = true;
	raised(b);
	bed_sample(b, 30, 0, 0);
	bed_forget(b);
	bed_sample(b, 40, 6, 0); /* from E: what nobody acknowledged is kept */
	assert_string_equal(b->log[0].rule, "T12");
	bed_expect(b, " latched unacknowledged>unacknowledged#2");
	assert_int_equal(older(b, 0)->occurrence, 1);
	assert_int_equal(older(b, 0)->raised.ms, BED_WALL + 10);
	assert_int_equal(older(b, 0)->returned.ms, BED_WALL + 30);
	bed_ack(b, 50, 2);
	bed_sample(b, 60, 0, 0);
	bed_forget(b);
	bed_sample(b, 70, 6, 0); /* from F */
	bed_expect(b, " latched acknowledged>unacknowledged#3");
	assert_int_equal(alarm_record_n_older(bed_record(b)), 1);
}

/* --- occurrences ---------------------------------------------------------------- */

static void T06_the_occurrence_that_nobody_saw_stays_to_be_acknowledged(void **state)
{
	struct bed *b = *state;

	flaps(b, 2, 10);
	assert_int_equal(older(b, 0)->occurrence, 1);
	assert_int_equal(older(b, 0)->raised.ms, BED_WALL + 10);
	assert_int_equal(older(b, 0)->returned.ms, BED_WALL + 11);
	assert_int_equal(bed_ack(b, 50, 2), ALARM_ACT_OK);
	assert_int_equal(alarm_record_n_older(bed_record(b)), 1);
	bed_sample(b, 60, 0, 0);
	assert_int_equal(bed_record(b)->state, ALARM_S_NORMAL);
	assert_true(alarm_record_is_retained(bed_record(b))); /* the first one waits */
	assert_true(alarm_engine_hash(b->engine) != 0);
	bed_forget(b);
	assert_int_equal(bed_ack(b, 70, 1), ALARM_ACT_OK);
	bed_expect(b, " returned>normal#1 by operator");
	assert_null(bed_record(b)->extra);
	assert_int_equal(alarm_engine_hash(b->engine), 0);
}

static void AM_03_an_ack_is_of_the_occurrence_shown_and_of_no_other(void **state)
{
	struct bed *b = *state;

	flaps(b, 4, 10); /* 1, 2 and 3 wait, 4 is present */
	assert_int_equal(bed_ack(b, 50, 2), ALARM_ACT_NEWER);
	assert_string_equal(b->log[0].rule, "T05");
	bed_expect(b, " returned>normal#2 by operator");
	assert_int_equal(alarm_record_n_older(bed_record(b)), 2);
	assert_int_equal(older(b, 0)->occurrence, 1);
	assert_int_equal(older(b, 1)->occurrence, 3);
	assert_int_equal(bed_record(b)->state, ALARM_S_UNACK);
	assert_int_equal(bed_record(b)->acked.ms, 0); /* nor who acknowledged it */
	assert_string_equal(bed_record(b)->acked_by, "");
	assert_int_equal(bed_ack(b, 60, 2), ALARM_ACT_NOT_NEEDED);
	assert_int_equal(bed_ack(b, 70, 4), ALARM_ACT_OK);
	assert_int_equal(bed_ack(b, 80, 3), ALARM_ACT_OK); /* nothing newer waits */
	assert_int_equal(bed_ack(b, 90, 1), ALARM_ACT_OK);
}

static void AM_03_all_that_was_shown_is_acknowledged_one_by_one(void **state)
{
	struct alarm_act act = { .event = ALARM_E_ACK, .older = true, .by = "ivan" };
	struct bed *b = *state;

	flaps(b, 4, 10);
	act.occurrence = 3; /* 4 came after the list was drawn */
	assert_int_equal(bed_act(b, 50, &act), ALARM_ACT_NEWER);
	bed_expect(b, " returned>normal#1 by operator, returned>normal#2 by operator,"
		      " returned>normal#3 by operator");
	assert_int_equal(bed_record(b)->state, ALARM_S_UNACK);
	bed_sample(b, 60, 0, 0);
	bed_sample(b, 61, 6, 0);
	bed_forget(b);
	act.occurrence = 5;
	assert_int_equal(bed_act(b, 70, &act), ALARM_ACT_OK);
	bed_expect(b, " returned>normal#4 by operator,"
		      " unacknowledged>acknowledged#5 by operator");
	assert_int_equal(bed_act(b, 80, &act), ALARM_ACT_NOT_NEEDED);
}

static void the_oldest_of_too_many_occurrences_is_shed_and_that_is_said(void **state)
{
	struct bed *b = *state;

	flaps(b, 9, 10); /* eight wait */
	assert_int_equal(alarm_record_n_older(bed_record(b)), ALARM_OLDER_MAX);
	bed_sample(b, 50, 0, 0);
	bed_forget(b);
	bed_sample(b, 51, 6, 0);
	assert_int_equal(b->log[0].event, ALARM_E_OLDER_SHED);
	assert_string_equal(b->log[0].text, "8 newer ones wait");
	assert_int_equal(alarm_record_n_older(&b->log[0].record), ALARM_OLDER_MAX - 1);
	bed_expect(b, " returned>normal#1 shed by system,"
		      " returned>unacknowledged#10");
	assert_int_equal(older(b, 0)->occurrence, 2);
	assert_int_equal(older(b, 7)->occurrence, 9);
	assert_int_equal(bed_ack(b, 60, 1), ALARM_ACT_NOT_NEEDED);
}

/* --- re-alarm ------------------------------------------------------------------- */

static void T13_one_acknowledged_long_ago_calls_again(void **state)
{
	struct bed *b = *state;

	b->life.realarm_ms = MINUTE;
	raised(b);
	bed_ack(b, 1000, 1);
	bed_forget(b);
	assert_int_equal(alarm_engine_next_deadline(b->engine).ns,
			 bed_now(1000 + MINUTE).mono.ns);
	bed_tick(b, 1000 + MINUTE - 1);
	bed_expect(b, "");
	bed_tick(b, 1000 + MINUTE);
	assert_string_equal(b->log[0].rule, "T13");
	bed_expect(b, " acknowledged>unacknowledged#2 re-alarmed by timer");
	assert_int_equal(bed_record(b)->raised.ms, BED_WALL + 10); /* it is the same */
	assert_int_equal(bed_record(b)->realarms, 1);
	assert_int_equal(bed_record(b)->acked.ms, 0);
	assert_string_equal(bed_record(b)->acked_by, "");
	bed_tick(b, HOUR); /* nobody acknowledged it: it has called already */
	bed_expect(b, "");
	bed_ack(b, HOUR, 2);
	bed_tick(b, HOUR + MINUTE);
	assert_int_equal(bed_record(b)->realarms, 2);
	bed_sample(b, HOUR + MINUTE + 1, 0, 0);
	bed_sample(b, HOUR + MINUTE + 2, 6, 0);
	assert_int_equal(bed_record(b)->realarms, 0);
}

static void T13_one_that_cleared_does_not_call_again(void **state)
{
	struct bed *b = *state;

	b->life.realarm_ms = MINUTE;
	raised_and_acked(b);
	bed_sample(b, 30, 0, 0);
	bed_forget(b);
	assert_int_equal(alarm_engine_next_deadline(b->engine).ns, INT64_MAX);
	bed_tick(b, HOUR);
	bed_expect(b, "");
}

static void T13_a_reload_begins_the_time_to_the_next_call_anew(void **state)
{
	struct bed *b = *state;

	raised_and_acked(b);
	b->life.realarm_ms = MINUTE;
	alarm_engine_redefine(b->engine, 0, &b->def, bed_now(5000));
	bed_tick(b, 5000 + MINUTE - 1);
	bed_expect(b, "");
	b->life.realarm_ms = 0;
	alarm_engine_redefine(b->engine, 0, &b->def, bed_now(6000));
	bed_tick(b, HOUR);
	bed_expect(b, "");
}

static void T14_one_that_needs_no_acknowledgement_goes_by_itself(void **state)
{
	struct bed *b = *state;

	b->life.no_ack = true;
	raised(b);
	bed_sample(b, 30, 0, 0);
	assert_string_equal(b->log[0].rule, "T14");
	bed_expect(b, " unacknowledged>normal#1");
	assert_false(alarm_record_is_retained(bed_record(b)));
	bed_sample(b, 40, 6, 0);
	assert_int_equal(bed_ack(b, 50, 2), ALARM_ACT_OK); /* it can be */
	bed_forget(b);
	bed_sample(b, 60, 0, 0);
	bed_expect(b, " acknowledged>normal#2");
}

/* --- confirm and comment -------------------------------------------------------- */

static void a_confirmation_is_owed_until_it_is_given(void **state)
{
	struct bed *b = *state;

	b->life.confirm = true;
	raised(b);
	assert_int_equal(bed_do(b, 15, ALARM_E_CONFIRM), ALARM_ACT_NOT_ALLOWED);
	bed_ack(b, 20, 1);
	assert_int_equal(bed_record(b)->unconfirmed, 1);
	assert_int_equal(bed_flags(b), ALARM_F_UNCONFIRMED);
	bed_sample(b, 30, 0, 0);
	assert_int_equal(bed_record(b)->state, ALARM_S_NORMAL);
	assert_true(alarm_record_is_retained(bed_record(b)));
	bed_restart(b, 35);
	assert_int_equal(bed_do(b, 40, ALARM_E_CONFIRM), ALARM_ACT_OK);
	assert_string_equal(b->log[0].text, "sensor is being swapped");
	bed_expect(b, " normal>normal#1 confirmed by operator");
	assert_int_equal(alarm_engine_hash(b->engine), 0);
	assert_int_equal(bed_do(b, 50, ALARM_E_CONFIRM), ALARM_ACT_NOT_ALLOWED);
}

static void a_confirmation_is_of_what_was_seen(void **state)
{
	struct alarm_act act = { .event = ALARM_E_CONFIRM, .by = "petra" };
	struct bed *b = *state;

	b->life.confirm = true;
	raised_and_acked(b);
	bed_sample(b, 30, 0, 0);
	bed_sample(b, 40, 6, 0);
	bed_ack(b, 50, 2); /* while somebody still looks at the first */
	act.occurrence = 1;
	assert_int_equal(bed_act(b, 60, &act), ALARM_ACT_NOT_NEEDED);
	assert_int_equal(bed_record(b)->unconfirmed, 2);
	act.occurrence = 0;
	assert_int_equal(bed_act(b, 60, &act), ALARM_ACT_UNKNOWN);
	act.occurrence = 3;
	assert_int_equal(bed_act(b, 60, &act), ALARM_ACT_UNKNOWN);
	act.occurrence = 2;
	assert_int_equal(bed_act(b, 60, &act), ALARM_ACT_OK);
}

static void an_older_occurrence_owes_its_confirmation_too(void **state)
{
	struct bed *b = *state;

	b->life.confirm = true;
	bed_redefine(b);
	flaps(b, 2, 10);
	bed_ack(b, 50, 1);
	assert_int_equal(bed_record(b)->unconfirmed, 1);
	bed_ack(b, 60, 2);
	assert_int_equal(bed_record(b)->unconfirmed, 2);
	bed_sample(b, 70, 0, 0);
	bed_sample(b, 71, 6, 0);
	bed_sample(b, 72, 0, 0);
	bed_sample(b, 73, 6, 0); /* 3 waits, 4 is present */
	bed_ack(b, 80, 4);
	bed_ack(b, 90, 3);
	assert_int_equal(bed_record(b)->unconfirmed, 4); /* the newest */
}

static void a_comment_stays_with_its_author_and_time(void **state)
{
	struct alarm_act act = { .event = ALARM_E_COMMENT, .by = "petra" };
	struct bed *b = *state;

	assert_int_equal(bed_act(b, 5, &act), ALARM_ACT_NO_REASON);
	act.text = "";
	assert_int_equal(bed_act(b, 5, &act), ALARM_ACT_NO_REASON);
	raised(b);
	assert_int_equal(bed_do(b, 20, ALARM_E_COMMENT), ALARM_ACT_OK);
	assert_string_equal(b->log[0].text, "sensor is being swapped");
	bed_expect(b, " unacknowledged>unacknowledged#1 comment by operator");
	bed_restart(b, 30);
	assert_string_equal(bed_record(b)->extra->comment, "sensor is being swapped");
	assert_string_equal(bed_record(b)->extra->comment_by, "petra");
	assert_int_equal(bed_record(b)->extra->commented.ms, BED_WALL + 20);
	bed_ack(b, 40, 1);
	bed_sample(b, 50, 0, 0);
	assert_false(
		alarm_record_is_retained(bed_record(b))); /* a comment holds nothing */
	assert_int_equal(alarm_engine_hash(b->engine), 0);
}

static void a_text_of_any_length_is_cut_between_characters(void **state)
{
	struct bed *b = *state;
	char text[400] = "";
	struct alarm_act act = { .event = ALARM_E_COMMENT, .by = "petra", .text = text };

	for (int i = 0; i < 100; i++) /* three bytes each: 255 is 85 of them */
		memcpy(text + 3 * i, "\xe2\x82\xac", 3);
	bed_act(b, 20, &act);
	assert_int_equal(strlen(bed_record(b)->extra->comment), 255);
	text[0] = 'x'; /* 1 + 84 * 3 = 253, the next would not fit */
	memmove(text + 1, text + 3, strlen(text + 3) + 1);
	bed_act(b, 30, &act);
	assert_int_equal(strlen(bed_record(b)->extra->comment), 253);
	text[1] = '\0';
	bed_act(b, 40, &act);
	assert_string_equal(bed_record(b)->extra->comment, "x");
}

static void suppress(struct bed *b, int64_t ms, uint8_t set, uint8_t clear,
		     const char *reason)
{
	alarm_engine_suppress(b->engine, 0, set, clear, reason, bed_now(ms), bed_sink, b);
}

/* --- all together --------------------------------------------------------------- */

static void AM_07_delays_are_of_the_alarm_and_the_deadband_of_its_limit(void **state)
{
	struct alarm_def hihi = { .name = (char[]){ "hihi" },
				  .type = alarm_type_find("high"),
				  .limit = 8,
				  .deadband = 2,
				  .on_delay_ms = 300,
				  .off_delay_ms = 50 };
	struct bed *b = *state;
	uint32_t i = alarm_engine_add(b->engine, &hihi);

	b->def.on_delay_ms = 100;
	b->def.off_delay_ms = 500;
	bed_redefine(b);
	static const struct {
		int64_t ms;
		double v;
		enum alarm_state high, hihi;
	} steps[] = {
		{ 0, 9, ALARM_S_NORMAL, ALARM_S_NORMAL },
		{ 99, 9, ALARM_S_NORMAL, ALARM_S_NORMAL },
		{ 100, 9, ALARM_S_UNACK, ALARM_S_NORMAL },
		{ 300, 9, ALARM_S_UNACK, ALARM_S_UNACK },
		{ 400, 6.1, ALARM_S_UNACK, ALARM_S_UNACK }, /* in the deadband of 2 */
		{ 500, 4.8, ALARM_S_UNACK, ALARM_S_UNACK },
		{ 550, 4.8, ALARM_S_UNACK, ALARM_S_RTNUN },
		{ 999, 4.8, ALARM_S_UNACK, ALARM_S_RTNUN },
		{ 1000, 4.8, ALARM_S_RTNUN, ALARM_S_RTNUN },
	};

	for (size_t n = 0; n < sizeof(steps) / sizeof(steps[0]); n++) {
		struct sample s = { .value = value_double(steps[n].v) };

		bed_sample(b, steps[n].ms, steps[n].v, 0);
		alarm_engine_judge(b->engine, i, &s, NULL, bed_now(steps[n].ms), NULL,
				   bed_sink, b);
		assert_int_equal(bed_record(b)->state, steps[n].high);
		assert_int_equal(alarm_engine_record(b->engine, i)->state, steps[n].hihi);
	}
	alarm_engine_remove(b->engine, i, bed_now(2000), bed_sink, b);
}

static void T19_a_restart_keeps_all_of_it(void **state)
{
	struct bed *b = *state;

	b->life.realarm_ms = MINUTE;
	b->life.confirm = true;
	bed_redefine(b);
	flaps(b, 3, 10);
	bed_ack(b, 50, 3);
	bed_tick(b, 50 + MINUTE); /* occurrence 4 */
	bed_ack(b, 70000, 4);
	bed_shelve(b, 70001, ALARM_SHELF_TIMED, HOUR);
	suppress(b, 70002, ALARM_SUP_PARENT, 0, "comm");
	bed_do(b, 70003, ALARM_E_SUPPRESS);
	bed_do(b, 70004, ALARM_E_OUT_OF_SERVICE);
	bed_do(b, 70005, ALARM_E_COMMENT);
	bed_restart(b, 80000); /* compares every byte, and the hash */
	assert_int_equal(bed_record(b)->state, ALARM_S_ACKED);
	assert_int_equal(bed_flags(b), 15);
	assert_int_equal(alarm_record_n_older(bed_record(b)), 2);
	assert_int_equal(bed_record(b)->realarms, 1);
	bed_tick(b, 80000 + MINUTE - 1);
	bed_expect(b, ""); /* the time to the next call began anew */
	bed_tick(b, 80000 + MINUTE);
	bed_expect(b, " acknowledged>unacknowledged#5 re-alarmed by timer");
}

static void T21_removing_it_closes_occurrences_and_flags(void **state)
{
	struct bed *b = *state;

	b->life.confirm = true;
	bed_redefine(b);
	flaps(b, 3, 10);
	bed_ack(b, 50, 3);
	bed_shelve(b, 60, ALARM_SHELF_TIMED, HOUR);
	bed_do(b, 70, ALARM_E_COMMENT);
	bed_forget(b);
	alarm_engine_remove(b->engine, 0, bed_now(80), bed_sink, b);
	assert_string_equal(b->log[0].rule, "T21");
	assert_null(b->log[0].record.extra);
	assert_int_equal(b->log[0].record.unconfirmed, 0);
	bed_expect(b, " acknowledged>normal#3 by configuration");
	assert_int_equal(alarm_engine_hash(b->engine), 0);
	assert_int_equal(alarm_engine_next_deadline(b->engine).ns, INT64_MAX);
	assert_int_equal(
		alarm_engine_act_check(b->engine, 0,
				       &(struct alarm_act){ .event = ALARM_E_UNSHELVE },
				       bed_now(90)),
		ALARM_ACT_UNKNOWN);
	suppress(b, 90, ALARM_SUP_PARENT, 0, "comm");
	bed_expect(b, "");
}

static void what_people_do_not_do_is_no_act(void **state)
{
	static const enum alarm_event none[] = {
		ALARM_E_COME,          ALARM_E_GO,
		ALARM_E_REMOVE,        ALARM_E_REALARM,
		ALARM_E_SHELF_EXPIRED, ALARM_E_SOURCE_BAD,
		ALARM_E_OLDER_SHED,    ALARM_E_COUNT,
	};
	struct bed *b = *state;

	raised(b);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(bed_do(b, 20, none[i]), ALARM_ACT_NOT_ALLOWED);
	bed_expect(b, "");
}

/* --- stored --------------------------------------------------------------------- */

static void a_record_of_version_1_is_read(void **state)
{
	static const unsigned char v1[] = {
		1, 3, 1, 8, 0, /* D, source bad, quality */
		7, 0, 0, 0, 0, 0, 0,  0,  1, 0, 0,   0,   0,   0,
		0, 0, /* occurrence, raised */
		2, 0, 0, 0, 0, 0, 0,  0,  3, 0, 0,   0,   0,   0,
		0, 0,                                              /* changed, acked */
		0, 0, 0, 0, 0, 0, 20, 64, 4, 0, 'i', 'v', 'a', 'n' /* 5.0, by */
	};
	unsigned char bytes[sizeof(v1)];
	struct alarm_stored got;

	(void)state;
	memcpy(bytes, v1, sizeof(v1));
	bytes[3] = (unsigned char)QUALITY_MAKE(QUALITY_BAD, REASON_COMM);
	assert_true(alarm_record_get(bytes, sizeof(bytes), &got));
	assert_int_equal(got.record.state, ALARM_S_RTNUN);
	assert_true(got.record.source_bad);
	assert_int_equal(got.record.quality, COMM);
	assert_int_equal(got.record.occurrence, 7);
	assert_int_equal(got.record.raised.ms, 1);
	assert_int_equal(got.record.changed.ms, 2);
	assert_int_equal(got.record.acked.ms, 3);
	assert_double(got.record.value, 5, 0);
	assert_string_equal(got.record.acked_by, "ivan");
	assert_null(got.record.extra);
	assert_int_equal(got.record.unconfirmed, 0);
	for (size_t n = 0; n < sizeof(bytes); n++)
		assert_false(alarm_record_get(bytes, n, &got));
	bytes[1] = ALARM_S_LTUNK; /* it had no such state */
	assert_false(alarm_record_get(bytes, sizeof(bytes), &got));
}

static void a_full_record_that_is_damaged_is_refused(void **state)
{
	struct bed *b = *state;
	struct strbuf w = STRBUF_INIT;
	struct alarm_stored got;
	unsigned long refused = 0;

	flaps(b, 4, 10);
	bed_shelve(b, 60, ALARM_SHELF_TIMED, HOUR);
	bed_do(b, 70, ALARM_E_SUPPRESS);
	bed_do(b, 80, ALARM_E_OUT_OF_SERVICE);
	bed_do(b, 90, ALARM_E_COMMENT);
	alarm_record_put(&w, bed_record(b));
	assert_true(alarm_record_get(w.buf, w.len, &got));
	for (size_t n = 0; n < w.len; n++)
		assert_false(alarm_record_get(w.buf, n, &got));
	for (size_t n = 0; n < w.len; n++) {
		for (int bit = 0; bit < 8; bit++) {
			w.buf[n] = (char)(w.buf[n] ^ 1 << bit);
			if (!alarm_record_get(w.buf, w.len, &got)) {
				refused++;
			} else { /* then it makes sense: it can be stored and read */
				struct strbuf again = STRBUF_INIT;
				struct alarm_stored twice;

				alarm_record_put(&again, &got.record);
				assert_true(
					alarm_record_get(again.buf, again.len, &twice));
				strbuf_release(&again);
			}
			w.buf[n] = (char)(w.buf[n] ^ 1 << bit);
		}
	}
	assert_true(refused > 100);
	strbuf_addch(&w, 'x');
	assert_false(alarm_record_get(w.buf, w.len, &got));
	strbuf_release(&w);
}

#define T(f) BED_TEST(f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(T07_a_latching_alarm_stays_when_its_condition_clears),
		T(T08_an_acknowledged_one_latches_as_acknowledged),
		T(T09_a_latched_alarm_is_acknowledged_and_still_there),
		T(T10_a_reset_lets_a_latched_alarm_go),
		T(T10_a_reset_is_refused_while_the_condition_comes_back),
		T(T11_a_reset_before_the_acknowledgement_is_refused),
		T(T12_a_latched_alarm_comes_again_as_a_new_occurrence),
		T(T06_the_occurrence_that_nobody_saw_stays_to_be_acknowledged),
		T(AM_03_an_ack_is_of_the_occurrence_shown_and_of_no_other),
		T(AM_03_all_that_was_shown_is_acknowledged_one_by_one),
		T(the_oldest_of_too_many_occurrences_is_shed_and_that_is_said),
		T(T13_one_acknowledged_long_ago_calls_again),
		T(T13_one_that_cleared_does_not_call_again),
		T(T13_a_reload_begins_the_time_to_the_next_call_anew),
		T(T14_one_that_needs_no_acknowledgement_goes_by_itself),
		T(a_confirmation_is_owed_until_it_is_given),
		T(a_confirmation_is_of_what_was_seen),
		T(an_older_occurrence_owes_its_confirmation_too),
		T(a_comment_stays_with_its_author_and_time),
		T(a_text_of_any_length_is_cut_between_characters),
		T(AM_07_delays_are_of_the_alarm_and_the_deadband_of_its_limit),
		T(T19_a_restart_keeps_all_of_it),
		T(T21_removing_it_closes_occurrences_and_flags),
		T(what_people_do_not_do_is_no_act),
		T(a_record_of_version_1_is_read),
		T(a_full_record_that_is_damaged_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
