/* driver_mqtt.c - the driver "mqtt": a thread a broker, behind the driver protocol. */
#include "drivers/mqtt/driver_mqtt.h"

#include <stdlib.h>

#include "drivers/mqtt/connection.h"
#include "drivers/mqtt/device.h"
#include "drivers/mqtt/settings.h"
#include "util/secret.h"
#include "util/xalloc.h"

struct place {
	const struct driver_device *def;
	struct mqtt_device *device;
};

struct running {
	struct driver_child *child;
	struct place *places; /* by device id */
	size_t n;
};

static bool check_device(const struct driver_device *d, struct strbuf *why)
{
	struct mqtt_device_settings s;

	return mqtt_device_parse(d, &s, why) &&
	       (!s.password_file ||
		!secret_is_open(s.password_file, "password_file", why));
}

static bool check_tag(const struct driver_tag *t, const struct driver_device *d,
		      struct strbuf *why)
{
	struct mqtt_tag_settings s;

	(void)d;
	return mqtt_tag_parse(t, &s, why);
}

/* --- configurations -------------------------------------------------------------- */

static int place_by_id(const void *key, const void *at)
{
	uint32_t id = *(const uint32_t *)key;
	const struct place *p = at;

	return id < p->def->id ? -1 : id > p->def->id;
}

static struct place *find_place(const struct running *run, uint32_t id)
{
	return run->n ? bsearch(&id, run->places, run->n, sizeof(*run->places),
				place_by_id)
		      : NULL;
}

/* The same handle: its settings, and so its broker and its name there, are the same. */
static bool goes_on(const struct place *p, const struct driver_config *config)
{
	return config && driver_config_device(config, p->def->id) == p->def;
}

/* A client id must be free before its next owner comes. All are told before one is waited
 * for. */
static void stop_the_others(struct running *run, const struct driver_config *config)
{
	size_t kept = 0;

	for (size_t i = 0; i < run->n; i++)
		if (!goes_on(&run->places[i], config))
			mqtt_device_ask_stop(run->places[i].device);
	for (size_t i = 0; i < run->n; i++) {
		if (goes_on(&run->places[i], config))
			run->places[kept++] = run->places[i];
		else
			mqtt_device_stop(run->places[i].device);
	}
	run->n = kept;
}

static struct mqtt_device *go_on(const struct place *p, uint32_t generation)
{
	if (driver_device_change(p->def) == DRIVER_KEPT)
		mqtt_device_go_on(p->device, generation);
	else
		mqtt_device_update(p->device, generation);
	return p->device;
}

static void reconfigure(void *running, const struct driver_config *config)
{
	struct running *run = running;
	struct place *places = xcalloc(config->n_devices, sizeof(*places));

	stop_the_others(run, config);
	for (size_t i = 0; i < config->n_devices; i++) {
		const struct driver_device *def = config->devices[i];
		const struct place *p = find_place(run, def->id);

		places[i].def = def;
		places[i].device = p ? go_on(p, config->generation)
				     : mqtt_device_start(run->child, def);
	}
	free(run->places);
	run->places = places;
	run->n = config->n_devices;
}

static void *configure(struct driver_child *child, const struct driver_config *config)
{
	struct running *run = xcalloc(1, sizeof(*run));

	mqtt_library_open();
	run->child = child;
	reconfigure(run, config);
	return run;
}

static void stop(void *running)
{
	struct running *run = running;

	stop_the_others(run, NULL);
	mqtt_library_close();
	free(run->places);
	free(run);
}

/* --- requests -------------------------------------------------------------------- */

static struct mqtt_device *device_of(struct running *run, const struct driver_tag *t)
{
	return find_place(run, t->device)->device; /* only such tags are run */
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

static void publish(void *running, const struct driver_device *d,
		    const struct driver_publish *m)
{
	const struct place *p = find_place(running, d->id);

	if (p)
		mqtt_device_publish(p->device, m);
}

static void explain_tag(void *running, const struct driver_tag *t,
			const struct driver_explain *e)
{
	mqtt_device_explain(device_of(running, t), t, e);
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
	.reconfigure = reconfigure,
	.read = read_tag,
	.write = write_tag,
	.explain = explain_tag,
	.publish = publish,
	.stop = stop,
};
