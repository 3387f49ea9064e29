/*
 * count_allocs.h - how often this test program has asked for memory: the proof that a
 * steady state does not allocate. Include it in exactly one file of a program; it
 * stands before malloc (under a sanitizer, which owns malloc, it is told by a hook).
 */
#ifndef SG_TESTS_SUPPORT_COUNT_ALLOCS_H
#define SG_TESTS_SUPPORT_COUNT_ALLOCS_H

#include <stddef.h>

static unsigned long alloc_count;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
void __sanitizer_malloc_hook(const volatile void *p, size_t n);
void __sanitizer_malloc_hook(const volatile void *p, size_t n)
{
	(void)p;
	(void)n;
	alloc_count++;
}
#else
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t n);
void *__libc_realloc(void *p, size_t n);

void *malloc(size_t n)
{
	alloc_count++;
	return __libc_malloc(n);
}

void *calloc(size_t count, size_t n)
{
	alloc_count++;
	return __libc_calloc(count, n);
}

void *realloc(void *p, size_t n)
{
	alloc_count++;
	return __libc_realloc(p, n);
}
#endif

#endif
