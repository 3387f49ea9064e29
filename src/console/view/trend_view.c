/*
 * trend_view.c - the trend page, from the top: window and whether it is live, the lines,
 * clock times, the ruler's words, a row a pen. History says so in reverse: forgetting it
 * is the classic error.
 */
#include "console/view/trend_view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "console/widget/plot.h"
#include "util/strbuf.h"

/* The scale is as wide for every pen: Tab moves nothing and fetches nothing. */
enum { AXIS_CELLS = 9, PLOT_MIN_ROWS = 3, TIME_CELLS = 10, CELL = 12 };

const char *ui_trend_span(size_t at, int64_t *ms)
{
	static const struct {
		const char *name;
		int64_t s;
	} spans[] = {
		{ "1m", 60 },   { "5m", 300 },   { "15m", 900 },  { "1h", 3600 },
		{ "2h", 7200 }, { "4h", 14400 }, { "8h", 28800 }, { "1d", 86400 },
	};

	if (at >= sizeof(spans) / sizeof(spans[0]))
		return "";
	*ms = spans[at].s * 1000;
	return spans[at].name;
}

/* --- what is drawn ------------------------------------------------------------------ */

static void take_pens(const struct frame_input *in, struct plot *p)
{
	static const struct tag_meta untold = {
		.name = "", .unit = "", .description = "", .area = ""
	};
	const struct ui_trend *u = &in->ui->trend;

	for (size_t i = 0; i < u->n_pens; i++) {
		const struct model_tag *t = model_tag_find(in->m, u->pens[i]);
		struct plot_pen *pen = &p->pens[p->n_pens++];

		*pen = (struct plot_pen){
			.meta = t && t->meta.name ? &t->meta : &untold,
			.name = u->pens[i],
			.setpoint = NAN,
		};
		if (t && t->has_value)
			pen->live = t->live;
		else
			pen->live.sample.quality =
				QUALITY_MAKE(QUALITY_BAD, REASON_NO_VALUE);
		if (model_lost(in->m) && draw_trust(pen->live.sample.quality) != DRAW_BAD)
			pen->live.sample.quality =
				QUALITY_MAKE(QUALITY_BAD, REASON_STALE);
	}
	p->selected = u->selected < p->n_pens ? u->selected : 0;
}

/* The end of the window in buckets; 0: live. */
static int64_t history_end(const struct ui_trend *u, const struct plot *p,
			   const struct now *now)
{
	int64_t length = (int64_t)p->window.bucket_s * 1000, end, live;

	if (u->live)
		return 0;
	end = trend_bucket_of(u->end_ms + length - 1, length);
	end -= ((end % p->window.step) + p->window.step) % p->window.step;
	live = plot_live_end(&p->window, *now);
	return end < live ? end : live;
}

static void note_drawn(const struct frame_input *in, const struct plot *p, struct now now)
{
	int64_t newest = plot_newest_end(&p->window, now);

	in->ui->drawn.trend = (struct drawn_trend){
		.bucket_ms = (int64_t)p->window.bucket_s * 1000,
		.slots = p->window.n,
		.step = p->window.step,
		.end_ms = (p->end < newest ? p->end : newest) *
			  (int64_t)p->window.bucket_s * 1000,
		.began_ms = p->n_pens && p->pens[p->selected].has_past
				    ? p->pens[p->selected].about.began_ms
				    : 0,
	};
}

/* --- title -------------------------------------------------------------------------- */

static void title_paint(const struct canvas *c, const struct frame_input *in,
			const struct plot *p)
{
	const struct ui_trend *u = &in->ui->trend;
	char from[CLOCK_LOCAL_SIZE], to[CLOCK_LOCAL_SIZE], text[160];
	int64_t ms, end_ms = p->end * p->window.bucket_s * 1000;
	const char *state = u->live ? "live" : " HISTORY ";
	int cells = (int)strlen(state);

	clock_local((struct wall){ plot_slot_ms(p, 0) }, from);
	clock_local((struct wall){ end_ms }, to);
	snprintf(text, sizeof(text), "Trend  %s   %.11s%.8s - %.8s   %u s a point",
		 ui_trend_span(u->zoom, &ms), from, from + 11, to + 11,
		 (unsigned)p->window.bucket_s);
	canvas_text_fit(c, 0, 0, c->cols - cells - 1, text, ROLE_TITLE);
	canvas_text(c, c->cols - cells, 0, state, u->live ? ROLE_UNIT : ROLE_TITLE);
	if (!u->live)
		canvas_select(c, c->cols - cells, 0, cells);
}

/* --- values ------------------------------------------------------------------------- */

static void number(const struct plot_pen *pen, double v, char out[64])
{
	struct value value = value_double(v);

	value_format(&value, pen->meta->type == VALUE_BOOL ? 0 : pen->meta->decimals, out,
		     64);
}

static enum role trust_role(enum draw_trust trust)
{
	return trust == DRAW_GOOD    ? ROLE_VALUE
	       : trust == DRAW_STALE ? ROLE_STALE
	       : trust == DRAW_DOUBT ? ROLE_UNCERTAIN
				     : ROLE_BAD;
}

/* A bucket's last value; "-" was not recorded, "####" is no value. */
static enum role bucket_text(const struct plot_pen *pen, int slot, char out[64])
{
	const struct trend_bucket *b = pen->has_past ? &pen->slots[slot] : NULL;

	snprintf(out, 64, "%s", b && b->known ? "####" : "-");
	if (!b || !b->known)
		return ROLE_UNIT;
	if (!b->has_range || !b->has_last)
		return ROLE_BAD;
	number(pen, b->last, out);
	return trust_role(draw_trust(b->end) == DRAW_BAD ? DRAW_DOUBT
							 : draw_trust(b->end));
}

static enum role live_text(const struct plot_pen *pen, char out[64])
{
	enum draw_trust trust = draw_trust(pen->live.sample.quality);
	double v;

	snprintf(out, 64, "####");
	if (trust == DRAW_BAD || !value_number(&pen->live.sample.value, &v))
		return ROLE_BAD;
	number(pen, v, out);
	return trust_role(trust);
}

static void extremes_text(const struct plot *p, const struct plot_pen *pen, char out[64])
{
	char lo[64], hi[64];
	double min = INFINITY, max = -INFINITY;

	out[0] = '\0';
	for (int i = 0; pen->has_past && i < p->window.n; i++)
		if (pen->slots[i].has_range) {
			min = fmin(min, pen->slots[i].min);
			max = fmax(max, pen->slots[i].max);
		}
	if (min > max)
		return;
	number(pen, min, lo);
	number(pen, max, hi);
	snprintf(out, 64, "%.28s .. %.28s", lo, hi);
}

/* --- a row a pen -------------------------------------------------------------------- */

enum { VALUE_AT = 34, VALUE_CELLS = 11, UNIT_CELLS = 7, EXTREMES_CELLS = 22 };

static void pen_paint(const struct canvas *c, const struct plot *p, size_t i)
{
	const struct plot_pen *pen = &p->pens[i];
	bool selected = i == p->selected;
	int name = c->cols < 72 ? c->cols - VALUE_CELLS - UNIT_CELLS - 6 : VALUE_AT - 2;
	char text[64];
	enum role role = p->ruler != PLOT_NO_SLOT ? bucket_text(pen, p->ruler, text)
						  : live_text(pen, text);
	int col = 2 + name + 1;

	canvas_put(c, 0, (int)i, '1' + (uint32_t)i, selected ? ROLE_VALUE : ROLE_LABEL);
	canvas_text_fit(c, 2, (int)i, name, pen->name, ROLE_LABEL);
	if (p->ruler == PLOT_NO_SLOT && quality_mark(pen->live.sample.quality) != ' ')
		canvas_put(c, col, (int)i,
			   (unsigned char)quality_mark(pen->live.sample.quality), role);
	canvas_number(c, col + 1, (int)i, VALUE_CELLS - 1, text, role);
	canvas_text_fit(c, col + VALUE_CELLS + 1, (int)i, UNIT_CELLS,
			pen->meta->unit ? pen->meta->unit : "", ROLE_UNIT);
	if (selected) {
		canvas_select(c, 0, (int)i, 2 + name);
		c->grid->cursor_col = c->col;
		c->grid->cursor_row = c->row + (int)i;
	}
	col += VALUE_CELLS + UNIT_CELLS + 2;
	if (col + EXTREMES_CELLS > c->cols)
		return;
	extremes_text(p, pen, text);
	canvas_text_fit(c, col, (int)i, EXTREMES_CELLS, text, ROLE_UNIT);
	if (pen->about.refusal && pen->about.refusal[0])
		canvas_text_fit(c, col, (int)i, c->cols - col, pen->about.refusal,
				ROLE_REFUSED);
	else if (pen->meta->description)
		canvas_text_fit(c, col + EXTREMES_CELLS + 1, (int)i,
				c->cols - col - EXTREMES_CELLS - 1,
				pen->meta->description, ROLE_UNIT);
}

/* --- rulers ------------------------------------------------------------------------- */

struct between {
	double delta, average, per_h;
	bool told; /* both ends and something between them are good */
};

static struct between between(const struct plot *p, int a, int b)
{
	const struct plot_pen *pen = &p->pens[p->selected];
	const struct trend_bucket *from = &pen->slots[a], *to = &pen->slots[b];
	struct between r = { .told = pen->has_past && from->has_range && to->has_range };
	double sum = 0;
	int n = 0;

	for (int i = a; pen->has_past && i <= b; i++)
		if (pen->slots[i].has_range && pen->slots[i].has_last) {
			sum += pen->slots[i].last;
			n++;
		}
	if (!r.told || n == 0)
		return (struct between){ .told = false };
	r.delta = to->last - from->last;
	r.average = sum / n;
	if (b > a)
		r.per_h = r.delta / ((double)(b - a) * p->window.bucket_s / 3600);
	return r;
}

static void two_rulers(const struct plot *p, struct strbuf *out)
{
	const struct plot_pen *pen = &p->pens[p->selected];
	int a = p->ruler < p->ruler2 ? p->ruler : p->ruler2;
	int b = p->ruler < p->ruler2 ? p->ruler2 : p->ruler;
	struct between d = between(p, a, b);
	char text[64], time[CLOCK_SPAN_SIZE];

	clock_span_hms((int64_t)(b - a) * p->window.bucket_s * 1000, time);
	strbuf_addf(out, "   between: %s", time);
	if (!d.told) {
		strbuf_adds(out, "  no value at both ends");
		return;
	}
	number(pen, d.delta, text);
	strbuf_addf(out, "  change %s", text);
	number(pen, d.average, text);
	strbuf_addf(out, "  average %s", text);
	number(pen, d.per_h, text);
	strbuf_addf(out, "  slope %s %s/h", text, pen->meta->unit ? pen->meta->unit : "");
}

static void ruler_paint(const struct canvas *c, const struct plot *p)
{
	struct strbuf text = STRBUF_INIT;
	char at[CLOCK_LOCAL_SIZE];
	const struct plot_pen *pen = &p->pens[p->selected];
	const struct trend_bucket *b = &pen->slots[p->ruler];
	char lo[64], hi[64];

	clock_local((struct wall){ plot_slot_ms(p, p->ruler) }, at);
	strbuf_addf(&text, "ruler %.19s", at);
	if (p->ruler2 != PLOT_NO_SLOT) {
		two_rulers(p, &text);
	} else if (pen->has_past && b->has_range && b->min < b->max) {
		number(pen, b->min, lo);
		number(pen, b->max, hi);
		strbuf_addf(&text, "   %s .. %s in %u samples", lo, hi, b->count);
	} else if (pen->has_past && b->known && !b->has_range) {
		strbuf_addf(&text, "   no value: %s",
			    quality_reason_text(b->worst)); /* why the line stops */
	}
	canvas_text_fit(c, 0, 0, c->cols, text.buf, ROLE_LABEL);
	strbuf_release(&text);
}

/* --- the table ---------------------------------------------------------------------- */

/* Time, then minimum and maximum of the selected pen, then each pen's last value. */
static void table_row(const struct canvas *c, const struct plot *p, int row, int slot)
{
	const struct plot_pen *pen = &p->pens[p->selected];
	const struct trend_bucket *b = pen->has_past ? &pen->slots[slot] : NULL;
	char text[64];
	int col = TIME_CELLS;

	clock_local_hms((struct wall){ plot_slot_ms(p, slot) }, text);
	canvas_text(c, 0, row, text, ROLE_UNIT);
	for (int i = 0; i < 2; i++, col += CELL) {
		text[0] = '\0';
		if (b && b->has_range)
			number(pen, i ? b->max : b->min, text);
		canvas_number(c, col, row, CELL - 1, text, ROLE_UNIT);
	}
	for (size_t i = 0; i < p->n_pens && col + CELL <= c->cols; i++, col += CELL) {
		enum role role = bucket_text(&p->pens[i], slot, text);

		canvas_number(c, col, row, CELL - 1, text, role);
	}
}

static void table_head(const struct canvas *c, const struct plot *p)
{
	char text[32];
	int col = TIME_CELLS;

	canvas_text(c, 0, 0, "from", ROLE_UNIT);
	snprintf(text, sizeof(text), "%zu min", p->selected + 1);
	canvas_number(c, col, 0, CELL - 1, text, ROLE_UNIT);
	snprintf(text, sizeof(text), "%zu max", p->selected + 1);
	canvas_number(c, col + CELL, 0, CELL - 1, text, ROLE_UNIT);
	col += 2 * CELL;
	for (size_t i = 0; i < p->n_pens && col + CELL <= c->cols; i++, col += CELL) {
		snprintf(text, sizeof(text), "%zu last", i + 1);
		canvas_number(c, col, 0, CELL - 1, text,
			      i == p->selected ? ROLE_VALUE : ROLE_LABEL);
	}
}

/* The newest first, as one looks at it from now on back. */
static void table_paint(const struct canvas *c, const struct frame_input *in,
			const struct plot *p)
{
	size_t *top = &in->ui->trend.table_top, n = (size_t)p->window.n;
	int room = c->rows - 1;

	table_head(c, p);
	if (room < 1)
		return;
	in->ui->drawn.list_rows = (size_t)room;
	if (*top + (size_t)room > n)
		*top = n > (size_t)room ? n - (size_t)room : 0;
	for (int row = 0; row < room && *top + (size_t)row < n; row++) {
		int slot = p->window.n - 1 - (int)*top - row;

		table_row(c, p, 1 + row, slot);
		if (slot == p->ruler)
			canvas_select(c, 0, 1 + row, c->cols);
	}
}

/* --- the page ----------------------------------------------------------------------- */

static void lines_paint(const struct canvas *c, const struct plot *p)
{
	int rows = c->rows - 1, digits = p->n_pens > 1;
	struct canvas scale = canvas_sub(c, 0, 0, AXIS_CELLS, rows);
	struct canvas lines = canvas_sub(c, AXIS_CELLS, 0, p->window.cols, rows);
	struct canvas ends = canvas_sub(c, c->cols - digits, 0, digits, rows);
	struct canvas times = canvas_sub(c, AXIS_CELLS, rows, c->cols - AXIS_CELLS, 1);

	plot_lines(&lines, p);
	plot_value_axis(&scale, p);
	if (digits)
		plot_digits(&ends, p);
	plot_time_axis(&times, p);
}

static void empty_paint(const struct canvas *c)
{
	canvas_text_fit(c, 0, 0, c->cols, "Trend", ROLE_TITLE);
	wrap_paint(c, 0, 2, c->cols,
		   "No pens yet. Go back, select a field or an alarm, and press t.",
		   ROLE_LABEL);
}

static void place_rulers(const struct ui_trend *u, struct plot *p)
{
	p->ruler = u->ruler_ms ? plot_slot_of(p, u->ruler_ms) : PLOT_NO_SLOT;
	p->ruler2 = u->ruler2_ms ? plot_slot_of(p, u->ruler2_ms) : PLOT_NO_SLOT;
}

void trend_view_paint(const struct canvas *c, const struct frame_input *in)
{
	struct picture_source src = model_source(in->m, in->now);
	struct ui_trend *u = &in->ui->trend;
	struct plot p = { .tier = in->m->tier };
	int64_t span_ms = 0;
	int pens, rows;

	if (u->n_pens == 0) {
		empty_paint(c);
		return;
	}
	take_pens(in, &p);
	ui_trend_span(u->zoom, &span_ms);
	p.window = plot_window(c->cols - AXIS_CELLS - (p.n_pens > 1), span_ms, p.tier);
	if (src.slow_line && u->live && !u->table)
		plot_jump_by_quarters(&p.window);
	plot_fetch(&p, &src, history_end(u, &p, &src.now));
	place_rulers(u, &p);
	note_drawn(in, &p, src.now);
	rows = c->rows - 1 - (p.ruler != PLOT_NO_SLOT);
	pens = (int)p.n_pens;
	if (pens > rows - PLOT_MIN_ROWS)
		pens = rows > PLOT_MIN_ROWS ? rows - PLOT_MIN_ROWS : 0;
	rows -= pens;

	struct canvas title = canvas_sub(c, 0, 0, c->cols, 1);
	struct canvas middle = canvas_sub(c, 0, 1, c->cols, rows);
	struct canvas ruler = canvas_sub(c, 0, 1 + rows, c->cols, 1);
	struct canvas legend = canvas_sub(c, 0, c->rows - pens, c->cols, pens);

	title_paint(&title, in, &p);
	if (u->table)
		table_paint(&middle, in, &p);
	else
		lines_paint(&middle, &p);
	if (p.ruler != PLOT_NO_SLOT)
		ruler_paint(&ruler, &p);
	for (size_t i = 0; i < (size_t)pens; i++)
		pen_paint(&legend, &p, i);
	plot_release(&p);
}
