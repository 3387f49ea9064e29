/*
 * rows_view.h - a page of rows as the server tells them (struct model_rows): what its
 * columns are, what a row's identity is, and the words for the selected one. A page is
 * a const descriptor; rows_view.c draws any of them. Pure.
 */
#ifndef SG_CONSOLE_VIEW_ROWS_VIEW_H
#define SG_CONSOLE_VIEW_ROWS_VIEW_H

#include "console/view/parts.h"

enum { ROWS_WIDE = 110 }; /* columns from which the wider cells are used */

struct rows_column {
	const char *head;
	int cells, wide; /* the last column takes what is left */
	int from;        /* columns of the terminal; a narrower one leaves it out */
	void (*text)(char *const *field, const struct frame_input *in, char *out,
		     size_t size);
};

struct rows_page {
	size_t fields; /* of a row */
	const struct rows_column *column;
	const char *none; /* said when there is no row */
	void (*key)(char *const *field, char *out, size_t size);
	enum role (*role)(char *const *field);
	void (*title)(const struct model_rows *r, const struct frame_input *in,
		      struct strbuf *out);
	/* Draws the row in words, from row on; returns the rows it takes, even beyond the
	 * canvas. */
	int (*detail)(const struct canvas *c, int row, char *const *field,
		      const struct frame_input *in);
};

extern const struct rows_page rows_overrides, rows_people, rows_changes, rows_doubts;

/* The row of that key; NULL = gone. */
const struct report_line *rows_find(const struct rows_page *p, const struct model_rows *r,
				    const char *key);
void rows_view_paint(const struct canvas *c, const struct frame_input *in,
		     const struct rows_page *p, const struct model_rows *r,
		     struct ui_rows *u);
/* "10:05:03" of today, else "11-22 10:05"; "" for no time. ms: decimal, UTC. */
void rows_time_text(const char *ms, struct now now, char *out, size_t size);

#endif
