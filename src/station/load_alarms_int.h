/*
 * load_alarms_int.h - what is read of alarms before it is one: what an alarm says itself,
 * what its class and its area say for it. Between load_alarms.c, load_alarm_says.c,
 * load_alarm_classes.c, cross_alarms.c, cross_life.c and the linter.
 *
 * The nearest word counts: the alarm's own, else its class's, else that of its area, of
 * the area above that, and so on to the area "*", which is the whole station.
 */
#ifndef SG_STATION_LOAD_ALARMS_INT_H
#define SG_STATION_LOAD_ALARMS_INT_H

#include "station/load_int.h"

/* What has been said; the bits are the rows of load_alarm_says.c, in this order. */
enum alarm_said {
	SAID_PRIORITY,
	SAID_LATCHING,
	SAID_ACK_REQUIRED,
	SAID_CONFIRM,
	SAID_ANNUNCIATE,
	SAID_HIGHLY_MANAGED,
	SAID_SHELVABLE,
	SAID_SHELVE_MAX,
	SAID_REALARM,
	SAID_ON_DELAY,
	SAID_OFF_DELAY,
	SAID_DEADBAND_PERCENT,
	SAID_RESPOND_WITHIN,
	SAID_OWNER,
	SAID_REVIEWED,
	SAID_APPROVED_BY,
	SAID_SUPPRESS_WHEN,
	SAID_SUPPRESS_IN,
	SAID_CLASS,
	SAID_COUNT
};

struct alarm_says {
	uint32_t given; /* bit per enum alarm_said */
	int64_t priority;
	bool latching, ack_required, confirm, annunciate, highly_managed, shelvable;
	int64_t shelve_max_ms, realarm_ms, on_delay_ms, off_delay_ms, respond_within_s;
	double deadband_percent; /* of the tag's range */
	const char *owner, *reviewed, *approved_by, *suppress_when, *class_name;
	const char *const *suppress_in; /* words, ends with NULL */
};

/* Beside an alarm's definition while it is read; parallel to station_def.alarms. */
struct alarm_note {
	struct alarm_says says; /* its own at first, all of it after cross_life() */
	uint32_t own;           /* what it said itself */
	struct loc tag, type, limit, second, area, screen, message, suppress, group;
	struct alarm_more *more; /* what its type has of its own; NULL = nothing */
	const char *first_out, *exclusive; /* NULL = none */
	bool deadband_given;
	bool sound; /* no setting of it was refused: its type may judge the rest */
	struct load_class *class; /* after cross_life(); NULL = none */
	bool suppressed_by_area;  /* nobody said so at the alarm or its class */
};

struct load_class {
	const char *name;
	struct alarm_says says;
	struct loc at, suppress;
	size_t used;
};

struct load_state { /* "off" is 0 */
	const char *word;
	int64_t number;
};

struct load_area {
	const char *name;                     /* "*": the station */
	const char *title, *position, *state; /* state: a tag; NULL = not said */
	struct alarm_says says;
	struct load_state *states; /* of a number; in the loader's scratch */
	size_t n_states;
	struct loc at, suppress, state_at, class_at;
	struct load_area *above; /* the nearest declared; NULL = none */
};

struct load_group {
	const char *name;
	bool hides; /* followers = "suppressed" */
	struct loc at;
	size_t used;
};

/* --- load_alarm_says.c --- */
extern const char *const load_priority_words[];
/* The settings of a group that says_take() understands. */
void says_take(struct loader *l, const struct cfg_node *node, struct alarm_says *s);
/* What s does not say is taken over from other. */
void says_merge(struct alarm_says *s, const struct alarm_says *other);
bool says_has(const struct alarm_says *s, enum alarm_said what);
/* "2026-03-31" as days since 1970; false when it is no date. */
bool load_date(const char *text, int64_t *days);

/* --- load_alarm_classes.c --- */
/* classes =, areas = and groups = of a file of alarms. */
void load_alarm_classes(struct loader *l, const struct cfg_node *root);
struct load_class *load_class_find(const struct loader *l, const char *name);
/* Reports a class that is not there. */
void load_unknown_class(struct loader *l, const struct loc *at, const char *where,
			const char *name);
struct load_group *load_group_find(const struct loader *l, const char *name);
/* The area of that name or the nearest above it that is declared; NULL = none. */
const struct load_area *load_area_find(const struct loader *l, const char *name);
/* Links each area to the one above, and says what of it is wrong. After all alarms. */
void cross_areas(struct loader *l);

/* --- cross_life.c --- */
/* Completes an alarm whose area is known with what class and area say. */
void cross_life(struct loader *l, struct alarm_def *a, struct alarm_note *n);

/* --- cross_messages.c --- */
/* That each place of its message has a value. */
void cross_message(struct loader *l, const struct alarm_def *a,
		   const struct alarm_note *n);

#endif
