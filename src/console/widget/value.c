/* value.c - a number with its unit, or a text; a setpoint when it may be written. Also
 * the small second views: description and unit. */
#include "console/widget/draw.h"
#include "console/widget/widgets.h"

static void draw(const struct widget_draw *d, enum role good)
{
	struct tag_view v = picture_tag(d->src, d->item->tag);
	struct tag_meta meta = *v.meta;

	if (d->item->in_table && d->item->decimals >= 0)
		meta.decimals = d->item->decimals;
	v.meta = &meta;
	draw_value(&d->c, &v, d->item->show_unit, good, d->src->now);
}

static void value_draw(const struct widget_draw *d)
{
	struct tag_view v = picture_tag(d->src, d->item->tag);

	draw(d, v.meta->writable ? ROLE_SETPOINT : ROLE_VALUE);
}

static void setpoint_draw(const struct widget_draw *d)
{
	draw(d, ROLE_SETPOINT);
}

static void desc_draw(const struct widget_draw *d)
{
	struct tag_view v = picture_tag(d->src, d->item->tag);

	canvas_text_fit(&d->c, 0, 0, d->c.cols, v.meta->description, ROLE_LABEL);
}

static void unit_draw(const struct widget_draw *d)
{
	struct tag_view v = picture_tag(d->src, d->item->tag);

	canvas_text_fit(&d->c, 0, 0, d->c.cols, v.meta->unit, ROLE_UNIT);
}

const struct widget_class widget_value = {
	.name = "value",
	.draw = value_draw,
	.abnormal = draw_tag_abnormal,
};

const struct widget_class widget_setpoint = {
	.name = "setpoint",
	.draw = setpoint_draw,
	.abnormal = draw_tag_abnormal,
};

const struct widget_class widget_sp = {
	.name = "sp",
	.draw = setpoint_draw,
	.abnormal = draw_tag_abnormal,
};

const struct widget_class widget_desc = {
	.name = "desc",
	.draw = desc_draw,
};

const struct widget_class widget_unit = {
	.name = "unit",
	.draw = unit_draw,
};
