/*
 * screens_watch.c - noticing that a screen was saved: every folder below the screens is
 * watched, and looked at when it has been quiet for a moment.
 *
 * Folders, not files: editors write another file and rename it. Only names that end in
 * .cfg count: swap files, backups and probes of editors do not.
 */
#include "server/shell.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/file.h"
#include "util/log.h"
#include "util/xalloc.h"

enum {
	SETTLE_MS = 150,  /* editors write a file in several steps */
	PATIENCE_MS = 450 /* but who saves without a pause is not waited for */
};

static bool is_screen_name(const char *name)
{
	size_t n = strlen(name);

	return name[0] != '.' && n > 4 && strcmp(name + n - 4, ".cfg") == 0;
}

static void on_settled(uv_timer_t *timer)
{
	struct shell *sh = timer->data;

	sh->screens_touched.ns = 0;
	screens_look(sh);
}

static void touched(struct shell *sh)
{
	struct mono now = clock_mono();
	int64_t waited;

	if (sh->screens_touched.ns == 0)
		sh->screens_touched = now;
	waited = mono_ms_between(sh->screens_touched, now);
	if (waited < PATIENCE_MS)
		uv_timer_start(&sh->screens_settle, on_settled, SETTLE_MS, 0);
}

/* Another name may be that of a folder which has come or gone: after the look all of them
 * are watched anew. */
static void on_change(uv_fs_event_t *watch, const char *name, int events, int status)
{
	struct shell *sh = watch->data;
	struct stat st;
	char path[4096 + 256];

	if (status != 0 || !name)
		return;
	snprintf(path, sizeof(path), "%s/%s", watch->path, name);
	if (is_screen_name(name) || ((events & UV_RENAME) && name[0] != '.' &&
				     (stat(path, &st) != 0 || S_ISDIR(st.st_mode))))
		touched(sh);
}

/* --- which folders ----------------------------------------------------------------- */

struct folders {
	struct screens_folder v[SCREENS_FOLDERS_MAX];
	size_t n;
	bool too_many;
};

static void find_folders(struct folders *f, const char *dir, int depth)
{
	struct screens_folder *one = &f->v[f->n];
	DIR *d = depth <= CFG_DIR_DEPTH_MAX ? opendir(dir) : NULL;
	struct dirent *e;
	struct stat st;

	if (!d)
		return;
	f->too_many |= f->n == SCREENS_FOLDERS_MAX;
	if (f->n < SCREENS_FOLDERS_MAX && fstat(dirfd(d), &st) == 0) {
		snprintf(one->path, sizeof(one->path), "%s", dir);
		one->device = st.st_dev;
		one->inode = st.st_ino;
		f->n++;
	}
	while ((e = readdir(d))) {
		char path[sizeof(one->path) + 256];

		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (e->d_name[0] != '.' && strlen(path) < sizeof(one->path) &&
		    lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
			find_folders(f, path, depth + 1);
	}
	closedir(d);
}

static int by_path(const void *a, const void *b)
{
	const struct screens_folder *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static bool same_folders(const struct shell *sh, const struct folders *f)
{
	if (f->n != sh->n_screens_watch)
		return false;
	for (size_t i = 0; i < f->n; i++) {
		const struct screens_folder *a = &f->v[i], *b = &sh->screens_folder[i];

		if (strcmp(a->path, b->path) != 0 || a->device != b->device ||
		    a->inode != b->inode)
			return false;
	}
	return true;
}

static void watch_all(struct shell *sh, const struct folders *f)
{
	while (sh->n_screens_watch)
		uv_fs_event_stop(&sh->screens_watch[--sh->n_screens_watch]);
	for (size_t i = 0; i < f->n; i++) {
		int rc = uv_fs_event_start(&sh->screens_watch[i], on_change, f->v[i].path,
					   0);

		if (rc < 0)
			log_warn("cannot watch %s: %s; `sightglass reload` still reads "
				 "it",
				 f->v[i].path, uv_strerror(rc));
		sh->screens_folder[i] = f->v[i];
	}
	sh->n_screens_watch = f->n;
	if (f->too_many)
		log_warn("only %d folders of screens are watched; `sightglass reload` "
			 "reads "
			 "what is saved in the others",
			 SCREENS_FOLDERS_MAX);
}

void screens_watch_start(struct shell *sh)
{
	const struct station_def *def = station_current_def(sh->station);
	struct folders *f = xcalloc(1, sizeof(*f));
	bool watched = sh->n_screens_watch > 0;

	if (!sh->stopped && def->screens_on_save && def->screens_dir)
		find_folders(f, def->screens_dir, 1);
	qsort(f->v, f->n, sizeof(f->v[0]), by_path);
	if (!same_folders(sh, f)) {
		watch_all(sh, f);
		if (watched && f->n)
			touched(sh); /* what was saved between two watches */
	}
	free(f);
}
