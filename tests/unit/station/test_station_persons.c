/*
 * test_station_persons.c - the second person, through the whole station: who may be one,
 * what ends the wait, a value by hand, an emergency, and frames that lie.
 */
#include "unit/station/rig_ladder.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/approval.h"

/* --- the second person ------------------------------------------------------------- */

static bool approval(struct rig *r, uint64_t session, struct wire_approval *m)
{
	const uint8_t *p;
	size_t n;

	return rig_last(r, session, WIRE_APPROVAL, &p, &n) && wire_get_approval(p, n, m);
}

/* ivan asks for 45 in a.two, his request 7; the number of the approval. */
static uint64_t ask(struct rig *r, uint64_t ivan, struct wire_selected *m)
{
	struct wire_approval a;

	r->reason = "the lab asks for it";
	assert_true(rig_selected(r, ivan, "a.two", value_double(45), m));
	assert_int_equal(m->wants, WIRE_WANTS_REASON | WIRE_WANTS_APPROVAL |
					   (r->st->def->access.single_in_emergency
						    ? WIRE_ALONE_ALLOWED
						    : 0));
	rig_confirm_typed(r, ivan, 7, m->token, "");
	assert_int_equal(r->n_writes, 0);
	assert_int_equal(rig_stored_ops(r, TXN_INTENT), 0);
	assert_true(approval(r, ivan, &a));
	assert_int_equal(a.state, WIRE_APPROVAL_OPEN);
	assert_int_equal(a.yours, 1);
	return a.approval;
}

static const char *answer(struct rig *r, uint64_t session, uint64_t number, bool yes,
			  const char *text, enum wire_status *status)
{
	struct wire_request m = { .req = 90, .num = number, .num2 = yes };

	snprintf(m.text, sizeof(m.text), "%s", text);
	rig_send(r, session, WIRE_APPROVE, &m);
	return rig_reply(r, session, 90, status);
}

static void keep_fresh(struct rig *r, int64_t ms)
{
	for (; ms > 0; ms -= 500) {
		rig_wait(r, 500);
		rig_beats(r);
		rig_number(r, "a.two", 40);
		rig_sample(r, "a.auto", value_bool(true), 0);
	}
}

static void WR_25_two_persons_on_two_sessions_write(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), mara = rig_open(r, RIG_MARA);
	uint64_t oleg = rig_open(r, RIG_OLEG), number;
	struct wire_approval his, hers;
	struct wire_selected m;
	struct audit_record a;
	enum wire_status status;

	number = ask(r, ivan, &m);
	assert_true(approval(r, ivan, &his));
	assert_true(approval(r, mara, &hers));
	assert_false(approval(r, oleg, &his)); /* no right there */
	assert_true(approval(r, ivan, &his));
	assert_string_equal(his.text, hers.text);
	assert_has(hers.text,
		   "a.two: 40.0 \xe2\x86\x92 45.0 bar, limits 0 to 100 bar, on "
		   "plc1");
	assert_string_equal(hers.reason, "the lab asks for it");
	assert_string_equal(hers.asker, "ivan");
	assert_string_equal(his.says, "mara");
	assert_int_equal(hers.yours, 0);
	assert_int_equal(hers.left_ms, WRITE_APPROVE_MS);
	assert_int_equal(write_gate_lease(r->st->gate, rig_tag(r, "a.two")),
			 WIRE_LEASE_APPROVAL);
	keep_fresh(r, 20000);
	assert_string_equal(answer(r, mara, number, true, "", &status), "approved");
	assert_int_equal(status, WIRE_OK);
	assert_int_equal(r->n_writes, 1);
	assert_int_equal(rig_settled(r, ivan, 7).verdict, VERDICT_MATCH);
	assert_true(approval(r, mara, &hers));
	assert_int_equal(hers.state, WIRE_APPROVAL_GIVEN);
	assert_int_equal(rig_audits(r, AUDIT_APPROVAL_ASKED, &a), 1);
	assert_int_equal(rig_audits(r, AUDIT_INTENT, &a), 1);
	assert_string_equal(a.person, "ivan");
	assert_string_equal(a.approver, "mara");
	assert_has(a.detail, "approved by mara");
	assert_string_equal(a.reason, "the lab asks for it");
	assert_has(answer(r, mara, number, true, "", &status),
		   "it was approved already, by mara");
	assert_int_equal(status, WIRE_REFUSED);
	assert_int_equal(r->n_writes, 1);
}

static void WR_25_the_same_session_the_same_person_and_no_right_are_refused(void **state)
{
	struct rig *r = *state;
	uint64_t mara = rig_open(r, RIG_MARA), again = rig_open(r, RIG_MARA);
	uint64_t oleg = rig_open(r, RIG_OLEG), vera = rig_open(r, RIG_VERA);
	struct wire_selected m;
	struct audit_record a;
	enum wire_status status;
	uint64_t number = ask(r, mara, &m);

	assert_has(answer(r, mara, number, true, "", &status),
		   "this session asked for it");
	assert_int_equal(status, WIRE_REFUSED);
	assert_has(answer(r, again, number, true, "", &status),
		   "mara asked for it: the second person must be somebody else");
	assert_int_equal(status, WIRE_REFUSED);
	assert_has(answer(r, oleg, number, true, "", &status), "\"approve\"");
	assert_int_equal(status, WIRE_REFUSED);
	assert_has(answer(r, vera, number, true, "", &status), "\"approve\"");
	assert_int_equal(status, WIRE_REFUSED);
	assert_has(answer(r, vera, number + 1, true, "", &status),
		   "there is no request for approval with the number");
	assert_true(rig_audits(r, AUDIT_REFUSED, &a) >= 5);
	assert_int_equal(r->n_writes, 0);
	assert_int_equal(rig_stored_ops(r, TXN_INTENT), 0);
	/* and none of that was the end of it */
	assert_string_equal(answer(r, rig_open(r, RIG_SAM), number, true, "", &status),
			    "approved");
	assert_int_equal(r->n_writes, 1);
}

static void WR_25_after_its_time_nobody_approves(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), mara = rig_open(r, RIG_MARA), number;
	struct wire_approval a;
	struct wire_selected m;
	struct audit_record end;
	enum wire_status status;

	number = ask(r, ivan, &m);
	keep_fresh(r, WRITE_APPROVE_MS - 500);
	rig_reply(r, ivan, 7, &status);
	assert_true(write_gate_leased(r->st->gate, rig_tag(r, "a.two")));
	keep_fresh(r, 500);
	assert_has(rig_reply(r, ivan, 7, &status), "nobody approved it within 60 s");
	assert_int_equal(status, WIRE_REFUSED);
	assert_has(answer(r, mara, number, true, "", &status), "it has ended");
	assert_int_equal(status, WIRE_REFUSED);
	assert_true(approval(r, mara, &a));
	assert_int_equal(a.state, WIRE_APPROVAL_EXPIRED);
	assert_int_equal(rig_audits(r, AUDIT_APPROVAL_END, &end), 1);
	assert_string_equal(end.result, "expired");
	assert_int_equal(r->n_writes, 0);
	assert_false(write_gate_leased(r->st->gate, rig_tag(r, "a.two")));
}

static void WR_25_a_value_that_moved_ends_it_for_both(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), mara = rig_open(r, RIG_MARA), number;
	struct wire_approval a;
	struct wire_selected m;
	enum wire_status status;

	number = ask(r, ivan, &m);
	rig_number(r, "a.two", 55.2);
	assert_has(answer(r, mara, number, true, "", &status),
		   "a.two was 40.0 bar, now 55.2 bar: look again");
	assert_int_equal(status, WIRE_REFUSED);
	assert_has(rig_reply(r, ivan, 7, &status), "now 55.2 bar: look again");
	assert_int_equal(status, WIRE_REFUSED);
	assert_true(approval(r, ivan, &a));
	assert_int_equal(a.state, WIRE_APPROVAL_VOID);
	assert_int_equal(r->n_writes, 0);
	/* the same for what else has to hold at that moment */
	rig_number(r, "a.two", 40);
	number = ask(r, ivan, &m);
	rig_sample(r, "a.auto", value_bool(false), 0);
	assert_has(answer(r, mara, number, true, "", &status), "not permitted");
	assert_int_equal(r->n_writes, 0);
}

static void WR_25_the_second_person_may_say_no_and_why(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), mara = rig_open(r, RIG_MARA), number;
	struct wire_selected m;
	struct audit_record a;
	enum wire_status status;

	number = ask(r, ivan, &m);
	answer(r, mara, number, false, "the basin is being cleaned", &status);
	assert_int_equal(status, WIRE_OK);
	assert_has(rig_reply(r, ivan, 7, &status),
		   "mara declined: the basin is being cleaned");
	assert_int_equal(status, WIRE_REFUSED);
	assert_int_equal(rig_audits(r, AUDIT_DECLINED, &a), 1);
	assert_string_equal(a.person, "mara");
	assert_string_equal(a.subject, "a.two");
	assert_has(answer(r, mara, number, true, "", &status), "it has ended");
	assert_int_equal(r->n_writes, 0);
}

static void WR_25_who_asked_may_take_it_back_or_go(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), mara = rig_open(r, RIG_MARA), number;
	struct wire_approval a;
	struct wire_selected m;
	enum wire_status status;

	number = ask(r, ivan, &m);
	rig_request(r, ivan, WIRE_CANCEL, 8, m.token, "");
	assert_string_equal(rig_reply(r, ivan, 8, &status), "withdrawn");
	assert_string_equal(rig_reply(r, ivan, 7, &status), "withdrawn");
	assert_true(approval(r, mara, &a));
	assert_int_equal(a.state, WIRE_APPROVAL_WITHDRAWN);
	assert_has(answer(r, mara, number, true, "", &status), "it has ended");
	number = ask(r, ivan, &m);
	rig_close(r, ivan);
	assert_true(approval(r, mara, &a));
	assert_int_equal(a.state, WIRE_APPROVAL_WITHDRAWN);
	assert_has(answer(r, mara, number, true, "", &status), "it has ended");
	assert_int_equal(r->n_writes, 0);
}

static void WR_26_a_reload_ends_what_waits(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), mara = rig_open(r, RIG_MARA), number;
	struct wire_approval a;
	struct wire_selected m;
	enum wire_status status;

	number = ask(r, ivan, &m);
	rig_reload(r, RIG_LADDER_TWO, false, 0, 0);
	assert_has(rig_reply(r, ivan, 7, &status), "the tag changed: look again");
	assert_int_equal(status, WIRE_REFUSED);
	assert_true(approval(r, mara, &a));
	assert_int_equal(a.state, WIRE_APPROVAL_VOID);
	assert_has(answer(r, mara, number, true, "", &status), "it has ended");
	assert_int_equal(r->n_writes, 0);
}

static void WR_25_who_comes_later_is_asked_too(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), mara, number;
	struct wire_approval a;
	struct wire_selected m;
	enum wire_status status;

	number = ask(r, ivan, &m);
	assert_true(approval(r, ivan, &a));
	assert_string_equal(a.says, "nobody who may approve is here now");
	rig_wait(r, 10000);
	rig_beats(r);
	mara = rig_open(r, RIG_MARA);
	assert_true(approval(r, mara, &a));
	assert_true(a.approval == number);
	assert_true(a.left_ms <= WRITE_APPROVE_MS - 10000);
	rig_request(r, mara, WIRE_APPROVALS, 80, 0, "");
	assert_string_equal(rig_reply(r, mara, 80, &status), "1");
	assert_false(approval(r, rig_open(r, RIG_VERA), &a));
}

/* --- a value by hand of such a tag -------------------------------------------------- */

static void by_hand(struct rig *r, uint64_t session, const char *tag, double v, bool end)
{
	struct wire_substitute m = { .req = 60, .end = end };
	struct strbuf w = STRBUF_INIT;

	if (!end)
		m.value = value_double(v);
	snprintf(m.tag, sizeof(m.tag), "%s", tag);
	snprintf(m.reason, sizeof(m.reason), "its transmitter is away");
	rig_forget(r, session);
	wire_put_substitute(&w, &m);
	rig_frame(r, session, &w);
	strbuf_release(&w);
}

static bool is_by_hand(struct rig *r, const char *tag, double v)
{
	const struct sample *s = rig_value(r, tag);

	return s->quality == QUALITY_SUBSTITUTED && s->value.u.d == v;
}

static void WR_25_a_value_by_hand_takes_as_many_persons_as_a_write(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), mara = rig_open(r, RIG_MARA);
	uint64_t again = rig_open(r, RIG_MARA);
	struct wire_approval his, hers;
	struct audit_record a;
	enum wire_status status;

	by_hand(r, ivan, "a.two", 45, false);
	assert_false(is_by_hand(r, "a.two", 45));
	assert_string_equal(rig_reply(r, ivan, 60, NULL), "");
	assert_true(approval(r, ivan, &his));
	assert_true(approval(r, mara, &hers));
	assert_int_equal(his.yours, 1);
	assert_has(hers.text, "by hand in the place of what is measured: a.two: 40.0");
	assert_string_equal(hers.reason, "its transmitter is away");
	assert_has(answer(r, ivan, hers.approval, true, "", &status), "this session");
	assert_int_equal(status, WIRE_REFUSED);
	assert_false(is_by_hand(r, "a.two", 45));
	assert_string_equal(answer(r, mara, hers.approval, true, "", &status),
			    "approved");
	assert_true(is_by_hand(r, "a.two", 45));
	assert_has(rig_reply(r, ivan, 60, &status), "a.two is 45 now, substituted");
	assert_int_equal(status, WIRE_OK);
	assert_int_equal(rig_audits(r, AUDIT_SUBSTITUTE, &a), 1);
	assert_string_equal(a.person, "ivan");
	assert_string_equal(a.approver, "mara");
	assert_int_equal(rig_audits(r, AUDIT_APPROVAL_ASKED, &a), 1);
	assert_int_equal(r->n_writes, 0); /* nothing went to a device */
	assert_true(write_gate_idle(r->st->gate));
	assert_has(answer(r, again, hers.approval, true, "", &status), "it has ended");
	/* the way back takes one */
	by_hand(r, ivan, "a.two", 0, true);
	assert_has(rig_reply(r, ivan, 60, &status), "shows its source again");
	assert_int_equal(status, WIRE_OK);
	assert_double(rig_value(r, "a.two")->value.u.d, 40, 0);
}

static void WR_25_a_value_by_hand_that_nobody_approves_is_none(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), mara = rig_open(r, RIG_MARA);
	struct wire_approval a;
	enum wire_status status;

	by_hand(r, ivan, "a.two", 45, false);
	assert_true(approval(r, mara, &a));
	answer(r, mara, a.approval, false, "not now", &status);
	assert_has(rig_reply(r, ivan, 60, &status), "mara declined: not now");
	assert_int_equal(status, WIRE_REFUSED);
	by_hand(r, ivan, "a.two", 45, false);
	by_hand(r, ivan, "a.two", 46, false); /* one at a time */
	assert_has(rig_reply(r, ivan, 60, &status), "ivan is at a.two");
	keep_fresh(r, WRITE_APPROVE_MS);
	assert_true(write_gate_idle(r->st->gate));
	by_hand(r, ivan, "a.two", 45, false);
	assert_true(approval(r, mara, &a));
	rig_close(r, ivan);
	assert_has(answer(r, mara, a.approval, true, "", &status), "it has ended");
	assert_false(is_by_hand(r, "a.two", 45));
	assert_true(write_gate_idle(r->st->gate));
}

static void WR_24_a_locked_session_asks_and_answers_nothing(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), mara = rig_open(r, RIG_MARA);
	uint64_t sam = rig_open(r, RIG_SAM), number;
	struct wire_approval a;
	struct wire_selected m;
	enum wire_status status;

	/* who would have to answer has locked hers */
	rig_request(r, mara, WIRE_LOCK, 70, 0, "");
	number = ask(r, ivan, &m);
	assert_false(approval(r, mara, &a));
	assert_true(approval(r, ivan, &a));
	assert_string_equal(a.says, "sam");
	assert_true(strlen(answer(r, mara, number, true, "", &status)) > 0);
	assert_int_equal(status, WIRE_REFUSED);
	assert_int_equal(r->n_writes, 0);
	/* and who asked has locked his: nobody acts there any more */
	rig_request(r, ivan, WIRE_LOCK, 71, 0, "");
	rig_reply(r, ivan, 7, &status);
	assert_int_equal(status, WIRE_REFUSED);
	assert_true(approval(r, sam, &a));
	assert_int_equal(a.state, WIRE_APPROVAL_VOID);
	assert_has(answer(r, sam, number, true, "", &status), "it has ended");
	assert_int_equal(r->n_writes, 0);
	assert_int_equal(rig_stored_ops(r, TXN_INTENT), 0);
}

static void WR_15_what_waits_for_approval_is_held(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), mara = rig_open(r, RIG_MARA), number;
	struct wire_selected m;
	enum wire_status status;

	number = ask(r, ivan, &m);
	assert_has(rig_select_refusal(r, mara, "a.two", value_double(50)),
		   "ivan waits for a second person to approve a write to a.two");
	/* confirmed again while it waits: one write, and the same answer to all */
	rig_confirm_typed(r, ivan, 8, m.token, "");
	rig_confirm_typed(r, ivan, 7, m.token, "");
	answer(r, mara, number, true, "", &status);
	assert_int_equal(r->n_writes, 1);
	assert_int_equal(rig_settled(r, ivan, 7).outcome, WRITE_ACCEPTED);
	assert_int_equal(rig_settled(r, ivan, 8).outcome, WRITE_ACCEPTED);
}

static void WR_25_alone_only_where_the_site_allows_it(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), mara = rig_open(r, RIG_MARA), number;
	struct wire_request alone = { .req = 8, .num2 = 1 };
	struct wire_selected m;
	enum wire_status status;

	number = ask(r, ivan, &m);
	alone.num = m.token;
	rig_send(r, ivan, WIRE_CONFIRM, &alone);
	assert_has(rig_reply(r, ivan, 8, &status), "single_in_emergency");
	assert_int_equal(status, WIRE_REFUSED);
	assert_int_equal(r->n_writes, 0);
	answer(r, mara, number, true, "", &status); /* it waits still */
	assert_int_equal(r->n_writes, 1);
}

static void WR_25_alone_in_an_emergency_is_loud_and_recorded(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), oleg = rig_open(r, RIG_OLEG);
	struct wire_request alone = { .req = 8, .num2 = 1 };
	struct wire_notice told;
	struct wire_selected m;
	struct audit_record a;
	const uint8_t *p;
	size_t n;

	ask(r, ivan, &m);
	alone.num = m.token;
	rig_send(r, ivan, WIRE_CONFIRM, &alone);
	assert_int_equal(r->n_writes, 1);
	assert_int_equal(rig_settled(r, ivan, 7).outcome, WRITE_ACCEPTED);
	assert_int_equal(rig_settled(r, ivan, 8).outcome, WRITE_ACCEPTED);
	assert_true(rig_last(r, oleg, WIRE_NOTICE, &p, &n));
	assert_true(wire_get_notice(p, n, &told));
	assert_has(told.text, "EMERGENCY: ivan writes without a second person: a.two");
	assert_int_equal(rig_audits(r, AUDIT_EMERGENCY, &a), 1);
	assert_int_equal(rig_audits(r, AUDIT_INTENT, &a), 1);
	assert_string_equal(a.approver, "nobody: emergency");
}

/* --- crafted frames ---------------------------------------------------------------- */

/* Whatever a patched console sends, nothing leaves without what the tag asks for. */
static void WR_23_crafted_confirms_and_approvals_send_nothing(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), mara = rig_open(r, RIG_MARA);
	uint64_t oleg = rig_open(r, RIG_OLEG), number;
	static const char *const typed[] = { "",    "45",       "45.0", "a.two",
					     "yes", "\xff\xfe", "0" };
	struct wire_selected m;
	uint32_t seed = 7;

	number = ask(r, ivan, &m);
	for (int i = 0; i < 3000; i++) {
		uint64_t who[] = { ivan, oleg, mara };
		struct wire_request q = { .req = 1000 + (uint32_t)i };
		enum wire_type type = WIRE_CONFIRM;

		seed = seed * 1103515245u + 12345u;
		q.num = (seed >> 8) % 3 ? m.token + (seed >> 12) % 5 - 2
					: number + (seed >> 12) % 5 - 2;
		q.num2 = (seed >> 16) % 4;
		snprintf(q.text, sizeof(q.text), "%s", typed[(seed >> 20) % 7]);
		if ((seed >> 24) % 2)
			type = WIRE_APPROVE;
		/* mara may approve: she tries everything but that */
		if (type == WIRE_APPROVE && q.num == number)
			rig_send(r, who[(seed >> 5) % 2], type, &q);
		else
			rig_send(r, who[(seed >> 5) % 3], type, &q);
		if (i % 20 == 0)
			rig_wait(r, 10);
		rig_forget(r, ivan);
		rig_forget(r, oleg);
		rig_forget(r, mara);
	}
	assert_int_equal(r->n_writes, 0);
	assert_int_equal(rig_stored_ops(r, TXN_INTENT), 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, rig_ladder, rig_teardown)
#define T_ALONE(name)                                                                    \
	cmocka_unit_test_setup_teardown(name, rig_ladder_alone, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(WR_25_two_persons_on_two_sessions_write),
		T(WR_25_the_same_session_the_same_person_and_no_right_are_refused),
		T(WR_25_after_its_time_nobody_approves),
		T(WR_25_a_value_that_moved_ends_it_for_both),
		T(WR_25_the_second_person_may_say_no_and_why),
		T(WR_25_who_asked_may_take_it_back_or_go),
		T(WR_26_a_reload_ends_what_waits),
		T(WR_25_who_comes_later_is_asked_too),
		T(WR_25_a_value_by_hand_takes_as_many_persons_as_a_write),
		T(WR_25_a_value_by_hand_that_nobody_approves_is_none),
		T(WR_24_a_locked_session_asks_and_answers_nothing),
		T(WR_15_what_waits_for_approval_is_held),
		T(WR_25_alone_only_where_the_site_allows_it),
		T_ALONE(WR_25_alone_in_an_emergency_is_loud_and_recorded),
		T(WR_23_crafted_confirms_and_approvals_send_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
