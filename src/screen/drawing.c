/* drawing.c - reads a picture as it is drawn: one row of text a row of cells, {fields} in
 * place, lines in the role of pipes and words in capitals in that of titles. */
#include "screen/drawing.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "screen/glyph.h"
#include "screen/rows.h"
#include "screen/scope.h"
#include "screen/zones.h"
#include "util/strbuf.h"
#include "util/utf8.h"
#include "util/xalloc.h"

static bool name_char(uint32_t cp)
{
	return (cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9') || cp == '_' ||
	       cp == '.' || cp == '/' || cp == '-';
}

/* Copies name characters from at on; returns how many there are. */
static int take_name(const uint32_t *cps, int at, int end, char *out, int size)
{
	int n = 0;

	while (at + n < end && name_char(cps[at + n])) {
		if (n < size - 1)
			out[n] = (char)cps[at + n];
		n++;
	}
	out[n < size ? n : size - 1] = '\0';
	return n < size ? n : -1;
}

/* The inside of a field between its braces: name, [":" kind], blanks. */
static bool take_inside(const uint32_t *cps, int at, int end, struct drawing_field *f)
{
	int n = take_name(cps, at, end, f->name, sizeof(f->name));

	if (n <= 0)
		return false;
	at += n;
	if (at < end && cps[at] == ':') {
		n = take_name(cps, at + 1, end, f->kind, sizeof(f->kind));
		if (n <= 0)
			return false;
		at += 1 + n;
	}
	while (at < end && cps[at] == ' ')
		at++;
	return at == end;
}

static void add_cells(struct strbuf *out, const uint32_t *cps, int n)
{
	char bytes[4];

	for (int i = 0; i < n; i++)
		strbuf_add(out, bytes, utf8_encode(cps[i], bytes));
}

/* What stands between two braces, with its macros replaced: its name may be an
 * argument, its width is the one that was drawn. */
static int expand_inside(const struct row *row, const uint32_t *cps, int at, int end,
			 uint32_t out[ROW_CELLS_MAX], struct scope *sc)
{
	struct strbuf text = STRBUF_INIT;
	struct row inside = *row;
	int n = end - at;

	add_cells(&text, cps + at, n);
	inside.s = scope_expand(sc, text.buf, row->file, row->line, row->column + at);
	inside.column += at;
	if (!inside.s) {
		n = -1;
	} else if (inside.s == text.buf) {
		memcpy(out, cps + at, (size_t)n * sizeof(*out));
	} else {
		inside.len = strlen(inside.s);
		n = row_decode(&inside, out, sc);
	}
	strbuf_release(&text);
	return n;
}

/* The field that begins at cps[at] = '{'; returns the cells it takes. */
static int take_field(struct drawing *d, const struct row *row, const uint32_t *cps,
		      int at, int n, struct scope *sc)
{
	struct drawing_field f = { .file = row->file,
				   .col = at,
				   .row = row->number,
				   .line = row->line,
				   .column = row->column + at };
	uint32_t inside[ROW_CELLS_MAX];
	struct drawing_field *kept;
	int end = at + 1, len;

	while (end < n && cps[end] != '}' && cps[end] != '{')
		end++;
	if (end >= n || cps[end] != '}') {
		scope_error(sc, row->file, row->line, f.column, "field-open",
			    "this field has no closing brace in its row");
		return end - at;
	}
	f.cols = end + 1 - at;
	len = expand_inside(row, cps, at + 1, end, inside, sc);
	if (len >= 0 && !take_inside(inside, 0, len, &f)) {
		scope_error(
			sc, row->file, row->line, f.column, "field-syntax",
			"a field is written {tag  } or {tag:kind  }: lower-case name, "
			"then blanks up to the width it shall have");
	} else if (len >= 0) {
		kept = GROW(&d->fields, &d->n_fields);
		*kept = f;
	}
	return f.cols;
}

/* The macro that begins at cps[at] = "$(": its text in the cells that it was drawn with,
 * cut or filled with blanks. Braces in it are letters like others. */
static int take_macro(struct cell *cell, const struct row *row, const uint32_t *cps,
		      int at, int n, struct scope *sc)
{
	uint32_t out[ROW_CELLS_MAX];
	struct strbuf text = STRBUF_INIT;
	struct row value = *row;
	int end = at, last, len;

	while (end < n && cps[end] != ')')
		end++;
	for (last = end; last > at && cps[last - 1] == ' ';)
		last--;
	add_cells(&text, cps + at, last - at);
	if (end < n)
		strbuf_addch(&text, ')');
	value.s = scope_expand(sc, text.buf, row->file, row->line, row->column + at);
	value.len = value.s ? strlen(value.s) : 0;
	value.column += at;
	len = row_decode(&value, out, sc);
	end = end < n ? end + 1 : n;
	for (int i = 0; at + i < end; i++)
		cell[at + i].cp = i < len ? out[i] : ' ';
	strbuf_release(&text);
	return end - at;
}

static void put_row(struct drawing *d, const struct row *row, const uint32_t *cps, int n,
		    struct scope *sc)
{
	struct cell *cell = d->cells + (size_t)row->number * (size_t)d->cols;
	int end = n < d->cols ? n : d->cols;

	for (int i = 0, used; i < end; i += used) {
		bool twice = i + 1 < n && cps[i + 1] == cps[i];

		used = 1;
		if (cps[i] == '{' && !twice) {
			used = take_field(d, row, cps, i, end, sc);
		} else if (cps[i] == '$' && i + 1 < end && cps[i + 1] == '(') {
			used = take_macro(cell, row, cps, i, end, sc);
		} else if (cps[i] == '}' && !twice) {
			scope_error(sc, row->file, row->line, row->column + i,
				    "field-close",
				    "a closing brace without an opening one; }} draws "
				    "one");
		} else {
			cell[i].cp = cps[i];
			/* {{ and }} draw one brace and keep their two cells */
			used = cps[i] == '{' || cps[i] == '}' ? 2 : 1;
		}
	}
}

/* --- the roles of what is drawn --- */

/* Words between lines or two blanks belong together. */
static int run_length(const struct cell *cell, int n)
{
	int i = 0;

	while (i < n && !glyph_is_line(cell[i].cp) &&
	       !(cell[i].cp == ' ' && (i + 1 == n || cell[i + 1].cp == ' ')))
		i++;
	return i;
}

/* "RAW WATER", "WELL 1": three capitals in a row and no small letter. */
static bool is_title(const struct cell *cell, int n)
{
	int capitals = 0, best = 0;

	for (int i = 0; i < n; i++) {
		if (cell[i].cp < 0x80 && islower((int)cell[i].cp))
			return false;
		capitals = cell[i].cp >= 'A' && cell[i].cp <= 'Z' ? capitals + 1 : 0;
		best = capitals > best ? capitals : best;
	}
	return best >= 3;
}

static void give_roles(struct cell *cell, int n)
{
	for (int i = 0; i < n;) {
		int len = run_length(cell + i, n - i);
		enum role role = is_title(cell + i, len) ? ROLE_TITLE : ROLE_LABEL;

		if (len == 0)
			role = glyph_is_line(cell[i].cp) ? ROLE_PIPE : ROLE_LABEL;
		for (int k = 0; k < (len ? len : 1); k++)
			cell[i + k].role = (uint8_t)role;
		i += len ? len : 1;
	}
}

static void read_picture(struct drawing *d, const struct cfg_node *picture,
			 struct scope *sc)
{
	uint32_t cps[ROW_CELLS_MAX];
	struct rows it;

	rows_begin(&it, picture);
	d->picture_line = it.row.line + 1;
	while (rows_next(&it)) {
		int n = row_decode(&it.row, cps, sc);

		if (n >= 0 && row_fits(&it.row, n, d->cols, d->rows, "picture", sc))
			put_row(d, &it.row, cps, n, sc);
	}
	for (int row = 0; row < d->rows; row++)
		give_roles(d->cells + (size_t)row * (size_t)d->cols, d->cols);
}

/* Where a zone and a field share a cell one would hide the other. */
static bool lies_in(const struct drawing_field *f, const struct drawing_zone *z)
{
	for (int col = f->col; col < f->col + f->cols; col++)
		if (zone_covers(z, col, f->row))
			return true;
	return false;
}

static void check_overlap(const struct drawing *d, struct scope *sc)
{
	for (size_t i = 0; i < d->n_zones; i++) {
		const struct drawing_zone *z = &d->zones[i];

		for (size_t k = 0; k < d->n_fields; k++) {
			const struct drawing_field *f = &d->fields[k];

			if (lies_in(f, z))
				scope_error(
					sc, f->file, f->line, f->column, "zone-overlap",
					"field {%s} lies in zone %c; move one of them",
					f->name, z->letter);
		}
	}
}

void drawing_read(struct drawing *d, int cols, int rows, const struct cfg_node *picture,
		  const struct cfg_node *zones, struct scope *sc)
{
	size_t n = (size_t)cols * (size_t)rows;

	*d = (struct drawing){ .cols = cols, .rows = rows };
	d->cells = xcalloc(n, sizeof(*d->cells));
	for (size_t i = 0; i < n; i++)
		d->cells[i] = (struct cell){ ' ', ROLE_LABEL, 0 };
	read_picture(d, picture, sc);
	if (zones)
		zones_read(d, zones, sc);
	check_overlap(d, sc);
}

void drawing_release(struct drawing *d)
{
	free(d->cells);
	free(d->fields);
	free(d->zones);
	*d = (struct drawing){ 0 };
}
