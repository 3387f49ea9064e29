/* count.c - the last N times that a condition came. */
#include "alarm/count.h"

size_t alarm_count_size(int64_t times)
{
	return sizeof(struct alarm_count) + (size_t)times * sizeof(struct mono);
}

static void note(struct alarm_count *c, uint32_t times, bool present, struct mono now)
{
	if (c->known && present && !c->was) {
		c->came[c->next] = now;
		c->next = (c->next + 1) % times;
		if (c->n < times)
			c->n++;
	}
	if (!c->known)
		c->begun = now;
	c->known = true;
	c->was = present;
}

enum alarm_verdict alarm_count_judge(struct alarm_count *c, const struct alarm_def *d,
				     enum alarm_verdict inner, struct alarm_look *l)
{
	const struct alarm_more *m = alarm_more(d);
	uint32_t times = (uint32_t)m->times;
	struct mono until;

	if (inner != ALARM_PRESENT && inner != ALARM_CLEAR)
		return inner;
	note(c, times, inner == ALARM_PRESENT, l->now);
	/* with N comings kept, the next place holds the first of them */
	until = mono_add_ms(c->came[c->next], m->within_ms);
	if (c->n == times && !mono_reached(l->now, until)) {
		if (until.ns < l->due.ns)
			l->due = until;
		return ALARM_PRESENT;
	}
	/* it stood before the counting began: the comings of then are not known */
	until = mono_add_ms(c->begun, m->within_ms);
	if (l->was && c->n < times && !mono_reached(l->now, until)) {
		if (until.ns < l->due.ns)
			l->due = until;
		return ALARM_HELD;
	}
	return !d->type->counts_only && l->was && c->was ? ALARM_PRESENT : ALARM_CLEAR;
}
