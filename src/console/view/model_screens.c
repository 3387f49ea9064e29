/* model_screens.c - the screens the server serves, and the order of the digit keys. */
#include "console/view/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen/order.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

static const char *older_text(const struct model *m, const char *path)
{
	for (size_t i = 0; i < m->n_files; i++)
		if (strcmp(m->files[i].path, path) == 0)
			return m->files[i].text;
	return NULL;
}

static bool file_is_wrong(const struct diag_list *diags, const char *path)
{
	for (size_t i = 0; i < diags->n; i++)
		if (diags->v[i].severity == DIAG_ERROR &&
		    strcmp(diags->v[i].file, path) == 0)
			return true;
	return false;
}

/* What happened first: a message line may be cut. */
static void say_first(const struct diag_list *diags, const char *what, struct strbuf *why)
{
	for (size_t i = 0; i < diags->n; i++) {
		if (diags->v[i].severity != DIAG_ERROR)
			continue;
		strbuf_setf(why, "%s: ", what);
		diag_format(&diags->v[i], why);
		return;
	}
}

static void keep_files(struct model *m, const struct screen_file *files, size_t n)
{
	struct screen_file *copy = xcalloc(n + 1, sizeof(*copy));

	for (size_t i = 0; i < n; i++) {
		copy[i].path = xstrdup(files[i].path);
		copy[i].text = xstrdup(files[i].text);
	}
	for (size_t i = 0; i < m->n_files; i++) {
		free((char *)(uintptr_t)m->files[i].path);
		free((char *)(uintptr_t)m->files[i].text);
	}
	free(m->files);
	m->files = copy;
	m->n_files = n;
}

/* Loads the files, those with mistakes as they were before. */
static struct screen_set *load_mended(const struct model *m, struct screen_file *files,
				      size_t n, struct strbuf *why)
{
	struct diag_list diags = DIAG_LIST_INIT, again = DIAG_LIST_INIT;
	struct screen_set *set = screen_set_load(files, n, &diags);
	bool mended = false;

	for (size_t i = 0; i < n; i++) {
		const char *old = older_text(m, files[i].path);

		if (old && file_is_wrong(&diags, files[i].path)) {
			files[i].text = old;
			mended = true;
		}
	}
	say_first(&diags, mended ? "the older picture is kept" : "not shown", why);
	if (mended) {
		screen_set_free(set);
		set = screen_set_load(files, n, &again);
	}
	diag_list_release(&diags);
	diag_list_release(&again);
	return set;
}

/* What is asked for in each frame is found once a set. */
void model_set(struct model *m, struct screen_set *set)
{
	m->screens = set;
	m->overview = screen_set_overview(set);
	m->order_of_screens = xreallocarray(m->order_of_screens, set->n + 1,
					    sizeof(*m->order_of_screens));
	m->n_order_of_screens = screen_set_order(set, m->order_of_screens, set->n);
}

void model_screens(struct model *m, const struct screen_file *files, size_t n,
		   struct strbuf *why)
{
	char id[SCREEN_ID_MAX + 1] = "";
	struct screen_file *mine = xcalloc(n + 1, sizeof(*mine));
	struct screen_set *set;

	strbuf_clear(why);
	if (n)
		memcpy(mine, files, n * sizeof(*mine));
	if (m->shown)
		snprintf(id, sizeof(id), "%s", m->shown->id);
	set = load_mended(m, mine, n, why);
	keep_files(m, mine, n);
	free(mine);
	model_plate(m, NULL); /* it borrows from the set */
	screen_set_free(m->screens);
	model_set(m, set);
	m->shown = id[0] ? screen_set_find(set, id) : NULL;
	m->glass[GLASS_SHOWN].n = 0; /* its slots belong to the older one */
	m->glass[GLASS_SHOWN].screen = NULL;
}

const struct screen *model_overview(const struct model *m)
{
	return m->overview;
}

const struct screen *const *model_screen_order(const struct model *m, size_t *n)
{
	*n = m->n_order_of_screens;
	return m->order_of_screens;
}
