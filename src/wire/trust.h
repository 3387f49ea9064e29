/*
 * trust.h - whose socket is that? Somebody who can put a file where a console looks for
 * its server could pose as the server (SEC-02).
 *
 * The way to the socket is walked by handles, never twice by name: each part must have
 * been put there by root, by us, or by who alone may write where it lies.
 */
#ifndef SG_WIRE_TRUST_H
#define SG_WIRE_TRUST_H

#include <stdbool.h>
#include <sys/types.h>

struct strbuf;

/* The socket's folder as an O_PATH descriptor (owned), *owner of the folder and *base,
 * the socket's name in path. -1 with a sentence: it cannot be trusted; -2: there is no
 * such way. */
int trust_folder(const char *path, uid_t *owner, const char **base, struct strbuf *why);

#endif
