/* test_change_set.c - twenty setpoints signed once: what becomes of each when something
 * goes wrong at the seventh. */
#include "unit/write/set_bench.h"

static void WR_30_all_are_sent_in_order_each_after_the_one_before(void **state)
{
	(void)state;
	sign();
	assert_int_equal(b.set.phase, SET_RUNNING);
	for (size_t i = 0; i < TAGS; i++) {
		assert_int_equal(b.n_sent, i);
		assert_int_equal(b.lines[i].state, CHANGE_ACTIVE);
		one_line();
		assert_int_equal(b.sent_tag[i], i);
	}
	assert_int_equal(b.set.phase, SET_ENDED);
	assert_int_equal(b.set.n_done, TAGS);
	assert_string_equal(b.set.text, "20 of 20 done");
	assert_int_equal(notes(AUDIT_SELECT, "selected"), TAGS);
	assert_int_equal(notes(AUDIT_INTENT, "confirmed"), TAGS);
	assert_int_equal(notes(AUDIT_OUTCOME, "accepted"), TAGS);
	assert_int_equal(notes(AUDIT_READBACK, "match"), TAGS);
	assert_int_equal(notes(AUDIT_CHANGES_END, "complete"), 1);
	assert_true(b.row_settled);
	assert_true(write_gate_idle(b.gate));
}

static void WR_30_records_of_the_lines_name_the_set(void **state)
{
	uint64_t set;
	size_t i = 0;

	(void)state;
	sign();
	set = b.set.request;
	one_line();
	while (b.notes[i].kind != AUDIT_CHANGES)
		i++;
	assert_true(b.notes[i].request == set && set != 0);
	assert_string_equal(b.notes[i].subject, "night");
	assert_has(b.notes[i].detail, "t.sp01: 10.0 -> 20.0 %; t.sp02: 10.0 -> 20.0 %");
	while (b.notes[i].kind != AUDIT_INTENT)
		i++;
	assert_true(b.notes[i].request == set + 1);
	assert_string_equal(b.notes[i].detail, "change set 1, line 1 of 20");
	while (b.notes[i].kind != AUDIT_OUTCOME)
		i++;
	assert_has(b.notes[i].detail, "change set 1, line 1 of 20: plc accepted 20.0 %");
}

static void WR_30_the_seventh_is_refused_by_its_device(void **state)
{
	(void)state;
	to_the_seventh();
	stored(true);
	answer(WRITE_REFUSED);
	tick();
	stopped_at_the_seventh(CHANGE_DECLINED, 7);
	assert_has(b.set.text, "6 of 20 done, 13 not sent: line 7 (t.sp07): plc refused");
}

static void WR_30_the_seventh_shows_another_value(void **state)
{
	(void)state;
	to_the_seventh();
	stored(true);
	answer(WRITE_ACCEPTED);
	shows(12);
	b.now.mono = mono_add_ms(b.now.mono, 1001);
	write_gate_tick(b.gate, b.now);
	stored(true);
	tick();
	stopped_at_the_seventh(CHANGE_MISMATCH, 7);
}

static void WR_30_the_seventh_cannot_be_read_back(void **state)
{
	(void)state;
	to_the_seventh();
	stored(true);
	answer(WRITE_ACCEPTED);
	b.now.mono = mono_add_ms(b.now.mono, 1001);
	write_gate_tick(b.gate, b.now);
	stored(true);
	tick();
	stopped_at_the_seventh(CHANGE_UNREAD, 7);
}

static void WR_30_the_seventh_is_unknown_and_stays_in_doubt(void **state)
{
	(void)state;
	to_the_seventh();
	stored(true);
	b.now.mono = mono_add_ms(b.now.mono, WRITE_ANSWER_MS + 1);
	write_gate_tick(b.gate, b.now);
	stored(true);
	assert_int_equal(b.lines[6].state, CHANGE_ACTIVE);
	b.now.mono = mono_add_ms(b.now.mono, WRITE_UNKNOWN_READ_MS + 1);
	write_gate_tick(b.gate, b.now);
	stored(true);
	tick();
	stopped_at_the_seventh(CHANGE_UNKNOWN, 7);
	assert_int_equal(b.set.n_unknown, 1);
	assert_int_equal(write_gate_doubt_count(b.gate), 1);
	assert_has(b.set.text, "1 unknown");
}

static void WR_30_an_unknown_one_that_is_read_back_as_wanted_is_done(void **state)
{
	(void)state;
	to_the_seventh();
	stored(true);
	answer(WRITE_UNKNOWN);
	shows(20);
	stored(true);
	tick();
	assert_int_equal(b.lines[6].state, CHANGE_DONE);
	assert_int_equal(b.lines[7].state, CHANGE_ACTIVE);
	assert_int_equal(write_gate_doubt_count(b.gate), 0);
}

static void WR_30_the_seventh_cannot_be_recorded(void **state)
{
	(void)state;
	to_the_seventh();
	stored(false);
	tick();
	assert_int_equal(b.n_sent, 6);
	assert_int_equal(b.lines[6].state, CHANGE_NOT_SENT);
	assert_has(b.lines[6].text, "not recorded, not sent: disk full");
	assert_int_equal(b.set.phase, SET_ENDED);
	assert_int_equal(b.lines[7].state, CHANGE_NOT_SENT);
}

static void WR_12_a_line_that_moved_meanwhile_stops_the_set(void **state)
{
	(void)state;
	sign();
	for (int i = 0; i < 5; i++)
		one_line();
	b.samples[6].value = value_double(55);
	one_line();
	stopped_at_the_seventh(CHANGE_NOT_SENT, 6);
	assert_has(b.lines[6].text, "t.sp07 was 10.0 %, now 55.0 %: look again");
}

static void WR_17_a_link_that_goes_down_stops_the_set(void **state)
{
	(void)state;
	sign();
	for (int i = 0; i < 5; i++)
		one_line();
	stored(true);
	answer(WRITE_ACCEPTED);
	shows(20);
	b.reachable = false;
	stored(true);
	tick();
	tick();
	stopped_at_the_seventh(CHANGE_NOT_SENT, 6);
	assert_has(b.lines[6].text, "the link is down");
}

static void WR_30_a_session_that_ends_ends_its_set(void **state)
{
	(void)state;
	to_the_seventh();
	stored(true); /* sent */
	b.gone = true;
	write_gate_session_closed(b.gate, 1, b.now);
	tick();
	assert_int_equal(b.set.phase, SET_RUNNING); /* the one in hand goes on */
	answer(WRITE_ACCEPTED);
	shows(20);
	stored(true);
	tick();
	assert_int_equal(b.set.phase, SET_ENDED);
	assert_int_equal(b.set.n_done, 7);
	assert_int_equal(b.n_sent, 7);
	assert_has(b.set.text, "the session ended");
	assert_int_equal(b.lines[7].state, CHANGE_NOT_SENT);
}

static void WR_30_a_right_that_is_taken_away_stops_the_set(void **state)
{
	(void)state;
	sign();
	one_line();
	b.gone = true;
	one_line();
	tick();
	assert_int_equal(b.n_sent, 2);
	assert_int_equal(b.set.phase, SET_ENDED);
	assert_has(b.set.text, "session ended");
}

static void WR_30_nobody_elses_sign_in_goes_on_with_the_set(void **state)
{
	(void)state;
	sign();
	one_line();
	b.somebody = "oleg";
	one_line();
	tick();
	assert_int_equal(b.n_sent, 2);
	assert_int_equal(b.set.phase, SET_ENDED);
}

static void WR_26_a_reload_of_one_line_stops_the_set_at_once(void **state)
{
	(void)state;
	to_the_seventh();
	write_gate_tag_changed(b.gate, 15, b.now);
	one_line();
	assert_int_equal(b.n_sent, 7);
	assert_int_equal(b.set.phase, SET_ENDED);
	assert_int_equal(b.lines[7].state, CHANGE_NOT_SENT);
	assert_has(b.set.text, "the station was reloaded");
}

static void WR_30_the_operator_may_stop_it(void **state)
{
	uint64_t token;

	(void)state;
	ask(false);
	token = b.set.token;
	confirm_as(&ivan, 6, token);
	one_line();
	write_gate_cancel(b.gate, &ivan, 7, token, b.now);
	assert_int_equal(b.reply.status, WIRE_OK);
	one_line();
	assert_int_equal(b.n_sent, 2);
	assert_int_equal(b.set.phase, SET_ENDED);
	assert_has(b.set.text, "2 of 20 done, 18 not sent: the operator stopped it");
}

static void WR_30_the_server_stops_in_the_middle(void **state)
{
	(void)state;
	to_the_seventh();
	stored(true);
	write_gate_stop(b.gate, b.now);
	stored(true); /* unknown: nobody waited for the answer */
	stored(true); /* it was not read back */
	tick();
	stopped_at_the_seventh(CHANGE_UNKNOWN, 7);
}

static void restart(void)
{
	write_gate_free(b.gate);
	b.n_notes = 0;
	b.row.outcome = b.progress;
	b.gate = write_gate_new(&host, 100, b.now);
	write_gate_restore(b.gate, &b.row, b.now);
}

static void WR_19_a_killed_server_says_what_it_never_began(void **state)
{
	uint64_t set;

	(void)state;
	to_the_seventh();
	set = b.set.request;
	stored(true); /* the seventh is sent, and then nobody is there */
	restart();
	assert_true(b.row_settled);
	assert_int_equal(notes(AUDIT_CHANGES_END, "stopped (restart)"), 1);
	assert_has(b.notes[0].detail, "6 of 20 done, 13 not sent, 1 unknown");
	write_gate_tell_sets(b.gate, 1, 9, set);
	for (size_t i = 0; i < TAGS; i++)
		assert_int_equal(b.lines[i].state, i < 6    ? CHANGE_DONE
						   : i == 6 ? CHANGE_UNKNOWN
							    : CHANGE_NOT_SENT);
	assert_string_equal(b.lines[6].tag, "t.sp07");
	assert_string_equal(b.lines[6].new_value, "20.0");
	assert_int_equal(b.set.phase, SET_ENDED);
	assert_string_equal(b.set.who, "ivan");
	tick();
	assert_int_equal(b.n_sent, 7); /* it never goes on */
	assert_true(write_gate_idle(b.gate));
}

static void WR_19_killed_between_two_lines(void **state)
{
	(void)state;
	to_the_seventh(); /* its intent is not stored */
	txn_free(b.last);
	b.last = NULL;
	restart();
	write_gate_tell_sets(b.gate, 1, 9, b.row.request);
	assert_int_equal(b.lines[4].state, CHANGE_DONE);
	assert_int_equal(b.lines[5].state, CHANGE_UNREAD); /* nothing says more */
	assert_int_equal(b.lines[6].state, CHANGE_NOT_SENT);
	assert_int_equal(write_gate_doubt_count(b.gate), 0);
}

static void WR_30_a_set_that_cannot_all_be_written_is_not_begun(void **state)
{
	(void)state;
	b.numbers[6].hi = 15;
	b.writes[8].allowed = false;
	ask(false);
	assert_int_equal(b.set.phase, SET_REFUSED);
	assert_int_equal(b.set.token, 0);
	assert_has(b.set.text, "2 of 20 cannot be written; t.sp07: 20 % is above");
	assert_int_equal(b.lines[6].state, CHANGE_BARRED);
	assert_int_equal(b.lines[5].state, CHANGE_READY);
	assert_int_equal(b.refusals, 1);
	assert_false(write_gate_leased(b.gate, 0));
	assert_true(write_gate_idle(b.gate));
}

static void a_look_takes_nothing(void **state)
{
	(void)state;
	b.samples[3].value = value_double(20);
	ask(true);
	assert_int_equal(b.set.phase, SET_LOOKED);
	assert_int_equal(b.n_lines, TAGS);
	assert_true(b.lines[3].same);
	assert_false(b.lines[4].same);
	assert_string_equal(b.lines[4].old_value, "10.0");
	assert_false(write_gate_leased(b.gate, 0));
	assert_int_equal(b.n_notes, 0);
	assert_int_equal(b.refusals, 0);
}

static void the_same_tag_twice_is_refused(void **state)
{
	struct wire_change lines[2] = { { .tag = "t.sp01", .value = value_double(1) },
					{ .tag = "t.sp01", .value = value_double(2) } };
	struct wire_changes m = { .req = 5, .n = 2, .lines = lines };

	(void)state;
	write_gate_select_set(b.gate, &ivan, &m, b.now);
	assert_int_equal(b.set.phase, SET_REFUSED);
	assert_has(b.set.text, "t.sp01 is in the set twice");
}

static void WR_14_a_set_that_nobody_confirms_is_void(void **state)
{
	uint64_t token;

	(void)state;
	ask(false);
	token = b.set.token;
	assert_int_equal(b.set.expires_ms, 35000);
	assert_true(write_gate_leased(b.gate, 19));
	b.now.mono = mono_add_ms(b.now.mono, 34999);
	write_gate_tick(b.gate, b.now);
	assert_int_equal(b.set.phase, SET_SELECTED);
	tick();
	assert_int_equal(b.set.phase, SET_REFUSED);
	assert_false(write_gate_leased(b.gate, 19));
	confirm_as(&ivan, 6, token);
	assert_null(b.last);
	assert_int_equal(b.set.req, 6);
	assert_has(b.set.text, "expired");
}

static void WR_12_a_value_that_moved_before_the_confirm_refuses_it_all(void **state)
{
	(void)state;
	ask(false);
	b.samples[12].value = value_double(11);
	confirm_as(&ivan, 6, b.set.token);
	assert_int_equal(b.set.phase, SET_REFUSED);
	assert_null(b.last);
	assert_int_equal(b.lines[12].state, CHANGE_BARRED);
	assert_has(b.set.text, "nothing was sent; t.sp13: t.sp13 was 10.0 %");
	assert_false(write_gate_leased(b.gate, 0));
}

static void WR_01_a_confirm_twice_sends_once(void **state)
{
	uint64_t token;

	(void)state;
	ask(false);
	token = b.set.token;
	confirm_as(&ivan, 6, token);
	confirm_as(&ivan, 6, token);
	confirm_as(&ivan, 7, token);
	assert_int_equal(b.refusals, 1); /* the second number; the first is a repeat */
	for (int i = 0; i < TAGS; i++)
		one_line();
	confirm_as(&ivan, 8, token);
	assert_int_equal(b.set.req, 8);
	assert_int_equal(b.set.phase, SET_ENDED);
	assert_null(b.last);
	assert_int_equal(b.n_sent, TAGS);
}

static void WR_23_a_stolen_token_confirms_nothing(void **state)
{
	struct write_party oleg = ivan;
	uint64_t token;

	(void)state;
	oleg.session = 2;
	ask(false);
	token = b.set.token;
	confirm_as(&oleg, 6, token);
	assert_null(b.last);
	assert_has(b.reply.text, "belongs to another session");
	write_gate_cancel(b.gate, &oleg, 7, token, b.now);
	assert_int_equal(b.refusals, 2);
	assert_true(write_gate_leased(b.gate, 0));
	/* nor is there a number of one of its lines */
	for (uint64_t other = 0; other < 50; other++)
		confirm_as(&ivan, 8, token - 25 + other + (other >= 25));
	assert_null(b.last);
	assert_int_equal(b.set.phase, SET_SELECTED);
}

static void WR_15_a_line_that_somebody_else_holds_bars_the_set(void **state)
{
	struct write_party oleg = ivan;
	struct wire_change line = { .tag = "t.sp05", .value = value_double(3) };
	struct wire_changes m = { .req = 3, .n = 1, .lines = &line };

	(void)state;
	oleg.session = 2;
	oleg.name = "oleg";
	write_gate_select_set(b.gate, &oleg, &m, b.now);
	assert_int_equal(b.set.phase, SET_SELECTED);
	ask(false);
	assert_int_equal(b.set.phase, SET_REFUSED);
	assert_has(b.set.text, "oleg has t.sp05 selected");
}

static void a_new_select_gives_up_a_set_but_not_one_that_runs(void **state)
{
	uint64_t first;

	(void)state;
	ask(false);
	first = b.set.token;
	ask(false);
	assert_int_equal(b.set.phase, SET_SELECTED);
	assert_true(b.set.token != first);
	confirm_as(&ivan, 6, b.set.token);
	one_line();
	ask(true);
	ask(false); /* its tags are held by the one that runs */
	assert_int_equal(b.set.phase, SET_REFUSED);
	one_line();
	assert_int_equal(b.n_sent, 2);
}

static void WR_30_a_busy_device_is_waited_for_and_not_for_ever(void **state)
{
	struct write_op *other;

	(void)state;
	other = write_op_new(b.gate);
	other->phase = WRITE_SENT;
	other->device = 1;
	other->tag = 99;
	sign();
	one_line(); /* device 0 */
	assert_null(b.last);
	b.now.mono = mono_add_ms(b.now.mono, WRITE_SET_WAIT_MS);
	write_gate_tick(b.gate, b.now);
	assert_null(b.last);
	other->phase = WRITE_READBACK;
	b.now.mono = mono_add_ms(b.now.mono, WRITE_SET_WAIT_MS);
	write_gate_tick(b.gate, b.now);
	one_line();
	one_line(); /* device 2, 0, and then 1 again */
	other->phase = WRITE_SENT;
	one_line();
	assert_null(b.last);
	for (int i = 0; i <= WRITE_ANSWER_MS / WRITE_SET_WAIT_MS; i++) {
		b.now.mono = mono_add_ms(b.now.mono, WRITE_SET_WAIT_MS);
		write_gate_tick(b.gate, b.now);
	}
	tick();
	assert_int_equal(b.set.phase, SET_ENDED);
	assert_has(b.set.text, "plc still has a command in hand");
	write_op_finish(b.gate, other);
}

static void WR_30_the_last_sets_can_be_asked_for(void **state)
{
	(void)state;
	for (int i = 0; i < WRITE_SETS_KEPT + 3; i++) {
		sign();
		stored(false);
		tick();
		assert_int_equal(b.set.phase, SET_ENDED);
	}
	b.n_sets = 0;
	write_gate_tell_sets(b.gate, 1, 9, 0);
	assert_int_equal(b.n_sets, WRITE_SETS_KEPT);
	assert_int_equal(b.reply.req, 9);
	write_gate_tell_sets(b.gate, 1, 10, 1);
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	assert_has(b.reply.text, "change set 1 is not among the last ones");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(WR_30_all_are_sent_in_order_each_after_the_one_before),
		T(WR_30_records_of_the_lines_name_the_set),
		T(WR_30_the_seventh_is_refused_by_its_device),
		T(WR_30_the_seventh_shows_another_value),
		T(WR_30_the_seventh_cannot_be_read_back),
		T(WR_30_the_seventh_is_unknown_and_stays_in_doubt),
		T(WR_30_an_unknown_one_that_is_read_back_as_wanted_is_done),
		T(WR_30_the_seventh_cannot_be_recorded),
		T(WR_12_a_line_that_moved_meanwhile_stops_the_set),
		T(WR_17_a_link_that_goes_down_stops_the_set),
		T(WR_30_a_session_that_ends_ends_its_set),
		T(WR_30_a_right_that_is_taken_away_stops_the_set),
		T(WR_30_nobody_elses_sign_in_goes_on_with_the_set),
		T(WR_26_a_reload_of_one_line_stops_the_set_at_once),
		T(WR_30_the_operator_may_stop_it),
		T(WR_30_the_server_stops_in_the_middle),
		T(WR_19_a_killed_server_says_what_it_never_began),
		T(WR_19_killed_between_two_lines),
		T(WR_30_a_set_that_cannot_all_be_written_is_not_begun),
		T(a_look_takes_nothing),
		T(the_same_tag_twice_is_refused),
		T(WR_14_a_set_that_nobody_confirms_is_void),
		T(WR_12_a_value_that_moved_before_the_confirm_refuses_it_all),
		T(WR_01_a_confirm_twice_sends_once),
		T(WR_23_a_stolen_token_confirms_nothing),
		T(WR_15_a_line_that_somebody_else_holds_bars_the_set),
		T(a_new_select_gives_up_a_set_but_not_one_that_runs),
		T(WR_30_a_busy_device_is_waited_for_and_not_for_ever),
		T(WR_30_the_last_sets_can_be_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
