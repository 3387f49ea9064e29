/*
 * chain.h - the hash chain: each stored body is hashed over its predecessor.
 *
 *   hash_n = BLAKE2b-256("sg-audit-1" | chain_id | seq | hash_{n-1} | len | body)
 *
 * Numbers are little-endian u64. The genesis hash (seq 0) is 32 zero bytes. Pure.
 */
#ifndef SG_AUDIT_CHAIN_H
#define SG_AUDIT_CHAIN_H

#include <stddef.h>
#include <stdint.h>

enum { AUDIT_HASH_SIZE = 32, AUDIT_CHAIN_ID_SIZE = 16 };

struct audit_head {
	uint8_t chain_id[AUDIT_CHAIN_ID_SIZE];
	uint64_t seq; /* of the last record; 0 = empty */
	uint8_t hash[AUDIT_HASH_SIZE];
};

/* The alarm journal is a chain of its own, whose id follows from the audit's. */
void audit_chain_of_journal(const uint8_t audit[AUDIT_CHAIN_ID_SIZE],
			    uint8_t journal[AUDIT_CHAIN_ID_SIZE]);
/* Moves head to the record after it. */
void audit_chain_append(struct audit_head *head, const void *body, size_t n);

#endif
