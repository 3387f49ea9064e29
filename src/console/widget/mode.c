/* mode.c - the word for a value: AUTO, MAN, CAS. A value that has no word is shown as it
 * is and in doubt: somebody changed the program behind it. */
#include "console/widget/draw.h"
#include "console/widget/widgets.h"

#include <string.h>

#include "util/strbuf.h"

/* on and 1 and true are one value, as an operator may type it. */
static bool is_choice(const struct screen_choice *choice, const struct value *v)
{
	struct strbuf why = STRBUF_INIT;
	struct value want;
	double a, b;
	bool same = false;

	if (v->type == VALUE_STRING)
		return strcmp(choice->value, v->u.s) == 0;
	if (v->type != VALUE_NONE && value_number(v, &b))
		same = value_parse_operator(choice->value, v->type, &want, &why) &&
		       value_number(&want, &a) && a == b;
	strbuf_release(&why);
	return same;
}

const struct screen_choice *draw_choice(const struct screen_item *item,
					const struct value *v)
{
	for (size_t i = 0; i < item->n_choices; i++)
		if (is_choice(&item->choices[i], v))
			return &item->choices[i];
	return NULL;
}

static void mode_draw(const struct widget_draw *d)
{
	struct tag_view v = picture_tag(d->src, d->item->tag);
	enum draw_trust trust = draw_trust(v.live.sample.quality);
	const struct screen_choice *choice = draw_choice(d->item, &v.live.sample.value);
	enum role role = v.meta->writable ? ROLE_SETPOINT : ROLE_VALUE;
	char text[VALUE_STRING_MAX + 1] = "####";

	if (trust != DRAW_BAD && !choice)
		value_format(&v.live.sample.value, v.meta->decimals, text, sizeof(text));
	if (!choice && d->item->n_choices)
		role = ROLE_UNCERTAIN;
	if (trust == DRAW_BAD)
		choice = NULL;
	draw_left(&d->c, 1, choice ? choice->text : text, draw_trust_role(trust, role));
	draw_status(&d->c, &v.live, 1);
}

static bool mode_abnormal(const struct widget_draw *d)
{
	struct tag_view v = picture_tag(d->src, d->item->tag);

	return draw_is_abnormal(&v.live);
}

const struct widget_class widget_mode = {
	.name = "mode",
	.draw = mode_draw,
	.abnormal = mode_abnormal,
};
