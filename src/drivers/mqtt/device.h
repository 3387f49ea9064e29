/*
 * device.h - a broker as a device: one thread that connects, listens, publishes and
 * answers, until it is stopped.
 *
 * The functions are called on the driver's main thread and return at once; the thread
 * does the work. A command is published only while the connection stands and is never
 * kept for later.
 */
#ifndef SG_DRIVERS_MQTT_DEVICE_H
#define SG_DRIVERS_MQTT_DEVICE_H

#include "driver/child.h"

struct mqtt_device;

/* Starts the thread. Owned. */
struct mqtt_device *mqtt_device_start(struct driver_child *child,
				      const struct driver_device *def);
/* The device has other tags since this generation: the connection stays, only topics that
 * came or went are subscribed or given back. */
void mqtt_device_update(struct mqtt_device *d, uint32_t generation);
/* Nothing of it changed with this generation. */
void mqtt_device_go_on(struct mqtt_device *d, uint32_t generation);
void mqtt_device_read(struct mqtt_device *d, const struct driver_tag *t,
		      const struct driver_read *r);
void mqtt_device_write(struct mqtt_device *d, const struct driver_tag *t,
		       const struct driver_write *w);
/* A message of the station's own; dropped without a connection. */
void mqtt_device_publish(struct mqtt_device *d, const struct driver_publish *m);
void mqtt_device_explain(struct mqtt_device *d, const struct driver_tag *t,
			 const struct driver_explain *e);
/* Tells the thread to end; all devices are told before any is joined. */
void mqtt_device_ask_stop(struct mqtt_device *d);
/* Joins it, answers what is outstanding and frees d. */
void mqtt_device_stop(struct mqtt_device *d);

#endif
