/*
 * csv.h - long lists as rows of comma-separated cells: what spreadsheets and exports of
 * PLC tools write.
 *
 * The separator is a comma, a semicolon or a tab, whichever the first row uses. A cell
 * may stand in "quotes", where "" is one quote; blanks around other cells do not count.
 * Lines that begin with # and empty ones are skipped; lines may end in CR LF and the
 * file may begin with a byte order mark. The first row is the header.
 *
 * Cells are cut out of the text in place: they live as long as it does. Mistakes go to
 * diags with line and column, and the rest is read on. Pure.
 */
#ifndef SG_CONFIG_CSV_H
#define SG_CONFIG_CSV_H

#include <stdbool.h>
#include <stddef.h>

struct diag_list;

enum { CSV_COLUMNS_MAX = 1024, CSV_FILE_MAX = 256 << 20, CSV_CELL_MAX = 4095 };

struct csv {
	const char *file; /* as shown; interned */
	struct diag_list *diags;
	char separator;
	int line;                    /* of the row read last */
	char *cell[CSV_COLUMNS_MAX]; /* "" = empty */
	size_t n, n_header;
	/* inside */
	char *next, *end, *row;
	char *at[CSV_COLUMNS_MAX]; /* where the cell begins in its line */
};

/* text is len bytes and a NUL, changed by reading; borrowed. Reads the header into
 * cell[]. False when nothing can be read (reported). */
bool csv_open(struct csv *c, char *text, size_t len, const char *file,
	      struct diag_list *diags);
/* The next row with as many cells as the header; false at the end. */
bool csv_next(struct csv *c);
/* Goes on in further whole lines of the same file, which came in another piece of
 * memory: len bytes that end with a newline, or a NUL behind them. The cells of before
 * are gone. */
void csv_feed(struct csv *c, char *text, size_t len);
/* Column of a cell of this row: characters from 1. */
int csv_column(const struct csv *c, size_t cell);
void csv_error(const struct csv *c, size_t cell, const char *id, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
