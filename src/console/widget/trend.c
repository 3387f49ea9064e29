/* trend.c - values over time in a zone: names and values above, clock times below, the
 * scale of the first pen at the left; what there is no room for gives way in that order.
 */
#include "console/widget/plot.h"
#include "console/widget/widgets.h"
#include "util/strbuf.h"

#include <math.h>

enum {
	SPAN_MS = 60 * 60 * 1000,
	LEGEND_ROWS = 4, /* a zone lower than this has none */
	TIME_ROWS = 3,
	AXIS_COLS = 24
};

static void take_pens(const struct widget_draw *d, struct plot *p)
{
	for (size_t i = 0; i < d->item->n_pens && i < PLOT_PENS_MAX; i++) {
		struct tag_view v = picture_tag(d->src, d->item->pens[i]);

		p->pens[p->n_pens++] = (struct plot_pen){
			.meta = v.meta,
			.live = v.live,
			.name = d->screen->tags[d->item->pens[i]],
			.setpoint = NAN,
		};
	}
	if (p->n_pens && !draw_setpoint(d, &p->pens[0].setpoint))
		p->pens[0].setpoint = NAN;
}

static void say_nothing_yet(const struct canvas *c, const struct plot *p)
{
	const char *why = "no past yet";
	bool any = false;

	for (size_t i = 0; i < p->n_pens; i++) {
		any |= p->pens[i].has_past;
		if (p->pens[i].about.refusal && p->pens[i].about.refusal[0])
			why = p->pens[i].about.refusal;
	}
	if (!any)
		canvas_text_fit(c, 1, c->rows / 2, c->cols - 2, why, ROLE_UNIT);
}

/* The scale's width depends on what is drawn only where a tag has no range. */
static void draw_parts(const struct widget_draw *d, struct plot *p)
{
	int top = d->c.rows >= LEGEND_ROWS, bottom = d->c.rows >= TIME_ROWS;
	int left = d->c.cols >= AXIS_COLS ? plot_axis_cells(p) : 0;
	int right = p->n_pens > 1, rows = d->c.rows - top - bottom;
	int cols = d->c.cols - left - right;
	struct canvas legend = canvas_sub(&d->c, 0, 0, d->c.cols, top);
	struct canvas axis = canvas_sub(&d->c, 0, top, left, rows);
	struct canvas lines = canvas_sub(&d->c, left, top, cols, rows);
	struct canvas digits = canvas_sub(&d->c, left + cols, top, right, rows);
	struct canvas times = canvas_sub(&d->c, left, top + rows, cols + right, bottom);

	p->window =
		plot_window(cols, d->item->span_ms ? d->item->span_ms : SPAN_MS, p->tier);
	if (d->src->slow_line)
		plot_jump_by_quarters(&p->window);
	plot_fetch(p, d->src, 0);
	plot_lines(&lines, p);
	say_nothing_yet(&lines, p);
	if (left)
		plot_value_axis(&axis, p);
	if (right)
		plot_digits(&digits, p);
	if (bottom)
		plot_time_axis(&times, p);
	if (top)
		plot_legend(&legend, p);
}

static void trend_draw(const struct widget_draw *d)
{
	struct plot p = { .tier = d->src->tier,
			  .ruler = PLOT_NO_SLOT,
			  .ruler2 = PLOT_NO_SLOT };

	take_pens(d, &p);
	draw_parts(d, &p);
	plot_release(&p);
}

static void trend_describe(const struct widget_draw *d, struct strbuf *out)
{
	strbuf_adds(out, "Enter opens the trend of");
	for (size_t i = 0; i < d->item->n_pens; i++)
		strbuf_addf(out, "%s %s", i ? "," : "",
			    d->screen->tags[d->item->pens[i]]);
}

const struct widget_class widget_trend = {
	.name = "trend",
	.draw = trend_draw,
	.describe = trend_describe,
};
