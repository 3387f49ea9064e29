/* locked.c - mlock() and what belongs to it, page by page. */
#include "util/locked.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "util/log.h"

static size_t whole_pages(size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (n + page - 1) / page * page;
}

void *locked_alloc(size_t n)
{
	void *p = mmap(NULL, whole_pages(n), PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		log_error("no memory for %zu bytes of keys", n);
		abort();
	}
	locked_keep(p, n);
	return p;
}

void locked_free(void *p, size_t n)
{
	if (!p)
		return;
	explicit_bzero(p, n);
	munmap(p, whole_pages(n));
}

void locked_keep(void *p, size_t n)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t first = (uintptr_t)p & ~(page - 1);
	uintptr_t end = ((uintptr_t)p + n + page - 1) & ~(page - 1);
	void *pages = (void *)first; /* NOLINT(performance-no-int-to-ptr) */

	if (mlock(pages, end - first) < 0)
		log_warn("the memory of keys cannot be locked (%s): they may be swapped "
			 "out. Raise the limit of locked memory (ulimit -l, "
			 "LimitMEMLOCK=)",
			 strerror(errno));
	(void)madvise(pages, end - first, MADV_DONTDUMP);
}
