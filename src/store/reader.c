/* reader.c - searching the journal beside the store, in pieces that hold no transaction
 * long; walk.c reads it through. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "store/db.h"
#include "store/reader_int.h"
#include "store/schema.h"
#include "store/search.h"
#include "util/area.h"
#include "util/log.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum {
	PIECE = 500,        /* rows read in one transaction */
	INDEX_PIECE = 4096, /* rows taken in before a search by text */
	ASK_EVERY = 64      /* rows between two questions whether to stop */
};

static const char *const sql_text[SQL_COUNT] = {
	[SQL_UP] = "SELECT seq, body, hash FROM journal WHERE seq >= ?1 AND seq <= ?2 "
		   "ORDER BY seq LIMIT ?3",
	[SQL_DOWN] = "SELECT seq, body, hash FROM journal WHERE seq >= ?1 AND seq <= ?2 "
		     "ORDER BY seq DESC LIMIT ?3",
	[SQL_ONE] = "SELECT seq, body, hash FROM journal WHERE seq = ?1",
	[SQL_LAST] = "SELECT max(seq) FROM journal",
	[SQL_AUDIT_UP] =
		"SELECT seq, body, hash, seal FROM audit WHERE seq >= ?1 AND seq <= "
		"?2 ORDER BY seq LIMIT ?3",
	[SQL_AUDIT_DOWN] =
		"SELECT seq, body, hash, seal FROM audit WHERE seq >= ?1 AND seq <= "
		"?2 ORDER BY seq DESC LIMIT ?3",
};

/* --- opening ----------------------------------------------------------------------- */

static enum sg_err prepare(struct store_reader *r, struct strbuf *why)
{
	for (size_t i = 0; i < SQL_COUNT; i++) {
		r->sql[i] = db_prepare(r->db, sql_text[i], why);
		if (!r->sql[i])
			return SG_EIO;
	}
	return SG_OK;
}

static enum sg_err open_all(struct store_reader *r, bool indexed, struct strbuf *why)
{
	enum sg_err err = db_open(r->path, DB_READ, &r->db, why);

	if (err == SG_OK)
		err = db_exec(r->db, "PRAGMA cache_size=-2000; PRAGMA query_only=ON",
			      why);
	if (err == SG_OK)
		err = schema_chain_id_of(r->db, r->path, SCHEMA_JOURNAL, r->chain_id,
					 why);
	if (err == SG_OK)
		err = schema_chain_id_of(r->db, r->path, SCHEMA_AUDIT, r->audit_chain_id,
					 why);
	if (err == SG_OK)
		err = prepare(r, why);
	if (err == SG_OK && indexed)
		err = search_open(r->index_path, r->db, r->chain_id, &r->index, why);
	return err;
}

static enum sg_err open_reader(const char *dir, bool indexed, struct store_reader **out,
			       struct strbuf *why)
{
	struct store_reader *r = xcalloc(1, sizeof(*r));

	r->path = xasprintf("%s/station.db", dir);
	r->index_path = xasprintf("%s/search.db", dir);
	r->texts = (struct strbuf)STRBUF_INIT;
	enum sg_err err = open_all(r, indexed, why);
	if (err != SG_OK) {
		store_reader_close(r);
		return err;
	}
	*out = r;
	return SG_OK;
}

enum sg_err store_reader_open(const char *dir, struct store_reader **out,
			      struct strbuf *why)
{
	return open_reader(dir, true, out, why);
}

enum sg_err store_walker_open(const char *dir, struct store_reader **out,
			      struct strbuf *why)
{
	return open_reader(dir, false, out, why);
}

void store_reader_close(struct store_reader *r)
{
	if (!r)
		return;
	search_close(r->index);
	for (size_t i = 0; i < SQL_COUNT; i++)
		db_finalize(r->sql[i]);
	db_close(r->db);
	strbuf_release(&r->texts);
	free(r->path);
	free(r->index_path);
	free(r);
}

void store_reader_stop_when(struct store_reader *r, bool (*stop)(void *arg), void *arg)
{
	r->stop = stop;
	r->stop_arg = arg;
	db_stop_when(r->db, stop, arg);
	if (r->index)
		search_stop_when(r->index, stop, arg);
}

bool store_reader_is_current(const struct store_reader *r)
{
	return !db_has_moved(r->db);
}

const uint8_t *store_reader_chain(const struct store_reader *r)
{
	return r->chain_id;
}

const uint8_t *store_reader_audit_chain(const struct store_reader *r)
{
	return r->audit_chain_id;
}

static enum sg_err given_up(struct strbuf *why)
{
	strbuf_setf(why, "the search was given up: it takes too long, or nobody waits "
			 "for it any more; ask for a shorter time or fewer rows");
	return SG_ELIMIT;
}

static bool is_to_stop(const struct store_reader *r)
{
	return r->stop && r->stop(r->stop_arg);
}

/* --- the index ------------------------------------------------------------------ */

/* The last row that the index has; 0 without one. */
static uint64_t indexed(const struct store_reader *r)
{
	return r->index ? search_seq(r->index) : 0;
}

static enum sg_err last_row(struct store_reader *r, uint64_t *seq, struct strbuf *why)
{
	int64_t v = 0;
	int rc = db_row(r->sql[SQL_LAST], why);

	if (rc > 0)
		db_col_int(r->sql[SQL_LAST], 0, &v); /* NULL of an empty table: 0 */
	db_reset(r->sql[SQL_LAST]);
	*seq = (uint64_t)v;
	return rc < 0 ? (enum sg_err)rc : SG_OK;
}

/* What the index's own file does wrong costs it its life, never the journal its reader.
 */
static enum sg_err index_piece(struct store_reader *r, uint64_t max, uint64_t *n,
			       struct strbuf *why)
{
	enum sg_err err = search_take_in(r->index, max, n, why);

	if (err != SG_EIO)
		return err;
	log_warn("%s: %s", r->index_path, why && why->len ? why->buf : "it is broken");
	err = search_begin_anew(r->index, why);
	return err == SG_OK ? search_take_in(r->index, max, n, why) : err;
}

enum sg_err store_reader_index(struct store_reader *r, uint64_t max, uint64_t *left,
			       struct strbuf *why)
{
	uint64_t n = 0, last = 0;
	enum sg_err err = last_row(r, &last, why);

	/* looked at again and again while nothing happens: then nothing is written */
	if (err == SG_OK && r->index && (last != indexed(r) || !search_is_open(r->index)))
		err = index_piece(r, max, &n, why);
	if (left)
		*left = last > indexed(r) ? last - indexed(r) : 0;
	return err;
}

/* A search by text knows all rows that were there when it was asked. */
static enum sg_err catch_up(struct store_reader *r, uint64_t last, struct strbuf *why)
{
	uint64_t n = 1;
	enum sg_err err = SG_OK;

	while (err == SG_OK && search_seq(r->index) < last && n > 0) {
		if (is_to_stop(r))
			err = SG_ELIMIT;
		else
			err = index_piece(r, INDEX_PIECE, &n, why);
	}
	if (err == SG_ELIMIT) {
		strbuf_setf(why,
			    "the index of the journal's texts is still being made "
			    "(%" PRIu64 " rows to go): try again soon",
			    last - search_seq(r->index));
		err = SG_EREFUSED;
	}
	return err;
}

/* --- rows ----------------------------------------------------------------------- */

static bool is_name(const char *want, const char *is)
{
	return !want || !want[0] || strcmp(want, is) == 0;
}

/* All but the text, which only the index knows. */
static bool is_wanted(const struct store_search *q, const struct alarm_journal *row)
{
	return row->at.ms >= q->from.ms && (!q->to.ms || row->at.ms < q->to.ms) &&
	       (!q->priorities || q->priorities >> row->priority & 1u) &&
	       (!q->events || q->events >> row->event & 1u) &&
	       is_name(q->alarm, row->alarm) && is_name(q->tag, row->tag) &&
	       is_name(q->by, row->by) &&
	       (!q->area || !q->area[0] || area_holds(q->area, row->area));
}

static bool asks_for_nothing(const struct store_search *q)
{
	return !q->from.ms && !q->to.ms && !q->priorities && !q->events &&
	       is_name(q->alarm, "") && is_name(q->tag, "") && is_name(q->by, "") &&
	       is_name(q->area, "") && is_name(q->text, "");
}

/* The row q stands on. A row that cannot be read is told only to who wants all. */
static void consider(struct hunt *h, struct db_stmt *q)
{
	struct store_journal_row out = { .is_sound = false };
	size_t hash_n = 0;
	int64_t seq = 0;

	db_col_int(q, 0, &seq);
	out.body = db_col_blob(q, 1, &out.n);
	out.hash = db_col_blob(q, 2, &hash_n);
	if (!out.body || !out.hash || hash_n != AUDIT_HASH_SIZE)
		return;
	out.is_sound = alarm_journal_get(out.body, out.n, &out.row, &h->r->texts);
	out.row.seq = (uint64_t)seq;
	if (out.is_sound ? !is_wanted(h->ask, &out.row) : !asks_for_nothing(h->ask))
		return;
	h->told++;
	h->done = !h->fn(h->arg, &out) || h->told >= h->ask->count;
}

enum sg_err reader_scan(struct hunt *h, uint64_t first, uint64_t last, struct strbuf *why)
{
	struct db_stmt *q = h->r->sql[h->ask->oldest_first ? SQL_UP : SQL_DOWN];
	int rc = 0;

	for (uint64_t n = PIECE; n == PIECE && !h->done && first <= last;) {
		int64_t seq = 0;
		if (is_to_stop(h->r))
			return given_up(why);
		db_bind_int(q, 1, (int64_t)first);
		db_bind_int(q, 2, (int64_t)last);
		db_bind_int(q, 3, PIECE);
		for (n = 0; !h->done && (rc = db_row(q, why)) > 0; n++) {
			db_col_int(q, 0, &seq);
			consider(h, q);
		}
		db_reset(q);
		if (rc < 0)
			return (enum sg_err)rc;
		if (h->ask->oldest_first)
			first = (uint64_t)seq + 1;
		else
			last = (uint64_t)seq - 1;
	}
	return SG_OK;
}

static enum sg_err consider_seq(struct hunt *h, int64_t seq, struct strbuf *why)
{
	struct db_stmt *q = h->r->sql[SQL_ONE];

	if (h->looked_at++ % ASK_EVERY == 0 && is_to_stop(h->r))
		return given_up(why);
	db_bind_int(q, 1, seq);
	int rc = db_row(q, why);
	if (rc > 0)
		consider(h, q);
	db_reset(q);
	return rc < 0 ? (enum sg_err)rc : SG_OK;
}

/* Rows [first, last] that the index names. */
static enum sg_err look_up(struct hunt *h, uint64_t first, uint64_t last,
			   struct strbuf *why)
{
	struct db_stmt *q = search_rows(h->r->index, h->ask->oldest_first);
	enum sg_err err = SG_OK;
	int rc = 0;

	db_bind_text(q, 1, h->expression);
	db_bind_int(q, 2, (int64_t)first);
	db_bind_int(q, 3, (int64_t)last);
	while (err == SG_OK && !h->done && (rc = db_row(q, why)) > 0) {
		int64_t seq = 0;
		db_col_int(q, 0, &seq);
		err = consider_seq(h, seq, why);
	}
	db_reset(q);
	if (rc == SG_ELIMIT)
		return given_up(why);
	if (rc < 0) { /* never in the words of the library */
		strbuf_setf(why, "the journal's index cannot be read: it is made anew; "
				 "try again soon");
		return SG_EIO;
	}
	return err;
}

/* Rows [first, last], of which the index knows those up to its own last one. */
static enum sg_err search_range(struct hunt *h, uint64_t first, uint64_t last,
				struct strbuf *why)
{
	uint64_t known = h->expression[0] ? indexed(h->r) : 0;
	enum sg_err err = SG_OK;
	bool text = !is_name(h->ask->text, "");

	for (int half = 0; half < 2 && err == SG_OK && !h->done; half++) {
		bool by_index = h->ask->oldest_first == (half == 0);
		uint64_t lo = by_index || first > known ? first : known + 1;
		uint64_t hi = !by_index || last < known ? last : known;
		if (lo > hi)
			continue;
		if (by_index)
			err = look_up(h, lo, hi, why);
		else if (!text) /* whose index is complete */
			err = reader_scan(h, lo, hi, why);
	}
	return err;
}

/* Where the time asked for lies; what the index does not know yet may be of any time. */
static enum sg_err ranges_of(struct store_reader *r, const struct store_search *ask,
			     struct search_range **v, size_t *n, struct strbuf *why)
{
	enum sg_err err = SG_OK;

	*v = NULL;
	*n = 0;
	bool timed = r->index && (ask->from.ms > 0 || ask->to.ms);
	if (timed) {
		err = search_ranges(r->index, ask->from.ms, ask->to.ms, v, n, why);
		if (*n && (*v)[*n - 1].last > indexed(r))
			(*v)[*n - 1].last = indexed(r);
	}
	struct search_range *rest = GROW(v, n);
	rest->first = timed ? indexed(r) + 1 : 1;
	rest->last = INT64_MAX;
	return err;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static enum sg_err hunt_all(struct hunt *h, struct strbuf *why)
{
	const struct store_search *ask = h->ask;
	struct search_range *v;
	size_t n;
	enum sg_err err = ranges_of(h->r, ask, &v, &n, why);
	uint64_t highest = ask->before ? ask->before - 1 : INT64_MAX;

	for (size_t i = 0; i < n && err == SG_OK && !h->done; i++) {
		const struct search_range *at = &v[ask->oldest_first ? i : n - 1 - i];
		uint64_t first = at->first > ask->after ? at->first : ask->after + 1;
		uint64_t last = least(at->last, highest);
		if (first <= last)
			err = search_range(h, first, last, why);
	}
	free(v);
	return err;
}

/* An index that a range or a page could not be read from is made anew, later. */
static enum sg_err mend(struct store_reader *r, enum sg_err err)
{
	struct strbuf unused = STRBUF_INIT;

	if (err == SG_EIO && r->index && !db_failed_io(r->db))
		search_begin_anew(r->index, &unused);
	strbuf_release(&unused);
	return err;
}

/* An index that can be asked, with all rows up to the last when words are asked for. */
static enum sg_err make_ready(struct store_reader *r, const struct store_search *ask,
			      struct strbuf *why)
{
	bool text = !is_name(ask->text, "");
	enum sg_err err = SG_OK;
	uint64_t last = 0;

	if (!r->index && text) {
		strbuf_setf(why, "without its index the journal has no words");
		return SG_EREFUSED;
	}
	if (r->index && !search_is_open(r->index))
		err = search_begin_anew(r->index, why);
	if (err == SG_OK && text)
		err = last_row(r, &last, why);
	return err == SG_OK && text ? catch_up(r, last, why) : err;
}

enum sg_err store_journal_search(struct store_reader *r, const struct store_search *ask,
				 store_row_fn fn, void *arg, struct strbuf *why)
{
	struct strbuf expression = STRBUF_INIT;
	struct hunt h = { .r = r, .ask = ask, .fn = fn, .arg = arg };
	enum sg_err err = make_ready(r, ask, why);

	if (err == SG_OK && r->index) /* its beginnings are of the words known now */
		err = search_expression(r->index, ask, &expression, why);
	h.expression = expression.buf ? expression.buf : "";
	if (err == SG_OK && ask->count > 0 && ask->after < INT64_MAX &&
	    ask->before <= INT64_MAX)
		err = hunt_all(&h, why);
	strbuf_release(&expression);
	return mend(r, err);
}
