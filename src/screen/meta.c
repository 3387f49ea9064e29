/* meta.c - asking a source for a tag so that the answer is always safe to draw: a tag
 * nobody knows is bad(config), a number that is none is bad(sensor), and nothing is
 * live once the server is silent. */
#include "screen/meta.h"

#include <math.h>

static quality doubt(const struct tag_live *live, bool lost)
{
	quality q = live->sample.quality;
	double number;

	if (quality_class(q) != QUALITY_BAD &&
	    (live->sample.value.type == VALUE_NONE ||
	     (value_number(&live->sample.value, &number) && !isfinite(number))))
		return QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR);
	if (lost && quality_class(q) != QUALITY_BAD)
		return QUALITY_MAKE(QUALITY_BAD, REASON_STALE);
	return q;
}

struct tag_view picture_tag(const struct picture_source *src, uint32_t tag)
{
	static const struct tag_meta nothing = {
		.name = "", .unit = "", .description = "", .area = ""
	};
	const struct tag_meta *meta = src->meta(src->arg, tag);
	const struct tag_live *live = meta ? src->live(src->arg, tag) : NULL;
	struct tag_view view = { .meta = meta ? meta : &nothing };

	if (live)
		view.live = *live;
	else
		view.live.sample.quality =
			QUALITY_MAKE(QUALITY_BAD, meta ? REASON_NO_VALUE : REASON_CONFIG);
	view.live.sample.quality = doubt(&view.live, src->lost);
	return view;
}
