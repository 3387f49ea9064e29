/* sort.c - looks first. */
#include "util/sort.h"

#include <stdlib.h>

void sort_unless_sorted(void *v, size_t n, size_t size,
			int (*compare)(const void *, const void *))
{
	const char *p = v;

	for (size_t i = 1; i < n; i++, p += size) {
		if (compare(p, p + size) <= 0)
			continue;
		qsort(v, n, size, compare);
		return;
	}
}
