/* others.c - walks from the root folder to a file, asking at each step who may write. */
#include "config/others.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/strbuf.h"
#include "util/xalloc.h"

enum { NAME_BUF = 4096 };

static unsigned permissions(const struct stat *st)
{
	return (unsigned)st->st_mode & 07777;
}

/* "mallory", or the number of a user without a name. */
static void say_user(uid_t uid, char out[64])
{
	struct passwd pw, *found = NULL;
	char buf[NAME_BUF];

	if (getpwuid_r(uid, &pw, buf, sizeof(buf), &found) == 0 && found)
		snprintf(out, 64, "%s", found->pw_name);
	else
		snprintf(out, 64, "user %lu", (unsigned long)uid);
}

static bool is_own(const struct stat *st, uid_t me)
{
	return st->st_uid == 0 || st->st_uid == me;
}

static bool say_stranger(const char *kind, const char *name, uid_t uid,
			 struct strbuf *why)
{
	char user[64];

	say_user(uid, user);
	strbuf_setf(why,
		    "%s\"%s\" belongs to %s, who is neither root nor who reads it nor "
		    "the owner of the station's folder: chown it",
		    kind, name, user);
	return true;
}

/* Where all others may put things, only what is ours counts. */
static bool is_planted(const struct others_way *w, const struct stat *st, uid_t me)
{
	return w->strangers && !is_own(st, me);
}

bool others_enter(struct others_way *w, const char *name, const struct stat *st, uid_t me,
		  struct strbuf *why)
{
	if (is_planted(w, st, me))
		return say_stranger("the folder ", name, st->st_uid, why);
	w->folder = *st;
	w->any = true;
	if (!(st->st_mode & S_IXOTH))
		w->closed = true;
	w->strangers = !w->closed && (st->st_mode & S_IWOTH);
	if (!w->strangers || (st->st_mode & S_ISVTX))
		return false;
	strbuf_setf(why,
		    "every user of this machine may exchange what lies in the folder "
		    "\"%s\" (mode %04o): chmod o-w it",
		    name, permissions(st));
	return true;
}

/* The members of a folder's group that may write there could replace the file anyway. */
static bool group_made_it(const struct others_way *w, const struct stat *file)
{
	return w->any && !w->strangers && (w->folder.st_mode & S_IWGRP) &&
	       file->st_gid == w->folder.st_gid;
}

bool others_judge(const struct others_way *w, const char *name, const struct stat *file,
		  const struct stat *top, uid_t me, struct strbuf *why)
{
	bool trusted = is_own(file, me) ||
		       (!w->strangers && file->st_uid == top->st_uid) ||
		       group_made_it(w, file);

	if (!trusted)
		return say_stranger("", name, file->st_uid, why);
	if (w->closed || !(file->st_mode & S_IWOTH))
		return false;
	strbuf_setf(
		why,
		"every user of this machine may change \"%s\" (mode %04o): chmod o-w it",
		name, permissions(file));
	return true;
}

/* Each folder of the absolute path; *top is the last of them. */
static bool enter_all(struct others_way *w, const char *path, struct stat *top,
		      struct strbuf *why)
{
	char part[PATH_MAX];

	for (size_t n = 1;; n += strcspn(path + n, "/")) {
		snprintf(part, sizeof(part), "%.*s", (int)n, path);
		if (stat(part, top) == 0 && others_enter(w, part, top, geteuid(), why))
			return true;
		if (!path[n])
			return false;
		n += path[n] == '/';
	}
}

/* The folders of path below dir. */
static bool enter_below(struct others_way *w, const char *dir, const char *path,
			struct strbuf *why)
{
	struct stat st;
	bool found = false;

	for (const char *slash = path; !found && (slash = strchr(slash, '/')); slash++) {
		char *full = xasprintf("%s/%.*s", dir, (int)(slash - path), path);

		found = stat(full, &st) == 0 &&
			others_enter(w, full, &st, geteuid(), why);
		free(full);
	}
	return found;
}

bool cfg_open_to_others(const char *dir, const char *path, int fd, struct strbuf *why)
{
	struct others_way w = { 0 };
	struct stat top, file;
	char real[PATH_MAX];

	if (!realpath(dir, real) || fstat(fd, &file) < 0) {
		strbuf_setf(why, "cannot see who may change \"%s\": %s", path,
			    strerror(errno));
		return true;
	}
	return enter_all(&w, real, &top, why) || enter_below(&w, real, path, why) ||
	       others_judge(&w, path, &file, &top, geteuid(), why);
}
