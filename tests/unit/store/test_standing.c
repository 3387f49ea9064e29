/* test_standing.c - a report of a period from what stood before it: the same figures as
 * from the whole journal, without reading that. */
#include "support/test.h"

#include <unistd.h>

#include "alarm/report.h"
#include "rig.h"
#include "support/journal_rows.h"

enum { ROWS = 60000 };

struct bed {
	struct store *store;
	struct store_reader *searcher, *walker;
	struct journal_rows gen;
	char dir[256];
};

static void commit_rows(struct bed *b, size_t n)
{
	for (size_t i = 0; i < n;) {
		struct txn *t = txn_new(1, false);

		for (size_t k = 0; k < 500 && i < n; k++, i++)
			journal_add(&b->gen, t);
		assert_int_equal(rig_commit(b->store, t, NULL), SG_OK);
	}
}

static void index_rows(struct bed *b, uint64_t max)
{
	struct strbuf why = STRBUF_INIT;

	if (store_reader_index(b->searcher, max, NULL, &why) != SG_OK)
		fail_msg("%s", why.buf);
	strbuf_release(&why);
}

static int setup(void **state)
{
	struct bed *b = xcalloc(1, sizeof(*b));

	snprintf(b->dir, sizeof(b->dir), "%s", test_tmpdir());
	b->store = rig_open(b->dir);
	assert_int_equal(store_reader_open(b->dir, &b->searcher, NULL), SG_OK);
	assert_int_equal(store_walker_open(b->dir, &b->walker, NULL), SG_OK);
	b->gen.seed = 7;
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bed *b = *state;

	store_reader_close(b->searcher);
	store_reader_close(b->walker);
	store_close(b->store);
	free(b);
	return 0;
}

static void say_row(void *out, const char *const *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		strbuf_addf(out, "%s|", fields[i]);
	strbuf_addch(out, '\n');
}

static void say(struct alarm_metrics *m, struct strbuf *out)
{
	struct alarm_metrics_result r;

	strbuf_init(out, 1 << 20);
	alarm_metrics_end(m, &r);
	alarm_report_rows(&r, say_row, out);
	alarm_report_proposals(m, say_row, out);
	alarm_metrics_free(m);
}

static void figures(struct bed *b, const struct alarm_metrics_query *q,
		    struct strbuf *out)
{
	struct alarm_metrics *m = alarm_metrics_new(q, NULL);
	struct strbuf why = STRBUF_INIT;

	if (store_journal_figures(b->walker, m, &why) != SG_OK)
		fail_msg("%s", why.buf);
	say(m, out);
	strbuf_release(&why);
}

static bool take(void *m, const struct alarm_journal *row)
{
	alarm_metrics_row(m, row);
	return true;
}

static void whole(struct bed *b, const struct alarm_metrics_query *q, struct strbuf *out)
{
	struct alarm_metrics *m = alarm_metrics_new(q, NULL);
	const struct wall open = { 0 };

	assert_int_equal(store_journal_walk(b->walker, open, open, take, m, NULL), SG_OK);
	say(m, out);
}

static void compare(struct bed *b, const struct alarm_metrics_query *q, unsigned seed)
{
	struct strbuf a, c;

	whole(b, q, &a);
	figures(b, q, &c);
	if (strcmp(a.buf, c.buf) != 0)
		fail_msg("seed %u:\n%s---\n%s", seed, a.buf, c.buf);
	strbuf_release(&a);
	strbuf_release(&c);
}

/* Anywhere, from a moment to all of it; of all alarms or of some. */
static struct alarm_metrics_query some_query(const struct bed *b, unsigned *seed)
{
	static const struct alarm_area_choice filter = { "filter", true };
	int64_t begin = (int64_t)JOURNAL_T0_S * 1000, all = b->gen.ms - begin;
	struct alarm_metrics_query q = { 0 };

	q.from.ms = begin + rand_r(seed) % all;
	q.to.ms = q.from.ms + 1 + rand_r(seed) % (rand_r(seed) % 2 ? all : 3600000);
	q.areas = &filter;
	q.n_areas = rand_r(seed) % 4 == 0;
	q.class_name = rand_r(seed) % 8 == 0 ? "process" : NULL;
	return q;
}

static void AM_11_a_period_from_what_stood_is_that_of_the_whole_journal(void **state)
{
	struct bed *b = *state;

	for (unsigned seed = 1; seed <= 48; seed++) {
		unsigned s = seed;
		struct alarm_metrics_query q;

		if (b->gen.n < ROWS)
			commit_rows(b, ROWS / 16);
		index_rows(b, 2500); /* behind at first, up to date in the end */
		q = some_query(b, &s);
		compare(b, &q, seed);
	}
}

/* What is not needed is not read: it may even be gone. */
static void AM_11_a_late_period_reads_none_of_the_early_rows(void **state)
{
	struct bed *b = *state;
	char *db = rig_path(b->dir);
	struct alarm_metrics_query q = { 0 };
	struct strbuf before, after;

	commit_rows(b, ROWS);
	index_rows(b, ROWS);
	q.from.ms = b->gen.ms + 1 - 3600000;
	q.to.ms = b->gen.ms + 1;
	whole(b, &q, &before);
	rig_sql(db, "DROP TRIGGER journal_keeps; DROP TRIGGER journal_stays;"
		    "DELETE FROM journal WHERE seq < 32768");
	figures(b, &q, &after);
	assert_string_equal(before.buf, after.buf);
	strbuf_release(&before);
	strbuf_release(&after);
	/* nor those after it */
	q.to.ms = q.from.ms;
	q.from.ms -= 3600000;
	figures(b, &q, &before);
	rig_sql(db, "DELETE FROM journal WHERE seq > 59900");
	figures(b, &q, &after);
	assert_string_equal(before.buf, after.buf);
	strbuf_release(&before);
	strbuf_release(&after);
	free(db);
}

static void ST_18_what_stood_in_another_journal_is_not_believed(void **state)
{
	static const char *const spoil[] = {
		"UPDATE standing SET hash = zeroblob(32)",
		"UPDATE standing SET hash = x'00'",
		"UPDATE standing SET body = x'0102'",
		"DROP TABLE standing",
		"PRAGMA user_version = 99",
	};
	struct bed *b = *state;
	char *index = xasprintf("%s/search.db", b->dir);
	struct alarm_metrics_query q = { 0 };

	commit_rows(b, ROWS / 2);
	index_rows(b, ROWS);
	q.from.ms = b->gen.ms - 600000;
	q.to.ms = b->gen.ms;
	for (size_t i = 0; i < sizeof(spoil) / sizeof(spoil[0]); i++) {
		rig_sql(index, spoil[i]);
		compare(b, &q, (unsigned)i);
	}
	unlink(index);
	compare(b, &q, 99);
	free(index);
}

/* The process ends and begins: what stood is worked out again and goes on as it was. */
static void AM_11_what_stands_goes_on_after_a_restart(void **state)
{
	struct bed *b = *state;
	struct alarm_metrics_query q = { 0 };

	for (int i = 0; i < 12; i++) {
		commit_rows(b, ROWS / 12);
		index_rows(b, ROWS);
		store_reader_close(b->searcher);
		assert_int_equal(store_reader_open(b->dir, &b->searcher, NULL), SG_OK);
	}
	q.from.ms = b->gen.ms - 900000;
	q.to.ms = b->gen.ms;
	compare(b, &q, 1);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(AM_11_a_period_from_what_stood_is_that_of_the_whole_journal),
		T(AM_11_a_late_period_reads_none_of_the_early_rows),
		T(ST_18_what_stood_in_another_journal_is_not_believed),
		T(AM_11_what_stands_goes_on_after_a_restart),
	};

	rig_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
