/*
 * alarm_view.c - the alarm list: selected by identity, and it never moves under the
 * cursor. With a row selected the order stands still: what came meanwhile is counted in
 * the title, what went away stays in place as "gone".
 */
#include "console/view/parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/engine.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum {
	DETAIL_ROWS = 6, /* and more when its texts need them, up to half */
	LABEL_CELLS = 13,
	MARK_CELLS = 3,
	DETAIL_FROM_ROWS = 13, /* a smaller canvas shows the list only */
	NAME_CELLS = 26,
	STATE_COL = 14,
	NAME_COL = 24
};

/* The live order, while nobody has a row selected. */
static void take_order(struct ui_list *l, const struct model *m)
{
	const struct wire_alarm_row **rows = xcalloc(m->list.n + 1, sizeof(*rows));
	size_t n = model_alarm_order(m, NULL, rows, m->list.n);

	l->names = xreallocarray(l->names, n + 1, sizeof(*l->names));
	for (size_t i = 0; i < n; i++)
		snprintf(l->names[i], sizeof(l->names[i]), "%s", rows[i]->name);
	l->n = n;
	free(rows);
}

static size_t count_new(const struct ui_list *l, const struct model *m)
{
	size_t there = 0;

	for (size_t i = 0; i < l->n; i++)
		there += model_alarm_find(m, l->names[i]) != NULL;
	return m->list.n - there;
}

static void title_paint(const struct canvas *c, const struct frame_input *in)
{
	const struct ui_list *l = &in->ui->list;
	size_t came = l->selected >= 0 ? count_new(l, in->m) : 0;
	char text[160];

	snprintf(text, sizeof(text), "%zu alarm%s%s", in->m->list.n,
		 in->m->list.n == 1 ? "" : "s",
		 l->selected < 0 && l->n ? "  -  arrows select" : "");
	canvas_text_fit(c, 0, 0, c->cols, text, ROLE_TITLE);
	if (!came)
		return;
	snprintf(text, sizeof(text), " %zu new: Home shows them ", came);
	canvas_text(c, c->cols - (int)strlen(text), 0, text, ROLE_REFUSED);
}

static const char *state_word(const struct wire_alarm_row *r)
{
	if (r->recording)
		return "recording";
	switch ((enum alarm_state)r->state) {
	case ALARM_S_UNACK:
		return "active";
	case ALARM_S_ACKED:
		return "acked";
	case ALARM_S_RTNUN:
		return "returned";
	case ALARM_S_LTUNK:
	case ALARM_S_LTACK:
		return "latched";
	case ALARM_S_NORMAL:
		break;
	}
	return "normal";
}

static void row_paint(const struct canvas *c, int row, const char *name,
		      const struct wire_alarm_row *r)
{
	char at[CLOCK_LOCAL_SIZE];
	int name_cells = c->cols >= 76 ? NAME_CELLS : 0;

	if (!r) {
		canvas_text(c, STATE_COL, row, "gone", ROLE_UNIT);
		canvas_text_fit(c, NAME_COL, row, c->cols - NAME_COL, name, ROLE_UNIT);
		return;
	}
	clock_local_hms((struct wall){ r->raised_ms }, at);
	alarm_mark_paint(c, 0, row, r);
	canvas_text(c, 4, row, at, ROLE_UNIT);
	canvas_text(c, STATE_COL, row, state_word(r),
		    alarm_row_active(r) ? ROLE_VALUE : ROLE_UNIT);
	if (name_cells)
		canvas_text_fit(c, NAME_COL, row, name_cells, name, ROLE_LABEL);
	canvas_text_fit(c, NAME_COL + name_cells + (name_cells ? 1 : 0), row,
			c->cols - NAME_COL - name_cells - (name_cells ? 1 : 0),
			r->message, alarm_row_active(r) ? ROLE_ALARM_TEXT : ROLE_LABEL);
}

static void keep_in_sight(struct ui_list *l, size_t rows)
{
	size_t selected = l->selected < 0 ? 0 : (size_t)l->selected;

	if (l->selected < 0)
		l->top = 0;
	if (rows && selected >= l->top + rows)
		l->top = selected - rows + 1;
	if (selected < l->top)
		l->top = selected;
}

static void note_drawn(struct drawn_alarm *d, const struct model *m,
		       const struct wire_alarm_row *r)
{
	*d = (struct drawn_alarm){ .there = true,
				   .occurrence = r->occurrence,
				   .epoch = m->list.epoch,
				   .version = m->list.version };
	snprintf(d->name, sizeof(d->name), "%s", r->name);
}

static void rows_paint(const struct canvas *c, const struct frame_input *in)
{
	struct ui_list *l = &in->ui->list;

	for (int i = 0; i < c->rows && l->top + (size_t)i < l->n; i++) {
		const char *name = l->names[l->top + (size_t)i];
		const struct wire_alarm_row *r = model_alarm_find(in->m, name);

		row_paint(c, i, name, r);
		if ((int)l->top + i != l->selected)
			continue;
		canvas_select(c, MARK_CELLS, i, c->cols - MARK_CELLS);
		c->grid->cursor_col = c->col;
		c->grid->cursor_row = c->row + i;
		if (r)
			note_drawn(&in->ui->drawn.selected, in->m, r);
	}
}

/* --- the selected alarm in words ------------------------------------------------- */

static void facts_text(const struct wire_alarm_row *r, struct strbuf *out)
{
	char at[CLOCK_LOCAL_SIZE];

	strbuf_addf(out, "%s  %s", r->name, r->type);
	if (isfinite(r->limit))
		strbuf_addf(out, " %g %s", r->limit, r->unit);
	if (isfinite(r->limit) && isfinite(r->value))
		strbuf_addf(out, ", was %g %s", r->value, r->unit);
	clock_local((struct wall){ r->raised_ms }, at);
	strbuf_addf(out, "  raised %s", at);
	if (r->acked_by[0] && r->acked_ms)
		strbuf_addf(out, "  acknowledged by %s", r->acked_by);
	if (r->source_bad)
		strbuf_adds(out, "  its source is bad now");
}

static int line_paint(const struct canvas *c, int row, const char *label,
		      const char *text)
{
	if (!text[0])
		return row;
	canvas_text(c, 0, row, label, ROLE_UNIT);
	return row +
	       wrap_paint(c, LABEL_CELLS, row, c->cols - LABEL_CELLS, text, ROLE_LABEL);
}

/* Returns the rows it takes, even beyond the canvas. */
static int detail_paint(const struct canvas *c, const struct wire_alarm_row *r)
{
	struct strbuf text = STRBUF_INIT;
	int row = 1;

	for (int col = 0; col < c->cols; col++)
		canvas_put(c, col, 0, 0x2500, ROLE_PIPE);
	facts_text(r, &text);
	canvas_text_fit(c, 0, row++, c->cols, text.buf, ROLE_TITLE);
	row = line_paint(c, row, "cause", r->cause);
	row = line_paint(c, row, "consequence", r->consequence);
	row = line_paint(c, row, "action", r->action);
	strbuf_clear(&text);
	if (r->respond_within_s > 0)
		strbuf_addf(&text, "respond within %lld min   ",
			    (long long)((r->respond_within_s + 59) / 60));
	if (alarm_row_unacked(r))
		strbuf_adds(&text, "a or * acknowledges   ");
	if (r->screen[0])
		strbuf_addf(&text, "Enter shows the screen %s", r->screen);
	canvas_text_fit(c, 0, row, c->cols, text.buf, ROLE_UNIT);
	strbuf_release(&text);
	return row + 1;
}

static const struct wire_alarm_row *selected_row(const struct frame_input *in)
{
	const struct ui_list *l = &in->ui->list;

	return l->selected >= 0 && (size_t)l->selected < l->n
		       ? model_alarm_find(in->m, l->names[l->selected])
		       : NULL;
}

/* What the operator is to do is never cut while there is room. */
static int detail_rows(const struct canvas *c, const struct wire_alarm_row *r)
{
	struct canvas none = canvas_sub(c, 0, 0, c->cols, 0);
	int need = r ? detail_paint(&none, r) : 0;

	if (c->rows < DETAIL_FROM_ROWS)
		return 0;
	if (need > c->rows / 2)
		need = c->rows / 2;
	return need > DETAIL_ROWS ? need : DETAIL_ROWS;
}

void alarm_view_paint(const struct canvas *c, const struct frame_input *in)
{
	struct ui_list *l = &in->ui->list;
	const struct wire_alarm_row *r = selected_row(in);
	int detail = detail_rows(c, r), rows = c->rows - 1 - detail;
	struct canvas list = canvas_sub(c, 0, 1, c->cols, rows);
	struct canvas low = canvas_sub(c, 0, c->rows - detail, c->cols, detail);

	in->ui->drawn.selected.there = false;
	in->ui->drawn.list_rows = rows > 0 ? (size_t)rows : 0;
	if (l->selected < 0)
		take_order(l, in->m);
	keep_in_sight(l, in->ui->drawn.list_rows);
	title_paint(c, in);
	rows_paint(&list, in);
	if (detail && r)
		detail_paint(&low, r);
	if (in->m->has_list && l->n == 0)
		canvas_text(c, 0, 2, "no alarm is active or waits for acknowledgement",
			    ROLE_UNIT);
}
