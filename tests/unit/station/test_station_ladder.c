/*
 * test_station_ladder.c - the rungs of a write through the whole station: what is typed,
 * why, how far in which time, pulses and words. Each is judged by the server from the
 * frames alone. The second person: test_station_persons.c.
 */
#include "unit/station/rig_ladder.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/approval.h"

/* --- what is typed ----------------------------------------------------------------- */

static void WR_10_what_is_shown_has_to_be_typed(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_selected m;
	enum wire_status status;

	assert_true(rig_selected(r, ivan, "a.typed", value_double(45), &m));
	assert_string_equal(m.challenge, "45.0");
	assert_int_equal(m.wants, WIRE_WANTS_CHALLENGE);
	rig_confirm_typed(r, ivan, 7, m.token, "45.0");
	assert_int_equal(rig_settled(r, ivan, 7).outcome, WRITE_ACCEPTED);
	assert_int_equal(r->n_writes, 1);

	assert_true(rig_selected(r, ivan, "a.typed", value_double(46), &m));
	rig_confirm_typed(r, ivan, 8, m.token, "45.0");
	assert_has(rig_reply(r, ivan, 8, &status),
		   "\"45.0\" was typed, not \"46.0\" as shown: nothing was sent");
	assert_int_equal(status, WIRE_REFUSED);
	rig_confirm_typed(r, ivan, 9, m.token, "46.0"); /* one try a select */
	assert_has(rig_reply(r, ivan, 9, &status), "nothing was sent");
	assert_true(rig_selected(r, ivan, "a.typed", value_double(46), &m));
	rig_confirm_typed(r, ivan, 10, m.token, ""); /* a console that asks nobody */
	assert_has(rig_reply(r, ivan, 10, NULL), "nothing was typed");
	assert_int_equal(r->n_writes, 1);
}

static void WR_10_digits_differ_and_a_name_is_a_name(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_selected first, second;

	assert_true(rig_selected(r, ivan, "a.digits", value_double(45), &first));
	assert_int_equal(strlen(first.challenge), 4);
	assert_true(rig_selected(r, ivan, "a.digits", value_double(45), &second));
	assert_string_not_equal(first.challenge, second.challenge);
	rig_confirm_typed(r, ivan, 7, second.token, first.challenge);
	assert_int_equal(r->n_writes, 0);
	assert_true(rig_selected(r, ivan, "a.digits", value_double(45), &second));
	rig_confirm_typed(r, ivan, 8, second.token, second.challenge);
	assert_int_equal(r->n_writes, 1);
	assert_true(rig_selected(r, ivan, "a.named", value_double(45), &second));
	assert_string_equal(second.challenge, "a.named");
	rig_confirm_typed(r, ivan, 9, second.token, "a.named");
	assert_int_equal(r->n_writes, 2);
}

static void WR_14_a_select_with_a_challenge_expires_like_any_other(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_selected m;
	enum wire_status status;

	assert_true(rig_selected(r, ivan, "a.typed", value_double(45), &m));
	assert_int_equal(write_gate_lease(r->st->gate, rig_tag(r, "a.typed")),
			 WIRE_LEASE_SELECTED);
	for (int i = 0; i < 31; i++) {
		rig_wait(r, 500);
		rig_beats(r);
		rig_number(r, "a.typed", 40);
	}
	assert_int_equal(write_gate_lease(r->st->gate, rig_tag(r, "a.typed")),
			 WIRE_LEASE_NONE);
	rig_confirm_typed(r, ivan, 7, m.token, "45.0");
	assert_has(rig_reply(r, ivan, 7, &status), "expired after 15 s");
	assert_int_equal(status, WIRE_REFUSED);
	assert_int_equal(r->n_writes, 0);
}

/* --- why --------------------------------------------------------------------------- */

static void WR_10_no_reason_no_select(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);

	assert_has(rig_select_refusal(r, ivan, "a.two", value_double(45)),
		   "a.two is not written without a reason: say why");
	r->reason = " \t ";
	assert_has(rig_select_refusal(r, ivan, "a.two", value_double(45)),
		   "without a reason");
	r->reason = "the lab asks for it";
	assert_true(rig_token(r, ivan, "a.two", value_double(45)) != 0);
}

/* --- how far in which time --------------------------------------------------------- */

static void WR_10_small_steps_do_not_add_up_to_a_large_one(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	const char *why;

	assert_has(rig_select_refusal(r, ivan, "a.slow", value_double(51)),
		   "a change of 11 %, more than the allowed 10 %");
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.slow", value_double(46)));
	assert_int_equal(r->n_writes, 1);
	rig_number(r, "a.slow", 46);
	rig_wait(r, 1000);
	rig_confirm(r, ivan, 8, rig_token(r, ivan, "a.slow", value_double(50)));
	assert_int_equal(r->n_writes, 2);
	rig_number(r, "a.slow", 50);
	why = rig_select_refusal(r, ivan, "a.slow", value_double(52));
	assert_has(why, "a.slow was 40 within the last 60 s: 52 % would be a change of "
			"12 %, more than the allowed 10 %; wait");
	rig_confirm(r, ivan, 9, rig_token(r, ivan, "a.slow", value_double(35)));
	assert_int_equal(r->n_writes, 2 + (50 - 35 <= 10)); /* back by 15: too far, too */
	for (int i = 0; i < 125; i++) {
		rig_wait(r, 500);
		rig_beats(r);
		rig_number(r, "a.slow", 50);
	}
	rig_confirm(r, ivan, 10, rig_token(r, ivan, "a.slow", value_double(58)));
	assert_int_equal(r->n_writes, 3);
}

/* An empty text is a value, and an Enter is no challenge. */
static void WR_14_what_cannot_be_typed_is_confirmed_by_the_tags_name(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_selected m;

	rig_sample(r, "a.memo", value_string("old"), 0);
	assert_true(rig_selected(r, ivan, "a.memo", value_string("new"), &m));
	assert_string_equal(m.challenge, "new");
	for (int blank = 0; blank < 2; blank++) {
		assert_true(rig_selected(r, ivan, "a.memo",
					 value_string(blank ? "  " : ""), &m));
		assert_string_equal(m.challenge, "a.memo");
		rig_confirm_typed(r, ivan, 7, m.token, "");
		assert_int_equal(r->n_writes, 0);
		rig_confirm_typed(r, ivan, 8, m.token, blank ? "  " : " ");
		assert_int_equal(r->n_writes, 0);
	}
	assert_true(rig_selected(r, ivan, "a.memo", value_string(""), &m));
	rig_confirm_typed(r, ivan, 9, m.token, "a.memo");
	assert_int_equal(r->n_writes, 1);
}

/* --- words ------------------------------------------------------------------------- */

static void WR_11_a_mode_is_typed_shown_and_recorded_by_its_word(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_selected m;
	struct audit_record a;

	assert_true(rig_selected(r, ivan, "a.way", value_string("by hand"), &m));
	assert_string_equal(m.old_value, "automatic");
	assert_string_equal(m.new_value, "by hand");
	assert_string_equal(m.challenge, "by hand");
	rig_confirm_typed(r, ivan, 7, m.token, "by hand");
	assert_int_equal(r->n_writes, 1);
	assert_int_equal(r->writes[0].m.value.type, VALUE_INT);
	assert_int_equal(r->writes[0].m.value.u.i, 7);
	assert_has(rig_settled(r, ivan, 7).text, "the device shows by hand");
	assert_int_equal(rig_audits(r, AUDIT_INTENT, &a), 1);
	assert_string_equal(a.old_value, "automatic");
	assert_string_equal(a.new_value, "by hand");
	assert_string_equal(a.old_raw, "1");
	assert_string_equal(a.new_raw, "7");
	assert_has(rig_select_refusal(r, ivan, "a.way", value_string("auto")),
		   "a.way takes off, automatic or by hand, not \"auto\"");
	assert_has(rig_select_refusal(r, ivan, "a.way", value_int(3)),
		   "a.way takes off, automatic or by hand, not \"3\"");
	assert_has(rig_select_refusal(r, ivan, "a.way", value_double(0.5)), "takes off");
	assert_true(rig_selected(r, ivan, "a.way", value_int(0), &m));
	assert_string_equal(m.new_value, "off");
}

/* A value by hand takes the same words, and its record says them. */
static void a_substitution_takes_words_too(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_substitute m = { .req = 40, .value = value_string("auto") };
	struct strbuf w = STRBUF_INIT;
	struct audit_record a;
	enum wire_status status;

	snprintf(m.tag, sizeof(m.tag), "a.way");
	snprintf(m.reason, sizeof(m.reason), "the switch is broken");
	wire_put_substitute(&w, &m);
	rig_frame(r, ivan, &w);
	assert_has(rig_reply(r, ivan, 40, &status), "takes off, automatic or by hand");
	assert_int_equal(status, WIRE_REFUSED);
	strbuf_clear(&w);
	m.req = 41;
	m.value = value_string("by hand");
	wire_put_substitute(&w, &m);
	rig_frame(r, ivan, &w);
	rig_reply(r, ivan, 41, &status);
	assert_int_equal(status, WIRE_OK);
	assert_int_equal(rig_value(r, "a.way")->value.u.i, 7);
	assert_int_equal(rig_audits(r, AUDIT_SUBSTITUTE, &a), 1);
	assert_string_equal(a.old_value, "automatic");
	assert_string_equal(a.new_value, "by hand");
	strbuf_release(&w);
}

/* --- pulses ------------------------------------------------------------------------ */

static void WR_32_a_pulse_is_judged_by_its_feedback(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_write_done d;

	r->shows_written = false;
	r->shown = 1;
	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.start", value_bool(true)));
	d = rig_settled(r, ivan, 7);
	assert_int_equal(d.outcome, WRITE_ACCEPTED);
	assert_int_equal(d.verdict, VERDICT_MATCH);
	assert_has(d.text, "a.runs shows true");
	assert_int_equal(r->last_read_tag, rig_tag(r, "a.runs"));

	r->shown = 0;
	rig_confirm(r, ivan, 8, rig_token(r, ivan, "a.start", value_bool(true)));
	for (int i = 0; i < 8; i++) {
		assert_false(rig_done(r, ivan, 8, &d));
		rig_wait(r, 500);
		rig_beats(r);
	}
	d = rig_settled(r, ivan, 8);
	assert_int_equal(d.verdict, VERDICT_MISMATCH);
	assert_has(d.text, "a.runs shows false instead of true");
	assert_int_equal(r->n_writes, 2);
}

static void WR_32_a_pulse_without_feedback_ends_with_its_outcome(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_write_done d;

	rig_confirm(r, ivan, 7, rig_token(r, ivan, "a.horn", value_bool(true)));
	d = rig_settled(r, ivan, 7);
	assert_int_equal(d.outcome, WRITE_ACCEPTED);
	assert_int_equal(d.verdict, VERDICT_NONE);
	assert_int_equal(d.in_doubt, 0);
	assert_int_equal(r->n_reads, 0);
	assert_int_equal(r->n_writes, 1);
}

static void WR_32_a_pulse_whose_reply_is_lost_is_unknown_and_never_repeated(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	uint64_t token = rig_token(r, ivan, "a.start", value_bool(true));
	struct wire_write_done d;

	r->mute_writes = true;
	r->shows_written = false;
	r->shown = 1; /* it ran before, perhaps: nothing is settled by that */
	rig_confirm(r, ivan, 7, token);
	for (int i = 0; i < 20; i++) {
		rig_wait(r, 500);
		rig_beats(r);
		rig_confirm(r, ivan, 20 + (uint32_t)i, token);
	}
	d = rig_settled(r, ivan, 7);
	assert_int_equal(d.outcome, WRITE_UNKNOWN);
	assert_int_equal(d.in_doubt, 1);
	rig_sample(r, "a.start", value_bool(true), 0);
	rig_driver_exits(r, 0, "killed");
	for (int i = 0; i < 40; i++) {
		rig_wait(r, 500);
		rig_beats(r);
	}
	assert_int_equal(r->n_writes, 1);
	assert_int_equal(write_gate_doubt_count(r->st->gate), 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, rig_ladder, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(WR_10_what_is_shown_has_to_be_typed),
		T(WR_10_digits_differ_and_a_name_is_a_name),
		T(WR_10_no_reason_no_select),
		T(WR_10_small_steps_do_not_add_up_to_a_large_one),
		T(WR_11_a_mode_is_typed_shown_and_recorded_by_its_word),
		T(a_substitution_takes_words_too),
		T(WR_32_a_pulse_is_judged_by_its_feedback),
		T(WR_32_a_pulse_without_feedback_ends_with_its_outcome),
		T(WR_32_a_pulse_whose_reply_is_lost_is_unknown_and_never_repeated),
		T(WR_14_a_select_with_a_challenge_expires_like_any_other),
		T(WR_14_what_cannot_be_typed_is_confirmed_by_the_tags_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
