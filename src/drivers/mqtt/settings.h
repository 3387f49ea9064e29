/*
 * settings.h - what a device and a tag of this driver may be configured with, parsed
 * and judged. The schemas are the tables of --describe. Pure.
 */
#ifndef SG_DRIVERS_MQTT_SETTINGS_H
#define SG_DRIVERS_MQTT_SETTINGS_H

#include <stdbool.h>

#include "driver/child.h"
#include "drivers/mqtt/payload.h"

enum {
	MQTT_HOST_MAX = 253,
	MQTT_CLIENT_ID_MAX = 128,
	MQTT_TOPIC_MAX = 1024,
	MQTT_TOPIC_LEVELS_MAX = 128
};

extern const struct driver_setting mqtt_device_settings[], mqtt_tag_settings[];
extern const char mqtt_address_help[];

struct mqtt_device_settings {
	char host[MQTT_HOST_MAX + 1];
	int port;
	char client_id[MQTT_CLIENT_ID_MAX + 1];
	int keepalive_s;
	const char *username, *password_file; /* borrowed; NULL when absent */
};

struct mqtt_tag_settings { /* texts are borrowed from the tag */
	const char *topic;
	const struct payload_format *format;
	const char *path;
	const char *time_path;   /* NULL: messages have no time */
	const char *write_topic; /* NULL: not writable */
	const struct payload_format *write_format;
	const char *write_path;
	int write_qos;
	bool write_retain;
	bool own; /* hears what we publish, too */
};

/* False with a sentence in why (may be NULL). */
bool mqtt_device_parse(const struct driver_device *d, struct mqtt_device_settings *out,
		       struct strbuf *why);
bool mqtt_tag_parse(const struct driver_tag *t, struct mqtt_tag_settings *out,
		    struct strbuf *why);

#endif
