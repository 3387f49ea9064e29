/* walk.c - the journal read through: all rows of a time, or what a report needs of them.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alarm/metrics.h"
#include "store/db.h"
#include "store/reader_int.h"
#include "store/search.h"
#include "store/standing.h"
#include "util/xalloc.h"

struct walk {
	store_journal_fn fn;
	void *arg;
};

static bool walk_row(void *arg, const struct store_journal_row *row)
{
	const struct walk *w = arg;

	return !row->is_sound || w->fn(w->arg, &row->row);
}

enum sg_err store_journal_walk(struct store_reader *r, struct wall from, struct wall to,
			       store_journal_fn fn, void *arg, struct strbuf *why)
{
	const struct store_search ask = {
		.from = from, .to = to, .oldest_first = true, .count = UINT32_MAX
	};
	struct walk w = { fn, arg };

	return store_journal_search(r, &ask, walk_row, &w, why);
}

/* --- from what stood ---------------------------------------------------------------- */

static bool take_row(void *m, const struct alarm_journal *row)
{
	alarm_metrics_row(m, row);
	return true;
}

static bool is_row(void *reader, uint64_t seq, const uint8_t *hash)
{
	struct store_reader *r = reader;
	struct db_stmt *q = r->sql[SQL_ONE];
	size_t n = 0;
	bool same;

	db_bind_int(q, 1, (int64_t)seq);
	const void *is = db_row(q, NULL) > 0 ? db_col_blob(q, 2, &n) : NULL;
	same = is && n == AUDIT_HASH_SIZE && memcmp(is, hash, n) == 0;
	db_reset(q);
	return same;
}

/* The index's file, looked at only; NULL when there is none that can be used. */
static struct db *open_index(const struct store_reader *r, int64_t *head)
{
	struct db *index = NULL;
	int64_t version = 0;

	if (access(r->index_path, F_OK) < 0 ||
	    db_open(r->index_path, DB_READ, &index, NULL) != SG_OK)
		return NULL;
	if (db_number(index, "PRAGMA user_version", &version, NULL) == SG_OK &&
	    version == INDEX_VERSION &&
	    db_number(index, "SELECT value FROM meta WHERE key = 'seq'", head, NULL) ==
		    SG_OK)
		return index;
	db_close(index);
	return NULL;
}

/* What rows are still to be given, m having been given those of before. */
static enum sg_err plan(struct store_reader *r, struct alarm_metrics *m,
			struct search_range **v, size_t *n, struct strbuf *why)
{
	int64_t head = 0;
	struct db *index = open_index(r, &head);
	uint64_t after = index ? standing_resume(index, m, is_row, r) : 0;
	enum sg_err err = SG_OK;
	struct search_range *rest;

	if (after > 0 && (uint64_t)head >= after)
		err = standing_ranges(index, after, (uint64_t)head, alarm_metrics_to(m),
				      v, n, why);
	db_close(index);
	rest = GROW(v, n);
	rest->first =
		after > 0 && (uint64_t)head >= after ? (uint64_t)head + 1 : after + 1;
	rest->last = INT64_MAX;
	return err;
}

enum sg_err store_journal_figures(struct store_reader *r, struct alarm_metrics *m,
				  struct strbuf *why)
{
	const struct store_search ask = { .to = alarm_metrics_to(m),
					  .oldest_first = true,
					  .count = UINT32_MAX };
	struct walk w = { take_row, m };
	struct hunt h = {
		.r = r, .ask = &ask, .expression = "", .fn = walk_row, .arg = &w
	};
	struct search_range *v = NULL;
	size_t n = 0;
	enum sg_err err = plan(r, m, &v, &n, why);

	for (size_t i = 0; i < n && err == SG_OK; i++)
		err = reader_scan(&h, v[i].first, v[i].last, why);
	free(v);
	return err;
}
