/* drawing.c - reads a picture as it is drawn: one row of text a row of cells, {fields} in
 * place, lines in the role of pipes and words in capitals in that of titles. */
#include "screen/drawing.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "config/cfg.h"
#include "screen/glyph.h"
#include "util/utf8.h"
#include "util/xalloc.h"

/* One row of a drawn text, with where it is written. */
struct row {
	const char *s;
	size_t len;
	const char *file;
	int line, column; /* of its first character */
	int number;
};

struct rows {
	const char *next;
	struct row row;
};

static void rows_begin(struct rows *it, const struct cfg_node *node)
{
	const char *text = cfg_as_text(node);

	*it = (struct rows){ .next = text ? text : "" };
	it->row = (struct row){ .file = cfg_file(node),
				.line = cfg_value_line(node) - 1,
				.column = cfg_value_column(node) + 1,
				.number = -1 };
	if (it->next[0] == '\n') { /* the usual form: the drawing begins below */
		it->next++;
		it->row.line++;
		it->row.column = 1;
	}
}

/* The blanks before the closing quote are not a row. */
static bool only_blanks(const char *s)
{
	return s[strspn(s, " \t")] == '\0';
}

static bool rows_next(struct rows *it)
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

enum { ROW_CELLS_MAX = SCREEN_COLS_MAX + 1 };

static void bad_glyph(const struct row *row, int at, uint32_t cp, struct diag_list *diags)
{
	if (cp == '\t')
		diag_add(diags, DIAG_ERROR, row->file, row->line, row->column + at,
			 "picture-tab", "a tab in a picture has no width; use blanks");
	else
		diag_add(diags, DIAG_ERROR, row->file, row->line, row->column + at,
			 "glyph",
			 "the character U+%04X cannot stand in a picture: it is not in "
			 "the glyph table or not one cell wide",
			 cp);
}

/* Decodes a row, one code point a cell; returns the cells, or -1 when it is broken. */
static int decode(const struct row *row, uint32_t out[ROW_CELLS_MAX],
		  struct diag_list *diags)
{
	size_t left = row->len, used;
	const char *s = row->s;
	int n = 0;

	for (uint32_t cp; left; s += used, left -= used) {
		if (!(used = utf8_decode(s, left, &cp))) {
			diag_add(diags, DIAG_ERROR, row->file, row->line, row->column + n,
				 "utf8", "not UTF-8: save the file as UTF-8");
			return -1;
		}
		if (!glyph_known(cp) || utf8_width(cp) != 1) {
			bad_glyph(row, n, cp, diags);
			cp = '?';
		}
		if (n < ROW_CELLS_MAX)
			out[n++] = cp;
	}
	return n;
}

static int trimmed(const uint32_t *cps, int n)
{
	while (n > 0 && cps[n - 1] == ' ')
		n--;
	return n;
}

/* True when the row lies inside the size; says what is too much otherwise. */
static bool fits(const struct drawing *d, const struct row *row, int cells,
		 const char *what, struct diag_list *diags)
{
	if (row->number >= d->rows) {
		if (row->number == d->rows)
			diag_add(diags, DIAG_ERROR, row->file, row->line, 1, "rows",
				 "%s has more than the %d rows of size = [ %d, %d ]",
				 what, d->rows, d->cols, d->rows);
		return false;
	}
	if (cells <= d->cols)
		return true;
	diag_add(diags, DIAG_ERROR, row->file, row->line, row->column + d->cols,
		 "row-too-long",
		 "row %d of the %s is %s%d cells wide, and size = [ %d, %d ] allows %d",
		 row->number + 1, what, cells >= ROW_CELLS_MAX ? "at least " : "", cells,
		 d->cols, d->rows, d->cols);
	return true;
}

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

/* The field that begins at cps[at] = '{'; returns the cells it takes. */
static int take_field(struct drawing *d, const struct row *row, const uint32_t *cps,
		      int at, int n, struct diag_list *diags)
{
	struct drawing_field f = { .col = at,
				   .row = row->number,
				   .line = row->line,
				   .column = row->column + at };
	struct drawing_field *kept;
	int end = at + 1;

	while (end < n && cps[end] != '}' && cps[end] != '{')
		end++;
	if (end >= n || cps[end] != '}') {
		diag_add(diags, DIAG_ERROR, row->file, row->line, f.column, "field-open",
			 "this field has no closing brace in its row");
		return end - at;
	}
	f.cols = end + 1 - at;
	if (!take_inside(cps, at + 1, end, &f)) {
		diag_add(diags, DIAG_ERROR, row->file, row->line, f.column,
			 "field-syntax",
			 "a field is written {tag  } or {tag:kind  }: lower-case name, "
			 "then blanks up to the width it shall have");
	} else {
		kept = GROW(&d->fields, &d->n_fields);
		*kept = f;
	}
	return f.cols;
}

static void put_row(struct drawing *d, const struct row *row, const uint32_t *cps, int n,
		    struct diag_list *diags)
{
	struct cell *cell = d->cells + (size_t)row->number * (size_t)d->cols;

	for (int i = 0, used; i < n && i < d->cols; i += used) {
		bool twice = i + 1 < n && cps[i + 1] == cps[i];

		used = 1;
		if (cps[i] == '{' && !twice) {
			used = take_field(d, row, cps, i, n < d->cols ? n : d->cols,
					  diags);
		} else if (cps[i] == '}' && !twice) {
			diag_add(diags, DIAG_ERROR, row->file, row->line, row->column + i,
				 "field-close",
				 "a closing brace without an opening one; }} draws one");
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
			 struct diag_list *diags)
{
	uint32_t cps[ROW_CELLS_MAX];
	struct rows it;

	rows_begin(&it, picture);
	d->picture_line = it.row.line + 1;
	while (rows_next(&it)) {
		int n = decode(&it.row, cps, diags);

		n = n > 0 ? trimmed(cps, n) : n;
		if (n >= 0 && fits(d, &it.row, n, "picture", diags))
			put_row(d, &it.row, cps, n, diags);
	}
	for (int row = 0; row < d->rows; row++)
		give_roles(d->cells + (size_t)row * (size_t)d->cols, d->cols);
}

/* --- zones --- */

static struct drawing_zone *zone_of(struct drawing *d, char letter)
{
	for (size_t i = 0; i < d->n_zones; i++)
		if (d->zones[i].letter == letter)
			return &d->zones[i];
	return NULL;
}

/* Adds a cell to its letter's bounding box. */
static void grow_zone(struct drawing *d, const struct row *row, int col, char letter)
{
	struct drawing_zone *z = zone_of(d, letter);

	if (!z) {
		z = GROW(&d->zones, &d->n_zones);
		*z = (struct drawing_zone){ letter, col,       row->number,      1,
					    1,      row->line, row->column + col };
		return;
	}
	if (col < z->col) {
		z->cols += z->col - col;
		z->col = col;
	}
	if (col >= z->col + z->cols)
		z->cols = col - z->col + 1;
	z->rows = row->number - z->row + 1;
}

static void zone_cell(struct drawing *d, const struct row *row, uint32_t cp, int col,
		      char *map, struct diag_list *diags)
{
	if (cp == ' ')
		return;
	if (cp >= 0x80 || !isalpha((int)cp)) {
		diag_add(diags, DIAG_ERROR, row->file, row->line, row->column + col,
			 "zone-character",
			 "zones are drawn with letters, one letter a rectangle");
		return;
	}
	if (col < d->cols) {
		grow_zone(d, row, col, (char)cp);
		map[(size_t)row->number * (size_t)d->cols + (size_t)col] = (char)cp;
	}
}

static bool is_rectangle(const struct drawing *d, const struct drawing_zone *z,
			 const char *map)
{
	for (int row = z->row; row < z->row + z->rows; row++)
		for (int col = z->col; col < z->col + z->cols; col++)
			if (map[(size_t)row * (size_t)d->cols + (size_t)col] != z->letter)
				return false;
	return true;
}

static void read_zones(struct drawing *d, const struct cfg_node *zones,
		       struct diag_list *diags)
{
	char *map = xcalloc((size_t)d->cols * (size_t)d->rows, 1);
	uint32_t cps[ROW_CELLS_MAX];
	struct rows it;

	rows_begin(&it, zones);
	while (rows_next(&it)) {
		int n = decode(&it.row, cps, diags);

		n = n > 0 ? trimmed(cps, n) : n;
		if (n < 0 || !fits(d, &it.row, n, "zones", diags))
			continue;
		for (int i = 0; i < n; i++)
			zone_cell(d, &it.row, cps[i], i, map, diags);
	}
	for (size_t i = 0; i < d->n_zones; i++)
		if (!is_rectangle(d, &d->zones[i], map))
			diag_add(
				diags, DIAG_ERROR, cfg_file(zones), d->zones[i].line,
				d->zones[i].column, "zone-shape",
				"zone %c is not one full rectangle; another widget needs "
				"another letter",
				d->zones[i].letter);
	free(map);
}

/* Where a zone and a field share a cell one would hide the other. */
static void check_overlap(const struct drawing *d, const char *file,
			  struct diag_list *diags)
{
	for (size_t i = 0; i < d->n_zones; i++) {
		const struct drawing_zone *z = &d->zones[i];

		for (size_t k = 0; k < d->n_fields; k++) {
			const struct drawing_field *f = &d->fields[k];

			if (f->row >= z->row && f->row < z->row + z->rows &&
			    f->col < z->col + z->cols && f->col + f->cols > z->col)
				diag_add(diags, DIAG_ERROR, file, f->line, f->column,
					 "zone-overlap",
					 "field {%s} lies in zone %c; move one of them",
					 f->name, z->letter);
		}
	}
}

void drawing_read(struct drawing *d, int cols, int rows, const struct cfg_node *picture,
		  const struct cfg_node *zones, struct diag_list *diags)
{
	size_t n = (size_t)cols * (size_t)rows;

	*d = (struct drawing){ .cols = cols, .rows = rows };
	d->cells = xcalloc(n, sizeof(*d->cells));
	for (size_t i = 0; i < n; i++)
		d->cells[i] = (struct cell){ ' ', ROLE_LABEL, 0 };
	read_picture(d, picture, diags);
	if (zones)
		read_zones(d, zones, diags);
	check_overlap(d, cfg_file(picture), diags);
}

void drawing_release(struct drawing *d)
{
	free(d->cells);
	free(d->fields);
	free(d->zones);
	*d = (struct drawing){ 0 };
}
