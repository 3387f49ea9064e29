/*
 * mqtt_client.h - an MQTT client of the test's own: the device that publishes, and the
 * independent subscriber that counts what really went over the wire.
 *
 * Runs on libmosquitto's thread; the functions may be called from the test's thread and
 * wait with a deadline.
 */
#ifndef SG_TESTS_MQTT_CLIENT_H
#define SG_TESTS_MQTT_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mqtt_client;

/* Connects (MQTT 5, clean) and waits for it. Owned. */
struct mqtt_client *mqtt_client_new(int port, const char *id);
void mqtt_client_free(struct mqtt_client *c);
/* Publishes and waits until the broker has taken it. */
void mqtt_client_publish(struct mqtt_client *c, const char *topic, const void *payload,
			 size_t n, int qos, bool retain);
void mqtt_client_say(struct mqtt_client *c, const char *topic, const char *payload);
void mqtt_client_keep(struct mqtt_client *c, const char *topic, const char *payload);
/* Counts messages of a filter from now on. */
void mqtt_client_subscribe(struct mqtt_client *c, const char *filter);
uint64_t mqtt_client_count(struct mqtt_client *c);
/* Waits until at least n messages came; copies the last payload (may be NULL). */
void mqtt_client_wait(struct mqtt_client *c, uint64_t n, char *last, size_t size);
/* How often its connection ended without its wish. */
uint64_t mqtt_client_kicked(struct mqtt_client *c);

#endif
