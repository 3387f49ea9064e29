/*
 * scope.h - what $(P) means where a text stands, and by whom that place was reached.
 *
 * A screen, a variant and each instance of a template are read in a scope of their own.
 * Texts are replaced after parsing, so a macro brings in letters and never structure,
 * and lines stay right. A mistake inside a template also names the line that placed it.
 *
 * Only for src/screen. Texts that were replaced live as long as their scope.
 */
#ifndef SG_SCREEN_SCOPE_H
#define SG_SCREEN_SCOPE_H

#include <stdbool.h>
#include <stddef.h>

#include "config/macro.h"
#include "util/diag.h"

struct cfg_node;

struct scope {
	struct diag_list *diags; /* borrowed */
	struct macro_arg
		*args; /* the first of a name counts; texts are kept or borrowed */
	size_t n_args;
	char *via; /* "template \"tank\" placed at a.cfg:31"; NULL outside of one */
	char **kept;
	size_t n_kept;
};

void scope_release(struct scope *sc);
/* name is borrowed, text copied. */
void scope_give(struct scope *sc, const char *name, const char *text);
/* All of another scope's behind our own. */
void scope_inherit(struct scope *sc, const struct scope *outer);
/* The members of a group as arguments, read in outer (which may be sc itself). */
void scope_give_group(struct scope *sc, const struct scope *outer,
		      const struct cfg_node *group);

/* The text of a node with its macros replaced. NULL: no text, or a macro nobody knows
 * (reported). NULL is allowed. */
const char *scope_text(struct scope *sc, const struct cfg_node *node);
/* The same of a piece of text that stands at a place. */
const char *scope_expand(struct scope *sc, const char *text, const char *file, int line,
			 int column);

void scope_error(const struct scope *sc, const char *file, int line, int column,
		 const char *id, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
void scope_error_at(const struct scope *sc, const struct cfg_node *node, const char *id,
		    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
