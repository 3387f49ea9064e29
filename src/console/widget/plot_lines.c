/*
 * plot_lines.c - from buckets to cells. A pen is drawn column by column: each dot column
 * covers the rows from min to max of its slot, stretched until it meets the slot before.
 * Where that is more than a cell the column is dim, and the cell with the last value
 * bright.
 */
#include "console/widget/plot.h"

#include <math.h>

#include "screen/glyph.h"

struct tier_dots {
	int across, down; /* dots in a cell */
};

static const struct tier_dots tier_dots[GLYPHS_TIER_COUNT] = {
	[GLYPHS_FULL] = { 2, 4 },    [GLYPHS_BLOCKS] = { 2, 2 },
	[GLYPHS_CONSOLE] = { 1, 3 }, [GLYPHS_VT100] = { 1, 5 },
	[GLYPHS_ASCII] = { 1, 3 },
};

/* From the bottom up: one dot of a cell as a thin line. */
static const uint32_t heights[GLYPHS_TIER_COUNT][5] = {
	[GLYPHS_CONSOLE] = { '_', 0x2500, GLYPH_SCAN_TOP },
	[GLYPHS_VT100] = { GLYPH_SCAN_TOP + 3, GLYPH_SCAN_TOP + 2, 0x2500,
			   GLYPH_SCAN_TOP + 1, GLYPH_SCAN_TOP },
	[GLYPHS_ASCII] = { '_', '-', '^' },
};

enum { UPRIGHT = 0x2502, OFF_TOP = 0x2191, OFF_BOTTOM = 0x2193, DOT = 0x00B7 };

/* Rows of dots, counted from the bottom; lo > hi: nothing. */
struct reach {
	int lo, hi;
};

static const struct reach nothing = { 1, 0 };

struct pencil {
	const struct canvas *c;
	const struct plot *p;
	const struct plot_pen *pen;
	struct tier_dots dots;
	double lo, hi;
	int tall;       /* rows of dots in all */
	bool selected;  /* solid; the others dotted */
	int first_tail; /* slots from here on are the tail of a stale value */
	int digit;
};

static int dot_of(const struct pencil *k, double v)
{
	double at = (v - k->lo) / (k->hi - k->lo);

	if (!isfinite(at))
		return 0;
	at = at < 0 ? 0 : at > 1 ? 1 : at;
	return (int)lround(at * (k->tall - 1));
}

static const struct trend_bucket *slot_at(const struct pencil *k, int slot)
{
	return slot >= 0 && slot < k->p->window.n ? &k->pen->slots[slot] : NULL;
}

static bool is_tail(const struct pencil *k, int slot)
{
	return slot >= k->first_tail;
}

/* The tail of what is stale now: it stands as it was last. */
static int find_tail(const struct pencil *k)
{
	int at = k->p->window.n;

	while (at > 0) {
		const struct trend_bucket *b = slot_at(k, at - 1);

		if (!b->known || b->has_range || !b->has_last ||
		    draw_trust(b->end) != DRAW_STALE)
			break;
		at--;
	}
	return at;
}

/* Slots by their number since 1970, so that dots do not change places as time goes. */
static bool is_even(const struct pencil *k, int slot)
{
	return ((k->p->end - k->p->window.n + slot) & 1) == 0;
}

static struct reach reach_of(const struct pencil *k, int slot)
{
	const struct trend_bucket *b = slot_at(k, slot), *before = slot_at(k, slot - 1);
	struct reach r;
	int last;

	if (!b || !b->known)
		return nothing;
	if (is_tail(k, slot))
		return is_even(k, slot)
			       ? (struct reach){ dot_of(k, b->last), dot_of(k, b->last) }
			       : nothing;
	if (!b->has_range)
		return nothing;
	r = (struct reach){ dot_of(k, b->min), dot_of(k, b->max) };
	if (before && before->has_range && before->has_last) {
		last = dot_of(k, before->last);
		if (last < r.lo - 1)
			r.lo = last + 1;
		else if (last > r.hi + 1)
			r.hi = last - 1;
	}
	if (!k->selected && r.lo == r.hi && !is_even(k, slot))
		return nothing;
	return r;
}

/* --- glyphs ------------------------------------------------------------------------- */

static bool covers(struct reach r, int dot)
{
	return dot >= r.lo && dot <= r.hi;
}

static uint32_t braille(const struct reach *r, int base)
{
	static const uint8_t bits[2][4] = { { 0x40, 0x04, 0x02, 0x01 },
					    { 0x80, 0x20, 0x10, 0x08 } };
	uint32_t cp = GLYPH_BRAILLE;

	for (int x = 0; x < 2; x++)
		for (int y = 0; y < 4; y++)
			if (covers(r[x], base + y))
				cp |= bits[x][y];
	return cp == GLYPH_BRAILLE ? 0 : cp;
}

/* By bits: lower left, lower right, upper left, upper right. */
static uint32_t quadrant(const struct reach *r, int base)
{
	static const uint16_t glyphs[16] = { 0,      0x2596, 0x2597, 0x2584,
					     0x2598, 0x258C, 0x259A, 0x2599,
					     0x259D, 0x259E, 0x2590, 0x259F,
					     0x2580, 0x259B, 0x259C, 0x2588 };
	unsigned bits = 0;

	for (int x = 0; x < 2; x++)
		for (int y = 0; y < 2; y++)
			if (covers(r[x], base + y))
				bits |= 1u << (2 * y + x);
	return glyphs[bits];
}

static uint32_t thin_line(const struct pencil *k, const struct reach *r, int base)
{
	int n = 0, at = 0;

	for (int y = 0; y < k->dots.down; y++)
		if (covers(r[0], base + y)) {
			n++;
			at = y;
		}
	if (n == 0)
		return 0;
	if (k->p->tier == GLYPHS_ASCII && !k->selected)
		return '0' + (uint32_t)k->digit;
	return n > 1 ? UPRIGHT : heights[k->p->tier][at];
}

static uint32_t glyph_of(const struct pencil *k, const struct reach *r, int base)
{
	if (k->p->tier == GLYPHS_FULL)
		return braille(r, base);
	if (k->p->tier == GLYPHS_BLOCKS)
		return quadrant(r, base);
	return thin_line(k, r, base);
}

/* --- a pen -------------------------------------------------------------------------- */

/* The slot a dot column shows; *joins: it is the first of the slot. */
static int slot_of_dot(const struct pencil *k, int col, int x, bool *joins)
{
	const struct plot_window *w = &k->p->window;
	int from_right = w->cols - col;

	*joins = true;
	if (w->cell_slots == 2)
		return w->n - 2 * from_right + x;
	if (w->cell_slots == 1) {
		*joins = x == 0;
		return w->n - from_right;
	}
	*joins = x == 0 && from_right % w->slot_cols == 0;
	return w->n - (from_right + w->slot_cols - 1) / w->slot_cols;
}

static struct reach dot_column(const struct pencil *k, int col, int x, int *last)
{
	bool joins;
	int slot = slot_of_dot(k, col, x, &joins);
	const struct trend_bucket *b = slot_at(k, slot);
	struct reach r = reach_of(k, slot);

	if (!b || r.lo > r.hi)
		return nothing;
	if (b->has_last)
		*last = dot_of(k, b->last);
	if (!joins && b->has_last) /* the rest of a broad slot: only where it ended */
		r.lo = r.hi = dot_of(k, b->last);
	return r;
}

static enum role role_of(const struct pencil *k, int col, bool bright)
{
	bool joins;
	int slot = slot_of_dot(k, col, 0, &joins);
	const struct trend_bucket *b = slot_at(k, slot);

	if (is_tail(k, slot))
		return ROLE_STALE;
	if (b && draw_trust(b->worst) == DRAW_DOUBT)
		return ROLE_UNCERTAIN;
	if (!k->selected)
		return ROLE_LABEL;
	return bright ? ROLE_VALUE : ROLE_LABEL;
}

static void draw_column(const struct pencil *k, int col)
{
	struct reach r[2] = { nothing, nothing };
	int last[2] = { -1, -1 }, top = -1, bottom = k->tall;

	for (int x = 0; x < k->dots.across; x++) {
		r[x] = dot_column(k, col, x, &last[x]);
		if (r[x].lo > r[x].hi)
			continue;
		top = r[x].hi > top ? r[x].hi : top;
		bottom = r[x].lo < bottom ? r[x].lo : bottom;
	}
	bool one_cell = top >= 0 && top / k->dots.down == bottom / k->dots.down;

	if (one_cell && k->dots.across == 1 && last[0] >= 0)
		r[0] = (struct reach){ last[0], last[0] }; /* a line, not a stroke */

	for (int row = 0; row < k->c->rows; row++) {
		int base = (k->c->rows - 1 - row) * k->dots.down;
		uint32_t cp = glyph_of(k, r, base);
		bool bright = one_cell;

		for (int x = 0; x < 2; x++)
			bright |= last[x] >= base && last[x] < base + k->dots.down;
		if (cp)
			canvas_put(k->c, col, row, cp, role_of(k, col, bright));
	}
}

/* What left the scale says so at the edge. */
static void draw_off_scale(const struct pencil *k, int col)
{
	bool above = false, below = false, joins;

	for (int x = 0; x < k->dots.across; x++) {
		const struct trend_bucket *b = slot_at(k, slot_of_dot(k, col, x, &joins));

		if (!b || !b->has_range)
			continue;
		above |= b->max > k->hi;
		below |= b->min < k->lo;
	}
	if (above)
		canvas_put(k->c, col, 0, OFF_TOP, ROLE_VALUE);
	if (below)
		canvas_put(k->c, col, k->c->rows - 1, OFF_BOTTOM, ROLE_VALUE);
}

static void draw_pen(const struct canvas *c, const struct plot *p, size_t i)
{
	struct pencil k = { .c = c,
			    .p = p,
			    .pen = &p->pens[i],
			    .dots = tier_dots[p->tier],
			    .selected = i == p->selected,
			    .digit = (int)i + 1 };

	if (!k.pen->has_past)
		return;
	k.tall = c->rows * k.dots.down;
	plot_scale(k.pen, p->window.n, &k.lo, &k.hi);
	k.first_tail = find_tail(&k);
	for (int col = 0; col < p->window.cols; col++) {
		draw_column(&k, col);
		if (k.selected)
			draw_off_scale(&k, col);
	}
}

/* --- what lies under the lines ------------------------------------------------------ */

static void draw_level(const struct canvas *c, const struct plot *p, double v, int every,
		       uint32_t cp, enum role role)
{
	double lo, hi;
	int level;

	plot_scale(&p->pens[p->selected], p->window.n, &lo, &hi);
	level = plot_level(v, lo, hi, c->rows);
	if (level < 1 || level > c->rows)
		return;
	for (int col = 0; col < c->cols; col += every)
		canvas_put(c, col, c->rows - level, cp, role);
}

static void draw_levels(const struct canvas *c, const struct plot *p)
{
	const struct plot_pen *pen = &p->pens[p->selected];

	for (size_t i = 0; i < pen->meta->n_limits; i++)
		draw_level(c, p, pen->meta->limits[i].value, 2, DOT, ROLE_LIMIT);
	if (!isnan(pen->setpoint))
		draw_level(c, p, pen->setpoint, 3, GLYPH_TRACK, ROLE_LIMIT);
}

static void draw_ruler(const struct canvas *c, const struct plot *p, int slot)
{
	if (slot == PLOT_NO_SLOT)
		return;
	for (int row = 0; row < c->rows; row++)
		canvas_put(c, plot_slot_col(&p->window, slot), row, UPRIGHT, ROLE_TITLE);
}

void plot_lines(const struct canvas *c, const struct plot *p)
{
	if (p->n_pens == 0)
		return;
	draw_levels(c, p);
	for (size_t i = p->n_pens; i-- > 0;)
		if (i != p->selected)
			draw_pen(c, p, i);
	draw_ruler(c, p, p->ruler);
	draw_ruler(c, p, p->ruler2);
	draw_pen(c, p, p->selected);
}

/* --- one row of levels -------------------------------------------------------------- */

int plot_levels(enum glyph_tier tier)
{
	return tier == GLYPHS_FULL || tier == GLYPHS_BLOCKS ? 8 : tier_dots[tier].down;
}

uint32_t plot_level_glyph(enum glyph_tier tier, int level)
{
	int n = plot_levels(tier);

	level = level < 1 ? 1 : level > n ? n : level;
	if (n == 8)
		return GLYPH_LOW_EIGHTH + (uint32_t)level - 1;
	return heights[tier][level - 1];
}

/* --- where the lines end ------------------------------------------------------------ */

/* The row of a pen's newest number; -1: it has none. */
static int end_row(const struct plot *p, size_t i, int rows)
{
	const struct plot_pen *pen = &p->pens[i];
	const struct trend_bucket *b = &pen->slots[p->window.n - 1];
	double lo, hi, v;
	int level;

	if (draw_trust(pen->live.sample.quality) == DRAW_BAD ||
	    !value_number(&pen->live.sample.value, &v)) {
		if (!pen->has_past || !b->has_last)
			return -1;
		v = b->last;
	}
	plot_scale(pen, p->window.n, &lo, &hi);
	level = plot_level(v, lo, hi, rows);
	if (level < 0)
		return -1;
	level = level < 1 ? 1 : level > rows ? rows : level;
	return rows - level;
}

static void put_digit(const struct canvas *c, const struct plot *p, size_t i, bool *taken)
{
	int row = end_row(p, i, c->rows);

	if (row < 0)
		return;
	for (int far = 0; far < c->rows; far++) {
		const int at[2] = { row - far, row + far };

		for (int k = 0; k < 2; k++) {
			if (at[k] < 0 || at[k] >= c->rows || taken[at[k]])
				continue;
			taken[at[k]] = true;
			canvas_put(c, 0, at[k], '1' + (uint32_t)i,
				   i == p->selected ? ROLE_VALUE : ROLE_LABEL);
			return;
		}
	}
}

void plot_digits(const struct canvas *c, const struct plot *p)
{
	bool taken[GRID_MAX] = { false };

	if (p->n_pens == 0)
		return;
	put_digit(c, p, p->selected, taken);
	for (size_t i = 0; i < p->n_pens; i++)
		if (i != p->selected)
			put_digit(c, p, i, taken);
}
