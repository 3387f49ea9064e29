/* room.c - see room.h. Nothing depends on it but a start on a full disk. */
#include "store/room.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "util/log.h"
#include "util/xalloc.h"

enum { ROOM = 512 << 10, PLENTY = 16 * ROOM };

static bool has_room(const char *dir, uint64_t bytes)
{
	struct statvfs v;

	return statvfs(dir, &v) < 0 || (uint64_t)v.f_bavail * v.f_frsize >= bytes;
}

void room_give(const char *dir)
{
	char *path = xasprintf("%s/room", dir);

	if (!has_room(dir, ROOM / 2) && unlink(path) == 0)
		log_warn("the disk of %s is full: %d KiB that were kept for a start "
			 "like this are used",
			 dir, ROOM >> 10);
	free(path);
}

void room_take(const char *dir)
{
	char *path = xasprintf("%s/room", dir);

	if (access(path, F_OK) < 0 && has_room(dir, PLENTY)) {
		int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd >= 0 && posix_fallocate(fd, 0, ROOM) != 0)
			unlink(path);
		if (fd >= 0)
			close(fd);
	}
	free(path);
}
