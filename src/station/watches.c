/*
 * watches.c - who looks at which tags, and what they have not been told yet. Sessions
 * that show the same tags share one watch: what changed is gathered once, encoded once
 * and sent to all of them. Newest wins: a tag is dirty or it is not, however often it
 * moved. Who takes its bytes too slowly misses flushes, and gets the whole of its views
 * when it has caught up.
 */
#include "station/station_int.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

struct watcher {
	struct session *who;
	uint32_t views; /* of the session that show exactly these tags */
	bool behind;    /* has missed a flush */
};

struct watch {
	uint32_t *tags; /* ascending, each once */
	uint32_t n;
	bool *is_dirty; /* by place in tags */
	uint32_t *dirty;
	uint32_t n_dirty;
	struct mono due; /* of the next flush; MONO_NEVER when nothing is dirty */
	struct mono flushed;
	struct watcher *watchers;
	size_t n_watchers;
};

/* --- the set of watches ------------------------------------------------------------ */

static struct watch *find_watch(const struct station *s, const uint32_t *tags, uint32_t n)
{
	for (size_t i = 0; i < s->n_watches; i++) {
		struct watch *w = s->watches[i];

		if (w->n == n && memcmp(w->tags, tags, n * sizeof(*tags)) == 0)
			return w;
	}
	return NULL;
}

static struct watch *make_watch(struct station *s, const uint32_t *tags, uint32_t n)
{
	struct watch *w = xcalloc(1, sizeof(*w));

	w->tags = xcalloc(n + 1, sizeof(*w->tags));
	w->dirty = xcalloc(n + 1, sizeof(*w->dirty));
	w->is_dirty = xcalloc(n + 1, sizeof(*w->is_dirty));
	w->n = n;
	w->due = MONO_NEVER;
	for (uint32_t i = 0; i < n; i++) {
		struct tag_rare *t = tag_rare(&s->tags[tags[i]]);

		w->tags[i] = tags[i];
		*GROW(&t->watched, &t->n_watched) = (struct tag_watched){ w, i };
	}
	*GROW(&s->watches, &s->n_watches) = w;
	return w;
}

static void free_watch(struct watch *w)
{
	free(w->tags);
	free(w->is_dirty);
	free(w->dirty);
	free(w->watchers);
	free(w);
}

static void forget_tag(struct tag_live *t, const struct watch *w)
{
	for (size_t i = 0; i < t->rare->n_watched; i++)
		if (t->rare->watched[i].watch == w) {
			struct tag_rare *r = tag_rare(t);

			r->watched[i] = r->watched[--r->n_watched];
			tag_rare_tidy(t);
			return;
		}
}

static void drop_watch(struct station *s, struct watch *w)
{
	for (uint32_t i = 0; i < w->n; i++)
		forget_tag(&s->tags[w->tags[i]], w);
	for (size_t i = 0; i < s->n_watches; i++)
		if (s->watches[i] == w) {
			s->watches[i] = s->watches[--s->n_watches];
			break;
		}
	free_watch(w);
}

void watches_release(struct station *s)
{
	for (size_t i = 0; i < s->n_watches; i++)
		free_watch(s->watches[i]);
	free(s->watches);
}

/* --- who looks --------------------------------------------------------------------- */

static struct watcher *find_watcher(const struct watch *w, const struct session *who)
{
	for (size_t i = 0; i < w->n_watchers; i++)
		if (w->watchers[i].who == who)
			return &w->watchers[i];
	return NULL;
}

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static uint32_t sort_and_thin(uint32_t *tags, uint32_t n)
{
	uint32_t kept = 0;

	qsort(tags, n, sizeof(*tags), ascending);
	for (uint32_t i = 0; i < n; i++)
		if (i == 0 || tags[i] != tags[kept - 1])
			tags[kept++] = tags[i];
	return kept;
}

struct watch *watch_join(struct station *s, struct session *who, uint32_t *tags,
			 uint32_t n)
{
	struct watch *w;
	struct watcher *me;

	n = sort_and_thin(tags, n);
	w = find_watch(s, tags, n);
	if (!w)
		w = make_watch(s, tags, n);
	me = find_watcher(w, who);
	if (!me) {
		me = GROW(&w->watchers, &w->n_watchers);
		*me = (struct watcher){ .who = who };
	}
	me->views++;
	return w;
}

void watch_leave(struct station *s, struct session *who, struct watch *w)
{
	struct watcher *me = find_watcher(w, who);

	if (--me->views > 0)
		return;
	*me = w->watchers[--w->n_watchers];
	if (w->n_watchers == 0)
		drop_watch(s, w);
}

/* --- what changed ------------------------------------------------------------------ */

/* After a pause a change is told at once; while they flow, at a pace the sockets and the
 * consoles can well stand. */
static struct mono next_flush(const struct station *s, const struct watch *w)
{
	struct mono soon = mono_add_ms(s->now.mono, SESSION_SETTLE_MS);
	struct mono paced = mono_add_ms(w->flushed, SESSION_VALUES_MS);

	return soon.ns > paced.ns ? soon : paced;
}

void watch_touch(struct station *s, uint32_t tag)
{
	const struct tag_rare *t = s->tags[tag].rare;

	for (size_t i = 0; i < t->n_watched; i++) {
		struct watch *w = t->watched[i].watch;
		uint32_t at = t->watched[i].at;

		if (w->is_dirty[at])
			continue;
		w->is_dirty[at] = true;
		w->dirty[w->n_dirty++] = at;
		if (w->due.ns == INT64_MAX)
			w->due = next_flush(s, w);
	}
}

void station_wire_value(const struct station *s, uint32_t tag, struct wire_value *v)
{
	const struct sample *now = tag_db_get(s->db, tag);

	*v = (struct wire_value){
		.tag = tag,
		.quality = now->quality,
		.leased = (uint8_t)write_gate_lease(s->gate, tag),
		.source_ms = now->source_time.ms,
		/* the age, counted on the clock that does not step */
		.server_ms = s->now.wall.ms - mono_ms_between(now->taken, s->now.mono),
		.value = now->value,
	};
	if (now->taken.ns == 0)
		v->server_ms = 0;
	station_alarm_mark(s, tag, v);
}

/* --- telling ----------------------------------------------------------------------- */

/* places NULL = all of them. */
static void encode(struct station *s, const struct watch *w, const uint32_t *places,
		   uint32_t n)
{
	struct wire_value v;
	size_t at;

	strbuf_clear(&s->frame);
	at = wire_begin(&s->frame, WIRE_VALUES);
	for (uint32_t i = 0; i < n; i++) {
		station_wire_value(s, w->tags[places ? places[i] : i], &v);
		wire_put_value(&s->frame, &v);
		if (s->frame.len - at < WIRE_VALUES_BYTES)
			continue;
		wire_end(&s->frame, at);
		at = wire_begin(&s->frame, WIRE_VALUES);
	}
	wire_end(&s->frame, at);
}

void watch_tell_all(struct station *s, struct session *who, struct watch *w)
{
	struct watcher *me = find_watcher(w, who);

	me->behind = who->queued > SESSION_HIGH;
	if (me->behind || w->n == 0)
		return;
	encode(s, w, NULL, w->n);
	station_send(s, who, &s->frame);
}

/* The sessions that take it now; the others are behind from here on. */
static size_t choose(struct station *s, struct watch *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n_watchers; i++) {
		struct watcher *me = &w->watchers[i];

		if (me->who->queued > SESSION_HIGH)
			me->behind = true;
		else
			s->chosen[n++] = me->who;
	}
	return n;
}

static void flush(struct station *s, struct watch *w)
{
	size_t n = choose(s, w);

	w->due = MONO_NEVER;
	w->flushed = s->now.mono;
	if (n > 0) {
		encode(s, w, w->dirty, w->n_dirty);
		station_send_each(s, s->chosen, n, &s->frame);
	}
	for (uint32_t i = 0; i < w->n_dirty; i++)
		w->is_dirty[w->dirty[i]] = false;
	w->n_dirty = 0;
}

void watches_tick(struct station *s)
{
	for (size_t i = 0; i < s->n_watches; i++)
		if (mono_reached(s->now.mono, s->watches[i]->due))
			flush(s, s->watches[i]);
}

struct mono watches_deadline(const struct station *s)
{
	struct mono next = MONO_NEVER;

	for (size_t i = 0; i < s->n_watches; i++)
		next = mono_earlier(next, s->watches[i]->due);
	return next;
}

void watches_caught_up(struct station *s, struct session *who)
{
	for (size_t i = 0; i < s->n_watches; i++) {
		const struct watcher *me = find_watcher(s->watches[i], who);

		if (me && me->behind)
			watch_tell_all(s, who, s->watches[i]);
	}
}
