/*
 * frame.h - a whole frame from model and ui, for any size from 1x1.
 *
 *   row 0      header            rows 3..    picture, list or help; a dialog on top
 *   rows 1-2   alarm banner      last two    message line, key bar
 *
 * Below 80x24 the picture becomes a viewport; below FRAME_MIN only alarms and clock are
 * left, and no dialog takes keys. Pure.
 */
#ifndef SG_CONSOLE_VIEW_FRAME_H
#define SG_CONSOLE_VIEW_FRAME_H

#include "console/view/parts.h"

enum { FRAME_MIN_COLS = 40, FRAME_MIN_ROWS = 8 };

/* Rows that are left for the body on a terminal of so many; at least 1. */
int frame_body_rows(int rows);

void frame_paint(struct grid *g, const struct frame_input *in);

#endif
