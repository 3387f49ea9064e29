/*
 * apply_int.h - how a definition becomes the station, in two files: apply.c (devices,
 * tags, rules, the order of it all) and apply_alarms.c.
 */
#ifndef SG_STATION_APPLY_INT_H
#define SG_STATION_APPLY_INT_H

#include "station/station_int.h"

/* Bound to its operands; NULL with a line in the log: a fault of ours, for the loader has
 * checked it. Owned by the caller. */
struct expr *apply_compile(struct station *s, const char *text, const char *whose);
/* Who depends on the operands of e. */
void apply_depend(struct station *s, const struct expr *e, int kind, uint32_t on);

/* Before tags forget who depends on them; what the new definition lacks is closed. */
void apply_take_alarms(struct station *s, struct station_def *def);
/* After it: their tags and expressions are looked up anew. */
void apply_make_alarms(struct station *s);

#endif
