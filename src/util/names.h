/*
 * names.h - from names to the numbers of the things that have them, without copying a
 * name: eight bytes a name and its share of empty places.
 *
 * The owner keeps the names and hands over how to look at one by its number; a name must
 * not change while it is in here. Names that the eye takes for the same (0 and o, 1 and
 * l) can be asked for as well: names_alike_hashed().
 *
 * Owned by one thread at a time. Memory is asked for by names_add() only.
 */
#ifndef SG_UTIL_NAMES_H
#define SG_UTIL_NAMES_H

#include <stdbool.h>
#include <stdint.h>

struct name_slot {
	uint32_t id;   /* + 1; 0 = empty place */
	uint32_t hash; /* others need no look at their name */
};

struct names {
	const char *(*name_of)(const void *owner, uint32_t id);
	struct name_slot *slot;
	uint32_t room, n; /* room: a power of two, or 0 */
};

/* The name must not be in it. */
void names_add(struct names *s, const void *owner, uint32_t id);
bool names_find(const struct names *s, const void *owner, const char *name, uint32_t *id);
/* For who asks and adds: the way to a name is worked out once. _alike: one that is the
 * same or looks the same. */
uint32_t names_hash(const char *name);
bool names_alike_hashed(const struct names *s, const void *owner, const char *name,
			uint32_t hash, uint32_t *id);
void names_add_hashed(struct names *s, uint32_t id, uint32_t hash);
/* Before its name goes; absent is allowed. */
void names_remove(struct names *s, const void *owner, const char *name);
void names_release(struct names *s);

#endif
