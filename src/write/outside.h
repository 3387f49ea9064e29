/*
 * outside.h - a setpoint whose device shows another value, and nobody here wrote it
 * (WR-31): somebody at the PLC's panel did, or another program.
 *
 * A value counts when it has stood for a while (write.outside_s of the tag; longer after
 * the device was away, whose program may first have to find its settings again): what
 * ramps or flickers is never told of. What stands after a write of ours is ours, also
 * when the device takes its time. A tag is told of once a minute at most, from the
 * value told last to the one that stands then.
 *
 * Pure: one object a tag, fed with the samples of its device, before anything stands in
 * their place. Main loop only.
 */
#ifndef SG_WRITE_OUTSIDE_H
#define SG_WRITE_OUTSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "tag/sample.h"
#include "util/clock.h"

enum {
	OUTSIDE_AWAY_TIMES = 3, /* so much longer must it stand after that */
	OUTSIDE_AGAIN_MS = 60000,
	OUTSIDE_WAY_MS = 600000 /* a ramp to what was written ends within */
};

struct outside_value { /* strings are owned in text */
	struct value v;
	char *text;
};

struct outside {
	bool known;  /* base is what stood there */
	bool moved;  /* seen is another one, since then */
	bool away;   /* nothing good came since base */
	bool wanted; /* want was written, and not seen yet */
	bool told;   /* ever */
	struct outside_value base, seen, want, was;
	struct mono since, told_at, written_at;
};

struct outside_change { /* strings are borrowed until the next call */
	struct value was, is;
	bool away; /* it may have happened while nobody could read it */
};

void outside_release(struct outside *o);
/* A sample of the device. tolerance: within it nothing has changed. */
void outside_sample(struct outside *o, const struct sample *s, double tolerance,
		    struct mono now);
/* Nothing can be read; or the device's program has started again. */
void outside_away(struct outside *o);
/* A command of ours goes out: what stands there next is taken as it is, and the value
 * that was sent is no news whenever it comes. */
void outside_write(struct outside *o, const struct value *v, struct mono now);
/* When outside_due() has to be asked; INT64_MAX = not before another sample. */
struct mono outside_deadline(const struct outside *o, int64_t stands_ms);
/* True: it was changed, and change says from what to what. */
bool outside_due(struct outside *o, int64_t stands_ms, double tolerance, struct mono now,
		 struct outside_change *change);

#endif
