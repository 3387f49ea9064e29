/* store_wait.c - see store_wait.h. */
#include "bench/store_wait.h"

#include "bench/bench.h"
#include "server/store_thread.h"

void bench_wake(void *waiter)
{
	struct bench_waiter *w = waiter;

	pthread_mutex_lock(&w->lock);
	w->wakes++;
	pthread_mutex_unlock(&w->lock);
	pthread_cond_signal(&w->woken);
}

static void take_next(struct bench_waiter *w, struct store_thread *t,
		      struct store_answer *a)
{
	while (!store_thread_next(t, a)) {
		pthread_mutex_lock(&w->lock);
		while (w->wakes == w->seen)
			pthread_cond_wait(&w->woken, &w->lock);
		w->seen = w->wakes;
		pthread_mutex_unlock(&w->lock);
	}
}

/* What the store tells of itself is no answer to a transaction. */
void bench_store_take(struct bench_waiter *w, struct store_thread *t)
{
	struct store_answer a;

	for (take_next(w, t, &a); a.kind != STORE_COMMITTED; take_next(w, t, &a))
		store_answer_release(&a);
	if (!a.ok)
		bench_die("the store: %s", a.why);
	store_answer_release(&a);
}
