/*
 * program.h - the programs that belong to this one, wherever it was installed.
 *
 * Beside it, then in ../libexec/sightglass, ../sbin and ../bin: a checkout, a package and
 * a prefix of one's own are found alike, and PATH is never asked. Any thread.
 */
#ifndef SG_UTIL_PROGRAM_H
#define SG_UTIL_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

/* False when there is none that may be executed, or name is no name but a path. */
bool program_find(const char *name, char *out, size_t size);

#endif
