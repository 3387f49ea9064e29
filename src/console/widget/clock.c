/* clock.c - the server's time in a fixed cell: when the server is silent it is dimmed
 * and marked, because what stands there is our own guess. */
#include "console/widget/widgets.h"

#include <stdio.h>

enum { WITH_DATE = 19, WITH_SECONDS = 8 };

static void clock_draw(const struct widget_draw *d)
{
	char at[CLOCK_LOCAL_SIZE], text[CLOCK_LOCAL_SIZE];
	enum role role = d->src->lost ? ROLE_STALE : ROLE_VALUE;
	int row = d->c.rows / 2;

	if (d->c.cols >= WITH_DATE) {
		clock_local(d->src->now.wall, at);
		snprintf(text, sizeof(text), "%.19s", at);
	} else {
		clock_local_hms(d->src->now.wall, at);
		snprintf(text, sizeof(text), "%.*s", d->c.cols < WITH_SECONDS ? 5 : 8,
			 at);
	}
	canvas_text(&d->c, 0, row, text, role);
	if (d->src->lost && d->c.cols > 5)
		canvas_put(&d->c, d->c.cols - 1, row, '~', ROLE_STALE);
}

const struct widget_class widget_clock = {
	.name = "clock",
	.draw = clock_draw,
};
