/*
 * walk.h - going along a chain record by record and stopping at the first bad one. The
 * same walk serves a file (store/verify.c), a start (store/store.c) and the rows of a
 * running server (cli/cmd_audit.c). Pure.
 *
 * What a chain alone cannot show: that its end was cut off. Who has noted a head (seq and
 * hash; every good verdict prints it) hands it in, and a shorter or different chain is
 * then told (AU-03, AU-07).
 */
#ifndef SG_AUDIT_WALK_H
#define SG_AUDIT_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/chain.h"
#include "audit/proof.h"

struct audit_verdict {
	bool good;
	uint64_t records;
	uint64_t first_bad;     /* seq of the first bad record; 0 = none */
	char text[512];         /* "record 17: its hash does not match its body ..." */
	struct audit_head head; /* the last good record */
};

struct audit_walk {
	struct audit_verdict v;
	const struct audit_head
		*noted;            /* borrowed; NULL = none. Its chain id is unused */
	struct audit_proof *proof; /* borrowed; NULL = only the chain is asked */
	bool any_body;             /* do not ask that bodies are audit records */
};

/* From the record after start: genesis is { chain_id }, all else 0. */
void audit_walk_begin(struct audit_walk *w, const struct audit_head *start,
		      const struct audit_head *noted);
/* False from the first bad record on. hash_n must be AUDIT_HASH_SIZE. */
bool audit_walk_next(struct audit_walk *w, uint64_t seq, const void *body, size_t n,
		     const uint8_t *hash, size_t hash_n);
/* The same of a record that may be sealed: seal_n is AUDIT_SEAL_SIZE, or 0. */
struct audit_walk_row {
	uint64_t seq;
	const void *body, *hash, *seal;
	size_t n, hash_n, seal_n;
};
bool audit_walk_row(struct audit_walk *w, const struct audit_walk_row *row);
/* What should be the next record is none: "record 17: why". */
void audit_walk_bad(struct audit_walk *w, const char *why);
/* After the last record: compares with what was noted, completes the verdict. */
void audit_walk_end(struct audit_walk *w);

#endif
