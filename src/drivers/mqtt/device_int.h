/*
 * device_int.h - what the files of device.h share: the thread (device.c), the way to the
 * broker and back (phases.c), commands (publish.c). Everything here runs on the device's
 * own thread with its lock held, but for what the comments say.
 */
#ifndef SG_DRIVERS_MQTT_DEVICE_INT_H
#define SG_DRIVERS_MQTT_DEVICE_INT_H

#include <pthread.h>

#include "driver/backoff.h"
#include "driver/stats.h"
#include "drivers/mqtt/connection.h"
#include "drivers/mqtt/device.h"
#include "drivers/mqtt/notices.h"
#include "drivers/mqtt/reach.h"
#include "drivers/mqtt/requests.h"
#include "drivers/mqtt/settings.h"
#include "drivers/mqtt/topics.h"

enum { MQTT_TAKEN_FIRST_MS = 10000 /* after somebody took our client id */ };

enum phase { PHASE_WAITING, PHASE_REACHING, PHASE_CONNECTING, PHASE_UP };

struct mqtt_device {
	struct driver_child *child;
	const struct driver_device *def;
	struct mqtt_device_settings s;
	pthread_t thread;
	int wake; /* eventfd */

	pthread_mutex_t lock; /* topics, requests, notices, stopping, told */
	struct mqtt_topics *topics;
	struct mqtt_topics *next_topics; /* after a reload, not taken over yet */
	uint32_t told;                   /* generation it was last told of */
	struct requests requests;
	struct notices notices;
	bool notices_lost; /* said once for each connection */
	bool stopping;

	/* the thread's own */
	struct driver_channel *channel;
	enum phase phase;
	struct mono until; /* WAITING: when to try again */
	struct mono since; /* UP: since when */
	struct backoff backoff;
	int64_t taken_ms; /* next wait after a take-over */
	int closings;     /* in a row: the broker took us, then closed without a word */
	bool version5;    /* what to try next */
	bool marked_bad;  /* all tags are bad(comm) already */
	bool settling;    /* UP: the topics of a reload are being subscribed */
	struct mqtt_reach *reach;
	struct mqtt_connection *connection;
	struct now now;
	struct device_stats stats;  /* what is not counted by topics */
	struct round_trips answers; /* of the broker to published commands */
	struct mono published_at, stats_due;
};

extern const char mqtt_no_connection[]; /* a sentence */

/* --- phases.c --- */

/* One step of the way: what the socket has, what time it is. */
void mqtt_phase_step(struct mqtt_device *d, short revents);
/* No connection any more, or still none. */
void mqtt_phase_failed(struct mqtt_device *d, enum mqtt_end end, const char *why);
/* The topics of a reload in the place of those of before, subscribing the differences, as
 * soon as no subscription is under way. */
void mqtt_phase_adopt(struct mqtt_device *d);

/* --- publish.c --- */

/* Here, on the thread that owns the connection, and nowhere else is decided whether a
 * command may leave. */
void mqtt_publish_step(struct mqtt_device *d);
/* What the station says by itself, behind what people want. */
void mqtt_publish_notices(struct mqtt_device *d);

#endif
