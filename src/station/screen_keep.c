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

/* A mistake that came without a touch. */
static const char *mistake_of_untouched(const struct keeping *k)
{
	for (size_t i = 0; i < k->d->n_screens; i++) {
		const struct station_file *f = &k->d->screens[i];
		const struct station_file *old = good_older(k, f);

		if (f->mistake && old && station_file_same(f, old))
			return f->mistake;
	}
	return NULL;
}

static bool is_screen(const struct screen_set *set, const char *path)
{
	for (size_t i = 0; i < set->n; i++)
		if (strcmp(set->v[i]->path, path) == 0)
			return true;
	return false;
}

/* True when there was one. */
static bool keep_libraries(const struct keeping *k, const char *why)
{
	struct diag_list ignored = DIAG_LIST_INIT;
	struct screen_set *set = station_parse_screens(k->d, &ignored);
	bool any = false;

	for (size_t i = 0; i < k->d->n_screens; i++) {
		struct station_file *f = &k->d->screens[i];
		const struct station_file *old = good_older(k, f);

		if (f->mistake || !old || station_file_same(f, old) ||
		    is_screen(set, f->path))
			continue;
		station_file_keep(f, old, why);
		any = true;
	}
	screen_set_free(set);
	diag_list_release(&ignored);
	return any;
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
	const char *why;

	keep_broken(&k);
	why = mistake_of_untouched(&k);
	if (why) {
		char *sentence = xstrdup(why);

		if (keep_libraries(&k, sentence)) {
			station_judge_screens(
				d); /* some new ones needed the new library */
			keep_broken(&k);
		}
		free(sentence);
	}
	forgive_untouched(&k);
}
