/* alarm_counts.c - how many alarms stand, wait and are hidden (AM-06): kept up with each
 * transition, so that nobody has to count a hundred thousand. */
#include "station/station_int.h"

/* What is hidden counts as hidden only. */
static uint8_t counted_as(const struct alarm_record *r)
{
	uint8_t flags = alarm_record_flags(r), as = 0;

	if (flags & ALARM_F_SHELVED)
		as |= 1 << ALARM_COUNT_SHELVED;
	if (flags & ALARM_F_SUPPRESSED)
		as |= 1 << ALARM_COUNT_SUPPRESSED;
	if (flags & ALARM_F_OUT_OF_SERVICE)
		as |= 1 << ALARM_COUNT_OUT_OF_SERVICE;
	if (flags & ALARM_F_UNCONFIRMED)
		as |= 1 << ALARM_COUNT_UNCONFIRMED;
	if (flags & ALARM_F_HIDDEN)
		return as;
	if (r->state == ALARM_S_UNACK || r->state == ALARM_S_ACKED)
		as |= 1 << ALARM_COUNT_ACTIVE;
	if (r->state == ALARM_S_UNACK || r->state == ALARM_S_RTNUN ||
	    r->state == ALARM_S_LTUNK || alarm_record_n_older(r) > 0)
		as |= 1 << ALARM_COUNT_UNACKED;
	return as;
}

void alarm_count(struct station *s, uint32_t alarm, const struct alarm_record *r)
{
	uint8_t as = counted_as(r), was = s->alarm[alarm].counted;

	if (as == was)
		return;
	for (int i = 0; i < ALARM_COUNTS; i++)
		s->alarm_counts[i] += (unsigned)(as >> i & 1) - (unsigned)(was >> i & 1);
	s->alarm[alarm].counted = as;
}

void alarm_counts_show(struct station *s)
{
	static const enum system_tag tags[ALARM_COUNTS] = {
		[ALARM_COUNT_ACTIVE] = SYSTEM_ALARMS_ACTIVE,
		[ALARM_COUNT_UNACKED] = SYSTEM_ALARMS_UNACKED,
		[ALARM_COUNT_SHELVED] = SYSTEM_ALARMS_SHELVED,
		[ALARM_COUNT_SUPPRESSED] = SYSTEM_ALARMS_SUPPRESSED,
		[ALARM_COUNT_OUT_OF_SERVICE] = SYSTEM_ALARMS_OUT_OF_SERVICE,
		[ALARM_COUNT_UNCONFIRMED] = SYSTEM_ALARMS_UNCONFIRMED,
	};

	for (int i = 0; i < ALARM_COUNTS; i++)
		system_set_int(s, s->system_tag[tags[i]], s->alarm_counts[i]);
}
