/* screen_keep.c - never a blank screen from a typo. */
#include "station/screen_keep.h"

#include <stdlib.h>
#include <string.h>

#include "station/pictures.h"
#include "util/xalloc.h"

const struct station_file *station_file_find(const struct station_file *files, size_t n,
					     const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(files[i].path, path) == 0)
			return &files[i];
	return NULL;
}

bool station_file_same(const struct station_file *a, const struct station_file *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static char *copy_of(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

/* The pens of a file that has none yet. */
static void copy_pens(struct station_file *f, const struct station_file *from)
{
	for (size_t i = 0; i < from->n_pens; i++)
		*GROW(&f->pens, &f->n_pens) = xstrdup(from->pens[i]);
}

struct station_file *station_files_copy(const struct station_file *files, size_t n)
{
	struct station_file *copy = xcalloc(n + 1, sizeof(*copy));

	for (size_t i = 0; i < n; i++) {
		copy[i].path = xstrdup(files[i].path);
		copy[i].name = copy_of(files[i].name);
		copy[i].text = xstrndup(files[i].text, files[i].len);
		copy[i].len = files[i].len;
		copy[i].mistake = copy_of(files[i].mistake);
		copy[i].kept = copy_of(files[i].kept);
		copy_pens(&copy[i], &files[i]);
	}
	return copy;
}

void station_file_keep(struct station_file *f, const struct station_file *old,
		       const char *why)
{
	char *kept = xstrdup(why);

	free(f->kept);
	free(f->mistake);
	free(f->text);
	f->kept = kept;
	f->mistake = NULL;
	f->text = xstrndup(old->text, old->len);
	f->len = old->len;
	for (size_t i = 0; i < f->n_pens; i++)
		free(f->pens[i]);
	f->n_pens = 0;
	copy_pens(f, old);
}

struct keeping {
	struct station_def *d;
	const struct station_file *old;
	size_t n_old;
};

static const struct station_file *good_older(const struct keeping *k,
					     const struct station_file *f)
{
	const struct station_file *old = station_file_find(k->old, k->n_old, f->path);

	return old && !old->mistake ? old : NULL;
}

static void keep_broken(const struct keeping *k)
{
	for (size_t i = 0; i < k->d->n_screens; i++) {
		struct station_file *f = &k->d->screens[i];
		const struct station_file *old = good_older(k, f);

		if (f->mistake && old && !station_file_same(f, old))
			station_file_keep(f, old, f->mistake);
	}
}

static bool is_screen(const struct screen_set *set, const char *path)
{
	for (size_t i = 0; i < set->n; i++)
		if (strcmp(set->v[i]->path, path) == 0)
			return true;
	return false;
}

/* What the libraries are to answer for: a mistake of their own, or one in a screen that
 * nobody touched. NULL: nothing. */
static const char *fault_of_libraries(const struct keeping *k,
				      const struct screen_set *before)
{
	for (size_t i = 0; i < k->d->n_screens; i++) {
		const struct station_file *f = &k->d->screens[i];
		const struct station_file *old = good_older(k, f);

		if (f->mistake && old &&
		    (station_file_same(f, old) || !is_screen(before, f->path)))
			return f->mistake;
	}
	return NULL;
}

/* True when there was one that had changed. */
static bool keep_libraries(const struct keeping *k, const struct screen_set *before,
			   const char *why)
{
	bool any = false;

	for (size_t i = 0; i < k->d->n_screens; i++) {
		struct station_file *f = &k->d->screens[i];
		const struct station_file *old = good_older(k, f);

		if (!old || station_file_same(f, old) || is_screen(before, f->path))
			continue;
		station_file_keep(f, old, f->mistake ? f->mistake : why);
		any = true;
	}
	return any;
}

/* Before the screens are looked at one by one: one that is saved while a library is
 * broken is not to blame for it. */
static void settle_libraries(const struct keeping *k)
{
	struct diag_list ignored = DIAG_LIST_INIT;
	struct station_def was = { .screens = (struct station_file *)k->old,
				   .n_screens = k->n_old };
	struct screen_set *before = station_parse_screens(&was, &ignored);
	const char *fault = fault_of_libraries(k, before);
	char *why = fault ? xstrdup(fault) : NULL;

	if (why && keep_libraries(k, before, why))
		station_judge_screens(k->d);
	free(why);
	screen_set_free(before);
	diag_list_release(&ignored);
}

/* What was not touched is as good as it was: what is wrong with it now came with the
 * tags, or with a screen that is gone. */
static void forgive_untouched(const struct keeping *k)
{
	for (size_t i = 0; i < k->d->n_screens; i++) {
		struct station_file *f = &k->d->screens[i];
		const struct station_file *old = good_older(k, f);

		if (!f->mistake || !old || !station_file_same(f, old))
			continue;
		free(f->mistake);
		f->mistake = NULL;
	}
}

void station_keep_older(struct station_def *d, const struct station_file *old, size_t n)
{
	struct keeping k = { d, old, n };

	settle_libraries(&k);
	keep_broken(&k);
	forgive_untouched(&k);
}
