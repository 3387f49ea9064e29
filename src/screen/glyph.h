/*
 * glyph.h - the glyphs a screen may use, and what each becomes on a poorer terminal.
 *
 * Everything is drawn with the full set; glyph_to_tier() then turns a painted grid
 * into the tier of the terminal, cell by cell. So a widget never asks where it will
 * be shown, and a dialog or list gets the same treatment as a picture. Only drawings
 * that differ by nature (a trend, a sparkline, a tank) ask for the tier. Weight (light,
 * heavy, double) never carries meaning: many fonts draw them alike. Pure.
 */
#ifndef SG_SCREEN_GLYPH_H
#define SG_SCREEN_GLYPH_H

#include <stdbool.h>
#include <stdint.h>

struct grid;

enum glyph_tier {
	GLYPHS_FULL,    /* everything, braille included */
	GLYPHS_BLOCKS,  /* no braille: quadrants, halves, eighths */
	GLYPHS_CONSOLE, /* the fonts of Debian's Linux console: no part of a block */
	GLYPHS_VT100,   /* ASCII and the line drawing set of the DEC VT100 */
	GLYPHS_ASCII,
	GLYPHS_TIER_COUNT
};

/* The glyphs our own drawing code uses, by what they say. */
enum glyph {
	GLYPH_ALARM_CRITICAL = 0x25A0,   /* square */
	GLYPH_ALARM_HIGH = 0x25B2,       /* triangle up */
	GLYPH_ALARM_MEDIUM = 0x25BC,     /* triangle down */
	GLYPH_ALARM_LOW = 0x25CF,        /* disc */
	GLYPH_ALARM_DIAGNOSTIC = 0x25C7, /* diamond, hollow: nobody has to act */
	GLYPH_TRACK = 0x2500,
	GLYPH_BAND = 0x2550,
	GLYPH_LIMIT_LOW = 0x2524,
	GLYPH_LIMIT_HIGH = 0x251C,
	GLYPH_POINTER = 0x25BC,
	GLYPH_POINTER_DOUBT = 0x25BD, /* value shown but not believed */
	GLYPH_BELOW = 0x25C0,         /* off the scale, to the left */
	GLYPH_ABOVE = 0x25B6,
	GLYPH_SETPOINT = 0x2534,
	GLYPH_BLOCK = 0x2588,
	GLYPH_LEFT_EIGHTH = 0x258F, /* counts down to GLYPH_BLOCK: 7/8 is 0x2589 */
	GLYPH_LOW_EIGHTH = 0x2581,  /* counts up to GLYPH_BLOCK: 7/8 is 0x2587 */
	GLYPH_SHADE = 0x2591,
	GLYPH_SCAN_TOP = 0x23BA, /* heights of a thin line, down to 0x23BD: vt100 plots */
	GLYPH_BRAILLE = 0x2800,  /* and the bits of its dots: full plots */
	GLYPH_LEVEL_MARK = 0x25C0, /* a limit on the edge of a tank */
};

enum { GLYPH_PRIORITIES = 5 };

/* The glyph that stands for a priority 1 critical .. 5 diagnostic. */
uint32_t glyph_alarm(int priority);

/* What cp becomes; itself when the tier has it, '?' when nothing stands for it. Letters
 * pass down to the console tier (who writes them has a font for them) and below it lose
 * their marks. */
uint32_t glyph_in_tier(uint32_t cp, enum glyph_tier tier);
/* May stand in a picture: printable ASCII, a letter, or a row of the table that is not
 * for plots alone. */
bool glyph_known(uint32_t cp);
/* Lines, arrows and blocks: drawn in the role of pipes. */
bool glyph_is_line(uint32_t cp);
/* The last step of painting a frame. */
void glyph_to_tier(struct grid *g, enum glyph_tier tier);
/* The VT100's name for cp in its line drawing set ('q' is a horizontal line); 0 when it
 * is not of that set. */
char glyph_dec(uint32_t cp);
/* "full", "blocks", "console", "vt100", "ascii" */
bool glyph_tier_parse(const char *name, enum glyph_tier *out);
const char *glyph_tier_name(enum glyph_tier tier);

#endif
