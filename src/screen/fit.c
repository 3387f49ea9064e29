/* fit.c - which drawing of a screen fills a terminal, grown to it; kept until the size
 * changes. */
#include "screen/screen.h"

#include <stdlib.h>

#include "screen/layout.h"

static int area(const struct screen *s)
{
	return s->cols * s->rows;
}

static bool fits(const struct screen *s, int cols, int rows)
{
	return s->cols <= cols && s->rows <= rows;
}

/* The larger of two that fit, the smaller of two that do not. */
static const struct screen *better(const struct screen *a, const struct screen *b,
				   int cols, int rows)
{
	if (fits(a, cols, rows) != fits(b, cols, rows))
		return fits(a, cols, rows) ? a : b;
	return (area(b) > area(a)) == fits(a, cols, rows) ? b : a;
}

static int grown_to(struct layout_band band, int own, int room, int most)
{
	if (band.last < band.first || room <= own)
		return own;
	return room < most ? room : most;
}

const struct screen *screen_for_size(const struct screen *s, int cols, int rows)
{
	const struct screen *base = s->base ? s->base : s, *best = base;
	struct screen *grown;

	for (size_t i = 0; i < base->n_variants; i++)
		best = better(best, base->variants[i], cols, rows);
	grown = best->grown;
	if (!grown)
		return best;
	cols = grown_to(best->layout->across, best->cols, cols, SCREEN_GROWN_COLS_MAX);
	rows = grown_to(best->layout->down, best->rows, rows, SCREEN_GROWN_ROWS_MAX);
	if (cols == best->cols && rows == best->rows)
		return best;
	if (cols != grown->cols || rows != grown->rows || !grown->cells) {
		free(grown->cells);
		free(grown->items);
		layout_draw(best->layout, cols, rows, grown);
	}
	return grown;
}
