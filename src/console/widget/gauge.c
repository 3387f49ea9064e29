/* gauge.c - a value in its context on one row: range, alarm limits, the band in which
 * nothing alarms, setpoint and pointer. A step of the value changes two cells. */
#include "console/widget/draw.h"
#include "console/widget/upright.h"
#include "console/widget/widgets.h"

#include <math.h>

#include "screen/glyph.h"

static void track(const struct widget_draw *d, const struct tag_meta *meta, int row)
{
	int n = d->c.cols;
	double lo, hi;

	for (int i = 0; i < n; i++)
		canvas_put(&d->c, i, row, GLYPH_TRACK, ROLE_PIPE);
	draw_band(meta, &lo, &hi);
	if (isnan(lo) && isnan(hi))
		return;
	int from = isnan(lo) ? 0 : draw_scale(meta, lo, n);
	int to = isnan(hi) ? n - 1 : draw_scale(meta, hi, n);

	if (from == DRAW_NOWHERE || to == DRAW_NOWHERE)
		return;
	for (int i = from < 0 ? 0 : from; i <= to && i < n; i++)
		canvas_put(&d->c, i, row, GLYPH_BAND, ROLE_LIMIT);
}

static void ticks(const struct widget_draw *d, const struct tag_meta *meta, int row)
{
	for (size_t i = 0; i < meta->n_limits; i++) {
		int at = draw_scale(meta, meta->limits[i].value, d->c.cols);

		if (at >= 0 && at < d->c.cols)
			canvas_put(&d->c, at, row,
				   meta->limits[i].is_high ? GLYPH_LIMIT_HIGH
							   : GLYPH_LIMIT_LOW,
				   ROLE_LIMIT);
	}
}

/* A pointer that left the scale points out of it. */
static void pointer(const struct widget_draw *d, int at, uint32_t cp, enum role role,
		    int row)
{
	if (at == DRAW_NOWHERE)
		return;
	if (at < 0)
		canvas_put(&d->c, 0, row, GLYPH_BELOW, role);
	else if (at >= d->c.cols)
		canvas_put(&d->c, d->c.cols - 1, row, GLYPH_ABOVE, role);
	else
		canvas_put(&d->c, at, row, cp, role);
}

static void setpoint(const struct widget_draw *d, const struct tag_meta *scale, int row)
{
	double value;

	if (draw_setpoint(d, &value))
		pointer(d, draw_scale(scale, value, d->c.cols), GLYPH_SETPOINT,
			ROLE_SETPOINT, row);
}

/* 0: there is nothing to point at. */
static uint32_t pointer_mark(enum draw_trust trust)
{
	if (trust == DRAW_BAD)
		return 0;
	return trust == DRAW_GOOD ? GLYPH_POINTER : GLYPH_POINTER_DOUBT;
}

static enum role pointer_role(const struct tag_view *v, enum draw_trust trust)
{
	return trust == DRAW_STALE   ? ROLE_STALE
	       : v->live.alarm       ? draw_alarm_role(&v->live)
	       : trust == DRAW_DOUBT ? ROLE_UNCERTAIN
				     : ROLE_VALUE;
}

static void gauge_draw(const struct widget_draw *d)
{
	struct tag_view v = picture_tag(d->src, d->item->tag);
	enum draw_trust trust = draw_trust(v.live.sample.quality);
	uint32_t mark = pointer_mark(trust);
	enum role role = pointer_role(&v, trust);
	int row = d->c.rows / 2;
	double value;

	if (!v.meta->has_range) {
		if (v.meta->type == VALUE_INT || v.meta->type == VALUE_DOUBLE)
			canvas_text_fit(&d->c, 0, row, d->c.cols, "no range", ROLE_UNIT);
		return;
	}
	if (screen_kind_upright(d->item->kind, d->c.cols, d->c.rows)) {
		upright_gauge(d, &v, mark == GLYPH_POINTER ? GLYPH_ABOVE : mark, role);
		return;
	}
	track(d, v.meta, row);
	ticks(d, v.meta, row);
	setpoint(d, v.meta, row);
	if (mark && value_number(&v.live.sample.value, &value))
		pointer(d, draw_scale(v.meta, value, d->c.cols), mark, role, row);
}

const struct widget_class widget_gauge = {
	.name = "gauge",
	.draw = gauge_draw,
};
