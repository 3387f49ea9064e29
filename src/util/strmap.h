/*
 * strmap.h - a map from strings to numbers (mostly indexes into arrays).
 *
 * Keys are copied.
 */
#ifndef SG_UTIL_STRMAP_H
#define SG_UTIL_STRMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strmap;

struct strmap *strmap_new(void);      /* owned; free with strmap_free */
void strmap_free(struct strmap *map); /* NULL is allowed */
/* Sets or replaces. */
void strmap_put(struct strmap *map, const char *key, int64_t value);
bool strmap_get(const struct strmap *map, const char *key, int64_t *value);
bool strmap_has(const struct strmap *map, const char *key);
void strmap_del(struct strmap *map, const char *key); /* absent is allowed */
size_t strmap_count(const struct strmap *map);

#endif
