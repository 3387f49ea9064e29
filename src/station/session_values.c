/*
 * session_values.c - the views of a session: lists of tags it asked for by name, each
 * looked at through a watch (watches.c) that sessions with the same tags share.
 */
#include "station/station_int.h"

#include <stdio.h>
#include <stdlib.h>

#include "alarm/type.h"
#include "util/xalloc.h"

enum { VIEWS_MAX = 64 };

static struct view *find_view(struct session *who, uint32_t number)
{
	for (size_t i = 0; i < who->n_views; i++)
		if (who->views[i].number == number)
			return &who->views[i];
	return NULL;
}

void session_unsubscribe(struct station *s, struct session *who, uint32_t number)
{
	struct view *v = find_view(who, number);

	if (!v)
		return;
	watch_leave(s, who, v->watch);
	*v = who->views[--who->n_views];
}

void session_values_release(struct station *s, struct session *who)
{
	for (size_t i = 0; i < who->n_views; i++)
		watch_leave(s, who, who->views[i].watch);
	free(who->views);
	who->views = NULL;
	who->n_views = 0;
}

/* --- subscribing ----------------------------------------------------------------- */

static void add_limits(const struct station *s, uint32_t tag, struct wire_tag_info *info)
{
	size_t n;
	const uint32_t *on = tag_db_dependents(s->db, tag, TAG_DEP_ALARM, &n);

	for (size_t i = 0; i < n && info->n_limits < WIRE_LIMITS_MAX; i++) {
		const struct alarm_def *d = alarm_engine_def(s->alarms, on[i]);

		if (!d || !alarm_has_scale_limit(d) || s->alarm[on[i]].tag != tag)
			continue;
		info->limits[info->n_limits++] = (struct wire_limit){
			.value = d->limit,
			.high = d->type->upper,
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
	info->has_range = d->numbers->has_range;
	info->writable = s->tags[tag].rare->point != NULL;
	if (info->writable) {
		info->wants = (uint16_t)write_wants(s->tags[tag].rare->point,
						    s->def->access.single_in_emergency);
		snprintf(info->words, sizeof(info->words), "%s",
			 d->write->words ? d->write->words : "");
	}
	info->lo = d->numbers->lo;
	info->hi = d->numbers->hi;
	add_limits(s, tag, info);
}

/* Tells what each name is, in order, and looks at those that exist. */
static struct watch *open_view(struct station *s, struct session *who,
			       const struct wire_subscribe *m)
{
	uint32_t *tags = xcalloc(m->n + 1, sizeof(*tags)), n = 0;
	struct wire_tag_info info;
	struct watch *w;

	strbuf_clear(&s->frame);
	for (size_t i = 0; i < m->n; i++) {
		uint32_t tag = tag_db_find(s->db, m->names[i]);

		station_tag_info(s, tag, m->names[i], &info);
		wire_put_tag_info(&s->frame, &info);
		if (tag != TAG_NONE)
			tags[n++] = tag;
	}
	station_send(s, who, &s->frame);
	w = watch_join(s, who, tags, n);
	free(tags);
	return w;
}

void session_subscribe(struct station *s, struct session *who,
		       const struct wire_subscribe *m)
{
	struct view *v = find_view(who, m->view);
	struct watch *before = v ? v->watch : NULL;

	if (!v && who->n_views >= VIEWS_MAX) {
		session_goodbye(s, who, "more than %d views at once", VIEWS_MAX);
		return;
	}
	if (!v)
		v = GROW(&who->views, &who->n_views);
	*v = (struct view){ .number = m->view, .watch = open_view(s, who, m) };
	if (before)
		watch_leave(s, who, before);
	watch_tell_all(s, who, v->watch); /* the whole view, at once */
}
