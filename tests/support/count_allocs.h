/*
 * count_allocs.h - how often this test program has asked for memory: the proof that a
 * steady state does not allocate. Include it in exactly one file of a program; it
 * stands before malloc (under a sanitizer, which owns malloc, it is told by a hook).
 */
#ifndef SG_TESTS_SUPPORT_COUNT_ALLOCS_H
#define SG_TESTS_SUPPORT_COUNT_ALLOCS_H

#include <stddef.h>

/* volatile: compilers take for granted that malloc changes no variable */
static volatile unsigned long alloc_count;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *,
								size_t),
					      void (*on_free)(const volatile void *));

static void count_malloc(const volatile void *p, size_t n)
{
	(void)p;
	(void)n;
	alloc_count = alloc_count + 1;
}

static void ignore_free(const volatile void *p)
{
	(void)p;
}

__attribute__((constructor)) static void count_from_now(void)
{
	__sanitizer_install_malloc_and_free_hooks(count_malloc, ignore_free);
}
#else
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t n);
void *__libc_realloc(void *p, size_t n);

void *malloc(size_t n)
{
	alloc_count = alloc_count + 1;
	return __libc_malloc(n);
}

void *calloc(size_t count, size_t n)
{
	alloc_count = alloc_count + 1;
	return __libc_calloc(count, n);
}

void *realloc(void *p, size_t n)
{
	alloc_count = alloc_count + 1;
	return __libc_realloc(p, n);
}
#endif

#endif
