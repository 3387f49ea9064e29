/* store_thread.c - the thread that owns station.db: it groups commits, answers in order,
 * and does lists and backups between them. */
#include "server/store_thread.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/hash.h"
#include "audit/row.h"
#include "store/reserve.h"
#include "store/store.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/queue.h"
#include "util/xalloc.h"
#include "wire/msg.h"

enum job_kind {
	JOB_COMMIT,
	JOB_LIST,
	JOB_BACKUP,
	JOB_SEAL_KEY,
	JOB_ANCHOR,
	JOB_DISTRUST
};

struct job {
	enum job_kind kind;
	struct mono since;
	struct txn *txn; /* COMMIT */
	uint64_t session;
	uint32_t req;
	uint64_t before; /* LIST */
	uint32_t count;
	char *path;   /* BACKUP; DISTRUST: why; ANCHOR: where */
	char *anchor; /* ANCHOR */
	bool wipe;    /* SEAL_KEY */
};

/* What the thread is in the middle of. */
struct group {
	struct job *v[STORE_GROUP_MAX];
	size_t n;
	bool urgent;
};

struct backup {
	struct job *job; /* NULL = none runs */
	struct store_backup *copy;
};

struct store_thread {
	pthread_t thread;
	struct store *store; /* the thread's, once it runs */
	struct queue *jobs;
	struct queue *answers; /* unbounded here: one each for a bounded number of jobs */
	struct group group;
	struct backup backup;
	struct {
		bool there, in_use; /* as told last; as it should be at first */
		unsigned percent;
		struct mono due; /* the next try to mend */
		int64_t every_ms;
	} reserve;
	struct record_state record; /* as told last */
	_Atomic int64_t oldest_ns;  /* of the group's first transaction; 0 = none */
};

static void job_free(void *item)
{
	struct job *j = item;

	txn_free(j->txn);
	free(j->path);
	free(j->anchor);
	free(j);
}

/* --- answers --------------------------------------------------------------------- */

static struct store_answer *new_answer(enum store_answer_kind kind)
{
	struct store_answer *a = xcalloc(1, sizeof(*a));

	a->kind = kind;
	strbuf_init(&a->frames, STORE_LIST_BYTES + 2 * WIRE_FRAME_MAX);
	return a;
}

static struct store_answer *reply_to(const struct job *j)
{
	struct store_answer *a = new_answer(STORE_ANSWER);

	a->session = j->session;
	a->req = j->req;
	return a;
}

/* What failed goes back to who asked: it may be stored when the store works again. */
static void committed(struct store_thread *t, struct job *j, bool ok, const char *why)
{
	struct store_answer *a = new_answer(STORE_COMMITTED);

	a->ticket = j->txn->ticket;
	a->ok = ok;
	a->head = store_head(t->store)->seq;
	if (!ok) {
		a->back = j->txn;
		j->txn = NULL;
	}
	snprintf(a->why, sizeof(a->why), "%s", ok ? "" : why);
	store_answer_send(t->answers, a);
}

/* --- the reserve journal ------------------------------------------------------------ */

static void tell_reserve(struct store_thread *t)
{
	struct store_reserve now = store_reserve_state(t->store);

	if (now.there == t->reserve.there && now.in_use == t->reserve.in_use &&
	    now.percent == t->reserve.percent)
		return;
	struct store_answer *a = new_answer(STORE_RESERVE);
	a->reserve.there = t->reserve.there = now.there;
	a->reserve.in_use = t->reserve.in_use = now.in_use;
	a->reserve.percent = t->reserve.percent = now.percent;
	a->reserve.rows = now.rows;
	snprintf(a->why, sizeof(a->why), "%s", now.why);
	store_answer_send(t->answers, a);
}

static void make_reserve(struct store_thread *t)
{
	struct strbuf why = STRBUF_INIT;

	if (store_make_reserve(t->store, RESERVE_BYTES, &why) != SG_OK)
		log_warn("there is no reserve for a disk that fails: %s", why.buf);
	t->reserve.there = true;
	t->reserve.every_ms = STORE_MEND_MS;
	tell_reserve(t);
	strbuf_release(&why);
}

/* Ever more seldom: each try closes the file and opens it again. */
static void mend_when_due(struct store_thread *t)
{
	struct mono now = clock_mono();

	if (!t->reserve.in_use) {
		t->reserve.due = mono_add_ms(now, t->reserve.every_ms);
		return;
	}
	if (!mono_reached(now, t->reserve.due))
		return;
	bool mended = store_mend(t->store, NULL) == SG_OK;
	t->reserve.every_ms = mended ? STORE_MEND_MS : 2 * t->reserve.every_ms;
	if (t->reserve.every_ms > STORE_MEND_MOST_MS)
		t->reserve.every_ms = STORE_MEND_MOST_MS;
	t->reserve.due = mono_add_ms(clock_mono(), t->reserve.every_ms);
	tell_reserve(t);
}

/* --- what the record is worth ------------------------------------------------------ */

static void tell_record(struct store_thread *t)
{
	struct record_state now;

	store_record_state(t->store, &now);
	if (memcmp(&now, &t->record, sizeof(now)) == 0)
		return;
	t->record = now;
	struct store_answer *a = new_answer(STORE_RECORD);
	a->record = xmalloc(sizeof(now));
	*a->record = now;
	store_answer_send(t->answers, a);
}

static void do_seal_key(struct store_thread *t, struct job *j)
{
	struct strbuf why = STRBUF_INIT;
	struct store_answer *a = reply_to(j);
	char paper[SEAL_PAPER_SIZE] = "wiped on this machine; a disk may keep old copies";
	enum sg_err err = j->wipe ? store_seal_key_wipe(t->store, &why)
				  : store_seal_key(t->store, paper, &why);

	a->secret = true;
	strbuf_room(&a->frames,
		    WIRE_FRAME_MAX); /* it shall not move: copies would stay */
	strbuf_clear(&a->frames);
	wire_put_reply(&a->frames, j->req, err == SG_OK ? WIRE_OK : WIRE_FAILED,
		       err == SG_OK ? paper : why.buf);
	store_answer_send(t->answers, a);
	explicit_bzero(paper, sizeof(paper));
	tell_record(t);
	job_free(j);
	strbuf_release(&why);
}

static void do_anchor(struct store_thread *t, struct job *j)
{
	struct strbuf why = STRBUF_INIT, all = STRBUF_INIT;
	enum store_fit fit = store_check_anchor(t->store, j->anchor, &why);

	if (fit == STORE_CONTRADICTS) {
		strbuf_setf(&all, "%s (as %s says)", why.buf, j->path);
		store_set_distrust(t->store, all.buf);
	} else if (fit != STORE_FITS) {
		log_warn("what %s holds is no anchor of this record: %s", j->path,
			 why.buf);
	}
	tell_record(t);
	job_free(j);
	strbuf_release(&why);
	strbuf_release(&all);
}

static void do_distrust(struct store_thread *t, struct job *j)
{
	store_set_distrust(t->store, j->path);
	tell_record(t);
	job_free(j);
}

/* --- commits ----------------------------------------------------------------------- */

static enum sg_err commit_jobs(struct store_thread *t, size_t first, size_t n,
			       struct strbuf *why)
{
	struct txn *txns[STORE_GROUP_MAX];

	for (size_t i = 0; i < n; i++)
		txns[i] = t->group.v[first + i]->txn;
	return store_commit(t->store, txns, n, why);
}

/* One bad transaction must not take the others of its group with it. */
static void commit_one_by_one(struct store_thread *t)
{
	struct strbuf why = STRBUF_INIT;

	for (size_t i = 0; i < t->group.n; i++) {
		bool ok = commit_jobs(t, i, 1, &why) == SG_OK;
		if (!ok)
			log_warn("not recorded: %s", why.buf);
		committed(t, t->group.v[i], ok, why.buf);
	}
	strbuf_release(&why);
}

static void commit_group(struct store_thread *t)
{
	struct group *g = &t->group;
	struct strbuf why = STRBUF_INIT;

	if (g->n == 0)
		return;
	enum sg_err err = commit_jobs(t, 0, g->n, &why);
	tell_reserve(t);
	if ((err == SG_EREFUSED || err == SG_ELIMIT) && g->n > 1) {
		commit_one_by_one(t);
	} else {
		/* before the answers: who has the last one sees that nothing waits */
		atomic_store(&t->oldest_ns, 0);
		for (size_t i = 0; i < g->n; i++)
			committed(t, g->v[i], err == SG_OK, why.buf);
		if (err != SG_OK)
			log_warn("%zu transactions not recorded: %s", g->n, why.buf);
	}
	atomic_store(&t->oldest_ns, 0);
	for (size_t i = 0; i < g->n; i++)
		job_free(g->v[i]);
	g->n = 0;
	g->urgent = false;
	tell_record(t);
	strbuf_release(&why);
}

static void join_group(struct store_thread *t, struct job *j)
{
	struct group *g = &t->group;

	if (g->n == 0)
		atomic_store(&t->oldest_ns, j->since.ns);
	g->v[g->n++] = j;
	g->urgent = g->urgent || j->txn->urgent;
}

/* --- lists ------------------------------------------------------------------------- */

struct listing {
	const struct store *store;
	struct store_answer *answer;
	uint32_t req;
	uint32_t n;
};

static bool put_row(void *arg, uint64_t seq, const void *body, size_t n,
		    const uint8_t hash[AUDIT_HASH_SIZE], const uint8_t *seal)
{
	struct listing *l = arg;
	struct audit_row row;

	audit_row_make(&row, seq, body, n, hash, store_head(l->store)->chain_id, seal);
	wire_put_row(&l->answer->frames, l->req, (const char *const *)row.field, row.n);
	audit_row_release(&row);
	l->n++;
	return l->answer->frames.len < STORE_LIST_BYTES;
}

static void do_list(struct store_thread *t, struct job *j)
{
	struct strbuf why = STRBUF_INIT;
	struct store_answer *a = reply_to(j);
	struct listing l = { .store = t->store, .answer = a, .req = j->req };
	uint32_t count = j->count < STORE_LIST_MAX ? j->count : STORE_LIST_MAX;
	char text[64];

	snprintf(text, sizeof(text), "no records");
	if (store_audit_list(t->store, j->before, count, put_row, &l, &why) == SG_OK) {
		if (l.n > 0)
			snprintf(text, sizeof(text), "%" PRIu32 " records", l.n);
		wire_put_reply(&a->frames, j->req, WIRE_OK, text);
	} else {
		strbuf_clear(&a->frames); /* half a list is none */
		wire_put_reply(&a->frames, j->req, WIRE_FAILED, why.buf);
	}
	store_answer_send(t->answers, a);
	job_free(j);
	strbuf_release(&why);
}

/* --- backups ----------------------------------------------------------------------- */

static void answer_backup(struct store_thread *t, struct job *j, bool ok,
			  const char *text)
{
	struct store_answer *a = reply_to(j);

	wire_put_reply(&a->frames, j->req, ok ? WIRE_OK : WIRE_FAILED, text);
	store_answer_send(t->answers, a);
	job_free(j);
}

static void start_backup(struct store_thread *t, struct job *j)
{
	struct strbuf why = STRBUF_INIT;

	if (t->backup.job) {
		answer_backup(t, j, false, "a backup is running: wait for its end");
		return;
	}
	t->backup.copy = store_backup_start(t->store, j->path, &why);
	if (t->backup.copy)
		t->backup.job = j;
	else
		answer_backup(t, j, false, why.buf);
	strbuf_release(&why);
}

static void end_backup(struct store_thread *t, bool good, struct strbuf *why)
{
	const struct audit_head *head = store_head(t->store);
	struct job *j = t->backup.job;
	char hash[HASH_HEX_SIZE];

	if (store_backup_end(t->backup.copy, good ? why : NULL) == SG_OK) {
		hash_hex(head->hash, AUDIT_HASH_SIZE, hash);
		strbuf_setf(why, "copied to %s: audit head %" PRIu64 " %s", j->path,
			    head->seq, hash);
	} else {
		good = false;
	}
	t->backup = (struct backup){ 0 };
	answer_backup(t, j, good, why->buf);
}

/* A server that stops does not wait for a copy. */
static void step_backup(struct store_thread *t, bool stopping)
{
	struct strbuf why = STRBUF_INIT;
	bool done = false, ok = !stopping;

	if (stopping)
		strbuf_setf(&why, "the server stops: the copy was given up");
	else
		ok = store_backup_step(t->backup.copy, &done, &why) == SG_OK;

	if (!ok || done)
		end_backup(t, ok, &why);
	strbuf_release(&why);
}

/* --- the loop ---------------------------------------------------------------------- */

static void take_job(struct store_thread *t, struct job *j)
{
	if (j->kind == JOB_COMMIT) {
		join_group(t, j);
		if (t->group.n == STORE_GROUP_MAX)
			commit_group(t);
		return;
	}
	static void (*const doers[])(struct store_thread * t, struct job * j) = {
		[JOB_LIST] = do_list,         [JOB_BACKUP] = start_backup,
		[JOB_SEAL_KEY] = do_seal_key, [JOB_ANCHOR] = do_anchor,
		[JOB_DISTRUST] = do_distrust,
	};
	commit_group(t); /* what was handed over before is seen */
	doers[j->kind](t, j);
}

/* How long the thread may sleep: a group waits for company, a backup for nothing. */
static int64_t patience_ms(const struct store_thread *t)
{
	if (t->group.urgent || t->backup.job)
		return 0;
	if (t->group.n == 0)
		return t->reserve.in_use ? STORE_MEND_MS / 4 : QUEUE_FOREVER;
	int64_t left =
		STORE_BATCH_MS - mono_ms_between(t->group.v[0]->since, clock_mono());
	return left > 0 ? left : 0;
}

static bool group_is_due(const struct store_thread *t)
{
	return t->group.n > 0 &&
	       (t->group.urgent ||
		mono_ms_between(t->group.v[0]->since, clock_mono()) >= STORE_BATCH_MS);
}

static void *run(void *arg)
{
	struct store_thread *t = arg;

	make_reserve(t);
	tell_record(t);
	for (;;) {
		struct job *j = queue_pop(t->jobs, patience_ms(t));
		if (j) {
			take_job(t, j); /* an urgent group first takes all that waits */
			if (queue_count(t->jobs) > 0)
				continue;
		}
		bool closing =
			!j && queue_is_closed(t->jobs) && queue_count(t->jobs) == 0;
		if (closing || group_is_due(t))
			commit_group(t);
		if (t->backup.job)
			step_backup(t, closing);
		mend_when_due(t);
		if (closing)
			return NULL;
	}
}

/* --- the loop's side --------------------------------------------------------------- */

static void release(struct store_thread *t)
{
	queue_free(t->jobs, job_free);
	queue_free(t->answers, store_answer_free);
	store_close(t->store);
	free(t);
}

struct store_thread *store_thread_start(const char *dir,
					const struct store_seal_options *seal,
					struct store_snapshot *snapshot,
					void (*wake)(void *arg), void *arg,
					struct strbuf *why)
{
	struct store_thread *t = xcalloc(1, sizeof(*t));

	t->jobs = queue_new(STORE_WAITING_MAX, NULL, NULL);
	t->answers = queue_new(0, wake, arg);
	if ((seal ? store_open_sealed(dir, seal, &t->store, why)
		  : store_open(dir, &t->store, why)) != SG_OK ||
	    store_load(t->store, snapshot, why) != SG_OK) {
		release(t);
		return NULL;
	}
	if (!worker_start(&t->thread, run, t)) {
		strbuf_setf(why, "no thread can be started for the store");
		store_snapshot_release(snapshot);
		release(t);
		return NULL;
	}
	return t;
}

static struct job *new_job(enum job_kind kind, uint64_t session, uint32_t req)
{
	struct job *j = xcalloc(1, sizeof(*j));

	j->kind = kind;
	j->since = clock_mono();
	j->session = session;
	j->req = req;
	return j;
}

static void hand_over(struct store_thread *t, struct job *j)
{
	if (!queue_push(t->jobs, j))
		job_free(j);
}

void store_thread_commit(struct store_thread *t, struct txn *taken)
{
	struct job *j = new_job(JOB_COMMIT, 0, 0);

	j->txn = taken;
	hand_over(t, j);
}

void store_thread_audit_list(struct store_thread *t, uint64_t session, uint32_t req,
			     uint64_t before, uint32_t count)
{
	struct job *j = new_job(JOB_LIST, session, req);

	j->before = before;
	j->count = count;
	hand_over(t, j);
}

void store_thread_backup(struct store_thread *t, uint64_t session, uint32_t req,
			 const char *path)
{
	struct job *j = new_job(JOB_BACKUP, session, req);

	j->path = xstrdup(path);
	hand_over(t, j);
}

void store_thread_seal_key(struct store_thread *t, uint64_t session, uint32_t req,
			   bool wipe)
{
	struct job *j = new_job(JOB_SEAL_KEY, session, req);

	j->wipe = wipe;
	hand_over(t, j);
}

void store_thread_check_anchor(struct store_thread *t, const char *anchor,
			       const char *where)
{
	struct job *j = new_job(JOB_ANCHOR, 0, 0);

	j->anchor = xstrdup(anchor);
	j->path = xstrdup(where);
	hand_over(t, j);
}

void store_thread_distrust(struct store_thread *t, const char *why)
{
	struct job *j = new_job(JOB_DISTRUST, 0, 0);

	j->path = xstrdup(why);
	hand_over(t, j);
}

bool store_thread_next(struct store_thread *t, struct store_answer *out)
{
	return store_answer_next(t->answers, out);
}

int64_t store_thread_lag_ms(const struct store_thread *t)
{
	int64_t oldest = atomic_load(&t->oldest_ns);

	return oldest ? mono_ms_between((struct mono){ oldest }, clock_mono()) : 0;
}

void store_thread_stop(struct store_thread *t)
{
	if (!t)
		return;
	queue_close(t->jobs);
	pthread_join(t->thread, NULL);
	release(t);
}
