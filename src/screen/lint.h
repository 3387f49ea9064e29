/*
 * lint.h - what can be wrong with a screen once the station's tags are known.
 *
 * Every finding has file, line and (inside a picture) column, and says what to do.
 * Used by `sightglass check`, by the server at reload and on save. Pure.
 */
#ifndef SG_SCREEN_LINT_H
#define SG_SCREEN_LINT_H

#include <stddef.h>

#include "screen/meta.h"
#include "screen/screen.h"
#include "util/diag.h"

struct screen_lookup {
	void *arg;
	/* NULL when there is no such tag. Borrowed until the next call. */
	const struct tag_meta *(*tag)(void *arg, const char *name);
	/* All tag names, for "did you mean ...?"; may be NULL with n_names 0. */
	const char *const *names;
	size_t n_names;
	/* All areas; NULL: areas are not judged. */
	const char *const *areas;
	size_t n_areas;
	/* Some files could not be read: what they would have held is not missed. Theirs
	 * are among these texts. */
	bool incomplete;
	const struct screen_file *files;
	size_t n_files;
	bool notes; /* also what is worth knowing and no mistake */
};

/* Judges every screen of the set. */
void screen_set_lint(const struct screen_set *set, const struct screen_lookup *lookup,
		     struct diag_list *diags);
/* Cells a value of this tag needs: status cell, sign, digits of its range, decimals,
 * and with show_unit a blank and the unit. 0 when nothing can be said. */
int screen_value_cells(const struct tag_meta *meta, bool show_unit);

/* One rule of the linter; what it asks for, for docs/style-guide.md. */
struct screen_lint;
struct screen_rule {
	const char *id;
	enum diag_severity severity;
	const char *help;
	/* One of them: for each field and widget, or once a screen. */
	void (*item)(struct screen_lint *l, const struct screen_item *item);
	void (*screen)(struct screen_lint *l);
};
/* Ends with a NULL id. */
extern const struct screen_rule screen_rules[];

#endif
