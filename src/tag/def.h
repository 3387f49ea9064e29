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

struct arena;

enum { TAG_NAME_MAX = 127, DEVICE_NAME_MAX = 31 };

/* Where a thing was written. file is borrowed from the station definition. */
struct loc {
	const char *file;
	int line;
	int column; /* 0 = not known */
};

struct setting {
	const char
		*name; /* "address"; settings of the write group are "write.topic" ... */
	const char *value; /* numbers and bools in their exact text: "1", "0.1", "true" */
	size_t value_len;
	uint8_t word; /* util/words.h: the name's number; 0 = it has none */
};

/* Packed: a tag's settings are one small piece of memory, three bytes and the value
 * each. All zeros is an empty one. */
struct settings {
	char *text;
	uint32_t len, n;
};

/* NULL when absent. */
const char *settings_get(const struct settings *s, const char *name);
/* Walks them: *at is 0 before the first; false behind the last. Borrowed. */
bool settings_next(const struct settings *s, uint32_t *at, struct setting *one);
bool settings_same(const struct settings *a, const struct settings *b);
/* They are built with these, in memory of their own; where len and n are set to 0, that
 * memory is used again. */
void settings_add(struct settings *s, const char *name, const char *value);
void settings_add_bytes(struct settings *s, const char *name, size_t name_len,
			const char *value, size_t value_len);
void settings_release(struct settings *s);
/* A copy in the arena, released with it: nothing is added to it any more. */
struct settings settings_keep(const struct settings *s, struct arena *a);

struct device_def {
	char *name;
	char *driver;    /* "modbus": the program is sightglass-modbus */
	int64_t scan_ms; /* default 1000: also the unit of staleness */
	bool scan_given;
	char *owner;      /* a tag of it that says which station may write; NULL = any */
	int64_t owner_id; /* what it then says of this one */
	char *heartbeat;  /* a tag of it that has to move; NULL = none */
	int64_t heartbeat_ms;     /* at least so often; default 10 s */
	char *restart;            /* a tag of it that only a restart lets fall; or NULL */
	struct settings settings; /* everything but what is named above, as written */
	struct loc loc;
};

/* Who may change a tag and how far (design 7.1). Engineering units throughout. */
struct tag_write {
	bool allowed;
	const char *permissive;  /* expression; NULL = none */
	const char *right;       /* default "operate" */
	double tolerance;        /* read-back matches within this; default deadband */
	double select_tolerance; /* old value may move by this until confirm; default
				    deadband */
	double max_step;         /* 0 = no limit */
	int64_t min_interval_ms; /* between two writes; 0 = no limit */
	int64_t readback_ms; /* how long the device may take to show it; default 3000 */
	int64_t outside_ms;  /* another value that stands so long was changed
				outside; 0 = never told; default 3000 */
	bool blind;          /* may be written while its own value is not good */
	const char *blind_right; /* then by whom; default "engineer" */
	double max_change;       /* within max_change_ms, over all writes; 0 = no limit */
	int64_t max_change_ms;   /* default one minute */
	const char *challenge;   /* "value", "tag", "digits": what is typed to confirm;
				    NULL = nothing */
	const char *words;       /* names of its values, see tag/words.h; NULL = none */
	const char *feedback;    /* of a pulse: the tag that shows its effect; or NULL */
	double feedback_value;   /* what it shows then; default 1, which is true */
	int64_t feedback_ms;     /* within so long; default 5 s */
	bool reason;             /* not without one */
	bool approve;            /* not without a second person */
	bool critical;           /* the record is sealed before each write */
	bool pulse;              /* momentary: sent once, keeps no value of its own */
};

/* What is not given. */
enum {
	WRITE_READBACK_DEFAULT_MS = 3000,
	WRITE_OUTSIDE_DEFAULT_MS = 3000,
	WRITE_CHANGE_DEFAULT_MS = 60000,
	WRITE_FEEDBACK_DEFAULT_MS = 5000
};

/* What most tags have in common with many others: kept once for all that are alike. */
struct tag_numbers {
	bool has_range;
	double lo, hi;
	double deadband;   /* changes smaller than this are not reported; default 0 */
	int64_t stale_ms;  /* 0 = max(3 s, 3 scans) */
	int64_t frozen_ms; /* 0 = off */
};

enum tag_kind {
	TAG_DEVICE,
	TAG_EXPRESSION,
	TAG_SYSTEM,
	TAG_RECORDED /* set by a replay in the place of TAG_DEVICE */
};

/* There may be a million: texts lie in the arena of the station definition, and what is
 * rare or alike stands behind a pointer that is never NULL. */
struct tag_def {
	const char *name;
	const char *area;        /* first part of the name unless given */
	const char *description; /* "" when absent */
	const char *unit;        /* "" when absent */
	const struct tag_numbers *numbers;
	const struct tag_write *write;
	struct settings settings; /* the driver's part; see tag_expression() */
	int line;                 /* see tag_loc() */
	uint16_t file, column;
	int device; /* index into station_def.devices, -1 unless TAG_DEVICE */
	enum tag_kind kind : 8;
	enum value_type type : 8;
	unsigned decimals : 8; /* default 1 for double, 0 otherwise */
};

/* NULL unless TAG_EXPRESSION: it lies where a device's tag has its settings, of which
 * there are none then. */
static inline const char *tag_expression(const struct tag_def *t)
{
	return t->kind == TAG_EXPRESSION ? t->settings.text : NULL;
}
void tag_set_expression(struct tag_def *t, const char *text); /* borrowed */
/* Where it was written. file: intern_number() of at's file. */
struct loc tag_loc(const struct tag_def *t);
void tag_set_loc(struct tag_def *t, const struct loc *at, uint16_t file);

/* Of a tag without numbers of its own; of one that nobody may write. */
extern const struct tag_numbers tag_numbers_none;
extern const struct tag_write tag_write_none;

void device_def_release(struct device_def *d);
/* [a-z0-9_] parts joined by dots, 1..TAG_NAME_MAX bytes, no empty part. */
bool tag_name_valid(const char *name);

#endif
