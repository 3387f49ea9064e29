/*
 * flood.h - how many alarms came in the last 10 minutes, and whether that is a flood.
 *
 * A flood starts with the alarm that makes it more than 10 in 10 minutes; it ends as
 * soon as fewer than 5 came in the last 10 (ISA-18.2, EEMUA 191). The 10 minutes move
 * with the clock, in whole seconds: at second t they are the 600 seconds (t - 600, t].
 * Who counts gives the second, of whichever clock is his: the station the monotonic one,
 * a report that of the journal. When that is set back by 10 minutes or more, the count
 * begins anew and a flood is over; until it has caught up with less, its last second
 * lasts.
 *
 * Fixed memory; O(1) an alarm and a second that passes. Pure.
 */
#ifndef SG_ALARM_FLOOD_H
#define SG_ALARM_FLOOD_H

#include <stdbool.h>
#include <stdint.h>

enum {
	ALARM_FLOOD_WINDOW_S = 600,
	ALARM_FLOOD_OVER = 10, /* more than so many in the window: it starts */
	ALARM_FLOOD_UNDER = 5  /* fewer than so many: it ends */
};

struct alarm_flood {
	int64_t second; /* up to which everything was counted */
	bool begun;
	uint32_t n; /* in the window */
	bool on;
	int64_t since;  /* the second it started, while on */
	uint32_t peak;  /* most in a window since then */
	uint64_t total; /* came since then, with those that made it */
	uint32_t ring[ALARM_FLOOD_WINDOW_S]; /* by second modulo the window */
};

/* A flood that is over. */
struct alarm_flood_end {
	int64_t since, until; /* seconds: [since, until) */
	uint32_t peak;
	uint64_t total;
};

/* All zero is a fresh one. Time passes, up to the begin of that second; true: the flood
 * that was on ended meanwhile, as *end says (may be NULL). */
bool alarm_flood_pass(struct alarm_flood *f, int64_t second, struct alarm_flood_end *end);
/* An alarm came, in the second last passed to. True: a flood starts with it. */
bool alarm_flood_come(struct alarm_flood *f);

#endif
