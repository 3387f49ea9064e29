/*
 * xalloc.h - allocation for small things: exhaustion ends the process with a sentence.
 * What a peer or a file sizes has a maximum of its own (strbuf, bytes). Nothing is
 * tidied up: what was told as done is in the store by then, and the rest is void.
 */
#ifndef SG_UTIL_XALLOC_H
#define SG_UTIL_XALLOC_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* n may be 0: the result is then a valid pointer that free() takes. All owned. */
void *xmalloc(size_t n) __attribute__((returns_nonnull, malloc, alloc_size(1)));
void *xcalloc(size_t count, size_t n)
	__attribute__((returns_nonnull, malloc, alloc_size(1, 2)));
/* Zeroed and aligned to a power of two of which n is a multiple: rows a cache line. */
void *xcalloc_aligned(size_t align, size_t n)
	__attribute__((returns_nonnull, malloc, alloc_align(1), alloc_size(2)));
void *xrealloc(void *p, size_t n) __attribute__((returns_nonnull, alloc_size(2)));
/* Room for count elements of size n; a product that overflows ends the process. */
void *xreallocarray(void *p, size_t count, size_t n) __attribute__((returns_nonnull));
char *xstrdup(const char *s) __attribute__((returns_nonnull, malloc, nonnull));
char *xstrndup(const char *s, size_t n) __attribute__((returns_nonnull, malloc, nonnull));
/* printf into a fresh string. */
char *xasprintf(const char *fmt, ...)
	__attribute__((returns_nonnull, malloc, format(printf, 1, 2)));
char *xvasprintf(const char *fmt, va_list ap)
	__attribute__((returns_nonnull, malloc, format(printf, 1, 0)));

/* While it is true, an allocation that fails in this thread, in whatever library, ends
 * the process, too: for libraries that go on with what they did not get. Works in
 * programs whose main.c includes util/alloc_guard.h. */
extern _Thread_local bool xalloc_libraries_too;
/* For alloc_guard.h: p, unless it is NULL and must not be. */
void *xalloc_judge(void *p);

/* First thing in a program that runs for months: large pieces go back to the system when
 * they are freed, however large others were before. */
void xalloc_thrifty(void);
/* Gives back what reading files and configurations left behind. Some milliseconds. */
void xalloc_trim(void);

/* Appends one zeroed element to a counted array: T *v = GROW(&arr, &n); capacity
 * doubles at powers of two, so no capacity field is kept. */
void *xgrow(void *arr_ptr, size_t *count, size_t elem_size)
	__attribute__((returns_nonnull));
#ifdef __CPPCHECK__ /* cannot read __typeof__ in a cast */
#define GROW(arr, n) (xgrow((arr), (n), sizeof(**(arr))), *(arr))
#else
#define GROW(arr, n) ((__typeof__(*(arr)))xgrow((arr), (n), sizeof(**(arr))))
#endif

#endif
