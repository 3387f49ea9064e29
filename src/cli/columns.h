/*
 * columns.h - a table for people: columns as wide as what stands in them, at most as wide
 * as they may be, so that a line fits an 80-column terminal. What is longer is cut with
 * an ellipsis; --json has it whole. Cells are cleaned here.
 */
#ifndef SG_CLI_COLUMNS_H
#define SG_CLI_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

enum { COLUMNS_MAX = 12 };

struct column {
	const char *heading;
	int max;    /* cells; 0 = any, for the last one */
	bool right; /* numbers */
};

struct columns {
	const struct column *column; /* borrowed; ends with a NULL heading */
	size_t n;
	char **cell; /* row by row, the headings first; owned */
	size_t n_cells;
	const char *indent;
};

void columns_begin(struct columns *t, const struct column *column, const char *indent);
/* The next cell, copied. A row takes as many as there are columns. */
void columns_add(struct columns *t, const char *text);
void columns_addf(struct columns *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Prints all rows to standard output and forgets them. */
void columns_print(struct columns *t);
void columns_release(struct columns *t);

/* Text in lines of at most width cells, the first after head, the others indented by
 * indent cells. */
void columns_wrap(const char *head, const char *text, int indent, int width);

#endif
