/*
 * theme_load.h - a theme from a file: roles to attributes, a group a depth.
 *
 *   theme = {
 *     name = "paper";
 *     colours256 = { ground = "255"; label = "240"; alarm-high-unack = "16 on 220 bold";
 * };
 *   };
 *
 * A group that names its ground says all abnormal roles itself, and its calm ones look
 * like `label` unless said; one without changes the dark theme. A depth without a group
 * is the dark theme's, colours16 colours8's and rgb colours256's. What would lie to an
 * operator is refused (theme_judge.h). Pure.
 */
#ifndef SG_SCREEN_THEME_LOAD_H
#define SG_SCREEN_THEME_LOAD_H

#include <stddef.h>

#include "screen/theme.h"

struct cfg_node;
struct diag_list;
struct strbuf;

/* The group `theme` of a file. False: it has mistakes, which diags now holds; warnings
 * alone let it pass. */
bool theme_read(const struct cfg_node *group, struct theme *out, struct diag_list *diags);
/* A whole file with a theme in it; shown names it in diags. */
bool theme_read_text(const char *text, size_t len, const char *shown, struct theme *out,
		     struct diag_list *diags);

/* The themes of a station. */
struct theme_set {
	struct theme *v; /* owned */
	size_t n;
};

/* One more, unless it has mistakes, or a name or the default is taken. */
void theme_set_add(struct theme_set *set, const struct cfg_node *group,
		   struct diag_list *diags);
void theme_set_release(struct theme_set *set);
/* name NULL: the station's default, else the dark theme. NULL: there is none of that
 * name; why (NULL allowed) then names those there are. */
const struct theme *theme_set_find(const struct theme_set *set, const char *name,
				   struct strbuf *why);

#endif
