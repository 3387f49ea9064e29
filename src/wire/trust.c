/* trust.c - walking to a folder by handles, and who may have put what lies there. */
#include "wire/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/strbuf.h"

enum { UNTRUSTED = -1, NOT_THERE = -2, LINKS_MAX = 16 };

struct walk {
	int fd; /* where we are, O_PATH */
	struct stat st;
	int links;
	char rest[PATH_MAX]; /* still to go */
	const char *path;    /* for sentences */
	struct strbuf *why;
};

static bool is_mine_or_root_s(const struct stat *st)
{
	return st->st_uid == 0 || st->st_uid == geteuid();
}

/* Whether an entry of the folder we are in may be believed: nobody else could have put it
 * there. One's own folder that one's own group may write to is one's own affair. */
static bool entry_is_safe(struct walk *w, const char *name, const struct stat *entry)
{
	mode_t open_to = w->st.st_mode & (S_IWGRP | S_IWOTH);

	if (open_to == 0 || (open_to == S_IWGRP && w->st.st_uid == geteuid()))
		return true;
	if ((w->st.st_mode & S_ISVTX) && is_mine_or_root_s(entry))
		return true;
	strbuf_setf(
		w->why,
		"%s is not trusted: others may write to the folder that \"%s\" lies in, "
		"and it belongs to user id %u. Whoever put it there could pose as the "
		"server",
		w->path, name, entry->st_uid);
	return false;
}

/* Goes to where the path says from here: an absolute one begins anew. */
static int restart(struct walk *w, const char *path)
{
	int fd;

	while (*path == '/' && path[1] == '/')
		path++;
	if (w->fd >= 0 && path[0] != '/')
		return 0;
	fd = open(path[0] == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (w->fd >= 0)
		close(w->fd);
	w->fd = fd;
	return fd < 0 || fstat(fd, &w->st) < 0 ? NOT_THERE : 0;
}

static int follow(struct walk *w, const char *name, const char *tail)
{
	char target[PATH_MAX], joined[2 * PATH_MAX];
	ssize_t n = readlinkat(w->fd, name, target, sizeof(target) - 1);

	if (n <= 0 || ++w->links > LINKS_MAX) {
		errno = ELOOP;
		return NOT_THERE;
	}
	target[n] = '\0';
	snprintf(joined, sizeof(joined), "%s/%s", target, tail);
	if (strlen(joined) >= sizeof(w->rest)) {
		errno = ENAMETOOLONG;
		return NOT_THERE;
	}
	memcpy(w->rest, joined, strlen(joined) + 1);
	return restart(w, target);
}

static int enter(struct walk *w, const char *name)
{
	int fd = openat(w->fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return NOT_THERE;
	close(w->fd);
	w->fd = fd;
	return fstat(fd, &w->st) < 0 ? NOT_THERE : 0;
}

/* One part of the way. */
static int step(struct walk *w)
{
	char name[NAME_MAX + 1], tail[PATH_MAX];
	const char *at = w->rest + strspn(w->rest, "/");
	size_t n = strcspn(at, "/");
	struct stat entry;

	if (n > NAME_MAX) {
		errno = ENAMETOOLONG;
		return NOT_THERE;
	}
	memcpy(name, at, n);
	name[n] = '\0';
	snprintf(tail, sizeof(tail), "%s", at + n);
	memmove(w->rest, tail, strlen(tail) + 1);
	if (n == 0 || strcmp(name, ".") == 0)
		return 0;
	if (fstatat(w->fd, name, &entry, AT_SYMLINK_NOFOLLOW) < 0)
		return NOT_THERE;
	if (!entry_is_safe(w, name, &entry))
		return UNTRUSTED;
	return S_ISLNK(entry.st_mode) ? follow(w, name, tail) : enter(w, name);
}

/* The last part is the socket itself: no link, and nothing a stranger laid there. */
static int judge_socket(struct walk *w, const char *base)
{
	struct stat st;

	if (fstatat(w->fd, base, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return NOT_THERE;
	if (S_ISLNK(st.st_mode)) {
		strbuf_setf(w->why,
			    "%s is not trusted: it is a link, and a server's socket is "
			    "none. Name the socket itself",
			    w->path);
		return UNTRUSTED;
	}
	return entry_is_safe(w, base, &st) ? 0 : UNTRUSTED;
}

int trust_folder(const char *path, uid_t *owner, const char **base, struct strbuf *why)
{
	const char *slash = strrchr(path, '/');
	struct walk w = { .fd = -1, .path = path, .why = why };
	int rc;

	*base = slash ? slash + 1 : path;
	if ((size_t)snprintf(w.rest, sizeof(w.rest), "%.*s",
			     slash ? (int)(slash - path) + 1 : 0,
			     path) >= sizeof(w.rest)) {
		errno = ENAMETOOLONG;
		return NOT_THERE;
	}
	rc = restart(&w, path);
	while (rc == 0 && w.rest[strspn(w.rest, "/")])
		rc = step(&w);
	if (rc == 0)
		rc = judge_socket(&w, *base);
	if (rc == 0) {
		*owner = w.st.st_uid;
		return w.fd;
	}
	if (w.fd >= 0)
		close(w.fd);
	return rc;
}
