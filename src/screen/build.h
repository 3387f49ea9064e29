/*
 * build.h - a screen while it is being put together. Only for src/screen.
 */
#ifndef SG_SCREEN_BUILD_H
#define SG_SCREEN_BUILD_H

#include "screen/drawing.h"
#include "screen/screen.h"
#include "screen/symbol.h"

struct cfg_node;
struct strmap;

struct screen_build {
	struct screen *s;
	const struct symbol_list *symbols;       /* borrowed */
	const struct cfg_node *fields, *widgets; /* groups; NULL when not given */
	struct strmap *tags;                     /* name -> index in s->tags */
	struct diag_list *diags;
};

/* Turns the fields and zones of the drawing into s->items. */
void build_items(struct screen_build *b, const struct drawing *d);
void screen_item_release(struct screen_item *item);

#endif
