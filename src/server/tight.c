/*
 * tight.c - who else may touch what the server keeps (SEC-14). A umask, an unpacked
 * backup or a helpful hand may have opened it: what is ours is closed again and said,
 * what belongs to others is refused. By handles, not by names (SEC-26).
 */
#include "server/walls.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/shell.h"
#include "util/log.h"

enum { OTHERS = 077, LOG_OTHERS = 027 };

static bool is_owner(const struct stat *st)
{
	return st->st_uid == geteuid() || st->st_uid == 0;
}

/* Takes bits away from what the descriptor is. */
static bool tighten(int fd, const struct stat *st, mode_t bits, const char *shown,
		    struct strbuf *why)
{
	mode_t mode = st->st_mode & 07777;

	if ((mode & bits) == 0)
		return true;
	if (fchmod(fd, mode & ~bits) == 0) {
		log_warn("%s was open to others (mode %04o): it is %04o now", shown, mode,
			 mode & ~bits);
		return true;
	}
	strbuf_setf(why, "%s is open to others (mode %04o) and cannot be closed: %s",
		    shown, mode, strerror(errno));
	return false;
}

/* A link or a stranger's file among ours is somebody's trick. */
static bool tighten_entry(int dir, const char *folder, const char *name,
			  struct strbuf *why)
{
	char shown[PATH_MAX + 256];
	struct stat st;
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool ok;

	snprintf(shown, sizeof(shown), "%s/%s", folder, name);
	if (fd < 0) {
		if (errno == ENOENT || errno == ENXIO) /* gone, or a socket */
			return true;
		strbuf_setf(why, "%s in the state folder is not ours to open: %s", shown,
			    errno == ELOOP ? "it is a link" : strerror(errno));
		return false;
	}
	if (fstat(fd, &st) < 0 || !is_owner(&st)) {
		strbuf_setf(why,
			    "%s in the state folder belongs to user id %u, not to the "
			    "server: remove it, or give it back",
			    shown, st.st_uid);
		ok = false;
	} else {
		ok = tighten(fd, &st, OTHERS, shown, why);
	}
	close(fd);
	return ok;
}

static bool tighten_folder(const char *folder, struct strbuf *why)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	struct stat st;
	bool ok;

	if (!d || fstat(dirfd(d), &st) < 0) {
		strbuf_setf(why, "cannot look into the state folder %s: %s", folder,
			    strerror(errno));
		if (d)
			closedir(d);
		return false;
	}
	ok = tighten(dirfd(d), &st, OTHERS, folder, why);
	while (ok && (e = readdir(d)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			ok = tighten_entry(dirfd(d), folder, e->d_name, why);
	closedir(d);
	return ok;
}

/* Who may write there may put a socket of their own in the place of ours; in a sticky
 * folder they may not take ours away. */
static bool judge_socket_folder(const char *socket_path, struct strbuf *why)
{
	char dir[PATH_MAX], *slash;
	struct stat st;

	snprintf(dir, sizeof(dir), "%s", socket_path);
	slash = strrchr(dir, '/');
	if (!slash || slash == dir)
		return true;
	*slash = '\0';
	if (stat(dir, &st) < 0)
		return true; /* listening will say it better */
	if ((st.st_mode & S_IWOTH) && !(st.st_mode & S_ISVTX)) {
		strbuf_setf(why,
			    "everybody may write into %s, where the socket lies: "
			    "chmod o-w it, or choose another --socket",
			    dir);
		return false;
	}
	return true;
}

/* When our lines go to a file of ours. */
static bool tighten_log(struct strbuf *why)
{
	struct stat st;

	if (fstat(STDERR_FILENO, &st) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_uid != geteuid())
		return true;
	return tighten(STDERR_FILENO, &st, LOG_OTHERS, "the log on standard error", why);
}

bool walls_tight(const struct shell *sh, struct strbuf *why)
{
	return tighten_folder(sh->state_dir, why) &&
	       judge_socket_folder(sh->socket_path, why) && tighten_log(why);
}
