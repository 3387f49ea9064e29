/*
 * search_words.h - rows and questions as words of the index: the two sides that have to
 * agree (search.h).
 */
#ifndef SG_STORE_SEARCH_WORDS_H
#define SG_STORE_SEARCH_WORDS_H

#include "util/err.h"

struct alarm_journal;
struct store_search;
struct strbuf;
struct vocabulary;

/* The row's fields as words, separated by spaces: a letter for the field, then a number
 * or the hash of a name. Two names may share a hash: who finds a row looks at it again.
 */
void search_keys(const struct alarm_journal *row, struct strbuf *out);
/* search_expression() with the words that the index has. */
enum sg_err search_question(struct vocabulary *v, const struct store_search *ask,
			    struct strbuf *out, struct strbuf *why);

#endif
