/*
 * live_allocs.h - how much memory this test program holds now, to the byte: what the
 * allocator keeps aside does not count. Include it in exactly one file of a program; it
 * stands before malloc. Under a sanitizer, which looks for leaks itself, it says 0.
 */
#ifndef SG_TESTS_SUPPORT_LIVE_ALLOCS_H
#define SG_TESTS_SUPPORT_LIVE_ALLOCS_H

#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>

/* volatile: compilers take for granted that malloc changes no variable */
static volatile size_t live_bytes;

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t n);
void *__libc_realloc(void *p, size_t n);
void __libc_free(void *p);

void *malloc(size_t n)
{
	void *p = __libc_malloc(n);

	live_bytes = live_bytes + malloc_usable_size(p);
	return p;
}

void *calloc(size_t count, size_t n)
{
	void *p = __libc_calloc(count, n);

	live_bytes = live_bytes + malloc_usable_size(p);
	return p;
}

void *realloc(void *p, size_t n)
{
	size_t was = malloc_usable_size(p);
	void *q = __libc_realloc(p, n);

	if (q || n == 0)
		live_bytes = live_bytes - was + malloc_usable_size(q);
	return q;
}

void free(void *p)
{
	live_bytes = live_bytes - malloc_usable_size(p);
	__libc_free(p);
}
#endif

#endif
