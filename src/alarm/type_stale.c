/* type_stale.c - type "stale": no good value has arrived for too long. Bad quality alone
 * raises nothing: time does; only a good value that arrives clears. */
#include "alarm/types.h"

#include "alarm/input.h"

/* A good value equal to the one before wakes nobody: how often one is looked for while
 * the alarm stands. */
enum { LOOK_MS = 1000 };

struct memory {
	bool known, good;
	struct mono last; /* until when it was known to be good */
};

static size_t memory(const struct alarm_def *d)
{
	(void)d;
	return sizeof(struct memory);
}

/* Takes the sample into account; true when it is good and newer than what was known. */
static bool arrived(struct memory *m, const struct alarm_look *l)
{
	bool good = quality_is_good(l->s->quality);
	struct mono at = alarm_arrival(l);
	bool newer = !m->known || at.ns > m->last.ns;

	if (newer && (good || m->good || !m->known))
		m->last = good || m->good ? at : l->now;
	m->known = true;
	m->good = good;
	return good && newer;
}

static enum alarm_verdict eval(const struct alarm_def *d, struct alarm_look *l)
{
	struct memory *m = l->memory;
	bool news = arrived(m, l);
	struct mono until = mono_add_ms(m->last, alarm_more(d)->after_ms);

	if (mono_reached(l->now, until) || (l->was && !news)) {
		l->due = mono_add_ms(l->now, LOOK_MS);
		return ALARM_PRESENT;
	}
	l->due = until;
	l->quiet = ALARM_BAND_ALL; /* good values only put it off */
	return ALARM_CLEAR;
}

static const char *const needs[] = { "after_s", NULL };

const struct alarm_type alarm_type_stale = {
	.name = "stale",
	.help = "no good value has arrived for after_s, for whatever reason",
	.needs_tag = true,
	.of_quality = true,
	.needs = needs,
	.check = alarm_check_no_deadband,
	.memory = memory,
	.eval = eval,
};
