/*
 * vocabulary.h - every word that the journal's index has, in order.
 *
 * FTS5 answers the beginning of a word by putting the row lists of all words with it
 * together before it tells the first row: seconds in ten million rows. Asked for the
 * words themselves, it reads no more of each list than a page needs. So the index keeps
 * its words in a table of its own, and a beginning is asked as the words that have it.
 *
 * One thread at a time, the index's own (search.h); borrowed from there: its database.
 */
#ifndef SG_STORE_VOCABULARY_H
#define SG_STORE_VOCABULARY_H

#include <stddef.h>

#include "util/err.h"

struct db;
struct strbuf;
struct vocabulary;

/* The table, for the statement that makes the index. */
#define VOCABULARY_SQL "CREATE TABLE term(word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;"

enum sg_err vocabulary_open(struct db *db, struct vocabulary **out, struct strbuf *why);
void vocabulary_close(struct vocabulary *v); /* NULL is allowed */
/* The words of text are there from now on; part of the caller's transaction. NULL is no
 * text. */
enum sg_err vocabulary_take(struct vocabulary *v, const char *text, struct strbuf *why);
/* After a transaction was given up: what it took in is no longer there. */
void vocabulary_forget(struct vocabulary *v);
/* Appends to an FTS5 expression: the phrase p[0..n), whose last word may go on. It holds
 * no quote. */
void vocabulary_ask(struct vocabulary *v, struct strbuf *out, const char *p, size_t n);

#endif
