/*
 * test_handover.c - the hand-over of a shift: both sign, the summary says what stands, it
 * is stored whole or not at all, and who went does not act any more.
 */
#include "unit/station/rig_people.h"

#include <stdio.h>
#include <string.h>

#include "audit/row.h"
#include "station/handover_int.h"
#include "station/identity_int.h"
#include "util/utf8.h"
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

/* Answers the last search that was asked for. */
static void answer_search(struct rig *r)
{
	struct event ev = { .kind = EV_ANSWER };
	struct strbuf frames = STRBUF_INIT;
	struct wire_audit_search ask;

	assert_true(wire_get_audit_search((const uint8_t *)r->search.buf, r->search.len,
					  &ask));
	put_found(r, &ask, &frames);
	ev.u.answer.session = r->search_by;
	ev.u.answer.req = ask.req;
	ev.u.answer.frames = &frames;
	rig_step(r, &ev);
	strbuf_release(&frames);
}

/* Until nobody asks any more. */
static void read_record(struct rig *r)
{
	size_t before;

	do {
		before = r->n_searches;
		answer_search(r);
	} while (r->n_searches != before);
}

static void send(struct rig *r, uint64_t session, const struct wire_handover *m)
{
	struct strbuf w = STRBUF_INIT;

	wire_put_handover(&w, m);
	rig_frame(r, session, &w);
	strbuf_release(&w);
}

static void say(struct rig *r, uint64_t session, const struct wire_handover *m)
{
	size_t before = r->n_searches;

	send(r, session, m);
	if (r->n_searches != before)
		read_record(r);
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

static void SEC_12_both_sign_at_one_console_and_it_is_the_others_then(void **state)
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

static void SEC_12_who_went_looks_on_when_who_comes_has_signed(void **state)
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

/* The last notice. */
static const char *told(const struct rig *r, uint64_t session)
{
	static struct wire_notice m;
	const uint8_t *payload;
	size_t len;

	assert_true(rig_last(r, session, WIRE_NOTICE, &payload, &len));
	assert_true(wire_get_notice(payload, len, &m));
	return m.text;
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
	assert_has(told(r, oleg), "oleg keeps the shift: nobody took it in time");
	assert_has(told(r, sam), "oleg keeps the shift: nobody took it in time");
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

/* --- numbers that are used twice -----------------------------------------------------
 */

/* A search of one's own, answered while the hand-over waits for the record: what it finds
 * is not what the shift wrote. */
static void SEC_04_a_search_of_the_same_number_changes_no_summary(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct event ev = { .kind = EV_ANSWER };
	struct strbuf none = STRBUF_INIT;

	something_stands(r, ivan);
	send(r, ivan, &(struct wire_handover){ .req = 5, .act = HANDOVER_DRAFT });
	answer_search(r); /* when the shift began; its writes are asked for now */
	wire_put_reply(&none, 5, WIRE_OK, "0 records");
	ev.u.answer.session = ivan;
	ev.u.answer.req = 5;
	ev.u.answer.frames = &none;
	rig_step(r, &ev);
	strbuf_release(&none);
	assert_string_equal(rig_reply(r, ivan, 5, NULL), "0 records");
	assert_int_equal(r->st->n_shifts, 1);
	rig_forget(r, ivan);
	answer_search(r);
	assert_has(rows(r, ivan, 5), "write: ");
	assert_has(rig_reply(r, ivan, 5, NULL), "lines");
}

/* Two hand-overs and a sign-in, all of one number, the proofs under way at once. */
static void SEC_04_a_signature_serves_the_shift_it_was_given_for(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), vera = rig_open(r, RIG_VERA);
	struct wire_handover m = { .req = 7,
				   .act = HANDOVER_GIVE,
				   .own_password = RIG_PASSWORD };
	struct proof forged = { .ok = true, .session = ivan, .req = 7, .name = "maria" };

	r->hold_hashes = true;
	send(r, ivan, &m);
	assert_int_equal(r->st->n_shifts, 1);
	assert_has(rig_sign_in(r, ivan, 7, "maria", RIG_PASSWORD, ""),
		   "is being looked at already");
	/* of another number, and of another purpose: neither signs */
	forged.number = r->st->shifts[0]->number + 1;
	shift_goes_proved(r->st, &forged);
	forged.number = r->st->shifts[0]->number;
	shift_comes_proved(r->st, &forged);
	assert_int_equal(r->st->shifts[0]->phase, SHIFT_OWN);
	assert_int_equal(r->n_searches, 0);
	assert_true(rig_hashed(r));
	read_record(r);
	assert_int_equal(r->st->shifts[0]->phase, SHIFT_OFFERED);
	assert_string_equal(rig_session(r, ivan)->name, "ivan");
	assert_string_equal(rig_session(r, vera)->name, "vera");
}

/* --- who cannot come ------------------------------------------------------------------
 */

static void who_has_as_many_sessions_as_one_may_takes_no_shift_here(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), vera = rig_open(r, RIG_VERA);
	struct wire_handover m = { .req = 7,
				   .act = HANDOVER_GIVE,
				   .own_password = RIG_PASSWORD,
				   .name = "maria",
				   .password = RIG_PASSWORD };

	r->st->def->access.sessions.per_person = 1;
	rig_sign_in(r, vera, 1, "maria", RIG_PASSWORD, "");
	say(r, ivan, &m);
	assert_has(rig_reply(r, ivan, 7, NULL), "the limit for one person");
	assert_int_equal(rig_audits(r, AUDIT_HANDOVER, NULL), 0);
	assert_int_equal(state_of(r, ivan), SESSION_ACTING);
	assert_int_equal(r->st->n_shifts, 0);
}

/* The account goes while the hand-over is on its way to the disk. */
static void who_is_disabled_at_the_last_moment_is_on_record_as_not_signed_in(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_handover m = { .req = 7,
				   .act = HANDOVER_GIVE,
				   .own_password = RIG_PASSWORD,
				   .name = "maria",
				   .password = RIG_PASSWORD };
	struct audit_record record;

	send(r, ivan, &m);
	answer_search(r);
	r->hold_commits = true;
	answer_search(r);
	assert_int_equal(r->st->shifts[0]->phase, SHIFT_STORING);
	known_find(r->st, "maria")->a.disabled = true;
	r->hold_commits = false;
	rig_answer_all(r, true);
	assert_has(rig_reply(r, ivan, 7, NULL), "is stored, but maria is not signed in");
	assert_int_equal(rig_audits(r, AUDIT_HANDOVER, NULL), 1);
	assert_int_equal(rig_audits(r, AUDIT_REFUSED, &record), 1);
	assert_has(record.detail, "the account maria is disabled or gone");
	assert_int_equal(state_of(r, ivan), SESSION_IDLE);
}

/* Locked while it was stored: the hand-over stands, and the console stays locked. */
static void SEC_12_a_hand_over_under_way_does_not_undo_a_lock(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_handover m = { .req = 7,
				   .act = HANDOVER_GIVE,
				   .own_password = RIG_PASSWORD,
				   .name = "maria",
				   .password = RIG_PASSWORD };

	send(r, ivan, &m);
	answer_search(r);
	rig_request(r, ivan, WIRE_LOCK, 8, 0, "");
	answer_search(r);
	assert_has(rig_reply(r, ivan, 7, NULL), "was locked or changed hands meanwhile");
	assert_int_equal(state_of(r, ivan), SESSION_LOCKED);
	assert_int_equal(rig_audits(r, AUDIT_HANDOVER, NULL), 1);
	assert_int_equal(rig_audits(r, AUDIT_REFUSED, NULL), 1);
}

static void a_shift_is_taken_by_who_is_at_the_session_still(void **state)
{
	struct rig *r = *state;
	uint64_t oleg = rig_open(r, RIG_OLEG), vera = rig_open(r, RIG_VERA);

	say(r, oleg, &(struct wire_handover){ .req = 1, .act = HANDOVER_GIVE });
	rig_sign_in(r, vera, 2, "maria", RIG_PASSWORD, "");
	r->hold_hashes = true;
	send(r, vera,
	     &(struct wire_handover){
		     .req = 3, .act = HANDOVER_TAKE, .own_password = RIG_PASSWORD });
	rig_request(r, vera, WIRE_SIGN_OUT, 4, 0, "");
	assert_true(rig_hashed(r));
	assert_has(rig_reply(r, vera, 3, NULL), "changed hands meanwhile");
	assert_int_equal(rig_audits(r, AUDIT_HANDOVER, NULL), 0);
	assert_int_equal(r->st->shifts[0]->phase, SHIFT_OFFERED);
	assert_int_equal(state_of(r, oleg), SESSION_ACTING);
}

/* --- notes ---------------------------------------------------------------------------
 */

static void a_long_note_is_kept_whole_and_in_whole_characters(void **state)
{
	struct rig *r = *state;
	uint64_t oleg = rig_open(r, RIG_OLEG), sam = rig_open(r, RIG_SAM);
	struct wire_handover m = { .req = 1, .act = HANDOVER_GIVE };
	char all[sizeof(m.notes)];
	const char *at;
	size_t n = 0;

	snprintf(m.notes, sizeof(m.notes), "x"); /* odd: no cut falls between two */
	for (int i = 0; i < 500; i++)
		snprintf(m.notes + strlen(m.notes), 3, "\xc3\xa4");
	snprintf(all, sizeof(all), "%s", m.notes);
	say(r, oleg, &m);
	say(r, sam, &(struct wire_handover){ .req = 3, .act = HANDOVER_WAITING });
	at = rows(r, sam, 3);
	assert_true(utf8_valid(at, strlen(at)));
	for (; (at = strstr(at, "note: ")); n++) {
		const char *end = strchr(at += strlen("note: "), '\n');
		size_t len = (size_t)(end - at);

		assert_memory_equal(all, at, len);
		memmove(all, all + len, sizeof(all) - len);
	}
	assert_int_equal(n, 3);
	assert_string_equal(all, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PEOPLE_TEST(the_draft_says_what_who_comes_has_to_know),
		PEOPLE_TEST(SEC_12_both_sign_at_one_console_and_it_is_the_others_then),
		PEOPLE_TEST(SEC_12_who_went_looks_on_when_who_comes_has_signed),
		PEOPLE_TEST(a_signature_that_is_wrong_hands_nothing_over),
		PEOPLE_TEST(without_a_record_nothing_is_handed_over),
		PEOPLE_TEST(an_offer_ends_withdrawn_late_or_with_its_session),
		PEOPLE_TEST(the_next_shift_begins_where_this_one_ended),
		PEOPLE_TEST(SEC_04_a_search_of_the_same_number_changes_no_summary),
		PEOPLE_TEST(SEC_04_a_signature_serves_the_shift_it_was_given_for),
		PEOPLE_TEST(who_has_as_many_sessions_as_one_may_takes_no_shift_here),
		PEOPLE_TEST(
			who_is_disabled_at_the_last_moment_is_on_record_as_not_signed_in),
		PEOPLE_TEST(SEC_12_a_hand_over_under_way_does_not_undo_a_lock),
		PEOPLE_TEST(a_shift_is_taken_by_who_is_at_the_session_still),
		PEOPLE_TEST(a_long_note_is_kept_whole_and_in_whole_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
