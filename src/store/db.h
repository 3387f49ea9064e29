/*
 * db.h - a thin, safe wrapper of SQLite: prepared statements, errors as sentences that
 * name the file, a bounded wait for locks. db.c is the only file that knows sqlite3.h.
 *
 * A struct db and everything made from it belong to one thread at a time. why may be
 * NULL everywhere.
 */
#ifndef SG_STORE_DB_H
#define SG_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

struct db;
struct db_stmt;
struct strbuf;

enum {
	DB_BUSY_MS = 1000, /* longest wait for another program's lock (ST-10) */
	DB_FOREIGN_BLOB_MAX = 1 << 20 /* of a file we do not trust */
};

enum db_mode {
	DB_OWN,    /* read and write; the file must exist */
	DB_READ,   /* ours, beside a writer; read only */
	DB_FOREIGN /* read only, file and folder untouched, its WAL ignored; small limits
		    */
};

enum sg_err db_open(const char *path, enum db_mode mode, struct db **out,
		    struct strbuf *why);
void db_close(struct db *db); /* its statements must be gone; NULL is allowed */
/* true: closing leaves the write-ahead log as it is (nothing is changed by looking). */
void db_keep_wal(struct db *db, bool keep);

/* SQL without results, several statements allowed. */
enum sg_err db_exec(struct db *db, const char *sql, struct strbuf *why);
/* The first column of the first row as a number or a text; 0 or "" without a row. */
enum sg_err db_number(struct db *db, const char *sql, int64_t *out, struct strbuf *why);
enum sg_err db_text(struct db *db, const char *sql, struct strbuf *out,
		    struct strbuf *why);
/* True after a failure of the file or the disk, not of what was asked. */
bool db_failed_io(const struct db *db);
/* The last failure was damage of the file itself; it may even be no database. */
bool db_is_damaged(const struct db *db, bool *is_none);
/* The name no longer leads to the open file: moved, deleted or replaced. */
bool db_has_moved(const struct db *db);
/* Asked now and then while a statement runs: true gives it up with SG_ELIMIT. NULL =
 * none.
 */
void db_stop_when(struct db *db, bool (*stop)(void *arg), void *arg);
/* Bytes in the write-ahead log since it began, as of the last commit (DB_OWN). */
int64_t db_log_size(const struct db *db);
/* How long a lock of somebody else's is waited for; DB_BUSY_MS at first. */
void db_wait_ms(struct db *db, int ms);
bool db_in_transaction(const struct db *db);

struct db_stmt *db_prepare(struct db *db, const char *sql, struct strbuf *why);
void db_finalize(struct db_stmt *stmt); /* NULL is allowed */
/* Parameters count from 1. Texts and blobs are borrowed until the statement has run. */
void db_bind_int(struct db_stmt *stmt, int i, int64_t v);
void db_bind_text(struct db_stmt *stmt, int i, const char *s); /* NULL allowed */
void db_bind_blob(struct db_stmt *stmt, int i, const void *p, size_t n);
/* 1 = a row is there, 0 = no more (and reset), < 0 an sg_err (and reset):
 * SG_EREFUSED for a broken constraint, SG_ELIMIT for too large or given up
 * (db_stop_when), SG_EIO otherwise. */
int db_row(struct db_stmt *stmt, struct strbuf *why);
/* Runs to its end; *changes (may be NULL) = rows written. */
enum sg_err db_run(struct db_stmt *stmt, int64_t *changes, struct strbuf *why);
/* Gives up the rows that are left. */
void db_reset(struct db_stmt *stmt);

/* Columns count from 0; borrowed until the next db_row. Other types: false or NULL. */
bool db_col_int(struct db_stmt *stmt, int i, int64_t *v);
const void *db_col_blob(struct db_stmt *stmt, int i, size_t *n);
bool db_col_is_null(struct db_stmt *stmt, int i);
const char *db_col_text(struct db_stmt *stmt, int i);

/* The words of a text as an FTS5 table with the standard tokenizer takes them. fn returns
 * false to end it; word is not ended by a NUL. False when the library has no such thing.
 */
struct db_words;
struct db_words *db_words_open(struct db *db, struct strbuf *why); /* NULL on failure */
void db_words_close(struct db_words *w);                           /* NULL is allowed */
typedef bool (*db_word_fn)(void *arg, const char *word, size_t n);
bool db_words_each(struct db_words *w, const char *text, size_t n, db_word_fn fn,
		   void *arg);

/* An online copy into the empty file at path. Step until done. */
struct db_backup;
struct db_backup *db_backup_start(struct db *from, const char *path, struct strbuf *why);
enum sg_err db_backup_step(struct db_backup *b, int pages, bool *done,
			   struct strbuf *why);
/* Ends it, finished or not; the copy is then one file without a log beside it. */
enum sg_err db_backup_end(struct db_backup *b, struct strbuf *why);

#endif
