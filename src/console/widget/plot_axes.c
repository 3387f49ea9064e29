/* plot_axes.c - what stands around the lines: clock times, the scale, names and values.
 */
#include "console/widget/plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "util/utf8.h"

enum { TICK = 0x2575, WALL = 0x2502, WALL_TICK = 0x2524, NUMBER_MAX = 8, LABEL_GAP = 2 };

/* --- time --------------------------------------------------------------------------- */

static const int steps_s[] = { 1,   2,   5,    10,   15,   30,    60,    120,   300,
			       600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400 };

enum { STEPS = sizeof(steps_s) / sizeof(steps_s[0]) };

static int64_t column_ms(const struct plot_window *w)
{
	int64_t slot = (int64_t)w->bucket_s * 1000;

	return w->cell_slots ? slot * w->cell_slots : slot / w->slot_cols;
}

/* The finest step whose labels do not touch. */
static int64_t tick_step_ms(const struct plot_window *w)
{
	for (int i = 0; i < STEPS; i++) {
		int cells = (steps_s[i] < 60 ? 9 : 6) + LABEL_GAP;

		if ((int64_t)steps_s[i] * 1000 >= cells * column_ms(w))
			return (int64_t)steps_s[i] * 1000;
	}
	return INT64_C(86400000);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* "10:05:00" or "10:05", at midnight the day: "11-22". */
static void tick_text(int64_t ms, int64_t step_ms, char out[16])
{
	char full[CLOCK_LOCAL_SIZE];

	clock_local((struct wall){ ms }, full);
	if (strlen(full) < 19)
		out[0] = '\0';
	else if (strncmp(full + 11, "00:00:00", 8) == 0)
		snprintf(out, 16, "%.5s", full + 5);
	else
		snprintf(out, 16, "%.*s", step_ms < 60000 ? 8 : 5, full + 11);
}

/* The clock time at a multiple of the step within a column; false: there is none. */
static bool tick_in(int64_t from_ms, int64_t to_ms, int64_t step_ms, int64_t *at_ms)
{
	int64_t offset = clock_local_offset_ms((struct wall){ from_ms });
	int64_t n = floor_div(to_ms - 1 + offset, step_ms);

	*at_ms = n * step_ms - offset;
	return *at_ms >= from_ms;
}

/* A time that would hide a gap or stand beside its mark is left out, whole. */
static bool is_free(const struct canvas *c, int col, int cells)
{
	for (int i = col; i < col + cells; i++) {
		const struct cell *cell = grid_at(c->grid, c->col + i, c->row);

		if (i >= c->cols || !cell || cell->cp != ' ')
			return false;
	}
	return true;
}

static void draw_ticks(const struct canvas *c, const struct plot *p)
{
	int64_t step = tick_step_ms(&p->window), column = column_ms(&p->window), at;
	int64_t end_ms = p->end * p->window.bucket_s * 1000;
	char text[16];

	for (int col = 0; col < p->window.cols; col++) {
		int64_t from = end_ms - (p->window.cols - col) * column;

		if (!tick_in(from, from + column, step, &at))
			continue;
		tick_text(at, step, text);
		if (is_free(c, col, 1))
			canvas_put(c, col, 0, TICK, ROLE_PIPE);
		if (is_free(c, col + 1, (int)strlen(text)))
			canvas_text(c, col + 1, 0, text, ROLE_UNIT);
	}
}

static bool has_gap(const struct trend_bucket *b)
{
	return b->known && quality_class(b->worst) == QUALITY_BAD;
}

static void draw_gaps(const struct canvas *c, const struct plot *p)
{
	const struct plot_pen *pen = &p->pens[p->selected];

	for (int slot = 0; pen->has_past && slot < p->window.n; slot++)
		if (has_gap(&pen->slots[slot]))
			canvas_put(c, plot_slot_col(&p->window, slot), 0, '?', ROLE_BAD);
}

static void draw_restart(const struct canvas *c, const struct plot *p)
{
	const struct plot_pen *pen = &p->pens[p->selected];
	int slot;

	if (!pen->has_past || !pen->about.from_restart)
		return;
	slot = plot_slot_of(p, pen->about.began_ms);
	if (slot != PLOT_NO_SLOT)
		canvas_put(c, plot_slot_col(&p->window, slot), 0, 'R', ROLE_MARK);
}

void plot_time_axis(const struct canvas *c, const struct plot *p)
{
	if (p->n_pens) {
		draw_gaps(c, p);
		draw_restart(c, p);
	}
	draw_ticks(c, p);
}

/* --- values ------------------------------------------------------------------------- */

static void number_text(const struct plot_pen *pen, double v, char out[64])
{
	struct value value = value_double(v);

	for (int decimals = pen->meta->decimals; decimals >= 0; decimals--) {
		value_format(&value, decimals, out, 64);
		if (utf8_cells(out) <= NUMBER_MAX)
			return;
	}
}

/* Fewer decimals where all marks can do without: "6" and not "6.00". */
static void mark_text(const struct plot_pen *pen, const double marks[3], int i,
		      char out[64])
{
	int decimals = 0;

	while (decimals < pen->meta->decimals) {
		double whole = pow(10, decimals), off = 0;

		for (int k = 0; k < 3; k++)
			off = fmax(off,
				   fabs(marks[k] * whole - nearbyint(marks[k] * whole)));
		if (off < 1e-6)
			break;
		decimals++;
	}
	struct value value = value_double(marks[i]);

	value_format(&value, decimals, out, 64);
	if (utf8_cells(out) > NUMBER_MAX)
		number_text(pen, marks[i], out);
}

static void find_marks(const struct plot *p, double marks[3])
{
	double lo, hi;

	plot_scale(&p->pens[p->selected], p->window.n, &lo, &hi);
	marks[0] = lo;
	marks[1] = lo + (hi - lo) / 2;
	marks[2] = hi;
}

int plot_axis_cells(const struct plot *p)
{
	double marks[3];
	char text[64];
	int cells = 0;

	if (p->n_pens == 0)
		return 0;
	/* without a range the scale is that of what is there, which is not known yet */
	if (!p->pens[p->selected].meta->has_range &&
	    p->pens[p->selected].meta->type != VALUE_BOOL)
		return NUMBER_MAX + 1;
	find_marks(p, marks);
	for (int i = 0; i < 3; i++) {
		mark_text(&p->pens[p->selected], marks, i, text);
		cells = utf8_cells(text) > cells ? utf8_cells(text) : cells;
	}
	return cells + 1;
}

static void draw_mark(const struct canvas *c, const struct plot *p, const double marks[3],
		      int i, int row)
{
	char text[64];

	mark_text(&p->pens[p->selected], marks, i, text);
	canvas_text(c, c->cols - 1 - utf8_cells(text), row, text, ROLE_UNIT);
	canvas_put(c, c->cols - 1, row, WALL_TICK, ROLE_PIPE);
}

void plot_value_axis(const struct canvas *c, const struct plot *p)
{
	double marks[3];

	for (int row = 0; row < c->rows; row++)
		canvas_put(c, c->cols - 1, row, WALL, ROLE_PIPE);
	if (p->n_pens == 0)
		return;
	find_marks(p, marks);
	draw_mark(c, p, marks, 0, c->rows - 1);
	if (c->rows > 1)
		draw_mark(c, p, marks, 2, 0);
	if (c->rows >= 5 && c->rows % 2)
		draw_mark(c, p, marks, 1, c->rows / 2);
}

/* --- legend ------------------------------------------------------------------------- */

/* "level" of "intake.t101.level" where there is little room. */
static const char *short_name(const char *name, int parts)
{
	const char *at = name + strlen(name);

	while (at > name && parts > 0) {
		at--;
		if (*at == '.' && --parts == 0)
			return at + 1;
	}
	return name;
}

static enum role value_text(const struct plot *p, const struct plot_pen *pen,
			    char out[64])
{
	const struct sample *s = &pen->live.sample;
	enum draw_trust trust = draw_trust(s->quality);
	double v = 0;

	if (p->ruler != PLOT_NO_SLOT) {
		const struct trend_bucket *b = &pen->slots[p->ruler];

		snprintf(out, 64, "%s", pen->has_past && b->known ? "####" : "-");
		if (!pen->has_past || !b->has_range || !b->has_last)
			return ROLE_BAD;
		trust = draw_trust(b->end);
		v = b->last;
	} else if (trust == DRAW_BAD || !value_number(&s->value, &v)) {
		snprintf(out, 64, "####");
		return ROLE_BAD;
	}
	number_text(pen, v, out);
	return trust == DRAW_GOOD    ? ROLE_VALUE
	       : trust == DRAW_STALE ? ROLE_STALE
				     : ROLE_UNCERTAIN;
}

struct legend_entry {
	char digit[4], name[128], value[64];
	enum role role;
	const char *unit;
	char mark;
};

static void entry_of(const struct plot *p, size_t i, int parts, struct legend_entry *e)
{
	const struct plot_pen *pen = &p->pens[i];

	*e = (struct legend_entry){ .unit = pen->meta->unit ? pen->meta->unit : "" };
	if (p->n_pens > 1)
		snprintf(e->digit, sizeof(e->digit), "%zu ", i + 1);
	if (parts > 0)
		snprintf(e->name, sizeof(e->name), "%s ",
			 parts > 8 ? pen->name : short_name(pen->name, parts));
	e->role = value_text(p, pen, e->value);
	e->mark = p->ruler == PLOT_NO_SLOT ? quality_mark(pen->live.sample.quality) : ' ';
}

static int entry_cells(const struct legend_entry *e)
{
	return (int)strlen(e->digit) + (int)strlen(e->name) + (e->mark != ' ') +
	       (int)strlen(e->value) + (e->unit[0] ? 1 + canvas_cells(e->unit) : 0);
}

static int all_cells(const struct plot *p, int parts)
{
	struct legend_entry e;
	int sum = 0;

	for (size_t i = 0; i < p->n_pens; i++) {
		entry_of(p, i, parts, &e);
		sum += entry_cells(&e) + (i ? 2 : 0);
	}
	return sum;
}

static int draw_entry(const struct canvas *c, int col, const struct legend_entry *e,
		      bool selected)
{
	enum role pen = selected ? ROLE_VALUE : ROLE_LABEL;

	col += canvas_text(c, col, 0, e->digit, pen);
	col += canvas_text(c, col, 0, e->name, ROLE_LABEL);
	if (e->mark != ' ') {
		const char mark[2] = { e->mark, '\0' };

		col += canvas_text(c, col, 0, mark, e->role);
	}
	col += canvas_text(c, col, 0, e->value, e->role);
	if (e->unit[0])
		col += 1 + canvas_text(c, col + 1, 0, e->unit, ROLE_UNIT);
	return col;
}

/* Names as long as there is room for: whole, the last two parts, the last, none. */
void plot_legend(const struct canvas *c, const struct plot *p)
{
	static const int choices[] = { 9, 2, 1, 0 };
	struct legend_entry e;
	size_t choice = 0;
	int col = 0;

	while (choice < 3 && all_cells(p, choices[choice]) > c->cols)
		choice++;
	for (size_t i = 0; i < p->n_pens; i++) {
		entry_of(p, i, choices[choice], &e);
		if (col + entry_cells(&e) > c->cols)
			break;
		col = draw_entry(c, col, &e, i == p->selected) + 2;
	}
}
