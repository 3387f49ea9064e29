/* time.c - when a value was measured: the time of day within a day, its age where there
 * is no room for it or it is older. */
#include "console/widget/draw.h"
#include "console/widget/widgets.h"

#include <stdio.h>

enum { WITH_DATE = 19, WITH_SECONDS = 8, DAY_MS = 86400000 };

static void time_text(const struct widget_draw *d, const struct sample *s, char out[64])
{
	int64_t age_ms = d->src->now.wall.ms - s->source_time.ms;
	char at[CLOCK_LOCAL_SIZE];

	snprintf(out, 64, "-");
	if (s->source_time.ms <= 0)
		return;
	if (d->c.cols >= WITH_DATE) {
		clock_local(s->source_time, at);
		snprintf(out, 64, "%.19s", at);
	} else if (d->c.cols >= WITH_SECONDS && age_ms > -DAY_MS && age_ms < DAY_MS) {
		clock_local_hms(s->source_time, at);
		snprintf(out, 64, "%.8s", at);
	} else {
		draw_age(s, d->src->now, at);
		snprintf(out, 64, "%s", at[0] ? at : "?");
	}
}

static void time_draw(const struct widget_draw *d)
{
	struct tag_view v = picture_tag(d->src, d->item->tag);
	enum draw_trust trust = draw_trust(v.live.sample.quality);
	char text[64];

	time_text(d, &v.live.sample, text);
	canvas_number(&d->c, 0, 0, d->c.cols, text,
		      draw_trust_role(trust == DRAW_BAD ? DRAW_STALE : trust, ROLE_UNIT));
}

const struct widget_class widget_time = {
	.name = "time",
	.draw = time_draw,
};
