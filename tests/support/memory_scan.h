/*
 * memory_scan.h - whether bytes lie anywhere in a process's writable memory, and whether
 * that memory is kept from being swapped out (SEC-13).
 */
#ifndef SG_TESTS_MEMORY_SCAN_H
#define SG_TESTS_MEMORY_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum memory_found {
	MEMORY_CLEAN,
	MEMORY_LOCKED, /* only where it is locked */
	MEMORY_OPEN,
	MEMORY_UNREADABLE /* who runs the test may not look */
};

enum memory_found memory_holds(pid_t pid, const void *bytes, size_t n);
/* Root may look, and a sanitizer makes nothing of mlock(). */
bool memory_is_locked_here(void);

#endif
