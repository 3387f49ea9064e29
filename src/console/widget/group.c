/* group.c - a frame around what belongs together. Its title has the worst mark of the
 * tags inside, or of the tags and the area it was given: a whole unit in one cell. */
#include "console/widget/draw.h"
#include "console/widget/widgets.h"

#include "util/strbuf.h"

enum { MARK_COL = 2, TITLE_COL = 4 };

static bool is_inside(const struct screen_item *frame, const struct screen_item *item)
{
	return item != frame && item->col >= frame->col && item->row >= frame->row &&
	       item->col + item->cols <= frame->col + frame->cols &&
	       item->row + item->rows <= frame->row + frame->rows;
}

static struct tag_live worst_of(const struct widget_draw *d)
{
	const struct screen_item *frame = d->item;
	struct tag_live worst = { 0 };

	for (size_t i = 0; i < frame->n_tags; i++)
		draw_worse_tag(&worst, d->src, frame->tags[i]);
	if (frame->area)
		draw_worse_area(&worst, d->src, frame->area);
	if (frame->n_tags || frame->area)
		return worst;
	for (size_t i = 0; i < d->screen->n_items; i++)
		if (is_inside(frame, &d->screen->items[i]))
			draw_worse_item(&worst, d->src, &d->screen->items[i]);
	return worst;
}

static void group_draw(const struct widget_draw *d)
{
	const char *title = d->item->text ? d->item->text : d->item->name;
	struct tag_live worst = worst_of(d);
	struct draw_mark marks[DRAW_MARKS_MAX];
	struct canvas head =
		canvas_sub(&d->c, TITLE_COL, 0, d->c.cols - TITLE_COL - 2, 1);
	int used;

	canvas_border(&d->c, ROLE_PIPE);
	used = head.cols > 0 ? draw_fit(&head, title, ROLE_TITLE) : 0;
	if (used) {
		canvas_put(&d->c, TITLE_COL - 1, 0, ' ', ROLE_LABEL);
		canvas_put(&d->c, TITLE_COL + used, 0, ' ', ROLE_LABEL);
	}
	if (draw_marks(&worst, marks))
		canvas_put(&d->c, MARK_COL, 0, marks[0].cp, marks[0].role);
}

/* What stands inside is a stop of its own: only what is said here and nowhere else is
 * one, too. */
static bool group_abnormal(const struct widget_draw *d)
{
	struct tag_live worst;

	if (!d->item->n_tags && !d->item->area)
		return false;
	worst = worst_of(d);
	return draw_is_abnormal(&worst);
}

static void group_describe(const struct widget_draw *d, struct strbuf *out)
{
	struct tag_live worst = worst_of(d);

	strbuf_adds(out, d->item->text ? d->item->text : d->item->name);
	draw_describe_worst(&worst, out);
	if (d->item->to)
		strbuf_addf(out, "  Enter goes to the screen \"%s\"", d->item->to);
}

const struct widget_class widget_group = {
	.name = "group",
	.draw = group_draw,
	.abnormal = group_abnormal,
	.describe = group_describe,
};
