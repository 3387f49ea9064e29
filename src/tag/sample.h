/*
 * sample.h - a value with how far it can be trusted and when it was so.
 */
#ifndef SG_TAG_SAMPLE_H
#define SG_TAG_SAMPLE_H

#include "tag/quality.h"
#include "tag/value.h"
#include "util/clock.h"

struct sample {
	struct value value; /* VALUE_NONE only together with bad quality */
	quality quality;
	struct wall source_time; /* when the source says it was so, UTC ms */
	struct mono taken;       /* when it reached this machine */
};

#endif
