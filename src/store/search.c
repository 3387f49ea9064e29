/* search.c - the index file: made, checked against its journal, filled piece by piece. */
#include "store/search.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alarm/journal.h"
#include "store/db.h"
#include "store/folder.h"
#include "store/search_words.h"
#include "store/standing.h"
#include "store/store.h"
#include "store/vocabulary.h"
#include "util/log.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum search_sql {
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_META,
	SQL_SPAN,
	SQL_WORD,
	SQL_OLDEST,
	SQL_NEWEST,
	SQL_RANGES,
	SQL_COUNT
};

static const char *const sql_text[SQL_COUNT] = {
	[SQL_BEGIN] = "BEGIN IMMEDIATE",
	[SQL_COMMIT] = "COMMIT",
	[SQL_META] = "INSERT INTO meta VALUES ('seq', ?1), ('hash', ?2) "
		     "ON CONFLICT(key) DO UPDATE SET value = excluded.value",
	[SQL_SPAN] = "INSERT INTO span VALUES (?1, ?2, ?3) ON CONFLICT(block) DO UPDATE "
		     "SET min_ms = min(min_ms, excluded.min_ms), "
		     "max_ms = max(max_ms, excluded.max_ms)",
	[SQL_WORD] = "INSERT INTO word(rowid, k, alarm, message, reason, operator, area, "
		     "tag) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[SQL_OLDEST] = "SELECT rowid FROM word WHERE word MATCH ?1 AND rowid >= ?2 AND "
		       "rowid <= ?3 ORDER BY rowid",
	[SQL_NEWEST] = "SELECT rowid FROM word WHERE word MATCH ?1 AND rowid >= ?2 AND "
		       "rowid <= ?3 ORDER BY rowid DESC",
	[SQL_RANGES] = "SELECT block FROM span WHERE max_ms >= ?1 AND min_ms < ?2 "
		       "ORDER BY block",
};

#define MAKE_SQL                                                                         \
	"BEGIN IMMEDIATE;"                                                               \
	"CREATE TABLE meta(key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, "           \
	"WITHOUT ROWID;"                                                                 \
	"CREATE TABLE span(block INTEGER PRIMARY KEY, min_ms INTEGER NOT NULL, "         \
	"max_ms INTEGER NOT NULL) STRICT;" VOCABULARY_SQL STANDING_SQL                   \
	"CREATE VIRTUAL TABLE word USING fts5(k, alarm, message, reason, operator, "     \
	"area, tag, content='', columnsize=0);"                                          \
	"INSERT INTO word(word, rank) VALUES ('hashsize', 4194304);"

struct search {
	char *path;
	struct db *station;         /* borrowed */
	struct db_stmt *read, *one; /* of station: rows behind seq; the hash of one */
	struct db *db;
	struct db_stmt *sql[SQL_COUNT];
	struct vocabulary *vocabulary;
	struct standing *standing;
	struct audit_head head; /* the last row taken in */
	bool (*stop)(void *arg);
	void *stop_arg;
};

/* --- the file ---------------------------------------------------------------------- */

static void close_file(struct search *x)
{
	for (size_t i = 0; i < SQL_COUNT; i++) {
		db_finalize(x->sql[i]);
		x->sql[i] = NULL;
	}
	vocabulary_close(x->vocabulary);
	x->vocabulary = NULL;
	standing_close(x->standing);
	x->standing = NULL;
	db_close(x->db);
	x->db = NULL;
}

static void remove_file(const struct search *x)
{
	static const char *const beside[] = { "", "-wal", "-shm" };

	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
		char *path = xasprintf("%s%s", x->path, beside[i]);
		unlink(path);
		free(path);
	}
}

static enum sg_err open_plain(struct search *x, struct strbuf *why)
{
	enum sg_err err = folder_file(x->path, why);

	if (err == SG_OK)
		err = db_open(x->path, DB_OWN, &x->db, why);
	if (err != SG_OK)
		return err;
	db_stop_when(x->db, x->stop, x->stop_arg);
	/* what a crash takes from it is made again */
	return db_exec(x->db,
		       "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
		       "PRAGMA cache_size=-4000; PRAGMA journal_size_limit=16777216;"
		       "PRAGMA cell_size_check=ON",
		       why);
}

static enum sg_err prepare(struct search *x, struct strbuf *why)
{
	for (size_t i = 0; i < SQL_COUNT; i++) {
		x->sql[i] = db_prepare(x->db, sql_text[i], why);
		if (!x->sql[i])
			return SG_EIO;
	}
	enum sg_err err = vocabulary_open(x->db, &x->vocabulary, why);
	return err == SG_OK ? standing_open(x->station, x->db, &x->standing, why) : err;
}

static enum sg_err make_file(struct search *x, struct strbuf *why)
{
	struct strbuf sql = STRBUF_INIT;
	char id[2 * AUDIT_CHAIN_ID_SIZE + 1];

	for (size_t i = 0; i < AUDIT_CHAIN_ID_SIZE; i++)
		snprintf(id + 2 * i, 3, "%02x", x->head.chain_id[i]);
	strbuf_addf(&sql,
		    MAKE_SQL "INSERT INTO meta VALUES ('chain_id', x'%s'), ('seq', 0), "
			     "('hash', zeroblob(%d)); PRAGMA user_version=%d; COMMIT;",
		    id, AUDIT_HASH_SIZE, INDEX_VERSION);
	enum sg_err err = db_exec(x->db, sql.buf, why);
	strbuf_release(&sql);
	x->head.seq = 0;
	memset(x->head.hash, 0, AUDIT_HASH_SIZE);
	return err;
}

static bool meta_blob(struct search *x, const char *sql, uint8_t *out, size_t size)
{
	struct db_stmt *q = db_prepare(x->db, sql, NULL);
	size_t n = 0;

	if (!q)
		return false;
	const void *p = db_row(q, NULL) > 0 ? db_col_blob(q, 0, &n) : NULL;
	bool ok = p && n == size;
	if (ok)
		memcpy(out, p, size);
	db_finalize(q);
	return ok;
}

/* The row our last one must be has the hash it had. */
static bool still_fits(struct search *x)
{
	size_t n = 0;

	if (x->head.seq == 0)
		return true;
	db_bind_int(x->one, 1, (int64_t)x->head.seq);
	const void *hash = db_row(x->one, NULL) > 0 ? db_col_blob(x->one, 0, &n) : NULL;
	bool same = hash && n == AUDIT_HASH_SIZE &&
		    memcmp(hash, x->head.hash, AUDIT_HASH_SIZE) == 0;
	db_reset(x->one);
	return same;
}

static bool read_head(struct search *x)
{
	uint8_t id[AUDIT_CHAIN_ID_SIZE];
	int64_t version = 0, seq = -1;

	if (db_number(x->db, "PRAGMA user_version", &version, NULL) != SG_OK ||
	    version != INDEX_VERSION ||
	    db_number(x->db, "SELECT value FROM meta WHERE key = 'seq'", &seq, NULL) !=
		    SG_OK ||
	    seq < 0 ||
	    !meta_blob(x, "SELECT value FROM meta WHERE key = 'chain_id'", id,
		       sizeof(id)) ||
	    !meta_blob(x, "SELECT value FROM meta WHERE key = 'hash'", x->head.hash,
		       AUDIT_HASH_SIZE))
		return false;
	x->head.seq = (uint64_t)seq;
	return memcmp(id, x->head.chain_id, sizeof(id)) == 0 && still_fits(x);
}

static enum sg_err make_anew(struct search *x, struct strbuf *why)
{
	close_file(x);
	remove_file(x);
	enum sg_err err = open_plain(x, why);
	if (err == SG_OK)
		err = make_file(x, why);
	if (err == SG_OK)
		err = prepare(x, why);
	if (err != SG_OK)
		close_file(x);
	return err;
}

enum sg_err search_begin_anew(struct search *x, struct strbuf *why)
{
	log_info("%s: the journal's index is made anew", x->path);
	return make_anew(x, why);
}

static enum sg_err open_file(struct search *x, struct strbuf *why)
{
	struct strbuf ignored = STRBUF_INIT;
	bool fresh = access(x->path, F_OK) < 0;
	bool usable = open_plain(x, &ignored) == SG_OK && read_head(x) &&
		      prepare(x, &ignored) == SG_OK;

	strbuf_release(&ignored);
	if (usable)
		return SG_OK;
	return fresh ? make_anew(x, why) : search_begin_anew(x, why);
}

enum sg_err search_open(const char *path, struct db *station,
			const uint8_t chain_id[AUDIT_CHAIN_ID_SIZE], struct search **out,
			struct strbuf *why)
{
	struct search *x = xcalloc(1, sizeof(*x));

	x->path = xstrdup(path);
	x->station = station;
	memcpy(x->head.chain_id, chain_id, AUDIT_CHAIN_ID_SIZE);
	x->read = db_prepare(station,
			     "SELECT seq, body, hash FROM journal WHERE seq > ?1 "
			     "ORDER BY seq LIMIT ?2",
			     why);
	x->one = db_prepare(station, "SELECT hash FROM journal WHERE seq = ?1", why);
	enum sg_err err = x->read && x->one ? open_file(x, why) : SG_EIO;
	if (err != SG_OK) {
		search_close(x);
		return err;
	}
	*out = x;
	return SG_OK;
}

void search_close(struct search *x)
{
	if (!x)
		return;
	db_finalize(x->read);
	db_finalize(x->one);
	close_file(x);
	free(x->path);
	free(x);
}

void search_stop_when(struct search *x, bool (*stop)(void *arg), void *arg)
{
	x->stop = stop;
	x->stop_arg = arg;
	if (x->db)
		db_stop_when(x->db, stop, arg);
}

bool search_is_open(const struct search *x)
{
	return x->db != NULL;
}

uint64_t search_seq(const struct search *x)
{
	return x->head.seq;
}

enum sg_err search_expression(struct search *x, const struct store_search *ask,
			      struct strbuf *out, struct strbuf *why)
{
	return search_question(x->vocabulary, ask, out, why);
}

struct db_stmt *search_rows(struct search *x, bool oldest_first)
{
	return x->sql[oldest_first ? SQL_OLDEST : SQL_NEWEST];
}

/* --- taking rows in ------------------------------------------------------------- */

struct intake {
	struct search *x;
	struct strbuf keys, texts;
	int64_t block, min_ms, max_ms; /* block < 0: none begun */
	struct audit_head head;
	uint64_t n;
};

static enum sg_err put_span(struct intake *in, struct strbuf *why)
{
	struct db_stmt *q = in->x->sql[SQL_SPAN];

	if (in->block < 0)
		return SG_OK;
	db_bind_int(q, 1, in->block);
	db_bind_int(q, 2, in->min_ms);
	db_bind_int(q, 3, in->max_ms);
	in->block = -1;
	return db_run(q, NULL, why);
}

static enum sg_err widen_span(struct intake *in, int64_t seq, int64_t ms,
			      struct strbuf *why)
{
	enum sg_err err = SG_OK;

	if (in->block != seq / SPAN_ROWS) {
		err = put_span(in, why);
		in->block = seq / SPAN_ROWS;
		in->min_ms = in->max_ms = ms;
	}
	if (ms < in->min_ms)
		in->min_ms = ms;
	if (ms > in->max_ms)
		in->max_ms = ms;
	return err;
}

static enum sg_err put_words(struct intake *in, int64_t seq,
			     const struct alarm_journal *row, struct strbuf *why)
{
	const char *const texts[] = { row->alarm, row->message, row->text,
				      row->by,    row->area,    row->tag };
	struct db_stmt *q = in->x->sql[SQL_WORD];
	enum sg_err err = SG_OK;

	search_keys(row, &in->keys);
	db_bind_int(q, 1, seq);
	db_bind_text(q, 2, in->keys.buf);
	for (int i = 0; i < (int)(sizeof(texts) / sizeof(texts[0])) && err == SG_OK;
	     i++) {
		db_bind_text(q, 3 + i, texts[i]);
		err = vocabulary_take(in->x->vocabulary, texts[i], why);
	}
	return err == SG_OK ? db_run(q, NULL, why) : err;
}

/* A row that cannot be read has no words: nothing but its number finds it. */
static enum sg_err take_row(struct intake *in, struct strbuf *why)
{
	struct db_stmt *q = in->x->read;
	struct alarm_journal row;
	size_t n = 0, hash_n = 0;
	int64_t seq = 0;
	enum sg_err err = SG_OK;
	bool sound = false;
	const void *body = db_col_blob(q, 1, &n);
	const void *hash = db_col_blob(q, 2, &hash_n);

	db_col_int(q, 0, &seq);
	if (body && alarm_journal_get(body, n, &row, &in->texts)) {
		sound = true;
		err = widen_span(in, seq, row.at.ms, why);
		if (err == SG_OK)
			err = put_words(in, seq, &row, why);
	}
	in->head.seq = (uint64_t)seq;
	memset(in->head.hash, 0, AUDIT_HASH_SIZE);
	if (hash && hash_n == AUDIT_HASH_SIZE)
		memcpy(in->head.hash, hash, AUDIT_HASH_SIZE);
	in->n++;
	return err == SG_OK ? standing_row(in->x->standing, sound ? &row : NULL,
					   &in->head, why)
			    : err;
}

static enum sg_err take_rows(struct intake *in, uint64_t max, struct strbuf *why)
{
	struct search *x = in->x;
	enum sg_err err = SG_OK;
	int rc = 0;

	db_bind_int(x->read, 1, (int64_t)x->head.seq);
	db_bind_int(x->read, 2, (int64_t)max);
	while (err == SG_OK && (rc = db_row(x->read, why)) > 0)
		err = take_row(in, why);
	db_reset(x->read);
	if (err == SG_OK && rc < 0)
		err = (enum sg_err)rc;
	if (err == SG_OK)
		err = put_span(in, why);
	return err;
}

static enum sg_err put_head(struct search *x, const struct audit_head *head,
			    struct strbuf *why)
{
	db_bind_int(x->sql[SQL_META], 1, (int64_t)head->seq);
	db_bind_blob(x->sql[SQL_META], 2, head->hash, AUDIT_HASH_SIZE);
	return db_run(x->sql[SQL_META], NULL, why);
}

static enum sg_err take_in(struct intake *in, uint64_t max, struct strbuf *why)
{
	struct search *x = in->x;
	enum sg_err err = standing_at(x->standing, x->head.seq, why);

	if (err == SG_OK)
		err = db_run(x->sql[SQL_BEGIN], NULL, why);
	if (err == SG_OK)
		err = take_rows(in, max, why);
	if (err == SG_OK && in->n > 0)
		err = put_head(x, &in->head, why);
	if (err == SG_OK)
		err = db_run(x->sql[SQL_COMMIT], NULL, why);
	if (err == SG_OK) {
		x->head = in->head;
		return err;
	}
	vocabulary_forget(x->vocabulary);
	standing_forget(x->standing);
	if (db_in_transaction(x->db))
		db_exec(x->db, "ROLLBACK", NULL);
	return err;
}

enum sg_err search_take_in(struct search *x, uint64_t max, uint64_t *n,
			   struct strbuf *why)
{
	struct intake in = {
		.x = x, .keys = STRBUF_INIT, .texts = STRBUF_INIT, .block = -1
	};
	enum sg_err err = SG_OK;

	if (!x->db || !still_fits(x))
		err = search_begin_anew(x, why);
	in.head = x->head;
	if (err == SG_OK)
		err = take_in(&in, max, why);
	*n = err == SG_OK ? in.n : 0;
	strbuf_release(&in.keys);
	strbuf_release(&in.texts);
	return err;
}

/* --- where a time lies ---------------------------------------------------------- */

enum sg_err search_ranges(struct search *x, int64_t from, int64_t to,
			  struct search_range **v, size_t *n, struct strbuf *why)
{
	struct db_stmt *q = x->sql[SQL_RANGES];
	int rc;

	*v = NULL;
	*n = 0;
	db_bind_int(q, 1, from);
	db_bind_int(q, 2, to ? to : INT64_MAX);
	while ((rc = db_row(q, why)) > 0) {
		int64_t block = 0;
		db_col_int(q, 0, &block);
		uint64_t first = (uint64_t)block * SPAN_ROWS;
		if (*n == 0 || (*v)[*n - 1].last + 1 != first) {
			struct search_range *r = GROW(v, n);
			r->first = first;
		}
		(*v)[*n - 1].last = first + SPAN_ROWS - 1;
	}
	return (enum sg_err)rc;
}
