/* folder.c - who may enter the state folder, and which process has it. */
#include "store/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/file.h"
#include "util/log.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum sg_err folder_fail(struct strbuf *why, const char *what, const char *path)
{
	strbuf_setf(why, "cannot %s %s: %s", what, path, strerror(errno));
	return SG_EIO;
}

/* The folder a path lies in; owned. */
static char *parent_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return xstrdup(".");
	return slash == path ? xstrdup("/") : xstrndup(path, (size_t)(slash - path));
}

static enum sg_err make_dirs(const char *dir, struct strbuf *why)
{
	char *path = xstrdup(dir);
	enum sg_err err = SG_OK;

	for (char *p = path + 1; err == SG_OK; p++) {
		char c = *p;
		if (c && c != '/')
			continue;
		*p = '\0';
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			err = folder_fail(why, "make the state folder", path);
		*p = c;
		if (!c)
			break;
	}
	free(path);
	return err;
}

enum sg_err folder_prepare(const char *dir, struct strbuf *why)
{
	struct stat st;

	if (!dir[0]) {
		strbuf_setf(why, "no state folder is named");
		return SG_ECONFIG;
	}
	enum sg_err err = make_dirs(dir, why);
	if (err != SG_OK)
		return err;
	if (stat(dir, &st) < 0)
		return folder_fail(why, "look at the state folder", dir);
	if (!S_ISDIR(st.st_mode))
		strbuf_setf(why, "the state folder %s is not a folder", dir);
	else if (st.st_uid != geteuid())
		strbuf_setf(why,
			    "the state folder %s belongs to user %u, not to user %u who "
			    "runs the server: give it to the server's user (chown)",
			    dir, st.st_uid, geteuid());
	else if (st.st_mode & 077)
		strbuf_setf(why,
			    "the state folder %s is open to other users (mode %04o): "
			    "chmod 700 %s",
			    dir, st.st_mode & 07777, dir);
	else
		return SG_OK;
	return SG_EREFUSED;
}

/* "process 1234", from what the holder wrote into the file. */
static void holder(int fd, char *out, size_t size)
{
	char text[32];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	long pid = strtol(text, NULL, 10);
	if (pid > 0)
		snprintf(out, size, "process %ld", pid);
	else
		snprintf(out, size, "another process");
}

static void write_pid(int fd)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	/* for people only: a lock without its text is still a lock */
	if (ftruncate(fd, 0) < 0 || !file_write_at(fd, text, (size_t)n, 0))
		log_warn("the lock of the state folder could not be signed: %s",
			 strerror(errno));
}

int folder_lock(const char *dir, struct strbuf *why)
{
	char *path = xasprintf("%s/lock", dir);
	char who[48];
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0) {
		folder_fail(why, "open the lock", path);
	} else if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		write_pid(fd);
	} else {
		holder(fd, who, sizeof(who));
		strbuf_setf(
			why,
			"another server (%s) runs on the state folder %s: stop it first, "
			"or name another folder",
			who, dir);
		close(fd);
		fd = -1;
	}
	free(path);
	return fd;
}

bool folder_is_held(const char *path)
{
	char *dir = parent_of(path);
	char *lock = xasprintf("%s/lock", dir);
	int fd = open(lock, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	bool held = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;

	if (fd >= 0)
		close(fd);
	free(lock);
	free(dir);
	return held;
}

enum sg_err folder_file(const char *path, struct strbuf *why)
{
	struct stat st;
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0) {
		close(fd);
		return SG_OK;
	}
	if (errno != EEXIST)
		return folder_fail(why, "make", path);
	if (lstat(path, &st) < 0)
		return folder_fail(why, "look at", path);
	if (S_ISREG(st.st_mode) && st.st_uid == geteuid())
		return SG_OK;
	strbuf_setf(why, "%s is not a plain file of the server's user: move it away",
		    path);
	return SG_EREFUSED;
}

enum sg_err folder_sync(const char *path, struct strbuf *why)
{
	return file_sync_folder_of(path)
		       ? SG_OK
		       : folder_fail(why, "put on the disk the folder of", path);
}
