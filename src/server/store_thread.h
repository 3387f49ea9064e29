/*
 * store_thread.h - the one thread that owns station.db.
 *
 * The loop hands transactions over and goes on; the thread groups them into commits
 * (an urgent one at once, with everything that waits; the others after at most 50 ms)
 * and answers each, in the order of handing over. When a group is refused because one of
 * its transactions is, each is tried by itself. Lists and backups see everything that
 * was handed over before them; a backup is copied piecewise between commits.
 *
 * It makes the store's reserve journal (store/reserve.h). While that is in use the thread
 * tries now and then whether station.db can be written again; what changes is told by
 * answers of the kind STORE_RESERVE, before those to what was recorded so.
 *
 * store_thread_next() and wake belong together: wake is called from the thread (or from
 * a thread that is stopping) after answers were queued, and may be uv_async_send.
 * All other calls: the loop's thread only. What is waiting is bounded: the producer is
 * blocked, never anything dropped.
 */
#ifndef SG_SERVER_STORE_THREAD_H
#define SG_SERVER_STORE_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/txn.h"
#include "server/worker.h"
#include "store/store.h"
#include "util/strbuf.h"

struct store_thread;

enum {
	STORE_BATCH_MS = 50,
	STORE_WAITING_MAX = 4096,     /* then the producer waits */
	STORE_GROUP_MAX = 1024,       /* transactions in one commit */
	STORE_MEND_MS = 1000,         /* between two tries, at first ... */
	STORE_MEND_MOST_MS = 5000,    /* ... and later */
	STORE_LIST_MAX = 1000,        /* audit records in one answer */
	STORE_LIST_BYTES = 256 * 1024 /* about; fewer records are sent beyond */
};

/* Opens dir/station.db (store/store.h), fills snapshot, starts the thread. NULL with a
 * sentence when it cannot. dir and seal are not needed afterwards; without seal records
 * are not sealed and signed. */
struct store_thread *store_thread_start(const char *dir,
					const struct store_seal_options *seal,
					struct store_snapshot *snapshot,
					void (*wake)(void *arg), void *arg,
					struct strbuf *why);

void store_thread_commit(struct store_thread *t, struct txn *taken);
/* Answers with ready-made frames: ROWs (audit/row.h) newest first with seq < before (0 =
 * newest), then a REPLY. Fewer than count may come: go on below the last seq. */
void store_thread_audit_list(struct store_thread *t, uint64_t session, uint32_t req,
			     uint64_t before, uint32_t count);
/* Answers with a REPLY. path must be absolute and not exist. */
void store_thread_backup(struct store_thread *t, uint64_t session, uint32_t req,
			 const char *path);

/* The seal's first key: shown in a REPLY, or (wipe) overwritten on this machine. */
void store_thread_seal_key(struct store_thread *t, uint64_t session, uint32_t req,
			   bool wipe);
/* Holds an anchor that somebody else kept against the record. What contradicts it is
 * told as a STORE_RECORD, as is every other change of what the record is worth. */
void store_thread_check_anchor(struct store_thread *t, const char *anchor,
			       const char *where);
/* Somebody found that the record is not what it was. */
void store_thread_distrust(struct store_thread *t, const char *why);

/* False when nothing is there; never blocks. */
bool store_thread_next(struct store_thread *t, struct store_answer *out);

/* Age of the oldest transaction that has no answer yet; 0 = none waits. Any thread. */
int64_t store_thread_lag_ms(const struct store_thread *t);

/* Commits all that waits, ends the thread, closes the store. Answers that nobody fetched
 * are released. NULL is allowed. */
void store_thread_stop(struct store_thread *t);

#endif
