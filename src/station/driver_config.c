/* driver_config.c - telling a driver its devices and tags: a new generation each time. */
#include "station/station_int.h"

#include <stdlib.h>

enum { CONFIG_BYTES_MAX = 256 << 20 };

/* The definition lends its texts: nothing is copied but the record. */
static void put_device(struct strbuf *w, uint32_t id, const struct device_live *d)
{
	struct driver_device m = { .id = id,
				   .name = d->name,
				   .settings = d->def->settings };

	driver_put_config_device(w, &m);
}

static void put_tag(struct strbuf *w, uint32_t tag, const struct tag_live *t)
{
	const struct tag_def *d = t->def;
	const struct driver_numbers numbers = { d->numbers->deadband, d->numbers->lo,
						d->numbers->hi };
	struct driver_tag m = {
		.id = tag,
		.device = t->device,
		.type = d->type,
		.writable = d->write->allowed,
		.has_range = d->numbers->has_range,
		.numbers = &numbers,
		.settings = d->settings,
	};

	driver_put_config_tag(w, &m, d->name);
}

/* From this generation on what is said of them is said of what they are now. */
static void note_told(struct station *s, struct device_live *d, uint32_t generation)
{
	if (d->untold)
		d->since = generation;
	d->untold = false;
	for (size_t k = 0; k < d->n_tags; k++) {
		struct tag_live *t = &s->tags[d->tags[k]];

		if (t->untold)
			t->since = generation;
		t->untold = false;
	}
}

static void put_items(struct station *s, uint32_t driver, struct strbuf *w)
{
	for (uint32_t i = 0; i < s->n_devices; i++)
		if (s->devices[i].def && s->devices[i].driver == driver)
			put_device(w, i, &s->devices[i]);
	for (uint32_t i = 0; i < s->n_devices; i++) {
		struct device_live *d = &s->devices[i];

		if (!d->def || d->driver != driver)
			continue;
		note_told(s, d, s->drivers[driver].generation);
		for (size_t k = 0; k < d->n_tags; k++)
			put_tag(w, d->tags[k], &s->tags[d->tags[k]]);
	}
}

static void forget_refusals(struct station *s, uint32_t driver)
{
	for (size_t i = 0; i < s->n_devices; i++) {
		struct device_live *d = &s->devices[i];

		if (d->driver != driver)
			continue;
		free(d->refusal);
		d->refusal = NULL;
		for (size_t k = 0; k < d->n_tags; k++)
			tag_refuse(&s->tags[d->tags[k]], NULL);
	}
}

/* Ten megabytes are not copied: what the action had is freed instead. */
static void hand_over(struct station *s, uint32_t driver, struct strbuf *w)
{
	struct action *a = station_emit(s, ACT_DRIVER_SEND);
	struct strbuf own = a->bytes;

	a->driver = driver;
	a->instance = s->drivers[driver].instance;
	a->bytes = *w;
	strbuf_release(&own);
}

void drivers_configure(struct station *s, uint32_t driver)
{
	struct driver_live *d = &s->drivers[driver];
	struct strbuf w;

	strbuf_init(&w, CONFIG_BYTES_MAX);
	d->reconfigure = false;
	d->generation++;
	drivers_allow(s, d, DRIVER_CONFIG_LIMIT_MS);
	d->updating = d->can_update && d->phase == DRIVER_READY;
	if (!d->updating) { /* it begins anew */
		forget_refusals(s, driver);
		d->phase = DRIVER_CONFIGURING;
		d->consumed = 0;
	}
	driver_put_config_begin(&w, d->generation);
	put_items(s, driver, &w);
	driver_put_config_end(&w, d->generation);
	if (w.truncated)
		station_log(s, LOG_L_ERROR,
			    "driver %s: its configuration is larger than "
			    "%d bytes",
			    d->name, CONFIG_BYTES_MAX);
	hand_over(s, driver, &w);
}
