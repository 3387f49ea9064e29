/* test_totp.c - codes: the vectors of the RFC, another program, and never twice. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/totp.h"
#include "util/strbuf.h"

static const uint8_t rfc_secret[] = "12345678901234567890";

/* RFC 6238 appendix B, SHA-1; of its eight digits the last six. */
static void SEC_11_the_vectors_of_the_rfc(void **state)
{
	static const struct {
		int64_t unix_s;
		const char *code;
	} vectors[] = {
		{ 59, "287082" },         { 1111111109, "081804" },
		{ 1111111111, "050471" }, { 1234567890, "005924" },
		{ 2000000000, "279037" }, { 20000000000, "353130" },
	};
	char code[TOTP_DIGITS + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		int64_t step = vectors[i].unix_s / TOTP_STEP_S;

		assert_true(totp_code(rfc_secret, step, code));
		assert_string_equal(code, vectors[i].code);
		assert_int_equal(totp_accept(rfc_secret, vectors[i].code,
					     vectors[i].unix_s, step - 1),
				 step);
		assert_int_equal(
			totp_accept(rfc_secret, vectors[i].code, vectors[i].unix_s, step),
			-1);
	}
}

/* An independent program draws the same, of secrets and times at random. */
static void SEC_11_oathtool_draws_the_same_codes(void **state)
{
	char command[256], theirs[64], base32[TOTP_BASE32_SIZE], ours[TOTP_DIGITS + 1];
	uint8_t secret[TOTP_SECRET_SIZE];

	(void)state;
	if (system("oathtool --version >/dev/null 2>&1") != 0)
		skip();
	for (int i = 0; i < 20; i++) {
		int64_t at = 1700000000 + (int64_t)i * 7654321;
		FILE *f;

		totp_new_secret(secret);
		totp_base32(secret, base32);
		snprintf(command, sizeof(command), "oathtool --totp -b %s --now=@%lld",
			 base32, (long long)at);
		f = popen(command, "r");
		assert_non_null(f);
		assert_non_null(fgets(theirs, sizeof(theirs), f));
		pclose(f);
		theirs[strcspn(theirs, "\n")] = '\0';
		assert_true(totp_code(secret, at / TOTP_STEP_S, ours));
		assert_string_equal(ours, theirs);
	}
}

static void SEC_11_one_step_early_or_late_and_no_more(void **state)
{
	enum { NOW = 1000000 };
	char code[TOTP_DIGITS + 1];
	int64_t now = NOW / TOTP_STEP_S;

	(void)state;
	for (int64_t off = -3; off <= 3; off++) {
		assert_true(totp_code(rfc_secret, now + off, code));
		assert_int_equal(totp_accept(rfc_secret, code, NOW, 0),
				 off >= -1 && off <= 1 ? now + off : -1);
	}
}

/* Whatever comes after one that was taken lies after it. */
static void SEC_11_an_older_step_is_never_taken_after_a_newer(void **state)
{
	enum { NOW = 2000000 };
	char code[TOTP_DIGITS + 1];
	int64_t now = NOW / TOTP_STEP_S;

	(void)state;
	for (int64_t last = now - 2; last <= now + 2; last++)
		for (int64_t off = -1; off <= 1; off++) {
			assert_true(totp_code(rfc_secret, now + off, code));
			assert_int_equal(totp_accept(rfc_secret, code, NOW, last),
					 now + off > last ? now + off : -1);
		}
}

static void what_is_no_code_is_refused(void **state)
{
	static const char *const bad[] = { "",       "28708",    "2870822",
					   "28708a", "-87082",   "0x7082",
					   "287 08", "287082\n", "\xd9\xa2" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(totp_accept(rfc_secret, bad[i], 59, 0), -1);
	assert_int_equal(totp_accept(rfc_secret, "287 082", 59, 0), 1); /* as apps show */
	assert_int_equal(totp_accept(rfc_secret, "287082", -59, 0), -1);
}

static void base32_and_address_are_what_apps_read(void **state)
{
	char base32[TOTP_BASE32_SIZE];
	struct strbuf uri = STRBUF_INIT;

	(void)state;
	totp_base32(rfc_secret, base32);
	assert_string_equal(base32, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	totp_uri(&uri, "water works", "maria", rfc_secret);
	assert_string_equal(uri.buf,
			    "otpauth://totp/water%20works:maria?secret="
			    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=water%20works");
	strbuf_release(&uri);
}

static void secrets_are_not_the_same_twice(void **state)
{
	uint8_t a[TOTP_SECRET_SIZE], b[TOTP_SECRET_SIZE];

	(void)state;
	totp_new_secret(a);
	totp_new_secret(b);
	assert_memory_not_equal(a, b, sizeof(a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(SEC_11_the_vectors_of_the_rfc),
		cmocka_unit_test(SEC_11_oathtool_draws_the_same_codes),
		cmocka_unit_test(SEC_11_one_step_early_or_late_and_no_more),
		cmocka_unit_test(SEC_11_an_older_step_is_never_taken_after_a_newer),
		cmocka_unit_test(what_is_no_code_is_refused),
		cmocka_unit_test(base32_and_address_are_what_apps_read),
		cmocka_unit_test(secrets_are_not_the_same_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
