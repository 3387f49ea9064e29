/*
 * type_statistical.c - type "statistical": further from the mean of the values before
 * than so many of their standard deviations.
 *
 * The window holds up to 64 samples, one a 64th of its time; each sample counts once, and
 * never against itself. What stays different becomes normal as the window moves on.
 */
#include "alarm/types.h"

#include "alarm/input.h"
#include "alarm/window.h"
#include "util/strbuf.h"

enum { POINTS = 64, FEWEST = 8 };

static size_t memory(const struct alarm_def *d)
{
	(void)d;
	return alarm_window_size(POINTS);
}

struct spread {
	uint32_t n;
	double mean, sigma;
};

/* Of all points but the one that arrived at the time of the judged sample. */
static struct spread spread_of(const struct alarm_window *w, struct mono judged)
{
	struct spread s = { 0 };
	double sum = 0, squares = 0;

	for (uint32_t i = 0; i < w->n; i++) {
		const struct alarm_point *p = alarm_window_at(w, POINTS, i);

		if (p->at.ns == judged.ns)
			continue;
		sum += p->v;
		s.n++;
	}
	if (s.n < 2)
		return s;
	s.mean = sum / s.n;
	for (uint32_t i = 0; i < w->n; i++) {
		const struct alarm_point *p = alarm_window_at(w, POINTS, i);

		if (p->at.ns != judged.ns)
			squares += (p->v - s.mean) * (p->v - s.mean);
	}
	s.sigma = sqrt(squares / (s.n - 1));
	return s;
}

static void take(struct alarm_window *w, struct mono at, double v)
{
	if (!w->n || alarm_window_at(w, POINTS, w->n - 1)->at.ns < at.ns)
		alarm_window_put(w, POINTS, at, v);
}

static enum alarm_verdict eval(const struct alarm_def *d, struct alarm_look *l)
{
	const struct alarm_more *m = alarm_more(d);
	struct alarm_window *w = l->memory;
	bool due = alarm_window_begin(w, POINTS, m->window_ms, m->window_ms / POINTS,
				      l->now, &l->due);
	struct mono at = alarm_arrival(l);
	struct spread s;
	double v, far;

	if (!alarm_number(l->s, &v))
		return ALARM_UNKNOWN;
	s = spread_of(w, at);
	if (due)
		take(w, at, v);
	if (s.n < m->min_samples || s.n < 2)
		return ALARM_HELD;
	far = fmax(m->sigmas * s.sigma, m->min_distance);
	l->limit = v > s.mean ? s.mean + far : s.mean - far;
	return fabs(v - s.mean) > far ? ALARM_PRESENT : ALARM_CLEAR;
}

static bool check(const struct alarm_def *d, struct strbuf *why)
{
	const struct alarm_more *m = alarm_more(d);

	if (d->deadband != 0)
		return alarm_check_no_deadband(d, why);
	if (m->min_samples >= FEWEST && m->min_samples <= POINTS)
		return true;
	strbuf_setf(why, "min_samples must be %d to %d", FEWEST, POINTS);
	return false;
}

static const char *const needs[] = { "sigmas", "window_s", NULL };
static const char *const takes[] = { "min_samples", "min_distance", NULL };

const struct alarm_type alarm_type_statistical = {
	.name = "statistical",
	.help = "the value is further than sigmas standard deviations from the mean of "
		"the samples before, in window_s",
	.needs_tag = true,
	.has_number = true,
	.crosses = true,
	.needs = needs,
	.takes = takes,
	.check = check,
	.memory = memory,
	.eval = eval,
};
