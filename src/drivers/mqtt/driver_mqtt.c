/* driver_mqtt.c - the driver "mqtt": a thread a broker, behind the driver protocol. */
#include "drivers/mqtt/driver_mqtt.h"

#include <stdlib.h>

#include "drivers/mqtt/connection.h"
#include "drivers/mqtt/device.h"
#include "drivers/mqtt/settings.h"
#include "util/xalloc.h"

struct running {
	struct mqtt_device **devices; /* beside config->devices */
	const struct driver_config *config;
};

static bool check_device(const struct driver_device *d, struct strbuf *why)
{
	struct mqtt_device_settings s;

	return mqtt_device_parse(d, &s, why);
}

static bool check_tag(const struct driver_tag *t, const struct driver_device *d,
		      struct strbuf *why)
{
	struct mqtt_tag_settings s;

	(void)d;
	return mqtt_tag_parse(t, &s, why);
}

static void *configure(struct driver_child *child, const struct driver_config *config)
{
	struct running *run = xcalloc(1, sizeof(*run));

	mqtt_library_open();
	run->config = config;
	run->devices = xcalloc(config->n_devices, sizeof(struct mqtt_device *));
	for (size_t i = 0; i < config->n_devices; i++)
		run->devices[i] = mqtt_device_start(child, config, config->devices[i]);
	return run;
}

static struct mqtt_device *device_of(struct running *run, const struct driver_tag *t)
{
	const struct driver_device *def = driver_config_device(run->config, t->device);

	for (size_t i = 0;; i++)
		if (run->config->devices[i] == def)
			return run->devices[i];
}

static void read_tag(void *running, const struct driver_tag *t,
		     const struct driver_read *r)
{
	mqtt_device_read(device_of(running, t), t, r);
}

static void write_tag(void *running, const struct driver_tag *t,
		      const struct driver_write *w)
{
	mqtt_device_write(device_of(running, t), t, w);
}

static void explain_tag(void *running, const struct driver_tag *t,
			const struct driver_explain *e)
{
	mqtt_device_explain(device_of(running, t), t, e);
}

static void stop(void *running)
{
	struct running *run = running;
	size_t n = run->config->n_devices;

	for (size_t i = 0; i < n; i++)
		mqtt_device_ask_stop(run->devices[i]);
	for (size_t i = 0; i < n; i++)
		mqtt_device_stop(run->devices[i]);
	mqtt_library_close();
	free(run->devices);
	free(run);
}

const struct driver_ops driver_mqtt = {
	.name = "mqtt",
	.help = "values and commands as MQTT messages, plain or JSON",
	.address = mqtt_address_help,
	.device_settings = mqtt_device_settings,
	.tag_settings = mqtt_tag_settings,
	.check_device = check_device,
	.check_tag = check_tag,
	.configure = configure,
	.read = read_tag,
	.write = write_tag,
	.explain = explain_tag,
	.stop = stop,
};
