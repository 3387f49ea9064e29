/*
 * hash_pool.c - passwords are hashed in libuv's pool, one at a time.
 *
 * A hash takes 128 MiB and a good part of a second: two at once would only be slower and
 * larger, and who floods the server with sign-ins gets a queue, not its memory (SEC-10).
 * The station bounds that queue; the other threads of the pool stay free.
 */
#include "server/shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/hash_job.h"
#include "server/pam.h"
#include "util/log.h"
#include "util/xalloc.h"

struct waiting {
	struct waiting *next;
	struct hash_job *job;
};

struct hash_pool {
	struct shell *shell;
	uv_work_t work;
	uv_timer_t later;
	struct waiting *first, **last;
	struct hash_job *running;
};

static void start_next(struct hash_pool *pool);

static void in_pool(uv_work_t *work)
{
	struct hash_pool *pool = work->data;

	struct hash_job *job = pool->running;

	if (job->task == HASH_VERIFY && strcmp(job->stored, ACCOUNT_PAM) == 0)
		pam_verify(job);
	else
		hash_job_run(job);
}

/* Others that come meanwhile wait: the pool is not free before the end of it. */
static void finish(struct hash_pool *pool)
{
	struct event ev = { .kind = EV_HASHED };

	ev.u.hashed.job = pool->running;
	if (!pool->shell->stopped)
		shell_event(pool->shell, &ev);
	hash_job_free(pool->running);
	pool->running = NULL;
	start_next(pool);
}

static void done(uv_work_t *work, int status)
{
	(void)status;
	finish(work->data);
}

static void on_later(uv_timer_t *timer)
{
	finish(timer->data);
}

static struct hash_job *take_first(struct hash_pool *pool)
{
	struct waiting *w = pool->first;
	struct hash_job *job = w->job;

	pool->first = w->next;
	if (!pool->first)
		pool->last = &pool->first;
	free(w);
	return job;
}

/* What cannot be queued is answered as well, for somebody waits for it: from the loop, as
 * if it had been. */
static void start_next(struct hash_pool *pool)
{
	struct hash_job *job;
	int rc;

	if (pool->running || !pool->first || pool->shell->stopped)
		return;
	job = pool->running = take_first(pool);
	rc = uv_queue_work(&pool->shell->loop, &pool->work, in_pool, done);
	if (rc == 0)
		return;
	log_error("cannot queue a sign-in: %s", uv_strerror(rc));
	snprintf(job->why, sizeof(job->why),
		 "the server cannot check passwords now (%s): try again",
		 uv_strerror(rc));
	uv_timer_start(&pool->later, on_later, 0, 0);
}

struct hash_pool *hash_pool_new(struct shell *sh)
{
	struct hash_pool *pool = xcalloc(1, sizeof(*pool));

	pool->shell = sh;
	pool->work.data = pool->later.data = pool;
	uv_timer_init(&sh->loop, &pool->later);
	pool->last = &pool->first;
	return pool;
}

void hash_pool_take(struct shell *sh, const struct action *a)
{
	struct waiting *w = xcalloc(1, sizeof(*w));

	w->job = a->hash;
	*sh->hashes->last = w;
	sh->hashes->last = &w->next;
	start_next(sh->hashes);
}

void hash_pool_free(struct hash_pool *pool)
{
	while (pool->first)
		hash_job_free(take_first(pool));
	hash_job_free(pool->running);
	free(pool);
}
