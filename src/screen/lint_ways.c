/* lint_ways.c - rules for the ways between screens: where they lead, what is above what,
 * and whether everything can be reached. */
#include "screen/lint_int.h"

#include <stdlib.h>
#include <string.h>

#include "screen/order.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

static void suggest_screen(const struct screen_lint *l, const char *wrong,
			   struct strbuf *out)
{
	const char **names = xreallocarray(NULL, l->set->n + 1, sizeof(*names));

	for (size_t i = 0; i < l->set->n; i++)
		names[i] = l->set->v[i]->id;
	diag_suggest(out, wrong, names, l->set->n);
	free(names);
}

/* A screen whose file is broken is not missing. */
static bool is_lost(const struct screen_lint *l, const char *id)
{
	for (size_t i = 0; l->lookup->incomplete && i < l->lookup->n_files; i++)
		if (screen_text_has_id(l->lookup->files[i].text, id))
			return true;
	return false;
}

/* True when it is not there, with what may have been meant. */
static bool missing(const struct screen_lint *l, const char *id, struct strbuf *hint)
{
	if (screen_set_find(l->set, id) || is_lost(l, id))
		return false;
	suggest_screen(l, id, hint);
	return true;
}

void rule_leads_nowhere(struct screen_lint *l, const struct screen_item *item)
{
	const char *to = screen_item_way(item);
	struct strbuf hint = STRBUF_INIT;

	if (to && missing(l, to, &hint))
		SAY_ITEM(l, item, "{%s} leads to screen \"%s\", which there is not%s",
			 item->name, to, hint.buf);
	strbuf_release(&hint);
}

void rule_key_leads_nowhere(struct screen_lint *l)
{
	for (size_t i = 0; i < l->s->n_keys; i++) {
		const struct screen_key *key = &l->s->keys[i];
		struct strbuf hint = STRBUF_INIT;

		if (key->to && !key->is_call && missing(l, key->to, &hint))
			screen_say(l, key->line, key->column,
				   "the key %c leads to screen \"%s\", which there is "
				   "not%s",
				   key->letter, key->to, hint.buf);
		strbuf_release(&hint);
	}
}

/* --- up ---------------------------------------------------------------------------- */

void rule_unknown_up(struct screen_lint *l)
{
	struct strbuf hint = STRBUF_INIT;

	if (l->s->up[0] && missing(l, l->s->up, &hint))
		screen_say(l, l->s->up_line, 0,
			   "up = \"%s\", and there is no such screen%s", l->s->up,
			   hint.buf);
	strbuf_release(&hint);
}

void rule_no_up(struct screen_lint *l)
{
	if (!l->s->up[0] && l->s->level > 1)
		screen_say(l, l->s->up_line, 0,
			   "a screen of level %d needs `up`: the screen that leads here",
			   l->s->level);
}

void rule_up_level(struct screen_lint *l)
{
	const struct screen *up = screen_set_find(l->set, l->s->up);

	if (up && up->level >= l->s->level)
		screen_say(l, l->s->up_line, 0,
			   "up = \"%s\" is of level %d; it must be above this one's %d",
			   l->s->up, up->level, l->s->level);
}

/* Said at each screen of the circle: any of them may be the one to mend. */
void rule_up_cycle(struct screen_lint *l)
{
	const struct screen *s = l->s;
	struct strbuf path = STRBUF_INIT;
	size_t steps = 0;

	strbuf_adds(&path, s->id);
	do {
		s = screen_set_find(l->set, s->up);
		if (s)
			strbuf_addf(&path, " > %s", s->id);
	} while (s && s != l->s && steps++ < l->set->n);
	if (s == l->s)
		screen_say(l, s->up_line, 0,
			   "`up` goes round in a circle (%s) and never ends at an "
			   "overview",
			   path.buf);
	strbuf_release(&path);
}

/* --- what can be reached ----------------------------------------------------------- */

static size_t place_of(const struct screen_set *set, const struct screen *s)
{
	size_t i = 0;

	while (set->v[i] != s)
		i++;
	return i;
}

/* Marks where the ways of screen number at lead; true when that was new. */
static bool follow(const struct screen_set *set, size_t at, bool *reached)
{
	const struct screen *s = set->v[at];
	bool more = false;

	for (size_t k = 0; k < s->n_items; k++) {
		const char *to = screen_item_way(&s->items[k]);
		const struct screen *next = to ? screen_set_find(set, to) : NULL;

		if (!next || reached[place_of(set, next)])
			continue;
		reached[place_of(set, next)] = true;
		more = true;
	}
	return more;
}

static bool is_reached(const struct screen_set *set, const struct screen *s)
{
	bool *reached = xcalloc(set->n, sizeof(*reached)), more = true, found;

	for (size_t i = 0; i < set->n; i++)
		reached[i] = set->v[i]->level == 1;
	while (more) {
		more = false;
		for (size_t i = 0; i < set->n; i++)
			more |= reached[i] && follow(set, i, reached);
	}
	found = reached[place_of(set, s)];
	free(reached);
	return found;
}

void rule_unreachable(struct screen_lint *l)
{
	const struct screen *up = screen_set_find(l->set, l->s->up);

	if (l->lookup->incomplete || is_reached(l->set, l->s))
		return;
	screen_say(l, l->s->line, 0,
		   "no way leads here from an overview: draw {%s:nav  } on %s%s%s",
		   l->s->id, up ? "\"" : "the screen above", up ? up->id : "",
		   up ? "\"" : "");
}

void rule_far(struct screen_lint *l)
{
	const struct screen *order[SCREEN_DIGITS];
	size_t n = screen_set_order(l->set, order, SCREEN_DIGITS);

	if (l->s->level != 2 || l->lookup->incomplete ||
	    l->s == screen_set_overview(l->set))
		return;
	for (size_t i = 0; i < n; i++)
		if (order[i] == l->s)
			return;
	screen_say(
		l, l->s->level_line, 0,
		"more than %d screens want a digit, and \"%s\" gets none; draw its way "
		"on the overview before theirs, or put units together under one of "
		"level 2 and make this one level 3",
		SCREEN_DIGITS, l->s->id);
}
