/* find_program.c - the programs that belong to this one, wherever it was installed. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"

static const char *const folders[] = { ".", "../libexec/sightglass", "../sbin",
				       "../bin" };

bool cli_find_program(const char *name, char *out, size_t size)
{
	char self[PATH_MAX], path[2 * PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n <= 0 || strchr(name, '/'))
		return false;
	self[n] = '\0';
	char *slash = strrchr(self, '/');
	if (!slash)
		return false;
	*slash = '\0';
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		int len = i == 0 ? snprintf(path, sizeof(path), "%s/%s", self, name)
				 : snprintf(path, sizeof(path), "%s/%s/%s", self,
					    folders[i], name);
		if (len < 0 || (size_t)len >= size || access(path, X_OK) != 0)
			continue;
		memcpy(out, path, (size_t)len + 1);
		return true;
	}
	return false;
}
