/*
 * socket.h - the Unix socket between server and clients: finding, binding,
 * connecting. The one module of wire/ that does I/O; shared by server, console and
 * command line.
 *
 * sun_path holds 108 bytes: a longer path is reached through its folder
 * (/proc/self/fd/N/name), so any path that the file system takes works.
 */
#ifndef SG_WIRE_SOCKET_H
#define SG_WIRE_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "util/err.h"

struct strbuf;

/* Where a client looks, in order: given (or NULL), SIGHTGLASS_SOCKET, /run/sightglass/
 * station.sock, $XDG_RUNTIME_DIR/sightglass/station.sock. Writes the first that exists,
 * or the first that would be tried. */
void socket_find(const char *given, char *out, size_t size);

/* Connects (blocking, CLOEXEC) when the way to the socket can be trusted (trust.h) and
 * its server runs as root, as the owner of the socket's folder or as ourselves (SEC-02).
 * Returns the descriptor or < 0 with a sentence that names the path and what to start. */
int socket_connect(const char *path, struct strbuf *why);

/* Binds and listens, mode 0660 (or 0600), replacing a stale socket but never a live
 * server's (PR-17). Returns the descriptor (non-blocking, CLOEXEC) or < 0. */
int socket_listen(const char *path, mode_t mode, struct strbuf *why);

#endif
