/* layout.c - boxes within boxes become one picture of a size. */
#include "screen/layout.h"

#include <stdlib.h>

#include "screen/lines.h"
#include "util/xalloc.h"

void layout_release(struct layout_box *box)
{
	for (size_t i = 0; i < box->n_items; i++)
		screen_item_release(&box->items[i]);
	for (size_t i = 0; i < box->n_boxes; i++)
		layout_release(&box->boxes[i]);
	free(box->items);
	free(box->boxes);
	free(box->cells);
	*box = (struct layout_box){ 0 };
}

/* One way along a box: `extra` cells are put behind `last`. */
struct stretch {
	int last, extra;
};

static struct stretch stretch_of(struct layout_band band, int own, int size)
{
	if (band.last < band.first || size <= own)
		return (struct stretch){ own - 1, 0 };
	return (struct stretch){ band.last, size - own };
}

static int moved(struct stretch s, int at)
{
	return at > s.last ? at + s.extra : at;
}

/* The size of what lies from at on; larger when `last` is part of it. */
static int widened(struct stretch s, int at, int size)
{
	return at <= s.last && at + size > s.last ? size + s.extra : size;
}

/* Where a cell of the larger box comes from; *put: it is one of those put in between. */
static int source(struct stretch s, int at, bool *put)
{
	*put = at > s.last && at <= s.last + s.extra;
	return *put ? s.last : at > s.last ? at - s.extra : at;
}

/* A field is never torn: cells are put behind the one that stands on the band's end. */
static struct stretch row_stretch(const struct layout_box *box, struct stretch s, int row)
{
	for (size_t i = 0; s.extra && i < box->n_items; i++) {
		const struct screen_item *item = &box->items[i];

		if (!item->is_zone && item->row == row && item->col <= s.last &&
		    item->col + item->cols > s.last)
			s.last = item->col + item->cols - 1;
	}
	return s;
}

struct drawing_in {
	struct screen *out;
	int col, row; /* of the box */
};

static uint32_t cell_cp(const struct layout_box *box, int col, int row)
{
	return col < box->cols && row < box->rows ? box->cells[row * box->cols + col].cp
						  : ' ';
}

static void draw_row(const struct drawing_in *in, const struct layout_box *box,
		     struct stretch across, struct stretch down, int row)
{
	bool put_row, put_col;
	int from_row = source(down, row, &put_row);
	struct stretch s = row_stretch(box, across, from_row);
	int cols = box->cols + across.extra;

	for (int col = 0; col < cols && in->col + col < in->out->cols; col++) {
		int from = source(s, col, &put_col);
		struct cell cell = box->cells[from_row * box->cols + from];

		if (put_row && put_col)
			cell.cp =
				line_below(cell.cp, cell.cp) == cell.cp &&
						line_between(cell.cp, cell.cp) == cell.cp
					? cell.cp
					: ' ';
		else if (put_row)
			cell.cp = line_below(cell.cp, cell_cp(box, from, from_row + 1));
		else if (put_col)
			cell.cp = line_between(cell.cp, cell_cp(box, from + 1, from_row));
		if (put_row || put_col)
			cell.role = cell.cp == ' ' ? ROLE_LABEL : ROLE_PIPE;
		in->out->cells[(in->row + row) * in->out->cols + in->col + col] = cell;
	}
}

static void draw_items(const struct drawing_in *in, const struct layout_box *box,
		       struct stretch across, struct stretch down)
{
	for (size_t i = 0; i < box->n_items; i++) {
		struct screen_item *item = GROW(&in->out->items, &in->out->n_items);
		struct stretch s = across;

		*item = box->items[i];
		if (item->is_zone) {
			item->cols = widened(s, item->col, item->cols);
			item->rows = widened(down, item->row, item->rows);
		} else {
			s = row_stretch(box, s, item->row);
		}
		item->col = in->col + moved(s, item->col);
		item->row = in->row + moved(down, item->row);
	}
}

static void draw_box(const struct drawing_in *in, const struct layout_box *box, int cols,
		     int rows)
{
	struct stretch across = stretch_of(box->across, box->cols, cols);
	struct stretch down = stretch_of(box->down, box->rows, rows);

	for (int row = 0; row < box->rows + down.extra; row++)
		draw_row(in, box, across, down, row);
	draw_items(in, box, across, down);
	for (size_t i = 0; i < box->n_boxes; i++) {
		const struct layout_box *inner = &box->boxes[i];
		struct drawing_in at = { in->out, in->col + moved(across, inner->col),
					 in->row + moved(down, inner->row) };

		draw_box(&at, inner, widened(across, inner->col, inner->cols),
			 widened(down, inner->row, inner->rows));
	}
}

static int by_place(const void *a, const void *b)
{
	const struct screen_item *x = a, *y = b;

	return x->row != y->row ? x->row - y->row : x->col - y->col;
}

void layout_draw(const struct layout_box *box, int cols, int rows, struct screen *out)
{
	struct drawing_in in = { .out = out };

	out->cols = box->cols + stretch_of(box->across, box->cols, cols).extra;
	out->rows = box->rows + stretch_of(box->down, box->rows, rows).extra;
	out->cells = xcalloc((size_t)out->cols * (size_t)out->rows, sizeof(*out->cells));
	out->items = NULL;
	out->n_items = 0;
	draw_box(&in, box, out->cols, out->rows);
	if (out->n_items)
		qsort(out->items, out->n_items, sizeof(*out->items), by_place);
}
