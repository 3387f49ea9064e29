/* nav.c - the way to another screen, in brackets so that it reads as something to press
 * without colour; a "?" when there is no such screen. When an alarm of the area there
 * waits to be acknowledged, its mark takes the place of the arrow: that is where to go.
 */
#include "console/widget/draw.h"
#include "console/widget/widgets.h"

#include "screen/order.h"
#include "util/strbuf.h"

static const char *target_area(const struct widget_draw *d)
{
	const char *to = screen_item_way(d->item);

	return d->src->screen_area ? d->src->screen_area(d->src->arg, to) : "";
}

/* The worst there that waits; alarm 0: none does. */
static struct tag_live worst_there(const struct widget_draw *d)
{
	struct tag_live worst = { 0 };

	draw_worse_area(&worst, d->src, target_area(d));
	return worst.unacked ? worst : (struct tag_live){ 0 };
}

static void nav_draw(const struct widget_draw *d)
{
	const char *to = screen_item_way(d->item);
	bool there = target_area(d) != NULL;
	struct tag_live worst = worst_there(d);
	struct strbuf text = STRBUF_INIT;
	struct draw_mark marks[DRAW_MARKS_MAX];

	strbuf_addf(&text, "[%c%s]", there ? '>' : '?',
		    d->item->text ? d->item->text : to);
	canvas_text_fit(&d->c, 0, 0, d->c.cols, text.buf,
			there ? ROLE_TITLE : ROLE_UNCERTAIN);
	if (draw_marks(&worst, marks))
		canvas_put(&d->c, 1, 0, marks[0].cp, marks[0].role);
	strbuf_release(&text);
}

/* Tab stops where somebody has to go. */
static bool nav_abnormal(const struct widget_draw *d)
{
	return worst_there(d).unacked;
}

static void nav_describe(const struct widget_draw *d, struct strbuf *out)
{
	struct tag_live worst = worst_there(d);
	const char *to = screen_item_way(d->item);

	if (!target_area(d)) {
		strbuf_addf(out, "there is no screen \"%s\"", to);
		return;
	}
	strbuf_addf(out, "Enter goes to the screen \"%s\"", to);
	if (worst.unacked)
		draw_describe_worst(&worst, out);
}

const struct widget_class widget_nav = {
	.name = "nav",
	.draw = nav_draw,
	.abnormal = nav_abnormal,
	.describe = nav_describe,
};
