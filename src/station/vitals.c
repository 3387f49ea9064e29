/*
 * vitals.c - devices that tell by a heartbeat that their program runs, and by an uptime
 * that it is still the same run.
 *
 * A heartbeat that stands still makes every other tag of the device bad(heartbeat), even
 * as reads succeed: what a dead program leaves in its registers is no measurement
 * (PLC-24). When it moves again each value is what it was, or what came meanwhile. A
 * restart voids what was selected or about to be sent there - an operator decided on what
 * the device showed before - and marks its values until they were read again (PLC-21);
 * nothing is written back by itself.
 */
#include "station/station_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "station/vitals.h"
#include "util/xalloc.h"

struct device_vitals {
	uint32_t heartbeat_tag, restart_tag; /* TAG_NONE = none */
	uint32_t alive_tag, restarts_tag;    /* the server's own */
	struct heartbeat heartbeat;
	struct uptime uptime;
	bool lost; /* the heartbeat stands still */
	int64_t restarts;
};

static const quality dead = QUALITY_MAKE(QUALITY_BAD, REASON_HEARTBEAT);
static const quality old = QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RESTART);

bool device_heartbeat_lost(const struct device_live *d)
{
	return d->vitals && d->vitals->lost;
}

/* --- where its tags are ---------------------------------------------------------- */

static uint32_t tag_of_device(struct station *s, const struct device_live *d,
			      const char *name)
{
	uint32_t tag = name ? tag_db_find(s->db, name) : TAG_NONE;

	return tag != TAG_NONE && s->tags[tag].device == (uint32_t)(d - s->devices)
		       ? tag
		       : TAG_NONE;
}

static uint32_t own_tag(struct station *s, const struct device_live *d, const char *last)
{
	char name[TAG_NAME_MAX + 1];

	snprintf(name, sizeof(name), "system.%s.%s", d->name, last);
	return tag_db_find(s->db, name);
}

static void regain(struct station *s, struct device_live *d);

static void vitals_find(struct station *s, struct device_live *d)
{
	uint32_t heartbeat = tag_of_device(s, d, d->def->heartbeat);
	uint32_t restart = tag_of_device(s, d, d->def->restart);

	if (!d->vitals) {
		if (heartbeat == TAG_NONE && restart == TAG_NONE)
			return;
		d->vitals = xcalloc(1, sizeof(*d->vitals));
		d->vitals->heartbeat_tag = d->vitals->restart_tag = TAG_NONE;
	}
	struct device_vitals *w = d->vitals;
	if (w->heartbeat_tag != heartbeat) {
		w->heartbeat = (struct heartbeat){ .known = false };
		w->heartbeat_tag = heartbeat;
		if (w->lost)
			regain(s, d);
	}
	if (w->restart_tag != restart)
		w->uptime = (struct uptime){ .known = false };
	w->restart_tag = restart;
	w->alive_tag = own_tag(s, d, "heartbeat");
	w->restarts_tag = own_tag(s, d, "restarts");
	system_set_int(s, w->restarts_tag, w->restarts);
}

/* The heartbeat is due anew from now on; while it is lost there is nothing to wait for.
 */
static void expect(struct station *s, struct device_live *d)
{
	uint32_t device = (uint32_t)(d - s->devices);
	struct device_vitals *w = d->vitals;

	if (w->heartbeat_tag == TAG_NONE || w->lost || !d->connected)
		heap_remove(&s->heartbeats, device);
	else
		heap_set(&s->heartbeats, device,
			 mono_add_ms(s->now.mono, d->def->heartbeat_ms));
}

void vitals_apply(struct station *s)
{
	heap_reserve(&s->heartbeats, (uint32_t)s->n_devices);
	for (uint32_t i = 0; i < s->n_devices; i++) {
		struct device_live *d = &s->devices[i];

		if (!d->def) {
			heap_remove(&s->heartbeats, i);
			free(d->vitals);
			d->vitals = NULL;
			continue;
		}
		vitals_find(s, d);
		if (d->vitals)
			expect(s, d);
	}
}

/* --- the heartbeat --------------------------------------------------------------- */

/* Everything but the heartbeat itself, and what a person typed. */
static bool is_masked(const struct station *s, const struct device_vitals *w,
		      uint32_t tag)
{
	return tag != w->heartbeat_tag && !s->tags[tag].rare->refusal &&
	       !(tag_db_get(s->db, tag)->quality & QUALITY_SUBSTITUTED);
}

static void lose(struct station *s, struct device_live *d)
{
	struct device_vitals *w = d->vitals;

	w->lost = true;
	for (size_t i = 0; i < d->n_tags; i++) {
		uint32_t tag = d->tags[i];
		quality q = tag_db_get(s->db, tag)->quality;

		if (quality_class(q) == QUALITY_BAD || !is_masked(s, w, tag))
			continue;
		s->tags[tag].unmasked = q;
		station_set_quality(s, tag, (quality)(dead | (q & QUALITY_FLAGS)));
	}
	system_set_bool(s, w->alive_tag, false);
	station_log(s, LOG_L_ERROR,
		    "%s: its heartbeat %s has not moved for %" PRId64 " ms", d->name,
		    d->def->heartbeat, d->def->heartbeat_ms);
	station_note(s, NULL, AUDIT_DEVICE, d->name, "heartbeat lost", d->def->heartbeat);
}

/* Values and times stay: only what was held against them goes. */
static void regain(struct station *s, struct device_live *d)
{
	d->vitals->lost = false;
	for (size_t i = 0; i < d->n_tags; i++) {
		struct sample sample = *tag_db_get(s->db, d->tags[i]);

		if (quality_class(sample.quality) != QUALITY_BAD ||
		    quality_reason(sample.quality) != REASON_HEARTBEAT)
			continue;
		sample.quality = s->tags[d->tags[i]].unmasked;
		station_set(s, d->tags[i], &sample);
	}
	station_log(s, LOG_L_INFO, "%s: its heartbeat moves again", d->name);
	station_note(s, NULL, AUDIT_DEVICE, d->name, "heartbeat back", "");
}

static void look_at_heartbeat(struct station *s, struct device_live *d,
			      const struct sample *sample)
{
	struct device_vitals *w = d->vitals;
	bool first = !w->heartbeat.known;

	if (!heartbeat_moved(&w->heartbeat, sample) && !first)
		return;
	if (first && !w->heartbeat.known)
		return; /* not good */
	if (w->lost && !first)
		regain(s, d);
	if (!w->lost)
		system_set_bool(s, w->alive_tag, true);
	expect(s, d);
}

/* --- the restart ----------------------------------------------------------------- */

static void mark_old(struct station *s, const struct device_live *d, struct mono since)
{
	for (size_t i = 0; i < d->n_tags; i++) {
		uint32_t tag = d->tags[i];
		struct sample sample = *tag_db_get(s->db, tag);

		if (!is_masked(s, d->vitals, tag) || sample.taken.ns >= since.ns)
			continue;
		if (quality_reason(sample.quality) == REASON_HEARTBEAT &&
		    quality_is_good(s->tags[tag].unmasked))
			s->tags[tag].unmasked = old;
		if (!quality_is_good(sample.quality))
			continue;
		sample.quality = (quality)(old | (sample.quality & QUALITY_FLAGS));
		station_set(s, tag, &sample);
	}
}

static void look_at_uptime(struct station *s, struct device_live *d,
			   const struct sample *sample)
{
	uint32_t device = (uint32_t)(d - s->devices);
	char text[160];
	double was;

	if (!uptime_fell(&d->vitals->uptime, sample, &was))
		return;
	snprintf(text, sizeof(text), "%.100s went from %.10g to %.10g", d->def->restart,
		 was, d->vitals->uptime.last);
	system_set_int(s, d->vitals->restarts_tag, ++d->vitals->restarts);
	station_log(s, LOG_L_WARN, "%s has restarted: %s", d->name, text);
	station_note(s, NULL, AUDIT_DEVICE, d->name, "restarted", text);
	write_gate_device_restarted(s->gate, device, s->now);
	outside_device(s, d);
	mark_old(s, d, sample->taken);
	/* a program that starts may take its time to beat */
	d->vitals->heartbeat.known = false;
	expect(s, d);
}

/* --- what happens ---------------------------------------------------------------- */

void vitals_sample(struct station *s, uint32_t tag, struct sample *sample)
{
	struct device_live *d = &s->devices[s->tags[tag].device];
	struct device_vitals *w = d->vitals;

	if (!w)
		return;
	if (tag == w->restart_tag)
		look_at_uptime(s, d, sample);
	if (tag == w->heartbeat_tag)
		look_at_heartbeat(s, d, sample);
	if (!w->lost || quality_class(sample->quality) == QUALITY_BAD ||
	    !is_masked(s, w, tag))
		return;
	s->tags[tag].unmasked = sample->quality;
	sample->quality = (quality)(dead | (sample->quality & QUALITY_FLAGS));
}

void vitals_state(struct station *s, uint32_t device)
{
	struct device_live *d = &s->devices[device];

	if (!d->vitals)
		return;
	if (!d->connected && d->vitals->alive_tag != TAG_NONE)
		station_set_quality(s, d->vitals->alive_tag,
				    QUALITY_MAKE(QUALITY_BAD, REASON_COMM));
	expect(s, d);
}

void vitals_tick(struct station *s)
{
	uint32_t device;

	while (heap_due(&s->heartbeats, s->now.mono, &device)) {
		heap_remove(&s->heartbeats, device);
		lose(s, &s->devices[device]);
	}
}

struct mono vitals_deadline(const struct station *s)
{
	return heap_next(&s->heartbeats);
}

void vitals_release(struct station *s)
{
	for (size_t i = 0; i < s->n_devices; i++)
		free(s->devices[i].vitals);
	heap_release(&s->heartbeats);
}
