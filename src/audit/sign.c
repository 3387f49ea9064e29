/* sign.c - Ed25519 by libsodium. */
#include "audit/sign.h"

#include <sodium.h>
#include <string.h>

_Static_assert(SIGN_PUBLIC_SIZE == crypto_sign_PUBLICKEYBYTES, "Ed25519");
_Static_assert(SIGN_SECRET_SIZE == crypto_sign_SECRETKEYBYTES, "Ed25519");
_Static_assert(SIGN_SIZE == crypto_sign_BYTES, "Ed25519");

void sign_make_keys(struct sign_keys *k)
{
	crypto_sign_keypair(k->public, k->secret);
}

bool sign_keys_of(const uint8_t secret[SIGN_SECRET_SIZE], struct sign_keys *k)
{
	uint8_t seed[crypto_sign_SEEDBYTES];
	bool fits;

	memcpy(seed, secret, sizeof(seed));
	crypto_sign_seed_keypair(k->public, k->secret, seed);
	sodium_memzero(seed, sizeof(seed));
	fits = sodium_memcmp(k->secret, secret, SIGN_SECRET_SIZE) == 0;
	if (!fits)
		sodium_memzero(k, sizeof(*k));
	return fits;
}

void sign_bytes(const struct sign_keys *k, const void *p, size_t n,
		uint8_t signature[SIGN_SIZE])
{
	crypto_sign_detached(signature, NULL, p, n, k->secret);
}

bool sign_is_good(const uint8_t public[SIGN_PUBLIC_SIZE], const void *p, size_t n,
		  const uint8_t signature[SIGN_SIZE])
{
	return crypto_sign_verify_detached(signature, p, n, public) == 0;
}
