/*
 * rows.h - the rows of a drawn text, each with where it is written. Only for src/screen.
 */
#ifndef SG_SCREEN_ROWS_H
#define SG_SCREEN_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "screen/screen.h"

struct cfg_node;
struct scope;

enum { ROW_CELLS_MAX = SCREEN_COLS_MAX + 1 };

struct row {
	const char *s;
	size_t len;
	const char *file;
	int line, column; /* of its first character */
	int number;       /* from 0 */
};

struct rows {
	const char *next;
	struct row row;
};

/* The usual form begins below the opening quote; the blanks before the closing one are
 * no row. */
void rows_begin(struct rows *it, const struct cfg_node *node);
bool rows_next(struct rows *it);
/* Decodes a row, one code point a cell, without the blanks at its end; returns the cells,
 * or -1 when it is broken. What cannot stand in a picture is reported. */
int row_decode(const struct row *row, uint32_t out[ROW_CELLS_MAX],
	       const struct scope *sc);
/* True when the row lies inside cols x rows; says what is too much otherwise. */
bool row_fits(const struct row *row, int cells, int cols, int rows, const char *what,
	      const struct scope *sc);

#endif
