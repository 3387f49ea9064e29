/* worst.c - the worst of several tags, for what stands for more than one of them. */
#include "console/widget/draw.h"

#include "expr/expr.h"

/* The worst of several, from { 0 } on: quality and alarm each for themselves. */
static void worse(struct tag_live *worst, const struct tag_live *one)
{
	quality q = one->sample.quality;

	worst->disabled |= one->disabled;
	worst->sample.quality = quality_worst(worst->sample.quality, q);
	if (!one->alarm)
		return;
	if (!worst->alarm || one->alarm < worst->alarm) {
		worst->alarm = one->alarm;
		worst->unacked = one->unacked;
	} else if (one->alarm == worst->alarm) {
		worst->unacked |= one->unacked;
	}
}

void draw_worse_tag(struct tag_live *worst, const struct picture_source *src,
		    uint32_t tag)
{
	struct tag_view v;

	if (tag == SCREEN_NO_TAG)
		return;
	v = picture_tag(src, tag);
	worse(worst, &v.live);
}

void draw_worse_item(struct tag_live *worst, const struct picture_source *src,
		     const struct screen_item *item)
{
	draw_worse_tag(worst, src, item->tag);
	for (size_t i = 0; i < item->n_pens; i++)
		draw_worse_tag(worst, src, item->pens[i]);
	for (size_t i = 0; i < item->n_states; i++) {
		const struct expr *e = item->states[i].when;

		for (size_t k = 0; e && k < expr_operand_count(e); k++)
			draw_worse_tag(worst, src, expr_operand_id(e, k));
	}
}

bool draw_worse_area(struct tag_live *worst, const struct picture_source *src,
		     const char *area)
{
	struct picture_alarm first = { 0 };
	struct tag_live one = { 0 };

	if (!src->alarms || !area || !area[0] || !src->alarms(src->arg, area, &first, 1))
		return false;
	one.alarm = first.priority ? first.priority : 4;
	one.unacked = first.unacked;
	worse(worst, &one);
	return true;
}
