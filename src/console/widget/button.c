/* button.c - something to press: [TEXT], in the look of all that an operator sets. Before
 * it stands the mark of the tag it writes: one that does not answer says so there. */
#include "console/widget/draw.h"
#include "console/widget/widgets.h"

#include "util/strbuf.h"

static void button_draw(const struct widget_draw *d)
{
	struct tag_view v = picture_tag(d->src, d->item->tag);
	enum draw_trust trust = draw_trust(v.live.sample.quality);
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "[%s]", d->item->text ? d->item->text : d->item->name);
	draw_left(&d->c, 1, text.buf,
		  trust == DRAW_BAD     ? ROLE_BAD
		  : trust == DRAW_STALE ? ROLE_STALE
					: ROLE_SETPOINT);
	draw_status_ends(&d->c, &v.live);
	strbuf_release(&text);
}

static void button_describe(const struct widget_draw *d, struct strbuf *out)
{
	struct tag_view v = picture_tag(d->src, d->item->tag);

	strbuf_addf(out, "Enter asks for %s in ", d->item->value ? d->item->value : "-");
	draw_describe(&v, d->screen->tags[d->item->tag], NULL, out);
	if (d->item->needs)
		strbuf_addf(out, "  (for %s)", d->item->needs);
}

const struct widget_class widget_button = {
	.name = "button",
	.draw = button_draw,
	.abnormal = draw_tag_abnormal,
	.describe = button_describe,
};
