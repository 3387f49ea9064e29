/* rows.c - rows of a chain, one after the other, without a copy of any. */
#include "store/rows.h"

#include <string.h>

#include "alarm/journal.h"
#include "store/db.h"
#include "util/strbuf.h"

/* Files before schema 4 have no seals. */
static bool has_seals(struct db *db)
{
	int64_t version = 0;

	return db_number(db, "PRAGMA user_version", &version, NULL) == SG_OK &&
	       version >= SCHEMA_SEALED;
}

static bool is_journal_row(const void *body, size_t n)
{
	struct alarm_journal row;
	struct strbuf texts = STRBUF_INIT;
	bool ok = alarm_journal_get(body, n, &row, &texts);

	strbuf_release(&texts);
	return ok;
}

/* False when a column is not of its type. A seal that is NULL is none. */
static bool read_row(struct db_stmt *q, struct audit_walk_row *row)
{
	int64_t seq = 0;

	*row = (struct audit_walk_row){ 0 };
	if (!db_col_int(q, 0, &seq) || seq <= 0 ||
	    !(row->body = db_col_blob(q, 1, &row->n)) ||
	    !(row->hash = db_col_blob(q, 2, &row->hash_n)))
		return false;
	row->seq = (uint64_t)seq;
	row->seal = db_col_blob(q, 3, &row->seal_n);
	if (row->seal)
		return row->seal_n == AUDIT_SEAL_SIZE;
	return db_col_is_null(q, 3);
}

/* Judges the row q stands on. */
static bool judge(struct db_stmt *q, enum schema_chain chain, struct audit_walk *w)
{
	struct audit_walk_row row;

	if (!read_row(q, &row)) {
		audit_walk_bad(w, "a column is not of its type");
		return false;
	}
	struct audit_head before = w->v.head;
	if (!audit_walk_row(w, &row))
		return false;
	if (chain == SCHEMA_AUDIT || is_journal_row(row.body, row.n))
		return true;
	w->v.head = before; /* the last good one */
	audit_walk_bad(w, "its body is malformed");
	return false;
}

static struct db_stmt *prepare(struct db *db, enum schema_chain chain, struct strbuf *why)
{
	bool sealed = chain == SCHEMA_AUDIT && has_seals(db);
	static const char *const sql[][2] = {
		[SCHEMA_AUDIT] = { "SELECT seq, body, hash, NULL FROM audit "
				   "WHERE seq >= ?1 ORDER BY seq LIMIT ?2",
				   "SELECT seq, body, hash, seal FROM audit "
				   "WHERE seq >= ?1 ORDER BY seq LIMIT ?2" },
		[SCHEMA_JOURNAL] = { "SELECT seq, body, hash, NULL FROM journal "
				     "WHERE seq >= ?1 ORDER BY seq LIMIT ?2",
				     NULL },
	};

	return db_prepare(db, sql[chain][sealed], why);
}

enum sg_err rows_walk(struct db *db, enum schema_chain chain, struct audit_walk *w,
		      uint64_t max, bool *more, struct strbuf *why)
{
	struct strbuf row_why = STRBUF_INIT;
	struct db_stmt *q = prepare(db, chain, why);
	uint64_t n = 0;
	int rc;

	if (!q)
		return SG_EIO;
	/* from the very first: also what has no business before it */
	db_bind_int(q, 1, w->v.head.seq ? (int64_t)w->v.head.seq + 1 : INT64_MIN);
	db_bind_int(q, 2, max ? (int64_t)max : -1);
	while ((rc = db_row(q, &row_why)) > 0) {
		n++;
		if (!judge(q, chain, w))
			break;
	}
	if (rc < 0)
		audit_walk_bad(w, row_why.buf);
	if (more)
		*more = max && n == max && w->v.good;
	db_finalize(q);
	strbuf_release(&row_why);
	return SG_OK;
}

enum sg_err rows_hash(struct db *db, uint64_t seq, uint8_t hash[AUDIT_HASH_SIZE],
		      struct strbuf *why)
{
	struct db_stmt *q = db_prepare(db, "SELECT hash FROM audit WHERE seq = ?1", why);
	enum sg_err err = SG_ENOENT;
	size_t n = 0;

	if (!q)
		return SG_EIO;
	db_bind_int(q, 1, (int64_t)seq);
	int rc = db_row(q, why);
	const void *p = rc > 0 ? db_col_blob(q, 0, &n) : NULL;
	if (p && n == AUDIT_HASH_SIZE) {
		memcpy(hash, p, AUDIT_HASH_SIZE);
		err = SG_OK;
	} else if (rc < 0) {
		err = (enum sg_err)rc;
	}
	db_finalize(q);
	return err;
}

static enum sg_err each(struct db_stmt *q, uint64_t bound, uint64_t max, rows_fn fn,
			void *arg, struct strbuf *why)
{
	struct audit_walk_row row;
	int rc;

	if (!q)
		return SG_EIO;
	db_bind_int(q, 1, (int64_t)bound);
	db_bind_int(q, 2, max < INT64_MAX ? (int64_t)max : INT64_MAX);
	while ((rc = db_row(q, why)) > 0)
		if (!read_row(q, &row) || !fn(arg, &row))
			break;
	db_finalize(q);
	return rc < 0 ? (enum sg_err)rc : SG_OK;
}

enum sg_err rows_back(struct db *db, uint64_t before, uint64_t max, rows_fn fn, void *arg,
		      struct strbuf *why)
{
	return each(db_prepare(db,
			       "SELECT seq, body, hash, seal FROM audit WHERE seq < ?1 "
			       "ORDER BY seq DESC LIMIT ?2",
			       why),
		    before && before < INT64_MAX ? before : INT64_MAX, max, fn, arg, why);
}

enum sg_err rows_on(struct db *db, uint64_t after, uint64_t max, rows_fn fn, void *arg,
		    struct strbuf *why)
{
	return each(db_prepare(db,
			       "SELECT seq, body, hash, seal FROM audit WHERE seq > ?1 "
			       "ORDER BY seq LIMIT ?2",
			       why),
		    after, max, fn, arg, why);
}
