/*
 * reader_thread.h - threads that read the journal beside the store: one for searches and
 * the index they use, which it brings up to date while nobody asks, one for reports.
 *
 * It has connections of its own that only read station.db (store/store.h): whatever it
 * does, commits go on. Questions wait in a bounded queue and are answered in order, with
 * ready-made frames of bounded size. One whose session has gone, or that takes longer
 * than its limit, is given up at its next step; it is answered all the same (the station
 * counts them).
 *
 * All calls: the loop's thread only. wake as in store_thread.h.
 */
#ifndef SG_SERVER_READER_THREAD_H
#define SG_SERVER_READER_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "server/worker.h"
#include "wire/journal.h"

struct reader_thread;
struct store_reader;

enum {
	READER_WAITING_MAX = 64,
	READER_SEARCH_MS = 10000, /* then a search is given up */
	READER_REPORT_MS = 50000,
	READER_PAGE_BYTES = 192 * 1024, /* about; fewer rows are sent beyond */
	READER_INDEX_MS = 300           /* how long the index may be behind */
};

/* Runs in the thread. Puts its answer, REPLY last, into frames. r gives up by itself
 * when it has to (SG_ELIMIT). */
typedef void (*reader_fn)(void *arg, struct store_reader *r, uint32_t req,
			  struct strbuf *frames);

/* dir must have been opened by store_thread_start. NULL when no thread can be had. Of two
 * kinds: one that searches and keeps the index, and one that only walks, for long
 * reports, so that no search waits for them. */
enum reader_kind { READER_SEARCHES, READER_WALKS };
struct reader_thread *reader_thread_start(const char *dir, enum reader_kind kind,
					  void (*wake)(void *arg), void *arg,
					  struct strbuf *why);
/* Answers with JOURNAL_ROWs and a REPLY. */
void reader_thread_search(struct reader_thread *t, uint64_t session,
			  const struct wire_journal *ask);
/* Anything else that reads the journal: fn(arg) runs, then release(arg) (may be NULL) in
 * any case, in any thread. limit_ms: when it is given up. */
void reader_thread_call(struct reader_thread *t, uint64_t session, uint32_t req,
			int64_t limit_ms, reader_fn fn, void *arg,
			void (*release)(void *arg));
/* Its session has gone: nobody waits for its answers any more. */
void reader_thread_cancel(struct reader_thread *t, uint64_t session);
/* As store_thread_next: kind is STORE_ANSWER. */
bool reader_thread_next(struct reader_thread *t, struct store_answer *out);
/* Gives up what runs and what waits, and ends. NULL is allowed. */
void reader_thread_stop(struct reader_thread *t);

#endif
