/* worker.c - the start of the server's own threads, and the answers they queue. */
#include "server/worker.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "util/queue.h"

void store_answer_release(struct store_answer *a)
{
	if (a->secret)
		explicit_bzero(a->frames.buf, a->frames.len);
	strbuf_release(&a->frames);
	free(a->record);
	a->record = NULL;
	txn_free(a->back);
	a->back = NULL;
}

void store_answer_free(void *answer)
{
	store_answer_release(answer);
	free(answer);
}

void store_answer_send(struct queue *answers, struct store_answer *a)
{
	if (!queue_push(answers, a))
		store_answer_free(a);
}

bool store_answer_next(struct queue *answers, struct store_answer *out)
{
	struct store_answer *a = queue_pop(answers, 0);

	if (!a)
		return false;
	*out = *a;
	free(a);
	return true;
}

bool worker_start(pthread_t *thread, void *(*run)(void *arg), void *arg)
{
	sigset_t all, before;

	sigfillset(&all);
	sigdelset(&all, SIGSYS); /* how a denied system call says so (wall/) */
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int rc = pthread_create(thread, NULL, run, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc == 0;
}
