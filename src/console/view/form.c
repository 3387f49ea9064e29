/*
 * form.c - a form over the picture: a text to read, lines to type, and what speaks
 * against them. What is secret shows as stars, one for each character.
 */
#include "console/view/parts.h"

#include <stdio.h>
#include <string.h>

enum {
	WIDTH = 76,
	MIN_WIDTH = 40,
	LABEL = 15,
	TEXT_MIN = 3,
	NOTE_ROWS = 2,
	FRAME = 2,
	MARGINS = 4
};

static void stars_paint(const struct canvas *c, const struct entry *e, bool typing)
{
	struct entry hidden = { .at = 0 };
	size_t n = 0;

	for (size_t i = 0; e->text[i]; i++) {
		if (((unsigned char)e->text[i] & 0xC0) == 0x80)
			continue;
		hidden.at += i < e->at;
		hidden.text[n++] = '*';
	}
	entry_paint(c, &hidden, typing);
}

static int fields_paint(const struct canvas *c, int row, const struct ui_form *f)
{
	for (size_t i = 0; i < f->n; i++, row++) {
		const struct form_field *field = &f->field[i];
		struct canvas box = canvas_sub(c, LABEL, row, c->cols - LABEL, 1);
		bool here = i == f->at && !f->asked;

		canvas_text_fit(c, 0, row, LABEL - 1, field->label,
				here ? ROLE_DIALOG_TITLE : ROLE_DIALOG);
		(field->secret ? stars_paint : entry_paint)(&box, &field->entry, here);
	}
	return row;
}

/* Its lines one below the other, each wrapped; returns the rows, even beyond the canvas.
 */
static int lines_paint(const struct canvas *c, int row, int width, const char *text)
{
	char line[WIRE_TEXT_MAX + 1];
	int from = row;

	while (*text) {
		size_t n = strcspn(text, "\n");

		snprintf(line, sizeof(line), "%.*s", (int)n, text);
		row += n ? wrap_paint(c, 0, row, width, line, ROLE_DIALOG) : 1;
		text += n + (text[n] == '\n');
	}
	return row - from;
}

/* From the row on that was scrolled to; it keeps to its rows. */
static void text_paint(const struct canvas *c, int rows, struct ui_form *f)
{
	struct canvas part = canvas_sub(c, 0, 0, c->cols, rows);
	int need = lines_paint(&part, rows, c->cols, f->text);
	int most = need > rows ? need - rows : 0;

	f->top = f->top < most ? f->top : most;
	lines_paint(&part, -f->top, c->cols, f->text);
	f->more = f->top < most;
}

static const char *hint_of(const struct ui_form *f)
{
	if (f->asked)
		return "the server is asked...";
	if (f->more)
		return "PgDn: there is more above";
	return f->hint ? f->hint : "Enter goes on, Esc changes nothing";
}

void form_paint(const struct canvas *c, const struct frame_input *in)
{
	struct ui_form *f = &in->ui->form;
	int cols = c->cols < WIDTH ? c->cols : WIDTH;
	int fixed = (int)f->n + (f->n ? 1 : 0) + NOTE_ROWS + FRAME;
	int text, row;

	if (f->kind == FORM_CLOSED)
		return;
	if (cols < MIN_WIDTH || c->rows < fixed + (f->text[0] ? TEXT_MIN : 0)) {
		canvas_text_fit(c, 0, 0, c->cols, "the form needs a larger terminal",
				ROLE_REFUSED);
		return;
	}
	text = f->text[0] ? lines_paint(c, c->rows, cols - MARGINS, f->text) + 1 : 0;
	text = text < c->rows - fixed ? text : c->rows - fixed;
	struct canvas inner = dialog_box(c, cols, fixed + text, f->title);
	if (text > 1)
		text_paint(&inner, text - 1, f);
	row = fields_paint(&inner, text, f) + (f->n ? 1 : 0);
	if (f->note[0])
		wrap_paint(&inner, 0, row, inner.cols, f->note,
			   f->refused ? ROLE_REFUSED : ROLE_DIALOG);
	else
		canvas_text_fit(&inner, 0, row, inner.cols, hint_of(f), ROLE_DIALOG);
}
