/*
 * render_past.h - the past of a tag out of a values file, for trends without a server:
 *
 *   past: intake.t101.level 30  4.1*20 4.1>5.6*40 5.2..5.9 ?*4 ~*3
 *
 * The tag, seconds a bucket, then buckets up to now: a number, LO..HI for one that moved
 * (it ended at HI), "?" for no answer, "~" for stale, "u" before a number for an
 * uncertain one, "-" for what nobody recorded, "R" for the start of the server; "*N"
 * repeats, and A>B*N goes from A to B in N buckets. Several such lines of a tag are one.
 * Pure.
 */
#ifndef SG_CLI_RENDER_PAST_H
#define SG_CLI_RENDER_PAST_H

#include <stdbool.h>
#include <stddef.h>

#include "screen/meta.h"

enum { RENDER_PAST_MAX = 20000 };

struct render_past {
	struct trend_bucket *v; /* owned; the last one ends now */
	size_t n;
	int64_t seconds;   /* of a bucket; 0 = no past */
	size_t restart_at; /* where the server began; SIZE_MAX = nowhere */
};

/* Adds one word of the line; false: it is none of the above, or too much. */
bool render_past_word(struct render_past *p, const char *word);
/* As picture_source.trend. */
bool render_past_ask(const struct render_past *p, struct now now,
		     const struct trend_ask *ask, struct trend_bucket *out,
		     struct trend_about *about);

#endif
