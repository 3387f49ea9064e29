/*
 * engine.h - the alarm state machine: definitions and samples in, transitions out.
 *
 * Core states follow ISA-18.2 A-D (reference: transitions T01-T06, T20, T21); what
 * suppresses an alarm will be flags beside the core, which keeps running (AM-01).
 * Delays run on the monotonic clock given by the caller. Nothing here does I/O: a
 * transition is handed to the caller, who journals it and tells the consoles.
 *
 * An occurrence is one time the alarm came; its id is never used again. An
 * acknowledgement names the occurrence it saw (AM-03): a newer one stays unacked.
 *
 * A source that is not good changes no state (T20): the alarm is held as it is, marked
 * source_bad while active, and a delay that was running starts again when the source is
 * good again. Each change of source_bad is handed out as a transition with from == to,
 * caused by system. The value and source time of a delayed transition are those of the
 * sample that started the delay: quiet bands may hide the later ones.
 *
 * Windows, counts and waits of the types with a memory begin anew with the process and
 * when the alarm is defined anew; what they cannot know yet raises and clears nothing.
 *
 * A raise at start-up: an alarm restored as active stays as it is if the condition is
 * still present, clears when it is not; on/off delays start again.
 */
#ifndef SG_ALARM_ENGINE_H
#define SG_ALARM_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alarm/def.h"
#include "alarm/type.h"
#include "tag/sample.h"
#include "util/clock.h"

struct alarm_engine;
struct strbuf;

enum alarm_state {
	ALARM_S_NORMAL, /* A */
	ALARM_S_UNACK,  /* B active, unacknowledged */
	ALARM_S_ACKED,  /* C active, acknowledged */
	ALARM_S_RTNUN   /* D returned, unacknowledged */
};

/* What happens to an alarm. The numbers are on disk: append only. */
enum alarm_event {
	ALARM_E_COME,   /* the condition is present, its on-delay is over */
	ALARM_E_GO,     /* it has cleared, its off-delay is over */
	ALARM_E_ACK,    /* acknowledged by a person */
	ALARM_E_REMOVE, /* taken out of the configuration */
	ALARM_E_RESET,  /* a latched one, by a person */
	ALARM_E_REALARM,
	ALARM_E_CONFIRM,
	ALARM_E_COMMENT,
	ALARM_E_SHELVE,
	ALARM_E_UNSHELVE,
	ALARM_E_SHELF_EXPIRED,
	ALARM_E_SUPPRESS,
	ALARM_E_UNSUPPRESS,
	ALARM_E_OUT_OF_SERVICE,
	ALARM_E_IN_SERVICE,
	ALARM_E_SOURCE_BAD,
	ALARM_E_SOURCE_GOOD,
	ALARM_E_BLIND,
	ALARM_E_JUDGED_AGAIN,
	ALARM_E_OLDER_SHED, /* the oldest of too many unacknowledged occurrences */
	ALARM_E_COUNT
};

/* What has to survive a restart; also one row of the alarm list. */
struct alarm_record {
	enum alarm_state state;
	uint64_t occurrence; /* 0 = it never came */
	struct wall raised, changed;
	struct wall acked; /* 0 = not */
	char acked_by[64];
	double value; /* at the last transition; NaN when not a number */
	quality quality;
	bool source_bad; /* active, but its source is not good now (AL-09) */
};

enum alarm_cause {
	ALARM_BY_PROCESS,
	ALARM_BY_OPERATOR,
	ALARM_BY_SYSTEM,
	ALARM_BY_CONFIG
};

struct alarm_transition {
	uint32_t alarm; /* index */
	enum alarm_state from, to;
	enum alarm_cause cause;
	struct alarm_record record; /* after the transition */
	double limit; /* in the tag's unit, that was crossed; NaN = none, or unknown */
	bool blind;   /* its second tag cannot be used: the alarm is not judged */
	struct wall source_time;
	char by[64]; /* operator, for ALARM_BY_OPERATOR */
};
typedef void (*alarm_sink)(void *arg, const struct alarm_transition *t);

/* next_occurrence: highest ever given (from the store) + 1. */
struct alarm_engine *alarm_engine_new(uint64_t next_occurrence);
void alarm_engine_free(struct alarm_engine *e);

/* def is borrowed until removed; its name must be new (else UINT32_MAX). Indexes are
 * never used again. */
uint32_t alarm_engine_add(struct alarm_engine *e, const struct alarm_def *def);
/* A reload that kept the alarm: state stays, definition changes, delays start again.
 * Its quiet band is void: give it the tag's present sample. */
void alarm_engine_redefine(struct alarm_engine *e, uint32_t alarm,
			   const struct alarm_def *def);
/* The same definition at another address: nothing else changes, delays run on. */
void alarm_engine_rebind(struct alarm_engine *e, uint32_t alarm,
			 const struct alarm_def *def);
/* T21: closes it with a transition caused by config when it was not normal. */
void alarm_engine_remove(struct alarm_engine *e, uint32_t alarm, struct now now,
			 alarm_sink sink, void *arg);
/* From the store, before the first sample. */
void alarm_engine_restore(struct alarm_engine *e, uint32_t alarm,
			  const struct alarm_record *r);

uint32_t alarm_engine_find(const struct alarm_engine *e,
			   const char *name);              /* UINT32_MAX */
uint32_t alarm_engine_count(const struct alarm_engine *e); /* highest index + 1 */
const struct alarm_def *alarm_engine_def(const struct alarm_engine *e,
					 uint32_t alarm); /* NULL if gone */
/* NULL if gone; borrowed until the next add. */
const struct alarm_record *alarm_engine_record(const struct alarm_engine *e,
					       uint32_t alarm);

/* The limit that the last transition crossed, as in its struct. */
double alarm_engine_limit(const struct alarm_engine *e, uint32_t alarm);

/* A new sample for the alarm's condition. quiet (may be NULL) gets the band. */
void alarm_engine_sample(struct alarm_engine *e, uint32_t alarm, const struct sample *s,
			 struct now now, struct alarm_band *quiet, alarm_sink sink,
			 void *arg);
/* The same for an alarm that has a second tag: both newest samples, when either changed
 * or the alarm wants to look again. The band holds for the first tag only as long as the
 * second does not change. When the second cannot be used and the first can, the alarm
 * is not judged: that is handed out once as a transition with from == to. */
void alarm_engine_judge(struct alarm_engine *e, uint32_t alarm, const struct sample *s,
			const struct sample *second, struct now now,
			struct alarm_band *quiet, alarm_sink sink, void *arg);
/* The next alarm whose time to look has come, though nothing changed: judge it with its
 * newest samples. Each is named once. At equal times looks come after delays and before
 * samples. */
bool alarm_engine_look_due(struct alarm_engine *e, struct now now, uint32_t *alarm);
/* Hints for who has many samples: step 0 for all their alarms, then step 1. */
enum { ALARM_PREFETCH_STEPS = 2 };
void alarm_engine_prefetch(const struct alarm_engine *e, uint32_t alarm, int step);
/* Runs the delays that are due. At equal times timers fire before samples: call this
 * first. */
void alarm_engine_tick(struct alarm_engine *e, struct now now, alarm_sink sink,
		       void *arg);
struct mono
alarm_engine_next_deadline(const struct alarm_engine *e); /* ns INT64_MAX: never */

enum alarm_ack_result {
	ALARM_ACK_OK,
	ALARM_ACK_NOT_NEEDED, /* nothing here waits; record.acked_by was first (AL-03) */
	ALARM_ACK_NEWER,      /* it came again since: the newer one stays unacked (AL-04)
			       */
	ALARM_ACK_UNKNOWN     /* no such alarm or occurrence */
};
/* Acknowledging takes effect when its transaction has committed (design 7.4):
 * _check says what an ack of that occurrence would do; _apply does it. */
enum alarm_ack_result alarm_engine_ack_check(const struct alarm_engine *e, uint32_t alarm,
					     uint64_t occurrence);
enum alarm_ack_result alarm_engine_ack_apply(struct alarm_engine *e, uint32_t alarm,
					     uint64_t occurrence, const char *by,
					     struct now now, alarm_sink sink, void *arg);

/* Order-independent hash of (name, occurrence, state) of all alarms that are not
 * normal: server and consoles compare it (design 7.2). Maintained incrementally. */
uint64_t alarm_engine_hash(const struct alarm_engine *e);
uint64_t alarm_row_hash(const char *name, uint64_t occurrence, enum alarm_state state);
/* The same in two steps, for who keeps the first. */
uint64_t alarm_name_hash(const char *name);
uint64_t alarm_row_hash_of(uint64_t name_hash, uint64_t occurrence,
			   enum alarm_state state);
/* "normal", "unacknowledged", "acknowledged", "returned" */
const char *alarm_state_name(enum alarm_state s);
/* "came", "cleared", "acknowledged" ... */
const char *alarm_event_name(enum alarm_event e);

/* Journal of alarm_record: the bytes stored in station.db. */
void alarm_record_put(struct strbuf *w, const struct alarm_record *r);
bool alarm_record_get(const void *p, size_t n, struct alarm_record *r);

#endif
