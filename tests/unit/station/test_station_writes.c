/* test_station_writes.c - the write path through the whole machine, and what it
 * refuses. */
#include "unit/station/rig.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void a_write_goes_the_whole_way(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	uint64_t token = rig_token(r, ivan, "a.sp", value_double(45));
	struct audit_record a;
	struct wire_write_done d;

	assert_true(token != 0);
	rig_confirm(r, ivan, 7, token);
	d = rig_settled(r, ivan, 7);
	assert_int_equal(d.outcome, WRITE_ACCEPTED);
	assert_int_equal(d.verdict, VERDICT_MATCH);
	assert_int_equal(d.in_doubt, 0);
	assert_has(d.text, "plc1 accepted 45.0 %");
	assert_has(d.text, "the device shows 45.0 %");
	assert_int_equal(r->n_writes, 1);
	assert_double(r->writes[0].m.value.u.d, 45, 0);
	assert_int_equal(rig_audits(r, AUDIT_SELECT, NULL), 1);
	assert_int_equal(rig_audits(r, AUDIT_INTENT, &a), 1);
	assert_string_equal(a.actor, "ivan");
	assert_int_equal(a.uid, RIG_IVAN);
	assert_string_equal(a.roles, "operator");
	assert_string_equal(a.subject, "a.sp");
	assert_string_equal(a.old_value, "40");
	assert_string_equal(a.new_value, "45");
	assert_string_equal(a.unit, "%");
	assert_string_equal(a.quality, "good");
	assert_int_equal(strlen(a.config), 16);
	assert_has(a.from, "pts/7");
	assert_int_equal(rig_audits(r, AUDIT_OUTCOME, &a), 1);
	assert_string_equal(a.result, "accepted");
	assert_int_equal(rig_audits(r, AUDIT_READBACK, &a), 1);
	assert_string_equal(a.result, "match");
	assert_int_equal(rig_count(r, ivan, WIRE_WRITE_STEP), 3);
}

static void WR_01_a_confirm_sent_twice_is_one_intent_and_one_send(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), token;

	r->hold_commits = true;
	token = rig_token(r, ivan, "a.sp", value_double(45));
	rig_confirm(r, ivan, 7, token);
	rig_confirm(r, ivan, 7,
		    token); /* the frame again, while the first is under way */
	rig_confirm(r, ivan, 8, token);
	r->hold_commits = false;
	rig_answer_all(r, true);
	rig_confirm(r, ivan, 9, token); /* and once more when it has ended */
	assert_int_equal(r->n_writes, 1);
	assert_int_equal(rig_stored_ops(r, TXN_INTENT), 1);
	assert_int_equal(rig_settled(r, ivan, 7).outcome, WRITE_ACCEPTED);
	assert_int_equal(rig_settled(r, ivan, 8).outcome, WRITE_ACCEPTED);
	assert_int_equal(rig_settled(r, ivan, 9).outcome, WRITE_ACCEPTED);
	assert_true(rig_settled(r, ivan, 7).request == rig_settled(r, ivan, 9).request);
}

static void WR_07_a_refusal_names_the_devices_reason_and_the_old_value(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_write_done d;

	r->outcome = WRITE_REFUSED;
	r->outcome_text = "exception 3, illegal data value";
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.sp", value_double(45)));
	d = rig_settled(r, ivan, 7);
	assert_int_equal(d.outcome, WRITE_REFUSED);
	assert_int_equal(d.verdict, VERDICT_NONE);
	assert_has(d.text, "exception 3, illegal data value");
	assert_has(d.text, "it was 40.0 % before");
	assert_int_equal(r->n_reads, 0);
}

static void WR_08_a_sample_older_than_the_outcome_is_no_read_back(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_write_done d;

	r->mute_reads = true;
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.sp", value_double(45)));
	assert_int_equal(r->n_reads, 1);
	rig_read_result(r, "a.sp", r->last_read, 45, 0, r->now.mono.ns - 1);
	assert_false(rig_done(r, ivan, 7, &d));
	rig_number(r, "a.sp", 45); /* nobody asked for this one */
	assert_false(rig_done(r, ivan, 7, &d));
	rig_wait(r, 300);
	assert_int_equal(r->n_reads, 2);
	rig_read_result(r, "a.sp", r->last_read - 1, 45, 0, r->now.mono.ns);
	assert_false(rig_done(r, ivan, 7, &d)); /* the answer to an older read */
	rig_read_result(r, "a.sp", r->last_read, 45, 0, r->now.mono.ns);
	assert_int_equal(rig_settled(r, ivan, 7).verdict, VERDICT_MATCH);
}

/* Until the next scan somebody could step from a value that is no more. */
static void WR_10_the_next_step_is_judged_from_what_the_read_has_shown(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);

	r->mute_reads = true;
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.sp", value_double(45)));
	rig_wait(r, 10);
	rig_read_result(r, "a.sp", r->last_read, 45, 0, r->now.mono.ns);
	assert_int_equal(rig_settled(r, ivan, 7).verdict, VERDICT_MATCH);
	assert_true(rig_value(r, "a.sp")->value.u.d == 45);
}

static void WR_09_a_clamped_value_is_a_mismatch_with_both_values(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_write_done d;

	r->shows_written = false;
	r->shown = 42;
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.sp", value_double(45)));
	for (int i = 0; i < 8; i++) {
		rig_wait(r, 500);
		rig_beats(r);
	}
	d = rig_settled(r, ivan, 7);
	assert_int_equal(d.outcome, WRITE_ACCEPTED);
	assert_int_equal(d.verdict, VERDICT_MISMATCH);
	assert_int_equal(d.in_doubt, 0);
	assert_has(d.text, "the device shows 42.0 % instead of 45.0 %");
}

static void WR_09_a_device_that_ramps_has_its_time(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_write_done d;

	r->shows_written = false;
	r->shown = 41;
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.sp", value_double(45)));
	rig_wait(r, 1000);
	assert_false(rig_done(r, ivan, 7, &d));
	r->shown = 44.6; /* within the tolerance of 0.5 */
	rig_wait(r, 500);
	assert_int_equal(rig_settled(r, ivan, 7).verdict, VERDICT_MATCH);
}

static void WR_10_limits_steps_types_are_refused_on_the_server(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	const struct {
		const char *tag;
		struct value v;
		const char *says;
	} rows[] = {
		{ "a.sp", value_double(150),
		  "150 % is above the limit of 100 %: a.sp takes 0 to 100 %" },
		{ "a.sp", value_double(100.04), "100.04 % is above the limit of 100 %" },
		{ "a.sp", value_double(-1), "-1 % is below the limit of 0 %" },
		{ "a.sp", value_double(NAN), "finite numbers only" },
		{ "a.sp", value_double(INFINITY), "finite numbers only" },
		{ "a.sp", value_string("45"),
		  "takes a value of type double, not string" },
		{ "a.mode", value_double(1.5), "takes a value of type int64" },
		{ "a.mode", value_int(4), "4 is above the limit of 3" },
		{ "a.cmd", value_int(2), "takes a value of type bool" },
		{ "a.text", value_int(2), "takes a value of type string" },
		{ "a.step_sp", value_double(31),
		  "a step of 11 bar is more than the allowed 10 bar: now 20 bar" },
		{ "a.level", value_double(1), "its definition has no write group" },
		{ "e.sum", value_double(1), "e.sum" },
		{ "system.sessions", value_int(1), "system.sessions" },
		{ "a.nothing", value_double(1), "there is no tag named \"a.nothing\"" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_has(rig_select_refusal(r, ivan, rows[i].tag, rows[i].v),
			   rows[i].says);
	assert_int_equal(r->n_writes, 0);
	assert_int_equal(rig_stored_ops(r, TXN_INTENT), 0);
	/* ten in a row are recorded one by one, more are counted (WR-27) */
	assert_int_equal(rig_audits(r, AUDIT_REFUSED, NULL), 10);
}

static void WR_10_too_fast_is_refused_with_the_times(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);

	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.step_sp", value_double(25)));
	assert_int_equal(rig_settled(r, ivan, 7).verdict, VERDICT_MATCH);
	rig_wait(r, 1500);
	rig_beats(r);
	rig_number(r, "a.step_sp", 25);
	assert_has(rig_select_refusal(r, ivan, "a.step_sp", value_double(26)),
		   "a.step_sp was written 1.5 s ago: 5.0 s must pass");
	for (int i = 0; i < 3; i++) {
		rig_wait(r, 1500);
		rig_beats(r);
		rig_number(r, "a.step_sp", 25);
	}
	assert_true(rig_token(r, ivan, "a.step_sp", value_double(26)) != 0);
}

static void WR_12_a_value_that_moved_has_to_be_looked_at_again(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	uint64_t token = rig_token(r, ivan, "a.sp", value_double(45));
	enum wire_status status;

	rig_number(r, "a.sp", 55.2);
	rig_confirm(r, ivan, 7, token);
	assert_has(rig_reply(r, ivan, 7, &status), "was 40.0 %, now 55.2 %: look again");
	assert_int_equal(status, WIRE_REFUSED);
	token = rig_token(r, ivan, "a.sp", value_double(45));
	rig_number(r, "a.sp", 56.1); /* within select_tolerance = 1 */
	rig_confirm(r, ivan, 8, token);
	assert_int_equal(rig_settled(r, ivan, 8).outcome, WRITE_ACCEPTED);
	assert_int_equal(r->n_writes, 1);
}

static void WR_13_a_value_that_is_not_good_is_not_acted_on(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), token;

	rig_sample(r, "a.sp", value_double(40),
		   QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_AGE_UNKNOWN));
	assert_has(rig_select_refusal(r, ivan, "a.sp", value_double(45)),
		   "the present value of a.sp is not good (uncertain");
	rig_sample(r, "a.sp", value_double(40), QUALITY_SUBSTITUTED);
	assert_has(rig_select_refusal(r, ivan, "a.sp", value_double(45)), "substituted");
	rig_number(r, "a.sp", 40);
	token = rig_token(r, ivan, "a.sp", value_double(45));
	for (int i = 0; i < 7; i++) { /* its driver lives, but it is not read any more */
		rig_wait(r, 500);
		rig_beats(r);
		rig_sample(r, "a.auto", value_bool(true), 0);
	}
	rig_confirm(r, ivan, 7, token);
	assert_has(rig_reply(r, ivan, 7, NULL), "not good (bad");
	rig_sample(r, "a.cmd", value_bool(false),
		   QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR));
	assert_int_equal(r->n_writes, 0);
}

static void WR_13_blind_takes_a_role_and_a_reason(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), mara = rig_open(r, RIG_MARA), token;
	struct audit_record a;

	rig_sample(r, "a.cmd", value_bool(false),
		   QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR));
	r->reason = "the limit switch is broken, seen on site";
	assert_has(rig_select_refusal(r, ivan, "a.cmd", value_bool(true)),
		   "takes the right \"engineer\"");
	r->reason = "  ";
	assert_has(rig_select_refusal(r, mara, "a.cmd", value_bool(true)),
		   "to write it all the same takes a reason");
	r->reason = "the limit switch is broken, seen on site";
	token = rig_token(r, mara, "a.cmd", value_bool(true));
	assert_true(token != 0);
	rig_confirm(r, mara, 7, token);
	assert_int_equal(r->n_writes, 1);
	assert_int_equal(rig_audits(r, AUDIT_INTENT, &a), 1);
	assert_string_equal(a.reason, "the limit switch is broken, seen on site");
	assert_string_equal(a.quality, "bad:sensor");
}

static void WR_13_a_permissive_shows_its_operands(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), token;

	rig_sample(r, "a.auto", value_bool(false), 0);
	assert_has(
		rig_select_refusal(r, ivan, "a.sp", value_double(45)),
		"not permitted: a.auto must be true and good; now a.auto = false (good)");
	rig_sample(r, "a.auto", value_bool(true), QUALITY_SIMULATED);
	assert_has(rig_select_refusal(r, ivan, "a.sp", value_double(45)),
		   "not permitted");
	rig_sample(r, "a.auto", value_bool(true), 0);
	token = rig_token(r, ivan, "a.sp", value_double(45));
	rig_sample(r, "a.auto", value_bool(false), 0);
	rig_confirm(r, ivan, 7, token);
	assert_has(rig_reply(r, ivan, 7, NULL), "not permitted");
	/* and even between the intent and the send */
	rig_sample(r, "a.auto", value_bool(true), 0);
	r->hold_commits = true;
	rig_confirm(r, ivan, 8, rig_token(r, ivan, "a.sp", value_double(45)));
	rig_sample(r, "a.auto", value_bool(false), 0);
	r->hold_commits = false;
	rig_answer_all(r, true);
	assert_int_equal(rig_settled(r, ivan, 8).outcome, WRITE_NOT_SENT);
	assert_has(rig_settled(r, ivan, 8).text, "not sent: not permitted");
	assert_int_equal(r->n_writes, 0);
}

static void WR_14_a_select_expires(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	uint64_t token = rig_token(r, ivan, "a.sp", value_double(45));
	struct audit_record a;

	for (int i = 0; i < 31; i++) {
		rig_wait(r, 500);
		rig_beats(r);
		rig_plant(r);
	}
	rig_confirm(r, ivan, 7, token);
	assert_has(rig_reply(r, ivan, 7, NULL), "the select expired after 15 s");
	assert_int_equal(r->n_writes, 0);
	assert_int_equal(rig_audits(r, AUDIT_CANCEL, &a), 1);
	assert_has(a.detail, "expired");
	assert_false(write_gate_leased(r->st->gate, rig_tag(r, "a.sp")));
}

static void WR_15_the_second_operator_sees_who_holds_the_tag(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), oleg = rig_open(r, RIG_OLEG);
	const char *text;

	assert_true(rig_token(r, ivan, "b.sp", value_double(6)) != 0);
	text = rig_select_refusal(r, oleg, "b.sp", value_double(7));
	assert_has(text, "ivan has b.sp selected for writing");
	assert_has(text, "15 more seconds");
	rig_request(r, ivan, WIRE_CANCEL, 9,
		    r->st->gate->ops[r->st->gate->n_ops - 1]->token, "");
	assert_string_equal(rig_reply(r, ivan, 9, NULL), "given up");
	assert_true(rig_token(r, oleg, "b.sp", value_double(7)) != 0);
}

static void WR_15_a_device_has_one_command_at_a_time(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), again = rig_open(r, RIG_IVAN), token;

	r->mute_writes = true;
	token = rig_token(r, again, "a.mode", value_int(2));
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.sp", value_double(45)));
	rig_confirm(r, again, 8, token);
	assert_has(rig_reply(r, again, 8, NULL),
		   "plc1 still has a command in hand (a.sp, by ivan)");
	assert_int_equal(r->n_writes, 1);
	/* another device is free */
	rig_confirm(r, again, 9, rig_token(r, again, "b.sp", value_double(6)));
	assert_int_equal(r->n_writes, 2);
}

static void WR_23_a_stolen_token_is_worth_nothing(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), oleg = rig_open(r, RIG_OLEG);
	uint64_t other = rig_open(r, RIG_IVAN);
	uint64_t token = rig_token(r, ivan, "b.sp", value_double(6));
	struct audit_record a;

	rig_confirm(r, oleg, 7, token);
	assert_has(rig_reply(r, oleg, 7, NULL), "belongs to another session");
	rig_confirm(r, other, 7, token); /* the same person, another session */
	assert_has(rig_reply(r, other, 7, NULL), "belongs to another session");
	rig_confirm(r, oleg, 8, token + 1);
	assert_has(rig_reply(r, oleg, 8, NULL), "nothing is selected under this number");
	assert_int_equal(rig_audits(r, AUDIT_REFUSED, &a), 3);
	assert_int_equal(r->n_writes, 0);
	rig_confirm(r, ivan, 9, token); /* and its owner keeps it */
	assert_int_equal(rig_settled(r, ivan, 9).outcome, WRITE_ACCEPTED);
}

static void WR_24_right_and_area_are_asked_and_the_refusal_recorded(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA), oleg = rig_open(r, RIG_OLEG);
	uint64_t eng = rig_open(r, RIG_ENG);
	struct audit_record a;

	assert_has(rig_select_refusal(r, vera, "a.sp", value_double(45)),
		   "vera has no right \"operate\"");
	assert_has(rig_select_refusal(r, oleg, "a.sp", value_double(45)),
		   "oleg has the right \"operate\" but not in area a");
	/* admin is not operate */
	assert_has(rig_select_refusal(r, eng, "a.sp", value_double(45)),
		   "eng has no right \"operate\"");
	assert_int_equal(rig_audits(r, AUDIT_REFUSED, &a), 3);
	assert_string_equal(a.actor, "eng");
	assert_string_equal(a.subject, "a.sp");
	assert_string_equal(a.new_value, "45");
}

static void WR_26_a_reload_voids_the_selects_of_what_it_changed(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), other = rig_open(r, RIG_IVAN);
	uint64_t changed = rig_token(r, ivan, "a.sp", value_double(45));
	uint64_t kept = rig_token(r, other, "b.sp", value_double(6));
	struct audit_record a;

	rig_reload(r, RIG_RANGE, false, 0, 0);
	rig_confirm(r, ivan, 7, changed);
	assert_has(rig_reply(r, ivan, 7, NULL), "reloaded and the tag changed");
	assert_int_equal(rig_audits(r, AUDIT_CANCEL, &a), 1);
	assert_string_equal(a.subject, "a.sp");
	rig_confirm(r, other, 8, kept);
	assert_int_equal(rig_settled(r, other, 8).outcome, WRITE_ACCEPTED);
	assert_int_equal(r->n_writes, 1);
	rig_plant(r);
	assert_has(rig_select_refusal(r, ivan, "a.sp", value_double(95)),
		   "limit of 90 %");
}

static void WR_26_a_reload_between_intent_and_send_stops_it(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);

	r->hold_commits = true;
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.sp", value_double(45)));
	rig_reload(r, RIG_ADDRESS, false, 0, 0);
	r->hold_commits = false;
	rig_answer_all(r, true);
	assert_int_equal(rig_settled(r, ivan, 7).outcome, WRITE_NOT_SENT);
	assert_has(rig_settled(r, ivan, 7).text, "a reload changed a.sp");
	assert_int_equal(r->n_writes, 0);
}

static void WR_27_a_storm_is_limited_and_others_are_served(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), other = rig_open(r, RIG_IVAN);
	size_t stored = r->n_stored;

	for (int i = 0; i < 1000; i++) {
		rig_select(r, ivan, (uint32_t)i, "a.sp", value_double(150));
		r->now.mono.ns += 1000000;
	}
	assert_has(rig_reply(r, ivan, 999, NULL), "more than 20 requests in a second");
	assert_true(r->n_stored - stored < 20);
	assert_true(rig_token(r, other, "a.mode", value_int(2)) != 0);
	rig_wait(r, 1500);
	rig_beats(r);
	rig_forget(r, ivan);
	rig_select(r, ivan, 5, "a.sp", value_double(150));
	assert_has(rig_reply(r, ivan, 5, NULL), "above the limit");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(a_write_goes_the_whole_way),
		RIG_TEST(WR_01_a_confirm_sent_twice_is_one_intent_and_one_send),
		RIG_TEST(WR_07_a_refusal_names_the_devices_reason_and_the_old_value),
		RIG_TEST(WR_08_a_sample_older_than_the_outcome_is_no_read_back),
		RIG_TEST(WR_10_the_next_step_is_judged_from_what_the_read_has_shown),
		RIG_TEST(WR_09_a_clamped_value_is_a_mismatch_with_both_values),
		RIG_TEST(WR_09_a_device_that_ramps_has_its_time),
		RIG_TEST(WR_10_limits_steps_types_are_refused_on_the_server),
		RIG_TEST(WR_10_too_fast_is_refused_with_the_times),
		RIG_TEST(WR_12_a_value_that_moved_has_to_be_looked_at_again),
		RIG_TEST(WR_13_a_value_that_is_not_good_is_not_acted_on),
		RIG_TEST(WR_13_blind_takes_a_role_and_a_reason),
		RIG_TEST(WR_13_a_permissive_shows_its_operands),
		RIG_TEST(WR_14_a_select_expires),
		RIG_TEST(WR_15_the_second_operator_sees_who_holds_the_tag),
		RIG_TEST(WR_15_a_device_has_one_command_at_a_time),
		RIG_TEST(WR_23_a_stolen_token_is_worth_nothing),
		RIG_TEST(WR_24_right_and_area_are_asked_and_the_refusal_recorded),
		RIG_TEST(WR_26_a_reload_voids_the_selects_of_what_it_changed),
		RIG_TEST(WR_26_a_reload_between_intent_and_send_stops_it),
		RIG_TEST(WR_27_a_storm_is_limited_and_others_are_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
