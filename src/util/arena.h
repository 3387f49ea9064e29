/*
 * arena.h - many small things that live and die together: texts of a definition.
 *
 * Memory comes in large pieces, nothing is freed alone, nothing moves: 40 bytes of text
 * cost 40 bytes. arena_keep() gives equal texts the same place, for what repeats from
 * tag to tag (units, areas); its index is dropped by arena_seal(), when all is read.
 *
 * Owned by one thread at a time.
 */
#ifndef SG_UTIL_ARENA_H
#define SG_UTIL_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a); /* NULL is allowed */
/* Zeroed, aligned for anything. */
void *arena_alloc(struct arena *a, size_t n);
char *arena_bytes(struct arena *a, const void *bytes, size_t n); /* a copy, unaligned */
const char *arena_text(struct arena *a, const char *text);
/* n bytes without a NUL, as a text. */
const char *arena_cut(struct arena *a, const char *bytes, size_t n);
/* The same place for equal texts. */
const char *arena_keep(struct arena *a, const char *text);
/* The same place for equal bytes, aligned for anything. */
const void *arena_keep_bytes(struct arena *a, const void *bytes, size_t n);
void arena_seal(struct arena *a);
size_t arena_used(const struct arena *a); /* bytes asked of the system */

#endif
