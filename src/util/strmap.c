/* strmap.c - strings to numbers over uthash, whose macros stay in here. */
#include "util/strmap.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <uthash.h>

struct entry {
	int64_t value;
	UT_hash_handle hh;
	char key[];
};

struct strmap {
	struct entry *head;
};

struct strmap *strmap_new(void)
{
	return xcalloc(1, sizeof(struct strmap));
}

static struct entry *find(const struct strmap *map, const char *key)
{
	struct entry *e;

	HASH_FIND_STR(map->head, key, e);
	return e;
}

void strmap_put(struct strmap *map, const char *key, int64_t value)
{
	struct entry *e = find(map, key);

	if (!e) {
		size_t n = strlen(key);
		e = xcalloc(1, sizeof(*e) + n + 1);
		memcpy(e->key, key, n + 1);
		HASH_ADD_KEYPTR(hh, map->head, e->key, n, e);
	}
	e->value = value;
}

bool strmap_get(const struct strmap *map, const char *key, int64_t *value)
{
	const struct entry *e = find(map, key);

	if (e && value)
		*value = e->value;
	return e != NULL;
}

bool strmap_has(const struct strmap *map, const char *key)
{
	return find(map, key) != NULL;
}

void strmap_del(struct strmap *map, const char *key)
{
	struct entry *e = find(map, key);

	if (!e)
		return;
	HASH_DEL(map->head, e);
	free(e);
}

void strmap_free(struct strmap *map)
{
	struct entry *e, *next;

	if (!map)
		return;
	HASH_ITER (hh, map->head, e, next) {
		HASH_DEL(map->head, e);
		free(e);
	}
	free(map);
}

size_t strmap_count(const struct strmap *map)
{
	return HASH_COUNT(map->head);
}
#pragma GCC diagnostic pop
