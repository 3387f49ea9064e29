/*
 * library.h - what the files of a set share: symbols, templates, macros of the site, and
 * the trees all of it borrows from. Lives as long as its set. Only for src/screen.
 */
#ifndef SG_SCREEN_LIBRARY_H
#define SG_SCREEN_LIBRARY_H

#include <stddef.h>

#include "screen/scope.h"
#include "screen/symbol.h"
#include "screen/template.h"

struct cfg;
struct screen;
struct screen_set;

struct library {
	struct cfg **trees; /* one a file; NULL when it cannot be used */
	size_t n_trees;
	struct symbol_list symbols;
	struct template_list templates;
	struct scope site;
};

/* s is the set's from now on; no other there has its id. */
void screen_set_keep(struct screen_set *set, struct screen *s);

#endif
