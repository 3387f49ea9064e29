/* test_hide.c - the flags that hide an alarm while its core runs on: shelf, suppression,
 * out of service (ISA-18.2 numbers). Each act is checked, previewed and done: bed_act()
 * compares the three. */
#include "support/test.h"

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

/* --- shelf ---------------------------------------------------------------------- */

static void T15_a_shelved_alarm_lives_on_unseen(void **state)
{
	struct bed *b = *state;
	const struct alarm_extra *x;

	raised(b);
	assert_int_equal(bed_shelve(b, 20, ALARM_SHELF_TIMED, MINUTE), ALARM_ACT_OK);
	assert_string_equal(b->log[0].rule, "T15");
	assert_string_equal(b->log[0].text, "known, pump is ordered");
	bed_expect(b, " unacknowledged>unacknowledged#1 shelved by operator");
	x = bed_record(b)->extra;
	assert_int_equal(x->shelf, ALARM_SHELF_TIMED);
	assert_int_equal(x->shelf_since.ms, BED_WALL + 20);
	assert_int_equal(x->shelf_until.ms, BED_WALL + 20 + MINUTE);
	assert_string_equal(x->shelf_by, "petra");
	assert_string_equal(x->shelf_reason, "known, pump is ordered");
	assert_int_equal(bed_flags(b), ALARM_F_SHELVED);
	bed_ack(b, 30, 1);
	bed_sample(b, 40, 0, 0);
	bed_sample(b, 50, 6, 0);
	bed_expect(b, " unacknowledged>acknowledged#1 by operator, acknowledged>normal#1,"
		      " normal>unacknowledged#2");
	assert_int_equal(bed_flags(b), ALARM_F_SHELVED); /* through any number of flips */
}

static void T15_a_normal_alarm_may_be_shelved(void **state)
{
	struct bed *b = *state;

	assert_int_equal(bed_shelve(b, 20, ALARM_SHELF_TIMED, MINUTE), ALARM_ACT_OK);
	bed_expect(b, " normal>normal#0 shelved by operator");
	assert_true(alarm_record_is_retained(bed_record(b)));
	assert_true(alarm_engine_hash(b->engine) != 0);
}

static void AL_13_a_shelf_has_an_end_a_reason_and_a_longest_time(void **state)
{
	struct alarm_act act = { .event = ALARM_E_SHELVE,
				 .shelf = ALARM_SHELF_TIMED,
				 .until = { BED_WALL + MINUTE },
				 .by = "petra" };
	struct bed *b = *state;

	assert_int_equal(bed_act(b, 0, &act), ALARM_ACT_NO_REASON);
	act.text = "noise";
	assert_int_equal(bed_shelve(b, 0, ALARM_SHELF_TIMED, HOUR + 1),
			 ALARM_ACT_TOO_LONG);
	assert_int_equal(bed_shelve(b, 0, ALARM_SHELF_ONE_SHOT, INT64_MAX / 2),
			 ALARM_ACT_TOO_LONG);
	assert_int_equal(bed_shelve(b, 0, ALARM_SHELF_TIMED, 0), ALARM_ACT_NOT_NEEDED);
	assert_int_equal(bed_shelve(b, 0, ALARM_SHELF_NONE, MINUTE),
			 ALARM_ACT_NOT_ALLOWED);
	act.until.ms = 0;
	assert_int_equal(bed_act(b, 0, &act), ALARM_ACT_NOT_NEEDED);
	assert_int_equal(bed_shelve(b, 0, ALARM_SHELF_TIMED, HOUR), ALARM_ACT_OK);
	b->life.shelve_max_ms = 0;
	assert_int_equal(bed_shelve(b, 0, ALARM_SHELF_TIMED, MINUTE),
			 ALARM_ACT_NOT_ALLOWED);
}

static void a_shelf_is_replaced_by_a_newer_one(void **state)
{
	struct bed *b = *state;

	raised(b);
	bed_shelve(b, 20, ALARM_SHELF_TIMED, MINUTE);
	bed_shelve(b, 30, ALARM_SHELF_ONE_SHOT, 2 * MINUTE);
	bed_expect(b, " unacknowledged>unacknowledged#1 shelved by operator,"
		      " unacknowledged>unacknowledged#1 shelved by operator");
	assert_int_equal(bed_record(b)->extra->shelf, ALARM_SHELF_ONE_SHOT);
	bed_tick(b, 20 + MINUTE);
	bed_expect(b, "");
	bed_tick(b, 30 + 2 * MINUTE);
	assert_int_equal(bed_flags(b), 0);
}

static void T16_unshelved_by_hand_it_is_as_it_is(void **state)
{
	struct bed *b = *state;

	raised_and_acked(b);
	bed_shelve(b, 20, ALARM_SHELF_TIMED, MINUTE);
	bed_forget(b);
	assert_int_equal(bed_do(b, 30, ALARM_E_UNSHELVE), ALARM_ACT_OK);
	assert_string_equal(b->log[0].rule, "T16");
	bed_expect(b, " acknowledged>acknowledged#1 unshelved by operator");
	assert_null(bed_record(b)->extra);
	assert_int_equal(bed_do(b, 40, ALARM_E_UNSHELVE), ALARM_ACT_NOT_NEEDED);
	bed_tick(b, HOUR); /* its timer went with it */
	bed_expect(b, "");
	assert_int_equal(alarm_engine_next_deadline(b->engine).ns, INT64_MAX);
}

static void T16_a_shelf_that_ends_by_itself_calls_again(void **state)
{
	struct bed *b = *state;

	raised_and_acked(b);
	bed_shelve(b, 100, ALARM_SHELF_TIMED, MINUTE);
	bed_forget(b);
	bed_tick(b, 100 + MINUTE - 1);
	bed_expect(b, "");
	bed_tick(b, 100 + MINUTE);
	assert_string_equal(b->log[0].rule, "T16");
	bed_expect(b, " acknowledged>unacknowledged#2 shelf expired by timer");
	assert_int_equal(bed_record(b)->raised.ms, BED_WALL + 10);
	assert_int_equal(bed_record(b)->realarms, 1);
	assert_null(bed_record(b)->extra);
}

static void T16_what_came_and_went_on_the_shelf_is_over_with_it(void **state)
{
	struct bed *b = *state;

	raised(b);
	bed_shelve(b, 20, ALARM_SHELF_TIMED, MINUTE);
	bed_sample(b, 30, 0, 0);
	bed_forget(b);
	bed_tick(b, 20 + MINUTE);
	bed_expect(b, " returned>normal#1 shelf expired by timer");
	assert_int_equal(alarm_engine_hash(b->engine), 0);
}

static void T16_an_unacknowledged_one_stays_so_when_its_shelf_ends(void **state)
{
	struct bed *b = *state;

	raised(b);
	bed_shelve(b, 20, ALARM_SHELF_TIMED, MINUTE);
	bed_forget(b);
	bed_tick(b, 20 + MINUTE);
	bed_expect(b, " unacknowledged>unacknowledged#1 shelf expired by timer");
}

static void T16_a_one_shot_shelf_ends_when_the_condition_goes(void **state)
{
	struct bed *b = *state;

	bed_redefine(b);
	bed_shelve(b, 5, ALARM_SHELF_ONE_SHOT, HOUR); /* before it comes */
	bed_sample(b, 10, 6, 0);
	bed_ack(b, 20, 1);
	bed_forget(b);
	bed_sample(b, 30, 0, 0);
	bed_expect(b, " acknowledged>normal#1, normal>normal#1 unshelved");
	assert_int_equal(bed_flags(b), 0);
	assert_int_equal(alarm_engine_next_deadline(b->engine).ns, INT64_MAX);
	bed_shelve(b, 40, ALARM_SHELF_ONE_SHOT, MINUTE);
	bed_forget(b);
	bed_tick(b, 40 + MINUTE); /* it never came: the time ends it */
	bed_expect(b, " normal>normal#1 shelf expired by timer");
}

static void AL_08_a_shelf_does_not_see_the_wall_clock(void **state)
{
	struct bed *b = *state;
	struct now now = bed_now(20 + MINUTE - 1);

	raised(b);
	bed_shelve(b, 20, ALARM_SHELF_TIMED, MINUTE);
	bed_forget(b);
	now.wall.ms += HOUR;
	alarm_engine_tick(b->engine, now, bed_sink, b);
	bed_expect(b, "");
	now.wall.ms -= 3 * HOUR;
	now.mono.ns += 1000000;
	alarm_engine_tick(b->engine, now, bed_sink, b);
	bed_expect(b, " unacknowledged>unacknowledged#1 shelf expired by timer");
}

static void AL_07_a_shelf_that_ended_while_nobody_ran_ends_at_the_start(void **state)
{
	struct bed *b = *state;

	raised_and_acked(b);
	bed_shelve(b, 20, ALARM_SHELF_TIMED, MINUTE);
	bed_restart(b, HOUR);
	assert_int_equal(bed_flags(b), ALARM_F_SHELVED);
	bed_tick(b, HOUR);
	bed_expect(b, " acknowledged>unacknowledged#2 shelf expired by timer");
}

static void AL_06_a_restart_keeps_what_is_left_of_a_shelf(void **state)
{
	struct bed *b = *state;
	struct alarm_stored stored;
	struct strbuf w = STRBUF_INIT;
	struct now now = { { 5 }, { BED_WALL - HOUR } };

	raised_and_acked(b);
	bed_shelve(b, 20, ALARM_SHELF_TIMED, MINUTE);
	bed_restart(b, 30000);
	bed_tick(b, 20 + MINUTE - 1);
	bed_expect(b, "");
	bed_tick(b, 20 + MINUTE);
	bed_expect(b, " acknowledged>unacknowledged#2 shelf expired by timer");

	bed_shelve(b, 70000, ALARM_SHELF_TIMED, MINUTE); /* a clock that was set back */
	alarm_record_put(&w, bed_record(b));
	assert_true(alarm_record_get(w.buf, w.len, &stored));
	alarm_engine_restore(b->engine, 0, &stored.record, now);
	assert_int_equal(alarm_engine_next_deadline(b->engine).ns,
			 mono_add_ms(now.mono, MINUTE).ns); /* no longer than it was */
	strbuf_release(&w);
}

/* --- suppression ---------------------------------------------------------------- */

static void suppress(struct bed *b, int64_t ms, uint8_t set, uint8_t clear,
		     const char *reason)
{
	alarm_engine_suppress(b->engine, 0, set, clear, reason, bed_now(ms), bed_sink, b);
}

static void T17_a_suppressed_alarm_lives_on_unseen(void **state)
{
	struct bed *b = *state;
	const struct alarm_extra *x;

	raised(b);
	suppress(b, 20, ALARM_SUP_EXPRESSION, 0, "pump stopped");
	assert_string_equal(b->log[0].rule, "T17");
	assert_string_equal(b->log[0].text, "pump stopped");
	bed_expect(b, " unacknowledged>unacknowledged#1 suppressed by logic");
	x = bed_record(b)->extra;
	assert_int_equal(x->suppressed, ALARM_SUP_EXPRESSION);
	assert_int_equal(x->suppressed_since.ms, BED_WALL + 20);
	assert_string_equal(x->suppressed_by, "");
	assert_string_equal(x->suppressed_reason, "pump stopped");
	assert_int_equal(bed_flags(b), ALARM_F_SUPPRESSED);
	suppress(b, 30, ALARM_SUP_EXPRESSION, ALARM_SUP_PARENT, "again"); /* it is so */
	bed_expect(b, "");
	bed_ack(b, 40, 1);
	bed_sample(b, 50, 0, 0);
	bed_forget(b);
	suppress(b, 60, 0, ALARM_SUP_EXPRESSION, NULL);
	bed_expect(b, " normal>normal#1 suppression ended by logic");
	assert_null(bed_record(b)->extra);
}

static void T17_the_end_of_the_last_reason_calls_again_or_closes(void **state)
{
	struct bed *b = *state;

	raised_and_acked(b);
	suppress(b, 30, ALARM_SUP_EXPRESSION | ALARM_SUP_PARENT, 0, "down");
	suppress(b, 40, ALARM_SUP_FIRST_OUT, ALARM_SUP_EXPRESSION, "follower");
	bed_expect(b, " acknowledged>acknowledged#1 suppressed by logic,"
		      " acknowledged>acknowledged#1 suppressed by logic,"
		      " acknowledged>acknowledged#1 suppression ended by logic");
	assert_string_equal(bed_record(b)->extra->suppressed_reason, "follower");
	assert_int_equal(bed_record(b)->extra->suppressed_since.ms, BED_WALL + 30);
	suppress(b, 50, 0, 255, NULL);
	assert_string_equal(b->log[0].rule, "T17");
	bed_expect(b, " acknowledged>unacknowledged#2 suppression ended by logic");
	assert_int_equal(bed_record(b)->realarms, 1);

	suppress(b, 60, ALARM_SUP_PARENT, 0, "comm");
	bed_sample(b, 70, 0, 0);
	bed_forget(b);
	suppress(b, 80, 0, ALARM_SUP_PARENT, NULL);
	bed_expect(b, " returned>normal#2 suppression ended by logic");
}

static void T17_what_is_latched_stays_when_suppression_ends(void **state)
{
	struct bed *b = *state;

	b->life.latching = true;
	raised(b);
	suppress(b, 20, ALARM_SUP_PARENT, 0, "comm");
	bed_sample(b, 30, 0, 0);
	bed_forget(b);
	suppress(b, 40, 0, ALARM_SUP_PARENT, NULL);
	bed_expect(b, " latched unacknowledged>latched unacknowledged#1"
		      " suppression ended by logic");
}

static void suppression_by_hand_is_a_persons_and_stands_before_logic(void **state)
{
	struct bed *b = *state;

	raised(b);
	suppress(b, 20, ALARM_SUP_MANUAL, 0, "logic has no hand");
	assert_int_equal(bed_flags(b), 0);
	suppress(b, 20, ALARM_SUP_PARENT, 0, "comm");
	assert_int_equal(bed_do(b, 30, ALARM_E_UNSUPPRESS), ALARM_ACT_NOT_NEEDED);
	assert_int_equal(bed_do(b, 40, ALARM_E_SUPPRESS), ALARM_ACT_OK);
	assert_int_equal(bed_do(b, 50, ALARM_E_SUPPRESS), ALARM_ACT_NOT_NEEDED);
	suppress(b, 60, ALARM_SUP_EXPRESSION, 0, "stopped");
	assert_string_equal(bed_record(b)->extra->suppressed_by, "petra");
	assert_string_equal(bed_record(b)->extra->suppressed_reason,
			    "sensor is being swapped");
	suppress(b, 70, 0, 255, NULL); /* logic does not end what a person began */
	assert_int_equal(bed_record(b)->extra->suppressed, ALARM_SUP_MANUAL);
	suppress(b, 80, ALARM_SUP_PARENT, 0, "comm");
	bed_forget(b);
	assert_int_equal(bed_do(b, 90, ALARM_E_UNSUPPRESS), ALARM_ACT_OK);
	bed_expect(b, " unacknowledged>unacknowledged#1 suppression ended by operator");
	assert_int_equal(bed_record(b)->extra->suppressed, ALARM_SUP_PARENT);
	assert_string_equal(bed_record(b)->extra->suppressed_by, "");
	assert_string_equal(bed_record(b)->extra->suppressed_reason, "");
}

/* --- out of service ------------------------------------------------------------- */

static void T18_out_of_service_until_a_person_brings_it_back(void **state)
{
	struct bed *b = *state;
	const struct alarm_extra *x;

	raised_and_acked(b);
	assert_int_equal(bed_do(b, 30, ALARM_E_IN_SERVICE), ALARM_ACT_NOT_NEEDED);
	assert_int_equal(bed_do(b, 30, ALARM_E_OUT_OF_SERVICE), ALARM_ACT_OK);
	assert_string_equal(b->log[0].rule, "T18");
	bed_expect(b, " acknowledged>acknowledged#1 out of service by operator");
	x = bed_record(b)->extra;
	assert_true(x->out_of_service);
	assert_int_equal(x->out_since.ms, BED_WALL + 30);
	assert_string_equal(x->out_by, "petra");
	assert_string_equal(x->out_reason, "sensor is being swapped");
	assert_int_equal(bed_do(b, 40, ALARM_E_OUT_OF_SERVICE), ALARM_ACT_NOT_NEEDED);
	assert_int_equal(alarm_engine_next_deadline(b->engine).ns, INT64_MAX);
	bed_tick(b, 1000LL * HOUR); /* no time ends it */
	bed_expect(b, "");
	assert_int_equal(bed_do(b, 1000LL * HOUR, ALARM_E_IN_SERVICE), ALARM_ACT_OK);
	assert_string_equal(b->log[0].rule, "T18");
	bed_expect(b, " acknowledged>unacknowledged#2 in service by operator");
	assert_null(bed_record(b)->extra);
}

static void T18_what_returned_out_of_service_is_over(void **state)
{
	struct alarm_act act = { .event = ALARM_E_OUT_OF_SERVICE, .by = "petra" };
	struct bed *b = *state;

	assert_int_equal(bed_act(b, 0, &act), ALARM_ACT_NO_REASON);
	raised(b);
	bed_do(b, 20, ALARM_E_OUT_OF_SERVICE);
	bed_sample(b, 30, 0, 0);
	bed_forget(b);
	bed_do(b, 40, ALARM_E_IN_SERVICE);
	bed_expect(b, " returned>normal#1 in service by operator");
}

static void AM_01_the_core_runs_under_any_number_of_flags(void **state)
{
	struct bed *b = *state;

	raised_and_acked(b);
	bed_shelve(b, 30, ALARM_SHELF_TIMED, MINUTE);
	suppress(b, 40, ALARM_SUP_EXPRESSION, 0, "stopped");
	bed_do(b, 50, ALARM_E_OUT_OF_SERVICE);
	assert_int_equal(bed_flags(b), ALARM_F_HIDDEN);
	bed_forget(b);
	bed_tick(b, 30 + MINUTE); /* something else hides it still */
	bed_expect(b, " acknowledged>acknowledged#1 shelf expired by timer");
	bed_do(b, 70000, ALARM_E_IN_SERVICE);
	bed_expect(b, " acknowledged>acknowledged#1 in service by operator");
	bed_sample(b, 71000, 0, 0);
	bed_sample(b, 72000, 6, 0);
	bed_ack(b, 73000, 2);
	bed_expect(b, " acknowledged>normal#1, normal>unacknowledged#2,"
		      " unacknowledged>acknowledged#2 by operator");
	suppress(b, 74000, 0, ALARM_SUP_EXPRESSION, NULL);
	bed_expect(b, " acknowledged>unacknowledged#3 suppression ended by logic");
	assert_int_equal(bed_flags(b), 0);
}

#define T(f) BED_TEST(f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(T15_a_shelved_alarm_lives_on_unseen),
		T(T15_a_normal_alarm_may_be_shelved),
		T(AL_13_a_shelf_has_an_end_a_reason_and_a_longest_time),
		T(a_shelf_is_replaced_by_a_newer_one),
		T(T16_unshelved_by_hand_it_is_as_it_is),
		T(T16_a_shelf_that_ends_by_itself_calls_again),
		T(T16_what_came_and_went_on_the_shelf_is_over_with_it),
		T(T16_an_unacknowledged_one_stays_so_when_its_shelf_ends),
		T(T16_a_one_shot_shelf_ends_when_the_condition_goes),
		T(AL_08_a_shelf_does_not_see_the_wall_clock),
		T(AL_07_a_shelf_that_ended_while_nobody_ran_ends_at_the_start),
		T(AL_06_a_restart_keeps_what_is_left_of_a_shelf),
		T(T17_a_suppressed_alarm_lives_on_unseen),
		T(T17_the_end_of_the_last_reason_calls_again_or_closes),
		T(T17_what_is_latched_stays_when_suppression_ends),
		T(suppression_by_hand_is_a_persons_and_stands_before_logic),
		T(T18_out_of_service_until_a_person_brings_it_back),
		T(T18_what_returned_out_of_service_is_over),
		T(AM_01_the_core_runs_under_any_number_of_flags),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
