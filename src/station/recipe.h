/*
 * recipe.h - a change set as a file: what it is called, and which tag shall be what, in
 * the order in which they are written.
 *
 *   recipe  = { name = "night"; description = "less demand"; };
 *   changes = ( { tag = "intake.p101.speed_sp"; value = 40.0; unit = "%"; },
 *               { tag = "intake.mode"; value = "auto"; } );
 *
 * What stands in such a file is judged by the server like anything a person types. A unit
 * is there to be compared: one that is not the plant's bars the line.
 *
 * Pure: text in, recipe or mistakes with file and line out. Owned by the caller.
 */
#ifndef SG_STATION_RECIPE_H
#define SG_STATION_RECIPE_H

#include <stdbool.h>
#include <stddef.h>

#include "config/schema.h"
#include "tag/def.h"
#include "tag/value.h"

struct cfg;
struct diag_list;
struct strbuf;

enum { RECIPE_LINES_MAX = 100, RECIPE_NAME_MAX = 63 };

struct recipe_line {
	char tag[TAG_NAME_MAX + 1];
	char unit[32];      /* "" = not said */
	struct value value; /* a string borrows text */
	char text[VALUE_STRING_MAX + 1];
	struct loc at, value_at;
};

struct recipe {
	char name[RECIPE_NAME_MAX + 1];
	char description[256];
	char saved[64]; /* when and by whom, as written by the one who saved it */
	struct loc at;
	struct recipe_line *lines; /* owned */
	size_t n;
};

/* From a file already read: every mistake is in diags. False when there is one; what
 * could be read is in *r all the same. To be released. */
bool recipe_take(const struct cfg *file, struct recipe *r, struct diag_list *diags);
/* The same from text; shown names it in diagnostics. */
bool recipe_parse(const char *text, size_t len, const char *shown, struct recipe *r,
		  struct diag_list *diags);
void recipe_release(struct recipe *r);
bool recipe_same(const struct recipe *a, const struct recipe *b);
/* As a file. */
void recipe_put(struct strbuf *out, const struct recipe *r);

/* The settings, for check and the manual. */
extern const struct cfg_row recipe_file_rows[], recipe_head_rows[], recipe_line_rows[];

#endif
