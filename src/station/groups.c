/*
 * groups.c - alarms that belong together: of a first-out group the one that came first is
 * marked, and those that come while it stands are its followers; of an exclusive group
 * the worst alone is shown in full, the others are superseded by it (AM-09).
 *
 * Marks hide nothing and are stored with the alarm: a restart changes none. A first-out
 * group may ask that its followers be suppressed; then they are, from the moment its
 * first came until it is normal again. One that comes in the same step as its first does
 * not ring either: it is hidden before it comes.
 */
#include "station/suppress_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/strmap.h"
#include "util/xalloc.h"

#define NONE UINT32_MAX

/* --- building --------------------------------------------------------------------- */

void groups_release(struct suppress *u)
{
	for (size_t i = 0; i < u->n_groups; i++) {
		free(u->groups[i].name);
		free(u->groups[i].member);
	}
	free(u->groups);
	free(u->dirty);
}

/* Number + 1 of the group; a first-out and an exclusive one may share a name. */
static uint32_t join(struct station *s, struct strmap *numbers, const char *name,
		     bool exclusive, uint32_t alarm)
{
	struct suppress *u = s->suppress;
	struct alarm_group *g;
	int64_t number;

	if (!strmap_get(numbers, name, &number)) {
		g = GROW(&u->groups, &u->n_groups);
		*g = (struct alarm_group){ .name = xstrdup(name),
					   .exclusive = exclusive,
					   .first = NONE };
		number = (int64_t)u->n_groups;
		strmap_put(numbers, g->name, number);
	}
	g = &u->groups[number - 1];
	*GROW(&g->member, &g->n) = alarm;
	return (uint32_t)number;
}

void groups_build(struct station *s)
{
	struct strmap *first_out = strmap_new(), *exclusive = strmap_new();
	struct suppress *u = s->suppress;

	for (uint32_t i = 0; i < s->n_alarms; i++) {
		const struct alarm_def *d = alarm_engine_def(s->alarms, i);
		struct alarm_live *a = &s->alarm[i];
		const struct alarm_more *more;

		if (a->seldom->first_group || a->seldom->exclusive_group)
			alarm_seldom(a)->first_group = alarm_seldom(a)->exclusive_group =
				0;
		if (!d)
			continue;
		more = alarm_more(d);
		if (more->first_out) {
			uint32_t g = join(s, first_out, more->first_out, false, i);

			alarm_seldom(a)->first_group = g;
			u->groups[g - 1].hides |= more->first_out_hides;
		}
		if (more->exclusive)
			alarm_seldom(a)->exclusive_group =
				join(s, exclusive, more->exclusive, true, i);
	}
	u->dirty = xcalloc(u->n_groups + 1, sizeof(*u->dirty));
	strmap_free(first_out);
	strmap_free(exclusive);
}

/* --- first out ---------------------------------------------------------------------- */

static struct alarm_group *group_at(const struct station *s, uint32_t number)
{
	return number ? &s->suppress->groups[number - 1] : NULL;
}

static void mark_dirty(struct station *s, uint32_t number)
{
	struct suppress *u = s->suppress;

	if (!number || u->groups[number - 1].dirty)
		return;
	u->groups[number - 1].dirty = true;
	u->dirty[u->n_dirty++] = number - 1;
}

static enum alarm_first_out mark_of(const struct station *s, uint32_t alarm)
{
	const struct alarm_record *r = alarm_engine_record(s->alarms, alarm);

	return r ? (enum alarm_first_out)r->first_out : ALARM_NOT_FIRST_OUT;
}

static void came(struct station *s, struct alarm_group *g, uint32_t alarm)
{
	if (g->first == NONE)
		g->first = alarm;
	alarm_engine_mark(s->alarms, alarm,
			  g->first == alarm ? ALARM_FIRST : ALARM_FOLLOWER);
}

static void left(struct station *s, struct alarm_group *g, uint32_t alarm)
{
	alarm_engine_mark(s->alarms, alarm, ALARM_NOT_FIRST_OUT);
	if (g->first == alarm)
		g->first = NONE;
}

uint8_t groups_before(void *station, uint32_t alarm, char *reason, size_t size)
{
	const struct station *s = station;
	const struct alarm_group *g = NULL;

	if (s->suppress && s->alarm[alarm].seldom->first_group)
		g = &s->suppress->groups[s->alarm[alarm].seldom->first_group - 1];
	if (!g || !g->hides || g->first == NONE || g->first == alarm ||
	    suppress_stands(s, alarm))
		return 0;
	snprintf(reason, size, "%s came first",
		 alarm_engine_def(s->alarms, g->first)->name);
	return ALARM_SUP_FIRST_OUT;
}

/* Marks are set at once, before the row is told; what changes others waits. */
void groups_transition(struct station *s, const struct alarm_transition *t)
{
	const struct alarm_live *a = &s->alarm[t->alarm];
	struct alarm_group *g = group_at(s, a->seldom->first_group);

	if (g && t->record.state == ALARM_S_NORMAL)
		left(s, g, t->alarm);
	else if (g && (!mark_of(s, t->alarm) || t->event == ALARM_E_COME))
		came(s, g, t->alarm);
	mark_dirty(s, a->seldom->first_group);
	mark_dirty(s, a->seldom->exclusive_group);
}

/* Before another one: raised earlier, by its occurrence when at the same time. */
static bool is_older(const struct station *s, uint32_t a, uint32_t b)
{
	const struct alarm_record *x = alarm_engine_record(s->alarms, a);
	const struct alarm_record *y = alarm_engine_record(s->alarms, b);

	if (x->raised.ms != y->raised.ms)
		return x->raised.ms < y->raised.ms;
	return x->occurrence < y->occurrence;
}

/* Whoever is marked so stays the first. Where there are followers alone, their first has
 * left; where nobody has a mark, the oldest came first. */
static uint32_t find_first(const struct station *s, const struct alarm_group *g)
{
	uint32_t oldest[ALARM_FOLLOWER + 1] = { NONE, NONE, NONE };

	for (size_t i = 0; i < g->n; i++) {
		uint32_t *of = &oldest[mark_of(s, g->member[i])];

		if (suppress_stands(s, g->member[i]) &&
		    (*of == NONE || is_older(s, g->member[i], *of)))
			*of = g->member[i];
	}
	if (oldest[ALARM_FIRST] != NONE || oldest[ALARM_FOLLOWER] != NONE)
		return oldest[ALARM_FIRST];
	return oldest[ALARM_NOT_FIRST_OUT];
}

/* A mark that no transition carries to the disk. */
static void mark(struct station *s, uint32_t alarm, enum alarm_first_out m)
{
	const struct alarm_record *r = alarm_engine_record(s->alarms, alarm);

	if (!r || r->first_out == m)
		return;
	alarm_engine_mark(s->alarms, alarm, m);
	if (alarm_record_is_retained(r))
		station_put_alarm(s, station_batch(s), alarm, r);
}

static void mark_again(struct station *s, struct alarm_group *g)
{
	g->first = find_first(s, g);
	for (size_t i = 0; i < g->n; i++) {
		uint32_t alarm = g->member[i];

		mark(s, alarm,
		     !suppress_stands(s, alarm) ? ALARM_NOT_FIRST_OUT
		     : alarm == g->first        ? ALARM_FIRST
						: ALARM_FOLLOWER);
	}
}

static void supersede(struct station *s, uint32_t alarm, bool is)
{
	const struct alarm_record *r = alarm_engine_record(s->alarms, alarm);

	if (s->alarm[alarm].seldom->superseded == is)
		return;
	alarm_seldom(&s->alarm[alarm])->superseded = is;
	if (r && alarm_record_is_retained(r))
		station_tell_alarm(s, alarm);
}

void groups_mark_all(struct station *s)
{
	for (uint32_t i = 0; i < s->n_alarms; i++) {
		struct alarm_live *a = &s->alarm[i];

		if (!a->seldom->first_group)
			mark(s, i, ALARM_NOT_FIRST_OUT);
		if (!a->seldom->exclusive_group)
			supersede(s, i, false);
	}
	for (uint32_t i = 0; i < s->suppress->n_groups; i++) {
		if (!s->suppress->groups[i].exclusive)
			mark_again(s, &s->suppress->groups[i]);
		mark_dirty(s, i + 1);
	}
}

static void settle_first_out(struct station *s, struct alarm_group *g)
{
	char reason[128];

	if (!g->hides)
		return;
	if (g->first != NONE)
		snprintf(reason, sizeof(reason), "%s came first",
			 alarm_engine_def(s->alarms, g->first)->name);
	for (size_t i = 0; i < g->n; i++) {
		uint32_t alarm = g->member[i];
		bool has = suppress_bits(s, alarm) & ALARM_SUP_FIRST_OUT;
		bool wanted = g->first != NONE && g->first != alarm &&
			      (has || !suppress_stands(s, alarm));

		if (wanted && !has)
			suppress_set(s, alarm, ALARM_SUP_FIRST_OUT, reason);
		else if (has && !wanted)
			suppress_end(s, alarm, ALARM_SUP_FIRST_OUT);
	}
}

/* --- exclusive ------------------------------------------------------------------- */

/* What it shows would be seen if it were alone. */
static bool is_shown(const struct station *s, uint32_t alarm)
{
	const struct alarm_record *r = alarm_engine_record(s->alarms, alarm);

	return r && (r->state == ALARM_S_UNACK || r->state == ALARM_S_ACKED) &&
	       !(alarm_record_flags(r) & ALARM_F_HIDDEN);
}

/* By priority; of the same one the limit that is passed later. */
static bool is_worse(const struct station *s, uint32_t a, uint32_t b)
{
	const struct alarm_def *x = alarm_engine_def(s->alarms, a);
	const struct alarm_def *y = alarm_engine_def(s->alarms, b);
	double l = station_alarm_limit(s, a), m = station_alarm_limit(s, b);

	if (x->priority != y->priority)
		return x->priority < y->priority;
	if (x->type != y->type)
		return false;
	return strcmp(x->type->name, "low") == 0 ? l < m : l > m;
}

static void settle_exclusive(struct station *s, const struct alarm_group *g)
{
	uint32_t worst = NONE;

	for (size_t i = 0; i < g->n; i++)
		if (is_shown(s, g->member[i]) &&
		    (worst == NONE || is_worse(s, g->member[i], worst)))
			worst = g->member[i];
	for (size_t i = 0; i < g->n; i++)
		supersede(s, g->member[i],
			  worst != NONE && g->member[i] != worst &&
				  suppress_stands(s, g->member[i]));
}

void groups_settle(struct station *s)
{
	struct suppress *u = s->suppress;

	while (u->n_dirty) {
		struct alarm_group *g = &u->groups[u->dirty[--u->n_dirty]];

		g->dirty = false;
		if (g->exclusive)
			settle_exclusive(s, g);
		else
			settle_first_out(s, g);
	}
}
