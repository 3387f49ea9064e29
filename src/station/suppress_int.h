/*
 * suppress_int.h - suppression by design: what its parts share. suppress.c has the
 * expressions and the order of a step, parents.c lost communication, groups.c first-out
 * and exclusive groups.
 *
 * All of it is built anew by station_apply() and decided in station_propagate(): what
 * hides an alarm is set before the alarms of that step are judged, so that nothing is
 * annunciated that is to be hidden; what ends, ends after they were judged, so that an
 * alarm whose condition went in the same step leaves in silence.
 */
#ifndef SG_STATION_SUPPRESS_INT_H
#define SG_STATION_SUPPRESS_INT_H

#include "station/station_int.h"

/* An alarm with an expression that suppresses it. */
struct suppress_rule {
	uint32_t alarm;
	struct expr *when; /* owned */
	bool pending;      /* an operand has changed */
};

/* A device whose alarms of its values' quality mean nothing while it does not answer. */
struct suppress_parent {
	uint32_t device, comm; /* comm: its communication alarm */
	uint32_t *child;       /* owned */
	size_t n;
	bool changed;       /* the device came or went: ask its alarm first */
	bool standing;      /* as its children know it */
	struct mono settle; /* it answers again: by then its values have, too */
};

struct alarm_group {
	char *name; /* owned */
	bool exclusive;
	bool hides;       /* first-out: the followers are suppressed */
	bool dirty;       /* look at it at the end of the step */
	uint32_t *member; /* owned */
	size_t n;
	uint32_t first; /* of a first-out group, while it stands; UINT32_MAX = none */
};

struct suppress {
	struct suppress_rule *rules;
	size_t n_rules;
	uint32_t *waiting; /* rules that are pending */
	size_t n_waiting;
	struct suppress_parent *parents;
	size_t n_parents;
	struct alarm_group *groups;
	size_t n_groups;
	uint32_t *dirty; /* groups */
	size_t n_dirty;
	uint32_t *leaving; /* alarms of which some bit may end */
	size_t n_leaving;
	struct mono settle_due; /* of the first parent */
	bool all;               /* after apply: look at everything once */
	bool ask;               /* some parent has changed */
};

/* Sets or ends one of the bits of logic. */
void suppress_set(struct station *s, uint32_t alarm, uint8_t bit, const char *reason);
void suppress_end(struct station *s, uint32_t alarm, uint8_t bit);
/* The bits that hold now. */
uint8_t suppress_bits(const struct station *s, uint32_t alarm);
bool suppress_stands(const struct station *s, uint32_t alarm); /* not normal */

/* --- parents.c --- */
void parents_build(struct station *s);
void parents_release(struct suppress *u);
/* Why its device hides the alarm, which has a parent. */
void parents_say(const struct station *s, uint32_t alarm, char *out, size_t size);
void parents_look_at_all(struct station *s); /* after a restart or reload */
void parents_transition(struct station *s, const struct alarm_transition *t);
void parents_ask(struct station *s);    /* those that came or went in this step */
void parents_settle(struct station *s); /* the alarms that may show again */

/* --- groups.c --- */
void groups_build(struct station *s);
void groups_release(struct suppress *u);
void groups_mark_all(struct station *s); /* after a restart or reload */
void groups_transition(struct station *s, const struct alarm_transition *t);
void groups_settle(struct station *s); /* the dirty ones */
/* Asked by the engine before an alarm comes (alarm_gate): its first stands already. */
uint8_t groups_before(void *station, uint32_t alarm, char *reason, size_t size);

#endif
