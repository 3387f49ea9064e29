/*
 * seal.h - the seal of each record: a keyed hash under a key that moves on. k_0 leaves
 * the machine when the record begins; from then on
 *
 *   seal_n  = BLAKE2b-256(key k_e; "sg-seal-1" | what is hashed of record n), 16 bytes
 *   k_{e+1} = BLAKE2b-256("sg-seal-next-1" | k_e)
 *
 * and k_e is wiped once k_{e+1} is there. The key moves on behind every statement
 * (audit/statement.h), so at the latest after SEAL_ROWS_MAX records. Who breaks in finds
 * today's key and cannot seal an older record anew (AU-06). Pure but for seal_make().
 */
#ifndef SG_AUDIT_SEAL_H
#define SG_AUDIT_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/chain.h"

struct strbuf;

enum { SEAL_KEY_SIZE = 32, SEAL_ID_SIZE = 16, SEAL_ROWS_MAX = 1000 };

struct seal_key {
	uint8_t k[SEAL_KEY_SIZE];
	uint64_t epoch; /* how often it moved on */
};

void seal_make(struct seal_key *k);
void seal_next(struct seal_key *k);
/* Of what audit_chain_inner() gave. */
void seal_row(const struct seal_key *k, const uint8_t inner[AUDIT_HASH_SIZE],
	      uint8_t seal[AUDIT_SEAL_SIZE]);
/* A name for k_0 that tells nothing of it: the record of the keys has it. */
void seal_id(const struct seal_key *first, uint8_t id[SEAL_ID_SIZE]);

/* k_0 on its way out of the machine, one line: "sg-seal-key-1:CHAIN:FROM:KEY:CHECK", all
 * but FROM in hex. from: the first record that is sealed by it. */
struct seal_paper {
	uint8_t chain_id[AUDIT_CHAIN_ID_SIZE];
	uint64_t from;
	struct seal_key key; /* epoch 0 */
};
enum { SEAL_PAPER_SIZE = 160 };
void seal_paper_put(const struct seal_paper *p, char out[SEAL_PAPER_SIZE]);
/* Finds one in text, with anything around it; false when there is none or one was
 * mistyped. */
bool seal_paper_get(const char *text, struct seal_paper *p);

#endif
