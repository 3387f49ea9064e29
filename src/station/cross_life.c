/*
 * cross_life.c - how an alarm lives: its own word, then its class's, then its areas';
 * and when it is suppressed by design.
 */
#include "station/load_alarms_int.h"

#include <stdlib.h>
#include <string.h>

#include "alarm/type.h"
#include "expr/expr.h"
#include "station/cross_int.h"
#include "util/xalloc.h"

/* --- merging ---------------------------------------------------------------------- */

static struct load_class *class_of(struct loader *l, const struct alarm_def *a,
				   const struct alarm_note *n,
				   const struct load_area *area)
{
	struct load_class *c;

	if (says_has(&n->says, SAID_CLASS)) {
		struct strbuf where = STRBUF_INIT;

		c = load_class_find(l, n->says.class_name);
		strbuf_addf(&where, "alarm \"%s\"", a->name);
		if (!c)
			load_unknown_class(l, &n->group, where.buf, n->says.class_name);
		strbuf_release(&where);
		return c;
	}
	for (; area; area = area->above)
		if (says_has(&area->says, SAID_CLASS))
			return load_class_find(l, area->says.class_name);
	return NULL;
}

static void merge_all(struct alarm_note *n, const struct load_area *area)
{
	bool before;

	if (n->class)
		says_merge(&n->says, &n->class->says);
	before = says_has(&n->says, SAID_SUPPRESS_WHEN) ||
		 says_has(&n->says, SAID_SUPPRESS_IN);
	for (; area; area = area->above)
		says_merge(&n->says, &area->says);
	n->suppressed_by_area = !before && (says_has(&n->says, SAID_SUPPRESS_WHEN) ||
					    says_has(&n->says, SAID_SUPPRESS_IN));
}

/* --- suppression by design ------------------------------------------------------- */

static const struct load_area *area_with_state(const struct load_area *area)
{
	while (area && !area->state)
		area = area->above;
	return area;
}

static const struct load_state *find_state(const struct load_area *area, const char *word)
{
	for (size_t i = 0; i < area->n_states; i++)
		if (strcmp(area->states[i].word, word) == 0)
			return &area->states[i];
	return NULL;
}

static void unknown_state(struct loader *l, const struct alarm_def *a,
			  const struct alarm_note *n, const struct load_area *area,
			  const char *word)
{
	const char **words = xcalloc(area->n_states + 1, sizeof(*words));
	struct strbuf near = STRBUF_INIT;

	for (size_t i = 0; i < area->n_states; i++)
		words[i] = area->states[i].word;
	diag_suggest(&near, word, words, area->n_states);
	load_error(
		l, &n->suppress, "unknown-state",
		"suppress_in of alarm \"%s\" names the state \"%s\", which area \"%s\" "
		"does not have%s",
		a->name, word, area->name, near.buf);
	strbuf_release(&near);
	free(words);
}

/* "mode == 0 || mode == 3", or the words of a text. */
static void add_states(struct loader *l, const struct alarm_def *a,
		       const struct alarm_note *n, const struct load_area *area,
		       struct strbuf *out)
{
	int64_t tag = station_def_tag(l->d, area->state);
	bool text = tag >= 0 && l->d->tags[tag].type == VALUE_STRING;
	const char * or = "";

	for (const char *const *w = n->says.suppress_in; *w; w++, or = " || ") {
		const struct load_state *s = find_state(area, *w);

		if (area->n_states && !s)
			unknown_state(l, a, n, area, *w);
		else if (text && !strchr(*w, '"'))
			strbuf_addf(out, "%s%s == \"%s\"", or, area->state, *w);
		else if (s)
			strbuf_addf(out, "%s%s == %lld", or, area->state,
				    (long long)s->number);
	}
}

/* Both reasons count alone: one that cannot be known hides nothing and stops nothing. */
static void join(const char *when, const char *states, struct strbuf *out)
{
	if (when && states[0])
		strbuf_addf(out, "if_bad(%s, false) || if_bad(%s, false)", when, states);
	else
		strbuf_adds(out, when ? when : states);
}

static const char *suppression(struct loader *l, const struct alarm_def *a,
			       const struct alarm_note *n, const struct load_area *area)
{
	const struct load_area *stated = area_with_state(area);
	struct strbuf states = STRBUF_INIT, all = STRBUF_INIT;
	const char *kept = NULL;

	if (says_has(&n->says, SAID_SUPPRESS_IN) && !stated)
		load_error(
			l, &n->suppress, "no-state",
			"alarm \"%s\" has suppress_in, but neither its area \"%s\" nor "
			"one above it names a state tag: add state = \"TAG\" there",
			a->name, a->area);
	else if (says_has(&n->says, SAID_SUPPRESS_IN))
		add_states(l, a, n, stated, &states);
	join(says_has(&n->says, SAID_SUPPRESS_WHEN) ? n->says.suppress_when : NULL,
	     states.buf, &all);
	if (all.len > EXPR_TEXT_MAX)
		load_error(
			l, &n->suppress, "too-long",
			"suppress_when and suppress_in of alarm \"%s\" make an "
			"expression of %zu characters; %d are allowed: make a tag of it",
			a->name, all.len, EXPR_TEXT_MAX);
	else if (all.len)
		kept = station_def_text(l->d, all.buf);
	strbuf_release(&states);
	strbuf_release(&all);
	return kept;
}

/* Its own words are looked at where they stand; class and area were (cross_areas). */
static void check_own_suppression(struct loader *l, const struct alarm_def *a,
				  const struct alarm_note *n)
{
	struct strbuf where = STRBUF_INIT;

	if (!(n->own >> SAID_SUPPRESS_WHEN & 1u))
		return;
	strbuf_addf(&where, "suppress_when of alarm \"%s\"", a->name);
	cross_condition(l, n->says.suppress_when, &n->suppress, where.buf);
	strbuf_release(&where);
}

/* --- into the definition ---------------------------------------------------------- */

static bool spans(const struct alarm_type *t)
{
	return t->second &&
	       (strcmp(t->second, "limit") == 0 || strcmp(t->second, "setpoint") == 0);
}

/* Of a measurement with a range; its own deadband comes first. */
static void take_deadband(struct loader *l, struct alarm_def *a,
			  const struct alarm_note *n)
{
	bool own = n->own >> SAID_DEADBAND_PERCENT & 1u;
	const struct tag_numbers *numbers;
	int64_t tag;

	if (n->deadband_given && own)
		load_error(l, &n->limit, "two-deadbands",
			   "alarm \"%s\" has a deadband and a deadband_percent; keep one",
			   a->name);
	if (n->deadband_given || !says_has(&n->says, SAID_DEADBAND_PERCENT) ||
	    !spans(a->type))
		return;
	tag = a->tag ? station_def_tag(l->d, a->tag) : -1;
	numbers = tag < 0 ? NULL : l->d->tags[tag].numbers;
	if (numbers && numbers->has_range)
		a->deadband =
			n->says.deadband_percent / 100 * (numbers->hi - numbers->lo);
	else if (own && tag >= 0)
		load_error(l, &n->limit, "no-range",
			   "alarm \"%s\" has a deadband_percent, but tag \"%s\" has no "
			   "range to take it of",
			   a->name, a->tag);
}

static void take_numbers(struct alarm_def *a, const struct alarm_says *s)
{
	enum alarm_priority p = ALARM_LOW;

	if (says_has(s, SAID_PRIORITY))
		p = (enum alarm_priority)s->priority;
	a->priority = p;
	a->on_delay_ms = (int32_t)s->on_delay_ms;
	a->off_delay_ms = (int32_t)s->off_delay_ms;
	a->respond_within_s = (int32_t)s->respond_within_s;
}

static const struct alarm_life *life_of(struct loader *l, const struct alarm_note *n)
{
	const struct alarm_says *s = &n->says;
	struct alarm_life life = alarm_life_usual;

	life.latching = s->latching;
	life.no_ack = says_has(s, SAID_ACK_REQUIRED) && !s->ack_required;
	life.confirm = s->confirm;
	life.silent = says_has(s, SAID_ANNUNCIATE) && !s->annunciate;
	life.highly_managed = s->highly_managed;
	life.realarm_ms = s->realarm_ms;
	if (says_has(s, SAID_SHELVE_MAX))
		life.shelve_max_ms = s->shelve_max_ms;
	if (says_has(s, SAID_SHELVABLE) && !s->shelvable)
		life.shelve_max_ms = 0;
	if (n->class)
		life.class_name = n->class->name;
	return station_def_life(l->d, &life);
}

static bool has_any(const struct alarm_more *m)
{
	return m->suppress_when || m->first_out || m->exclusive || m->owner ||
	       m->reviewed || m->approved_by;
}

static void take_more(struct loader *l, struct alarm_def *a, const struct alarm_note *n,
		      const struct load_area *area)
{
	struct alarm_more m = n->more ? *n->more : alarm_more_none;
	struct load_group *group = n->first_out ? load_group_find(l, n->first_out) : NULL;

	m.suppress_when = suppression(l, a, n, area);
	m.first_out = n->first_out;
	m.exclusive = n->exclusive;
	m.owner = n->says.owner;
	m.reviewed = n->says.reviewed;
	m.approved_by = n->says.approved_by;
	if (group) {
		m.first_out_hides = group->hides;
		group->used++;
	}
	a->more = n->more || has_any(&m) ? station_def_more(l->d, &m) : NULL;
}

/* --- what cannot be ---------------------------------------------------------------- */

static void check_group(struct loader *l, const struct alarm_def *a,
			const struct alarm_note *n)
{
	const char **names;
	struct strbuf near = STRBUF_INIT;

	if (!n->first_out || !l->n_groups || load_group_find(l, n->first_out))
		return;
	names = xcalloc(l->n_groups, sizeof(*names));
	for (size_t i = 0; i < l->n_groups; i++)
		names[i] = l->groups[i].name;
	diag_suggest(&near, n->first_out, names, l->n_groups);
	if (near.len || !l->alarms_incomplete)
		load_error(l, &n->group, "unknown-group",
			   "first_out of alarm \"%s\" is the group \"%s\", which is not "
			   "among groups = ( )%s",
			   a->name, n->first_out, near.buf);
	strbuf_release(&near);
	free(names);
}

static void check_life(struct loader *l, const struct alarm_def *a,
		       const struct alarm_note *n)
{
	const struct alarm_says *s = &n->says;
	bool no_ack = says_has(s, SAID_ACK_REQUIRED) && !s->ack_required;
	int64_t days;

	if (!says_has(s, SAID_PRIORITY) && n->sound)
		load_error(l, &a->loc, "missing-setting",
			   "alarm \"%s\" has no priority; give it one, or a class that "
			   "has",
			   a->name);
	if (no_ack && s->latching)
		load_error(l, &a->loc, "latching-no-ack",
			   "alarm \"%s\" is latching but needs no acknowledgement: what "
			   "latches has to be acknowledged before it is reset; keep one",
			   a->name);
	if (no_ack && s->confirm)
		load_error(
			l, &a->loc, "confirm-no-ack",
			"alarm \"%s\" is to be confirmed but needs no acknowledgement: "
			"nobody would ever confirm it; keep one",
			a->name);
	if (s->reviewed && !load_date(s->reviewed, &days))
		load_error(l, &a->loc, "bad-date",
			   "reviewed of alarm \"%s\" is \"%s\"; write the day as "
			   "2026-03-31",
			   a->name, s->reviewed);
}

static void check_type(struct loader *l, const struct alarm_def *a,
		       const struct alarm_note *n)
{
	struct strbuf why = STRBUF_INIT;

	if (n->sound && a->type->check && !a->type->check(a, &why))
		load_error(l, &a->loc, "alarm", "alarm \"%s\": %s", a->name, why.buf);
	strbuf_release(&why);
}

void cross_life(struct loader *l, struct alarm_def *a, struct alarm_note *n)
{
	const struct load_area *area = load_area_find(l, a->area);

	if (a->system || !a->type) {
		a->more = NULL;
		return;
	}
	check_own_suppression(l, a, n);
	n->class = class_of(l, a, n, area);
	if (n->class)
		n->class->used++;
	merge_all(n, area);
	take_numbers(a, &n->says);
	take_deadband(l, a, n);
	a->life = life_of(l, n);
	take_more(l, a, n, area);
	check_group(l, a, n);
	check_life(l, a, n);
	check_type(l, a, n);
}
