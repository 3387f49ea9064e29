/* table.c - a table becomes fields: one a row and column, in the table's zone. So each
 * cell has its own status cell, and is selected, opened and judged like any field. */
#include "screen/details.h"

#include <stdlib.h>

#include "config/cfg.h"
#include "config/schema.h"
#include "util/utf8.h"
#include "util/xalloc.h"

enum { TABLE_ROWS_MAX = 99, TABLE_COLS_MAX = 30, COLUMN_WIDTH = 9 };

static const struct cfg_row row_rows[] = {
	{ .name = "name",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "the front of its tags" },
	{ .name = "text", .kind = CFG_K_TEXT, .help = "what stands at its left" },
	{ .name = "opens", .kind = CFG_K_TEXT, .help = "the faceplate of its cells" },
	{ 0 },
};

static const struct cfg_row column_rows[] = {
	{ .name = "tag",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "put behind the row's name; \".\" is the row's name itself" },
	{ .name = "text", .kind = CFG_K_TEXT0, .help = "the heading" },
	{ .name = "width",
	  .kind = CFG_K_INT,
	  .lo = 2,
	  .hi = SCREEN_COLS_MAX,
	  .help = "cells, the mark included" },
	{ .name = "decimals",
	  .kind = CFG_K_INT,
	  .lo = 0,
	  .hi = 9,
	  .help = "other than the tag's" },
	{ .name = "show_unit", .kind = CFG_K_BOOL, .help = "false unless given" },
	{ .name = "type", .kind = CFG_K_TEXT, .help = "value, mode, bar ..." },
	{ .name = "use", .kind = CFG_K_TEXT, .help = "a symbol, for a state" },
	{ 0 },
};

struct column {
	const struct cfg_node *node; /* a group, or the name alone */
	const struct screen_kind *kind;
	const char *tag, *use;
	int64_t width, decimals;
	bool show_unit;
};

struct table {
	struct screen_build *b;
	size_t item; /* in b->box->items, which moves while cells are added */
	const struct cfg_node *rows, *columns;
	struct column column[TABLE_COLS_MAX];
};

static struct screen_item *own_item(const struct table *t)
{
	return &t->b->box->items[t->item];
}

static void keep_text(char ***list, size_t *n, const char *text)
{
	char **kept = GROW(list, n);

	*kept = xstrdup(text);
}

/* A member of a row or column that is a group, or the text that stands for it. */
static const char *member(struct table *t, const struct cfg_node *node, const char *name,
			  const char *alone)
{
	const struct cfg_node *m = node;

	if (cfg_type(node) == CFG_GROUP)
		m = cfg_get(node, name);
	else if (!alone)
		return NULL;
	return m ? scope_text(&t->b->scope, m) : NULL;
}

static bool is_list(struct table *t, const struct cfg_node *node, const char *name,
		    size_t max)
{
	bool list = node && cfg_type(node) != CFG_GROUP && cfg_count(node) >= 1 &&
		    cfg_count(node) <= max;

	if (node && !list)
		scope_error_at(&t->b->scope, node, "table",
			       "`%s` of table %s must be a list of 1 to %zu names or "
			       "groups",
			       name, own_item(t)->name, max);
	return list;
}

static bool good_entry(struct table *t, const struct cfg_node *node, const char *what,
		       const struct cfg_row *rows)
{
	if (cfg_as_text(node) && cfg_as_text(node)[0])
		return true;
	if (cfg_type(node) == CFG_GROUP)
		return cfg_check(node, what, rows, false, t->b->scope.diags);
	scope_error_at(&t->b->scope, node, "wrong-kind",
		       "%s must be a name or a group { }", what);
	return false;
}

static const struct screen_kind *column_kind(struct table *t, const struct column *c)
{
	const char *type = member(t, c->node, "type", NULL);

	if (type)
		return build_kind(t->b, place_of_node(c->node), type, false);
	return screen_kind_find(c->use ? "state" : "value");
}

static bool read_column(struct table *t, size_t at)
{
	struct column *c = &t->column[at];
	const struct cfg_node *node = cfg_at(t->columns, at);
	const char *heading;

	*c = (struct column){ .node = node, .width = COLUMN_WIDTH, .decimals = -1 };
	if (!good_entry(t, node, "a column of a table", column_rows))
		return false;
	c->tag = member(t, node, "tag", "tag");
	if (cfg_type(node) == CFG_GROUP) {
		cfg_as_int(cfg_get(node, "width"), &c->width);
		cfg_as_int(cfg_get(node, "decimals"), &c->decimals);
		cfg_as_bool(cfg_get(node, "show_unit"), &c->show_unit);
		c->use = member(t, node, "use", NULL);
	}
	c->kind = column_kind(t, c);
	if (!c->tag || !c->kind)
		return false;
	if (c->width < c->kind->min_cols) {
		scope_error_at(&t->b->scope, node, "narrow",
			       "a %s needs at least %d cells, this column has %d",
			       c->kind->name, c->kind->min_cols, (int)c->width);
		return false;
	}
	heading = member(t, node, "text", NULL);
	keep_text(&own_item(t)->headings, &own_item(t)->n_headings,
		  heading ? heading : c->tag);
	return true;
}

static bool read_rows(struct table *t)
{
	bool good = true;

	for (size_t i = 0; i < cfg_count(t->rows); i++) {
		const struct cfg_node *node = cfg_at(t->rows, i);
		const char *text;

		if (!good_entry(t, node, "a row of a table", row_rows)) {
			good = false;
			continue;
		}
		text = member(t, node, "text", NULL);
		text = text ? text : member(t, node, "name", "name");
		good &= text != NULL;
		keep_text(&own_item(t)->row_names, &own_item(t)->n_row_names,
			  text ? text : "");
	}
	return good;
}

/* Where the first column begins: names, a blank, then each column behind a blank. */
static int names_width(struct table *t)
{
	const struct screen_item *item = own_item(t);
	int longest = 0, columns = 0;

	for (size_t i = 0; i < item->n_row_names; i++) {
		int cells = utf8_cells(item->row_names[i]);

		longest = cells > longest ? cells : longest;
	}
	for (size_t i = 0; i < cfg_count(t->columns); i++)
		columns += (int)t->column[i].width + 1;
	if (longest + columns > item->cols) {
		BUILD_ERROR(t->b, place_of(item, NULL), "narrow",
			    "table %s needs %d cells for its names and columns, its zone "
			    "has %d",
			    item->name, longest + columns, item->cols);
		return -1;
	}
	if ((int)item->n_row_names + 1 > item->rows) {
		BUILD_ERROR(t->b, place_of(item, NULL), "rows",
			    "table %s needs %d rows with its headings, its zone has %d",
			    item->name, (int)item->n_row_names + 1, item->rows);
		return -1;
	}
	return longest;
}

/* "p101" and "speed" are p101.speed; "_sp" hangs on without a dot, "." is p101. */
static char *cell_name(const char *row, const char *column)
{
	if (column[0] == '.' && !column[1])
		return xstrdup(row);
	return xasprintf("%s%s%s", row, column[0] == '_' ? "" : ".", column);
}

static void cell_settings(struct table *t, struct screen_item *cell,
			  const struct column *c, const struct cfg_node *row,
			  const char *name)
{
	struct place at = place_of_node(c->node);
	const struct cfg_node *opens =
		cfg_type(row) == CFG_GROUP ? cfg_get(row, "opens") : NULL;

	cell->show_unit = c->show_unit;
	cell->decimals = (int)c->decimals;
	if (c->use) {
		cell->prefix = build_full_name(t->b, at, name);
		settings_use_symbol(t->b, cell, cfg_get(c->node, "use"), c->use);
	} else if (c->kind->needs_tag) {
		cell->tag = build_named_tag(t->b, at, name);
	}
	if (opens)
		settings_opens(t->b, cell, opens);
}

static void add_cell(struct table *t, int row, int column, int left)
{
	const struct column *c = &t->column[column];
	const struct cfg_node *node = cfg_at(t->rows, (size_t)row);
	char *name = cell_name(member(t, node, "name", "name"), c->tag);
	struct screen_item *cell = build_item(t->b, c->kind, name, place_of_node(node));
	const struct screen_item *table = own_item(t);

	cell->in_table = true;
	cell->table_row = row;
	cell->table_col = column;
	cell->col = table->col + left + 1;
	cell->row = table->row + row + 1;
	cell->cols = (int)c->width;
	cell->rows = 1;
	cell_settings(t, cell, c, node, name);
	free(name);
}

void table_build(struct screen_build *b, const struct cfg_node *entry)
{
	struct table t = { .b = b, .item = b->box->n_items - 1 };
	bool good = true;
	int left;

	t.rows = cfg_get(entry, "rows");
	t.columns = cfg_get(entry, "columns");
	if (!is_list(&t, t.rows, "rows", TABLE_ROWS_MAX) ||
	    !is_list(&t, t.columns, "columns", TABLE_COLS_MAX))
		return;
	for (size_t i = 0; i < cfg_count(t.columns); i++)
		good &= read_column(&t, i);
	if (!read_rows(&t) || !good || (left = names_width(&t)) < 0)
		return;
	for (size_t k = 0; k < cfg_count(t.columns); k++) {
		for (size_t i = 0; i < cfg_count(t.rows); i++)
			add_cell(&t, (int)i, (int)k, left);
		left += (int)t.column[k].width + 1;
	}
}
