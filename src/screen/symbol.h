/*
 * symbol.h - symbols: named lists of states, written once and used by many fields.
 *
 * Only for src/screen. A symbol keeps its texts; for each field that uses it the
 * expressions are compiled anew, relative to the field's name. Borrows from the cfg
 * trees it was read from.
 */
#ifndef SG_SCREEN_SYMBOL_H
#define SG_SCREEN_SYMBOL_H

#include <stdbool.h>
#include <stddef.h>

#include "screen/screen.h"
#include "util/diag.h"

struct cfg_node;
struct strbuf;

struct symbol_state {
	const struct cfg_node *when; /* NULL: always */
	const char *text;
	enum role role;
};

struct symbol {
	const char *name;
	const char *file;  /* where it is written; interned */
	const char *owner; /* the file that was read, which may include it; interned */
	bool shared;       /* from the library; others are seen in their own file only */
	int line;
	struct symbol_state *states;
	size_t n_states;
};

struct symbol_list {
	struct symbol *v;
	size_t n;
};

enum { SYMBOL_STATES_MAX = 32 };

/* Reads a `symbols` group; mistakes are reported and that symbol is left out. shared:
 * from a file of the library, where a name may be given once only. */
void symbols_read(struct symbol_list *list, const struct cfg_node *group,
		  const char *owner, bool shared, struct diag_list *diags);
void symbols_release(struct symbol_list *list);
/* The symbol as seen from a file: its own before a library's. */
const struct symbol *symbol_find(const struct symbol_list *list, const char *name,
				 const char *owner);
/* " (did you mean ...)" for a name that is none. */
void symbol_suggest(const struct symbol_list *list, const char *wrong,
		    struct strbuf *out);

#endif
