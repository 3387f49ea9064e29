/*
 * lines.h - which ways a drawn line goes on, so that a stretched picture stays whole.
 * Only for src/screen. Pure.
 */
#ifndef SG_SCREEN_LINES_H
#define SG_SCREEN_LINES_H

#include <stdbool.h>
#include <stdint.h>

enum { LINE_UP = 1, LINE_RIGHT = 2, LINE_DOWN = 4, LINE_LEFT = 8 };

/* The ways a glyph leads to; 0 for what is no line. */
unsigned line_ways(uint32_t cp);
/* What stands in a cell put between two that were neighbours: the line that joins them,
 * the pattern both belong to, or a blank. A word is never lengthened. */
uint32_t line_between(uint32_t left, uint32_t right);
uint32_t line_below(uint32_t upper, uint32_t lower);

#endif
