/* load.c - the station loader and the drivers' own judgement, one after the other. */
#include "server/load.h"

#include "driver/check.h"
#include "server/shell.h"

struct station_def *load_checked(const char *path, struct diag_list *diags)
{
	struct station_def *def = station_load(path, diags);

	if (!def)
		return NULL;
	struct driver_check in = {
		.find = program_find,
		.devices = def->devices,
		.n_devices = def->n_devices,
		.tags = def->tags,
		.n_tags = def->n_tags,
		.own_device_settings = station_device_settings,
		.own_tag_settings = station_tag_settings,
	};
	driver_check(&in, diags);
	if (diags->errors == 0)
		return def;
	station_def_free(def);
	return NULL;
}
