/*
 * load_int.h - what the parts of the loader share: one pass over a station's files.
 *
 * Order: station file, devices, tags, alarms, access, screens, system tags, cross
 * checks. A part that cannot be read is marked incomplete, so that nothing is blamed
 * for naming what stood there.
 */
#ifndef SG_STATION_LOAD_INT_H
#define SG_STATION_LOAD_INT_H

#include "config/cfg.h"
#include "config/macro.h"
#include "config/schema.h"
#include "station/def.h"
#include "station/schema.h"
#include "util/strbuf.h"

struct arena;
struct expr;
struct strmap;

/* Where the texts of one tag stand that later stages may complain of. */
struct tag_place {
	struct loc device, expression, permissive, range, feedback;
	const char *device_name; /* as written, when there is no such device, else NULL */
	struct expr *expr;       /* compiled; NULL when broken or absent */
};

/* What the loader remembers of each tag; parallel to station_def.tags. */
struct tag_note {
	struct tag_place *place; /* NULL: nothing left to complain of */
	uint8_t inferring;       /* 0 not yet, 1 under way, 2 done */
	bool type_given, decimals_given;
};

/* Where the texts of one device stand; parallel to station_def.devices. */
struct device_place {
	struct loc heartbeat, limit, restart, owner;
	bool limit_given, owner_id_given;
};

/* load_alarms_int.h */
struct alarm_note;
struct load_class;
struct load_area;
struct load_group;

struct cfg_set { /* the files of one part */
	struct cfg **v;
	size_t n;
};

struct loader {
	struct station_def *d;
	struct diag_list *diags;
	char *shown; /* put before paths in messages: "config/" or "" */
	struct device_place *device_places;
	size_t n_device_places;
	struct tag_note *tag_notes;
	size_t n_tag_notes;
	struct arena *scratch;    /* texts that live as long as the loading */
	struct loc audit_at;      /* of mqtt in audit = { } */
	struct settings settings; /* of the tag being read: its memory is used again */
	struct alarm_note *alarm_notes; /* parallel to station_def.alarms */
	size_t n_alarm_notes;
	struct load_class *classes;
	size_t n_classes;
	struct load_area *areas;
	size_t n_areas;
	struct load_group *groups;
	size_t n_groups;
	const struct lint_options *lint;                       /* NULL = no rules */
	struct strmap *class_index, *area_index, *group_index; /* NULL = none */
	bool devices_incomplete, alarms_incomplete;
	bool too_many; /* tags */
	bool screens_only;
	int64_t last_device;
	const char *last_file; /* kept for ever, and its number */
	uint16_t last_file_number;
	size_t suggestions;             /* made for unknown tags so far */
	struct station_change *changes; /* borrowed */
	size_t n_changes;
};

/* Reads the file or folder a setting of the station file names. Sets *incomplete when
 * something in it could not be read. Free with cfg_set_release. */
struct cfg_set load_part(struct loader *l, const struct cfg_node *where,
			 bool *incomplete);
void cfg_set_release(struct cfg_set *set);
void cfg_set_add(struct loader *l, struct cfg *c, void *set); /* a load_file_fn */
/* The same, handing over each file as soon as it is read: c is taken. */
typedef void (*load_file_fn)(struct loader *l, struct cfg *c, void *arg);
void load_each(struct loader *l, const struct cfg_node *where, bool *incomplete,
	       load_file_fn fn, void *arg);
struct templates;
/* Reads the CSV files a setting of the station file names. */
void load_csv_files(struct loader *l, const struct templates *templates,
		    const struct cfg_node *where);

void load_devices(struct loader *l, const struct cfg_set *files);
/* The files of tags = and of tags_csv =; either may be NULL. */
void load_tags(struct loader *l, const struct cfg_node *where,
	       const struct cfg_node *csv);
/* One file of alarms. A load_file_fn. */
void load_alarms(struct loader *l, struct cfg *c, void *unused);
/* Before an alarm's group is read: what the caller wants changed in it. */
void load_change(struct loader *l, struct cfg *file, const struct cfg_node *alarm);
void load_notify(struct loader *l, const struct cfg_node *group);
void load_access(struct loader *l, const struct cfg_set *files);
/* After the tags are crossed: their types are known. */
void load_recipes(struct loader *l, const struct cfg_set *files);
void load_screens(struct loader *l, const struct cfg_node *where);
void load_system(struct loader *l, const char *file);

/* Checks that need more than one file. */
void cross_tags(struct loader *l);
void cross_devices(struct loader *l); /* after the tags: it asks their types */
void cross_alarms(struct loader *l);
void cross_notify(struct loader *l);
void lint_alarms(struct loader *l); /* last: the rules of good alarms */
void cross_access(struct loader *l);

/* --- small things --- */
struct loc load_loc(const struct cfg_node *n);
/* The place of a text's contents: column behind the quote, when it has no macros. */
struct loc load_text_loc(const struct cfg_node *n);
/* The same of a setting of the group, or of the group that has it not. */
struct loc load_loc_of(const struct cfg_node *group, const char *name);
struct loc load_text_loc_of(const struct cfg_node *group, const char *name);
void load_error(struct loader *l, const struct loc *at, const char *id, const char *fmt,
		...) __attribute__((format(printf, 4, 5)));
void load_warn(struct loader *l, const struct loc *at, const char *id, const char *fmt,
	       ...) __attribute__((format(printf, 4, 5)));
/* Owned copy of a text setting, or of fallback (NULL allowed) when absent. */
char *load_text(const struct cfg_node *group, const char *name, const char *fallback);
/* The same, kept with the definition. */
const char *load_kept(struct loader *l, const struct cfg_node *group, const char *name,
		      const char *fallback);
/* CFG_K_TEXTS: one text, or a list of them; NULL is none. */
size_t load_text_count(const struct cfg_node *n);
const struct cfg_node *load_text_at(const struct cfg_node *n, size_t i);
/* Adds a copy of each to *texts; the strings and the array are the caller's. */
void load_texts(const struct cfg_node *n, char ***texts, size_t *count);
double load_double(const struct cfg_node *group, const char *name, double fallback);
int64_t load_ms(const struct cfg_node *group, const char *name, int64_t fallback_ms);
/* New entry of d->tags with its note. */
struct tag_def *load_new_tag(struct loader *l, const char *name, uint32_t hash);
/* intern_number() of a file that was interned; quick for the last one. */
uint16_t load_file_number(struct loader *l, const char *file);
struct tag_note *load_note(struct loader *l, const struct tag_def *t);
struct tag_place *load_place(struct loader *l,
			     const struct tag_def *t); /* made when new */
/* NULL when there is one of that name. */
struct alarm_def *load_new_alarm(struct loader *l, const char *name);
/* Checks a name's grammar and that it is new; reports at `at`. hash: names_hash(). */
bool load_tag_name(struct loader *l, const char *name, uint32_t hash,
		   const struct loc *at);
bool load_alarm_name(struct loader *l, const char *name, const struct loc *at);
/* station_def_device(), quick for what was asked for last; -1 when absent. */
int64_t load_device_of(struct loader *l, const char *name);
/* Reports that this setting is a secret, which no file of a station may hold. The value
 * is not repeated. kind: "device". */
void load_secret_error(struct loader *l, const struct cfg_node *one, const char *kind,
		       const char *name);
/* The first part of a dotted name, kept with the definition. */
const char *load_area_of(struct loader *l, const char *name);
/* Reports that no tag has this name, with "did you mean". When a tags file could not be
 * read, only what has a near name is reported: the others may have stood there. */
void load_unknown_tag(struct loader *l, const struct loc *at, const char *where,
		      const char *name);
/* The area names of all tags, each once; owned array of borrowed names. */
const char **load_areas(const struct loader *l, size_t *n);

/* Which of the words, which the schema has checked; 0 when it is none of them or NULL. */
size_t load_word(const char *const *words, const char *word);

#endif
