/* settings.c - endpoint, topics and payloads as an engineer writes them. */
#include "drivers/mqtt/settings.h"

#include <stdio.h>
#include <string.h>

#include "util/num.h"
#include "util/strbuf.h"
#include "util/utf8.h"

enum { PORT_DEFAULT = 1883, KEEPALIVE_DEFAULT_S = 10 };

const struct driver_setting mqtt_device_settings[] = {
	{ "endpoint", "string", true, "mqtt://host or mqtt://host:port (1883)", 0, 0 },
	{ "client_id", "string", false,
	  "our name at the broker; no other client may use it (sightglass-DEVICE)", 0,
	  0 },
	{ "keepalive_s", "int", false,
	  "a silent broker is noticed within one and a half of it (10)", 5, 3600 },
	{ "username", "string", false, "user name for the broker", 0, 0 },
	{ "password_file", "string", false,
	  "absolute path of a file whose first line is the password; mode 0400", 0, 0 },
	{ "scan_ms", "int", false,
	  "not polled: only what staleness is measured by (1000)", 10, 3600000 },
	{ .name = NULL },
};

const struct driver_setting mqtt_tag_settings[] = {
	{ "topic", "string", true, "the topic the device publishes on; no wildcards", 0,
	  0 },
	{ "payload", "string", false, "plain (default) or json:/pointer", 0, 0 },
	{ "time", "string", false,
	  "json:/pointer of the source time: epoch s or ms, or ISO 8601 with zone", 0,
	  0 },
	{ "own", "bool", false,
	  "also what this connection publishes itself: to see it arrive (false)", 0, 0 },
	{ "write.topic", "string", false, "the topic a command is published on", 0, 0 },
	{ "write.payload", "string", false, "format of a command (as payload)", 0, 0 },
	{ "write.qos", "int", false, "0 (default), 1 or 2", 0, 2 },
	{ "write.retain", "bool", false, "let the broker keep the command (false)", 0,
	  0 },
	{ .name = NULL },
};

const char mqtt_address_help[] =
	"topic = \"works/filter/f1/turbidity\"; payload = \"json:/value\";\n"
	"An exact topic, and where in its messages the value stands. Several tags may\n"
	"read from one topic. Commands go to write.topic.\n";

/* --- devices --- */

/* The part behind mqtt:// and before the port; [::1] keeps no brackets. */
static bool split_host(const char *rest, struct mqtt_device_settings *out,
		       const char **port)
{
	size_t n;

	if (rest[0] == '[') {
		n = strcspn(++rest, "]");
		if (rest[n] != ']')
			return false;
		*port = rest + n + 1;
	} else {
		n = strcspn(rest, ":");
		*port = rest + n;
	}
	if (n == 0 || n > MQTT_HOST_MAX)
		return false;
	memcpy(out->host, rest, n);
	out->host[n] = '\0';
	return true;
}

static bool parse_endpoint(const char *endpoint, struct mqtt_device_settings *out,
			   struct strbuf *why)
{
	const char *port = "";
	int64_t number = PORT_DEFAULT;

	if (strchr(endpoint, '@')) { /* first: what has a password is not repeated */
		strbuf_setf(why, "an endpoint carries no user or password: use username "
				 "and password_file");
		return false;
	}
	if (strncmp(endpoint, "mqtts://", 8) == 0) {
		strbuf_setf(why,
			    "endpoint \"%.200s\": TLS is not available yet; use "
			    "mqtt:// to a broker on this machine or a private line",
			    endpoint);
		return false;
	}
	if (strncmp(endpoint, "mqtt://", 7) != 0 || strpbrk(endpoint + 7, "/ \t")) {
		strbuf_setf(why, "endpoint \"%.200s\" is not mqtt://host:port", endpoint);
		return false;
	}
	if (!split_host(endpoint + 7, out, &port) || !utf8_is_clean(out->host)) {
		strbuf_setf(why, "endpoint \"%.200s\" has no valid host", endpoint);
		return false;
	}
	if (port[0] && (port[0] != ':' || !num_parse_int(port + 1, 1, 65535, &number))) {
		strbuf_setf(why, "endpoint \"%.200s\" has no valid port (1 to 65535)",
			    endpoint);
		return false;
	}
	out->port = (int)number;
	return true;
}

static bool parse_client_id(const struct driver_device *d,
			    struct mqtt_device_settings *out, struct strbuf *why)
{
	const char *id = settings_get(&d->settings, "client_id");
	size_t n = id ? strlen(id) : 0;

	if (!id) {
		snprintf(out->client_id, sizeof(out->client_id), "sightglass-%s",
			 d->name);
		return true;
	}
	if (n == 0 || n > MQTT_CLIENT_ID_MAX || !utf8_valid(id, n) ||
	    !utf8_is_clean(id)) {
		strbuf_setf(why, "client_id must be 1 to %d bytes of plain text",
			    MQTT_CLIENT_ID_MAX);
		return false;
	}
	memcpy(out->client_id, id, n + 1);
	return true;
}

static bool parse_login(const struct driver_device *d, struct mqtt_device_settings *out,
			struct strbuf *why)
{
	out->username = settings_get(&d->settings, "username");
	out->password_file = settings_get(&d->settings, "password_file");
	if (out->username && !out->username[0])
		strbuf_setf(why, "username is empty");
	else if (out->password_file && !out->username)
		strbuf_setf(why, "password_file needs a username");
	else if (out->password_file && out->password_file[0] != '/')
		strbuf_setf(why, "password_file \"%.200s\" must be an absolute path",
			    out->password_file);
	else
		return true;
	return false;
}

bool mqtt_device_parse(const struct driver_device *d, struct mqtt_device_settings *out,
		       struct strbuf *why)
{
	const char *endpoint = settings_get(&d->settings, "endpoint");
	const char *keepalive = settings_get(&d->settings, "keepalive_s");
	int64_t seconds = KEEPALIVE_DEFAULT_S;

	*out = (struct mqtt_device_settings){ 0 };
	if (!endpoint) {
		strbuf_setf(why, "endpoint is missing");
		return false;
	}
	if (keepalive && !num_parse_int(keepalive, 5, 3600, &seconds)) {
		strbuf_setf(why, "keepalive_s must be 5 to 3600");
		return false;
	}
	out->keepalive_s = (int)seconds;
	return parse_endpoint(endpoint, out, why) && parse_client_id(d, out, why) &&
	       parse_login(d, out, why);
}

/* --- tags --- */

static bool has_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return true;
	return false;
}

static const char *topic_fault(const char *topic)
{
	static const char *const shared[] = { "$share/", "$queue/", "$exclusive/",
					      "$delayed/" };
	size_t levels = 1, n = strlen(topic);

	if (n == 0)
		return "is empty";
	if (n > MQTT_TOPIC_MAX)
		return "is longer than 1024 bytes";
	if (strpbrk(topic, "+#"))
		return "has a wildcard: a tag reads one exact topic";
	if (!utf8_valid(topic, n) || has_control(topic))
		return "holds control characters or is not UTF-8";
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++)
		if (strncmp(topic, shared[i], strlen(shared[i])) == 0)
			return "is a broker's own syntax, not a topic";
	for (const char *p = topic; *p; p++)
		levels += *p == '/';
	return levels > MQTT_TOPIC_LEVELS_MAX ? "has more than 128 levels" : NULL;
}

static bool check_topic(const char *setting, const char *topic, struct strbuf *why)
{
	const char *fault = topic_fault(topic);

	if (!fault)
		return true;
	strbuf_setf(why, "%s \"", setting);
	if (why)
		utf8_clean(why, topic, 200);
	if (why)
		strbuf_addf(why, "\" %s", fault);
	return false;
}

static bool find_format(const char *setting, const char *spec,
			const struct payload_format **format, const char **path,
			struct strbuf *why)
{
	struct strbuf fault = STRBUF_INIT;
	bool found = payload_find(spec, format, path, &fault);

	if (!found)
		strbuf_setf(why, "%s: %s", setting, fault.buf);
	strbuf_release(&fault);
	return found;
}

static bool parse_time(const char *spec, struct mqtt_tag_settings *out,
		       struct strbuf *why)
{
	const struct payload_format *format;

	if (!spec)
		return true;
	if (!find_format("time", spec, &format, &out->time_path, why))
		return false;
	if (format == out->format && format->read_time)
		return true;
	if (!format->read_time)
		strbuf_setf(why, "time: a %s payload holds no time", format->name);
	else
		strbuf_setf(why,
			    "time is %s but payload is %s: both are read from the "
			    "same message",
			    format->name, out->format->name);
	return false;
}

static const char *get_or(const struct driver_tag *t, const char *name,
			  const char *fallback)
{
	const char *value = settings_get(&t->settings, name);

	return value ? value : fallback;
}

static bool parse_write(const struct driver_tag *t, struct mqtt_tag_settings *out,
			struct strbuf *why)
{
	const char *topic = settings_get(&t->settings, "write.topic");
	int64_t qos = 0;

	if (!topic) {
		if (t->writable)
			strbuf_setf(why, "the tag may be written but has no write.topic");
		return !t->writable;
	}
	if (!check_topic("write.topic", topic, why) ||
	    !find_format("write.payload",
			 get_or(t, "write.payload", get_or(t, "payload", "plain")),
			 &out->write_format, &out->write_path, why))
		return false;
	if (strcmp(topic, out->topic) == 0) {
		strbuf_setf(why, "write.topic is the tag's own topic: our command would "
				 "come back and pass for the device's answer");
		return false;
	}
	if (!num_parse_int(get_or(t, "write.qos", "0"), 0, 2, &qos)) {
		strbuf_setf(why, "write.qos must be 0, 1 or 2");
		return false;
	}
	out->write_topic = topic;
	out->write_qos = (int)qos;
	out->write_retain = strcmp(get_or(t, "write.retain", "false"), "true") == 0;
	return true;
}

bool mqtt_tag_parse(const struct driver_tag *t, struct mqtt_tag_settings *out,
		    struct strbuf *why)
{
	*out = (struct mqtt_tag_settings){ .topic = get_or(t, "topic", "") };
	out->own = strcmp(get_or(t, "own", "false"), "true") == 0;
	return check_topic("topic", out->topic, why) &&
	       find_format("payload", get_or(t, "payload", "plain"), &out->format,
			   &out->path, why) &&
	       parse_time(settings_get(&t->settings, "time"), out, why) &&
	       parse_write(t, out, why);
}
