/*
 * dialog.c - writing a value: entry, the server's offer in its own words, what became of
 * it. Names the tag before anything else. Never covers banner, message line or keys.
 */
#include "console/view/parts.h"

#include <stdio.h>
#include <string.h>

#include "tag/quality.h"
#include "util/num.h"
#include "util/strbuf.h"

enum { WIDTH = 64, HEIGHT = 13, MIN_WIDTH = 36, MIN_HEIGHT = 7, INDENT = 2, LABEL = 9 };

static void box_paint(const struct canvas *c, const char *title)
{
	canvas_cover(c, ROLE_DIALOG);
	canvas_border(c, ROLE_DIALOG);
	struct canvas head = canvas_sub(c, 2, 0, c->cols - 4, 1);
	int cells = canvas_text(&head, 1, 0, title, ROLE_DIALOG_TITLE);

	canvas_put(&head, 0, 0, ' ', ROLE_DIALOG);
	canvas_put(&head, cells + 1, 0, ' ', ROLE_DIALOG);
}

static void present_text(const struct model_tag *t, bool lost, struct strbuf *out)
{
	char text[VALUE_STRING_MAX + 32];
	quality q = t->live.sample.quality;

	if (lost || !t->has_value) {
		strbuf_adds(out, "not known");
		return;
	}
	model_value_text(t, text, sizeof(text));
	strbuf_addf(out, "%s %s  %s", quality_class(q) == QUALITY_BAD ? "####" : text,
		    t->info.unit, quality_class_name(q));
	if (quality_reason(q) != REASON_NONE)
		strbuf_addf(out, ": %s", quality_reason_text(q));
}

static void limits_text(const struct model_tag *t, struct strbuf *out)
{
	char lo[64], hi[64];

	if (t->info.words[0]) {
		tag_words_list(t->info.words, out);
	} else if (t->info.type == VALUE_BOOL) {
		strbuf_adds(out, "on or off");
	} else if (!t->info.has_range) {
		strbuf_adds(out, "none");
	} else {
		num_format(t->info.lo, t->meta.decimals, lo, sizeof(lo));
		num_format(t->info.hi, t->meta.decimals, hi, sizeof(hi));
		strbuf_addf(out, "%s to %s %s", lo, hi, t->info.unit);
	}
}

/* Two who write the same are told of each other before either sends (WR-15). */
static int holder_paint(const struct canvas *c, int row, const struct frame_input *in,
			const struct model_tag *t)
{
	const struct ui_holder *h = &in->ui->holder;
	char text[160] = "";

	if (h->name[0] && strcmp(h->tag, in->ui->dialog.tag) == 0)
		snprintf(text, sizeof(text), "%s %s", h->name,
			 h->writing ? model_lease_text(t->leased)
				    : "is typing a value for it, too");
	else if (t->leased && !in->ui->dialog.offer.token)
		snprintf(text, sizeof(text), "somebody %s", model_lease_text(t->leased));
	if (!text[0])
		return row;
	return row + wrap_paint(c, 0, row, c->cols, text, ROLE_REFUSED);
}

static int tag_paint(const struct canvas *c, const struct frame_input *in,
		     const struct model_tag *t)
{
	struct strbuf text = STRBUF_INIT;
	int row = 0;

	if (!t)
		return row;
	row += wrap_paint(c, 0, row, c->cols, t->info.description, ROLE_DIALOG);
	present_text(t, model_lost(in->m), &text);
	row = wrap_pair_paint(c, LABEL, row, "now", text.buf);
	strbuf_clear(&text);
	limits_text(t, &text);
	row = wrap_pair_paint(c, LABEL, row, "limits", text.buf);
	row = holder_paint(c, row, in, t);
	strbuf_release(&text);
	return row;
}

static int note_paint(const struct canvas *c, int row, const struct dialog *d)
{
	if (!d->note[0])
		return row;
	return row + wrap_paint(c, 0, row, c->cols, d->note,
				d->refused ? ROLE_REFUSED : ROLE_DIALOG_TITLE);
}

/* The words one below the other; what is chosen is reversed and has a mark, too. */
static int choices_paint(const struct canvas *c, const struct frame_input *in)
{
	const struct dialog *d = &in->ui->dialog;
	int row = tag_paint(c, in, model_tag_find(in->m, d->tag));
	size_t room = c->rows - row > 3 ? (size_t)(c->rows - row - 2) : 1;
	size_t top = d->chosen >= room ? d->chosen - room + 1 : 0;

	canvas_text(c, 0, row, "new", ROLE_DIALOG);
	for (size_t i = top; i < d->n_choices && i < top + room; i++, row++) {
		char text[64];

		snprintf(text, sizeof(text), "%c %zu %s", i == d->chosen ? '>' : ' ',
			 i + 1, d->choice[i].text);
		canvas_text_fit(c, LABEL, row, c->cols - LABEL, text, ROLE_DIALOG_TITLE);
		if (i == d->chosen) {
			canvas_select(c, LABEL, row, c->cols - LABEL);
			c->grid->cursor_col = c->col + LABEL;
			c->grid->cursor_row = c->row + row;
		}
	}
	return note_paint(c, row, d);
}

/* Whatever takes longer than two seconds says so (HM-12). */
static int pending_paint(const struct canvas *c, int row, const struct frame_input *in,
			 const char *text)
{
	int64_t ms = mono_ms_between(in->ui->dialog.asked, in->now.mono);
	char waits[64];

	snprintf(waits, sizeof(waits), "pending for %d s: no answer yet",
		 (int)(ms / 1000));
	canvas_text(c, 0, row, ms < UI_PENDING_MS ? text : waits,
		    ms < UI_PENDING_MS ? ROLE_DIALOG_TITLE : ROLE_REFUSED);
	return 1;
}

static int value_paint(const struct canvas *c, const struct frame_input *in)
{
	const struct dialog *d = &in->ui->dialog;
	const struct model_tag *t = model_tag_find(in->m, d->tag);
	int row = tag_paint(c, in, t), field = c->cols - LABEL - 12;

	field = field > 20 ? 20 : field;
	canvas_text(c, 0, row, "new", ROLE_DIALOG);
	struct canvas box = canvas_sub(c, LABEL, row, field, 1);
	entry_paint(&box, &d->entry, d->stage == DIALOG_ENTRY);
	if (t)
		canvas_text(c, LABEL + field + 1, row, t->info.unit, ROLE_DIALOG);
	row += 2;
	if (d->stage == DIALOG_ASKING)
		row += pending_paint(c, row, in, "asking the server...");
	return note_paint(c, row, d);
}

static int offer_line(const struct canvas *c, int row, const struct wire_selected *o)
{
	struct strbuf text = STRBUF_INIT;

	if (o->wants & WIRE_IS_PULSE)
		strbuf_addf(&text, "%s: %s, once", o->tag, o->new_value);
	else
		strbuf_addf(&text, "%s: %s \xe2\x86\x92 %s %s", o->tag, o->old_value,
			    o->new_value, o->unit);
	row += wrap_paint(c, 0, row, c->cols, text.buf, ROLE_DIALOG_TITLE);
	strbuf_clear(&text);
	if (o->has_range)
		strbuf_addf(&text, "limits %g to %g %s", o->lo, o->hi, o->unit);
	if (o->device[0])
		strbuf_addf(&text, "%son %s", text.len ? ", " : "", o->device);
	row += wrap_paint(c, 0, row, c->cols, text.buf, ROLE_DIALOG);
	strbuf_release(&text);
	return row;
}

int dialog_answer_paint(const struct canvas *c, int col, int row, const char *text,
			bool chosen)
{
	int used = canvas_text(c, col, row, chosen ? "> " : "  ", ROLE_DIALOG_TITLE);

	used += canvas_text(c, col + used, row, text, ROLE_DIALOG_TITLE);
	if (chosen) {
		canvas_select(c, col, row, used);
		c->grid->cursor_col = c->col + col;
		c->grid->cursor_row = c->row + row;
	}
	return col + used + 3;
}

/* A button is one key away from the plant: here the answer is no until it is moved. */
static int answers_paint(const struct canvas *c, const struct dialog *d, int row,
			 int left_s)
{
	char text[96];
	int col = dialog_answer_paint(c, 0, row, "No", !d->yes);

	dialog_answer_paint(c, col, row, "Yes, send it", d->yes);
	snprintf(text, sizeof(text), "arrows and Enter, or Y; Esc sends nothing (%d s)",
		 left_s);
	return row + 1 +
	       wrap_paint(c, 0, row + 1, c->cols, d->armed ? text : "wait...",
			  ROLE_DIALOG);
}

/* Exactly what stands there is typed: no key alone can mean it. */
static int challenge_paint(const struct canvas *c, const struct dialog *d, int row,
			   int left_s)
{
	struct strbuf text = STRBUF_INIT;
	struct canvas box = canvas_sub(c, LABEL, row + 1, c->cols - LABEL - 12, 1);

	strbuf_addf(&text, "type %s and Enter; Esc sends nothing (%d s)",
		    d->offer.challenge, left_s);
	row += wrap_paint(c, 0, row, c->cols, d->armed ? text.buf : "wait...",
			  ROLE_DIALOG);
	strbuf_release(&text);
	box = canvas_sub(c, LABEL, row, c->cols - LABEL - 12, 1);
	canvas_text(c, 0, row, "typed", ROLE_DIALOG);
	entry_paint(&box, &d->typed, true);
	return note_paint(c, row + 1, d);
}

static int reason_paint(const struct canvas *c, const struct frame_input *in)
{
	const struct dialog *d = &in->ui->dialog;
	int row = tag_paint(c, in, model_tag_find(in->m, d->tag));
	const char *value = d->n_choices ? d->choice[d->chosen].text : d->entry.text;

	row = wrap_pair_paint(c, LABEL, row, "new", value) + 1;
	struct canvas box = canvas_sub(c, LABEL, row, c->cols - LABEL, 1);
	canvas_text(c, 0, row, "reason", ROLE_DIALOG);
	entry_paint(&box, &d->reason, true);
	return d->note[0] ? note_paint(c, row + 1, d)
			  : row + 1 +
				    wrap_paint(c, 0, row + 1, c->cols,
					       "it goes on record; Enter asks the server",
					       ROLE_DIALOG);
}

static int alone_paint(const struct canvas *c, const struct dialog *d, int row)
{
	struct canvas box;

	row += wrap_paint(c, 0, row, c->cols,
			  "In an emergency: type alone and Enter. Everybody is told.",
			  ROLE_DIALOG);
	box = canvas_sub(c, LABEL, row, c->cols - LABEL - 12, 1);
	entry_paint(&box, &d->typed, true);
	return row + 1;
}

static int second_paint(const struct canvas *c, const struct frame_input *in)
{
	const struct dialog *d = &in->ui->dialog;
	int64_t left = mono_ms_between(in->now.mono, d->expires);
	int row = offer_line(c, 0, &d->offer);
	char text[96];

	left = left > 0 ? (left + 999) / 1000 : 0;
	if (d->reason.text[0])
		row = wrap_pair_paint(c, LABEL, row, "because", d->reason.text);
	row = wrap_pair_paint(c, LABEL, row, "asked", d->asked_names);
	snprintf(text, sizeof(text),
		 "waits for the second person, %d s more; Esc takes it back", (int)left);
	row += wrap_paint(c, 0, row, c->cols, text, ROLE_DIALOG_TITLE);
	if (d->offer.wants & WIRE_ALONE_ALLOWED)
		row = alone_paint(c, d, row);
	return note_paint(c, row, d);
}

static int offer_paint(const struct canvas *c, const struct frame_input *in)
{
	const struct dialog *d = &in->ui->dialog;
	int64_t left = mono_ms_between(in->now.mono, d->expires);
	int row = offer_line(c, 0, &d->offer) + 1;
	char text[96];

	left = left > 0 ? (left + 999) / 1000 : 0;
	if (d->offer.wants & WIRE_WANTS_APPROVAL)
		row += wrap_paint(c, 0, row, c->cols,
				  "a second person is asked before it is sent",
				  ROLE_DIALOG);
	if (d->offer.challenge[0])
		return challenge_paint(c, d, row, (int)left);
	if (d->button[0])
		return answers_paint(c, d, row, (int)left);
	if (d->armed)
		snprintf(text, sizeof(text),
			 "Enter or Y sends it, Esc sends nothing (%d s)", (int)left);
	else
		snprintf(text, sizeof(text), "wait...");
	return row + wrap_paint(c, 0, row, c->cols, text, ROLE_DIALOG);
}

static int rows_of(const struct canvas *c, const char *text)
{
	struct canvas none = canvas_sub(c, 0, 0, c->cols, 0);

	return wrap_paint(&none, 0, 0, c->cols, text, ROLE_DIALOG);
}

/* From which on the steps fit below row: what came last, and how it ended, is seen. */
static size_t first_step(const struct canvas *c, int row, const struct dialog *d)
{
	int room = c->rows - row - (d->stage == DIALOG_WRITING) - rows_of(c, d->note);
	size_t first = d->n_steps;

	while (first > 0 && rows_of(c, d->step[first - 1]) <= room)
		room -= rows_of(c, d->step[--first]);
	return first;
}

static int progress_paint(const struct canvas *c, const struct frame_input *in)
{
	const struct dialog *d = &in->ui->dialog;
	int row = offer_line(c, 0, &d->offer);

	for (size_t i = first_step(c, row, d); i < d->n_steps; i++)
		row += wrap_paint(c, 0, row, c->cols, d->step[i], ROLE_DIALOG);
	if (d->stage == DIALOG_WRITING)
		row += pending_paint(c, row, in, "...");
	return note_paint(c, row, d);
}

static int result_paint(const struct canvas *c, const struct frame_input *in)
{
	/* refused before there was an offer: the entry stays to be corrected */
	if (!in->ui->dialog.offer.token)
		return note_paint(c, 0, &in->ui->dialog);
	return progress_paint(c, in);
}

struct canvas dialog_box(const struct canvas *c, int cols, int rows, const char *title)
{
	struct canvas box =
		canvas_sub(c, (c->cols - cols) / 2, (c->rows - rows) / 2, cols, rows);

	c->grid->cursor_col = c->grid->cursor_row = -1;
	box_paint(&box, title);
	return canvas_sub(&box, INDENT, 1, cols - 2 * INDENT, rows - 2);
}

bool dialog_paint(const struct canvas *c, const struct frame_input *in)
{
	static int (*const stages[])(const struct canvas *,
				     const struct frame_input *) = {
		[DIALOG_ENTRY] = value_paint,      [DIALOG_CHOICE] = choices_paint,
		[DIALOG_ASKING] = value_paint,     [DIALOG_OFFER] = offer_paint,
		[DIALOG_WRITING] = progress_paint, [DIALOG_RESULT] = result_paint,
		[DIALOG_REASON] = reason_paint,    [DIALOG_SECOND] = second_paint,
	};
	const struct dialog *d = &in->ui->dialog;
	int cols = c->cols < WIDTH ? c->cols : WIDTH;
	int rows = c->rows < HEIGHT ? c->rows : HEIGHT;
	char title[192];

	if (d->stage == DIALOG_CLOSED || d->stage == DIALOG_LEAVE)
		return false;
	if (cols < MIN_WIDTH || rows < MIN_HEIGHT) {
		canvas_text_fit(c, 0, 0, c->cols, "the dialog needs a larger terminal",
				ROLE_REFUSED);
		return false;
	}
	if (d->button[0])
		snprintf(title, sizeof(title), "%s: %s", d->button, d->tag);
	else
		snprintf(title, sizeof(title), "Write %s", d->tag);
	struct canvas inner = dialog_box(c, cols, rows, title);

	return stages[d->stage](&inner, in) <= inner.rows;
}
