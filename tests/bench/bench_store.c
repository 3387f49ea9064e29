/*
 * bench_store.c - durable audit records a second: one a commit, through the store's
 * thread by one and by eight writers and with 64 waiting, against a loop that inserts and
 * commits one row; and records a second that `audit verify` reads.
 */
#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "audit/record.h"
#include "bench/bare/bare.h"
#include "bench/store_wait.h"
#include "server/store_thread.h"
#include "store/store.h"
#include "util/log.h"
#include "util/xalloc.h"

static const double side_s = 0.6; /* how long one side runs */

enum { VERIFIED = 200000, A_GROUP = 1000, VERIFY_GOAL = 200000 };

struct bed {
	struct store_thread *t;
	struct store *store; /* without its thread */
	struct bare_sqlite *bare;
	struct strbuf body; /* of a record, for the peer */
	uint64_t ticket;
	unsigned ahead; /* transactions that wait at a time */
	struct bench_waiter waiter;
};

static void put_record(struct strbuf *w)
{
	struct audit_record r = { .kind = AUDIT_ACK,
				  .wall_ms = 1763798703120,
				  .actor = "ivan",
				  .detail =
					  "intake.t101.level.hi acknowledged at tty 3" };

	audit_record_put(w, &r);
}

static struct txn *new_txn(struct bed *b)
{
	struct txn *t = txn_new(++b->ticket, true);

	put_record(&txn_add(t, TXN_AUDIT, 0, NULL)->body);
	return t;
}

static void hand_over(struct bed *b)
{
	store_thread_commit(b->t, new_txn(b));
}

static void commit_direct(struct bed *b, struct txn *const *txns, size_t n)
{
	struct strbuf why = STRBUF_INIT;

	if (store_commit(b->store, txns, n, &why) != SG_OK)
		bench_die("the store: %s", why.buf);
	for (size_t i = 0; i < n; i++)
		txn_free(txns[i]);
}

/* What the thread does when one waits whenever it is done with another. */
static double one_a_commit(void *arg)
{
	struct bed *b = arg;
	double start = bench_seconds(), n = 0;

	for (; bench_seconds() - start < side_s; n++) {
		struct txn *one[1] = { new_txn(b) };
		commit_direct(b, one, 1);
	}
	return n / (bench_seconds() - start);
}

static double through_the_thread(void *arg)
{
	struct bed *b = arg;
	double start = bench_seconds(), n = 0;

	for (unsigned i = 0; i < b->ahead; i++)
		hand_over(b);
	for (; bench_seconds() - start < side_s; n++) {
		bench_store_take(&b->waiter, b->t);
		hand_over(b);
	}
	for (unsigned i = 0; i < b->ahead; i++, n++)
		bench_store_take(&b->waiter, b->t);
	return n / (bench_seconds() - start);
}

static double bare(void *arg)
{
	struct bed *b = arg;
	double start = bench_seconds(), n = 0;

	for (; bench_seconds() - start < side_s; n++)
		bare_sqlite_commit(b->bare, b->body.buf, b->body.len);
	return n / (bench_seconds() - start);
}

static struct store *open_sealed(const char *dir)
{
	const struct store_seal_options o = { .build = "bench" };
	struct strbuf why = STRBUF_INIT;
	struct store *s = NULL;

	if (store_open_sealed(dir, &o, &s, &why) != SG_OK)
		bench_die("%s", why.buf);
	strbuf_release(&why);
	return s;
}

static void commits(struct bed *b)
{
	struct bench_row row = { .unit = "records/s",
				 .against = "bare SQLite, WAL, FULL",
				 .scale = "7.03 k" };
	static const struct {
		const char *name;
		unsigned ahead;
		double goal;
	} rows[] = {
		{ "audit record, closed loop", 1, 0.75 },
		{ "audit records, 8 writers", 8, 3 },
		{ "audit records, 64 waiting", 64, 5 },
	};

	row.name = "audit record a commit, queue never empty";
	row.goal = 0.9;
	bench_pair(&row, one_a_commit, bare, b);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row.name = rows[i].name;
		row.goal = rows[i].goal;
		b->ahead = rows[i].ahead;
		bench_pair(&row, through_the_thread, bare, b);
	}
}

/* A file of many records as a server leaves it, read and judged as by an auditor. */
static void verify(struct bed *b)
{
	const struct bench_row row = { .name = "audit verify",
				       .unit = "records/s",
				       .against = "promised",
				       .goal = 1 };
	const char *dir = bench_tmpdir();
	char *path = xasprintf("%s/station.db", dir);
	struct strbuf why = STRBUF_INIT;
	struct audit_verdict v;
	double took[BENCH_PAIRS];

	b->store = open_sealed(dir);
	for (int n = 0; n < VERIFIED; n += A_GROUP) {
		struct txn *group[A_GROUP];
		for (int i = 0; i < A_GROUP; i++)
			group[i] = new_txn(b);
		commit_direct(b, group, A_GROUP);
	}
	store_close(b->store);
	for (int i = 0; i < BENCH_PAIRS; i++) {
		double start = bench_seconds();
		if (store_verify(path, NULL, &v, &why) != SG_OK || !v.good)
			bench_die("verify: %s%s", why.buf, v.text);
		took[i] = bench_seconds() - start;
	}
	bench_known(&row, (double)v.records / bench_median(took, BENCH_PAIRS),
		    VERIFY_GOAL);
	strbuf_release(&why);
	free(path);
}

int main(void)
{
	static struct bed b = { .waiter = BENCH_WAITER_INIT, .body = STRBUF_INIT };
	const struct store_seal_options seal = { .build = "bench" };
	struct store_snapshot snap;
	struct strbuf why = STRBUF_INIT;

	log_open("bench", LOG_L_ERROR);
	put_record(&b.body);
	b.t = store_thread_start(bench_tmpdir(), &seal, &snap, bench_wake, &b.waiter,
				 &why);
	if (!b.t)
		bench_die("%s", why.buf);
	store_snapshot_release(&snap);
	b.store = open_sealed(bench_tmpdir());
	b.bare = bare_sqlite_open(bench_tmpdir());
	commits(&b);
	store_thread_stop(b.t);
	store_close(b.store);
	bare_sqlite_close(b.bare);
	verify(&b);
	return 0;
}
