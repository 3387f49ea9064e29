/*
 * engine_int.h - how the engine lies in memory, and its parts to each other:
 * engine.c (alarms come, go, are asked for), condition.c (verdicts become events),
 * change.c (the one place where an alarm changes), acts.c (what people do), hide.c
 * (flags and their ends), timers.c.
 *
 * Invariant: a delay is pending exactly while the condition's last verdict and the
 * core state disagree; a shelf timer while there is a shelf; a re-alarm timer while
 * the state is acknowledged and the alarm's life asks for it.
 */
#ifndef SG_ALARM_ENGINE_INT_H
#define SG_ALARM_ENGINE_INT_H

#include <stddef.h>

#include "alarm/count.h"
#include "alarm/states.h"
#include "util/heap.h"
#include "util/names.h"

/* The sample that made the condition come or go. */
struct alarm_trigger {
	double value, limit;
	quality quality;
	struct wall source_time;
};

/* A delay that runs, or the next place that is free. */
struct alarm_waiting {
	struct alarm_trigger trigger;
	uint32_t next; /* + 1; 0 = none */
};

/* What an alarm that has to remember something has beside its row. */
struct alarm_rare {
	struct alarm_count *count; /* in data; NULL = comes at the first time */
	void *memory;              /* of the type, in data; NULL = it has none */
	max_align_t data[];
};

/* In the order in which they run at equal times; looks are the caller's. */
enum alarm_timer { ALARM_T_DELAY, ALARM_T_SHELF, ALARM_T_REALARM, ALARM_T_LOOK };
enum {
	ALARM_T_RUN = ALARM_T_LOOK, /* those that run by themselves are before it */
	ALARM_T_COUNT = ALARM_T_LOOK + 1,
	ALARM_T_RUN_BITS = (1 << ALARM_T_RUN) - 1
};

/* Two cache lines; a sample that changes nothing looks at the first only. */
struct alarm {
	const struct alarm_def *def; /* borrowed; NULL = gone */
	struct alarm_rare *rare;     /* owned; NULL = it has none */
	uint32_t index;
	uint32_t waiting; /* place of the delay that runs */
	bool present,
		blind;  /* the condition's last verdict; its second tag is unusable */
	uint8_t timers; /* 1 << enum alarm_timer: runs */
	struct alarm_record record;
	double limit;       /* that was crossed last */
	uint64_t name_hash; /* alarm_name_hash() of its name, which stays */
} __attribute__((aligned(64)));
_Static_assert(sizeof(struct alarm) == 128, "an alarm is two cache lines");

enum { ALARM_ROWS = 256 }; /* a block of them: rows never move */

/* What every change of an alarm that has an extra looks at. */
enum { ALARM_EXTRA_HOT = offsetof(struct alarm_extra, shelf_since) };

union alarm_slip {
	struct alarm_extra extra;
	union alarm_slip *next; /* while nobody has it */
};

struct alarm_engine {
	struct alarm **blocks;
	size_t n_blocks, n;
	struct names names;
	struct heap timers[ALARM_T_COUNT];
	struct alarm_waiting *waiting;
	size_t n_waiting;
	uint32_t free_waiting; /* + 1; 0 = all are taken */
	uint64_t next_occurrence;
	uint64_t hash;
	union alarm_slip *spare; /* owned: extras that nobody has */
	char by[64];             /* whose name is being kept */
	bool trial;              /* a preview's: has no timers, keeps no names */
	alarm_gate gate;         /* NULL = nobody is asked before an alarm comes */
	void *gate_arg;
};

/* Who hears of a transition, and when it is. */
struct alarm_outlet {
	struct now now;
	alarm_sink sink;
	void *arg;
};

/* NULL when gone or never given. */
static inline struct alarm *alarm_engine_at(const struct alarm_engine *e, uint32_t alarm)
{
	struct alarm *a;

	if (alarm >= e->n)
		return NULL;
	a = &e->blocks[alarm / ALARM_ROWS][alarm % ALARM_ROWS];
	return a->def ? a : NULL;
}

/* --- change.c --------------------------------------------------------------------- */

/* What happened, why, and what was said with it. */
struct alarm_cue {
	enum alarm_event event;
	enum alarm_cause cause;
	const char *by, *text;               /* NULL = "" */
	const struct alarm_trigger *trigger; /* NULL = no sample */
	uint64_t older; /* about this one, which is no longer among the older; 0 = the
			   present one */
};

struct alarm_change {
	enum alarm_state from;
	uint64_t was; /* its part of the hash */
};

/* Between the two the caller may change flags and extra; the second makes the core
 * follow its table and hands the transition out. */
struct alarm_change alarm_change_begin(const struct alarm *a);
void alarm_change_end(struct alarm_engine *e, struct alarm *a,
		      const struct alarm_change *c, const struct alarm_cue *cue,
		      const struct alarm_outlet *out);
/* Both, for an event of the core; the table must have it. Keeps an occurrence that waits
 * when the condition comes again. */
void alarm_engine_step(struct alarm_engine *e, struct alarm *a,
		       const struct alarm_cue *cue, const struct alarm_outlet *out);
/* An event of the process, and what follows from it. */
void alarm_engine_process(struct alarm_engine *e, struct alarm *a, enum alarm_event event,
			  const struct alarm_trigger *trigger,
			  const struct alarm_outlet *out);
/* No verdict counts any more: what the state says is what the condition was. */
void alarm_engine_settle(struct alarm_engine *e, struct alarm *a);
/* Its part of the hash: 0 = not in the list. */
uint64_t alarm_contribution(const struct alarm *a);

/* Its extra to write into, made when it has none. */
struct alarm_extra *alarm_extra_edit(struct alarm_engine *e, struct alarm *a);
/* Gives it back when nothing is in it. */
void alarm_extra_trim(struct alarm_engine *e, struct alarm *a);
void alarm_extra_drop(struct alarm_engine *e, struct alarm *a);
/* Copies text, cut between characters. */
void alarm_text(char *out, size_t size, const char *text);

/* --- hide.c ----------------------------------------------------------------------- */

/* Ends the shelf: by a person, by the process (one-shot) or by its timer. */
void alarm_unshelve(struct alarm_engine *e, struct alarm *a, const struct alarm_cue *cue,
		    const struct alarm_outlet *out);
/* Sets or clears bits of the suppression with one transition; cue says which. */
void alarm_suppress_bits(struct alarm_engine *e, struct alarm *a, uint8_t bits,
			 const struct alarm_cue *cue, const struct alarm_outlet *out);
/* What has to hide it before it comes. */
void alarm_hide_before(struct alarm_engine *e, struct alarm *a,
		       const struct alarm_outlet *out);
/* When its shelf ends in this process. */
struct mono alarm_shelf_deadline(const struct alarm_extra *x, struct now now);

/* --- timers.c --------------------------------------------------------------------- */

void alarm_timer_set(struct alarm_engine *e, struct alarm *a, enum alarm_timer kind,
		     struct mono at);
void alarm_timer_stop(struct alarm_engine *e, struct alarm *a, enum alarm_timer kind);
/* What the sample says happens at that time, if nothing comes between. */
void alarm_delay_begin(struct alarm_engine *e, struct alarm *a,
		       const struct alarm_trigger *trigger, struct mono at);
/* Those of one alarm that are due. */
void alarm_timers_run(struct alarm_engine *e, struct alarm *a,
		      const struct alarm_outlet *out);
/* Begins or ends the time to the next re-alarm. */
void alarm_realarm_from(struct alarm_engine *e, struct alarm *a, struct now now);

static inline bool alarm_timer_runs(const struct alarm *a, enum alarm_timer kind)
{
	return a->timers & 1u << kind;
}

#endif
