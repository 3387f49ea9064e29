/* heap.c - a binary heap that knows where each id stands, so a deadline can move. */
#include "util/heap.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

void heap_release(struct heap *h)
{
	free(h->items);
	free(h->place);
	*h = (struct heap)HEAP_INIT;
}

static uint32_t doubled(uint32_t have, uint32_t want)
{
	uint32_t room = have ? have : 64;

	while (room < want)
		room = room > UINT32_MAX / 2 ? UINT32_MAX : room * 2;
	return room;
}

/* The zeros come with the memory: of ids that never have a deadline nothing is used. */
static void grow_places(struct heap *h, uint32_t n)
{
	uint32_t *place = xcalloc(n, sizeof(*place));

	if (h->ids)
		memcpy(place, h->place, h->ids * sizeof(*place));
	free(h->place);
	h->place = place;
}

void heap_reserve_few(struct heap *h, uint32_t ids, uint32_t room)
{
	if (ids > h->ids) {
		uint32_t n = doubled(h->ids, ids);

		grow_places(h, n);
		h->ids = n;
	}
	if (room > h->room) {
		h->room = doubled(h->room, room);
		h->items = xreallocarray(h->items, h->room, sizeof(h->items[0]));
	}
}

void heap_reserve(struct heap *h, uint32_t ids)
{
	heap_reserve_few(h, ids, ids);
}

static bool before(const struct heap_item *a, const struct heap_item *b)
{
	return a->at.ns != b->at.ns ? a->at.ns < b->at.ns : a->id < b->id;
}

static void put(struct heap *h, size_t at, struct heap_item item)
{
	h->items[at] = item;
	h->place[item.id] = (uint32_t)at + 1;
}

static void sift_up(struct heap *h, size_t at, struct heap_item item)
{
	while (at > 0) {
		size_t parent = (at - 1) / 2;

		if (!before(&item, &h->items[parent]))
			break;
		put(h, at, h->items[parent]);
		at = parent;
	}
	put(h, at, item);
}

static void sift_down(struct heap *h, size_t at, struct heap_item item)
{
	for (;;) {
		size_t child = 2 * at + 1;

		if (child + 1 < h->n && before(&h->items[child + 1], &h->items[child]))
			child++;
		if (child >= h->n || !before(&h->items[child], &item))
			break;
		put(h, at, h->items[child]);
		at = child;
	}
	put(h, at, item);
}

static void settle(struct heap *h, size_t at, struct heap_item item)
{
	if (at > 0 && before(&item, &h->items[(at - 1) / 2]))
		sift_up(h, at, item);
	else
		sift_down(h, at, item);
}

void heap_set(struct heap *h, uint32_t id, struct mono at)
{
	struct heap_item item = { .at = at, .id = id };

	if (h->place[id])
		settle(h, h->place[id] - 1, item);
	else
		sift_up(h, h->n++, item);
}

void heap_remove(struct heap *h, uint32_t id)
{
	if (!h->place[id])
		return;
	size_t at = h->place[id] - 1;
	struct heap_item last = h->items[--h->n];

	h->place[id] = 0;
	if (at < h->n)
		settle(h, at, last);
}

bool heap_due(const struct heap *h, struct mono now, uint32_t *id)
{
	if (!h->n || !mono_reached(now, h->items[0].at))
		return false;
	*id = h->items[0].id;
	return true;
}
