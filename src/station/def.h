/*
 * def.h - a station as its files describe it: read and checked whole by load.c, then
 * immutable. A reload builds a second one and station_apply() moves over.
 */
#ifndef SG_STATION_DEF_H
#define SG_STATION_DEF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "access/access.h"
#include "alarm/def.h"
#include "station/load_audit.h"
#include "station/manifest.h"
#include "station/notify_def.h"
#include "tag/def.h"
#include "util/arena.h"
#include "util/diag.h"
#include "util/names.h"
#include "wall/wall.h"

enum { STATION_HASH_SIZE = 32, STATION_TAGS_MAX = 1000000, STATION_DEVICES_MAX = 10000 };

/* A file the station is made of; path as shown in messages (relative to the station
 * file's folder where it lies below it). */
struct station_file {
	char *path;
	char *name; /* the same from the station file's folder, however that was called;
		       NULL = path */
	char *text; /* NUL-terminated contents, for screens served to consoles */
	size_t len;
	char *mistake; /* of a screen: why it cannot be drawn; NULL = it can */
	char *kept;    /* of a screen: why its newer text on disk is not shown; NULL = it
			  is. Stands until the file is mended. */
	char **pens;   /* tags whose past it shows; station_judge_screens() */
	size_t n_pens;
};

/* An area that the files speak of; owner and position may be its parents'. */
struct area_def {
	const char *name;  /* "intake", "intake.wells"; "*" is the whole station */
	const char *title; /* "" when absent */
	const char *owner, *position; /* NULL = nobody said */
};

struct station_def {
	char *name, *description;
	char *dir;        /* folder of the station file */
	char *socket;     /* NULL = not given */
	char *state;      /* NULL = not given */
	char *backups;    /* a folder that backups may go to; NULL = not given */
	bool walls_given; /* walls says how they are to stand */
	enum wall_policy walls;
	bool screens_on_save; /* screens_reload = "save" */

	struct device_def *devices;
	size_t n_devices;
	struct tag_def *tags; /* system tags included, see station/system_tags.h */
	size_t n_tags;
	struct arena *texts;      /* what tags and alarms point to */
	struct names tag_names;   /* empty once the station runs: the database has it */
	struct alarm_def *alarms; /* system.DEVICE.comm included */
	size_t n_alarms;
	struct names alarm_names;  /* empty as above: the engine knows */
	struct notify_def *notify; /* who outside is told of alarms */
	size_t n_notify;
	struct audit_def audit;
	struct area_def *areas; /* those declared, in the order of the files */
	size_t n_areas;
	struct access_def access;

	struct recipe *recipes; /* station/recipe.h */
	size_t n_recipes;
	char *screens_dir;            /* absolute; NULL when no screens are named */
	struct station_file *screens; /* every *.cfg under screens/, lib/ included */
	size_t n_screens;
	char **paths; /* absolute paths of all files read: for the reload watch */
	size_t n_paths;
	uint8_t hash[STATION_HASH_SIZE]; /* manifest_hash() of files */
	struct manifest files;           /* of the same, without screens; sorted */
	/* server/signed.h: "version 7, signed by anna", or why nobody vouches for it;
	 * both NULL = nobody was asked. */
	char *vouched, *unvouched;
	uint64_t vouched_version; /* the 7 of it; 0 when nobody vouches */
	bool tags_incomplete;     /* partial load: some tags could not be read */
	char **folders;           /* absolute: where they lie, and those named for them */
	size_t n_folders;
};

/* What an alarm's setting is to be in the place of what the files say: for a backtest. */
struct station_change {
	const char *alarm, *setting, *value; /* borrowed */
	bool used;                           /* there is such an alarm */
};

/* Reads the station file and all it names. Always reports everything it can in
 * diags; returns NULL when there is at least one error, else the station (owned).
 * Pure of drivers: their --check is run by driver/check.h. */
struct station_def *station_load(const char *path, struct diag_list *diags);
/* The same with changes: they are checked as if the files said so. */
struct station_def *station_load_changed(const char *path, struct station_change *changes,
					 size_t n_changes, struct diag_list *diags);
/* As station_load(), but hands back what could be read even when there are errors (for
 * check, so that later stages report as well); NULL only if the station file is
 * unreadable. */
struct station_def *station_load_partial(const char *path, struct diag_list *diags);
/* The same, and the rules of good alarms are held against them (station/lint_int.h): they
 * warn. today is the day reviews are counted to, "2026-11-22"; NULL = they are not. */
struct lint_options {
	const char *today;
};
bool station_date_valid(const char *text); /* "2026-11-22" */
/* The same without devices, tags, alarms and access: what its screens are. */
struct station_def *station_load_screens(const char *path, struct diag_list *diags);
struct station_def *station_load_linted(const char *path, const struct lint_options *lint,
					struct diag_list *diags);
void station_def_free(struct station_def *d); /* NULL is allowed */
void station_files_free(struct station_file *files, size_t n);
/* All files of a station, the screens too, into out, which is empty; sorted. */
void station_def_manifest(const struct station_def *d, struct manifest *out);

/* Parses the screens of a definition and judges them, and what alarms say of screens,
 * against its tags: what `sightglass check` and the server add to station_load().
 * A broken screen is an error here and no reason to refuse the station. notes: also what
 * is no mistake. */
void station_check_screens(const struct station_def *d, bool notes,
			   struct diag_list *diags);
/* Notes in each screen file whether it can be drawn, and holds against its tags what it
 * shows when it has tags, for the station to keep its older
 * version of one that cannot; and the pens of its trends. */
void station_judge_screens(struct station_def *d);
/* The station's own settings of a device and of a tag (NULL-terminated): driver/check.h
 * suggests from them. */
extern const char *const station_device_settings[];
extern const char *const station_tag_settings[];

/* A new tag without settings, its name kept; NULL when there is one of that name. */
struct tag_def *station_def_add_tag(struct station_def *d, const char *name);
/* The same for who knows that there is none, and names_hash() of the name. */
struct tag_def *station_def_add_new_tag(struct station_def *d, const char *name,
					uint32_t hash);
/* Kept as long as the definition; equal texts once. */
const char *station_def_text(struct station_def *d, const char *text);
const struct tag_write *station_def_write(struct station_def *d,
					  const struct tag_write *w);
const struct tag_numbers *station_def_numbers(struct station_def *d,
					      const struct tag_numbers *n);
/* Equal ones once, their texts too. */
const struct alarm_life *station_def_life(struct station_def *d,
					  const struct alarm_life *life);
const struct alarm_more *station_def_more(struct station_def *d,
					  const struct alarm_more *more);
/* A new alarm of that name with no text NULL but those that may be; NULL when there is
 * one. Borrowed until the next. */
struct alarm_def *station_def_add_alarm(struct station_def *d, const char *name);

/* How often a device's tag is read. A driver with several rates has a tag setting scan =
 * "NAME" and a device setting NAME_ms; otherwise the device's scan_ms says it. */
int64_t station_def_period_ms(const struct station_def *d, const struct tag_def *t);
/* -1 when absent. */
int64_t station_def_tag(const struct station_def *d, const char *name);
int64_t station_def_alarm(const struct station_def *d, const char *name);
int64_t station_def_device(const struct station_def *d, const char *name);
/* The area of that name, or the nearest declared that it lies in; NULL = none. */
const struct area_def *station_def_area(const struct station_def *d, const char *name);

#endif
