/*
 * sign.h - Ed25519 signatures (RFC 8032): who vouches for a record or for a station's
 * files. The only door to libsodium's signatures. Pure but for sign_make_keys(), which
 * asks the system for randomness; any thread. Wipe secrets with explicit_bzero().
 */
#ifndef SG_AUDIT_SIGN_H
#define SG_AUDIT_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SIGN_PUBLIC_SIZE = 32, SIGN_SECRET_SIZE = 64, SIGN_SIZE = 64 };

struct sign_keys {
	uint8_t public[SIGN_PUBLIC_SIZE];
	uint8_t secret[SIGN_SECRET_SIZE]; /* its second half is the public key */
};

void sign_make_keys(struct sign_keys *k);
/* The pair a secret belongs to; false when its halves do not fit together. */
bool sign_keys_of(const uint8_t secret[SIGN_SECRET_SIZE], struct sign_keys *k);
void sign_bytes(const struct sign_keys *k, const void *p, size_t n,
		uint8_t signature[SIGN_SIZE]);
bool sign_is_good(const uint8_t public[SIGN_PUBLIC_SIZE], const void *p, size_t n,
		  const uint8_t signature[SIGN_SIZE]);

#endif
