/*
 * seal.h - inside of store/: how the record is sealed, signed and anchored, and when it
 * is not believed. What of it a commit changes is part of the tail (struct seal_tail), so
 * that a commit that fails has changed nothing.
 */
#ifndef SG_STORE_SEAL_H
#define SG_STORE_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/seal.h"
#include "util/err.h"

struct store;
struct store_tail;
struct strbuf;
struct txn_op;

struct seal_tail {
	bool on;
	struct seal_key key;    /* of the next record */
	struct audit_head last; /* the last statement; seq 0 = none yet */
	int64_t last_ms;
	uint64_t since; /* records after it */
	bool handed;    /* the next statement is signed by the key that was handed over to
			 */
	bool accepted;
};

/* The record after next->head; the number of bytes of its seal (0 or AUDIT_SEAL_SIZE). */
size_t seal_append(struct store_tail *next, const void *body, size_t n,
		   uint8_t seal[AUDIT_SEAL_SIZE]);
/* Is a checkpoint due behind what was appended? */
bool seal_is_due(const struct store_tail *next);
/* body: what the station prepared (kind, times, actor ...; detail: what the statement
 * says more). out: the statement, ready to be appended. SG_ENOENT: nothing new is to be
 * signed. */
enum sg_err seal_statement(struct store *s, struct store_tail *next,
			   const struct txn_op *op, struct strbuf *out,
			   struct strbuf *why);
/* A checkpoint that nobody asked for: its time is that of body, the newest record. */
void seal_due_body(const void *body, size_t n, struct strbuf *out);
/* The statement was appended: the key moves on. */
void seal_moved(struct store_tail *next, int64_t wall_ms);
/* A commit is on the disk: key files and anchors follow it. */
void seal_settle(struct store *s);
void seal_free(struct store *s);

/* What store_open_sealed() promises. */
struct store_seal_options;
enum sg_err seal_start(struct store *s, const struct store_seal_options *o,
		       struct strbuf *why);

/* Not believed from now on, also after a restart, until somebody accepts it. */
void seal_distrust(struct store *s, const char *why);

#endif
