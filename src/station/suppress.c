/*
 * suppress.c - what hides alarms by design: an expression that is true (T17), or a device
 * that does not answer while the alarms are of its values' quality.
 *
 * An operand that is not good decides nothing: the suppression stays as it is and none
 * begins. A device that answers again has not yet told all its values: its alarms stay
 * hidden until theirs is good, for at most SETTLE_MS. So are those of a device that is
 * new, or not asked yet by a server that has just started.
 */
#include "station/suppress_int.h"

#include <stdio.h>
#include <stdlib.h>

#include "util/xalloc.h"

enum { SETTLE_MS = 10000, ROUNDS_MAX = 8 };

void suppress_set(struct station *s, uint32_t alarm, uint8_t bit, const char *reason)
{
	alarm_engine_suppress(s->alarms, alarm, bit, 0, reason, s->now,
			      station_alarm_sink, s);
}

void suppress_end(struct station *s, uint32_t alarm, uint8_t bit)
{
	alarm_engine_suppress(s->alarms, alarm, 0, bit, NULL, s->now, station_alarm_sink,
			      s);
}

uint8_t suppress_bits(const struct station *s, uint32_t alarm)
{
	const struct alarm_record *r = alarm_engine_record(s->alarms, alarm);

	return r && r->extra ? r->extra->suppressed : 0;
}

bool suppress_stands(const struct station *s, uint32_t alarm)
{
	const struct alarm_record *r = alarm_engine_record(s->alarms, alarm);

	return r && r->state != ALARM_S_NORMAL;
}

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

/* The engine keeps the text of what began last; that may have ended before others. */
void suppress_say_why(const struct station *s, uint32_t alarm, uint8_t bits, char *out,
		      size_t size)
{
	const struct alarm_more *more = alarm_more(alarm_engine_def(s->alarms, alarm));
	const struct suppress_parent *p =
		s->alarm[alarm].parent ? &s->suppress->parents[s->alarm[alarm].parent - 1]
				       : NULL;
	struct strbuf text = STRBUF_INIT;
	char parent[128];

	if (bits & ALARM_SUP_EXPRESSION && more->suppress_when)
		strbuf_addf(&text, "%s", more->suppress_when);
	if (bits & ALARM_SUP_FIRST_OUT && more->first_out)
		strbuf_addf(&text, "%sfollows the first of %s", text.len ? "; " : "",
			    more->first_out);
	if (bits & ALARM_SUP_PARENT && p) {
		say_parent(s, p, parent, sizeof(parent));
		strbuf_addf(&text, "%s%s", text.len ? "; " : "", parent);
	}
	snprintf(out, size, "%s", text.len ? text.buf : "by design");
	strbuf_release(&text);
}

/* --- building --------------------------------------------------------------------- */

static void release_rules(struct suppress *u)
{
	for (size_t i = 0; i < u->n_rules; i++)
		expr_free(u->rules[i].when);
	for (size_t i = 0; i < u->n_parents; i++)
		free(u->parents[i].child);
	free(u->rules);
	free(u->waiting);
	free(u->parents);
	free(u->leaving);
	groups_release(u);
}

void suppress_release(struct station *s)
{
	if (!s->suppress)
		return;
	release_rules(s->suppress);
	free(s->suppress);
	s->suppress = NULL;
}

/* The loader has checked it: what does not compile here suppresses nothing. */
static void add_rule(struct station *s, uint32_t alarm, const struct alarm_def *d)
{
	struct suppress *u = s->suppress;
	struct expr *e = expr_compile(alarm_more(d)->suppress_when, NULL, &s->why, NULL);
	uint32_t number = (uint32_t)u->n_rules;

	if (!e) {
		station_log(s, LOG_L_ERROR, "%s: suppress_when: %s", d->name, s->why.buf);
		return;
	}
	for (size_t i = 0; i < expr_operand_count(e); i++) {
		uint32_t tag = tag_db_find(s->db, expr_operand_name(e, i));

		expr_bind(e, i, tag);
		if (tag != TAG_NONE)
			tag_db_depend(s->db, tag, TAG_DEP_EXPRESSION,
				      number | SUPPRESS_RULE);
	}
	*GROW(&u->rules, &u->n_rules) =
		(struct suppress_rule){ .alarm = alarm, .when = e };
}

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
			.device = i, .comm = comm, .settle = NEVER
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

void suppress_apply(struct station *s)
{
	uint32_t *row;

	suppress_release(s);
	s->suppress = xcalloc(1, sizeof(*s->suppress));
	for (uint32_t i = 0; i < s->n_alarms; i++)
		s->alarm[i].parent = s->alarm[i].leaving = 0;
	for (uint32_t i = 0; i < s->n_devices; i++)
		s->devices[i].parent = 0;
	row = add_parents(s);
	for (uint32_t i = 0; i < s->n_alarms; i++) {
		const struct alarm_def *d = alarm_engine_def(s->alarms, i);

		if (d && alarm_more(d)->suppress_when)
			add_rule(s, i, d);
		if (d && d->type->of_quality)
			add_child(s, i, row);
	}
	free(row);
	groups_build(s);
	s->suppress->waiting = xcalloc(s->suppress->n_rules + 1, sizeof(uint32_t));
	s->suppress->leaving = xcalloc(count_parented(s) + 1, sizeof(uint32_t));
	s->suppress->settle_due = NEVER;
	s->suppress->all = true;
}

/* --- what happens ----------------------------------------------------------------- */

void suppress_pend(struct station *s, uint32_t dependent)
{
	struct suppress *u = s->suppress;
	uint32_t number = dependent & ~SUPPRESS_RULE;

	if (u->rules[number].pending)
		return;
	u->rules[number].pending = true;
	u->waiting[u->n_waiting++] = number;
}

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

void suppress_transition(struct station *s, const struct alarm_transition *t)
{
	struct suppress *u = s->suppress;
	struct alarm_live *a = &s->alarm[t->alarm];

	if (!u)
		return;
	groups_transition(s, t);
	if (a->parent && t->from != t->to)
		may_leave(s, t->alarm);
}

/* Its value may have been told again without a transition of it. */
void suppress_judged(struct station *s, uint32_t alarm)
{
	if (suppress_bits(s, alarm) & ALARM_SUP_PARENT)
		may_leave(s, alarm);
}

/* --- expressions ------------------------------------------------------------------- */

/* 1 it is true, 0 it is not, -1 nobody knows. */
static int verdict(struct station *s, const struct suppress_rule *r)
{
	struct sample v = expr_eval(r->when, station_sample, s);
	double n;

	if (!quality_is_good(v.quality))
		return -1;
	if (v.value.type == VALUE_BOOL)
		return v.value.u.b;
	return value_number(&v.value, &n) ? n != 0 : -1;
}

static void begin_one(struct station *s, struct suppress_rule *r)
{
	char reason[128];
	int v = verdict(s, r);

	if (v > 0 && !(suppress_bits(s, r->alarm) & ALARM_SUP_EXPRESSION)) {
		snprintf(reason, sizeof(reason), "%s", expr_text(r->when));
		suppress_set(s, r->alarm, ALARM_SUP_EXPRESSION, reason);
	}
}

static void end_one(struct station *s, struct suppress_rule *r)
{
	r->pending = false;
	if (suppress_bits(s, r->alarm) & ALARM_SUP_EXPRESSION && verdict(s, r) == 0)
		suppress_end(s, r->alarm, ALARM_SUP_EXPRESSION);
}

/* --- lost communication ---------------------------------------------------------- */

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
	p->settle = NEVER;
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
	s->suppress->settle_due = earliest(s->suppress->settle_due, p->settle);
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
	struct suppress *u = s->suppress;
	uint32_t parent = s->alarm[alarm].parent;
	struct suppress_parent *p;

	if (!parent)
		return;
	p = &u->parents[parent - 1];
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
	u->settle_due = NEVER;
	for (size_t i = 0; i < u->n_parents; i++) {
		struct suppress_parent *p = &u->parents[i];

		if (!mono_reached(s->now.mono, p->settle)) {
			u->settle_due = earliest(u->settle_due, p->settle);
			continue;
		}
		p->settle = NEVER;
		show_again(s, p, true);
	}
}

/* --- all of it once: after a restart or a reload --------------------------------- */

/* Bits without what sets them: their rule, group or device is gone. */
static void drop_orphans(struct station *s)
{
	const struct suppress *u = s->suppress;
	uint8_t *has = xcalloc(s->n_alarms + 1, 1);

	for (size_t i = 0; i < u->n_rules; i++)
		has[u->rules[i].alarm] |= ALARM_SUP_EXPRESSION;
	for (size_t i = 0; i < u->n_parents; i++)
		for (size_t k = 0; k < u->parents[i].n; k++)
			has[u->parents[i].child[k]] |= ALARM_SUP_PARENT;
	for (size_t i = 0; i < u->n_groups; i++)
		for (size_t k = 0; u->groups[i].hides && k < u->groups[i].n; k++)
			has[u->groups[i].member[k]] |= ALARM_SUP_FIRST_OUT;
	for (uint32_t i = 0; i < s->n_alarms; i++) {
		uint8_t gone = (uint8_t)(suppress_bits(s, i) & ALARM_SUP_LOGIC & ~has[i]);

		if (gone)
			suppress_end(s, i, gone);
	}
	free(has);
}

/* Texts, priority and group of these may be others now. */
static void tell_redefined(struct station *s)
{
	for (uint32_t i = 0; i < s->n_alarms; i++) {
		const struct alarm_record *r = alarm_engine_record(s->alarms, i);

		if (r && s->alarm[i].redefined && alarm_record_is_retained(r))
			station_tell_alarm(s, i);
		s->alarm[i].redefined = false;
	}
}

static void look_at_all(struct station *s)
{
	struct suppress *u = s->suppress;

	u->all = false;
	drop_orphans(s);
	groups_mark_all(s);
	for (uint32_t i = 0; i < u->n_rules; i++)
		suppress_pend(s, i);
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
	tell_redefined(s);
}

/* --- in each step
 * ----------------------------------------------------------------------- */

/* A device that went: its own alarm comes before those it explains. */
static void ask_devices(struct station *s)
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

void suppress_before(struct station *s)
{
	struct suppress *u = s->suppress;

	if (u->all)
		look_at_all(s);
	if (u->ask)
		ask_devices(s);
	for (size_t i = 0; i < u->n_waiting; i++)
		begin_one(s, &u->rules[u->waiting[i]]);
}

/* What ends may bring more to its end, but not for ever. */
void suppress_after(struct station *s)
{
	struct suppress *u = s->suppress;

	for (size_t i = 0; i < u->n_waiting; i++)
		end_one(s, &u->rules[u->waiting[i]]);
	u->n_waiting = 0;
	for (int round = 0; round < ROUNDS_MAX && (u->n_leaving || u->n_dirty); round++) {
		while (u->n_leaving) {
			uint32_t alarm = u->leaving[--u->n_leaving];

			s->alarm[alarm].leaving = false;
			follow(s, alarm);
		}
		groups_settle(s);
	}
}
