/*
 * load_tags_int.h - one tag of a file, plain or out of a template: between load_tags.c
 * and load_templates.c.
 */
#ifndef SG_STATION_LOAD_TAGS_INT_H
#define SG_STATION_LOAD_TAGS_INT_H

#include "station/load_int.h"

/* What macros mean where a tag is read. */
struct tag_scope {
	struct loader *l;
	struct macro_args args;
	const struct cfg_node *instance; /* where macro mistakes show; NULL: no macros */
};

/* Judges one { } of tags = ( ) by itself; once, however many instances it has. */
void load_check_tag(struct loader *l, const struct cfg_node *node);
/* Adds it, macros replaced. */
void load_tag(const struct tag_scope *s, const struct cfg_node *node);
/* A text with its macros replaced; owned. NULL when that fails (reported). */
char *load_expand(const struct tag_scope *s, const struct cfg_node *at, const char *text);

struct templates;
struct templates *templates_new(void);
void templates_free(struct templates *t);
/* templates = ( ) of one file; checks them. */
void templates_add(struct loader *l, struct templates *t, const struct cfg_node *list);
/* instances = ( ) of one file; adds their tags. */
void templates_run(struct loader *l, const struct templates *t,
		   const struct cfg_node *list);

#endif
