/*
 * alarm_limits.c - limits that are tags, when an operator moves one: within the bounds of
 * each alarm that uses it, and on record for each (OPC UA Part 9, E.2).
 */
#include "station/station_int.h"

#include <stdio.h>
#include <string.h>

#include "util/num.h"

/* The i-th of the alarms on tag uses it as its limit. */
static const struct alarm_def *limited_by(const struct station *s, uint32_t tag,
					  uint32_t alarm)
{
	const struct alarm_def *d = alarm_engine_def(s->alarms, alarm);

	if (!d || s->alarm[alarm].seldom->second != tag || !d->type->second ||
	    strcmp(d->type->second, "limit") != 0)
		return NULL;
	return d;
}

static void say_bounds(const struct station *s, uint32_t tag, const struct alarm_def *d,
		       double v, struct strbuf *why)
{
	const struct alarm_more *m = alarm_more(d);
	bool above = v > m->limit_max;
	char shown[64], bound[64];

	num_format_exact(v, shown, sizeof(shown));
	num_format_exact(above ? m->limit_max : m->limit_min, bound, sizeof(bound));
	strbuf_setf(why,
		    "%s is the limit of the alarm %s, which takes none %s %s%s%s: %s is "
		    "refused",
		    s->tags[tag].def->name, d->name, above ? "above" : "below", bound,
		    s->tags[tag].def->unit[0] ? " " : "", s->tags[tag].def->unit, shown);
}

bool station_limit_suits(const struct station *s, uint32_t tag, double v,
			 struct strbuf *why)
{
	size_t n;
	const uint32_t *on = tag_db_dependents(s->db, tag, TAG_DEP_ALARM, &n);

	for (size_t i = 0; i < n; i++) {
		const struct alarm_def *d = limited_by(s, tag, on[i]);

		if (!d ||
		    (v >= alarm_more(d)->limit_min && v <= alarm_more(d)->limit_max))
			continue;
		say_bounds(s, tag, d, v, why);
		return false;
	}
	return true;
}

void station_limit_changes(struct station *s, struct txn *t, uint32_t tag,
			   struct audit_record *r)
{
	const char *name = s->tags[tag].def->name;
	char detail[512];
	size_t n;
	const uint32_t *on = tag_db_dependents(s->db, tag, TAG_DEP_ALARM, &n);

	for (size_t i = 0; i < n; i++) {
		const struct alarm_def *d = limited_by(s, tag, on[i]);

		if (!d)
			continue;
		snprintf(detail, sizeof(detail),
			 "limit of alarm %s: %s -> %s %s (tag %s)", d->name, r->old_value,
			 r->new_value, r->unit, name);
		r->kind = AUDIT_ALARM_LIMIT;
		r->subject = d->name;
		r->area = d->area;
		r->detail = detail;
		station_audit(s, t, r);
	}
}
