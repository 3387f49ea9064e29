/* copy.c - the journal of a copy of station.db, without a server and without a trace: the
 * file and its folder stay as they are. */
#include "store/store.h"

#include <sys/stat.h>

#include "store/db.h"
#include "store/schema.h"
#include "util/strbuf.h"

enum { CHAINED_SINCE = 3 }; /* the journal as it is now, in schema versions */

/* What is only in the log beside a file would be missing from what is told of it. */
static bool has_log(const char *path)
{
	struct strbuf log = STRBUF_INIT;
	struct stat st;

	strbuf_addf(&log, "%s-wal", path);
	bool has = stat(log.buf, &st) == 0 && st.st_size > 0;
	strbuf_release(&log);
	return has;
}

static bool is_usable(struct db *db, const char *path, struct strbuf *why)
{
	int64_t version = 0;
	bool fresh = false;

	if (schema_probe(db, path, &fresh, why) != SG_OK ||
	    db_number(db, "PRAGMA user_version", &version, why) != SG_OK)
		return false;
	if (fresh || version < CHAINED_SINCE) {
		strbuf_setf(why, "%s %s: there is no journal in it that can be read here",
			    path,
			    fresh ? "is empty" : "was written by an older Sightglass");
		return false;
	}
	return true;
}

static enum sg_err walk(struct db *db, store_journal_fn fn, void *arg, struct strbuf *why)
{
	struct db_stmt *q =
		db_prepare(db, "SELECT seq, body FROM journal ORDER BY seq", why);
	struct strbuf texts = STRBUF_INIT;
	int rc = SG_EIO;

	while (q && (rc = db_row(q, why)) > 0) {
		struct alarm_journal row;
		int64_t seq = 0;
		size_t n = 0;
		const void *body = db_col_blob(q, 1, &n);
		bool good = body && alarm_journal_get(body, n, &row, &texts) &&
			    db_col_int(q, 0, &seq);

		row.seq = (uint64_t)seq;
		if (good && !fn(arg, &row)) {
			rc = SG_OK;
			break;
		}
	}
	db_finalize(q);
	strbuf_release(&texts);
	return (enum sg_err)rc;
}

enum sg_err store_copy_walk(const char *path, store_journal_fn fn, void *arg,
			    struct strbuf *why)
{
	struct db *db;
	struct stat st;
	enum sg_err err;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode)) {
		strbuf_setf(why, "%s is no file that can be read", path);
		return SG_ENOENT;
	}
	if (has_log(path)) {
		strbuf_setf(why,
			    "%s is in use, or was not closed: ask the server, or a copy "
			    "made by \"sightglass backup\"",
			    path);
		return SG_EREFUSED;
	}
	err = db_open(path, DB_FOREIGN, &db, why);
	if (err != SG_OK)
		return err;
	err = is_usable(db, path, why) ? walk(db, fn, arg, why) : SG_EREFUSED;
	db_close(db);
	return err;
}
