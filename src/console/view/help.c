/* help.c - the keys of the page one came from, and every mark, shape and colour as it
 * really looks. */
#include "console/view/parts.h"

#include <string.h>

#include "screen/glyph.h"

struct legend {
	uint32_t mark[3];
	enum role role;
	const char *text;
};

static const struct legend legend[] = {
	{ { GLYPH_ALARM_CRITICAL, '1', '*' },
	  ROLE_ALARM_CRITICAL_UNACK,
	  "critical alarm; * = not acknowledged" },
	{ { GLYPH_ALARM_HIGH, '2', '*' }, ROLE_ALARM_HIGH_UNACK, "high" },
	{ { GLYPH_ALARM_MEDIUM, '3', '*' }, ROLE_ALARM_MEDIUM_UNACK, "medium" },
	{ { GLYPH_ALARM_LOW, '4', '*' }, ROLE_ALARM_LOW_UNACK, "low" },
	{ { GLYPH_ALARM_HIGH, '2', ' ' }, ROLE_ALARM_HIGH, "acknowledged, still active" },
	{ { '#', '#', '?' }, ROLE_BAD, "bad: no value to believe" },
	{ { '~', 0, 0 }, ROLE_STALE, "stale: the last value and its age" },
	{ { 'u', 0, 0 }, ROLE_UNCERTAIN, "uncertain" },
	{ { 'M', 0, 0 }, ROLE_MARK, "substituted by hand" },
	{ { 'S', 0, 0 }, ROLE_MARK, "simulated" },
	{ { 'x', 0, 0 }, ROLE_MARK, "shelved, suppressed, out of service" },
	{ { '1', '2', '3' }, ROLE_VALUE, "a good value" },
	{ { '1', '2', '3' }, ROLE_SETPOINT, "a setpoint: Enter changes it" },
	{ { 0x25CF, 0, 0 }, ROLE_RUNNING, "running" },
	{ { 0x25CB, 0, 0 }, ROLE_STOPPED, "stopped" },
	{ { 'x', 0, 0 }, ROLE_FAULT, "fault" },
	{ { GLYPH_POINTER, 0, 0 }, ROLE_VALUE, "gauge: the value on its range" },
	{ { GLYPH_BAND, GLYPH_BAND, GLYPH_BAND },
	  ROLE_LIMIT,
	  "gauge: where nothing alarms" },
	{ { GLYPH_SETPOINT, 0, 0 }, ROLE_SETPOINT, "gauge: the setpoint" },
};

enum {
	LEGEND_ROWS = sizeof(legend) / sizeof(legend[0]),
	TWO_COLUMNS = 74,
	KEY_CELLS = 14
};

static int keys_paint(const struct canvas *c, int row, const struct ui *ui)
{
	canvas_text(c, 1, row++, "KEYS", ROLE_TITLE);
	for (const struct ui_key *k = ui->keys; k && k->keys; k++) {
		if (!(k->pages & 1u << ui->help_of))
			continue;
		canvas_text(c, 1, row, k->keys, ROLE_VALUE);
		canvas_text_fit(c, 1 + KEY_CELLS, row++, c->cols - KEY_CELLS - 1, k->text,
				ROLE_LABEL);
	}
	return row;
}

static int legend_paint(const struct canvas *c, int row)
{
	canvas_text(c, 1, row++, "MARKS", ROLE_TITLE);
	for (int i = 0; i < LEGEND_ROWS; i++, row++) {
		for (int k = 0; k < 3; k++)
			if (legend[i].mark[k])
				canvas_put(c, 1 + k, row, legend[i].mark[k],
					   legend[i].role);
		canvas_text_fit(c, 6, row, c->cols - 6, legend[i].text, ROLE_LABEL);
	}
	return row;
}

void help_paint(const struct canvas *c, const struct frame_input *in)
{
	int top = (int)in->ui->help_top, half = c->cols / 2, rows;
	struct canvas left = canvas_sub(c, 0, 0, half, c->rows);
	struct canvas right = canvas_sub(c, half, 0, c->cols - half, c->rows);

	if (c->cols >= TWO_COLUMNS) {
		rows = keys_paint(&left, -top, in->ui);
		int other = legend_paint(&right, -top);
		rows = rows > other ? rows : other;
	} else {
		rows = keys_paint(c, -top, in->ui);
		rows = legend_paint(c, rows + 1);
	}
	if (rows > c->rows)
		canvas_text(c, c->cols - 8, c->rows - 1, " more v ", ROLE_KEY);
	else if (top > 0 && rows < c->rows)
		in->ui->help_top -= (size_t)(c->rows - rows < top ? c->rows - rows : top);
}
