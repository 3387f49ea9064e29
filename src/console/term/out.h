/*
 * out.h - bytes to the terminal without ever waiting for it. What it does not take at
 * once is kept, at most a frame of it, and nothing else goes before that: the next frame
 * is painted from the newest state when the line is free (nothing is queued).
 *
 * The terminal is opened a second time on descriptor 1, so that not waiting is ours alone
 * and the shell that shares the first opening keeps its own ways.
 */
#ifndef SG_CONSOLE_TERM_OUT_H
#define SG_CONSOLE_TERM_OUT_H

#include <stdbool.h>

#include "util/clock.h"
#include "util/err.h"
#include "util/strbuf.h"

enum { OUT_STALL_MS = 2000 }; /* so long without taking a byte: it is stalled */

struct out {
	int fd;
	struct strbuf rest; /* not yet taken */
	size_t taken;       /* of rest */
	bool shared;        /* could not be opened again: writes may wait a little */
	long rate;          /* bytes a second; 0 = fast enough not to matter */
	struct mono clear;  /* when the line will have carried what it was given */
	struct mono stuck;  /* since when it takes nothing; 0 = it does */
	int64_t stalled_ms; /* of the stall that has just ended */
};

/* fd does not wait (O_NONBLOCK). baud: 0 = fast. */
void out_init(struct out *o, int fd, int baud);
/* Descriptor 1, made one that never waits. baud: 0 = ask the terminal's modes. */
void out_init_terminal(struct out *o, int baud);
void out_release(struct out *o);
bool out_is_slow(const struct out *o);
bool out_has_unsent(const struct out *o);
/* Since OUT_STALL_MS and more it takes nothing. */
bool out_is_stalled(const struct out *o, struct mono now);
/* Sends, or keeps what the terminal does not take now. SG_EIO: it is gone. */
enum sg_err out_send(struct out *o, const char *bytes, size_t n, struct mono now);
/* Goes on with the rest. */
enum sg_err out_push(struct out *o, struct mono now);
/* The rest is not to go any more. */
void out_forget(struct out *o);
/* When the next frame may go; INT64_MAX ns: not before the rest went. */
struct mono out_free_at(const struct out *o);

#endif
