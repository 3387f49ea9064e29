/* test_sign.c - Ed25519 against RFC 8032, section 7.1. */
#include "support/test.h"

#include <string.h>

#include "audit/hash.h"
#include "audit/sign.h"

/* TEST 2: a message of one byte. */
static const char secret[] =
	"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
	"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
static const char expected[] =
	"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
	"085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

static void keys_of_the_rfc(struct sign_keys *k)
{
	uint8_t bytes[SIGN_SECRET_SIZE];

	assert_int_equal(hash_unhex(secret, bytes, sizeof(bytes)), 0);
	assert_true(sign_keys_of(bytes, k));
}

static void a_signature_is_that_of_the_rfc(void **state)
{
	struct sign_keys k;
	uint8_t sig[SIGN_SIZE], want[SIGN_SIZE];

	(void)state;
	keys_of_the_rfc(&k);
	assert_int_equal(hash_unhex(expected, want, sizeof(want)), 0);
	sign_bytes(&k, "\x72", 1, sig);
	assert_memory_equal(sig, want, sizeof(sig));
	assert_true(sign_is_good(k.public, "\x72", 1, sig));
}

static void any_changed_bit_spoils_it(void **state)
{
	struct sign_keys k, other;
	uint8_t sig[SIGN_SIZE];

	(void)state;
	keys_of_the_rfc(&k);
	sign_make_keys(&other);
	sign_bytes(&k, "setpoint", 8, sig);
	assert_true(sign_is_good(k.public, "setpoint", 8, sig));
	assert_false(sign_is_good(k.public, "setpoinu", 8, sig));
	assert_false(sign_is_good(k.public, "setpoint", 7, sig));
	assert_false(sign_is_good(other.public, "setpoint", 8, sig));
	for (size_t bit = 0; bit < 8 * sizeof(sig); bit++) {
		sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(sign_is_good(k.public, "setpoint", 8, sig));
		sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void halves_that_do_not_fit_are_no_keys(void **state)
{
	uint8_t bytes[SIGN_SECRET_SIZE];
	struct sign_keys k;

	(void)state;
	assert_int_equal(hash_unhex(secret, bytes, sizeof(bytes)), 0);
	bytes[40] ^= 1;
	assert_false(sign_keys_of(bytes, &k));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signature_is_that_of_the_rfc),
		cmocka_unit_test(any_changed_bit_spoils_it),
		cmocka_unit_test(halves_that_do_not_fit_are_no_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
