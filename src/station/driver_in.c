/*
 * driver_in.c - what a driver says, one row a record type. A record that does not decode,
 * comes at the wrong time or speaks of somebody else's tags ends the driver, never the
 * server; a record of an older generation is only late: of a driver that updates it holds
 * for what has not changed since.
 */
#include "station/station_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"
#include "write/coerce.h"

enum taken { TAKEN, MALFORMED, FOREIGN };

typedef enum taken (*record_fn)(struct station *s, uint32_t driver,
				const struct driver_record_view *r);

static bool is_current(const struct station *s, uint32_t driver, uint32_t generation)
{
	return s->drivers[driver].generation == generation;
}

/* Whether what it says in this generation is said of the item as it is now. */
static bool still_holds(const struct driver_live *d, uint32_t generation, uint32_t since,
			bool untold)
{
	if (untold)
		return false;
	return generation == d->generation ||
	       (d->can_update && generation < d->generation && generation >= since);
}

/* Something of another driver, or of none: it may have been its own before a reload. */
static enum taken not_its_own(const struct station *s, uint32_t driver,
			      uint32_t generation)
{
	return is_current(s, driver, generation) && !s->drivers[driver].reconfigure
		       ? FOREIGN
		       : TAKEN;
}

static void grant(struct station *s, uint32_t driver, uint32_t samples)
{
	strbuf_clear(&s->text);
	driver_put_credit(&s->text, samples);
	driver_send(s, driver, &s->text);
}

static enum taken on_hello(struct station *s, uint32_t driver,
			   const struct driver_record_view *r)
{
	struct driver_hello m;

	if (!driver_get_hello(r, &m))
		return MALFORMED;
	if (m.version != DRIVER_PROTO_VERSION) {
		station_log(s, LOG_L_ERROR,
			    "driver %s speaks version %" PRIu32
			    " of the driver protocol, this server speaks %d",
			    s->drivers[driver].name, m.version, DRIVER_PROTO_VERSION);
		return FOREIGN;
	}
	s->drivers[driver].can_update = m.capabilities & DRIVER_CAN_UPDATE;
	s->drivers[driver].can_publish = m.capabilities & DRIVER_CAN_PUBLISH;
	drivers_configure(s, driver);
	return TAKEN;
}

/* --- configuration --------------------------------------------------------------- */

/* An update judges everything anew: what was refused before is no news. */
static bool is_known(const char *refusal, const char *text)
{
	return refusal && strcmp(refusal, text) == 0;
}

static void refuse_tag(struct station *s, uint32_t tag, const char *text)
{
	if (is_known(s->tags[tag].rare->refusal, text))
		return;
	tag_refuse(&s->tags[tag], text);
	station_set_quality(s, tag, QUALITY_MAKE(QUALITY_BAD, REASON_CONFIG));
	station_log(s, LOG_L_ERROR, "%s: %s", s->tags[tag].def->name, text);
}

static void refuse_device(struct station *s, uint32_t device, const char *text)
{
	struct device_live *d = &s->devices[device];

	if (!is_known(d->refusal, text)) {
		free(d->refusal);
		d->refusal = xstrdup(text);
	}
	device_set_state(s, device, DEVICE_FAILED, text);
	for (size_t i = 0; i < d->n_tags; i++)
		refuse_tag(s, d->tags[i], text);
}

static bool owns_device(const struct station *s, uint32_t driver, uint32_t device)
{
	return device < s->n_devices && s->devices[device].def &&
	       s->devices[device].driver == driver;
}

static enum taken on_config_result(struct station *s, uint32_t driver,
				   const struct driver_record_view *r)
{
	struct driver_config_result m;

	if (!driver_get_config_result(r, &m))
		return MALFORMED;
	if (!is_current(s, driver, m.generation))
		return TAKEN;
	if (s->drivers[driver].reconfigure)
		return TAKEN; /* it is judged again at once */
	if (m.item_kind == 0 && owns_device(s, driver, m.id))
		refuse_device(s, m.id, m.text);
	else if (m.item_kind == 1 && driver_of_tag(s, m.id) == driver)
		refuse_tag(s, m.id, m.text);
	else
		return FOREIGN;
	return TAKEN;
}

static enum taken on_config_ready(struct station *s, uint32_t driver,
				  const struct driver_record_view *r)
{
	struct driver_live *d = &s->drivers[driver];
	uint32_t generation;

	if (!driver_get_u32(r, &generation))
		return MALFORMED;
	if (!is_current(s, driver, generation) ||
	    (d->phase != DRIVER_CONFIGURING && !d->updating))
		return TAKEN;
	if (!d->updating)
		grant(s, driver, CREDIT_WINDOW); /* an update goes on with what it has */
	d->updating = false;
	d->phase = DRIVER_READY;
	drivers_allow(s, d, DRIVER_BEAT_LIMIT_MS);
	if (d->ready.ns == INT64_MAX)
		d->ready = s->now.mono;
	if (d->reconfigure)
		drivers_configure(s, driver); /* a reload came meanwhile */
	return TAKEN;
}

/* --- values ---------------------------------------------------------------------- */

static void as_sample(const struct station *s, const struct driver_sample *in,
		      struct sample *out)
{
	enum value_type type = (enum value_type)s->tags[in->tag].type;

	out->value = (struct value){ 0 };
	out->quality = in->quality;
	out->source_time.ms = in->source_ms;
	out->taken.ns = in->mono_ns;
	if (out->taken.ns > s->now.mono.ns || out->taken.ns <= 0)
		out->taken = s->now.mono; /* nothing was taken in the future */
	if (in->value.type != VALUE_NONE && !value_coerce(&in->value, type, &out->value))
		out->quality = QUALITY_MAKE(QUALITY_BAD, REASON_FORMAT);
}

static enum taken take_sample(struct station *s, uint32_t driver, uint32_t generation,
			      const struct driver_sample *in, bool writing)
{
	struct sample sample;

	if (driver_of_tag(s, in->tag) != driver)
		return not_its_own(s, driver, generation);
	if (!still_holds(&s->drivers[driver], generation, s->tags[in->tag].since,
			 s->tags[in->tag].untold))
		return TAKEN;
	as_sample(s, in, &sample);
	if (s->devices[s->tags[in->tag].device].vitals) /* few have any */
		vitals_sample(s, in->tag, &sample);
	if (s->tags[in->tag].rare->outside) /* before a person's value stands there */
		outside_seen(s, in->tag, &sample, writing);
	station_set(s, in->tag, &sample);
	if (writing)
		write_gate_sample(s->gate, in->tag, &sample, s->now);
	return TAKEN;
}

/* Half a window used: as much is granted again, so a driver that keeps up never waits. */
static void used_credit(struct station *s, uint32_t driver, size_t n)
{
	struct driver_live *d = &s->drivers[driver];

	d->consumed += (uint32_t)n;
	if (d->consumed < CREDIT_WINDOW / 2)
		return;
	grant(s, driver, d->consumed);
	d->consumed = 0;
}

/* Of a station of many tags neither lies in the cache. */
static void ask_ahead(const struct station *s, uint32_t tag)
{
	if (tag < s->n_tags)
		__builtin_prefetch(&s->tags[tag], 1);
	tag_db_prefetch(s->db, tag);
}

static enum taken on_samples(struct station *s, uint32_t driver,
			     const struct driver_record_view *r)
{
	struct driver_sample_batch *b = s->samples;
	bool writing = !write_gate_idle(s->gate);

	if (!driver_get_samples(r, b))
		return MALFORMED;
	if (!is_current(s, driver, b->generation) && !s->drivers[driver].can_update)
		return TAKEN;
	for (size_t i = 0; i < b->n && i < TAG_DB_AHEAD; i++)
		ask_ahead(s, b->v[i].tag);
	for (size_t i = 0; i < b->n; i++) {
		if (i + TAG_DB_AHEAD < b->n)
			ask_ahead(s, b->v[i + TAG_DB_AHEAD].tag);
		if (take_sample(s, driver, b->generation, &b->v[i], writing) == FOREIGN)
			return FOREIGN;
	}
	used_credit(s, driver, b->n);
	return TAKEN;
}

static enum taken on_device_state(struct station *s, uint32_t driver,
				  const struct driver_record_view *r)
{
	struct driver_device_state m;

	if (!driver_get_device_state(r, &m))
		return MALFORMED;
	if (m.state > DEVICE_FAILED)
		return FOREIGN;
	if (!owns_device(s, driver, m.device))
		return not_its_own(s, driver, m.generation);
	if (!still_holds(&s->drivers[driver], m.generation, s->devices[m.device].since,
			 s->devices[m.device].untold))
		return TAKEN;
	device_set_state(s, m.device, (enum device_state)m.state, m.text);
	return TAKEN;
}

static enum taken on_beat(struct station *s, uint32_t driver,
			  const struct driver_record_view *r)
{
	struct driver_live *d = &s->drivers[driver];
	struct driver_beat m;

	if (!driver_get_beat(r, &m))
		return MALFORMED;
	bool ready = d->phase == DRIVER_READY && !d->updating;

	/* a beat from a program with a channel that hangs is no sign of life */
	if (!ready || m.stuck_ms <= DRIVER_BEAT_LIMIT_MS)
		drivers_allow(s, d,
			      ready ? DRIVER_BEAT_LIMIT_MS : DRIVER_CONFIG_LIMIT_MS);
	d->late = m.late_scans;
	d->overwritten = m.overwritten;
	return TAKEN;
}

static enum taken on_stats(struct station *s, uint32_t driver,
			   const struct driver_record_view *r)
{
	struct driver_stats m;

	if (!driver_get_stats(r, &m))
		return MALFORMED;
	if (!is_current(s, driver, m.generation))
		return TAKEN;
	if (!owns_device(s, driver, m.device))
		return not_its_own(s, driver, m.generation);
	device_report_take(s, m.device, &m.v);
	return TAKEN;
}

/* --- answers --------------------------------------------------------------------- */
/* A request number is never used twice, so its generation does not matter. */

/* What a read has shown is the tag's value from then on: who decides on the next step
 * shall not decide on the value before (max_step, "old" in the record). */
static void take_read(struct station *s, uint32_t tag, const struct sample *sample,
		      bool writing)
{
	const struct sample *present = tag_db_get(s->db, tag);

	if (!quality_is_good(sample->quality) || sample->taken.ns < present->taken.ns)
		return;
	if (s->tags[tag].rare->outside)
		outside_seen(s, tag, sample, writing);
	station_set(s, tag, sample);
}

static enum taken on_read_result(struct station *s, uint32_t driver,
				 const struct driver_record_view *r)
{
	char text[VALUE_STRING_MAX + 1];
	struct driver_read_result m;
	struct sample sample;

	if (!driver_get_read_result(r, &m, text))
		return MALFORMED;
	if (driver_of_tag(s, m.sample.tag) != driver)
		return not_its_own(s, driver, m.generation);
	as_sample(s, &m.sample, &sample);
	if (still_holds(&s->drivers[driver], m.generation, s->tags[m.sample.tag].since,
			s->tags[m.sample.tag].untold))
		take_read(s, m.sample.tag, &sample, !write_gate_idle(s->gate));
	write_gate_read_result(s->gate, m.request, &sample, m.text, s->now);
	return TAKEN;
}

static enum taken on_write_outcome(struct station *s, uint32_t driver,
				   const struct driver_record_view *r)
{
	struct driver_write_outcome m;

	if (!driver_get_write_outcome(r, &m) || m.outcome > WRITE_UNKNOWN)
		return MALFORMED;
	if (!write_gate_may_answer(s->gate, m.request, driver))
		return FOREIGN;
	write_gate_outcome(s->gate, m.request, (enum write_outcome)m.outcome, m.text,
			   s->now);
	return TAKEN;
}

static enum taken on_explain_result(struct station *s, uint32_t driver,
				    const struct driver_record_view *r)
{
	struct driver_explain_result m = { 0 };

	if (!driver_get_explain_result(r, &m))
		return MALFORMED;
	explain_result(s, driver, &m);
	free(m.text);
	return TAKEN;
}

static const struct {
	uint16_t type;
	enum driver_phase from, to; /* when it may come */
	record_fn fn;
} rows[] = {
	{ DR_HELLO, DRIVER_GREETING, DRIVER_GREETING, on_hello },
	{ DR_CONFIG_RESULT, DRIVER_CONFIGURING, DRIVER_READY, on_config_result },
	{ DR_CONFIG_READY, DRIVER_CONFIGURING, DRIVER_READY, on_config_ready },
	{ DR_SAMPLES, DRIVER_CONFIGURING, DRIVER_READY, on_samples },
	{ DR_DEVICE_STATE, DRIVER_CONFIGURING, DRIVER_READY, on_device_state },
	{ DR_BEAT, DRIVER_GREETING, DRIVER_READY, on_beat },
	{ DR_STATS, DRIVER_CONFIGURING, DRIVER_READY, on_stats },
	{ DR_READ_RESULT, DRIVER_CONFIGURING, DRIVER_READY, on_read_result },
	{ DR_WRITE_OUTCOME, DRIVER_CONFIGURING, DRIVER_READY, on_write_outcome },
	{ DR_EXPLAIN_RESULT, DRIVER_CONFIGURING, DRIVER_READY, on_explain_result },
};

static const char *take(struct station *s, uint32_t driver,
			const struct driver_record_view *r)
{
	enum driver_phase phase = s->drivers[driver].phase;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].type != r->type)
			continue;
		if (phase < rows[i].from || phase > rows[i].to)
			return "sent a record at the wrong time";
		switch (rows[i].fn(s, driver, r)) {
		case TAKEN:
			return NULL;
		case MALFORMED:
			return "sent a malformed record";
		case FOREIGN:
			return "spoke of something that is not its own";
		}
	}
	return "sent a record that is not known";
}

void drivers_record(struct station *s, const struct event *ev)
{
	uint32_t driver = ev->u.record.driver;
	struct driver_record_view r;
	const char *wrong;

	if (driver >= s->n_drivers ||
	    s->drivers[driver].instance != ev->u.record.instance ||
	    s->drivers[driver].phase < DRIVER_GREETING ||
	    s->drivers[driver].phase > DRIVER_READY)
		return; /* of one that is dead to us */
	if (driver_record_next(ev->u.record.bytes, ev->u.record.len, &r) !=
	    (int64_t)ev->u.record.len)
		wrong = "sent a broken record";
	else
		wrong = take(s, driver, &r);
	if (wrong)
		drivers_kill(s, driver, wrong);
}

/* Only commands ask for this answer: mark is their request number. */
void drivers_sent(struct station *s, const struct event *ev)
{
	uint32_t driver = ev->u.sent.driver;

	if (ev->u.sent.result == DRIVER_SENT_ALL || driver >= s->n_drivers)
		return;
	write_gate_not_handed(s->gate, ev->u.sent.mark,
			      ev->u.sent.result == DRIVER_SENT_PART, s->now);
	if (ev->u.sent.result == DRIVER_SENT_PART &&
	    s->drivers[driver].instance == ev->u.sent.instance)
		drivers_kill(s, driver, "took only part of a command");
}
