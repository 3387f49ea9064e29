/* grid.c - cells and clipped canvases: the one place that decides what may land in a
 * cell, so nothing drawn anywhere can leave its box or carry an unsafe character. */
#include "screen/grid.h"

#include <stdlib.h>
#include <string.h>

#include "util/strbuf.h"
#include "util/utf8.h"
#include "util/xalloc.h"

static const struct {
	const char *name;
	char letter;
} roles[ROLE_COUNT] = {
	[ROLE_LABEL] = { "label", 'l' },
	[ROLE_PIPE] = { "pipe", 'p' },
	[ROLE_TITLE] = { "title", 'T' },
	[ROLE_VALUE] = { "value", 'v' },
	[ROLE_UNIT] = { "unit", 'u' },
	[ROLE_SETPOINT] = { "setpoint", 's' },
	[ROLE_RUNNING] = { "running", 'r' },
	[ROLE_STOPPED] = { "stopped", 'o' },
	[ROLE_MOVING] = { "moving", 'd' },
	[ROLE_FAULT] = { "fault", 'f' },
	[ROLE_LIMIT] = { "limit", 'L' },
	[ROLE_FILL] = { "fill", 'F' },
	[ROLE_BAD] = { "bad", 'B' },
	[ROLE_STALE] = { "stale", '~' },
	[ROLE_UNCERTAIN] = { "uncertain", 'U' },
	[ROLE_MARK] = { "mark", '=' },
	[ROLE_ALARM_CRITICAL] = { "alarm-critical", 'c' },
	[ROLE_ALARM_HIGH] = { "alarm-high", 'h' },
	[ROLE_ALARM_MEDIUM] = { "alarm-medium", 'm' },
	[ROLE_ALARM_LOW] = { "alarm-low", 'w' },
	[ROLE_ALARM_DIAGNOSTIC] = { "alarm-diagnostic", 'i' },
	[ROLE_ALARM_CRITICAL_UNACK] = { "alarm-critical-unack", 'C' },
	[ROLE_ALARM_HIGH_UNACK] = { "alarm-high-unack", 'H' },
	[ROLE_ALARM_MEDIUM_UNACK] = { "alarm-medium-unack", 'M' },
	[ROLE_ALARM_LOW_UNACK] = { "alarm-low-unack", 'W' },
	[ROLE_ALARM_DIAGNOSTIC_UNACK] = { "alarm-diagnostic-unack", 'I' },
	[ROLE_ALARM_TEXT] = { "alarm-text", 'a' },
	[ROLE_BAR] = { "bar", 'b' },
	[ROLE_KEY] = { "key", 'k' },
	[ROLE_MESSAGE] = { "message", 'n' },
	[ROLE_REFUSED] = { "refused", 'R' },
	[ROLE_DIALOG] = { "dialog", 'g' },
	[ROLE_DIALOG_TITLE] = { "dialog-title", 'G' },
	[ROLE_ENTRY] = { "entry", 'e' },
};

static int clamp(int v, int lo, int hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

void grid_init(struct grid *g, int cols, int rows)
{
	g->cells = NULL;
	grid_resize(g, cols, rows);
}

void grid_release(struct grid *g)
{
	free(g->cells);
	memset(g, 0, sizeof(*g));
}

void grid_resize(struct grid *g, int cols, int rows)
{
	g->cols = clamp(cols, 1, GRID_MAX);
	g->rows = clamp(rows, 1, GRID_MAX);
	free(g->cells);
	g->cells = xcalloc((size_t)g->cols * (size_t)g->rows, sizeof(*g->cells));
	grid_clear(g, ROLE_LABEL);
}

void grid_clear(struct grid *g, enum role role)
{
	size_t n = (size_t)g->cols * (size_t)g->rows;

	for (size_t i = 0; i < n; i++)
		g->cells[i] = (struct cell){ ' ', (uint8_t)role, 0 };
	g->cursor_col = g->cursor_row = -1;
}

struct canvas grid_canvas(struct grid *g)
{
	return (struct canvas){ g, 0, 0, g->cols, g->rows };
}

/* [*at, *at + *n) cut to what lies within [0, limit), without overflow. */
static void cut(int *at, int *n, int limit)
{
	long long lo = *at, hi = (long long)*at + *n;

	lo = lo < 0 ? 0 : lo > limit ? limit : lo;
	hi = hi < lo ? lo : hi > limit ? limit : hi;
	*at = (int)lo;
	*n = (int)(hi - lo);
}

struct canvas canvas_sub(const struct canvas *c, int col, int row, int cols, int rows)
{
	cut(&col, &cols, c->cols);
	cut(&row, &rows, c->rows);
	return (struct canvas){ c->grid, c->col + col, c->row + row, cols, rows };
}

static struct cell *cell_at(const struct canvas *c, int col, int row)
{
	if (col < 0 || row < 0 || col >= c->cols || row >= c->rows)
		return NULL;
	col += c->col;
	row += c->row;
	if (col >= c->grid->cols || row >= c->grid->rows)
		return NULL;
	return &c->grid->cells[(size_t)row * (size_t)c->grid->cols + (size_t)col];
}

void canvas_fill(const struct canvas *c, uint32_t cp, enum role role)
{
	for (int row = 0; row < c->rows; row++)
		for (int col = 0; col < c->cols; col++)
			canvas_put(c, col, row, cp, role);
}

/* Overwriting one half of a wide character blanks the other half: a torn character
 * would shift the rest of the row on a terminal. col is the grid's. */
static void untear(const struct grid *g, struct cell *here, int col)
{
	if (here->cp == 0 && col > 0)
		here[-1].cp = ' ';
	if (here->cp != 0 && col + 1 < g->cols && here[1].cp == 0)
		here[1].cp = ' ';
}

/* One cell wide and safe: nearly all that is drawn. */
static bool is_ascii(uint32_t cp)
{
	return cp >= ' ' && cp < 0x7F;
}

void canvas_put(const struct canvas *c, int col, int row, uint32_t cp, enum role role)
{
	struct cell *cell = cell_at(c, col, row), *half = NULL;
	int width;

	if (!cell)
		return;
	width = is_ascii(cp) ? 1 : utf8_is_safe(cp) ? utf8_width(cp) : 0;
	if (width < 1 || (width == 2 && !(half = cell_at(c, col + 1, row))))
		cp = '?';
	untear(c->grid, cell, c->col + col);
	*cell = (struct cell){ cp, (uint8_t)role, cell->selected };
	if (half) {
		untear(c->grid, half, c->col + col + 1);
		*half = (struct cell){ 0, (uint8_t)role, half->selected };
	}
}

void canvas_cover(const struct canvas *c, enum role role)
{
	canvas_fill(c, ' ', role);
	for (int row = 0; row < c->rows; row++) {
		for (int col = 0; col < c->cols; col++) {
			struct cell *cell = cell_at(c, col, row);

			if (cell)
				cell->selected = 0;
		}
	}
}

void canvas_border(const struct canvas *c, enum role role)
{
	int right = c->cols - 1, low = c->rows - 1;

	for (int col = 1; col < right; col++) {
		canvas_put(c, col, 0, 0x2500, role);
		canvas_put(c, col, low, 0x2500, role);
	}
	for (int row = 1; row < low; row++) {
		canvas_put(c, 0, row, 0x2502, role);
		canvas_put(c, right, row, 0x2502, role);
	}
	if (low == 0)
		return;
	canvas_put(c, 0, 0, 0x250C, role);
	canvas_put(c, right, 0, 0x2510, role);
	canvas_put(c, 0, low, 0x2514, role);
	canvas_put(c, right, low, 0x2518, role);
}

/* What may be drawn of a text: itself where it is clean, as nearly always, so that a
 * frame takes no memory; else a copy in buf. */
static const char *cleaned(const char *s, struct strbuf *buf)
{
	if (utf8_is_clean(s))
		return s;
	utf8_clean(buf, s, (size_t)GRID_MAX * 4);
	return buf->buf;
}

/* Draws already clean text from col up to (not including) end. */
static int put_clean(const struct canvas *c, int col, int row, int end, const char *s,
		     enum role role)
{
	size_t n = strlen(s), used;
	int start = col;
	uint32_t cp;

	for (; n && col < end; s += used, n -= used) {
		if (!(used = utf8_decode(s, n, &cp)))
			return col - start;
		int w = utf8_width(cp);
		if (w < 1) /* a cell holds one code point: combining marks are lost */
			continue;
		if (w > end - col)
			break;
		canvas_put(c, col, row, cp, role);
		col += w;
	}
	return col - start;
}

int canvas_text(const struct canvas *c, int col, int row, const char *s, enum role role)
{
	struct strbuf copy = STRBUF_INIT;
	int cells = put_clean(c, col, row, c->cols, cleaned(s, &copy), role);

	strbuf_release(&copy);
	return cells;
}

int canvas_cells(const char *s)
{
	struct strbuf copy = STRBUF_INIT;
	int cells = utf8_cells(cleaned(s ? s : "", &copy));

	strbuf_release(&copy);
	return cells;
}

static void blank(const struct canvas *c, int col, int row, int width, enum role role)
{
	for (int i = 0; i < width; i++)
		canvas_put(c, col + i, row, ' ', role);
}

void canvas_text_fit(const struct canvas *c, int col, int row, int width, const char *s,
		     enum role role)
{
	struct strbuf copy = STRBUF_INIT;
	const char *text;

	if (width < 1)
		return;
	text = cleaned(s, &copy);
	blank(c, col, row, width, role);
	if (utf8_cells(text) <= width) {
		put_clean(c, col, row, col + width, text, role);
	} else {
		put_clean(c, col, row, col + width - 1, text, role);
		canvas_put(c, col + width - 1, row, '>', role);
	}
	strbuf_release(&copy);
}

void canvas_number(const struct canvas *c, int col, int row, int width, const char *s,
		   enum role role)
{
	struct strbuf copy = STRBUF_INIT;
	const char *text;
	int cells;

	if (width < 1)
		return;
	text = cleaned(s, &copy);
	cells = utf8_cells(text);
	if (cells > width) {
		for (int i = 0; i < width; i++)
			canvas_put(c, col + i, row, '#', role);
	} else {
		blank(c, col, row, width - cells, role);
		put_clean(c, col + width - cells, row, col + width, text, role);
	}
	strbuf_release(&copy);
}

void canvas_select(const struct canvas *c, int col, int row, int cols)
{
	for (int i = 0; i < cols; i++) {
		struct cell *cell = cell_at(c, col + i, row);

		if (cell)
			cell->selected = 1;
	}
}

const struct cell *grid_at(const struct grid *g, int col, int row)
{
	if (col < 0 || row < 0 || col >= g->cols || row >= g->rows)
		return NULL;
	return &g->cells[(size_t)row * (size_t)g->cols + (size_t)col];
}

void grid_row_text(const struct grid *g, int row, struct strbuf *out)
{
	const struct cell *cell = grid_at(g, 0, row);
	int n = cell ? g->cols : 0;
	char bytes[4];

	while (n > 0 && cell[n - 1].cp == ' ')
		n--;
	for (int i = 0; i < n; i++)
		if (cell[i].cp)
			strbuf_add(out, bytes, utf8_encode(cell[i].cp, bytes));
}

const char *role_name(enum role r)
{
	return (unsigned)r < ROLE_COUNT ? roles[r].name : "?";
}

char role_letter(enum role r)
{
	return (unsigned)r < ROLE_COUNT ? roles[r].letter : '?';
}

bool role_parse_author(const char *name, enum role *out)
{
	for (int r = 0; r < ROLE_AUTHOR_END; r++) {
		if (strcmp(name, roles[r].name) == 0) {
			*out = (enum role)r;
			return true;
		}
	}
	return false;
}
