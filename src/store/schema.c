/* schema.c - the tables of station.db and the steps from version to version. */
#include "store/schema.h"

#include <inttypes.h>
#include <string.h>

#include "store/db.h"
#include "util/strbuf.h"

#define META_SQL                                                                         \
	"CREATE TABLE meta(key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT "   \
	"ROWID"
#define AUDIT_SQL                                                                        \
	"CREATE TABLE audit(seq INTEGER PRIMARY KEY, body BLOB NOT NULL, hash BLOB NOT " \
	"NULL) STRICT"
/* as ALTER TABLE leaves it */
#define AUDIT_SEALED_SQL                                                                 \
	"CREATE TABLE audit(seq INTEGER PRIMARY KEY, body BLOB NOT NULL, hash BLOB NOT " \
	"NULL, seal BLOB) STRICT"

#define JOURNAL_SQL                                                                      \
	"CREATE TABLE journal(seq INTEGER PRIMARY KEY, body BLOB NOT NULL, hash BLOB "   \
	"NOT NULL) STRICT"

/* One row a version: what turns the one before into it. Never edit a row that was
 * released; add one. */
static const struct {
	int version;
	const char *sql;
	enum sg_err (*then)(struct db *db, struct strbuf *why); /* NULL = that is all */
} migrations[] = {
	{ 1,
	  META_SQL ";" AUDIT_SQL ";"
		   "CREATE TRIGGER audit_keeps BEFORE DELETE ON audit BEGIN "
		   "SELECT RAISE(ABORT, 'audit records are never deleted'); END;"
		   "CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN "
		   "SELECT RAISE(ABORT, 'audit records are never changed'); END;"
		   "CREATE TABLE alarm(name TEXT PRIMARY KEY, record BLOB NOT NULL) "
		   "STRICT, WITHOUT ROWID;"
		   "CREATE TABLE journal(seq INTEGER PRIMARY KEY, alarm TEXT NOT NULL,"
		   " occurrence INTEGER NOT NULL, wall_ms INTEGER NOT NULL,"
		   " body BLOB NOT NULL) STRICT;"
		   "CREATE TABLE writes(request INTEGER PRIMARY KEY, tag TEXT NOT NULL,"
		   " body BLOB NOT NULL, outcome TEXT,"
		   " settled INTEGER NOT NULL DEFAULT 0) STRICT;"
		   "CREATE INDEX writes_open ON writes(request) WHERE settled = 0;"
		   "INSERT INTO meta VALUES ('chain_id', randomblob(16)), ('request', 0),"
		   " ('occurrence', 0);",
	  NULL },
	{ 2,
	  "CREATE TABLE substitution(tag TEXT PRIMARY KEY, body BLOB NOT NULL) "
	  "STRICT, WITHOUT ROWID;",
	  NULL },
	/* the journal becomes a chain like the audit; what is searched by is an index
	 * beside it (search.c) */
	{ 3, "ALTER TABLE journal RENAME TO journal_2;" JOURNAL_SQL ";",
	  schema_chain_journal },
	{ 4,
	  "CREATE TABLE account(name TEXT PRIMARY KEY, body BLOB NOT NULL) "
	  "STRICT, WITHOUT ROWID;",
	  NULL },
	/* records are sealed (audit/seal.h); those before it have none */
	{ 5, "ALTER TABLE audit ADD COLUMN seal BLOB;", NULL },
};

_Static_assert(sizeof(migrations) / sizeof(migrations[0]) == SCHEMA_VERSION,
	       "one row a version");

enum sg_err schema_probe(struct db *db, const char *path, bool *fresh, struct strbuf *why)
{
	int64_t app, version, things;

	if (db_number(db, "PRAGMA application_id", &app, why) != SG_OK ||
	    db_number(db, "PRAGMA user_version", &version, why) != SG_OK ||
	    db_number(db, "SELECT count(*) FROM sqlite_schema", &things, why) != SG_OK)
		return SG_EIO;
	*fresh = app == 0 && version == 0 && things == 0;
	if (*fresh)
		return SG_OK;
	if (app != SCHEMA_APPLICATION_ID) {
		strbuf_setf(why,
			    "%s is a database of another program: move it away, or name "
			    "another state folder",
			    path);
		return SG_EREFUSED;
	}
	if (version > SCHEMA_VERSION) {
		strbuf_setf(
			why,
			"%s was written by a newer Sightglass (schema %" PRId64
			", this one knows %d): install the newer one again, or restore "
			"a backup; nothing was changed",
			path, version, SCHEMA_VERSION);
		return SG_EREFUSED;
	}
	return SG_OK;
}

static enum sg_err step(struct db *db, size_t i, struct strbuf *why)
{
	struct strbuf sql = STRBUF_INIT;

	strbuf_addf(&sql,
		    "BEGIN IMMEDIATE; PRAGMA application_id=%d; PRAGMA user_version=%d; "
		    "%s",
		    SCHEMA_APPLICATION_ID, migrations[i].version, migrations[i].sql);
	enum sg_err err = db_exec(db, sql.buf, why);
	if (err == SG_OK && migrations[i].then)
		err = migrations[i].then(db, why);
	if (err == SG_OK)
		err = db_exec(db, "COMMIT", why);
	if (err != SG_OK && db_in_transaction(db))
		db_exec(db, "ROLLBACK", NULL);
	strbuf_release(&sql);
	return err;
}

enum sg_err schema_upgrade(struct db *db, struct strbuf *why)
{
	int64_t version;
	enum sg_err err = db_number(db, "PRAGMA user_version", &version, why);

	for (size_t i = 0; err == SG_OK && i < SCHEMA_VERSION; i++)
		if (migrations[i].version > version)
			err = step(db, i, why);
	return err;
}

enum sg_err schema_chain_id(struct db *db, const char *path,
			    uint8_t id[AUDIT_CHAIN_ID_SIZE], struct strbuf *why)
{
	struct db_stmt *stmt =
		db_prepare(db, "SELECT value FROM meta WHERE key = 'chain_id'", why);
	size_t n = 0;

	if (!stmt)
		return SG_EIO;
	int rc = db_row(stmt, why);
	const void *blob = rc > 0 ? db_col_blob(stmt, 0, &n) : NULL;
	if (blob && n == AUDIT_CHAIN_ID_SIZE) {
		memcpy(id, blob, AUDIT_CHAIN_ID_SIZE);
		rc = SG_OK;
	} else if (rc >= 0) {
		strbuf_setf(why, "%s has no chain id: it is not a whole station.db",
			    path);
		rc = SG_EIO;
	}
	db_finalize(stmt);
	return (enum sg_err)rc;
}

static bool table_is(struct db *db, const char *query, const char *want, const char *name,
		     struct strbuf *why)
{
	struct strbuf sql = STRBUF_INIT;
	bool ok = db_text(db, query, &sql, why) == SG_OK;

	if (ok && strcmp(sql.buf, want) != 0) {
		ok = false;
		strbuf_setf(why, "its table \"%s\" is not as Sightglass makes it", name);
	}
	strbuf_release(&sql);
	return ok;
}

static const struct {
	const char *query, *sql, *name;
} chains[] = {
	[SCHEMA_AUDIT] = { "SELECT sql FROM sqlite_schema WHERE name = 'audit' COLLATE "
			   "NOCASE",
			   AUDIT_SQL, "audit" },
	[SCHEMA_JOURNAL] = { "SELECT sql FROM sqlite_schema WHERE name = 'journal' "
			     "COLLATE NOCASE",
			     JOURNAL_SQL, "journal" },
};

bool schema_chain_is_ours(struct db *db, enum schema_chain chain, struct strbuf *why)
{
	int64_t version = 0;
	const char *sql = chains[chain].sql;

	if (db_number(db, "PRAGMA user_version", &version, why) != SG_OK)
		return false;
	if (chain == SCHEMA_AUDIT && version >= SCHEMA_SEALED)
		sql = AUDIT_SEALED_SQL;
	return table_is(
		       db,
		       "SELECT sql FROM sqlite_schema WHERE name = 'meta' COLLATE NOCASE",
		       META_SQL, "meta", why) &&
	       table_is(db, chains[chain].query, sql, chains[chain].name, why);
}

enum sg_err schema_chain_id_of(struct db *db, const char *path, enum schema_chain chain,
			       uint8_t id[AUDIT_CHAIN_ID_SIZE], struct strbuf *why)
{
	enum sg_err err = schema_chain_id(db, path, id, why);

	if (err == SG_OK && chain == SCHEMA_JOURNAL)
		audit_chain_of_journal(id, id);
	return err;
}

enum sg_err schema_chain_head(struct db *db, const char *path, enum schema_chain chain,
			      struct audit_head *head, struct strbuf *why)
{
	static const char *const newest[] = {
		[SCHEMA_AUDIT] = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1",
		[SCHEMA_JOURNAL] =
			"SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1",
	};
	struct db_stmt *q = db_prepare(db, newest[chain], why);
	int64_t seq = 0;
	size_t n = 0;

	if (!q)
		return SG_EIO;
	int rc = db_row(q, why);
	const void *hash = rc > 0 ? db_col_blob(q, 1, &n) : NULL;
	head->seq = 0;
	memset(head->hash, 0, AUDIT_HASH_SIZE);
	if (rc > 0 && db_col_int(q, 0, &seq) && seq > 0 && hash && n == AUDIT_HASH_SIZE) {
		head->seq = (uint64_t)seq;
		memcpy(head->hash, hash, AUDIT_HASH_SIZE);
		rc = 0;
	} else if (rc > 0) {
		strbuf_setf(why, "%s: the last record of its %s is malformed", path,
			    chains[chain].name);
		rc = SG_EIO;
	}
	db_finalize(q);
	return (enum sg_err)rc;
}
