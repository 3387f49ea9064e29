/*
 * chain.h - the hash chain: each stored body is hashed over its predecessor.
 *
 *   hash_n = BLAKE2b-256("sg-audit-1" | chain_id | seq | hash_{n-1} | len | body)
 *
 * and, where records are sealed (audit/seal.h), the seal is in the hash too:
 *
 *   inner_n = BLAKE2b-256("sg-audit-2" | chain_id | seq | hash_{n-1} | len | body)
 *   hash_n  = BLAKE2b-256("sg-sealed-1" | inner_n | seal_n)
 *
 * Numbers are little-endian u64. The genesis hash (seq 0) is 32 zero bytes. Pure.
 */
#ifndef SG_AUDIT_CHAIN_H
#define SG_AUDIT_CHAIN_H

#include <stddef.h>
#include <stdint.h>

enum { AUDIT_HASH_SIZE = 32, AUDIT_CHAIN_ID_SIZE = 16, AUDIT_SEAL_SIZE = 16 };

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
/* The same of a sealed record, in two steps: what is sealed, then head moves on. */
void audit_chain_inner(const struct audit_head *head, const void *body, size_t n,
		       uint8_t inner[AUDIT_HASH_SIZE]);
void audit_chain_close(struct audit_head *head, const uint8_t inner[AUDIT_HASH_SIZE],
		       const uint8_t seal[AUDIT_SEAL_SIZE]);

#endif
