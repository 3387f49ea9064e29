/* chain.c - one step of the hash chain. */
#include "audit/chain.h"

#include <string.h>

#include "audit/hash.h"

_Static_assert((int)AUDIT_HASH_SIZE == (int)HASH_SIZE, "the chain stores whole hashes");

/* The record after head. */
static void hash_record(const struct audit_head *head, const char *label,
			const void *body, size_t n, uint8_t out[AUDIT_HASH_SIZE])
{
	struct hash_state h;

	hash_init(&h);
	hash_update(&h, label, strlen(label));
	hash_update(&h, head->chain_id, AUDIT_CHAIN_ID_SIZE);
	hash_update_u64(&h, head->seq + 1);
	hash_update(&h, head->hash, AUDIT_HASH_SIZE);
	hash_update_u64(&h, n);
	hash_update(&h, body, n);
	hash_final(&h, out);
}

void audit_chain_append(struct audit_head *head, const void *body, size_t n)
{
	hash_record(head, "sg-audit-1", body, n, head->hash);
	head->seq++;
}

void audit_chain_inner(const struct audit_head *head, const void *body, size_t n,
		       uint8_t inner[AUDIT_HASH_SIZE])
{
	hash_record(head, "sg-audit-2", body, n, inner);
}

void audit_chain_close(struct audit_head *head, const uint8_t inner[AUDIT_HASH_SIZE],
		       const uint8_t seal[AUDIT_SEAL_SIZE])
{
	static const char label[] = "sg-sealed-1";
	struct hash_state h;

	hash_init(&h);
	hash_update(&h, label, sizeof(label) - 1);
	hash_update(&h, inner, AUDIT_HASH_SIZE);
	hash_update(&h, seal, AUDIT_SEAL_SIZE);
	hash_final(&h, head->hash);
	head->seq++;
}

void audit_chain_of_journal(const uint8_t audit[AUDIT_CHAIN_ID_SIZE],
			    uint8_t journal[AUDIT_CHAIN_ID_SIZE])
{
	static const char label[] = "sg-journal-1";
	struct hash_state h;
	uint8_t out[HASH_SIZE];

	hash_init(&h);
	hash_update(&h, label, sizeof(label) - 1);
	hash_update(&h, audit, AUDIT_CHAIN_ID_SIZE);
	hash_final(&h, out);
	memcpy(journal, out, AUDIT_CHAIN_ID_SIZE);
}
