/* metrics_time.c - what lasts: levels over time, stale alarms by day, floods. */
#include "alarm/metrics_int.h"

#include <string.h>

enum { DAY_MS = 24 * 60 * 60 * 1000 };

static int64_t second_of(int64_t ms)
{
	return ms >= 0 ? ms / 1000 : -((999 - ms) / 1000);
}

/* Which of the levels it is part of; a bit each. */
static unsigned parts(const struct actor *a)
{
	unsigned p = 0;

	if (!a->counted)
		return 0;
	if (metrics_is_seen(a))
		p |= 1u << ALARM_G_STANDING;
	if (a->flags & ALARM_F_SHELVED)
		p |= 1u << ALARM_G_SHELVED;
	if (a->flags & ALARM_F_SUPPRESSED)
		p |= 1u << ALARM_G_SUPPRESSED;
	if (a->flags & ALARM_F_OUT_OF_SERVICE)
		p |= 1u << ALARM_G_OUT_OF_SERVICE;
	return p;
}

void metrics_weigh(struct alarm_metrics *m, const struct actor *a, int sign)
{
	unsigned p = parts(a);

	for (int i = 0; i < ALARM_G_COUNT; i++)
		if (p & 1u << i)
			m->level[i] += (uint32_t)sign;
}

bool metrics_is_seen(const struct actor *a)
{
	return a->counted && a->active && !(a->flags & ALARM_F_HIDDEN);
}

/* A level counts for its maximum when it lasted: what rises and falls within one
 * millisecond was never there. */
static void add_levels(struct alarm_metrics *m, int64_t lo, int64_t hi)
{
	if (hi <= lo)
		return;
	for (int i = 0; i < ALARM_G_COUNT; i++) {
		m->level_ms[i] += (double)m->level[i] * (double)(hi - lo);
		if (m->level[i] > m->level_max[i])
			m->level_max[i] = m->level[i];
	}
	m->passed_ms += (double)(hi - lo);
}

void metrics_pass(struct alarm_metrics *m, int64_t t)
{
	struct alarm_flood_end end;

	add_levels(m, m->t > m->from ? m->t : m->from, t < m->to ? t : m->to);
	m->t = t; /* also back, when the clock was set back */
	if (alarm_flood_pass(&m->flood, second_of(t), &end))
		metrics_flood_over(m, &end);
}

/* Its days of the period that were not counted yet. */
static void count_days(struct alarm_metrics *m, struct actor *a, int64_t lo, int64_t hi)
{
	int64_t first = (lo - m->from) / DAY_MS, last = (hi - 1 - m->from) / DAY_MS;

	if (a->stale_days == 0)
		m->r.stale++;
	for (int64_t d = first > a->stale_days ? first : a->stale_days; d <= last; d++)
		m->stale[d]++;
	if (last + 1 > a->stale_days)
		a->stale_days = last + 1;
}

void metrics_unseen(struct alarm_metrics *m, struct actor *a, int64_t until)
{
	int64_t begin = a->since + ALARM_STALE_MS;
	int64_t lo = begin > a->seen_since ? begin : a->seen_since;
	int64_t hi = until < m->to ? until : m->to;

	if (lo < m->from)
		lo = m->from;
	if (hi <= lo)
		return;
	count_days(m, a, lo, hi);
	if (hi - begin > a->pub.stale_ms)
		a->pub.stale_ms = hi - begin;
}

static bool larger(const struct alarm_flood_end *a, const struct alarm_flood_end *b)
{
	return a->total != b->total ? a->total > b->total : a->since < b->since;
}

static void keep_flood(struct alarm_metrics_result *r, const struct alarm_flood_end *end)
{
	size_t at = r->n_largest;

	while (at > 0 && larger(end, &r->largest[at - 1]))
		at--;
	if (at == ALARM_METRICS_FLOODS)
		return;
	if (r->n_largest < ALARM_METRICS_FLOODS)
		r->n_largest++;
	memmove(&r->largest[at + 1], &r->largest[at],
		(r->n_largest - at - 1) * sizeof(r->largest[0]));
	r->largest[at] = *end;
}

void metrics_flood_over(struct alarm_metrics *m, const struct alarm_flood_end *end)
{
	int64_t lo = end->since * 1000, hi = end->until * 1000;

	if (lo < m->from)
		lo = m->from;
	if (hi > m->to)
		hi = m->to;
	if (hi <= lo)
		return;
	m->r.floods++;
	m->r.flood_ms += hi - lo;
	if (hi - lo > m->r.flood_longest_ms)
		m->r.flood_longest_ms = hi - lo;
	keep_flood(&m->r, end);
}
