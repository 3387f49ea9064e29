/*
 * map.h - the one table between the model and the outside: every tag the plant serves,
 * where its value lives in struct model, how the instrument blurs it, under which
 * register or topic it is found, and what a write may do.
 *
 * docs/internals/demo-plant.md says the same in words, config/tags in the station's
 * language; tests/integration/test_plant_map.c holds them together.
 */
#ifndef SG_PLANTSIM_MAP_H
#define SG_PLANTSIM_MAP_H

#include <stdbool.h>
#include <stddef.h>

enum map_device { MAP_PLC1, MAP_PLC2, MAP_BUS };
enum map_table { MAP_COIL, MAP_DISCRETE, MAP_INPUT, MAP_HOLDING, MAP_TOPIC };

/* What stands in the registers, or in the payload. */
enum map_coding {
	MAP_BIT,
	MAP_REGISTER_BIT, /* bit n of an input register */
	MAP_U16,
	MAP_I16,
	MAP_U32_CDAB,
	MAP_U32,
	MAP_F32,
	MAP_F32_CDAB,
	MAP_F64,
	MAP_JSON,  /* number or bool under key */
	MAP_PLAIN, /* a whole number */
	MAP_MODE   /* AUTO, MANUAL */
};

enum map_field { FIELD_REAL, FIELD_BOOL, FIELD_ENUM };

enum map_access { ACCESS_READ, ACCESS_WRITE };

struct map_row {
	const char *tag; /* as in config/tags */
	enum map_device device;
	enum map_table table;
	int address; /* of the register, coil or input, from 0 */
	enum map_coding coding;
	int bit;           /* of MAP_REGISTER_BIT */
	double scale;      /* value = register * scale; 0 means 1 */
	const char *topic; /* bus: what it is published on .. */
	const char *key;   /* .. and under which JSON key */
	const char *set_topic;
	int period_s; /* of publishing: real seconds, whatever the speed */
	bool with_ts; /* the payload carries the time */

	enum map_field field;
	size_t offset; /* in struct model */
	double noise;  /* deviation of the reading, in its unit .. */
	double blur;   /* .. and as a part of it */

	enum map_access access;
	double lo, hi;  /* the PLC clamps to these (the skid ignores what is beyond) */
	double restart; /* what the register holds after a restart of the PLC */
	/* A write is heeded only while the bool at guard has the value guard_is. */
	bool guarded, guard_is;
	size_t guard;
};

extern const struct map_row map_rows[];
extern const size_t map_count;

const char *map_device_name(enum map_device d);
/* The row of a tag, or -1. */
int map_find(const char *tag);
/* Registers a coding takes: 1, 2 or 4. */
int map_width(enum map_coding c);

#endif
