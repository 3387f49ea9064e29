/*
 * kind.h - the kinds of things a screen may show: their names, settings and help.
 *
 * The table is here, below the console, because the server and `sightglass check`
 * judge screens by it; how a kind is drawn is its row in console/widget/widgets.c
 * (a test holds the two tables together). Adding one: docs/internals/adding-a-widget.md.
 */
#ifndef SG_SCREEN_KIND_H
#define SG_SCREEN_KIND_H

#include <stdbool.h>
#include <stddef.h>

/* Where the text of a setting goes in struct screen_item, and how it is judged. */
enum screen_slot {
	SLOT_TAG,      /* a tag, relative to the screen's prefix; item->tag */
	SLOT_SETPOINT, /* a tag likewise; item->setpoint */
	SLOT_BASE,     /* a tag or the front of some; item->prefix */
	SLOT_SYMBOL,   /* the name of a symbol; item->states */
	SLOT_SCREEN,   /* the id of a screen; item->to */
	SLOT_TEXT,     /* item->text */
	SLOT_AREA,     /* item->area */
	SLOT_ROLE,     /* item->role */
	SLOT_UNIT,     /* bool; item->show_unit */
	SLOT_CALL,     /* a template with its arguments; item->opens */
	SLOT_PENS,     /* a list of tags, relative likewise; item->pens */
	SLOT_SPAN,     /* "2h": a stretch of time; item->span_ms */
	/* those of details.c */
	SLOT_COMPANION, /* the name of a tag; item->tag is its setpoint: NAME_sp */
	SLOT_CHOICES,   /* a list of { value; text; }; item->choices */
	SLOT_VALUE,     /* a number, true, false or a text; item->value */
	SLOT_CONFIRM,   /* bool, and never false */
	SLOT_NEEDS,     /* item->needs */
	SLOT_TAGS,      /* a list of tags; item->tags */
	SLOT_ROWS,      /* of a table: names, or groups { name; text; opens; } */
	SLOT_COLUMNS    /* of a table: names, or groups { tag; text; width; ... } */
};

struct screen_setting {
	const char *name;
	enum screen_slot slot;
	bool required;
	const char *help;
};

/* What Enter on a thing is about, where it is not its faceplate. */
enum screen_enter {
	ENTER_NOTHING, /* its faceplate, or words about it */
	ENTER_SCREEN,  /* another screen: item->to, or the field's name */
	ENTER_VALUE,   /* the entry of a value for its tag, when it may be written */
	ENTER_CHOICE,  /* one of a few values for its tag, likewise */
	ENTER_BUTTON,  /* one fixed value for its tag */
	ENTER_PENS     /* the trend page, with its pens */
};

struct screen_kind {
	const char *name;
	const char *help;  /* one line; also printed into the manual */
	bool in_field;     /* {name:kind}, or type = "kind" in `fields` */
	bool in_zone;      /* type = "kind" in `widgets` */
	bool status_cell;  /* its first cell is the status cell */
	bool selectable;   /* the operator's selection rests on it */
	bool needs_tag;    /* in a field: the field's own name unless `tag` is given */
	bool needs_range;  /* of the tag */
	bool needs_write;  /* its tag, where it has one, must be writable */
	bool shows_value;  /* the value with its unit: as wide as the tag's range wants */
	bool lists_alarms; /* asks the source for alarms */
	bool shows_past;   /* of its tag, or of its pens: the server keeps it */
	bool draws_frame;  /* its border only: other things stand inside */
	bool holds_cells;  /* a table: the loader puts a field into each of its cells */
	/* In a zone of at least so many rows, no wider than twice its height: drawn
	 * upright, and one column is enough. 0: never. */
	int upright_rows;
	enum screen_enter enter;
	int min_cols;
	const struct screen_setting *settings; /* ends with a NULL name */
};

bool screen_kind_upright(const struct screen_kind *kind, int cols, int rows);

/* All kinds, NULL-terminated, sorted by name. */
extern const struct screen_kind *const screen_kinds[];
const struct screen_kind *screen_kind_find(const char *name); /* static or NULL */

#endif
