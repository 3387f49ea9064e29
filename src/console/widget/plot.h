/*
 * plot.h - lines over time on a canvas: what the trend widget and the trend page share.
 *
 * The window is cut into slots, one bucket each, whose edges lie at whole multiples of
 * the bucket length; it moves by whole columns only, so that the past is drawn the same
 * way in each frame. A slot shows min to max of its bucket, joined to the slot before: no
 * spike is lost however far one looks back. A gap stays blank with '?' under it, the tail
 * of a stale value is dotted, 'R' says where the server began.
 *
 * Each terminal tier has its own dots: braille 2x4 a cell, quadrants 2x2, then thin lines
 * in 3 heights (console, ascii) or 5 (vt100). A cell belongs to the selected pen; the
 * others are drawn under it, dotted. Pure.
 */
#ifndef SG_CONSOLE_WIDGET_PLOT_H
#define SG_CONSOLE_WIDGET_PLOT_H

#include "console/widget/draw.h"

enum { PLOT_PENS_MAX = 8, PLOT_SLOTS_MAX = 1200, PLOT_NO_SLOT = -1 };

/* How a span fits into some columns. */
struct plot_window {
	int cols;
	uint32_t bucket_s;
	int n;          /* slots */
	int cell_slots; /* slots in a column; 0: a slot is wider than one */
	int slot_cols;  /* columns of a slot; 0: see above */
	int step;       /* slots the window moves by */
	int jump;       /* a live one by so many at once; 0: by each step */
};

struct plot_window plot_window(int cols, int64_t span_ms, enum glyph_tier tier);
/* For a slow line: the live window stands, with room for what comes, and jumps by a
 * quarter when that is full. A column that comes costs its own bytes, not all others'. */
void plot_jump_by_quarters(struct plot_window *w);
/* The end of a window that shows the newest: a bucket number. */
int64_t plot_live_end(const struct plot_window *w, struct now now);
/* The same but for the room. */
int64_t plot_newest_end(const struct plot_window *w, struct now now);

struct plot_pen {
	const struct tag_meta *meta; /* never NULL */
	struct tag_live live;
	const char *name;
	double setpoint; /* NAN = none */
	bool has_past;
	struct trend_about about;
	struct trend_bucket *slots; /* window.n; owned: plot_release() */
};

struct plot {
	enum glyph_tier tier;
	struct plot_window window;
	int64_t end; /* number after the last bucket of the window */
	struct plot_pen pens[PLOT_PENS_MAX];
	size_t n_pens, selected;
	int ruler, ruler2; /* slots, or PLOT_NO_SLOT */
};

/* Asks the source for the pens' past (name, meta and live are filled in by the caller).
 * end 0: live; the newest that all pens know of, or what is due. */
void plot_fetch(struct plot *p, const struct picture_source *src, int64_t end);
void plot_release(struct plot *p);

/* The scale of a pen: its tag's range, 0..1 of a bool, else around what is there. */
void plot_scale(const struct plot_pen *pen, int n, double *lo, double *hi);
/* The lines alone, over the whole canvas, which is window.cols wide. */
void plot_lines(const struct canvas *c, const struct plot *p);
/* One row: ticks at fixed clock times, with '?' where the selected pen has a gap and 'R'
 * where the server began. */
void plot_time_axis(const struct canvas *c, const struct plot *p);
/* Scale of the selected pen, right-aligned, with a wall to its right. Cells needed. */
int plot_axis_cells(const struct plot *p);
void plot_value_axis(const struct canvas *c, const struct plot *p);
/* One column: the digits of the pens where their lines end. */
void plot_digits(const struct canvas *c, const struct plot *p);
/* One row: "1 p201.flow 42.1 m3/h  2 ...": values now, or those of the ruler's slot. */
void plot_legend(const struct canvas *c, const struct plot *p);

/* When a slot begins, UTC ms; and the slot a moment lies in, PLOT_NO_SLOT outside. */
int64_t plot_slot_ms(const struct plot *p, int slot);
int plot_slot_of(const struct plot *p, int64_t ms);
/* The first column of a slot. */
int plot_slot_col(const struct plot_window *w, int slot);

/* A value in a cell of h levels (1..h), 0 below, h + 1 above; -1: no number. For one row
 * of anything: sparklines. */
int plot_level(double v, double lo, double hi, int h);
/* The glyph of a level out of plot_levels() of that tier. */
int plot_levels(enum glyph_tier tier);
uint32_t plot_level_glyph(enum glyph_tier tier, int level);

#endif
