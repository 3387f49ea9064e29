/*
 * registers.h - values to registers and back, by the coding of a map row. Word order
 * is spelled out here and not left to libmodbus: the console's driver is tested
 * against these bytes, so they must not come from the same functions.
 */
#ifndef SG_PLANTSIM_REGISTERS_H
#define SG_PLANTSIM_REGISTERS_H

#include <modbus/modbus.h>

#include "plantsim/map.h"

/* Stores value where row says. */
void registers_put(modbus_mapping_t *image, const struct map_row *row, double value);
/* What stands there (coils and holding registers: what a client may have written). */
double registers_get(const modbus_mapping_t *image, const struct map_row *row);

#endif
