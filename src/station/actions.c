/* actions.c - the list of what the shell has to carry out after a step. */
#include "station/station_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/hash_job.h"
#include "util/xalloc.h"

enum { BYTES_MAX = 256 << 20, BYTES_KEPT = 1 << 18 };

/* Memory of a usual size is kept: a steady station allocates nothing here. */
static void action_clear(struct action *a)
{
	struct strbuf bytes = a->bytes;

	free(a->name);
	if (a->secret)
		explicit_bzero(bytes.buf, bytes.len);
	txn_free(a->txn);
	hash_job_free(a->hash);
	if (bytes.cap > BYTES_KEPT)
		strbuf_release(&bytes);
	else
		strbuf_clear(&bytes);
	*a = (struct action){
		.bytes = bytes,
		.sessions = a->sessions,
		.cap_sessions = a->cap_sessions,
	};
}

void actions_clear(struct actions *a)
{
	for (size_t i = 0; i < a->n; i++)
		action_clear(&a->v[i]);
	a->n = 0;
}

void actions_release(struct actions *a)
{
	actions_clear(a);
	for (size_t i = 0; i < a->cap; i++) {
		strbuf_release(&a->v[i].bytes);
		free(a->v[i].sessions);
	}
	free(a->v);
	*a = (struct actions){ 0 };
}

static void grow(struct actions *a)
{
	size_t cap = a->cap ? 2 * a->cap : 64;

	a->v = xreallocarray(a->v, cap, sizeof(*a->v));
	for (size_t i = a->cap; i < cap; i++) {
		a->v[i] = (struct action){ 0 };
		strbuf_init(&a->v[i].bytes, BYTES_MAX);
	}
	a->cap = cap;
}

struct action *station_emit(struct station *s, enum action_kind kind)
{
	struct action *a;

	if (s->out->n == s->out->cap)
		grow(s->out);
	a = &s->out->v[s->out->n++];
	a->kind = kind;
	return a;
}

void station_log(struct station *s, enum log_level level, const char *fmt, ...)
{
	struct action *a = station_emit(s, ACT_LOG);
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	a->level = level;
	a->name = xstrdup(text);
}

/* The last action, when more can be added to it without anything being overtaken. */
static struct action *still_open(struct station *s, uint64_t session)
{
	struct action *a = s->out->n ? &s->out->v[s->out->n - 1] : NULL;

	if (!a || a->kind != ACT_SESSION_SEND || a->session != session || a->secret ||
	    a->bytes.len >= BYTES_KEPT)
		return NULL;
	return a;
}

void station_send(struct station *s, struct session *to, const struct strbuf *frames)
{
	struct action *a;

	if (!to || to->closing || frames->len == 0)
		return;
	a = still_open(s, to->id);
	if (!a) {
		a = station_emit(s, ACT_SESSION_SEND);
		a->session = to->id;
	}
	strbuf_add(&a->bytes, frames->buf, frames->len);
}

/* By itself: what is added to it later would move it, and leave a copy where it was. */
void station_send_secret(struct station *s, struct session *to,
			 const struct strbuf *frames)
{
	struct action *a;

	if (!to || to->closing || frames->len == 0)
		return;
	a = station_emit(s, ACT_SESSION_SEND);
	a->session = to->id;
	a->secret = true;
	strbuf_add(&a->bytes, frames->buf, frames->len);
}

static void add_receiver(struct action *a, uint64_t session)
{
	if (a->n_sessions == a->cap_sessions) {
		a->cap_sessions = a->cap_sessions ? 2 * a->cap_sessions : 8;
		a->sessions =
			xreallocarray(a->sessions, a->cap_sessions, sizeof(*a->sessions));
	}
	a->sessions[a->n_sessions++] = session;
}

void station_send_each(struct station *s, struct session *const *to, size_t n,
		       const struct strbuf *frames)
{
	struct action *a;

	if (n == 1)
		station_send(s, to[0], frames);
	if (n <= 1 || frames->len == 0)
		return;
	a = station_emit(s, ACT_SESSIONS_SEND);
	for (size_t i = 0; i < n; i++)
		if (!to[i]->closing)
			add_receiver(a, to[i]->id);
	strbuf_add(&a->bytes, frames->buf, frames->len);
}

void station_reply(struct station *s, struct session *to, uint32_t req,
		   enum wire_status status, const char *fmt, ...)
{
	char text[WIRE_TEXT_MAX + 1];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	strbuf_clear(&s->frame);
	wire_put_reply(&s->frame, req, status, text);
	station_send(s, to, &s->frame);
}

void station_row(struct station *s, struct session *to, uint32_t req,
		 const char *const *fields, size_t n)
{
	strbuf_clear(&s->frame);
	wire_put_row(&s->frame, req, fields, n);
	station_send(s, to, &s->frame);
}
