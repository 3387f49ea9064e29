/*
 * overrides.c - everything that is not as the plant would have it, on one page (HM-17):
 * values that somebody substitutes or a test drives, alarms that are shelved, suppressed
 * or out of service, and what nobody can see because its device or its sensor is gone.
 */
#include "station/substitute_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "wire/people.h"

enum {
	TAGS_A_KIND = 200, /* told one by one; the others are counted */
	IS_MAX = VALUE_STRING_MAX + 48
};

struct list {
	struct station *s;
	struct session *to;
	uint32_t req;
	size_t n, more;
};

static void put(struct list *l, const char *const *fields)
{
	station_row(l->s, l->to, l->req, fields, OVERRIDE_FIELDS);
	l->n++;
}

static const char *time_text(char *out, size_t size, int64_t ms)
{
	out[0] = '\0';
	if (ms > 0)
		snprintf(out, size, "%" PRId64, ms);
	return out;
}

/* "12.5 m3/h" */
static void value_text(const struct tag_def *d, const struct value *v, char *out,
		       size_t size)
{
	char value[VALUE_STRING_MAX + 1];

	value_format(v, (int)d->decimals, value, sizeof(value));
	snprintf(out, size, "%s%s%s", value, d->unit[0] ? " " : "", d->unit);
}

static void put_substituted(struct list *l)
{
	for (size_t i = 0; i < l->s->n_substitutions; i++) {
		const struct substitution *v = l->s->substitutions[i];
		const struct tag_def *d = l->s->tags[v->tag].def;
		char is[IS_MAX], since[24];
		const char *fields[OVERRIDE_FIELDS] = {
			[OVERRIDE_KIND] = "substituted", [OVERRIDE_WHAT] = v->name,
			[OVERRIDE_AREA] = d->area,       [OVERRIDE_IS] = is,
			[OVERRIDE_BY] = v->by,           [OVERRIDE_SINCE] = since,
			[OVERRIDE_REASON] = v->reason,
		};

		value_text(d, &v->value, is, sizeof(is));
		time_text(since, sizeof(since), v->since_ms);
		put(l, fields);
	}
}

/* --- tags --------------------------------------------------------------------------- */

/* Of its own, not by what it is computed from. */
static bool is_source(const struct tag_live *t)
{
	return t->def && !t->rare->expression;
}

/* Its device answers, and yet there is no value of it to believe. */
static bool is_blind(const struct station *s, const struct tag_live *t, quality q)
{
	return quality_class(q) == QUALITY_BAD && t->device != NO_DEVICE &&
	       s->devices[t->device].connected;
}

/* Of one kind, in the order of the tags; those that are told. */
struct found {
	uint32_t tag[TAGS_A_KIND];
	size_t n; /* there are */
};

static void found_add(struct found *f, uint32_t tag)
{
	if (f->n < TAGS_A_KIND)
		f->tag[f->n] = tag;
	f->n++;
}

/* One walk for both, past those that are well: there may be a million of these, and the
 * page asks again and again. */
static void find_tags(const struct station *s, struct found *simulated,
		      struct found *blind)
{
	simulated->n = blind->n = 0;
	for (uint32_t tag = tag_db_next_odd(s->db, 0); tag != TAG_NONE;
	     tag = tag_db_next_odd(s->db, tag + 1)) {
		const struct tag_live *t = &s->tags[tag];
		quality q = tag_db_get(s->db, tag)->quality;

		if (!is_source(t))
			continue;
		if (q & QUALITY_SIMULATED)
			found_add(simulated, tag);
		if (is_blind(s, t, q))
			found_add(blind, tag);
	}
}

static void put_tag(struct list *l, const char *kind, uint32_t tag)
{
	const struct tag_def *d = l->s->tags[tag].def;
	const struct sample *now = tag_db_get(l->s->db, tag);
	char is[IS_MAX] = "####";
	const char *fields[OVERRIDE_FIELDS] = {
		[OVERRIDE_KIND] = kind,
		[OVERRIDE_WHAT] = d->name,
		[OVERRIDE_AREA] = d->area,
		[OVERRIDE_IS] = is,
		[OVERRIDE_REASON] = quality_reason_text(now->quality),
	};

	if (quality_class(now->quality) != QUALITY_BAD)
		value_text(d, &now->value, is, sizeof(is));
	put(l, fields);
}

static void put_tags(struct list *l, const char *kind, const struct found *f)
{
	for (size_t i = 0; i < f->n && i < TAGS_A_KIND; i++)
		put_tag(l, kind, f->tag[i]);
	if (f->n > TAGS_A_KIND)
		l->more += f->n - TAGS_A_KIND;
}

/* All of its tags in one row: why they are blind is said once. */
static void put_device(struct list *l, const struct device_live *d)
{
	char is[48];
	const char *fields[OVERRIDE_FIELDS] = {
		[OVERRIDE_KIND] = "blind",
		[OVERRIDE_WHAT] = d->name,
		[OVERRIDE_AREA] = "",
		[OVERRIDE_IS] = is,
		[OVERRIDE_REASON] = d->refusal ? d->refusal : d->text,
	};

	snprintf(is, sizeof(is), "device, %zu tag%s", d->n_tags,
		 d->n_tags == 1 ? "" : "s");
	put(l, fields);
}

static void put_devices(struct list *l)
{
	for (size_t i = 0; i < l->s->n_devices; i++)
		if (l->s->devices[i].def && !l->s->devices[i].connected)
			put_device(l, &l->s->devices[i]);
}

/* --- alarms ------------------------------------------------------------------------- */

static void put_hidden(struct list *l, uint32_t alarm, const char *kind, const char *by,
		       struct wall since, struct wall until, const char *reason)
{
	const struct alarm_def *d = alarm_engine_def(l->s->alarms, alarm);
	char from[24], to[24];
	const char *fields[OVERRIDE_FIELDS] = {
		[OVERRIDE_KIND] = kind,    [OVERRIDE_WHAT] = d->name,
		[OVERRIDE_AREA] = d->area, [OVERRIDE_IS] = d->message,
		[OVERRIDE_BY] = by,        [OVERRIDE_SINCE] = from,
		[OVERRIDE_UNTIL] = to,     [OVERRIDE_REASON] = reason,
	};

	time_text(from, sizeof(from), since.ms);
	time_text(to, sizeof(to), until.ms);
	put(l, fields);
}

/* An alarm that is hidden in two ways stands there twice: either has to end. */
static void put_alarm(struct list *l, uint32_t alarm, const struct alarm_extra *x)
{
	const struct wall open = { 0 };
	char why[128];

	if (x->shelf != ALARM_SHELF_NONE)
		put_hidden(l, alarm, "shelved", x->shelf_by, x->shelf_since,
			   x->shelf_until, x->shelf_reason);
	if (x->suppressed) {
		snprintf(why, sizeof(why), "%s", x->suppressed_reason);
		if (!(x->suppressed & ALARM_SUP_MANUAL))
			suppress_say_why(l->s, alarm, x->suppressed, why, sizeof(why));
		put_hidden(l, alarm, "suppressed", x->suppressed_by, x->suppressed_since,
			   open, why);
	}
	if (x->out_of_service)
		put_hidden(l, alarm, "out of service", x->out_by, x->out_since, open,
			   x->out_reason);
}

static void put_alarms(struct list *l)
{
	for (uint32_t i = 0; i < l->s->n_alarms; i++) {
		const struct alarm_record *r = alarm_engine_record(l->s->alarms, i);

		if (r && r->extra && alarm_engine_def(l->s->alarms, i) &&
		    alarm_record_flags(r) & ALARM_F_HIDDEN)
			put_alarm(l, i, r->extra);
	}
}

void query_overrides(struct station *s, struct session *who, const struct wire_request *m)
{
	struct list l = { .s = s, .to = who, .req = m->req };
	struct found simulated, blind;

	find_tags(s, &simulated, &blind);
	put_substituted(&l);
	put_tags(&l, "simulated", &simulated);
	put_alarms(&l);
	put_devices(&l);
	put_tags(&l, "blind", &blind);
	if (l.more)
		station_reply(s, who, m->req, WIRE_OK, "%zu, and %zu more tags", l.n,
			      l.more);
	else
		station_reply(s, who, m->req, WIRE_OK, "%zu", l.n);
}
