/*
 * cross_writes.c - the write groups of tags, judged with all that the station holds: what
 * means nothing, what contradicts itself, who could ever approve.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "station/cross_int.h"
#include "tag/words.h"

static void check_permissive(struct loader *l, const struct tag_def *t,
			     const struct tag_place *p)
{
	struct strbuf where = STRBUF_INIT;

	strbuf_addf(&where, "permissive of \"%s\"", t->name);
	if (t->write->permissive)
		cross_condition(l, t->write->permissive, &p->permissive, where.buf);
	strbuf_release(&where);
}

static void check_numbers(struct loader *l, const struct tag_def *t,
			  const struct tag_place *p)
{
	const struct tag_write *w = t->write;
	const struct loc at = tag_loc(t);

	if (t->numbers->has_range && w->max_step > t->numbers->hi - t->numbers->lo)
		load_warn(l, &at, "useless-step",
			  "max_step of tag \"%s\" is larger than its whole range",
			  t->name);
	if (w->max_change > 0 && w->max_step > w->max_change)
		load_warn(l, &at, "useless-step",
			  "max_step of tag \"%s\" is larger than its max_change, so no "
			  "write can be as large as it allows: make it at most %g",
			  t->name, w->max_change);
	if (w->max_change_ms != WRITE_CHANGE_DEFAULT_MS && !(w->max_change > 0))
		load_warn(l, &at, "useless-setting",
			  "max_change_s of tag \"%s\" means nothing without max_change: "
			  "add how much may change in that time",
			  t->name);
	if (t->numbers->has_range && t->type == VALUE_BOOL)
		load_warn(l, &p->range, "useless-range",
			  "tag \"%s\" is true or false; its range means nothing",
			  t->name);
}

static void check_feedback_tag(struct loader *l, const struct tag_def *t,
			       const struct tag_place *p)
{
	int64_t at = station_def_tag(l->d, t->write->feedback);
	char where[TAG_NAME_MAX + 32];

	snprintf(where, sizeof(where), "feedback of \"%s\"", t->name);
	if (at < 0)
		load_unknown_tag(l, &p->feedback, where, t->write->feedback);
	else if (l->d->tags[at].kind != TAG_DEVICE)
		load_error(l, &p->feedback, "feedback",
			   "%s: \"%s\" is not read from a device, so it cannot be asked "
			   "for; name the tag of the device that shows the effect",
			   where, t->write->feedback);
	else if (&l->d->tags[at] == t)
		load_error(l, &p->feedback, "feedback",
			   "%s names the tag itself, which keeps no value; name the tag "
			   "that shows the effect",
			   where);
}

static void check_pulse(struct loader *l, const struct tag_def *t,
			const struct tag_place *p)
{
	const struct tag_write *w = t->write;
	const struct loc at = tag_loc(t);

	if (w->feedback)
		check_feedback_tag(l, t, p);
	if (w->feedback && !w->pulse)
		load_warn(l, &p->feedback, "useless-setting",
			  "feedback of tag \"%s\" means nothing without pulse = true: "
			  "what keeps its value is read back itself",
			  t->name);
	if (w->pulse && t->type == VALUE_STRING)
		load_error(l, &at, "pulse",
			   "tag \"%s\" is a text and cannot be a pulse: remove pulse",
			   t->name);
	if (w->pulse && (w->max_step > 0 || w->max_change > 0))
		load_warn(l, &at, "useless-setting",
			  "tag \"%s\" is a pulse: max_step and max_change mean nothing, "
			  "use min_interval_s",
			  t->name);
}

/* A word whose value could never be written would only be refused. */
static void check_words(struct loader *l, const struct tag_def *t)
{
	const struct tag_numbers *n = t->numbers;
	const char *at = t->write->words;
	const struct loc loc = tag_loc(t);
	struct tag_word w;

	while (t->type != VALUE_STRING && tag_words_next(&at, &w)) {
		if (t->type == VALUE_BOOL && w.value != 0 && w.value != 1)
			load_error(l, &loc, "bad-word",
				   "tag \"%s\" is true or false, so %g can have no word "
				   "(\"%s\"): keep two",
				   t->name, w.value, w.text);
		else if (n->has_range && (w.value < n->lo || w.value > n->hi))
			load_error(
				l, &loc, "bad-word",
				"\"%s\" of tag \"%s\" is %g, outside its range of %g to "
				"%g: mend the word or the range",
				w.text, t->name, w.value, n->lo, n->hi);
	}
}

/* Accounts have roles, too, but no rights that are not in one. */
static bool anyone_approves(const struct loader *l)
{
	const struct access_def *a = &l->d->access;

	for (size_t i = 0; i < a->n_roles; i++)
		if (a->roles[i].rights & ((uint32_t)1 << RIGHT_APPROVE))
			return true;
	return a->n_roles == 0;
}

static void check_rungs(struct loader *l, const struct tag_def *t)
{
	const struct tag_write *w = t->write;
	const struct loc at = tag_loc(t);

	if (w->approve && !anyone_approves(l))
		load_warn(
			l, &at, "nobody-approves",
			"tag \"%s\" asks for a second person, and no role has the right "
			"approve: give it to one",
			t->name);
	if (w->critical && !w->approve && !w->challenge)
		load_warn(l, &at, "critical-unguarded",
			  "tag \"%s\" is critical, and one key writes it: add challenge "
			  "= \"value\" or approve = true",
			  t->name);
	if (!w->blind && strcmp(w->blind_right, "engineer") != 0)
		load_warn(l, &at, "useless-setting",
			  "blind_right of tag \"%s\" means nothing without blind = true",
			  t->name);
}

void cross_write(struct loader *l, const struct tag_def *t, const struct tag_place *p)
{
	check_permissive(l, t, p);
	check_numbers(l, t, p);
	check_pulse(l, t, p);
	check_words(l, t);
	check_rungs(l, t);
}
