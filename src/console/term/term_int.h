/*
 * term_int.h - what term.c, paint.c and keys.c share. Nobody else includes it.
 */
#ifndef SG_CONSOLE_TERM_TERM_INT_H
#define SG_CONSOLE_TERM_TERM_INT_H

#include <curses.h>

#include "console/term/squeeze.h"
#include "console/term/term.h"
#include "util/clock.h"
#include "util/strbuf.h"

struct term {
	SCREEN *screen;
	FILE *memory; /* what curses believes to be the terminal */
	int memory_fd;
	WINDOW *input; /* a pad of its own: reading keys never paints */
	int cols, rows;
	enum theme_depth depth;
	enum glyph_tier glyphs;
	bool draws_dec;    /* lines leave in the VT100's line drawing set, not as UTF-8 */
	bool synchronized; /* TERM knows mode 2026 */
	bool squeezes;     /* TERM knows how to take single attributes back */
	struct squeeze squeeze;
	bool pushes_title; /* TERM's alternate screen does, and we are on it */
	bool gone;
	struct strbuf frame;
	uint32_t pushed_back; /* a key read too far; 0 = none */
	bool pasting;
	struct mono paste_limit;
};

/* paint.c: how each role looks, once. Returns false when the terminal has too few pairs
 * of colours and it is to be called again for mono. */
bool paint_init_pairs(enum theme_depth depth);
/* Moves what curses wrote to memory to the real terminal, in one write. */
enum sg_err paint_flush(struct term *t);
/* keys.c: the sequences terminfo does not name. */
void keys_define(void);

#endif
