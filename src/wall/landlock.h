/*
 * landlock.h - Landlock by raw system calls: Debian 12's headers and C library know less
 * of it than the kernels it runs on.
 *
 * Numbers and structs are the kernel's own and never change; the ABI says which rights
 * there are. Nothing here decides what is allowed.
 */
#ifndef SG_WALL_LANDLOCK_H
#define SG_WALL_LANDLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum {
	LANDLOCK_ABI_TRUNCATE = 3,
	LANDLOCK_ABI_TCP = 4,
	LANDLOCK_ABI_DEVICES = 5,
	LANDLOCK_ABI_SCOPES = 6
};

/* The kernel's version of it; 0 = it has none or does not let us. */
int landlock_abi(void);
/* A rule set that forbids what is asked for here; scopes: no signals and no abstract
 * sockets out of its own. -1 with errno. */
int landlock_begin(int abi, bool files, bool tcp, bool scopes);
/* Allows access (enum wall_access) to a file or to all below a folder. What is not there
 * needs no rule: -1 with ENOENT. */
int landlock_allow(int rules, int abi, const char *path, unsigned access);
int landlock_allow_port(int rules, uint16_t port);
/* Holds this thread and its children to the rules from now on. */
int landlock_end(int rules);

#endif
