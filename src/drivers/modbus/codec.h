/*
 * codec.h - how cells become values: kept once for all tags of a device that are alike
 * but for their place.
 *
 * There may be a hundred thousand tags and a dozen ways to read them: a tag keeps the
 * number of its way. Not for several threads; the texts of a codec are borrowed from the
 * settings of a tag, which have to live as long as the table. Pure.
 */
#ifndef SG_DRIVERS_MODBUS_CODEC_H
#define SG_DRIVERS_MODBUS_CODEC_H

#include <stddef.h>

#include "drivers/modbus/settings.h"

struct mb_codec {
	struct mb_address at; /* first is 0: each tag has its own */
	enum mb_rate rate;
	uint32_t factor; /* of at.factor: index into the rate's; the planner's */
};

struct mb_codecs { /* zeroed: empty */
	struct mb_codec *v;
	size_t n;
	uint32_t *slots; /* 1 + index, 0 = free; by hash; a power of two of them */
	size_t n_slots;
};

/* The number of the codec that is like this address and rate, its place aside. */
uint32_t mb_codecs_add(struct mb_codecs *c, const struct mb_address *at,
		       enum mb_rate rate);
/* No more will be added for now: what only finds them again is freed. */
void mb_codecs_settle(struct mb_codecs *c);
void mb_codecs_release(struct mb_codecs *c);

#endif
