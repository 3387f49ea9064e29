/* csv.c - cuts rows into cells, in place. */
#include "config/csv.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "util/diag.h"
#include "util/utf8.h"

enum { SENTENCE_MAX = 900 };

/* Characters before p in its line, from 1. Cells that were cut end in a NUL: it stands
 * for one character. */
static int column_of(const char *row, const char *p)
{
	int column = 1;

	for (; row < p; row++)
		column += ((unsigned char)*row & 0xC0) != 0x80;
	return column;
}

static void __attribute__((format(printf, 4, 5)))
complain(const struct csv *c, int column, const char *id, const char *fmt, ...)
{
	char text[SENTENCE_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_add(c->diags, DIAG_ERROR, c->file, c->line, column, id, "%s", text);
}

int csv_column(const struct csv *c, size_t cell)
{
	return column_of(c->row, c->at[cell]);
}

void csv_error(const struct csv *c, size_t cell, const char *id, const char *fmt, ...)
{
	char text[SENTENCE_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	complain(c, csv_column(c, cell), id, "%s", text);
}

/* --- characters -------------------------------------------------------------------- */

/* Printable ASCII and tabs, eight bytes at a time: nearly every line. */
static bool is_plain(const char *p, size_t n)
{
	const uint64_t ones = 0x0101010101010101u, high = 0x80 * ones;

	for (; n >= 8; p += 8, n -= 8) {
		uint64_t v;

		memcpy(&v, p, 8);
		/* a byte below 0x20 borrows; one of 0x7F carries into the high bit */
		if (((v - 0x20 * ones) | (v + ones) | v) & high)
			return false;
	}
	for (; n; p++, n--)
		if (*p < 0x20 || *p == 0x7F)
			return false;
	return true;
}

/* Reports the first character that may not stand in a file. */
static bool check_characters(const struct csv *c, const char *p, size_t n)
{
	const char *start = p, *end = p + n;
	uint32_t cp;

	if (is_plain(p, n))
		return true;
	while (p < end) {
		size_t used = utf8_decode(p, (size_t)(end - p), &cp);

		if (!used) {
			complain(c, column_of(start, p), "bad-utf8",
				 "byte 0x%02X is not UTF-8; save the file as UTF-8",
				 (unsigned char)*p);
			return false;
		}
		if (cp != '\t' && (cp < ' ' || cp > '~') && utf8_is_hidden(cp)) {
			complain(c, column_of(start, p), "hidden-character",
				 "an invisible character (U+%04X) stands here; remove it",
				 cp);
			return false;
		}
		p += used;
	}
	return true;
}

/* --- cells ------------------------------------------------------------------------- */

static bool is_blank(const struct csv *c, char ch)
{
	return ch == ' ' || (ch == '\t' && c->separator != '\t');
}

/* Behind the closing quote of a cell that begins at p with one; its text moves down over
 * doubled quotes. NULL when it is never closed. */
static char *quoted(char *p, char *end, char **text)
{
	char *to = ++p;

	*text = to;
	for (; p < end; p++) {
		if (*p == '"' && (p + 1 == end || p[1] != '"')) {
			*to = '\0';
			return p + 1;
		}
		p += *p == '"';
		*to++ = *p;
	}
	return NULL;
}

/* One cell from p on: sets the text and returns where its separator or the end of the
 * row stands; NULL after a mistake. */
static char *cut(const struct csv *c, char *p, char *end, char **text)
{
	char *stop;

	while (p < end && is_blank(c, *p))
		p++;
	if (p == end || *p != '"') {
		char *last = stop = memchr(p, c->separator, (size_t)(end - p));
		if (!stop)
			last = stop = end;
		while (last > p && is_blank(c, last[-1]))
			last--;
		*text = p;
		if (last < stop)
			*last = '\0';
		return stop;
	}
	stop = quoted(p, end, text);
	if (!stop) {
		complain(c, column_of(c->row, p), "csv",
			 "the quote that begins here is not closed in this line");
		return NULL;
	}
	while (stop < end && is_blank(c, *stop))
		stop++;
	if (stop < end && *stop != c->separator) {
		complain(c, column_of(c->row, stop), "csv",
			 "something follows the closing quote; a quote inside a cell is "
			 "written \"\"");
		return NULL;
	}
	return stop;
}

static bool cut_row(struct csv *c, char *p, char *end)
{
	for (c->n = 0;; p++) {
		if (c->n == CSV_COLUMNS_MAX) {
			complain(c, column_of(c->row, p), "csv",
				 "a row has at most %d cells", CSV_COLUMNS_MAX);
			return false;
		}
		c->at[c->n] = p;
		char *stop = cut(c, p, end, &c->cell[c->n]);
		if (!stop)
			return false;
		if (stop - p > CSV_CELL_MAX) {
			complain(c, column_of(c->row, p), "csv",
				 "a cell is limited to %d bytes", CSV_CELL_MAX);
			return false;
		}
		c->n++;
		bool more = stop < end;
		*stop = '\0';
		if (!more)
			return true;
		p = stop;
	}
}

/* --- rows -------------------------------------------------------------------------- */

/* The next line that says something; false at the end. */
static bool next_line(struct csv *c, char **begin, char **end)
{
	const char nothing[] = { ' ', '\t', c->separator, '\0' };

	while (c->next < c->end) {
		char *nl = memchr(c->next, '\n', (size_t)(c->end - c->next));

		*begin = c->next;
		*end = nl ? nl : c->end;
		c->next = nl ? nl + 1 : c->end;
		c->line++;
		if (*end > *begin && (*end)[-1] == '\r')
			--*end;
		**end = '\0';
		c->row = *begin;
		if (**begin != '#' && (*begin)[strspn(*begin, nothing)])
			return true;
	}
	return false;
}

bool csv_next(struct csv *c)
{
	char *begin, *end;

	while (next_line(c, &begin, &end)) {
		if (!check_characters(c, begin, (size_t)(end - begin)) ||
		    !cut_row(c, begin, end))
			continue;
		if (c->n == c->n_header)
			return true;
		complain(c, 1, "csv", "the row has %zu cell%s, the header names %zu",
			 c->n, c->n == 1 ? "" : "s", c->n_header);
	}
	return false;
}

void csv_feed(struct csv *c, char *text, size_t len)
{
	c->next = text;
	c->end = text + len;
}

bool csv_open(struct csv *c, char *text, size_t len, const char *file,
	      struct diag_list *diags)
{
	char *begin, *end;

	c->file = file;
	c->diags = diags;
	c->separator = '\0'; /* the first row tells */
	c->line = 0;
	bool marked = len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0;
	csv_feed(c, text + 3 * marked, len - 3 * marked);
	c->n = c->n_header = 0;
	if (!next_line(c, &begin, &end)) {
		c->line = 1;
		complain(c, 0, "csv",
			 "the file is empty; its first row names the settings");
		return false;
	}
	c->separator = begin[strcspn(begin, ",;\t")];
	if (!c->separator)
		c->separator = ',';
	if (!check_characters(c, begin, (size_t)(end - begin)) || !cut_row(c, begin, end))
		return false;
	c->n_header = c->n;
	return true;
}
