/* memory_scan.c - reads /proc/PID/mem, one mapping of smaps after the other. */
#include "support/test.h"

#include "support/memory_scan.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct place {
	unsigned long long lo, hi;
	bool writable;
};

static bool place_holds(int fd, const struct place *p, const void *bytes, size_t n)
{
	size_t size = (size_t)(p->hi - p->lo);
	char *copy;
	ssize_t got;
	bool found;

	if (!p->writable || size > (size_t)1 << 30) /* a sanitizer's shadow */
		return false;
	copy = malloc(size);
	got = copy ? pread(fd, copy, size, (off_t)p->lo) : -1;
	found = got > 0 && memmem(copy, (size_t)got, bytes, n);
	free(copy);
	return found;
}

/* Flags are the last line of a mapping; " lo " among them is: locked. */
static enum memory_found scan(FILE *maps, int fd, const void *bytes, size_t n)
{
	enum memory_found worst = MEMORY_CLEAN;
	struct place p = { 0 };
	char line[1024], mode[8];

	while (fgets(line, sizeof(line), maps)) {
		unsigned long long lo, hi;

		if (sscanf(line, "%llx-%llx %7s", &lo, &hi, mode) == 3) {
			p = (struct place){ lo, hi, mode[1] == 'w' };
		} else if (strncmp(line, "VmFlags:", 8) == 0 &&
			   place_holds(fd, &p, bytes, n)) {
			enum memory_found is =
				strstr(line, " lo ") ? MEMORY_LOCKED : MEMORY_OPEN;
			worst = is > worst ? is : worst;
		}
	}
	return worst;
}

enum memory_found memory_holds(pid_t pid, const void *bytes, size_t n)
{
	enum memory_found found = MEMORY_UNREADABLE;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/%d/smaps", (int)pid);
	FILE *maps = fopen(path, "re");
	if (fd >= 0 && maps)
		found = scan(maps, fd, bytes, n);
	if (fd >= 0)
		close(fd);
	if (maps)
		fclose(maps);
	return found;
}

bool memory_is_locked_here(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	return false;
#else
	return geteuid() == 0;
#endif
}
