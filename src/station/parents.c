/*
 * parents.c - a device that does not answer hides the alarms of its values' quality: its
 * own communication alarm says it all.
 *
 * A device that answers again has not yet told all its values: its alarms stay hidden
 * until theirs is good, for at most SETTLE_MS. So are those of a device that is new, or
 * not asked yet by a server that has just started.
 */
#include "station/suppress_int.h"

#include <stdio.h>
#include <stdlib.h>

#include "util/xalloc.h"

enum { SETTLE_MS = 10000 };

static bool is_active(const struct station *s, uint32_t alarm)
{
	const struct alarm_record *r = alarm_engine_record(s->alarms, alarm);

	return r && (r->state == ALARM_S_UNACK || r->state == ALARM_S_ACKED);
}

static void say_parent(const struct station *s, const struct suppress_parent *p,
		       char *out, size_t size)
{
	snprintf(out, size,
		 p->standing ? "communication with %s is lost"
			     : "the values of %s are awaited",
		 s->devices[p->device].name);
}

static struct suppress_parent *parent_of(const struct station *s, uint32_t alarm)
{
	uint32_t number = s->alarm[alarm].parent;

	return number ? &s->suppress->parents[number - 1] : NULL;
}

void parents_say(const struct station *s, uint32_t alarm, char *out, size_t size)
{
	say_parent(s, parent_of(s, alarm), out, size);
}

/* --- building ----------------------------------------------------------------------- */

static uint32_t comm_alarm(const struct station *s, const struct device_live *d)
{
	char name[TAG_NAME_MAX + 1];

	snprintf(name, sizeof(name), "system.%s.comm", d->name);
	return alarm_engine_find(s->alarms, name);
}

/* One row a device that has a communication alarm; number of the device's row + 1. */
static uint32_t *add_parents(struct station *s)
{
	struct suppress *u = s->suppress;
	uint32_t *row = xcalloc(s->n_devices + 1, sizeof(*row));

	for (uint32_t i = 0; i < s->n_devices; i++) {
		uint32_t comm =
			s->devices[i].def ? comm_alarm(s, &s->devices[i]) : UINT32_MAX;

		if (comm == UINT32_MAX)
			continue;
		*GROW(&u->parents, &u->n_parents) = (struct suppress_parent){
			.device = i, .comm = comm, .settle = MONO_NEVER
		};
		row[i] = (uint32_t)u->n_parents;
		s->alarm[comm].parent = row[i];
		s->devices[i].parent = row[i];
	}
	return row;
}

static void add_child(struct station *s, uint32_t alarm, const uint32_t *row)
{
	uint32_t tag = s->alarm[alarm].tag, device;
	struct suppress_parent *p;

	if (tag == TAG_NONE)
		return;
	device = s->tags[tag].device;
	if (device == NO_DEVICE || !row[device])
		return;
	p = &s->suppress->parents[row[device] - 1];
	*GROW(&p->child, &p->n) = alarm;
	s->alarm[alarm].parent = row[device];
}

/* Each of them waits in leaving once at most. */
static size_t count_parented(const struct station *s)
{
	size_t n = 0;

	for (uint32_t i = 0; i < s->n_alarms; i++)
		n += s->alarm[i].parent != 0;
	return n;
}

void parents_build(struct station *s)
{
	uint32_t *row;

	for (uint32_t i = 0; i < s->n_alarms; i++)
		s->alarm[i].parent = s->alarm[i].leaving = 0;
	for (uint32_t i = 0; i < s->n_devices; i++)
		s->devices[i].parent = 0;
	row = add_parents(s);
	for (uint32_t i = 0; i < s->n_alarms; i++) {
		const struct alarm_def *d = alarm_engine_def(s->alarms, i);

		if (d && d->type->of_quality)
			add_child(s, i, row);
	}
	free(row);
	s->suppress->leaving = xcalloc(count_parented(s) + 1, sizeof(uint32_t));
	s->suppress->settle_due = MONO_NEVER;
}

void parents_release(struct suppress *u)
{
	for (size_t i = 0; i < u->n_parents; i++)
		free(u->parents[i].child);
	free(u->parents);
	free(u->leaving);
}

/* --- what happens ------------------------------------------------------------------- */

void suppress_device(struct station *s, uint32_t device)
{
	if (!s->suppress || !s->devices[device].parent)
		return;
	s->suppress->parents[s->devices[device].parent - 1].changed = true;
	s->suppress->ask = true;
}

static void may_leave(struct station *s, uint32_t alarm)
{
	struct suppress *u = s->suppress;

	if (s->alarm[alarm].leaving)
		return;
	s->alarm[alarm].leaving = true;
	u->leaving[u->n_leaving++] = alarm;
}

void parents_transition(struct station *s, const struct alarm_transition *t)
{
	if (s->alarm[t->alarm].parent && t->from != t->to)
		may_leave(s, t->alarm);
}

/* Its value may have been told again without a transition of it. */
void suppress_judged(struct station *s, uint32_t alarm)
{
	if (suppress_bits(s, alarm) & ALARM_SUP_PARENT)
		may_leave(s, alarm);
}

/* --- lost, and found again ---------------------------------------------------------- */

static void hide(struct station *s, const struct suppress_parent *p)
{
	char reason[128];

	say_parent(s, p, reason, sizeof(reason));
	for (size_t i = 0; i < p->n; i++)
		suppress_set(s, p->child[i], ALARM_SUP_PARENT, reason);
}

static void lose(struct station *s, struct suppress_parent *p)
{
	p->standing = true;
	p->settle = MONO_NEVER;
	hide(s, p);
}

/* All that is left to hide has been told again, or had its time. */
static bool may_show(const struct station *s, uint32_t alarm)
{
	const struct alarm_live *a = &s->alarm[alarm];

	return !is_active(s, alarm) &&
	       quality_is_good(tag_db_get(s->db, a->tag)->quality);
}

static void show_again(struct station *s, struct suppress_parent *p, bool all)
{
	for (size_t i = 0; i < p->n; i++)
		if (suppress_bits(s, p->child[i]) & ALARM_SUP_PARENT &&
		    (all || may_show(s, p->child[i])))
			suppress_end(s, p->child[i], ALARM_SUP_PARENT);
}

static void wait_for_values(struct station *s, struct suppress_parent *p)
{
	p->settle = mono_add_ms(s->now.mono, SETTLE_MS);
	s->suppress->settle_due = mono_earlier(s->suppress->settle_due, p->settle);
}

static void find_again(struct station *s, struct suppress_parent *p)
{
	p->standing = false;
	wait_for_values(s, p);
	show_again(s, p, false);
}

static void follow_comm(struct station *s, struct suppress_parent *p)
{
	bool stands = is_active(s, p->comm);

	if (stands && !p->standing)
		lose(s, p);
	else if (!stands && p->standing)
		find_again(s, p);
}

/* One that had a transition: a communication alarm, or an alarm below one. */
static void follow(struct station *s, uint32_t alarm)
{
	struct suppress_parent *p = parent_of(s, alarm);

	if (!p)
		return;
	if (alarm == p->comm)
		follow_comm(s, p);
	else if (!p->standing && suppress_bits(s, alarm) & ALARM_SUP_PARENT &&
		 may_show(s, alarm))
		suppress_end(s, alarm, ALARM_SUP_PARENT);
}

struct mono suppress_deadline(const struct station *s)
{
	return s->suppress->settle_due;
}

void suppress_tick(struct station *s)
{
	struct suppress *u = s->suppress;

	if (!mono_reached(s->now.mono, u->settle_due))
		return;
	u->settle_due = MONO_NEVER;
	for (size_t i = 0; i < u->n_parents; i++) {
		struct suppress_parent *p = &u->parents[i];

		if (!mono_reached(s->now.mono, p->settle)) {
			u->settle_due = mono_earlier(u->settle_due, p->settle);
			continue;
		}
		p->settle = MONO_NEVER;
		show_again(s, p, true);
	}
}

void parents_settle(struct station *s)
{
	struct suppress *u = s->suppress;

	while (u->n_leaving) {
		uint32_t alarm = u->leaving[--u->n_leaving];

		s->alarm[alarm].leaving = false;
		follow(s, alarm);
	}
}

/* --- after a restart or a reload ---------------------------------------------------- */

void parents_look_at_all(struct station *s)
{
	struct suppress *u = s->suppress;

	for (size_t i = 0; i < u->n_parents; i++) {
		struct suppress_parent *p = &u->parents[i];

		if (is_active(s, p->comm)) {
			lose(s, p);
			continue;
		}
		wait_for_values(s, p);
		if (!s->devices[p->device].connected)
			hide(s, p); /* it is new: nothing of it is known yet */
	}
}

/* --- in each step ------------------------------------------------------------------- */

/* A device that went: its own alarm comes before those it explains. */
void parents_ask(struct station *s)
{
	struct suppress *u = s->suppress;

	for (size_t i = 0; i < u->n_parents; i++) {
		struct suppress_parent *p = &u->parents[i];
		uint32_t tag = s->devices[p->device].connected_tag;

		if (!p->changed)
			continue;
		p->changed = false;
		if (tag != TAG_NONE)
			station_judge(s, tag);
		if (is_active(s, p->comm))
			follow_comm(s, p);
	}
	u->ask = false;
}
