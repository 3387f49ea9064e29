/* lint_look.c - rules for what a picture looks like: widths, what touches what, glyphs on
 * poorer terminals, how full it is. */
#include "screen/lint_int.h"

#include <stdlib.h>
#include <string.h>

#include "screen/glyph.h"
#include "screen/grid.h"
#include "screen/order.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/utf8.h"

enum {
	OVERVIEW_FIELDS = 60, /* live fields of a level 1 screen, on so many cells: */
	OVERVIEW_CELLS = 80 * 19,
	PIPE_PERCENT = 20
};

/* --- widths ------------------------------------------------------------------------ */

static int number_cells(double v, int decimals)
{
	char text[400];

	num_format(v, decimals, text, sizeof(text));
	return (int)strlen(text);
}

int screen_value_cells(const struct tag_meta *meta, bool show_unit)
{
	int number, unit = show_unit ? canvas_cells(meta->unit) : 0, lo, hi;

	switch (meta->type) {
	case VALUE_BOOL:
		number = 5; /* "false" */
		break;
	case VALUE_INT:
	case VALUE_DOUBLE:
		if (!meta->has_range)
			return 0;
		lo = number_cells(meta->lo,
				  meta->type == VALUE_DOUBLE ? meta->decimals : 0);
		hi = number_cells(meta->hi,
				  meta->type == VALUE_DOUBLE ? meta->decimals : 0);
		number = lo > hi ? lo : hi;
		break;
	case VALUE_NONE:
	case VALUE_STRING:
	default:
		return 0;
	}
	return 1 + number + (unit ? 1 + unit : 0);
}

static void narrow_value(struct screen_lint *l, const struct screen_item *item)
{
	const struct tag_meta *meta = screen_lint_tag(l, item->tag);
	int need = meta ? screen_value_cells(meta, item->show_unit) : 0;

	if (need <= item->cols)
		return;
	SAY_ITEM(l, item, "{%s} shows %s and needs %d cells, has %d%s", item->name,
		 meta->name, need, item->cols,
		 screen_value_cells(meta, false) <= item->cols
			 ? "; `show_unit = false` would leave the unit out"
			 : "");
}

static void narrow_words(struct screen_lint *l, const struct screen_item *item, int frame,
			 const char *text)
{
	int need = frame + canvas_cells(text);

	if (need > item->cols)
		SAY_ITEM(l, item, "{%s} needs %d cells for \"%s\", has %d", item->name,
			 need, text, item->cols);
}

/* "[>" and "]", "[" and "]", a border with its mark, a mark: what words stand in. */
static void narrow_frame(struct screen_lint *l, const struct screen_item *item)
{
	const char *text = item->text ? item->text : item->name;

	if (item->kind->draws_frame)
		narrow_words(l, item, 7, text);
	else if (item->kind->enter == ENTER_SCREEN)
		narrow_words(l, item, 3, item->text ? text : screen_item_way(item));
	else if (item->kind->enter == ENTER_BUTTON)
		narrow_words(l, item, 3, text);
}

void rule_narrow(struct screen_lint *l, const struct screen_item *item)
{
	if (item->kind->shows_value)
		narrow_value(l, item);
	narrow_frame(l, item);
	for (size_t i = 0; i < item->n_choices; i++)
		narrow_words(l, item, 1, item->choices[i].text);
	for (size_t i = 0; i < item->n_states; i++) {
		int need = 1 + canvas_cells(item->states[i].text);

		if (need > item->cols)
			SAY_ITEM(l, item,
				 "{%s} needs %d cells for the state \"%s\", has %d",
				 item->name, need, item->states[i].text, item->cols);
	}
}

/* What a picture may not hold a word may not either. */
static void only_glyphs(struct screen_lint *l, const struct screen_item *item,
			const char *text)
{
	size_t left = text ? strlen(text) : 0;
	uint32_t cp;

	for (size_t used; left && (used = utf8_decode(text, left, &cp)); left -= used) {
		text += used;
		if (glyph_known(cp) && utf8_width(cp) == 1)
			continue;
		SAY_ITEM(l, item,
			 "the words of {%s} hold the character U+%04X, which is not in "
			 "the glyph table or not one cell wide; write it otherwise",
			 item->name, cp);
		return;
	}
}

void rule_glyph(struct screen_lint *l, const struct screen_item *item)
{
	only_glyphs(l, item, item->text);
	for (size_t i = 0; i < item->n_states; i++)
		only_glyphs(l, item, item->states[i].text);
	for (size_t i = 0; i < item->n_choices; i++)
		only_glyphs(l, item, item->choices[i].text);
	for (size_t i = 0; i < item->n_headings; i++)
		only_glyphs(l, item, item->headings[i]);
	for (size_t i = 0; i < item->n_row_names; i++)
		only_glyphs(l, item, item->row_names[i]);
}

void rule_symbol_open(struct screen_lint *l, const struct screen_item *item)
{
	if (item->n_states && item->states[item->n_states - 1].when)
		SAY_ITEM(l, item,
			 "the last state of the symbol of {%s} has a `when`: if none "
			 "holds nothing is shown; end with a state without one",
			 item->name);
}

/* --- what stands next to a field, or under a widget -------------------------------- */

/* A line before a mark is no part of it; a letter is: "T201?" reads as a name. */
static bool is_line(uint32_t cp)
{
	return cp == '|' || (cp >= 0x2190 && cp <= 0x25FF);
}

/* The field, not the widget of a zone, that covers a cell. */
static const struct screen_item *field_at(const struct screen *s, int col, int row)
{
	for (size_t i = 0; i < s->n_items; i++) {
		const struct screen_item *item = &s->items[i];

		if (!item->is_zone && item->row == row && col >= item->col &&
		    col < item->col + item->cols)
			return item;
	}
	return NULL;
}

static uint32_t drawn_at(const struct screen *s, int col, int row)
{
	return col >= 0 && col < s->cols ? s->cells[row * s->cols + col].cp : ' ';
}

void rule_touch(struct screen_lint *l, const struct screen_item *item)
{
	int right = item->col + item->cols;
	uint32_t before = drawn_at(l->s, item->col - 1, item->row);

	if (item->is_zone || !item->kind->status_cell)
		return;
	if (field_at(l->s, item->col - 1, item->row) ||
	    (before != ' ' && !is_line(before)))
		SAY_ITEM(l, item,
			 "what stands before {%s} touches its mark: the first cell shows "
			 "`?`, `~` or an alarm; leave a blank before it",
			 item->name);
	if (item->kind->shows_value && drawn_at(l->s, right, item->row) != ' ')
		SAY_ITEM(l, item,
			 "what is drawn after {%s} touches its last figure or unit; "
			 "leave a blank between them",
			 item->name);
}

/* A frame hides only what its border is drawn over. */
static bool hides(const struct screen_lint *l, const struct screen_item *item, int col,
		  int row)
{
	bool border = row == item->row || row == item->row + item->rows - 1 ||
		      col == item->col || col == item->col + item->cols - 1;

	return drawn_at(l->s, col, row) != ' ' && (border || !item->kind->draws_frame);
}

void rule_zone_hides(struct screen_lint *l, const struct screen_item *item)
{
	for (int r = item->row; item->is_zone && r < item->row + item->rows; r++)
		for (int c = item->col; c < item->col + item->cols; c++)
			if (hides(l, item, c, r)) {
				SAY_ITEM(
					l, item,
					"widget %s hides what is drawn in row %d, column "
					"%d of the picture; leave its zone blank there",
					item->name, r + 1, c + 1);
				return;
			}
}

/* --- how full ---------------------------------------------------------------------- */

void rule_density(struct screen_lint *l)
{
	const int cells = l->s->cols * l->s->rows;
	size_t most = OVERVIEW_FIELDS, live = 0;

	if (cells > OVERVIEW_CELLS) /* a wall shows more, as densely */
		most = (size_t)OVERVIEW_FIELDS * (size_t)cells / OVERVIEW_CELLS;
	for (size_t i = 0; i < l->s->n_items; i++)
		live += l->s->items[i].kind->status_cell;
	if (l->s->level == 1 && live > most)
		screen_say(
			l, l->s->picture_line, 0,
			"%zu live fields on a screen of level 1; above %zu on %d by %d "
			"cells nobody takes it in at a glance: move some to a unit "
			"screen",
			live, most, l->s->cols, l->s->rows);
}

/* Lines and corners, not the shades of what a vessel is filled with. */
static bool is_pipe(const struct cell *c)
{
	return c->role == ROLE_PIPE && !(c->cp >= 0x2580 && c->cp <= 0x259F) &&
	       c->cp != ' ';
}

void rule_pipes(struct screen_lint *l)
{
	const int cells = l->s->cols * l->s->rows;
	int pipes = 0;

	for (int i = 0; i < cells; i++)
		pipes += is_pipe(&l->s->cells[i]);
	if (cells >= OVERVIEW_CELLS / 4 && pipes * 100 > cells * PIPE_PERCENT)
		screen_say(l, l->s->picture_line, 0,
			   "lines take %d %% of the picture; above %d %% they drown what "
			   "is live: leave frames out, or draw shorter lines",
			   pipes * 100 / cells, PIPE_PERCENT);
}

/* --- glyphs on poorer terminals ---------------------------------------------------- */

static void put(struct strbuf *out, uint32_t cp)
{
	char utf8[4];

	strbuf_add(out, utf8, utf8_encode(cp, utf8));
}

static bool drawn_earlier(const struct screen *s, int at)
{
	for (int i = 0; i < at; i++)
		if (s->cells[i].cp == s->cells[at].cp)
			return true;
	return false;
}

/* What a tier draws otherwise, each once: " ▶=>"; or with lost what it has nothing for:
 * " ü". Returns the first cell of them, or -1. */
static int gather(const struct screen *s, enum glyph_tier tier, bool lost,
		  struct strbuf *out)
{
	const int cells = s->cols * s->rows;
	int first = -1;

	for (int i = 0; i < cells; i++) {
		uint32_t cp = s->cells[i].cp, instead = glyph_in_tier(cp, tier);

		if (instead == cp || (instead == '?') != lost || drawn_earlier(s, i))
			continue;
		strbuf_addch(out, ' ');
		put(out, cp);
		if (!lost) {
			strbuf_addch(out, '=');
			put(out, instead);
		}
		first = first < 0 ? i : first;
	}
	return first;
}

/* A brace that is drawn has two cells in the picture, as in the file. */
static void say_at(struct screen_lint *l, int cell, const char *text)
{
	screen_say(l, l->s->picture_line + cell / l->s->cols, cell % l->s->cols + 1, "%s",
		   text);
}

/* The poorest tier decides: what it can show every other can. */
void rule_glyph_tier(struct screen_lint *l)
{
	struct strbuf found = STRBUF_INIT;
	int first = gather(l->s, GLYPHS_ASCII, true, &found);

	strbuf_adds(&found, ": an ascii terminal shows ? there; spell it otherwise where "
			    "such terminals are used");
	if (first >= 0)
		say_at(l, first, found.buf + 1);
	strbuf_release(&found);
}

void rule_glyph_stand_in(struct screen_lint *l)
{
	for (int tier = GLYPHS_FULL + 1; tier < GLYPHS_TIER_COUNT; tier++) {
		struct strbuf found = STRBUF_INIT;
		int first;

		strbuf_addf(&found, "a terminal of glyphs %s shows:",
			    glyph_tier_name((enum glyph_tier)tier));
		first = gather(l->s, (enum glyph_tier)tier, false, &found);
		if (first >= 0)
			say_at(l, first, found.buf);
		strbuf_release(&found);
	}
}
