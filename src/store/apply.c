/* apply.c - transactions into tables: one statement a kind of operation. */
#include <inttypes.h>

#include "alarm/journal.h"
#include "audit/record.h"
#include "store/db.h"
#include "store/store_int.h"
#include "util/strbuf.h"

enum { BODY_MAX = 65536 };

static const char *const sql_text[SQL_COUNT] = {
	[SQL_BEGIN] = "BEGIN IMMEDIATE",
	[SQL_COMMIT] = "COMMIT",
	[SQL_AUDIT] = "INSERT INTO audit(seq, body, hash, seal) VALUES (?1, ?2, ?3, "
		      "?4)",
	[SQL_ALARM] = "INSERT INTO alarm(name, record) VALUES (?1, ?2) "
		      "ON CONFLICT(name) DO UPDATE SET record = excluded.record",
	[SQL_ALARM_GONE] = "DELETE FROM alarm WHERE name = ?1",
	[SQL_JOURNAL] = "INSERT INTO journal(seq, body, hash) VALUES (?1, ?2, ?3)",
	[SQL_INTENT] = "INSERT INTO writes(request, tag, body) VALUES (?1, ?2, ?3)",
	[SQL_OUTCOME] = "UPDATE writes SET outcome = ?2, settled = ?3 WHERE request = ?1",
	[SQL_SETTLE] = "UPDATE writes SET settled = 1 WHERE request = ?1",
	[SQL_SUBSTITUTION] = "INSERT INTO substitution(tag, body) VALUES (?1, ?2) "
			     "ON CONFLICT(tag) DO UPDATE SET body = excluded.body",
	[SQL_SUBSTITUTION_GONE] = "DELETE FROM substitution WHERE tag = ?1",
	[SQL_ACCOUNT] = "INSERT INTO account(name, body) VALUES (?1, ?2) "
			"ON CONFLICT(name) DO UPDATE SET body = excluded.body",
	[SQL_ACCOUNT_GONE] = "DELETE FROM account WHERE name = ?1",
	[SQL_COUNTER] = "UPDATE meta SET value = ?2 WHERE key = ?1",
};

enum sg_err store_prepare(struct store *s, struct strbuf *why)
{
	for (size_t i = 0; i < SQL_COUNT; i++) {
		s->sql[i] = db_prepare(s->db, sql_text[i], why);
		if (!s->sql[i])
			return SG_EIO;
	}
	return SG_OK;
}

void store_unprepare(struct store *s)
{
	for (size_t i = 0; i < SQL_COUNT; i++) {
		db_finalize(s->sql[i]);
		s->sql[i] = NULL;
	}
}

static void raise_to(uint64_t *highest, uint64_t id)
{
	if (id > *highest)
		*highest = id;
}

static enum sg_err insert_audit(struct store *s, const struct strbuf *body,
				struct store_tail *next, struct strbuf *why)
{
	struct db_stmt *q = s->sql[SQL_AUDIT];
	uint8_t seal[AUDIT_SEAL_SIZE];

	if (body->len > AUDIT_BODY_MAX) {
		strbuf_setf(why, "an audit record of %zu bytes is longer than %d",
			    body->len, AUDIT_BODY_MAX);
		return SG_ELIMIT;
	}
	size_t sealed = seal_append(next, body->buf, body->len, seal);
	raise_to(&next->request, audit_record_request(body->buf, body->len));
	db_bind_int(q, 1, (int64_t)next->head.seq);
	db_bind_blob(q, 2, body->buf, body->len);
	db_bind_blob(q, 3, next->head.hash, AUDIT_HASH_SIZE);
	if (sealed) /* else NULL */
		db_bind_blob(q, 4, seal, sealed);
	return db_run(q, NULL, why);
}

/* Signed, if there is anything to be signed; without keys it is stored as it is. */
static enum sg_err put_checkpoint(struct store *s, const struct txn_op *op,
				  struct store_tail *next, struct strbuf *why)
{
	struct strbuf body = STRBUF_INIT;
	struct audit_record r;
	enum sg_err err;

	if (!next->seal.on)
		return insert_audit(s, &op->body, next, why);
	err = seal_statement(s, next, op, &body, why);
	if (err == SG_OK)
		err = insert_audit(s, &body, next, why);
	if (err == SG_OK && audit_record_is_sound(body.buf, body.len, &r))
		seal_moved(next, r.wall_ms);
	strbuf_release(&body);
	return err == SG_ENOENT ? SG_OK : err;
}

static enum sg_err put_audit(struct store *s, const struct txn_op *op,
			     struct store_tail *next, struct strbuf *why)
{
	struct txn_op due = { .kind = TXN_CHECKPOINT, .body = STRBUF_INIT };
	enum sg_err err = insert_audit(s, &op->body, next, why);

	if (err != SG_OK || !seal_is_due(next))
		return err;
	seal_due_body(op->body.buf, op->body.len, &due.body);
	err = put_checkpoint(s, &due, next, why);
	strbuf_release(&due.body);
	return err;
}

/* A body under a name, in the place of the one before. */
static enum sg_err put_named(struct db_stmt *q, const struct txn_op *op,
			     struct strbuf *why)
{
	db_bind_text(q, 1, op->key);
	db_bind_blob(q, 2, op->body.buf, op->body.len);
	return db_run(q, NULL, why);
}

static enum sg_err drop_named(struct db_stmt *q, const struct txn_op *op,
			      struct strbuf *why)
{
	db_bind_text(q, 1, op->key);
	return db_run(q, NULL, why);
}

static enum sg_err put_alarm(struct store *s, const struct txn_op *op,
			     struct store_tail *next, struct strbuf *why)
{
	(void)next;
	return put_named(s->sql[SQL_ALARM], op, why);
}

static enum sg_err put_alarm_gone(struct store *s, const struct txn_op *op,
				  struct store_tail *next, struct strbuf *why)
{
	(void)next;
	return drop_named(s->sql[SQL_ALARM_GONE], op, why);
}

static enum sg_err put_substitution(struct store *s, const struct txn_op *op,
				    struct store_tail *next, struct strbuf *why)
{
	(void)next;
	return put_named(s->sql[SQL_SUBSTITUTION], op, why);
}

static enum sg_err put_substitution_gone(struct store *s, const struct txn_op *op,
					 struct store_tail *next, struct strbuf *why)
{
	(void)next;
	return drop_named(s->sql[SQL_SUBSTITUTION_GONE], op, why);
}

static enum sg_err put_account(struct store *s, const struct txn_op *op,
			       struct store_tail *next, struct strbuf *why)
{
	(void)next;
	return put_named(s->sql[SQL_ACCOUNT], op, why);
}

static enum sg_err put_account_gone(struct store *s, const struct txn_op *op,
				    struct store_tail *next, struct strbuf *why)
{
	(void)next;
	return drop_named(s->sql[SQL_ACCOUNT_GONE], op, why);
}

static enum sg_err put_journal(struct store *s, const struct txn_op *op,
			       struct store_tail *next, struct strbuf *why)
{
	struct db_stmt *q = s->sql[SQL_JOURNAL];

	if (op->body.len > ALARM_JOURNAL_BODY_MAX) {
		strbuf_setf(why, "a journal row of %zu bytes is longer than %d",
			    op->body.len, ALARM_JOURNAL_BODY_MAX);
		return SG_ELIMIT;
	}
	audit_chain_append(&next->journal, op->body.buf, op->body.len);
	raise_to(&next->occurrence, op->id);
	db_bind_int(q, 1, (int64_t)next->journal.seq);
	db_bind_blob(q, 2, op->body.buf, op->body.len);
	db_bind_blob(q, 3, next->journal.hash, AUDIT_HASH_SIZE);
	return db_run(q, NULL, why);
}

static enum sg_err put_intent(struct store *s, const struct txn_op *op,
			      struct store_tail *next, struct strbuf *why)
{
	struct db_stmt *q = s->sql[SQL_INTENT];

	raise_to(&next->request, op->id);
	db_bind_int(q, 1, (int64_t)op->id);
	db_bind_text(q, 2, op->key);
	db_bind_blob(q, 3, op->body.buf, op->body.len);
	enum sg_err err = db_run(q, NULL, why);
	if (err == SG_EREFUSED)
		strbuf_setf(why, "write request %" PRIu64 " was used before", op->id);
	return err;
}

/* An outcome without a stored intent would be a write nobody had recorded first. */
static enum sg_err update_write(struct db_stmt *q, uint64_t request, struct strbuf *why)
{
	int64_t changes = 0;
	enum sg_err err = db_run(q, &changes, why);

	if (err != SG_OK || changes == 1)
		return err;
	strbuf_setf(why, "write request %" PRIu64 " has no intent on record", request);
	return SG_EREFUSED;
}

static enum sg_err put_outcome(struct store *s, const struct txn_op *op,
			       struct store_tail *next, struct strbuf *why)
{
	struct db_stmt *q = s->sql[SQL_OUTCOME];

	(void)next;
	db_bind_int(q, 1, (int64_t)op->id);
	db_bind_text(q, 2, op->key);
	db_bind_int(q, 3, op->settled);
	return update_write(q, op->id, why);
}

static enum sg_err put_settle(struct store *s, const struct txn_op *op,
			      struct store_tail *next, struct strbuf *why)
{
	struct db_stmt *q = s->sql[SQL_SETTLE];

	(void)next;
	db_bind_int(q, 1, (int64_t)op->id);
	return update_write(q, op->id, why);
}

static const struct {
	const char *what;
	bool needs_key, needs_id;
	enum sg_err (*put)(struct store *s, const struct txn_op *op,
			   struct store_tail *next, struct strbuf *why);
} ops[] = {
	[TXN_AUDIT] = { "an audit record", false, false, put_audit },
	[TXN_ALARM] = { "an alarm's state", true, false, put_alarm },
	[TXN_ALARM_GONE] = { "an alarm's end", true, false, put_alarm_gone },
	[TXN_JOURNAL] = { "a journal row", true, false, put_journal },
	[TXN_INTENT] = { "an intent", true, true, put_intent },
	[TXN_OUTCOME] = { "an outcome", true, true, put_outcome },
	[TXN_SETTLE] = { "a settlement", false, true, put_settle },
	[TXN_SUBSTITUTION] = { "a substitution", true, false, put_substitution },
	[TXN_SUBSTITUTION_GONE] = { "a substitution's end", true, false,
				    put_substitution_gone },
	[TXN_ACCOUNT] = { "an account", true, false, put_account },
	[TXN_ACCOUNT_GONE] = { "an account's end", true, false, put_account_gone },
	[TXN_CHECKPOINT] = { "a checkpoint", false, false, put_checkpoint },
};

/* SQLite's integers are signed, so ids stay below 2^63. */
enum sg_err store_check_op(const struct txn_op *op, struct strbuf *why)
{
	size_t kind = (size_t)op->kind;

	if (kind >= sizeof(ops) / sizeof(ops[0])) {
		strbuf_setf(why, "no kind of operation has the number %zu", kind);
		return SG_EREFUSED;
	}
	if ((ops[kind].needs_key && !op->key) || (ops[kind].needs_id && op->id == 0) ||
	    op->id > INT64_MAX) {
		strbuf_setf(why, "%s without a name or number", ops[kind].what);
		return SG_EREFUSED;
	}
	if (op->body.truncated || op->body.len > BODY_MAX) {
		strbuf_setf(why, "%s of %zu bytes is longer than %d", ops[kind].what,
			    op->body.len, BODY_MAX);
		return SG_ELIMIT;
	}
	return SG_OK;
}

static enum sg_err apply_op(struct store *s, const struct txn_op *op,
			    struct store_tail *next, struct strbuf *why)
{
	enum sg_err err = store_check_op(op, why);

	return err == SG_OK ? ops[op->kind].put(s, op, next, why) : err;
}

static enum sg_err put_counter(struct store *s, const char *key, uint64_t was,
			       uint64_t is, struct strbuf *why)
{
	if (was == is)
		return SG_OK;
	db_bind_text(s->sql[SQL_COUNTER], 1, key);
	db_bind_int(s->sql[SQL_COUNTER], 2, (int64_t)is);
	return db_run(s->sql[SQL_COUNTER], NULL, why);
}

enum sg_err store_apply_within(struct store *s, struct txn *const *txns, size_t n,
			       struct store_tail *next, struct strbuf *why)
{
	enum sg_err err = SG_OK;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < txns[i]->n && err == SG_OK; k++)
			err = apply_op(s, &txns[i]->ops[k], next, why);
	if (err == SG_OK)
		err = put_counter(s, "request", s->tail.request, next->request, why);
	if (err == SG_OK)
		err = put_counter(s, "occurrence", s->tail.occurrence, next->occurrence,
				  why);
	return err;
}

enum sg_err store_apply(struct store *s, struct txn *const *txns, size_t n,
			struct store_tail *next, struct strbuf *why)
{
	enum sg_err err = db_run(s->sql[SQL_BEGIN], NULL, why);

	if (err != SG_OK)
		return err;
	err = store_apply_within(s, txns, n, next, why);
	if (err == SG_OK)
		err = db_run(s->sql[SQL_COMMIT], NULL, why);
	if (err != SG_OK && db_in_transaction(s->db))
		db_exec(s->db, "ROLLBACK", NULL);
	return err;
}
