/*
 * worker.h - what the server's own threads share: how they start, and the answers they
 * queue for the loop.
 *
 * An answer belongs to whoever has it: the thread until it is sent, the queue, then the
 * loop, which releases it.
 */
#ifndef SG_SERVER_WORKER_H
#define SG_SERVER_WORKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "audit/txn.h"
#include "util/strbuf.h"

struct queue;

enum store_answer_kind { STORE_COMMITTED, STORE_ANSWER, STORE_RESERVE, STORE_RECORD };

struct store_answer {
	enum store_answer_kind kind;
	uint64_t ticket; /* COMMITTED */
	bool ok;
	uint64_t head;    /* COMMITTED: number of the newest audit record */
	char why[256];    /* COMMITTED and not ok, RESERVE in use: a sentence */
	struct txn *back; /* COMMITTED and not ok: the transaction itself; owned: take it
			     or store_answer_release */
	uint64_t session; /* ANSWER */
	uint32_t req;
	struct strbuf frames; /* ANSWER; owned: store_answer_release */
	bool secret;          /* a key is in frames: they are wiped */
	struct {
		bool there, in_use;
		uint64_t rows;
		unsigned percent;
	} reserve;                   /* RESERVE: how the reserve journal stands now */
	struct record_state *record; /* RECORD; owned */
};

void store_answer_release(struct store_answer *a);
/* Of one on the heap; for queue_free(). */
void store_answer_free(void *answer);
/* From the thread. Takes a; a closed queue frees it. */
void store_answer_send(struct queue *answers, struct store_answer *a);
/* On the loop. False when nothing is there; never blocks. */
bool store_answer_next(struct queue *answers, struct store_answer *out);

/* Starts a thread that gets no signals: those belong to the loop's. */
bool worker_start(pthread_t *thread, void *(*run)(void *arg), void *arg);

#endif
