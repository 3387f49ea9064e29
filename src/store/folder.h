/*
 * folder.h - the state folder: private to its owner, and locked by one server (PR-16).
 */
#ifndef SG_STORE_FOLDER_H
#define SG_STORE_FOLDER_H

#include <stdbool.h>

#include "util/err.h"

struct strbuf;

/* Makes dir (and the folders above it) where missing; refuses one that others may enter,
 * that belongs to somebody else, or that is no folder. */
enum sg_err folder_prepare(const char *dir, struct strbuf *why);
/* Takes dir/lock and writes our process id into it. The descriptor, which is the lock, or
 * < 0 with a sentence naming who holds it. */
int folder_lock(const char *dir, struct strbuf *why);
/* Does a running server hold the folder that path lies in? Only asks. */
bool folder_is_held(const char *path);
/* Makes an empty file of mode 0600 unless it is there; refuses what is no plain file of
 * ours. */
enum sg_err folder_file(const char *path, struct strbuf *why);
/* "cannot WHAT PATH: ..." from errno; SG_EIO. */
enum sg_err folder_fail(struct strbuf *why, const char *what, const char *path);
/* Puts the folder that path lies in on the disk: names made or changed in it. */
enum sg_err folder_sync(const char *path, struct strbuf *why);

#endif
