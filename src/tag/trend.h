/*
 * trend.h - the past of a tag as trends show it: one bucket says what the value did in a
 * stretch of time. Bucket edges lie at whole multiples of its length since 1970 (UTC), so
 * that the past is cut in the same places whoever asks and whenever. The server fills
 * them, the console protocol carries them, widgets draw them. Pure.
 */
#ifndef SG_TAG_TREND_H
#define SG_TAG_TREND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tag/quality.h"

struct trend_bucket {
	bool known;     /* false: from before the recording; nothing else counts then */
	bool has_range; /* min and max: something in it was good or uncertain */
	bool has_last;
	uint16_t count; /* samples that were taken; 0: it stood as it was; 65535: more */
	quality worst;  /* class and reason of the worst moment, flags of the last */
	quality end;    /* as it was at the end */
	double min, max;
	double last; /* the newest number by its end, also of a value that was stale then
		      */
};

enum trend_origin {
	TREND_FROM_RESTART, /* the recording began with the server */
	TREND_FROM_ASKING   /* or when the tag first became a pen */
};

/* The number of the bucket a moment lies in; also right before 1970. */
static inline int64_t trend_bucket_of(int64_t ms, int64_t bucket_ms)
{
	int64_t b = ms / bucket_ms;

	return ms % bucket_ms < 0 ? b - 1 : b;
}

#endif
