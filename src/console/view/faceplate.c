/*
 * faceplate.c - the box of one object over the lower right of the body: its values, and
 * what may be done to it. Header, banner, message line and keys stay in sight; on a small
 * terminal it takes the whole body and follows what is selected.
 */
#include "console/view/parts.h"

#include <stdio.h>

#include "console/view/picture.h"

enum { BORDER = 1 };

static void clear(const struct canvas *c)
{
	canvas_fill(c, ' ', ROLE_LABEL);
	/* the selection under the box does not show through */
	for (int row = 0; row < c->rows; row++)
		for (int col = 0; col < c->cols; col++)
			c->grid->cells[(c->row + row) * c->grid->cols + c->col + col]
				.selected = 0;
}

static void border(const struct canvas *c)
{
	int right = c->cols - 1, low = c->rows - 1;

	for (int col = 1; col < right; col++) {
		canvas_put(c, col, 0, 0x2500, ROLE_TITLE);
		canvas_put(c, col, low, 0x2500, ROLE_TITLE);
	}
	for (int row = 1; row < low; row++) {
		canvas_put(c, 0, row, 0x2502, ROLE_TITLE);
		canvas_put(c, right, row, 0x2502, ROLE_TITLE);
	}
	canvas_put(c, 0, 0, 0x250C, ROLE_TITLE);
	canvas_put(c, right, 0, 0x2510, ROLE_TITLE);
	canvas_put(c, 0, low, 0x2514, ROLE_TITLE);
	canvas_put(c, right, low, 0x2518, ROLE_TITLE);
}

/* Words in the border, a blank on either side. */
static void label(const struct canvas *c, int row, const char *text, enum role role)
{
	struct canvas room = canvas_sub(c, 2, row, c->cols - 4, 1);
	int used = canvas_text(&room, 1, 0, text, role);

	canvas_put(&room, 0, 0, ' ', ROLE_LABEL);
	canvas_put(&room, used + 1, 0, ' ', ROLE_LABEL);
}

static struct canvas place(const struct canvas *c, const struct screen *s)
{
	int cols = s->cols + 2 * BORDER, rows = s->rows + 2 * BORDER;

	cols = cols < c->cols ? cols : c->cols;
	rows = rows < c->rows ? rows : c->rows;
	return canvas_sub(c, c->cols - cols, c->rows - rows, cols, rows);
}

void faceplate_paint(const struct canvas *c, const struct frame_input *in)
{
	const struct screen *s = in->m->plate;
	struct picture_source src;
	struct canvas box, inner;

	if (!s || in->ui->page != UI_PICTURE)
		return;
	src = model_plate_source(in->m, in->now);
	box = place(c, s);
	clear(&box);
	border(&box);
	label(&box, 0, s->title, ROLE_VALUE);
	label(&box, box.rows - 1, "Tab Enter  t trend  Esc closes", ROLE_UNIT);
	inner = canvas_sub(&box, BORDER, BORDER, box.cols - 2 * BORDER,
			   box.rows - 2 * BORDER);
	c->grid->cursor_col = c->grid->cursor_row = -1;
	picture_paint(&inner, s, &src, in->ui->plate_selected);
	in->ui->drawn.plate = drawn_area(&inner);
}
