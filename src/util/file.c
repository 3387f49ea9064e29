/* file.c - files that are written whole. */
#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "util/xalloc.h"

bool file_write(int fd, const void *p, size_t n)
{
	const char *from = p;

	while (n > 0) {
		ssize_t done = write(fd, from, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) {
			errno = done < 0 ? errno : ENOSPC;
			return false;
		}
		from += done;
		n -= (size_t)done;
	}
	return true;
}

bool file_write_at(int fd, const void *p, size_t n, uint64_t at)
{
	const char *from = p;

	while (n > 0) {
		ssize_t done = pwrite(fd, from, n, (off_t)at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) {
			errno = done < 0 ? errno : ENOSPC;
			return false;
		}
		from += done;
		n -= (size_t)done;
		at += (uint64_t)done;
	}
	return true;
}

bool file_read_at(int fd, void *p, size_t n, uint64_t at)
{
	char *to = p;

	while (n > 0) {
		ssize_t done = pread(fd, to, n, (off_t)at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) {
			errno = done < 0 ? errno : EIO;
			return false;
		}
		to += done;
		n -= (size_t)done;
		at += (uint64_t)done;
	}
	return true;
}

/* close() and unlink() after a failure, which keeps its reason. */
static void close_keeping_errno(int fd)
{
	int why = errno;

	close(fd);
	errno = why;
}

static void unlink_keeping_errno(const char *path)
{
	int why = errno;

	unlink(path);
	errno = why;
}

bool file_make(const char *path, mode_t mode, const void *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	bool made;

	if (fd < 0)
		return false;
	made = file_write(fd, p, n) && fdatasync(fd) == 0;
	close_keeping_errno(fd);
	if (!made)
		unlink_keeping_errno(path);
	return made;
}

bool file_replace(const char *path, mode_t mode, const void *p, size_t n)
{
	char *fresh = xasprintf("%s.new", path);
	bool made;

	unlink(fresh); /* of a program that was killed */
	made = file_make(fresh, mode, p, n);
	if (made && rename(fresh, path) < 0) {
		unlink_keeping_errno(fresh);
		made = false;
	}
	free(fresh);
	return made && file_sync_folder_of(path);
}

bool file_sync_folder_of(const char *path)
{
	char *own = xstrdup(path);
	int fd = open(dirname(own), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close_keeping_errno(fd);
	free(own);
	return good;
}
