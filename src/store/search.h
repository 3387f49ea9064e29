/*
 * search.h - what the journal is searched by: an inverted index in dir/search.db, made of
 * the journal by whoever searches it, in pieces, behind the store's back.
 *
 *   meta(key, value)             version, chain id, last row taken in and its hash
 *   span(block, min_ms, max_ms)  earliest and latest time of each SPAN_ROWS rows
 *   word(k, alarm, ...)          FTS5 without contents; its rowid is the row's number.
 *                                k holds a word for each of the row's fields that are
 *                                asked for as a whole (search_keys)
 *   term(word)                   every word of the other columns (vocabulary.h)
 *   standing(seq, ...)           what stood after each so many rows (standing.h)
 *
 * One list of rows a word, in order of their numbers: any mixture of conditions is an
 * intersection of such lists, and a page deep in the past begins where it has to. The
 * file holds nothing that the journal does not: what cannot be read, or belongs to
 * another journal (its chain id or the hash of its last row says so), is thrown away.
 *
 * One thread at a time.
 */
#ifndef SG_STORE_SEARCH_H
#define SG_STORE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/chain.h"
#include "util/err.h"

struct db;
struct db_stmt;
struct search;
struct store_search;
struct strbuf;

enum {
	SPAN_ROWS = 1024,
	INDEX_VERSION = 3 /* written by another one, the file is made again */
};

/* Opens or makes the file at path (owned by the caller, copied). station is borrowed: the
 * journal's own connection. */
enum sg_err search_open(const char *path, struct db *station,
			const uint8_t chain_id[AUDIT_CHAIN_ID_SIZE], struct search **out,
			struct strbuf *why);
void search_close(struct search *x); /* NULL is allowed */
void search_stop_when(struct search *x, bool (*stop)(void *arg), void *arg);

/* Takes in at most max rows more, in one transaction. *n = how many there were. */
enum sg_err search_take_in(struct search *x, uint64_t max, uint64_t *n,
			   struct strbuf *why);
/* False after search_begin_anew failed: only that may be called then, or search_take_in.
 */
bool search_is_open(const struct search *x);
uint64_t search_seq(const struct search *x); /* of the last row taken in */
/* After SG_EIO from a statement of ours: what is broken is thrown away and begun anew. */
enum sg_err search_begin_anew(struct search *x, struct strbuf *why);

/* The FTS5 expression for what is asked of the rows taken in so far; "" when it asks for
 * nothing an index is good for. SG_EREFUSED with a sentence when its text is too long or
 * says nothing. */
enum sg_err search_expression(struct search *x, const struct store_search *ask,
			      struct strbuf *out, struct strbuf *why);
/* Blocks of rows that may hold one with from <= at < to (0 = open), in order: pairs of
 * first and last row. *v is owned by the caller (free). */
struct search_range {
	uint64_t first, last;
};
enum sg_err search_ranges(struct search *x, int64_t from, int64_t to,
			  struct search_range **v, size_t *n, struct strbuf *why);
/* Rows that match, as a statement to step: its only column is the number. Bound: ?1
 * expression, ?2 first, ?3 last. Borrowed; reset it when done. */
struct db_stmt *search_rows(struct search *x, bool oldest_first);

#endif
