/* cross_int.h - checks of expressions that tags and alarms share; inside the loader. */
#ifndef SG_STATION_CROSS_INT_H
#define SG_STATION_CROSS_INT_H

#include "station/load_int.h"

/* where names the place in sentences: "permissive of \"x\"". All report what is wrong. */
struct expr *cross_compile(struct loader *l, const char *text, const struct loc *at,
			   const char *where);
/* Binds operands to tag indexes; false when one is unknown. */
bool cross_bind(struct loader *l, struct expr *e, const struct loc *at,
		const char *where);
bool cross_infer(struct loader *l, const struct expr *e, const struct loc *at,
		 const char *where, enum value_type *type);
/* The whole of it for an expression that must be true or false. */
void cross_condition(struct loader *l, const char *text, const struct loc *at,
		     const char *where);

/* What the write group of a tag says of others and of itself; p: NULL when no text of it
 * has a place. */
void cross_write(struct loader *l, const struct tag_def *t, const struct tag_place *p);

#endif
