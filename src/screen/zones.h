/* zones.h - the letters of `zones`. Only for src/screen. */
#ifndef SG_SCREEN_ZONES_H
#define SG_SCREEN_ZONES_H

struct cfg_node;
struct drawing;
struct scope;

/* Adds a rectangle for each letter to d->zones. */
void zones_read(struct drawing *d, const struct cfg_node *zones, const struct scope *sc);

#endif
