/* metrics_result.c - after the last row: lists in order, means, what still stands. */
#include "alarm/metrics_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OVER_WINDOW = 10, OVER_HOUR = 30 };

static const uint32_t band_upto[ALARM_BANDS] = { 1, 2, 10, UINT32_MAX };

static uint32_t sum_of(const struct alarm_metrics *m, uint32_t first, uint32_t n)
{
	uint32_t sum = 0;

	for (uint32_t i = first; i < first + n && i < m->n_windows; i++)
		sum += m->window[i];
	return sum;
}

static uint32_t most_of(const struct alarm_metrics *m, uint32_t first, uint32_t n)
{
	uint32_t most = 0;

	for (uint32_t i = first; i < first + n && i < m->n_windows; i++)
		most = m->window[i] > most ? m->window[i] : most;
	return most;
}

static void end_windows(const struct alarm_metrics *m, struct alarm_metrics_result *r)
{
	double peaks = 0.0;

	r->windows = m->n_windows;
	for (uint32_t i = 0; i < m->n_windows; i++) {
		int band = 0;

		while (m->window[i] > band_upto[band])
			band++;
		r->in_band[band]++;
		r->windows_over += m->window[i] > OVER_WINDOW;
	}
	for (uint32_t i = 0; i < m->n_windows; i += HOUR_WINDOWS) {
		r->hours++;
		r->hours_over += sum_of(m, i, HOUR_WINDOWS) > OVER_HOUR;
	}
	for (uint32_t i = 0; i < m->n_windows; i += DAY_WINDOWS)
		peaks += most_of(m, i, DAY_WINDOWS);
	r->max_window = most_of(m, 0, m->n_windows);
	r->day_peak = peaks / m->n_days;
	r->per_10min = (double)r->annunciated * ALARM_METRICS_WINDOW_MS /
		       (double)(m->to - m->from);
	r->per_hour = r->per_10min * HOUR_WINDOWS;
	r->per_day = r->per_10min * DAY_WINDOWS;
}

static void end_levels(const struct alarm_metrics *m, struct alarm_metrics_result *r)
{
	for (int i = 0; i < ALARM_G_COUNT; i++) {
		r->gauge[i].mean = m->passed_ms > 0 ? m->level_ms[i] / m->passed_ms : 0;
		r->gauge[i].max = m->level_max[i];
		r->gauge[i].end = m->level[i];
	}
	for (uint32_t i = 0; i < m->n_days; i++)
		if (m->stale[i] > r->stale_day)
			r->stale_day = m->stale[i];
}

static bool is_more_frequent(const struct alarm_actor *a, const struct alarm_actor *b)
{
	return a->n != b->n ? a->n > b->n : strcmp(a->name, b->name) < 0;
}

static void offer_top(struct alarm_metrics_result *r, const struct alarm_actor *a)
{
	size_t at = r->n_top;

	while (at > 0 && is_more_frequent(a, &r->top[at - 1]))
		at--;
	if (at == ALARM_METRICS_TOP)
		return;
	if (r->n_top < ALARM_METRICS_TOP)
		r->n_top++;
	memmove(&r->top[at + 1], &r->top[at], (r->n_top - at - 1) * sizeof(r->top[0]));
	r->top[at] = *a;
}

static void end_actor(struct alarm_metrics *m, struct actor *a)
{
	struct alarm_metrics_result *r = &m->r;

	if (metrics_is_seen(a)) {
		metrics_unseen(m, a, m->to);
		r->stale_end += m->to - a->since > ALARM_STALE_MS;
	}
	if (a->active && m->to - a->since > a->pub.longest_ms)
		a->pub.longest_ms = m->to - a->since;
	if (a->counted)
		r->unacked_end += a->n_waiting;
	r->chattering += a->pub.n_chatter > 0;
	r->n_chatter += a->pub.n_chatter;
	r->fleeting += a->pub.n_fleeting > 0;
	r->n_fleeting += a->pub.n_fleeting;
	if (a->pub.n)
		offer_top(r, &a->pub);
}

static int by_count(const void *pa, const void *pb)
{
	const struct alarm_operator_count *a = pa, *b = pb;

	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	return strcmp(a->name, b->name);
}

static void end_operators(struct alarm_metrics *m, struct alarm_metrics_result *r)
{
	if (m->n_operators)
		qsort(m->operators, m->n_operators, sizeof(*m->operators), by_count);
	for (size_t i = 0; i < m->n_operators; i++) {
		if (i < ALARM_METRICS_OPERATORS)
			r->operators[r->n_operators++] = m->operators[i];
		else
			r->other_acks += m->operators[i].n;
	}
}

static struct alarm_took took_of(const struct alarm_spread *s)
{
	return (struct alarm_took){
		.n = s->n,
		.mean_ms = alarm_spread_mean_ms(s),
		.p95_ms = alarm_spread_percentile_ms(s, 95),
	};
}

void alarm_metrics_end(struct alarm_metrics *m, struct alarm_metrics_result *out)
{
	struct alarm_metrics_result *r = &m->r;
	uint64_t of_top = 0;

	metrics_pass(m, m->to);
	if (m->flood.on) {
		struct alarm_flood_end end = { m->flood.since, (m->to + 999) / 1000,
					       m->flood.peak, m->flood.total };

		metrics_flood_over(m, &end);
	}
	for (size_t i = 0; i < m->n_actors; i++)
		end_actor(m, &m->actors[i]);
	end_windows(m, r);
	end_levels(m, r);
	end_operators(m, r);
	r->to_ack = took_of(&m->ack);
	r->to_clear = took_of(&m->clear);
	for (size_t i = 0; i < r->n_top; i++)
		of_top += r->top[i].n;
	r->top_share =
		r->annunciated ? (double)of_top / (double)r->annunciated : (double)NAN;
	*out = *r;
}

bool alarm_metrics_actor(const struct alarm_metrics *m, size_t i, struct alarm_actor *out)
{
	if (i >= m->n_actors)
		return false;
	*out = m->actors[i].pub;
	return true;
}
