/*
 * control.h - the Unix socket on which commands come: a line each, an answer each.
 */
#ifndef SG_PLANTSIM_CONTROL_H
#define SG_PLANTSIM_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

#include "plantsim/poller.h"
#include "plantsim/works.h"

enum { CONTROL_CLIENTS = 8, CONTROL_LINE = 512 };

struct strbuf;

struct control_client {
	int fd; /* -1: free */
	char line[CONTROL_LINE];
	size_t len;
};

struct control {
	int listener;     /* -1: none was asked for */
	const char *path; /* borrowed */
	struct control_client client[CONTROL_CLIENTS];
};

/* path NULL: no socket, and every other call does nothing. A socket left behind at
 * path is replaced. The file is for its owner only. */
bool control_open(struct control *c, const char *path, struct strbuf *why);
void control_close(struct control *c);
void control_watch(const struct control *c, struct poller *p);
void control_handle(struct control *c, struct works *w, const struct poller *p,
		    struct mono now);

#endif
