/* lint_groups.c - rules that look at several alarms at once. */
#include "station/lint_int.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/type.h"
#include "util/strbuf.h"
#include "util/strmap.h"
#include "util/xalloc.h"

enum { SPLIT_MIN = 50 }; /* fewer alarms say nothing */

/* Alarms the files describe; NULL behind the last. */
static const struct alarm_def *next_alarm(const struct lint *t, size_t *i)
{
	const struct station_def *d = t->l->d;

	for (; *i < d->n_alarms; (*i)++)
		if (d->alarms[*i].type && !d->alarms[*i].system)
			return &d->alarms[(*i)++];
	return NULL;
}

static const struct alarm_note *note_of(const struct lint *t, const struct alarm_def *a)
{
	return &t->l->alarm_notes[a - t->l->d->alarms];
}

/* --- one condition, two alarms -------------------------------------------------- */

/* Everything that decides when it comes, but for its delays. */
static void put_condition(const struct alarm_def *a, struct strbuf *out)
{
	const struct alarm_more *m = alarm_more(a);

	strbuf_clear(out);
	strbuf_addf(out, "%s|%s|%s|%.17g|%d|", a->type->name, a->tag ? a->tag : "",
		    m->expression ? m->expression : "", a->limit, a->state);
	strbuf_addf(out, "%s|%.17g|%.17g|%.17g|%.17g|%.17g|", m->second ? m->second : "",
		    m->setpoint, m->plus, m->minus, m->sigmas, m->min_distance);
	strbuf_addf(out,
		    "%" PRId64 "|%" PRId64 "|%" PRId64 "|%" PRId64 "|%" PRId64 "|%" PRId64
		    "|%" PRId64,
		    m->per_ms, m->direction, m->window_ms, m->after_ms, m->travel_ms,
		    m->times, m->within_ms);
}

void lint_same_condition(struct lint *t)
{
	struct strmap *seen = strmap_new();
	struct arena *texts = arena_new();
	struct strbuf key = STRBUF_INIT;
	const struct alarm_def *a;
	int64_t first;
	size_t i = 0;

	while ((a = next_alarm(t, &i))) {
		put_condition(a, &key);
		if (!strmap_get(seen, key.buf, &first))
			strmap_put(seen, arena_text(texts, key.buf), a - t->l->d->alarms);
		else
			lint_warn(
				t, &a->loc,
				"alarm \"%s\" comes on the same condition as \"%s\": one "
				"event would be told twice; remove one",
				a->name, t->l->d->alarms[first].name);
	}
	strbuf_release(&key);
	arena_free(texts);
	strmap_free(seen);
}

/* --- exclusive groups ----------------------------------------------------------- */

struct exclusive {
	const struct alarm_def *first;
	bool told; /* that they do not fit */
};

/* Is a the worse limit of the two, both in one direction? */
static bool is_worse(const struct alarm_def *a, const struct alarm_def *b)
{
	return lint_is(a, "high") ? a->limit > b->limit : a->limit < b->limit;
}

static void compare(struct lint *t, struct exclusive *g, const struct alarm_def *a)
{
	const char *group = alarm_more(a)->exclusive;
	const struct alarm_def *f = g->first, *worse, *milder;

	if (!(lint_is(a, "high") || lint_is(a, "low")) || a->type != f->type || !a->tag ||
	    !f->tag || strcmp(a->tag, f->tag) != 0) {
		if (!g->told)
			lint_warn(t, &a->loc,
				  "exclusive group \"%s\" holds \"%s\" and \"%s\", which "
				  "are not limits of one tag in one direction; the worst "
				  "of "
				  "them hides the others: give them groups of their own",
				  group, f->name, a->name);
		g->told = true;
		return;
	}
	if (alarm_more(a)->second || alarm_more(f)->second)
		return; /* a limit that moves: nobody knows which is the worse */
	worse = is_worse(a, f) ? a : f;
	milder = worse == a ? f : a;
	if (worse->priority > milder->priority)
		lint_warn(t, &a->loc,
			  "in the exclusive group \"%s\" the worse limit \"%s\" has the "
			  "lower priority %s; \"%s\", which it hides, has %s",
			  group, worse->name, alarm_priority_name(worse->priority),
			  milder->name, alarm_priority_name(milder->priority));
}

void lint_exclusive(struct lint *t)
{
	struct strmap *index = strmap_new();
	struct exclusive *groups = NULL;
	const struct alarm_def *a;
	size_t n = 0, i = 0;
	int64_t at;

	while ((a = next_alarm(t, &i))) {
		const char *name = alarm_more(a)->exclusive;

		if (!name)
			continue;
		if (strmap_get(index, name, &at)) {
			compare(t, &groups[at], a);
			continue;
		}
		strmap_put(index, name, (int64_t)n);
		GROW(&groups, &n)->first = a;
	}
	free(groups);
	strmap_free(index);
}

/* --- groups and classes that do nothing ----------------------------------------- */

struct lonely {
	const struct alarm_def *first;
	size_t n;
};

static void count_group(struct strmap *index, struct lonely **groups, size_t *n,
			const char *name, const struct alarm_def *a)
{
	int64_t at;

	if (!name)
		return;
	if (strmap_get(index, name, &at)) {
		(*groups)[at].n++;
		return;
	}
	strmap_put(index, name, (int64_t)*n);
	*GROW(groups, n) = (struct lonely){ a, 1 };
}

static void one_kind(struct lint *t, bool first_out)
{
	struct strmap *index = strmap_new();
	struct lonely *groups = NULL;
	const struct alarm_def *a;
	size_t n = 0, i = 0;

	while ((a = next_alarm(t, &i)))
		count_group(index, &groups, &n,
			    first_out ? alarm_more(a)->first_out
				      : alarm_more(a)->exclusive,
			    a);
	for (size_t k = 0; k < n; k++) {
		const struct alarm_def *f = groups[k].first;

		if (groups[k].n == 1)
			lint_warn(
				t, &note_of(t, f)->group,
				"alarm \"%s\" is alone in the %s group \"%s\"; name the "
				"group at the others too, or leave it out",
				f->name, first_out ? "first-out" : "exclusive",
				first_out ? alarm_more(f)->first_out
					  : alarm_more(f)->exclusive);
	}
	free(groups);
	strmap_free(index);
}

void lint_lonely(struct lint *t)
{
	one_kind(t, true);
	one_kind(t, false);
}

/* Which one comes first is chance: it may be the mildest. */
void lint_hiding(struct lint *t)
{
	const struct alarm_def *a;
	size_t i = 0;

	while ((a = next_alarm(t, &i)))
		if (alarm_more(a)->first_out_hides && a->priority == ALARM_CRITICAL)
			lint_warn(t, &note_of(t, a)->group,
				  "critical alarm \"%s\" is in the group \"%s\", which "
				  "suppresses all but the first to come; take it out, or "
				  "let "
				  "the group only mark them (followers = \"marked\")",
				  a->name, alarm_more(a)->first_out);
}

void lint_unused(struct lint *t)
{
	for (size_t i = 0; i < t->l->n_classes; i++)
		if (!t->l->classes[i].used)
			lint_warn(t, &t->l->classes[i].at,
				  "no alarm is of the class \"%s\"; use it or remove it",
				  t->l->classes[i].name);
	for (size_t i = 0; i < t->l->n_groups; i++)
		if (!t->l->groups[i].used)
			lint_warn(t, &t->l->groups[i].at,
				  "no alarm is in the group \"%s\"; use it or remove it",
				  t->l->groups[i].name);
}

/* --- the station as a whole ----------------------------------------------------- */

/* One line an area, not one an alarm. */
void lint_owners(struct lint *t)
{
	struct strmap *said = strmap_new();
	const struct alarm_def *a;
	size_t i = 0;

	while ((a = next_alarm(t, &i))) {
		if (alarm_more(a)->owner || a->priority == ALARM_DIAGNOSTIC ||
		    strmap_has(said, a->area))
			continue;
		strmap_put(said, a->area, 1);
		lint_warn(t, &a->loc,
			  "nobody owns alarm \"%s\" and others of area \"%s\"; name who "
			  "answers for them: areas = ( { name = \"%s\"; owner = \"...\"; "
			  "} )",
			  a->name, a->area, a->area);
	}
	strmap_free(said);
}

/* Far off: half as many low ones as there should be, or twice as many of the others. */
void lint_split(struct lint *t)
{
	size_t count[ALARM_DIAGNOSTIC + 1] = { 0 }, all = 0, i = 0;
	const struct alarm_def *a, *first = NULL;

	while ((a = next_alarm(t, &i))) {
		first = first ? first : a;
		count[a->priority]++;
		all += a->priority != ALARM_DIAGNOSTIC;
	}
	if (all < SPLIT_MIN)
		return;
	size_t top = count[ALARM_CRITICAL] + count[ALARM_HIGH];
	if (count[ALARM_LOW] * 100 >= all * 40 && count[ALARM_MEDIUM] * 100 <= all * 40 &&
	    top * 100 <= all * 20)
		return;
	lint_warn(
		t, &first->loc,
		"of %zu alarms %zu are critical, %zu high, %zu medium and %zu low; about "
		"5 %% critical and high, 15 %% medium and 80 %% low let an operator tell "
		"what matters: look at the high ones again",
		all, count[ALARM_CRITICAL], count[ALARM_HIGH], count[ALARM_MEDIUM],
		count[ALARM_LOW]);
}
