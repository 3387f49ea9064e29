/*
 * type.h - what one kind of alarm condition must provide.
 *
 * A type answers one question: given this sample, is the condition present? It does
 * no I/O and reads no clock, so every type can be tested without a server. Delays,
 * acknowledgement, state and the journal belong to engine.c, never to a type.
 * Adding one: docs/internals/adding-an-alarm-type.md.
 */
#ifndef SG_ALARM_TYPE_H
#define SG_ALARM_TYPE_H

#include <math.h>
#include <stdbool.h>

#include "alarm/def.h"
#include "tag/sample.h"

struct strbuf;

enum alarm_verdict {
	ALARM_CLEAR,
	ALARM_PRESENT,
	ALARM_UNKNOWN /* quality is not good: the engine keeps the last state (T20) */
};

/* [lo, hi] of good numbers within which the verdict cannot change; lo > hi = no band. */
struct alarm_band {
	double lo, hi;
};
#define ALARM_BAND_ALL  ((struct alarm_band){ -INFINITY, INFINITY })
#define ALARM_BAND_NONE ((struct alarm_band){ INFINITY, -INFINITY })

/* The band of several alarms on one tag is where all of theirs meet. */
static inline void alarm_band_meet(struct alarm_band *band,
				   const struct alarm_band *other)
{
	band->lo = fmax(band->lo, other->lo);
	band->hi = fmin(band->hi, other->hi);
}

struct alarm_type {
	const char *name; /* the word after "type =" in alarms/ files */
	const char *help; /* one line; also printed into the man page */
	bool needs_tag, needs_expression, needs_limit;
	/* false with a sentence in why when this definition makes no sense; may be NULL
	 */
	bool (*check)(const struct alarm_def *d, struct strbuf *why);
	/* was: is the condition present now (deadband acts on the way back only).
	 * quiet is never NULL and comes in as no band: where the verdict just given
	 * will stay the same. */
	enum alarm_verdict (*eval)(const struct alarm_def *d, const struct sample *s,
				   bool was, struct alarm_band *quiet);
};

/* All types, NULL-terminated, sorted: types.c is the one place to add yours. */
extern const struct alarm_type *const alarm_types[];
const struct alarm_type *alarm_type_find(const char *name); /* static or NULL */

#endif
