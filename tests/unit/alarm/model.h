/*
 * model.h - a second, naive engine: the life of an alarm written once more from the
 * standard's table and the rules of this project, with nothing clever in it. Every
 * question walks through everything there is; times are milliseconds; what is nowhere
 * kept twice cannot disagree with itself. test_model.c holds the engine against it.
 *
 * Made to know alarms of type "high", with or without a limit that is a tag.
 */
#ifndef SG_TEST_ALARM_MODEL_H
#define SG_TEST_ALARM_MODEL_H

#include "alarm/engine.h"

enum { MODEL_ALARMS = 64, MODEL_SEEN = 512, MODEL_TEXT = 24 };
#define MODEL_NEVER INT64_MAX

struct model_time {
	int64_t mono, wall;
};

struct model_sample {
	double value;
	quality quality;
	int64_t source_time;
};

struct model_alarm {
	const struct alarm_def *def; /* NULL = gone */
	char state;                  /* 'A' to 'F' */
	uint64_t occurrence, unconfirmed;
	int64_t raised, changed, acked;
	char acked_by[MODEL_TEXT];
	double value, limit;
	quality quality;
	bool source_bad, blind;
	int first_out;
	bool hushed; /* logic hides it before it comes */
	unsigned realarms;

	bool present;      /* what the condition said last */
	int64_t delay_due; /* monotonic; of the event that is on its way */
	double waiting_limit;
	struct model_sample waiting; /* the sample that set it on its way */
	int64_t realarm_due, shelf_due;

	int shelf;
	int64_t shelf_since, shelf_until;
	char shelf_by[MODEL_TEXT], shelf_reason[MODEL_TEXT];
	unsigned suppressed;
	int64_t suppressed_since;
	char suppressed_by[MODEL_TEXT], suppressed_reason[MODEL_TEXT];
	bool out;
	int64_t out_since;
	char out_by[MODEL_TEXT], out_reason[MODEL_TEXT];
	int64_t commented;
	char comment_by[MODEL_TEXT], comment[MODEL_TEXT];

	int n_older;
	struct {
		uint64_t occurrence;
		int64_t raised, returned;
	} older[ALARM_OLDER_MAX];
};

struct model_seen {
	uint32_t alarm;
	enum alarm_event event;
	enum alarm_cause cause;
	char from, to;
	uint64_t occurrence;
	const char *rule;
	int64_t source_time;
	char by[MODEL_TEXT], text[MODEL_TEXT];
	struct model_alarm after;
};

struct model {
	struct model_alarm alarm[MODEL_ALARMS];
	uint32_t n;
	uint64_t next_occurrence;
	struct model_seen seen[MODEL_SEEN]; /* since the caller set n_seen to 0 */
	size_t n_seen;
	bool forgets_to_shed; /* a fault, to see that it is found */
};

void model_open(struct model *m, uint64_t next_occurrence);
/* The caller looks that there is room. */
uint32_t model_add(struct model *m, const struct alarm_def *def);
void model_redefine(struct model *m, uint32_t i, const struct alarm_def *def,
		    struct model_time now);
void model_remove(struct model *m, uint32_t i, struct model_time now);
/* The process ends and begins: alarms that are gone leave no number behind. */
void model_restart(struct model *m, struct model_time now);
void model_tick(struct model *m, struct model_time now);
/* second: NULL for an alarm that has none. */
void model_judge(struct model *m, uint32_t i, const struct model_sample *s,
		 const struct model_sample *second, struct model_time now);
enum alarm_act_result model_act(struct model *m, uint32_t i, const struct alarm_act *act,
				struct model_time now);
void model_suppress(struct model *m, uint32_t i, unsigned set, unsigned clear,
		    const char *reason, struct model_time now);

int64_t model_next_deadline(const struct model *m); /* MODEL_NEVER */
uint64_t model_hash(const struct model *m);
unsigned model_flags(const struct model_alarm *a);
bool model_retained(const struct model_alarm *a);

#endif
