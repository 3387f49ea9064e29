/*
 * store.h - station.db: the only home of sqlite3.h. WAL, synchronous=FULL, schema
 * version and migrations, STRICT tables, mode 0600.
 *
 *   meta(key, value)  chain id, schema version
 *   audit(seq, body, hash)            append-only, hash chain (audit/chain.h)
 *   alarm(name, record)
 *   journal(seq, alarm, occurrence, wall_ms, body)
 *   writes(request, tag, body, outcome, settled)
 *
 * Blocking; one thread owns an open store (server/store_thread.c).
 */
#ifndef SG_STORE_STORE_H
#define SG_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/chain.h"
#include "audit/txn.h"
#include "util/err.h"

struct store;
struct strbuf;

/* Opens or makes dir/station.db. A newer schema, a foreign file or a broken chain tail
 * is refused with a sentence and nothing is changed. Holds dir/lock against a second
 * server (PR-16). */
enum sg_err store_open(const char *dir, struct store **out, struct strbuf *why);
void store_close(struct store *s);
enum sg_err store_load(struct store *s, struct store_snapshot *out, struct strbuf *why);

/* Applies n transactions as ONE commit; all or none. On failure the database is as
 * before; after an I/O error the store closes, opens again and compares its tail with
 * the last acknowledged hash before it takes anything more. */
enum sg_err store_commit(struct store *s, struct txn *const *txns, size_t n,
			 struct strbuf *why);

/* Newest first, seq < before (0 = no bound), at most count. fn's body is borrowed. */
typedef bool (*store_audit_fn)(void *arg, uint64_t seq, const void *body, size_t n,
			       const uint8_t hash[AUDIT_HASH_SIZE]);
enum sg_err store_audit_list(struct store *s, uint64_t before, uint32_t count,
			     store_audit_fn fn, void *arg, struct strbuf *why);
const struct audit_head *store_head(const struct store *s);
/* A consistent copy under load (SQLite's backup); path must not exist; mode 0600. */
enum sg_err store_backup(struct store *s, const char *path, struct strbuf *why);

/* Reads a copy, never a running store's file for writing: walks the whole chain. */
struct audit_verdict {
	bool good;
	uint64_t records;
	uint64_t first_bad; /* seq of the first bad record; 0 = none */
	char text[512];     /* "record 17: its hash does not match its body" */
	struct audit_head head;
};
enum sg_err store_verify(const char *path, struct audit_verdict *v, struct strbuf *why);

#endif
