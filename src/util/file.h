/*
 * file.h - files that are written whole.
 *
 * What write() leaves half done (a signal, a full disk) is carried on, or told with its
 * reason: false, and errno says why, never "Success". Buffers are borrowed for the call.
 * Any thread; each call waits for as long as the disk does.
 */
#ifndef SG_UTIL_FILE_H
#define SG_UTIL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* All n bytes, where fd stands (a pipe or a terminal, too) or at a place in the file. */
bool file_write(int fd, const void *p, size_t n);
bool file_write_at(int fd, const void *p, size_t n, uint64_t at);
/* All n bytes; an end before them is EIO. */
bool file_read_at(int fd, void *p, size_t n, uint64_t at);

/* A new file on the disk: nothing that exists is written over, no link is followed, and
 * nothing is left behind on failure. */
bool file_make(const char *path, mode_t mode, const void *p, size_t n);
/* The file of that name, old or new but never half of one, whatever ends the program; on
 * the disk when it returns true. It is made beside path, with ".new" behind its name. */
bool file_replace(const char *path, mode_t mode, const void *p, size_t n);
/* Names made or changed in path's folder are on the disk. */
bool file_sync_folder_of(const char *path);

#endif
