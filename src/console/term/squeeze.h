/*
 * squeeze.h - the same frame in fewer bytes: attributes are sent only when a cell needs
 * them (a blank needs its ground only), and only what differs from what the terminal has.
 *
 * curses sends both colours anew for every pair and everything after "bold off"; on a
 * line of 960 bytes a second that is half of a picture. Whatever is not an attribute
 * passes unchanged and in order. Where line drawing is a second character set (SO, SI),
 * the set is changed only before a byte that the two draw differently: a blank needs
 * neither. Pure; for terminals of ANSI attributes.
 */
#ifndef SG_CONSOLE_TERM_SQUEEZE_H
#define SG_CONSOLE_TERM_SQUEEZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

struct squeeze_attr {
	int fg, bg; /* palette index, -1 = the terminal's default */
	bool bold, underline, reverse;
};

/* G0 by SI, G1 by SO; unknown at the start. */
enum squeeze_set { SQUEEZE_SET_UNKNOWN, SQUEEZE_LETTERS, SQUEEZE_GRAPHICS };

struct squeeze {
	struct squeeze_attr have; /* what the terminal has, while known */
	struct squeeze_attr want; /* what the bytes read so far ask for */
	bool known, ascii;        /* have is right; G0 is ASCII */
	const uint32_t *colours;  /* 0xRRGGBB for the indexes from 16 to 255, borrowed;
				   * NULL: they are those of the terminal */
	bool poor;                /* SGR 22, 24 and 27 are not known there */
	enum squeeze_set set;     /* what the terminal draws with */
	bool shifts, graphics;    /* a shift was read; the last one: line drawing */
	bool foreign; /* an attribute not understood is on: all passes, until a reset */
};

/* Nothing is known of the terminal: at the start (of zeros), after somebody else wrote
 * to it. The colours stay. */
void squeeze_reset(struct squeeze *s);
/* Appends to out what in asks for; leaves nothing pending. */
void squeeze(struct squeeze *s, const char *in, size_t n, struct strbuf *out);

#endif
