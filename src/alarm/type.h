/*
 * type.h - what one kind of alarm condition must provide.
 *
 * A type answers one question: given this sample, is the condition present? It does
 * no I/O and reads no clock, so every type can be tested without a server. A type that
 * must remember something does so in memory the engine keeps for it, of a size known
 * when the alarm is defined; looking twice at one sample at one time changes nothing.
 * Delays, acknowledgement, state and the journal belong to engine.c, never to a type.
 * Adding one: docs/internals/adding-an-alarm-type.md.
 */
#ifndef SG_ALARM_TYPE_H
#define SG_ALARM_TYPE_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "alarm/def.h"
#include "tag/sample.h"

struct strbuf;

enum alarm_verdict {
	ALARM_CLEAR,
	ALARM_PRESENT,
	ALARM_UNKNOWN, /* quality is not good: the engine keeps the last state (T20) */
	ALARM_HELD     /* good, but too little is known yet (a window begins): the same,
			  and the source is not marked */
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

/* One look at the condition: what is given, and what the type adds to its verdict. */
struct alarm_look {
	const struct sample *s;      /* of the tag, or what the expression gives */
	const struct sample *second; /* of the second tag; NULL = it is not known */
	struct mono now;
	bool was;     /* is the condition present now: deadbands act on the way back */
	void *memory; /* zeroed when the alarm is defined; NULL without memory() */

	struct alarm_band quiet; /* comes in as no band: where the verdict will stay */
	/* Comes in as never: look again then, though nothing changed. A time that is no
	 * later than now is put off a little. */
	struct mono due;
	double limit; /* comes in as NaN: in the unit of the tag, what was crossed */
};

struct alarm_type {
	const char *name; /* the word after "type =" in alarms/ files */
	const char *help; /* one line; also printed into the man page */
	bool needs_tag, needs_expression;
	bool needs_limit; /* "limit" in the unit of the tag, and a deadband */
	bool upper;       /* with needs_limit: present at it and above, not below */
	bool has_number;  /* watches numbers only */
	bool crosses;     /* sets look.limit: a message may show it */
	/* The setting that names a second tag, or may; NULL = none does. */
	const char *second;
	/* Settings of its own: those it must have and those it may; NULL = none. Lists
	 * end with NULL. "times" and "within_s" are the engine's: every type may have
	 * them (count.h). */
	const char *const *needs, *const *takes;
	bool of_quality;  /* judges how the value comes, not what it is: says nothing new
			     while its device does not answer */
	bool counts_only; /* is present while so many fell into the time, no longer */
	/* false with a sentence in why when this definition makes no sense; may be NULL
	 */
	bool (*check)(const struct alarm_def *d, struct strbuf *why);
	/* Bytes the type needs to remember between two looks; NULL = none. It is asked
	 * when the alarm is defined, and nothing is allocated afterwards. */
	size_t (*memory)(const struct alarm_def *d);
	enum alarm_verdict (*eval)(const struct alarm_def *d, struct alarm_look *l);
};

/* All types, NULL-terminated, sorted: types.c is the one place to add yours. */
extern const struct alarm_type *const alarm_types[];
const struct alarm_type *alarm_type_find(const char *name); /* static or NULL */

/* Has a limit that is one number in the unit of its tag: d->limit, which a scale can
 * show; type->upper says on which side of it the alarm is. */
bool alarm_has_scale_limit(const struct alarm_def *d);

#endif
