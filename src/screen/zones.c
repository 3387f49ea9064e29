/* zones.c - letters on a grid become rectangles. */
#include "screen/zones.h"

#include <ctype.h>
#include <stdlib.h>

#include "screen/drawing.h"
#include "screen/rows.h"
#include "screen/scope.h"
#include "util/xalloc.h"

static struct drawing_zone *zone_of(struct drawing *d, char letter)
{
	for (size_t i = 0; i < d->n_zones; i++)
		if (d->zones[i].letter == letter)
			return &d->zones[i];
	return NULL;
}

/* Adds a cell to its letter's bounding box. */
static void grow_zone(struct drawing *d, const struct row *row, int col, char letter)
{
	struct drawing_zone *z = zone_of(d, letter);

	if (!z) {
		z = GROW(&d->zones, &d->n_zones);
		*z = (struct drawing_zone){ .letter = letter,
					    .col = col,
					    .row = row->number,
					    .cols = 1,
					    .rows = 1,
					    .file = row->file,
					    .line = row->line,
					    .column = row->column + col };
		return;
	}
	if (col < z->col) {
		z->cols += z->col - col;
		z->col = col;
	}
	if (col >= z->col + z->cols)
		z->cols = col - z->col + 1;
	z->rows = row->number - z->row + 1;
}

static void zone_cell(struct drawing *d, const struct row *row, uint32_t cp, int col,
		      char *map, const struct scope *sc)
{
	if (cp == ' ')
		return;
	if (cp >= 0x80 || !isalpha((int)cp)) {
		scope_error(sc, row->file, row->line, row->column + col, "zone-character",
			    "zones are drawn with letters, one letter a rectangle");
		return;
	}
	if (col < d->cols) {
		grow_zone(d, row, col, (char)cp);
		map[(size_t)row->number * (size_t)d->cols + (size_t)col] = (char)cp;
	}
}

bool zone_covers(const struct drawing_zone *z, int col, int row)
{
	int right = z->col + z->cols - 1, low = z->row + z->rows - 1;

	if (col < z->col || col > right || row < z->row || row > low)
		return false;
	return !z->hollow || col == z->col || col == right || row == z->row || row == low;
}

/* Every cell it covers has its letter, and no other one within its rectangle. */
static bool is_shape(const struct drawing *d, const struct drawing_zone *z,
		     const char *map)
{
	for (int row = z->row; row < z->row + z->rows; row++) {
		for (int col = z->col; col < z->col + z->cols; col++) {
			char at = map[(size_t)row * (size_t)d->cols + (size_t)col];

			if ((at == z->letter) != zone_covers(z, col, row))
				return false;
		}
	}
	return true;
}

/* A full rectangle, or the border of one. */
static bool is_rectangle(const struct drawing *d, struct drawing_zone *z, const char *map)
{
	if (is_shape(d, z, map))
		return true;
	z->hollow = true;
	if (z->cols > 2 && z->rows > 2 && is_shape(d, z, map))
		return true;
	z->hollow = false; /* a rectangle with a mistake is no frame */
	return false;
}

void zones_read(struct drawing *d, const struct cfg_node *zones, const struct scope *sc)
{
	char *map = xcalloc((size_t)d->cols * (size_t)d->rows, 1);
	uint32_t cps[ROW_CELLS_MAX];
	struct rows it;

	rows_begin(&it, zones);
	while (rows_next(&it)) {
		int n = row_decode(&it.row, cps, sc);

		if (n < 0 || !row_fits(&it.row, n, d->cols, d->rows, "zones", sc))
			continue;
		for (int i = 0; i < n; i++)
			zone_cell(d, &it.row, cps[i], i, map, sc);
	}
	for (size_t i = 0; i < d->n_zones; i++)
		if (!is_rectangle(d, &d->zones[i], map))
			scope_error(
				sc, d->zones[i].file, d->zones[i].line,
				d->zones[i].column, "zone-shape",
				"zone %c is not one full rectangle; another widget needs "
				"another letter",
				d->zones[i].letter);
	free(map);
}
