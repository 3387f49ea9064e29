/*
 * locked.h - memory that holds keys: it is not swapped out and in no core file (SEC-13).
 *
 * Whole pages are kept so; what lies beside it shares that. A limit that is too small
 * leaves it as any other memory, with a line in the log. Any thread.
 */
#ifndef SG_UTIL_LOCKED_H
#define SG_UTIL_LOCKED_H

#include <stddef.h>

void locked_keep(void *p, size_t n);

/* Pages of their own, zeroed; for ever or until locked_free(), which wipes them. Without
 * memory the process ends, as everywhere. */
void *locked_alloc(size_t n);
void locked_free(void *p, size_t n); /* NULL is allowed; n as it was asked for */

#endif
