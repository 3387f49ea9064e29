/* build.c - fields and zones become items: their kind, their settings, their tags. */
#include "screen/build.h"

#include <stdlib.h>
#include <string.h>

#include "config/cfg.h"
#include "expr/expr.h"
#include "screen/role_words.h"
#include "tag/def.h"
#include "util/strbuf.h"
#include "util/strmap.h"
#include "util/when.h"
#include "util/xalloc.h"

/* Where a setting or, without one, the item itself is written. */
struct place {
	const char *file;
	int line, column;
};

static struct place place_of(const struct screen_build *b, const struct screen_item *item,
			     const struct cfg_node *node)
{
	if (node)
		return (struct place){ cfg_file(node), cfg_value_line(node),
				       cfg_value_column(node) };
	return (struct place){ b->s->path, item->line, item->column };
}

#define BUILD_ERROR(b, at, id, ...)                                                      \
	diag_add((b)->diags, DIAG_ERROR, (at).file, (at).line, (at).column, (id),        \
		 __VA_ARGS__)

/* --- tags ------------------------------------------------------------------------- */

static uint32_t tag_index(struct screen_build *b, const char *name)
{
	int64_t known;
	char **tag;

	if (strmap_get(b->tags, name, &known))
		return (uint32_t)known;
	strmap_put(b->tags, name, (int64_t)b->s->n_tags);
	tag = GROW(&b->s->tags, &b->s->n_tags);
	*tag = xstrdup(name);
	return (uint32_t)(b->s->n_tags - 1);
}

/* The full name behind a name as written: "/" leaves the screen's prefix aside. NULL
 * when it is no tag name. Owned. */
static char *full_name(struct screen_build *b, struct place at, const char *name)
{
	char *full = name[0] == '/' ? xstrdup(name + 1)
				    : xasprintf("%s%s", b->s->prefix, name);

	if (tag_name_valid(full))
		return full;
	BUILD_ERROR(b, at, "tag-name",
		    "\"%s\" is no tag name: lower-case letters, digits and _, in parts "
		    "joined by dots",
		    full);
	free(full);
	return NULL;
}

static uint32_t named_tag(struct screen_build *b, struct place at, const char *name)
{
	char *full = full_name(b, at, name);
	uint32_t tag = full ? tag_index(b, full) : SCREEN_NO_TAG;

	free(full);
	return tag;
}

/* --- symbols ---------------------------------------------------------------------- */

static void add_state(struct screen_build *b, struct screen_item *item,
		      const struct symbol_state *from)
{
	struct screen_state state = { .role = from->role }, *kept;
	struct strbuf why = STRBUF_INIT;
	int column = 1;

	if (from->when) {
		state.when = expr_compile(cfg_as_text(from->when), item->prefix, &why,
					  &column);
		if (!state.when) { /* proved before with a short prefix: too long now */
			struct place at = place_of(b, item, NULL);

			BUILD_ERROR(b, at, "expression", "%s", why.buf);
			strbuf_release(&why);
			return;
		}
		for (size_t i = 0; i < expr_operand_count(state.when); i++)
			expr_bind(state.when, i,
				  tag_index(b, expr_operand_name(state.when, i)));
	}
	strbuf_release(&why);
	state.text = xstrdup(from->text);
	kept = GROW(&item->states, &item->n_states);
	*kept = state;
}

static void use_symbol(struct screen_build *b, struct screen_item *item,
		       const struct cfg_node *node, const char *text)
{
	const struct symbol *symbol = symbol_find(b->symbols, text, b->s->path);
	struct place at = place_of(b, item, node);
	struct strbuf hint = STRBUF_INIT;

	if (!symbol) {
		symbol_suggest(b->symbols, text, &hint);
		BUILD_ERROR(b, at, "unknown-symbol", "there is no symbol \"%s\"%s", text,
			    hint.buf);
		strbuf_release(&hint);
		return;
	}
	item->prefix = item->prefix ? item->prefix : full_name(b, at, item->name);
	for (size_t i = 0; item->prefix && i < symbol->n_states; i++)
		add_state(b, item, &symbol->states[i]);
}

/* --- settings --------------------------------------------------------------------- */

static void set_role(struct screen_build *b, struct screen_item *item, struct place at,
		     const char *text)
{
	struct strbuf why = STRBUF_INIT;
	const char *id;

	if (role_parse_author(text, &item->role))
		return;
	id = role_refusal(text, &why);
	BUILD_ERROR(b, at, id, "%s", why.buf);
	strbuf_release(&why);
}

static void replace(char **where, const char *text)
{
	free(*where);
	*where = xstrdup(text);
}

/* A window that a trend can show: what the server keeps is 25 hours. */
static void set_span(struct screen_build *b, struct screen_item *item, struct place at,
		     const char *text)
{
	const int64_t shortest = 60 * 1000, longest = 24 * 60 * 60 * 1000;

	if (!when_span(text, &item->span_ms) || item->span_ms < shortest ||
	    item->span_ms > longest)
		BUILD_ERROR(b, at, "span",
			    "\"%s\" is no span of a trend: 1m to 1d, such as 15m, 2h, 8h",
			    text);
}

static void set_pen(struct screen_build *b, struct screen_item *item,
		    const struct cfg_node *node)
{
	const char *text = node ? cfg_as_text(node) : NULL;
	uint32_t tag, *pen;

	if (!text || !text[0]) {
		cfg_error(node, b->diags, "wrong-kind",
			  "`pens` of \"%s\" must be a list of tags: ( \"a\", \"b\" )",
			  item->name);
		return;
	}
	tag = named_tag(b, place_of(b, item, node), text);
	if (tag == SCREEN_NO_TAG)
		return;
	for (size_t i = 0; i < item->n_pens; i++)
		if (item->pens[i] == tag) {
			cfg_error(node, b->diags, "pen-twice",
				  "\"%s\" is a pen of this trend already", text);
			return;
		}
	pen = GROW(&item->pens, &item->n_pens);
	*pen = tag;
}

/* `pens = ( "a", "b" )`; one alone may do without the brackets. */
static void set_pens(struct screen_build *b, struct screen_item *item,
		     const struct cfg_node *node)
{
	size_t n = cfg_count(node);

	if (cfg_as_text(node)) {
		set_pen(b, item, node);
		return;
	}
	if (cfg_type(node) == CFG_GROUP || n < 1 || n > SCREEN_PENS_MAX) {
		cfg_error(node, b->diags, "pens",
			  "`pens` of \"%s\" must name 1 to %d tags: ( \"a\", \"b\" )",
			  item->name, SCREEN_PENS_MAX);
		return;
	}
	for (size_t i = 0; i < n; i++)
		set_pen(b, item, cfg_at(node, i));
}

static void set_text(struct screen_build *b, struct screen_item *item,
		     const struct screen_setting *setting, const struct cfg_node *node)
{
	const char *text = cfg_as_text(node);
	struct place at = place_of(b, item, node);

	switch (setting->slot) {
	case SLOT_TAG:
		item->tag = named_tag(b, at, text);
		break;
	case SLOT_SETPOINT:
		item->setpoint = named_tag(b, at, text);
		break;
	case SLOT_BASE:
		free(item->prefix);
		item->prefix = full_name(b, at, text);
		break;
	case SLOT_SYMBOL: /* after all others: it needs the base */
	case SLOT_UNIT:
	case SLOT_PENS:
		break;
	case SLOT_SPAN:
		set_span(b, item, at, text);
		break;
	case SLOT_SCREEN:
		replace(&item->to, text);
		break;
	case SLOT_TEXT:
		replace(&item->text, text);
		break;
	case SLOT_AREA:
		replace(&item->area, text);
		break;
	case SLOT_ROLE:
		set_role(b, item, at, text);
		break;
	}
}

static void apply_setting(struct screen_build *b, struct screen_item *item,
			  const struct screen_setting *setting,
			  const struct cfg_node *entry)
{
	const struct cfg_node *node = entry ? cfg_get(entry, setting->name) : NULL;
	bool is_bool = setting->slot == SLOT_UNIT;
	struct place at = place_of(b, item, entry);

	if (!node) {
		if (setting->required)
			BUILD_ERROR(b, at, "missing-setting",
				    "\"%s\" is a %s and needs `%s`: %s", item->name,
				    item->kind->name, setting->name, setting->help);
	} else if (setting->slot == SLOT_PENS) {
		set_pens(b, item, node);
	} else if (is_bool ? !cfg_as_bool(node, &item->show_unit)
			   : !cfg_as_text(node) || !cfg_as_text(node)[0]) {
		cfg_error(node, b->diags, "wrong-kind", "`%s` of \"%s\" must be %s",
			  setting->name, item->name,
			  is_bool ? "true or false" : "a text that is not empty");
	} else if (!is_bool) {
		set_text(b, item, setting, node);
	}
}

static void apply_settings(struct screen_build *b, struct screen_item *item,
			   const struct cfg_node *entry)
{
	const struct cfg_node *symbol = NULL;

	for (const struct screen_setting *s = item->kind->settings; s->name; s++) {
		apply_setting(b, item, s, entry);
		if (s->slot == SLOT_SYMBOL && entry)
			symbol = cfg_get(entry, s->name);
	}
	if (symbol && cfg_as_text(symbol))
		use_symbol(b, item, symbol, cfg_as_text(symbol));
	if (item->kind->needs_tag && item->tag == SCREEN_NO_TAG && !item->is_zone)
		item->tag = named_tag(b, place_of(b, item, NULL), item->name);
}

/* --- kinds ------------------------------------------------------------------------ */

static const struct screen_kind *known_kind(struct screen_build *b, struct place at,
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
	struct place at = { b->s->path, f->line, f->column };

	if (f->kind[0])
		return known_kind(b, at, f->kind, false);
	if (type && cfg_as_text(type)) {
		at = (struct place){ cfg_file(type), cfg_value_line(type),
				     cfg_value_column(type) };
		return known_kind(b, at, cfg_as_text(type), false);
	}
	return screen_kind_find(entry && cfg_get(entry, "use") ? "state" : "value");
}

static struct screen_item *new_item(struct screen_build *b,
				    const struct screen_kind *kind, const char *name,
				    struct place at)
{
	struct screen_item *item = GROW(&b->s->items, &b->s->n_items);

	*item = (struct screen_item){
		.kind = kind,
		.name = xstrdup(name),
		.tag = SCREEN_NO_TAG,
		.setpoint = SCREEN_NO_TAG,
		.role = ROLE_LABEL,
		.show_unit = true,
		.line = at.line,
		.column = at.column,
	};
	return item;
}

static void check_width(struct screen_build *b, const struct screen_item *item,
			struct place at)
{
	if (item->cols < item->kind->min_cols)
		BUILD_ERROR(
			b, at, "narrow", "a %s needs at least %d cells, \"%s\" has %d",
			item->kind->name, item->kind->min_cols, item->name, item->cols);
}

static void build_field(struct screen_build *b, const struct drawing_field *f)
{
	bool dotted = strpbrk(f->name, "./") != NULL;
	const struct cfg_node *entry =
		b->fields && !dotted ? cfg_get(b->fields, f->name) : NULL;
	struct place at = { b->s->path, f->line, f->column };
	const struct screen_kind *kind;
	struct screen_item *item;

	if (entry && cfg_type(entry) != CFG_GROUP)
		entry = NULL; /* reported by check_entries */
	kind = kind_of_field(b, f, entry);
	if (!kind)
		return;
	item = new_item(b, kind, f->name, at);
	item->col = f->col;
	item->row = f->row;
	item->cols = f->cols;
	item->rows = 1;
	check_width(b, item, at);
	apply_settings(b, item, entry);
}

static void build_zone(struct screen_build *b, const struct drawing_zone *z)
{
	const char name[2] = { z->letter, '\0' };
	const struct cfg_node *entry = b->widgets ? cfg_get(b->widgets, name) : NULL;
	const struct cfg_node *type;
	const struct screen_kind *kind;
	struct place at = { b->s->path, z->line, z->column };
	struct screen_item *item;

	if (!entry) {
		BUILD_ERROR(b, at, "zone-without-widget",
			    "zone %c has no widget: add %c = { type = \"...\"; } to "
			    "`widgets`",
			    z->letter, z->letter);
		return;
	}
	if (cfg_type(entry) != CFG_GROUP)
		return; /* reported by check_entries */
	type = cfg_get(entry, "type");
	if (!type || !cfg_as_text(type)) {
		cfg_error(entry, b->diags, "missing-setting",
			  "widget %s needs `type`, such as \"tank\"", name);
		return;
	}
	kind = known_kind(b,
			  (struct place){ cfg_file(type), cfg_value_line(type),
					  cfg_value_column(type) },
			  cfg_as_text(type), true);
	if (!kind)
		return;
	item = new_item(b, kind, name, at);
	item->is_zone = true;
	item->col = z->col;
	item->row = z->row;
	item->cols = z->cols;
	item->rows = z->rows;
	check_width(b, item, at);
	apply_settings(b, item, entry);
}

/* --- entries nobody uses, settings nobody knows ------------------------------------- */

static bool kind_has(const struct screen_kind *kind, const char *setting)
{
	for (const struct screen_setting *s = kind->settings; s->name; s++)
		if (strcmp(s->name, setting) == 0)
			return true;
	return false;
}

static void unknown_setting(struct screen_build *b, const struct cfg_node *node,
			    const char *owner, const struct screen_kind *kind)
{
	const char *names[16] = { "type" };
	struct strbuf hint = STRBUF_INIT;
	size_t n = 1;

	for (const struct screen_setting *s = kind->settings; s->name && n < 16; s++)
		names[n++] = s->name;
	diag_suggest(&hint, cfg_name(node), names, n);
	cfg_error(node, b->diags, "unknown-setting", "a %s has no setting \"%s\"%s [%s]",
		  kind->name, cfg_name(node), hint.buf, owner);
	strbuf_release(&hint);
}

/* A setting is known when any item of that name has use for it. */
static void check_entry(struct screen_build *b, const struct cfg_node *entry, bool zone)
{
	const struct screen_kind *kind = NULL;

	for (size_t m = 0; m < cfg_count(entry); m++) {
		const struct cfg_node *node = cfg_at(entry, m);
		bool known = strcmp(cfg_name(node), "type") == 0;

		for (size_t i = 0; i < b->s->n_items; i++) {
			const struct screen_item *item = &b->s->items[i];

			if (item->is_zone != zone ||
			    strcmp(item->name, cfg_name(entry)) != 0)
				continue;
			kind = item->kind;
			known |= kind_has(kind, cfg_name(node));
		}
		if (!known && kind)
			unknown_setting(b, node, cfg_name(entry), kind);
	}
}

static bool is_drawn(const struct drawing *d, const char *name, bool zone)
{
	for (size_t i = 0; zone && i < d->n_zones; i++)
		if (name[0] == d->zones[i].letter && !name[1])
			return true;
	for (size_t i = 0; !zone && i < d->n_fields; i++)
		if (strcmp(d->fields[i].name, name) == 0)
			return true;
	return false;
}

static void suggest_field(const struct drawing *d, const char *name, struct strbuf *out)
{
	const char **names = xreallocarray(NULL, d->n_fields, sizeof(*names));

	for (size_t i = 0; i < d->n_fields; i++)
		names[i] = d->fields[i].name;
	diag_suggest(out, name, names, d->n_fields);
	free(names);
}

static void check_entries(struct screen_build *b, const struct drawing *d,
			  const struct cfg_node *group, bool zone)
{
	for (size_t i = 0; group && i < cfg_count(group); i++) {
		const struct cfg_node *entry = cfg_at(group, i);
		const char *name = cfg_name(entry);
		struct strbuf hint = STRBUF_INIT;

		if (cfg_type(entry) != CFG_GROUP) {
			cfg_error(entry, b->diags, "wrong-kind",
				  "\"%s\" must be a group { }", name);
		} else if (is_drawn(d, name, zone)) {
			check_entry(b, entry, zone);
		} else if (zone) {
			cfg_error(entry, b->diags, "widget-without-zone",
				  "widget %s has no zone: draw the letter %s in `zones`",
				  name, name);
		} else {
			suggest_field(d, name, &hint);
			cfg_error(entry, b->diags, "unused-field",
				  "the picture has no field {%s}%s", name, hint.buf);
		}
		strbuf_release(&hint);
	}
}

static int by_place(const void *a, const void *b)
{
	const struct screen_item *x = a, *y = b;

	return x->row != y->row ? x->row - y->row : x->col - y->col;
}

void build_items(struct screen_build *b, const struct drawing *d)
{
	struct place at = { b->s->path, d->picture_line, 0 };

	if (d->n_fields + d->n_zones > SCREEN_ITEMS_MAX) {
		BUILD_ERROR(b, at, "too-many", "more than %d fields and zones",
			    SCREEN_ITEMS_MAX);
		return;
	}
	for (size_t i = 0; i < d->n_fields; i++)
		build_field(b, &d->fields[i]);
	for (size_t i = 0; i < d->n_zones; i++)
		build_zone(b, &d->zones[i]);
	check_entries(b, d, b->fields, false);
	check_entries(b, d, b->widgets, true);
	if (b->s->n_items)
		qsort(b->s->items, b->s->n_items, sizeof(*b->s->items), by_place);
}

void screen_item_release(struct screen_item *item)
{
	for (size_t i = 0; i < item->n_states; i++) {
		expr_free(item->states[i].when);
		free(item->states[i].text);
	}
	free(item->states);
	free(item->pens);
	free(item->name);
	free(item->prefix);
	free(item->text);
	free(item->to);
	free(item->area);
}
