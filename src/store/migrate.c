/* migrate.c - the steps from schema to schema that SQL alone cannot do. */
#include "alarm/journal.h"
#include "audit/chain.h"
#include "store/db.h"
#include "store/schema.h"
#include "util/strbuf.h"

/* A body of version 1 gets what stood in the columns beside it. One that cannot be read
 * leaves a row that says so: no number may be missing. */
static void convert(struct db_stmt *old, struct strbuf *body, struct strbuf *texts)
{
	struct alarm_journal row;
	size_t n = 0;
	const char *alarm = db_col_text(old, 0);
	int64_t occurrence = 0, wall_ms = 0;
	const void *p = db_col_blob(old, 3, &n);

	db_col_int(old, 1, &occurrence);
	db_col_int(old, 2, &wall_ms);
	if (!p || !alarm_journal_get(p, n, &row, texts)) {
		row = (struct alarm_journal){ .priority = ALARM_LOW,
					      .cause = ALARM_BY_SYSTEM,
					      .event = ALARM_E_COMMENT,
					      .text = "this row could not be read when "
						      "the journal became a chain" };
		row.at.ms = wall_ms;
	}
	row.alarm = alarm;
	row.occurrence = (uint64_t)occurrence;
	strbuf_clear(body);
	alarm_journal_put(body, &row);
}

static enum sg_err chain_rows(struct db_stmt *old, struct db_stmt *new,
			      struct audit_head *head, struct strbuf *why)
{
	struct strbuf body = STRBUF_INIT, texts = STRBUF_INIT;
	int rc;

	while ((rc = db_row(old, why)) > 0) {
		convert(old, &body, &texts);
		audit_chain_append(head, body.buf, body.len);
		db_bind_int(new, 1, (int64_t)head->seq);
		db_bind_blob(new, 2, body.buf, body.len);
		db_bind_blob(new, 3, head->hash, AUDIT_HASH_SIZE);
		rc = (int)db_run(new, NULL, why);
		if (rc != SG_OK)
			break;
	}
	strbuf_release(&body);
	strbuf_release(&texts);
	return (enum sg_err)rc;
}

enum sg_err schema_chain_journal(struct db *db, struct strbuf *why)
{
	struct audit_head head = { 0 };
	enum sg_err err =
		schema_chain_id_of(db, "station.db", SCHEMA_JOURNAL, head.chain_id, why);

	if (err != SG_OK)
		return err;
	struct db_stmt *old =
		db_prepare(db,
			   "SELECT alarm, occurrence, wall_ms, body FROM journal_2 "
			   "ORDER BY seq",
			   why);
	struct db_stmt *new = db_prepare(
		db, "INSERT INTO journal(seq, body, hash) VALUES (?1, ?2, ?3)", why);
	err = old && new ? chain_rows(old, new, &head, why) : SG_EIO;
	db_finalize(old);
	db_finalize(new);
	if (err != SG_OK)
		return err;
	return db_exec(db,
		       "DROP TABLE journal_2;"
		       "CREATE TRIGGER journal_keeps BEFORE DELETE ON journal BEGIN "
		       "SELECT RAISE(ABORT, 'journal rows are never deleted'); END;"
		       "CREATE TRIGGER journal_stays BEFORE UPDATE ON journal BEGIN "
		       "SELECT RAISE(ABORT, 'journal rows are never changed'); END;",
		       why);
}
