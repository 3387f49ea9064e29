/*
 * notices.h - messages of the station's own on their way to a broker: no tag stands for
 * them and nobody waits for an answer. They go out while the connection stands; without
 * one they are dropped, for the server tells everything anew when it comes back.
 *
 * Not locked: the device's lock guards it. Bounded in bytes.
 */
#ifndef SG_DRIVERS_MQTT_NOTICES_H
#define SG_DRIVERS_MQTT_NOTICES_H

#include <stdbool.h>
#include <stddef.h>

#include "driver/proto.h"

enum { NOTICES_BYTES_MAX = 16 << 20 };

struct notice {
	struct notice *next;
	bool retain;
	char *topic; /* within bytes, with its NUL */
	size_t len;  /* of payload */
	char *payload;
	char bytes[];
};

struct notices {
	struct notice *first, **last; /* last: NULL while empty */
	size_t bytes;
};

/* Copied. False: there is no room. */
bool notices_add(struct notices *q, const struct driver_publish *m);
/* The oldest, which the caller frees; NULL when there is none. */
struct notice *notices_take(struct notices *q);
void notices_drop(struct notices *q);

#endif
