/* screen_rig.h - a small station, and screen files held against it. */
#ifndef SG_TESTS_SCREEN_RIG_H
#define SG_TESTS_SCREEN_RIG_H

#include "screen/meta.h"
#include "screen/screen.h"
#include "util/diag.h"

struct loaded {
	struct screen_set *set;
	struct diag_list diags;
	char *text; /* all diagnostics, a line each */
};

extern const struct tag_meta rig_tags[]; /* the first is a level of 6.00 m */
/* A screen "top" of level 1, and a library with the symbol "pump". */
extern const char rig_top[], rig_lib[];

/* Loads and lints. */
struct loaded rig_load(const struct screen_file *files, size_t n);
/* screens/a.cfg beside screens/top.cfg and screens/lib/sym.cfg. */
struct loaded rig_load_one(const char *text);
void rig_unload(struct loaded *l);

/* The item of a name (the first), or a failed test. */
const struct screen_item *rig_item(const struct screen *s, const char *name);
/* Row of the drawing as UTF-8, blanks at its end cut: fields are blank. */
char *rig_row(const struct screen *s, int row);

#endif
