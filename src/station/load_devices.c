/* load_devices.c - devices: name, driver, and what only the driver understands. */
#include "station/load_int.h"

#include <string.h>

#include "util/secret.h"
#include "util/xalloc.h"

enum {
	HEARTBEAT_DEFAULT_MS = 10000,
	HEARTBEAT_MIN_S = 1,
	HEARTBEAT_MAX_S = 86400,
	OWNER_ID_MAX = INT32_MAX
};
enum { SCAN_DEFAULT_MS = 1000, SCAN_MIN_MS = 0, SCAN_MAX_MS = 3600000 };

const struct cfg_row station_device_rows[] = {
	{ .name = "name",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "short name, used by tags" },
	{ .name = "driver",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "which driver talks to it: modbus, mqtt" },
	{ .name = "scan_ms",
	  .kind = CFG_K_INT,
	  .lo = SCAN_MIN_MS,
	  .hi = SCAN_MAX_MS,
	  .help = "period of reading; the unit of staleness" },
	{ .name = "heartbeat",
	  .kind = CFG_K_TEXT,
	  .help = "tag of the device that its program moves while it runs" },
	{ .name = "heartbeat_s",
	  .kind = CFG_K_NUMBER,
	  .lo = HEARTBEAT_MIN_S,
	  .hi = HEARTBEAT_MAX_S,
	  .help = "the longest it may stand still" },
	{ .name = "restart",
	  .kind = CFG_K_TEXT,
	  .help = "tag of the device that only falls when it restarts: its uptime" },
	{ .name = "owner",
	  .kind = CFG_K_TEXT,
	  .help = "tag of the device that says which station may write to it" },
	{ .name = "owner_id",
	  .kind = CFG_K_INT,
	  .lo = 1,
	  .hi = OWNER_ID_MAX,
	  .help = "what it says when that is this station" },
	{ 0 },
};

static const struct cfg_row file_rows[] = {
	{ .name = "devices",
	  .kind = CFG_K_GROUPS,
	  .flags = CFG_REQUIRED,
	  .help = "the devices" },
	{ 0 },
};

const char *const station_device_settings[] = { "name",      "driver",      "scan_ms",
						"heartbeat", "heartbeat_s", "restart",
						"owner",     "owner_id",    NULL };

#define NAME_BYTES "abcdefghijklmnopqrstuvwxyz0123456789_"

static bool name_usable(struct loader *l, const struct cfg_node *node, const char *name)
{
	int64_t other = station_def_device(l->d, name);
	size_t n = strlen(name);

	if (n > DEVICE_NAME_MAX || strspn(name, NAME_BYTES) != n) {
		cfg_error(
			node, l->diags, "bad-name",
			"device \"%s\" is no valid name: use a-z, 0-9 and _, at most %d "
			"characters",
			name, DEVICE_NAME_MAX);
		return false;
	}
	if (other >= 0) {
		const struct loc *first = &l->d->devices[other].loc;
		cfg_error(
			node, l->diags, "duplicate-device",
			"device \"%s\" is defined twice; the first stands in %s line %d",
			name, first->file, first->line);
		return false;
	}
	if (l->d->n_devices >= STATION_DEVICES_MAX) {
		cfg_error(node, l->diags, "too-many", "more than %d devices",
			  STATION_DEVICES_MAX);
		return false;
	}
	return true;
}

static bool driver_usable(struct loader *l, const struct cfg_node *node,
			  const char *driver)
{
	size_t n = strlen(driver);

	if (n <= DEVICE_NAME_MAX && strspn(driver, NAME_BYTES "-") == n)
		return true;
	cfg_error(node, l->diags, "bad-name",
		  "driver \"%s\" is no valid name: use a-z, 0-9, - and _", driver);
	return false;
}

/* What is left to the driver; what was reported already is not handed on. */
static bool is_drivers(const struct cfg_node *one, const struct device_def *d)
{
	static const char *const ours[] = { "name",        "driver",  "heartbeat",
					    "heartbeat_s", "restart", "owner",
					    "owner_id",    NULL };
	const char *name = cfg_name(one);

	if (strcmp(name, "scan_ms") == 0 && !d->scan_given)
		return false;
	for (size_t i = 0; ours[i]; i++)
		if (strcmp(name, ours[i]) == 0)
			return false;
	return !cfg_misread(one);
}

/* A station's files are read by many, and go into version control. */
static bool is_secret(struct loader *l, const struct cfg_node *one, const char *text,
		      const struct device_def *d)
{
	if (secret_name(cfg_name(one)))
		load_secret_error(l, one, "device", d->name);
	else if (secret_in_address(text))
		cfg_error(
			one, l->diags, "secret-in-file",
			"%s of device \"%s\" has a password in it, and this file is read "
			"by many: put the password alone into a file of mode 0400 and "
			"name that (password_file)",
			cfg_name(one), d->name);
	else
		return false;
	return true;
}

static void take_settings(struct loader *l, const struct cfg_node *node,
			  struct device_def *d)
{
	for (size_t i = 0; i < cfg_count(node); i++) {
		const struct cfg_node *one = cfg_at(node, i);
		struct strbuf text = STRBUF_INIT;

		if (!is_drivers(one, d))
			continue;
		if (!cfg_scalar_text(one, &text))
			cfg_error(one, l->diags, "wrong-kind",
				  "%s of device \"%s\" must be a text, a number or "
				  "true/false, not %s",
				  cfg_name(one), d->name, cfg_type_text(cfg_type(one)));
		else if (!is_secret(l, one, text.buf, d))
			settings_add(&d->settings, cfg_name(one), text.buf);
		strbuf_release(&text);
	}
}

/* Of the setting, or of the device when it has none. */
static struct loc loc_of(const struct cfg_node *node, const char *setting)
{
	const struct cfg_node *one = cfg_get(node, setting);

	return load_loc(one ? one : node);
}

static void take_vitals(struct loader *l, const struct cfg_node *node,
			struct device_def *d)
{
	struct device_place *p = GROW(&l->device_places, &l->n_device_places);

	d->heartbeat = load_text(node, "heartbeat", NULL);
	d->heartbeat_ms = load_ms(node, "heartbeat_s", HEARTBEAT_DEFAULT_MS);
	if (d->heartbeat_ms < 1000 * HEARTBEAT_MIN_S ||
	    d->heartbeat_ms > INT64_C(1000) * HEARTBEAT_MAX_S)
		d->heartbeat_ms = HEARTBEAT_DEFAULT_MS; /* cfg_check() has said so */
	d->restart = load_text(node, "restart", NULL);
	d->owner = load_text(node, "owner", NULL);
	p->owner_id_given = cfg_as_int(cfg_get(node, "owner_id"), &d->owner_id);
	p->owner = loc_of(node, "owner");
	p->heartbeat = loc_of(node, "heartbeat");
	p->limit = loc_of(node, "heartbeat_s");
	p->restart = loc_of(node, "restart");
	p->limit_given = cfg_get(node, "heartbeat_s") != NULL;
}

static void load_device(struct loader *l, const struct cfg_node *node)
{
	const char *name = cfg_as_text(cfg_get(node, "name"));
	struct strbuf what = STRBUF_INIT;
	int64_t scan;

	strbuf_addf(&what, name ? "device \"%s\"" : "this device", name);
	cfg_check(node, what.buf, station_device_rows, true, l->diags);
	strbuf_release(&what);
	const char *driver = cfg_as_text(cfg_get(node, "driver"));
	if (!name || !*name || !name_usable(l, node, name)) {
		l->devices_incomplete |= !name;
		return;
	}
	struct device_def *d = GROW(&l->d->devices, &l->d->n_devices);
	d->name = xstrdup(name);
	d->driver = xstrdup(driver && driver_usable(l, node, driver) ? driver : "");
	d->scan_given = cfg_as_int(cfg_get(node, "scan_ms"), &scan) &&
			scan >= SCAN_MIN_MS && scan <= SCAN_MAX_MS;
	d->scan_ms = d->scan_given ? scan : SCAN_DEFAULT_MS;
	d->loc = load_loc(node);
	take_vitals(l, node, d);
	take_settings(l, node, d);
}

void load_devices(struct loader *l, const struct cfg_set *files)
{
	for (size_t f = 0; f < files->n; f++) {
		const struct cfg_node *root = cfg_root(files->v[f]);
		cfg_check(root, "the devices file", file_rows, false, l->diags);
		const struct cfg_node *list = cfg_get(root, "devices");
		for (size_t i = 0; i < cfg_count(list); i++)
			if (cfg_type(cfg_at(list, i)) == CFG_GROUP)
				load_device(l, cfg_at(list, i));
	}
}
