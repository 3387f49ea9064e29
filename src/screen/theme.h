/*
 * theme.h - how each role looks, per colour depth: the only place that knows colours.
 *
 * ISA-101: a calm plant is grey; a saturated colour means abnormal, and never alone
 * (shape and digit say it too, so mono stays readable). Foreground and background are
 * always both set: a terminal's own colours are not ours to guess. Pure.
 */
#ifndef SG_SCREEN_THEME_H
#define SG_SCREEN_THEME_H

#include <stdbool.h>
#include <stdint.h>

#include "screen/grid.h"

enum theme_depth { THEME_MONO, THEME_8, THEME_256, THEME_DEPTH_COUNT };

struct theme_attr {
	int16_t fg, bg; /* index of the 8 or 256 colour palette; -1 in mono */
	bool bold, reverse, underline;
};

/* selected: what a cell under the selection looks like (reverse, in every depth). */
struct theme_attr theme_attr(enum theme_depth depth, enum role role, bool selected);
/* 0xRRGGBB of an index of the xterm palette. */
uint32_t theme_rgb(int colour);
/* Strong enough to catch the eye: grey and pale tints are not. */
bool theme_is_saturated(int colour);
/* "mono", "8", "256" */
bool theme_depth_parse(const char *name, enum theme_depth *out);

/* The whole grid as ANSI text: attributes only where they change, a reset and a
 * newline at the end of each row, nothing else. */
struct strbuf;
void theme_grid_ansi(const struct grid *g, enum theme_depth depth, struct strbuf *out);

#endif
