/* names.c - an open table of numbers; a hash that does not see what the eye does not. */
#include "util/names.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum { ROOM_FIRST = 64, FULL_PERCENT = 85 };

/* What an eye takes for the same: 0 and o, 1 and l. */
static unsigned char fold(unsigned char c)
{
	return c == '0' ? 'o' : c == '1' ? 'l' : c;
}

uint32_t names_hash(const char *name)
{
	uint64_t h = 0x9E3779B97F4A7C15u;

	for (; *name; name++)
		h = (h ^ fold((unsigned char)*name)) * 0x100000001B3u;
	h ^= h >> 29;
	h *= 0xBF58476D1CE4E5B9u;
	return (uint32_t)(h ^ h >> 32);
}

static bool same_to_the_eye(const char *a, const char *b)
{
	while (*a && fold((unsigned char)*a) == fold((unsigned char)*b))
		a++, b++;
	return fold((unsigned char)*a) == fold((unsigned char)*b);
}

static bool same(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* Its place, or the empty one where the search ended. */
static uint32_t place(const struct names *s, const void *owner, const char *name,
		      uint32_t hash, bool (*equal)(const char *, const char *))
{
	uint32_t at = hash & (s->room - 1);

	while (s->slot[at].id && !(s->slot[at].hash == hash &&
				   equal(s->name_of(owner, s->slot[at].id - 1), name)))
		at = (at + 1) & (s->room - 1);
	return at;
}

static void put(struct names *s, struct name_slot slot)
{
	uint32_t at = slot.hash & (s->room - 1);

	while (s->slot[at].id)
		at = (at + 1) & (s->room - 1);
	s->slot[at] = slot;
}

static void grow(struct names *s)
{
	struct names old = *s;

	s->room = old.room ? old.room * 2 : ROOM_FIRST;
	s->slot = xcalloc(s->room, sizeof(s->slot[0]));
	for (uint32_t i = 0; i < old.room; i++)
		if (old.slot[i].id)
			put(s, old.slot[i]);
	free(old.slot);
}

void names_add_hashed(struct names *s, uint32_t id, uint32_t hash)
{
	if ((uint64_t)s->n * 100 >= (uint64_t)s->room * FULL_PERCENT)
		grow(s);
	put(s, (struct name_slot){ id + 1, hash });
	s->n++;
}

void names_add(struct names *s, const void *owner, uint32_t id)
{
	names_add_hashed(s, id, names_hash(s->name_of(owner, id)));
}

static bool find(const struct names *s, const void *owner, const char *name,
		 uint32_t hash, uint32_t *id, bool (*equal)(const char *, const char *))
{
	if (!s->n)
		return false;
	uint32_t at = place(s, owner, name, hash, equal);

	if (s->slot[at].id)
		*id = s->slot[at].id - 1;
	return s->slot[at].id != 0;
}

bool names_find(const struct names *s, const void *owner, const char *name, uint32_t *id)
{
	return s->n && find(s, owner, name, names_hash(name), id, same);
}

bool names_alike_hashed(const struct names *s, const void *owner, const char *name,
			uint32_t hash, uint32_t *id)
{
	return find(s, owner, name, hash, id, same_to_the_eye);
}

/* Those behind the hole that a search would no longer reach move up. */
static void close_hole(struct names *s, uint32_t hole)
{
	uint32_t mask = s->room - 1;

	for (uint32_t at = (hole + 1) & mask; s->slot[at].id; at = (at + 1) & mask) {
		if (((at - s->slot[at].hash) & mask) < ((at - hole) & mask))
			continue;
		s->slot[hole] = s->slot[at];
		hole = at;
	}
	s->slot[hole].id = 0;
}

void names_remove(struct names *s, const void *owner, const char *name)
{
	if (!s->n)
		return;
	uint32_t at = place(s, owner, name, names_hash(name), same);

	if (!s->slot[at].id)
		return;
	s->n--;
	close_hole(s, at);
}

void names_release(struct names *s)
{
	free(s->slot);
	s->slot = NULL;
	s->room = s->n = 0;
}
