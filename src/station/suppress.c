/*
 * suppress.c - what hides alarms by design, and when: an expression that is true (T17)
 * here, a device that does not answer in parents.c, groups in groups.c.
 *
 * An operand that is not good decides nothing: the suppression stays as it is and none
 * begins.
 */
#include "station/suppress_int.h"

#include <stdio.h>
#include <stdlib.h>

#include "util/xalloc.h"

enum { ROUNDS_MAX = 8 };

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

/* The engine keeps the text of what began last; that may have ended before others. */
void suppress_say_why(const struct station *s, uint32_t alarm, uint8_t bits, char *out,
		      size_t size)
{
	const struct alarm_more *more = alarm_more(alarm_engine_def(s->alarms, alarm));
	struct strbuf text = STRBUF_INIT;
	char parent[128];

	if (bits & ALARM_SUP_EXPRESSION && more->suppress_when)
		strbuf_addf(&text, "%s", more->suppress_when);
	if (bits & ALARM_SUP_FIRST_OUT && more->first_out)
		strbuf_addf(&text, "%sfollows the first of %s", text.len ? "; " : "",
			    more->first_out);
	if (bits & ALARM_SUP_PARENT && s->alarm[alarm].parent) {
		parents_say(s, alarm, parent, sizeof(parent));
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
	free(u->rules);
	free(u->waiting);
	parents_release(u);
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

void suppress_apply(struct station *s)
{
	suppress_release(s);
	s->suppress = xcalloc(1, sizeof(*s->suppress));
	alarm_engine_ask_before(s->alarms, groups_before, s);
	for (uint32_t i = 0; i < s->n_alarms; i++) {
		const struct alarm_def *d = alarm_engine_def(s->alarms, i);

		if (d && alarm_more(d)->suppress_when)
			add_rule(s, i, d);
	}
	s->suppress->waiting = xcalloc(s->suppress->n_rules + 1, sizeof(uint32_t));
	parents_build(s);
	groups_build(s);
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

void suppress_transition(struct station *s, const struct alarm_transition *t)
{
	if (!s->suppress)
		return;
	groups_transition(s, t);
	parents_transition(s, t);
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
	parents_look_at_all(s);
	tell_redefined(s);
}

/* --- in each step ------------------------------------------------------------------ */

void suppress_before(struct station *s)
{
	struct suppress *u = s->suppress;

	if (u->all)
		look_at_all(s);
	if (u->ask)
		parents_ask(s);
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
		parents_settle(s);
		groups_settle(s);
	}
}
