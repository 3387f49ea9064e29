/* strmap.c - strings to numbers in an open table. */
#include "util/strmap.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum { ROOM_FIRST = 16 };

struct entry {
	char *key; /* NULL = empty place */
	int64_t value;
	uint64_t hash;
};

struct strmap {
	struct entry *v;
	size_t room, n; /* room: a power of two, or 0 */
};

struct strmap *strmap_new(void)
{
	return xcalloc(1, sizeof(struct strmap));
}

static uint64_t hash_of(const char *key)
{
	uint64_t h = 0x9E3779B97F4A7C15u;

	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 0x100000001B3u;
	h ^= h >> 29;
	h *= 0xBF58476D1CE4E5B9u;
	return h ^ h >> 32;
}

/* Its place, or the empty one where the search ended. There is always an empty one. */
static struct entry *place(const struct strmap *map, const char *key, uint64_t hash)
{
	size_t at = hash & (map->room - 1);

	while (map->v[at].key &&
	       (map->v[at].hash != hash || strcmp(map->v[at].key, key) != 0))
		at = (at + 1) & (map->room - 1);
	return &map->v[at];
}

static void grow(struct strmap *map)
{
	struct strmap old = *map;

	map->room = old.room ? old.room * 2 : ROOM_FIRST;
	map->v = xcalloc(map->room, sizeof(map->v[0]));
	for (size_t i = 0; i < old.room; i++)
		if (old.v[i].key)
			*place(map, old.v[i].key, old.v[i].hash) = old.v[i];
	free(old.v);
}

void strmap_put(struct strmap *map, const char *key, int64_t value)
{
	uint64_t hash = hash_of(key);

	if (map->n * 4 >= map->room * 3)
		grow(map);
	struct entry *e = place(map, key, hash);
	if (!e->key) {
		*e = (struct entry){ .key = xstrdup(key), .hash = hash };
		map->n++;
	}
	e->value = value;
}

bool strmap_get(const struct strmap *map, const char *key, int64_t *value)
{
	const struct entry *e = map->n ? place(map, key, hash_of(key)) : NULL;

	if (!e || !e->key)
		return false;
	if (value)
		*value = e->value;
	return true;
}

bool strmap_has(const struct strmap *map, const char *key)
{
	return strmap_get(map, key, NULL);
}

/* Those behind the hole that a search would no longer reach move up. */
static void close_hole(struct strmap *map, size_t hole)
{
	size_t mask = map->room - 1;

	for (size_t at = (hole + 1) & mask; map->v[at].key; at = (at + 1) & mask) {
		if (((at - map->v[at].hash) & mask) < ((at - hole) & mask))
			continue;
		map->v[hole] = map->v[at];
		hole = at;
	}
	map->v[hole].key = NULL;
}

void strmap_del(struct strmap *map, const char *key)
{
	struct entry *e = map->n ? place(map, key, hash_of(key)) : NULL;

	if (!e || !e->key)
		return;
	free(e->key);
	map->n--;
	close_hole(map, (size_t)(e - map->v));
}

void strmap_free(struct strmap *map)
{
	if (!map)
		return;
	for (size_t i = 0; i < map->room; i++)
		free(map->v[i].key);
	free(map->v);
	free(map);
}

size_t strmap_count(const struct strmap *map)
{
	return map->n;
}
