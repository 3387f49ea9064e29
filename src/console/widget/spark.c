/* spark.c - a tag's past in one row, an hour unless it says otherwise: a column stands as
 * high as its bucket's value that lies farthest from the column before, so that no spike
 * is lost. A zone's rows are one tall row. */
#include "console/widget/plot.h"
#include "console/widget/widgets.h"

#include <math.h>

#include "screen/glyph.h"

enum { SPAN_MS = 60 * 60 * 1000 };

static double farthest(const struct trend_bucket *b, double before)
{
	if (isnan(before))
		return b->has_last ? b->last : b->max;
	return fabs(b->max - before) >= fabs(b->min - before) ? b->max : b->min;
}

/* In thin lines a row is left out; of blocks all rows below are full. */
static void draw_height(const struct widget_draw *d, int col, int level, enum role role)
{
	int each = plot_levels(d->src->tier);
	bool filled = each == 8;

	for (int row = 0; row < d->c.rows; row++) {
		int part = level - each * (d->c.rows - 1 - row);

		if (part >= 1 && (part <= each || filled))
			canvas_put(&d->c, col, row, plot_level_glyph(d->src->tier, part),
				   role);
	}
}

static void draw_slot(const struct widget_draw *d, const struct plot *p, int slot,
		      const double scale[2], double *before)
{
	const struct trend_bucket *b = &p->pens[0].slots[slot];
	int tall = plot_levels(p->tier) * d->c.rows, level;
	int from = plot_slot_col(&p->window, slot);
	int cols = p->window.slot_cols ? p->window.slot_cols : 1;

	if (!b->has_range) {
		if (b->known && !isnan(*before)) /* where the gap begins */
			canvas_put(&d->c, from, d->c.rows - 1, '?', ROLE_BAD);
		*before = NAN;
		return;
	}
	*before = farthest(b, *before);
	level = plot_level(*before, scale[0], scale[1], tall);
	level = level < 1 ? 1 : level > tall ? tall : level;
	for (int col = from; col < from + cols; col++)
		draw_height(d, col, level,
			    draw_trust(b->worst) == DRAW_DOUBT ? ROLE_UNCERTAIN
							       : ROLE_FILL);
}

static void spark_draw(const struct widget_draw *d)
{
	struct tag_view v = picture_tag(d->src, d->item->tag);
	struct plot p = { .tier = d->src->tier, .n_pens = 1 };
	double before = NAN, scale[2];

	p.pens[0] = (struct plot_pen){ .meta = v.meta,
				       .live = v.live,
				       .name = d->screen->tags[d->item->tag],
				       .setpoint = NAN };
	/* one slot a column: a height is all it can show */
	p.window = plot_window(d->c.cols, d->item->span_ms ? d->item->span_ms : SPAN_MS,
			       GLYPHS_ASCII);
	plot_fetch(&p, d->src, 0);
	plot_scale(&p.pens[0], p.window.n, &scale[0], &scale[1]);
	for (int slot = 0; p.pens[0].has_past && slot < p.window.n; slot++)
		draw_slot(d, &p, slot, scale, &before);
	plot_release(&p);
}

const struct widget_class widget_spark = {
	.name = "spark",
	.draw = spark_draw,
};
