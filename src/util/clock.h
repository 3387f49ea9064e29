/*
 * clock.h - the two clocks as two types, so that they cannot be mixed up.
 *
 * Delays, time-outs, leases and ages run on struct mono (CLOCK_MONOTONIC, ns).
 * What is stored or shown is struct wall (UTC, ms since 1970). Pure code never
 * reads a clock: it is given a struct now. Only programs call clock_now().
 */
#ifndef SG_UTIL_CLOCK_H
#define SG_UTIL_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mono {
	int64_t ns;
};

struct wall {
	int64_t ms;
};

struct now {
	struct mono mono;
	struct wall wall;
};

struct now clock_now(void);
struct mono clock_mono(void);
/* How long the machine has been suspended since it started: CLOCK_BOOTTIME runs on
 * meanwhile, CLOCK_MONOTONIC does not. */
int64_t clock_slept_ms(void);

static inline struct mono mono_add_ms(struct mono m, int64_t ms)
{
	return (struct mono){ m.ns + ms * 1000000 };
}

/* Milliseconds from a to b; negative when b is earlier. */
static inline int64_t mono_ms_between(struct mono a, struct mono b)
{
	return (b.ns - a.ns) / 1000000;
}

static inline bool mono_reached(struct mono now, struct mono deadline)
{
	return now.ns >= deadline.ns;
}

/* A deadline that does not come. */
#define MONO_NEVER ((struct mono){ INT64_MAX })

static inline struct mono mono_earlier(struct mono a, struct mono b)
{
	return b.ns < a.ns ? b : a;
}

enum { CLOCK_ISO_SIZE = 32, CLOCK_LOCAL_SIZE = 40, CLOCK_SPAN_SIZE = 32 };

/* "2026-11-22T10:05:03.120+01:00": the machine's zone, for files that travel. */
void clock_iso_local(struct wall t, char out[CLOCK_LOCAL_SIZE]);
/* "2026-11-22T09:05:03.120Z" */
void clock_iso_utc(struct wall t, char out[CLOCK_ISO_SIZE]);
/* "2026-11-22 10:05:03 +0100": the machine's zone, with its offset. */
void clock_local(struct wall t, char out[CLOCK_LOCAL_SIZE]);
/* How far the machine's zone is ahead of UTC at that time, in ms. */
int64_t clock_local_offset_ms(struct wall t);
/* "10:05:03" in the machine's zone. */
void clock_local_hms(struct wall t, char out[CLOCK_LOCAL_SIZE]);
/* How long something takes, for a sentence: "8 h", "15 min", "90 s"; from an hour on
 * without its seconds. */
void clock_span(int64_t ms, char out[CLOCK_SPAN_SIZE]);
/* The same for a column, to the nearest second: "1:02:03". */
void clock_span_hms(int64_t ms, char out[CLOCK_SPAN_SIZE]);

#endif
