/* load_files.c - from a setting of the station file to the files it names. */
#include "station/load_tags_int.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/csv.h"
#include "config/file.h"
#include "util/intern.h"
#include "util/xalloc.h"

/* --- paths ----------------------------------------------------------------------- */

/* Drops the last part of out; false when there is none to drop. */
static bool drop_part(char *out, size_t *n)
{
	size_t end = *n;

	if (end && out[end - 1] == '/')
		end--;
	size_t start = end;
	while (start && out[start - 1] != '/')
		start--;
	if (start == end || (end - start == 2 && memcmp(out + start, "..", 2) == 0))
		return false;
	*n = start;
	return true;
}

/* "a/./b/../c" -> "a/c"; owned. */
static char *normalise(const char *path)
{
	char *out = xmalloc(strlen(path) + 2);
	size_t n = 0;

	if (*path == '/')
		out[n++] = *path++;
	while (*path) {
		size_t part = strcspn(path, "/");
		bool up = part == 2 && memcmp(path, "..", 2) == 0;
		if (part && !(part == 1 && *path == '.') && !(up && drop_part(out, &n))) {
			memcpy(out + n, path, part);
			n += part;
			if (path[part])
				out[n++] = '/';
		}
		path += part;
		path += *path == '/';
	}
	out[n] = '\0';
	return out;
}

/* Where the files of one part lie. */
struct place {
	char *dir;   /* absolute folder */
	char *shown; /* that folder in messages, with its slash, or "" */
	char *rel;   /* the same relative to the station, for the hash */
	struct cfg_names names;
	bool folder; /* names are of the files in it */
};

static void place_release(struct place *p)
{
	free(p->dir);
	free(p->shown);
	free(p->rel);
	cfg_names_release(&p->names);
}

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return xstrdup("");
	return xstrndup(path, (size_t)(slash - path + 1));
}

/* Where files of the station lie, or were named: the server's wall lets them be read. */
static void note_folder(struct loader *l, const char *dir)
{
	char **folder = GROW(&l->d->folders, &l->d->n_folders);

	*folder = normalise(dir);
}

static bool place_find(struct loader *l, const struct cfg_node *where, struct place *p)
{
	const char *path = cfg_as_text(where);
	bool absolute = path[0] == '/';
	char *full = absolute ? xstrdup(path) : xasprintf("%s/%s", l->d->dir, path);
	char *joined = xasprintf("%s%s", absolute ? "" : l->shown, path);
	char *shown = normalise(joined);
	struct strbuf why = STRBUF_INIT;
	struct stat st;
	bool found = true;

	*p = (struct place){ 0 };
	if (stat(full, &st) == 0 && S_ISDIR(st.st_mode)) {
		size_t n = strlen(shown);
		p->dir = xstrdup(full);
		p->folder = true;
		p->rel = xasprintf("%s/", path);
		p->shown = xasprintf("%s%s", shown, n && shown[n - 1] != '/' ? "/" : "");
		found = cfg_dir_list(full, &p->names, &why);
	} else if (stat(full, &st) == 0) {
		p->dir = folder_of(full);
		p->rel = folder_of(path);
		p->shown = folder_of(shown);
		char **name = GROW(&p->names.v, &p->names.n);
		*name = xstrdup(strrchr(full, '/') + 1);
	} else {
		char *dir = folder_of(full);
		note_folder(l, dir);
		free(dir);
		strbuf_setf(&why, "cannot read \"%s\": %s", path, strerror(errno));
		found = false;
	}
	if (p->dir)
		note_folder(l, p->dir);
	if (!found)
		cfg_error(where, l->diags, "unreadable", "%s names %s",
			  cfg_name(where) ? cfg_name(where) : "this list", why.buf);
	strbuf_release(&why);
	free(full);
	free(joined);
	free(shown);
	return found;
}

/* --- settings files -------------------------------------------------------------- */

/* Broken files too: a reload waits for their repair. */
static void note_path(struct loader *l, const struct place *p, const char *name)
{
	char *joined = xasprintf("%s/%s", p->dir, name);

	char **path = GROW(&l->d->paths, &l->d->n_paths);

	*path = normalise(joined);
	free(joined);
}

/* From the station file's folder; owned. */
static char *name_in(const struct place *p, const char *name)
{
	char *joined = xasprintf("%s%s", p->rel, name);
	char *path = normalise(joined);

	free(joined);
	return path;
}

static void note_bytes(struct loader *l, const struct place *p, const char *name,
		       const char *text, size_t len)
{
	char *path = name_in(p, name);

	manifest_add(&l->d->files, path, text, len);
	free(path);
}

static void note(struct loader *l, const struct place *p, const char *name,
		 const struct cfg *c)
{
	size_t len;
	const char *text = cfg_text(c, &len);

	note_bytes(l, p, name, text, len);
}

void load_each(struct loader *l, const struct cfg_node *where, bool *incomplete,
	       load_file_fn fn, void *arg)
{
	struct place p;

	if (!place_find(l, where, &p)) {
		*incomplete = true;
		place_release(&p);
		return;
	}
	for (size_t i = 0; i < p.names.n; i++) {
		struct cfg *c = cfg_load(p.dir, p.names.v[i], p.shown, l->diags);
		note_path(l, &p, p.names.v[i]);
		if (!c) {
			*incomplete = true;
			continue;
		}
		note(l, &p, p.names.v[i], c);
		fn(l, c, arg);
	}
	place_release(&p);
}

void cfg_set_add(struct loader *l, struct cfg *c, void *set)
{
	struct cfg_set *s = set;
	struct cfg **one = GROW(&s->v, &s->n);

	(void)l;
	*one = c;
}

struct cfg_set load_part(struct loader *l, const struct cfg_node *where, bool *incomplete)
{
	struct cfg_set set = { 0 };

	load_each(l, where, incomplete, cfg_set_add, &set);
	return set;
}

void cfg_set_release(struct cfg_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		cfg_free(set->v[i]);
	free(set->v);
	*set = (struct cfg_set){ 0 };
}

/* --- CSV: bulk lists of tags ------------------------------------------------------- */

static void load_csv_file(struct loader *l, const struct templates *templates,
			  const struct cfg_node *where)
{
	struct strbuf why = STRBUF_INIT;
	struct place p;
	char *text;
	size_t len;

	if (!cfg_as_text(where) || !*cfg_as_text(where))
		return; /* reported */
	bool found = place_find(l, where, &p);
	if (found && p.folder) {
		cfg_error(where, l->diags, "unreadable",
			  "\"%s\" is a folder; name its files", cfg_as_text(where));
		found = false;
	}
	if (!found)
		l->d->tags_incomplete = true;
	for (size_t i = 0; found && i < p.names.n; i++) {
		const char *name = p.names.v[i];
		char *shown = xasprintf("%s%s", p.shown, name);

		note_path(l, &p, name);
		const struct cfg_wanted w = { p.dir[0] ? p.dir : ".", name, shown,
					      CSV_FILE_MAX };

		if (cfg_file_take(&w, &text, &len, l->diags, &why)) {
			note_bytes(l, &p, name, text, len);
			load_csv_text(l, templates, intern(shown), text, len);
			free(text);
		} else {
			l->d->tags_incomplete = true;
			diag_add(l->diags, DIAG_ERROR, intern(shown), 0, 0, "unreadable",
				 "%s", why.buf);
		}
		free(shown);
	}
	place_release(&p);
	strbuf_release(&why);
}

void load_csv_files(struct loader *l, const struct templates *templates,
		    const struct cfg_node *where)
{
	if (cfg_as_text(where))
		load_csv_file(l, templates, where);
	for (size_t i = 0; i < cfg_count(where); i++)
		load_csv_file(l, templates, cfg_at(where, i));
}

/* --- screens: only their texts; src/screen parses them --------------------------- */

void load_screens(struct loader *l, const struct cfg_node *where)
{
	struct strbuf why = STRBUF_INIT;
	struct place p;
	char full[PATH_MAX];

	if (place_find(l, where, &p))
		l->d->screens_dir = xstrdup(realpath(p.dir, full) ? full : p.dir);
	for (size_t i = 0; i < p.names.n; i++) {
		struct station_file f = { .path = xasprintf("%s%s", p.shown,
							    p.names.v[i]),
					  .name = name_in(&p, p.names.v[i]) };
		const struct cfg_wanted w = { p.dir, p.names.v[i], f.path, CFG_FILE_MAX };

		if (cfg_file_take(&w, &f.text, &f.len, l->diags, &why)) {
			struct station_file *one = GROW(&l->d->screens, &l->d->n_screens);
			*one = f;
			note_path(l, &p, p.names.v[i]);
		} else {
			diag_add(l->diags, DIAG_ERROR, intern(f.path), 0, 0, "unreadable",
				 "%s", why.buf);
			free(f.path);
			free(f.name);
		}
	}
	place_release(&p);
	strbuf_release(&why);
}
