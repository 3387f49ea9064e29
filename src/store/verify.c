/* verify.c - the auditor's look at a file nobody vouches for. */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alarm/journal.h"
#include "store/db.h"
#include "store/folder.h"
#include "store/schema.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { STORE_CHAINED_SINCE = 3 }; /* the journal, in schema versions */

static enum sg_err check_file(const char *path, struct strbuf *why)
{
	struct stat st;

	if (stat(path, &st) < 0) {
		int err = errno;
		strbuf_setf(why, "cannot read %s: %s", path, strerror(err));
		return err == ENOENT ? SG_ENOENT : SG_EIO;
	}
	if (!S_ISREG(st.st_mode)) {
		strbuf_setf(why, "%s is not a plain file", path);
		return SG_EREFUSED;
	}
	if (access(path, R_OK) < 0) {
		strbuf_setf(why, "cannot read %s: %s", path, strerror(errno));
		return SG_EIO;
	}
	return SG_OK;
}

/* What is asked, and what is answered, of both chains of a file. */
struct question {
	const struct audit_head *noted[STORE_CHAINS]; /* borrowed; NULL = none */
	struct audit_verdict *verdict;                /* STORE_CHAINS of them */
};

static bool is_ours(struct db *db, const char *path, int64_t *version, struct strbuf *why)
{
	struct strbuf part = STRBUF_INIT;
	bool fresh = false;
	bool ok = schema_probe(db, path, &fresh, why) == SG_OK &&
		  db_number(db, "PRAGMA user_version", version, why) == SG_OK;

	if (ok && fresh) {
		strbuf_setf(why, "%s is empty: there is no audit record in it", path);
		ok = false;
	} else if (ok && (!schema_chain_is_ours(db, SCHEMA_AUDIT, &part) ||
			  (*version >= STORE_CHAINED_SINCE &&
			   !schema_chain_is_ours(db, SCHEMA_JOURNAL, &part)))) {
		strbuf_setf(why, "%s: %s", path, part.buf);
		ok = false;
	}
	strbuf_release(&part);
	return ok;
}

static bool is_row(const void *body, size_t n)
{
	struct alarm_journal row;
	struct strbuf texts = STRBUF_INIT;
	bool ok = alarm_journal_get(body, n, &row, &texts);

	strbuf_release(&texts);
	return ok;
}

/* Judges the row q stands on. */
static bool judge(struct db_stmt *q, enum schema_chain chain, struct audit_walk *w)
{
	size_t n = 0, hash_n = 0;
	int64_t seq = 0;
	const void *body, *hash;

	if (!db_col_int(q, 0, &seq) || seq <= 0 || !(body = db_col_blob(q, 1, &n)) ||
	    !(hash = db_col_blob(q, 2, &hash_n))) {
		audit_walk_bad(w, "a column is not of its type");
		return false;
	}
	struct audit_head before = w->v.head;
	if (!audit_walk_next(w, (uint64_t)seq, body, n, hash, hash_n))
		return false;
	if (chain == SCHEMA_AUDIT || is_row(body, n))
		return true;
	w->v.head = before; /* the last good one */
	audit_walk_bad(w, "its body is malformed");
	return false;
}

static enum sg_err walk(struct db *db, enum schema_chain chain, struct audit_walk *w,
			struct strbuf *why)
{
	static const char *const rows[] = {
		[SCHEMA_AUDIT] = "SELECT seq, body, hash FROM audit ORDER BY seq",
		[SCHEMA_JOURNAL] = "SELECT seq, body, hash FROM journal ORDER BY seq",
	};
	struct strbuf row_why = STRBUF_INIT;
	struct db_stmt *q = db_prepare(db, rows[chain], why);
	int rc;

	if (!q)
		return SG_EIO;
	while ((rc = db_row(q, &row_why)) > 0)
		if (!judge(q, chain, w))
			break;
	if (rc < 0)
		audit_walk_bad(w, row_why.buf);
	audit_walk_end(w);
	db_finalize(q);
	strbuf_release(&row_why);
	return SG_OK;
}

static enum sg_err verify_chain(struct db *db, const char *path, enum schema_chain chain,
				struct question *ask, struct strbuf *why)
{
	struct audit_head start = { 0 };
	struct audit_walk w;
	enum sg_err err = schema_chain_id_of(db, path, chain, start.chain_id, why);

	audit_walk_begin(&w, &start, ask->noted[chain]);
	w.any_body = chain == SCHEMA_JOURNAL; /* whose rows are judged here */
	if (err == SG_OK)
		err = walk(db, chain, &w, why);
	ask->verdict[chain] = w.v;
	return err;
}

static enum sg_err verify_plain(const char *open_path, const char *path,
				struct question *ask, struct strbuf *why)
{
	struct db *db;
	int64_t version = 0;
	enum sg_err err = db_open(open_path, DB_FOREIGN, &db, why);

	if (err != SG_OK)
		return err;
	if (!is_ours(db, path, &version, why))
		err = SG_EREFUSED;
	if (err == SG_OK)
		err = verify_chain(db, path, SCHEMA_AUDIT, ask, why);
	if (err == SG_OK && version >= STORE_CHAINED_SINCE) {
		err = verify_chain(db, path, SCHEMA_JOURNAL, ask, why);
	} else if (err == SG_OK) {
		struct audit_verdict *v = &ask->verdict[SCHEMA_JOURNAL];
		v->good = !ask->noted[SCHEMA_JOURNAL];
		snprintf(v->text, sizeof(v->text),
			 "not chained: it was written by an older Sightglass");
	}
	db_close(db);
	return err;
}

static bool copy_file(const char *from, const char *to)
{
	char block[65536];
	ssize_t n = -1;
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	while (in >= 0 && out >= 0 && (n = read(in, block, sizeof(block))) > 0) {
		if (write(out, block, (size_t)n) != n) {
			n = -1;
			break;
		}
	}
	if (in >= 0)
		close(in);
	if (out >= 0 && close(out) < 0)
		n = -1;
	return n == 0;
}

/* A rollback journal is never looked at: ours are made in the first moment only, and a
 * hostile one could name other files to SQLite. */
static const char *const beside[] = { "", "-wal", "-shm" };
enum { BESIDE = sizeof(beside) / sizeof(beside[0]), COPIED = 2 };

/* Brings the log of a crash into a private copy of the file, never into the file. */
static bool copy_and_fold(const char *path, const char *copy, struct strbuf *why)
{
	struct db *db;
	int64_t n;

	for (size_t i = 0; i < COPIED; i++) {
		char *from = xasprintf("%s%s", path, beside[i]);
		char *to = xasprintf("%s%s", copy, beside[i]);
		bool ok = access(from, F_OK) < 0 || copy_file(from, to);
		if (!ok)
			strbuf_setf(why, "cannot copy %s to %s: %s", from, to,
				    strerror(errno));
		free(from);
		free(to);
		if (!ok)
			return false;
	}
	if (db_open(copy, DB_OWN, &db, why) != SG_OK)
		return false;
	bool ok = db_number(db, "SELECT count(*) FROM sqlite_schema", &n, why) == SG_OK;
	db_close(db);
	return ok;
}

static enum sg_err verify_with_log(const char *path, struct question *ask,
				   struct strbuf *why)
{
	const char *tmp = getenv("TMPDIR");
	char *dir =
		xasprintf("%s/sightglass-verify.XXXXXX", tmp && tmp[0] ? tmp : "/tmp");
	char *copy = NULL;
	enum sg_err err = SG_EIO;

	if (!mkdtemp(dir)) {
		strbuf_setf(why, "cannot make a private folder %s: %s", dir,
			    strerror(errno));
		free(dir);
		return SG_EIO;
	}
	copy = xasprintf("%s/copy.db", dir);
	if (copy_and_fold(path, copy, why))
		err = verify_plain(copy, path, ask, why);
	for (size_t i = 0; i < BESIDE; i++) {
		char *file = xasprintf("%s%s", copy, beside[i]);
		unlink(file);
		free(file);
	}
	rmdir(dir);
	free(copy);
	free(dir);
	return err;
}

static bool has_log(const char *path)
{
	struct stat st;
	char *log = xasprintf("%s-wal", path);
	bool found = stat(log, &st) == 0 && st.st_size > 0;

	free(log);
	return found;
}

enum sg_err store_verify_all(const char *path, const struct audit_head *noted,
			     const struct audit_head *noted_journal,
			     struct audit_verdict v[STORE_CHAINS], struct strbuf *why)
{
	const char *slash = strrchr(path, '/');
	enum sg_err err = check_file(path, why);
	struct question ask = { .noted = { noted, noted_journal }, .verdict = v };

	memset(v, 0, STORE_CHAINS * sizeof(*v));
	if (err != SG_OK)
		return err;
	if (strcmp(slash ? slash + 1 : path, "station.db") == 0 && folder_is_held(path)) {
		strbuf_setf(
			why,
			"a server is writing %s: verify without a file name, or verify "
			"a copy made by \"sightglass backup\"",
			path);
		return SG_EREFUSED;
	}
	return has_log(path) ? verify_with_log(path, &ask, why)
			     : verify_plain(path, path, &ask, why);
}

enum sg_err store_verify(const char *path, const struct audit_head *noted,
			 struct audit_verdict *v, struct strbuf *why)
{
	struct audit_verdict both[STORE_CHAINS];
	enum sg_err err = store_verify_all(path, noted, NULL, both, why);

	*v = both[SCHEMA_AUDIT];
	return err;
}
