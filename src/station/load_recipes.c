/* load_recipes.c - the recipes of a station: a folder whose files consoles are offered.
 */
#include "station/load_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "station/recipe.h"
#include "util/xalloc.h"
#include "write/coerce.h"

static void check_unit(struct loader *l, const struct recipe_line *line,
		       const struct tag_def *t)
{
	if (line->unit[0] && strcmp(line->unit, t->unit) != 0)
		load_error(l, &line->at, "recipe-unit",
			   "%s is in \"%s\" here and in \"%s\" in the station", line->tag,
			   line->unit, t->unit);
}

static void check_number(struct loader *l, const struct recipe_line *line,
			 const struct tag_def *t)
{
	double v;

	if (!t->numbers->has_range || !value_number(&line->value, &v) ||
	    (v >= t->numbers->lo && v <= t->numbers->hi))
		return;
	load_error(l, &line->value_at, "recipe-range",
		   "%g is outside the range of %s, %g to %g%s%s", v, line->tag,
		   t->numbers->lo, t->numbers->hi, t->unit[0] ? " " : "", t->unit);
}

/* What can be said without a plant: the rest is said when it is looked at. */
static void check_line(struct loader *l, const struct recipe_line *line,
		       const char *recipe)
{
	int64_t at = station_def_tag(l->d, line->tag);
	const struct tag_def *t = at < 0 ? NULL : &l->d->tags[at];
	struct value v;

	if (!t) {
		load_unknown_tag(l, &line->at, recipe, line->tag);
		return;
	}
	if (t->kind != TAG_DEVICE || !t->write->allowed)
		load_error(l, &line->at, "recipe-write",
			   "%s cannot be written: its definition has no write group",
			   line->tag);
	else if (!value_coerce(&line->value, t->type, &v) &&
		 !(line->value.type == VALUE_STRING && t->write->words))
		load_error(l, &line->value_at, "recipe-type", "%s takes %s", line->tag,
			   value_type_name(t->type));
	else
		check_number(l, line, t);
	check_unit(l, line, t);
}

static bool is_new(struct loader *l, const struct recipe *r)
{
	for (size_t i = 0; i < l->d->n_recipes; i++) {
		const struct recipe *one = &l->d->recipes[i];

		if (strcmp(one->name, r->name) != 0)
			continue;
		load_error(l, &r->at, "recipe-twice",
			   "recipe \"%s\" is there twice; the first stands in %s line %d",
			   r->name, one->at.file, one->at.line);
		return false;
	}
	return true;
}

void load_recipes(struct loader *l, const struct cfg_set *files)
{
	for (size_t i = 0; i < files->n; i++) {
		struct recipe r;
		struct strbuf what = STRBUF_INIT;
		bool ok = recipe_take(files->v[i], &r, l->diags);

		strbuf_addf(&what, "recipe \"%s\"", r.name);
		for (size_t k = 0; k < r.n; k++)
			check_line(l, &r.lines[k], what.buf);
		strbuf_release(&what);
		if (ok && is_new(l, &r))
			*GROW(&l->d->recipes, &l->d->n_recipes) = r;
		else
			recipe_release(&r);
	}
}
