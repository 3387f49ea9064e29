/*
 * window.h - the newest points of a moving window, of fixed number, thinned so that they
 * cover it: what a type with a window keeps in its memory. Nothing allocates here.
 *
 * A type calls alarm_window_begin() at each look: it is true when the next point may be
 * put, one step after the last such moment, good or not. Points older than the window
 * and one step are dropped then.
 */
#ifndef SG_ALARM_WINDOW_H
#define SG_ALARM_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/clock.h"

struct alarm_point {
	struct mono at;
	double v;
};

struct alarm_window {
	struct mono look; /* the last time a point was asked for */
	bool begun;
	uint32_t n, first;
	struct alarm_point ring[];
};

size_t alarm_window_size(uint32_t points);
/* now: of this look; *next: when the next point may be put. */
bool alarm_window_begin(struct alarm_window *w, uint32_t points, int64_t window_ms,
			int64_t step_ms, struct mono now, struct mono *next);
void alarm_window_put(struct alarm_window *w, uint32_t points, struct mono at, double v);
/* i-th point, 0 = the oldest; i < w->n. */
const struct alarm_point *alarm_window_at(const struct alarm_window *w, uint32_t points,
					  uint32_t i);

#endif
