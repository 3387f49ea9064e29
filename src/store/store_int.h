/*
 * store_int.h - what the files of store/ share and nobody else sees.
 */
#ifndef SG_STORE_STORE_INT_H
#define SG_STORE_STORE_INT_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/chain.h"
#include "audit/txn.h"
#include "store/seal.h"
#include "util/err.h"

struct db;
struct db_stmt;
struct reserve;
struct strbuf;

/* Where the append-only tables end, and the highest numbers ever used. */
struct store_tail {
	struct audit_head head;
	struct audit_head journal;
	uint64_t request, occurrence;
	struct seal_tail seal;
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
	bool disowned; /* the file is not the one that was acknowledged: no reserve helps
			*/
	int64_t log_cut_at; /* bytes of the write-ahead log */
	/* merge.c */
	char *reserve_path;
	struct reserve *reserve; /* NULL = none */
	bool reserving;          /* records go there until they could be merged */
	struct store_tail ahead; /* numbers used, those in the reserve too */
	uint64_t reserved_rows;
	char reserved_why[256]; /* what was wrong with the file */
	char *notice;           /* what a start did with a reserve it found; owned */
	bool opened;
	bool damaged, is_no_database; /* SQLite cannot read the file */
	struct store_seal *seal;      /* NULL = records are not sealed */
	char distrust[RECORD_DISTRUST_SIZE];
};

/* Statements of a freshly opened file. */
enum sg_err store_prepare(struct store *s, struct strbuf *why);
void store_unprepare(struct store *s);

/* Refuses what no table can hold, before anything is touched. */
enum sg_err store_check_op(const struct txn_op *op, struct strbuf *why);
/* All of txns within the transaction that is open. */
enum sg_err store_apply_within(struct store *s, struct txn *const *txns, size_t n,
			       struct store_tail *next, struct strbuf *why);
/* One transaction with everything in it; *next is the tail it leads to. Rolled back
 * unless SG_OK. */
enum sg_err store_apply(struct store *s, struct txn *const *txns, size_t n,
			struct store_tail *next, struct strbuf *why);

/* The file was closed after a failure: opens it and compares its tail. */
enum sg_err store_reopen(struct store *s, struct strbuf *why);
/* A commit failed with err: is the file still sound, and is it in it after all? */
enum sg_err store_recover(struct store *s, const struct store_tail *next, enum sg_err err,
			  struct strbuf *why);

/* --- merge.c: the reserve journal's place in a store --- */

/* At a start, after the tail was read: what a reserve holds goes into the file. */
enum sg_err store_take_reserve(struct store *s, struct strbuf *why);
/* A commit found the file broken, for the reason in why: into the reserve with it. */
enum sg_err store_reserve_commit(struct store *s, struct txn *const *txns, size_t n,
				 struct strbuf *why);
/* A transaction is left open that shows the file as it will be; *next its tail. */
enum sg_err store_look_ahead(struct store *s, struct store_tail *next,
			     struct strbuf *why);

bool store_same_tail(const struct store_tail *a, const struct store_tail *b);
/* Where the file ends now. */
enum sg_err store_read_tail(struct store *s, struct store_tail *tail, struct strbuf *why);
/* Hashes the last records again: what is damaged is told at the start (ST-07). */
enum sg_err store_check_tail(struct store *s, struct strbuf *why);

#endif
