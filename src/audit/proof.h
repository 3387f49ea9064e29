/*
 * proof.h - what a record proves beyond its chain: its statements (audit/statement.h) are
 * signed by the keys it names and by no other, its seals (audit/seal.h) are those of k_0
 * where that is at hand, and it has what others noted of it (audit/anchor.h). One record
 * after the other, behind audit/walk.h. Pure; release it.
 */
#ifndef SG_AUDIT_PROOF_H
#define SG_AUDIT_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/anchor.h"
#include "audit/seal.h"
#include "audit/sign.h"
#include "audit/statement.h"
#include "util/strbuf.h"

enum { PROOF_KEYS_MAX = 8, PROOF_TIMES_TOLD = 3 };

/* What somebody else has of a record. */
struct audit_noted {
	uint64_t seq;
	bool has_hash, has_key;
	uint8_t hash[AUDIT_HASH_SIZE];
	char code[ANCHOR_CODE_SIZE];   /* when there is no hash */
	uint8_t key[SIGN_PUBLIC_SIZE]; /* that signed it */
};

struct audit_proof {
	/* What is asked; borrowed. */
	const struct audit_noted *noted; /* audit_noted_sort()ed */
	size_t n_noted;
	const struct seal_paper *papers;
	size_t n_papers;
	/* Fingerprints (audit_key_fingerprint) that were vouched for by other means: such
	 * a key needs no hand-over, and with any given the first key must be one. */
	char known[PROOF_KEYS_MAX][KEY_FINGERPRINT_SIZE];
	size_t n_known;
	bool from_middle; /* the first record is not the first of its chain */

	/* What was found. */
	bool is_sealed, has_key, has_statement, has_seal;
	uint8_t key[SIGN_PUBLIC_SIZE];
	struct seal_key seal;            /* of the next record, when has_seal */
	struct audit_head last, journal; /* the last statement, and what it says */
	int64_t last_ms;                 /* its time */
	uint64_t since;                  /* records after it */
	uint64_t statements, sealed, proved, compared, keys;
	size_t noted_at; /* those before it are of records that went by */
	int64_t wall_ms; /* of the record before */
	uint64_t odd_times, odd[PROOF_TIMES_TOLD];
	int64_t odd_by_ms[PROOF_TIMES_TOLD];
	struct strbuf text; /* scratch */
};

struct audit_proof_row {
	const void *body;
	size_t n;
	const uint8_t *inner, *seal; /* NULL = not sealed */
	const struct audit_record *numbers;
	const struct audit_head *before, *after;
};

/* By number of record: a log of years holds as many anchors as the record has rows. */
void audit_noted_sort(struct audit_noted *noted, size_t n);

void audit_proof_begin(struct audit_proof *p);
void audit_proof_release(struct audit_proof *p);
/* False with what is wrong with the record, as it goes on behind "record 17: ". */
bool audit_proof_next(struct audit_proof *p, const struct audit_proof_row *row,
		      struct strbuf *why);
/* After the last record, which is head. False with a whole sentence. */
bool audit_proof_end(struct audit_proof *p, const struct audit_head *head,
		     struct strbuf *why);
/* Lines for people, each ended: what is signed, sealed, proved, compared; odd times. */
void audit_proof_tell(const struct audit_proof *p, struct strbuf *out);
/* A fingerprint as somebody typed it, with or without spaces; false when it is none. */
bool audit_proof_know(struct audit_proof *p, const char *fingerprint);

#endif
