/*
 * store_wait.h - waiting for the answers of the store's thread without a loop.
 */
#ifndef SG_TESTS_BENCH_STORE_WAIT_H
#define SG_TESTS_BENCH_STORE_WAIT_H

#include <pthread.h>

struct store_thread;

struct bench_waiter {
	pthread_mutex_t lock;
	pthread_cond_t woken;
	unsigned wakes, seen;
};
#define BENCH_WAITER_INIT                                                                \
	{                                                                                \
		PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0                \
	}

void bench_wake(void *waiter); /* for store_thread_start() */
/* The next answer, which has to be a success. */
void bench_store_take(struct bench_waiter *w, struct store_thread *t);

#endif
