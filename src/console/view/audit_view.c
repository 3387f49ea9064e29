/* audit_view.c - the audit record: who did what, newest first, and all of the selected
 * record in words. It proves nothing: `sightglass audit verify` does. */
#include "console/view/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/strbuf.h"
#include "util/when.h"
#include "wire/audit.h"

enum {
	DETAIL_ROWS = 6,
	DETAIL_FROM = 15,
	WHO_COL = 16,
	KIND_COL = 29,
	TEXT_COL = 43,
	SUBJECT_CELLS = 26, /* from 110 columns on a column of its own */
	SUBJECT_FROM = 110
};

static const char *who(char *const *f)
{
	return f[WIRE_AUDIT_PERSON][0] ? f[WIRE_AUDIT_PERSON] : f[WIRE_AUDIT_ACTOR];
}

static void local_time(const char *iso, char out[CLOCK_LOCAL_SIZE])
{
	int64_t ms;

	snprintf(out, CLOCK_LOCAL_SIZE, "%s", iso);
	if (when_from_text(iso, &ms))
		clock_local((struct wall){ ms }, out);
}

/* "0.8 -> 0.9 mg/L: accepted"; what is empty is left out. */
static void what_text(char *const *f, bool subject, struct strbuf *out)
{
	if (subject && f[WIRE_AUDIT_SUBJECT][0])
		strbuf_addf(out, "%s  ", f[WIRE_AUDIT_SUBJECT]);
	if (f[WIRE_AUDIT_OLD][0] || f[WIRE_AUDIT_NEW][0])
		strbuf_addf(out, "%s%s%s%s%s  ", f[WIRE_AUDIT_OLD],
			    f[WIRE_AUDIT_OLD][0] ? " -> " : "-> ", f[WIRE_AUDIT_NEW],
			    f[WIRE_AUDIT_UNIT][0] ? " " : "", f[WIRE_AUDIT_UNIT]);
	strbuf_adds(out, f[WIRE_AUDIT_RESULT]);
	if (f[WIRE_AUDIT_DETAIL][0])
		strbuf_addf(out, "%s%s", f[WIRE_AUDIT_RESULT][0] ? ": " : "",
			    f[WIRE_AUDIT_DETAIL]);
}

static void row_paint(const struct canvas *c, int row, char *const *f)
{
	bool apart = c->cols >= SUBJECT_FROM;
	int col = TEXT_COL;
	char at[CLOCK_LOCAL_SIZE], brief[16];
	struct strbuf text = STRBUF_INIT;

	local_time(f[WIRE_AUDIT_TIME], at);
	snprintf(brief, sizeof(brief), "%.14s", strlen(at) > 5 ? at + 5 : at);
	canvas_text(c, 1, row, brief, ROLE_UNIT);
	canvas_text_fit(c, WHO_COL, row, KIND_COL - WHO_COL - 1, who(f), ROLE_LABEL);
	canvas_text_fit(c, KIND_COL, row, TEXT_COL - KIND_COL - 1, f[WIRE_AUDIT_KIND],
			ROLE_VALUE);
	if (apart)
		canvas_text_fit(c, col, row, SUBJECT_CELLS, f[WIRE_AUDIT_SUBJECT],
				ROLE_LABEL);
	col += apart ? SUBJECT_CELLS + 1 : 0;
	what_text(f, !apart, &text);
	canvas_text_fit(c, col, row, c->cols - col, text.buf, ROLE_LABEL);
	strbuf_release(&text);
}

/* --- all of one record -------------------------------------------------------------- */

static void line_paint(const struct canvas *c, int *row, const char *text, enum role role)
{
	*row += wrap_paint(c, 0, *row, c->cols, text, role);
}

static void add_part(struct strbuf *out, const char *name, const char *text)
{
	if (text[0])
		strbuf_addf(out, "%s%s%s", out->len ? ", " : "", name, text);
}

static void by_text(char *const *f, struct strbuf *out)
{
	strbuf_clear(out);
	add_part(out, "by ", who(f));
	if (strcmp(who(f), f[WIRE_AUDIT_ACTOR]) != 0)
		strbuf_addf(out, " (Unix account %s)", f[WIRE_AUDIT_ACTOR]);
	add_part(out, "second person ", f[WIRE_AUDIT_APPROVER]);
	add_part(out, "from ", f[WIRE_AUDIT_FROM]);
	add_part(out, "session ", f[WIRE_AUDIT_SESSION]);
	add_part(out, "request ", f[WIRE_AUDIT_REQUEST]);
}

static void detail_paint(const struct canvas *c, char *const *f)
{
	struct strbuf text = STRBUF_INIT;
	char at[CLOCK_LOCAL_SIZE];
	int row = 1;

	for (int col = 0; col < c->cols; col++)
		canvas_put(c, col, 0, 0x2500, ROLE_PIPE);
	local_time(f[WIRE_AUDIT_TIME], at);
	strbuf_addf(&text, "record %s  %s  %s %s", f[WIRE_AUDIT_SEQ], at,
		    f[WIRE_AUDIT_KIND], f[WIRE_AUDIT_SUBJECT]);
	line_paint(c, &row, text.buf, ROLE_TITLE);
	strbuf_clear(&text);
	what_text(f, false, &text);
	line_paint(c, &row, text.buf, ROLE_LABEL);
	by_text(f, &text);
	line_paint(c, &row, text.buf, ROLE_UNIT);
	strbuf_clear(&text);
	add_part(&text, "reason: ", f[WIRE_AUDIT_REASON]);
	add_part(&text, "quality of the old value: ", f[WIRE_AUDIT_QUALITY]);
	add_part(&text, "area ", f[WIRE_AUDIT_AREA]);
	line_paint(c, &row, text.buf, ROLE_UNIT);
	strbuf_release(&text);
}

/* --- the page ----------------------------------------------------------------------- */

static void list_paint(const struct canvas *list, const struct frame_input *in)
{
	const struct model_audit *m = &in->m->audit;
	const struct ui_search *u = &in->ui->audit;

	for (int i = 0; i < list->rows && u->top + (size_t)i < m->n; i++) {
		row_paint(list, i, m->v[u->top + (size_t)i].field);
		if (u->top + (size_t)i != u->selected)
			continue;
		canvas_select(list, 0, i, list->cols);
		list->grid->cursor_col = list->col;
		list->grid->cursor_row = list->row + i;
	}
}

void audit_view_paint(const struct canvas *c, const struct frame_input *in)
{
	const struct model_audit *m = &in->m->audit;
	struct ui_search *u = &in->ui->audit;
	const struct search_title title = { m->refusal, m->told, m->behind > 0, m->n,
					    "record" };
	int detail = c->rows >= DETAIL_FROM && m->n ? DETAIL_ROWS : 0;
	int rows = c->rows - 1 - detail;
	struct canvas list = canvas_sub(c, 0, 1, c->cols, rows);
	struct canvas low = canvas_sub(c, 0, c->rows - detail, c->cols, detail);

	in->ui->drawn.list_rows = rows > 0 ? (size_t)rows : 0;
	in->ui->drawn.list = drawn_area(&list);
	search_keep_in_sight(u, m->n, in->ui->drawn.list_rows);
	list_paint(&list, in);
	if (detail)
		detail_paint(&low, m->v[u->selected].field);
	if (m->told && !m->refusal[0] && m->n == 0)
		canvas_text(c, 0, 2,
			    m->behind ? "nothing of that so far: PgDn looks further back"
				      : "the record has nothing of that",
			    ROLE_UNIT);
	search_title_paint(c, u, &title);
}
