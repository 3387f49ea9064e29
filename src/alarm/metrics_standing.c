/*
 * metrics_standing.c - what is known of all alarms after some rows, as bytes: a report
 * goes on from there instead of from the first row of the journal.
 *
 * Bytes know all alarms; a report may choose some by area and class. That is exact as
 * long as an alarm never changed either, and no flood is on: a flood of all alarms says
 * nothing of one of some, but where there is none of all, there is none of some.
 */
#include "alarm/metrics_int.h"

#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { VERSION = 1, TEXT_MAX = 4096 };

enum { /* of an actor */
       BIT_COUNTED = 1,
       BIT_ACTIVE = 2,
       BIT_ACTED = 4,
       BIT_HEARD = 8,
       BIT_MIXED = 16
};

int64_t alarm_metrics_latest(const struct alarm_metrics *m)
{
	return m->latest;
}

bool alarm_metrics_is_calm(const struct alarm_metrics *m)
{
	return !m->flood.on;
}

size_t alarm_metrics_alarms(const struct alarm_metrics *m)
{
	return m->n_actors;
}

struct wall alarm_metrics_from(const struct alarm_metrics *m)
{
	return (struct wall){ m->from };
}

struct wall alarm_metrics_to(const struct alarm_metrics *m)
{
	return (struct wall){ m->to };
}

bool alarm_metrics_chooses(const struct alarm_metrics *m)
{
	return m->n_areas > 0 || m->class_name;
}

/* --- an alarm -------------------------------------------------------------------- */

static void put_text(struct strbuf *w, const char *text)
{
	bytes_put_str(w, text ? text : "");
}

static void put_actor(struct strbuf *w, const struct actor *a)
{
	put_text(w, a->pub.name);
	put_text(w, a->pub.area);
	put_text(w, a->pub.type);
	put_text(w, a->pub.unit);
	put_text(w, a->class_name);
	bytes_put_u8(w, (uint8_t)a->pub.priority);
	bytes_put_u8(w,
		     (uint8_t)((a->counted ? BIT_COUNTED : 0) |
			       (a->active ? BIT_ACTIVE : 0) | (a->acted ? BIT_ACTED : 0) |
			       (a->heard ? BIT_HEARD : 0) | (a->mixed ? BIT_MIXED : 0)));
	bytes_put_u8(w, a->flags);
	bytes_put_u64(w, a->occurrence);
	bytes_put_i64(w, a->since);
	bytes_put_i64(w, a->came);
	bytes_put_i64(w, a->gone);
	bytes_put_i64(w, a->seen_since);
	bytes_put_i64(w, a->last.on_ms);
	bytes_put_i64(w, a->last.off_ms);
	bytes_put_f64(w, a->last.value);
	bytes_put_f64(w, a->last.limit);
	bytes_put_u8(w, (uint8_t)a->n_before);
	for (uint32_t i = 0; i < a->n_before; i++)
		bytes_put_i64(w, a->before[i]);
	bytes_put_u8(w, (uint8_t)a->n_waiting);
	for (uint32_t i = 0; i < a->n_waiting; i++) {
		bytes_put_u64(w, a->waiting[i].occurrence);
		bytes_put_i64(w, a->waiting[i].since);
	}
}

/* The texts of an actor while it is read. */
struct names {
	char name[TEXT_MAX], area[TEXT_MAX], type[TEXT_MAX], unit[TEXT_MAX],
		class_name[TEXT_MAX];
};

static void get_waiting(struct bytes_reader *in, struct actor *a)
{
	a->n_waiting = bytes_count(in, WAITING_MAX);
	if (a->n_waiting)
		a->waiting = xcalloc(WAITING_MAX, sizeof(*a->waiting));
	for (uint32_t i = 0; i < a->n_waiting; i++) {
		a->waiting[i].occurrence = bytes_u64(in);
		a->waiting[i].since = bytes_i64(in);
	}
}

/* Without its texts, which are not kept yet. */
static void get_actor(struct bytes_reader *in, struct names *n, struct actor *a)
{
	uint8_t priority, bits;

	*a = (struct actor){ 0 };
	bytes_str(in, n->name, TEXT_MAX);
	bytes_str(in, n->area, TEXT_MAX);
	bytes_str(in, n->type, TEXT_MAX);
	bytes_str(in, n->unit, TEXT_MAX);
	bytes_str(in, n->class_name, TEXT_MAX);
	priority = bytes_u8(in);
	a->pub.priority = (enum alarm_priority)priority;
	bits = bytes_u8(in);
	a->counted = bits & BIT_COUNTED;
	a->active = bits & BIT_ACTIVE;
	a->acted = bits & BIT_ACTED;
	a->heard = bits & BIT_HEARD;
	a->mixed = bits & BIT_MIXED;
	a->flags = bytes_u8(in);
	a->occurrence = bytes_u64(in);
	a->since = bytes_i64(in);
	a->came = bytes_i64(in);
	a->gone = bytes_i64(in);
	a->seen_since = bytes_i64(in);
	a->last.on_ms = bytes_i64(in);
	a->last.off_ms = bytes_i64(in);
	a->last.value = bytes_f64(in);
	a->last.limit = bytes_f64(in);
	a->n_before = bytes_count(in, ALARM_CHATTER_TIMES - 1);
	for (uint32_t i = 0; i < a->n_before; i++)
		a->before[i] = bytes_i64(in);
	get_waiting(in, a);
}

/* --- the flood --------------------------------------------------------------------- */

static uint32_t in_window(const struct alarm_metrics *m)
{
	return m->flood.n < ALARM_FLOOD_OVER ? m->flood.n : ALARM_FLOOD_OVER;
}

/* The i-th of those in a calm window, oldest first. */
static const struct metrics_recent *recent_at(const struct alarm_metrics *m, uint32_t i)
{
	return &m->recent[(m->n_recent - in_window(m) + i) % ALARM_FLOOD_OVER];
}

static void put_flood(struct strbuf *w, const struct alarm_metrics *m)
{
	const struct alarm_flood *f = &m->flood;
	uint32_t used = 0;

	bytes_put_u8(w, f->begun);
	bytes_put_u8(w, f->on);
	bytes_put_i64(w, f->second);
	bytes_put_i64(w, f->since);
	bytes_put_u32(w, f->peak);
	bytes_put_u64(w, f->total);
	for (uint32_t i = 0; i < ALARM_FLOOD_WINDOW_S; i++)
		used += f->ring[i] > 0;
	bytes_put_u32(w, f->on ? used : in_window(m));
	for (uint32_t i = 0; f->on && i < ALARM_FLOOD_WINDOW_S; i++) {
		if (!f->ring[i])
			continue;
		bytes_put_u32(w, i);
		bytes_put_u32(w, f->ring[i]);
	}
	for (uint32_t i = 0; !f->on && i < in_window(m); i++) {
		bytes_put_i64(w, recent_at(m, i)->second);
		bytes_put_u32(w, recent_at(m, i)->actor);
	}
}

static void add_to_window(struct alarm_metrics *m, int64_t second, uint32_t actor)
{
	int64_t at = second % ALARM_FLOOD_WINDOW_S;

	m->flood.ring[at < 0 ? at + ALARM_FLOOD_WINDOW_S : at]++;
	m->flood.n++;
	m->recent[m->n_recent++ % ALARM_FLOOD_OVER] =
		(struct metrics_recent){ second, actor };
}

/* at[]: where the actor of the bytes is now; UINT32_MAX = it was not chosen. */
static bool get_flood(struct bytes_reader *in, struct alarm_metrics *m,
		      const uint32_t *at, uint32_t n_actors)
{
	struct alarm_flood *f = &m->flood;
	uint32_t n;

	*f = (struct alarm_flood){ .begun = bytes_u8(in) };
	f->on = bytes_u8(in);
	f->second = bytes_i64(in);
	f->since = bytes_i64(in);
	f->peak = bytes_u32(in);
	f->total = bytes_u64(in);
	n = bytes_u32(in);
	if (n > (f->on ? ALARM_FLOOD_WINDOW_S : ALARM_FLOOD_OVER))
		return false;
	for (uint32_t i = 0; f->on && i < n; i++) {
		uint32_t second = bytes_u32(in), count = bytes_u32(in);

		f->ring[second % ALARM_FLOOD_WINDOW_S] = count;
		f->n += count;
	}
	for (uint32_t i = 0; !f->on && i < n; i++) {
		int64_t second = bytes_i64(in);
		uint32_t actor = bytes_u32(in);

		if (actor >= n_actors)
			return false;
		if (at[actor] != UINT32_MAX)
			add_to_window(m, second, at[actor]);
	}
	return true;
}

/* --- all of it -------------------------------------------------------------------- */

bool alarm_metrics_put(const struct alarm_metrics *m, struct strbuf *w)
{
	if (m->r.too_many)
		return false;
	bytes_put_u8(w, VERSION);
	bytes_put_i64(w, m->t);
	bytes_put_i64(w, m->latest);
	bytes_put_u64(w, m->r.rows_before);
	bytes_put_u32(w, (uint32_t)m->n_actors);
	for (size_t i = 0; i < m->n_actors; i++)
		put_actor(w, &m->actors[i]);
	put_flood(w, m);
	return !w->truncated;
}

static void keep_actor(struct alarm_metrics *m, const struct names *n,
		       const struct actor *got)
{
	struct actor *a = metrics_new_actor(m, n->name);
	const char *name = a->pub.name;

	*a = *got;
	a->pub.name = name;
	a->pub.area = arena_keep(m->texts, n->area);
	a->pub.type = arena_keep(m->texts, n->type);
	a->pub.unit = arena_keep(m->texts, n->unit);
	a->class_name = arena_keep(m->texts, n->class_name);
	metrics_weigh(m, a, +1);
}

/* UINT32_MAX in at[] for those that are not chosen. False: it cannot be told. */
static bool get_actors(struct bytes_reader *in, struct alarm_metrics *m, uint32_t *at,
		       uint32_t n)
{
	bool chooses = alarm_metrics_chooses(m), fine = true;
	struct names *names = xcalloc(1, sizeof(*names));

	for (uint32_t i = 0; i < n && fine; i++) {
		struct actor a;

		get_actor(in, names, &a);
		at[i] = UINT32_MAX;
		fine = !in->failed && !(chooses && a.mixed);
		if (fine && metrics_is_chosen(m, names->area, names->class_name)) {
			at[i] = (uint32_t)m->n_actors;
			keep_actor(m, names, &a);
		} else {
			free(a.waiting);
		}
	}
	free(names);
	return fine;
}

static void forget_all(struct alarm_metrics *m)
{
	for (size_t i = 0; i < m->n_actors; i++)
		free(m->actors[i].waiting);
	free(m->actors);
	m->actors = NULL;
	m->n_actors = 0;
	strmap_free(m->by_name);
	m->by_name = strmap_new();
	memset(m->level, 0, sizeof(m->level));
	m->flood = (struct alarm_flood){ 0 };
	m->n_recent = 0;
	m->t = m->latest = NEVER_MS;
	m->r.rows_before = 0;
}

static bool resume(struct bytes_reader *in, struct alarm_metrics *m)
{
	uint32_t n, *at;
	bool fine;

	if (bytes_u8(in) != VERSION)
		return false;
	m->t = bytes_i64(in);
	m->latest = bytes_i64(in);
	m->r.rows_before = bytes_u64(in);
	n = bytes_u32(in);
	if (n > ALARM_METRICS_ALARMS || m->latest >= m->from)
		return false;
	at = xcalloc(n + 1, sizeof(*at));
	fine = get_actors(in, m, at, n) && get_flood(in, m, at, n) && bytes_done(in) &&
	       !(m->flood.on && alarm_metrics_chooses(m));
	free(at);
	return fine;
}

bool alarm_metrics_resume(struct alarm_metrics *m, const void *p, size_t n)
{
	struct bytes_reader in = bytes_reader(p, n);

	if (resume(&in, m))
		return true;
	forget_all(m);
	return false;
}
