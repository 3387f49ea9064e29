/*
 * hog_driver.c - a driver that takes memory until somebody ends it. Checks are answered
 * by the program beside it, sightglass-modbus.
 *
 * It stops at HOG_MAX: a machine without a limit has to live on.
 */
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STEP = 4 << 20, HOG_MAX = 400 };

int main(int argc, char **argv)
{
	char path[PATH_MAX], *slash;
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 32);

	if (n <= 0)
		return 1;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (argc > 1 && slash) {
		memcpy(slash, "/sightglass-modbus", sizeof("/sightglass-modbus"));
		execv(path, argv);
		return 1;
	}
	for (int i = 0; i < HOG_MAX / 4; i++) {
		char *p = malloc(STEP);
		if (p)
			memset(p, i + 1, STEP); /* only what is touched is there */
	}
	poll(NULL, 0, -1);
	return 0;
}
