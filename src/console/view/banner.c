/* banner.c - the highest alarms, on every screen, never covered by anything. */
#include "console/view/parts.h"

#include <stdio.h>
#include <string.h>

#include "alarm/engine.h"
#include "screen/glyph.h"

enum { BANNER_MAX = 64 };

void alarm_mark_paint(const struct canvas *c, int col, int row,
		      const struct wire_alarm_row *r)
{
	int base = alarm_row_unacked(r) ? ROLE_ALARM_CRITICAL_UNACK : ROLE_ALARM_CRITICAL;
	enum role role = (enum role)(base + r->priority - 1);

	canvas_put(c, col, row, glyph_alarm(r->priority), role);
	canvas_put(c, col + 1, row, '0' + (uint32_t)r->priority, role);
	canvas_put(c, col + 2, row, alarm_row_unacked(r) ? '*' : ' ', role);
}

static const char *state_note(const struct wire_alarm_row *r)
{
	if (r->recording)
		return "recording... ";
	if (r->state == ALARM_S_RTNUN)
		return "returned: ";
	if (r->state == ALARM_S_LTUNK || r->state == ALARM_S_LTACK)
		return "latched: ";
	if (r->first_out == WIRE_FIRST)
		return "FIRST: ";
	return r->source_bad ? "source bad: " : "";
}

/* What waits for an acknowledgement blinks, in one cell: reverse and not. The words stand
 * still, and a screen that is not live does not blink (HM-04). */
static void blink(const struct canvas *c, int row, const struct wire_alarm_row *r,
		  const struct frame_input *in)
{
	if (!alarm_row_unacked(r) || in->ui->no_blink || model_lost(in->m))
		return;
	in->ui->drawn.blinks = true;
	if (in->now.wall.ms / UI_BLINK_MS % 2)
		canvas_put(c, 2, row, '*',
			   (enum role)(ROLE_ALARM_CRITICAL + r->priority - 1));
}

static void row_paint(const struct canvas *c, int row, const struct wire_alarm_row *r)
{
	char at[CLOCK_LOCAL_SIZE];
	int col = 4;

	clock_local_hms((struct wall){ r->raised_ms }, at);
	alarm_mark_paint(c, 0, row, r);
	col += canvas_text(c, col, row, at, ROLE_UNIT) + 1;
	col += canvas_text(c, col, row, state_note(r), ROLE_UNIT);
	col += canvas_text(c, col, row, r->message, ROLE_ALARM_TEXT) + 2;
	canvas_text_fit(c, col, row, c->cols - col, r->name, ROLE_UNIT);
}

static void note_drawn(struct drawn_alarm *d, const struct model *m,
		       const struct wire_alarm_row *r)
{
	d->there = alarm_row_unacked(r);
	snprintf(d->name, sizeof(d->name), "%s", r->name);
	d->occurrence = r->occurrence;
	d->epoch = m->list.epoch;
	d->version = m->list.version;
}

/* In the order of attention those that ask for nobody come last: they stand in the list
 * alone. */
static size_t that_ask(const struct model *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->list.n; i++)
		n += alarm_row_asks(&m->list.rows[i]);
	return n;
}

void banner_paint(const struct canvas *c, const struct frame_input *in)
{
	const struct wire_alarm_row *rows[BANNER_MAX];
	size_t room = c->rows < BANNER_MAX ? (size_t)c->rows : BANNER_MAX;
	size_t n = that_ask(in->m);
	int end = c->cols;
	char more[32];

	model_alarm_order(in->m, NULL, rows, room);
	in->ui->drawn.banner.there = in->ui->drawn.blinks = false;
	for (size_t i = 0; i < n && i < room; i++) {
		row_paint(c, (int)i, rows[i]);
		blink(c, (int)i, rows[i], in);
	}
	if (n && room)
		note_drawn(&in->ui->drawn.banner, in->m, rows[0]);
	if (n > room && room) {
		int cells = snprintf(more, sizeof(more), " +%zu more", n - room);

		end -= cells;
		canvas_text(c, end, c->rows - 1, more, ROLE_ALARM_TEXT);
	}
	if (in->m->beat.alarm_rate && room && !model_lost(in->m)) {
		int cells = snprintf(more, sizeof(more), " %u in 10 min",
				     in->m->beat.alarm_rate);

		canvas_text(c, end - cells, c->rows - 1, more, ROLE_UNIT);
	}
	if (n == 0 && in->m->has_list)
		canvas_text_fit(c, 0, 0, c->cols, "no alarms", ROLE_UNIT);
}
