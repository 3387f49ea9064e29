/* xalloc.c - allocation that cannot fail: no caller has anything better to do than stop.
 */
#include "util/xalloc.h"

#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Thread_local bool xalloc_libraries_too;

static void __attribute__((noreturn)) give_up(void)
{
	fprintf(stderr,
		"%s: out of memory: it ends here; what was recorded stays, nothing is "
		"repeated\n",
		program_invocation_short_name);
	abort(); /* a console puts the terminal right */
}

static void *check(void *p)
{
	if (!p)
		give_up();
	return p;
}

void *xalloc_judge(void *p)
{
	return xalloc_libraries_too ? check(p) : p;
}

enum { PIECE_LARGE = 128 << 10 };

void xalloc_thrifty(void)
{
	mallopt(M_MMAP_THRESHOLD, PIECE_LARGE); /* set: it no longer adapts upwards */
	mallopt(M_TRIM_THRESHOLD, 4 * PIECE_LARGE);
}

void xalloc_trim(void)
{
	malloc_trim(0);
}

void *xmalloc(size_t n)
{
	return check(malloc(n ? n : 1));
}

void *xcalloc(size_t count, size_t n)
{
	return check(calloc(count ? count : 1, n ? n : 1));
}

void *xcalloc_aligned(size_t align, size_t n)
{
	return memset(check(aligned_alloc(align, n)), 0, n);
}

void *xrealloc(void *p, size_t n)
{
	return check(realloc(p, n ? n : 1));
}

void *xreallocarray(void *p, size_t count, size_t n)
{
	return check(reallocarray(p, count ? count : 1, n ? n : 1));
}

char *xstrdup(const char *s)
{
	return check(strdup(s));
}

char *xstrndup(const char *s, size_t n)
{
	return check(strndup(s, n));
}

char *xvasprintf(const char *fmt, va_list ap)
{
	char *out;

	return check(vasprintf(&out, fmt, ap) < 0 ? NULL : out);
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *out;

	va_start(ap, fmt);
	out = xvasprintf(fmt, ap);
	va_end(ap);
	return out;
}

void *xgrow(void *arr_ptr, size_t *count, size_t elem_size)
{
	char *arr;
	size_t n = *count;

	memcpy(&arr, arr_ptr, sizeof(arr));
	if ((n & (n - 1)) == 0) {
		arr = xreallocarray(arr, n ? n * 2 : 1, elem_size);
		memcpy(arr_ptr, &arr, sizeof(arr));
	}
	memset(arr + n * elem_size, 0, elem_size);
	*count = n + 1;
	return arr + n * elem_size;
}
