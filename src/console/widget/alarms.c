/* alarms.c - the highest alarms of an area: mark, digit, time, message; the last row
 * says how many more there are. */
#include "console/widget/draw.h"
#include "console/widget/widgets.h"

#include <stdio.h>

#include "screen/glyph.h"

enum { ROWS_MAX = 64 };

static void row_draw(const struct canvas *c, int row, const struct picture_alarm *a)
{
	struct tag_live mark = { .alarm = a->priority ? a->priority : 4,
				 .unacked = a->unacked };
	char at[CLOCK_LOCAL_SIZE], head[32];

	clock_local_hms(a->raised, at);
	canvas_put(c, 0, row, glyph_alarm(mark.alarm), draw_alarm_role(&mark));
	canvas_put(c, 1, row, '0' + mark.alarm, draw_alarm_role(&mark));
	canvas_put(c, 2, row, a->unacked ? '*' : ' ',
		   a->unacked ? draw_alarm_role(&mark) : ROLE_LABEL);
	snprintf(head, sizeof(head), "%.5s", at);
	canvas_text(c, 4, row, head, ROLE_UNIT);
	canvas_text_fit(c, 10, row, c->cols - 10, a->message,
			a->active ? ROLE_ALARM_TEXT : ROLE_LABEL);
}

static void alarms_draw(const struct widget_draw *d)
{
	struct picture_alarm list[ROWS_MAX] = { 0 };
	const char *area = d->item->area ? d->item->area : d->screen->area;
	int rows = d->c.rows < ROWS_MAX ? d->c.rows : ROWS_MAX;
	size_t n = 0, shown;
	char more[48];

	if (d->src->alarms)
		n = d->src->alarms(d->src->arg, area, list, (size_t)rows);
	if (n == 0) {
		canvas_text_fit(&d->c, 0, 0, d->c.cols, "no alarms", ROLE_UNIT);
		return;
	}
	shown = n > (size_t)rows ? (size_t)rows - 1 : n;
	for (size_t i = 0; i < shown; i++)
		row_draw(&d->c, (int)i, &list[i]);
	if (shown < n) {
		snprintf(more, sizeof(more), "and %zu more", n - shown);
		canvas_text_fit(&d->c, 0, (int)shown, d->c.cols, more, ROLE_ALARM_TEXT);
	}
}

const struct widget_class widget_alarms = {
	.name = "alarms",
	.draw = alarms_draw,
};
