/* open_files.c - reads /proc/PID/fd. */
#include "support/open_files.h"

#include "support/test.h"

#include <dirent.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SETTLE_TRIES = 1000, STEP_MS = 20 };

static DIR *open_dir(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	DIR *dir = opendir(path);
	if (!dir)
		fail_msg("%s cannot be read", path);
	return dir;
}

size_t open_files(pid_t pid)
{
	DIR *dir = open_dir(pid);
	const struct dirent *e;
	size_t n = 0;

	while ((e = readdir(dir)))
		n += e->d_name[0] != '.';
	closedir(dir);
	return n;
}

bool open_files_have(pid_t pid, const char *name)
{
	DIR *dir = open_dir(pid);
	const struct dirent *e;
	char to[PATH_MAX];
	bool found = false;

	while (!found && (e = readdir(dir))) {
		ssize_t n = readlinkat(dirfd(dir), e->d_name, to, sizeof(to) - 1);

		to[n > 0 ? n : 0] = '\0';
		found = strstr(to, name) != NULL;
	}
	closedir(dir);
	return found;
}

void open_files_settle(pid_t server)
{
	for (int i = 0; i < SETTLE_TRIES; i++, poll(NULL, 0, STEP_MS))
		if (open_files_have(server, "search.db-wal"))
			return;
	fail_msg("the server never opened the index of its journal");
}
