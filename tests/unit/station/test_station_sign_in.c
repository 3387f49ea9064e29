/* test_station_sign_in.c - persons on top of a connection: proving, waiting, leaving. */
#include "unit/station/rig_people.h"

#include <stdio.h>
#include <string.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		PEOPLE_TEST(a_person_on_a_view_only_console_acts_with_the_own_rights),
		PEOPLE_TEST(an_operator_of_the_access_file_keeps_his_roles_from_there),
		PEOPLE_TEST(SEC_09_unknown_name_and_wrong_password_are_the_same_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
