/*
 * program.h - a program that the starter runs, as a handle of the loop.
 *
 * Thread: the loop. Owned by the caller, who keeps it until on_closed.
 */
#ifndef SG_SERVER_PROGRAM_H
#define SG_SERVER_PROGRAM_H

#include <uv.h>

#include "server/starter.h"

struct shell;

struct program {
	uv_poll_t poll;
	int channel;
	bool runs; /* its end has not been told */
	void *data;
	/* That it runs, could not be started, or has ended; FAILED and ENDED are the last
	 * of it. */
	void (*on_news)(struct program *p, const struct start_news *news);
	void (*on_closed)(struct program *p);
};

/* on_news and data are set by the caller. 0, or a negative errno and nothing to close. */
int program_start(struct shell *sh, struct program *p, const struct start_request *rq);
/* Ends it when it runs and tells nothing more of it. Once or oftener. */
void program_close(struct program *p, void (*on_closed)(struct program *p));

#endif
