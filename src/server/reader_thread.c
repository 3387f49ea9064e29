/* reader_thread.c - the thread that reads the journal: one question after the other, and
 * the index in between. */
#include "server/reader_thread.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "store/store.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/queue.h"
#include "util/xalloc.h"
#include "wire/msg.h"

enum {
	INDEX_PIECE = 2048,    /* rows between two looks at the queue */
	OPEN_AGAIN_MS = 10000, /* after the files could not be opened */
	NICE = 5               /* what acts on the plant comes first */
};

struct job {
	struct job *next; /* of the thread's list */
	uint64_t session;
	uint32_t req;
	int64_t limit_ms;
	reader_fn fn;
	void *arg;
	void (*release)(void *arg);
	_Atomic bool cancelled;
};

struct reader_thread {
	pthread_t thread;
	enum reader_kind kind;
	char *dir;
	struct store_reader *reader; /* the thread's; NULL = not open */
	struct mono opened;          /* when that was tried last */
	bool warned;
	struct job *now;    /* what it does; the thread's */
	struct mono due_by; /* of it */
	struct queue *jobs, *answers;
	_Atomic bool stopping;
	pthread_mutex_t lock;
	struct job *all; /* those that wait and the one that runs; locked */
};

static void job_free(void *item)
{
	struct job *j = item;

	if (j->release)
		j->release(j->arg);
	free(j);
}

static void list_job(struct reader_thread *t, struct job *j)
{
	pthread_mutex_lock(&t->lock);
	j->next = t->all;
	t->all = j;
	pthread_mutex_unlock(&t->lock);
}

static void unlist_job(struct reader_thread *t, struct job *j)
{
	struct job **at;

	pthread_mutex_lock(&t->lock);
	for (at = &t->all; *at != j; at = &(*at)->next)
		;
	*at = j->next;
	pthread_mutex_unlock(&t->lock);
}

static void answer(struct reader_thread *t, const struct job *j, struct strbuf *frames)
{
	struct store_answer *a = xcalloc(1, sizeof(*a));

	a->kind = STORE_ANSWER;
	a->session = j->session;
	a->req = j->req;
	a->frames = *frames;
	store_answer_send(t->answers, a);
}

/* --- the files ------------------------------------------------------------------ */

static bool is_to_stop(void *arg)
{
	struct reader_thread *t = arg;
	const struct job *j = t->now;

	if (atomic_load(&t->stopping))
		return true;
	return j && (atomic_load(&j->cancelled) || mono_reached(clock_mono(), t->due_by));
}

static void close_reader(struct reader_thread *t)
{
	store_reader_close(t->reader);
	t->reader = NULL;
}

/* A file that was moved or replaced meanwhile is not the store's any more. */
static bool open_reader(struct reader_thread *t, struct strbuf *why)
{
	if (t->reader && store_reader_is_current(t->reader))
		return true;
	close_reader(t);
	t->opened = clock_mono();
	enum sg_err err = t->kind == READER_WALKS
				  ? store_walker_open(t->dir, &t->reader, why)
				  : store_reader_open(t->dir, &t->reader, why);
	if (err == SG_OK) {
		store_reader_stop_when(t->reader, is_to_stop, t);
		t->warned = false;
		return true;
	}
	if (!t->warned)
		log_warn("the journal cannot be searched: %s", why->buf);
	t->warned = true;
	return false;
}

static void close_if_broken(struct reader_thread *t, enum sg_err err)
{
	if (err == SG_EIO)
		close_reader(t);
}

/* --- searches ------------------------------------------------------------------- */

struct search {
	struct wire_journal ask;
	struct strbuf *frames;
	struct store_reader *reader;
	uint32_t n;
	bool more;
};

static bool put_row(void *arg, const struct store_journal_row *row)
{
	struct search *s = arg;
	struct wire_journal_row m = {
		.req = s->ask.req, .seq = row->row.seq, .body = row->body, .n = row->n
	};

	if (s->n == s->ask.count || s->frames->len >= READER_PAGE_BYTES) {
		s->more = true;
		return false;
	}
	memcpy(m.hash, row->hash, sizeof(m.hash));
	memcpy(m.chain, store_reader_chain(s->reader), sizeof(m.chain));
	wire_put_journal_row(s->frames, &m);
	s->n++;
	return true;
}

static void do_search(void *arg, struct store_reader *r, uint32_t req,
		      struct strbuf *frames)
{
	struct search *s = arg;
	const struct wire_journal *m = &s->ask;
	const struct store_search q = {
		.from = { m->from_ms },
		.to = { m->to_ms },
		.after = m->after,
		.before = m->before,
		.area = m->area,
		.tag = m->tag,
		.alarm = m->alarm,
		.by = m->by,
		.priorities = m->priorities,
		.events = m->events,
		.text = m->text,
		.oldest_first = m->oldest_first,
		.count = (uint32_t)m->count + 1, /* one more tells that there are more */
	};
	struct strbuf why = STRBUF_INIT;
	char text[64];

	s->frames = frames;
	s->reader = r;
	enum sg_err err = store_journal_search(r, &q, put_row, s, &why);
	if (err == SG_OK) {
		snprintf(text, sizeof(text), "%" PRIu32 " rows%s", s->n,
			 s->more ? "; more" : "");
		wire_put_reply(frames, req, WIRE_OK, text);
	} else {
		strbuf_clear(frames); /* half a page is none */
		wire_put_reply(frames, req,
			       err == SG_EREFUSED ? WIRE_REFUSED : WIRE_FAILED, why.buf);
	}
	strbuf_release(&why);
}

/* --- the loop ------------------------------------------------------------------- */

static void do_job(struct reader_thread *t, struct job *j)
{
	struct strbuf frames, why = STRBUF_INIT;

	strbuf_init(&frames, READER_PAGE_BYTES + 2 * WIRE_FRAME_MAX);
	t->now = j;
	t->due_by = mono_add_ms(clock_mono(), j->limit_ms);
	if (atomic_load(&j->cancelled) || atomic_load(&t->stopping))
		strbuf_clear(&frames);
	else if (open_reader(t, &why))
		j->fn(j->arg, t->reader, j->req, &frames);
	else
		wire_put_reply(&frames, j->req, WIRE_FAILED, why.buf);
	t->now = NULL;
	unlist_job(t, j);
	answer(t, j, &frames);
	job_free(j);
	strbuf_release(&why);
}

/* True when rows are left that the index does not know. */
static bool index_on(struct reader_thread *t)
{
	struct strbuf why = STRBUF_INIT;
	uint64_t left = 0;
	bool may_open = t->reader || !t->opened.ns ||
			mono_ms_between(t->opened, clock_mono()) >= OPEN_AGAIN_MS;

	if (may_open && open_reader(t, &why)) {
		enum sg_err err = store_reader_index(t->reader, INDEX_PIECE, &left, &why);
		if (err != SG_OK && !t->warned)
			log_warn("the journal's index: %s", why.buf);
		t->warned = err != SG_OK;
		if (err != SG_OK)
			left = 0;
		close_if_broken(t, err);
	}
	strbuf_release(&why);
	return left > 0;
}

static void *run(void *arg)
{
	struct reader_thread *t = arg;
	bool indexes = t->kind == READER_SEARCHES, behind = indexes;
	int64_t patience = indexes ? READER_INDEX_MS : QUEUE_FOREVER;

	if (setpriority(PRIO_PROCESS, (id_t)gettid(), NICE) < 0)
		log_debug("the journal's reader keeps its priority");
	while (!queue_is_closed(t->jobs) || queue_count(t->jobs) > 0) {
		struct job *j = queue_pop(t->jobs, behind ? 0 : patience);
		if (j)
			do_job(t, j);
		else if (indexes && !atomic_load(&t->stopping))
			behind = index_on(t);
	}
	return NULL;
}

/* --- the loop's side ------------------------------------------------------------ */

static void release(struct reader_thread *t)
{
	queue_free(t->jobs, job_free);
	queue_free(t->answers, store_answer_free);
	store_reader_close(t->reader);
	pthread_mutex_destroy(&t->lock);
	free(t->dir);
	free(t);
}

struct reader_thread *reader_thread_start(const char *dir, enum reader_kind kind,
					  void (*wake)(void *arg), void *arg,
					  struct strbuf *why)
{
	struct reader_thread *t = xcalloc(1, sizeof(*t));

	t->kind = kind;
	t->dir = xstrdup(dir);
	pthread_mutex_init(&t->lock, NULL);
	t->jobs = queue_new(READER_WAITING_MAX, NULL, NULL);
	/* unbounded: one for each of a bounded number of jobs */
	t->answers = queue_new(0, wake, arg);
	if (worker_start(&t->thread, run, t))
		return t;
	strbuf_setf(why, "no thread can be started to read the journal");
	release(t);
	return NULL;
}

/* The station lets few wait; a full queue is answered, never waited for. */
static void hand_over(struct reader_thread *t, struct job *j)
{
	struct strbuf frames = STRBUF_INIT;

	list_job(t, j);
	if (queue_try_push(t->jobs, j))
		return;
	unlist_job(t, j);
	wire_put_reply(&frames, j->req, WIRE_REFUSED,
		       "too many searches of the journal wait already: try again soon");
	answer(t, j, &frames);
	job_free(j);
}

void reader_thread_call(struct reader_thread *t, uint64_t session, uint32_t req,
			int64_t limit_ms, reader_fn fn, void *arg,
			void (*release_arg)(void *arg))
{
	struct job *j = xcalloc(1, sizeof(*j));

	j->session = session;
	j->req = req;
	j->limit_ms = limit_ms;
	j->fn = fn;
	j->arg = arg;
	j->release = release_arg;
	hand_over(t, j);
}

void reader_thread_search(struct reader_thread *t, uint64_t session,
			  const struct wire_journal *ask)
{
	struct search *s = xcalloc(1, sizeof(*s));

	s->ask = *ask;
	reader_thread_call(t, session, ask->req, READER_SEARCH_MS, do_search, s, free);
}

void reader_thread_cancel(struct reader_thread *t, uint64_t session)
{
	pthread_mutex_lock(&t->lock);
	for (struct job *j = t->all; j; j = j->next)
		if (j->session == session)
			atomic_store(&j->cancelled, true);
	pthread_mutex_unlock(&t->lock);
}

bool reader_thread_next(struct reader_thread *t, struct store_answer *out)
{
	return store_answer_next(t->answers, out);
}

void reader_thread_stop(struct reader_thread *t)
{
	if (!t)
		return;
	atomic_store(&t->stopping, true);
	queue_close(t->jobs);
	pthread_join(t->thread, NULL);
	release(t);
}
