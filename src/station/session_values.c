/*
 * session_values.c - views: which tags a session looks at, and what it has not been told
 * of them yet. Newest wins: a slot is dirty or it is not, however often its tag moved.
 */
#include "station/station_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum { VIEWS_MAX = 64 };

/* --- slots: one a tag, however many views show it -------------------------------- */

static uint32_t free_slot(struct session *who)
{
	if (who->n_spare)
		return who->spare[--who->n_spare];
	GROW(&who->slots, &who->n_slots);
	return (uint32_t)(who->n_slots - 1);
}

static uint32_t take_slot(struct station *s, struct session *who, uint32_t tag)
{
	struct tag_live *t = &s->tags[tag];
	struct tag_sub *sub;
	uint32_t slot;

	for (size_t i = 0; i < t->n_subs; i++)
		if (t->subs[i].session == who) {
			who->slots[t->subs[i].slot].views++;
			return t->subs[i].slot;
		}
	slot = free_slot(who);
	who->slots[slot] = (struct slot){ .tag = tag, .views = 1 };
	sub = GROW(&t->subs, &t->n_subs);
	*sub = (struct tag_sub){ who, slot };
	return slot;
}

static void drop_sub(struct tag_live *t, const struct session *who)
{
	for (size_t i = 0; i < t->n_subs; i++)
		if (t->subs[i].session == who) {
			t->subs[i] = t->subs[--t->n_subs];
			return;
		}
}

static void leave_slot(struct station *s, struct session *who, uint32_t slot)
{
	if (--who->slots[slot].views > 0)
		return;
	drop_sub(&s->tags[who->slots[slot].tag], who);
	who->slots[slot].dirty = false; /* its place in the dirty list is void */
	*GROW(&who->spare, &who->n_spare) = slot;
}

/* --- views ----------------------------------------------------------------------- */

static struct view *find_view(struct session *who, uint32_t number)
{
	for (size_t i = 0; i < who->n_views; i++)
		if (who->views[i].number == number)
			return &who->views[i];
	return NULL;
}

static void empty_view(struct station *s, struct session *who, struct view *v)
{
	for (size_t i = 0; i < v->n; i++)
		leave_slot(s, who, v->slots[i]);
	free(v->slots);
	v->slots = NULL;
	v->n = 0;
}

void session_unsubscribe(struct station *s, struct session *who, uint32_t number)
{
	struct view *v = find_view(who, number);

	if (!v)
		return;
	empty_view(s, who, v);
	*v = who->views[--who->n_views];
}

void session_values_release(struct station *s, struct session *who)
{
	for (size_t i = 0; i < who->n_views; i++)
		empty_view(s, who, &who->views[i]);
	free(who->views);
	free(who->slots);
	free(who->spare);
	free(who->dirty);
	who->views = NULL;
	who->slots = NULL;
	who->spare = who->dirty = NULL;
	who->n_views = who->n_slots = who->n_spare = 0;
	who->n_dirty = who->cap_dirty = 0;
	who->values_due = NEVER;
}

/* --- dirty
 * -------------------------------------------------------------------------------------
 */

static void make_dirty(struct session *who, uint32_t slot)
{
	if (who->slots[slot].dirty)
		return;
	if (who->n_dirty == who->cap_dirty) {
		who->cap_dirty = who->cap_dirty ? 2 * who->cap_dirty : 128;
		who->dirty =
			xreallocarray(who->dirty, who->cap_dirty, sizeof(*who->dirty));
	}
	who->slots[slot].dirty = true;
	who->dirty[who->n_dirty++] = slot;
}

void session_touch(struct station *s, uint32_t tag)
{
	struct tag_live *t = &s->tags[tag];

	for (size_t i = 0; i < t->n_subs; i++) {
		struct session *who = t->subs[i].session;

		make_dirty(who, t->subs[i].slot);
		if (who->values_due.ns == INT64_MAX && who->queued <= SESSION_HIGH)
			who->values_due = mono_add_ms(s->now.mono, SESSION_VALUES_MS);
	}
}

void station_wire_value(const struct station *s, uint32_t tag, struct wire_value *v)
{
	const struct sample *now = tag_db_get(s->db, tag);

	*v = (struct wire_value){
		.tag = tag,
		.quality = now->quality,
		.leased = write_gate_leased(s->gate, tag),
		.source_ms = now->source_time.ms,
		/* the age, counted on the clock that does not step */
		.server_ms = s->now.wall.ms - mono_ms_between(now->taken, s->now.mono),
		.value = now->value,
	};
	if (now->taken.ns == 0)
		v->server_ms = 0;
	station_alarm_mark(s, tag, v);
}

void session_flush_values(struct station *s, struct session *who)
{
	size_t at;

	who->values_due = NEVER;
	if (who->queued > SESSION_HIGH || who->n_dirty == 0)
		return;
	strbuf_clear(&s->frame);
	at = wire_begin(&s->frame, WIRE_VALUES);
	for (size_t i = 0; i < who->n_dirty; i++) {
		struct slot *slot = &who->slots[who->dirty[i]];
		struct wire_value v;

		if (!slot->dirty)
			continue; /* left since, or told already */
		slot->dirty = false;
		station_wire_value(s, slot->tag, &v);
		wire_put_value(&s->frame, &v);
		if (s->frame.len - at < WIRE_VALUES_BYTES)
			continue;
		wire_end(&s->frame, at);
		at = wire_begin(&s->frame, WIRE_VALUES);
	}
	who->n_dirty = 0;
	wire_end(&s->frame, at);
	station_send(s, who, &s->frame);
}

/* --- subscribing ----------------------------------------------------------------- */

static void add_limits(const struct station *s, uint32_t tag, struct wire_tag_info *info)
{
	size_t n;
	const uint32_t *on = tag_db_dependents(s->db, tag, TAG_DEP_ALARM, &n);

	for (size_t i = 0; i < n && info->n_limits < WIRE_LIMITS_MAX; i++) {
		const struct alarm_def *d = alarm_engine_def(s->alarms, on[i]);

		if (!d || !d->type->needs_limit || s->alarm[on[i]].tag != tag)
			continue;
		info->limits[info->n_limits++] = (struct wire_limit){
			.value = d->limit,
			.high = strcmp(d->type->name, "high") == 0,
			.priority = (uint8_t)d->priority,
		};
	}
}

void station_tag_info(const struct station *s, uint32_t tag, const char *asked,
		      struct wire_tag_info *info)
{
	const struct tag_def *d;

	*info = (struct wire_tag_info){ .tag = tag };
	snprintf(info->name, sizeof(info->name), "%s", asked);
	if (tag == TAG_NONE)
		return;
	d = s->tags[tag].def;
	snprintf(info->area, sizeof(info->area), "%s", d->area);
	snprintf(info->description, sizeof(info->description), "%s", d->description);
	snprintf(info->unit, sizeof(info->unit), "%s", d->unit);
	info->type = (uint8_t)d->type;
	info->decimals = (uint8_t)d->decimals;
	info->has_range = d->has_range;
	info->writable = s->tags[tag].point != NULL;
	info->lo = d->lo;
	info->hi = d->hi;
	add_limits(s, tag, info);
}

/* Tells what each name is, in order, and takes a slot for those that exist. */
static void fill_view(struct station *s, struct session *who, struct view *v,
		      const struct wire_subscribe *m)
{
	strbuf_clear(&s->frame);
	v->slots = xcalloc(m->n, sizeof(*v->slots));
	for (size_t i = 0; i < m->n; i++) {
		uint32_t tag = tag_db_find(s->db, m->names[i]);
		struct wire_tag_info info;

		station_tag_info(s, tag, m->names[i], &info);
		wire_put_tag_info(&s->frame, &info);
		if (tag == TAG_NONE)
			continue;
		v->slots[v->n] = take_slot(s, who, tag);
		make_dirty(who, v->slots[v->n++]);
	}
	station_send(s, who, &s->frame);
}

void session_subscribe(struct station *s, struct session *who,
		       const struct wire_subscribe *m)
{
	struct view *v = find_view(who, m->view), before = { 0 };

	if (!v && who->n_views >= VIEWS_MAX) {
		session_goodbye(s, who, "more than %d views at once", VIEWS_MAX);
		return;
	}
	if (!v)
		v = GROW(&who->views, &who->n_views);
	else
		before = *v;
	*v = (struct view){ .number = m->view };
	fill_view(s, who, v, m);
	empty_view(s, who, &before);
	session_flush_values(s, who); /* the whole view, at once */
}
