/* plot.c - the window over time: how many slots of what length, and what is in them. */
#include "console/widget/plot.h"

#include <math.h>
#include <stdlib.h>

#include "util/xalloc.h"

enum { SECONDS_REACH_S = 4200, MAX_SLOT_COLS = 16 };

/* The server knows seconds for an hour and a bit, then whole minutes. */
static int64_t length_for(int64_t span_s, int slots)
{
	int64_t s = (span_s + slots - 1) / slots;

	if (s < 1)
		s = 1;
	if (s * slots > SECONDS_REACH_S)
		s = (s + 59) / 60 * 60;
	return s;
}

static int dots_across(enum glyph_tier tier)
{
	return tier == GLYPHS_FULL || tier == GLYPHS_BLOCKS ? 2 : 1;
}

/* How long a window of such slots is; 0: there is no room for one. */
static struct plot_window cut(int cols, int64_t span_s, int cell_slots, int slot_cols)
{
	struct plot_window w = { .cols = cols,
				 .n = cell_slots ? cols * cell_slots : cols / slot_cols,
				 .cell_slots = cell_slots,
				 .slot_cols = slot_cols,
				 .step = cell_slots ? cell_slots : 1 };

	if (w.n > PLOT_SLOTS_MAX)
		w.n = PLOT_SLOTS_MAX;
	if (w.n > 0)
		w.bucket_s = (uint32_t)length_for(span_s, w.n);
	return w;
}

static int64_t window_s(const struct plot_window *w)
{
	return (int64_t)w->bucket_s * w->n;
}

/* The finest slots whose window is not much longer than was asked for; else those with
 * the shortest. */
struct plot_window plot_window(int cols, int64_t span_ms, enum glyph_tier tier)
{
	int64_t span_s = span_ms < 1000 ? 1 : span_ms / 1000;
	struct plot_window best = { 0 };

	cols = cols < 1 ? 1 : cols;
	for (int wide = dots_across(tier) == 2 ? 0 : 1; wide <= MAX_SLOT_COLS; wide++) {
		struct plot_window w =
			cut(cols, span_s, wide == 0 ? 2 : wide == 1, wide > 1 ? wide : 0);

		if (w.n == 0 || (best.n && window_s(&w) >= window_s(&best)))
			continue;
		best = w;
		if (4 * window_s(&w) <= 5 * span_s)
			break;
	}
	return best;
}

static int64_t floor_to(int64_t n, int step)
{
	int64_t rest = n % step;

	return n - (rest < 0 ? rest + step : rest);
}

void plot_jump_by_quarters(struct plot_window *w)
{
	int quarter = (int)floor_to(w->n / 4, w->step);

	w->jump = quarter > w->step ? quarter : 0;
}

int64_t plot_newest_end(const struct plot_window *w, struct now now)
{
	return floor_to(trend_bucket_of(now.wall.ms, (int64_t)w->bucket_s * 1000),
			w->step);
}

int64_t plot_live_end(const struct plot_window *w, struct now now)
{
	int64_t newest = plot_newest_end(w, now);

	return w->jump ? floor_to(newest + w->jump - 1, w->jump) : newest;
}

/* --- fetching ----------------------------------------------------------------------- */

static void fetch(struct plot *p, const struct picture_source *src, int64_t end)
{
	p->end = end;
	for (size_t i = 0; i < p->n_pens; i++) {
		struct plot_pen *pen = &p->pens[i];
		struct trend_ask ask = { pen->name, p->window.bucket_s, end,
					 (size_t)p->window.n };

		if (!pen->slots)
			pen->slots = xcalloc(ask.n, sizeof(*pen->slots));
		pen->about = (struct trend_about){ .refusal = "" };
		pen->has_past =
			src->trend && src->trend(src->arg, &ask, pen->slots, &pen->about);
	}
}

static bool all_know(const struct plot *p, int64_t end)
{
	for (size_t i = 0; i < p->n_pens; i++)
		if (p->pens[i].has_past && p->pens[i].about.told_end < end)
			return false;
	return true;
}

/* The window moves when what it moves to is known, not to show a hole for a moment. */
void plot_fetch(struct plot *p, const struct picture_source *src, int64_t end)
{
	int64_t live = plot_live_end(&p->window, src->now);

	fetch(p, src, end ? end : live);
	if (!end && !p->window.jump && !all_know(p, live) &&
	    all_know(p, live - p->window.step))
		fetch(p, src, live - p->window.step);
}

void plot_release(struct plot *p)
{
	for (size_t i = 0; i < p->n_pens; i++)
		free(p->pens[i].slots);
	p->n_pens = 0;
}

/* --- places ------------------------------------------------------------------------- */

int64_t plot_slot_ms(const struct plot *p, int slot)
{
	return (p->end - p->window.n + slot) * p->window.bucket_s * 1000;
}

int plot_slot_of(const struct plot *p, int64_t ms)
{
	int64_t slot = trend_bucket_of(ms, (int64_t)p->window.bucket_s * 1000) - p->end +
		       p->window.n;

	return slot >= 0 && slot < p->window.n ? (int)slot : PLOT_NO_SLOT;
}

/* What is left over by slots that are wider than a column stays free at the left. */
int plot_slot_col(const struct plot_window *w, int slot)
{
	if (w->cell_slots)
		return w->cols - (w->n - slot + w->cell_slots - 1) / w->cell_slots;
	return w->cols - (w->n - slot) * w->slot_cols;
}

/* --- scales ------------------------------------------------------------------------- */

static void scale_of_slots(const struct plot_pen *pen, int n, double *lo, double *hi)
{
	*lo = INFINITY;
	*hi = -INFINITY;
	for (int i = 0; pen->has_past && i < n; i++) {
		if (!pen->slots[i].has_range)
			continue;
		*lo = fmin(*lo, pen->slots[i].min);
		*hi = fmax(*hi, pen->slots[i].max);
	}
	if (*lo > *hi)
		*lo = *hi = 0;
	double room = (*hi - *lo) * 0.1;

	*lo -= room > 0 ? room : 0.5;
	*hi += room > 0 ? room : 0.5;
}

void plot_scale(const struct plot_pen *pen, int n, double *lo, double *hi)
{
	*lo = pen->meta->lo;
	*hi = pen->meta->hi;
	if (pen->meta->has_range && *hi > *lo)
		return;
	*lo = 0;
	*hi = 1;
	if (pen->meta->type != VALUE_BOOL)
		scale_of_slots(pen, n, lo, hi);
}

int plot_level(double v, double lo, double hi, int h)
{
	double at = (v - lo) / (hi - lo);

	if (!isfinite(at))
		return -1;
	if (at < 0)
		return 0;
	if (at > 1)
		return h + 1;
	return 1 + (int)lround(at * (h - 1));
}
