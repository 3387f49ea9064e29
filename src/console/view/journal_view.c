/* journal_view.c - the alarm journal: what happened, newest first, with who and why. */
#include "console/view/parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "alarm/engine.h"
#include "screen/glyph.h"
#include "util/strbuf.h"

enum {
	DETAIL_ROWS = 5,
	DETAIL_FROM = 14,
	EVENT_COL = 20,
	NAME_COL = 38,
	NAME_CELLS = 26,
	NAME_CELLS_WIDE = 44 /* from 130 columns on */
};

/* "11-22 10:05:03": the year is in the words below. */
static void time_text(int64_t ms, char out[CLOCK_LOCAL_SIZE])
{
	char full[CLOCK_LOCAL_SIZE];

	clock_local((struct wall){ ms }, full);
	snprintf(out, CLOCK_LOCAL_SIZE, "%.14s", strlen(full) > 5 ? full + 5 : full);
}

static void row_paint(const struct canvas *c, int row, const struct journal_line *l)
{
	int name = c->cols >= 130 ? NAME_CELLS_WIDE : c->cols >= 100 ? NAME_CELLS : 0;
	int col = NAME_COL;
	char at[CLOCK_LOCAL_SIZE];
	struct strbuf text = STRBUF_INIT;

	time_text(l->at_ms, at);
	canvas_put(c, 1, row, glyph_alarm(l->priority), ROLE_LABEL);
	canvas_put(c, 2, row, '0' + (uint32_t)l->priority, ROLE_LABEL);
	canvas_text(c, 5, row, at, ROLE_UNIT);
	canvas_text_fit(c, EVENT_COL, row, NAME_COL - EVENT_COL - 1,
			alarm_event_name(l->event),
			l->event == ALARM_E_COME ? ROLE_VALUE : ROLE_UNIT);
	if (name)
		canvas_text_fit(c, col, row, name, l->alarm, ROLE_LABEL);
	col += name ? name + 1 : 0;
	if (l->by[0])
		strbuf_addf(&text, "%s%s%s  ", l->by, l->text[0] ? ": " : "", l->text);
	if (!name)
		strbuf_addf(&text, "%s: ", l->alarm);
	strbuf_adds(&text, l->message);
	canvas_text_fit(c, col, row, c->cols - col, text.buf, ROLE_LABEL);
	strbuf_release(&text);
}

static void line_paint(const struct canvas *c, int *row, const char *text, enum role role)
{
	*row += wrap_paint(c, 0, *row, c->cols, text, role);
}

static void detail_paint(const struct canvas *c, const struct journal_line *l)
{
	struct strbuf text = STRBUF_INIT;
	char at[CLOCK_LOCAL_SIZE];
	int row = 1;

	for (int col = 0; col < c->cols; col++)
		canvas_put(c, col, 0, 0x2500, ROLE_PIPE);
	clock_local((struct wall){ l->at_ms }, at);
	strbuf_addf(&text, "%s %s: %s, then %s", at, l->alarm, alarm_event_name(l->event),
		    alarm_state_name(l->to));
	line_paint(c, &row, text.buf, ROLE_TITLE);
	strbuf_setf(&text, "%s", l->message);
	if (isfinite(l->value))
		strbuf_addf(&text, "  value %.6g %s", l->value, l->unit);
	if (isfinite(l->limit))
		strbuf_addf(&text, ", limit %.6g", l->limit);
	line_paint(c, &row, text.buf, ROLE_LABEL);
	strbuf_setf(&text, "row %llu", (unsigned long long)l->seq);
	if (l->occurrence) /* what befalls an alarm that is not there has none */
		strbuf_addf(&text, ", occurrence %llu",
			    (unsigned long long)l->occurrence);
	strbuf_addf(&text, ", area %s", l->area);
	if (l->by[0])
		strbuf_addf(&text, ", by %s %s", l->by, l->place);
	line_paint(c, &row, text.buf, ROLE_UNIT);
	if (l->text[0])
		line_paint(c, &row, l->text, ROLE_LABEL);
	strbuf_release(&text);
}

void journal_view_paint(const struct canvas *c, const struct frame_input *in)
{
	const struct model_journal *j = &in->m->journal;
	struct ui_search *u = &in->ui->journal;
	const struct search_title title = { .refusal = j->refusal,
					    .told = j->told,
					    .n = j->n,
					    .what = "row",
					    .more = j->more };
	int detail = c->rows >= DETAIL_FROM && j->n ? DETAIL_ROWS : 0;
	int rows = c->rows - 1 - detail;
	struct canvas list = canvas_sub(c, 0, 1, c->cols, rows);
	struct canvas low = canvas_sub(c, 0, c->rows - detail, c->cols, detail);

	in->ui->drawn.list_rows = rows > 0 ? (size_t)rows : 0;
	in->ui->drawn.list = drawn_area(&list);
	search_keep_in_sight(u, j->n, in->ui->drawn.list_rows);
	for (int i = 0; i < list.rows && u->top + (size_t)i < j->n; i++) {
		row_paint(&list, i, &j->v[u->top + (size_t)i]);
		if (u->top + (size_t)i != u->selected)
			continue;
		canvas_select(&list, 0, i, c->cols);
		c->grid->cursor_col = list.col;
		c->grid->cursor_row = list.row + i;
	}
	if (detail)
		detail_paint(&low, &j->v[u->selected]);
	if (j->told && !j->refusal[0] && j->n == 0)
		canvas_text(c, 0, 2, "the journal has nothing of that", ROLE_UNIT);
	search_title_paint(c, u, &title);
}
