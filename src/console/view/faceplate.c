/*
 * faceplate.c - the box of one object over the lower right of the body: its values, and
 * what may be done to it. Header, banner, message line and keys stay in sight; on a small
 * terminal it takes the whole body and follows what is selected.
 */
#include "console/view/parts.h"

#include <string.h>

#include "console/view/picture.h"

enum { BORDER = 1 };

/* Words in the border, a blank on either side. */
static void label(const struct canvas *c, int row, const char *text, enum role role)
{
	struct canvas room = canvas_sub(c, 2, row, c->cols - 4, 1);
	int used = canvas_text(&room, 1, 0, text, role);

	canvas_put(&room, 0, 0, ' ', ROLE_LABEL);
	canvas_put(&room, used + 1, 0, ' ', ROLE_LABEL);
}

/* The longest that is not cut: the corners and a blank on either side take six. */
static const char *hint(int cols)
{
	static const char *const hints[] = { "Tab Enter  t trend  Esc closes",
					     "t trend  Esc closes", "Esc closes", "" };
	size_t i = 0;

	while (hints[i][0] && (int)strlen(hints[i]) > cols - 6)
		i++;
	return hints[i];
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
	canvas_cover(&box, ROLE_LABEL);
	canvas_border(&box, ROLE_TITLE);
	label(&box, 0, s->title, ROLE_VALUE);
	label(&box, box.rows - 1, hint(box.cols), ROLE_UNIT);
	inner = canvas_sub(&box, BORDER, BORDER, box.cols - 2 * BORDER,
			   box.rows - 2 * BORDER);
	c->grid->cursor_col = c->grid->cursor_row = -1;
	picture_paint(&inner, s, &src, in->ui->plate_selected);
	in->ui->drawn.plate = drawn_area(&inner);
}
