/* test_station_sign_in.c - persons on top of a connection: proving, waiting, leaving. */
#include "unit/station/rig_people.h"

#include <stdio.h>
#include <string.h>

#include "station/identity_int.h"
#include "util/num.h"

static const char wrong[] = "name, password or code is wrong";

static bool acts_in(const struct rig *r, uint64_t session, enum right right,
		    const char *area)
{
	return access_allows(&rig_session(r, session)->grant, right, area);
}

static void a_person_on_a_view_only_console_acts_with_the_own_rights(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA);
	struct audit_record record;

	assert_false(acts_in(r, vera, RIGHT_OPERATE, "a"));
	assert_string_equal(rig_sign_in(r, vera, 1, "maria", RIG_PASSWORD, ""),
			    "signed in as maria (operator@a,supervisor@b)");
	assert_string_equal(rig_session(r, vera)->name, "maria");
	assert_true(acts_in(r, vera, RIGHT_OPERATE, "a"));
	assert_false(acts_in(r, vera, RIGHT_OPERATE, "b"));
	assert_true(acts_in(r, vera, RIGHT_APPROVE, "b"));
	assert_false(acts_in(r, vera, RIGHT_APPROVE, "a"));
	assert_int_equal(rig_audits(r, AUDIT_PERSON_ON, &record), 1);
	assert_string_equal(record.subject, "maria");
	assert_string_equal(record.actor, "vera"); /* whose connection it is */
	assert_int_equal(rig_audits(r, AUDIT_PROOF, &record), 1);
	assert_string_equal(record.result, "right");

	rig_request(r, vera, WIRE_SIGN_OUT, 2, 0, "");
	assert_string_equal(rig_reply(r, vera, 2, NULL),
			    "signed out; this is vera again");
	assert_false(acts_in(r, vera, RIGHT_OPERATE, "a"));
	assert_int_equal(rig_audits(r, AUDIT_PERSON_OFF, &record), 1);
	rig_request(r, vera, WIRE_SIGN_OUT, 3, 0, "");
	assert_has(rig_reply(r, vera, 3, NULL), "nobody has signed in here");
}

static void an_operator_of_the_access_file_keeps_his_roles_from_there(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA);

	assert_string_equal(rig_sign_in(r, vera, 1, "ivan", RIG_PASSWORD, ""),
			    "signed in as ivan (operator)");
	assert_true(acts_in(r, vera, RIGHT_OPERATE, "a"));
	assert_false(acts_in(r, vera, RIGHT_ADMIN, NULL));
}

static void SEC_09_unknown_name_and_wrong_password_are_the_same_work(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA);
	uint64_t before = password_works(), each;
	struct audit_record record;

	assert_string_equal(rig_sign_in(r, vera, 1, "maria", "wrong", ""), wrong);
	each = password_works() - before;
	assert_int_equal(each, 1);
	before = password_works();
	assert_string_equal(rig_sign_in(r, vera, 2, "my password", "wrong", ""), wrong);
	assert_int_equal(password_works() - before, each);
	before = password_works();
	assert_string_equal(rig_sign_in(r, vera, 3, "lena", RIG_PASSWORD, "000000"),
			    wrong);
	assert_int_equal(password_works() - before, each);
	/* what was typed for a name is in no record: it may have been a password */
	assert_int_equal(rig_audits(r, AUDIT_PROOF, &record), 3);
	for (size_t i = 0; i < r->n_stored; i++)
		for (size_t k = 0; k < r->stored[i]->n; k++) {
			const struct strbuf *body = &r->stored[i]->ops[k].body;
			assert_null(memmem(body->buf, body->len, "my password", 11));
		}
}

/* --- SEC-08: waits --------------------------------------------------------------- */

/* Of the last reply to a failure: seconds until the next try, 0 = at once. */
static int told_wait(const char *reply)
{
	const char *at = strstr(reply, "taken in ");
	int64_t s = 0;

	if (at) {
		char number[16];

		snprintf(number, sizeof(number), "%.*s",
			 (int)strspn(at + 9, "0123456789"), at + 9);
		assert_true(num_parse_int(number, 1, 1000, &s));
	}
	return (int)s;
}

static void SEC_08_the_wait_grows_with_each_failure_and_ends(void **state)
{
	static const int want[] = { 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60 };
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA);
	struct audit_record record;

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const char *reply = rig_sign_in(r, vera, 10, "maria", "wrong", "");

		assert_has(reply, wrong);
		assert_int_equal(told_wait(reply), want[i]);
		rig_wait(r, want[i] * 1000);
	}
	assert_int_equal(rig_audits(r, AUDIT_PROOF, &record), 11);
	assert_string_equal(record.subject, "maria");
	assert_string_equal(record.result, "wrong");
	assert_has(rig_sign_in(r, vera, 11, "maria", RIG_PASSWORD, ""), "signed in");
	/* and all is forgotten */
	rig_request(r, vera, WIRE_SIGN_OUT, 12, 0, "");
	assert_int_equal(told_wait(rig_sign_in(r, vera, 13, "maria", "wrong", "")), 0);
}

static void SEC_08_nothing_is_computed_while_a_name_waits(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA);
	size_t hashes;

	for (int i = 0; i < 5; i++) {
		rig_sign_in(r, vera, 1, "maria", "wrong", "");
		rig_wait(r, i == 3 ? 1000 : 0);
	}
	hashes = r->n_hashes;
	/* right or wrong: nobody learns which */
	assert_has(rig_sign_in(r, vera, 2, "maria", RIG_PASSWORD, ""),
		   "too many failures: the next try is taken in 2 s");
	assert_has(rig_sign_in(r, vera, 3, "maria", "wrong", ""), "too many failures");
	assert_int_equal(r->n_hashes, hashes);
	/* looking goes on, and so do other names */
	rig_request(r, vera, WIRE_GET, 4, 0, "a.level");
	assert_int_equal(rig_count(r, vera, WIRE_TAG_STATE), 1);
	assert_has(rig_sign_in(r, vera, 5, "ivan", RIG_PASSWORD, ""), "signed in");
}

static void SEC_08_an_unknown_name_waits_like_one_that_is_known(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA), sam = rig_open(r, RIG_SAM);

	for (int i = 0; i < 7; i++) {
		char known[200], unknown[200];

		snprintf(known, sizeof(known), "%s",
			 rig_sign_in(r, vera, 1, "maria", "wrong", ""));
		snprintf(unknown, sizeof(unknown), "%s",
			 rig_sign_in(r, sam, 1, "mariah", "wrong", ""));
		assert_string_equal(known, unknown);
		rig_wait(r, told_wait(known) * 1000);
	}
}

static void SEC_08_many_names_from_one_uid_make_that_uid_wait(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA), sam = rig_open(r, RIG_SAM);
	char name[32];

	for (int i = 0; i < 11; i++) {
		snprintf(name, sizeof(name), "guess%d", i);
		rig_sign_in(r, vera, 1, name, "wrong", "");
	}
	assert_has(rig_sign_in(r, vera, 2, "maria", RIG_PASSWORD, ""),
		   "too many failures");
	/* from elsewhere nobody has failed */
	assert_has(rig_sign_in(r, sam, 2, "maria", RIG_PASSWORD, ""), "signed in");
	rig_wait(r, 60000);
	assert_has(rig_sign_in(r, vera, 3, "ivan", RIG_PASSWORD, ""), "signed in");
}

static void SEC_08_nobody_locks_the_last_admin_out_from_elsewhere(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA), sam = rig_open(r, RIG_SAM);

	for (int i = 0; i < 9; i++) {
		rig_sign_in(r, vera, 1, "ada", "wrong", "");
		rig_sign_in(r, vera, 2, "maria", "wrong", "");
		rig_wait(r, 5000);
	}
	assert_has(rig_sign_in(r, vera, 3, "ada", RIG_PASSWORD, ""), "too many failures");
	assert_true(known_find(r->st, "ada")->failing.failures > 4);
	assert_has(rig_sign_in(r, sam, 3, "ada", RIG_PASSWORD, ""), "signed in as ada");
}

static void SEC_08_a_restart_forgives_nothing(void **state)
{
	struct rig *r = *state, *next;
	uint64_t vera = rig_open(r, RIG_VERA);

	for (int i = 0; i < 5; i++) {
		rig_sign_in(r, vera, 1, "maria", "wrong", "");
		rig_wait(r, 4000);
	}
	next = rig_people_restart(r);
	vera = rig_open(next, RIG_VERA);
	assert_has(rig_sign_in(next, vera, 1, "maria", RIG_PASSWORD, ""),
		   "too many failures");
	rig_wait(next, 2000);
	assert_has(rig_sign_in(next, vera, 2, "maria", RIG_PASSWORD, ""), "signed in");
	rig_stop(next);
}

/* 1, 10 and 100 sessions that never stop guessing get no more tries than one. */
static void SEC_08_more_sessions_get_no_more_guesses(void **state)
{
	static const size_t sessions[] = { 1, 10, 100 };
	size_t tries[3];

	(void)state;
	for (size_t n = 0; n < 3; n++) {
		void *rig;
		uint64_t s[100];

		rig_people_setup(&rig);
		struct rig *r = rig;
		for (size_t i = 0; i < sessions[n]; i++)
			s[i] = rig_open(r, i % 2 ? RIG_SAM : RIG_VERA);
		for (int second = 0; second < 600; second++) {
			for (size_t i = 0; i < sessions[n]; i++)
				rig_sign_in(r, s[i], 1, "maria", "guess", "");
			for (size_t i = 0; i < sessions[n]; i++)
				rig_forget(r, s[i]);
			rig_wait(r, 1000);
		}
		tries[n] = r->n_hashes;
		rig_teardown(&rig);
	}
	assert_true(tries[0] <= 20);
	assert_int_equal(tries[1], tries[0]);
	assert_int_equal(tries[2], tries[0]);
}

/* All begun before the first was known to be wrong. */
static void SEC_08_guesses_at_once_are_no_more_than_one_after_the_other(void **state)
{
	enum { AT_ONCE = 12 };
	struct rig *r = *state;
	uint64_t s[AT_ONCE];
	size_t told_wrong = 0;

	r->hold_hashes = true;
	for (size_t i = 0; i < AT_ONCE; i++) {
		s[i] = rig_open(r, i % 2 ? RIG_VERA : RIG_SAM);
		rig_sign_in(r, s[i], 1, "maria", i == AT_ONCE - 1 ? RIG_PASSWORD : "no",
			    "");
	}
	while (rig_hashed(r))
		;
	for (size_t i = 0; i < AT_ONCE; i++)
		told_wrong += strstr(rig_reply(r, s[i], 1, NULL), wrong) != NULL;
	assert_int_equal(told_wrong, 4); /* three are free, the fourth makes it wait */
	assert_has(rig_reply(r, s[AT_ONCE - 1], 1, NULL), "too many failures");
	assert_int_equal(known_find(r->st, "maria")->failing.failures, 4);
}

/* --- SEC-10 ---------------------------------------------------------------------- */

static void SEC_10_the_queue_of_sign_ins_is_bounded(void **state)
{
	enum { SESSIONS = 40 };
	struct rig *r = *state;
	uint64_t s[SESSIONS];
	size_t refused = 0;

	r->hold_hashes = true;
	for (size_t i = 0; i < SESSIONS; i++) {
		s[i] = rig_open(r, RIG_VERA);
		if (strstr(rig_sign_in(r, s[i], 1, "maria", RIG_PASSWORD, ""),
			   "too many sign-ins at once"))
			refused++;
		if (i == 0) /* and one at a time of each */
			assert_has(rig_sign_in(r, s[0], 2, "maria", RIG_PASSWORD, ""),
				   "a password of this session is being looked at");
	}
	assert_int_equal(r->n_hashes, 16);
	assert_int_equal(refused, SESSIONS - 16);
	while (rig_hashed(r))
		;
	for (size_t i = 0; i < 16; i++)
		assert_has(rig_reply(r, s[i], 1, NULL), "signed in as maria");
	assert_has(rig_sign_in(r, s[30], 3, "maria", RIG_PASSWORD, ""), "");
	while (rig_hashed(r))
		;
	assert_has(rig_reply(r, s[30], 3, NULL), "signed in as maria");
}

static void SEC_10_who_leaves_before_the_answer_costs_nothing_more(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA);

	r->hold_hashes = true;
	rig_sign_in(r, vera, 1, "maria", RIG_PASSWORD, "");
	rig_close(r, vera);
	assert_true(rig_hashed(r));
	assert_int_equal(rig_audits(r, AUDIT_PERSON_ON, NULL), 0);
}

/* --- SEC-11 ---------------------------------------------------------------------- */

static void SEC_11_a_code_is_taken_once(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA), sam = rig_open(r, RIG_SAM);
	char code[16];

	snprintf(code, sizeof(code), "%s", rig_code(r, 0));
	assert_has(rig_sign_in(r, vera, 1, "lena", RIG_PASSWORD, code),
		   "signed in as lena");
	assert_string_equal(rig_sign_in(r, sam, 1, "lena", RIG_PASSWORD, code), wrong);
	assert_string_equal(rig_sign_in(r, sam, 2, "lena", RIG_PASSWORD, rig_code(r, -1)),
			    wrong);
	rig_wait(r, TOTP_STEP_S * 1000);
	assert_string_equal(rig_sign_in(r, sam, 3, "lena", RIG_PASSWORD, code), wrong);
	rig_wait(r, 2000);
	assert_has(rig_sign_in(r, sam, 4, "lena", RIG_PASSWORD, rig_code(r, 0)),
		   "signed in as lena");
}

static void SEC_11_no_code_twice_in_two_proofs_at_once(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA), sam = rig_open(r, RIG_SAM);

	r->hold_hashes = true;
	rig_sign_in(r, vera, 1, "lena", RIG_PASSWORD, rig_code(r, 0));
	rig_sign_in(r, sam, 1, "lena", RIG_PASSWORD, rig_code(r, 0));
	while (rig_hashed(r))
		;
	assert_has(rig_reply(r, vera, 1, NULL), "signed in as lena");
	assert_string_equal(rig_reply(r, sam, 1, NULL), wrong);
}

static void SEC_11_a_restart_does_not_forget_the_step(void **state)
{
	struct rig *r = *state, *next;
	uint64_t vera = rig_open(r, RIG_VERA);

	assert_has(rig_sign_in(r, vera, 1, "lena", RIG_PASSWORD, rig_code(r, 0)),
		   "signed in as lena");
	next = rig_people_restart(r);
	vera = rig_open(next, RIG_VERA);
	assert_string_equal(
		rig_sign_in(next, vera, 1, "lena", RIG_PASSWORD, rig_code(r, 0)), wrong);
	assert_has(rig_sign_in(next, vera, 2, "lena", RIG_PASSWORD, rig_code(r, 1)),
		   "signed in as lena");
	rig_stop(next);
}

static void SEC_11_a_clock_set_back_opens_nothing(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA);

	assert_has(rig_sign_in(r, vera, 1, "lena", RIG_PASSWORD, rig_code(r, 0)),
		   "signed in as lena");
	r->now.wall.ms -= 3600 * 1000;
	for (int step = -1; step <= 1; step++)
		assert_has(
			rig_sign_in(r, vera, 2, "lena", RIG_PASSWORD, rig_code(r, step)),
			wrong);
}

static void SEC_11_the_step_is_on_the_disk_before_the_sign_in_counts(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA);

	r->hold_commits = true;
	rig_sign_in(r, vera, 1, "lena", RIG_PASSWORD, rig_code(r, 0));
	assert_string_equal(rig_reply(r, vera, 1, NULL), "");
	assert_string_equal(rig_session(r, vera)->name, "vera");
	rig_answer_all(r, true);
	assert_has(rig_reply(r, vera, 1, NULL), "signed in as lena");

	rig_request(r, vera, WIRE_SIGN_OUT, 2, 0, "");
	rig_answer_all(r, true);
	rig_wait(r, TOTP_STEP_S * 1000);
	rig_answer_all(r, true);
	rig_sign_in(r, vera, 3, "lena", RIG_PASSWORD, rig_code(r, 0));
	rig_answer_all(r, false);
	assert_has(rig_reply(r, vera, 3, NULL), "it cannot be recorded");
	assert_string_equal(rig_session(r, vera)->name, "vera");
	assert_has(rig_sign_in(r, vera, 4, "maria", RIG_PASSWORD, ""),
		   "nothing can be recorded");
}

/* --- who changes ----------------------------------------------------------------- */

static void SEC_04_a_change_of_person_frees_what_was_selected(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_on_the_glass(r, "maria");
	uint64_t token = rig_token(r, vera, "a.sp", value_double(45));

	assert_true(token != 0);
	assert_has(rig_sign_in(r, vera, 5, "ivan", RIG_PASSWORD, ""),
		   "signed in as ivan");
	rig_confirm(r, vera, 6, token);
	assert_int_equal(r->n_writes, 0);
	assert_int_equal(rig_audits(r, AUDIT_PERSON_OFF, NULL), 1);
}

static void a_password_that_must_be_changed_lets_nobody_in(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA);
	struct known *k = known_find(r->st, "maria");
	struct wire_sign_in m = { .req = 2,
				  .name = "maria",
				  .password = RIG_PASSWORD,
				  .new_password = "four boats and no lamp" };
	struct strbuf w = STRBUF_INIT;
	enum wire_status status;

	k->a.must_change = true;
	rig_sign_in(r, vera, 1, "maria", RIG_PASSWORD, "");
	assert_has(rig_reply(r, vera, 1, &status), "choose one of your own");
	assert_int_equal(status, WIRE_UNKNOWN);
	assert_string_equal(rig_session(r, vera)->name, "vera");
	wire_put_sign_in(&w, &m);
	rig_frame(r, vera, &w);
	strbuf_release(&w);
	assert_has(rig_reply(r, vera, 2, NULL), "signed in as maria");
	assert_false(known_find(r->st, "maria")->a.must_change);
	assert_int_equal(rig_audits(r, AUDIT_USER_PASSWORD, NULL), 1);
	rig_request(r, vera, WIRE_SIGN_OUT, 3, 0, "");
	assert_has(rig_sign_in(r, vera, 4, "maria", RIG_PASSWORD, ""), wrong);
	assert_has(rig_sign_in(r, vera, 5, "maria", "four boats and no lamp", ""),
		   "signed in");
}

static void codes_may_be_asked_of_everybody(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA);

	r->st->def->access.codes_required = true;
	assert_has(rig_sign_in(r, vera, 1, "maria", RIG_PASSWORD, ""),
		   "this station asks for codes");
	assert_string_equal(rig_session(r, vera)->name, "vera");
	assert_has(rig_sign_in(r, vera, 2, "lena", RIG_PASSWORD, rig_code(r, 0)),
		   "signed in as lena");
}

/* A SIGN_IN that brings a new password. */
static void sign_in_anew(struct rig *r, uint64_t session, uint32_t req, const char *name,
			 const char *password)
{
	struct wire_sign_in m = { .req = req, .new_password = "four boats and no lamp" };
	struct strbuf w = STRBUF_INIT;

	snprintf(m.name, sizeof(m.name), "%s", name);
	snprintf(m.password, sizeof(m.password), "%s", password);
	wire_put_sign_in(&w, &m);
	rig_frame(r, session, &w);
	strbuf_release(&w);
}

/* Two acts of one number: the proof of their own account must not serve the other's. */
static void SEC_09_a_proof_counts_for_the_account_it_was_given_for(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA);

	r->hold_hashes = true;
	sign_in_anew(r, vera, 7, "ada", "no");
	sign_in_anew(r, vera, 7, "maria", RIG_PASSWORD);
	while (rig_hashed(r))
		;
	rig_forget(r, vera);
	sign_in_anew(r, vera, 7, "maria", RIG_PASSWORD);
	sign_in_anew(r, vera, 7, "ada", "no");
	while (rig_hashed(r))
		;
	r->hold_hashes = false;
	assert_string_equal(rig_session(r, vera)->name, "maria");
	assert_int_equal(rig_audits(r, AUDIT_USER_PASSWORD, NULL), 4); /* three refused */
	vera = rig_open(r, RIG_VERA);
	assert_has(rig_sign_in(r, vera, 8, "ada", RIG_PASSWORD, ""), "signed in as ada");
}

/* It was typed before the session was locked: it does not unlock it. */
static void SEC_12_a_proof_under_way_does_not_undo_a_lock(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA);
	struct audit_record record;

	r->hold_hashes = true;
	rig_sign_in(r, vera, 1, "maria", RIG_PASSWORD, "");
	rig_request(r, vera, WIRE_LOCK, 2, 0, "");
	assert_true(rig_hashed(r));
	assert_has(rig_reply(r, vera, 1, NULL), "was locked or changed hands meanwhile");
	assert_int_equal(rig_session(r, vera)->state, SESSION_LOCKED);
	assert_string_equal(rig_session(r, vera)->name, "vera");
	assert_int_equal(rig_audits(r, AUDIT_REFUSED, &record), 1);
	assert_string_equal(record.subject, "sign-in");
	r->hold_hashes = false;
	assert_has(rig_sign_in(r, vera, 3, "maria", RIG_PASSWORD, ""), "signed in");
	assert_int_equal(rig_session(r, vera)->state, SESSION_ACTING);
}

/* A sign-in that the limit forbids is on record, as any refusal. */
static void a_sign_in_beyond_the_limit_is_refused_and_recorded(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_on_the_glass(r, "maria"), sam = rig_open(r, RIG_SAM);
	struct audit_record record;

	r->st->def->access.sessions.per_person = 1;
	assert_has(rig_sign_in(r, sam, 2, "maria", RIG_PASSWORD, ""),
		   "the limit for one person");
	assert_string_equal(rig_session(r, vera)->name, "maria");
	assert_int_equal(rig_audits(r, AUDIT_REFUSED, &record), 1);
	assert_string_equal(record.subject, "sign-in");
	assert_has(record.detail, "1 sessions of maria");
}

static void codes_are_asked_of_who_brings_a_new_password(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA);

	r->st->def->access.codes_required = true;
	sign_in_anew(r, vera, 1, "maria", RIG_PASSWORD);
	assert_has(rig_reply(r, vera, 1, NULL), "this station asks for codes");
	assert_string_equal(rig_session(r, vera)->name, "vera");
}

/* An admin may set another's password, and is not that person for it. */
static void an_admin_signs_in_as_nobody_else(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_on_the_glass(r, "ada");

	sign_in_anew(r, vera, 2, "maria", "");
	assert_string_equal(rig_reply(r, vera, 2, NULL), wrong);
	assert_string_equal(rig_session(r, vera)->name, "ada");
	assert_has(rig_sign_in(r, rig_open(r, RIG_SAM), 3, "maria", RIG_PASSWORD, ""),
		   "signed in as maria");
}

static void a_hash_of_another_cost_is_made_anew(void **state)
{
	struct rig *r = *state;
	struct password_cost dear = { .kib = 128, .passes = 2 },
			     now = { .kib = 64, .passes = 1 };
	uint64_t vera = rig_open(r, RIG_VERA);
	struct known *k = known_find(r->st, "maria");

	assert_true(password_hash(RIG_PASSWORD, &dear, k->a.hash));
	assert_has(rig_sign_in(r, vera, 1, "maria", RIG_PASSWORD, ""), "signed in");
	assert_false(password_is_of_other_cost(k->a.hash, &now));
	rig_request(r, vera, WIRE_SIGN_OUT, 2, 0, "");
	assert_has(rig_sign_in(r, vera, 3, "maria", RIG_PASSWORD, ""), "signed in");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PEOPLE_TEST(a_person_on_a_view_only_console_acts_with_the_own_rights),
		PEOPLE_TEST(an_operator_of_the_access_file_keeps_his_roles_from_there),
		PEOPLE_TEST(SEC_09_unknown_name_and_wrong_password_are_the_same_work),
		PEOPLE_TEST(SEC_08_the_wait_grows_with_each_failure_and_ends),
		PEOPLE_TEST(SEC_08_nothing_is_computed_while_a_name_waits),
		PEOPLE_TEST(SEC_08_an_unknown_name_waits_like_one_that_is_known),
		PEOPLE_TEST(SEC_08_many_names_from_one_uid_make_that_uid_wait),
		PEOPLE_TEST(SEC_08_nobody_locks_the_last_admin_out_from_elsewhere),
		PEOPLE_TEST(SEC_08_a_restart_forgives_nothing),
		cmocka_unit_test(SEC_08_more_sessions_get_no_more_guesses),
		PEOPLE_TEST(SEC_08_guesses_at_once_are_no_more_than_one_after_the_other),
		PEOPLE_TEST(SEC_10_the_queue_of_sign_ins_is_bounded),
		PEOPLE_TEST(SEC_10_who_leaves_before_the_answer_costs_nothing_more),
		PEOPLE_TEST(SEC_11_a_code_is_taken_once),
		PEOPLE_TEST(SEC_11_no_code_twice_in_two_proofs_at_once),
		PEOPLE_TEST(SEC_11_a_restart_does_not_forget_the_step),
		PEOPLE_TEST(SEC_11_a_clock_set_back_opens_nothing),
		PEOPLE_TEST(SEC_11_the_step_is_on_the_disk_before_the_sign_in_counts),
		PEOPLE_TEST(SEC_04_a_change_of_person_frees_what_was_selected),
		PEOPLE_TEST(a_password_that_must_be_changed_lets_nobody_in),
		PEOPLE_TEST(codes_may_be_asked_of_everybody),
		PEOPLE_TEST(SEC_09_a_proof_counts_for_the_account_it_was_given_for),
		PEOPLE_TEST(SEC_12_a_proof_under_way_does_not_undo_a_lock),
		PEOPLE_TEST(a_sign_in_beyond_the_limit_is_refused_and_recorded),
		PEOPLE_TEST(codes_are_asked_of_who_brings_a_new_password),
		PEOPLE_TEST(an_admin_signs_in_as_nobody_else),
		PEOPLE_TEST(a_hash_of_another_cost_is_made_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
