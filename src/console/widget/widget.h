/*
 * widget.h - how each kind of thing on a screen is drawn.
 *
 * One row a kind in widgets.c, one file a widget. A widget gets its own box as a
 * canvas (it cannot draw outside), its item and the values; it keeps no state, does no
 * I/O and reads no clock. The marks and the order in which they win are in draw.h, so
 * that no widget can show a value that is not good like one that is (HM-14). Pure.
 */
#ifndef SG_CONSOLE_WIDGET_WIDGET_H
#define SG_CONSOLE_WIDGET_WIDGET_H

#include "screen/grid.h"
#include "screen/meta.h"
#include "screen/screen.h"

struct strbuf;

struct widget_draw {
	struct canvas c; /* the item's box */
	const struct screen *screen;
	const struct screen_item *item;
	const struct picture_source *src;
};

struct widget_class {
	const char
		*name; /* of its row in screen/kind.c: name, help and settings schema */
	void (*draw)(const struct widget_draw *d);
	/* Is what it shows in alarm or not to be believed? NULL: never. */
	bool (*abnormal)(const struct widget_draw *d);
	/* It in words, for the message line; d has no canvas. NULL: the tag it shows. */
	void (*describe)(const struct widget_draw *d, struct strbuf *out);
};

/* All widgets, NULL-terminated, in the order of screen_kinds. */
extern const struct widget_class *const widget_classes[];
const struct widget_class *widget_class_of(const struct screen_kind *kind);

#endif
