/*
 * rig.h - what the tests of the store share: transactions in one line, and SQL from
 * outside (the attacker's and the tool's side).
 */
#ifndef SG_TESTS_STORE_RIG_H
#define SG_TESTS_STORE_RIG_H

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/record.h"
#include "store/store.h"
#include "util/log.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

/* First thing in main: log lines must not cut the lines of the test report. */
static inline void rig_begin(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	log_open("test", LOG_L_ERROR);
}

static inline void rig_audit(struct txn *t, uint64_t request, const char *detail)
{
	struct audit_record r = {
		.kind = AUDIT_INTENT,
		.wall_ms = 1763798703120,
		.uid = 1000,
		.actor = "ivan",
		.request = request,
		.subject = "intake.p101.speed_sp",
		.new_value = "45",
		.detail = detail,
	};

	audit_record_put(&txn_add(t, TXN_AUDIT, 0, NULL)->body, &r);
}

/* Commits one transaction and frees it. */
static inline enum sg_err rig_commit(struct store *s, struct txn *t, struct strbuf *why)
{
	struct txn *one[1] = { t };
	enum sg_err err = store_commit(s, one, 1, why);

	txn_free(t);
	return err;
}

/* An audit record numbered by its detail. */
static inline enum sg_err rig_commit_audit(struct store *s, unsigned n,
					   struct strbuf *why)
{
	struct txn *t = txn_new(n, true);
	char text[32];

	snprintf(text, sizeof(text), "number %u", n);
	rig_audit(t, 0, text);
	return rig_commit(s, t, why);
}

static inline struct store *rig_open(const char *dir)
{
	struct strbuf why = STRBUF_INIT;
	struct store *s = NULL;

	if (store_open(dir, &s, &why) != SG_OK)
		fail_msg("%s", why.buf);
	strbuf_release(&why);
	return s;
}

static inline char *rig_path(const char *dir)
{
	return xasprintf("%s/station.db", dir);
}

/* A closed file with n audit records; its path is owned. */
static inline char *rig_chain(const char *dir, unsigned n)
{
	struct store *s = rig_open(dir);

	for (unsigned i = 1; i <= n; i++)
		assert_int_equal(rig_commit_audit(s, i, NULL), SG_OK);
	store_close(s);
	return rig_path(dir);
}

/* Any SQL, as a tool would run it. */
static inline void rig_sql(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	char *msg = NULL;

	if (sqlite3_open(path, &db) != SQLITE_OK ||
	    sqlite3_exec(db, sql, NULL, NULL, &msg) != SQLITE_OK)
		fail_msg("%s: %s (%s)", path, sql, msg ? msg : sqlite3_errmsg(db));
	sqlite3_close(db);
}

/* The file as schema 2 had it, its journal empty. */
static inline void rig_to_schema_2(const char *path)
{
	rig_sql(path, "DROP TRIGGER journal_keeps; DROP TRIGGER journal_stays;"
		      "DROP TABLE journal; DROP TABLE account;"
		      "ALTER TABLE audit DROP COLUMN seal;"
		      "CREATE TABLE journal(seq INTEGER PRIMARY KEY, alarm TEXT NOT NULL,"
		      " occurrence INTEGER NOT NULL, wall_ms INTEGER NOT NULL,"
		      " body BLOB NOT NULL) STRICT;"
		      "PRAGMA user_version=2");
}

static inline void rig_drop_guards(const char *path)
{
	rig_sql(path, "DROP TRIGGER audit_keeps; DROP TRIGGER audit_stays;");
}

static inline struct audit_verdict rig_verify(const char *path)
{
	struct strbuf why = STRBUF_INIT;
	struct audit_verdict v;

	if (store_verify(path, NULL, &v, &why) != SG_OK)
		snprintf(v.text, sizeof(v.text), "no verdict: %s", why.buf);
	strbuf_release(&why);
	return v;
}

#endif
