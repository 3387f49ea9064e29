/*
 * when.h - the times devices send: seconds or milliseconds since 1970, or ISO 8601 with
 * its zone. Pure.
 */
#ifndef SG_DRIVERS_MQTT_WHEN_H
#define SG_DRIVERS_MQTT_WHEN_H

#include <stdbool.h>
#include <stdint.h>

/* Below 1e11 a number is seconds (until the year 5138), else milliseconds. */
bool when_from_number(double t, int64_t *ms);
/* "2026-11-22T09:05:03.25Z", "2026-11-22 10:05:03+01:00", or a number as text. A time
 * without a zone is refused: it cannot be read in one way. */
bool when_from_text(const char *text, int64_t *ms);

#endif
