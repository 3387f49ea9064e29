/* standing.c - what stood after each so many rows: worked out as the index grows, found
 * again for a report. */
#include "store/standing.h"

#include <stdlib.h>
#include <string.h>

#include "alarm/metrics.h"
#include "store/db.h"
#include "store/search.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { BODY_MAX = 64 << 20, PIECE = 500 /* rows in one transaction */ };

struct standing {
	struct db_stmt *read, *put, *last;
	struct alarm_metrics *metrics; /* NULL: standing_at() comes first */
	uint64_t seq, kept; /* it knows so far; of the last one that was kept */
	struct strbuf texts, body;
};

enum sg_err standing_open(struct db *station, struct db *index, struct standing **out,
			  struct strbuf *why)
{
	struct standing *s = xcalloc(1, sizeof(*s));

	s->texts = (struct strbuf)STRBUF_INIT;
	strbuf_init(&s->body, BODY_MAX);
	s->read = db_prepare(station,
			     "SELECT seq, body FROM journal WHERE seq > ?1 AND seq <= ?2 "
			     "ORDER BY seq LIMIT ?3",
			     why);
	s->put = db_prepare(index,
			    "INSERT OR REPLACE INTO standing VALUES (?1, ?2, ?3, ?4, ?5)",
			    why);
	s->last = db_prepare(index,
			     "SELECT seq, body FROM standing WHERE seq <= ?1 "
			     "ORDER BY seq DESC LIMIT 1",
			     why);
	if (!s->read || !s->put || !s->last) {
		standing_close(s);
		return SG_EIO;
	}
	*out = s;
	return SG_OK;
}

void standing_forget(struct standing *s)
{
	alarm_metrics_free(s->metrics);
	s->metrics = NULL;
}

void standing_close(struct standing *s)
{
	if (!s)
		return;
	standing_forget(s);
	db_finalize(s->read);
	db_finalize(s->put);
	db_finalize(s->last);
	strbuf_release(&s->texts);
	strbuf_release(&s->body);
	free(s);
}

/* --- keeping ---------------------------------------------------------------------- */

static uint64_t load_last(struct standing *s, uint64_t upto)
{
	int64_t seq = 0;
	size_t n = 0;

	db_bind_int(s->last, 1, (int64_t)upto);
	if (db_row(s->last, NULL) > 0 && db_col_int(s->last, 0, &seq)) {
		const void *body = db_col_blob(s->last, 1, &n);

		if (!body || !alarm_metrics_resume(s->metrics, body, n))
			seq = 0;
	}
	db_reset(s->last);
	return (uint64_t)seq;
}

/* Rows up to seq, one piece. *n = how many there were. */
static enum sg_err catch_up(struct standing *s, uint64_t seq, size_t *n,
			    struct strbuf *why)
{
	struct alarm_journal row;
	int rc;

	*n = 0;
	db_bind_int(s->read, 1, (int64_t)s->seq);
	db_bind_int(s->read, 2, (int64_t)seq);
	db_bind_int(s->read, 3, PIECE);
	while ((rc = db_row(s->read, why)) > 0) {
		size_t size = 0;
		int64_t at = 0;
		const void *body = db_col_blob(s->read, 1, &size);

		if (body && alarm_journal_get(body, size, &row, &s->texts))
			alarm_metrics_row(s->metrics, &row);
		db_col_int(s->read, 0, &at);
		s->seq = (uint64_t)at;
		++*n;
	}
	db_reset(s->read);
	return (enum sg_err)rc;
}

enum sg_err standing_at(struct standing *s, uint64_t seq, struct strbuf *why)
{
	enum sg_err err = SG_OK;
	size_t n = 1;

	if (s->metrics && s->seq > seq)
		standing_forget(s);
	if (!s->metrics) {
		s->metrics = alarm_metrics_new_standing();
		s->seq = s->kept = load_last(s, seq);
	}
	while (err == SG_OK && s->seq < seq && n > 0)
		err = catch_up(s, seq, &n, why);
	return err;
}

static bool is_due(const struct standing *s)
{
	uint64_t alarms = alarm_metrics_alarms(s->metrics);
	uint64_t rows = alarms * STANDING_ROWS_AN_ALARM;

	return s->seq - s->kept >= (rows > STANDING_ROWS ? rows : STANDING_ROWS);
}

/* One that is too large is left out: reports read more. */
static enum sg_err keep(struct standing *s, const struct audit_head *head,
			struct strbuf *why)
{
	s->kept = s->seq;
	strbuf_clear(&s->body);
	if (!alarm_metrics_put(s->metrics, &s->body))
		return SG_OK;
	db_bind_int(s->put, 1, (int64_t)head->seq);
	db_bind_blob(s->put, 2, head->hash, AUDIT_HASH_SIZE);
	db_bind_int(s->put, 3, alarm_metrics_latest(s->metrics));
	db_bind_int(s->put, 4, alarm_metrics_is_calm(s->metrics));
	db_bind_blob(s->put, 5, s->body.buf, s->body.len);
	return db_run(s->put, NULL, why);
}

enum sg_err standing_row(struct standing *s, const struct alarm_journal *row,
			 const struct audit_head *head, struct strbuf *why)
{
	if (row)
		alarm_metrics_row(s->metrics, row);
	s->seq = head->seq;
	return is_due(s) ? keep(s, head, why) : SG_OK;
}

/* --- finding ---------------------------------------------------------------------- */

static struct db_stmt *find(struct db *index, const struct alarm_metrics *m)
{
	struct db_stmt *q =
		db_prepare(index,
			   "SELECT seq, hash, body FROM standing WHERE max_ms < ?1 AND "
			   "(calm OR ?2) ORDER BY seq DESC LIMIT 1",
			   NULL);

	if (!q)
		return NULL;
	db_bind_int(q, 1, alarm_metrics_from(m).ms);
	db_bind_int(q, 2, !alarm_metrics_chooses(m));
	return q;
}

uint64_t standing_resume(struct db *index, struct alarm_metrics *m,
			 bool (*is_row)(void *arg, uint64_t seq, const uint8_t *hash),
			 void *arg)
{
	struct db_stmt *q = find(index, m);
	size_t hash_n = 0, n = 0;
	int64_t seq = 0;
	bool fits = false;

	if (q && db_row(q, NULL) > 0 && db_col_int(q, 0, &seq)) {
		const uint8_t *hash = db_col_blob(q, 1, &hash_n);

		fits = hash && hash_n == AUDIT_HASH_SIZE &&
		       is_row(arg, (uint64_t)seq, hash);
	}
	if (fits) {
		const void *body = db_col_blob(q, 2, &n);

		fits = body && alarm_metrics_resume(m, body, n);
	}
	db_finalize(q);
	return fits ? (uint64_t)seq : 0;
}

enum sg_err standing_ranges(struct db *index, uint64_t after, uint64_t upto,
			    struct wall to, struct search_range **v, size_t *n,
			    struct strbuf *why)
{
	struct db_stmt *q = db_prepare(index,
				       "SELECT block FROM span WHERE block >= ?1 AND "
				       "block <= ?2 AND min_ms < ?3 ORDER BY block",
				       why);
	int rc = SG_EIO;

	if (q) {
		db_bind_int(q, 1, (int64_t)((after + 1) / SPAN_ROWS));
		db_bind_int(q, 2, (int64_t)(upto / SPAN_ROWS));
		db_bind_int(q, 3, to.ms);
	}
	while (q && (rc = db_row(q, why)) > 0) {
		int64_t block = 0;
		uint64_t first;
		struct search_range *r;

		db_col_int(q, 0, &block);
		first = (uint64_t)block * SPAN_ROWS;
		if (*n && (*v)[*n - 1].last + 1 == first) {
			(*v)[*n - 1].last += SPAN_ROWS;
			continue;
		}
		r = GROW(v, n);
		r->first = first > after ? first : after + 1;
		r->last = first + SPAN_ROWS - 1;
	}
	if (*n && (*v)[*n - 1].last > upto)
		(*v)[*n - 1].last = upto;
	db_finalize(q);
	return (enum sg_err)rc;
}
