/*
 * engine.h - the alarm state machine: definitions, samples and what people do in,
 * transitions out.
 *
 * Core states are A-F of ISA-18.2 (reference: transitions T01-T21). What hides an alarm
 * (shelf, suppression, out of service) are flags beside the core, which keeps running
 * (AM-01). Delays, shelves and re-alarms run on the monotonic clock given by the caller.
 * Nothing here does I/O: a transition is handed to the caller, who journals it and tells
 * the consoles.
 *
 * An occurrence is one time the alarm came; its id is never used again. An
 * acknowledgement names the occurrence it saw (AM-03): a newer one stays unacked. One
 * that nobody acknowledged before the alarm came again is kept as an older occurrence
 * that can be acknowledged by itself.
 *
 * An alarm is retained, in the list, while its state is not normal, an older occurrence
 * waits, a flag hides it or a confirmation is owed.
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
 * still present, clears when it is not; on/off delays and the time to the next re-alarm
 * start again. A shelf ends at its wall time, at the first tick if that has passed.
 *
 * Thread: one; the sink may ask the engine and must not change it.
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
	ALARM_S_RTNUN,  /* D returned, unacknowledged */
	ALARM_S_LTUNK,  /* E returned but latched, unacknowledged */
	ALARM_S_LTACK   /* F returned but latched, acknowledged: waits for a reset */
};
enum { ALARM_S_COUNT = ALARM_S_LTACK + 1 };

/* What happened. The numbers go to disk: new ones come last. */
enum alarm_event {
	ALARM_E_COME,    /* the condition is present, its on-delay is over */
	ALARM_E_GO,      /* it has cleared, its off-delay is over */
	ALARM_E_ACK,     /* acknowledged by a person */
	ALARM_E_REMOVE,  /* taken out of the configuration */
	ALARM_E_RESET,   /* a latched one let go by a person */
	ALARM_E_REALARM, /* acknowledged long ago and still there */
	ALARM_E_CONFIRM,
	ALARM_E_COMMENT,
	ALARM_E_SHELVE,
	ALARM_E_UNSHELVE, /* by a person; of a one-shot shelf also by the process */
	ALARM_E_SHELF_EXPIRED,
	ALARM_E_SUPPRESS,   /* by logic, or by hand */
	ALARM_E_UNSUPPRESS, /* one of its reasons ended; the last one when the flag is
			       gone */
	ALARM_E_OUT_OF_SERVICE,
	ALARM_E_IN_SERVICE,
	ALARM_E_SOURCE_BAD,
	ALARM_E_SOURCE_GOOD,
	ALARM_E_BLIND, /* its second tag cannot be used: the alarm is not judged */
	ALARM_E_JUDGED_AGAIN,
	ALARM_E_OLDER_SHED, /* too many wait: the oldest is dropped unacknowledged */
	ALARM_E_COUNT
};

/* Flags beside the core. The numbers go to disk and over the wire. */
enum {
	ALARM_F_SHELVED = 1,
	ALARM_F_SUPPRESSED = 2,
	ALARM_F_OUT_OF_SERVICE = 4,
	ALARM_F_UNCONFIRMED = 8,
	ALARM_F_HIDDEN = ALARM_F_SHELVED | ALARM_F_SUPPRESSED | ALARM_F_OUT_OF_SERVICE
};

/* Why it is suppressed; any of them is enough. */
enum {
	ALARM_SUP_EXPRESSION = 1, /* its suppress_when is true */
	ALARM_SUP_FIRST_OUT = 2,  /* a follower in its first-out group */
	ALARM_SUP_PARENT = 4,     /* communication with what it watches is lost */
	ALARM_SUP_MANUAL = 8,     /* a person's decision */
	ALARM_SUP_LOGIC = ALARM_SUP_EXPRESSION | ALARM_SUP_FIRST_OUT | ALARM_SUP_PARENT
};

enum alarm_shelf {
	ALARM_SHELF_NONE,
	ALARM_SHELF_TIMED,
	ALARM_SHELF_ONE_SHOT /* until the condition goes, or at last the time */
};

enum { ALARM_OLDER_MAX = 8 };

/* An occurrence that nobody acknowledged before the alarm came again. */
struct alarm_older {
	uint64_t occurrence;
	struct wall raised, returned;
};

/* What few alarms have. Owned by the engine, borrowed while a sink runs and until the
 * alarm changes. What every change looks at comes first, texts last. */
struct alarm_extra {
	enum alarm_shelf shelf;
	uint8_t suppressed; /* bits ALARM_SUP_... */
	bool out_of_service;
	uint8_t n_older;
	struct wall commented;                     /* the last comment; 0 = none */
	struct alarm_older older[ALARM_OLDER_MAX]; /* oldest first */

	struct wall shelf_since, shelf_until;
	struct wall suppressed_since, out_since;
	char shelf_by[64], shelf_reason[128];
	/* of the newest bit, but a person's stand before those of logic; by: "" for logic
	 */
	char suppressed_by[64], suppressed_reason[128];
	char out_by[64], out_reason[128];
	char comment_by[64], comment[256];
};

/* What has to survive a restart; also one row of the alarm list. */
struct alarm_record {
	enum alarm_state state;
	quality quality;
	uint16_t realarms;   /* times it came again by itself since it was raised */
	bool source_bad;     /* active, but its source is not good now (AL-09) */
	uint8_t first_out;   /* alarm_engine_mark(); 0 when it is normal */
	uint64_t occurrence; /* 0 = it never came */
	struct wall raised, changed; /* changed: of the state, not of flags */
	struct wall acked;           /* 0 = not */
	const char *acked_by; /* never NULL in what the engine gives; lives as long */
	double value;         /* at the last transition; NaN when not a number */
	uint64_t unconfirmed; /* the newest occurrence that was acknowledged and not
				 confirmed though it should be; 0 = none */
	const struct alarm_extra *extra; /* NULL = it has none of it */
};

/* In the list? */
bool alarm_record_is_retained(const struct alarm_record *r);
uint8_t alarm_record_flags(const struct alarm_record *r); /* ALARM_F_... */
uint8_t alarm_record_n_older(const struct alarm_record *r);

enum alarm_cause { /* the numbers go to disk */
		   ALARM_BY_PROCESS,
		   ALARM_BY_OPERATOR,
		   ALARM_BY_SYSTEM,
		   ALARM_BY_CONFIG,
		   ALARM_BY_LOGIC, /* suppression by design */
		   ALARM_BY_TIMER  /* a shelf that ends, a re-alarm */
};

struct alarm_transition {
	uint32_t alarm; /* index */
	enum alarm_event event;
	/* Of the occurrence it is about: of an older one, returned to normal. */
	enum alarm_state from, to;
	uint64_t occurrence;
	enum alarm_cause cause;
	const char *rule;           /* "T01" ...; "" = none */
	struct alarm_record record; /* the whole alarm after the transition */
	double limit; /* in the tag's unit, that was crossed; NaN = none, or unknown */
	bool blind;   /* its second tag cannot be used: the alarm is not judged */
	struct wall source_time;
	char by[64];    /* operator, for ALARM_BY_OPERATOR */
	char text[256]; /* reason or comment; "" = none */
};
typedef void (*alarm_sink)(void *arg, const struct alarm_transition *t);

/* next_occurrence: highest ever given (from the store) + 1. */
struct alarm_engine *alarm_engine_new(uint64_t next_occurrence);
void alarm_engine_free(struct alarm_engine *e);

/* def is borrowed until removed; its name must be new (else UINT32_MAX). Indexes are
 * never used again. */
uint32_t alarm_engine_add(struct alarm_engine *e, const struct alarm_def *def);
/* A reload that kept the alarm: state and flags stay, definition changes, delays and the
 * time to the next re-alarm start again. Its quiet band is void: give it the tag's
 * present sample. */
void alarm_engine_redefine(struct alarm_engine *e, uint32_t alarm,
			   const struct alarm_def *def, struct now now);
/* The same definition at another address: nothing else changes, delays run on. */
void alarm_engine_rebind(struct alarm_engine *e, uint32_t alarm,
			 const struct alarm_def *def);
/* T21: closes all of it with one transition caused by config when it was retained. */
void alarm_engine_remove(struct alarm_engine *e, uint32_t alarm, struct now now,
			 alarm_sink sink, void *arg);
/* From the store, before the first sample (T19). r and what it points to are copied. */
void alarm_engine_restore(struct alarm_engine *e, uint32_t alarm,
			  const struct alarm_record *r, struct now now);

uint32_t alarm_engine_find(const struct alarm_engine *e,
			   const char *name);              /* UINT32_MAX */
uint32_t alarm_engine_count(const struct alarm_engine *e); /* highest index + 1 */
const struct alarm_def *alarm_engine_def(const struct alarm_engine *e,
					 uint32_t alarm); /* NULL if gone */
/* NULL if gone; borrowed until removed, extra until the alarm changes. */
const struct alarm_record *alarm_engine_record(const struct alarm_engine *e,
					       uint32_t alarm);

/* The limit that the last transition crossed, as in its struct. */
double alarm_engine_limit(const struct alarm_engine *e, uint32_t alarm);

/* A new sample for the alarm's condition; quiet (may be NULL) gets the band. Of an alarm
 * with a second tag (else second is NULL) both newest samples, when either changed; of
 * any alarm also when it wants to look again. The band holds for the first tag only as
 * long as the second does not change. When the second cannot be used and the first can,
 * the alarm is not judged: that is handed out once as a transition with from == to. */
void alarm_engine_judge(struct alarm_engine *e, uint32_t alarm, const struct sample *s,
			const struct sample *second, struct now now,
			struct alarm_band *quiet, alarm_sink sink, void *arg);
/* The next alarm whose time to look has come, though nothing changed: judge it with its
 * newest samples. Each is named once. At equal times looks come after timers and before
 * samples. */
bool alarm_engine_look_due(struct alarm_engine *e, struct now now, uint32_t *alarm);
/* Hints for who has many samples: step 0 for all their alarms, then step 1. */
enum { ALARM_PREFETCH_STEPS = 2 };
void alarm_engine_prefetch(const struct alarm_engine *e, uint32_t alarm, int step);
/* Runs what is due, by its time: delays, shelves, re-alarms (in this order at equal
 * times, then by index). At equal times timers fire before samples: call this first. */
void alarm_engine_tick(struct alarm_engine *e, struct now now, alarm_sink sink,
		       void *arg);
struct mono
alarm_engine_next_deadline(const struct alarm_engine *e); /* ns INT64_MAX: never */

/* What a person does. ACK, RESET, CONFIRM, COMMENT, SHELVE, UNSHELVE, SUPPRESS,
 * UNSUPPRESS, OUT_OF_SERVICE, IN_SERVICE. */
struct alarm_act {
	enum alarm_event event;
	uint64_t occurrence; /* ACK: what was seen; CONFIRM: the newest that was seen */
	bool older; /* ACK: with all older ones that wait, each its own transition */
	enum alarm_shelf shelf; /* SHELVE */
	struct wall until;      /* SHELVE: its end, at the latest */
	const char *by, *text;  /* borrowed; text: reason or comment, NULL or "" = none */
};

enum alarm_act_result {
	ALARM_ACT_OK,
	ALARM_ACT_NOT_NEEDED, /* it is so already; record.acked_by was first (AL-03) */
	ALARM_ACT_NEWER,   /* acknowledged; it came again since, that one waits (AL-04) */
	ALARM_ACT_UNKNOWN, /* no such alarm or occurrence */
	ALARM_ACT_NOT_ALLOWED, /* it may not be shelved; nothing is to be confirmed */
	ALARM_ACT_TOO_LONG,    /* a shelf beyond what the alarm's class allows */
	ALARM_ACT_STANDING,    /* a reset while the condition is present */
	ALARM_ACT_ACK_FIRST,   /* a reset before the acknowledgement */
	ALARM_ACT_NO_REASON,   /* this act needs a reason, a comment its text */
	ALARM_ACT_COUNT
};
/* It takes, or took, effect. */
static inline bool alarm_act_works(enum alarm_act_result r)
{
	return r == ALARM_ACT_OK || r == ALARM_ACT_NEWER;
}

/* An act takes effect when its transaction has committed (design 7.4): _check says what
 * it would do; _preview hands out the transitions and records of _apply and changes
 * nothing: what is stored first. _apply does it; what its timers need is counted from
 * the now it is given, which may be that of the preview. */
enum alarm_act_result alarm_engine_act_check(const struct alarm_engine *e, uint32_t alarm,
					     const struct alarm_act *act, struct now now);
enum alarm_act_result alarm_engine_act_preview(const struct alarm_engine *e,
					       uint32_t alarm,
					       const struct alarm_act *act,
					       struct now now, alarm_sink sink,
					       void *arg);
enum alarm_act_result alarm_engine_act_apply(struct alarm_engine *e, uint32_t alarm,
					     const struct alarm_act *act, struct now now,
					     alarm_sink sink, void *arg);

/* Suppression by design: bits of ALARM_SUP_LOGIC, first set, then cleared; what is so
 * already says nothing. reason (of what is set) may be NULL. */
void alarm_engine_suppress(struct alarm_engine *e, uint32_t alarm, uint8_t bits_to_set,
			   uint8_t bits_to_clear, const char *reason, struct now now,
			   alarm_sink sink, void *arg);

/* Asked when an alarm is about to come: bits of ALARM_SUP_LOGIC that have to hide it from
 * its first moment, 0 = none, and why (reason comes in as ""). It may ask the engine and
 * must not change it. NULL = nobody is asked. */
typedef uint8_t (*alarm_gate)(void *arg, uint32_t alarm, char *reason, size_t size);
void alarm_engine_ask_before(struct alarm_engine *e, alarm_gate gate, void *arg);

/* Its place in its first-out group: kept with the record for who knows groups, and no
 * part of the life here; the sink may set it while it hears of the alarm. The numbers go
 * to disk. */
enum alarm_first_out { ALARM_NOT_FIRST_OUT, ALARM_FIRST, ALARM_FOLLOWER };
void alarm_engine_mark(struct alarm_engine *e, uint32_t alarm, enum alarm_first_out mark);

/* Order-independent hash of all retained alarms: server and consoles compare it (design
 * 7.2). Maintained incrementally. */
uint64_t alarm_engine_hash(const struct alarm_engine *e);
uint64_t alarm_row_hash(const char *name, uint64_t occurrence, enum alarm_state state,
			uint8_t flags, uint8_t n_older);
/* The same in two steps, for who keeps the first. */
uint64_t alarm_name_hash(const char *name);
uint64_t alarm_row_hash_of(uint64_t name_hash, uint64_t occurrence,
			   enum alarm_state state, uint8_t flags, uint8_t n_older);

/* "normal", "unacknowledged", "acknowledged", "returned", "latched unacknowledged",
 * "latched acknowledged" */
const char *alarm_state_name(enum alarm_state s);
/* "came", "cleared", "acknowledged" ... */
const char *alarm_event_name(enum alarm_event event);

/* The bytes of a record in station.db. Those of older versions are read, too. */
void alarm_record_put(struct strbuf *w, const struct alarm_record *r);
/* A record with what it points to; not to be copied. */
struct alarm_stored {
	struct alarm_record record;
	char acked_by[64];
	struct alarm_extra extra;
};
bool alarm_record_get(const void *p, size_t n, struct alarm_stored *out);

#endif
