/*
 * load_tags_int.h - one tag of a file, plain, out of a template or a row of a CSV file:
 * between load_tags.c, load_templates.c, load_csv.c and load_parts.c.
 */
#ifndef SG_STATION_LOAD_TAGS_INT_H
#define SG_STATION_LOAD_TAGS_INT_H

#include "station/load_int.h"

/* What macros mean where a tag is read. */
struct tag_scope {
	struct loader *l;
	struct macro_args args;
	const struct loc *instance; /* where macro mistakes show; NULL: no macros */
};

/* One tag as it was read, in whatever kind of file it stands; all texts are borrowed. */
struct tag_parts {
	const char *name, *device, *expression, *type, *area; /* NULL = not given */
	const char *description, *unit;
	struct tag_numbers numbers;
	struct tag_write write;   /* not allowed: the rest of it means nothing */
	struct settings settings; /* for the driver */
	double unused;            /* what is checked and means nothing yet */
	unsigned decimals;
	bool decimals_given;
	bool broken; /* a setting for the driver was reported: it is not asked */
	struct loc at, device_at, expression_at, permissive_at, range_at, feedback_at;
};

/* Adds it to the station, or says why not. */
void load_parts(struct loader *l, const struct tag_parts *p);

/* Judges one { } of tags = ( ) by itself; once, however many instances it has. */
void load_check_tag(struct loader *l, const struct cfg_node *node);
/* Adds it, macros replaced. */
void load_tag(const struct tag_scope *s, const struct cfg_node *node);
/* A text with its macros replaced; as long-lived as the file or the loading. NULL when
 * that fails (reported). */
const char *load_expand(const struct tag_scope *s, const struct cfg_node *at,
			const char *text);
/* The same of a setting of group; fallback when it is absent or that fails. */
const char *load_expanded(const struct tag_scope *s, const struct cfg_node *group,
			  const char *name, const char *fallback);

/* The write group of one (load_write.c). */
void load_write(const struct tag_scope *s, const struct cfg_node *write,
		struct tag_parts *p);
/* outside_s that is not given: what shows nothing of its own is not watched. */
int64_t load_outside_ms(const struct tag_write *w);
/* One of the words of a tag's values, or an error at the place. */
void load_words_add(struct loader *l, const struct loc *at, const char *tag,
		    const char *text, struct strbuf *words, int64_t *next);

struct templates;
struct templates *templates_new(void);
void templates_free(struct templates *t);
/* templates = ( ) of one file; checks them. */
void templates_add(struct loader *l, struct templates *t, const struct cfg_node *list);
/* instances = ( ) of one file; adds their tags. */
void templates_run(struct loader *l, const struct templates *t,
		   const struct cfg_node *list);
/* One instance that stands in a row of a CSV file. */
void templates_run_row(struct loader *l, const struct templates *t, const char *name,
		       const struct macro_args *args, const struct loc *at);
/* The rows of one CSV file; text is changed by reading. */
void load_csv_text(struct loader *l, const struct templates *templates, const char *file,
		   char *text, size_t len);

#endif
