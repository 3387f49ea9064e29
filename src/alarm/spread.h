/*
 * spread.h - how long things took: their mean exactly, their percentiles to within 1 %,
 * in fixed memory however many they were. Pure.
 */
#ifndef SG_ALARM_SPREAD_H
#define SG_ALARM_SPREAD_H

#include <stdint.h>

enum {
	SPREAD_BITS = 7, /* kept of a time: 2^-7 of it is the error */
	SPREAD_OCTAVES = 40,
	SPREAD_CELLS = (SPREAD_OCTAVES + 1) << SPREAD_BITS
};

struct alarm_spread {
	uint64_t n;
	double sum_ms;
	int64_t max_ms;
	uint32_t cell[SPREAD_CELLS];
};

/* All zero is an empty one. A negative time counts as 0. */
void alarm_spread_add(struct alarm_spread *s, int64_t ms);
/* NaN when there is none. */
double alarm_spread_mean_ms(const struct alarm_spread *s);
/* The time that percent of them did not take longer than: the one of rank
 * ceil(n * percent / 100), exact below 256 ms, else up to 1 % too small. */
double alarm_spread_percentile_ms(const struct alarm_spread *s, int percent);

#endif
