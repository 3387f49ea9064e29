/*
 * words.h - numbers from 1 to 255 for words that a hundred thousand things have in
 * common, the names of their settings: one byte instead of a text.
 *
 * A word that was given a number keeps it for the life of the process. There is room for
 * 255 of them; a word that comes later has no number, now and for ever, and its owner
 * keeps the text. Any thread; nothing is freed.
 */
#ifndef SG_UTIL_WORDS_H
#define SG_UTIL_WORDS_H

#include <stddef.h>
#include <stdint.h>

enum { WORD_BYTES_MAX = 63 }; /* a longer one has no number */

/* 0 when it can have none. n bytes without a NUL. */
uint8_t word_number(const char *text, size_t n);
/* By number; the module's own to fill. */
extern const char *word_texts[256];
/* Of a number that word_number() gave; for ever. */
static inline const char *word_text(uint8_t number)
{
	return word_texts[number];
}

#endif
