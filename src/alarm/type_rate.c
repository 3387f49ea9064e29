/*
 * type_rate.c - type "rate": the value rises or falls too fast.
 *
 * The rate is the median of the slopes between all pairs of up to 16 points spread over
 * the window (Theil and Sen): a single spike, or a sample that came late, does not move
 * it. It is judged when the points cover half of the window.
 */
#include "alarm/types.h"

#include "alarm/input.h"
#include "alarm/window.h"
#include "util/strbuf.h"

enum { POINTS = 16, STEPS = POINTS - 1, PAIRS = POINTS * STEPS / 2, FEWEST = 4 };

static size_t memory(const struct alarm_def *d)
{
	(void)d;
	return alarm_window_size(POINTS);
}

static const struct alarm_point *point(const struct alarm_window *w, uint32_t i)
{
	return alarm_window_at(w, POINTS, i);
}

/* A value that did not arrive since the last point is held: it was so until now. */
static void take(struct alarm_window *w, const struct alarm_look *l, int64_t step_ms,
		 double v)
{
	struct mono at = alarm_arrival(l);
	int64_t last = w->n ? point(w, w->n - 1)->at.ns : INT64_MIN;

	if (at.ns <= last || at.ns < mono_add_ms(l->now, -step_ms).ns)
		at = l->now;
	if (at.ns > last)
		alarm_window_put(w, POINTS, at, v);
}

static void insert(double *sorted, size_t n, double v)
{
	for (; n > 0 && sorted[n - 1] > v; n--)
		sorted[n] = sorted[n - 1];
	sorted[n] = v;
}

/* Per ms. */
static double slope(const struct alarm_window *w)
{
	double slopes[PAIRS];
	size_t n = 0;

	for (uint32_t i = 0; i < w->n; i++) {
		for (uint32_t k = i + 1; k < w->n; k++) {
			const struct alarm_point *a = point(w, i), *b = point(w, k);

			insert(slopes, n++,
			       (b->v - a->v) / ((double)(b->at.ns - a->at.ns) / 1e6));
		}
	}
	if (!n)
		return 0;
	return (slopes[(n - 1) / 2] + slopes[n / 2]) / 2;
}

static bool covers(const struct alarm_window *w, int64_t window_ms)
{
	return w->n >= FEWEST &&
	       mono_reached(point(w, w->n - 1)->at,
			    mono_add_ms(point(w, 0)->at, window_ms / 2));
}

static enum alarm_verdict eval(const struct alarm_def *d, struct alarm_look *l)
{
	const struct alarm_more *m = alarm_more(d);
	struct alarm_window *w = l->memory;
	int64_t step_ms = m->window_ms / STEPS;
	bool due = alarm_window_begin(w, POINTS, m->window_ms, step_ms, l->now, &l->due);
	double v, rate;

	if (!alarm_number(l->s, &v))
		return ALARM_UNKNOWN;
	if (due)
		take(w, l, step_ms, v);
	if (!covers(w, m->window_ms))
		return ALARM_HELD;
	rate = slope(w) * (double)m->per_ms;
	if (m->direction == ALARM_DOWN)
		rate = -rate;
	else if (m->direction == ALARM_EITHER)
		rate = fabs(rate);
	return rate >= d->limit - (l->was ? d->deadband : 0) ? ALARM_PRESENT
							     : ALARM_CLEAR;
}

static bool check(const struct alarm_def *d, struct strbuf *why)
{
	if (alarm_more(d)->second)
		strbuf_setf(why, "the limit of type \"rate\" is a number");
	else if (!(isfinite(d->limit) && d->limit > 0))
		strbuf_setf(why, "the limit must be above 0; direction says whether up "
				 "or down");
	else if (!(d->deadband >= 0) || d->deadband >= d->limit)
		strbuf_setf(why, "the deadband must be 0 or more and smaller than limit");
	else
		return true;
	return false;
}

static const char *const needs[] = { "limit", "per", "window_s", NULL };
static const char *const takes[] = { "direction", "deadband", NULL };

const struct alarm_type alarm_type_rate = {
	.name = "rate",
	.help = "the value changes by limit per s, min or h, or faster, over window_s",
	.needs_tag = true,
	.has_number = true,
	.needs = needs,
	.takes = takes,
	.check = check,
	.memory = memory,
	.eval = eval,
};
