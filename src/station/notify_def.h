/*
 * notify_def.h - who outside is told of alarms, as the files of alarms say. Immutable.
 */
#ifndef SG_STATION_NOTIFY_DEF_H
#define SG_STATION_NOTIFY_DEF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alarm/def.h"

enum notify_kind {
	NOTIFY_COMMAND, /* a program is run with the alarm as JSON on its standard input
			 */
	NOTIFY_SYSLOG,  /* RFC 5424 to a socket or to UDP */
	NOTIFY_MQTT     /* a retained message an alarm: its state */
};

struct notify_def {
	char *name;
	enum notify_kind kind;
	char **command; /* program and arguments, NULL-terminated; NULL otherwise */
	char *syslog;   /* "/dev/log" or "udp://HOST:PORT" */
	int facility;   /* RFC 5424: 0..23 */
	char *device;   /* MQTT */
	char *topic;    /* with {alarm}, {area}, {station} */
	enum alarm_priority priority; /* this urgent, or more */
	char **areas, **classes;
	size_t n_areas, n_classes; /* 0 = all */
	uint64_t events;   /* bit (1 << enum alarm_event); 0 = what the kind tells */
	int64_t after_ms;  /* only if it is still unacknowledged then; 0 = at once */
	int64_t repeat_ms; /* and again so often; 0 = once */
	bool horn;         /* a sounder of the control room, which people silence */
	struct loc loc;
};

void notify_def_release(struct notify_def *d);

#endif
