/* read.c - what a start finds, what the chain ends with, and the records for a list. */
#include "store/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/accept.h"
#include "store/db.h"
#include "store/rows.h"
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

/* Damage that somebody accepted is behind us: w goes on after it. */
static bool was_accepted(struct store *s, struct audit_walk *w)
{
	struct acceptance a = { .looked_at = w->v.head.seq };
	char *dir = xstrndup(s->path, (size_t)(strrchr(s->path, '/') - s->path));
	bool found = acceptance_key(&a, dir) &&
		     acceptance_find(s->db, &a, TAIL_CHECKED, NULL) == SG_OK && a.found;

	free(dir);
	if (!found)
		return false;
	memcpy(a.head.chain_id, w->v.head.chain_id, AUDIT_CHAIN_ID_SIZE);
	audit_walk_begin(w, &a.head, NULL);
	w->any_body = true;
	return true;
}

enum sg_err store_check_tail(struct store *s, struct strbuf *why)
{
	struct audit_head start = { 0 };
	struct audit_walk w;
	struct strbuf own = STRBUF_INIT;
	enum sg_err err = start_of_check(s, &start, why);

	audit_walk_begin(&w, &start, NULL);
	w.any_body = true; /* what a body means is the verifier's question */
	do {
		if (err == SG_OK)
			err = rows_walk(s->db, SCHEMA_AUDIT, &w, 0, NULL, &own);
	} while (err == SG_OK && !w.v.good && was_accepted(s, &w));
	if (err == SG_OK && !w.v.good) {
		strbuf_setf(why, "%s: the audit record is damaged: %s", s->path,
			    w.v.text);
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

static enum sg_err load_writes(struct store *s, const char *sql,
			       struct stored_write **writes, size_t *n,
			       struct strbuf *why)
{
	struct db_stmt *q = db_prepare(s->db, sql, why);
	int rc;

	if (!q)
		return SG_EIO;
	while ((rc = db_row(q, why)) > 0) {
		struct stored_write *w = GROW(writes, n);
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

/* Enough for what the limits on how often and how far a tag is moved count. */
static enum sg_err load_all_writes(struct store *s, struct store_snapshot *out,
				   struct strbuf *why)
{
	static const char open[] = "SELECT request, tag, outcome, body FROM writes "
				   "WHERE settled = 0 ORDER BY request";
	static const char recent[] =
		"SELECT request, tag, outcome, body FROM (SELECT * FROM writes "
		"ORDER BY request DESC LIMIT 5000) ORDER BY request";
	enum sg_err err = load_writes(s, open, &out->writes, &out->n_writes, why);

	return err == SG_OK ? load_writes(s, recent, &out->recent, &out->n_recent, why)
			    : err;
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
		err = load_all_writes(s, out, why);
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

	*out = (struct store_snapshot){ .next_request = 1, .next_occurrence = 1 };
	snprintf(out->distrust, sizeof(out->distrust), "%s", s->distrust);
	if (!s->db) /* nothing can be recorded: no number is used */
		return s->distrust[0] ? SG_OK : not_open(s, why);
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

struct handing {
	store_audit_fn fn;
	void *arg;
};

static bool hand_out(void *arg, const struct audit_walk_row *row)
{
	const struct handing *h = arg;

	return row->hash_n == AUDIT_HASH_SIZE &&
	       h->fn(h->arg, row->seq, row->body, row->n, row->hash, row->seal);
}

enum sg_err store_audit_list(struct store *s, uint64_t before, uint32_t count,
			     store_audit_fn fn, void *arg, struct strbuf *why)
{
	struct handing h = { fn, arg };

	if (!s->db)
		return not_open(s, why);
	return rows_back(s->db, before, count, hand_out, &h, why);
}
