/* wishes.c - each device of a configuration, and which of its tags go over which of its
 * connections. */
#include <stdlib.h>

#include "drivers/modbus/reconfigure_int.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

static uint32_t *deal(const struct driver_device *def,
		      const struct mb_device_settings *set)
{
	size_t n;
	const struct driver_tag *const *tags = driver_device_tags(def, &n);
	uint32_t *lane_of;

	if (set->connections == 1)
		return NULL;
	lane_of = xcalloc(n, sizeof(*lane_of));
	mb_deal_tags(tags, n, set, lane_of);
	return lane_of;
}

static void add_wishes(struct mb_wishes *w, const struct driver_device *def,
		       const struct mb_device_settings *set, const uint32_t *lane_of)
{
	for (uint32_t lane = 0; lane < set->connections; lane++) {
		struct mb_wish *one = GROW(&w->v, &w->n);

		one->def = def;
		one->set = set;
		one->lane = lane;
		one->lane_of = lane_of;
	}
}

struct mb_wishes mb_wishes_make(const struct driver_config *config)
{
	size_t n = config->n_devices;
	struct mb_wishes w = { .n_devices = n };
	struct strbuf why = STRBUF_INIT;

	w.sets = xcalloc(n, sizeof(*w.sets));
	w.lanes = xcalloc(n, sizeof(uint32_t *));
	for (size_t i = 0; i < n; i++) {
		const struct driver_device *def = config->devices[i];

		/* passed check_device */
		mb_device_settings_parse(def, &w.sets[i], &why);
		w.lanes[i] = deal(def, &w.sets[i]);
		add_wishes(&w, def, &w.sets[i], w.lanes[i]);
	}
	strbuf_release(&why);
	return w;
}

void mb_wishes_free(struct mb_wishes *w)
{
	for (size_t i = 0; i < w->n_devices; i++)
		free(w->lanes[i]);
	free(w->lanes);
	free(w->sets);
	free(w->v);
}
