/*
 * keys.h - the letters a screen may give a meaning of its own, and the console's.
 */
#ifndef SG_SCREEN_KEYS_H
#define SG_SCREEN_KEYS_H

#include <stdint.h>

struct cfg_node;
struct screen;
struct screen_build;
struct screen_key;

/* What the console does with a letter itself; NULL: a screen may have it. */
const char *screen_letter_taken(char letter);
/* What a key does on a screen; NULL: nothing. */
const struct screen_key *screen_key_find(const struct screen *s, uint32_t key);

/* Reads `keys`; NULL is allowed. Only for src/screen. */
void keys_read(struct screen_build *b, const struct cfg_node *group);

#endif
