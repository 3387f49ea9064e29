/* arena.c - pieces that grow with what is stored, and an index of what repeats. */
#include "util/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

/* Pieces of the full size go back to the system the moment they are freed. */
enum { PIECE_FIRST = 1 << 10, PIECE_FULL = 256 << 10, ALIGN = alignof(max_align_t) };

struct piece {
	struct piece *next;
	size_t size, used;
	alignas(max_align_t) char bytes[];
};

struct kept { /* in an open table */
	const char *bytes;
	uint32_t hash;
	uint32_t key; /* size * 2, + 1 when aligned */
};

struct arena {
	struct piece *now;
	size_t total;
	struct kept *index;
	size_t room, n_kept; /* room: a power of two, or 0 */
};

struct arena *arena_new(void)
{
	return xcalloc(1, sizeof(struct arena));
}

void arena_seal(struct arena *a)
{
	free(a->index);
	a->index = NULL;
	a->room = a->n_kept = 0;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	for (struct piece *p = a->now, *next; p; p = next) {
		next = p->next;
		free(p);
	}
	arena_seal(a);
	free(a);
}

size_t arena_used(const struct arena *a)
{
	return a->total;
}

static char *take(struct arena *a, size_t n, size_t align)
{
	struct piece *p = a->now;
	size_t at = p ? (p->used + align - 1) & ~(align - 1) : 0;

	if (!p || n > p->size || at > p->size - n) {
		size_t size = p && p->size < PIECE_FULL ? p->size * 2
			      : p                       ? PIECE_FULL
							: PIECE_FIRST;
		while (size < n)
			size *= 2;
		p = xcalloc(1, sizeof(*p) + size);
		p->size = size;
		p->next = a->now;
		a->now = p;
		a->total += sizeof(*p) + size;
		at = 0;
	}
	p->used = at + n;
	return p->bytes + at;
}

void *arena_alloc(struct arena *a, size_t n)
{
	return take(a, n, ALIGN);
}

char *arena_bytes(struct arena *a, const void *bytes, size_t n)
{
	return memcpy(take(a, n, 1), bytes, n);
}

const char *arena_text(struct arena *a, const char *text)
{
	return arena_bytes(a, text, strlen(text) + 1);
}

const char *arena_cut(struct arena *a, const char *bytes, size_t n)
{
	char *p = take(a, n + 1, 1);

	memcpy(p, bytes, n);
	p[n] = '\0';
	return p;
}

/* --- what repeats ------------------------------------------------------------------ */

static uint32_t hash_of(const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 16777619u;
	return h ^ h >> 15;
}

static struct kept *place(struct kept *index, size_t room, uint32_t hash,
			  const void *bytes, uint32_t key)
{
	size_t at = hash & (room - 1);

	while (index[at].bytes && !(index[at].hash == hash && index[at].key == key &&
				    memcmp(index[at].bytes, bytes, key / 2) == 0))
		at = (at + 1) & (room - 1);
	return &index[at];
}

static void grow(struct arena *a)
{
	size_t room = a->room ? a->room * 2 : 64;
	struct kept *index = xcalloc(room, sizeof(*index));

	for (size_t i = 0; i < a->room; i++) {
		const struct kept *k = &a->index[i];
		if (k->bytes)
			*place(index, room, k->hash, k->bytes, k->key) = *k;
	}
	free(a->index);
	a->index = index;
	a->room = room;
}

static const char *keep(struct arena *a, const void *bytes, size_t n, size_t align)
{
	uint32_t hash = hash_of(bytes, n), key = (uint32_t)n * 2 + (align > 1);

	if (a->n_kept * 2 >= a->room)
		grow(a);
	struct kept *k = place(a->index, a->room, hash, bytes, key);
	if (!k->bytes) {
		*k = (struct kept){ memcpy(take(a, n, align), bytes, n), hash, key };
		a->n_kept++;
	}
	return k->bytes;
}

const char *arena_keep(struct arena *a, const char *text)
{
	return keep(a, text, strlen(text) + 1, 1);
}

const void *arena_keep_bytes(struct arena *a, const void *bytes, size_t n)
{
	return keep(a, bytes, n, ALIGN);
}
