/* store.c - station.db from opening to closing, and what a failed disk is answered with.
 */
#include "store/store.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/db.h"
#include "store/folder.h"
#include "store/keys.h"
#include "store/reserve.h"
#include "store/room.h"
#include "store/schema.h"
#include "store/store_int.h"
#include "util/locked.h"
#include "util/log.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

/* The log is cut back when it is large and idle, or cut_log() makes it so; a commit is on
 * the disk when it returns; at most 2,000 KiB of the file are kept in memory, however
 * long it grows.
 */
static enum sg_err set_pragmas(struct store *s, struct strbuf *why)
{
	struct strbuf mode = STRBUF_INIT;
	enum sg_err err = db_text(s->db, "PRAGMA journal_mode=WAL", &mode, why);

	if (err == SG_OK && strcmp(mode.buf, "wal") != 0) {
		strbuf_setf(why, "%s: no write-ahead log can be kept on this file system",
			    s->path);
		err = SG_EIO;
	}
	strbuf_release(&mode);
	if (err == SG_OK)
		err = db_exec(
			s->db,
			"PRAGMA synchronous=FULL; PRAGMA journal_size_limit=16777216; "
			"PRAGMA cell_size_check=ON; "
			"PRAGMA cache_size=-2000",
			why);
	return err;
}

static void close_db(struct store *s)
{
	store_unprepare(s);
	db_close(s->db);
	s->db = NULL;
}

/* A start goes on with a damaged record that it does not believe (ST-07). What is found
 * damaged later, while it is opened again, was acknowledged sound: that is refused. */
static enum sg_err check_tail(struct store *s, struct strbuf *why)
{
	enum sg_err err = store_check_tail(s, why);

	if (err != SG_EREFUSED || (s->opened && !s->distrust[0]))
		return err;
	seal_distrust(s, why->buf);
	return SG_OK;
}

static enum sg_err accept_file(struct store *s, bool *fresh, struct strbuf *why)
{
	enum sg_err err = schema_probe(s->db, s->path, fresh, why);

	if (err == SG_OK && !*fresh)
		err = check_tail(s, why);
	if (err == SG_OK)
		db_keep_wal(s->db, false); /* from here on it is ours to change */
	if (err == SG_OK)
		err = schema_upgrade(s->db, why);
	if (err == SG_OK)
		err = set_pragmas(s, why);
	if (err == SG_OK)
		err = store_prepare(s, why);
	if (err == SG_OK)
		err = schema_chain_id(s->db, s->path, s->tail.head.chain_id, why);
	audit_chain_of_journal(s->tail.head.chain_id, s->tail.journal.chain_id);
	return err;
}

static enum sg_err open_db(struct store *s, bool *fresh, struct strbuf *why)
{
	enum sg_err err = db_open(s->path, DB_OWN, &s->db, why);

	if (err != SG_OK)
		return err;
	db_keep_wal(s->db, true);
	err = accept_file(s, fresh, why);
	if (err != SG_OK) {
		s->damaged = db_is_damaged(s->db, &s->is_no_database);
		close_db(s);
	}
	return err;
}

/* Sealed first: what a reserve journal holds is sealed when it is merged. */
static enum sg_err open_store(struct store *s, const char *dir,
			      const struct store_seal_options *o, struct strbuf *why)
{
	bool fresh = false;
	enum sg_err err = folder_prepare(dir, why);

	if (err != SG_OK)
		return err;
	s->lock = folder_lock(dir, why);
	if (s->lock < 0)
		return SG_EREFUSED;
	room_give(dir);
	err = folder_file(s->path, why);
	if (err == SG_OK)
		err = open_db(s, &fresh, why);
	if (err == SG_OK && fresh) {
		log_info("%s: a new audit chain begins", s->path);
		err = folder_sync(s->path, why);
	}
	if (err != SG_OK)
		return err;
	err = store_read_tail(s, &s->tail, why);
	if (err != SG_OK) {
		s->damaged =
			db_is_damaged(s->db, &s->is_no_database) || !db_failed_io(s->db);
		close_db(s);
	}
	if (err == SG_OK && o)
		err = seal_start(s, o, why);
	return err == SG_OK ? store_take_reserve(s, why) : err;
}

/* The file cannot be read or cannot be gone on with: nothing is recorded, and the plant
 * is still watched. */
static bool goes_on_without(struct store *s, struct strbuf *why)
{
	struct strbuf text = STRBUF_INIT;

	char *key = xasprintf("%.*s/%s", (int)(strrchr(s->path, '/') - s->path), s->path,
			      KEYS_SEAL);
	/* a file that is no database at all was a record only where its keys lie */
	bool ours = s->damaged && (!s->is_no_database || access(key, F_OK) == 0);

	free(key);
	if (!ours)
		return false;
	s->has_maybe = false;
	s->tail = (struct store_tail){ 0 };
	strbuf_setf(&text,
		    "%s. Nothing can be recorded; keep the file, then restore a backup "
		    "or move it away",
		    why->buf);
	seal_distrust(s, text.buf);
	strbuf_release(&text);
	return true;
}

static enum sg_err open_with(const char *dir, const struct store_seal_options *o,
			     struct store **out, struct strbuf *why)
{
	struct store *s = xcalloc(1, sizeof(*s));

	locked_keep(s, sizeof(*s)); /* the key that seals */
	s->lock = -1;
	s->path = xasprintf("%s/station.db", dir);
	s->reserve_path = xasprintf("%s/reserve.journal", dir);
	struct strbuf own = STRBUF_INIT;
	enum sg_err err = open_store(s, dir, o, &own);
	if (err != SG_OK && goes_on_without(s, &own))
		err = o && !s->seal ? seal_start(s, o, &own) : SG_OK;
	if (why && err != SG_OK)
		strbuf_setf(why, "%s", own.buf);
	strbuf_release(&own);
	if (err != SG_OK) {
		store_close(s);
		return err;
	}
	s->opened = true;
	*out = s;
	return SG_OK;
}

enum sg_err store_open(const char *dir, struct store **out, struct strbuf *why)
{
	return open_with(dir, NULL, out, why);
}

enum sg_err store_open_sealed(const char *dir, const struct store_seal_options *o,
			      struct store **out, struct strbuf *why)
{
	return open_with(dir, o, out, why);
}

void store_close(struct store *s)
{
	if (!s)
		return;
	close_db(s);
	seal_free(s);
	if (s->lock >= 0)
		close(s->lock);
	reserve_close(s->reserve);
	free(s->reserve_path);
	free(s->notice);
	free(s->path);
	explicit_bzero(s, sizeof(*s)); /* the key that seals is in each of its tails */
	free(s);
}

bool store_same_tail(const struct store_tail *a, const struct store_tail *b)
{
	return a->head.seq == b->head.seq && a->journal.seq == b->journal.seq &&
	       memcmp(a->journal.hash, b->journal.hash, AUDIT_HASH_SIZE) == 0 &&
	       memcmp(a->head.hash, b->head.hash, AUDIT_HASH_SIZE) == 0;
}

/* The file ends with the commit that had failed: it is in the log, but whether the disk
 * has it is unknown until it went into the file itself and that was synchronised. */
static enum sg_err settle_maybe(struct store *s, struct strbuf *why)
{
	int64_t busy;
	enum sg_err err = db_number(s->db, "PRAGMA wal_checkpoint(TRUNCATE)", &busy, why);

	if (err == SG_OK && busy != 0) {
		strbuf_setf(why,
			    "%s: another program reads it and keeps it from being "
			    "checked",
			    s->path);
		err = SG_EIO;
	}
	if (err == SG_OK) {
		s->tail = s->maybe;
		s->has_maybe = false;
	}
	return err;
}

static enum sg_err compare_tail(struct store *s, struct strbuf *why)
{
	struct store_tail found = s->tail;
	enum sg_err err = store_read_tail(s, &found, why);

	if (err != SG_OK)
		return err;
	s->disowned = false;
	if (store_same_tail(&found, &s->tail)) {
		s->has_maybe = false;
		return SG_OK;
	}
	if (s->has_maybe && store_same_tail(&found, &s->maybe))
		return settle_maybe(s, why);
	s->disowned = true;
	strbuf_setf(
		why,
		"%s ends at record %" PRIu64 ", but record %" PRIu64 " was acknowledged "
		"last: nothing more is recorded. Keep the folder as it is and restore "
		"a backup",
		s->path, found.head.seq, s->tail.head.seq);
	return SG_EIO;
}

/* After an I/O error nothing is believed: the file is closed, opened and compared. */
enum sg_err store_reopen(struct store *s, struct strbuf *why)
{
	bool fresh = false;

	if (s->db)
		close_db(s);
	enum sg_err err = open_db(s, &fresh, why);
	if (err == SG_EREFUSED)
		s->disowned = true; /* damaged, or not ours */
	if (err == SG_OK)
		err = compare_tail(s, why);
	if (err != SG_OK && s->db)
		close_db(s);
	return err;
}

enum sg_err store_recover(struct store *s, const struct store_tail *next, enum sg_err err,
			  struct strbuf *why)
{
	struct strbuf again = STRBUF_INIT;

	log_error("%s", why ? why->buf : "station.db: a commit failed");
	s->maybe = *next;
	s->has_maybe = !store_same_tail(next, &s->tail);
	bool tried = s->has_maybe;
	if (store_reopen(s, &again) != SG_OK) {
		log_error("%s", again.buf);
		if (why)
			strbuf_addf(why, "; %s%s",
				    s->has_maybe ? "whether it was stored is not known: "
						 : "",
				    again.buf);
	} else if (tried && store_same_tail(&s->tail, next)) {
		log_warn("%s: opened again and checked: the commit is on the disk",
			 s->path);
		err = SG_OK;
	} else {
		log_warn("%s: opened again; it ends with what was acknowledged", s->path);
	}
	strbuf_release(&again);
	return err;
}

/* Records written into a file without a name would be lost with the process. */
static enum sg_err check_place(struct store *s, struct strbuf *why)
{
	if (s->db && db_has_moved(s->db)) {
		log_error("%s was moved, deleted or replaced while in use", s->path);
		close_db(s);
		s->disowned = true;
	}
	return s->db ? SG_OK : store_reopen(s, why);
}

enum { LOG_MOST = 24 << 20, LOG_STEP = 4 << 20, LOG_WAIT_MS = 100 };

/* The log begins anew when nobody reads it; readers that follow each other closely would
 * keep it growing (ST-09). Above LOG_MOST they are waited for, a moment: their pieces are
 * short. Who is slower lets it grow, and is waited for again when it has. */
static void cut_log(struct store *s)
{
	int64_t busy = 0, size = db_log_size(s->db);

	if (size < LOG_MOST) {
		s->log_cut_at = LOG_MOST;
		return;
	}
	if (size < s->log_cut_at)
		return;
	s->log_cut_at = size + LOG_STEP;
	db_wait_ms(s->db, LOG_WAIT_MS);
	if (db_number(s->db, "PRAGMA wal_checkpoint(RESTART)", &busy, NULL) != SG_OK ||
	    busy)
		log_debug("%s: somebody reads; its log grows to %" PRId64 " bytes",
			  s->path, size);
	db_wait_ms(s->db, DB_BUSY_MS);
}

/* *broken: it is the file that failed, not a lock or what was asked. */
static enum sg_err commit_to_file(struct store *s, struct txn *const *txns, size_t n,
				  bool *broken, struct strbuf *why)
{
	*broken = check_place(s, why) != SG_OK;
	if (*broken)
		return SG_EIO;
	struct store_tail next = s->tail;
	enum sg_err err = store_apply(s, txns, n, &next, why);
	if (err == SG_OK) {
		s->tail = next;
		cut_log(s);
	} else if (db_failed_io(s->db)) {
		err = store_recover(s, &next, err, why);
		*broken = err == SG_EIO;
	}
	explicit_bzero(&next.seal, sizeof(next.seal));
	if (err == SG_OK)
		seal_settle(s);
	return err;
}

enum sg_err store_commit(struct store *s, struct txn *const *txns, size_t n,
			 struct strbuf *why)
{
	struct strbuf own = STRBUF_INIT; /* what is wrong is told later, too */
	enum sg_err err = SG_EIO;
	bool broken = s->reserving;

	why = why ? why : &own;
	if (!broken)
		err = commit_to_file(s, txns, n, &broken, why);
	if (broken && s->reserve && !s->disowned)
		err = store_reserve_commit(s, txns, n, why);
	else if (s->reserving)
		strbuf_setf(why, "%s was replaced while the reserve journal was in use",
			    s->path);
	strbuf_release(&own);
	return err;
}

const struct audit_head *store_head(const struct store *s)
{
	return &s->tail.head;
}
