/* frame.c - the parts put together; what a size has no room for gives way in order. */
#include "console/view/frame.h"

#include <stdio.h>

#include "console/view/picture.h"
#include "console/view/rows_view.h"
#include "console/view/trend_view.h"

enum { BANNER_ROWS = 2, PANEL_MIN_ROWS = 4 };

/* Too small for anything else: the worst alarm, or that there is none, and the clock. */
static void tiny_paint(const struct canvas *c, const struct frame_input *in)
{
	struct canvas banner =
		canvas_sub(c, 0, 0, c->cols, c->rows > 2 ? c->rows - 1 : c->rows);
	bool abnormal;
	char text[96], state[64];

	banner_paint(&banner, in);
	if (model_lost(in->m) || !in->m->has_list) {
		header_link_text(in, state, sizeof(state), &abnormal);
		canvas_text_fit(c, 0, 0, c->cols, state, ROLE_REFUSED);
	}
	if (c->rows < 3)
		return;
	snprintf(text, sizeof(text), "too small: %dx%d, needs %dx%d", c->grid->cols,
		 c->grid->rows, FRAME_MIN_COLS, FRAME_MIN_ROWS);
	canvas_text_fit(c, 0, c->rows - 1, c->cols, text, ROLE_UNIT);
}

/* Rows under a picture are free on a tall terminal: alarms are what they are for. */
static void panel_paint(const struct canvas *c, const struct frame_input *in, int from)
{
	const struct wire_alarm_row *rows[GRID_MAX];
	int room = c->rows - from - 1;
	size_t n;

	if (room < PANEL_MIN_ROWS)
		return;
	n = model_alarm_order(in->m, NULL, rows, (size_t)room);
	for (int col = 0; col < c->cols; col++)
		canvas_put(c, col, from, 0x2500, ROLE_PIPE);
	canvas_text(c, 2, from, " alarms ", ROLE_UNIT);
	for (size_t i = 0; i < n && i < (size_t)room; i++) {
		char at[CLOCK_LOCAL_SIZE];
		int row = from + 1 + (int)i;

		clock_local_hms((struct wall){ rows[i]->raised_ms }, at);
		alarm_mark_paint(c, 1, row, rows[i]);
		canvas_text(c, 5, row, at, ROLE_UNIT);
		canvas_text_fit(c, 15, row, 30, rows[i]->name, ROLE_LABEL);
		canvas_text_fit(c, 46, row, c->cols - 46, rows[i]->message,
				alarm_row_active(rows[i]) ? ROLE_ALARM_TEXT : ROLE_LABEL);
	}
	if (n == 0 && in->m->has_list)
		canvas_text(c, 1, from + 1, "no alarms", ROLE_UNIT);
}

static void picture_part(const struct canvas *c, const struct frame_input *in)
{
	const struct screen *s = model_picture(in->m);
	struct picture_source src = model_source(in->m, in->now);
	struct canvas part = *c;

	if (!s) {
		canvas_text(c, 1, 1,
			    in->m->screens ? "this station has no screen to show"
					   : "waiting for the screens...",
			    ROLE_UNIT);
		return;
	}
	if (c->cols > s->cols)
		part = canvas_sub(c, (c->cols - s->cols) / 2, 0, s->cols, c->rows);
	if (c->rows > s->rows)
		part = canvas_sub(&part, 0, 0, part.cols, s->rows);
	picture_paint(&part, s, &src, in->ui->selected);
	in->ui->drawn.picture = drawn_area(&part);
	panel_paint(c, in, s->rows + 1);
}

static void overrides_paint(const struct canvas *c, const struct frame_input *in)
{
	rows_view_paint(c, in, &rows_overrides, &in->m->overrides, &in->ui->overrides);
}

static void people_paint(const struct canvas *c, const struct frame_input *in)
{
	rows_view_paint(c, in, &rows_people, &in->m->people, &in->ui->people);
}

static void changes_paint(const struct canvas *c, const struct frame_input *in)
{
	rows_view_paint(c, in, &rows_changes, &in->m->staged, &in->ui->staged);
}

static void doubts_paint(const struct canvas *c, const struct frame_input *in)
{
	rows_view_paint(c, in, &rows_doubts, &in->m->doubts, &in->ui->doubts);
}

static void body_paint(const struct canvas *c, const struct frame_input *in)
{
	static void (*const pages[UI_PAGES])(const struct canvas *,
					     const struct frame_input *) = {
		[UI_PICTURE] = picture_part,
		[UI_ALARMS] = alarm_view_paint,
		[UI_HELP] = help_paint,
		[UI_DEVICES] = device_view_paint,
		[UI_JOURNAL] = journal_view_paint,
		[UI_AUDIT] = audit_view_paint,
		[UI_REPORT] = report_view_paint,
		[UI_OVERRIDES] = overrides_paint,
		[UI_PEOPLE] = people_paint,
		[UI_GOTO] = goto_view_paint,
		[UI_TREND] = trend_view_paint,
		[UI_CHANGES] = changes_paint,
		[UI_DOUBTS] = doubts_paint,
	};

	pages[in->ui->page](c, in);
}

int frame_body_rows(int rows)
{
	return rows > 3 + BANNER_ROWS ? rows - 3 - BANNER_ROWS : 1;
}

void frame_paint(struct grid *g, const struct frame_input *in)
{
	struct canvas all = grid_canvas(g);
	struct canvas header = canvas_sub(&all, 0, 0, g->cols, 1);
	struct canvas banner = canvas_sub(&all, 0, 1, g->cols, BANNER_ROWS);
	struct canvas body =
		canvas_sub(&all, 0, 1 + BANNER_ROWS, g->cols, g->rows - 3 - BANNER_ROWS);
	struct canvas message = canvas_sub(&all, 0, g->rows - 2, g->cols, 1);
	struct canvas keys = canvas_sub(&all, 0, g->rows - 1, g->cols, 1);
	struct drawn *drawn = &in->ui->drawn;

	grid_clear(g, ROLE_LABEL);
	g->cursor_col = g->cursor_row = -1;
	drawn->offer = drawn->approval = 0;
	drawn->selected.there = drawn->banner.there = false;
	drawn->n_waiting = 0;
	drawn->picture = drawn->list = drawn->plate = (struct drawn_area){ 0 };
	if (g->cols < FRAME_MIN_COLS || g->rows < FRAME_MIN_ROWS) {
		tiny_paint(&all, in);
		return;
	}
	body_paint(&body, in);
	faceplate_paint(&body, in);
	act_dialog_paint(&body, in);
	if (approval_paint(&body, in))
		drawn->approval = in->ui->approvals.shown;
	if (dialog_paint(&body, in) && in->ui->dialog.stage == DIALOG_OFFER)
		drawn->offer = in->ui->dialog.offer.token;
	form_paint(&body, in);
	header_paint(&header, in);
	banner_paint(&banner, in);
	message_paint(&message, in);
	keybar_paint(&keys, in);
}
