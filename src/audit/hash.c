/* hash.c - BLAKE2b-256 by libsodium, which nobody else needs to know of. */
#include "audit/hash.h"

#include <sodium.h>
#include <string.h>

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(struct hash_state),
	       "libsodium's state fits");
_Static_assert(_Alignof(crypto_generichash_state) <= _Alignof(struct hash_state),
	       "and is aligned");

static crypto_generichash_state *state(struct hash_state *h)
{
	return (crypto_generichash_state *)(void *)h;
}

void hash_init(struct hash_state *h)
{
	crypto_generichash_init(state(h), NULL, 0, HASH_SIZE);
}

void hash_init_keyed(struct hash_state *h, const uint8_t key[HASH_SIZE])
{
	crypto_generichash_init(state(h), key, HASH_SIZE, HASH_SIZE);
}

void hash_update(struct hash_state *h, const void *p, size_t n)
{
	if (n)
		crypto_generichash_update(state(h), p, n);
}

void hash_update_u64(struct hash_state *h, uint64_t v)
{
	uint8_t b[8];

	for (size_t i = 0; i < sizeof(b); i++)
		b[i] = (uint8_t)(v >> (8 * i));
	hash_update(h, b, sizeof(b));
}

void hash_final(struct hash_state *h, uint8_t out[HASH_SIZE])
{
	crypto_generichash_final(state(h), out, HASH_SIZE);
}

void hash_hex(const uint8_t *p, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[p[i] >> 4];
		out[2 * i + 1] = digits[p[i] & 15];
	}
	out[2 * n] = '\0';
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int hash_unhex(const char *text, uint8_t *out, size_t n)
{
	if (strlen(text) != 2 * n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int hi = digit(text[2 * i]), lo = digit(text[2 * i + 1]);
		if (hi < 0 || lo < 0)
			return -1;
		out[i] = (uint8_t)(hi << 4 | lo);
	}
	return 0;
}

void hash_base64(const uint8_t *p, size_t n, char *out, size_t size)
{
	sodium_bin2base64(out, size, p, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

int hash_unbase64(const char *text, size_t len, uint8_t *out, size_t n)
{
	size_t got = 0;

	if (sodium_base642bin(out, n, text, len, NULL, &got, NULL,
			      sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
		return -1;
	return got == n ? 0 : -1;
}

void hash_random(void *p, size_t n)
{
	randombytes_buf(p, n);
}
