/*
 * device_stats.c - what is known of each device beside its values: since when it answers,
 * what went wrong last, what its driver counts. Shown by DEVICES, and as system tags that
 * screens, expressions and alarms use like any other.
 *
 * A driver counts from its own start; the tags count from the server's, so a driver that
 * is started again never lowers one.
 */
#include "station/station_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "station/ne107.h"
#include "util/xalloc.h"

enum {
	RATE_MS = 5000,     /* a rate is of one to two of these, once there is so much */
	TROUBLE_MS = 60000, /* what happened within it is still the device's state */
	WEAR_MS = 600000, /* a connection that was made anew within it is no good sign */
	LATE_SHARE = 10,  /* one scan of so many may be late on a busy machine */
	NAMES_MAX = 256   /* to suggest from */
};

struct rate_mark {
	struct mono at;
	uint64_t count;
};

struct device_report {
	uint32_t tag[DEVICE_TAG_COUNT];
	bool up;          /* as last told; since_ms is of it */
	int64_t since_ms; /* 0 = nothing was told yet */
	char last_error[512];
	int64_t last_error_ms;
	bool has_stats;
	struct device_stats stats;
	int64_t stats_ms;
	uint64_t late, skipped, errors; /* of all instances of its driver */
	struct mono trouble, worn;      /* when last; 0 = never */
	struct rate_mark rate[2];       /* the rate is of what came since the first */
	bool rated;
	double per_second;
	struct ne107 ne107;
};

static struct device_report *report_of(struct device_live *d)
{
	if (!d->report) {
		d->report = xcalloc(1, sizeof(*d->report));
		for (size_t i = 0; i < DEVICE_TAG_COUNT; i++)
			d->report->tag[i] = TAG_NONE;
	}
	return d->report;
}

static void count_anew(struct station *s, struct device_live *d);

void device_report_find(struct station *s, struct device_live *d)
{
	struct device_report *r = report_of(d);
	char name[TAG_NAME_MAX + 1];

	for (size_t i = 0; i < DEVICE_TAG_COUNT; i++) {
		snprintf(name, sizeof(name), "system.%s.%s", d->name,
			 device_tags[i].name);
		r->tag[i] = tag_db_find(s->db, name);
	}
	count_anew(s, d);
}

/* --- NAMUR NE 107 ---------------------------------------------------------------- */

static bool lately(const struct station *s, struct mono at, int64_t ms)
{
	return at.ns != 0 && mono_ms_between(at, s->now.mono) < ms;
}

static enum wire_ne107 judge(const struct station *s, struct device_live *d)
{
	struct device_report *r = d->report;
	const struct ne107_signs signs = {
		.failed = d->refusal || !d->connected,
		.dead = device_heartbeat_lost(d),
		.spoken = d->n_spoken,
		.bad = d->n_bad,
		.by_hand = d->n_by_hand + d->n_simulated,
		.trouble = lately(s, r->trouble, TROUBLE_MS),
		.worn = r->stats.holes > 0 || lately(s, r->worn, WEAR_MS),
	};

	/* what it is before anything was heard of it is no status to hold on to */
	if (!d->told && !d->refusal)
		return WIRE_NE107_FAILURE;
	return ne107_update(&r->ne107, &signs, s->now.mono);
}

static void set_status(struct station *s, struct device_live *d)
{
	int64_t is = judge(s, d);
	uint32_t tag = d->report->tag[DEVICE_TAG_STATUS];
	const struct sample *was = tag_db_get(s->db, tag);

	if (tag != TAG_NONE &&
	    (was->value.type != VALUE_INT || was->value.u.i != is || was->quality))
		system_set_int(s, tag, is);
}

/* What has never had a value is waited for; it is no sign of anything. */
static bool has_spoken(quality q)
{
	return quality_class(q) != QUALITY_BAD || quality_reason(q) != REASON_NO_VALUE;
}

/* by: one more or, -1, one less. */
static void count_tag(struct device_live *d, quality q, int by)
{
	d->n_spoken += (uint32_t)(has_spoken(q) ? by : 0);
	d->n_bad += (uint32_t)(has_spoken(q) && quality_class(q) == QUALITY_BAD ? by : 0);
	d->n_by_hand += (uint32_t)(q & QUALITY_SUBSTITUTED ? by : 0);
	d->n_simulated += (uint32_t)(q & QUALITY_SIMULATED ? by : 0);
}

void device_report_tag(struct station *s, uint32_t tag)
{
	struct tag_live *t = &s->tags[tag];
	quality q = tag_db_get(s->db, tag)->quality;

	if (t->device == NO_DEVICE || t->counted == q)
		return;
	count_tag(&s->devices[t->device], t->counted, -1);
	count_tag(&s->devices[t->device], q, 1);
	t->counted = q;
}

static void count_anew(struct station *s, struct device_live *d)
{
	d->n_spoken = d->n_bad = d->n_by_hand = d->n_simulated = 0;
	for (size_t i = 0; i < d->n_tags; i++) {
		struct tag_live *t = &s->tags[d->tags[i]];

		t->counted = tag_db_get(s->db, d->tags[i])->quality;
		count_tag(d, t->counted, 1);
	}
}

void device_report_tick(struct station *s, struct device_live *d)
{
	report_of(d);
	set_status(s, d);
}

/* --- its connection -------------------------------------------------------------- */

static void set_last_error(struct device_report *r, const char *text, int64_t at_ms)
{
	snprintf(r->last_error, sizeof(r->last_error), "%s", text);
	r->last_error_ms = at_ms;
}

/* How fast it answers is not known of a device that does not. */
static void forget_rates(struct station *s, struct device_report *r)
{
	static const enum device_tag rates[] = { DEVICE_TAG_ROUND_TRIP,
						 DEVICE_TAG_REQUESTS };

	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
		if (r->tag[rates[i]] != TAG_NONE)
			station_set_quality(s, r->tag[rates[i]],
					    QUALITY_MAKE(QUALITY_BAD, REASON_COMM));
}

void device_report_state(struct station *s, uint32_t device, const char *text)
{
	struct device_live *d = &s->devices[device];
	struct device_report *r = report_of(d);

	if (r->since_ms == 0 || r->up != d->connected)
		r->since_ms = s->now.wall.ms;
	r->up = d->connected;
	if (!d->connected) {
		set_last_error(r, text, s->now.wall.ms);
		forget_rates(s, r);
	}
	set_status(s, d);
}

/* --- what its driver counts ------------------------------------------------------ */

static uint64_t errors_of(const struct device_stats *v)
{
	uint64_t n = v->timeouts + v->exceptions + v->parse_errors;

	for (size_t i = 0; i < REFUSED_KINDS; i++)
		n += v->refused[i];
	return n;
}

/* A counter that went back began anew. */
static uint64_t grown(uint64_t was, uint64_t is)
{
	return is >= was ? is - was : is;
}

struct scans {
	uint64_t done, late, skipped;
};

static struct scans scans_of(const struct device_stats *v)
{
	struct scans sum = { 0 };

	for (size_t i = 0; i < v->n_classes; i++) {
		sum.done += v->classes[i].done;
		sum.late += v->classes[i].late;
		sum.skipped += v->classes[i].skipped;
	}
	return sum;
}

/* Notes what came since the last report. */
static void add_up(struct station *s, struct device_report *r,
		   const struct device_stats *v)
{
	struct scans was = scans_of(&r->stats), is = scans_of(v);
	uint64_t late = grown(was.late, is.late);
	uint64_t skipped = grown(was.skipped, is.skipped);
	uint64_t done = grown(was.done, is.done);
	uint64_t errors = grown(errors_of(&r->stats), errors_of(v));
	uint64_t answers = grown(r->stats.exceptions, v->exceptions);

	r->late += late;
	r->skipped += skipped;
	r->errors += errors;
	/* an address it refuses is no trouble of the line: it shows as a hole */
	if (skipped || errors > answers || late * LATE_SHARE > done)
		r->trouble = s->now.mono;
	if (r->stats.connects && v->connects > r->stats.connects)
		r->worn = s->now.mono;
}

static void count_rate(struct station *s, struct device_report *r,
		       const struct device_stats *v)
{
	uint64_t count = v->requests + v->messages;
	const struct rate_mark is = { s->now.mono, count };
	int64_t ms = mono_ms_between(r->rate[0].at, s->now.mono);

	if (!r->has_stats || count < r->rate[0].count) {
		r->rate[0] = r->rate[1] = is;
		r->rated = false; /* one look is no rate */
		return;
	}
	if (ms > 0) {
		r->per_second = (double)(count - r->rate[0].count) * 1000.0 / (double)ms;
		r->rated = true;
	}
	if (mono_ms_between(r->rate[1].at, s->now.mono) >= RATE_MS) {
		r->rate[0] = r->rate[1];
		r->rate[1] = is;
	}
}

static void set_tags(struct station *s, struct device_live *d)
{
	const struct device_report *r = d->report;

	system_set_int(s, r->tag[DEVICE_TAG_LATE], (int64_t)r->late);
	system_set_int(s, r->tag[DEVICE_TAG_SKIPPED], (int64_t)r->skipped);
	system_set_int(s, r->tag[DEVICE_TAG_ERRORS], (int64_t)r->errors);
	set_status(s, d);
	if (!d->connected)
		return;
	if (r->rated)
		station_set_value(s, r->tag[DEVICE_TAG_REQUESTS],
				  value_double(r->per_second));
	if (r->stats.max_us > 0)
		station_set_value(s, r->tag[DEVICE_TAG_ROUND_TRIP],
				  value_double(r->stats.p99_us / 1000.0));
}

void device_report_take(struct station *s, uint32_t device, const struct device_stats *v)
{
	struct device_live *d = &s->devices[device];
	struct device_report *r = report_of(d);

	add_up(s, r, v);
	count_rate(s, r, v);
	if (v->last_error[0] && v->last_error_ms > r->last_error_ms)
		set_last_error(r, v->last_error, v->last_error_ms);
	r->stats = *v;
	r->stats_ms = s->now.wall.ms;
	r->has_stats = true;
	set_tags(s, d);
}

void device_report_late(struct station *s, struct device_live *d, uint64_t late)
{
	struct device_report *r = report_of(d);

	if (!r->has_stats)
		system_set_int(s, r->tag[DEVICE_TAG_LATE], (int64_t)late);
}

/* --- DEVICES --------------------------------------------------------------------- */

static enum wire_link link_of(const struct station *s, const struct device_live *d)
{
	enum driver_phase phase = s->drivers[d->driver].phase;

	if (d->refusal)
		return WIRE_LINK_REFUSED;
	if (phase == DRIVER_OFF || phase == DRIVER_DYING || phase == DRIVER_WAITING)
		return WIRE_LINK_NO_DRIVER;
	if (!d->told)
		return WIRE_LINK_UNKNOWN;
	return d->connected ? WIRE_LINK_UP : WIRE_LINK_DOWN;
}

static void say_where(const struct device_live *d, char *out, size_t size)
{
	const char *endpoint = settings_get(&d->def->settings, "endpoint");
	const char *unit = settings_get(&d->def->settings, "unit");

	snprintf(out, size, "%.200s%s%.16s", endpoint ? endpoint : "",
		 unit ? " unit " : "", unit ? unit : "");
}

static void put_refused(const struct device_stats *v, struct wire_device *m)
{
	for (size_t i = 0; i < REFUSED_KINDS && m->n_refused < WIRE_REFUSED_MAX; i++) {
		struct wire_count *c = &m->refused[m->n_refused];

		if (v->refused[i] == 0)
			continue;
		snprintf(c->name, sizeof(c->name), "%s",
			 refused_kind_name((enum refused_kind)i));
		c->n = v->refused[i];
		m->n_refused++;
	}
}

static void put_classes(const struct device_stats *v, struct wire_device *m)
{
	for (size_t i = 0; i < v->n_classes && i < WIRE_CLASSES_MAX; i++) {
		const struct class_stats *from = &v->classes[i];
		struct wire_scan_class *to = &m->classes[m->n_classes++];

		snprintf(to->name, sizeof(to->name), "%s", from->name);
		to->period_ms = from->period_ms;
		to->requests = from->requests;
		to->done = from->done;
		to->late = from->late;
		to->skipped = from->skipped;
	}
}

static void put_stats(const struct device_report *r, struct wire_device *m)
{
	const struct device_stats *v = &r->stats;

	m->has_stats = 1;
	m->stats_ms = r->stats_ms;
	m->connects = v->connects;
	m->requests = v->requests;
	m->writes = v->writes;
	m->exceptions = v->exceptions;
	m->timeouts = v->timeouts;
	m->messages = v->messages;
	m->parse_errors = v->parse_errors;
	m->per_second = r->up && r->rated ? r->per_second : 0;
	m->p50_us = v->p50_us;
	m->p95_us = v->p95_us;
	m->p99_us = v->p99_us;
	m->max_us = v->max_us;
	put_classes(v, m);
	put_refused(v, m);
	m->n_holes = v->holes;
	snprintf(m->holes, sizeof(m->holes), "%s", v->hole_list);
}

static void tell_device(struct station *s, struct session *who, uint32_t req,
			struct device_live *d)
{
	const struct device_report *r = report_of(d);
	struct wire_device m = { .req = req, .link = (uint8_t)link_of(s, d) };

	snprintf(m.name, sizeof(m.name), "%s", d->name);
	snprintf(m.driver, sizeof(m.driver), "%s", s->drivers[d->driver].name);
	say_where(d, m.where, sizeof(m.where));
	m.ne107 = (uint8_t)judge(s, d);
	snprintf(m.text, sizeof(m.text), "%s", d->refusal ? d->refusal : d->text);
	m.since_ms = r->since_ms;
	memcpy(m.last_error, r->last_error, sizeof(m.last_error));
	m.last_error_ms = r->last_error_ms;
	m.tags = (uint32_t)d->n_tags;
	m.tags_bad = d->n_bad + m.tags - d->n_spoken;
	m.tags_by_hand = d->n_by_hand;
	if (r->has_stats)
		put_stats(r, &m);
	strbuf_clear(&s->frame);
	wire_put_device(&s->frame, &m);
	station_send(s, who, &s->frame);
}

void device_unknown(struct station *s, struct session *who, const struct wire_request *m)
{
	const char *names[NAMES_MAX];
	size_t n = 0;

	for (size_t i = 0; i < s->n_devices && n < NAMES_MAX; i++)
		if (s->devices[i].def)
			names[n++] = s->devices[i].name;
	strbuf_setf(&s->why, "there is no device named \"%s\"", m->text);
	diag_suggest(&s->why, m->text, names, n);
	station_reply(s, who, m->req, WIRE_REFUSED, "%s", s->why.buf);
}

void query_devices(struct station *s, struct session *who, const struct wire_request *m)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_devices; i++) {
		struct device_live *d = &s->devices[i];

		if (!d->def || (m->text[0] && strcmp(d->name, m->text) != 0))
			continue;
		tell_device(s, who, m->req, d);
		n++;
	}
	if (n == 0 && m->text[0])
		device_unknown(s, who, m);
	else
		station_reply(s, who, m->req, WIRE_OK, "%s", "");
}
