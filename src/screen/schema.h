/*
 * schema.h - which settings a screen file may hold, for the loader and the manual. The
 * settings of kinds are in kind.c.
 */
#ifndef SG_SCREEN_SCHEMA_H
#define SG_SCREEN_SCHEMA_H

#include "config/schema.h"

extern const struct cfg_row screen_file_rows[], screen_rows[], screen_variant_rows[],
	screen_template_rows[], screen_place_rows[], screen_grow_rows[];

struct screen_schema {
	const char *title;
	const struct cfg_row *rows;
};
extern const struct screen_schema screen_schemas[]; /* ends with a NULL title */

#endif
