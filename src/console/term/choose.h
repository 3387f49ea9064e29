/*
 * choose.h - what a terminal is good for, told by its name, its locale and what terminfo
 * says of it: nothing is asked of the terminal itself, because some print the question.
 *
 * What the person asked for goes first, as far as the terminal can do it. Pure.
 */
#ifndef SG_CONSOLE_TERM_CHOOSE_H
#define SG_CONSOLE_TERM_CHOOSE_H

#include <stdbool.h>

#include "screen/glyph.h"
#include "screen/theme.h"

struct term_facts {
	const char *name; /* TERM */
	bool is_utf8;     /* the locale */
	bool no_color;    /* NO_COLOR is set and not empty */
	int colours; /* terminfo's, 0 = none; above 256: colours are given directly */
};

enum { CHOOSE_BY_TERM = -1 };

/* Takes synchronized frames, or passes over their marks. */
bool choose_knows_frames(const char *name);
/* Takes single attributes back (SGR 22, 24, 27), as a VT100 does not. */
bool choose_takes_attributes_back(const char *name);
/* A VT100 and its kin: ANSI attributes, taken back with all others only. */
bool choose_is_serial(const char *name);
/* asked: enum glyph_tier or CHOOSE_BY_TERM. */
enum glyph_tier choose_glyphs(const struct term_facts *f, int asked);
/* Lines of that tier leave in the line drawing set of the VT100, not as UTF-8. */
bool choose_dec(const struct term_facts *f, enum glyph_tier tier);
/* Colours are numbers 0xRRGGBB to terminfo (xterm-direct). */
bool choose_direct(const struct term_facts *f);
/* asked: enum theme_depth or CHOOSE_BY_TERM. Never more than the terminal can do. */
enum theme_depth choose_depth(const struct term_facts *f, int asked);

#endif
