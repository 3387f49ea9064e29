/*
 * test_handover.c - the hand-over of a shift: both sign, the summary says what stands, it
 * is stored whole or not at all, and who went does not act any more.
 */
#include "unit/station/rig_people.h"

#include <stdio.h>
#include <string.h>

#include "audit/row.h"
#include "station/handover_int.h"
#include "wire/audit.h"

/* --- the record, as the shell would read it ----------------------------------------- */

static bool is_asked(const struct wire_audit_search *ask, const struct audit_record *r)
{
	bool kind = ask->kinds[r->kind / 64] & (uint64_t)1 << r->kind % 64;

	return kind && r->wall_ms >= ask->from_ms &&
	       (!ask->subject[0] || strcmp(ask->subject, r->subject) == 0);
}

static void put_found(struct rig *r, const struct wire_audit_search *ask,
		      struct strbuf *frames)
{
	static const uint8_t hash[AUDIT_HASH_SIZE], chain[AUDIT_CHAIN_ID_SIZE];
	struct strbuf text = STRBUF_INIT;
	uint64_t seq = 0;

	for (size_t i = 0; i < r->n_stored; i++)
		for (size_t k = 0; k < r->stored[i]->n; k++) {
			const struct txn_op *op = &r->stored[i]->ops[k];
			struct audit_record record;
			struct audit_row row;

			if (op->kind != TXN_AUDIT ||
			    !audit_record_get(op->body.buf, op->body.len, &record,
					      &text) ||
			    !is_asked(ask, &record))
				continue;
			audit_row_make(&row, ++seq, op->body.buf, op->body.len, hash,
				       chain, NULL);
			wire_put_row(frames, ask->req, (const char *const *)row.field,
				     row.n);
			audit_row_release(&row);
		}
	wire_put_reply(frames, ask->req, WIRE_OK, "records");
	strbuf_release(&text);
}

/* Answers searches until nobody asks any more. */
static void read_record(struct rig *r, uint64_t session)
{
	struct event ev = { .kind = EV_ANSWER };
	struct wire_audit_search ask;
	size_t before;

	do {
		struct strbuf frames = STRBUF_INIT;

		before = r->n_searches;
		assert_true(wire_get_audit_search((const uint8_t *)r->search.buf,
						  r->search.len, &ask));
		put_found(r, &ask, &frames);
		ev.u.answer.session = session;
		ev.u.answer.req = ask.req;
		ev.u.answer.frames = &frames;
		rig_step(r, &ev);
		strbuf_release(&frames);
	} while (r->n_searches != before);
}

static void say(struct rig *r, uint64_t session, const struct wire_handover *m)
{
	struct strbuf w = STRBUF_INIT;
	size_t before = r->n_searches;

	wire_put_handover(&w, m);
	rig_frame(r, session, &w);
	strbuf_release(&w);
	if (r->n_searches != before)
		read_record(r, session);
}

/* All rows of an answer, a line each. */
static const char *rows(struct rig *r, uint64_t session, uint32_t req)
{
	static char out[8000];
	const struct strbuf *f = &r->frames[session];
	size_t at = 0, used = 0, n;
	const uint8_t *p;
	int64_t step;
	uint16_t type;

	out[0] = '\0';
	while ((step = wire_frame_next((const uint8_t *)f->buf + at, f->len - at, &type,
				       &p, &n)) > 0) {
		struct wire_row row;

		at += (size_t)step;
		if (type != WIRE_ROW || !wire_get_row(p, n, &row))
			continue;
		if (row.req == req && row.n == SHIFT_FIELDS)
			used += (size_t)snprintf(out + used, sizeof(out) - used,
						 "%s: %s\n", row.field[SHIFT_SECTION],
						 row.field[SHIFT_TEXT]);
		wire_row_release(&row);
	}
	return out;
}

static enum session_state state_of(const struct rig *r, uint64_t session)
{
	return rig_session(r, session)->state;
}

static void something_stands(struct rig *r, uint64_t session)
{
	struct wire_substitute m = { .req = 90,
				     .tag = "a.auto",
				     .reason = "limit switch is broken",
				     .value = value_bool(true) };
	struct strbuf w = STRBUF_INIT;
	uint64_t token;

	rig_number(r, "a.level", 6);
	wire_put_substitute(&w, &m);
	rig_frame(r, session, &w);
	strbuf_release(&w);
	token = rig_token(r, session, "a.mode", value_int(2));
	assert_true(token != 0);
	rig_confirm(r, session, 91, token);
	rig_device(r, "plc2", DEVICE_FAILED, "no answer within 1 s");
}

/* --- tests -------------------------------------------------------------------------- */

static void the_draft_says_what_who_comes_has_to_know(void **state)
{
	struct rig *r = *state;
	uint64_t oleg = rig_open(r, RIG_OLEG), ivan = rig_open(r, RIG_IVAN);
	const char *text;

	rig_session(r, oleg);
	something_stands(r, ivan);
	say(r, ivan, &(struct wire_handover){ .req = 5, .act = HANDOVER_DRAFT });
	text = rows(r, ivan, 5);
	assert_has(text, "from: ivan\n");
	assert_has(text, "alarm: high unacknowledged since ");
	assert_has(text, "(a.level.high)");
	assert_has(text, "override: a.auto is ");
	assert_has(text, "by ivan since");
	assert_has(text, "limit switch is broken");
	assert_has(text, "device: plc2 does not answer: no answer within 1 s");
	assert_has(text, "write: ");
	assert_has(text, " ivan: a.mode ");
	assert_has(rig_reply(r, ivan, 5, NULL), "lines");
	assert_int_equal(r->st->n_shifts, 0);
	assert_int_equal(rig_audits(r, AUDIT_HANDOVER, NULL), 0);
	assert_int_equal(state_of(r, ivan), SESSION_ACTING);
}

static void both_sign_at_one_console_and_it_is_the_others_then(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA), other;
	struct wire_handover m = { .req = 7,
				   .act = HANDOVER_GIVE,
				   .own_password = RIG_PASSWORD,
				   .name = "maria",
				   .password = RIG_PASSWORD,
				   .notes = "P102 is hot\n\nlook at it hourly\n" };
	struct audit_record record;

	rig_sign_in(r, vera, 1, "ivan", RIG_PASSWORD, "");
	other = rig_open(r, RIG_IVAN);
	rig_wait(r, 1500);
	something_stands(r, vera);
	say(r, vera, &m);
	assert_has(rig_reply(r, vera, 7, NULL), "signed in as maria");
	assert_string_equal(rig_session(r, vera)->name, "maria");
	assert_int_equal(state_of(r, vera), SESSION_ACTING);
	assert_int_equal(state_of(r, other), SESSION_IDLE);
	assert_int_equal(rig_audits(r, AUDIT_HANDOVER, &record), 1);
	assert_string_equal(record.old_value, "ivan");
	assert_string_equal(record.new_value, "maria");
	assert_string_equal(record.approver, "maria");
	assert_has(record.detail, "handed over by ivan (password), taken over by maria "
				  "(password)");
	assert_int_equal(strlen(record.subject), strlen("20261122-143005"));
	assert_true(rig_audits(r, AUDIT_HANDOVER_PART, &record) >= 4);
	assert_string_equal(record.result, "note");
	assert_string_equal(record.detail, "P102 is hot | look at it hourly");
	assert_int_equal(r->st->n_shifts, 0);
}

static void who_comes_signs_in_a_session_of_his_own(void **state)
{
	struct rig *r = *state;
	uint64_t oleg = rig_open(r, RIG_OLEG), sam = rig_open(r, RIG_SAM);
	struct audit_record record;

	/* neither has a password here: the sessions are theirs, says the kernel */
	say(r, oleg,
	    &(struct wire_handover){
		    .req = 1, .act = HANDOVER_GIVE, .notes = "all is well" });
	assert_has(rig_reply(r, oleg, 1, NULL), "it waits up to 30 min");
	assert_int_equal(rig_audits(r, AUDIT_HANDOVER_OFFER, &record), 1);
	assert_int_equal(state_of(r, oleg), SESSION_ACTING);
	say(r, oleg, &(struct wire_handover){ .req = 2, .act = HANDOVER_TAKE });
	assert_has(rig_reply(r, oleg, 2, NULL), "no shift waits");
	say(r, sam, &(struct wire_handover){ .req = 3, .act = HANDOVER_WAITING });
	assert_has(rows(r, sam, 3), "from: oleg\n");
	assert_has(rows(r, sam, 3), "note: all is well\n");
	assert_string_equal(rig_reply(r, sam, 3, NULL), "1");
	say(r, sam, &(struct wire_handover){ .req = 4, .act = HANDOVER_TAKE });
	assert_has(rig_reply(r, sam, 4, NULL), "taken over from oleg: hand-over ");
	assert_int_equal(state_of(r, oleg), SESSION_IDLE);
	assert_int_equal(state_of(r, sam), SESSION_ACTING);
	assert_int_equal(rig_audits(r, AUDIT_HANDOVER, &record), 1);
	assert_has(record.detail, "oleg (own session), taken over by sam (own session)");
	assert_int_equal(rig_audits(r, AUDIT_HANDOVER_PART, NULL), 1);
}

static void a_signature_that_is_wrong_hands_nothing_over(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), vera = rig_open(r, RIG_VERA);
	struct wire_handover good = { .req = 1,
				      .act = HANDOVER_GIVE,
				      .own_password = RIG_PASSWORD,
				      .name = "maria",
				      .password = RIG_PASSWORD };
	struct wire_handover m = good;

	snprintf(m.own_password, sizeof(m.own_password), "wrong");
	say(r, ivan, &m);
	assert_has(rig_reply(r, ivan, 1, NULL), "is wrong");
	m = good;
	snprintf(m.password, sizeof(m.password), "wrong");
	say(r, ivan, &m);
	assert_has(rig_reply(r, ivan, 1, NULL), "is wrong");
	m = good;
	snprintf(m.name, sizeof(m.name), "ivan");
	say(r, ivan, &m);
	assert_has(rig_reply(r, ivan, 1, NULL), "somebody else than who goes");
	m = good;
	snprintf(m.name, sizeof(m.name), "lena"); /* whose code is missing */
	say(r, ivan, &m);
	assert_has(rig_reply(r, ivan, 1, NULL), "is wrong");
	say(r, vera, &good);
	assert_has(rig_reply(r, vera, 1, NULL), "no shift to hand over");
	assert_int_equal(r->st->n_shifts, 0);
	assert_int_equal(rig_audits(r, AUDIT_HANDOVER, NULL), 0);
	assert_int_equal(state_of(r, ivan), SESSION_ACTING);
	assert_string_equal(rig_session(r, ivan)->name, "ivan");
}

static void without_a_record_nothing_is_handed_over(void **state)
{
	struct rig *r = *state;
	uint64_t oleg = rig_open(r, RIG_OLEG), sam = rig_open(r, RIG_SAM);
	enum wire_status status = WIRE_OK;

	say(r, oleg, &(struct wire_handover){ .req = 1, .act = HANDOVER_GIVE });
	r->fail_commits = true;
	say(r, sam, &(struct wire_handover){ .req = 2, .act = HANDOVER_TAKE });
	assert_has(rig_reply(r, sam, 2, &status), "is not recorded");
	assert_int_equal(status, WIRE_FAILED);
	assert_int_equal(state_of(r, oleg), SESSION_ACTING);
}

static void an_offer_ends_withdrawn_late_or_with_its_session(void **state)
{
	struct rig *r = *state;
	uint64_t oleg = rig_open(r, RIG_OLEG), sam = rig_open(r, RIG_SAM);
	struct audit_record record;

	say(r, oleg, &(struct wire_handover){ .req = 1, .act = HANDOVER_GIVE });
	say(r, oleg, &(struct wire_handover){ .req = 2, .act = HANDOVER_GIVE });
	assert_has(rig_reply(r, oleg, 2, NULL), "handed over already");
	say(r, oleg, &(struct wire_handover){ .req = 3, .act = HANDOVER_WITHDRAW });
	assert_string_equal(rig_reply(r, oleg, 3, NULL), "withdrawn");
	say(r, oleg, &(struct wire_handover){ .req = 4, .act = HANDOVER_GIVE });
	rig_wait(r, SHIFT_OFFER_MS);
	rig_audits(r, AUDIT_HANDOVER_OFFER, &record);
	assert_string_equal(record.result, "expired");
	say(r, oleg, &(struct wire_handover){ .req = 5, .act = HANDOVER_GIVE });
	rig_close(r, oleg);
	rig_audits(r, AUDIT_HANDOVER_OFFER, &record);
	assert_string_equal(record.result, "withdrawn");
	say(r, sam, &(struct wire_handover){ .req = 6, .act = HANDOVER_TAKE });
	assert_has(rig_reply(r, sam, 6, NULL), "no shift waits");
	assert_int_equal(r->st->n_shifts, 0);
}

static void the_next_shift_begins_where_this_one_ended(void **state)
{
	struct rig *r = *state;
	uint64_t oleg = rig_open(r, RIG_OLEG), ivan = rig_open(r, RIG_IVAN);
	uint64_t sam = rig_open(r, RIG_SAM);

	something_stands(r, ivan);
	rig_wait(r, 1000);
	say(r, oleg, &(struct wire_handover){ .req = 1, .act = HANDOVER_GIVE });
	say(r, sam, &(struct wire_handover){ .req = 2, .act = HANDOVER_TAKE });
	rig_wait(r, 5000);
	say(r, sam, &(struct wire_handover){ .req = 3, .act = HANDOVER_DRAFT });
	assert_null(strstr(rows(r, sam, 3), "write: "));
	say(r, sam,
	    &(struct wire_handover){
		    .req = 4, .act = HANDOVER_SHOW, .name = "20200101-000000" });
	assert_has(rig_reply(r, sam, 4, NULL), "records");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PEOPLE_TEST(the_draft_says_what_who_comes_has_to_know),
		PEOPLE_TEST(both_sign_at_one_console_and_it_is_the_others_then),
		PEOPLE_TEST(who_comes_signs_in_a_session_of_his_own),
		PEOPLE_TEST(a_signature_that_is_wrong_hands_nothing_over),
		PEOPLE_TEST(without_a_record_nothing_is_handed_over),
		PEOPLE_TEST(an_offer_ends_withdrawn_late_or_with_its_session),
		PEOPLE_TEST(the_next_shift_begins_where_this_one_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
