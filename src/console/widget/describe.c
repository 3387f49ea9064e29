/* describe.c - a tag in words, for the message line: its value with how far it can be
 * trusted and why, and what it is. */
#include "console/widget/draw.h"

#include "screen/glyph.h"
#include "tag/words.h"
#include "util/strbuf.h"

void draw_describe(const struct tag_view *v, const char *name, const char *word,
		   struct strbuf *out)
{
	quality q = v->live.sample.quality;
	char text[VALUE_STRING_MAX + 1], flags[64];

	strbuf_addf(out, "%s", name);
	if (draw_trust(q) != DRAW_BAD && word) {
		strbuf_addf(out, "  %s", word);
	} else if (draw_trust(q) != DRAW_BAD) {
		tag_words_format(v->meta->words, &v->live.sample.value, v->meta->decimals,
				 text, sizeof(text));
		strbuf_addf(out, "  %s%s%s", text, v->meta->unit[0] ? " " : "",
			    v->meta->unit);
	}
	strbuf_addf(out, "  %s", quality_class_name(q));
	if (quality_reason(q) != REASON_NONE)
		strbuf_addf(out, ": %s", quality_reason_text(q));
	quality_flags_text(q, flags, sizeof(flags));
	if (flags[0])
		strbuf_addf(out, " (%s)", flags);
	if (v->meta->description[0])
		strbuf_addf(out, "  %s", v->meta->description);
}

void draw_describe_worst(const struct tag_live *worst, struct strbuf *out)
{
	static const char *const priority[] = { "critical", "high", "medium", "low",
						"diagnostic" };
	int p = worst->alarm > GLYPH_PRIORITIES ? GLYPH_PRIORITIES : worst->alarm;

	if (p > 0)
		strbuf_addf(out, "  an alarm of priority %s%s", priority[p - 1],
			    worst->unacked ? " waits" : "");
	if (draw_trust(worst->sample.quality) != DRAW_GOOD)
		strbuf_addf(out, "%s not all of it is good: %s", p > 0 ? "," : " ",
			    quality_reason(worst->sample.quality) != REASON_NONE
				    ? quality_reason_text(worst->sample.quality)
				    : "a value was put in its place");
	if (p == 0 && draw_trust(worst->sample.quality) == DRAW_GOOD)
		strbuf_adds(out, "  all is well");
}
