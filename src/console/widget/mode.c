/* mode.c - the word for a value: AUTO, MAN, CAS. A value that has no word is shown as it
 * is and in doubt: somebody changed the program behind it. */
#include "console/widget/draw.h"
#include "console/widget/widgets.h"

#include <string.h>

#include "tag/words.h"
#include "util/strbuf.h"
#include "util/utf8.h"

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

/* The choice of a mode that is the value; NULL: it has no word. */
static const struct screen_choice *choice_of(const struct screen_item *item,
					     const struct value *v)
{
	for (size_t i = 0; i < item->n_choices; i++)
		if (is_choice(&item->choices[i], v))
			return &item->choices[i];
	return NULL;
}

/* A blank stands between mark and word where all words leave room for it: SAUTO is none.
 */
static int first_col(const struct widget_draw *d)
{
	for (size_t i = 0; i < d->item->n_choices; i++)
		if (utf8_cells(d->item->choices[i].text) + 2 > d->c.cols)
			return 1;
	return d->item->n_choices ? 2 : 1;
}

/* The value as it is; a number that does not fit is never cut. */
static void plain_text(const struct tag_view *v, int room, char out[VALUE_STRING_MAX + 1])
{
	const struct value *value = &v->live.sample.value;

	tag_words_format(v->meta->words, value, v->meta->decimals, out,
			 VALUE_STRING_MAX + 1);
	if (value->type != VALUE_STRING && (int)strlen(out) > room && room > 0) {
		memset(out, '#', (size_t)room);
		out[room] = '\0';
	}
}

static void mode_draw(const struct widget_draw *d)
{
	struct tag_view v = picture_tag(d->src, d->item->tag);
	enum draw_trust trust = draw_trust(v.live.sample.quality);
	const struct screen_choice *choice = choice_of(d->item, &v.live.sample.value);
	enum role role = v.meta->writable ? ROLE_SETPOINT : ROLE_VALUE;
	char text[VALUE_STRING_MAX + 1] = "####";
	int col = first_col(d);

	if (!choice && d->item->n_choices)
		role = ROLE_UNCERTAIN;
	if (trust == DRAW_BAD)
		choice = NULL;
	else if (!choice)
		plain_text(&v, d->c.cols - col, text);
	draw_left(&d->c, 1, "", ROLE_LABEL);
	draw_left(&d->c, col, choice ? choice->text : text, draw_trust_role(trust, role));
	draw_status_ends(&d->c, &v.live);
}

static void mode_describe(const struct widget_draw *d, struct strbuf *out)
{
	struct tag_view v = picture_tag(d->src, d->item->tag);
	const struct screen_choice *choice = choice_of(d->item, &v.live.sample.value);

	draw_describe(&v, d->screen->tags[d->item->tag], choice ? choice->text : NULL,
		      out);
	if (!choice && d->item->n_choices &&
	    draw_trust(v.live.sample.quality) != DRAW_BAD)
		strbuf_adds(out, "  (none of its words)");
}

const struct widget_class widget_mode = {
	.name = "mode",
	.draw = mode_draw,
	.abnormal = draw_tag_abnormal,
	.describe = mode_describe,
};
