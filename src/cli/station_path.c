/* station_path.c - from what was typed to the station file. */
#include "cli/station_path.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/xalloc.h"

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

char *cli_station_path(const char *given)
{
	static const char *const names[] = { "sightglass.cfg", "config/sightglass.cfg",
					     "station.cfg" };
	struct stat st;

	if (!given)
		return xstrdup("config/sightglass.cfg");
	if (!is_folder(given))
		return xstrdup(given);
	size_t n = strlen(given);
	const char *slash = n && given[n - 1] == '/' ? "" : "/";
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = xasprintf("%s%s%s", strcmp(given, ".") ? given : "",
				       strcmp(given, ".") ? slash : "", names[i]);
		if (stat(path, &st) == 0)
			return path;
		free(path);
	}
	return xasprintf("%s%ssightglass.cfg", given, slash);
}
