/* config.c - libconfig's own parser on the same files. */
#include "bench/bare/bare.h"

#include <libconfig.h>

#include "bench/bench.h"

void bare_config_parse(const char *const *paths, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		config_t c;

		config_init(&c);
		if (!config_read_file(&c, paths[i]))
			bench_die("libconfig: %s: %s", paths[i], config_error_text(&c));
		config_destroy(&c);
	}
}
