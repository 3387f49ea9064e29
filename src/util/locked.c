/* locked.c - mlock() and what belongs to it, page by page. */
#include "util/locked.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "util/log.h"

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
