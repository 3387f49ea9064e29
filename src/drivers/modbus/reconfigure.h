/*
 * reconfigure.h - what the driver runs as a whole: the channels, which device is behind
 * which, and how a new configuration becomes what runs.
 *
 * Main thread only. The functions are those of struct driver_ops (driver/child.h).
 */
#ifndef SG_DRIVERS_MODBUS_RECONFIGURE_H
#define SG_DRIVERS_MODBUS_RECONFIGURE_H

#include "driver/child.h"
#include "drivers/modbus/channel.h"

/* One of a device's connections. */
struct mb_route {
	uint32_t device; /* id */
	uint32_t lane;
	struct mb_channel *channel;
	uint32_t
		*tags; /* ids of those it reads, sorted; NULL = all: it is the only one */
	size_t n_tags;
};

struct mb_running {
	struct driver_child *child;
	struct mb_channel **channels;
	size_t n;
	struct mb_route *routes; /* by device id and lane */
	size_t n_routes;
};

void *mb_configure(struct driver_child *child, const struct driver_config *config);
void mb_reconfigure(void *running, const struct driver_config *config);
void mb_stop(void *running);

/* The running channel of a device's tag; NULL when it has none. */
struct mb_channel *mb_running_channel(const struct mb_running *r, uint32_t device,
				      uint32_t tag);

#endif
