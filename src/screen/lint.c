/* lint.c - screens held against the station's tags and against each other. */
#include "screen/lint.h"

#include <stdlib.h>
#include <string.h>

#include "expr/expr.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/utf8.h"
#include "util/xalloc.h"

enum { OVERVIEW_FIELDS_MAX = 60 };

struct lint {
	const struct screen_set *set;
	const struct screen *s;
	const struct screen_lookup *lookup;
	struct diag_list *diags;
};

#define LINT_ITEM(l, severity, item, id, ...)                                            \
	diag_add((l)->diags, (severity), (l)->s->path, (item)->line, (item)->column,     \
		 (id), __VA_ARGS__)

/* --- widths ------------------------------------------------------------------------ */

static int clean_cells(const char *s)
{
	struct strbuf clean = STRBUF_INIT;
	int cells;

	utf8_clean(&clean, s ? s : "", GRID_MAX);
	cells = utf8_cells(clean.buf);
	strbuf_release(&clean);
	return cells;
}

static int number_cells(double v, int decimals)
{
	char text[400];

	num_format(v, decimals, text, sizeof(text));
	return (int)strlen(text);
}

int screen_value_cells(const struct tag_meta *meta, bool show_unit)
{
	int number, unit = show_unit ? clean_cells(meta->unit) : 0, lo, hi;

	switch (meta->type) {
	case VALUE_BOOL:
		number = 5; /* "false" */
		break;
	case VALUE_INT:
	case VALUE_DOUBLE:
		if (!meta->has_range)
			return 0;
		lo = number_cells(meta->lo,
				  meta->type == VALUE_DOUBLE ? meta->decimals : 0);
		hi = number_cells(meta->hi,
				  meta->type == VALUE_DOUBLE ? meta->decimals : 0);
		number = lo > hi ? lo : hi;
		break;
	case VALUE_NONE:
	case VALUE_STRING:
	default:
		return 0;
	}
	return 1 + number + (unit ? 1 + unit : 0);
}

static void check_value_width(struct lint *l, const struct screen_item *item,
			      const struct tag_meta *meta)
{
	int need = screen_value_cells(meta, item->show_unit);
	int bare = screen_value_cells(meta, false);

	if (need <= item->cols)
		return;
	LINT_ITEM(l, DIAG_ERROR, item, "narrow",
		  "{%s} shows %s and needs %d cells, has %d%s", item->name, meta->name,
		  need, item->cols,
		  bare <= item->cols ? "; `show_unit = false` would leave the unit out"
				     : "");
}

static void check_state_width(struct lint *l, const struct screen_item *item)
{
	for (size_t i = 0; i < item->n_states; i++) {
		int need = 1 + clean_cells(item->states[i].text);

		if (need > item->cols)
			LINT_ITEM(l, DIAG_ERROR, item, "narrow",
				  "{%s} needs %d cells for the state \"%s\", has %d",
				  item->name, need, item->states[i].text, item->cols);
	}
	if (item->n_states && item->states[item->n_states - 1].when)
		LINT_ITEM(l, DIAG_WARNING, item, "symbol-open",
			  "the last state of the symbol of {%s} has a `when`: if none "
			  "holds nothing is shown; end with a state without one",
			  item->name);
}

/* --- what stands next to a field --------------------------------------------------- */

/* A line before a mark is no part of it; a letter is: "T201?" reads as a name. */
static bool is_line(uint32_t cp)
{
	return cp == '|' || (cp >= 0x2190 && cp <= 0x25FF);
}

/* The field, not the widget of a zone, that covers a cell. */
static const struct screen_item *field_at(const struct screen *s, int col, int row)
{
	for (size_t i = 0; i < s->n_items; i++) {
		const struct screen_item *item = &s->items[i];

		if (!item->is_zone && item->row == row && col >= item->col &&
		    col < item->col + item->cols)
			return item;
	}
	return NULL;
}

static uint32_t drawn_at(const struct screen *s, int col, int row)
{
	return col >= 0 && col < s->cols ? s->cells[row * s->cols + col].cp : ' ';
}

static void check_neighbours(struct lint *l, const struct screen_item *item)
{
	int right = item->col + item->cols;
	uint32_t before = drawn_at(l->s, item->col - 1, item->row);

	if (item->is_zone || !item->kind->status_cell)
		return;
	if (field_at(l->s, item->col - 1, item->row) ||
	    (before != ' ' && !is_line(before)))
		LINT_ITEM(l, DIAG_WARNING, item, "touch",
			  "what stands before {%s} touches its mark: the first cell "
			  "shows `?`, `~` or an alarm; leave a blank before it",
			  item->name);
	if (item->kind->shows_value && drawn_at(l->s, right, item->row) != ' ')
		LINT_ITEM(l, DIAG_WARNING, item, "touch",
			  "what is drawn after {%s} touches its last figure or unit; "
			  "leave a blank between them",
			  item->name);
}

/* --- tags -------------------------------------------------------------------------- */

static const struct tag_meta *known_tag(struct lint *l, const struct screen_item *item,
					uint32_t tag, const char *how)
{
	const char *name = l->s->tags[tag];
	const struct tag_meta *meta = l->lookup->tag(l->lookup->arg, name);
	struct strbuf hint = STRBUF_INIT;

	if (meta)
		return meta;
	diag_suggest(&hint, name, l->lookup->names, l->lookup->n_names);
	LINT_ITEM(l, DIAG_ERROR, item, "unknown-tag",
		  item->is_zone ? "widget %s %s \"%s\", and there is no such tag%s"
				: "{%s} %s \"%s\", and there is no such tag%s",
		  item->name, how, name, hint.buf);
	strbuf_release(&hint);
	return NULL;
}

static void check_operands(struct lint *l, const struct screen_item *item)
{
	for (size_t i = 0; i < item->n_states; i++) {
		const struct expr *e = item->states[i].when;

		for (size_t k = 0; e && k < expr_operand_count(e); k++) {
			uint32_t tag = expr_operand_id(e, k);
			bool seen = false;

			for (size_t j = 0; j < i; j++) {
				const struct expr *before = item->states[j].when;

				for (size_t m = 0;
				     before && m < expr_operand_count(before); m++)
					seen |= expr_operand_id(before, m) == tag;
			}
			if (!seen)
				known_tag(l, item, tag, "reads through its symbol");
		}
	}
}

static void check_scale(struct lint *l, const struct screen_item *item,
			const struct tag_meta *meta)
{
	if (!meta->has_range)
		LINT_ITEM(l, DIAG_ERROR, item, "no-range",
			  "a %s needs a scale: give tag \"%s\" a range = ( lo, hi )",
			  item->kind->name, meta->name);
	if (meta->type == VALUE_STRING || meta->type == VALUE_BOOL)
		LINT_ITEM(l, DIAG_ERROR, item, "not-a-number",
			  "a %s shows numbers, and tag \"%s\" is a %s", item->kind->name,
			  meta->name, value_type_name(meta->type));
}

static void check_write(struct lint *l, const struct screen_item *item,
			const struct tag_meta *meta)
{
	if (item->kind->needs_write && !meta->writable)
		LINT_ITEM(l, DIAG_ERROR, item, "not-writable",
			  "{%s} offers to write tag \"%s\", which has no `write` group",
			  item->name, meta->name);
	if (meta->writable && l->s->level == 1 && item->kind->selectable)
		LINT_ITEM(l, DIAG_ERROR, item, "write-on-overview",
			  "{%s} can be written, and a screen of level 1 is for looking: "
			  "move it to a unit screen",
			  item->name);
}

static void check_tag(struct lint *l, const struct screen_item *item)
{
	const struct tag_meta *meta = known_tag(l, item, item->tag, "shows");

	if (!meta)
		return;
	if (item->kind->needs_range)
		check_scale(l, item, meta);
	check_write(l, item, meta);
	if (item->kind->shows_value)
		check_value_width(l, item, meta);
}

/* --- between screens --------------------------------------------------------------- */

static void suggest_screen(const struct lint *l, const char *wrong, struct strbuf *out)
{
	const char **names = xreallocarray(NULL, l->set->n, sizeof(*names));

	for (size_t i = 0; i < l->set->n; i++)
		names[i] = l->set->v[i]->id;
	diag_suggest(out, wrong, names, l->set->n);
	free(names);
}

static void check_nav(struct lint *l, const struct screen_item *item)
{
	const char *to = item->to ? item->to : item->name;
	struct strbuf hint = STRBUF_INIT;
	int need;

	if (item->kind->enter != ENTER_SCREEN)
		return;
	need = 3 + clean_cells(item->text ? item->text : to); /* "[>" and "]" */
	if (need > item->cols)
		LINT_ITEM(l, DIAG_ERROR, item, "narrow", "{%s} needs %d cells, has %d",
			  item->name, need, item->cols);
	if (screen_set_find(l->set, to))
		return;
	suggest_screen(l, to, &hint);
	LINT_ITEM(l, DIAG_ERROR, item, "unknown-screen",
		  "{%s} leads to screen \"%s\", which there is not%s", item->name, to,
		  hint.buf);
	strbuf_release(&hint);
}

static void lint_error(struct lint *l, int line, const char *id, const char *text)
{
	diag_add(l->diags, DIAG_ERROR, l->s->path, line, 0, id, "%s", text);
}

static void check_up(struct lint *l)
{
	const struct screen *up = screen_set_find(l->set, l->s->up);
	struct strbuf text = STRBUF_INIT;
	const char *id = "unknown-screen";

	if (!l->s->up[0] && l->s->level > 1) {
		id = "no-up";
		strbuf_addf(&text,
			    "a screen of level %d needs `up`: the screen that leads here",
			    l->s->level);
	} else if (l->s->up[0] && !up) {
		strbuf_addf(&text, "up = \"%s\", and there is no such screen", l->s->up);
		suggest_screen(l, l->s->up, &text);
	} else if (up && up->level >= l->s->level) {
		id = "up-level";
		strbuf_addf(&text,
			    "up = \"%s\" is of level %d; it must be above this one's %d",
			    l->s->up, up->level, l->s->level);
	}
	if (text.len)
		lint_error(l, l->s->up_line, id, text.buf);
	strbuf_release(&text);
}

static void check_density(struct lint *l)
{
	size_t live = 0;

	for (size_t i = 0; i < l->s->n_items; i++)
		live += l->s->items[i].kind->status_cell;
	if (l->s->level == 1 && l->s->cols <= 80 && live > OVERVIEW_FIELDS_MAX)
		diag_add(l->diags, DIAG_WARNING, l->s->path, l->s->picture_line, 0,
			 "density",
			 "%zu live fields on a screen of level 1; above %d nobody takes "
			 "it in at a glance",
			 live, OVERVIEW_FIELDS_MAX);
}

static void lint_item(struct lint *l, const struct screen_item *item)
{
	if (item->tag != SCREEN_NO_TAG)
		check_tag(l, item);
	if (item->setpoint != SCREEN_NO_TAG)
		known_tag(l, item, item->setpoint, "marks the setpoint");
	check_operands(l, item);
	check_state_width(l, item);
	check_neighbours(l, item);
	check_nav(l, item);
}

void screen_set_lint(const struct screen_set *set, const struct screen_lookup *lookup,
		     struct diag_list *diags)
{
	for (size_t i = 0; i < set->n; i++) {
		struct lint l = { set, set->v[i], lookup, diags };

		check_up(&l);
		check_density(&l);
		for (size_t k = 0; k < set->v[i]->n_items; k++)
			lint_item(&l, &set->v[i]->items[k]);
	}
}
