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
#include "screen/schema.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

struct loading {
	const struct screen_file *files;
	size_t n;
	struct library *lib;
	struct screen_set *set;
	struct diag_list *diags;
	bool *included; /* by others */
};

/* --- files and what they include -------------------------------------------------- */

static size_t file_of(const struct loading *l, const char *path)
{
	size_t i = 0;

	while (i < l->n && strcmp(l->files[i].path, path) != 0)
		i++;
	return i;
}

static const char *find_file(void *arg, const char *path, struct strbuf *why)
{
	struct loading *l = arg;
	size_t i = file_of(l, path);
	const char **names;

	if (i < l->n) {
		l->included[i] = true;
		return l->files[i].text;
	}
	strbuf_setf(why, "there is no screen file \"%s\"", path);
	names = xreallocarray(NULL, l->n, sizeof(*names));
	for (i = 0; i < l->n; i++)
		names[i] = l->files[i].path;
	diag_suggest(why, path, names, l->n);
	free(names);
	return NULL;
}

/* What was found in a file. A mistake in one that it includes may be known already; a
 * piece that makes no sense alone is judged where it is pasted. */
static void add_all(struct diag_list *to, const struct diag_list *from, const char *path,
		    bool alone)
{
	for (size_t i = 0; i < from->n; i++) {
		const struct diag *d = &from->v[i];
		bool own = strcmp(d->file, path) == 0, told = false;

		/* a mistake in an included file is found once for each that includes it
		 */
		for (size_t k = 0; !own && k < to->n && !told; k++)
			told = to->v[k].line == d->line && to->v[k].column == d->column &&
			       strcmp(to->v[k].file, d->file) == 0 &&
			       strcmp(to->v[k].text, d->text) == 0;
		if (!told && (alone || !own))
			diag_add(to, d->severity, d->file, d->line, d->column, d->id,
				 "%s", d->text);
	}
}

static void read_file(struct loading *l, size_t i, struct diag_list *found)
{
	const struct screen_file *file = &l->files[i];

	l->lib->trees[i] = cfg_parse_among(file->text, strlen(file->text), file->path,
					   find_file, l, found);
}

/* A piece that others include may be any part of a screen; alone only symbols, templates
 * and macros in it count. */
static bool check_file(struct loading *l, size_t i, struct diag_list *found)
{
	const struct cfg_node *root = cfg_root(l->lib->trees[i]);

	if (found->errors == 0 &&
	    cfg_check(root, "a screen file", screen_file_rows, l->included[i], found) &&
	    cfg_count(root) == 0)
		diag_add(found, DIAG_ERROR, l->files[i].path, 1, 0, "empty-file",
			 "neither `screen`, `symbols`, `templates` nor `theme` in this "
			 "file");
	return found->errors == 0;
}

static void read_files(struct loading *l)
{
	struct diag_list *found = xcalloc(l->n + 1, sizeof(*found));

	for (size_t i = 0; i < l->n; i++)
		read_file(l, i, &found[i]);
	for (size_t i = 0; i < l->n; i++) {
		bool whole = l->lib->trees[i] != NULL;

		if (whole && !check_file(l, i, &found[i])) {
			cfg_free(l->lib->trees[i]);
			l->lib->trees[i] = NULL;
		}
		add_all(l->diags, &found[i], l->files[i].path, whole || !l->included[i]);
		diag_list_release(&found[i]);
	}
	free(found);
}

/* --- what they share --------------------------------------------------------------- */

/* The member of a file's root, or NULL. What it has from another file is read there. */
static const struct cfg_node *part_of(const struct loading *l, size_t i, const char *name)
{
	const struct cfg *tree = l->lib->trees[i];
	const struct cfg_node *node = tree ? cfg_get(cfg_root(tree), name) : NULL;
	size_t home;

	if (!node || cfg_type(node) != CFG_GROUP)
		return NULL;
	if (strcmp(cfg_file(node), l->files[i].path) == 0)
		return node;
	home = file_of(l, cfg_file(node));
	return home == l->n || !l->lib->trees[home] ? node : NULL;
}

static void read_symbols(struct loading *l, bool shared)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct cfg_node *group = part_of(l, i, "symbols");

		if (group && shared == !part_of(l, i, "screen"))
			symbols_read(&l->lib->symbols, group, l->files[i].path, shared,
				     l->diags);
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

/* --- the set ---------------------------------------------------------------------- */

/* Where the id stands, or would stand: the set is kept in the order of ids. */
static size_t place_of(const struct screen_set *set, const char *id, bool *found)
{
	size_t low = 0, high = set->n;

	*found = false;
	while (low < high && !*found) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(set->v[middle]->id, id);

		*found = order == 0;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return high;
}

void screen_set_keep(struct screen_set *set, struct screen *s)
{
	bool found;
	size_t at = place_of(set, s->id, &found);

	(void)GROW(&set->v, &set->n);
	memmove(set->v + at + 1, set->v + at, (set->n - 1 - at) * sizeof(*set->v));
	set->v[at] = s;
}

static void add_screen(struct loading *l, struct screen *s)
{
	const struct screen *same = screen_set_find(l->set, s->id);

	if (same) {
		diag_add(l->diags, DIAG_ERROR, s->path, s->id_line, 0, "duplicate-screen",
			 "the screen id \"%s\" is already used by %s:%d", s->id,
			 same->path, same->id_line);
		screen_free(s);
		return;
	}
	screen_set_keep(l->set, s);
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
	l.included = xcalloc(n + 1, sizeof(*l.included));
	read_files(&l);
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
	l.lib->site.diags = NULL; /* the caller's */
	free(l.included);
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

bool screen_text_has_id(const char *text, const char *id)
{
	char *quoted = xasprintf("\"%s\"", id);
	bool found = false;

	for (const char *p = text; !found && (p = strstr(p, quoted)); p++) {
		const char *before = p;

		while (before > text && strchr(" \t=:", before[-1]))
			before--;
		found = before - text >= 2 && memcmp(before - 2, "id", 2) == 0;
	}
	free(quoted);
	return found;
}

const struct screen *screen_set_find(const struct screen_set *set, const char *id)
{
	bool found;
	size_t at = place_of(set, id, &found);

	return found ? set->v[at] : NULL;
}
