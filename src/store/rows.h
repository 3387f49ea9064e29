/*
 * rows.h - going along a chain's rows as SQLite has them: one walk for the start, for the
 * verifier of a file and for the check in the background.
 */
#ifndef SG_STORE_ROWS_H
#define SG_STORE_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/walk.h"
#include "store/schema.h"
#include "util/err.h"

struct db;
struct strbuf;

/* Walks at most max rows after w->v.head (0 = all). *more (may be NULL): there were as
 * many. What is wrong with a row, or with the file under it, is the walk's verdict. The
 * bodies of the journal are judged here: set w->any_body for it. */
enum sg_err rows_walk(struct db *db, enum schema_chain chain, struct audit_walk *w,
		      uint64_t max, bool *more, struct strbuf *why);
/* The hash of one record; SG_ENOENT when there is none. */
enum sg_err rows_hash(struct db *db, uint64_t seq, uint8_t hash[AUDIT_HASH_SIZE],
		      struct strbuf *why);
/* Newest first below seq `before` (0 = no bound) until fn returns false, at most max. */
typedef bool (*rows_fn)(void *arg, const struct audit_walk_row *row);
enum sg_err rows_back(struct db *db, uint64_t before, uint64_t max, rows_fn fn, void *arg,
		      struct strbuf *why);
/* The same, oldest first after seq `after`. */
enum sg_err rows_on(struct db *db, uint64_t after, uint64_t max, rows_fn fn, void *arg,
		    struct strbuf *why);

#endif
