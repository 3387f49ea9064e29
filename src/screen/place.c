/* place.c - instances of templates: `place = ( { use; at; args; } )`. */
#include "screen/build.h"

#include <stdlib.h>
#include <string.h>

#include "config/cfg.h"
#include "config/schema.h"
#include "screen/schema.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

bool place_pair(struct screen_build *b, const struct cfg_node *node, const char *what,
		int *first, int *second)
{
	int64_t a = 0, c = 0;

	if ((cfg_type(node) == CFG_ARRAY || cfg_type(node) == CFG_LIST) &&
	    cfg_count(node) == 2 && cfg_as_int(cfg_at(node, 0), &a) &&
	    cfg_as_int(cfg_at(node, 1), &c) && a >= 1 && a <= SCREEN_COLS_MAX && c >= 1 &&
	    c <= SCREEN_COLS_MAX) {
		*first = (int)a;
		*second = (int)c;
		return true;
	}
	scope_error_at(&b->scope, node, "wrong-kind",
		       "`%s` must be %s: two whole numbers, counted from 1",
		       cfg_name(node), what);
	return false;
}

/* --- is there room? ---------------------------------------------------------------- */

static bool overlap(const struct layout_box *r, int col, int row, int cols, int rows)
{
	return r->col < col + cols && col < r->col + r->cols && r->row < row + rows &&
	       row < r->row + r->rows;
}

static bool hides(struct screen_build *b, const char *what, const struct cfg_node *node,
		  const char *hidden)
{
	scope_error_at(&b->scope, node, "place-overlap",
		       "%s would hide %s; `at` is [ row, column ]", what, hidden);
	return false;
}

static bool over_drawing(const struct layout_box *box, const struct layout_box *r)
{
	for (int row = r->row; row < r->row + r->rows; row++)
		for (int col = r->col; col < r->col + r->cols; col++)
			if (box->cells[row * box->cols + col].cp != ' ')
				return true;
	return false;
}

/* Within a frame there is room, and its border is kept. */
static bool is_inside(const struct layout_box *r, const struct screen_item *frame)
{
	return frame->kind->draws_frame && r->col > frame->col && r->row > frame->row &&
	       r->col + r->cols < frame->col + frame->cols &&
	       r->row + r->rows < frame->row + frame->rows;
}

bool place_free(struct screen_build *b, const char *what, const struct cfg_node *node,
		const struct layout_box *r)
{
	const struct layout_box *box = b->box;

	if (r->row + r->rows > box->rows || r->col + r->cols > box->cols) {
		scope_error_at(
			&b->scope, node, "place-outside",
			"%s takes rows %d to %d and columns %d to %d, and the "
			"picture has %d rows and %d columns; `at` is [ row, column ]",
			what, r->row + 1, r->row + r->rows, r->col + 1, r->col + r->cols,
			box->rows, box->cols);
		return false;
	}
	for (size_t i = 0; i < box->n_items; i++) {
		const struct screen_item *item = &box->items[i];

		if (overlap(r, item->col, item->row, item->cols, item->rows) &&
		    !is_inside(r, item))
			return hides(b, what, node, item->name);
	}
	for (size_t i = 0; i < box->n_boxes; i++) {
		const struct layout_box *o = &box->boxes[i];

		if (overlap(r, o->col, o->row, o->cols, o->rows))
			return hides(b, what, node, "another instance");
	}
	return over_drawing(box, r) ? hides(b, what, node, "what is drawn there") : true;
}

/* --- one instance ------------------------------------------------------------------- */

static const struct template *known_template(struct screen_build *b,
					     const struct cfg_node *use)
{
	const struct template_list *all = &b->parts->lib->templates;
	const char *name = scope_text(&b->scope, use);
	const struct template *t = name ? template_find(all, name) : NULL;
	struct strbuf hint = STRBUF_INIT;

	if (name && !t) {
		template_suggest(all, name, &hint);
		scope_error_at(&b->scope, use, "unknown-template",
			       "there is no template \"%s\"%s", name, hint.buf);
		strbuf_release(&hint);
	}
	return t;
}

static bool too_deep(struct screen_build *b, const struct template *t,
		     const struct cfg_node *node)
{
	int depth = 0;

	for (const struct screen_build *o = b; o; o = o->outer) {
		if (o->template == t) {
			scope_error_at(&b->scope, node, "template-nesting",
				       "template \"%s\" would contain itself", t->name);
			return true;
		}
		depth++;
	}
	if (depth > PLACE_DEPTH_MAX) {
		scope_error_at(&b->scope, node, "template-nesting",
			       "templates are nested deeper than %d", PLACE_DEPTH_MAX);
		return true;
	}
	if (b->parts->n_places++ < PLACES_MAX)
		return false;
	if (b->parts->n_places == PLACES_MAX + 1)
		scope_error_at(&b->scope, node, "too-many",
			       "more than %d instances of templates on one screen",
			       PLACES_MAX);
	return true;
}

/* Arguments, defaults, then what the surroundings of the set say. */
static bool give_arguments(struct screen_build *inner, const struct screen_build *b,
			   const struct template *t, const struct cfg_node *node)
{
	struct scope given = { .diags = b->scope.diags, .via = b->scope.via };
	const struct cfg_node *args = cfg_get(node, "args");
	struct strbuf why = STRBUF_INIT;
	bool good;

	if (args)
		scope_give_group(&given, &b->scope, args);
	good = template_give(t, given.args, given.n_args, &inner->scope, &why);
	if (!good)
		scope_error_at(&b->scope, args ? args : node, "argument", "%s", why.buf);
	for (size_t i = b->n_own; i < b->scope.n_args; i++)
		scope_give(&inner->scope, b->scope.args[i].name, b->scope.args[i].text);
	inner->n_own = inner->scope.n_args - (b->scope.n_args - b->n_own);
	strbuf_release(&why);
	given.via = NULL; /* borrowed */
	scope_release(&given);
	return good;
}

static char *instance_name(struct screen_build *b, const struct cfg_node *node,
			   const struct template *t)
{
	const struct cfg_node *name = cfg_get(node, "name");
	const char *text = name ? scope_text(&b->scope, name) : NULL;

	return text ? xasprintf("%s%s/", b->names, text)
		    : xasprintf("%s%s-%zu/", b->names, t->name, b->box->n_boxes + 1);
}

static void build_instance(struct screen_build *b, const struct template *t,
			   const struct cfg_node *node, struct layout_box box)
{
	char *names = instance_name(b, node, t);
	struct screen_build inner = {
		.parts = b->parts,
		.scope = { .diags = b->scope.diags },
		.box = &box,
		.owner = t->owner,
		.names = names,
		.outer = b,
		.template = t,
	};
	const struct cfg_node *prefix = cfg_get(t->group, "prefix");
	struct layout_box *kept;

	inner.scope.via =
		xasprintf("template \"%s\" placed at %s:%d%s%s", t->name, cfg_file(node),
			  cfg_line(node), b->scope.via ? ", in " : "",
			  b->scope.via ? b->scope.via : "");
	if (give_arguments(&inner, b, t, node)) {
		/* never that of the screen: a template means the same everywhere */
		inner.prefix = prefix ? scope_text(&inner.scope, prefix) : "";
		inner.prefix = inner.prefix ? inner.prefix : "";
		build_drawing(&inner, t->group);
		entries_check(&inner);
	}
	build_release(&inner);
	if (box.cells) { /* else its arguments are wrong */
		kept = GROW(&b->box->boxes, &b->box->n_boxes);
		*kept = box;
	}
	free(names);
}

static void place_one(struct screen_build *b, const struct cfg_node *node)
{
	struct layout_box box = { .across = LAYOUT_NO_BAND, .down = LAYOUT_NO_BAND };
	const struct template *t;
	char *what;

	if (!cfg_check(node, "an instance", screen_place_rows, false, b->scope.diags))
		return;
	t = known_template(b, cfg_get(node, "use"));
	if (!t || too_deep(b, t, node) ||
	    !place_pair(b, cfg_get(node, "at"), "[ row, column ]", &box.row, &box.col) ||
	    !build_size(&b->scope, t->group, &box.cols, &box.rows))
		return;
	box.row--;
	box.col--;
	what = xasprintf("template \"%s\"", t->name);
	if (place_free(b, what, cfg_get(node, "at"), &box))
		build_instance(b, t, node, box);
	free(what);
}

void place_all(struct screen_build *b, const struct cfg_node *list)
{
	size_t errors = b->scope.diags->errors;

	if (list && cfg_type(list) != CFG_LIST) {
		scope_error_at(
			&b->scope, list, "wrong-kind",
			"`place` must be a list ( { use = \"...\"; at = [ row, column "
			"]; args = { }; }, ... )");
		return;
	}
	for (size_t i = 0; list && i < cfg_count(list); i++) {
		const struct cfg_node *node = cfg_at(list, i);

		if (b->scope.diags->errors > errors + PLACE_ERRORS_MAX)
			return; /* the same mistake in a hundred instances */
		if (cfg_type(node) == CFG_GROUP)
			place_one(b, node);
		else
			scope_error_at(&b->scope, node, "wrong-kind",
				       "an instance must be a group { }");
	}
}
