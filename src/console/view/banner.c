/* banner.c - the highest alarms, on every screen, never covered by anything. */
#include "console/view/parts.h"

#include <stdio.h>
#include <string.h>

#include "alarm/engine.h"
#include "screen/glyph.h"
#include "util/strbuf.h"
#include "util/utf8.h"

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

/* A message that is too long is marked as cut; returns its cells. */
static int message_cells(const struct canvas *c, int col, int row, const char *text)
{
	struct strbuf clean = STRBUF_INIT;
	int cells, room = c->cols - col;

	utf8_clean(&clean, text, WIRE_TEXT_MAX);
	cells = utf8_cells(clean.buf);
	cells = cells < room ? cells : room;
	if (cells > 0)
		canvas_text_fit(c, col, row, cells, clean.buf, ROLE_ALARM_TEXT);
	strbuf_release(&clean);
	return cells;
}

static void row_paint(const struct canvas *c, int row, const struct wire_alarm_row *r)
{
	char at[CLOCK_LOCAL_SIZE];
	int col = 4;

	clock_local_hms((struct wall){ r->raised_ms }, at);
	alarm_mark_paint(c, 0, row, r);
	col += canvas_text(c, col, row, at, ROLE_UNIT) + 1;
	col += canvas_text(c, col, row, state_note(r), ROLE_UNIT);
	col += message_cells(c, col, row, r->message) + 2;
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

/* At the right end of the last row: how many do not stand there, and the rate; returns
 * where it begins. */
static int rest_paint(const struct canvas *c, const struct frame_input *in, size_t n,
		      size_t room)
{
	int end = c->cols;
	char more[32];

	if (n > room) {
		end -= snprintf(more, sizeof(more), " +%zu more", n - room);
		canvas_text(c, end, c->rows - 1, more, ROLE_ALARM_TEXT);
	}
	if (in->m->beat.alarm_rate && !model_lost(in->m)) {
		end -= snprintf(more, sizeof(more), " %u in 10 min",
				in->m->beat.alarm_rate);
		canvas_text(c, end, c->rows - 1, more, ROLE_UNIT);
	}
	return end;
}

void banner_paint(const struct canvas *c, const struct frame_input *in)
{
	const struct wire_alarm_row *rows[BANNER_MAX];
	size_t room = c->rows < BANNER_MAX ? (size_t)c->rows : BANNER_MAX;
	size_t n = that_ask(in->m);
	int end = room ? rest_paint(c, in, n, room) : 0;

	model_alarm_order(in->m, NULL, rows, room);
	in->ui->drawn.banner.there = in->ui->drawn.blinks = false;
	for (size_t i = 0; i < n && i < room; i++) {
		/* what is cut there says so */
		struct canvas part =
			canvas_sub(c, 0, 0, i + 1 == room ? end : c->cols, c->rows);

		row_paint(&part, (int)i, rows[i]);
		blink(&part, (int)i, rows[i], in);
	}
	if (n && room)
		note_drawn(&in->ui->drawn.banner, in->m, rows[0]);
	if (n == 0 && in->m->has_list)
		canvas_text_fit(c, 0, 0, room > 1 ? c->cols : end, "no alarms",
				ROLE_UNIT);
}
