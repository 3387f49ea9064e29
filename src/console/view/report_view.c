/* report_view.c - the figures of the alarm system beside their targets, as bars, and the
 * alarms that come most. */
#include "console/view/parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "util/num.h"
#include "util/strbuf.h"

enum {
	NAME_CELLS = 36,
	VALUE_COL = 37,
	VALUE_CELLS = 8,
	TARGET_COL = 46,
	BAR_COL = 58,
	VERDICT_CELLS = 12
};

static const char *const periods[] = { "1 hour", "8 hours", "24 hours", "7 days",
				       "30 days" };

const char *ui_report_period(size_t at, int64_t *ms)
{
	static const int64_t hours[] = { 1, 8, 24, 7 * 24, 30 * 24 };

	if (at >= sizeof(hours) / sizeof(hours[0]))
		return NULL;
	*ms = hours[at] * 3600000;
	return periods[at];
}

static enum role verdict_role(const char *verdict)
{
	if (strcmp(verdict, "over limit") == 0)
		return ROLE_REFUSED;
	return strcmp(verdict, "over target") == 0 ? ROLE_ALARM_TEXT : ROLE_UNIT;
}

/* How much of the limit (or else the target) is used up; a full bar is all of it. */
static void bar_paint(const struct canvas *c, int row, const struct report_line *l)
{
	int cells = c->cols - BAR_COL - VERDICT_CELLS - 1, full;
	double value, limit;

	if (cells < 5 || !num_parse_double(l->field[3], &value) ||
	    (!num_parse_double(l->field[6], &limit) &&
	     !num_parse_double(l->field[5], &limit)) ||
	    limit <= 0)
		return;
	full = value >= limit ? cells : (int)lround(value / limit * cells);
	for (int i = 0; i < cells; i++)
		canvas_put(c, BAR_COL + i, row, i < full ? 0x2588 : 0x2591,
			   verdict_role(l->field[7]));
}

static int figure_paint(const struct canvas *c, int row, const struct report_line *l)
{
	char value[64];

	snprintf(value, sizeof(value), "%s%s%s", l->field[3][0] ? l->field[3] : "-",
		 l->field[4][0] && l->field[3][0] ? " " : "",
		 l->field[3][0] ? l->field[4] : "");
	canvas_text_fit(c, 0, row, NAME_CELLS, l->field[2], ROLE_LABEL);
	canvas_text_fit(c, VALUE_COL, row, VALUE_CELLS, value, ROLE_VALUE);
	canvas_text_fit(c, TARGET_COL, row, BAR_COL - TARGET_COL - 1, l->field[5],
			ROLE_UNIT);
	bar_paint(c, row, l);
	canvas_text_fit(c, c->cols - VERDICT_CELLS, row, VERDICT_CELLS, l->field[7],
			verdict_role(l->field[7]));
	return row + 1;
}

static int actor_paint(const struct canvas *c, int row, const struct report_line *l,
		       double most)
{
	int cells = c->cols - BAR_COL - VERDICT_CELLS - 1;
	double n = 0;
	char share[32];

	num_parse_double(l->field[4], &n);
	canvas_text_fit(c, 0, row, NAME_CELLS, l->field[1], ROLE_LABEL);
	canvas_text_fit(c, VALUE_COL, row, VALUE_CELLS, l->field[4], ROLE_VALUE);
	canvas_text_fit(c, TARGET_COL, row, BAR_COL - TARGET_COL - 1, l->field[3],
			ROLE_UNIT);
	for (int i = 0; i < cells && most > 0; i++)
		canvas_put(c, BAR_COL + i, row, i < n / most * cells ? 0x2588 : ' ',
			   ROLE_LABEL);
	snprintf(share, sizeof(share), "%s %%", l->field[5]);
	canvas_text_fit(c, c->cols - VERDICT_CELLS, row, VERDICT_CELLS, share, ROLE_UNIT);
	return row + 1;
}

static void title_paint(const struct canvas *c, const struct frame_input *in)
{
	const struct model_report *r = &in->m->report;
	struct strbuf text = STRBUF_INIT;
	int64_t ms;

	strbuf_addf(&text, "the last %s  -  left and right: another period",
		    ui_report_period(in->ui->report.period, &ms));
	if (r->refusal[0])
		strbuf_setf(&text, "%s", r->refusal);
	else if (!r->told)
		strbuf_addf(&text, "   asking the server...");
	canvas_text_fit(c, 0, 0, c->cols, text.buf,
			r->refusal[0] ? ROLE_REFUSED : ROLE_TITLE);
	strbuf_release(&text);
}

static int heading_paint(const struct canvas *c, int row, const char *name,
			 const char *target)
{
	canvas_text(c, 0, row, name, ROLE_UNIT);
	canvas_text(c, TARGET_COL, row, target, ROLE_UNIT);
	return row + 1;
}

/* All of it, from row on; even beyond the canvas: returns where it ends. */
static int body_paint(const struct canvas *c, const struct frame_input *in, int row)
{
	const struct report_line *l;
	size_t at = 0;
	double most = 0;

	row = heading_paint(c, row, "figure", "target");
	while ((l = model_report_next(in->m, "kpi", 8, &at)))
		row = figure_paint(c, row, l);
	at = 0;
	l = model_report_next(in->m, "alarm", 6, &at);
	if (!l)
		return row;
	num_parse_double(l->field[4], &most);
	row = heading_paint(c, row + 1, "most frequent alarms", "priority");
	for (; l; l = model_report_next(in->m, "alarm", 6, &at))
		row = actor_paint(c, row, l, most);
	return row;
}

void report_view_paint(const struct canvas *c, const struct frame_input *in)
{
	struct canvas body = canvas_sub(c, 0, 1, c->cols, c->rows - 1);
	struct canvas none = canvas_sub(c, 0, 1, c->cols, 0);
	int rows = body_paint(&none, in, 0), top = (int)in->ui->report.top;

	if (top > rows - body.rows)
		top = rows > body.rows ? rows - body.rows : 0;
	in->ui->report.top = (size_t)top;
	in->ui->drawn.list_rows = body.rows > 0 ? (size_t)body.rows : 0;
	if (in->m->report.told && !in->m->report.refusal[0])
		body_paint(&body, in, -top);
	title_paint(c, in);
}
