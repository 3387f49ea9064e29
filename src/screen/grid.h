/*
 * grid.h - a rectangle of cells: what every view and widget draws on, without a
 * terminal. A cell holds one code point and a role; themes map roles to attributes
 * in console/term and in render. Pure.
 */
#ifndef SG_SCREEN_GRID_H
#define SG_SCREEN_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a cell means, never how it looks. Screen files may name only those below
 * ROLE_AUTHOR_END. */
enum role {
	ROLE_LABEL, /* static text: the default */
	ROLE_PIPE,  /* static lines */
	ROLE_TITLE,
	ROLE_VALUE,
	ROLE_UNIT,
	ROLE_SETPOINT,
	ROLE_RUNNING,
	ROLE_STOPPED,
	ROLE_MOVING,
	ROLE_FAULT,
	ROLE_LIMIT,
	ROLE_FILL, /* vessel contents */
	ROLE_AUTHOR_END,
	ROLE_BAD = ROLE_AUTHOR_END, /* value not to be believed */
	ROLE_STALE,
	ROLE_UNCERTAIN,
	ROLE_MARK, /* substituted, simulated, shelved */
	ROLE_ALARM_CRITICAL,
	ROLE_ALARM_HIGH,
	ROLE_ALARM_MEDIUM,
	ROLE_ALARM_LOW,
	ROLE_ALARM_DIAGNOSTIC,
	ROLE_ALARM_CRITICAL_UNACK,
	ROLE_ALARM_HIGH_UNACK,
	ROLE_ALARM_MEDIUM_UNACK,
	ROLE_ALARM_LOW_UNACK,
	ROLE_ALARM_DIAGNOSTIC_UNACK,
	ROLE_ALARM_TEXT,
	ROLE_BAR, /* header and key bar */
	ROLE_KEY, /* the digit in the key bar */
	ROLE_MESSAGE,
	ROLE_REFUSED, /* a refusal or failure in the message line */
	ROLE_DIALOG,
	ROLE_DIALOG_TITLE,
	ROLE_ENTRY, /* text being typed */
	ROLE_COUNT
};

struct cell {
	uint32_t cp; /* 0 = right half of a wide character */
	uint8_t role;
	uint8_t selected; /* reverse: selection or cursor row */
};

struct grid {
	int cols, rows; /* 1..GRID_MAX */
	struct cell *cells;
	int cursor_col, cursor_row; /* where the real cursor rests; -1 = hidden */
};

enum { GRID_MAX = 1000 };

/* Sizes outside 1..GRID_MAX are clamped. Blank cells of ROLE_LABEL. */
void grid_init(struct grid *g, int cols, int rows);
void grid_release(struct grid *g);
void grid_resize(struct grid *g, int cols, int rows); /* contents are lost */
void grid_clear(struct grid *g, enum role role);

/* A window on part of a grid, clipped: drawing outside does nothing. */
struct canvas {
	struct grid *grid; /* borrowed */
	int col, row, cols, rows;
};
struct canvas grid_canvas(struct grid *g);
struct canvas canvas_sub(const struct canvas *c, int col, int row, int cols, int rows);

void canvas_fill(const struct canvas *c, uint32_t cp, enum role role);
/* Blank, for a box over others: a selection under it does not show through. */
void canvas_cover(const struct canvas *c, enum role role);
/* A line around its edge; of one row, a line. */
void canvas_border(const struct canvas *c, enum role role);
void canvas_put(const struct canvas *c, int col, int row, uint32_t cp, enum role role);
/* Clean UTF-8 (unsafe text is made visible here once more), cut at the canvas edge;
 * returns the cells used. */
int canvas_text(const struct canvas *c, int col, int row, const char *s, enum role role);
/* The cells that canvas_text uses where there is room; NULL: 0. */
int canvas_cells(const char *s);
/* As canvas_text within exactly `width` cells: cut with ">" at the end, blank-filled. */
void canvas_text_fit(const struct canvas *c, int col, int row, int width, const char *s,
		     enum role role);
/* Right-aligned in width; when it does not fit, '#' fills the width: a number is
 * never cut. */
void canvas_number(const struct canvas *c, int col, int row, int width, const char *s,
		   enum role role);
void canvas_select(const struct canvas *c, int col, int row, int cols);
const struct cell *grid_at(const struct grid *g, int col, int row); /* NULL outside */
/* One row as UTF-8, trailing blanks cut: for tests and render --text. */
struct strbuf;
void grid_row_text(const struct grid *g, int row, struct strbuf *out);

const char *role_name(enum role r);
/* One letter, digit or sign of its own for each: for looks as text. */
char role_letter(enum role r);
bool role_parse_author(const char *name, enum role *out); /* only author roles */

#endif
