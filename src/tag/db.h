/*
 * db.h - the live tag database: the newest sample of every tag, who depends on it,
 * and which tags changed since the last look.
 *
 * Indexes are given once and never used again in a process's life: a reload
 * removes a tag (its index answers "no such tag") and adds new ones at the end.
 * One 64-byte hot row a tag; definitions and texts live apart. Work is O(changes):
 * db_set marks a tag dirty, the owner drains the dirty list.
 *
 * Staleness: each tag has an age limit; the database keeps deadlines in a heap and
 * db_expire() turns what passed its limit into bad(stale), keeping the last value
 * for display. A value that arrives but has not moved for frozen_ms is bad(frozen)
 * until it moves. What a person substituted neither ages nor freezes.
 *
 * No allocation after tags were added and dependents declared, but for the first text of
 * a tag (room for the longest one, once). A plain tag costs its row, 8 bytes, its share
 * of the name table and the deadlines. Main loop only; pure.
 */
#ifndef SG_TAG_DB_H
#define SG_TAG_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tag/sample.h"

struct tag_db;

#define TAG_NONE UINT32_MAX

struct tag_db *tag_db_new(void);
void tag_db_free(struct tag_db *db);

/* Adds a tag with bad(no_value); returns its index. stale_ms 0 = never stale (system
 * and expression tags), frozen_ms 0 = off, deadband in engineering units. name is
 * copied and must be new (else TAG_NONE). */
struct tag_limits {
	int64_t stale_ms, frozen_ms;
	double deadband;
	bool has_range; /* a number outside [lo, hi] becomes uncertain(range) */
	double lo, hi;
};
uint32_t tag_db_add(struct tag_db *db, const char *name, const struct tag_limits *limits);
/* Changes the limits of a tag that stays through a reload. */
void tag_db_limits(struct tag_db *db, uint32_t tag, const struct tag_limits *limits);
/* As tag_db_add() without a copy of the name: from the next call on the owner is asked
 * for it, until the tag is removed. */
uint32_t tag_db_add_borrowed(struct tag_db *db, const char *name,
			     const struct tag_limits *limits);
/* Whom to ask for the names of tags that were added so: before the first of them. */
void tag_db_set_owner(struct tag_db *db,
		      const char *(*name_of)(const void *owner, uint32_t tag),
		      const void *owner);
/* Before the first tag: the table of the names that come now, each under the number its
 * tag will be given. It is taken over, and nobody checks that they are new. */
struct names;
void tag_db_take_names(struct tag_db *db, struct names *names);
void tag_db_remove(struct tag_db *db, uint32_t tag);
uint32_t tag_db_find(const struct tag_db *db, const char *name); /* TAG_NONE if absent */
const char *tag_db_name(const struct tag_db *db,
			uint32_t tag);          /* borrowed; NULL if gone */
uint32_t tag_db_count(const struct tag_db *db); /* highest index ever given + 1 */

/* The newest sample; for a removed or unknown index a bad(config) one. It never moves:
 * what is borrowed here may be looked at for as long as the database lives, and is always
 * the newest; only its text is gone with the next set of that tag. */
const struct sample *tag_db_get(const struct tag_db *db, uint32_t tag);
/* The last good sample, or NULL when there never was one; what a person substituted does
 * not count. Borrowed until the next call; when it is not the newest, taken is that of
 * the newest. */
const struct sample *tag_db_last_good(const struct tag_db *db, uint32_t tag);

/* The first tag from `from` on whose quality is bad or flagged as simulated; TAG_NONE
 * when there is none. Skips 64 others at a time. */
uint32_t tag_db_next_odd(const struct tag_db *db, uint32_t from);

/* Stores s (its string is copied). NaN and infinities become bad(sensor) without a
 * value; a value out of range uncertain(range); an older source time never replaces a
 * newer one with the same quality class (MQ-05; not asked of tags that never go stale:
 * they are made here, in order, and could not recover from a clock that went back).
 * Returns true when value, quality or flags changed beyond the deadband or the value
 * left the quiet band: the tag is then dirty. The deadband is counted from the value
 * last reported, so a slow drift is seen. Value and times are always updated. */
bool tag_db_set(struct tag_db *db, uint32_t tag, const struct sample *s);
/* A hint that tag will be set soon: who sets many asks for the one TAG_DB_AHEAD further
 * on, because a station's rows do not fit into the cache. Any index is allowed. */
enum { TAG_DB_AHEAD = 16 };
void tag_db_prefetch(const struct tag_db *db, uint32_t tag);
/* Only the quality turns: the value stays for display, marked, with its times; a
 * quality that is not bad vouches for it anew (its age starts at now). */
bool tag_db_set_quality(struct tag_db *db, uint32_t tag, quality q, struct now now);
/* The wall clock was set: the next sample of each tag is believed whatever its source
 * time, for what this machine stamped before cannot be compared with it. */
void tag_db_clock_stepped(struct tag_db *db);

/* Turns overdue tags stale and unmoved ones frozen. */
void tag_db_expire(struct tag_db *db, struct mono now);
/* When db_expire may have work again (never later than it has); ns INT64_MAX when
 * never. */
struct mono tag_db_next_deadline(const struct tag_db *db);

/* The tags that changed since the last call, each once, in order of first change.
 * Clears the list. Borrowed until the next drain or add: setting tags while walking
 * it is fine, and what changes then is in the next list. */
const uint32_t *tag_db_drain(struct tag_db *db, size_t *n);

/* Dependencies: "when tag changes, mark dependent" (expressions; acyclic by check). */
enum { TAG_DEP_EXPRESSION = 0, TAG_DEP_ALARM = 1 };
void tag_db_depend(struct tag_db *db, uint32_t tag, int kind, uint32_t dependent);
const uint32_t *tag_db_dependents(const struct tag_db *db, uint32_t tag, int kind,
				  size_t *n);
void tag_db_clear_depends(struct tag_db *db); /* at reload, then built again */

/* Quiet band [lo, hi]: while a good number stays inside, no alarm on the tag can
 * change its verdict, so an update costs two compares. NaN limits = no band. It is gone
 * when the tag stops being good or is substituted (its place keeps the last good sample)
 * and cannot be set before that ends: the alarms are judged then anyway. */
void tag_db_set_band(struct tag_db *db, uint32_t tag, double lo, double hi);
bool tag_db_in_band(const struct tag_db *db, uint32_t tag);
/* Keeps of tags[n], in their order, those that are not inside their band; how many. */
size_t tag_db_outside(const struct tag_db *db, uint32_t *tags, size_t n);
/* Hints for who is about to ask for the dependents of many tags: step 0 for all of them,
 * then step 1, and so on: each fetches what the one before led to. */
enum { TAG_DB_DEPENDS_STEPS = 3 };
void tag_db_prefetch_dependents(const struct tag_db *db, uint32_t tag, int kind,
				int step);

#endif
