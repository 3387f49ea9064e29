/* paint.c - a grid through curses into memory, and the frame out in one write. */
#include "console/term/term_int.h"

#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "console/term/restore.h"

/* A frame of so few bytes cannot be seen half done: the clock's tick needs no marks. */
enum { SMALL_FRAME = 128 };

/* Indexes that stand for colours of 24 bits; enough for every role twice over. */
enum { RGB_FIRST = 16, RGB_LAST = 255 };

/* How a cell comes out of its role: what curses has to know of it. */
struct look {
	struct theme_attr attr;
	short pair;
};

static struct look looks[ROLE_COUNT][2]; /* by role and selected */

/* One pair a couple of colours, whatever roles share it: curses sends colours anew for
 * another pair even when they are the same. */
static short pair_of(struct theme_attr a, struct theme_attr *pairs, short *n)
{
	for (short i = 0; i < *n; i++)
		if (pairs[i].fg == a.fg && pairs[i].bg == a.bg)
			return (short)(i + 1);
	pairs[*n] = a;
	return ++*n;
}

/* Curses is told indexes 16, 17, ... for colours of 24 bits, and squeeze.c writes what
 * they stand for: no palette is changed, and every 256-colour entry of terminfo will do.
 */
static int32_t index_of(struct term *t, int32_t rgb, int *n)
{
	int i = RGB_FIRST;

	while (i < *n && t->colours[i] != (uint32_t)rgb)
		i++;
	if (i == *n && *n < RGB_LAST)
		t->colours[(*n)++] = (uint32_t)rgb;
	return i;
}

static struct theme_attr look_in(struct term *t, int role, bool selected, int *colours)
{
	struct theme_attr a = theme_attr(&t->theme, t->depth, (enum role)role, selected);

	if (t->depth == THEME_RGB && !t->direct) {
		a.fg = index_of(t, a.fg, colours);
		a.bg = index_of(t, a.bg, colours);
	}
	return a;
}

bool paint_init_pairs(struct term *t)
{
	struct theme_attr pairs[2 * ROLE_COUNT] = { 0 };
	int colours = RGB_FIRST;
	short n = 0;

	for (int r = 0; r < ROLE_COUNT; r++) {
		for (int selected = 0; selected < 2; selected++) {
			struct look *l = &looks[r][selected];

			l->attr = look_in(t, r, selected, &colours);
			l->pair = 0;
			if (t->depth != THEME_MONO)
				l->pair = pair_of(l->attr, pairs, &n);
		}
	}
	t->squeeze.colours = t->depth == THEME_RGB && !t->direct ? t->colours : NULL;
	for (short i = 0; i < n; i++)
		if (i + 1 >= COLOR_PAIRS ||
		    init_extended_pair(i + 1, pairs[i].fg, pairs[i].bg) == ERR)
			return false;
	return true;
}

static attr_t attributes(struct theme_attr a)
{
	attr_t out = A_NORMAL;

	if (a.style & THEME_BOLD)
		out |= A_BOLD;
	if (a.style & THEME_REVERSE)
		out |= A_REVERSE;
	if (a.style & THEME_UNDERLINE)
		out |= A_UNDERLINE;
	return out;
}

/* Nothing of a blank is seen but its ground. */
static bool is_plain_blank(const struct cell *c, struct theme_attr a)
{
	return c->cp == ' ' && !(a.style & (THEME_REVERSE | THEME_UNDERLINE));
}

/* All blanks of a ground are one thing to curses, whatever stands beside them: it does
 * not send them anew when a neighbour changes. What colour of text they would have costs
 * nothing (squeeze.h). */
static struct look look_of(const struct cell *c)
{
	const struct look *l = &looks[c->role][c->selected != 0], *label = &looks[0][0];

	return is_plain_blank(c, l->attr) && l->attr.bg == label->attr.bg ? *label : *l;
}

/* A glyph of the line drawing set is sent by its letter between "shift out" and "shift
 * in", or what terminfo says for them: a real VT100 knows no UTF-8, and "C" has none. */
static void take_glyph(const struct term *t, uint32_t cp, wchar_t *out, attr_t *attrs)
{
	char dec = t->draws_dec ? glyph_dec(cp) : 0;

	*out = dec ? (wchar_t)dec : (wchar_t)cp;
	if (dec)
		*attrs |= A_ALTCHARSET;
}

static void paint_cell(const struct term *t, const struct cell *c, int col, int row)
{
	struct look look = look_of(c);
	attr_t attrs = attributes(look.attr);
	wchar_t text[2] = { 0, 0 };
	cchar_t cc;

	take_glyph(t, c->cp, text, &attrs);
	setcchar(&cc, text, attrs, look.pair, NULL);
	mvadd_wch(row, col, &cc);
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
	return a->cp == b->cp && a->role == b->role && a->selected == b->selected;
}

static bool has_wide(const struct cell *cells, int cols)
{
	for (int col = 0; col < cols; col++)
		if (cells[col].cp == 0)
			return true;
	return false;
}

/* was: what curses has of this row already; NULL: nothing. Most frames change a few
 * cells, and telling curses a cell takes longer than looking at it. A row with a wide
 * character is told whole: curses blanks the other half of one itself. */
static void paint_row(const struct term *t, const struct cell *cells, int cols, int row,
		      const struct cell *was)
{
	int first = 0;

	while (was && first < cols && same_cell(&cells[first], &was[first]))
		first++;
	if (was && first < cols && (has_wide(cells, cols) || has_wide(was, cols))) {
		was = NULL;
		first = 0;
	}
	for (int col = first; col < cols && col < t->cols; col++)
		/* not the right half of a wide character */
		if (cells[col].cp != 0 && !(was && same_cell(&cells[col], &was[col])))
			paint_cell(t, &cells[col], col, row);
}

static void paint_grid(struct term *t, const struct grid *g)
{
	bool known =
		t->drawn.cells && t->drawn.cols == g->cols && t->drawn.rows == g->rows;

	if (!known) {
		erase();
		grid_release(&t->drawn);
		grid_init(&t->drawn, g->cols, g->rows);
	}
	for (int row = 0; row < g->rows && row < t->rows; row++) {
		size_t at = (size_t)row * (size_t)g->cols;

		paint_row(t, &g->cells[at], g->cols, row,
			  known ? &t->drawn.cells[at] : NULL);
		memcpy(&t->drawn.cells[at], &g->cells[at],
		       (size_t)g->cols * sizeof(*g->cells));
	}
}

/* Appends what curses wrote since the last time. Its memory is written over, not cut
 * off: pages that were given back would have to be made anew for each frame. What stands
 * behind n is of a longer frame. */
static void take_memory(struct term *t)
{
	off_t n = lseek(t->memory_fd, 0, SEEK_CUR);
	char buf[16384];

	for (off_t at = 0; at < n;) {
		size_t left = (size_t)(n - at);
		ssize_t got = pread(t->memory_fd, buf,
				    left < sizeof(buf) ? left : sizeof(buf), at);
		if (got <= 0)
			break;
		strbuf_add(&t->frame, buf, (size_t)got);
		at += got;
	}
	if (n > 0 && lseek(t->memory_fd, 0, SEEK_SET) < 0)
		t->gone = true;
}

static enum sg_err send_frame(struct term *t)
{
	if (t->frame.len == 0)
		return SG_OK;
	restore_title_pushed(t->pushes_title);
	enum sg_err rc = out_send(&t->out, t->frame.buf, t->frame.len, clock_mono());
	strbuf_clear(&t->frame);
	t->rung = false;
	if (rc == SG_EIO)
		t->gone = true;
	return rc;
}

enum sg_err paint_flush(struct term *t)
{
	fflush(t->memory);
	take_memory(t);
	return send_frame(t);
}

/* What was written to spare is the frame. Both keep their memory: a frame allocates
 * nothing. */
static void take_spare(struct term *t)
{
	struct strbuf was = t->frame;

	t->frame = t->spare;
	t->spare = was;
}

/* What curses wrote, in fewer bytes where the terminal allows it. */
static void squeeze_frame(struct term *t)
{
	fflush(t->memory);
	if (!t->squeezes) {
		take_memory(t);
		return;
	}
	strbuf_clear(&t->spare);
	strbuf_add(&t->spare, t->frame.buf, t->frame.len); /* not curses' */
	strbuf_clear(&t->frame);
	take_memory(t);
	squeeze(&t->squeeze, t->frame.buf, t->frame.len, &t->spare);
	take_spare(t);
}

/* Puts the frame between the marks of a synchronized update; nothing when it is empty. */
static void wrap(struct term *t)
{
	static const char begin[] = "\033[?2026h", end[] = "\033[?2026l";

	squeeze_frame(t);
	if (!t->synchronized || t->frame.len < SMALL_FRAME)
		return;
	strbuf_clear(&t->spare);
	strbuf_adds(&t->spare, begin);
	strbuf_add(&t->spare, t->frame.buf, t->frame.len);
	strbuf_adds(&t->spare, end);
	take_spare(t);
}

static void park_cursor(const struct grid *g)
{
	bool shown = g->cursor_col >= 0 && g->cursor_row >= 0;

	curs_set(shown);
	leaveok(stdscr, !shown); /* a hidden cursor may rest anywhere: fewer bytes */
	if (shown)
		move(g->cursor_row, g->cursor_col);
}

enum sg_err term_draw(struct term *t, struct grid *g, bool all)
{
	if (t->gone)
		return SG_EIO;
	glyph_to_tier(g, t->glyphs);
	if (all || t->repaints) {
		t->repaints = false;
		clearok(stdscr, TRUE);
		grid_release(&t->drawn);
		squeeze_reset(&t->squeeze);
	}
	paint_grid(t, g);
	park_cursor(g);
	wnoutrefresh(stdscr);
	doupdate();
	wrap(t);
	return send_frame(t);
}

struct mono term_frame_at(const struct term *t)
{
	return out_free_at(&t->out);
}

bool term_has_unsent(const struct term *t)
{
	return out_has_unsent(&t->out);
}

int term_out_fd(const struct term *t)
{
	(void)t;
	return STDOUT_FILENO;
}

bool term_is_stalled(const struct term *t, struct mono now)
{
	return out_is_stalled(&t->out, now);
}

enum sg_err term_push(struct term *t, int64_t *stalled_ms)
{
	enum sg_err rc = out_push(&t->out, clock_mono());

	*stalled_ms = out_has_unsent(&t->out) ? 0 : t->out.stalled_ms;
	if (*stalled_ms)
		t->out.stalled_ms = 0;
	t->gone |= rc == SG_EIO;
	return rc;
}

void term_bell(struct term *t)
{
	if (t->rung && out_has_unsent(&t->out))
		return;
	t->rung = true;
	strbuf_addch(&t->frame, '\a');
}
