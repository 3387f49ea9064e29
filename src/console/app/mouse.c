/*
 * mouse.c - what the mouse may do where it was asked for (--mouse): select what stands
 * under it and scroll. It never writes, acknowledges, goes anywhere or answers a dialog:
 * a hand that brushes over a mouse does nothing to the plant.
 */
#include "console/app/app_int.h"

#include <stdio.h>

#include "console/view/picture.h"

enum { WHEEL_ROWS = 3 };

/* Which row of area; -1 = beside it. */
static int row_in(const struct drawn_area *area, int col, int row)
{
	bool inside = col >= area->col && col < area->col + area->cols &&
		      row >= area->row && row < area->row + area->rows;

	return inside ? row - area->row : -1;
}

/* While a faceplate is open what lies under it cannot be reached. */
static void click_plate(struct app *a, int col, int row)
{
	const struct drawn_area *area = &a->ui.drawn.plate;
	struct canvas c = grid_canvas(&a->grid);
	int item;

	if (row_in(area, col, row) < 0)
		return;
	c = canvas_sub(&c, area->col, area->row, area->cols, area->rows);
	item = picture_at(&c, a->model.plate, a->ui.plate_selected, col - area->col,
			  row - area->row);
	if (item != PICTURE_NOTHING)
		a->ui.plate_selected = item;
}

static void click_picture(struct app *a, int col, int row)
{
	const struct drawn_area *area = &a->ui.drawn.picture;
	struct canvas c = grid_canvas(&a->grid);
	int item;

	if (!a->model.shown || row_in(area, col, row) < 0)
		return;
	c = canvas_sub(&c, area->col, area->row, area->cols, area->rows);
	item = picture_at(&c, model_picture(&a->model), a->ui.selected, col - area->col,
			  row - area->row);
	if (item != PICTURE_NOTHING &&
	    model_picture(&a->model)->items[item].kind->selectable)
		a->ui.selected = item;
}

static void click_list(struct app *a, int col, int row)
{
	struct ui *ui = &a->ui;
	int at = row_in(&ui->drawn.list, col, row);

	if (at < 0)
		return;
	if (ui->page == UI_ALARMS && ui->list.top + (size_t)at < ui->list.n)
		ui->list.selected = (int)ui->list.top + at;
	else if (ui->page == UI_DEVICES)
		device_click(a, ui->devices.top + (size_t)at);
	else if (ui->page == UI_OVERRIDES || ui->page == UI_PEOPLE ||
		 ui->page == UI_CHANGES || ui->page == UI_DOUBTS)
		rows_click(a, at);
	else
		search_click(a, at);
}

static void click(struct app *a)
{
	int col, row;

	term_mouse(a->term, &col, &row);
	if (a->ui.page == UI_PICTURE && a->model.plate)
		click_plate(a, col, row);
	else if (a->ui.page == UI_PICTURE)
		click_picture(a, col, row);
	else
		click_list(a, col, row);
}

/* As the arrow does on pages of rows; a picture does not move. */
static void wheel(struct app *a, uint32_t arrow)
{
	for (int i = 0; a->ui.page != UI_PICTURE && i < WHEEL_ROWS; i++)
		act_key(a, arrow);
}

bool mouse_key(struct app *a, uint32_t key)
{
	bool busy = a->ui.dialog.stage != DIALOG_CLOSED || a->ui.act.open ||
		    a->ui.approvals.open || a->ui.form.kind != FORM_CLOSED ||
		    a->ui.filter.typing || a->ui.page == UI_GOTO || search_is_typing(a);

	if (key != TERM_KEY_CLICK && key != TERM_KEY_WHEEL_UP &&
	    key != TERM_KEY_WHEEL_DOWN)
		return false;
	if (busy)
		return true;
	a->dirty = true;
	if (key == TERM_KEY_CLICK)
		click(a);
	else
		wheel(a, key == TERM_KEY_WHEEL_UP ? TERM_KEY_UP : TERM_KEY_DOWN);
	return true;
}
