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

#endif
