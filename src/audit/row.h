/*
 * row.h - an audit record as the fields of one row of the console protocol (WIRE_AUDIT):
 *
 *   AUDIT_COLUMNS texts for people, hash, chain id, seal ("" = none), then the body, in
 *   pieces, all in hex
 *
 * The columns are only a convenience: who wants proof derives them from the body again
 * (AU-09) and the hash from the body and its predecessor. Pure.
 */
#ifndef SG_AUDIT_ROW_H
#define SG_AUDIT_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/chain.h"
#include "audit/record.h"
#include "audit/text.h"

struct strbuf;

enum {
	AUDIT_ROW_HASH = AUDIT_COLUMNS,
	AUDIT_ROW_CHAIN,
	AUDIT_ROW_SEAL,
	AUDIT_ROW_BODY,
	AUDIT_ROW_PIECE = 1000, /* bytes of the body in one field */
	AUDIT_ROW_FIELDS = AUDIT_ROW_BODY + AUDIT_BODY_MAX / AUDIT_ROW_PIECE
};

struct audit_row {
	char *field[AUDIT_ROW_FIELDS]; /* owned: audit_row_release */
	size_t n;
};

/* seal: NULL when the record is not sealed. n of the body is at most AUDIT_BODY_MAX; more
 * is left out and will not verify. */
void audit_row_make(struct audit_row *row, uint64_t seq, const void *body, size_t n,
		    const uint8_t hash[AUDIT_HASH_SIZE],
		    const uint8_t chain_id[AUDIT_CHAIN_ID_SIZE], const uint8_t *seal);
void audit_row_release(struct audit_row *row);

/* The way back: head is seq, hash and chain id as the row claims them; seal_n is 0 or
 * AUDIT_SEAL_SIZE; body is cleared first. False with what is wrong ("its hash is
 * malformed", "its column ...") when a field is malformed or the columns do not say what
 * the body says; head->seq is then 0 if the row had not even a number. */
bool audit_row_read(char *const *field, size_t n, struct audit_head *head,
		    uint8_t seal[AUDIT_SEAL_SIZE], size_t *seal_n, struct strbuf *body,
		    struct strbuf *why);

#endif
