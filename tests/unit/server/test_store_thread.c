/* test_store_thread.c - handing transactions over, grouped commits, answers in order. */
#include "support/test.h"

#include <poll.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/record.h"
#include "audit/row.h"
#include "audit/walk.h"
#include "server/store_thread.h"
#include "store/store.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/queue.h"
#include "util/xalloc.h"
#include "wire/msg.h"

enum { DEADLINE_MS = 20000 };

/* The loop's side: a condition that wake signals, as uv_async_send would. */
struct loop {
	pthread_mutex_t lock;
	pthread_cond_t woken;
	unsigned wakes, seen;
};

static struct loop loop = { .lock = PTHREAD_MUTEX_INITIALIZER,
			    .woken = PTHREAD_COND_INITIALIZER };

static void wake(void *arg)
{
	struct loop *l = arg;

	pthread_mutex_lock(&l->lock);
	l->wakes++;
	pthread_cond_signal(&l->woken);
	pthread_mutex_unlock(&l->lock);
}

static void wait_for_wake(struct loop *l)
{
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += DEADLINE_MS / 1000;
	pthread_mutex_lock(&l->lock);
	while (l->wakes == l->seen)
		if (pthread_cond_timedwait(&l->woken, &l->lock, &end) != 0)
			fail_msg("no answer after %d ms", DEADLINE_MS);
	l->seen = l->wakes;
	pthread_mutex_unlock(&l->lock);
}

/* The next answer, sleeping until wake when there is none. */
static struct store_answer next(struct store_thread *t)
{
	struct store_answer a;

	while (!store_thread_next(t, &a))
		wait_for_wake(&loop);
	return a;
}

static struct store_thread *start(const char *dir, struct store_snapshot *snap)
{
	struct strbuf why = STRBUF_INIT;
	struct store_thread *t = store_thread_start(dir, NULL, snap, wake, &loop, &why);

	if (!t)
		fail_msg("%s", why.buf);
	strbuf_release(&why);
	return t;
}

static struct store_thread *start_fresh(const char *dir)
{
	struct store_snapshot snap;
	struct store_thread *t = start(dir, &snap);

	store_snapshot_release(&snap);
	return t;
}

static struct txn *audit_txn(uint64_t ticket, bool urgent)
{
	struct audit_record r = { .kind = AUDIT_ACK,
				  .wall_ms = 1763798703120,
				  .actor = "ivan" };
	struct txn *t = txn_new(ticket, urgent);
	char text[32];

	snprintf(text, sizeof(text), "ticket %u", (unsigned)ticket);
	r.detail = text;
	audit_record_put(&txn_add(t, TXN_AUDIT, 0, NULL)->body, &r);
	return t;
}

static void expect_committed(struct store_thread *t, uint64_t ticket, bool ok)
{
	struct store_answer a = next(t);

	assert_int_equal(a.kind, STORE_COMMITTED);
	assert_int_equal(a.ticket, ticket);
	assert_int_equal(a.ok, ok);
	store_answer_release(&a);
}

static void answers_come_in_the_order_of_tickets(void **state)
{
	const char *dir = test_tmpdir();
	struct store_thread *t = start_fresh(dir);
	struct store_snapshot snap;

	(void)state;
	for (uint64_t i = 1; i <= 3000; i++) /* more than one group, urgent and not */
		store_thread_commit(t, audit_txn(i, i % 7 == 0));
	for (uint64_t i = 1; i <= 3000; i++)
		expect_committed(t, i, true);
	assert_int_equal(store_thread_lag_ms(t), 0);
	store_thread_stop(t);
	t = start(dir, &snap);
	assert_int_equal(snap.audit_seq, 3000);
	store_snapshot_release(&snap);
	store_thread_stop(t);
}

static void an_urgent_one_takes_what_waits_with_it(void **state)
{
	struct store_thread *t = start_fresh(test_tmpdir());
	struct mono start_time = clock_mono();

	(void)state;
	store_thread_commit(t, audit_txn(1, false));
	store_thread_commit(t, audit_txn(2, false));
	store_thread_commit(t, audit_txn(3, true));
	expect_committed(t, 1, true);
	expect_committed(t, 2, true);
	expect_committed(t, 3, true);
	assert_true(mono_ms_between(start_time, clock_mono()) < DEADLINE_MS);
	/* alone, it waits for company, but not for ever */
	start_time = clock_mono();
	store_thread_commit(t, audit_txn(4, false));
	expect_committed(t, 4, true);
	assert_true(mono_ms_between(start_time, clock_mono()) >= STORE_BATCH_MS - 1);
	store_thread_stop(t);
}

static void one_bad_transaction_does_not_take_its_group_along(void **state)
{
	struct store_thread *t = start_fresh(test_tmpdir());
	struct store_answer a;

	(void)state;
	for (uint64_t i = 1; i <= 9; i++) {
		struct txn *one = audit_txn(i, i == 9);
		if (i == 5)
			txn_add(one, TXN_OUTCOME, 99, "accepted");
		store_thread_commit(t, one);
	}
	for (uint64_t i = 1; i <= 4; i++)
		expect_committed(t, i, true);
	a = next(t);
	assert_int_equal(a.ticket, 5);
	assert_false(a.ok);
	assert_has(a.why, "write request 99 has no intent on record");
	store_answer_release(&a);
	for (uint64_t i = 6; i <= 9; i++)
		expect_committed(t, i, true);
	store_thread_stop(t);
}

static void stopping_commits_all_that_waits(void **state)
{
	const char *dir = test_tmpdir();
	struct store_thread *t = start_fresh(dir);
	struct store_snapshot snap;

	(void)state;
	for (uint64_t i = 1; i <= 200; i++)
		store_thread_commit(t, audit_txn(i, false));
	store_thread_stop(t); /* answers nobody fetched are released */
	t = start(dir, &snap);
	assert_int_equal(snap.audit_seq, 200);
	store_snapshot_release(&snap);
	store_thread_stop(t);
	store_thread_stop(NULL);
}

/* Walks the frames of an answer: ROWs, then one REPLY. */
struct listing {
	uint64_t seq[STORE_LIST_MAX];
	size_t n;
	struct wire_reply reply;
};

static void read_frames(const struct store_answer *a, struct listing *l)
{
	const uint8_t *p = (const uint8_t *)a->frames.buf, *payload;
	size_t left = a->frames.len, len;
	uint16_t type;
	int64_t used;

	*l = (struct listing){ 0 };
	while ((used = wire_frame_next(p, left, &type, &payload, &len)) > 0) {
		struct wire_row row;
		if (type == WIRE_ROW) {
			struct strbuf body = STRBUF_INIT, why = STRBUF_INIT;
			struct audit_head head;
			uint8_t seal[AUDIT_SEAL_SIZE];
			size_t seal_n;
			assert_true(wire_get_row(payload, len, &row));
			assert_int_equal(row.req, a->req);
			assert_true(audit_row_read(row.field, row.n, &head, seal, &seal_n,
						   &body, &why));
			l->seq[l->n++] = head.seq;
			wire_row_release(&row);
			strbuf_release(&body);
			strbuf_release(&why);
		} else {
			assert_int_equal(type, WIRE_REPLY);
			assert_true(wire_get_reply(payload, len, &l->reply));
		}
		p += used;
		left -= (size_t)used;
	}
	assert_int_equal(left, 0);
	assert_int_equal(l->reply.req, a->req);
}

static void a_list_sees_what_was_handed_over_before_it(void **state)
{
	struct store_thread *t = start_fresh(test_tmpdir());
	struct store_answer a;
	struct listing l;

	(void)state;
	store_thread_audit_list(t, 7, 1, 0, 10);
	for (uint64_t i = 1; i <= 30; i++)
		store_thread_commit(t, audit_txn(i, false));
	store_thread_audit_list(t, 7, 70, 0, 10);
	a = next(t);
	read_frames(&a, &l);
	assert_int_equal(a.session, 7);
	assert_int_equal(l.n, 0);
	assert_string_equal(l.reply.text, "no records");
	store_answer_release(&a);
	for (uint64_t i = 1; i <= 30; i++)
		expect_committed(t, i, true);
	a = next(t);
	assert_int_equal(a.kind, STORE_ANSWER);
	read_frames(&a, &l);
	assert_int_equal(l.n, 10);
	assert_int_equal(l.seq[0], 30);
	assert_int_equal(l.seq[9], 21);
	assert_int_equal(l.reply.status, WIRE_OK);
	store_answer_release(&a);
	store_thread_audit_list(t, 7, 71, 21, UINT32_MAX);
	a = next(t);
	read_frames(&a, &l);
	assert_int_equal(l.n, 20);
	assert_int_equal(l.seq[0], 20);
	store_answer_release(&a);
	store_thread_stop(t);
}

static void a_list_of_large_records_ends_before_it_floods_the_session(void **state)
{
	struct store_thread *t = start_fresh(test_tmpdir());
	char *long_text = xcalloc(1, AUDIT_TEXT_MAX + 1);
	struct store_answer a;
	struct listing l;

	(void)state;
	memset(long_text, 'x', AUDIT_TEXT_MAX);
	struct audit_record r = { .kind = AUDIT_ACK,
				  .actor = long_text,
				  .roles = long_text,
				  .from = long_text,
				  .subject = long_text,
				  .old_value = long_text,
				  .new_value = long_text,
				  .reason = long_text,
				  .detail = long_text };
	for (uint64_t i = 1; i <= 50; i++) {
		struct txn *one = txn_new(i, i == 50);
		audit_record_put(&txn_add(one, TXN_AUDIT, 0, NULL)->body, &r);
		store_thread_commit(t, one);
	}
	for (uint64_t i = 1; i <= 50; i++)
		expect_committed(t, i, true);
	store_thread_audit_list(t, 1, 2, 0, 50);
	a = next(t);
	read_frames(&a, &l);
	assert_true(l.n > 5 && l.n < 50);
	assert_int_equal(l.seq[0], 50);
	assert_true(a.frames.len < STORE_LIST_BYTES + WIRE_FRAME_MAX);
	assert_false(a.frames.truncated);
	store_answer_release(&a);
	free(long_text);
	store_thread_stop(t);
}

static struct store_answer next_reply(struct store_thread *t, struct listing *l)
{
	struct store_answer a = next(t);

	while (a.kind != STORE_ANSWER) {
		store_answer_release(&a);
		a = next(t);
	}
	read_frames(&a, l);
	return a;
}

static void a_backup_is_answered_and_verifies(void **state)
{
	const char *dir = test_tmpdir();
	struct store_thread *t = start_fresh(dir);
	char *copy = xasprintf("%s/copy.db", dir);
	struct strbuf why = STRBUF_INIT;
	struct audit_verdict v;
	struct store_answer a;
	struct listing l;

	(void)state;
	for (uint64_t i = 1; i <= 100; i++)
		store_thread_commit(t, audit_txn(i, false));
	store_thread_backup(t, 3, 30, copy);
	for (uint64_t i = 101; i <= 200; i++)
		store_thread_commit(t, audit_txn(i, false));
	a = next_reply(t, &l);
	assert_int_equal(a.session, 3);
	assert_int_equal(l.reply.status, WIRE_OK);
	assert_has(l.reply.text, "copied to ");
	store_answer_release(&a);
	assert_int_equal(store_verify(copy, NULL, &v, &why), SG_OK);
	assert_true(v.good);
	assert_true(v.records >= 100);
	store_thread_backup(t, 3, 31, copy);
	a = next_reply(t, &l);
	assert_int_equal(l.reply.status, WIRE_FAILED);
	assert_has(l.reply.text, "exists already");
	store_answer_release(&a);
	store_thread_stop(t);
	free(copy);
	strbuf_release(&why);
}

static void a_store_that_cannot_be_opened_starts_no_thread(void **state)
{
	const char *dir = test_tmpdir();
	struct store_thread *t = start_fresh(dir);
	struct store_snapshot snap = { 0 };
	struct strbuf why = STRBUF_INIT;

	(void)state;
	assert_null(store_thread_start(dir, NULL, &snap, wake, &loop, &why));
	assert_has(why.buf, "another server (process ");
	store_thread_stop(t);
	strbuf_release(&why);
}

static void ST_10_the_lag_shows_while_another_program_holds_the_file(void **state)
{
	const char *dir = test_tmpdir();
	struct store_thread *t = start_fresh(dir);
	char *path = xasprintf("%s/station.db", dir);
	struct store_answer a;
	struct mono begin = clock_mono();
	int64_t worst = 0;
	sqlite3 *tool;

	(void)state;
	assert_int_equal(sqlite3_open(path, &tool), SQLITE_OK);
	assert_int_equal(sqlite3_exec(tool, "BEGIN IMMEDIATE", NULL, NULL, NULL),
			 SQLITE_OK);
	store_thread_commit(t, audit_txn(1, true));
	while (!store_thread_next(t, &a)) {
		int64_t lag = store_thread_lag_ms(t);
		worst = lag > worst ? lag : worst;
		assert_true(mono_ms_between(begin, clock_mono()) < DEADLINE_MS);
		poll(NULL, 0, 2);
	}
	assert_false(a.ok); /* refused, not hung */
	assert_has(a.why, "another program holds it locked");
	store_answer_release(&a);
	assert_true(worst > 100);
	sqlite3_exec(tool, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_close(tool);
	store_thread_commit(t, audit_txn(2, true));
	expect_committed(t, 2, true);
	store_thread_stop(t);
	free(path);
}

/* --- the queue ------------------------------------------------------------------- */

static void a_full_queue_refuses_or_waits_and_keeps_order(void **state)
{
	struct queue *q = queue_new(3, NULL, NULL);
	int item[5];

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_true(queue_try_push(q, &item[i]));
	assert_false(queue_try_push(q, &item[3]));
	assert_int_equal(queue_count(q), 3);
	assert_ptr_equal(queue_pop(q, 0), &item[0]);
	assert_true(queue_push(q, &item[3]));
	for (int i = 1; i <= 3; i++)
		assert_ptr_equal(queue_pop(q, QUEUE_FOREVER), &item[i]);
	assert_null(queue_pop(q, 0));
	assert_null(queue_pop(q, 5));
	assert_true(queue_push(q, &item[4]));
	queue_close(q);
	assert_false(queue_push(q, &item[0]));
	assert_ptr_equal(queue_pop(q, QUEUE_FOREVER), &item[4]);
	assert_null(queue_pop(q, QUEUE_FOREVER));
	assert_true(queue_is_closed(q));
	queue_free(q, NULL);
}

enum { PRODUCERS = 4, ITEMS = 5000 };

struct producer {
	struct queue *q;
	int from;
};

static int *tokens;

static void *produce(void *arg)
{
	const struct producer *p = arg;

	for (int i = 0; i < ITEMS; i++)
		queue_push(p->q, &tokens[p->from + i]);
	return NULL;
}

static void PR_19_many_producers_lose_nothing_and_keep_their_own_order(void **state)
{
	struct queue *q = queue_new(16, NULL, NULL);
	struct producer p[PRODUCERS];
	pthread_t thread[PRODUCERS];
	int last[PRODUCERS];

	(void)state;
	tokens = xcalloc(PRODUCERS * ITEMS, sizeof(*tokens));
	for (int i = 0; i < PRODUCERS; i++) {
		p[i] = (struct producer){ q, i * ITEMS };
		last[i] = -1;
		assert_int_equal(pthread_create(&thread[i], NULL, produce, &p[i]), 0);
	}
	for (int n = 0; n < PRODUCERS * ITEMS; n++) {
		int *token = queue_pop(q, DEADLINE_MS);
		assert_non_null(token);
		int at = (int)(token - tokens);
		assert_true(at % ITEMS == last[at / ITEMS] + 1);
		last[at / ITEMS] = at % ITEMS;
	}
	for (int i = 0; i < PRODUCERS; i++)
		pthread_join(thread[i], NULL);
	queue_free(q, NULL);
	free(tokens);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_come_in_the_order_of_tickets),
		cmocka_unit_test(an_urgent_one_takes_what_waits_with_it),
		cmocka_unit_test(one_bad_transaction_does_not_take_its_group_along),
		cmocka_unit_test(stopping_commits_all_that_waits),
		cmocka_unit_test(a_list_sees_what_was_handed_over_before_it),
		cmocka_unit_test(
			a_list_of_large_records_ends_before_it_floods_the_session),
		cmocka_unit_test(a_backup_is_answered_and_verifies),
		cmocka_unit_test(a_store_that_cannot_be_opened_starts_no_thread),
		cmocka_unit_test(
			ST_10_the_lag_shows_while_another_program_holds_the_file),
		cmocka_unit_test(a_full_queue_refuses_or_waits_and_keeps_order),
		cmocka_unit_test(
			PR_19_many_producers_lose_nothing_and_keep_their_own_order),
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	log_open("test", LOG_L_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
