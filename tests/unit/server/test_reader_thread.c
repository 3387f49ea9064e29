/* test_reader_thread.c - searches beside the store: whatever the reader does, commits go
 * on; whatever is asked, it is answered; and what nobody waits for is given up. */
#include "support/test.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "server/reader_thread.h"
#include "server/store_thread.h"
#include "store/store.h"
#include "support/journal_rows.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"
#include "wire/journal.h"
#include "wire/msg.h"

enum { DEADLINE_MS = 20000 };

/* Both threads wake the same loop, as in life. */
struct bed {
	struct store_thread *store;
	struct reader_thread *reader;
	struct journal_rows gen;
	uint64_t ticket;
	char dir[256];
	pthread_mutex_t lock;
	pthread_cond_t woken;
	bool held; /* a job of ours waits until this is false */
	_Atomic bool holding;
};

static void wake(void *arg)
{
	struct bed *b = arg;

	pthread_mutex_lock(&b->lock);
	pthread_cond_broadcast(&b->woken);
	pthread_mutex_unlock(&b->lock);
}

static void pause_ms(int ms)
{
	poll(NULL, 0, ms);
}

static int setup(void **state)
{
	struct bed *b = xcalloc(1, sizeof(*b));
	struct store_snapshot snap;
	struct strbuf why = STRBUF_INIT;

	pthread_mutex_init(&b->lock, NULL);
	pthread_cond_init(&b->woken, NULL);
	b->gen.seed = 9;
	snprintf(b->dir, sizeof(b->dir), "%s", test_tmpdir());
	b->store = store_thread_start(b->dir, NULL, &snap, wake, b, &why);
	assert_non_null(b->store);
	store_snapshot_release(&snap);
	b->reader = reader_thread_start(b->dir, READER_SEARCHES, wake, b, &why);
	assert_non_null(b->reader);
	*state = b;
	return 0;
}

static void let_go(struct bed *b)
{
	pthread_mutex_lock(&b->lock);
	b->held = false;
	pthread_cond_broadcast(&b->woken);
	pthread_mutex_unlock(&b->lock);
}

static int teardown(void **state)
{
	struct bed *b = *state;

	let_go(b);
	reader_thread_stop(b->reader);
	store_thread_stop(b->store);
	pthread_mutex_destroy(&b->lock);
	pthread_cond_destroy(&b->woken);
	free(b);
	return 0;
}

/* --- the store's side ------------------------------------------------------------- */

/* Commits n rows; milliseconds until all are on the disk. */
static int64_t commit_rows(struct bed *b, size_t n)
{
	struct mono start = clock_mono();
	struct store_answer a;

	for (size_t i = 0; i < n;) {
		struct txn *t = txn_new(++b->ticket, true);
		for (size_t k = 0; k < 100 && i < n; k++, i++)
			journal_add(&b->gen, t);
		store_thread_commit(b->store, t);
		while (!store_thread_next(b->store, &a)) {
			if (mono_ms_between(start, clock_mono()) > DEADLINE_MS)
				fail_msg("no commit in %d ms", DEADLINE_MS);
			pause_ms(1);
		}
		assert_int_equal(a.kind, STORE_COMMITTED);
		assert_true(a.ok);
		store_answer_release(&a);
	}
	return mono_ms_between(start, clock_mono());
}

/* --- the reader's side ------------------------------------------------------------ */

struct page {
	uint64_t session, seq[WIRE_JOURNAL_MAX];
	size_t n, bytes;
	struct wire_reply reply;
	bool replied;
};

static void read_frames(const struct strbuf *frames, struct page *p)
{
	const uint8_t *buf = (const uint8_t *)frames->buf, *payload;
	size_t at = 0, len;
	uint16_t type;
	int64_t used;

	p->bytes = frames->len;
	for (; (used = wire_frame_next(buf + at, frames->len - at, &type, &payload,
				       &len)) > 0;
	     at += (size_t)used) {
		struct wire_journal_row row;
		assert_false(p->replied); /* REPLY is the last */
		if (type == WIRE_REPLY) {
			assert_true(wire_get_reply(payload, len, &p->reply));
			p->replied = true;
			continue;
		}
		assert_int_equal(type, WIRE_JOURNAL_ROW);
		assert_true(wire_get_journal_row(payload, len, &row));
		assert_true(p->n < WIRE_JOURNAL_MAX);
		p->seq[p->n++] = row.seq;
	}
	assert_int_equal(at, frames->len);
}

static void await(struct bed *b, struct page *p)
{
	struct mono start = clock_mono();
	struct store_answer a;

	*p = (struct page){ 0 };
	while (!reader_thread_next(b->reader, &a)) {
		if (mono_ms_between(start, clock_mono()) > DEADLINE_MS)
			fail_msg("no answer in %d ms", DEADLINE_MS);
		pause_ms(1);
	}
	assert_int_equal(a.kind, STORE_ANSWER);
	p->session = a.session;
	read_frames(&a.frames, p);
	store_answer_release(&a);
}

static void ask(struct bed *b, const struct wire_journal *m, struct page *p)
{
	reader_thread_search(b->reader, 7, m);
	await(b, p);
	assert_int_equal(p->session, 7);
	assert_true(p->replied);
}

static void AM_10_pages_are_answered_with_rows_and_a_reply(void **state)
{
	struct bed *b = *state;
	struct wire_journal m = { .req = 3, .count = 200 };
	struct page p;

	commit_rows(b, 450);
	ask(b, &m, &p);
	assert_int_equal(p.reply.req, 3);
	assert_int_equal(p.reply.status, WIRE_OK);
	assert_string_equal(p.reply.text, "200 rows; more");
	assert_int_equal(p.n, 200);
	assert_int_equal(p.seq[0], 450);
	m.before = p.seq[199];
	ask(b, &m, &p);
	assert_int_equal(p.seq[0], 250);
	m.before = p.seq[199];
	ask(b, &m, &p);
	assert_string_equal(p.reply.text, "50 rows");
	assert_int_equal(p.seq[49], 1);
	m = (struct wire_journal){ .count = 5, .oldest_first = 1, .text = { 0 } };
	snprintf(m.text, sizeof(m.text), "pump");
	ask(b, &m, &p);
	assert_int_equal(p.reply.status, WIRE_OK);
	assert_true(p.n > 0 && p.seq[0] < 450);
	snprintf(m.text, sizeof(m.text), "?!");
	ask(b, &m, &p);
	assert_int_equal(p.reply.status, WIRE_REFUSED);
	assert_has(p.reply.text, "holds no letter and no digit");
}

/* However long the rows: the frames of an answer are bounded, and the rest follows. */
static void a_page_of_long_rows_is_cut_and_says_so(void **state)
{
	struct bed *b = *state;
	struct txn *t = txn_new(++b->ticket, true);
	struct wire_journal m = { .req = 1, .count = WIRE_JOURNAL_MAX };
	char text[ALARM_JOURNAL_TEXT_MAX];
	struct store_answer a;
	struct page p;
	size_t all = 0;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (size_t i = 0; i < 400; i++) {
		struct alarm_journal row = *journal_next(&b->gen);
		row.text = row.message = row.type = text;
		alarm_journal_put(&txn_add(t, TXN_JOURNAL, 1, row.alarm)->body, &row);
	}
	store_thread_commit(b->store, t);
	while (!store_thread_next(b->store, &a))
		pause_ms(1);
	assert_true(a.ok);
	store_answer_release(&a);
	do {
		ask(b, &m, &p);
		assert_true(p.bytes < READER_PAGE_BYTES + WIRE_FRAME_MAX);
		assert_true(p.n > 0);
		all += p.n;
		m.before = p.seq[p.n - 1];
	} while (strstr(p.reply.text, "; more"));
	assert_int_equal(all, 400);
}

/* --- held up ----------------------------------------------------------------------- */

/* Waits in the middle of a read transaction, until the test lets go. */
static bool hold(void *arg, const struct alarm_journal *row)
{
	struct bed *b = arg;

	(void)row;
	pthread_mutex_lock(&b->lock);
	atomic_store(&b->holding, true);
	while (b->held)
		pthread_cond_wait(&b->woken, &b->lock);
	pthread_mutex_unlock(&b->lock);
	return false;
}

static void hold_reader(void *arg, struct store_reader *r, uint32_t req,
			struct strbuf *frames)
{
	const struct wall any = { 0 };

	store_journal_walk(r, any, any, hold, arg, NULL);
	wire_put_reply(frames, req, WIRE_OK, "held");
}

static void begin_to_hold(struct bed *b)
{
	struct mono start = clock_mono();

	b->held = true;
	atomic_store(&b->holding, false);
	reader_thread_call(b->reader, 1, 99, READER_REPORT_MS, hold_reader, b, NULL);
	while (!atomic_load(&b->holding)) {
		assert_true(mono_ms_between(start, clock_mono()) < DEADLINE_MS);
		pause_ms(1);
	}
}

static bool count_row(void *arg, const struct alarm_journal *row)
{
	(void)row;
	++*(size_t *)arg;
	return true;
}

/* All rows, and those of the later half of the time. */
static void count_rows(void *arg, struct store_reader *r, uint32_t req,
		       struct strbuf *frames)
{
	struct bed *b = arg;
	const struct wall any = { 0 };
	const struct wall half = { (JOURNAL_T0_S * INT64_C(1000) + b->gen.ms) / 2 };
	size_t all = 0, late = 0;
	char text[64];

	store_journal_walk(r, any, any, count_row, &all, NULL);
	store_journal_walk(r, half, any, count_row, &late, NULL);
	snprintf(text, sizeof(text), "%zu rows%s", all,
		 late > 0 && late < all ? ", some of them late" : "");
	wire_put_reply(frames, req, WIRE_OK, text);
}

/* A report waits for no search and no search for a report; only one has an index. */
static void AM_11_reports_are_made_beside_searches(void **state)
{
	struct bed *b = *state;
	struct strbuf why = STRBUF_INIT;
	struct reader_thread *walks, *searches = b->reader;
	struct page p;

	walks = reader_thread_start(b->dir, READER_WALKS, wake, b, &why);
	assert_non_null(walks);
	commit_rows(b, 1500);
	begin_to_hold(b);
	b->reader = walks;
	reader_thread_call(b->reader, 1, 5, READER_REPORT_MS, count_rows, b, NULL);
	await(b, &p);
	assert_string_equal(p.reply.text, "1500 rows, some of them late");
	ask(b, &(struct wire_journal){ .count = 3, .text = "pump" }, &p);
	assert_int_equal(p.reply.status, WIRE_REFUSED);
	b->reader = searches;
	let_go(b);
	await(b, &p);
	assert_string_equal(p.reply.text, "held");
	reader_thread_stop(walks);
	strbuf_release(&why);
}

static void AM_10_a_reader_that_is_slow_holds_up_no_commit(void **state)
{
	struct bed *b = *state;
	struct page p;

	commit_rows(b, 200);
	begin_to_hold(b);
	/* it sits in a read transaction; thousands of rows go past it */
	commit_rows(b, 5000);
	assert_int_equal(store_thread_lag_ms(b->store), 0);
	let_go(b);
	await(b, &p);
	assert_string_equal(p.reply.text, "held");
	ask(b, &(struct wire_journal){ .count = 1 }, &p);
	assert_int_equal(p.seq[0], 5200);
}

static void PR_14_questions_of_a_session_that_went_are_given_up(void **state)
{
	struct bed *b = *state;
	struct wire_journal m = { .req = 4, .count = 10 };
	struct page p;

	commit_rows(b, 100);
	begin_to_hold(b);
	reader_thread_search(b->reader, 5, &m);
	reader_thread_search(b->reader, 6, &m);
	reader_thread_cancel(b->reader, 5);
	let_go(b);
	await(b, &p);
	await(b, &p); /* answered, for the station counts it, with nothing */
	assert_int_equal(p.session, 5);
	assert_int_equal(p.bytes, 0);
	await(b, &p);
	assert_int_equal(p.session, 6);
	assert_int_equal(p.n, 10);
}

/* Reads on and on; only the reader itself can end it. */
static bool crawl(void *arg, const struct alarm_journal *row)
{
	(void)arg;
	(void)row;
	ppoll(NULL, 0, &(struct timespec){ 0, 200000 }, NULL);
	return true;
}

static void walk_on(void *arg, struct store_reader *r, uint32_t req,
		    struct strbuf *frames)
{
	struct strbuf why = STRBUF_INIT;
	const struct wall any = { 0 };
	struct bed *b = arg;

	atomic_store(&b->holding, true);
	while (store_journal_walk(r, any, any, crawl, arg, &why) == SG_OK)
		strbuf_clear(&why);
	wire_put_reply(frames, req, WIRE_FAILED, why.buf);
	strbuf_release(&why);
}

static void what_takes_too_long_is_given_up_and_says_so(void **state)
{
	struct bed *b = *state;
	struct page p;

	commit_rows(b, 2000);
	reader_thread_call(b->reader, 1, 8, 50, walk_on, b, NULL);
	await(b, &p);
	assert_int_equal(p.reply.status, WIRE_FAILED);
	assert_has(p.reply.text, "given up: it takes too long");
	/* a running one is cancelled too */
	atomic_store(&b->holding, false);
	reader_thread_call(b->reader, 2, 9, READER_REPORT_MS, walk_on, b, NULL);
	while (!atomic_load(&b->holding))
		pause_ms(1);
	reader_thread_cancel(b->reader, 2);
	await(b, &p);
	assert_int_equal(p.session, 2);
}

static void count_release(void *arg)
{
	atomic_fetch_add((_Atomic int *)arg, 1);
}

static void never_runs(void *arg, struct store_reader *r, uint32_t req,
		       struct strbuf *frames)
{
	(void)arg;
	(void)r;
	wire_put_reply(frames, req, WIRE_OK, "ran");
}

static void a_full_queue_is_answered_not_waited_for(void **state)
{
	static _Atomic int released;
	struct bed *b = *state;
	struct page p;
	size_t refused = 0, ran = 0;

	commit_rows(b, 10);
	begin_to_hold(b);
	for (size_t i = 0; i < READER_WAITING_MAX + 6; i++)
		reader_thread_call(b->reader, 1, 1, READER_REPORT_MS, never_runs,
				   &released, count_release);
	let_go(b);
	for (size_t i = 0; i < READER_WAITING_MAX + 7; i++) {
		await(b, &p);
		refused += p.reply.status == WIRE_REFUSED;
		ran += strcmp(p.reply.text, "ran") == 0;
	}
	assert_int_equal(refused, 6);
	assert_int_equal(ran, READER_WAITING_MAX);
	assert_int_equal(released, READER_WAITING_MAX + 6);
}

static void a_stop_waits_for_nobodys_question(void **state)
{
	static _Atomic int released;
	struct bed *b = *state;
	struct mono start;

	commit_rows(b, 2000);
	atomic_store(&b->holding, false);
	reader_thread_call(b->reader, 1, 9, READER_REPORT_MS, walk_on, b, NULL);
	while (!atomic_load(&b->holding))
		pause_ms(1);
	reader_thread_call(b->reader, 1, 9, READER_REPORT_MS, never_runs, &released,
			   count_release);
	start = clock_mono();
	reader_thread_stop(b->reader);
	b->reader = NULL;
	assert_true(mono_ms_between(start, clock_mono()) < DEADLINE_MS / 2);
	assert_int_equal(released, 1);
}

/* --- the index, the log, the file --------------------------------------------------- */

static uint64_t rows_left(const char *dir)
{
	struct store_reader *r = NULL;
	uint64_t left = 0;

	assert_int_equal(store_reader_open(dir, &r, NULL), SG_OK);
	assert_int_equal(store_reader_index(r, 0, &left, NULL), SG_OK);
	store_reader_close(r);
	return left;
}

static void the_index_follows_while_nobody_asks(void **state)
{
	struct bed *b = *state;
	struct mono start = clock_mono();

	commit_rows(b, 3000);
	while (rows_left(b->dir) > 0) {
		assert_true(mono_ms_between(start, clock_mono()) < DEADLINE_MS);
		pause_ms(20);
	}
}

static long size_of(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	struct stat st;
	long n = stat(path, &st) == 0 ? (long)st.st_size : 0;

	free(path);
	return n;
}

/* For ever, with hardly a moment between one piece and the next. */
static bool hurry(void *arg, const struct alarm_journal *row)
{
	struct timespec now, begun;

	(void)arg;
	(void)row;
	clock_gettime(CLOCK_MONOTONIC, &begun);
	do {
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((now.tv_sec - begun.tv_sec) * 1000000000 + now.tv_nsec - begun.tv_nsec <
		 20000);
	return true;
}

static void walk_fast(void *arg, struct store_reader *r, uint32_t req,
		      struct strbuf *frames)
{
	const struct wall any = { 0 };
	struct bed *b = arg;

	atomic_store(&b->holding, true);
	while (store_journal_walk(r, any, any, hurry, arg, NULL) == SG_OK)
		;
	wire_put_reply(frames, req, WIRE_OK, "walked");
}

/* Walks without end beside thousands of commits: the log is cut back all the same. */
static void ST_09_a_long_walk_does_not_make_the_log_grow(void **state)
{
	struct bed *b = *state;
	long most = 0;
	struct page p;

	commit_rows(b, 3000);
	atomic_store(&b->holding, false);
	reader_thread_call(b->reader, 1, 9, READER_REPORT_MS, walk_fast, b, NULL);
	for (size_t i = 0; i < 200; i++) {
		commit_rows(b, 2000);
		long n = size_of(b->dir, "station.db-wal");
		most = n > most ? n : most;
	}
	print_message("# log at most %ld KiB, file %ld KiB\n", most / 1024,
		      size_of(b->dir, "station.db") / 1024);
	assert_true(size_of(b->dir, "station.db") > 90 << 20);
	/* without being cut back it holds all of that; how much of it stands at one time
	 * depends on when the reader is given the processor */
	assert_true(most < 80 << 20);
	reader_thread_cancel(b->reader, 1);
	await(b, &p);
}

static void ST_08_a_replaced_file_is_opened_anew(void **state)
{
	struct bed *b = *state;
	struct wire_journal m = { .count = 500 };
	char *path = xasprintf("%s/station.db", b->dir);
	char *away = xasprintf("%s/away.db", b->dir);
	struct page p;

	commit_rows(b, 20);
	ask(b, &m, &p);
	assert_int_equal(p.n, 20);
	assert_int_equal(rename(path, away), 0);
	ask(b, &m, &p);
	assert_int_equal(p.reply.status, WIRE_FAILED);
	assert_has(p.reply.text, "station.db");
	assert_int_equal(rename(away, path), 0);
	ask(b, &m, &p);
	assert_int_equal(p.n, 20);
	free(path);
	free(away);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(AM_10_pages_are_answered_with_rows_and_a_reply),
		T(a_page_of_long_rows_is_cut_and_says_so),
		T(AM_11_reports_are_made_beside_searches),
		T(AM_10_a_reader_that_is_slow_holds_up_no_commit),
		T(PR_14_questions_of_a_session_that_went_are_given_up),
		T(what_takes_too_long_is_given_up_and_says_so),
		T(a_full_queue_is_answered_not_waited_for),
		T(a_stop_waits_for_nobodys_question),
		T(the_index_follows_while_nobody_asks),
		T(ST_09_a_long_walk_does_not_make_the_log_grow),
		T(ST_08_a_replaced_file_is_opened_anew),
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	log_open("test", LOG_L_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
