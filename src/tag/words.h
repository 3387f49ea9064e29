/*
 * words.h - names of a tag's values: "0 off, 1 automatic, 2 by hand".
 *
 * They are kept as one text, "0=off\n1=automatic\n2=by hand", which is short, equal for
 * equal ones and travels as it is; NULL and "" are no words. A value without a word is no
 * value of such a tag. Of a text tag the words are the texts it takes. Pure.
 */
#ifndef SG_TAG_WORDS_H
#define SG_TAG_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tag/value.h"

struct strbuf;

enum { TAG_WORD_MAX = 31, TAG_WORDS_MAX = 24, TAG_WORDS_TEXT_MAX = 500 };

struct tag_word {
	double value;
	char text[TAG_WORD_MAX + 1];
};

/* Walks them: *at is words at first; false behind the last. */
bool tag_words_next(const char **at, struct tag_word *out);
/* The value that the word names; exactly so written. */
bool tag_words_value(const char *words, const char *text, double *out);
/* The word of a value; false when it has none. */
bool tag_words_text(const char *words, double v, char out[TAG_WORD_MAX + 1]);
/* value_format(), but the word of a value that has one. */
void tag_words_format(const char *words, const struct value *v, int decimals, char *out,
		      size_t size);
/* Of a tag with these words and of that type: the word in v becomes its value. False: v
 * is none of them, neither by word nor by number. */
bool tag_words_take(const char *words, enum value_type type, struct value *v);
/* "off, automatic or by hand" */
void tag_words_list(const char *words, struct strbuf *out);

/* Adds one as it stands in a file, "off" or "3=off", which is counted on from the one
 * before (*next). False: why says what is wrong with it. */
bool tag_words_add(struct strbuf *words, const char *text, int64_t *next,
		   struct strbuf *why);

#endif
