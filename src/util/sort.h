/*
 * sort.h - sorting what mostly stands in order already: a configuration comes in the
 * order of its numbers, and looking at it once costs less than qsort().
 *
 * Any thread; compare is that of qsort().
 */
#ifndef SG_UTIL_SORT_H
#define SG_UTIL_SORT_H

#include <stddef.h>

/* n may be 0, and v then NULL. */
void sort_unless_sorted(void *v, size_t n, size_t size,
			int (*compare)(const void *, const void *));

#endif
