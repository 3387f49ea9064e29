/* nav.c - the way to another screen, in brackets so that it reads as something to press
 * without colour; a "?" when there is no such screen. */
#include "console/widget/widgets.h"

#include "util/strbuf.h"

static void nav_draw(const struct widget_draw *d)
{
	const char *to = d->item->to ? d->item->to : d->item->name;
	bool there = !d->src->screen_area || d->src->screen_area(d->src->arg, to);
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "[%c%s]", there ? '>' : '?',
		    d->item->text ? d->item->text : to);
	canvas_text_fit(&d->c, 0, 0, d->c.cols, text.buf,
			there ? ROLE_TITLE : ROLE_UNCERTAIN);
	strbuf_release(&text);
}

const struct widget_class widget_nav = {
	.name = "nav",
	.draw = nav_draw,
};
