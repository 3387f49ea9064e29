/*
 * drawing.h - the text of `picture` and `zones` as cells, fields and rectangles.
 *
 * Only for src/screen. Diagnostics have the line of the row and the column of the
 * character in it, both from 1.
 */
#ifndef SG_SCREEN_DRAWING_H
#define SG_SCREEN_DRAWING_H

#include <stddef.h>

#include "screen/grid.h"
#include "screen/screen.h"
#include "tag/def.h"

struct cfg_node;
struct scope;

struct drawing_field {
	char name[TAG_NAME_MAX + 2];
	char kind[16]; /* "" when the field names none */
	int col, row, cols;
	const char *file; /* interned */
	int line, column;
};

struct drawing_zone {
	char letter;
	bool hollow; /* only the border of the rectangle is drawn: other things lie inside
		      */
	int col, row, cols, rows;
	const char *file; /* interned */
	int line, column;
};

struct drawing {
	int cols, rows;
	struct cell *cells; /* owned until taken by a screen */
	struct drawing_field *fields;
	size_t n_fields;
	struct drawing_zone *zones;
	size_t n_zones;
	int picture_line; /* where row 0 is written */
};

/* zones may be NULL. */
void drawing_read(struct drawing *d, int cols, int rows, const struct cfg_node *picture,
		  const struct cfg_node *zones, struct scope *sc);
void drawing_release(struct drawing *d);

#endif
