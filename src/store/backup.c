/* backup.c - a copy of station.db that exists whole or not at all. */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/db.h"
#include "store/folder.h"
#include "store/store_int.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { PAGES_A_STEP = 256 }; /* 1 MiB: a few ms between two commits */

struct store_backup {
	char *path, *part; /* under part until it is whole */
	struct db_backup *copy;
	bool done;
};

static void forget(struct store_backup *b)
{
	free(b->path);
	free(b->part);
	free(b);
}

static bool can_be_made(const struct store *s, const char *path, struct strbuf *why)
{
	if (!s->db)
		strbuf_setf(why, "%s is closed after a failure of the disk", s->path);
	else if (path[0] != '/')
		strbuf_setf(why, "name the copy by its full path, not \"%s\"", path);
	else if (access(path, F_OK) == 0)
		strbuf_setf(why, "%s exists already: nothing was copied", path);
	else
		return true;
	return false;
}

static bool make_empty(const char *path, struct strbuf *why)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0) {
		strbuf_setf(why, "cannot make %s: %s%s", path, strerror(errno),
			    errno == EACCES
				    ? "; the server's wall lets it write below "
				      "its state folder and the folder \"backups\" "
				      "of the station file"
				    : "");
		return false;
	}
	close(fd);
	return true;
}

struct store_backup *store_backup_start(struct store *s, const char *path,
					struct strbuf *why)
{
	if (!can_be_made(s, path, why))
		return NULL;
	struct store_backup *b = xcalloc(1, sizeof(*b));
	b->path = xstrdup(path);
	b->part = xasprintf("%s.part-%ld", path, (long)getpid());
	if (!make_empty(b->part, why)) {
		forget(b);
		return NULL;
	}
	b->copy = db_backup_start(s->db, b->part, why);
	if (b->copy)
		return b;
	unlink(b->part);
	forget(b);
	return NULL;
}

enum sg_err store_backup_step(struct store_backup *b, bool *done, struct strbuf *why)
{
	enum sg_err err = db_backup_step(b->copy, PAGES_A_STEP, &b->done, why);

	*done = b->done;
	return err;
}

/* Never replaces what somebody made meanwhile. */
static bool rename_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return true;
	/* some file systems only know links */
	return errno == EINVAL && link(from, to) == 0 && unlink(from) == 0;
}

static enum sg_err give_name(struct store_backup *b, struct strbuf *why)
{
	int fd = open(b->part, O_RDWR | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0 && rename_new(b->part, b->path);

	if (!ok)
		strbuf_setf(why, "cannot complete the copy %s: %s", b->path,
			    strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok ? folder_sync(b->path, why) : SG_EIO;
}

enum sg_err store_backup_end(struct store_backup *b, struct strbuf *why)
{
	struct strbuf unused = STRBUF_INIT;
	/* given up: the caller has the first reason already */
	enum sg_err err = db_backup_end(b->copy, b->done ? why : &unused);

	if (!b->done)
		err = SG_EIO;
	if (err == SG_OK)
		err = give_name(b, why);
	if (err != SG_OK)
		unlink(b->part);
	strbuf_release(&unused);
	forget(b);
	return err;
}

enum sg_err store_backup(struct store *s, const char *path, struct strbuf *why)
{
	struct store_backup *b = store_backup_start(s, path, why);
	bool done = false;
	enum sg_err err = SG_OK;

	if (!b)
		return SG_EIO;
	while (err == SG_OK && !done)
		err = store_backup_step(b, &done, why);
	return store_backup_end(b, err == SG_OK ? why : NULL);
}
