/*
 * render_frame.h - the whole console around a screen, without a server: a model is told
 * what a render source knows, and the console's own frame is painted from it.
 */
#ifndef SG_CLI_RENDER_FRAME_H
#define SG_CLI_RENDER_FRAME_H

#include "cli/render_source.h"
#include "screen/grid.h"

struct render_frame {
	const struct screen *screen;  /* of source->set */
	struct render_source *source; /* of that screen */
	const char *station;          /* what the header calls it */
	const char *select;           /* a field, or NULL */
	int cols, rows;               /* 0 = what the screen needs */
};

/* Fills g, which the caller releases. */
void render_frame(const struct render_frame *f, struct grid *g);

#endif
