/*
 * backoff.h - how long to wait before a device is tried again: 0.5 s doubling to 10 s,
 * each with jitter, so that many drivers never knock together.
 *
 * Pure: no clock, its own small random numbers. One owner.
 */
#ifndef SG_DRIVER_BACKOFF_H
#define SG_DRIVER_BACKOFF_H

#include <stdint.h>

enum { BACKOFF_FIRST_MS = 500, BACKOFF_LAST_MS = 10000 };

struct backoff {
	int64_t base_ms; /* of the next wait; 0 = nothing failed yet */
	uint64_t random;
};

/* seed: anything that differs between channels. */
void backoff_init(struct backoff *b, uint64_t seed);
/* After a failure: the wait, 75 to 100 % of 500, 1000, 2000 ... 10000 ms. */
int64_t backoff_next_ms(struct backoff *b);
/* After a success. */
void backoff_reset(struct backoff *b);

#endif
