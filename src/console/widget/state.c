/* state.c - a symbol: the first of its states whose expression is true, as shape and
 * word. When an operand is stale the last known state shows dimmed; when one is bad
 * otherwise no state is claimed, the reason stands there instead. */
#include "console/widget/draw.h"
#include "console/widget/widgets.h"

#include <stdio.h>

#include "expr/expr.h"
#include "util/strbuf.h"
#include "util/utf8.h"

/* Hands samples to the expression; stale ones as if they were good, remembering it. */
struct reader {
	const struct picture_source *src;
	struct sample sample;
	bool stale;
	quality bad; /* the worst operand met: why nothing can be said */
};

struct verdict {
	const struct screen_state *state; /* NULL: none is true, or unknown */
	quality quality;
};

static const struct sample *read_sample(void *arg, uint32_t id)
{
	struct reader *r = arg;

	r->sample = picture_tag(r->src, id).live.sample;
	if (quality_class(r->sample.quality) == QUALITY_BAD) {
		r->bad = quality_worst(r->bad, r->sample.quality);
		if (draw_trust(r->sample.quality) == DRAW_STALE &&
		    r->sample.value.type != VALUE_NONE) {
			r->stale = true;
			r->sample.quality = 0;
		}
	}
	return &r->sample;
}

static bool is_true(const struct sample *s)
{
	double number;

	return value_number(&s->value, &number) && number != 0.0;
}

static struct verdict judge(const struct widget_draw *d)
{
	struct reader r = { .src = d->src };
	struct verdict v = { 0 };

	for (size_t i = 0; i < d->item->n_states; i++) {
		const struct screen_state *state = &d->item->states[i];
		struct sample result = { .value = value_bool(true) };

		if (state->when)
			result = expr_eval(state->when, read_sample, &r);
		v.quality = quality_worst(v.quality, result.quality);
		if (quality_class(result.quality) == QUALITY_BAD) {
			if (quality_class(r.bad) == QUALITY_BAD)
				v.quality = r.bad;
			return v;
		}
		if (is_true(&result)) {
			v.state = state;
			break;
		}
	}
	if (r.stale)
		v.quality = QUALITY_MAKE(QUALITY_BAD, REASON_STALE);
	return v;
}

/* The worst alarm among the field's own tag and all operands. */
static void gather_alarms(const struct widget_draw *d, struct tag_live *out)
{
	quality judged = out->sample.quality;

	draw_worse_item(out, d->src, d->item);
	out->sample.quality = judged;
}

/* Why nothing can be said, in a word: "comm", "no value". */
static void reason_word(quality q, char out[32])
{
	const char *name = quality_reason_name(q);

	snprintf(out, 32, "%s", name[0] ? name : "bad");
	for (char *p = out; *p; p++)
		if (*p == '_')
			*p = ' ';
}

static void state_draw(const struct widget_draw *d)
{
	struct verdict v = judge(d);
	struct tag_live live = { .sample.quality = v.quality };
	enum draw_trust trust = draw_trust(v.quality);
	const char *text = v.state ? v.state->text : "-";
	enum role role = v.state ? v.state->role : ROLE_UNCERTAIN;
	char reason[32];
	int col = 1;

	gather_alarms(d, &live);
	if (!v.state && trust != DRAW_GOOD) {
		reason_word(v.quality, reason);
		text = reason;
		role = trust == DRAW_STALE ? ROLE_STALE : ROLE_BAD;
		/* a blank after the mark, where there is room: a word is no value */
		col = utf8_cells(text) + 2 <= d->c.cols ? 2 : 1;
	} else if (trust == DRAW_STALE) {
		role = ROLE_STALE;
	} else if (trust == DRAW_DOUBT) {
		role = ROLE_UNCERTAIN;
	}
	draw_left(&d->c, 1, "", ROLE_LABEL);
	draw_left(&d->c, col, text, role);
	draw_status_ends(&d->c, &live);
}

static bool state_abnormal(const struct widget_draw *d)
{
	struct tag_live live = { .sample.quality = judge(d).quality };

	gather_alarms(d, &live);
	return draw_is_abnormal(&live);
}

static void state_describe(const struct widget_draw *d, struct strbuf *out)
{
	struct verdict v = judge(d);
	enum draw_trust trust = draw_trust(v.quality);

	strbuf_adds(out, d->item->prefix ? d->item->prefix : d->item->name);
	if (v.state)
		strbuf_addf(out, "  %s", v.state->text);
	if (trust != DRAW_GOOD)
		strbuf_addf(out, "  %s: %s", quality_class_name(v.quality),
			    quality_reason_text(v.quality));
}

const struct widget_class widget_state = {
	.name = "state",
	.draw = state_draw,
	.abnormal = state_abnormal,
	.describe = state_describe,
};
