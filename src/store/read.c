/* read.c - what a start finds, what the chain ends with, and the records for a list. */
#include "store/store.h"

#include <inttypes.h>
#include <string.h>

#include "store/db.h"
#include "store/schema.h"
#include "store/store_int.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { TAIL_CHECKED = 10000 }; /* records hashed again at a start: about 20 ms */

static enum sg_err read_counter(struct store *s, const char *sql, uint64_t *out,
				struct strbuf *why)
{
	int64_t v;
	enum sg_err err = db_number(s->db, sql, &v, why);

	if (err == SG_OK)
		*out = v > 0 ? (uint64_t)v : 0;
	return err;
}

enum sg_err store_read_tail(struct store *s, struct store_tail *tail, struct strbuf *why)
{
	enum sg_err err =
		schema_chain_head(s->db, s->path, SCHEMA_AUDIT, &tail->head, why);

	if (err == SG_OK)
		err = schema_chain_head(s->db, s->path, SCHEMA_JOURNAL, &tail->journal,
					why);
	if (err == SG_OK)
		err = read_counter(
			s,
			"SELECT max((SELECT value FROM meta WHERE key = 'request'),"
			" (SELECT ifnull(max(request), 0) FROM writes))",
			&tail->request, why);
	if (err == SG_OK)
		err = read_counter(s, "SELECT value FROM meta WHERE key = 'occurrence'",
				   &tail->occurrence, why);
	return err;
}

/* The record before the first one to be hashed again: its hash is taken as it is. */
static enum sg_err start_of_check(struct store *s, struct audit_head *start,
				  struct strbuf *why)
{
	struct audit_head last = { 0 };
	enum sg_err err = schema_chain_id(s->db, s->path, start->chain_id, why);

	if (err == SG_OK)
		err = schema_chain_head(s->db, s->path, SCHEMA_AUDIT, &last, why);
	if (err != SG_OK || last.seq <= TAIL_CHECKED)
		return err;
	start->seq = last.seq - TAIL_CHECKED;
	struct db_stmt *q =
		db_prepare(s->db, "SELECT hash FROM audit WHERE seq = ?1", why);
	if (!q)
		return SG_EIO;
	db_bind_int(q, 1, (int64_t)start->seq);
	size_t n = 0;
	int rc = db_row(q, why);
	const void *hash = rc > 0 ? db_col_blob(q, 0, &n) : NULL;
	if (hash && n == AUDIT_HASH_SIZE)
		memcpy(start->hash, hash, AUDIT_HASH_SIZE);
	db_finalize(q); /* a missing one fails the hash of the next */
	return rc < 0 ? (enum sg_err)rc : SG_OK;
}

static enum sg_err walk_from(struct store *s, struct audit_walk *w, struct strbuf *why)
{
	struct db_stmt *q = db_prepare(
		s->db, "SELECT seq, body, hash FROM audit WHERE seq > ?1 ORDER BY seq",
		why);
	int rc;

	if (!q)
		return SG_EIO;
	db_bind_int(q, 1, (int64_t)w->v.head.seq);
	while ((rc = db_row(q, why)) > 0) {
		size_t n = 0, hash_n = 0;
		int64_t seq = 0;
		db_col_int(q, 0, &seq);
		const void *body = db_col_blob(q, 1, &n);
		const void *hash = db_col_blob(q, 2, &hash_n);
		if (!audit_walk_next(w, (uint64_t)seq, body, body ? n : 0, hash,
				     hash ? hash_n : 0))
			break;
	}
	if (rc < 0 && why)
		audit_walk_bad(w, why->buf);
	db_finalize(q);
	return SG_OK;
}

enum sg_err store_check_tail(struct store *s, struct strbuf *why)
{
	struct audit_head start = { 0 };
	struct audit_walk w;
	struct strbuf own = STRBUF_INIT;
	enum sg_err err = start_of_check(s, &start, why);

	audit_walk_begin(&w, &start, NULL);
	w.any_body = true; /* what a body means is the verifier's question */
	if (err == SG_OK)
		err = walk_from(s, &w, &own);
	if (err == SG_OK && !w.v.good) {
		strbuf_setf(
			why,
			"%s: the audit record is damaged: %s. Nothing was changed; keep "
			"the file, then restore a backup or move it away",
			s->path, w.v.text);
		err = SG_EREFUSED;
	} else if (err != SG_OK && own.len) {
		strbuf_setf(why, "%s", own.buf);
	}
	strbuf_release(&own);
	return err;
}

static void copy_blob(struct db_stmt *q, int column, struct strbuf *out)
{
	size_t n = 0;
	const void *p = db_col_blob(q, column, &n);

	*out = (struct strbuf)STRBUF_INIT;
	if (p)
		strbuf_add(out, p, n);
}

static char *copy_text(struct db_stmt *q, int column)
{
	const char *s = db_col_text(q, column);

	return xstrdup(s ? s : "");
}

static enum sg_err load_alarms(struct store *s, struct store_snapshot *out,
			       struct strbuf *why)
{
	struct db_stmt *q =
		db_prepare(s->db, "SELECT name, record FROM alarm ORDER BY name", why);
	int rc;

	if (!q)
		return SG_EIO;
	while ((rc = db_row(q, why)) > 0) {
		struct stored_alarm *a = GROW(&out->alarms, &out->n_alarms);
		a->name = copy_text(q, 0);
		copy_blob(q, 1, &a->record);
	}
	db_finalize(q);
	return (enum sg_err)rc;
}

static enum sg_err load_writes(struct store *s, struct store_snapshot *out,
			       struct strbuf *why)
{
	struct db_stmt *q = db_prepare(s->db,
				       "SELECT request, tag, outcome, body FROM writes "
				       "WHERE settled = 0 ORDER BY request",
				       why);
	int rc;

	if (!q)
		return SG_EIO;
	while ((rc = db_row(q, why)) > 0) {
		struct stored_write *w = GROW(&out->writes, &out->n_writes);
		int64_t request = 0;
		db_col_int(q, 0, &request);
		w->request = (uint64_t)request;
		w->tag = copy_text(q, 1);
		w->outcome = db_col_text(q, 2) ? copy_text(q, 2) : NULL;
		copy_blob(q, 3, &w->body);
	}
	db_finalize(q);
	return (enum sg_err)rc;
}

static enum sg_err load_substitutions(struct store *s, struct store_snapshot *out,
				      struct strbuf *why)
{
	struct db_stmt *q =
		db_prepare(s->db, "SELECT tag, body FROM substitution ORDER BY tag", why);
	int rc;

	if (!q)
		return SG_EIO;
	while ((rc = db_row(q, why)) > 0) {
		struct stored_substitution *one =
			GROW(&out->substitutions, &out->n_substitutions);
		one->tag = copy_text(q, 0);
		copy_blob(q, 1, &one->body);
	}
	db_finalize(q);
	return (enum sg_err)rc;
}

static enum sg_err load_accounts(struct store *s, struct store_snapshot *out,
				 struct strbuf *why)
{
	struct db_stmt *q =
		db_prepare(s->db, "SELECT name, body FROM account ORDER BY name", why);
	int rc;

	if (!q)
		return SG_EIO;
	while ((rc = db_row(q, why)) > 0) {
		struct stored_account *one = GROW(&out->accounts, &out->n_accounts);
		one->name = copy_text(q, 0);
		copy_blob(q, 1, &one->body);
	}
	db_finalize(q);
	return (enum sg_err)rc;
}

static enum sg_err not_open(const struct store *s, struct strbuf *why)
{
	strbuf_setf(why, "%s is closed after a failure of the disk", s->path);
	return SG_EIO;
}

static enum sg_err load_tables(struct store *s, struct store_snapshot *out,
			       const struct store_tail *tail, struct strbuf *why)
{
	enum sg_err err = load_alarms(s, out, why);

	if (err == SG_OK)
		err = load_writes(s, out, why);
	if (err == SG_OK)
		err = load_substitutions(s, out, why);
	if (err == SG_OK)
		err = load_accounts(s, out, why);
	out->next_request = tail->request + 1;
	out->next_occurrence = tail->occurrence + 1;
	out->audit_seq = tail->head.seq;
	return err;
}

enum sg_err store_load(struct store *s, struct store_snapshot *out, struct strbuf *why)
{
	struct store_tail tail = s->tail;
	enum sg_err err = SG_OK;

	*out = (struct store_snapshot){ 0 };
	if (!s->db)
		return not_open(s, why);
	if (s->reserving) /* the file as it will be with what the reserve holds */
		err = store_look_ahead(s, &tail, why);
	if (err == SG_OK)
		err = load_tables(s, out, &tail, why);
	if (db_in_transaction(s->db))
		db_exec(s->db, "ROLLBACK", NULL);
	if (err != SG_OK)
		store_snapshot_release(out);
	else if (s->notice)
		out->notice = xstrdup(s->notice);
	return err;
}

/* Calls fn for the row q stands on; false to stop. */
static bool hand_out(struct db_stmt *q, store_audit_fn fn, void *arg)
{
	size_t n = 0, hash_n = 0;
	int64_t seq = 0;
	const void *body, *hash;

	if (!db_col_int(q, 0, &seq) || !(body = db_col_blob(q, 1, &n)) ||
	    !(hash = db_col_blob(q, 2, &hash_n)) || hash_n != AUDIT_HASH_SIZE)
		return false;
	return fn(arg, (uint64_t)seq, body, n, hash);
}

enum sg_err store_audit_list(struct store *s, uint64_t before, uint32_t count,
			     store_audit_fn fn, void *arg, struct strbuf *why)
{
	if (!s->db)
		return not_open(s, why);
	struct db_stmt *q = db_prepare(s->db,
				       "SELECT seq, body, hash FROM audit WHERE seq < ?1 "
				       "ORDER BY seq DESC LIMIT ?2",
				       why);
	int rc;

	if (!q)
		return SG_EIO;
	db_bind_int(q, 1, before && before < INT64_MAX ? (int64_t)before : INT64_MAX);
	db_bind_int(q, 2, count);
	while ((rc = db_row(q, why)) > 0)
		if (!hand_out(q, fn, arg))
			break;
	db_finalize(q);
	return rc < 0 ? (enum sg_err)rc : SG_OK;
}
