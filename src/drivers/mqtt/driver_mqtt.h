/*
 * driver_mqtt.h - the driver's table of functions, for its main and for tests.
 */
#ifndef SG_DRIVERS_MQTT_DRIVER_MQTT_H
#define SG_DRIVERS_MQTT_DRIVER_MQTT_H

#include "driver/child.h"

extern const struct driver_ops driver_mqtt;

#endif
