/* picture.c - a screen's drawing with its live things on it, through a viewport. */
#include "console/view/picture.h"

#include <stdlib.h>
#include <string.h>

#include "console/widget/draw.h"
#include "console/widget/widget.h"
#include "screen/order.h"
#include "util/strbuf.h"

enum { MARGIN_COLS = 4, MARGIN_ROWS = 1 };

/* What of the screen the canvas shows: the part with the selected item in it. */
struct viewport {
	int col, row;
};

static int slide(int at, int n, int margin, int window, int whole)
{
	int off = at + n + margin - window;

	if (window >= whole || off < 0)
		return 0;
	if (off > whole - window)
		off = whole - window;
	return off > at ? at : off; /* an item wider than the window: its begin */
}

static const struct screen_item *item_at(const struct screen *s, int i)
{
	return i >= 0 && (size_t)i < s->n_items ? &s->items[i] : NULL;
}

static struct viewport viewport(const struct canvas *c, const struct screen *s,
				int selected)
{
	const struct screen_item *item = item_at(s, selected);

	if (!item)
		return (struct viewport){ 0, 0 };
	return (struct viewport){
		slide(item->col, item->cols, MARGIN_COLS, c->cols, s->cols),
		slide(item->row, item->rows, MARGIN_ROWS, c->rows, s->rows),
	};
}

/* On a canvas in which the whole screen has room. */
static void paint_items(const struct canvas *c, const struct screen *s,
			const struct picture_source *src, int selected)
{
	const struct screen_item *chosen = item_at(s, selected);

	for (size_t i = 0; i < s->n_items; i++) {
		const struct screen_item *item = &s->items[i];
		const struct widget_class *class = widget_class_of(item->kind);
		struct widget_draw d = {
			.c = canvas_sub(c, item->col, item->row, item->cols, item->rows),
			.screen = s,
			.item = item,
			.src = src,
		};

		if (class)
			class->draw(&d);
	}
	if (chosen)
		/* of a frame its title, of a trend its legend: what is below stays */
		canvas_select(c, chosen->col, chosen->row, chosen->cols);
}

/* The whole has room: it is drawn where it will stand. */
static void paint_there(const struct canvas *c, const struct screen *s,
			const struct picture_source *src, int selected)
{
	struct canvas part = canvas_sub(c, 0, 0, s->cols, s->rows);
	struct canvas right = canvas_sub(c, s->cols, 0, c->cols, s->rows);
	struct canvas below = canvas_sub(c, 0, s->rows, c->cols, c->rows);

	canvas_fill(&right, ' ', ROLE_LABEL);
	canvas_fill(&below, ' ', ROLE_LABEL);
	for (int row = 0; row < s->rows; row++)
		memcpy(c->grid->cells + (c->row + row) * c->grid->cols + c->col,
		       s->cells + row * s->cols, (size_t)s->cols * sizeof(*s->cells));
	paint_items(&part, s, src, selected);
}

static void copy_part(const struct canvas *c, const struct grid *g, struct viewport at)
{
	for (int row = 0; row < c->rows; row++) {
		for (int col = 0; col < c->cols; col++) {
			const struct cell *cell = grid_at(g, at.col + col, at.row + row);

			if (!cell) {
				canvas_put(c, col, row, ' ', ROLE_LABEL);
				continue;
			}
			if (cell->cp != 0) /* the right half came with its left one */
				canvas_put(c, col, row, cell->cp, (enum role)cell->role);
			else if (col == 0)
				canvas_put(c, col, row, ' ', (enum role)cell->role);
			if (cell->selected)
				canvas_select(c, col, row, 1);
		}
	}
}

/* Painted whole and then cut, so that a gauge at the edge keeps its scale. */
static void paint_part(const struct canvas *c, const struct screen *s,
		       const struct picture_source *src, int selected, struct viewport at)
{
	struct grid whole;
	struct canvas all;

	grid_init(&whole, s->cols, s->rows);
	all = grid_canvas(&whole);
	paint_there(&all, s, src, selected);
	copy_part(c, &whole, at);
	grid_release(&whole);
}

void picture_paint(const struct canvas *c, const struct screen *s,
		   const struct picture_source *src, int selected)
{
	const struct screen_item *item = item_at(s, selected);
	struct viewport at = viewport(c, s, selected);

	if (s->cols <= c->cols && s->rows <= c->rows)
		paint_there(c, s, src, selected);
	else
		paint_part(c, s, src, selected, at);
	if (item && item->col - at.col < c->cols && item->row - at.row < c->rows) {
		c->grid->cursor_col = c->col + item->col - at.col;
		c->grid->cursor_row = c->row + item->row - at.row;
	}
}

static bool selectable(const struct screen *s, int i)
{
	return s->items[i].kind->selectable;
}

/* The selectable item `step` places on, round the end. */
static int in_order(const struct screen *s, int from, int step)
{
	int n = (int)s->n_items;

	for (int k = 0, i = from; k < n; k++) {
		i = (i + step + n) % n;
		if (selectable(s, i))
			return i;
	}
	return PICTURE_NOTHING;
}

/* How far b lies from a in a direction; -1 when it does not lie that way. A step across
 * counts more than a step along, as an eye follows a row or a column. */
static int distance(const struct screen_item *a, const struct screen_item *b,
		    enum picture_move move)
{
	int dx = b->col - a->col, dy = b->row - a->row;
	int along = move == PICTURE_UP     ? -dy
		    : move == PICTURE_DOWN ? dy
		    : move == PICTURE_LEFT ? -dx
					   : dx;
	bool vertical = move == PICTURE_UP || move == PICTURE_DOWN;

	if (along <= 0)
		return -1;
	/* a cell is about twice as high as wide */
	return vertical ? 2 * along + 2 * abs(dx) : along + 8 * abs(dy);
}

static int by_position(const struct screen *s, int from, enum picture_move move)
{
	int best = from, best_distance = -1;

	for (size_t i = 0; i < s->n_items; i++) {
		int far;

		if (!selectable(s, (int)i))
			continue;
		far = distance(&s->items[from], &s->items[i], move);
		if (far >= 0 && (best_distance < 0 || far < best_distance)) {
			best = (int)i;
			best_distance = far;
		}
	}
	return best;
}

int picture_move(const struct screen *s, int selected, enum picture_move move)
{
	if (s->n_items == 0)
		return PICTURE_NOTHING;
	if (!item_at(s, selected) || !selectable(s, selected)) {
		selected = move == PICTURE_PREVIOUS ? 0 : (int)s->n_items - 1;
		return in_order(s, selected, move == PICTURE_PREVIOUS ? -1 : 1);
	}
	switch (move) {
	case PICTURE_FIRST:
		return in_order(s, (int)s->n_items - 1, 1);
	case PICTURE_NEXT:
		return in_order(s, selected, 1);
	case PICTURE_PREVIOUS:
		return in_order(s, selected, -1);
	case PICTURE_UP:
	case PICTURE_DOWN:
	case PICTURE_LEFT:
	case PICTURE_RIGHT:
		break;
	}
	return by_position(s, selected, move);
}

static bool abnormal(const struct screen *s, const struct picture_source *src, int i)
{
	const struct widget_class *class = widget_class_of(s->items[i].kind);
	struct widget_draw d = { .screen = s, .item = &s->items[i], .src = src };

	return class && class->abnormal && class->abnormal(&d);
}

int picture_next_abnormal(const struct screen *s, const struct picture_source *src,
			  int selected)
{
	int n = (int)s->n_items;

	if (!item_at(s, selected))
		selected = n - 1;
	for (int k = 1; k <= n; k++) {
		int i = (selected + k) % n;

		if (selectable(s, i) && abnormal(s, src, i))
			return i;
	}
	return PICTURE_NOTHING;
}

int picture_find(const struct screen *s, const char *name)
{
	for (size_t i = 0; i < s->n_items; i++)
		if (selectable(s, (int)i) && strcmp(s->items[i].name, name) == 0)
			return (int)i;
	return PICTURE_NOTHING;
}

static bool covers(const struct screen_item *item, int col, int row)
{
	return col >= item->col && col < item->col + item->cols && row >= item->row &&
	       row < item->row + item->rows;
}

int picture_at(const struct canvas *c, const struct screen *s, int selected, int col,
	       int row)
{
	struct viewport at = viewport(c, s, selected);
	int found = PICTURE_NOTHING;

	for (size_t i = 0; i < s->n_items; i++) {
		if (!selectable(s, (int)i) ||
		    !covers(&s->items[i], col + at.col, row + at.row))
			continue;
		found = (int)i;
		if (!s->items[i].kind->draws_frame)
			break; /* a frame has what stands inside before itself */
	}
	return found;
}

struct picture_target picture_target(const struct screen *s,
				     const struct picture_source *src, int selected)
{
	struct picture_target t = { .item = item_at(s, selected),
				    .tag_index = SCREEN_NO_TAG };

	if (!t.item)
		return t;
	t.to = screen_item_way(t.item);
	if (t.item->tag != SCREEN_NO_TAG) {
		t.tag_index = t.item->tag;
		t.tag = s->tags[t.item->tag];
		t.writable = picture_tag(src, t.item->tag).meta->writable;
	}
	return t;
}

void picture_describe(const struct screen *s, const struct picture_source *src,
		      int selected, struct strbuf *out)
{
	const struct screen_item *item = item_at(s, selected);
	const struct widget_class *class = item ? widget_class_of(item->kind) : NULL;
	struct widget_draw d = { .screen = s, .item = item, .src = src };
	struct tag_view v;

	if (class && class->describe) {
		class->describe(&d, out);
	} else if (item && item->tag != SCREEN_NO_TAG) {
		v = picture_tag(src, item->tag);
		draw_describe(&v, s->tags[item->tag], NULL, out);
	}
}
