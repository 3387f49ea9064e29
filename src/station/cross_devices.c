/* cross_devices.c - the tags by which a device tells that its program runs, and who may
 * write to it: they must be its own, and able to tell it. */
#include "station/load_int.h"

enum { SCANS_A_BEAT = 2 }; /* fewer cannot show a movement */

/* The tag; NULL when what is wrong has been said. */
static const struct tag_def *own_tag(struct loader *l, const struct device_def *d,
				     const char *setting, const char *name,
				     const struct loc *at)
{
	int64_t i = station_def_tag(l->d, name);
	const struct tag_def *t = i < 0 ? NULL : &l->d->tags[i];
	struct strbuf where = STRBUF_INIT;

	if (!t) {
		strbuf_addf(&where, "%s of device \"%s\"", setting, d->name);
		load_unknown_tag(l, at, where.buf, name);
		strbuf_release(&where);
		return NULL;
	}
	if (t->kind == TAG_DEVICE && t->device >= 0 && &l->d->devices[t->device] == d)
		return t;
	load_error(l, at, "foreign-tag",
		   "%s of device \"%s\" is \"%s\", which is no tag of this device: only "
		   "what is read from it can tell how it is",
		   setting, d->name, name);
	return NULL;
}

static void check_heartbeat(struct loader *l, const struct device_def *d,
			    const struct device_place *p)
{
	const struct tag_def *t = own_tag(l, d, "heartbeat", d->heartbeat, &p->heartbeat);

	if (!t)
		return;
	if (t->type == VALUE_STRING)
		load_error(l, &p->heartbeat, "heartbeat",
			   "heartbeat of device \"%s\" is \"%s\", a text; it must be a "
			   "number or true/false",
			   d->name, t->name);
	if (t->numbers->deadband > 0)
		load_error(l, &p->heartbeat, "heartbeat",
			   "tag \"%s\" is the heartbeat of \"%s\": its deadband of %g "
			   "would hide that it moves; leave it out",
			   t->name, d->name, t->numbers->deadband);
	int64_t period_ms = station_def_period_ms(l->d, t);
	if (d->heartbeat_ms < SCANS_A_BEAT * period_ms)
		load_error(l, p->limit_given ? &p->limit : &p->heartbeat, "heartbeat",
			   "tag \"%s\" is read every %g s, so the heartbeat of \"%s\" "
			   "cannot be missed within %g s: make heartbeat_s at least %g",
			   t->name, (double)period_ms / 1000, d->name,
			   (double)d->heartbeat_ms / 1000,
			   (double)(SCANS_A_BEAT * period_ms) / 1000);
}

static void check_restart(struct loader *l, const struct device_def *d,
			  const struct device_place *p)
{
	const struct tag_def *t = own_tag(l, d, "restart", d->restart, &p->restart);

	if (t && (t->type == VALUE_STRING || t->type == VALUE_BOOL))
		load_error(
			l, &p->restart, "restart",
			"restart of device \"%s\" is \"%s\", a %s; it must be a number "
			"that only falls when the device restarts",
			d->name, t->name,
			t->type == VALUE_STRING ? "text" : "true/false tag");
}

/* Two servers on two machines fence each other by it (WR-16). */
static void check_owner(struct loader *l, const struct device_def *d,
			const struct device_place *p)
{
	const struct tag_def *t = own_tag(l, d, "owner", d->owner, &p->owner);

	if (t && t->type != VALUE_INT)
		load_error(l, &p->owner, "owner",
			   "owner of device \"%s\" is \"%s\", which is no whole number",
			   d->name, t->name);
	if (!p->owner_id_given)
		load_error(
			l, &p->owner, "owner",
			"device \"%s\" has an owner, but no owner_id says which one this "
			"station is",
			d->name);
}

void cross_devices(struct loader *l)
{
	for (size_t i = 0; i < l->d->n_devices; i++) {
		const struct device_def *d = &l->d->devices[i];
		const struct device_place *p = &l->device_places[i];

		if (d->heartbeat)
			check_heartbeat(l, d, p);
		else if (p->limit_given)
			load_warn(l, &p->limit, "heartbeat",
				  "heartbeat_s of device \"%s\" means nothing without a "
				  "heartbeat",
				  d->name);
		if (d->restart)
			check_restart(l, d, p);
		if (d->owner)
			check_owner(l, d, p);
		else if (p->owner_id_given)
			load_warn(l, &p->owner, "owner",
				  "owner_id of device \"%s\" means nothing without an "
				  "owner",
				  d->name);
	}
}
