/*
 * search_words.h - rows and questions as words of the index: the two sides that have to
 * agree (search.h). Pure.
 */
#ifndef SG_STORE_SEARCH_WORDS_H
#define SG_STORE_SEARCH_WORDS_H

struct alarm_journal;
struct strbuf;

/* The row's fields as words, separated by spaces: a letter for the field, then a number
 * or the hash of a name. Two names may share a hash: who finds a row looks at it again.
 */
void search_keys(const struct alarm_journal *row, struct strbuf *out);

#endif
