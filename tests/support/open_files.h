/* open_files.h - what descriptors another process holds, by /proc. */
#ifndef SG_TESTS_SUPPORT_OPEN_FILES_H
#define SG_TESTS_SUPPORT_OPEN_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

size_t open_files(pid_t pid);
bool open_files_have(pid_t pid, const char *name); /* part of a path */
/* Waits until a server has opened all that it keeps open: the index of its journal comes
 * last, in a thread of its own. */
void open_files_settle(pid_t server);

#endif
