/*
 * theme.h - how each role looks, per colour depth: the only place that knows colours.
 *
 * ISA-101: a calm plant is grey; a saturated colour means abnormal, and never alone
 * (shape and digit say it too, so mono stays readable). Foreground and background are
 * always both set: a terminal's own colours are not ours to guess. The dark theme is
 * built in; others are read from files (theme_load.h). Pure.
 */
#ifndef SG_SCREEN_THEME_H
#define SG_SCREEN_THEME_H

#include <stdbool.h>
#include <stdint.h>

#include "screen/grid.h"

struct strbuf;

enum theme_depth {
	THEME_MONO,
	THEME_8,
	THEME_16,
	THEME_256,
	THEME_RGB,
	THEME_DEPTH_COUNT
};

enum theme_style { THEME_BOLD = 1, THEME_REVERSE = 2, THEME_UNDERLINE = 4 };

/* Index of the 8, 16 or 256 colour palette, 0xRRGGBB in rgb, -1 in mono. */
struct theme_attr {
	int32_t fg, bg;
	uint8_t style; /* of enum theme_style */
};

enum { THEME_NAME_MAX = 31, THEME_SELECTION = ROLE_COUNT };

struct theme {
	char name[THEME_NAME_MAX + 1];
	bool rgb_from_256; /* it has no rgb of its own */
	bool is_default;   /* for consoles that ask for none */
	struct theme_attr attr[THEME_DEPTH_COUNT][ROLE_COUNT + 1];
};

/* Built in, and the default. Static. */
const struct theme *theme_dark(void);
/* selected: what a cell under the selection looks like: reverse, in every depth. */
struct theme_attr theme_attr(const struct theme *t, enum theme_depth depth,
			     enum role role, bool selected);
/* As it stands in the theme; role may be THEME_SELECTION. */
struct theme_attr theme_look(const struct theme *t, enum theme_depth depth, int role);

/* 0xRRGGBB; palette indexes are xterm's. */
uint32_t theme_rgb(enum theme_depth depth, int32_t colour);
/* Strong enough to catch the eye: grey and pale tints are not. */
bool theme_is_saturated(enum theme_depth depth, int32_t colour);
/* Neither alarm nor doubt nor refusal: never coloured. */
bool theme_role_is_calm(int role);

/* "mono" (or "never"), "8", "16", "256", "rgb" */
bool theme_depth_parse(const char *name, enum theme_depth *out);
const char *theme_depth_name(enum theme_depth depth);

/* The whole grid as ANSI text: attributes only where they change, a reset and a
 * newline at the end of each row, nothing else. */
void theme_grid_ansi(const struct grid *g, const struct theme *t, enum theme_depth depth,
		     struct strbuf *out);
/* The whole grid as letters, one a cell, what each means below, and where the selection
 * lies: how a picture looks, readable in a diff and free of themes. */
void theme_grid_roles(const struct grid *g, struct strbuf *out);

#endif
