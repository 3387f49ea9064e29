/*
 * preview.h - a screen while it is being drawn: its picture as the files have it now,
 * live values where a server answers, and below it every mistake with the line it is in
 * and a pointer to the place.
 *
 * A screen that cannot be drawn keeps the picture it had last. The server is asked over
 * one connection, values only; what is drawn comes from the files, which may be ahead of
 * it. One thread.
 */
#ifndef SG_CLI_PREVIEW_H
#define SG_CLI_PREVIEW_H

#include <stdbool.h>

#include "screen/glyph.h"
#include "screen/theme.h"
#include "util/clock.h"

struct preview;
struct strbuf;

struct preview_look {
	const char *station; /* station file; borrowed as the others */
	const char *values;  /* values file, or NULL: the server's */
	const char *id;
	const struct theme *theme;
	enum theme_depth depth;
	enum glyph_tier tier;
	int cols, rows; /* of the picture; 0 = what the terminal leaves */
	bool ansi;
};

struct preview *preview_new(const struct preview_look *look);
void preview_free(struct preview *p);
/* Reads the files when one of them is not what it was, or at first; true when it did. */
bool preview_look(struct preview *p);
/* Asks the server for values when it is time; true when the picture may have changed. */
bool preview_values(struct preview *p, struct now now);
/* All of it as lines that end in \n, at most rows of cols cells. */
void preview_paint(struct preview *p, int cols, int rows, struct now now,
		   struct strbuf *out);
/* Has the screen a mistake, or is it not there? */
bool preview_is_wrong(const struct preview *p);

#endif
