/* rows.c - a picture and its zones are read row by row, one code point a cell. */
#include "screen/rows.h"

#include <string.h>

#include "config/cfg.h"
#include "screen/glyph.h"
#include "screen/scope.h"
#include "util/utf8.h"

void rows_begin(struct rows *it, const struct cfg_node *node)
{
	const char *text = cfg_as_text(node);

	*it = (struct rows){ .next = text ? text : "" };
	it->row = (struct row){ .file = cfg_file(node),
				.line = cfg_value_line(node) - 1,
				.column = cfg_value_column(node) + 1,
				.number = -1 };
	if (it->next[0] == '\n') {
		it->next++;
		it->row.line++;
		it->row.column = 1;
	}
}

static bool only_blanks(const char *s)
{
	return s[strspn(s, " \t")] == '\0';
}

bool rows_next(struct rows *it)
{
	size_t n;

	if (!it->next || only_blanks(it->next))
		return false;
	n = strcspn(it->next, "\n");
	if (it->row.number >= 0)
		it->row.column = 1;
	it->row.s = it->next;
	it->row.len = n;
	it->row.line++;
	it->row.number++;
	it->next = it->next[n] ? it->next + n + 1 : NULL;
	return true;
}

static void bad_glyph(const struct row *row, int at, uint32_t cp, const struct scope *sc)
{
	if (cp == '\t')
		scope_error(sc, row->file, row->line, row->column + at, "picture-tab",
			    "a tab in a picture has no width; use blanks");
	else
		scope_error(
			sc, row->file, row->line, row->column + at, "glyph",
			"the character U+%04X cannot stand in a picture: it is not in "
			"the glyph table or not one cell wide",
			cp);
}

int row_decode(const struct row *row, uint32_t out[ROW_CELLS_MAX], const struct scope *sc)
{
	size_t left = row->len, used;
	const char *s = row->s;
	int n = 0;

	for (uint32_t cp; left; s += used, left -= used) {
		if (!(used = utf8_decode(s, left, &cp))) {
			scope_error(sc, row->file, row->line, row->column + n, "utf8",
				    "not UTF-8: save the file as UTF-8");
			return -1;
		}
		if (!glyph_known(cp) || utf8_width(cp) != 1) {
			bad_glyph(row, n, cp, sc);
			cp = '?';
		}
		if (n < ROW_CELLS_MAX)
			out[n++] = cp;
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	return n;
}

bool row_fits(const struct row *row, int cells, int cols, int rows, const char *what,
	      const struct scope *sc)
{
	if (row->number >= rows) {
		if (row->number == rows)
			scope_error(sc, row->file, row->line, 1, "rows",
				    "%s has more than the %d rows of size = [ %d, %d ]",
				    what, rows, cols, rows);
		return false;
	}
	if (cells > cols)
		scope_error(sc, row->file, row->line, row->column + cols, "row-too-long",
			    "row %d of the %s is %s%d cells wide, and size = [ %d, %d ] "
			    "allows %d",
			    row->number + 1, what,
			    cells >= ROW_CELLS_MAX ? "at least " : "", cells, cols, rows,
			    cols);
	return true;
}
