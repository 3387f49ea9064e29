/* test_password.c - hashes, what they cost, and which passwords will do; accounts. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/account.h"
#include "access/hash_job.h"
#include "access/password.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

static const struct password_cost cheap = { .kib = 64, .passes = 1 };

static void a_hash_says_its_cost_and_fits_one_password(void **state)
{
	char a[PASSWORD_HASH_SIZE], b[PASSWORD_HASH_SIZE];
	struct password_cost dear = { .kib = 256, .passes = 2 };

	(void)state;
	assert_true(password_hash("three lamps", &cheap, a));
	assert_true(password_hash("three lamps", &cheap, b));
	assert_string_not_equal(a, b); /* salted */
	assert_has(a, "$argon2id$v=19$m=64,t=1,p=1$");
	assert_int_equal(password_verify(a, "three lamps", &dear), PASSWORD_RIGHT);
	assert_int_equal(password_verify(b, "three lamps", &cheap), PASSWORD_RIGHT);
	assert_int_equal(password_verify(a, "three lamp", &cheap), PASSWORD_WRONG);
	assert_int_equal(password_verify(a, "", &cheap), PASSWORD_WRONG);
	assert_false(password_is_of_other_cost(a, &cheap));
	assert_true(password_is_of_other_cost(a, &dear));
}

static void SEC_09_nobodys_password_is_the_same_work(void **state)
{
	uint64_t before = password_works();

	(void)state;
	assert_int_equal(password_verify("", "three lamps", &cheap), PASSWORD_WRONG);
	assert_int_equal(password_works() - before, 1);
	assert_int_equal(password_verify("no hash at all", "x", &cheap), PASSWORD_WRONG);
	assert_int_equal(password_works() - before, 2);
}

/* The cost without a word in access.cfg is the one that was recommended. */
static void SEC_10_a_hash_costs_128_MiB_unless_told_otherwise(void **state)
{
	struct password_policy none = { 0 }, more = { .hash_mib = 256 };
	struct password_cost c = password_cost(&none);

	(void)state;
	assert_int_equal(c.kib, 128 * 1024);
	assert_true(c.passes >= 3);
	assert_int_equal(password_cost(&more).kib, 256 * 1024);
}

static bool fits(const char *password)
{
	struct password_policy p = { 0 };
	struct strbuf why = STRBUF_INIT;
	bool ok = password_fits(&p, "maria", "demo-waterworks", password, &why);

	assert_true(ok == (why.len == 0));
	/* a sentence, and never the password in it */
	assert_true(strlen(password) < 4 || !strstr(why.buf, password));
	strbuf_release(&why);
	return ok;
}

static void what_is_tried_first_is_no_password(void **state)
{
	static const char *const bad[] = {
		"",
		"short",
		"ninechars",
		"aaaaaaaaaaaa",
		"1234567890",
		"0987654321",
		"qwertyuiop",
		"abcdefghijkl",
		"password2026!",
		"PassWord1234",
		"operator1234",
		"2026-11-22 10",
		"MARIA is here",
		"i love maria",
		"demo-waterworks",
		"DEMO-waterworks1",
		"tab\there ok ok",
		"bell\a rings on",
		"bad \xff\xfe bytes",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (fits(bad[i]))
			fail_msg("\"%s\" was taken", bad[i]);
	assert_true(fits("seven oars on a roof"));
	assert_true(fits("d\xc3\xa4mmerung k\xc3\xbchl"));
	assert_true(fits("k7#pQ2-vv0"));
}

static void length_is_of_characters_and_as_the_policy_says(void **state)
{
	struct password_policy p = { .min_length = 16 }, low = { .min_length = 1 };
	struct strbuf why = STRBUF_INIT;
	char longest[PASSWORD_MAX + 2];

	(void)state;
	assert_false(password_fits(&p, "m", "s", "seven oars, why", &why)); /* 15 */
	assert_has(why.buf, "at least 16 characters");
	strbuf_clear(&why);
	assert_true(password_fits(&p, "m", "s", "seven oars, why?", &why));
	/* ten bytes, five characters */
	assert_false(password_fits(&low, "m", "s",
				   "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa9\xc3\xa8", &why));
	assert_has(why.buf, "at least 8 characters");
	for (size_t i = 0; i < sizeof(longest) - 1; i++)
		longest[i] = (char)('a' + i % 23);
	longest[sizeof(longest) - 1] = '\0';
	assert_false(password_fits(&low, "m", "s", longest, &why));
	assert_has(why.buf, "at most 255 bytes");
	strbuf_release(&why);
}

/* --- accounts -------------------------------------------------------------------- */

static struct access_def roles(void)
{
	static const char *const names[] = { "operator", "admin" };
	struct access_def d = { 0 };

	for (size_t i = 0; i < 2; i++) {
		struct access_role *r = GROW(&d.roles, &d.n_roles);

		*r = (struct access_role){ .name = xstrdup(names[i]) };
		r->rights = 1u << RIGHT_VIEW | 1u << (i ? RIGHT_ADMIN : RIGHT_OPERATE);
	}
	return d;
}

static void an_account_comes_back_from_its_bytes(void **state)
{
	struct access_def d = roles();
	struct account a = { .has_totp = true,
			     .last_step = 123456789,
			     .disabled = true,
			     .must_change = true,
			     .failures = 7,
			     .failed_ms = 1,
			     .created_ms = 2,
			     .password_ms = 3,
			     .signed_in_ms = 4 };
	struct strbuf body = STRBUF_INIT, why = STRBUF_INIT;
	struct account b;

	(void)state;
	a.who.name = xstrdup("maria");
	snprintf(a.full_name, sizeof(a.full_name),
		 "Mar\xc3\xad"
		 "a P\xc3\xa9rez");
	snprintf(a.hash, sizeof(a.hash), "$argon2id$x");
	memset(a.totp, 0xA5, sizeof(a.totp));
	assert_true(account_take_roles(&a, &d, "operator@intake.wells, admin", &why));
	account_put(&body, &a);
	assert_true(account_get(body.buf, body.len, &b));
	assert_string_equal(b.who.name, "maria");
	assert_string_equal(b.full_name, a.full_name);
	assert_string_equal(b.hash, a.hash);
	assert_memory_equal(b.totp, a.totp, sizeof(a.totp));
	assert_true(b.has_totp && b.disabled && b.must_change);
	assert_int_equal(b.last_step, 123456789);
	assert_int_equal(b.failures, 7);
	assert_int_equal(b.signed_in_ms, 4);
	assert_int_equal(b.who.n_roles, 2);
	assert_string_equal(b.who.roles[0], "operator@intake.wells");
	account_release(&b);
	/* what is cut short, or too long, is none */
	for (size_t n = 0; n < body.len; n++)
		assert_false(account_get(body.buf, n, &b));
	strbuf_addch(&body, 'x');
	assert_false(account_get(body.buf, body.len, &b));
	account_release(&a);
	access_def_release(&d);
	strbuf_release(&body);
	strbuf_release(&why);
}

static void roles_that_do_not_fit_leave_the_old_ones(void **state)
{
	struct access_def d = roles();
	struct strbuf why = STRBUF_INIT;
	struct account a = { .disabled = false };

	(void)state;
	a.who.name = xstrdup("maria");
	assert_true(account_take_roles(&a, &d, " operator@a,, operator@b ", &why));
	assert_int_equal(a.who.n_roles, 2);
	assert_false(account_take_roles(&a, &d, "operator pilot", &why));
	assert_has(why.buf, "there is no role \"pilot\"");
	assert_false(account_take_roles(&a, &d, "operator@in\x1b[31m", &why));
	assert_int_equal(a.who.n_roles, 2);
	assert_string_equal(a.who.roles[0], "operator@a");
	account_release(&a);
	access_def_release(&d);
	strbuf_release(&why);
}

/* --- jobs ------------------------------------------------------------------------ */

static void SEC_13_a_job_forgets_the_password_when_it_is_done(void **state)
{
	static const enum hash_task tasks[] = { HASH_VERIFY, HASH_MAKE, HASH_RANDOM };
	struct password_cost dear = { .kib = 128, .passes = 1 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct hash_job *job = hash_job_new(tasks[i], &dear);

		snprintf(job->password, sizeof(job->password), "three lamps");
		assert_true(password_hash("three lamps", &cheap, job->stored));
		hash_job_run(job);
		assert_true(job->ok);
		assert_null(memmem(job, sizeof(*job), "three lamps", 11));
		if (tasks[i] != HASH_RANDOM) /* of a VERIFY: at the cost of now */
			assert_false(password_is_of_other_cost(job->made, &dear));
		hash_job_free(job);
	}
}

static void SEC_10_no_memory_for_a_hash_is_no_wrong_password(void **state)
{
	struct password_cost much = { .kib = UINT32_MAX, .passes = 1 };
	struct hash_job *job = hash_job_new(HASH_VERIFY, &much);
	uint64_t before = password_works();

	(void)state;
	snprintf(job->password, sizeof(job->password), "three lamps");
	hash_job_run(job); /* 4 TiB */
	assert_false(job->ok);
	assert_has(job->why, "no memory");
	assert_int_equal(password_works() - before, 1);
	hash_job_free(job);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hash_says_its_cost_and_fits_one_password),
		cmocka_unit_test(SEC_09_nobodys_password_is_the_same_work),
		cmocka_unit_test(SEC_10_a_hash_costs_128_MiB_unless_told_otherwise),
		cmocka_unit_test(what_is_tried_first_is_no_password),
		cmocka_unit_test(length_is_of_characters_and_as_the_policy_says),
		cmocka_unit_test(an_account_comes_back_from_its_bytes),
		cmocka_unit_test(roles_that_do_not_fit_leave_the_old_ones),
		cmocka_unit_test(SEC_13_a_job_forgets_the_password_when_it_is_done),
		cmocka_unit_test(SEC_10_no_memory_for_a_hash_is_no_wrong_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
