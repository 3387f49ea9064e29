/* theme_ansi.c - a painted grid as text: with attributes, or with the roles themselves.
 */
#include <string.h>

#include "screen/theme.h"
#include "util/strbuf.h"
#include "util/utf8.h"

/* --- attributes -------------------------------------------------------------------- */

/* base: 30 of the foreground, 40 of the background. */
static void put_colour(struct strbuf *out, enum theme_depth depth, int base,
		       int32_t colour)
{
	uint32_t rgb = (uint32_t)colour;

	switch (depth) {
	case THEME_8:
	case THEME_16:
		strbuf_addf(out, ";%d", colour < 8 ? base + colour : base + 52 + colour);
		break;
	case THEME_256:
		strbuf_addf(out, ";%d;5;%d", base + 8, colour);
		break;
	case THEME_RGB:
		strbuf_addf(out, ";%d;2;%u;%u;%u", base + 8, rgb >> 16 & 0xFF,
			    rgb >> 8 & 0xFF, rgb & 0xFF);
		break;
	default:
		break;
	}
}

static void put_attr(struct strbuf *out, enum theme_depth depth, struct theme_attr a)
{
	strbuf_adds(out, "\033[0");
	strbuf_adds(out, a.style & THEME_BOLD ? ";1" : "");
	strbuf_adds(out, a.style & THEME_UNDERLINE ? ";4" : "");
	strbuf_adds(out, a.style & THEME_REVERSE ? ";7" : "");
	put_colour(out, depth, 30, a.fg);
	put_colour(out, depth, 40, a.bg);
	strbuf_addch(out, 'm');
}

static void put_row(const struct cell *cell, int n, const struct theme *t,
		    enum theme_depth depth, struct strbuf *out)
{
	int role = -1, selected = 0;
	char bytes[4];

	for (int i = 0; i < n; i++) {
		if (cell[i].cp == 0)
			continue;
		if (cell[i].role != role || cell[i].selected != selected) {
			role = cell[i].role;
			selected = cell[i].selected;
			put_attr(out, depth,
				 theme_attr(t, depth, (enum role)role, selected));
		}
		strbuf_add(out, bytes, utf8_encode(cell[i].cp, bytes));
	}
	strbuf_adds(out, "\033[0m\n");
}

void theme_grid_ansi(const struct grid *g, const struct theme *t, enum theme_depth depth,
		     struct strbuf *out)
{
	for (int row = 0; row < g->rows; row++)
		put_row(grid_at(g, 0, row), g->cols, t, depth, out);
}

/* --- roles ------------------------------------------------------------------------- */

/* Blanks of plain text stay blank: the eye finds the rest. */
static char letter_of(const struct cell *c)
{
	return c->cp == ' ' && c->role == ROLE_LABEL ? ' '
						     : role_letter((enum role)c->role);
}

static void put_letters(const struct cell *cell, int n, struct strbuf *out)
{
	while (n > 0 && letter_of(&cell[n - 1]) == ' ')
		n--;
	for (int i = 0; i < n; i++)
		strbuf_addch(out, letter_of(&cell[i]));
	strbuf_addch(out, '\n');
}

static void put_legend(const struct grid *g, struct strbuf *out)
{
	bool used[ROLE_COUNT] = { false };
	size_t n = (size_t)g->cols * (size_t)g->rows;

	for (size_t i = 0; i < n; i++)
		if (g->cells[i].role < ROLE_COUNT && letter_of(&g->cells[i]) != ' ')
			used[g->cells[i].role] = true;
	for (int r = 0; r < ROLE_COUNT; r++)
		if (used[r])
			strbuf_addf(out, "%c %s\n", role_letter((enum role)r),
				    role_name((enum role)r));
}

static void put_selection(const struct grid *g, int row, struct strbuf *out)
{
	const struct cell *cell = grid_at(g, 0, row);

	for (int col = 0, end; col < g->cols; col = end + 1) {
		for (end = col; end < g->cols && cell[end].selected; end++)
			;
		if (end > col)
			strbuf_addf(out, "selected row %d columns %d-%d\n", row + 1,
				    col + 1, end);
	}
}

void theme_grid_roles(const struct grid *g, struct strbuf *out)
{
	for (int row = 0; row < g->rows; row++)
		put_letters(grid_at(g, 0, row), g->cols, out);
	put_legend(g, out);
	for (int row = 0; row < g->rows; row++)
		put_selection(g, row, out);
}
