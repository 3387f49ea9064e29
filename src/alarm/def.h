/*
 * def.h - one configured alarm, as read from the alarms/ files. Immutable.
 */
#ifndef SG_ALARM_DEF_H
#define SG_ALARM_DEF_H

#include <stdbool.h>
#include <stdint.h>

#include "tag/def.h"

enum alarm_priority {
	ALARM_CRITICAL = 1,
	ALARM_HIGH,
	ALARM_MEDIUM,
	ALARM_LOW,
	ALARM_DIAGNOSTIC
};

struct alarm_type;

enum alarm_direction { ALARM_EITHER, ALARM_UP, ALARM_DOWN };

/* How an alarm lives once its condition came; alarms alike share one. */
struct alarm_life {
	bool latching;         /* stays until somebody resets it */
	bool no_ack;           /* goes by itself, nobody needs to acknowledge it */
	bool confirm;          /* after the acknowledgement: what was done is confirmed */
	bool silent;           /* shown, not sounded */
	bool highly_managed;   /* its changes and its shelving are looked at */
	int64_t realarm_ms;    /* acknowledged and still there: comes again; 0 = never */
	int64_t shelve_max_ms; /* 0 = may not be shelved */
	const char *class_name; /* "" = none */
};

/* What few alarms have: a second tag, what the types with a memory need, groups. Those
 * alike share one. */
struct alarm_more {
	const char *expression;       /* type "expression" only */
	const char *second;           /* tag of its limit, setpoint or command; or NULL */
	double limit_min, limit_max;  /* a limit that is a tag counts between these */
	double setpoint, plus, minus; /* plus, minus: infinite when not given */
	double sigmas, min_distance;
	int64_t per_ms; /* type "rate": the limit is so much in this time */
	int64_t direction;
	int64_t window_ms, after_ms, travel_ms;
	int64_t min_samples;
	int64_t times, within_ms; /* comes at the so many-th time; 0 = at the first */
	/* Expression: suppressed by design while it is true and good. Its own or its
	 * area's suppress_when, and the plant states of suppress_in. */
	const char *suppress_when;
	const char *first_out; /* group whose first alarm is marked */
	bool first_out_hides; /* and whose others are suppressed while the first stands */
	const char *exclusive; /* group of which the worst limit alone is shown (AM-09) */
	/* Who answers for it; YYYY-MM-DD of its last review; who approved it then. */
	const char *owner, *reviewed, *approved_by;
};

/* Everything it points to lives as long as the station definition it is part of. */
struct alarm_def {
	const char *name;
	const struct alarm_type *type;
	const char *tag; /* NULL for type "expression" */
	double limit;    /* of types that need one, unless more.second is it */
	double deadband;
	int32_t on_delay_ms, off_delay_ms;
	const char *area;    /* the tag's area unless given */
	const char *message; /* with places for values: alarm/message.h */
	const char *consequence, *cause, *action, *screen; /* "" when absent */
	const struct alarm_more *more; /* NULL = the alarm has none of it */
	const struct alarm_life *life; /* NULL = as alarm_life() says */
	struct loc loc;
	int32_t respond_within_s; /* 0 = not given */
	enum alarm_priority priority : 8;
	bool state;  /* types "state" and "count": the abnormal state */
	bool system; /* made by the server: system.DEVICE.comm */
};

/* What the alarm has more, or that it has not; never NULL. */
extern const struct alarm_more alarm_more_none;
const struct alarm_more *alarm_more(const struct alarm_def *d);

/* How it lives; never NULL. */
extern const struct alarm_life alarm_life_usual;
const struct alarm_life *alarm_life(const struct alarm_def *d);

/* "critical" ...; shape and digit ■1 ▲2 ▼3 ●4 are the console's business. */
const char *alarm_priority_name(enum alarm_priority p);
bool alarm_priority_parse(const char *name, enum alarm_priority *out);

#endif
