/* load.c - screen files as a set: the library's symbols first, then a screen a file; one
 * that has mistakes is left out and takes no other with it. */
#include "screen/screen.h"

#include <stdlib.h>
#include <string.h>

#include "config/cfg.h"
#include "config/schema.h"
#include "screen/compose.h"
#include "screen/faceplate.h"
#include "screen/library.h"
#include "util/xalloc.h"

static const struct cfg_row file_rows[] = {
	{ .name = "screen", .kind = CFG_K_GROUP, .help = "one screen a file" },
	{ .name = "symbols", .kind = CFG_K_GROUP, .help = "words and shapes for states" },
	{ .name = "templates",
	  .kind = CFG_K_GROUP,
	  .help = "drawings with parameters, placed often or opened as faceplates" },
	{ .name = "macros", .kind = CFG_K_GROUP, .help = "texts for $(NAME) everywhere" },
	{ .name = "theme", .kind = CFG_K_GROUP, .help = "how each role looks" },
	{ 0 },
};

/* --- the set ---------------------------------------------------------------------- */

struct loading {
	const struct screen_file *files;
	size_t n;
	struct library *lib;
	struct screen_set *set;
	struct diag_list *diags;
};

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
			 "neither `screen`, `symbols`, `templates` nor `theme` in this file");
	if (diags->errors == errors)
		return tree;
	cfg_free(tree);
	return NULL;
}

/* The member of a file's root, or NULL. */
static const struct cfg_node *part_of(const struct loading *l, size_t i, const char *name)
{
	const struct cfg *tree = l->lib->trees[i];
	const struct cfg_node *node = tree ? cfg_get(cfg_root(tree), name) : NULL;

	return node && cfg_type(node) == CFG_GROUP ? node : NULL;
}

static void read_symbols(struct loading *l, bool shared)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct cfg_node *group = part_of(l, i, "symbols");

		if (group && shared == !part_of(l, i, "screen"))
			symbols_read(&l->lib->symbols, group, shared, l->diags);
	}
}

static void read_shared(struct loading *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct cfg_node *macros = part_of(l, i, "macros");
		const struct cfg_node *templates = part_of(l, i, "templates");

		if (macros)
			scope_give_group(&l->lib->site, &l->lib->site, macros);
		if (templates)
			templates_read(&l->lib->templates, templates, l->files[i].path,
				       l->diags);
	}
	faceplate_builtin(l->lib);
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
	struct loading l = { .files = files, .n = n, .diags = diags };

	l.lib = xcalloc(1, sizeof(*l.lib));
	l.lib->site.diags = diags;
	l.lib->n_trees = n + 1; /* the last is our own */
	l.lib->trees = xcalloc(n + 1, sizeof(struct cfg *));
	l.set = xcalloc(1, sizeof(*l.set));
	l.set->library = l.lib;
	for (size_t i = 0; i < n; i++)
		l.lib->trees[i] = read_file(&files[i], diags);
	read_symbols(&l, true);
	read_symbols(&l, false);
	read_shared(&l);
	for (size_t i = 0; i < n; i++) {
		const struct cfg_node *group = part_of(&l, i, "screen");
		const struct cfg_node *theme = part_of(&l, i, "theme");
		struct screen *s =
			group ? compose_screen(group, files[i].path, l.lib, diags) : NULL;

		if (s)
			add_screen(&l, s);
		if (theme)
			theme_set_add(&l.set->themes, theme, diags);
	}
	if (l.set->n)
		qsort(l.set->v, l.set->n, sizeof(*l.set->v), by_id);
	l.lib->site.diags = NULL; /* the caller's */
	return l.set;
}

static void library_free(struct library *lib)
{
	symbols_release(&lib->symbols);
	templates_release(&lib->templates);
	scope_release(&lib->site);
	for (size_t i = 0; i < lib->n_trees; i++)
		cfg_free(lib->trees[i]);
	free(lib->trees);
	free(lib);
}

void screen_set_free(struct screen_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->n; i++)
		screen_free(set->v[i]);
	theme_set_release(&set->themes);
	library_free(set->library);
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
