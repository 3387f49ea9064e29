/* db.c - SQLite behind a handful of calls; the only includer of sqlite3.h. */
#include "store/db.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/strbuf.h"
#include "util/xalloc.h"

struct db {
	sqlite3 *h;
	char *path;
	int last;      /* SQLite's code of the last failure */
	int log_pages; /* in the write-ahead log, as of the last commit */
	bool (*stop)(void *arg);
	void *stop_arg;
};

enum {
	LOG_PAGES = 1000, /* then what the log has goes into the file, as far as it can */
	FRAME_BYTES = 4096 + 24 /* of a page there, in files that we made */
};

struct db_stmt {
	sqlite3_stmt *h;
	struct db *db;
};

struct db_backup {
	struct db *to;
	sqlite3_backup *h;
	bool done;
};

static const char *reason(sqlite3 *h, int code)
{
	switch (code & 0xFF) {
	case SQLITE_FULL:
		return "the disk is full";
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return "another program holds it locked";
	case SQLITE_CORRUPT:
		return "the file is damaged";
	case SQLITE_NOTADB:
		return "the file is not an SQLite database";
	case SQLITE_CANTOPEN:
		return "it cannot be opened";
	case SQLITE_READONLY:
		return "it may not be written";
	default:
		return h ? sqlite3_errmsg(h) : sqlite3_errstr(code);
	}
}

static enum sg_err fail(struct db *db, int code, struct strbuf *why)
{
	int sys = db->h ? sqlite3_system_errno(db->h) : 0;
	int primary = code & 0xFF;

	db->last = code;
	strbuf_setf(why, "%s: %s", db->path, reason(db->h, code));
	if (why && sys && (primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN))
		strbuf_addf(why, " (%s)", strerror(sys));
	if (primary == SQLITE_CONSTRAINT)
		return SG_EREFUSED;
	if (primary == SQLITE_INTERRUPT)
		return SG_ELIMIT;
	return primary == SQLITE_TOOBIG ? SG_ELIMIT : SG_EIO;
}

bool db_failed_io(const struct db *db)
{
	switch (db->last & 0xFF) {
	case SQLITE_OK:
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_CONSTRAINT:
	case SQLITE_TOOBIG:
	case SQLITE_INTERRUPT:
		return false;
	default:
		return true;
	}
}

bool db_is_damaged(const struct db *db, bool *is_none)
{
	int primary = db->last & 0xFF;

	*is_none = primary == SQLITE_NOTADB;
	return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

/* A path as a file: URI: everything but plain characters as %XX. */
static char *uri_of(const char *path, const char *query)
{
	struct strbuf sb = STRBUF_INIT;

	strbuf_adds(&sb, "file:");
	for (const unsigned char *p = (const unsigned char *)path; *p; p++) {
		if (*p == '%' || *p == '?' || *p == '#' || *p <= ' ' || *p >= 0x7F)
			strbuf_addf(&sb, "%%%02X", *p);
		else
			strbuf_addch(&sb, (char)*p);
	}
	strbuf_adds(&sb, query);
	return strbuf_detach(&sb);
}

static int open_handle(struct db *db, enum db_mode mode)
{
	int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	char *uri = uri_of(db->path, mode == DB_FOREIGN ? "?immutable=1" : "");
	int rc = sqlite3_open_v2(
		uri, &db->h,
		flags | (mode == DB_OWN ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY),
		NULL);

	free(uri);
	return rc;
}

/* The file is never trusted to be what we wrote: nothing in its schema runs on its own.
 */
static void harden(struct db *db, enum db_mode mode)
{
	sqlite3_busy_timeout(db->h, DB_BUSY_MS);
	sqlite3_db_config(db->h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if (mode == DB_FOREIGN) {
		sqlite3_db_config(db->h, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
		sqlite3_db_config(db->h, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
		sqlite3_limit(db->h, SQLITE_LIMIT_LENGTH, DB_FOREIGN_BLOB_MAX);
		sqlite3_limit(db->h, SQLITE_LIMIT_ATTACHED, 0);
		sqlite3_exec(db->h, "PRAGMA mmap_size=0; PRAGMA cell_size_check=ON", NULL,
			     NULL, NULL);
	}
}

/* In the place of SQLite's own, which does the same without telling anybody. Asking the
 * file system for the size would cost a third of a commit: a kernel that keeps fine times
 * writes the file's inode again with the first change after each question. */
static int on_log(void *arg, sqlite3 *h, const char *name, int pages)
{
	struct db *db = arg;

	db->log_pages = pages;
	if (pages >= LOG_PAGES)
		sqlite3_wal_checkpoint_v2(h, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return SQLITE_OK;
}

enum sg_err db_open(const char *path, enum db_mode mode, struct db **out,
		    struct strbuf *why)
{
	struct db *db = xcalloc(1, sizeof(*db));

	db->path = xstrdup(path);
	int rc = open_handle(db, mode);
	if (rc != SQLITE_OK) {
		enum sg_err err = fail(db, rc, why);
		db_close(db);
		return err;
	}
	harden(db, mode);
	if (mode == DB_OWN)
		sqlite3_wal_hook(db->h, on_log, db);
	*out = db;
	return SG_OK;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	sqlite3_close_v2(db->h);
	free(db->path);
	free(db);
}

void db_keep_wal(struct db *db, bool keep)
{
	sqlite3_db_config(db->h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep ? 1 : 0, NULL);
}

enum sg_err db_exec(struct db *db, const char *sql, struct strbuf *why)
{
	int rc = sqlite3_exec(db->h, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? SG_OK : fail(db, rc, why);
}

enum sg_err db_number(struct db *db, const char *sql, int64_t *out, struct strbuf *why)
{
	struct db_stmt *stmt = db_prepare(db, sql, why);

	if (!stmt)
		return SG_EIO;
	*out = 0;
	int rc = db_row(stmt, why);
	if (rc > 0)
		*out = sqlite3_column_int64(stmt->h, 0);
	db_finalize(stmt);
	return rc < 0 ? (enum sg_err)rc : SG_OK;
}

enum sg_err db_text(struct db *db, const char *sql, struct strbuf *out,
		    struct strbuf *why)
{
	struct db_stmt *stmt = db_prepare(db, sql, why);

	if (!stmt)
		return SG_EIO;
	strbuf_clear(out);
	int rc = db_row(stmt, why);
	const char *text = rc > 0 ? db_col_text(stmt, 0) : NULL;
	if (text)
		strbuf_adds(out, text);
	db_finalize(stmt);
	return rc < 0 ? (enum sg_err)rc : SG_OK;
}

bool db_has_moved(const struct db *db)
{
	int moved = 0;

	sqlite3_file_control(db->h, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	return moved != 0;
}

static int ask_to_stop(void *db)
{
	const struct db *d = db;

	return d->stop && d->stop(d->stop_arg);
}

void db_stop_when(struct db *db, bool (*stop)(void *arg), void *arg)
{
	enum { STEPS = 20000 }; /* of SQLite's machine: about a millisecond */

	db->stop = stop;
	db->stop_arg = arg;
	sqlite3_progress_handler(db->h, stop ? STEPS : 0, stop ? ask_to_stop : NULL, db);
}

int64_t db_log_size(const struct db *db)
{
	return (int64_t)db->log_pages * FRAME_BYTES;
}

void db_wait_ms(struct db *db, int ms)
{
	sqlite3_busy_timeout(db->h, ms);
}

bool db_in_transaction(const struct db *db)
{
	return !sqlite3_get_autocommit(db->h);
}

struct db_stmt *db_prepare(struct db *db, const char *sql, struct strbuf *why)
{
	struct db_stmt *stmt = xcalloc(1, sizeof(*stmt));
	int rc = sqlite3_prepare_v3(db->h, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt->h,
				    NULL);

	stmt->db = db;
	if (rc == SQLITE_OK)
		return stmt;
	fail(db, rc, why);
	free(stmt);
	return NULL;
}

void db_finalize(struct db_stmt *stmt)
{
	if (!stmt)
		return;
	sqlite3_finalize(stmt->h);
	free(stmt);
}

void db_bind_int(struct db_stmt *stmt, int i, int64_t v)
{
	sqlite3_bind_int64(stmt->h, i, v);
}

void db_bind_text(struct db_stmt *stmt, int i, const char *s)
{
	sqlite3_bind_text(stmt->h, i, s, -1, SQLITE_STATIC);
}

void db_bind_blob(struct db_stmt *stmt, int i, const void *p, size_t n)
{
	/* a NULL pointer would bind NULL where an empty blob is meant */
	sqlite3_bind_blob64(stmt->h, i, n ? p : "", n, SQLITE_STATIC);
}

int db_row(struct db_stmt *stmt, struct strbuf *why)
{
	int rc = sqlite3_step(stmt->h);

	if (rc == SQLITE_ROW)
		return 1;
	int out = rc == SQLITE_DONE ? 0 : (int)fail(stmt->db, rc, why);
	db_reset(stmt);
	return out;
}

enum sg_err db_run(struct db_stmt *stmt, int64_t *changes, struct strbuf *why)
{
	int rc;

	do {
		rc = db_row(stmt, why);
	} while (rc > 0);
	if (rc == 0 && changes)
		*changes = sqlite3_changes64(stmt->db->h);
	return (enum sg_err)rc;
}

void db_reset(struct db_stmt *stmt)
{
	sqlite3_reset(stmt->h);
	sqlite3_clear_bindings(stmt->h);
}

bool db_col_int(struct db_stmt *stmt, int i, int64_t *v)
{
	if (sqlite3_column_type(stmt->h, i) != SQLITE_INTEGER)
		return false;
	*v = sqlite3_column_int64(stmt->h, i);
	return true;
}

const void *db_col_blob(struct db_stmt *stmt, int i, size_t *n)
{
	if (sqlite3_column_type(stmt->h, i) != SQLITE_BLOB)
		return NULL;
	const void *p = sqlite3_column_blob(stmt->h, i);
	*n = (size_t)sqlite3_column_bytes(stmt->h, i);
	return p || *n ? p : "";
}

bool db_col_is_null(struct db_stmt *stmt, int i)
{
	return sqlite3_column_type(stmt->h, i) == SQLITE_NULL;
}

const char *db_col_text(struct db_stmt *stmt, int i)
{
	if (sqlite3_column_type(stmt->h, i) != SQLITE_TEXT)
		return NULL;
	return (const char *)sqlite3_column_text(stmt->h, i);
}

struct db_backup *db_backup_start(struct db *from, const char *path, struct strbuf *why)
{
	struct db_backup *b = xcalloc(1, sizeof(*b));

	if (db_open(path, DB_OWN, &b->to, why) != SG_OK) {
		free(b);
		return NULL;
	}
	b->h = sqlite3_backup_init(b->to->h, "main", from->h, "main");
	if (b->h)
		return b;
	fail(b->to, sqlite3_extended_errcode(b->to->h), why);
	db_close(b->to);
	free(b);
	return NULL;
}

enum sg_err db_backup_step(struct db_backup *b, int pages, bool *done, struct strbuf *why)
{
	int rc = sqlite3_backup_step(b->h, pages);

	*done = b->done = rc == SQLITE_DONE;
	if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_BUSY ||
	    rc == SQLITE_LOCKED)
		return SG_OK; /* a lock passes: the next step goes on */
	return fail(b->to, rc, why);
}

enum sg_err db_backup_end(struct db_backup *b, struct strbuf *why)
{
	enum sg_err err = SG_OK;
	int rc = sqlite3_backup_finish(b->h);

	if (rc != SQLITE_OK)
		err = fail(b->to, rc, why);
	if (err == SG_OK && b->done) /* leave WAL mode: one file is the whole copy */
		err = db_exec(b->to, "PRAGMA journal_mode=DELETE", why);
	db_close(b->to);
	free(b);
	return err;
}

/* --- words ----------------------------------------------------------------------- */

struct db_words {
	fts5_tokenizer how;
	Fts5Tokenizer *h;
};

struct each_word {
	db_word_fn fn;
	void *arg;
};

static fts5_api *fts5_of(struct db *db)
{
	fts5_api *api = NULL;
	sqlite3_stmt *q = NULL;

	if (sqlite3_prepare_v2(db->h, "SELECT fts5(?1)", -1, &q, NULL) != SQLITE_OK)
		return NULL;
	sqlite3_bind_pointer(q, 1, (void *)&api, "fts5_api_ptr", NULL);
	sqlite3_step(q);
	sqlite3_finalize(q);
	return api;
}

struct db_words *db_words_open(struct db *db, struct strbuf *why)
{
	struct db_words *w = xcalloc(1, sizeof(*w));
	fts5_api *api = fts5_of(db);
	void *context = NULL;

	if (api &&
	    api->xFindTokenizer(api, "unicode61", &context, &w->how) == SQLITE_OK &&
	    w->how.xCreate(context, NULL, 0, &w->h) == SQLITE_OK)
		return w;
	free(w);
	if (why)
		strbuf_setf(why, "%s: this SQLite has no full-text search (FTS5)",
			    db->path);
	return NULL;
}

void db_words_close(struct db_words *w)
{
	if (!w)
		return;
	w->how.xDelete(w->h);
	free(w);
}

static int tell_word(void *arg, int flags, const char *word, int n, int from, int to)
{
	const struct each_word *each = arg;

	(void)flags;
	(void)from;
	(void)to;
	return each->fn(each->arg, word, (size_t)n) ? SQLITE_OK : SQLITE_DONE;
}

bool db_words_each(struct db_words *w, const char *text, size_t n, db_word_fn fn,
		   void *arg)
{
	struct each_word each = { fn, arg };

	int rc = w->how.xTokenize(w->h, &each, FTS5_TOKENIZE_DOCUMENT, text, (int)n,
				  tell_word);
	return rc == SQLITE_OK || rc == SQLITE_DONE;
}
