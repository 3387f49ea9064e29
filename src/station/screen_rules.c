/* screen_rules.c - alarms and areas held against the screens they need: one key leads
 * from an alarm to a picture that shows it, and each area has one. */
#include "station/screen_rules.h"

#include <stdlib.h>
#include <string.h>

#include "util/area.h"
#include "util/strbuf.h"
#include "util/strmap.h"
#include "util/xalloc.h"

#define SAY(j, at, ...)                                                                  \
	diag_add((j)->diags, (j)->rule->severity, (at).file, (at).line, (at).column,     \
		 (j)->rule->id, __VA_ARGS__)

/* --- alarms ------------------------------------------------------------------------ */

static void suggest(const struct station_judge *j, const char *wrong, struct strbuf *out)
{
	const char **ids = xcalloc(j->set->n + 1, sizeof(*ids));

	for (size_t i = 0; i < j->set->n; i++)
		ids[i] = j->set->v[i]->id;
	diag_suggest(out, wrong, ids, j->set->n);
	free(ids);
}

static void unknown_screen(struct station_judge *j, const struct alarm_def *a)
{
	struct strbuf near = STRBUF_INIT;

	if (!a->screen[0] || screen_set_find(j->set, a->screen))
		return;
	suggest(j, a->screen, &near);
	if (near.len || !j->incomplete)
		SAY(j, a->loc, "alarm \"%s\" names the unknown screen \"%s\"%s", a->name,
		    a->screen, near.buf);
	strbuf_release(&near);
}

/* Those of the server are about no place on a picture. */
static bool is_of_the_plant(const struct alarm_def *a)
{
	return !a->system && strncmp(a->tag ? a->tag : "", "system.", 7) != 0;
}

static void no_screen(struct station_judge *j, const struct alarm_def *a)
{
	if (a->screen[0] || !is_of_the_plant(a) || j->set->n == 0)
		return;
	SAY(j, a->loc,
	    "alarm \"%s\" names no screen: Enter on it leads nowhere; give it "
	    "screen = \"...\", the picture to act on",
	    a->name);
}

static bool shows(const struct screen *s, const char *tag)
{
	for (size_t i = 0; i < s->n_tags; i++)
		if (strcmp(s->tags[i], tag) == 0)
			return true;
	return false;
}

static void not_shown(struct station_judge *j, const struct alarm_def *a)
{
	const struct screen *s = screen_set_find(j->set, a->screen);

	if (s && a->tag && is_of_the_plant(a) && !shows(s, a->tag))
		SAY(j, a->loc,
		    "alarm \"%s\" leads to screen \"%s\", which does not show \"%s\": "
		    "draw it there, or name the screen that shows it",
		    a->name, s->id, a->tag);
}

/* --- areas ------------------------------------------------------------------------- */

static void area_without_screen(struct station_judge *j, const char *area,
				const struct tag_def *t)
{
	struct loc at = tag_loc(t);

	if (j->incomplete || j->set->n == 0)
		return;
	for (size_t i = 0; i < j->set->n; i++)
		if (j->set->v[i]->area[0] && area_holds(j->set->v[i]->area, area))
			return;
	SAY(j, at,
	    "area \"%s\" has tags and no screen: draw one with area = \"%s\", or move "
	    "\"%s\" to an area that has one",
	    area, area, t->name);
}

/* --- the table --------------------------------------------------------------------- */

const struct station_screen_rule station_screen_rules[] = {
	{ "unknown-screen", DIAG_ERROR, "an alarm names a screen that exists",
	  unknown_screen, NULL },
	{ "alarm-without-screen", DIAG_WARNING,
	  "one key leads from every alarm to a screen", no_screen, NULL },
	{ "alarm-not-shown", DIAG_WARNING, "the screen of an alarm shows its tag",
	  not_shown, NULL },
	{ "area-without-screen", DIAG_WARNING, "every area with tags has a screen", NULL,
	  area_without_screen },
	{ NULL, DIAG_ERROR, NULL, NULL, NULL },
};

void station_areas_of_tags(const struct station_def *d, struct station_areas *out)
{
	struct strmap *seen = strmap_new();
	size_t n = 0;

	*out = (struct station_areas){ 0 };
	for (size_t i = 0; i < d->n_tags; i++) {
		const struct tag_def *t = &d->tags[i];

		if (t->kind == TAG_SYSTEM || strncmp(t->name, "system.", 7) == 0 ||
		    !t->area || strmap_has(seen, t->area))
			continue;
		strmap_put(seen, t->area, 1);
		*GROW(&out->v, &out->n) = t->area;
		*GROW(&out->of, &n) = t;
	}
	strmap_free(seen);
}

void station_areas_release(struct station_areas *a)
{
	free(a->v);
	free(a->of);
	*a = (struct station_areas){ 0 };
}

static void each_area(struct station_judge *j, const struct station_areas *areas)
{
	for (size_t i = 0; i < areas->n; i++)
		j->rule->area(j, areas->v[i], areas->of[i]);
}

void station_judge_ways(const struct station_def *d, const struct screen_set *set,
			bool incomplete, struct diag_list *diags)
{
	struct station_judge j = { d, set, incomplete, diags, NULL };
	struct station_areas areas;
	bool mistakes = diags->errors > 0;

	station_areas_of_tags(d, &areas);
	for (j.rule = station_screen_rules; j.rule->id; j.rule++) {
		if (mistakes && j.rule->severity != DIAG_ERROR)
			continue; /* style comes when all is right */
		for (size_t i = 0; j.rule->alarm && i < d->n_alarms; i++)
			j.rule->alarm(&j, &d->alarms[i]);
		if (j.rule->area)
			each_area(&j, &areas);
	}
	station_areas_release(&areas);
}
