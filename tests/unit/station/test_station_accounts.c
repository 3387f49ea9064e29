/* test_station_accounts.c - what may be done to accounts, by whom; and who is affected.
 */
#include "unit/station/rig_people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "station/identity_int.h"
#include "util/xalloc.h"

#define GOOD "seven oars on a roof"

static struct wire_user act_on(uint8_t act, const char *name)
{
	static uint32_t req = 100;
	struct wire_user m = { .req = ++req, .act = act };

	snprintf(m.name, sizeof(m.name), "%s", name);
	return m;
}

static const char *simply(struct rig *r, uint64_t session, uint8_t act, const char *name)
{
	struct wire_user m = act_on(act, name);

	return rig_user_act(r, session, &m, NULL);
}

static const char *add(struct rig *r, uint64_t session, const char *name,
		       const char *roles, const char *password)
{
	struct wire_user m = act_on(WIRE_USER_ADD, name);

	snprintf(m.roles, sizeof(m.roles), "%s", roles);
	snprintf(m.new_password, sizeof(m.new_password), "%s", password);
	return rig_user_act(r, session, &m, NULL);
}

static const char *give_roles(struct rig *r, uint64_t session, const char *name,
			      const char *roles)
{
	struct wire_user m = act_on(WIRE_USER_ROLES, name);

	snprintf(m.roles, sizeof(m.roles), "%s", roles);
	return rig_user_act(r, session, &m, NULL);
}

/* old "" = as an admin. */
static const char *give_password(struct rig *r, uint64_t session, const char *name,
				 const char *old, const char *new)
{
	struct wire_user m = act_on(WIRE_USER_PASSWORD, name);

	snprintf(m.password, sizeof(m.password), "%s", old);
	snprintf(m.new_password, sizeof(m.new_password), "%s", new);
	return rig_user_act(r, session, &m, NULL);
}

/* Access.cfg has no admin: ada is the only one there is. */
static void no_admin_in_the_file(struct rig *r)
{
	struct access_def *d = &r->st->def->access;

	for (size_t i = 0; i < d->n_operators; i++) {
		if (strcmp(d->operators[i].name, "eng") != 0)
			continue;
		free(d->operators[i].roles[0]);
		d->operators[i].roles[0] = xstrdup("viewer");
	}
}

/* A session of the server's own user, who is no operator. */
static uint64_t serving(struct rig *r, const char *program)
{
	uint64_t session = rig_open_only(r, RIG_SERVICE);
	struct wire_hello m = { .version = WIRE_VERSION };
	struct strbuf w = STRBUF_INIT;

	snprintf(m.program, sizeof(m.program), "%s", program);
	wire_put_hello(&w, &m);
	rig_frame(r, session, &w);
	strbuf_release(&w);
	return session;
}

/* --- who may --------------------------------------------------------------------- */

static void an_admin_adds_somebody_who_then_chooses_a_password(void **state)
{
	struct rig *r = *state;
	uint64_t eng = rig_open(r, RIG_ENG), vera = rig_open(r, RIG_VERA);
	struct audit_record record;

	assert_string_equal(add(r, eng, "nina", "operator@a supervisor", GOOD),
			    "nina is added");
	assert_int_equal(rig_audits(r, AUDIT_USER_ADD, &record), 1);
	assert_string_equal(record.subject, "nina");
	assert_string_equal(record.actor, "eng");
	assert_string_equal(record.new_value, "operator@a,supervisor");
	assert_has(rig_sign_in(r, vera, 1, "nina", GOOD, ""), "choose one of your own");
	assert_has(give_password(r, vera, "nina", GOOD, "eight ears in a box"),
		   "nina has a new password");
	assert_has(rig_sign_in(r, vera, 2, "nina", "eight ears in a box", ""),
		   "signed in as nina (operator@a,supervisor)");
	assert_has(add(r, eng, "nina", "operator", GOOD), "there is an account nina");
}

static void SEC_13_no_record_and_no_log_has_a_secret(void **state)
{
	static const char *const secrets[] = { GOOD, RIG_PASSWORD, "otpauth", "$argon2" };
	struct rig *r = *state;
	uint64_t eng = rig_open(r, RIG_ENG), vera = rig_open(r, RIG_VERA);
	struct wire_user m = act_on(WIRE_USER_TOTP, "maria");

	add(r, eng, "nina", "operator", GOOD);
	rig_sign_in(r, vera, 1, "maria", GOOD, "123456");
	give_password(r, vera, "maria", RIG_PASSWORD, GOOD);
	snprintf(m.password, sizeof(m.password), GOOD);
	rig_user_act(r, vera, &m, NULL);
	for (size_t n = 0; n < sizeof(secrets) / sizeof(secrets[0]); n++) {
		assert_null(strstr(r->log.buf, secrets[n]));
		for (size_t i = 0; i < r->n_stored; i++)
			for (size_t k = 0; k < r->stored[i]->n; k++) {
				const struct txn_op *op = &r->stored[i]->ops[k];
				if (op->kind == TXN_AUDIT)
					assert_null(memmem(op->body.buf, op->body.len,
							   secrets[n],
							   strlen(secrets[n])));
			}
	}
}

static void only_an_admin_changes_others(void **state)
{
	struct rig *r = *state;
	uint64_t maria = rig_on_the_glass(r, "maria");
	const char *no = "the right \"admin\" for the whole station is needed";

	for (uint8_t a = 1; a < WIRE_USER_ACTS; a++)
		if (a != WIRE_USER_TOTP_CONFIRM)
			assert_has(simply(r, maria, a, "lena"), no);
	assert_has(simply(r, maria, WIRE_USER_TOTP_CONFIRM, "lena"), "begin again");
	rig_request(r, maria, WIRE_USERS, 7, 0, "");
	assert_has(rig_reply(r, maria, 7, NULL), "needed to see the accounts");
	assert_int_equal(rig_audits(r, AUDIT_USER_REMOVE, NULL), 1);
	assert_int_equal(rig_stored_ops(r, TXN_ACCOUNT_GONE), 0);
}

/* Who has no account because access.cfg is enough: that is where he is stopped. */
static void who_has_no_account_is_named_with_the_place_of_his_rights(void **state)
{
	struct rig *r = *state;
	uint64_t eng = rig_open(r, RIG_ENG);

	assert_has(simply(r, eng, WIRE_USER_DISABLE, "oleg"), "stands in access.cfg");
	assert_has(simply(r, eng, WIRE_USER_DISABLE, "nobody"), "no account nobody");
}

/* An admin of one area is none of the station's accounts. */
static void an_admin_of_an_area_changes_no_account(void **state)
{
	struct rig *r = *state;
	uint64_t eng = rig_open(r, RIG_ENG), vera = rig_open(r, RIG_VERA);

	assert_has(give_roles(r, eng, "maria", "engineer@a"), "has other roles");
	assert_has(rig_sign_in(r, vera, 1, "maria", RIG_PASSWORD, ""), "engineer@a");
	assert_has(simply(r, vera, WIRE_USER_REMOVE, "lena"), "for the whole station");
}

static void nobody_changes_the_own_rights(void **state)
{
	static const uint8_t mine[] = { WIRE_USER_ROLES, WIRE_USER_DISABLE,
					WIRE_USER_ENABLE, WIRE_USER_REMOVE };
	struct rig *r = *state;
	uint64_t ada = rig_on_the_glass(r, "ada");

	for (size_t i = 0; i < sizeof(mine); i++)
		assert_has(simply(r, ada, mine[i], "ada"), "nobody changes their own");
	assert_has(give_password(r, ada, "ada", "", GOOD), "give your password");
	assert_has(add(r, ada, "ada", "operator", GOOD), "nobody changes their own");
	assert_has(give_password(r, ada, "ada", RIG_PASSWORD, GOOD),
		   "has a new password");
}

static void the_last_admin_stays(void **state)
{
	struct rig *r = *state;
	uint64_t eng = rig_open(r, RIG_ENG);
	uint64_t ada = rig_on_the_glass(r, "ada");
	const char *no = "is the last admin";

	assert_has(add(r, ada, "nina", "engineer", GOOD), "is added");
	assert_has(simply(r, eng, WIRE_USER_REMOVE, "nina"), "is removed");
	/* eng keeps the grant of this moment; the file has no admin any more */
	no_admin_in_the_file(r);
	assert_has(simply(r, eng, WIRE_USER_REMOVE, "ada"), no);
	assert_has(simply(r, eng, WIRE_USER_DISABLE, "ada"), no);
	assert_has(give_roles(r, eng, "ada", "operator"), no);
	assert_has(give_roles(r, eng, "ada", "engineer@a"), no);
	assert_has(give_roles(r, eng, "ada", "operator engineer"), "has other roles");
	assert_string_equal(rig_session(r, ada)->roles, "operator,engineer");
}

static void a_name_and_a_role_have_to_fit(void **state)
{
	struct rig *r = *state;
	uint64_t eng = rig_open(r, RIG_ENG);

	assert_has(add(r, eng, "1nina", "operator", GOOD), "begins with a letter");
	assert_has(add(r, eng, "ni na", "operator", GOOD), "letters, digits and");
	assert_has(add(r, eng, "ni\xe2\x80\xaena", "operator", GOOD), "letters, digits");
	assert_has(add(r, eng, "nina", "", GOOD), "needs a role");
	assert_has(add(r, eng, "nina", "pilot", GOOD), "there is no role \"pilot\"");
	assert_has(add(r, eng, "nina", "operator@", GOOD), "an area is a name");
	assert_has(add(r, eng, "nina", "operator operator", GOOD), "given twice");
	assert_has(add(r, eng, "nina", "operator", "short"), "at least 10 characters");
	assert_has(add(r, eng, "nina", "operator", "nina is my name"),
		   "name must not be");
	assert_has(add(r, eng, "nina", "operator", "password123"), "tried first");
	assert_has(give_roles(r, eng, "ivan", "engineer"), "stand in access.cfg");
	assert_int_equal(rig_stored_ops(r, TXN_ACCOUNT), 0);
}

/* A name in the record is one person's for ever (21 CFR 11.100): there is no new name for
 * an account, and no other person for a name. */
static void SEC_28_a_name_is_never_given_to_somebody_else(void **state)
{
	struct rig *r = *state, *next;
	uint64_t eng = rig_open(r, RIG_ENG);

	rig_close(r, rig_on_the_glass(r, "maria"));
	assert_has(simply(r, eng, WIRE_USER_REMOVE, "maria"), "maria is removed");
	assert_has(add(r, eng, "maria", "operator", GOOD), "never given to another");
	assert_has(rig_sign_in(r, rig_open(r, RIG_VERA), 1, "maria", RIG_PASSWORD, ""),
		   "is wrong");
	/* who never signed in left no trace: a mistyped name can be had again */
	assert_has(add(r, eng, "nina", "operator", GOOD), "is added");
	assert_has(simply(r, eng, WIRE_USER_REMOVE, "nina"), "nina is removed");
	assert_has(add(r, eng, "nina", "operator", GOOD), "nina is added");
	/* an operator of access.cfg is that person still, with a password or without */
	rig_close(r, rig_on_the_glass(r, "ivan"));
	assert_has(simply(r, eng, WIRE_USER_REMOVE, "ivan"), "ivan is removed");
	assert_false(r->closed[rig_open(r, RIG_IVAN)]);
	assert_has(add(r, eng, "ivan", "", GOOD), "ivan is added");
	next = rig_people_restart(r);
	eng = rig_open(next, RIG_ENG);
	assert_null(known_find(next->st, "maria"));
	assert_has(add(next, eng, "maria", "operator", GOOD), "never given to another");
	assert_non_null(known_find(next->st, "ivan"));
	assert_false(name_is_gone(next->st, "ivan"));
	rig_stop(next);
}

/* --- the first one --------------------------------------------------------------- */

static void the_servers_own_user_makes_the_first_admin_and_nothing_else(void **state)
{
	struct rig *r = *state;
	uint64_t session;

	for (size_t i = 0; i < r->st->identity->n_known; i++)
		r->st->identity->known[i]->a.disabled = true;
	no_admin_in_the_file(r);
	session = serving(r, "cli user");
	assert_false(r->closed[session]);
	rig_request(r, session, WIRE_GET, 1, 0, "a.level");
	assert_has(rig_reply(r, session, 1, NULL), "no operator of this station");
	assert_has(simply(r, session, WIRE_USER_REMOVE, "maria"), "the right \"admin\"");
	assert_has(add(r, session, "nina", "operator", GOOD), "the right admin");
	assert_has(add(r, session, "nina", "engineer@a", GOOD), "the right admin");
	assert_has(add(r, session, "nina", "engineer", GOOD), "nina is added");
	assert_has(add(r, session, "olga", "engineer", GOOD), "the right \"admin\"");
	/* who typed it is who uses it */
	assert_has(rig_sign_in(r, rig_open(r, RIG_VERA), 1, "nina", GOOD, ""),
		   "signed in as nina");
}

static void SEC_01_the_servers_own_user_is_not_admitted_otherwise(void **state)
{
	struct rig *r = *state;
	uint64_t session = serving(r, "console");
	const uint8_t *payload;
	size_t len;

	assert_true(r->closed[session]);
	assert_has(rig_goodbye(r, session), "is no operator of this station");
	assert_false(rig_last(r, session, WIRE_WELCOME, &payload, &len));
}

static void the_servers_own_user_gets_the_last_admin_back(void **state)
{
	struct rig *r = *state;
	uint64_t session;

	no_admin_in_the_file(r);
	session = serving(r, "cli user");
	assert_has(give_password(r, session, "maria", "", GOOD), "the right \"admin\"");
	assert_has(give_password(r, session, "ada", "", GOOD), "has a new password");
	assert_has(rig_sign_in(r, rig_open(r, RIG_VERA), 1, "ada", GOOD, ""),
		   "choose one of your own");
}

/* --- codes ----------------------------------------------------------------------- */

static struct wire_row row_of(const struct rig *r, uint64_t session)
{
	const uint8_t *payload;
	struct wire_row row;
	size_t len;

	assert_true(rig_last(r, session, WIRE_ROW, &payload, &len));
	assert_true(wire_get_row(payload, len, &row));
	return row;
}

static const char *confirm(struct rig *r, uint64_t session, const char *name, int steps)
{
	const struct known *k = known_find(r->st, name);
	struct wire_user m = act_on(WIRE_USER_TOTP_CONFIRM, name);

	assert_true(totp_code(k->new_totp, r->now.wall.ms / 1000 / TOTP_STEP_S + steps,
			      m.code));
	return rig_user_act(r, session, &m, NULL);
}

static void SEC_11_codes_are_on_when_one_was_typed_that_fits(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA), sam = rig_open(r, RIG_SAM);
	struct wire_user m = act_on(WIRE_USER_TOTP, "maria");
	char base32[TOTP_BASE32_SIZE];

	snprintf(m.password, sizeof(m.password), "%s", RIG_PASSWORD);
	assert_has(rig_user_act(r, vera, &m, NULL), "draws new codes");
	struct wire_row row = row_of(r, vera);
	totp_base32(known_find(r->st, "maria")->new_totp, base32);
	assert_int_equal(row.n, 2);
	assert_string_equal(row.field[0], base32);
	assert_has(row.field[1], "otpauth://totp/rig:maria?secret=");
	assert_has(row.field[1], base32);
	wire_row_release(&row);
	/* not yet: nobody knows whether the other machine has it */
	assert_has(rig_sign_in(r, sam, 1, "maria", RIG_PASSWORD, ""), "signed in");
	assert_has(confirm(r, vera, "maria", 5), "that code does not fit");
	/* another session has seen no secret */
	m = act_on(WIRE_USER_TOTP_CONFIRM, "maria");
	assert_has(rig_user_act(r, sam, &m, NULL), "begin again");
	assert_has(confirm(r, vera, "maria", 0), "is asked for codes from now on");
	rig_request(r, sam, WIRE_SIGN_OUT, 2, 0, "");
	assert_has(rig_sign_in(r, sam, 3, "maria", RIG_PASSWORD, ""), "is wrong");
	/* the code that switched them on is used */
	char code[TOTP_DIGITS + 1];
	const struct known *k = known_find(r->st, "maria");
	int64_t step = r->now.wall.ms / 1000 / TOTP_STEP_S;
	assert_true(totp_code(k->a.totp, step, code));
	assert_has(rig_sign_in(r, sam, 4, "maria", RIG_PASSWORD, code), "is wrong");
	assert_true(totp_code(k->a.totp, step + 1, code));
	assert_has(rig_sign_in(r, sam, 5, "maria", RIG_PASSWORD, code), "signed in");
}

static void who_lost_the_codes_asks_an_admin(void **state)
{
	struct rig *r = *state;
	uint64_t eng = rig_open(r, RIG_ENG), vera = rig_open(r, RIG_VERA);

	assert_has(simply(r, eng, WIRE_USER_TOTP, "lena"), "lena draws");
	assert_has(simply(r, eng, WIRE_USER_TOTP_OFF, "lena"), "no longer asked");
	assert_has(rig_sign_in(r, vera, 1, "lena", RIG_PASSWORD, ""), "signed in");
	assert_int_equal(rig_audits(r, AUDIT_USER_TOTP, NULL), 2);
}

/* --- SEC-28 ---------------------------------------------------------------------- */

static bool was_told(const struct rig *r, uint64_t session, const char *text)
{
	const uint8_t *payload;
	struct wire_notice m;
	size_t len;

	return rig_last(r, session, WIRE_NOTICE, &payload, &len) &&
	       wire_get_notice(payload, len, &m) && strstr(m.text, text);
}

static void SEC_28_who_is_disabled_or_removed_is_off_at_once(void **state)
{
	static const uint8_t how[] = { WIRE_USER_DISABLE, WIRE_USER_REMOVE };
	struct rig *r = *state;
	uint64_t eng = rig_open(r, RIG_ENG);

	for (size_t i = 0; i < sizeof(how); i++) {
		uint64_t vera = rig_on_the_glass(r, "maria");
		uint64_t token = rig_token(r, vera, "a.sp", value_double(45));

		assert_true(token != 0);
		simply(r, eng, how[i], "maria");
		assert_string_equal(rig_session(r, vera)->name, "vera");
		assert_false(
			access_allows(&rig_session(r, vera)->grant, RIGHT_OPERATE, "a"));
		assert_true(was_told(r, vera, "the account maria is disabled or gone"));
		assert_int_equal(rig_audits(r, AUDIT_PERSON_OFF, NULL), i + 1);
		rig_confirm(r, vera, 9, token);
		assert_int_equal(r->n_writes, 0);
		assert_has(rig_sign_in(r, vera, 10, "maria", RIG_PASSWORD, ""),
			   "is wrong");
		if (how[i] == WIRE_USER_DISABLE)
			assert_has(simply(r, eng, WIRE_USER_ENABLE, "maria"), "enabled");
		rig_close(r, vera);
	}
}

static void SEC_28_other_roles_hold_at_once(void **state)
{
	struct rig *r = *state;
	uint64_t eng = rig_open(r, RIG_ENG), vera = rig_on_the_glass(r, "maria");
	const struct access_grant *g = &rig_session(r, vera)->full;

	assert_true(access_allows(g, RIGHT_OPERATE, "a"));
	assert_has(give_roles(r, eng, "maria", "operator@b"), "has other roles");
	assert_false(access_allows(g, RIGHT_OPERATE, "a"));
	assert_true(access_allows(g, RIGHT_OPERATE, "b"));
	assert_string_equal(rig_session(r, vera)->roles, "operator@b");
}

static void SEC_28_a_disabled_operator_of_the_file_is_sent_away(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), eng = rig_open(r, RIG_ENG);

	assert_has(simply(r, eng, WIRE_USER_DISABLE, "ivan"), "is disabled");
	assert_true(r->closed[ivan]);
	assert_has(rig_goodbye(r, ivan), "disabled");
	assert_true(r->closed[rig_open_only(r, RIG_IVAN)]);
	assert_has(simply(r, eng, WIRE_USER_ENABLE, "ivan"), "is enabled");
	assert_false(r->closed[rig_open(r, RIG_IVAN)]);
}

static void SEC_28_a_password_given_by_an_admin_ends_what_the_old_one_began(void **state)
{
	struct rig *r = *state;
	uint64_t eng = rig_open(r, RIG_ENG), vera = rig_on_the_glass(r, "maria");

	assert_has(give_password(r, eng, "maria", "", GOOD), "has a new password");
	assert_string_equal(rig_session(r, vera)->name, "vera");
}

/* --- the store ------------------------------------------------------------------- */

static void a_change_takes_effect_when_it_is_stored(void **state)
{
	struct rig *r = *state;
	uint64_t eng = rig_open(r, RIG_ENG), vera = rig_on_the_glass(r, "maria");
	struct wire_user m = act_on(WIRE_USER_DISABLE, "maria");

	r->hold_commits = true;
	assert_string_equal(rig_user_act(r, eng, &m, NULL), "");
	assert_false(known_find(r->st, "maria")->a.disabled);
	/* meanwhile nobody else touches it, and nobody proves anything with it */
	assert_has(simply(r, eng, WIRE_USER_REMOVE, "maria"), "is being changed");
	rig_sign_in(r, vera, 50, "maria", RIG_PASSWORD, "");
	assert_has(rig_reply(r, vera, 50, NULL), "is being changed");
	rig_answer_all(r, false);
	assert_has(rig_reply(r, eng, m.req, NULL), "nothing was changed");
	assert_false(known_find(r->st, "maria")->a.disabled);
	assert_string_equal(rig_session(r, vera)->name, "maria");
}

static void accounts_outlive_a_restart(void **state)
{
	struct rig *r = *state, *next;
	uint64_t eng = rig_open(r, RIG_ENG);

	add(r, eng, "nina", "operator@a", GOOD);
	add(r, eng, "olga", "operator", GOOD);
	simply(r, eng, WIRE_USER_DISABLE, "nina");
	simply(r, eng, WIRE_USER_REMOVE, "olga");
	next = rig_people_restart(r);
	assert_true(known_find(next->st, "nina")->a.disabled);
	assert_string_equal(known_find(next->st, "nina")->a.who.roles[0], "operator@a");
	assert_null(known_find(next->st, "olga"));
	rig_stop(next);
}

static void the_list_names_all_and_tells_no_secret(void **state)
{
	struct rig *r = *state;
	uint64_t eng = rig_open(r, RIG_ENG);
	/* ivan is in both */
	size_t all = r->st->identity->n_known + r->st->def->access.n_operators - 1;

	rig_request(r, eng, WIRE_USERS, 9, 0, "");
	assert_int_equal(rig_count(r, eng, WIRE_ROW), all);
	assert_null(memmem(r->frames[eng].buf, r->frames[eng].len, "$argon2", 7));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PEOPLE_TEST(an_admin_adds_somebody_who_then_chooses_a_password),
		PEOPLE_TEST(SEC_13_no_record_and_no_log_has_a_secret),
		PEOPLE_TEST(only_an_admin_changes_others),
		PEOPLE_TEST(an_admin_of_an_area_changes_no_account),
		PEOPLE_TEST(who_has_no_account_is_named_with_the_place_of_his_rights),
		PEOPLE_TEST(nobody_changes_the_own_rights),
		PEOPLE_TEST(the_last_admin_stays),
		PEOPLE_TEST(a_name_and_a_role_have_to_fit),
		PEOPLE_TEST(SEC_28_a_name_is_never_given_to_somebody_else),
		PEOPLE_TEST(the_servers_own_user_makes_the_first_admin_and_nothing_else),
		PEOPLE_TEST(SEC_01_the_servers_own_user_is_not_admitted_otherwise),
		PEOPLE_TEST(the_servers_own_user_gets_the_last_admin_back),
		PEOPLE_TEST(SEC_11_codes_are_on_when_one_was_typed_that_fits),
		PEOPLE_TEST(who_lost_the_codes_asks_an_admin),
		PEOPLE_TEST(SEC_28_who_is_disabled_or_removed_is_off_at_once),
		PEOPLE_TEST(SEC_28_other_roles_hold_at_once),
		PEOPLE_TEST(SEC_28_a_disabled_operator_of_the_file_is_sent_away),
		PEOPLE_TEST(
			SEC_28_a_password_given_by_an_admin_ends_what_the_old_one_began),
		PEOPLE_TEST(a_change_takes_effect_when_it_is_stored),
		PEOPLE_TEST(accounts_outlive_a_restart),
		PEOPLE_TEST(the_list_names_all_and_tells_no_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
