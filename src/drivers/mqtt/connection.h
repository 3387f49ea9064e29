/*
 * connection.h - one connection to a broker, from connect to end: the only home of
 * mosquitto.h.
 *
 * A connection is made once and never reconnects: libmosquitto queues QoS 1 and 2
 * publishes while it is disconnected and sends them at the next connect, so every end
 * destroys the handle with all it holds (WR-18). Its sockets linger 0 s: what is not
 * yet delivered when we close is dropped by the kernel too.
 *
 * One thread owns a connection and calls everything here; the handlers run inside
 * mqtt_connection_step(). poll() is used, so descriptors beyond 1023 are no trouble.
 * mqtt_library_open/close: main thread, before and after all threads.
 */
#ifndef SG_DRIVERS_MQTT_CONNECTION_H
#define SG_DRIVERS_MQTT_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "drivers/mqtt/topics.h"
#include "util/clock.h"

struct mqtt_connection;
struct strbuf;

enum { MQTT_CONNECT_LIMIT_MS = 5000, MQTT_SUBSCRIBE_LIMIT_MS = 10000 };

struct mqtt_options {        /* borrowed for the call */
	const char *address; /* numeric */
	int port;
	const char *client_id;
	int keepalive_s;
	const char *username, *password; /* NULL when absent */
	bool version5;                   /* else 3.1.1 */
};

/* How a connection ended. */
enum mqtt_end {
	MQTT_END_NONE,
	MQTT_END_LOST,      /* silent, or the network failed */
	MQTT_END_CLOSED,    /* the broker accepted us and closed without a word */
	MQTT_END_REFUSED,   /* the broker said no to the connection */
	MQTT_END_VERSION,   /* it does not speak this version, or ended without a word */
	MQTT_END_TAKEN_OVER /* another client connected with our client id */
};

struct mqtt_handlers {
	void (*accepted)(void *arg); /* CONNACK: subscribe now */
	/* The answer for one topic; ok false with the broker's reason. */
	void (*subscribed)(void *arg, size_t topic, bool ok, const char *reason);
	void (*message)(void *arg, const struct mqtt_message *m);
	/* QoS 0: handed to the kernel. QoS 1, 2: reason NULL = the broker took it. */
	void (*published)(void *arg, int id, const char *refusal);
};

void mqtt_library_open(void);
void mqtt_library_close(void);

/* Begins to connect, without blocking. NULL with a sentence. Owned. */
struct mqtt_connection *mqtt_connection_open(const struct mqtt_options *o,
					     const struct mqtt_handlers *handlers,
					     void *arg, struct now now,
					     struct strbuf *why);
/* polite: tell the broker. NULL is allowed. */
void mqtt_connection_close(struct mqtt_connection *c, bool polite);

int mqtt_connection_fd(const struct mqtt_connection *c);
short mqtt_connection_events(const struct mqtt_connection *c); /* for poll() */
/* After poll(); revents may be 0. MQTT_END_NONE while it lives, else with a sentence. */
enum mqtt_end mqtt_connection_step(struct mqtt_connection *c, short revents,
				   struct now now, struct strbuf *why);

/* All topics that mqtt_topics_wants(), in as few packets as fit. While not all are
 * answered no other topics may take their place. False when the connection is failing. */
bool mqtt_connection_subscribe(struct mqtt_connection *c, const struct mqtt_topics *ts);
/* Those of was that is has no more. Nothing waits for the broker's answer. */
bool mqtt_connection_unsubscribe(struct mqtt_connection *c, const struct mqtt_topics *was,
				 const struct mqtt_topics *is);
/* No subscription is under way. */
bool mqtt_connection_settled(const struct mqtt_connection *c);
/* The broker took us, and has answered all. */
bool mqtt_connection_all_subscribed(const struct mqtt_connection *c);

enum mqtt_sent {
	MQTT_NOT_SENT, /* provably no byte */
	MQTT_SENT,     /* handed over; published() follows with *id */
	MQTT_MAYBE     /* it failed in the middle: close the connection */
};
/* Why nothing may be published now, or NULL: bytes still wait, or the broker has not
 * been heard for longer than its keep-alive. */
const char *mqtt_connection_doubt(const struct mqtt_connection *c, struct now now);
/* expiry_s: a broker that speaks MQTT 5 forgets the command after that; 0 = never. */
enum mqtt_sent mqtt_connection_publish(struct mqtt_connection *c, const char *topic,
				       const struct strbuf *payload, int qos, bool retain,
				       unsigned expiry_s, int *id, struct strbuf *why);

#endif
