/* table.c - the headings and names of a table. Its cells are fields of their own, made
 * by the loader: each has its status cell, is selected and opened like any other. */
#include "console/widget/draw.h"
#include "console/widget/widgets.h"

/* The cells lie in our box, wherever a stretched picture put them. */
static bool is_ours(const struct screen_item *table, const struct screen_item *cell)
{
	return cell->in_table && cell->col >= table->col && cell->row > table->row &&
	       cell->col + cell->cols <= table->col + table->cols &&
	       cell->row < table->row + table->rows;
}

/* Over figures a heading stands at the right, over words at the left. */
static void heading(const struct widget_draw *d, const struct screen_item *cell)
{
	struct canvas c =
		canvas_sub(&d->c, cell->col - d->item->col + 1, 0, cell->cols - 1, 1);
	const char *text = (size_t)cell->table_col < d->item->n_headings
				   ? d->item->headings[cell->table_col]
				   : "";

	if (cell->kind->shows_value)
		draw_right(&c, text, ROLE_TITLE);
	else
		draw_fit(&c, text, ROLE_TITLE);
}

static void row_name(const struct widget_draw *d, const struct screen_item *cell)
{
	struct canvas c = canvas_sub(&d->c, 0, cell->row - d->item->row,
				     cell->col - d->item->col - 1, 1);

	if ((size_t)cell->table_row < d->item->n_row_names)
		draw_fit(&c, d->item->row_names[cell->table_row], ROLE_LABEL);
}

static void table_draw(const struct widget_draw *d)
{
	for (size_t i = 0; i < d->screen->n_items; i++) {
		const struct screen_item *cell = &d->screen->items[i];

		if (!is_ours(d->item, cell))
			continue;
		if (cell->table_row == 0)
			heading(d, cell);
		if (cell->table_col == 0)
			row_name(d, cell);
	}
}

const struct widget_class widget_table = {
	.name = "table",
	.draw = table_draw,
};
