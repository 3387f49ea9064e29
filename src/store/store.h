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
#include "audit/walk.h"
#include "util/err.h"

struct store;
struct strbuf;

/* Opens or makes dir (mode 0700, the caller's own) and dir/station.db. A newer schema, a
 * foreign file or a broken chain tail is refused with a sentence and nothing is changed.
 * Holds dir/lock against a second server (PR-16). */
enum sg_err store_open(const char *dir, struct store **out, struct strbuf *why);
void store_close(struct store *s);
enum sg_err store_load(struct store *s, struct store_snapshot *out, struct strbuf *why);

/* Applies n transactions as ONE commit; all or none. SG_EREFUSED (a request number that
 * was used, an outcome without its intent) and SG_ELIMIT (a body too large) are the fault
 * of one of them, SG_EIO is not. On failure the database is as
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
/* A consistent copy under load (SQLite's backup); path must not exist; mode 0600. It
 * appears under its name only when it is whole and on the disk. */
enum sg_err store_backup(struct store *s, const char *path, struct strbuf *why);

/* The same piece by piece, so that commits can go on between: they are in the copy too.
 * _end gives up an unfinished one without a trace; it frees b in any case. */
struct store_backup;
struct store_backup *store_backup_start(struct store *s, const char *path,
					struct strbuf *why);
enum sg_err store_backup_step(struct store_backup *b, bool *done, struct strbuf *why);
enum sg_err store_backup_end(struct store_backup *b, struct strbuf *why);

/* Walks the whole chain of a copy; neither file nor folder is changed. A file whose
 * server is running is refused. noted (may be NULL): a head that must be in it. An error
 * means that there is no verdict; what is wrong with the chain is the verdict's text. */
enum sg_err store_verify(const char *path, const struct audit_head *noted,
			 struct audit_verdict *v, struct strbuf *why);

#endif
