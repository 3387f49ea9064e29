/*
 * def.h - one configured alarm, as read from the alarms/ files. Immutable.
 */
#ifndef SG_ALARM_DEF_H
#define SG_ALARM_DEF_H

#include <stdbool.h>
#include <stdint.h>

#include "tag/def.h"

enum alarm_priority { ALARM_CRITICAL = 1, ALARM_HIGH, ALARM_MEDIUM, ALARM_LOW };

struct alarm_type;

struct alarm_def {
	char *name;
	const struct alarm_type *type;
	char *tag;        /* NULL for type "expression" */
	char *expression; /* type "expression" only */
	double limit;     /* high, low */
	bool state;       /* type "state": the abnormal state */
	double deadband;
	int64_t on_delay_ms, off_delay_ms;
	enum alarm_priority priority;
	char *area; /* the tag's area unless given */
	char *message;
	char *consequence, *cause, *action, *screen; /* "" when absent */
	int64_t respond_within_s;                    /* 0 = not given */
	bool system; /* made by the server: system.DEVICE.comm */
	struct loc loc;
};

void alarm_def_release(struct alarm_def *d);
/* "critical" ...; shape and digit ■1 ▲2 ▼3 ●4 are the console's business. */
const char *alarm_priority_name(enum alarm_priority p);
bool alarm_priority_parse(const char *name, enum alarm_priority *out);

#endif
