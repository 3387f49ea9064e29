/* build.c - a drawing becomes a box: its fields and zones become items with their kinds.
 */
#include "screen/build.h"

#include <stdlib.h>
#include <string.h>

#include "config/cfg.h"
#include "expr/expr.h"
#include "screen/details.h"
#include "screen/grow.h"
#include "tag/def.h"
#include "util/strbuf.h"
#include "util/strmap.h"
#include "util/xalloc.h"

struct place place_of_node(const struct cfg_node *node)
{
	return (struct place){ cfg_file(node), cfg_value_line(node),
			       cfg_value_column(node) };
}

struct place place_of(const struct screen_item *item, const struct cfg_node *node)
{
	if (node)
		return place_of_node(node);
	return (struct place){ item->file, item->line, item->column };
}

/* --- tags ------------------------------------------------------------------------- */

uint32_t build_tag(struct screen_build *b, const char *full)
{
	struct screen *s = b->parts->s;
	int64_t known;
	char **tag;

	if (strmap_get(b->parts->tags, full, &known))
		return (uint32_t)known;
	strmap_put(b->parts->tags, full, (int64_t)s->n_tags);
	tag = GROW(&s->tags, &s->n_tags);
	*tag = xstrdup(full);
	return (uint32_t)(s->n_tags - 1);
}

char *build_full_name(struct screen_build *b, struct place at, const char *name)
{
	char *full =
		name[0] == '/' ? xstrdup(name + 1) : xasprintf("%s%s", b->prefix, name);

	if (tag_name_valid(full))
		return full;
	BUILD_ERROR(b, at, "tag-name",
		    "\"%s\" is no tag name: lower-case letters, digits and _, in parts "
		    "joined by dots",
		    full);
	free(full);
	return NULL;
}

uint32_t build_named_tag(struct screen_build *b, struct place at, const char *name)
{
	char *full = build_full_name(b, at, name);
	uint32_t tag = full ? build_tag(b, full) : SCREEN_NO_TAG;

	free(full);
	return tag;
}

/* --- kinds ------------------------------------------------------------------------ */

const struct screen_kind *build_kind(struct screen_build *b, struct place at,
				     const char *name, bool in_zone)
{
	const struct screen_kind *kind = screen_kind_find(name);
	const char *names[64];
	struct strbuf hint = STRBUF_INIT;
	size_t n = 0;

	if (kind && (in_zone ? kind->in_zone : kind->in_field))
		return kind;
	for (size_t i = 0; screen_kinds[i] && n < 64; i++)
		if (in_zone ? screen_kinds[i]->in_zone : screen_kinds[i]->in_field)
			names[n++] = screen_kinds[i]->name;
	if (kind) {
		BUILD_ERROR(b, at, "widget-place", "\"%s\" can only stand in a %s", name,
			    in_zone ? "{field}" : "zone");
	} else {
		diag_suggest(&hint, name, names, n);
		BUILD_ERROR(b, at, "unknown-widget", "there is no widget \"%s\"%s", name,
			    hint.buf);
	}
	strbuf_release(&hint);
	return NULL;
}

static const struct screen_kind *kind_of_field(struct screen_build *b,
					       const struct drawing_field *f,
					       const struct cfg_node *entry)
{
	const struct cfg_node *type = entry ? cfg_get(entry, "type") : NULL;
	struct place at = { f->file, f->line, f->column };
	const char *text;

	if (f->kind[0])
		return build_kind(b, at, f->kind, false);
	if (type && !cfg_as_text(type)) {
		scope_error_at(&b->scope, type, "wrong-kind",
			       "`type` of \"%s\" must be a text, such as \"gauge\"",
			       f->name);
		return NULL;
	}
	if (type) {
		text = scope_text(&b->scope, type);
		return text ? build_kind(b, place_of_node(type), text, false) : NULL;
	}
	return screen_kind_find(entry && cfg_get(entry, "use") ? "state" : "value");
}

struct screen_item *build_item(struct screen_build *b, const struct screen_kind *kind,
			       const char *name, struct place at)
{
	struct screen_item *item;

	b->parts->n_items++;
	item = GROW(&b->box->items, &b->box->n_items);
	*item = (struct screen_item){
		.kind = kind,
		.name = xstrdup(name),
		.tag = SCREEN_NO_TAG,
		.setpoint = SCREEN_NO_TAG,
		.role = ROLE_LABEL,
		.show_unit = true,
		.decimals = -1,
		.file = at.file,
		.via = b->scope.via ? xstrdup(b->scope.via) : NULL,
		.line = at.line,
		.column = at.column,
	};
	return item;
}

/* With its place known: what it is, and what an entry says of it. */
static void finish_item(struct screen_build *b, struct screen_item *item,
			const struct cfg_node *entry)
{
	if (item->cols < item->kind->min_cols &&
	    !screen_kind_upright(item->kind, item->cols, item->rows))
		scope_error(&b->scope, item->file, item->line, item->column, "narrow",
			    "a %s needs at least %d cells, \"%s\" has %d",
			    item->kind->name, item->kind->min_cols, item->name,
			    item->cols);
	settings_apply(b, item, entry);
}

/* --- fields ------------------------------------------------------------------------ */

static const struct cfg_node *group_entry(const struct cfg_node *group, const char *name)
{
	return group ? cfg_get(group, name) : NULL;
}

/* The entry of a name, and whose it is: a variant falls back on its screen's. */
static const struct cfg_node *entry_of(struct screen_build *b, bool zone,
				       const char *name,
				       const struct screen_build **owner)
{
	const struct cfg_node *entry = group_entry(zone ? b->widgets : b->fields, name);

	*owner = b;
	if (!entry && b->screen) {
		*owner = b->screen;
		entry = group_entry(zone ? b->screen->widgets : b->screen->fields, name);
	}
	return entry;
}

static void build_field(struct screen_build *b, const struct drawing_field *f)
{
	bool dotted = strpbrk(f->name, "./") != NULL;
	const struct screen_build *owner = b;
	const struct cfg_node *entry =
		dotted ? NULL : entry_of(b, false, f->name, &owner);
	const struct screen_kind *kind;
	struct screen_item *item;

	if (entry && cfg_type(entry) != CFG_GROUP)
		entry = NULL; /* reported by entries_check */
	if (entry)
		entries_drawn(owner, entry, false);
	kind = kind_of_field(b, f, entry);
	if (!kind)
		return;
	item = build_item(b, kind, f->name,
			  (struct place){ f->file, f->line, f->column });
	item->col = f->col;
	item->row = f->row;
	item->cols = f->cols;
	item->rows = 1;
	if (entry)
		entries_use(owner, item, entry);
	finish_item(b, item, entry);
}

/* --- zones ------------------------------------------------------------------------- */

static void build_widget(struct screen_build *b, const struct screen_build *owner,
			 const struct cfg_node *entry, const struct drawing_zone *z,
			 const char *name)
{
	const struct cfg_node *type = cfg_get(entry, "type");
	const struct screen_kind *kind = NULL;
	struct screen_item *item;
	const char *text;

	entries_drawn(owner, entry, true);
	if (!type || !cfg_as_text(type)) {
		scope_error_at(&b->scope, entry, "missing-setting",
			       "widget %s needs `type`, such as \"tank\"", name);
		return;
	}
	if ((text = scope_text(&b->scope, type)))
		kind = build_kind(b, place_of_node(type), text, true);
	if (!kind)
		return;
	item = build_item(b, kind, name, (struct place){ z->file, z->line, z->column });
	item->is_zone = true;
	item->col = z->col;
	item->row = z->row;
	item->cols = z->cols;
	item->rows = z->rows;
	entries_use(owner, item, entry);
	finish_item(b, item, entry);
	if (z->hollow && !kind->draws_frame)
		scope_error(
			&b->scope, z->file, z->line, z->column, "zone-shape",
			"zone %s is a frame with a hole, and \"%s\" is no frame: draw "
			"a full rectangle",
			name, kind->name);
	if (kind->holds_cells)
		table_build(b, entry);
}

static void build_zone(struct screen_build *b, const struct drawing_zone *z)
{
	const char name[2] = { z->letter, '\0' };
	const struct screen_build *owner;
	const struct cfg_node *entry = entry_of(b, true, name, &owner);

	if (!entry)
		scope_error(&b->scope, z->file, z->line, z->column, "zone-without-widget",
			    "zone %c has no widget: add %c = { type = \"...\"; } to "
			    "`widgets`",
			    z->letter, z->letter);
	else if (cfg_type(entry) == CFG_GROUP) /* else reported by entries_check */
		build_widget(b, owner, entry, z, name);
}

/* A widget that says itself where it is, in rows and columns from 1. */
static void build_placed(struct screen_build *b, const struct cfg_node *entry)
{
	struct drawing_zone z = { .file = cfg_file(entry),
				  .line = cfg_line(entry),
				  .column = cfg_column(entry) };
	const struct cfg_node *at = cfg_get(entry, "at"), *size = cfg_get(entry, "size");

	if (!at && !size)
		return;
	if (!at || !size) {
		scope_error_at(&b->scope, entry, "widget-place",
			       "widget %s needs both at = [ row, column ] and size = [ "
			       "rows, columns ]",
			       cfg_name(entry));
		entries_drawn(b, entry, true);
		return;
	}
	if (place_pair(b, at, "at = [ row, column ]", &z.row, &z.col) &&
	    place_pair(b, size, "size = [ rows, columns ]", &z.rows, &z.cols)) {
		struct layout_box box = {
			.col = --z.col, .row = --z.row, .cols = z.cols, .rows = z.rows
		};

		if (place_free(b, cfg_name(entry), entry, &box))
			build_widget(b, b, entry, &z, cfg_name(entry));
	}
	entries_drawn(b, entry, true);
}

/* --- the whole --------------------------------------------------------------------- */

bool build_size(struct scope *sc, const struct cfg_node *group, int *cols, int *rows)
{
	const struct cfg_node *size = cfg_get(group, "size");
	int64_t c = 0, r = 0;

	if (size && (cfg_type(size) == CFG_ARRAY || cfg_type(size) == CFG_LIST) &&
	    cfg_count(size) == 2 && cfg_as_int(cfg_at(size, 0), &c) &&
	    cfg_as_int(cfg_at(size, 1), &r) && c >= 1 && c <= SCREEN_COLS_MAX && r >= 1 &&
	    r <= SCREEN_ROWS_MAX) {
		*cols = (int)c;
		*rows = (int)r;
		return true;
	}
	scope_error_at(
		sc, size ? size : group, "size",
		"size must be [ columns, rows ], 1 to %d and 1 to %d, such as [ 80, 19 ]",
		SCREEN_COLS_MAX, SCREEN_ROWS_MAX);
	return false;
}

static void build_items(struct screen_build *b, const struct drawing *d)
{
	if (b->parts->n_items + d->n_fields + d->n_zones > SCREEN_ITEMS_MAX) {
		scope_error(&b->scope, b->owner, d->picture_line, 0, "too-many",
			    "more than %d fields and zones", SCREEN_ITEMS_MAX);
		return;
	}
	for (size_t i = 0; i < d->n_fields; i++)
		build_field(b, &d->fields[i]);
	for (size_t i = 0; i < d->n_zones; i++)
		build_zone(b, &d->zones[i]);
	for (size_t i = 0; b->widgets && i < cfg_count(b->widgets); i++)
		if (cfg_type(cfg_at(b->widgets, i)) == CFG_GROUP)
			build_placed(b, cfg_at(b->widgets, i));
}

/* From now on names tell one instance from another. */
static void name_items(struct screen_build *b)
{
	for (size_t i = 0; b->names[0] && i < b->box->n_items; i++) {
		struct screen_item *item = &b->box->items[i];
		char *full = xasprintf("%s%s", b->names, item->name);

		free(item->name);
		item->name = full;
	}
}

void build_drawing(struct screen_build *b, const struct cfg_node *group)
{
	struct drawing d;

	b->fields = cfg_get(group, "fields");
	b->widgets = cfg_get(group, "widgets");
	b->used = strmap_new();
	b->box->across = b->box->down = LAYOUT_NO_BAND;
	drawing_read(&d, b->box->cols, b->box->rows, cfg_get(group, "picture"),
		     cfg_get(group, "zones"), &b->scope);
	b->box->cells = d.cells;
	d.cells = NULL;
	build_items(b, &d);
	place_all(b, cfg_get(group, "place"));
	grow_read(b, cfg_get(group, "grow"));
	drawing_release(&d);
}

void build_release(struct screen_build *b)
{
	name_items(b);
	strmap_free(b->used);
	scope_release(&b->scope);
}

void screen_item_release(struct screen_item *item)
{
	for (size_t i = 0; i < item->n_states; i++) {
		expr_free(item->states[i].when);
		free(item->states[i].text);
	}
	free(item->states);
	details_release(item);
	free(item->pens);
	free(item->name);
	free(item->prefix);
	free(item->text);
	free(item->to);
	free(item->area);
	free(item->opens);
	free(item->via);
}
