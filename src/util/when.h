/*
 * when.h - times as devices, recordings and people write them: seconds or milliseconds
 * since 1970, or ISO 8601.
 */
#ifndef SG_UTIL_WHEN_H
#define SG_UTIL_WHEN_H

#include <stdbool.h>
#include <stdint.h>

/* Below 1e11 a number is seconds (until the year 5138), else milliseconds. */
bool when_from_number(double t, int64_t *ms);
/* "2026-11-22T09:05:03.25Z", "2026-11-22 10:05:03+01:00", or a number as text. A time
 * without a zone is refused: it cannot be read in one way. */
bool when_from_text(const char *text, int64_t *ms);
/* The same, and ISO 8601 without a zone, which is a time of this machine's zone: only the
 * day, or the time of day without its seconds, will do ("2026-11-22", "2026-11-22
 * 09:05"). An hour that a change of clocks repeats means the first of the two. */
bool when_from_local(const char *text, int64_t *ms);
/* "90s", "30m", "8h", "7d", "2w": a stretch of time. */
bool when_span(const char *text, int64_t *ms);
/* What a person gives to --from and --to: also "09:05" (today), "30m", "8h", "7d" (so
 * long before now) and "now". now_ms: wall clock. */
bool when_from_person(const char *text, int64_t now_ms, int64_t *ms);

#endif
