/*
 * trend_ring.h - the past of one pen in two rings: seconds for TREND_FINE of them (70
 * minutes) and minutes for TREND_COARSE (25 hours).
 *
 * Only seconds in which something came have an entry: a tag without news costs nothing,
 * and its rings reach back further. What lies between two entries is as the earlier one
 * ended. So a reader sees every second, and min and max of every sample taken.
 *
 * Memory: 20 bytes an entry, TREND_PEN_BYTES (some 112 KiB) a pen, all of it at once when
 * the pen is made; nothing is allocated after that. Numbers are floats beside a base (the
 * pen's first number, if it is large), so that a counter keeps its last digits.
 *
 * A clock that is set back cuts off what lies ahead of it. Times are UTC ms. Pure.
 */
#ifndef SG_STATION_TREND_RING_H
#define SG_STATION_TREND_RING_H

#include "tag/trend.h"

enum {
	TREND_FINE = 4200,
	TREND_FINE_MS = 1000,
	TREND_COARSE = 1500,
	TREND_COARSE_MS = 60000
};

enum {
	TRENDS_MAX = 500,      /* pens: some 55 MiB when all are in use */
	TRENDS_SHOWN_MAX = 400 /* of screens: the others are for who asks */
};

struct trend_entry {
	uint32_t bucket;      /* since 1970, in the ring's unit */
	float min, max, last; /* less the pen's base; min > max: nothing good */
	quality end;
	uint8_t worst; /* class and reason */
	uint8_t count; /* 255: so many or more */
};
_Static_assert(sizeof(struct trend_entry) == 20, "half a million of them lie there");

struct trend_ring {
	struct trend_entry *v; /* owned */
	uint32_t room, n, oldest;
	int64_t bucket_ms;
};

struct trend_pen {
	struct trend_ring fine, coarse;
	double base;
	bool has_base;
	bool has_last; /* last means something */
	float last;
	quality now;
	int64_t began_ms;
	enum trend_origin origin;
};

enum {
	TREND_PEN_BYTES = (TREND_FINE + TREND_COARSE) * (int)sizeof(struct trend_entry) +
			  (int)sizeof(struct trend_pen)
};

/* What came: number may be NULL. counts: a sample was taken, else only what is known
 * changed. */
struct trend_news {
	const double *number;
	quality quality;
	bool counts;
};

/* Owned. It begins as the tag is: first is what is known of it. */
struct trend_pen *trend_pen_new(const struct trend_news *first, enum trend_origin origin,
				int64_t now_ms);
void trend_pen_free(struct trend_pen *p); /* NULL is allowed */
void trend_pen_take(struct trend_pen *p, const struct trend_news *news, int64_t now_ms);
/* The n buckets from the one that from_ms lies in; those of whole minutes go back to the
 * beginning of the minutes, all others to that of the seconds. */
void trend_pen_read(const struct trend_pen *p, int64_t from_ms, int64_t bucket_ms,
		    struct trend_bucket *out, size_t n);

#endif
