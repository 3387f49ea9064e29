/*
 * build.h - a drawing while it is being put together: that of a screen, of a variant,
 * of a placed template or of a faceplate. Only for src/screen.
 */
#ifndef SG_SCREEN_BUILD_H
#define SG_SCREEN_BUILD_H

#include "screen/drawing.h"
#include "screen/layout.h"
#include "screen/library.h"
#include "screen/scope.h"
#include "screen/screen.h"

struct cfg_node;
struct strmap;

enum {
	PLACES_MAX = 500, /* of one screen, with those inside of others */
	PLACE_DEPTH_MAX = 8,
	PLACE_ERRORS_MAX = 20
};

/* What all drawings of a screen share. */
struct screen_parts {
	struct screen *s; /* takes the tags */
	const struct library *lib;
	struct strmap *tags; /* name -> index in s->tags */
	size_t n_items, n_places;
};

struct screen_build {
	struct screen_parts *parts;
	struct scope scope;
	struct layout_box *box; /* filled */
	const char *owner;      /* the file whose symbols are seen */
	const char *prefix;
	const char *names; /* put before the names of items: "tank-1/" */
	const struct cfg_node *fields, *widgets; /* groups; NULL when not given */
	const struct screen_build *screen;       /* of a variant: where it inherits */
	const struct screen_build *outer;        /* of an instance: who placed it */
	const struct template *template;         /* of an instance */
	size_t n_own; /* of the arguments: those behind are of the screen and the site */
	struct strmap *used; /* "f/name", "f/name/setting": entries with a use */
};

/* Where a setting or, without one, the item itself is written. */
struct place {
	const char *file;
	int line, column;
};
struct place place_of_node(const struct cfg_node *node);
struct place place_of(const struct screen_item *item, const struct cfg_node *node);

#define BUILD_ERROR(b, at, id, ...)                                                      \
	scope_error(&(b)->scope, (at).file, (at).line, (at).column, (id), __VA_ARGS__)

/* [ columns, rows ] of a drawing's `size`; 0 and a sentence when it is none. */
bool build_size(struct scope *sc, const struct cfg_node *group, int *cols, int *rows);
/* Everything a drawing has: picture, zones, fields, widgets, place, grow. */
void build_drawing(struct screen_build *b, const struct cfg_node *group);
void build_release(struct screen_build *b); /* not its box */

/* The full name behind a name as written: "/" leaves the prefix aside. NULL when it is
 * no tag name (reported). Owned. */
char *build_full_name(struct screen_build *b, struct place at, const char *name);
uint32_t build_tag(struct screen_build *b, const char *full);
uint32_t build_named_tag(struct screen_build *b, struct place at, const char *name);

/* The kind of that name; NULL with a sentence when there is none, or it cannot stand
 * there. */
const struct screen_kind *build_kind(struct screen_build *b, struct place at,
				     const char *name, bool in_zone);
/* One more item of the box, without a place: all others of the box may have moved. */
struct screen_item *build_item(struct screen_build *b, const struct screen_kind *kind,
			       const char *name, struct place at);

/* settings.c: what an entry says of an item, and what it is without one. */
void settings_apply(struct screen_build *b, struct screen_item *item,
		    const struct cfg_node *entry);
void settings_use_symbol(struct screen_build *b, struct screen_item *item,
			 const struct cfg_node *node, const char *text);
void settings_opens(struct screen_build *b, struct screen_item *item,
		    const struct cfg_node *node);
/* entries.c: entries and settings nobody has use for. */
void entries_drawn(const struct screen_build *owner, const struct cfg_node *entry,
		   bool zone);
void entries_use(const struct screen_build *owner, const struct screen_item *item,
		 const struct cfg_node *entry);
void entries_check(struct screen_build *b);
/* place.c: the instances of templates. */
/* Two whole numbers from 1; says what they should be otherwise. */
bool place_pair(struct screen_build *b, const struct cfg_node *node, const char *what,
		int *first, int *second);
/* Does the rectangle lie in the drawing, over nothing that is drawn? what names it. */
bool place_free(struct screen_build *b, const char *what, const struct cfg_node *node,
		const struct layout_box *r);
void place_all(struct screen_build *b, const struct cfg_node *list);

#endif
