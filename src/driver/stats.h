/*
 * stats.h - what a driver counts about one device, and how long its answers took.
 *
 * The driver's threads count into a struct device_stats of their own and post a copy
 * about once a second (driver_post_stats() in child.h); the station shows the newest one.
 * Everything counts from the start of the driver process but for the percentiles, which
 * are of the last minutes: a device that was slow yesterday does not look slow today.
 * Times are microseconds. Pure; no locking here: a struct belongs to one thread.
 */
#ifndef SG_DRIVER_STATS_H
#define SG_DRIVER_STATS_H

#include <stddef.h>
#include <stdint.h>

#include "util/clock.h"

enum {
	STATS_CLASSES_MAX = 8,    /* scan classes a device may have */
	STATS_NAME_MAX = 15,      /* bytes of a class's name */
	STATS_HOLES_MAX = 511,    /* bytes of the list of holes */
	STATS_ERROR_MAX = 255,    /* bytes of the last error */
	STATS_WINDOW_MS = 300000, /* percentiles are of one to two of these */
	HISTOGRAM_STEPS = 8,      /* buckets an octave: values are known to 1/8 */
	HISTOGRAM_OCTAVES = 25,   /* up to about 67 s; longer counts as that */
	HISTOGRAM_BUCKETS = HISTOGRAM_STEPS * HISTOGRAM_OCTAVES
};

/* Why a reply was not believed. Never reuse a number: they travel. */
enum refused_kind {
	REFUSED_TRANSACTION, /* it answers another request */
	REFUSED_HEADER,      /* protocol id or length that no reply has */
	REFUSED_UNIT,        /* another unit's */
	REFUSED_FUNCTION,    /* another function's, also an exception of another */
	REFUSED_SIZE,        /* byte count or size that does not belong to the request */
	REFUSED_ECHO,        /* a write answered by another address, value or count */
	REFUSED_CHECKSUM,    /* serial lines: noise, or our own echo */
	REFUSED_CUT,         /* it began and did not end */
	REFUSED_UNASKED,     /* bytes nobody had asked for */
	REFUSED_DUPLICATE,   /* the reply before once more; dropped, not fatal */
	REFUSED_KINDS
};

struct class_stats {
	char name[STATS_NAME_MAX + 1];
	uint32_t period_ms;
	uint32_t requests;            /* of one scan, as planned now */
	uint64_t done, late, skipped; /* late ones are done too; skipped are not */
};

struct device_stats {
	uint64_t connects; /* connections made, the first included */
	uint64_t requests; /* sent, writes included */
	uint64_t writes;
	uint64_t exceptions; /* well-formed refusals by the device */
	uint64_t timeouts;   /* nothing came in time */
	uint64_t refused[REFUSED_KINDS];
	uint32_t n_classes;
	struct class_stats classes[STATS_CLASSES_MAX];
	uint32_t holes;                      /* ranges the device refuses */
	char hole_list[STATS_HOLES_MAX + 1]; /* "holding:10-12 (2), input:7 (2)", cut */
	uint32_t p50_us, p95_us, p99_us, max_us; /* round trips; all 0 = none yet */
	uint64_t messages;                       /* that came unasked: from a broker */
	uint64_t parse_errors;                   /* messages that could not be read */
	/* What went wrong last while the connection held: "topic a/b: not a number". How
	 * a connection failed is said by its device state. */
	char last_error[STATS_ERROR_MAX + 1];
	int64_t last_error_ms; /* UTC; 0 = nothing yet */
};

/* "wrong unit"; "?" for no kind. */
const char *refused_kind_name(enum refused_kind kind);

/* --- round trips --- */

struct histogram {
	uint32_t bucket[HISTOGRAM_BUCKETS];
	uint32_t count, max_us;
};

void histogram_add(struct histogram *h, int64_t us);
/* The upper edge of the bucket the value of this rank lies in, never above the largest
 * value there was; 0 for none. percent 0 to 100. */
uint32_t histogram_percentile(const struct histogram *h, unsigned percent);

/* The present window and the one before it. */
struct round_trips {
	struct histogram present, before;
	struct mono since; /* of present; 0 = nothing yet */
};

void round_trips_add(struct round_trips *r, int64_t us, struct mono now);
/* Fills the four times of out. */
void round_trips_sum_up(struct round_trips *r, struct mono now, struct device_stats *out);

#endif
