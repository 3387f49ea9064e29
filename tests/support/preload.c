/* preload.c - shims lie beside the tests' programs. */
#include "support/test.h"

#include "support/preload.h"

#include <stdio.h>
#include <stdlib.h>

void preload_shim(const char *name)
{
	const char *options = getenv("ASAN_OPTIONS");
	char path[4096], more[1024];

	snprintf(path, sizeof(path), "%s/../test/shims/%s.so", getenv("SIGHTGLASS_BIN"),
		 name);
	char *real = realpath(path, NULL);
	setenv("LD_PRELOAD", real ? real : path, 1);
	free(real);
	/* a sanitizer's own library wants to be the first, and need not be */
	snprintf(more, sizeof(more), "%s%sverify_asan_link_order=0",
		 options ? options : "", options ? ":" : "");
	setenv("ASAN_OPTIONS", more, 1);
}
