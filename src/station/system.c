/* system.c - the server's own tags: what the shell measures and the station counts. */
#include "station/station_int.h"

#include <stdio.h>

void system_find(struct station *s)
{
	char name[TAG_NAME_MAX + 1];

	for (int i = 0; i < SYSTEM_TAG_COUNT; i++)
		s->system_tag[i] = tag_db_find(s->db, system_tags[i].name);
	sealing_apply(s);
	for (size_t i = 0; i < s->n_devices; i++) {
		struct device_live *d = &s->devices[i];

		d->connected_tag = TAG_NONE;
		if (!d->def)
			continue;
		snprintf(name, sizeof(name), "system.%s.connected", d->name);
		d->connected_tag = tag_db_find(s->db, name);
		device_report_find(s, d);
	}
}

void system_set_bool(struct station *s, uint32_t tag, bool v)
{
	station_set_value(s, tag, value_bool(v));
}

void system_set_int(struct station *s, uint32_t tag, int64_t v)
{
	station_set_value(s, tag, value_int(v));
}

/* What the clock is worth is on record from the first measurement on. */
static void set_synced(struct station *s, bool synced)
{
	bool same = s->clock_known && s->clock_synced == synced;

	s->clock_known = true;
	s->clock_synced = synced;
	if (!same)
		station_note(s, NULL, AUDIT_CLOCK, "clock",
			     synced ? "synchronised" : "not synchronised", "");
}

void system_measured(struct station *s, const struct event *ev)
{
	if ((unsigned)ev->u.system.tag >= SYSTEM_TAG_COUNT)
		return;
	if (ev->u.system.tag == SYSTEM_CLOCK_SYNCED &&
	    ev->u.system.value.type == VALUE_BOOL)
		set_synced(s, ev->u.system.value.u.b);
	station_set_value(s, s->system_tag[ev->u.system.tag], ev->u.system.value);
}

static void count_scans(struct station *s)
{
	uint64_t late = 0, overwritten = 0;

	for (size_t i = 0; i < s->n_drivers; i++) {
		const struct driver_live *d = &s->drivers[i];

		late += d->late_before + d->late;
		overwritten += d->overwritten_before + d->overwritten;
	}
	system_set_int(s, s->system_tag[SYSTEM_SCAN_LATE], (int64_t)late);
	system_set_int(s, s->system_tag[SYSTEM_OVERWRITTEN], (int64_t)overwritten);
	for (size_t i = 0; i < s->n_devices; i++) {
		const struct driver_live *of = &s->drivers[s->devices[i].driver];

		if (!s->devices[i].def)
			continue;
		device_report_late(s, &s->devices[i], of->late_before + of->late);
		device_report_tick(s, &s->devices[i]);
	}
}

void system_count(struct station *s)
{
	int64_t sessions = 0;

	for (size_t i = 0; i < s->n_sessions; i++)
		sessions += s->sessions[i]->greeted && !s->sessions[i]->closing;
	system_set_int(s, s->system_tag[SYSTEM_SESSIONS], sessions);
	system_set_int(s, s->system_tag[SYSTEM_DRIVER_RESTARTS], s->restarts);
	station_recording_tags(s);
	sealing_tags(s);
	system_set_int(s, s->system_tag[SYSTEM_IN_DOUBT],
		       (int64_t)write_gate_doubt_count(s->gate));
	system_set_int(s, s->system_tag[SYSTEM_SUBSTITUTED], (int64_t)s->n_substitutions);
	alarm_counts_show(s);
	alarm_watch_show(s);
	count_scans(s);
}
