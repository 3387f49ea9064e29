/*
 * heap.h - deadlines in order: "which of these numbered things is due first?"
 *
 * A binary heap of (ns, id) with at most one deadline an id; equal times come out by
 * rising id, so that the order never depends on history. set, remove and take are
 * O(log n). Memory is asked for by the two that reserve only: the rest never allocates.
 */
#ifndef SG_UTIL_HEAP_H
#define SG_UTIL_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/clock.h"

struct heap_item {
	struct mono at;
	uint32_t id;
};

struct heap {
	struct heap_item *items;
	size_t n;
	uint32_t *place; /* of an id: its position in items + 1, 0 = not there */
	uint32_t ids;    /* ids 0 .. ids - 1 may be used */
	uint32_t room;   /* deadlines at one time */
};

#define HEAP_INIT                                                                        \
	{                                                                                \
		.n = 0                                                                   \
	}

void heap_release(struct heap *h);
/* Makes ids 0 .. ids - 1 usable; never shrinks. */
void heap_reserve(struct heap *h, uint32_t ids);
/* The same for ids of which no more than room have a deadline at one time. */
void heap_reserve_few(struct heap *h, uint32_t ids, uint32_t room);
/* Sets or moves the deadline of id. */
void heap_set(struct heap *h, uint32_t id, struct mono at);
void heap_remove(struct heap *h, uint32_t id); /* absent is allowed */

/* The deadline of id; MONO_NEVER when it has none. */
static inline struct mono heap_deadline(const struct heap *h, uint32_t id)
{
	return h->n && h->place[id] ? h->items[h->place[id] - 1].at : MONO_NEVER;
}

/* The earliest deadline; MONO_NEVER when empty. */
static inline struct mono heap_next(const struct heap *h)
{
	return h->n ? h->items[0].at : MONO_NEVER;
}

/* True with the earliest id when its deadline is reached; it stays in the heap. */
bool heap_due(const struct heap *h, struct mono now, uint32_t *id);

#endif
