/* file.c - walks a path part by part, so that no link, device or ".." is followed. */
#include "config/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/others.h"
#include "util/diag.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { PATH_PART_MAX = 255, READ_TRIES = 3 };

static bool part_allowed(const char *part, const char *path, struct strbuf *why)
{
	if (strcmp(part, "..") == 0)
		strbuf_setf(why,
			    "\"%s\" leaves the station's folder with \"..\"; name a "
			    "file below it",
			    path);
	else if (part[0] == '\0' || strcmp(part, ".") == 0)
		strbuf_setf(why, "\"%s\" is no plain path; write it without // and ./",
			    path);
	else
		return true;
	return false;
}

struct wanted {
	const char *path; /* the whole of it, for sentences */
	long long max;    /* bytes */
};

/* What stands at that name is a file or folder of its own, not a link or a device. */
static bool kind_allowed(int dir, const char *part, bool last, const struct wanted *w,
			 struct stat *st, struct strbuf *why)
{
	const char *path = w->path;

	if (fstatat(dir, part, st, AT_SYMLINK_NOFOLLOW) < 0)
		strbuf_setf(why, "cannot read \"%s\": %s", path, strerror(errno));
	else if (S_ISLNK(st->st_mode))
		strbuf_setf(why,
			    "\"%s\" passes a symbolic link (%s); links are not followed",
			    path, part);
	else if (!last && !S_ISDIR(st->st_mode))
		strbuf_setf(why, "cannot read \"%s\": %s is no folder", path, part);
	else if (last && S_ISDIR(st->st_mode))
		strbuf_setf(why, "\"%s\" is a folder; name a file", path);
	else if (last && !S_ISREG(st->st_mode))
		strbuf_setf(why, "\"%s\" is no regular file (a pipe, socket or device)",
			    path);
	else if (last && st->st_size > w->max)
		strbuf_setf(why, "\"%s\" has %lld bytes; at most %lld MiB are read", path,
			    (long long)st->st_size, w->max >> 20);
	else
		return true;
	return false;
}

static int open_part(int dir, const char *part, bool last, const struct wanted *w,
		     struct strbuf *why)
{
	struct stat st;
	int flags = O_NOFOLLOW | O_CLOEXEC;

	if (!part_allowed(part, w->path, why) ||
	    !kind_allowed(dir, part, last, w, &st, why))
		return -1;
	flags |= last ? O_RDONLY | O_NONBLOCK | O_NOCTTY : O_PATH | O_DIRECTORY;
	int fd = openat(dir, part, flags);
	if (fd < 0)
		strbuf_setf(why, "cannot read \"%s\": %s", w->path, strerror(errno));
	return fd;
}

static int open_below(const char *dir, const struct wanted *w, struct strbuf *why)
{
	const char *path = w->path;
	char part[PATH_PART_MAX + 1];

	if (path[0] == '/') {
		strbuf_setf(why, "\"%s\" is an absolute path; name a file below \"%s\"",
			    path, dir);
		return -1;
	}
	int at = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (at < 0)
		strbuf_setf(why, "cannot open the folder \"%s\": %s", dir,
			    strerror(errno));
	for (const char *p = path; at >= 0;) {
		size_t n = strcspn(p, "/");
		bool last = p[n] == '\0';
		int next = -1;

		if (n > PATH_PART_MAX) {
			strbuf_setf(why, "a part of \"%.80s...\" is too long", path);
		} else {
			memcpy(part, p, n);
			part[n] = '\0';
			next = open_part(at, part, last, w, why);
		}
		close(at);
		at = next;
		if (last)
			break;
		p += n + 1;
	}
	return at;
}

/* One pass over the handle; false when the file changed under it. */
static bool read_once(int fd, long long max, char **text, size_t *len)
{
	struct stat before, after;
	size_t n = 0;
	ssize_t got = 0;

	if (fstat(fd, &before) < 0 || !S_ISREG(before.st_mode) || before.st_size > max ||
	    lseek(fd, 0, SEEK_SET) < 0)
		return false;
	size_t want = (size_t)before.st_size;
	char *buf = xmalloc(want + 1);
	while (n < want && (got = read(fd, buf + n, want - n)) > 0)
		n += (size_t)got;
	if (got < 0 || n != want || fstat(fd, &after) < 0 ||
	    after.st_size != before.st_size ||
	    after.st_mtim.tv_nsec != before.st_mtim.tv_nsec ||
	    after.st_mtim.tv_sec != before.st_mtim.tv_sec) {
		free(buf);
		return false;
	}
	buf[n] = '\0';
	*text = buf;
	*len = n;
	return true;
}

bool cfg_file_read(const char *dir, const char *path, char **text, size_t *len,
		   struct strbuf *why)
{
	const struct cfg_wanted w = { .dir = dir, .path = path, .max = CFG_FILE_MAX };

	return cfg_file_take(&w, text, len, NULL, why);
}

static void tell_others(const struct cfg_wanted *w, int fd, struct diag_list *diags)
{
	struct strbuf found = STRBUF_INIT;

	if (cfg_open_to_others(w->dir, w->path, fd, &found))
		diag_add(diags, DIAG_WARNING, w->shown, 0, 0, CFG_OPEN_ID, "%s",
			 found.buf);
	strbuf_release(&found);
}

bool cfg_file_read_path(const char *path, char **text, size_t *len, struct strbuf *why)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? xstrndup(path, slash > path ? (size_t)(slash - path) : 1)
			  : xstrdup(".");
	bool ok = cfg_file_read(dir, slash ? slash + 1 : path, text, len, why);

	free(dir);
	return ok;
}

bool cfg_file_take(const struct cfg_wanted *w, char **text, size_t *len,
		   struct diag_list *diags, struct strbuf *why)
{
	const struct wanted wanted = { w->path, (long long)w->max };
	int fd = open_below(w->dir, &wanted, why);
	bool done = false;

	if (fd < 0)
		return false;
	for (int i = 0; i < READ_TRIES && !done; i++)
		done = read_once(fd, wanted.max, text, len);
	if (done && diags)
		tell_others(w, fd, diags);
	close(fd);
	if (!done)
		strbuf_setf(why, "\"%s\" changes while it is read; save it and try again",
			    w->path);
	return done;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool ends_in_cfg(const char *name)
{
	size_t n = strlen(name);

	return n > 4 && strcmp(name + n - 4, ".cfg") == 0;
}

static bool list_into(const char *top, const char *sub, int depth, struct cfg_names *out,
		      struct strbuf *why);

static bool list_entry(const char *top, const char *sub, DIR *d, const char *name,
		       int depth, struct cfg_names *out, struct strbuf *why)
{
	struct stat st;
	bool done = true;

	if (name[0] == '.' || fstatat(dirfd(d), name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return true;
	char *rel = xasprintf("%s%s%s", sub, sub[0] ? "/" : "", name);
	if (S_ISDIR(st.st_mode) && depth < CFG_DIR_DEPTH_MAX) {
		done = list_into(top, rel, depth + 1, out, why);
	} else if (!S_ISDIR(st.st_mode) && ends_in_cfg(name)) {
		char **one = GROW(&out->v, &out->n);
		*one = rel;
		return true;
	}
	free(rel);
	return done;
}

static bool list_into(const char *top, const char *sub, int depth, struct cfg_names *out,
		      struct strbuf *why)
{
	char *path = xasprintf("%s%s%s", top, sub[0] ? "/" : "", sub);
	DIR *d = opendir(path);
	bool done = d != NULL;

	if (!d)
		strbuf_setf(why, "cannot open the folder \"%s\": %s", path,
			    strerror(errno));
	for (struct dirent *e; done && (e = readdir(d));) {
		done = list_entry(top, sub, d, e->d_name, depth, out, why);
		if (done && out->n > CFG_DIR_FILES_MAX) {
			strbuf_setf(why, "the folder \"%s\" holds more than %d files",
				    top, CFG_DIR_FILES_MAX);
			done = false;
		}
	}
	if (d)
		closedir(d);
	free(path);
	return done;
}

bool cfg_dir_list(const char *dir, struct cfg_names *out, struct strbuf *why)
{
	*out = (struct cfg_names){ 0 };
	if (!list_into(dir, "", 0, out, why)) {
		cfg_names_release(out);
		return false;
	}
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), by_name);
	return true;
}

void cfg_names_release(struct cfg_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->v[i]);
	free(names->v);
	*names = (struct cfg_names){ 0 };
}
