/*
 * reconfigure_int.h - what the files of reconfigure.h share: what a configuration wants
 * of channels, and what a channel is told of it. Not for the rest of the driver.
 */
#ifndef SG_DRIVERS_MODBUS_RECONFIGURE_INT_H
#define SG_DRIVERS_MODBUS_RECONFIGURE_INT_H

#include "drivers/modbus/reconfigure.h"

/* --- wishes.c: the connections that a configuration asks for; main thread --- */

/* One connection of a device of the new configuration, and where it shall run. */
struct mb_wish {
	const struct driver_device *def;
	const struct mb_device_settings *set;
	uint32_t lane;
	struct mb_channel *channel;
	const uint32_t
		*lane_of; /* of each of the device's tags; NULL: all are this one's */
	struct mb_tally *tally; /* one membership of it, the device's once joined */
	bool joined;
};

struct mb_wishes {
	struct mb_wish *v;
	size_t n;
	struct mb_device_settings *sets; /* one a device */
	uint32_t **lanes;                /* one a device: NULL with one connection */
	size_t n_devices;
};

struct mb_wishes mb_wishes_make(const struct driver_config *config);
void mb_wishes_free(struct mb_wishes *w);

/* --- adopt.c: what a channel shall run from now on, handed over between two scans --- */

struct mb_place {
	uint32_t id; /* of the device */
	bool fresh;  /* else: as the channel has it */
	struct mb_device device;
};

struct mb_update {
	struct mb_place *places;
	size_t n;
};

/* Main thread: takes u. One that the channel has not taken over yet becomes part of it.
 */
void mb_update_submit(struct mb_channel *c, struct mb_update *u, uint32_t generation);
/* Main thread: nothing changes here; what it runs is of this generation too. */
void mb_channel_say_adopted(struct mb_channel *c, uint32_t generation);

/* --- routes.c: who gets a request; main thread --- */

void mb_routes_make(struct mb_running *r, const struct mb_wish *v, size_t n);
void mb_routes_free(struct mb_running *r);

#endif
