/*
 * merge.c - the reserve journal's place in a store: when it takes over, what is written
 * to it, and how that goes into station.db once and in order.
 *
 * Entry 0 says where station.db ended when the reserve took over; the others are groups
 * of transactions as they were handed over, not yet hashed: their numbers and hashes
 * follow when they are merged. A merge is one transaction of station.db together with a
 * mark of how far it came, so a crash at any moment merges all of it or nothing, and what
 * is in is never put in again.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/record.h"
#include "store/db.h"
#include "store/reserve.h"
#include "store/room.h"
#include "store/store.h"
#include "store/store_int.h"
#include "util/bytes.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { IS_BEGIN = 'B', IS_GROUP = 'G', KEY_MAX = 4096 };

/* Where station.db ended. */
struct begin {
	uint8_t chain_id[AUDIT_CHAIN_ID_SIZE];
	struct store_tail base;
	bool has_maybe; /* the first group may be in the file already, which ends so: */
	struct store_tail maybe;
};

struct merging {
	struct store *s;
	struct begin begin;
	uint64_t skip; /* groups that are in the file */
	struct store_tail next;
	uint64_t rows;
};

/* --- entries ---------------------------------------------------------------------- */

static void put_head(struct strbuf *w, const struct audit_head *h)
{
	bytes_put_u64(w, h->seq);
	strbuf_add(w, h->hash, AUDIT_HASH_SIZE);
}

static void put_tail(struct strbuf *w, const struct store_tail *t)
{
	put_head(w, &t->head);
	put_head(w, &t->journal);
	bytes_put_u64(w, t->request);
	bytes_put_u64(w, t->occurrence);
}

static void get_head(struct bytes_reader *r, struct audit_head *h)
{
	h->seq = bytes_u64(r);
	const uint8_t *hash = bytes_raw(r, AUDIT_HASH_SIZE);
	if (hash)
		memcpy(h->hash, hash, AUDIT_HASH_SIZE);
}

static void get_tail(struct bytes_reader *r, struct store_tail *t)
{
	get_head(r, &t->head);
	get_head(r, &t->journal);
	t->request = bytes_u64(r);
	t->occurrence = bytes_u64(r);
}

static void put_op(struct strbuf *w, const struct txn_op *op)
{
	bytes_put_u8(w, (uint8_t)op->kind);
	bytes_put_u64(w, op->id);
	bytes_put_i64(w, op->wall_ms);
	bytes_put_u8(w, op->settled);
	bytes_put_u8(w, op->key != NULL);
	bytes_put_str(w, op->key);
	bytes_put_blob(w, op->body.buf, op->body.len);
}

static void put_group(struct strbuf *w, struct txn *const *txns, size_t n)
{
	bytes_put_u8(w, IS_GROUP);
	bytes_put_u32(w, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		bytes_put_u32(w, (uint32_t)txns[i]->n);
		for (size_t k = 0; k < txns[i]->n; k++)
			put_op(w, &txns[i]->ops[k]);
	}
}

static void get_op(struct bytes_reader *r, struct txn *t)
{
	enum txn_kind kind = (enum txn_kind)bytes_u8(r);
	uint64_t id = bytes_u64(r);
	int64_t wall_ms = bytes_i64(r);
	bool settled = bytes_u8(r), has_key = bytes_u8(r);
	char *key = bytes_strdup(r, KEY_MAX);
	struct txn_op *op = txn_add(t, kind, id, has_key ? key : NULL);
	size_t n = 0;
	const uint8_t *body = bytes_blob(r, &n);

	op->wall_ms = wall_ms;
	op->settled = settled;
	if (body)
		strbuf_add(&op->body, body, n);
	free(key);
}

/* Calls fn for each transaction of a group. */
static enum sg_err each_txn(const void *payload, size_t n,
			    enum sg_err (*fn)(struct merging *m, struct txn *t,
					      struct strbuf *why),
			    struct merging *m, struct strbuf *why)
{
	struct bytes_reader r = bytes_reader(payload, n);
	enum sg_err err = SG_OK;

	if (bytes_u8(&r) != IS_GROUP)
		r.failed = true;
	uint32_t txns = bytes_u32(&r);
	for (uint32_t i = 0; i < txns && err == SG_OK && !r.failed; i++) {
		struct txn *t = txn_new(0, false);
		uint32_t ops = bytes_u32(&r);
		for (uint32_t k = 0; k < ops && !r.failed; k++)
			get_op(&r, t);
		if (!r.failed)
			err = fn(m, t, why);
		txn_free(t);
	}
	if (err != SG_OK || bytes_done(&r))
		return err;
	strbuf_setf(why, "the reserve journal holds an entry that cannot be read");
	return SG_EREFUSED;
}

/* --- what is in it ------------------------------------------------------------------ */

static void raise_to(uint64_t *highest, uint64_t id)
{
	if (id > *highest)
		*highest = id;
}

/* The numbers an operation uses; what no table will take is refused before it counts as
 * recorded. Stricter than the tables: numbers only go up. */
static enum sg_err use_numbers(const struct txn_op *op, struct store_tail *ahead,
			       struct strbuf *why)
{
	enum sg_err err = store_check_op(op, why);

	if (err != SG_OK)
		return err;
	if (op->kind == TXN_INTENT && op->id <= ahead->request) {
		strbuf_setf(why, "write request %" PRIu64 " was used before", op->id);
		return SG_EREFUSED;
	}
	if ((op->kind == TXN_OUTCOME || op->kind == TXN_SETTLE) &&
	    op->id > ahead->request) {
		strbuf_setf(why, "write request %" PRIu64 " has no intent on record",
			    op->id);
		return SG_EREFUSED;
	}
	if (op->kind == TXN_INTENT)
		raise_to(&ahead->request, op->id);
	else if (op->kind == TXN_AUDIT)
		raise_to(&ahead->request,
			 audit_record_request(op->body.buf, op->body.len));
	else if (op->kind == TXN_JOURNAL)
		raise_to(&ahead->occurrence, op->id);
	return SG_OK;
}

static enum sg_err count_txn(struct merging *m, struct txn *t, struct strbuf *why)
{
	(void)why;
	m->rows += t->n;
	for (size_t i = 0; i < t->n; i++)
		use_numbers(&t->ops[i], &m->next, NULL);
	return SG_OK;
}

static enum sg_err survey_entry(void *arg, uint64_t number, const void *payload, size_t n,
				struct strbuf *why)
{
	struct merging *m = arg;
	struct bytes_reader r = bytes_reader(payload, n);

	if (number > 0)
		return each_txn(payload, n, count_txn, m, why);
	bool is_begin = bytes_u8(&r) == IS_BEGIN;
	const uint8_t *id = bytes_raw(&r, AUDIT_CHAIN_ID_SIZE);
	if (id)
		memcpy(m->begin.chain_id, id, AUDIT_CHAIN_ID_SIZE);
	get_tail(&r, &m->begin.base);
	m->begin.has_maybe = bytes_u8(&r);
	get_tail(&r, &m->begin.maybe);
	m->next = m->begin.base;
	if (is_begin && bytes_done(&r))
		return SG_OK;
	strbuf_setf(why, "the reserve journal does not say what it belongs to");
	return SG_EREFUSED;
}

/* --- merging -------------------------------------------------------------------------
 */

static enum sg_err checkpoint(struct store *s, struct strbuf *why)
{
	int64_t busy = 0;
	enum sg_err err = db_number(s->db, "PRAGMA wal_checkpoint(TRUNCATE)", &busy, why);

	if (err == SG_OK && busy) {
		strbuf_setf(why, "%s: another program reads it", s->path);
		err = SG_EIO;
	}
	return err;
}

/* Which groups the file has already; SG_EREFUSED: it is not the file that the reserve
 * took over from. */
static enum sg_err find_place(struct merging *m, struct strbuf *why)
{
	struct store *s = m->s;
	const struct begin *b = &m->begin;
	int64_t epoch = 0, entries = 0;
	enum sg_err err = db_number(
		s->db, "SELECT value FROM meta WHERE key = 'reserve_epoch'", &epoch, why);

	if (err == SG_OK)
		err = db_number(s->db,
				"SELECT value FROM meta WHERE key = 'reserve_entries'",
				&entries, why);
	if (err != SG_OK)
		return err;
	bool same_chain =
		memcmp(b->chain_id, s->tail.head.chain_id, AUDIT_CHAIN_ID_SIZE) == 0;
	if (same_chain && (uint64_t)epoch == reserve_epoch(s->reserve)) {
		m->skip = (uint64_t)entries;
		return SG_OK;
	}
	if (same_chain && store_same_tail(&s->tail, &b->base))
		return SG_OK;
	if (same_chain && b->has_maybe && store_same_tail(&s->tail, &b->maybe)) {
		m->skip = 1;
		return checkpoint(s, why); /* its disk had failed: see settle_maybe() */
	}
	strbuf_setf(why,
		    "the reserve journal took over at record %" PRIu64
		    ", but %s ends at record %" PRIu64,
		    b->base.head.seq, s->path, s->tail.head.seq);
	return SG_EREFUSED;
}

/* What the file does not take leaves a record that says so. */
static enum sg_err note_refused(struct merging *m, struct strbuf *why)
{
	struct txn *t = txn_new(0, false);
	struct now now = clock_now();
	char detail[AUDIT_TEXT_MAX];
	struct audit_record r = { .kind = AUDIT_GAP,
				  .wall_ms = now.wall.ms,
				  .mono_ns = now.mono.ns,
				  .uid = UINT32_MAX,
				  .actor = "system",
				  .subject = "reserve journal",
				  .result = "not merged",
				  .detail = detail };

	log_error("a transaction of the reserve journal is not merged: %s", why->buf);
	snprintf(detail, sizeof(detail), "%s", why->buf);
	audit_record_put(&txn_add(t, TXN_AUDIT, 0, NULL)->body, &r);
	enum sg_err err = store_apply_within(m->s, &t, 1, &m->next, why);
	txn_free(t);
	return err;
}

static enum sg_err merge_txn(struct merging *m, struct txn *t, struct strbuf *why)
{
	struct store_tail before = m->next;
	struct strbuf own = STRBUF_INIT;
	enum sg_err err = db_exec(m->s->db, "SAVEPOINT one", why);

	if (err == SG_OK)
		err = store_apply_within(m->s, &t, 1, &m->next, &own);
	if (err == SG_EREFUSED || err == SG_ELIMIT) {
		m->next = before;
		err = db_exec(m->s->db, "ROLLBACK TO one", &own);
		if (err == SG_OK)
			err = note_refused(m, &own);
	}
	if (err == SG_OK)
		err = db_exec(m->s->db, "RELEASE one", &own);
	if (err != SG_OK && own.len && why)
		strbuf_setf(why, "%s", own.buf);
	strbuf_release(&own);
	return err;
}

static enum sg_err merge_entry(void *arg, uint64_t number, const void *payload, size_t n,
			       struct strbuf *why)
{
	struct merging *m = arg;

	if (number == 0 || number <= m->skip)
		return SG_OK;
	return each_txn(payload, n, merge_txn, m, why);
}

static enum sg_err put_mark(struct store *s, struct strbuf *why)
{
	struct db_stmt *q =
		db_prepare(s->db,
			   "INSERT INTO meta(key, value) VALUES ('reserve_epoch', ?1), "
			   "('reserve_entries', ?2) "
			   "ON CONFLICT(key) DO UPDATE SET value = excluded.value",
			   why);

	if (!q)
		return SG_EIO;
	db_bind_int(q, 1, (int64_t)reserve_epoch(s->reserve));
	db_bind_int(q, 2, (int64_t)reserve_entries(s->reserve) - 1);
	enum sg_err err = db_run(q, NULL, why);
	db_finalize(q);
	return err;
}

/* All of it in a transaction that is left open. */
static enum sg_err merge_within(struct merging *m, struct strbuf *why)
{
	struct store *s = m->s;
	enum sg_err err = reserve_walk(s->reserve, survey_entry, m, why);

	if (err == SG_OK)
		err = find_place(m, why);
	if (err == SG_OK) /* a disk that is full takes nothing before the commit */
		err = db_exec(s->db, "PRAGMA cache_spill=OFF", why);
	if (err == SG_OK)
		err = db_run(s->sql[SQL_BEGIN], NULL, why);
	m->next = s->tail;
	if (err == SG_OK)
		err = reserve_walk(s->reserve, merge_entry, m, why);
	return err == SG_OK ? put_mark(s, why) : err;
}

enum sg_err store_look_ahead(struct store *s, struct store_tail *next, struct strbuf *why)
{
	struct merging m = { .s = s };
	enum sg_err err = merge_within(&m, why);

	*next = m.next;
	return err;
}

/* The mark says that it is in, whether the reserve could be emptied or not. */
static void merged(struct store *s, const struct merging *m)
{
	struct strbuf why = STRBUF_INIT;

	s->reserving = false;
	s->reserved_rows = 0;
	seal_settle(s);
	log_info("%s: %" PRIu64 " rows of the reserve journal were merged", s->path,
		 m->rows);
	if (reserve_reset(s->reserve, &why) != SG_OK)
		log_warn("%s", why.buf);
	strbuf_release(&why);
}

static enum sg_err merge(struct store *s, struct merging *m, struct strbuf *why)
{
	enum sg_err err = merge_within(m, why);

	if (err == SG_OK)
		err = db_run(s->sql[SQL_COMMIT], NULL, why);
	if (err != SG_OK && db_in_transaction(s->db))
		db_exec(s->db, "ROLLBACK", NULL);
	if (err == SG_OK)
		s->tail = m->next;
	else if (db_failed_io(s->db))
		err = store_recover(s, &m->next, err, why);
	if (err == SG_OK)
		merged(s, m);
	return err;
}

enum sg_err store_mend(struct store *s, struct strbuf *why)
{
	struct merging m = { .s = s };

	if (!s->reserving)
		return SG_OK;
	enum sg_err err = store_reopen(s, why);
	return err == SG_OK ? merge(s, &m, why) : err;
}

/* --- at a start -----------------------------------------------------------------------
 */

static void notice(struct store *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void notice(struct store *s, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	free(s->notice);
	s->notice = xstrdup(text);
}

/* Never deleted: what it holds was acknowledged to somebody. */
static void set_aside(struct store *s, const char *why)
{
	char *aside = xasprintf("%s.aside-%" PRId64, s->reserve_path,
				clock_now().wall.ms / 1000);

	reserve_close(s->reserve);
	s->reserve = NULL;
	s->reserving = false;
	if (rename(s->reserve_path, aside) == 0)
		notice(s, "the reserve journal was set aside as %s: %s", aside, why);
	else
		notice(s, "the reserve journal is not used: %s", why);
	log_error("%s", s->notice);
	free(aside);
}

/* What it holds goes into the file now, or stays in it while the disk is full. */
static enum sg_err empty_reserve(struct store *s, struct strbuf *why)
{
	struct merging m = { .s = s };
	bool gap = reserve_has_gap(s->reserve);

	s->reserving = true;
	enum sg_err err = merge(s, &m, why);
	if (err == SG_EREFUSED) {
		set_aside(s, why->buf);
		return SG_OK;
	}
	if (err == SG_OK)
		notice(s, "%" PRIu64 " rows of the reserve journal were merged", m.rows);
	if (err == SG_OK && gap)
		set_aside(s, "it is damaged; what lay before the damage was merged");
	if (err == SG_OK || !s->db)
		return err;
	s->reserved_rows = m.rows;
	snprintf(s->reserved_why, sizeof(s->reserved_why), "%s", why->buf);
	log_warn("%" PRIu64 " rows stay in the reserve journal: %s", m.rows, why->buf);
	m = (struct merging){ .s = s };
	err = reserve_walk(s->reserve, survey_entry, &m, why);
	s->ahead = m.next;
	return err;
}

static enum sg_err take(struct store *s, struct strbuf *why)
{
	enum sg_err err = reserve_open(s->reserve_path, &s->reserve, why);

	if (err == SG_ENOENT)
		return SG_OK;
	if (err == SG_OK && reserve_entries(s->reserve) > 0)
		return empty_reserve(s, why);
	if (err == SG_OK && reserve_has_gap(s->reserve)) {
		set_aside(s, "its first entry is damaged");
	} else if (err == SG_EREFUSED) {
		set_aside(s, why->buf);
	} else if (err != SG_OK) {
		notice(s, "the reserve journal is not used: %s", why->buf);
		log_error("%s", s->notice);
	}
	return SG_OK;
}

enum sg_err store_take_reserve(struct store *s, struct strbuf *why)
{
	struct strbuf own = STRBUF_INIT;
	enum sg_err err = take(s, &own);

	if (err != SG_OK)
		strbuf_setf(why, "%s", own.buf);
	strbuf_release(&own);
	return err;
}

static void keep_some_room(const struct store *s)
{
	char *dir = xstrndup(s->path, (size_t)(strrchr(s->path, '/') - s->path));

	room_take(dir);
	free(dir);
}

enum sg_err store_make_reserve(struct store *s, size_t bytes, struct strbuf *why)
{
	enum sg_err err = SG_OK;

	keep_some_room(s);
	if (s->reserve)
		return SG_OK;
	err = reserve_make(s->reserve_path, bytes, why);
	return err == SG_OK ? reserve_open(s->reserve_path, &s->reserve, why) : err;
}

/* --- in use ----------------------------------------------------------------------------
 */

static enum sg_err take_over(struct store *s, struct strbuf *why)
{
	struct strbuf entry = STRBUF_INIT;
	enum sg_err err = SG_OK;

	if (reserve_entries(s->reserve) > 0) /* merged, and could not be emptied then */
		err = reserve_reset(s->reserve, why);
	bytes_put_u8(&entry, IS_BEGIN);
	strbuf_add(&entry, s->tail.head.chain_id, AUDIT_CHAIN_ID_SIZE);
	put_tail(&entry, &s->tail);
	bytes_put_u8(&entry, s->has_maybe);
	put_tail(&entry, &s->maybe);
	if (err == SG_OK)
		err = reserve_put(s->reserve, entry.buf, entry.len, why);
	strbuf_release(&entry);
	if (err != SG_OK)
		return err;
	s->reserving = true;
	s->ahead = s->tail;
	s->reserved_rows = 0;
	log_error("records go to the reserve journal until %s can be written: %s",
		  s->path, s->reserved_why);
	return SG_OK;
}

static enum sg_err put(struct store *s, struct txn *const *txns, size_t n,
		       struct strbuf *why)
{
	struct store_tail ahead = s->ahead;
	struct strbuf entry;
	uint64_t rows = 0;

	strbuf_init(&entry, RESERVE_BYTES);
	for (size_t i = 0; i < n; i++, rows += txns[i - 1]->n) {
		for (size_t k = 0; k < txns[i]->n; k++) {
			enum sg_err err = use_numbers(&txns[i]->ops[k], &ahead, why);
			if (err != SG_OK)
				return err;
		}
	}
	put_group(&entry, txns, n);
	enum sg_err err = entry.truncated
				  ? SG_ELIMIT
				  : reserve_put(s->reserve, entry.buf, entry.len, why);
	explicit_bzero(entry.buf, entry.len); /* an account may be in it */
	strbuf_release(&entry);
	if (err != SG_OK)
		return SG_EIO;
	s->ahead = ahead;
	s->reserved_rows += rows;
	return SG_OK;
}

/* One sentence for people; the disk's words are for the log. */
static void say_both(const struct store *s, const char *reserve, struct strbuf *why)
{
	log_error("neither station.db nor the reserve journal takes records: %s; %s",
		  s->reserved_why, reserve);
	strbuf_setf(why,
		    "neither station.db nor the reserve journal can be written (%.120s)",
		    s->reserved_why);
}

enum sg_err store_reserve_commit(struct store *s, struct txn *const *txns, size_t n,
				 struct strbuf *why)
{
	struct strbuf own = STRBUF_INIT;
	enum sg_err err = SG_OK;

	if (!s->reserving) {
		snprintf(s->reserved_why, sizeof(s->reserved_why), "%s", why->buf);
		err = take_over(s, &own);
	}
	if (err == SG_OK)
		err = put(s, txns, n, &own);
	if (err == SG_EREFUSED || err == SG_ELIMIT)
		strbuf_setf(why, "%s", own.buf);
	else if (err != SG_OK)
		say_both(s, own.buf, why);
	strbuf_release(&own);
	return err;
}

struct store_reserve store_reserve_state(const struct store *s)
{
	return (struct store_reserve){
		.there = s->reserve != NULL,
		.in_use = s->reserving,
		.rows = s->reserved_rows,
		.percent = s->reserve ? reserve_used_percent(s->reserve) : 0,
		.why = s->reserving ? s->reserved_why : "",
	};
}
