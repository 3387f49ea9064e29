/*
 * hostile_text.h - seeded random text of the worst kind: escape sequences whole and cut,
 * C1 characters in both encodings, bytes that are no UTF-8, marks that reorder or hide
 * text, wide and combining characters, formats. Never a NUL.
 */
#ifndef SG_TESTS_SCREEN_HOSTILE_TEXT_H
#define SG_TESTS_SCREEN_HOSTILE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* xorshift; *seed is not 0. */
uint64_t hostile_random(uint64_t *seed);
/* Fills exactly n bytes. */
void hostile_fill(uint64_t *seed, char *out, size_t n);

#endif
