/* chain.c - one step of the hash chain. */
#include "audit/chain.h"

#include <string.h>

#include "audit/hash.h"

_Static_assert((int)AUDIT_HASH_SIZE == (int)HASH_SIZE, "the chain stores whole hashes");

void audit_chain_append(struct audit_head *head, const void *body, size_t n)
{
	static const char label[] = "sg-audit-1";
	struct hash_state h;

	head->seq++;
	hash_init(&h);
	hash_update(&h, label, sizeof(label) - 1);
	hash_update(&h, head->chain_id, AUDIT_CHAIN_ID_SIZE);
	hash_update_u64(&h, head->seq);
	hash_update(&h, head->hash, AUDIT_HASH_SIZE);
	hash_update_u64(&h, n);
	hash_update(&h, body, n);
	hash_final(&h, head->hash);
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
