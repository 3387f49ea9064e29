/* outside.c - one setpoint: what stood there, what stands there now, and since when. */
#include "write/outside.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"
#include "write/gate_int.h"

/* A text's memory is kept: samples come and go without an allocation. */
static void value_keep(struct outside_value *to, const struct value *v)
{
	to->v = *v;
	if (v->type != VALUE_STRING)
		return;
	if (!to->text)
		to->text = xmalloc(VALUE_STRING_MAX + 1);
	snprintf(to->text, VALUE_STRING_MAX + 1, "%s", v->u.s);
	to->v.u.s = to->text;
}

static void value_move(struct outside_value *to, struct outside_value *from)
{
	struct outside_value was = *to;

	*to = *from;
	*from = was;
}

void outside_release(struct outside *o)
{
	free(o->base.text);
	free(o->seen.text);
	free(o->want.text);
	free(o->was.text);
	*o = (struct outside){ .known = false };
}

void outside_away(struct outside *o)
{
	o->away = true;
	o->moved = false;
}

void outside_write(struct outside *o, const struct value *v, struct mono now)
{
	o->written_at = now;
	o->known = o->moved = o->away = false;
	o->wanted = true;
	value_keep(&o->want, v);
}

/* What stands now begins to stand. */
static void begin(struct outside *o, const struct sample *s, struct mono now)
{
	value_keep(&o->seen, &s->value);
	o->moved = true;
	o->since = now;
}

void outside_sample(struct outside *o, const struct sample *s, double tolerance,
		    struct mono now)
{
	if (!quality_is_interlock_grade(s->quality)) {
		outside_away(o);
		return;
	}
	if (o->moved && write_matches(&o->seen.v, &s->value, tolerance))
		return; /* it stands */
	if (o->known && write_matches(&o->base.v, &s->value, tolerance)) {
		o->moved = o->away = false;
		return;
	}
	begin(o, s, now);
}

struct mono outside_deadline(const struct outside *o, int64_t stands_ms)
{
	struct mono due, again = mono_add_ms(o->told_at, OUTSIDE_AGAIN_MS);

	if (!o->moved)
		return MONO_NEVER;
	due = mono_add_ms(o->since, o->away ? OUTSIDE_AWAY_TIMES * stands_ms : stands_ms);
	return o->told && o->known && again.ns > due.ns ? again : due;
}

/* A device that ramps is on its way to what was written. */
static bool on_the_way(const struct outside *o, struct mono now)
{
	double from, to, at;

	return mono_ms_between(o->written_at, now) < OUTSIDE_WAY_MS && o->known &&
	       value_number(&o->base.v, &from) && value_number(&o->want.v, &to) &&
	       value_number(&o->seen.v, &at) && at >= fmin(from, to) &&
	       at <= fmax(from, to);
}

bool outside_due(struct outside *o, int64_t stands_ms, double tolerance, struct mono now,
		 struct outside_change *change)
{
	bool come, news;

	if (!mono_reached(now, outside_deadline(o, stands_ms)))
		return false;
	come = o->wanted && write_matches(&o->want.v, &o->seen.v, tolerance);
	news = o->known && !come && !(o->wanted && on_the_way(o, now));
	if (come || news)
		o->wanted = false; /* or somebody has changed it since */
	value_move(&o->was, &o->base);
	value_move(&o->base, &o->seen);
	*change = (struct outside_change){ o->was.v, o->base.v, o->away };
	o->known = true;
	o->moved = o->away = false;
	if (!news)
		return false;
	o->told = true;
	o->told_at = now;
	return true;
}
