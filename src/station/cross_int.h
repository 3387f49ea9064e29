/* cross_int.h - checks of expressions that tags and alarms share; inside the loader. */
#ifndef SG_STATION_CROSS_INT_H
#define SG_STATION_CROSS_INT_H

#include "station/load_int.h"

/* The whole of it for an expression that must be true or false. */
void cross_condition(struct loader *l, const char *text, const struct loc *at,
		     const char *where);

/* What the write group of a tag says of others and of itself; p: NULL when no text of it
 * has a place. */
void cross_write(struct loader *l, const struct tag_def *t, const struct tag_place *p);

#endif
