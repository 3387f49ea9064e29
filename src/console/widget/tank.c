/* tank.c - a level in the vessel drawn around it: contents in eighths of a row, alarm
 * limits as notches on the right wall, the setpoint on the left. What is not to be
 * believed is drawn as shade, what is bad not at all. */
#include "console/widget/draw.h"
#include "console/widget/widgets.h"

#include <math.h>

#include "screen/glyph.h"

static void contents(const struct canvas *c, int eighths, enum draw_trust trust)
{
	enum role role = trust == DRAW_STALE   ? ROLE_STALE
			 : trust == DRAW_DOUBT ? ROLE_UNCERTAIN
					       : ROLE_FILL;

	for (int row = 0; row < c->rows; row++) {
		int part = eighths - 8 * (c->rows - 1 - row);
		uint32_t cp = ' ';

		if (part >= 8)
			cp = GLYPH_BLOCK;
		else if (part > 0)
			cp = GLYPH_LOW_EIGHTH + (uint32_t)part - 1;
		if (part > 0 && trust != DRAW_GOOD)
			cp = GLYPH_SHADE;
		for (int col = 0; col < c->cols; col++)
			canvas_put(c, col, row, cp, role);
	}
}

/* A mark on one wall at the height of value. */
static void notch(const struct canvas *c, const struct tag_meta *meta, double value,
		  int col, uint32_t cp, enum role role)
{
	int at = draw_scale(meta, value, 8 * c->rows + 1);

	if (at < 0 || at > 8 * c->rows)
		return;
	int row = c->rows - 1 - (at >= 8 * c->rows ? c->rows - 1 : at / 8);

	canvas_put(c, col, row, cp, role);
}

static void setpoint(const struct widget_draw *d, const struct tag_meta *scale)
{
	double value;

	if (draw_setpoint(d, &value))
		notch(&d->c, scale, value, 0, GLYPH_ABOVE, ROLE_SETPOINT);
}

/* The limits that are passed stand out while the tag is in alarm. */
static void limits(const struct widget_draw *d, const struct tag_view *v, double value)
{
	for (size_t i = 0; i < v->meta->n_limits; i++) {
		const struct tag_limit *l = &v->meta->limits[i];
		bool passed = l->is_high ? value >= l->value : value <= l->value;

		notch(&d->c, v->meta, l->value, d->c.cols - 1, GLYPH_LEVEL_MARK,
		      passed && v->live.alarm ? draw_alarm_role(&v->live) : ROLE_LIMIT);
	}
}

static void tank_draw(const struct widget_draw *d)
{
	struct tag_view v = picture_tag(d->src, d->item->tag);
	enum draw_trust trust = draw_trust(v.live.sample.quality);
	int full = 8 * d->c.rows, at = DRAW_NOWHERE;
	double value = NAN;

	if (trust != DRAW_BAD && value_number(&v.live.sample.value, &value))
		at = draw_scale(v.meta, value, full + 1);
	contents(&d->c, at < 0 ? 0 : at > full ? full : at, trust);
	limits(d, &v, at == DRAW_NOWHERE ? NAN : value);
	setpoint(d, v.meta);
	if (at == DRAW_NOWHERE)
		canvas_put(&d->c, d->c.cols / 2, d->c.rows / 2, '?', ROLE_BAD);
	else if (trust == DRAW_STALE)
		canvas_put(&d->c, d->c.cols / 2, d->c.rows / 2, '~', ROLE_STALE);
}

const struct widget_class widget_tank = {
	.name = "tank",
	.draw = tank_draw,
};
