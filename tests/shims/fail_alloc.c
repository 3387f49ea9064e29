/*
 * fail_alloc.c - to be preloaded: the n-th allocation of one program fails, once or from
 * then on. It stands below our own alloc_guard.h, as the kernel does.
 *
 *   FAIL_ALLOC_AT=n        0 or absent: none
 *   FAIL_ALLOC_ON=1        all behind it, too
 *   FAIL_ALLOC_IN=program  its children are spared, also those that are forks of it
 *
 * At a normal end it says on stderr how many there were.
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t n);
void *__libc_realloc(void *p, size_t n);

static struct {
	void *(*malloc)(size_t);
	void *(*calloc)(size_t, size_t);
	void *(*realloc)(void *, size_t);
	void *(*memalign)(size_t, size_t);
} real;

static struct {
	bool ready, on;
	unsigned long at;
	atomic_ulong seen;
} plan;

static void spare_child(void)
{
	plan.ready = false;
}

__attribute__((constructor)) static void read_plan(void)
{
	const char *at = getenv("FAIL_ALLOC_AT"), *in = getenv("FAIL_ALLOC_IN");

	if (!at || (in && strcmp(in, program_invocation_short_name) != 0))
		return;
	plan.at = strtoul(at, NULL, 10);
	plan.on = getenv("FAIL_ALLOC_ON") != NULL;
	plan.ready = true;
	if (in)
		pthread_atfork(NULL, NULL, spare_child);
}

__attribute__((destructor)) static void tell(void)
{
	char text[64];

	if (!plan.ready)
		return;
	int n = snprintf(text, sizeof(text), "allocations: %lu\n",
			 atomic_load(&plan.seen));
	if (write(STDERR_FILENO, text, (size_t)n) < 0)
		_exit(1);
}

static bool fails(void)
{
	unsigned long seen;

	if (!plan.ready)
		return false;
	seen = atomic_fetch_add(&plan.seen, 1) + 1;
	if (!plan.at || seen < plan.at || (seen > plan.at && !plan.on))
		return false;
	errno = ENOMEM;
	return true;
}

/* Looked up when first needed: the loader allocates before any constructor runs. */
static void find(void)
{
	if (real.memalign)
		return;
	*(void **)&real.malloc = dlsym(RTLD_NEXT, "__libc_malloc");
	*(void **)&real.calloc = dlsym(RTLD_NEXT, "__libc_calloc");
	*(void **)&real.realloc = dlsym(RTLD_NEXT, "__libc_realloc");
	*(void **)&real.memalign = dlsym(RTLD_NEXT, "__libc_memalign");
}

void *__libc_malloc(size_t n)
{
	find();
	return fails() ? NULL : real.malloc(n);
}

void *__libc_calloc(size_t count, size_t n)
{
	find();
	return fails() ? NULL : real.calloc(count, n);
}

void *__libc_realloc(void *p, size_t n)
{
	find();
	return fails() ? NULL : real.realloc(p, n);
}

/* What does not come through a guard. */
void *malloc(size_t n)
{
	return __libc_malloc(n);
}

void *calloc(size_t count, size_t n)
{
	return __libc_calloc(count, n);
}

void *realloc(void *p, size_t n)
{
	return __libc_realloc(p, n);
}

void *aligned_alloc(size_t align, size_t n)
{
	find();
	return fails() ? NULL : real.memalign(align, n);
}

int posix_memalign(void **p, size_t align, size_t n)
{
	find();
	*p = fails() ? NULL : real.memalign(align, n);
	return *p ? 0 : ENOMEM;
}
