/*
 * vitals.h - is a device's program running, and is it the one that ran before? Two of its
 * own tags tell: a heartbeat has to move, and an uptime only grows until the device
 * starts again. Pure: no station, no clock; vitals.c asks and acts.
 */
#ifndef SG_STATION_VITALS_H
#define SG_STATION_VITALS_H

#include <stdbool.h>

#include "tag/sample.h"
#include "tag/value.h"

/* What was last seen of a tag that has to move. */
struct heartbeat {
	bool known;
	struct value last; /* a number or a bool: the loader sees to that */
};

/* True when s shows that it moved: a good value other than the last one. The first good
 * value is only looked at. */
bool heartbeat_moved(struct heartbeat *h, const struct sample *s);

/* What was last seen of an uptime. */
struct uptime {
	bool known;
	double last;
};

/* True when s shows a restart: a good value below the last one. was = the value before.
 * A counter of 15, 16, 31 or 32 bits that ran over is none: it was within its last 64th
 * and is within its first. */
bool uptime_fell(struct uptime *u, const struct sample *s, double *was);

#endif
