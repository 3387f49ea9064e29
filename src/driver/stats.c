/* stats.c - round trips in logarithmic buckets: a fixed size however long it runs. */
#include "driver/stats.h"

#include <string.h>

const char *refused_kind_name(enum refused_kind kind)
{
	static const char *const names[REFUSED_KINDS] = {
		[REFUSED_TRANSACTION] = "wrong transaction",
		[REFUSED_HEADER] = "impossible header",
		[REFUSED_UNIT] = "wrong unit",
		[REFUSED_FUNCTION] = "wrong function",
		[REFUSED_SIZE] = "wrong size",
		[REFUSED_ECHO] = "wrong echo",
		[REFUSED_CHECKSUM] = "wrong check sum",
		[REFUSED_CUT] = "cut short",
		[REFUSED_UNASKED] = "unasked",
		[REFUSED_DUPLICATE] = "sent twice",
	};

	return (unsigned)kind < REFUSED_KINDS ? names[kind] : "?";
}

/* The first octave holds 0..7 one by one; octave n > 0 holds 8 << (n-1) up to twice that
 * in eighths. */
static size_t bucket_of(uint32_t us)
{
	unsigned octave = 0;

	while (us >> octave >= 2 * HISTOGRAM_STEPS)
		octave++;
	if (us < HISTOGRAM_STEPS)
		return us;
	size_t at = (octave + 1) * HISTOGRAM_STEPS + (us >> octave) - HISTOGRAM_STEPS;
	return at < HISTOGRAM_BUCKETS ? at : HISTOGRAM_BUCKETS - 1;
}

/* The largest value the bucket takes. */
static uint32_t upper_edge(size_t bucket)
{
	size_t octave = bucket / HISTOGRAM_STEPS, step = bucket % HISTOGRAM_STEPS;

	if (octave == 0)
		return (uint32_t)step;
	if (bucket == HISTOGRAM_BUCKETS - 1)
		return UINT32_MAX;
	return (uint32_t)((HISTOGRAM_STEPS + step + 1) << (octave - 1)) - 1;
}

void histogram_add(struct histogram *h, int64_t us)
{
	uint32_t v = us < 0 ? 0 : us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;

	h->bucket[bucket_of(v)]++;
	h->count++;
	if (v > h->max_us)
		h->max_us = v;
}

uint32_t histogram_percentile(const struct histogram *h, unsigned percent)
{
	uint64_t rank = ((uint64_t)h->count * percent + 99) / 100, seen = 0;

	if (h->count == 0)
		return 0;
	if (rank == 0)
		rank = 1;
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += h->bucket[i];
		if (seen >= rank)
			return upper_edge(i) < h->max_us ? upper_edge(i) : h->max_us;
	}
	return h->max_us;
}

/* --- two windows --- */

static void turn(struct round_trips *r, struct mono now)
{
	int64_t age = mono_ms_between(r->since, now);

	if (r->since.ns == 0) {
		r->since = now;
		return;
	}
	if (age < STATS_WINDOW_MS)
		return;
	if (age < 2 * STATS_WINDOW_MS)
		r->before = r->present;
	else
		memset(&r->before, 0, sizeof(r->before));
	memset(&r->present, 0, sizeof(r->present));
	r->since = now;
}

void round_trips_add(struct round_trips *r, int64_t us, struct mono now)
{
	turn(r, now);
	histogram_add(&r->present, us);
}

void round_trips_sum_up(struct round_trips *r, struct mono now, struct device_stats *out)
{
	struct histogram both;

	turn(r, now);
	both = r->before;
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
		both.bucket[i] += r->present.bucket[i];
	both.count += r->present.count;
	if (r->present.max_us > both.max_us)
		both.max_us = r->present.max_us;
	out->p50_us = histogram_percentile(&both, 50);
	out->p95_us = histogram_percentile(&both, 95);
	out->p99_us = histogram_percentile(&both, 99);
	out->max_us = both.max_us;
}
