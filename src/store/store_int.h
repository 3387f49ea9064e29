/*
 * store_int.h - what the files of store/ share and nobody else sees.
 */
#ifndef SG_STORE_STORE_INT_H
#define SG_STORE_STORE_INT_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/chain.h"
#include "audit/txn.h"
#include "util/err.h"

struct db;
struct db_stmt;
struct strbuf;

/* Where the append-only tables end, and the highest numbers ever used. */
struct store_tail {
	struct audit_head head;
	struct audit_head journal;
	uint64_t request, occurrence;
};

enum store_sql {
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_AUDIT,
	SQL_ALARM,
	SQL_ALARM_GONE,
	SQL_JOURNAL,
	SQL_INTENT,
	SQL_OUTCOME,
	SQL_SETTLE,
	SQL_SUBSTITUTION,
	SQL_SUBSTITUTION_GONE,
	SQL_ACCOUNT,
	SQL_ACCOUNT_GONE,
	SQL_COUNTER,
	SQL_COUNT
};

struct store {
	char *path; /* dir/station.db */
	int lock;
	struct db *db; /* NULL while it could not be opened again */
	struct db_stmt *sql[SQL_COUNT];
	struct store_tail tail;  /* acknowledged */
	struct store_tail maybe; /* of a commit that failed and may yet be on the disk */
	bool has_maybe;
	int64_t log_cut_at; /* bytes of the write-ahead log */
};

/* Statements of a freshly opened file. */
enum sg_err store_prepare(struct store *s, struct strbuf *why);
void store_unprepare(struct store *s);

/* One transaction with everything in it; *next is the tail it leads to. Rolled back
 * unless SG_OK. */
enum sg_err store_apply(struct store *s, struct txn *const *txns, size_t n,
			struct store_tail *next, struct strbuf *why);

/* Where the file ends now. */
enum sg_err store_read_tail(struct store *s, struct store_tail *tail, struct strbuf *why);
/* Hashes the last records again: what is damaged is told at the start (ST-07). */
enum sg_err store_check_tail(struct store *s, struct strbuf *why);

#endif
