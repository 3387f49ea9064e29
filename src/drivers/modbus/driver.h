/*
 * driver.h - the Modbus driver as its row of functions (driver/child.h).
 */
#ifndef SG_DRIVERS_MODBUS_DRIVER_H
#define SG_DRIVERS_MODBUS_DRIVER_H

#include "driver/child.h"

extern const struct driver_ops driver_modbus;

#endif
