/*
 * engine_int.h - how the engine lies in memory; for engine.c and condition.c only.
 *
 * Invariant: a delay is pending exactly while the condition's last verdict and the
 * core state disagree.
 */
#ifndef SG_ALARM_ENGINE_INT_H
#define SG_ALARM_ENGINE_INT_H

#include "alarm/count.h"
#include "alarm/states.h"
#include "util/heap.h"

/* The sample that made the condition come or go. */
struct alarm_trigger {
	double value, limit;
	quality quality;
	struct wall source_time;
};

struct alarm {
	const struct alarm_def *def; /* borrowed; NULL = gone */
	struct alarm_record record;  /* the core; flags that hide it go beside */
	uint64_t name_hash;          /* alarm_name_hash() of its name, which stays */
	bool present;                /* the condition's last verdict */
	enum alarm_event pending;    /* what its deadline in delays will bring */
	struct alarm_trigger trigger;
	void *memory;              /* of the type; owned, NULL = it has none */
	struct alarm_count *count; /* owned; NULL = the alarm comes at the first time */
	bool blind;                /* its second tag cannot be used */
};

struct alarm_engine {
	struct alarm *alarms;
	size_t n;
	struct strmap *names;
	struct heap delays;
	struct heap looks; /* when types want to look again though nothing changed */
	uint64_t next_occurrence;
	uint64_t hash;
};

/* Who hears of a transition, and when it is. */
struct alarm_outlet {
	struct now now;
	alarm_sink sink;
	void *arg;
};

/* NULL when gone or never given. */
struct alarm *alarm_engine_at(const struct alarm_engine *e, uint32_t alarm);
/* The one place where a state changes; false when the table has no such transition.
 * by is the operator's name, "" otherwise. */
bool alarm_engine_step(struct alarm_engine *e, struct alarm *a, enum alarm_event event,
		       const char *by, const struct alarm_outlet *out);
/* Hands the record out without a change of state (T20). */
void alarm_engine_note(const struct alarm_engine *e, const struct alarm *a,
		       const struct alarm_outlet *out);
/* No verdict counts any more: what the state says is what the condition was. */
void alarm_engine_settle(struct alarm_engine *e, struct alarm *a);

#endif
