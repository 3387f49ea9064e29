/* zones.h - the letters of `zones`. Only for src/screen. */
#ifndef SG_SCREEN_ZONES_H
#define SG_SCREEN_ZONES_H

#include <stdbool.h>

struct cfg_node;
struct drawing;
struct scope;

struct drawing_zone;

/* Is the cell one of the zone's: of a hollow one only its border is. */
bool zone_covers(const struct drawing_zone *z, int col, int row);
/* Adds a rectangle for each letter to d->zones. */
void zones_read(struct drawing *d, const struct cfg_node *zones, const struct scope *sc);

#endif
