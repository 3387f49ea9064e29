/* report_view.c - the figures of the alarm system beside their targets, as bars, and the
 * alarms that come most. */
#include "console/view/parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "screen/glyph.h"
#include "util/num.h"
#include "util/strbuf.h"

enum { NAME_CELLS = 36, NAME_MOST = 52, VALUE_CELLS = 8, TARGET_CELLS = 11 };
/* low enough that bars of two rows stay two */
enum { USED = GLYPH_LOW_EIGHTH + 4 };
enum { BAR_MOST = 40, VERDICT_CELLS = 12, FROM_COLS = 80 };

/* Where the columns stand: what a wide terminal has more goes to names, then to bars, and
 * verdicts stay beside them. */
struct columns {
	int name, value, target, bar, bar_cells, verdict;
};

static struct columns columns_of(int cols)
{
	int more = cols > FROM_COLS ? cols - FROM_COLS : 0;
	struct columns at = { .name = NAME_CELLS };

	at.name += more < NAME_MOST - NAME_CELLS ? more : NAME_MOST - NAME_CELLS;
	at.value = at.name + 1;
	at.target = at.value + VALUE_CELLS + 1;
	at.bar = at.target + TARGET_CELLS + 1;
	at.bar_cells = cols - at.bar - VERDICT_CELLS - 1;
	if (at.bar_cells > BAR_MOST)
		at.bar_cells = BAR_MOST;
	at.verdict = at.bar_cells > 0 ? at.bar + at.bar_cells + 1 : cols - VERDICT_CELLS;
	return at;
}

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

/* The limit, or else what the target says is the most: "at most 5", "below 10". */
static bool most_of(const struct report_line *l, double *most)
{
	static const char *const words[] = { "at most ", "below " };

	if (num_parse_double(l->field[6], most))
		return *most > 0;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i]);

		if (strncmp(l->field[5], words[i], n) == 0)
			return num_parse_double(l->field[5] + n, most) && *most > 0;
	}
	return false;
}

/* Foreign numbers may be anything; a bar is 0 to cells long. */
static int bar_length(double value, double most, int cells)
{
	if (!(value > 0) || !(most > 0))
		return 0;
	return value >= most ? cells : (int)lround(value / most * cells);
}

static void bar_paint(const struct canvas *c, const struct columns *at, int row, int full,
		      enum role role)
{
	for (int i = 0; i < at->bar_cells; i++)
		canvas_put(c, at->bar + i, row, i < full ? USED : GLYPH_LOW_EIGHTH,
			   i < full ? role : ROLE_PIPE);
}

/* How much of what is allowed is used up; a full bar is all of it. */
static void used_paint(const struct canvas *c, const struct columns *at, int row,
		       const struct report_line *l)
{
	double value, most;

	if (at->bar_cells < 5 || !num_parse_double(l->field[3], &value) ||
	    !most_of(l, &most))
		return;
	bar_paint(c, at, row, bar_length(value, most, at->bar_cells),
		  verdict_role(l->field[7]) == ROLE_UNIT ? ROLE_LABEL : ROLE_ALARM_TEXT);
}

static int figure_paint(const struct canvas *c, int row, const struct report_line *l)
{
	struct columns at = columns_of(c->cols);
	char value[64];

	snprintf(value, sizeof(value), "%s%s%s", l->field[3][0] ? l->field[3] : "-",
		 l->field[4][0] && l->field[3][0] ? " " : "",
		 l->field[3][0] ? l->field[4] : "");
	canvas_text_fit(c, 0, row, at.name, l->field[2], ROLE_LABEL);
	canvas_text_fit(c, at.value, row, VALUE_CELLS, value, ROLE_VALUE);
	canvas_text_fit(c, at.target, row, TARGET_CELLS, l->field[5], ROLE_UNIT);
	used_paint(c, &at, row, l);
	canvas_text_fit(c, at.verdict, row, VERDICT_CELLS, l->field[7],
			verdict_role(l->field[7]));
	return row + 1;
}

static int actor_paint(const struct canvas *c, int row, const struct report_line *l,
		       double most)
{
	struct columns at = columns_of(c->cols);
	double n = 0;
	char share[32];

	num_parse_double(l->field[4], &n);
	canvas_text_fit(c, 0, row, at.name, l->field[1], ROLE_LABEL);
	canvas_text_fit(c, at.value, row, VALUE_CELLS, l->field[4], ROLE_VALUE);
	canvas_text_fit(c, at.target, row, TARGET_CELLS, l->field[3], ROLE_UNIT);
	bar_paint(c, &at, row, bar_length(n, most, at.bar_cells), ROLE_LABEL);
	snprintf(share, sizeof(share), "%s %%", l->field[5]);
	canvas_text_fit(c, at.verdict, row, VERDICT_CELLS, share, ROLE_UNIT);
	return row + 1;
}

static void title_paint(const struct canvas *c, const struct frame_input *in, int rows,
			int shown)
{
	const struct model_report *r = &in->m->report;
	struct strbuf text = STRBUF_INIT;
	char more[40];
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
	if (!r->told || r->refusal[0] || rows <= shown)
		return;
	snprintf(more, sizeof(more), "  %zu to %zu of %d", in->ui->report.top + 1,
		 in->ui->report.top + (size_t)shown, rows);
	canvas_text(c, c->cols - (int)strlen(more), 0, more, ROLE_UNIT);
}

static int heading_paint(const struct canvas *c, int row, const char *name,
			 const char *number, const char *target, const char *last)
{
	struct columns at = columns_of(c->cols);

	canvas_text(c, 0, row, name, ROLE_TITLE);
	canvas_text(c, at.value, row, number, ROLE_TITLE);
	canvas_text(c, at.target, row, target, ROLE_TITLE);
	canvas_text(c, at.verdict, row, last, ROLE_TITLE);
	return row + 1;
}

/* All of it, from row on; even beyond the canvas: returns where it ends. */
static int body_paint(const struct canvas *c, const struct frame_input *in, int row)
{
	const struct report_line *l;
	size_t at = 0;
	double most = 0;

	row = heading_paint(c, row, "figure", "", "target", "");
	while ((l = model_report_next(in->m, "kpi", 8, &at)))
		row = figure_paint(c, row, l);
	at = 0;
	l = model_report_next(in->m, "alarm", 6, &at);
	if (!l)
		return row;
	num_parse_double(l->field[4], &most);
	row = heading_paint(c, row + 1, "most frequent alarms", "came", "priority",
			    "share");
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
	title_paint(c, in, rows, body.rows);
}
