/* files_seen.c - a fingerprint of the files a station was read from. */
#include "cli/files_seen.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "config/file.h"

static uint64_t mix(uint64_t h, const void *data, size_t n)
{
	const unsigned char *p = data;

	while (n--)
		h = (h ^ *p++) * 0x100000001B3u;
	return h;
}

static uint64_t mix_file(uint64_t h, const char *path)
{
	struct stat st;

	if (!path || stat(path, &st) != 0)
		return mix(h, "-", 1);
	h = mix(h, &st.st_ino, sizeof(st.st_ino));
	h = mix(h, &st.st_size, sizeof(st.st_size));
	h = mix(h, &st.st_mtim.tv_sec, sizeof(st.st_mtim.tv_sec));
	return mix(h, &st.st_mtim.tv_nsec, sizeof(st.st_mtim.tv_nsec));
}

/* What comes and goes changes the time of its folder. */
static uint64_t mix_folders(uint64_t h, const char *dir, int depth)
{
	DIR *d = depth <= CFG_DIR_DEPTH_MAX ? opendir(dir) : NULL;
	struct dirent *e;
	char path[4096];
	struct stat st;

	if (!d)
		return h;
	h = mix_file(h, dir);
	while ((e = readdir(d))) {
		int n = snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);

		if (e->d_name[0] != '.' && n < (int)sizeof(path) &&
		    lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
			h = mix_folders(h, path, depth + 1);
	}
	closedir(d);
	return h;
}

uint64_t files_seen(const char *station, const char *values, const struct station_def *d)
{
	uint64_t h = mix_file(0xCBF29CE484222325u, station);

	h = mix_file(h, values);
	for (size_t i = 0; d && i < d->n_paths; i++)
		h = mix_file(h, d->paths[i]);
	return d && d->screens_dir ? mix_folders(h, d->screens_dir, 1) : h;
}
