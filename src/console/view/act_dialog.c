/*
 * act_dialog.c - shelving, taking out of service, suppressing, commenting: what is meant
 * to happen to which alarm, for how long, and the reason that goes on record.
 */
#include "console/view/parts.h"

#include <stdio.h>
#include <string.h>

#include "alarm/engine.h"

enum { WIDTH = 64, HEIGHT = 9, MIN_WIDTH = 30, LABEL = 9 };

static const struct {
	int64_t seconds;
	const char *text;
} periods[] = {
	{ 600, "10 min" }, { 1800, "30 min" },
	{ 3600, "1 h" },   { 7200, "2 h" },
	{ 14400, "4 h" },  { 28800, "8 h" },
	{ 86400, "24 h" }, { 0, "once: until its condition goes" },
};

const char *ui_act_period(size_t at, int64_t *seconds)
{
	if (at >= sizeof(periods) / sizeof(periods[0]))
		return NULL;
	*seconds = periods[at].seconds;
	return periods[at].text;
}

bool ui_act_needs_reason(uint8_t event)
{
	return event == ALARM_E_SHELVE || event == ALARM_E_SUPPRESS ||
	       event == ALARM_E_OUT_OF_SERVICE || event == ALARM_E_COMMENT;
}

static const char *title_of(uint8_t event)
{
	switch (event) {
	case ALARM_E_SHELVE:
		return "Shelve";
	case ALARM_E_SUPPRESS:
		return "Suppress";
	case ALARM_E_OUT_OF_SERVICE:
		return "Out of service:";
	case ALARM_E_COMMENT:
		return "Comment";
	default:
		return "Alarm";
	}
}

static int period_paint(const struct canvas *c, const struct ui_act *act)
{
	int64_t seconds;
	const char *text = ui_act_period(act->period, &seconds);
	int used;

	canvas_text(c, 0, 0, "for", ROLE_DIALOG);
	used = canvas_text(c, LABEL, 0, text ? text : "", ROLE_DIALOG_TITLE);
	canvas_text_fit(c, LABEL + used + 2, 0, c->cols - LABEL - used - 2,
			"up and down change it", ROLE_DIALOG);
	return 2;
}

static int text_paint(const struct canvas *c, int row, const struct ui_act *act)
{
	struct canvas box = canvas_sub(c, LABEL, row, c->cols - LABEL, 1);

	canvas_text(c, 0, row, act->event == ALARM_E_COMMENT ? "comment" : "reason",
		    ROLE_DIALOG);
	entry_paint(&box, &act->entry, true);
	return row + 2;
}

void act_dialog_paint(const struct canvas *c, const struct frame_input *in)
{
	const struct ui_act *act = &in->ui->act;
	int cols = c->cols < WIDTH ? c->cols : WIDTH;
	int rows = c->rows < HEIGHT ? c->rows : HEIGHT, row = 0;
	char title[200];

	if (!act->open)
		return;
	if (cols < MIN_WIDTH || rows < HEIGHT - 2) {
		canvas_text_fit(c, 0, 0, c->cols, "the dialog needs a larger terminal",
				ROLE_REFUSED);
		return;
	}
	snprintf(title, sizeof(title), "%s %s", title_of(act->event), act->target.name);
	struct canvas inner = dialog_box(c, cols, rows, title);
	if (act->event == ALARM_E_SHELVE)
		row = period_paint(&inner, act);
	row = text_paint(&inner, row, act);
	if (act->note[0])
		wrap_paint(&inner, 0, row, inner.cols, act->note, ROLE_REFUSED);
	else
		canvas_text(&inner, 0, row, "Enter does it, Esc changes nothing",
			    ROLE_DIALOG);
}
