/* type_frozen.c - type "frozen": a value that is good and has not moved for too long.
 * Time in which the source is not good proves nothing, so the wait begins anew after. */
#include "alarm/types.h"

#include "alarm/input.h"
#include "util/strbuf.h"

struct memory {
	bool known, paused;
	double stands; /* at this value */
	struct mono since;
};

static size_t memory(const struct alarm_def *d)
{
	(void)d;
	return sizeof(struct memory);
}

/* Since the sample arrived; since now where it cannot say (a value that was vouched for
 * anew, a driver whose clock stood). */
static struct mono moved_at(const struct memory *m, const struct alarm_look *l)
{
	struct mono at = alarm_arrival(l);

	return m->known && at.ns > m->since.ns ? at : l->now;
}

static enum alarm_verdict eval(const struct alarm_def *d, struct alarm_look *l)
{
	struct memory *m = l->memory;
	struct mono until;
	bool moved, first;
	double v;

	if (!alarm_number(l->s, &v)) {
		m->paused = true;
		return ALARM_UNKNOWN;
	}
	first = !m->known;
	moved = m->known && fabs(v - m->stands) > d->deadband;
	if (first || moved)
		*m = (struct memory){ true, false, v, moved_at(m, l) };
	else if (m->paused && !l->was)
		m->since = l->now;
	m->paused = false;
	until = mono_add_ms(m->since, alarm_more(d)->after_ms);
	if (!moved && (l->was || mono_reached(l->now, until)))
		return ALARM_PRESENT;
	l->due = until;
	return ALARM_CLEAR;
}

static bool check(const struct alarm_def *d, struct strbuf *why)
{
	if (isfinite(d->deadband) && d->deadband >= 0)
		return true;
	strbuf_setf(why, "the deadband must be 0 or more, in the unit of the tag");
	return false;
}

static const char *const needs[] = { "after_s", NULL };
static const char *const takes[] = { "deadband", NULL };

const struct alarm_type alarm_type_frozen = {
	.name = "frozen",
	.help = "the value has not moved by more than deadband for after_s",
	.needs_tag = true,
	.of_quality = true,
	.has_number = true,
	.needs = needs,
	.takes = takes,
	.check = check,
	.memory = memory,
	.eval = eval,
};
