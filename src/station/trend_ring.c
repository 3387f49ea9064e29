/* trend_ring.c - a pen's two rings: one sample in at O(1), whole windows out. */
#include "station/trend_ring.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "util/xalloc.h"

/* From here on a float alone would lose digits that a screen shows. */
static const double large = 1000;

static void ring_init(struct trend_ring *r, uint32_t room, int64_t bucket_ms)
{
	r->v = xcalloc(room, sizeof(*r->v));
	r->room = room;
	r->bucket_ms = bucket_ms;
}

static struct trend_entry *entry_at(const struct trend_ring *r, uint32_t i)
{
	uint32_t at = r->oldest + i;

	return &r->v[at < r->room ? at : at - r->room];
}

static struct trend_entry *newest(const struct trend_ring *r)
{
	return r->n ? entry_at(r, r->n - 1) : NULL;
}

static uint32_t bucket_now(const struct trend_ring *r, int64_t ms)
{
	int64_t b = trend_bucket_of(ms, r->bucket_ms);

	if (b < 0)
		return 0;
	return b > UINT32_MAX ? UINT32_MAX : (uint32_t)b;
}

/* --- in --------------------------------------------------------------------------- */

static uint8_t kind_of(quality q)
{
	return (uint8_t)(q & 0xFFu);
}

static uint8_t worse(uint8_t a, uint8_t b)
{
	return (b & 3u) > (a & 3u) ? b : a;
}

static bool is_bad(quality q)
{
	return quality_class(q) == QUALITY_BAD;
}

/* As the pen is right now becomes part of what the entry saw. */
static void fold(struct trend_entry *e, const struct trend_pen *p)
{
	e->worst = worse(e->worst, kind_of(p->now));
	if (is_bad(p->now) || !p->has_last)
		return;
	e->min = p->last < e->min ? p->last : e->min;
	e->max = p->last > e->max ? p->last : e->max;
}

/* A clock that was set back: what it has yet to come to is void. */
static void cut(struct trend_ring *r, uint32_t bucket)
{
	while (r->n && newest(r)->bucket > bucket)
		r->n--;
}

/* The entry of a bucket that is not older than the newest; *is_new when nothing had come
 * in it. */
static struct trend_entry *open_entry(struct trend_ring *r, uint32_t bucket, bool *is_new)
{
	struct trend_entry *e = newest(r);

	*is_new = !e || e->bucket != bucket;
	if (!*is_new)
		return e;
	if (r->n < r->room)
		r->n++;
	else if (++r->oldest == r->room)
		r->oldest = 0;
	e = newest(r);
	*e = (struct trend_entry){ .bucket = bucket, .min = INFINITY, .max = -INFINITY };
	return e;
}

static float beside_base(struct trend_pen *p, double v)
{
	if (!p->has_base) {
		p->has_base = true;
		p->base = fabs(v) < large ? 0 : nearbyint(v);
	}
	v -= p->base;
	return v > FLT_MAX ? FLT_MAX : v < -FLT_MAX ? -FLT_MAX : (float)v;
}

static void note(struct trend_entry *e, const struct trend_pen *p, bool counts)
{
	fold(e, p);
	e->last = p->has_last ? p->last : NAN;
	e->end = p->now;
	if (counts && e->count < UINT8_MAX)
		e->count++;
}

void trend_pen_take(struct trend_pen *p, const struct trend_news *news, int64_t now_ms)
{
	uint32_t second = bucket_now(&p->fine, now_ms), minute = second / 60;
	const struct trend_entry *before;
	struct trend_entry *fine, *coarse;
	bool new_second, new_minute, stood;

	cut(&p->fine, second);
	cut(&p->coarse, minute);
	/* seconds of this minute that passed without news: the minute saw what stood */
	before = newest(&p->fine);
	stood = before && before->bucket + 1 < second && minute * 60 < second;
	coarse = open_entry(&p->coarse, minute, &new_minute);
	if (stood)
		fold(coarse, p);
	fine = open_entry(&p->fine, second, &new_second);
	if (news->number && !isnan(*news->number)) {
		p->last = beside_base(p, *news->number);
		p->has_last = true;
	}
	p->now = news->quality;
	note(fine, p, news->counts);
	note(coarse, p, news->counts);
}

struct trend_pen *trend_pen_new(const struct trend_news *first, enum trend_origin origin,
				int64_t now_ms)
{
	struct trend_pen *p = xcalloc(1, sizeof(*p));

	ring_init(&p->fine, TREND_FINE, TREND_FINE_MS);
	ring_init(&p->coarse, TREND_COARSE, TREND_COARSE_MS);
	p->began_ms = now_ms;
	p->origin = origin;
	trend_pen_take(p, first, now_ms);
	return p;
}

void trend_pen_free(struct trend_pen *p)
{
	if (!p)
		return;
	free(p->fine.v);
	free(p->coarse.v);
	free(p);
}

/* --- out -------------------------------------------------------------------------- */

/* How many entries lie before a moment. */
static uint32_t entries_before(const struct trend_ring *r, int64_t ms)
{
	uint32_t lo = 0, hi = r->n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if ((int64_t)entry_at(r, mid)->bucket * r->bucket_ms < ms)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void see(struct trend_bucket *b, const struct trend_pen *p, double min, double max)
{
	if (min > max)
		return;
	min += p->base;
	max += p->base;
	b->min = b->has_range && b->min < min ? b->min : min;
	b->max = b->has_range && b->max > max ? b->max : max;
	b->has_range = true;
}

static void end_as(struct trend_bucket *b, const struct trend_pen *p,
		   const struct trend_entry *e)
{
	b->known = true;
	b->end = e->end;
	b->has_last = !isnan(e->last);
	b->last = b->has_last ? e->last + p->base : 0;
}

/* What stood at its beginning, from the entry before. */
static void see_stood(struct trend_bucket *b, const struct trend_pen *p,
		      const struct trend_entry *e)
{
	end_as(b, p, e);
	b->worst = worse((uint8_t)b->worst, kind_of(e->end));
	if (!is_bad(e->end) && b->has_last)
		see(b, p, e->last, e->last);
}

static void see_entry(struct trend_bucket *b, const struct trend_pen *p,
		      const struct trend_entry *e)
{
	unsigned count = b->count + e->count;

	end_as(b, p, e);
	b->worst = worse((uint8_t)b->worst, e->worst);
	b->count = count > UINT16_MAX ? UINT16_MAX : (uint16_t)count;
	see(b, p, e->min, e->max);
}

/* Every unit of [from, to): those with an entry, and what stood in those without. */
static void read_bucket(const struct trend_pen *p, const struct trend_ring *r,
			int64_t from, int64_t to, struct trend_bucket *b)
{
	uint32_t i = entries_before(r, from);
	int64_t next = from / r->bucket_ms; /* the unit that has to be accounted for */

	for (; next < to / r->bucket_ms; next++) {
		const struct trend_entry *e = i < r->n ? entry_at(r, i) : NULL;
		int64_t at = e ? e->bucket : INT64_MAX;

		if (at > next && i > 0)
			see_stood(b, p, entry_at(r, i - 1));
		if (at >= to / r->bucket_ms)
			break;
		see_entry(b, p, e);
		next = at;
		i++;
	}
	if (b->known)
		b->worst = (quality)((b->worst & 0xFFu) | (b->end & QUALITY_FLAGS));
}

static bool reaches(const struct trend_ring *r, int64_t ms)
{
	return r->n && (int64_t)entry_at(r, 0)->bucket * r->bucket_ms <= ms;
}

void trend_pen_read(const struct trend_pen *p, int64_t from_ms, int64_t bucket_ms,
		    struct trend_bucket *out, size_t n)
{
	int64_t from = trend_bucket_of(from_ms, bucket_ms) * bucket_ms;
	bool minutes = bucket_ms % TREND_COARSE_MS == 0;

	for (size_t i = 0; i < n; i++, from += bucket_ms) {
		const struct trend_ring *r = &p->fine;

		out[i] = (struct trend_bucket){ 0 };
		if (minutes && !reaches(&p->fine, from))
			r = &p->coarse;
		if (from >= 0)
			read_bucket(p, r, from, from + bucket_ms, &out[i]);
	}
}
