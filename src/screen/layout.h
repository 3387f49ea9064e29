/*
 * layout.h - a drawing as boxes within boxes, and what it is at a size.
 *
 * A box is the drawing of a screen or of a placed template. A larger size is filled by
 * repeating the last column and row of its bands (`grow`): lines get longer, zones and
 * boxes on them larger, everything right of and below them moves. Only for src/screen.
 */
#ifndef SG_SCREEN_LAYOUT_H
#define SG_SCREEN_LAYOUT_H

#include <stddef.h>

#include "screen/screen.h"

struct layout_band {
	int first, last; /* from 0; nothing grows while last < first */
};

#define LAYOUT_NO_BAND                                                                   \
	(struct layout_band)                                                             \
	{                                                                                \
		0, -1                                                                    \
	}

struct layout_box {
	int col, row, cols, rows; /* within the box around it */
	struct layout_band across, down;
	struct cell *cells; /* cols x rows, without the boxes inside */
	struct screen_item
		*items; /* placed within this box; it owns what they point to */
	size_t n_items;
	struct layout_box *boxes;
	size_t n_boxes;
};

void layout_release(struct layout_box *box);
/* Sets out->cols, rows, cells and items: the items are copies that borrow from the box,
 * in drawing order. Sizes below the box's own are taken as its own. */
void layout_draw(const struct layout_box *box, int cols, int rows, struct screen *out);
void screen_item_release(struct screen_item *item);

#endif
