/* upright.c - the twins of gauge and bar in a tall zone: the same parts, from the floor
 * to the top. Only for gauge.c and bar.c. */
#include "console/widget/upright.h"

#include <math.h>

#include "screen/glyph.h"

enum {
	GLYPH_RAIL = 0x00B7,      /* outside of the band in which nothing alarms */
	GLYPH_RAIL_BAND = 0x2502, /* within it */
	GLYPH_LIMIT_TOP = 0x2534,
	GLYPH_LIMIT_FLOOR = 0x252C,
	GLYPH_UPRIGHT_SP = 0x25C1,
	GLYPH_UPWARD = 0x2191, /* off the scale */
	GLYPH_DOWNWARD = 0x2193
};

/* The row of a place on a scale counted from the floor. */
static int row_of(const struct canvas *c, int at)
{
	return c->rows - 1 - at;
}

static void column(const struct canvas *c, int col, const struct tag_meta *meta)
{
	double lo, hi;

	for (int row = 0; row < c->rows; row++)
		canvas_put(c, col, row, GLYPH_RAIL, ROLE_PIPE);
	draw_band(meta, &lo, &hi);
	if (isnan(lo) && isnan(hi))
		return;
	int from = isnan(lo) ? 0 : draw_scale(meta, lo, c->rows);
	int to = isnan(hi) ? c->rows - 1 : draw_scale(meta, hi, c->rows);

	if (from == DRAW_NOWHERE || to == DRAW_NOWHERE)
		return;
	for (int at = from < 0 ? 0 : from; at <= to && at < c->rows; at++)
		canvas_put(c, col, row_of(c, at), GLYPH_RAIL_BAND, ROLE_LIMIT);
	for (size_t i = 0; i < meta->n_limits; i++) {
		int at = draw_scale(meta, meta->limits[i].value, c->rows);

		if (at >= 0 && at < c->rows)
			canvas_put(c, col, row_of(c, at),
				   meta->limits[i].is_high ? GLYPH_LIMIT_TOP
							   : GLYPH_LIMIT_FLOOR,
				   ROLE_LIMIT);
	}
}

static void pointer(const struct canvas *c, int col, int at, uint32_t cp, enum role role)
{
	if (at == DRAW_NOWHERE)
		return;
	if (at < 0)
		canvas_put(c, col, c->rows - 1, GLYPH_DOWNWARD, role);
	else if (at >= c->rows)
		canvas_put(c, col, 0, GLYPH_UPWARD, role);
	else
		canvas_put(c, col, row_of(c, at), cp, role);
}

void upright_gauge(const struct widget_draw *d, const struct tag_view *v, uint32_t mark,
		   enum role role)
{
	const struct canvas *c = &d->c;
	int col = c->cols / 2;
	double value;

	column(c, col, v->meta);
	if (draw_setpoint(d, &value))
		pointer(c, col, draw_scale(v->meta, value, c->rows), GLYPH_UPRIGHT_SP,
			ROLE_SETPOINT);
	if (mark && value_number(&v->live.sample.value, &value))
		pointer(c, col, draw_scale(v->meta, value, c->rows), mark, role);
}

void upright_bar(const struct canvas *c, int eighths, enum role role, bool believed)
{
	for (int row = 0; row < c->rows; row++) {
		int part = eighths - 8 * (c->rows - 1 - row);
		uint32_t cp = part >= 8 ? GLYPH_BLOCK
					: GLYPH_LOW_EIGHTH +
						  (uint32_t)(part > 0 ? part : 1) - 1;

		if (part > 0 && !believed)
			cp = GLYPH_SHADE;
		for (int col = 0; col < c->cols; col++)
			canvas_put(c, col, row, part > 0 ? cp : GLYPH_RAIL,
				   part > 0 ? role : ROLE_PIPE);
	}
}
