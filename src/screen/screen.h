/*
 * screen.h - a screen file as an immutable thing to paint, and a set of them.
 *
 * A set is loaded from the texts of its files: one screen a file, and files that hold
 * only symbols (screens/lib/) or a theme (screens/themes/). A file with mistakes is left
 * out and reported; the others stand. Parsing needs no station: what depends on tags is
 * judged by screen_set_lint() (lint.h). So the console parses what the server serves, and
 * check, server, render and console see the same screen.
 *
 * Pure; everything is owned by the set and borrowed from it.
 */
#ifndef SG_SCREEN_SCREEN_H
#define SG_SCREEN_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "screen/grid.h"
#include "screen/kind.h"
#include "screen/theme_load.h"
#include "util/diag.h"

struct expr;
struct layout_box;

enum {
	SCREEN_ID_MAX = 31,
	SCREEN_COLS_MAX = 300,
	SCREEN_ROWS_MAX = 100,
	SCREEN_GROWN_COLS_MAX = 500, /* how far a drawing follows a terminal */
	SCREEN_GROWN_ROWS_MAX = 200,
	SCREEN_ITEMS_MAX = 2000,
	SCREEN_PENS_MAX = 8 /* of a trend */
};
#define SCREEN_NO_TAG UINT32_MAX

/* A lower-case letter, then letters, digits, - and _, at most SCREEN_ID_MAX. */
bool screen_id_valid(const char *id);

struct screen_file {
	const char *path; /* as shown in messages */
	const char *text; /* NUL-terminated */
};

/* One state of a symbol, compiled for one field. */
struct screen_state {
	struct expr *when; /* NULL: always; operands are bound to screen->tags */
	char *text;
	enum role role;
};

/* A value somebody may choose, as an operator types it, and the word for it. */
struct screen_choice {
	char *value, *text;
};

/* One thing on the picture: a field (one row) or the widget of a zone. */
struct screen_item {
	const struct screen_kind *kind;
	char *name; /* as in the picture; the letter of a zone */
	bool is_zone;
	int col, row, cols, rows;
	uint32_t tag;      /* index into screen->tags, or SCREEN_NO_TAG */
	uint32_t setpoint; /* likewise */
	uint32_t *pens;    /* likewise; of a trend */
	size_t n_pens;
	int64_t span_ms; /* of a trend or spark; 0 = not given */
	struct screen_state *states;
	size_t n_states;
	char *prefix; /* full name its relative operands hang on: "intake.p101" */
	char *text;   /* NULL when not given, like to and area */
	char *to;
	char *area;
	char *opens; /* the faceplate of it: "pump(p=intake.p101)" */
	enum role role;
	bool show_unit;
	struct screen_choice *choices; /* mode */
	size_t n_choices;
	char *value;    /* button: what it writes, as an operator types it */
	char *needs;    /* button: who may press it, in words */
	uint32_t *tags; /* group: whose worst it shows; none: what stands inside it */
	size_t n_tags;
	char **headings, **row_names; /* table */
	size_t n_headings, n_row_names;
	/* A cell of the table around it: row and column from 0. */
	bool in_table;
	int table_row, table_col;
	int decimals;     /* of the column; -1: the tag's own */
	const char *file; /* where it is drawn; interned */
	int line, column;
	char *via; /* by whom, inside of a template: "template ... placed at a.cfg:31" */
};

/* What a letter does on a screen. */
struct screen_key {
	char letter;
	char *to;       /* a screen's id, or a faceplate: "pid(L=network.pc401)" */
	bool is_call;   /* it is a faceplate */
	uint32_t *pens; /* instead: indexes into screen.tags, whose trend it shows */
	size_t n_pens;
	const char *file;
	int line, column;
};

struct screen {
	char *path; /* of its file, as given */
	char *id, *title;
	int level;  /* 1 overview .. 4 support */
	char *up;   /* "" when absent */
	char *area; /* "" when absent */
	char *prefix;
	int cols, rows;
	struct cell *cells;        /* the drawing: cols x rows, fields blanked */
	struct screen_item *items; /* in drawing order: by row, then column */
	size_t n_items;
	char **tags; /* full names, each once: what a view has to subscribe to */
	size_t n_tags;
	int line, up_line, level_line, size_line, id_line; /* where things are written */
	int picture_line;                                  /* of picture row 0 */
	struct layout_box *layout;                         /* what it is drawn from */
	struct screen **variants; /* its drawings for other sizes */
	size_t n_variants;
	struct screen_key *keys; /* letters of its own */
	size_t n_keys;
	/* Of a variant or a grown drawing: whose texts and tags it borrows; else NULL. */
	const struct screen *base;
	struct screen
		*grown; /* this drawing in the size last asked for; NULL: it never is */
};

struct library;

struct screen_set {
	struct screen **v; /* by id */
	size_t n;
	struct library *library; /* for faceplates */
	struct theme_set themes;
};

/* Never NULL. A file that is not a screen file at all is a mistake like any other. */
struct screen_set *screen_set_load(const struct screen_file *files, size_t n,
				   struct diag_list *diags);
void screen_set_free(struct screen_set *set); /* NULL is allowed */
/* The drawing of a screen for so many cells: the largest that fits, grown to fill them;
 * the smallest when none fits. All drawings of a screen have the same tags, in the same
 * order. The result belongs to s (any of its drawings) and is redrawn in its place when
 * it is asked for in another size: then indexes of items change, names do not. */
const struct screen *screen_for_size(const struct screen *s, int cols, int rows);
const struct screen *screen_set_find(const struct screen_set *set, const char *id);
/* A file says id = "x": also one that is too broken to be read. */
bool screen_text_has_id(const char *text, const char *id);

/* The template that a call names, drawn with its arguments: "pid(L=network.pc401)". Its
 * id is the call, its tags are its own. NULL with a sentence in diags. There is always a
 * template "tag" with the parameter T. Owned; it borrows from the set. */
struct screen *screen_faceplate(const struct screen_set *set, const char *call,
				struct diag_list *diags);
void screen_free(struct screen *s); /* one of those; NULL is allowed */
/* A screen of the set, or the faceplate that a call names, which then belongs to the set.
 * NULL; diags say what is wrong with a call. */
const struct screen *screen_set_look(struct screen_set *set, const char *id_or_call,
				     struct diag_list *diags);

#endif
