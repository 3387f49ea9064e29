/*
 * alloc_guard.h - stands before malloc in a program: see xalloc_libraries_too. Include it
 * in main.c and nowhere else. Under a sanitizer, which owns malloc, it does nothing.
 */
#ifndef SG_UTIL_ALLOC_GUARD_H
#define SG_UTIL_ALLOC_GUARD_H

#include <stdlib.h>

#include "util/xalloc.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t n);
void *__libc_realloc(void *p, size_t n);

void *malloc(size_t n)
{
	return xalloc_judge(__libc_malloc(n));
}

void *calloc(size_t count, size_t n)
{
	return xalloc_judge(__libc_calloc(count, n));
}

void *realloc(void *p, size_t n)
{
	void *q = __libc_realloc(p, n);

	return n ? xalloc_judge(q) : q; /* of no bytes: that was a free() */
}
#endif

#endif
