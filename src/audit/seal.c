/* seal.c - the key that moves on. */
#include "audit/seal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/hash.h"
#include "util/num.h"

#define PAPER "sg-seal-key-1:"

enum { CHECK_SIZE = 4 };

void seal_make(struct seal_key *k)
{
	hash_random(k->k, sizeof(k->k));
	k->epoch = 0;
}

static void hash_of(const char *label, const void *p, size_t n, uint8_t out[HASH_SIZE])
{
	struct hash_state h;

	hash_init(&h);
	hash_update(&h, label, strlen(label));
	hash_update(&h, p, n);
	hash_final(&h, out);
	explicit_bzero(&h, sizeof(h));
}

void seal_next(struct seal_key *k)
{
	hash_of("sg-seal-next-1", k->k, sizeof(k->k), k->k);
	k->epoch++;
}

void seal_row(const struct seal_key *k, const uint8_t inner[AUDIT_HASH_SIZE],
	      uint8_t seal[AUDIT_SEAL_SIZE])
{
	static const char label[] = "sg-seal-1";
	struct hash_state h;
	uint8_t out[HASH_SIZE];

	hash_init_keyed(&h, k->k);
	hash_update(&h, label, sizeof(label) - 1);
	hash_update(&h, inner, AUDIT_HASH_SIZE);
	hash_final(&h, out);
	memcpy(seal, out, AUDIT_SEAL_SIZE);
	explicit_bzero(&h, sizeof(h));
}

void seal_id(const struct seal_key *first, uint8_t id[SEAL_ID_SIZE])
{
	uint8_t out[HASH_SIZE];

	hash_of("sg-seal-id-1", first->k, sizeof(first->k), out);
	memcpy(id, out, SEAL_ID_SIZE);
}

/* --- on paper ----------------------------------------------------------------------- */

static void check_of(const char *text, size_t n, char out[2 * CHECK_SIZE + 1])
{
	uint8_t hash[HASH_SIZE];

	hash_of("sg-seal-paper-1", text, n, hash);
	hash_hex(hash, CHECK_SIZE, out);
}

void seal_paper_put(const struct seal_paper *p, char out[SEAL_PAPER_SIZE])
{
	char chain[2 * AUDIT_CHAIN_ID_SIZE + 1], key[2 * SEAL_KEY_SIZE + 1];
	char check[2 * CHECK_SIZE + 1];

	hash_hex(p->chain_id, sizeof(p->chain_id), chain);
	hash_hex(p->key.k, sizeof(p->key.k), key);
	int n = snprintf(out, SEAL_PAPER_SIZE, PAPER "%s:%" PRIu64 ":%s", chain, p->from,
			 key);
	check_of(out, (size_t)n, check);
	snprintf(out + n, SEAL_PAPER_SIZE - (size_t)n, ":%s", check);
	explicit_bzero(key, sizeof(key));
}

bool seal_paper_get(const char *text, struct seal_paper *p)
{
	char chain[2 * AUDIT_CHAIN_ID_SIZE + 1], from[21], key[2 * SEAL_KEY_SIZE + 1];
	char check[2 * CHECK_SIZE + 1], want[2 * CHECK_SIZE + 1];
	int64_t seq = 0;
	int n = 0;

	text = strstr(text, PAPER);
	if (!text || sscanf(text, PAPER "%32[0-9a-f]:%20[0-9]:%64[0-9a-f]%n:%8[0-9a-f]",
			    chain, from, key, &n, check) != 4)
		return false;
	check_of(text, (size_t)n, want);
	bool ok = strcmp(check, want) == 0 &&
		  hash_unhex(chain, p->chain_id, sizeof(p->chain_id)) == 0 &&
		  hash_unhex(key, p->key.k, sizeof(p->key.k)) == 0 &&
		  num_parse_int(from, 1, INT64_MAX, &seq);
	p->from = (uint64_t)seq;
	p->key.epoch = 0;
	explicit_bzero(key, sizeof(key));
	return ok;
}
