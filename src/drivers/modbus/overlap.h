/*
 * overlap.h - mistakes that only show between two tags of a device (struct driver_ops,
 * check_tags). Pure.
 */
#ifndef SG_DRIVERS_MODBUS_OVERLAP_H
#define SG_DRIVERS_MODBUS_OVERLAP_H

#include "driver/child.h"
#include "drivers/modbus/settings.h"

/* Refuses, of two tags that share registers in a way no device can mean, the later one:
 * a value that overlaps only a part of another, and two writable ones that write the
 * same registers with different types, orders or scales. */
void mb_check_tags(const struct driver_device *d, const struct driver_told *const *tags,
		   size_t n,
		   void (*say)(void *arg, const struct driver_told *t, const char *why),
		   void *arg);

#endif
