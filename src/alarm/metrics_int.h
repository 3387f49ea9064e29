/*
 * metrics_int.h - inside of metrics: what is known of each alarm while rows go in.
 */
#ifndef SG_ALARM_METRICS_INT_H
#define SG_ALARM_METRICS_INT_H

#include "alarm/chatter.h"
#include "alarm/metrics.h"
#include "alarm/spread.h"
#include "util/arena.h"
#include "util/strmap.h"

enum { HOUR_WINDOWS = 6, DAY_WINDOWS = 144, OPERATORS_KNOWN = 1024 };

struct waiting { /* an annunciation that nobody acknowledged yet */
	uint64_t occurrence;
	int64_t since; /* ms */
};

enum { WAITING_MAX = 9 }; /* the present occurrence and eight older ones */

/* An alarm: what it is doing as of the last row, and what it did in the period. Times are
 * ms of the wall clock; NEVER_MS = not known. */
#define NEVER_MS INT64_MIN

struct actor {
	struct alarm_actor pub;
	const char *class_name;      /* of the newest row that counted */
	struct alarm_cycles *cycles; /* owned */
	struct waiting *waiting;     /* owned; WAITING_MAX, oldest first */
	uint32_t n_waiting;

	uint64_t occurrence; /* the newest */
	bool counted;        /* selected, and not diagnostic */
	bool active;         /* its condition is present, or latched */
	bool acted;          /* acknowledged since it came */
	bool heard;          /* its coming was annunciated */
	bool cycle_kept;     /* last is in cycles */
	bool mixed;          /* its area or class was another once */
	uint8_t flags;
	int64_t since;                           /* active without a break */
	int64_t came, gone;                      /* the last time each */
	int64_t seen_since;                      /* visible, while active and visible */
	struct alarm_cycle last;                 /* as of its last clearing */
	int64_t before[ALARM_CHATTER_TIMES - 1]; /* earlier comings, newest first */
	uint32_t n_before;
	int64_t stale_days; /* of the period: before which it was counted */
};

struct alarm_metrics {
	int64_t from, to;                /* ms */
	struct alarm_area_choice *areas; /* owned; its texts are in texts */
	size_t n_areas;
	char *class_name;

	struct arena *texts;
	struct strmap *by_name; /* of actors */
	struct actor *actors;
	size_t n_actors;

	int64_t t; /* up to which the levels were added up */
	uint32_t level[ALARM_G_COUNT], level_max[ALARM_G_COUNT];
	double level_ms[ALARM_G_COUNT], passed_ms;
	uint32_t *window; /* annunciated, by 10 min of the period */
	uint32_t n_windows;
	uint32_t *stale; /* alarms, by day of the period */
	uint32_t n_days;
	struct alarm_flood flood;
	/* the last that were annunciated: of a calm window all of them; n in all */
	struct metrics_recent {
		int64_t second;
		uint32_t actor;
	} recent[ALARM_FLOOD_OVER];
	uint64_t n_recent;
	int64_t latest;      /* newest time of a row */
	int64_t upset_until; /* second */
	uint32_t upset_n;
	struct alarm_spread ack, clear;
	struct strmap *operator_at; /* index in operators */
	struct alarm_operator_count *operators;
	size_t n_operators;
	struct alarm_metrics_result r; /* what is counted as it goes */
};

/* Is an alarm of this area and class chosen? */
bool metrics_is_chosen(const struct alarm_metrics *m, const char *area,
		       const char *class_name);
struct actor *metrics_new_actor(struct alarm_metrics *m, const char *name);

/* metrics_time.c: what passing time means. To t, before a row of that time. */
void metrics_pass(struct alarm_metrics *m, int64_t t);
/* The alarm's part in the levels goes (-1) or comes (+1). */
void metrics_weigh(struct alarm_metrics *m, const struct actor *a, int sign);
/* Is it seen on the list of active alarms? */
bool metrics_is_seen(const struct actor *a);
/* It was seen until then. */
void metrics_unseen(struct alarm_metrics *m, struct actor *a, int64_t until);
void metrics_flood_over(struct alarm_metrics *m, const struct alarm_flood_end *end);

static inline bool metrics_in_period(const struct alarm_metrics *m, int64_t t)
{
	return t >= m->from && t < m->to;
}

#endif
