/*
 * merge.c - the reserve journal's place in a store: when it takes over, and how what it
 * holds goes into station.db once and in order.
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
#include "store/reserve_entry.h"
#include "store/room.h"
#include "store/store.h"
#include "store/store_int.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

struct merging {
	struct store *s;
	struct reserve_begin begin;
	uint64_t skip; /* groups that are in the file */
	struct store_tail next;
	uint64_t rows;
};

/* --- what is in it --- */

static enum sg_err count_txn(void *arg, struct txn *t, struct strbuf *why)
{
	struct merging *m = arg;

	(void)why;
	m->rows += t->n;
	for (size_t i = 0; i < t->n; i++)
		reserve_use_numbers(&t->ops[i], &m->next, NULL);
	return SG_OK;
}

static enum sg_err survey_entry(void *arg, uint64_t number, const void *payload, size_t n,
				struct strbuf *why)
{
	struct merging *m = arg;

	if (number > 0)
		return reserve_each_txn(payload, n, count_txn, m, why);
	bool is_begin = reserve_get_begin(payload, n, &m->begin);
	m->next = m->begin.base;
	if (is_begin)
		return SG_OK;
	strbuf_setf(why, "the reserve journal does not say what it belongs to");
	return SG_EREFUSED;
}

/* --- merging ----------------------------------------------------------------------- */

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
	const struct reserve_begin *b = &m->begin;
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

static enum sg_err merge_txn(void *arg, struct txn *t, struct strbuf *why)
{
	struct merging *m = arg;
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
	explicit_bzero(&before, sizeof(before));
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
	return reserve_each_txn(payload, n, merge_txn, m, why);
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
	explicit_bzero(&m.next, sizeof(m.next)); /* a seal key is in a tail */
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
	explicit_bzero(&m->next, sizeof(m->next));
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

/* --- at a start -------------------------------------------------------------------- */

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

/* --- in use ------------------------------------------------------------------------ */

static enum sg_err take_over(struct store *s, struct strbuf *why)
{
	struct reserve_begin begin = { .base = s->tail,
				       .has_maybe = s->has_maybe,
				       .maybe = s->maybe };
	struct strbuf entry = STRBUF_INIT;
	enum sg_err err = SG_OK;

	if (reserve_entries(s->reserve) > 0) /* merged, and could not be emptied then */
		err = reserve_reset(s->reserve, why);
	memcpy(begin.chain_id, s->tail.head.chain_id, AUDIT_CHAIN_ID_SIZE);
	reserve_put_begin(&entry, &begin);
	explicit_bzero(&begin, sizeof(begin)); /* a seal key is in a tail */
	if (err == SG_OK)
		err = reserve_put(s->reserve, entry.buf, entry.len, why);
	explicit_bzero(entry.buf, entry.len);
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

static enum sg_err use_numbers(struct txn *const *txns, size_t n,
			       struct store_tail *ahead, struct strbuf *why)
{
	enum sg_err err = SG_OK;

	for (size_t i = 0; i < n && err == SG_OK; i++)
		for (size_t k = 0; k < txns[i]->n && err == SG_OK; k++)
			err = reserve_use_numbers(&txns[i]->ops[k], ahead, why);
	return err;
}

static enum sg_err put_group(struct store *s, struct txn *const *txns, size_t n,
			     struct strbuf *why)
{
	struct strbuf entry;

	strbuf_init(&entry, RESERVE_BYTES);
	reserve_put_group(&entry, txns, n);
	enum sg_err err = entry.truncated
				  ? SG_ELIMIT
				  : reserve_put(s->reserve, entry.buf, entry.len, why);
	explicit_bzero(entry.buf, entry.len); /* an account may be in it */
	strbuf_release(&entry);
	return err == SG_OK ? SG_OK : SG_EIO;
}

static enum sg_err put(struct store *s, struct txn *const *txns, size_t n,
		       struct strbuf *why)
{
	struct store_tail ahead = s->ahead;
	enum sg_err err = use_numbers(txns, n, &ahead, why);

	if (err == SG_OK)
		err = put_group(s, txns, n, why);
	if (err == SG_OK)
		s->ahead = ahead;
	explicit_bzero(&ahead, sizeof(ahead)); /* a seal key is in a tail */
	for (size_t i = 0; i < n && err == SG_OK; i++)
		s->reserved_rows += txns[i]->n;
	return err;
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
