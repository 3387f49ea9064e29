/*
 * standing.h - what stood in the plant after each so many rows of the journal: kept in
 * the index's file, so that a report of a day reads that day and not all before it.
 *
 *   standing(seq, hash, max_ms, calm, body)   after row seq, whose hash it has; newest
 *                                             time of all rows so far; body as
 *                                             alarm_metrics_put() makes it
 *
 * Derived like all of the file: without it a report reads more and says the same.
 */
#ifndef SG_STORE_STANDING_H
#define SG_STORE_STANDING_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/chain.h"
#include "util/clock.h"
#include "util/err.h"

struct alarm_journal;
struct alarm_metrics;
struct db;
struct search_range;
struct standing;
struct strbuf;

/* One is kept after so many rows, or so many for each alarm that there is. */
enum { STANDING_ROWS = 16384, STANDING_ROWS_AN_ALARM = 32 };

#define STANDING_SQL                                                                     \
	"CREATE TABLE standing(seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, "            \
	"max_ms INTEGER NOT NULL, calm INTEGER NOT NULL, body BLOB NOT NULL) STRICT;"

/* Both borrowed: the journal, and the index's file. */
enum sg_err standing_open(struct db *station, struct db *index, struct standing **out,
			  struct strbuf *why);
void standing_close(struct standing *s); /* NULL is allowed */
/* The rows that follow are those behind seq: what stood by then is worked out, from the
 * last one that is kept and the rows since. */
enum sg_err standing_at(struct standing *s, uint64_t seq, struct strbuf *why);
/* In order; head: the row's number and hash. Keeps one when it is due, as part of the
 * caller's transaction. row NULL: it cannot be read. */
enum sg_err standing_row(struct standing *s, const struct alarm_journal *row,
			 const struct audit_head *head, struct strbuf *why);
/* After a transaction was given up: standing_at() comes next. */
void standing_forget(struct standing *s);

/* The newest one that lies wholly before m's period and that m could go on from: m has
 * then been given all rows up to *seq. 0 = there is none. Reads only; is_row tells
 * whether the journal's row has that hash. */
uint64_t standing_resume(struct db *index, struct alarm_metrics *m,
			 bool (*is_row)(void *arg, uint64_t seq, const uint8_t *hash),
			 void *arg);
/* Rows (after, upto] that may lie before to, in order: appended to *v, owned by the
 * caller (free). */
enum sg_err standing_ranges(struct db *index, uint64_t after, uint64_t upto,
			    struct wall to, struct search_range **v, size_t *n,
			    struct strbuf *why);

#endif
