/*
 * term.h - the terminal: the only user of ncurses.
 *
 * curses paints into memory (newterm on a memfd) and each frame leaves in one write,
 * because Debian's ncurses flushes at every cursor move; the terminal's modes are set
 * by us. The environment is scrubbed and TERM validated before curses sees them. What
 * must be undone is kept as bytes and a termios from before the first change, and is
 * restored on every way out, crash signals included (restore.c).
 *
 * One terminal a process, one thread.
 */
#ifndef SG_CONSOLE_TERM_TERM_H
#define SG_CONSOLE_TERM_TERM_H

#include <stdbool.h>
#include <stdint.h>

#include "screen/glyph.h"
#include "screen/grid.h"
#include "screen/theme.h"
#include "util/err.h"

struct strbuf;
struct term;

struct term_options {
	int depth;  /* enum theme_depth, or -1 = by TERM and NO_COLOR */
	int glyphs; /* enum glyph_tier, or -1 = by locale and TERM */
};

/* Takes the controlling terminal on descriptors 0 and 1. On failure says why and
 * leaves everything as it was. */
enum sg_err term_open(const struct term_options *o, struct term **out,
		      struct strbuf *why);
/* Restores the terminal; NULL is allowed. */
void term_close(struct term *t);

/* Takes the modes again after a stop: who ran meanwhile may have changed them. */
void term_resume(struct term *t);

int term_cols(const struct term *t);
int term_rows(const struct term *t);
/* Looks at the size again (after SIGWINCH); true when it changed. */
bool term_resized(struct term *t);

/* Puts the grid on the glass: only what changed, as one write inside a synchronized
 * frame where TERM knows it. all = repaint everything (Ctrl-L, resume). The grid is
 * turned into the terminal's glyph tier in place. SG_EIO when the terminal is gone. */
enum sg_err term_draw(struct term *t, struct grid *g, bool all);
/* Rings the bell once (with the next frame's write, or at once). */
void term_bell(struct term *t);

/* Keys: a code point, or one of these. */
enum term_key {
	TERM_KEY_NONE = 0, /* nothing there now */
	TERM_KEY_ESC = 27,
	TERM_KEY_FIRST = 0x110000, /* above all code points */
	TERM_KEY_UP,
	TERM_KEY_DOWN,
	TERM_KEY_LEFT,
	TERM_KEY_RIGHT,
	TERM_KEY_HOME,
	TERM_KEY_END,
	TERM_KEY_PAGE_UP,
	TERM_KEY_PAGE_DOWN,
	TERM_KEY_ENTER, /* also the keypad's */
	TERM_KEY_TAB,
	TERM_KEY_BACK_TAB,
	TERM_KEY_BACKSPACE,
	TERM_KEY_DELETE,
	TERM_KEY_F1, /* F1..F12 follow */
	TERM_KEY_F12 = TERM_KEY_F1 + 11,
	TERM_KEY_PASTE, /* text was pasted; it is swallowed (SEC-17) */
	TERM_KEY_GONE   /* the terminal hung up */
};
/* The next key without waiting. Escape sequences of keypads in application mode are
 * digits and operators; answers to queries are swallowed. */
uint32_t term_key(struct term *t);
/* Throws away what was typed ahead (a confirm is about to open, SEC-18). */
void term_flush_input(struct term *t);
/* The descriptor to poll for input. */
int term_fd(const struct term *t);

#endif
