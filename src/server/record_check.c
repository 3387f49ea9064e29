/* record_check.c - a thread that walks the whole record at its ease. */
#include "server/record_check.h"

#include <inttypes.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/shell.h"
#include "server/worker.h"
#include "store/store.h"
#include "util/log.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum {
	PIECE = 500, /* records: a millisecond or two */
	PAUSE_MS = 5 /* then others have the disk and the core */
};

struct record_check {
	struct shell *shell;
	struct store_recheck *walk;
	pthread_t thread;
	uv_async_t done;
	atomic_bool stop;
	bool good;
	char text[256];
};

static void say(struct record_check *c, const struct audit_verdict *v)
{
	c->good = v->good;
	if (v->good)
		snprintf(c->text, sizeof(c->text), "good, up to record %" PRIu64,
			 v->head.seq);
	else
		snprintf(c->text, sizeof(c->text), "BAD: %.240s", v->text);
}

static void *run(void *arg)
{
	struct record_check *c = arg;
	struct strbuf why = STRBUF_INIT;
	bool done = false;
	enum sg_err err = SG_OK;

	while (!done && err == SG_OK && !atomic_load(&c->stop)) {
		err = store_recheck_step(c->walk, PIECE, &done, &why);
		poll(NULL, 0, PAUSE_MS);
	}
	if (done) {
		say(c, store_recheck_verdict(c->walk));
		uv_async_send(&c->done);
	} else if (err != SG_OK) {
		log_warn("the whole record cannot be checked: %s", why.buf);
	}
	strbuf_release(&why);
	return NULL;
}

static void on_done(uv_async_t *async)
{
	struct record_check *c = async->data;
	struct event ev = { .kind = EV_CHECKED };

	if (!c->good)
		store_thread_distrust(c->shell->store, c->text);
	ev.u.checked.good = c->good;
	snprintf(ev.u.checked.text, sizeof(ev.u.checked.text), "%s", c->text);
	shell_event(c->shell, &ev);
}

struct record_check *record_check_start(struct shell *sh)
{
	struct strbuf why = STRBUF_INIT;
	struct record_check *c = xcalloc(1, sizeof(*c));

	c->shell = sh;
	c->walk = store_recheck_open(sh->state_dir, &why);
	if (c->walk) {
		uv_async_init(&sh->loop, &c->done, on_done);
		c->done.data = c;
	}
	if (c->walk && worker_start(&c->thread, run, c))
		return c;
	log_warn("the whole record is not checked: %s",
		 c->walk ? "no thread can be started" : why.buf);
	if (c->walk) {
		uv_close((uv_handle_t *)&c->done, NULL);
		uv_run(&sh->loop, UV_RUN_NOWAIT);
	}
	store_recheck_close(c->walk);
	free(c);
	strbuf_release(&why);
	return NULL;
}

void record_check_stop(struct record_check *c)
{
	if (!c)
		return;
	atomic_store(&c->stop, true);
	pthread_join(c->thread, NULL);
}

void record_check_free(struct record_check *c)
{
	if (!c)
		return;
	store_recheck_close(c->walk);
	free(c);
}
