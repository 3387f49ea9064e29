/*
 * queue.h - owned pointers from many threads to one, bounded, in order.
 *
 * Whoever pushes gives the item away; whoever pops owns it. A full queue makes the
 * producer wait (or refuse with _try); nothing is ever dropped. A wake callback, if set,
 * runs in the pusher's thread after each push, without the lock held.
 */
#ifndef SG_UTIL_QUEUE_H
#define SG_UTIL_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queue;

enum { QUEUE_FOREVER = -1 };

/* max 0 = unbounded: only where something else bounds it; say what. Owned. */
struct queue *queue_new(size_t max, void (*wake)(void *arg), void *arg);
/* Nobody may use it any more. Items left go to free_item (NULL: must be empty). */
void queue_free(struct queue *q, void (*free_item)(void *item));

/* Waits while it is full. False when closed: the item stays the caller's. */
bool queue_push(struct queue *q, void *item);
/* False at once when it is full or closed: the item stays the caller's. */
bool queue_try_push(struct queue *q, void *item);
/* The oldest item, waiting up to timeout_ms for one (0 = not at all). NULL when none came
 * or when it is closed and empty. */
void *queue_pop(struct queue *q, int64_t timeout_ms);

/* No more pushes; who waits is woken. What is inside can still be popped. */
void queue_close(struct queue *q);
bool queue_is_closed(struct queue *q);
size_t queue_count(struct queue *q);

#endif
