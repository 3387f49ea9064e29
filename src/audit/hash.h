/*
 * hash.h - BLAKE2b-256: the one hash of the house and the only door to libsodium's.
 *
 * For the audit chain and for the station's configuration hash. Pure; any thread; a
 * hash_state belongs to one of them at a time. It needs no release.
 */
#ifndef SG_AUDIT_HASH_H
#define SG_AUDIT_HASH_H

#include <stddef.h>
#include <stdint.h>

enum { HASH_SIZE = 32, HASH_HEX_SIZE = 2 * HASH_SIZE + 1 };

/* Opaque: libsodium's state, which wants to lie on a cache line. */
struct hash_state {
	_Alignas(64) uint8_t opaque[384];
};

void hash_init(struct hash_state *h);
/* BLAKE2b with a key of HASH_SIZE bytes: only who has it can make the same. */
void hash_init_keyed(struct hash_state *h, const uint8_t key[HASH_SIZE]);
void hash_update(struct hash_state *h, const void *p, size_t n);
/* A number as eight little-endian bytes. */
void hash_update_u64(struct hash_state *h, uint64_t v);
void hash_final(struct hash_state *h, uint8_t out[HASH_SIZE]);

/* n bytes as 2 n lower-case digits and a NUL. */
void hash_hex(const uint8_t *p, size_t n, char *out);
/* Exactly n bytes from exactly 2 n digits; returns 0, or -1 when text is anything else.
 */
int hash_unhex(const char *text, uint8_t *out, size_t n);

/* Base64 of URLs (A-Z a-z 0-9 - _), not padded: HASH_BASE64_SIZE(n) bytes with a NUL. */
#define HASH_BASE64_SIZE(n) (((n)*4 + 2) / 3 + 1)
void hash_base64(const uint8_t *p, size_t n, char *out, size_t size);
/* Exactly n bytes of the first len characters of text; 0, or -1. */
int hash_unbase64(const char *text, size_t len, uint8_t *out, size_t n);

/* From the system's generator; for keys. */
void hash_random(void *p, size_t n);

#endif
