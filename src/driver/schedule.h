/*
 * schedule.h - scans at fixed times: when the next one is due, which are late, which are
 * lost.
 *
 * The times of a schedule are phase + k * period of the monotonic clock, whatever a scan
 * takes: no drift, and after a new configuration or a restart the same places again. A
 * scan may start until the next one is due; later it is skipped and counted, never made
 * up for. Phases are spread over the period by schedule_share(), so that many devices do
 * not all want the line, the processor and the server at the same moment.
 *
 * Pure: time is an argument. One owner.
 */
#ifndef SG_DRIVER_SCHEDULE_H
#define SG_DRIVER_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "util/clock.h"

struct schedule {
	int64_t period_ns; /* 0 = again at once */
	int64_t phase_ns;  /* 0 .. period */
	struct mono due;
	bool begun; /* the first scan, at once and at no fixed time, has started */
};

struct scan_start {
	uint64_t skipped; /* scans before this one that could not start in time */
	bool late;        /* this one: by more than a tenth of the period */
};

/* 0 .. 1, evenly spread however many indexes there are (the golden section). */
double schedule_share(uint64_t index);
/* The first scan is due at once, all others at their fixed times. */
void schedule_init(struct schedule *s, int64_t period_ms, double share, struct mono now);
/* Nothing can start now: the scans that are lost for good. */
uint64_t schedule_lose(struct schedule *s, struct mono now);
/* A scan starts now: moves due to the next one. */
struct scan_start schedule_start(struct schedule *s, struct mono now);

#endif
