/* help.c - the keys of the page one came from, and every mark, shape and colour as it
 * really looks. */
#include "console/view/parts.h"

#include <stdio.h>
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
	  "critical; * waits to be acknowledged" },
	{ { GLYPH_ALARM_HIGH, '2', '*' },
	  ROLE_ALARM_HIGH_UNACK,
	  "high; * waits to be acknowledged" },
	{ { GLYPH_ALARM_MEDIUM, '3', '*' },
	  ROLE_ALARM_MEDIUM_UNACK,
	  "medium; * waits to be acknowledged" },
	{ { GLYPH_ALARM_LOW, '4', '*' },
	  ROLE_ALARM_LOW_UNACK,
	  "low; * waits to be acknowledged" },
	{ { GLYPH_ALARM_DIAGNOSTIC, '5', '*' },
	  ROLE_ALARM_DIAGNOSTIC_UNACK,
	  "diagnostic: never sounds" },
	{ { GLYPH_ALARM_HIGH, '2', ' ' }, ROLE_ALARM_HIGH, "acknowledged, still active" },
	{ { '0', '/', '2' }, ROLE_BAR, "row 1: 0 wait for it, 2 are active" },
	{ { '?', '#', '#' }, ROLE_BAD, "bad: no value to believe" },
	{ { '~', 0, 0 }, ROLE_STALE, "stale: the last value and its age" },
	{ { 'u', 0, 0 }, ROLE_UNCERTAIN, "uncertain" },
	{ { 'S', 0, 0 }, ROLE_MARK, "substituted by hand" },
	{ { 'T', 0, 0 }, ROLE_MARK, "test: simulated" },
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
	KEY_CELLS = 14,
	MARK_CELLS = 6
};

/* Text from col to the edge, over as many rows as it takes; returns the next row. */
static int text_paint(const struct canvas *c, int col, int row, const char *text)
{
	int used = wrap_paint(c, col, row, c->cols - col - 1, text, ROLE_LABEL);

	return row + (used ? used : 1);
}

static bool narrowed(const struct ui *ui, const char *a, const char *b)
{
	const char *const texts[] = { a, b };

	return !ui_filter_holds(&ui->filter, texts, 2);
}

static int keys_paint(const struct canvas *c, int row, const struct ui *ui)
{
	canvas_text(c, 1, row++, "KEYS OF THIS PAGE", ROLE_TITLE);
	for (const struct ui_key *k = ui->keys; k && k->keys; k++) {
		if (!(k->pages & 1u << ui->help_of) || narrowed(ui, k->keys, k->text))
			continue;
		canvas_text(c, 1, row, k->keys, ROLE_VALUE);
		row = text_paint(c, 1 + KEY_CELLS, row, k->text);
	}
	return row;
}

static bool role_seen(const struct ui *ui, int role)
{
	return ui->seen >> role & 1;
}

/* It stood on the glass before help came: its role, and for what is told by its letter
 * alone that, too. Acknowledged alarms are explained by one of them; the counts are in
 * the first row of every page. */
static bool was_seen(const struct ui *ui, const struct legend *l)
{
	if (l->role == ROLE_MARK)
		return strchr(ui->seen_marks, (int)l->mark[0]) != NULL;
	if (l->role == ROLE_ALARM_HIGH)
		for (int i = ROLE_ALARM_CRITICAL; i <= ROLE_ALARM_DIAGNOSTIC; i++)
			if (role_seen(ui, i))
				return true;
	return l->role == ROLE_BAR || role_seen(ui, l->role);
}

static int marks_paint(const struct canvas *c, int row, const struct ui *ui, bool seen)
{
	for (int i = 0; i < LEGEND_ROWS; i++) {
		if (was_seen(ui, &legend[i]) != seen ||
		    narrowed(ui, legend[i].text, NULL))
			continue;
		for (int k = 0; k < 3; k++)
			if (legend[i].mark[k])
				canvas_put(c, 1 + k, row, legend[i].mark[k],
					   legend[i].role);
		row = text_paint(c, MARK_CELLS, row, legend[i].text);
	}
	return row;
}

/* What is on the glass now comes first. */
static int legend_paint(const struct canvas *c, int row, const struct ui *ui)
{
	int first = row + 1, next = marks_paint(c, first, ui, true);

	if (next > first) {
		canvas_text(c, 1, row, "MARKS ON THIS PAGE NOW", ROLE_TITLE);
		row = next + 1;
	}
	canvas_text(c, 1, row, next > first ? "OTHER MARKS" : "MARKS", ROLE_TITLE);
	return marks_paint(c, row + 1, ui, false);
}

void help_notice(struct ui *ui, const struct grid *g)
{
	size_t n = 0;

	ui->seen = 0;
	memset(ui->seen_marks, 0, sizeof(ui->seen_marks));
	/* the bars are on every page */
	for (int i = g->cols; i < g->cols * (g->rows - 2); i++) {
		const struct cell *cell = &g->cells[i];
		char c = cell->cp > ' ' && cell->cp < 127 ? (char)cell->cp : '\0';

		ui->seen |= cell->cp == ' ' ? 0 : (uint64_t)1 << cell->role;
		if (cell->role == ROLE_MARK && c && !strchr(ui->seen_marks, c) &&
		    n + 1 < sizeof(ui->seen_marks))
			ui->seen_marks[n++] = c;
	}
}

/* All of it from row `at`; returns the row after the last. A canvas without rows only
 * measures. */
static int columns_paint(const struct canvas *c, int at, const struct ui *ui)
{
	int half = c->cols / 2, keys, marks;
	struct canvas left = canvas_sub(c, 0, 0, half, c->rows);
	struct canvas right = canvas_sub(c, half, 0, c->cols - half, c->rows);

	if (c->cols < TWO_COLUMNS)
		return legend_paint(c, keys_paint(c, at, ui) + 1, ui);
	keys = keys_paint(&left, at, ui);
	marks = legend_paint(&right, at, ui);
	return keys > marks ? keys : marks;
}

void help_paint(const struct canvas *all, const struct frame_input *in)
{
	int head = filter_paint(all, 0, &in->ui->filter, 0, 0);
	struct canvas below = canvas_sub(all, 0, head, all->cols, all->rows - head);
	const struct canvas *c = &below;
	struct canvas page = canvas_sub(c, 0, 0, c->cols, 0);
	int rows = columns_paint(&page, 0, in->ui), last = 0;
	bool scrolls = rows > c->rows;
	char text[64];

	/* the last row belongs to the mark that there is more: it covers nothing */
	page = canvas_sub(c, 0, 0, c->cols, c->rows - scrolls);
	if (scrolls)
		last = rows - page.rows;
	if (in->ui->help_top > (size_t)last)
		in->ui->help_top = (size_t)last;
	columns_paint(&page, -(int)in->ui->help_top, in->ui);
	if (!scrolls)
		return;
	snprintf(text, sizeof(text), " %s ",
		 (int)in->ui->help_top < last ? "more below: arrow down"
					      : "the end: arrow up goes back");
	canvas_text(c, c->cols - (int)strlen(text), c->rows - 1, text, ROLE_KEY);
}
