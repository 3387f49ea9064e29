/* grow.c - reads `grow` and says what a stretched picture would tear. */
#include "screen/grow.h"

#include "config/cfg.h"
#include "config/schema.h"
#include "screen/build.h"
#include "screen/lines.h"
#include "screen/schema.h"

static struct layout_band read_band(struct screen_build *b, const struct cfg_node *node,
				    int size, const char *what)
{
	int first, last;

	if (!node || !place_pair(b, node, "[ first, last ]", &first, &last))
		return LAYOUT_NO_BAND;
	if (first <= last && last <= size)
		return (struct layout_band){ first - 1, last - 1 };
	scope_error_at(&b->scope, node, "grow",
		       "`%s` of `grow` must be [ first, last ] within 1 to %d", what,
		       size);
	return LAYOUT_NO_BAND;
}

/* What begins before a band and ends in it was meant to stretch, and would not. */
static void check_reach(struct screen_build *b, const struct cfg_node *node,
			struct layout_band band, int at, int size, const char *name,
			const char *what)
{
	int last = at + size - 1;

	if (band.last >= band.first && at <= band.first && last >= band.first &&
	    last < band.last)
		scope_error_at(&b->scope, node, "grow-reach",
			       "\"%s\" ends at %s %d and the band at %d: end the band at "
			       "%d, and it grows with it",
			       name, what, last + 1, band.last + 1, last + 1);
}

static bool is_word(uint32_t cp)
{
	return cp != ' ' && !line_ways(cp) && (cp < 0x2190 || cp > 0x25FF);
}

/* A word with the new columns in its middle. */
static void check_words(struct screen_build *b, const struct cfg_node *node)
{
	const struct layout_box *box = b->box;
	int col = box->across.last;

	if (box->across.last < box->across.first || col + 1 >= box->cols)
		return;
	for (int row = 0; row < box->rows; row++) {
		const struct cell *cell = &box->cells[row * box->cols + col];

		if (is_word(cell[0].cp) && is_word(cell[1].cp))
			scope_error_at(&b->scope, node, "grow-word",
				       "new columns behind column %d would part the word "
				       "in row %d of the picture",
				       col + 1, row + 1);
	}
}

void grow_read(struct screen_build *b, const struct cfg_node *group)
{
	struct layout_box *box = b->box;
	const struct cfg_node *columns, *rows;

	if (!group || !cfg_check(group, "grow", screen_grow_rows, false, b->scope.diags))
		return;
	columns = cfg_get(group, "columns");
	rows = cfg_get(group, "rows");
	box->across = read_band(b, columns, box->cols, "columns");
	box->down = read_band(b, rows, box->rows, "rows");
	for (size_t i = 0; i < box->n_items; i++) {
		const struct screen_item *item = &box->items[i];

		if (!item->is_zone)
			continue;
		check_reach(b, columns, box->across, item->col, item->cols, item->name,
			    "column");
		check_reach(b, rows, box->down, item->row, item->rows, item->name, "row");
	}
	check_words(b, columns);
}
