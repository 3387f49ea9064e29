/*
 * def.h - what an engineer configured: a device, a tag. Built by station/load.c,
 * immutable afterwards, owned by struct station_def.
 *
 * Settings that only a driver understands (address, topic, endpoint, scan_ms ...)
 * travel as name/value texts: the server does not interpret them, the driver's
 * --describe names them and its --check judges them.
 */
#ifndef SG_TAG_DEF_H
#define SG_TAG_DEF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tag/value.h"

enum { TAG_NAME_MAX = 127, DEVICE_NAME_MAX = 31, TAG_TEXT_MAX = 255 };

/* Where a thing was written. file is borrowed from the station definition. */
struct loc {
	const char *file;
	int line;
	int column; /* 0 = not known */
};

struct setting {
	char *name;  /* "address"; settings of the write group are "write.topic" ... */
	char *value; /* numbers and bools in their exact text: "1", "0.1", "true" */
};

struct settings {
	struct setting *v;
	size_t n;
};

/* NULL when absent. */
const char *settings_get(const struct settings *s, const char *name);
void settings_add(struct settings *s, const char *name, const char *value);
void settings_release(struct settings *s);

struct device_def {
	char *name;
	char *driver;    /* "modbus": the program is sightglass-modbus */
	int64_t scan_ms; /* default 1000: also the unit of staleness */
	bool scan_given;
	char *heartbeat;          /* a tag of it that has to move; NULL = none */
	int64_t heartbeat_ms;     /* at least so often; default 10 s */
	char *restart;            /* a tag of it that only a restart lets fall; or NULL */
	struct settings settings; /* everything but what is named above, as written */
	struct loc loc;
};

/* Who may change a tag and how far (design 7.1). Engineering units throughout. */
struct tag_write {
	bool allowed;
	char *permissive;        /* expression; NULL = none */
	char *right;             /* default "operate" */
	double tolerance;        /* read-back matches within this; default deadband */
	double select_tolerance; /* old value may move by this until confirm; default
				    deadband */
	double max_step;         /* 0 = no limit */
	int64_t min_interval_ms; /* between two writes; 0 = no limit */
	int64_t readback_ms; /* how long the device may take to show it; default 3000 */
	bool blind;          /* may be written while its own value is not good */
};

enum tag_kind { TAG_DEVICE, TAG_EXPRESSION, TAG_SYSTEM };

struct tag_def {
	char *name;
	char *area;        /* first part of the name unless given */
	char *description; /* "" when absent */
	char *unit;        /* "" when absent */
	enum tag_kind kind;
	enum value_type type;
	int device;       /* index into station_def.devices, -1 unless TAG_DEVICE */
	char *expression; /* NULL unless TAG_EXPRESSION */
	bool has_range;
	double lo, hi;
	int decimals;      /* default 1 for double, 0 otherwise */
	double deadband;   /* changes smaller than this are not reported; default 0 */
	int64_t stale_ms;  /* 0 = max(3 s, 3 scans) */
	int64_t frozen_ms; /* 0 = off */
	struct tag_write write;
	struct settings settings; /* the driver's part */
	struct loc loc;
};

void device_def_release(struct device_def *d);
void tag_def_release(struct tag_def *t);
/* [a-z0-9_] parts joined by dots, 1..TAG_NAME_MAX bytes, no empty part. */
bool tag_name_valid(const char *name);

#endif
