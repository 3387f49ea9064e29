/*
 * term_int.h - what the files of this folder share. Nobody else includes it.
 */
#ifndef SG_CONSOLE_TERM_TERM_INT_H
#define SG_CONSOLE_TERM_TERM_INT_H

#include <curses.h>

#include "console/term/input.h"
#include "console/term/out.h"
#include "console/term/squeeze.h"
#include "console/term/term.h"
#include "util/clock.h"
#include "util/strbuf.h"

struct term {
	SCREEN *screen;
	FILE *memory; /* what curses believes to be the terminal */
	int memory_fd;
	int cols, rows;
	struct theme theme;
	int depth_asked;
	enum theme_depth depth;
	bool direct;           /* curses takes colours as 0xRRGGBB */
	bool repaints;         /* the next frame is painted whole */
	uint32_t colours[256]; /* rgb: what the indexes that curses is told stand for */
	enum glyph_tier glyphs;
	bool draws_dec;    /* lines leave in the VT100's line drawing set, not as UTF-8 */
	bool synchronized; /* TERM knows mode 2026 */
	bool squeezes;     /* TERM has attributes that squeeze.h understands */
	struct squeeze squeeze;
	bool pushes_title; /* TERM's alternate screen does, and we are on it */
	bool gone;
	bool pastes;       /* TERM may know the marks of a paste */
	bool mouse;        /* asked for */
	struct grid drawn; /* what curses was told last; a row that is the same is not
			      told again. No cells: nothing is known */
	bool rung;         /* a bell waits in the frame */
	struct strbuf frame;
	struct strbuf spare; /* the frame is rewritten into it, and they change places */
	struct out out;
	struct input input;
};

/* paint.c: how each role looks in the theme and depth of t. False when the terminal has
 * too few pairs of colours: a lower depth is to be tried. */
bool paint_init_pairs(struct term *t);
/* Moves what curses wrote to memory to the real terminal, in one write. */
enum sg_err paint_flush(struct term *t);
/* keys.c: an empty input that knows this terminal's keys. */
void keys_define(struct term *t, int64_t escape_ms);

#endif
