/* load.c - screen files as a set: the library's symbols first, then a screen a file; one
 * that has mistakes is left out and takes no other with it. */
#include "screen/screen.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "config/cfg.h"
#include "config/schema.h"
#include "screen/build.h"
#include "util/strmap.h"
#include "util/xalloc.h"

static const struct cfg_row screen_rows[] = {
	{ .name = "id",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "its name in links, alarms and commands" },
	{ .name = "title",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "what the operator reads" },
	{ .name = "level",
	  .kind = CFG_K_INT,
	  .flags = CFG_REQUIRED,
	  .lo = 1,
	  .hi = 4,
	  .help = "1 overview, 2 unit, 3 detail, 4 support" },
	{ .name = "up", .kind = CFG_K_TEXT, .help = "the screen above; not on level 1" },
	{ .name = "area", .kind = CFG_K_TEXT, .help = "whose alarms belong here" },
	{ .name = "size",
	  .kind = CFG_K_ANY,
	  .flags = CFG_REQUIRED,
	  .help = "[ columns, rows ] of the picture" },
	{ .name = "prefix",
	  .kind = CFG_K_TEXT0,
	  .help = "put before each tag name; a leading / leaves it aside" },
	{ .name = "picture",
	  .kind = CFG_K_TEXT0,
	  .flags = CFG_REQUIRED,
	  .help = "the drawing, one row of text a row of cells" },
	{ .name = "zones",
	  .kind = CFG_K_TEXT0,
	  .help = "the same grid: one letter a rectangle, one rectangle a widget" },
	{ .name = "fields",
	  .kind = CFG_K_GROUP,
	  .help = "what differs from the default" },
	{ .name = "widgets", .kind = CFG_K_GROUP, .help = "one a letter of the zones" },
	{ .name = "grow",
	  .kind = CFG_K_GROUP,
	  .help = "bands that stretch (not yet active)" },
	{ .name = "variants",
	  .kind = CFG_K_ANY,
	  .help = "drawings for other sizes (not yet active)" },
	{ .name = "keys",
	  .kind = CFG_K_GROUP,
	  .help = "letters of this screen (not yet active)" },
	{ .name = "place",
	  .kind = CFG_K_ANY,
	  .help = "instances of templates (not yet active)" },
	{ 0 },
};

static const struct cfg_row file_rows[] = {
	{ .name = "screen", .kind = CFG_K_GROUP, .help = "one screen a file" },
	{ .name = "symbols", .kind = CFG_K_GROUP, .help = "words and shapes for states" },
	{ .name = "templates", .kind = CFG_K_ANY, .help = "not yet active" },
	{ 0 },
};

/* --- one screen ------------------------------------------------------------------- */

void screen_free(struct screen *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n_items; i++)
		screen_item_release(&s->items[i]);
	for (size_t i = 0; i < s->n_tags; i++)
		free(s->tags[i]);
	free(s->items);
	free(s->tags);
	free(s->cells);
	free(s->path);
	free(s->id);
	free(s->title);
	free(s->up);
	free(s->area);
	free(s->prefix);
	free(s);
}

static char *text_of(const struct cfg_node *group, const char *name)
{
	const char *text = cfg_as_text(cfg_get(group, name));

	return xstrdup(text ? text : "");
}

static int line_of(const struct cfg_node *group, const char *name)
{
	const struct cfg_node *node = cfg_get(group, name);

	return node ? cfg_value_line(node) : cfg_line(group);
}

static bool id_valid(const char *id)
{
	size_t n = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return islower((unsigned char)id[0]) && !id[n] && n <= SCREEN_ID_MAX;
}

static bool read_size(const struct cfg_node *group, struct screen *s,
		      struct diag_list *diags)
{
	const struct cfg_node *size = cfg_get(group, "size");
	int64_t cols = 0, rows = 0;

	if ((cfg_type(size) == CFG_ARRAY || cfg_type(size) == CFG_LIST) &&
	    cfg_count(size) == 2 && cfg_as_int(cfg_at(size, 0), &cols) &&
	    cfg_as_int(cfg_at(size, 1), &rows) && cols >= 1 && cols <= SCREEN_COLS_MAX &&
	    rows >= 1 && rows <= SCREEN_ROWS_MAX) {
		s->cols = (int)cols;
		s->rows = (int)rows;
		return true;
	}
	cfg_error(
		size, diags, "size",
		"size must be [ columns, rows ], 1 to %d and 1 to %d, such as [ 80, 19 ]",
		SCREEN_COLS_MAX, SCREEN_ROWS_MAX);
	return false;
}

static void read_heads(const struct cfg_node *group, struct screen *s,
		       struct diag_list *diags)
{
	int64_t level = 1;

	cfg_as_int(cfg_get(group, "level"), &level);
	s->level = (int)level;
	s->id = text_of(group, "id");
	s->title = text_of(group, "title");
	s->up = text_of(group, "up");
	s->area = text_of(group, "area");
	s->prefix = text_of(group, "prefix");
	s->line = cfg_line(group);
	s->id_line = line_of(group, "id");
	s->up_line = line_of(group, "up");
	s->level_line = line_of(group, "level");
	s->size_line = line_of(group, "size");
	if (!id_valid(s->id))
		cfg_error(cfg_get(group, "id"), diags, "screen-id",
			  "\"%s\" is no screen id: a lower-case letter, then letters, "
			  "digits, - and _, at most %d",
			  s->id, SCREEN_ID_MAX);
}

static void read_drawing(const struct cfg_node *group, struct screen *s,
			 const struct symbol_list *symbols, struct diag_list *diags)
{
	struct screen_build b = { .s = s,
				  .symbols = symbols,
				  .fields = cfg_get(group, "fields"),
				  .widgets = cfg_get(group, "widgets"),
				  .tags = strmap_new(),
				  .diags = diags };
	struct drawing d;

	drawing_read(&d, s->cols, s->rows, cfg_get(group, "picture"),
		     cfg_get(group, "zones"), diags);
	build_items(&b, &d);
	s->picture_line = d.picture_line;
	s->cells = d.cells;
	d.cells = NULL;
	drawing_release(&d);
	strmap_free(b.tags);
}

/* NULL when there is a mistake in it. */
static struct screen *read_screen(const struct cfg_node *group,
				  const struct symbol_list *symbols,
				  struct diag_list *diags)
{
	size_t errors = diags->errors;
	struct screen *s;

	if (!cfg_check(group, "screen", screen_rows, false, diags))
		return NULL;
	s = xcalloc(1, sizeof(*s));
	s->path = xstrdup(cfg_file(group));
	read_heads(group, s, diags);
	if (read_size(group, s, diags))
		read_drawing(group, s, symbols, diags);
	if (diags->errors == errors)
		return s;
	screen_free(s);
	return NULL;
}

/* --- the set ---------------------------------------------------------------------- */

struct loading {
	struct cfg **trees; /* one a file; NULL when it cannot be used */
	size_t n;
	struct symbol_list symbols;
	struct screen_set *set;
	struct diag_list *diags;
};

static const struct cfg_node *screen_of(const struct cfg *tree)
{
	const struct cfg_node *group = tree ? cfg_get(cfg_root(tree), "screen") : NULL;

	return group && cfg_type(group) == CFG_GROUP ? group : NULL;
}

static struct cfg *read_file(const struct screen_file *file, struct diag_list *diags)
{
	size_t errors = diags->errors;
	struct cfg *tree = cfg_parse(file->text, strlen(file->text), file->path, diags);

	if (!tree)
		return NULL;
	if (diags->errors == errors &&
	    cfg_check(cfg_root(tree), "a screen file", file_rows, false, diags) &&
	    cfg_count(cfg_root(tree)) == 0)
		diag_add(diags, DIAG_ERROR, file->path, 1, 0, "empty-file",
			 "neither `screen` nor `symbols` in this file");
	if (diags->errors == errors)
		return tree;
	cfg_free(tree);
	return NULL;
}

static void read_symbols(struct loading *l, bool shared)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct cfg_node *group =
			l->trees[i] ? cfg_get(cfg_root(l->trees[i]), "symbols") : NULL;

		if (group && shared == !screen_of(l->trees[i]))
			symbols_read(&l->symbols, group, shared, l->diags);
	}
}

static void add_screen(struct loading *l, struct screen *s)
{
	const struct screen *same = screen_set_find(l->set, s->id);
	struct screen **kept;

	if (same) {
		diag_add(l->diags, DIAG_ERROR, s->path, s->id_line, 0, "duplicate-screen",
			 "the screen id \"%s\" is already used by %s:%d", s->id,
			 same->path, same->id_line);
		screen_free(s);
		return;
	}
	kept = GROW(&l->set->v, &l->set->n);
	*kept = s;
}

static int by_id(const void *a, const void *b)
{
	const struct screen *const *x = a, *const *y = b;

	return strcmp((*x)->id, (*y)->id);
}

struct screen_set *screen_set_load(const struct screen_file *files, size_t n,
				   struct diag_list *diags)
{
	struct loading l = { .n = n, .diags = diags };

	l.set = xcalloc(1, sizeof(*l.set));
	l.trees = xcalloc(n, sizeof(struct cfg *));
	for (size_t i = 0; i < n; i++)
		l.trees[i] = read_file(&files[i], diags);
	read_symbols(&l, true);
	read_symbols(&l, false);
	for (size_t i = 0; i < n; i++) {
		const struct cfg_node *group = screen_of(l.trees[i]);
		struct screen *s = group ? read_screen(group, &l.symbols, diags) : NULL;

		if (s)
			add_screen(&l, s);
	}
	if (l.set->n)
		qsort(l.set->v, l.set->n, sizeof(*l.set->v), by_id);
	symbols_release(&l.symbols);
	for (size_t i = 0; i < n; i++)
		cfg_free(l.trees[i]);
	free(l.trees);
	return l.set;
}

void screen_set_free(struct screen_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->n; i++)
		screen_free(set->v[i]);
	free(set->v);
	free(set);
}

const struct screen *screen_set_find(const struct screen_set *set, const char *id)
{
	for (size_t i = 0; i < set->n; i++)
		if (strcmp(set->v[i]->id, id) == 0)
			return set->v[i];
	return NULL;
}
