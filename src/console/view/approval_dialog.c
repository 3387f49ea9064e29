/*
 * approval_dialog.c - what somebody asks this person to approve: the same sentence that
 * who asked has on the glass, why, from where, and how long it waits.
 */
#include "console/view/parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util/strbuf.h"

enum {
	WIDTH = 64,
	HEIGHT = 13,
	LIST_WIDTH = 100, /* of a change set, which takes all rows there are */
	MIN_WIDTH = 44,
	MIN_HEIGHT = 9,
	LABEL = 9,
	NUMBER = 5,
	LIST_MIN = 3,
	ANSWER_ROWS = 3
};

static const struct ui_asked *shown(const struct ui_approvals *u)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->asked[i].m.approval == u->shown)
			return &u->asked[i];
	return NULL;
}

static int left_s(const struct frame_input *in, const struct ui_asked *at)
{
	int64_t ms = mono_ms_between(in->now.mono, at->until);

	return ms > 0 ? (int)((ms + 999) / 1000) : 0;
}

static int answers_paint(const struct canvas *c, int row, const struct frame_input *in,
			 const struct ui_asked *at)
{
	static const char *const words[ANSWERS] = { "Not now", "Approve", "Decline" };
	const struct ui_approvals *u = &in->ui->approvals;
	char text[96];
	int col = 0;

	for (int i = 0; i < ANSWERS; i++)
		col = dialog_answer_paint(c, col, row, words[i], (int)u->answer == i);
	snprintf(text, sizeof(text), "arrows and Enter; Esc answers nothing (%d s)%s",
		 left_s(in, at), u->n > 1 ? "; n: the next" : "");
	if (u->note[0])
		return row + 1 +
		       wrap_paint(c, 0, row + 1, c->cols, u->note, ROLE_REFUSED);
	return row + 1 +
	       wrap_paint(c, 0, row + 1, c->cols, u->armed ? text : "wait...",
			  ROLE_DIALOG);
}

/* --- the lines of a change set -------------------------------------------------------
 */

/* From the row on; returns the rows of all, even beyond the canvas. What is seen to its
 * end, behind what was seen before, counts as read. */
static int lines_paint(const struct canvas *c, int row, const struct ui_asked *at,
		       size_t *seen)
{
	int from = row;
	char number[24];

	for (size_t i = 0; i < at->n_lines; i++) {
		snprintf(number, sizeof(number), "%3zu", i + 1);
		if (row >= 0 && row < c->rows)
			canvas_text(c, 0, row, number, ROLE_DIALOG);
		row += wrap_paint(c, NUMBER, row, c->cols - NUMBER, at->line[i].text,
				  ROLE_DIALOG);
		if (seen && *seen == i && row > 0 && row <= c->rows)
			*seen = i + 1;
	}
	return row - from;
}

static void list_paint(const struct canvas *c, struct ui_approvals *u,
		       const struct ui_asked *at)
{
	int need = lines_paint(c, c->rows, at, NULL);

	u->page = c->rows;
	u->most = need > c->rows ? need - c->rows : 0;
	u->top = u->top < u->most ? u->top : u->most;
	lines_paint(c, -u->top, at, &u->seen);
}

static int set_paint(const struct canvas *c, int row, const struct frame_input *in,
		     const struct ui_asked *at)
{
	struct ui_approvals *u = &in->ui->approvals;
	int rows = c->rows - row - ANSWER_ROWS - 2;
	struct canvas list;
	char text[96];

	if (rows < LIST_MIN)
		return c->rows + 1;
	list = canvas_sub(c, 0, row, c->cols, rows);
	list_paint(&list, u, at);
	if (u->seen < at->m.lines)
		snprintf(text, sizeof(text), "%zu of %u lines read: PgDn reads on",
			 u->seen, (unsigned)at->m.lines);
	else
		snprintf(text, sizeof(text), "all %u lines are read",
			 (unsigned)at->m.lines);
	canvas_text_fit(c, 0, row + rows, c->cols, text, ROLE_DIALOG_TITLE);
	return row + rows + 2;
}

static int why_paint(const struct canvas *c, int row, const struct ui_approvals *u)
{
	struct canvas box = canvas_sub(c, LABEL, row, c->cols - LABEL, 1);

	canvas_text(c, 0, row, "no, for", ROLE_DIALOG);
	entry_paint(&box, &u->reason, true);
	return row + 1 +
	       wrap_paint(c, 0, row + 1, c->cols,
			  u->note[0] ? u->note : "Enter declines, Esc goes back",
			  u->note[0] ? ROLE_REFUSED : ROLE_DIALOG);
}

static int inside_paint(const struct canvas *c, const struct frame_input *in,
			const struct ui_asked *at)
{
	const struct ui_approvals *u = &in->ui->approvals;
	char who[300];
	int row = wrap_paint(c, 0, 0, c->cols, at->m.text, ROLE_DIALOG_TITLE) + 1;

	if (at->m.reason[0])
		row = wrap_pair_paint(c, LABEL, row, "because", at->m.reason);
	snprintf(who, sizeof(who), "%s, %s", at->m.asker, at->m.from);
	row = wrap_pair_paint(c, LABEL, row, "asks", who) + 1;
	if (at->m.lines)
		row = set_paint(c, row, in, at);
	return u->why ? why_paint(c, row, u) : answers_paint(c, row, in, at);
}

bool approval_paint(const struct canvas *c, const struct frame_input *in)
{
	const struct ui_approvals *u = &in->ui->approvals;
	const struct ui_asked *at = u->open ? shown(u) : NULL;
	int cols, rows;
	char title[200];

	if (!at)
		return false;
	cols = at->m.lines ? LIST_WIDTH : WIDTH;
	cols = c->cols < cols ? c->cols : cols;
	rows = at->m.lines ? HEIGHT + at->m.lines : HEIGHT;
	rows = c->rows < rows ? c->rows : rows;
	if (cols < MIN_WIDTH || rows < MIN_HEIGHT) {
		canvas_text_fit(c, 0, 0, c->cols, "the dialog needs a larger terminal",
				ROLE_REFUSED);
		return false;
	}
	snprintf(title, sizeof(title), "Approve %" PRIu64 ": %s", at->m.approval,
		 at->m.lines ? "a change set" : at->m.tag);
	struct canvas inner = dialog_box(c, cols, rows, title);
	return inside_paint(&inner, in, at) <= inner.rows;
}

void approval_hint(const struct frame_input *in, struct strbuf *out)
{
	const struct ui_approvals *u = &in->ui->approvals;

	if (!u->n)
		return;
	strbuf_addf(out, "e: %s asks you to approve %s (%d s)", u->asked[0].m.asker,
		    u->asked[0].m.lines ? "a change set" : u->asked[0].m.tag,
		    left_s(in, &u->asked[0]));
	if (u->n > 1)
		strbuf_addf(out, ", and %zu more", u->n - 1);
}
