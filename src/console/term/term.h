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
#include "util/clock.h"
#include "util/err.h"

struct strbuf;
struct term;

struct term_options {
	const struct theme *theme; /* NULL: dark; copied */
	int depth;                 /* enum theme_depth, or -1 = by TERM and NO_COLOR */
	int glyphs;                /* enum glyph_tier, or -1 = by locale and TERM */
	bool mouse;                /* ask the terminal for button 1 and the wheel */
	int baud; /* speed of the line; 0 = what the terminal's modes say */
};

/* Takes the controlling terminal on descriptors 0 and 1. On failure says why and
 * leaves everything as it was. */
enum sg_err term_open(const struct term_options *o, struct term **out,
		      struct strbuf *why);
/* Restores the terminal; NULL is allowed. */
void term_close(struct term *t);

/* Gives the terminal back for a stop, and takes it again afterwards; whoever ran
 * meanwhile may have changed it: the next frame is to be painted whole. */
void term_suspend(struct term *t);
void term_resume(struct term *t);

enum glyph_tier term_tier(const struct term *t);
/* Its line carries so little that frames wait for it. */
bool term_is_slow(const struct term *t);
int term_cols(const struct term *t);
int term_rows(const struct term *t);
/* Looks at the size again (after SIGWINCH); true when it changed. */
bool term_resized(struct term *t);

/* Another theme, from the next frame on; copied. */
void term_theme(struct term *t, const struct theme *theme);

/* Puts the grid on the glass: only what changed, as one write inside a synchronized
 * frame where TERM knows it. all = repaint everything (Ctrl-L, resume). The grid is
 * turned into the terminal's glyph tier in place. SG_EIO when the terminal is gone.
 * Never waits: what the terminal does not take now stays, for term_push(), and until
 * then no other frame may be drawn: frames are dropped, never queued. */
enum sg_err term_draw(struct term *t, struct grid *g, bool all);
/* When the next frame may be drawn: on a slow line not before the last one is through;
 * INT64_MAX ns while some of it is unsent: wait for POLLOUT on term_out_fd() and push. */
struct mono term_frame_at(const struct term *t);
bool term_has_unsent(const struct term *t);
int term_out_fd(const struct term *t);
/* It has taken nothing for OUT_STALL_MS and more: nobody sees what stands there. */
bool term_is_stalled(const struct term *t, struct mono now);
/* SG_EIO when the terminal is gone. *stalled_ms: it had taken nothing for so long, and
 * now has taken all; 0 = nothing to tell. */
enum sg_err term_push(struct term *t, int64_t *stalled_ms);
/* Rings the bell once, with the next frame; a terminal that takes nothing now rings for
 * the first of them only. */
void term_bell(struct term *t);

/* Puts the text into the terminal's clipboard (OSC 52), with the next frame; false when
 * it is too long or the terminal takes nothing now. Only letters of base64 leave. */
bool term_copy(struct term *t, const char *text);

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
	/* the mouse, where it was asked for: see term_mouse() */
	TERM_KEY_CLICK, /* button 1 was let go */
	TERM_KEY_WHEEL_UP,
	TERM_KEY_WHEEL_DOWN,
	TERM_KEY_GONE /* the terminal hung up */
};
/* The next key without waiting. Escape sequences of keypads in application mode are
 * digits and operators; answers to queries are swallowed (input.h). */
uint32_t term_key(struct term *t);
/* When term_key() may know more without another byte: an Esc that stays alone. */
struct mono term_key_deadline(const struct term *t);
/* The cell of the last click or turn of the wheel. */
void term_mouse(const struct term *t, int *col, int *row);
/* Throws away what was typed ahead (a confirm is about to open, SEC-18). */
void term_flush_input(struct term *t);
/* The descriptor to poll for input. */
int term_fd(const struct term *t);

#endif
