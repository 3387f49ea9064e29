/*
 * picture.h - paints a screen onto a canvas of any size, and answers what lies where.
 *
 * A canvas larger than the screen shows it at the top left, the rest blank; a smaller
 * one shows a viewport that follows the selected field. Reads values through a
 * picture_source only; keeps no state: the same arguments paint the same cells. Pure.
 */
#ifndef SG_CONSOLE_VIEW_PICTURE_H
#define SG_CONSOLE_VIEW_PICTURE_H

#include "screen/grid.h"
#include "screen/meta.h"
#include "screen/screen.h"

#define PICTURE_NOTHING (-1)

/* selected: an index into screen->items, or PICTURE_NOTHING. The grid's cursor is put
 * on the selected field (braille displays and readers follow it). */
void picture_paint(const struct canvas *c, const struct screen *s,
		   const struct picture_source *src, int selected);

enum picture_move {
	PICTURE_FIRST,
	PICTURE_NEXT, /* in drawing order, round the end */
	PICTURE_PREVIOUS,
	PICTURE_UP, /* by position; stays when there is nothing that way */
	PICTURE_DOWN,
	PICTURE_LEFT,
	PICTURE_RIGHT
};
/* The selectable item a move leads to; PICTURE_NOTHING when the screen has none. */
int picture_move(const struct screen *s, int selected, enum picture_move move);
/* The next selectable item in drawing order that is in alarm or not good, after
 * selected and round the end; PICTURE_NOTHING when all is calm. */
int picture_next_abnormal(const struct screen *s, const struct picture_source *src,
			  int selected);
/* The item of that name ("p101", "t101.level"), or PICTURE_NOTHING: keeps the
 * selection through a reload of the screen. */
int picture_find(const struct screen *s, const char *name);
/* The item drawn at a cell of the canvas (a mouse click), or PICTURE_NOTHING. */
int picture_at(const struct canvas *c, const struct screen *s, int selected, int col,
	       int row);

/* What Enter on an item is about. */
struct picture_target {
	const struct screen_item *item;
	const char *tag;    /* full name; NULL for nav and symbols without a tag */
	uint32_t tag_index; /* into screen->tags, or SCREEN_NO_TAG */
	bool writable;
	const char *to; /* nav: the screen to go to; else NULL */
};
struct picture_target picture_target(const struct screen *s,
				     const struct picture_source *src, int selected);
/* "intake.p101.speed  62.0 %  good": the message line's words for the selection. */
struct strbuf;
void picture_describe(const struct screen *s, const struct picture_source *src,
		      int selected, struct strbuf *out);

#endif
