/* verify.c - the auditor's look at a file nobody vouches for. */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/db.h"
#include "store/folder.h"
#include "store/rows.h"
#include "store/schema.h"
#include "util/file.h"
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
	const struct store_question *ask;
	struct audit_proof *proof;
	struct audit_verdict *verdict; /* STORE_CHAINS of them */
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

/* --- since a time ------------------------------------------------------------------ */

struct one_row {
	bool found, is_statement;
	uint64_t seq;
	int64_t wall_ms;
};

static bool take_row(void *arg, const struct audit_walk_row *row)
{
	struct one_row *one = arg;
	struct audit_record r;

	if (!audit_record_is_sound(row->body, row->n, &r))
		return false;
	one->found = true;
	one->seq = row->seq;
	one->wall_ms = r.wall_ms;
	one->is_statement = audit_kind_is_statement(r.kind);
	return false;
}

static bool take_statement(void *arg, const struct audit_walk_row *row)
{
	struct one_row *one = arg;

	take_row(arg, row);
	return !one->is_statement;
}

static bool wall_of(struct db *db, uint64_t seq, int64_t *wall_ms)
{
	struct one_row one = { 0 };

	rows_back(db, seq + 1, 1, take_row, &one, NULL);
	*wall_ms = one.wall_ms;
	return one.found && one.seq == seq;
}

/* The first record that is not older, by halves: clocks go on but for their steps. */
static uint64_t first_since(struct db *db, uint64_t last, int64_t since_ms)
{
	uint64_t lo = 1, hi = last + 1;
	int64_t wall;

	while (lo < hi) {
		uint64_t mid = lo + (hi - lo) / 2;
		if (wall_of(db, mid, &wall) && wall < since_ms)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Begins right before the last statement that is older: it vouches for all before it. */
static void begin_since(struct db *db, struct question *q, struct audit_head *start,
			uint64_t last)
{
	struct one_row one = { 0 };
	uint64_t first = first_since(db, last, q->ask->since_ms);

	if (first <= 1 ||
	    rows_back(db, first, SEAL_ROWS_MAX + 2, take_statement, &one, NULL) !=
		    SG_OK ||
	    !one.is_statement || one.seq <= 1 ||
	    rows_hash(db, one.seq - 1, start->hash, NULL) != SG_OK)
		return;
	start->seq = one.seq - 1;
	q->proof->from_middle = true;
}

static enum sg_err verify_chain(struct db *db, const char *path, enum schema_chain chain,
				struct question *q, struct strbuf *why)
{
	struct audit_head start = { 0 }, last = { 0 };
	struct audit_walk w;
	const struct audit_head *noted = q->ask->noted;
	enum sg_err err = schema_chain_id_of(db, path, chain, start.chain_id, why);

	if (chain == SCHEMA_JOURNAL)
		noted = q->ask->noted_journal   ? q->ask->noted_journal
			: q->proof->journal.seq ? &q->proof->journal
						: NULL;
	else if (err == SG_OK && q->ask->since_ms &&
		 schema_chain_head(db, path, chain, &last, NULL) == SG_OK)
		begin_since(db, q, &start, last.seq);
	audit_walk_begin(&w, &start, noted);
	w.any_body = chain == SCHEMA_JOURNAL; /* whose rows are judged here */
	w.proof = chain == SCHEMA_AUDIT ? q->proof : NULL;
	if (err == SG_OK)
		err = rows_walk(db, chain, &w, 0, NULL, why);
	audit_walk_end(&w);
	q->verdict[chain] = w.v;
	return err;
}

static enum sg_err verify_plain(const char *open_path, const char *path,
				struct question *q, struct strbuf *why)
{
	struct db *db;
	int64_t version = 0;
	enum sg_err err = db_open(open_path, DB_FOREIGN, &db, why);

	if (err != SG_OK)
		return err;
	if (!is_ours(db, path, &version, why))
		err = SG_EREFUSED;
	if (err == SG_OK)
		err = verify_chain(db, path, SCHEMA_AUDIT, q, why);
	if (err == SG_OK && version >= STORE_CHAINED_SINCE) {
		err = verify_chain(db, path, SCHEMA_JOURNAL, q, why);
	} else if (err == SG_OK) {
		struct audit_verdict *v = &q->verdict[SCHEMA_JOURNAL];
		v->good = !q->ask->noted_journal;
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
		if (!file_write(out, block, (size_t)n)) {
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

static enum sg_err verify_with_log(const char *path, struct question *q,
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
		err = verify_plain(copy, path, q, why);
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

enum sg_err store_verify_all(const char *path, const struct store_question *ask,
			     struct audit_verdict v[STORE_CHAINS], struct strbuf *why)
{
	const char *slash = strrchr(path, '/');
	enum sg_err err = check_file(path, why);
	struct audit_proof own = { 0 };
	struct question q = { .ask = ask,
			      .proof = ask->proof ? ask->proof : &own,
			      .verdict = v };

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
	audit_proof_begin(&own);
	err = has_log(path) ? verify_with_log(path, &q, why)
			    : verify_plain(path, path, &q, why);
	audit_proof_release(&own);
	return err;
}

enum sg_err store_verify(const char *path, const struct audit_head *noted,
			 struct audit_verdict *v, struct strbuf *why)
{
	struct audit_verdict both[STORE_CHAINS];
	struct store_question ask = { .noted = noted };
	enum sg_err err = store_verify_all(path, &ask, both, why);

	*v = both[SCHEMA_AUDIT];
	return err;
}
