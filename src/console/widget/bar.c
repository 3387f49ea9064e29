/* bar.c - a plain bar over the tag's range, in eighths of a cell. */
#include "console/widget/draw.h"
#include "console/widget/upright.h"
#include "console/widget/widgets.h"

#include "screen/glyph.h"

static void fill(const struct canvas *c, int row, int eighths, enum role role,
		 bool believed)
{
	for (int i = 0; i < c->cols; i++) {
		int part = eighths - 8 * i;

		if (part <= 0)
			canvas_put(c, i, row, GLYPH_TRACK, ROLE_PIPE);
		else if (!believed)
			canvas_put(c, i, row, GLYPH_SHADE, role);
		else if (part >= 8)
			canvas_put(c, i, row, GLYPH_BLOCK, role);
		else
			canvas_put(c, i, row, GLYPH_LEFT_EIGHTH + 1u - (uint32_t)part,
				   role);
	}
}

static void bar_draw(const struct widget_draw *d)
{
	struct tag_view v = picture_tag(d->src, d->item->tag);
	enum draw_trust trust = draw_trust(v.live.sample.quality);
	bool upright = screen_kind_upright(d->item->kind, d->c.cols, d->c.rows);
	int steps = 8 * (upright ? d->c.rows : d->c.cols), at = DRAW_NOWHERE, part;
	enum role role = trust == DRAW_STALE   ? ROLE_STALE
			 : trust == DRAW_DOUBT ? ROLE_UNCERTAIN
					       : ROLE_FILL;
	double value;

	if (trust != DRAW_BAD && value_number(&v.live.sample.value, &value))
		at = draw_scale(v.meta, value, steps + 1);
	part = at < 0 ? 0 : at > steps ? steps : at;
	if (upright)
		upright_bar(&d->c, part, role, trust == DRAW_GOOD);
	for (int row = 0; !upright && row < d->c.rows; row++)
		fill(&d->c, row, part, role, trust == DRAW_GOOD);
	if (at == DRAW_NOWHERE)
		canvas_put(&d->c, d->c.cols / 2, d->c.rows / 2, '?', ROLE_BAD);
}

const struct widget_class widget_bar = {
	.name = "bar",
	.draw = bar_draw,
};
