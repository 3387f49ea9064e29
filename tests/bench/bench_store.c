/* bench_store.c - durable commits a second through the store's thread, one at a time and
 * with 64 waiting, against a loop that inserts and commits one row. */
#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "audit/record.h"
#include "bench/bare/bare.h"
#include "bench/store_wait.h"
#include "server/store_thread.h"
#include "util/log.h"

static const double side_s = 0.6; /* how long one side runs */

struct bed {
	struct store_thread *t;
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

static void hand_over(struct bed *b)
{
	struct txn *t = txn_new(++b->ticket, true);

	put_record(&txn_add(t, TXN_AUDIT, 0, NULL)->body);
	store_thread_commit(b->t, t);
}

static double ours(void *arg)
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

int main(void)
{
	struct bench_row row = { .name = "audit commit, 1 waiting",
				 .unit = "commits/s",
				 .against = "bare SQLite, WAL, FULL",
				 .scale = "7.03 k",
				 .goal = 0.9 };
	static struct bed b = { .waiter = BENCH_WAITER_INIT,
				.body = STRBUF_INIT,
				.ahead = 1 };
	struct store_seal_options seal = { .build = "bench" };
	struct store_snapshot snap;
	struct strbuf why = STRBUF_INIT;

	log_open("bench", LOG_L_ERROR);
	put_record(&b.body);
	b.t = store_thread_start(bench_tmpdir(), &seal, &snap, bench_wake, &b.waiter,
				 &why);
	if (!b.t)
		bench_die("%s", why.buf);
	store_snapshot_release(&snap);
	b.bare = bare_sqlite_open(bench_tmpdir());
	bench_pair(&row, ours, bare, &b);
	row.name = "audit commit, 64 waiting";
	row.goal = 5;
	b.ahead = 64;
	bench_pair(&row, ours, bare, &b);
	store_thread_stop(b.t);
	bare_sqlite_close(b.bare);
	return 0;
}
