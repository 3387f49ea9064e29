/* load_system.c - the server's own tags and alarms take their place among the others. */
#include "station/load_alarms_int.h"

#include <stdio.h>
#include <string.h>

#include "alarm/type.h"
#include "station/load_audit.h"
#include "station/system_tags.h"

static void add_tag(struct loader *l, const char *name, enum value_type type,
		    const char *unit, const char *description, const struct loc *at)
{
	struct tag_def *t;

	if (station_def_tag(l->d, name) >= 0) {
		load_error(l, at, "reserved-name",
			   "the server has a tag \"%s\" of its own; give the device "
			   "another name",
			   name);
		return;
	}
	t = load_new_tag(l, name, names_hash(name));
	t->kind = TAG_SYSTEM;
	t->type = type;
	t->area = station_def_text(l->d, "system");
	t->unit = station_def_text(l->d, unit);
	t->description = station_def_text(l->d, description);
	t->decimals = type == VALUE_DOUBLE ? 2 : 0;
	tag_set_loc(t, at, load_file_number(l, at->file));
}

static void add_device_tag(struct loader *l, const struct device_def *d, const char *name,
			   enum value_type type, const char *unit,
			   const char *description)
{
	char full[TAG_NAME_MAX + 1];

	snprintf(full, sizeof(full), "system.%s.%s", d->name, name);
	add_tag(l, full, type, unit, description, &d->loc);
}

/* One alarm for the whole device; texts with %s are of its name. */
struct device_alarm {
	const char *name, *tag; /* the last parts of system.D.x */
	const char *message, *consequence;
	const char *cause, *action;
};

static const struct device_alarm comm_alarm = {
	"comm",
	"connected",
	"does not answer",
	"Values of %s are not known; nothing can be written",
	"Device without power or restarting, cable, switch or broker down, wrong "
	"endpoint",
	"Check power and network of the device; watch the plant by other means",
};

static const struct device_alarm heartbeat_alarm = {
	"heartbeat",
	"heartbeat",
	"answers, but its program stands still",
	"Values of %s are what its program left behind; it controls nothing",
	"Program stopped, device in its stop or service mode, or a fault of its "
	"processor",
	"Look at the device; bring what it controls into a safe state by other means",
};

/* The server's own, of no device. */
static const struct {
	const char *name, *tag, *type;
	bool state;   /* of type "state": the abnormal one */
	double limit; /* of type "high" */
	enum alarm_priority priority;
	const char *message, *consequence, *cause, *action;
} own_alarms[] = {
	{ "system.disk.high", "system.disk_used_pct", "high", false, 80, ALARM_MEDIUM,
	  "The disk of the station's records is 80 % full",
	  "When it is full, records go to a reserve that is full one day, too",
	  "Records and journals have grown, or another program fills the disk",
	  "Tell the administrator: make room on the disk" },
	{ "system.disk.very_high", "system.disk_used_pct", "high", false, 90, ALARM_HIGH,
	  "The disk of the station's records is 90 % full",
	  "When it is full, records go to a reserve that is full one day, too",
	  "Records and journals have grown, or another program fills the disk",
	  "Call the administrator now: make room on the disk" },
	{ "system.reserve", "system.reserve_in_use", "state", true, 0, ALARM_HIGH,
	  "Records go to the reserve journal",
	  "When the reserve is full, writes and acknowledgements are refused",
	  "The disk is full, read-only or broken",
	  "Call the administrator: mend the disk or make room; nothing is lost so far" },
	{ "system.not_recording", "system.recording", "state", false, 0, ALARM_CRITICAL,
	  "Nothing can be recorded",
	  "Writes and acknowledgements are refused; the plant is shown as before",
	  "The disk is full or broken, and so is the reserve journal",
	  "Call the administrator; act on the plant at its own panels" },
	{ "system.anchors", "system.audit.not_anchored", "high", false,
	  AUDIT_UNANCHORED_MAX, ALARM_MEDIUM,
	  "Many records are not anchored outside this machine",
	  "Who cuts off the end of the record now is found out later, or never",
	  "The broker, the collector or the second folder for anchors is not reached",
	  "Tell the administrator: sightglass status says which; nothing is lost so "
	  "far" },
	{ "system.record", "system.audit.believed", "state", false, 0, ALARM_CRITICAL,
	  "The audit record is not what it was",
	  "Writes and acknowledgements are refused until somebody accepts it",
	  "A backup was restored, the disk is damaged, or somebody changed the record",
	  "Call the administrator (sightglass status); act at the plant's own panels" },
};

static void add_own_alarm(struct loader *l, size_t i, const struct loc *at)
{
	struct alarm_def *a = load_new_alarm(l, own_alarms[i].name);

	if (!a)
		return; /* a device of that name: reported */
	a->type = alarm_type_find(own_alarms[i].type);
	a->tag = own_alarms[i].tag;
	a->state = own_alarms[i].state;
	a->limit = own_alarms[i].limit;
	if (own_alarms[i].limit == AUDIT_UNANCHORED_MAX)
		a->limit = (double)l->d->audit.unanchored_max;
	a->deadband = own_alarms[i].limit > 0 ? 2 : 0;
	a->priority = own_alarms[i].priority;
	a->area = "system";
	a->message = own_alarms[i].message;
	a->consequence = own_alarms[i].consequence;
	a->cause = own_alarms[i].cause;
	a->action = own_alarms[i].action;
	a->system = true;
	a->loc = *at;
	struct alarm_note *n = &l->alarm_notes[l->n_alarm_notes - 1];
	n->tag = n->type = n->limit = n->second = n->area = n->screen = n->message = *at;
}

/* As "%.*s%s%s": a format that is not literal would not be checked. */
static const char *name_into(struct loader *l, const char *text, const char *name)
{
	const char *at = strstr(text, "%s");
	char full[256];

	snprintf(full, sizeof(full), "%.*s%s%s", (int)(at - text), text, name, at + 2);
	return station_def_text(l->d, full);
}

static void add_alarm(struct loader *l, const struct device_def *d,
		      const struct device_alarm *row)
{
	struct alarm_def *a;
	char text[TAG_NAME_MAX + 1];

	snprintf(text, sizeof(text), "system.%s.%s", d->name, row->name);
	a = load_new_alarm(l, text);
	if (!a)
		return; /* two devices of one name: reported */
	a->type = alarm_type_find("state");
	snprintf(text, sizeof(text), "system.%s.%s", d->name, row->tag);
	a->tag = station_def_text(l->d, text);
	a->state = false;
	a->priority = ALARM_HIGH;
	a->area = "system";
	snprintf(text, sizeof(text), "%s %s", d->name, row->message);
	a->message = station_def_text(l->d, text);
	a->consequence = name_into(l, row->consequence, d->name);
	a->cause = row->cause;
	a->action = row->action;
	a->system = true;
	a->loc = d->loc;
	struct alarm_note *n = &l->alarm_notes[l->n_alarm_notes - 1];
	n->tag = n->type = n->limit = n->second = n->area = n->screen = n->message =
		d->loc;
}

/* What only a device with a heartbeat or an uptime has. */
static void add_vitals(struct loader *l, const struct device_def *d)
{
	if (d->heartbeat) {
		add_device_tag(l, d, "heartbeat", VALUE_BOOL, "",
			       "The device's program runs");
		add_alarm(l, d, &heartbeat_alarm);
	}
	if (d->restart)
		add_device_tag(l, d, "restarts", VALUE_INT, "",
			       "Restarts of the device since the server started");
}

void load_system(struct loader *l, const char *file)
{
	struct loc at = { file, 1, 1 };

	for (size_t i = 0; i < SYSTEM_TAG_COUNT; i++)
		add_tag(l, system_tags[i].name, system_tags[i].type, system_tags[i].unit,
			system_tags[i].description, &at);
	for (size_t i = 0; i < sizeof(own_alarms) / sizeof(own_alarms[0]); i++)
		add_own_alarm(l, i, &at);
	for (size_t i = 0; i < l->d->n_devices; i++) {
		const struct device_def *d = &l->d->devices[i];
		add_device_tag(l, d, "connected", VALUE_BOOL, "", "The device answers");
		for (size_t k = 0; k < DEVICE_TAG_COUNT; k++)
			add_device_tag(l, d, device_tags[k].name, device_tags[k].type,
				       device_tags[k].unit, device_tags[k].description);
		add_alarm(l, d, &comm_alarm);
		add_vitals(l, d);
	}
}
