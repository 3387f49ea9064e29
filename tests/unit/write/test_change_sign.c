/* test_change_sign.c - what one tag of a set asks for, the whole set asks for: something
 * typed, a reason, a second person. */
#include "unit/write/set_bench.h"

/* --- what its tags ask for, all of it asks for ------------------------------------- */

static const struct access_grant vera_all = { .name = "vera",
					      .rights = 0xFF,
					      .n_posts = 1,
					      .posts = { { 0xFF, NULL } },
					      .admitted = true };
static const struct write_party vera = { .session = 9,
					 .uid = 1009,
					 .actor = "vera",
					 .name = "vera",
					 .roles = "sup",
					 .from = "pts/9",
					 .grant = &vera_all };

/* Over what the second person was told, and nothing else. */
static void say_seal(char *out)
{
	uint64_t seal = wire_approval_seal(WIRE_APPROVAL_SEAL, b.approval.text);

	for (size_t i = 0; i < b.n_offered; i++)
		seal = wire_approval_seal(seal, b.offered[i].text);
	wire_approval_seal_text(seal, out);
}

static void answer_as(const struct write_party *who, bool yes)
{
	struct wire_request m = { .req = 20, .num = b.approval.approval, .num2 = yes };

	if (yes)
		say_seal(m.text);
	b.reply = (struct wire_reply){ 0 };
	write_gate_approve(b.gate, who, &m, b.now);
}

static void ask_two(void)
{
	b.writes[11].approve = true;
	b.writes[12].approve = true;
	ask(false);
	assert_true(b.set.wants & WIRE_WANTS_APPROVAL);
	confirm_as(&ivan, 6, b.set.token);
	assert_int_equal(b.set.phase, SET_APPROVAL);
	assert_null(b.last);
	assert_int_equal(b.n_sent, 0);
}

static void WR_25_a_second_person_signs_the_whole_set(void **state)
{
	(void)state;
	ask_two();
	assert_int_equal(b.n_offers, 1);
	assert_has(b.approval.text, "change set night of 20");
	assert_int_equal(b.n_offered, TAGS); /* all of it */
	assert_string_equal(b.offered[19].text, "t.sp20: 10.0 \xe2\x86\x92 20.0 %, "
						"limits 0 to 100 %");
	answer_as(&vera, true);
	assert_int_equal(b.reply.status, WIRE_OK);
	for (int i = 0; i < TAGS; i++)
		one_line();
	assert_int_equal(b.set.n_done, TAGS);
	assert_has(b.notice.text, "of ivan, approved by you: 20 of 20 done");
	assert_int_equal(b.n_offers, 2); /* asked, and given */
	answer_as(&vera, true);
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	assert_int_equal(b.n_sent, TAGS);
}

/* However long its lines are, all of them reach the second person. */
static void WR_25_long_lines_are_offered_whole(void **state)
{
	(void)state;
	for (int i = 0; i < TAGS; i++)
		b.defs[i].unit = "thousand cubic metres a day";
	ask_two();
	assert_int_equal(notes(AUDIT_APPROVAL_ASKED, "asked"), 1);
	assert_int_equal(b.n_offered, TAGS);
	for (size_t i = 0; i < TAGS; i++)
		assert_has(b.offered[i].text, "limits 0 to 100 thousand cubic metres a "
					      "day");
	answer_as(&vera, true);
	assert_int_equal(b.set.phase, SET_RUNNING);
}

static void WR_25_a_yes_is_to_the_lines_that_were_shown(void **state)
{
	struct wire_request m = { .req = 20, .num2 = 1 };

	(void)state;
	ask_two();
	m.num = b.approval.approval;
	write_gate_approve(b.gate, &vera, &m, b.now); /* who has read none of them */
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	assert_has(b.reply.text, "not the lines that were shown");
	b.n_offered = TAGS - 1; /* one is missing */
	answer_as(&vera, true);
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	b.n_offered = TAGS;
	b.offered[7].text[12]++; /* one reads otherwise */
	answer_as(&vera, true);
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	b.offered[7].text[12]--;
	assert_int_equal(b.set.phase, SET_APPROVAL);
	answer_as(&vera, true);
	assert_int_equal(b.set.phase, SET_RUNNING);
}

/* A hundred lines are more than one record holds: it says so. */
static void WR_30_a_record_that_lists_a_part_says_how_much_is_missing(void **state)
{
	const char *said = NULL;

	(void)state;
	for (int i = 0; i < TAGS; i++)
		b.defs[i].unit = "thousand cubic metres a day";
	ask_two();
	answer_as(&vera, true);
	stored(true);
	for (size_t i = 0; i < b.n_notes; i++)
		if (b.notes[i].kind == AUDIT_CHANGES)
			said = b.notes[i].detail;
	assert_non_null(said);
	assert_has(said, "t.sp01: 10.0 -> 20.0 thousand cubic metres a day; t.sp02");
	assert_has(said, " more, each in a record of its own");
}

/* What came of the request is on record once; a refused answer is the answerer's. */
static void WR_25_the_end_of_a_request_is_recorded_once(void **state)
{
	(void)state;
	ask_two();
	answer_as(&vera, false);
	tick();
	assert_int_equal(notes(AUDIT_DECLINED, "declined"), 1);
	assert_int_equal(b.refusals, 0);
	ask_two();
	b.samples[3].value = value_double(11);
	answer_as(&vera, true);
	tick();
	assert_int_equal(notes(AUDIT_APPROVAL_END, "void"), 1);
	assert_int_equal(b.refusals, 1);
	assert_string_equal(b.refusal.who, "vera");
	b.samples[3].value = value_double(10);
	ask_two();
	b.now.mono = mono_add_ms(b.now.mono, WRITE_APPROVE_MS + 1000 * TAGS);
	tick();
	assert_int_equal(notes(AUDIT_APPROVAL_END, "expired"), 1);
	assert_int_equal(b.refusals, 1);
}

/* He has a second more for each line than for a single write. */
static void WR_25_a_long_set_waits_longer(void **state)
{
	(void)state;
	ask_two();
	b.now.mono = mono_add_ms(b.now.mono, WRITE_APPROVE_MS + 1000 * (TAGS - 1));
	tick();
	answer_as(&vera, true);
	assert_int_equal(b.set.phase, SET_RUNNING);
}

static void WR_25_one_who_declines_ends_the_set(void **state)
{
	(void)state;
	ask_two();
	answer_as(&vera, false);
	tick();
	assert_int_equal(b.set.phase, SET_REFUSED);
	assert_has(b.set.text, "vera declined");
	assert_null(b.last);
	assert_true(write_gate_idle(b.gate));
	assert_false(write_gate_leased(b.gate, 0));
}

static void WR_25_nobody_approves_his_own_set_or_late_or_from_elsewhere(void **state)
{
	struct write_party again = ivan, far = vera;
	struct access_grant elsewhere = vera_all;

	(void)state;
	elsewhere.posts[0].area = "u";
	far.grant = &elsewhere;
	ask_two();
	answer_as(&ivan, true);
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	again.session = 8;
	answer_as(&again, true);
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	answer_as(&far, true);
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	assert_int_equal(b.set.phase, SET_APPROVAL);
	b.now.mono = mono_add_ms(b.now.mono, WRITE_APPROVE_MS + 1000 * TAGS);
	write_gate_tick(b.gate, b.now);
	answer_as(&vera, true);
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	tick();
	assert_int_equal(b.set.phase, SET_REFUSED);
	assert_null(b.last);
	assert_int_equal(b.n_sent, 0);
}

/* In the area of one line is not in that of all. */
static void WR_25_the_second_person_needs_each_area(void **state)
{
	struct access_grant only = vera_all;
	struct write_party there = vera;

	(void)state;
	b.defs[12].area = "u";
	only.posts[0].area = "t";
	there.grant = &only;
	ask_two();
	answer_as(&there, true);
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	assert_int_equal(b.set.phase, SET_APPROVAL);
	answer_as(&vera, true);
	assert_int_equal(b.set.phase, SET_RUNNING);
}

static void WR_25_what_moved_while_he_thought_ends_the_set(void **state)
{
	(void)state;
	ask_two();
	b.samples[3].value = value_double(11);
	answer_as(&vera, true);
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	tick();
	assert_int_equal(b.set.phase, SET_REFUSED);
	assert_has(b.set.text, "t.sp04 was 10.0 %, now 11.0 %");
	assert_null(b.last);
}

static void WR_25_withdrawn_by_who_asked(void **state)
{
	uint64_t token;

	(void)state;
	ask_two();
	token = b.gate->sets[0]->token;
	write_gate_cancel(b.gate, &ivan, 7, token, b.now);
	assert_int_equal(b.reply.status, WIRE_OK);
	answer_as(&vera, true);
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	assert_null(b.last);
	assert_true(write_gate_idle(b.gate));
}

static void WR_30_what_one_tag_wants_typed_is_typed_for_all(void **state)
{
	struct wire_request m = { .req = 6 };

	(void)state;
	b.writes[4].challenge = "value";
	ask(false);
	assert_int_equal(strlen(b.set.challenge), 4);
	m.num = b.set.token;
	snprintf(m.text, sizeof(m.text), "%s", b.set.challenge);
	write_gate_confirm(b.gate, &ivan, &m, b.now);
	assert_int_equal(b.set.phase, SET_RUNNING);
	write_gate_cancel(b.gate, &ivan, 7, m.num, b.now);
	one_line();
	tick();
	ask(false);
	m.num = b.set.token;
	snprintf(m.text, sizeof(m.text), "0000");
	write_gate_confirm(b.gate, &ivan, &m, b.now);
	assert_int_equal(b.set.phase, SET_REFUSED);
	assert_has(b.set.text, "\"0000\" was typed, not");
	assert_null(b.last);
}

static void WR_30_what_one_tag_wants_a_reason_for_bars_a_set_without(void **state)
{
	struct wire_change line = { .tag = "t.sp05", .value = value_double(3) };
	struct wire_changes m = { .req = 3, .n = 1, .lines = &line };

	(void)state;
	b.writes[4].reason = true;
	write_gate_select_set(b.gate, &ivan, &m, b.now);
	assert_int_equal(b.set.phase, SET_REFUSED);
	assert_has(b.set.text, "is not written without a reason");
	assert_true(b.set.wants & WIRE_WANTS_REASON);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(WR_25_a_second_person_signs_the_whole_set),
		T(WR_25_one_who_declines_ends_the_set),
		T(WR_25_long_lines_are_offered_whole),
		T(WR_25_a_yes_is_to_the_lines_that_were_shown),
		T(WR_25_the_end_of_a_request_is_recorded_once),
		T(WR_25_a_long_set_waits_longer),
		T(WR_30_a_record_that_lists_a_part_says_how_much_is_missing),
		T(WR_25_nobody_approves_his_own_set_or_late_or_from_elsewhere),
		T(WR_25_the_second_person_needs_each_area),
		T(WR_25_what_moved_while_he_thought_ends_the_set),
		T(WR_25_withdrawn_by_who_asked),
		T(WR_30_what_one_tag_wants_typed_is_typed_for_all),
		T(WR_30_what_one_tag_wants_a_reason_for_bars_a_set_without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
