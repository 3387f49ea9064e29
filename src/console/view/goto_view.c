/* goto_view.c - where one can go: screens, pages, alarms and tags in one list, the best
 * fit first; with nothing typed the last places, by number. */
#include "console/view/parts.h"

#include <stdio.h>
#include <string.h>

enum { KIND_CELLS = 7, NAME_CELLS = 30, NAME_CELLS_WIDE = 44, WIDE_COLS = 110 };

static const char *const kinds[] = {
	[PLACE_SCREEN] = "screen",
	[PLACE_PAGE] = "page",
	[PLACE_ALARM] = "alarm",
	[PLACE_TAG] = "tag",
};

static void place_paint(const struct canvas *c, int row, const struct frame_input *in,
			const struct ui_place *p)
{
	const struct wire_alarm_row *r =
		p->kind == PLACE_ALARM ? model_alarm_find(in->m, p->name) : NULL;
	int name = c->cols >= WIDE_COLS ? NAME_CELLS_WIDE : NAME_CELLS, col = 8;

	canvas_text_fit(c, col, row, KIND_CELLS, kinds[p->kind], ROLE_UNIT);
	if (r)
		alarm_mark_paint(c, 4, row, r);
	col += KIND_CELLS + 1;
	canvas_text_fit(c, col, row, name, p->name, ROLE_VALUE);
	col += name + 1;
	canvas_text_fit(c, col, row, c->cols - col, p->text, ROLE_LABEL);
}

static void last_paint(const struct canvas *c, const struct frame_input *in)
{
	const struct ui_goto *g = &in->ui->go;
	char number[2] = "1";

	if (g->n_last == 0)
		canvas_text(c, 1, 0, "type a part of a name, or several words",
			    ROLE_UNIT);
	for (size_t i = 0; i < g->n_last && (int)i < c->rows; i++) {
		number[0] = (char)('1' + i);
		canvas_text(c, 1, (int)i, number, ROLE_KEY);
		place_paint(c, (int)i, in, &g->last[i]);
	}
}

static void found_paint(const struct canvas *c, const struct frame_input *in)
{
	const struct ui_goto *g = &in->ui->go;

	for (int i = 0; i < c->rows && g->top + (size_t)i < g->n; i++) {
		place_paint(c, i, in, &g->found[g->top + (size_t)i]);
		if (g->top + (size_t)i != g->selected)
			continue;
		canvas_select(c, 8, i, c->cols - 8);
		if (!g->moved) /* what is typed is where the eyes are */
			continue;
		c->grid->cursor_col = c->col + 8;
		c->grid->cursor_row = c->row + i;
	}
}

static void keep_in_sight(struct ui_goto *g, size_t rows)
{
	if (g->selected >= g->n)
		g->selected = g->n ? g->n - 1 : 0;
	if (rows && g->selected >= g->top + rows)
		g->top = g->selected - rows + 1;
	if (g->selected < g->top)
		g->top = g->selected;
}

void goto_view_paint(const struct canvas *c, const struct frame_input *in)
{
	struct ui_goto *g = &in->ui->go;
	struct canvas list = canvas_sub(c, 0, 2, c->cols, c->rows - 2);
	int col = 1 + canvas_text(c, 1, 0, "go to ", ROLE_TITLE);
	int room = c->cols / 2 - col;
	struct canvas box = canvas_sub(c, col, 0, room, 1);
	char text[96] = "";
	bool blank = !g->words.text[0];

	in->ui->drawn.list_rows = list.rows > 0 ? (size_t)list.rows : 0;
	keep_in_sight(g, in->ui->drawn.list_rows);
	if (blank && g->n_last)
		snprintf(text, sizeof(text), "the last places; a digit goes there");
	else if (!blank && g->fit > UI_PLACES_MAX / 2)
		snprintf(text, sizeof(text), "%zu, and more of %zu tags: type on", g->n,
			 g->fit);
	else if (!blank)
		snprintf(text, sizeof(text), "%zu found", g->n);
	canvas_text_fit(c, col + room + 2, 0, c->cols - col - room - 2, text, ROLE_UNIT);
	entry_paint(&box, &g->words, true);
	if (blank)
		last_paint(&list, in);
	else
		found_paint(&list, in);
}
