/* bench_journal.c - the alarm journal: transitions stored a second, ten thousand of them
 * at once, and pages of a search over a million rows (SIGHTGLASS_JOURNAL_ROWS for more,
 * kept in the folder SIGHTGLASS_JOURNAL_DIR for another time). */
#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/metrics.h"
#include "bench/store_wait.h"
#include "server/store_thread.h"
#include "store/store.h"
#include "support/journal_rows.h"
#include "util/log.h"

enum {
	STEP = 100,    /* transitions in one step of the station */
	ALARMS = 2000, /* that change */
	BURST = 10000,
	AHEAD = 200, /* transactions that wait at a time */
	PAGE = 100,
	ASKED = 200, /* pages of each kind */
	ROW_MS = 790 /* between two made-up rows, by and large */
};

struct bed {
	struct store_thread *t;
	struct store_reader *reader;
	struct journal_rows gen;
	uint64_t ticket, answered, rows;
	struct bench_waiter waiter;
};

/* --- storing -------------------------------------------------------------------- */

/* What a station hands over for one step: each alarm's state, and its row. */
static void hand_over(struct bed *b, size_t n)
{
	static const char record[170]; /* about what alarm_record_put() makes */
	struct txn *t = txn_new(++b->ticket, false);
	char name[48];

	for (size_t i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "area%u.tank%u.level.hihi",
			 (unsigned)(b->rows % 20), (unsigned)(b->rows % ALARMS));
		strbuf_add(&txn_add(t, TXN_ALARM, b->rows, name)->body, record,
			   sizeof(record));
		journal_add(&b->gen, t);
		b->rows++;
	}
	store_thread_commit(b->t, t);
}

static void take_answer(struct bed *b)
{
	bench_store_take(&b->waiter, b->t);
	b->answered++;
}

/* Stores n transitions; seconds until the last is on the disk. */
static double store_rows(struct bed *b, size_t n)
{
	double start = bench_seconds();

	for (size_t i = 0; i < n; i += STEP) {
		while (b->ticket - b->answered >= AHEAD)
			take_answer(b);
		hand_over(b, n - i < STEP ? n - i : STEP);
	}
	while (b->answered < b->ticket)
		take_answer(b);
	return bench_seconds() - start;
}

static void bench_storing(struct bed *b)
{
	static const struct bench_row rate = { .name = "transitions journaled",
					       .unit = "rows/s",
					       .against = "goal 50 k/s",
					       .goal = 1 };
	static const struct bench_row burst = {
		.name = "10,000 transitions at once, until the last is stored",
		.unit = "s",
		.against = "goal 3 s",
		.goal = 1,
		.at_most = true
	};
	double v[BENCH_PAIRS];

	for (size_t i = 0; i < BENCH_PAIRS; i++)
		v[i] = 40000 / store_rows(b, 40000);
	bench_known(&rate, bench_median(v, BENCH_PAIRS), 50000);
	for (size_t i = 0; i < BENCH_PAIRS; i++)
		v[i] = store_rows(b, BURST);
	bench_known(&burst, bench_median(v, BENCH_PAIRS), 3);
}

/* --- searching ------------------------------------------------------------------ */

static bool count_row(void *arg, const struct store_journal_row *row)
{
	(void)row;
	++*(uint32_t *)arg;
	return true;
}

static bool last_row(void *arg, const struct store_journal_row *row)
{
	*(uint64_t *)arg = row->row.seq;
	return false;
}

static void build_index(struct bed *b)
{
	static const struct bench_row row = { .name = "journal rows taken into the index",
					      .unit = "rows/s",
					      .against = "goal 20 k/s",
					      .goal = 1 };
	struct strbuf why = STRBUF_INIT;
	uint64_t left = 0, first;
	double start;

	if (store_reader_index(b->reader, 0, &first, &why) != SG_OK)
		bench_die("%s", why.buf);
	start = bench_seconds();
	for (left = first; left > 0;)
		if (store_reader_index(b->reader, 4096, &left, &why) != SG_OK)
			bench_die("%s", why.buf);
	bench_known(&row, (double)first / (bench_seconds() - start), 20000);
	strbuf_release(&why);
}

struct kind {
	const char *name;
	struct store_search ask;
};

static double ask(struct bed *b, const struct store_search *q)
{
	struct strbuf why = STRBUF_INIT;
	uint32_t n = 0;
	double start = bench_seconds();

	if (store_journal_search(b->reader, q, count_row, &n, &why) != SG_OK)
		bench_die("%s", why.buf);
	strbuf_release(&why);
	return 1000 * (bench_seconds() - start);
}

/* Pages anywhere in the past, from both ends. */
static void bench_pages(struct bed *b, const struct kind *k)
{
	char name[96];
	double v[ASKED];
	uint64_t seed = 7;

	for (size_t i = 0; i < ASKED; i++) {
		struct store_search q = k->ask;
		uint64_t at = 1 + bench_random(&seed) % b->rows;
		q.count = PAGE;
		q.oldest_first = i % 2 == 0;
		if (q.from.ms == 1) { /* an hour anywhere in the past */
			q.from.ms = (int64_t)JOURNAL_T0_S * 1000 + (int64_t)at * ROW_MS;
			q.to.ms = q.from.ms + 3600000;
		} else if (q.oldest_first) {
			q.after = at;
		} else {
			q.before = at;
		}
		v[i] = ask(b, &q);
	}
	struct bench_row row = { .name = name,
				 .unit = "ms",
				 .against = "goal 200 ms",
				 .goal = 1,
				 .at_most = true };
	snprintf(name, sizeof(name), "journal page by %s, p50", k->name);
	bench_known(&row, bench_percentile(v, ASKED, 0.5), 200);
	snprintf(name, sizeof(name), "journal page by %s, p99", k->name);
	bench_known(&row, bench_percentile(v, ASKED, 0.99), 200);
}

/* --- reports ---------------------------------------------------------------------- */

/* A day in the middle, as the server computes it. */
static double report_day(struct bed *b, struct store_reader *walker)
{
	const int64_t day = 24 * 3600 * 1000;
	struct alarm_metrics_query q = { 0 };
	struct strbuf why = STRBUF_INIT;
	struct alarm_metrics_result r;
	double start;

	q.from.ms = (int64_t)JOURNAL_T0_S * 1000 + (int64_t)b->rows / 2 * ROW_MS;
	q.to.ms = q.from.ms + day;
	start = bench_seconds();
	struct alarm_metrics *m = alarm_metrics_new(&q, &why);
	if (!m || store_journal_figures(walker, m, &why) != SG_OK)
		bench_die("%s", why.buf);
	alarm_metrics_end(m, &r);
	if (r.rows < 10000)
		bench_die("there is no day in the middle of the journal");
	alarm_metrics_free(m);
	strbuf_release(&why);
	return bench_seconds() - start;
}

static void bench_report(struct bed *b, const char *dir)
{
	static const struct bench_row row = { .name = "report of a day out of the "
						      "middle of the journal",
					      .unit = "s",
					      .against = "goal 1 s",
					      .goal = 1,
					      .at_most = true };
	struct strbuf why = STRBUF_INIT;
	struct store_reader *walker;
	double v[BENCH_PAIRS];

	if (store_walker_open(dir, &walker, &why) != SG_OK)
		bench_die("%s", why.buf);
	for (size_t i = 0; i < BENCH_PAIRS; i++)
		v[i] = report_day(b, walker);
	bench_known(&row, bench_median(v, BENCH_PAIRS), 1);
	store_reader_close(walker);
	strbuf_release(&why);
}

/* Rows of an earlier run. */
static void find_rows(struct bed *b)
{
	struct store_search ask = { .count = 1 };
	struct strbuf why = STRBUF_INIT;

	if (store_journal_search(b->reader, &ask, last_row, &b->rows, &why) != SG_OK)
		bench_die("%s", why.buf);
	strbuf_release(&why);
	b->gen.n = b->rows;
	b->gen.ms = (int64_t)JOURNAL_T0_S * 1000 + (int64_t)b->rows * ROW_MS;
}

static void bench_searching(struct bed *b)
{
	const char *given = getenv("SIGHTGLASS_JOURNAL_ROWS");
	uint64_t wanted = given ? strtoull(given, NULL, 10) : 1000000;
	static const struct kind kinds[] = {
		{ "nothing", { .count = 1 } },
		{ "time", { .from = { 1 } } },
		{ "area", { .area = "filter.f1" } },
		{ "tag", { .tag = "intake.well2.t102.level" } },
		{ "priority and event", { .priorities = 2, .events = 1u << 8 } },
		{ "operator", { .by = "o'neill" } },
		{ "text", { .text = "leak checked" } },
		{ "begin of a word", { .text = "repl*" } },
		{ "begin of 400 words", { .text = "t*" } },
		{ "begin of a phrase's end and area",
		  { .text = "t-1*", .area = "filter" } },
		{ "operator, area and text",
		  { .by = "ivan", .area = "intake", .text = "motor hot" } },
		{ "what never was", { .by = "ivan", .events = 1u << 15 } },
		{ "an hour, area and operator",
		  { .from = { 1 }, .by = "maria", .area = "intake" } },
	};

	while (b->rows < wanted)
		store_rows(b, 50000);
	build_index(b);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		bench_pages(b, &kinds[i]);
}

int main(void)
{
	static struct bed b = { .waiter = BENCH_WAITER_INIT };
	const char *kept = getenv("SIGHTGLASS_JOURNAL_DIR");
	const char *dir = kept ? kept : bench_tmpdir();
	struct store_snapshot snap;
	struct strbuf why = STRBUF_INIT;

	log_open("bench", LOG_L_ERROR);
	b.gen.seed = 1;
	b.t = store_thread_start(dir, NULL, &snap, bench_wake, &b.waiter, &why);
	if (!b.t || store_reader_open(dir, &b.reader, &why) != SG_OK)
		bench_die("%s", why.buf);
	store_snapshot_release(&snap);
	find_rows(&b);
	bench_storing(&b);
	bench_searching(&b);
	bench_report(&b, dir);
	store_reader_close(b.reader);
	store_thread_stop(b.t);
	return 0;
}
