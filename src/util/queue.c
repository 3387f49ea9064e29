/* queue.c - a ring of pointers under a mutex; it grows up to its bound. */
#include "util/queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "util/xalloc.h"

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t not_empty, not_full;
	void **ring;
	size_t cap, first, n, max;
	bool closed;
	void (*wake)(void *arg);
	void *wake_arg;
};

struct queue *queue_new(size_t max, void (*wake)(void *arg), void *arg)
{
	struct queue *q = xcalloc(1, sizeof(*q));
	pthread_condattr_t attr;

	pthread_mutex_init(&q->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&q->not_empty, &attr);
	pthread_cond_init(&q->not_full, &attr);
	pthread_condattr_destroy(&attr);
	q->max = max ? max : SIZE_MAX;
	q->wake = wake;
	q->wake_arg = arg;
	return q;
}

void queue_free(struct queue *q, void (*free_item)(void *item))
{
	if (!q)
		return;
	for (size_t i = 0; free_item && i < q->n; i++)
		free_item(q->ring[(q->first + i) % q->cap]);
	pthread_cond_destroy(&q->not_empty);
	pthread_cond_destroy(&q->not_full);
	pthread_mutex_destroy(&q->lock);
	free(q->ring);
	free(q);
}

/* Lays the items out from 0 again in a ring twice as large. */
static void grow(struct queue *q)
{
	size_t cap = q->cap ? q->cap * 2 : 16;
	void **ring = xreallocarray(NULL, cap, sizeof(*ring));

	for (size_t i = 0; i < q->n; i++)
		ring[i] = q->ring[(q->first + i) % q->cap];
	free(q->ring);
	q->ring = ring;
	q->cap = cap;
	q->first = 0;
}

static bool push(struct queue *q, void *item, bool wait)
{
	pthread_mutex_lock(&q->lock);
	while (wait && !q->closed && q->n >= q->max)
		pthread_cond_wait(&q->not_full, &q->lock);
	bool ok = !q->closed && q->n < q->max;
	if (ok) {
		if (q->n == q->cap)
			grow(q);
		q->ring[(q->first + q->n) % q->cap] = item;
		q->n++;
	}
	pthread_mutex_unlock(&q->lock);
	if (ok) /* whoever wakes finds the lock free */
		pthread_cond_signal(&q->not_empty);
	if (ok && q->wake)
		q->wake(q->wake_arg);
	return ok;
}

bool queue_push(struct queue *q, void *item)
{
	return push(q, item, true);
}

bool queue_try_push(struct queue *q, void *item)
{
	return push(q, item, false);
}

static struct timespec deadline_after(int64_t ms)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	ts.tv_sec += ms / 1000;
	ts.tv_nsec += ms % 1000 * 1000000;
	if (ts.tv_nsec >= 1000000000) {
		ts.tv_nsec -= 1000000000;
		ts.tv_sec++;
	}
	return ts;
}

/* With the lock held: waits until there is an item, the queue is closed or time is up. */
static void wait_for_item(struct queue *q, int64_t timeout_ms)
{
	int rc = 0;

	if (timeout_ms < 0) {
		while (q->n == 0 && !q->closed)
			pthread_cond_wait(&q->not_empty, &q->lock);
		return;
	}
	struct timespec end = deadline_after(timeout_ms);
	while (q->n == 0 && !q->closed && rc != ETIMEDOUT)
		rc = pthread_cond_timedwait(&q->not_empty, &q->lock, &end);
}

void *queue_pop(struct queue *q, int64_t timeout_ms)
{
	void *item = NULL;

	pthread_mutex_lock(&q->lock);
	if (timeout_ms != 0)
		wait_for_item(q, timeout_ms);
	if (q->n > 0) {
		item = q->ring[q->first];
		q->first = (q->first + 1) % q->cap;
		q->n--;
	}
	pthread_mutex_unlock(&q->lock);
	if (item)
		pthread_cond_signal(&q->not_full);
	return item;
}

void queue_close(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_cond_broadcast(&q->not_empty);
	pthread_cond_broadcast(&q->not_full);
	pthread_mutex_unlock(&q->lock);
	if (q->wake)
		q->wake(q->wake_arg);
}

bool queue_is_closed(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	bool closed = q->closed;
	pthread_mutex_unlock(&q->lock);
	return closed;
}

size_t queue_count(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	size_t n = q->n;
	pthread_mutex_unlock(&q->lock);
	return n;
}
