/* test_trend_ring.c - a pen's past against a naive one that keeps every second. */
#include "support/test.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "station/trend_ring.h"

enum {
	DAY_S = 86400,
	MODEL_S = 2 * 3600,
	GOOD = 0,
	NO_ANSWER = QUALITY_MAKE(QUALITY_BAD, REASON_COMM),
	STALE = QUALITY_MAKE(QUALITY_BAD, REASON_STALE),
	DOUBT = QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE)
};

static const int64_t start_ms = INT64_C(1763800000000); /* within a minute */

static struct trend_pen *pen_of(double v, quality q)
{
	const struct trend_news first = { &v, q, false };

	return trend_pen_new(&first, TREND_FROM_RESTART, start_ms);
}

static void take(struct trend_pen *p, double v, quality q, int64_t ms)
{
	const struct trend_news news = { &v, q, true };

	trend_pen_take(p, &news, ms);
}

static struct trend_bucket read_one(const struct trend_pen *p, int64_t from_ms,
				    int64_t bucket_ms)
{
	struct trend_bucket b;

	trend_pen_read(p, from_ms, bucket_ms, &b, 1);
	return b;
}

/* --- the naive one ------------------------------------------------------------------ */

struct second {
	bool known, has_range;
	double min, max, last;
	quality worst, end;
	unsigned count;
};

struct naive {
	struct second v[MODEL_S];
	double last;
	quality now;
};

static unsigned class_of(quality q)
{
	return q & 3u;
}

static void naive_fold(struct second *s, double v, quality q)
{
	if (class_of(q) > class_of(s->worst))
		s->worst = q & 0xFFu;
	if (class_of(q) < QUALITY_BAD) {
		s->min = s->has_range && s->min < v ? s->min : v;
		s->max = s->has_range && s->max > v ? s->max : v;
		s->has_range = true;
	}
	s->last = v;
	s->end = q;
	s->known = true;
}

/* Seconds are told one after the other: first what happened in it, or that nothing did.
 */
static void naive_second(struct naive *n, size_t at, const double *v, const quality *q,
			 size_t count)
{
	struct second *s = &n->v[at];

	*s = (struct second){ .count = (unsigned)count };
	if (count == 0)
		naive_fold(s, n->last, n->now);
	for (size_t i = 0; i < count; i++) {
		naive_fold(s, v[i], q[i]);
		n->last = v[i];
		n->now = q[i];
	}
}

static struct trend_bucket naive_read(const struct naive *n, size_t from, size_t seconds)
{
	struct second sum = { 0 };

	for (size_t i = from; i < from + seconds; i++) {
		const struct second *s = &n->v[i];

		if (class_of(s->worst) > class_of(sum.worst))
			sum.worst = s->worst;
		if (s->has_range) {
			sum.min = sum.has_range && sum.min < s->min ? sum.min : s->min;
			sum.max = sum.has_range && sum.max > s->max ? sum.max : s->max;
			sum.has_range = true;
		}
		sum.count += s->count;
		sum.last = s->last;
		sum.end = s->end;
	}
	return (struct trend_bucket){ .known = true,
				      .has_range = sum.has_range,
				      .has_last = true,
				      .count = (uint16_t)sum.count,
				      .worst = (quality)((sum.worst & 0xFFu) |
							 (sum.end & QUALITY_FLAGS)),
				      .end = sum.end,
				      .min = sum.min,
				      .max = sum.max,
				      .last = sum.last };
}

static void assert_same(const struct trend_bucket *a, const struct trend_bucket *b)
{
	assert_int_equal(a->known, b->known);
	assert_int_equal(a->has_range, b->has_range);
	assert_int_equal(a->count, b->count);
	assert_int_equal(class_of(a->worst), class_of(b->worst));
	assert_int_equal(a->worst & QUALITY_FLAGS, b->worst & QUALITY_FLAGS);
	assert_int_equal(a->end, b->end);
	assert_double(a->last, b->last, 1e-4);
	if (!a->has_range)
		return;
	assert_double(a->min, b->min, 1e-4);
	assert_double(a->max, b->max, 1e-4);
}

/* What a second of a lively life holds: mostly nothing, sometimes a burst. */
static size_t happens(unsigned *seed, double *v, quality *q, size_t max)
{
	static const quality all[] = { GOOD,      GOOD,  GOOD,
				       NO_ANSWER, DOUBT, QUALITY_SUBSTITUTED };
	size_t n = rand_r(seed) % 4 ? 0 : (size_t)rand_r(seed) % max;

	if (rand_r(seed) % 50 == 0)
		n = max;
	for (size_t i = 0; i < n; i++) {
		v[i] = rand_r(seed) % 20000 / 100.0 - 100;
		q[i] = all[(size_t)rand_r(seed) % (sizeof(all) / sizeof(all[0]))];
	}
	return n;
}

/* The seconds reach far where little happens: without them the minutes have to know. */
static void compare_minutes(struct trend_pen *p, const struct naive *n, int64_t base_s,
			    unsigned *seed)
{
	static const int64_t minutes[] = { 1, 2, 5, 30 };

	p->fine.n = 0;
	for (int k = 0; k < 200; k++) {
		int64_t s = 60 * minutes[(size_t)k % 4], first = (base_s + s - 1) / s;
		int64_t end = (base_s + MODEL_S) / s;
		int64_t at = first + rand_r(seed) % (int)(end - first);
		struct trend_bucket got = read_one(p, at * s * 1000, s * 1000);
		struct trend_bucket want =
			naive_read(n, (size_t)(at * s - base_s), (size_t)s);

		want.count = got.count; /* an entry's count ends at 255 */
		assert_same(&got, &want);
	}
}

static void HM_06_every_second_is_as_a_naive_recorder_has_it(void **state)
{
	struct naive *n = calloc(1, sizeof(*n));

	(void)state;
	for (unsigned run = 1; run <= 20; run++) {
		unsigned seed = run;
		struct trend_pen *p = pen_of(5, GOOD);
		int64_t base_s = start_ms / 1000 + 60 - start_ms / 1000 % 60;

		n->last = 5;
		n->now = GOOD;
		for (size_t s = 0; s < MODEL_S; s++) {
			double v[12];
			quality q[12];
			size_t count = happens(&seed, v, q, 12);
			int64_t ms = (base_s + (int64_t)s) * 1000;

			for (size_t i = 0; i < count; i++)
				take(p, v[i], q[i], ms + (int64_t)i * 80);
			naive_second(n, s, v, q, count);
		}
		for (int k = 0; k < 400; k++) {
			static const int64_t lengths[] = { 1, 2, 7, 27, 60, 300, 3600 };
			int64_t s = lengths[(size_t)k % 7];
			/* seconds go back 70 minutes at least, minutes to the begin */
			int64_t back = s % 60 ? 4200 : MODEL_S;
			int64_t lo = base_s + MODEL_S - back, hi = base_s + MODEL_S;
			int64_t first = (lo + s - 1) / s, end = hi / s, at;
			struct trend_bucket got, want;

			at = first +
			     rand_r(&seed) % (int)(end - first > 0 ? end - first : 1);
			if (at >= end)
				continue;
			got = read_one(p, at * s * 1000, s * 1000);
			want = naive_read(n, (size_t)(at * s - base_s), (size_t)s);
			if (want.count > 255 || s >= 60)
				want.count = got.count; /* an entry's count ends at 255 */
			assert_same(&got, &want);
		}
		compare_minutes(p, n, base_s, &seed);
		trend_pen_free(p);
	}
	free(n);
}

/* --- by hand ------------------------------------------------------------------------ */

static void HM_06_a_spike_of_one_sample_is_in_every_zoom(void **state)
{
	struct trend_pen *p = pen_of(10, GOOD);
	const int64_t at = start_ms + 600 * 1000;
	static const int64_t seconds[] = { 1, 5, 60, 600, 3600 };

	(void)state;
	take(p, 10, GOOD, at);
	take(p, 99, GOOD, at + 100); /* and gone before the second ends */
	take(p, 10, GOOD, at + 200);
	for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
		struct trend_bucket b = read_one(p, at, seconds[i] * 1000);

		assert_true(b.has_range);
		assert_double(b.max, 99, 0);
		assert_double(b.min, 10, 0);
		assert_double(b.last, 10, 0);
		assert_int_equal(b.count, 3);
	}
	trend_pen_free(p);
}

static void a_value_that_stands_is_seen_without_news(void **state)
{
	struct trend_pen *p = pen_of(2.5, GOOD);
	struct trend_bucket b = read_one(p, start_ms + 1000 * 1000, 1000);

	(void)state;
	assert_true(b.known && b.has_range);
	assert_int_equal(b.count, 0);
	assert_double(b.min, 2.5, 0);
	assert_double(b.max, 2.5, 0);
	assert_int_equal(p->fine.n, 1); /* and it cost nothing */
	trend_pen_free(p);
}

static void PLC_01_a_gap_has_its_reason_and_no_value(void **state)
{
	struct trend_pen *p = pen_of(7, GOOD);
	const struct trend_news gone = { NULL, NO_ANSWER, false };
	const struct trend_news stale = { NULL, STALE, false };
	struct trend_bucket b;

	(void)state;
	trend_pen_take(p, &gone, start_ms + 10500);
	b = read_one(p, start_ms + 15000, 1000);
	assert_true(b.known);
	assert_false(b.has_range);
	assert_int_equal(b.worst, NO_ANSWER);
	assert_double(b.last, 7, 0); /* for who draws the tail of a stale one */
	take(p, 8, GOOD, start_ms + 20000);
	b = read_one(p, start_ms + 20000, 1000);
	assert_true(b.has_range);
	assert_int_equal(b.worst, GOOD);
	trend_pen_take(p, &stale, start_ms + 30000);
	b = read_one(p, start_ms + 40000, 1000);
	assert_int_equal(b.end, STALE);
	assert_double(b.last, 8, 0);
	trend_pen_free(p);
}

static void what_lies_before_the_recording_is_unknown(void **state)
{
	struct trend_pen *p = pen_of(1, GOOD);
	struct trend_bucket b[4];

	(void)state;
	trend_pen_read(p, start_ms - 2000, 1000, b, 4);
	assert_false(b[0].known);
	assert_false(b[1].known);
	assert_true(b[2].known);
	assert_true(b[3].known);
	trend_pen_read(p, -5000, 1000, b, 4);
	assert_false(b[0].known);
	trend_pen_free(p);
}

static void PR_08_a_full_ring_keeps_seventy_minutes_and_a_day(void **state)
{
	struct trend_pen *p = pen_of(0, GOOD);
	int64_t end_s = start_ms / 1000 + 2 * DAY_S;
	struct trend_bucket b;

	(void)state;
	for (int64_t s = start_ms / 1000; s < end_s; s++)
		take(p, (double)(s % 1000), GOOD, s * 1000);
	assert_int_equal(p->fine.n, TREND_FINE);
	assert_int_equal(p->coarse.n, TREND_COARSE);
	b = read_one(p, (end_s - TREND_FINE) * 1000, 1000);
	assert_true(b.known);
	assert_double(b.last, (double)((end_s - TREND_FINE) % 1000), 0);
	assert_false(read_one(p, (end_s - TREND_FINE - 1) * 1000, 1000).known);
	b = read_one(p, (end_s - DAY_S) * 1000, 60000);
	assert_true(b.known && b.has_range);
	assert_int_equal(b.count, 60);
	assert_false(read_one(p, (end_s - 26 * 3600) * 1000, 60000).known);
	trend_pen_free(p);
}

static void a_clock_that_is_set_back_cuts_what_lies_ahead(void **state)
{
	struct trend_pen *p = pen_of(1, GOOD);
	struct trend_bucket b;

	(void)state;
	for (int64_t s = 0; s < 600; s++)
		take(p, 1, GOOD, start_ms + s * 1000);
	take(p, 2, GOOD, start_ms + 300 * 1000);
	b = read_one(p, start_ms + 300 * 1000, 1000);
	assert_double(b.max, 2, 0);
	assert_double(b.min, 1, 0);
	b = read_one(p, start_ms + 500 * 1000, 1000);
	assert_double(b.max, 2, 0); /* as it stands since, not as it was before */
	assert_double(b.min, 2, 0);
	b = read_one(p, start_ms + 200 * 1000, 1000);
	assert_double(b.max, 1, 0);
	trend_pen_free(p);
}

static void PLC_17_numbers_of_any_size_keep_their_digits(void **state)
{
	static const double all[] = { 0,     -0.0,         2.125,         65000.12,
				      1e9,   123456789.25, 4503599627370, -1e15,
				      1e300, -DBL_MAX,     DBL_MIN };

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct trend_pen *p = pen_of(all[i], GOOD);
		struct trend_bucket b;
		double step = fabs(all[i]) < 1e12 ? 0.25 : 0;

		take(p, all[i] + step, GOOD, start_ms + 1000);
		b = read_one(p, start_ms + 1000, 1000);
		assert_true(isfinite(b.min) && isfinite(b.max) && isfinite(b.last));
		assert_double(b.last, all[i] + step, fabs(all[i]) * 1e-12 + 1e-4);
		trend_pen_free(p);
	}
}

static void numbers_beyond_a_float_stay_finite_and_nan_is_none(void **state)
{
	struct trend_pen *p = pen_of(1, GOOD);
	struct trend_bucket b;

	(void)state;
	take(p, DBL_MAX, GOOD, start_ms + 1000);
	take(p, -DBL_MAX, GOOD, start_ms + 1001);
	take(p, NAN, NO_ANSWER, start_ms + 1002);
	b = read_one(p, start_ms + 1000, 1000);
	assert_true(isfinite(b.min) && isfinite(b.max) && isfinite(b.last));
	assert_true(b.max > 1e38 && b.min < -1e38);
	trend_pen_free(p);
}

static void a_pen_costs_what_the_header_says(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct trend_entry), 20);
	assert_in_range(TREND_PEN_BYTES, 100 * 1024, 116 * 1024);
	assert_in_range((size_t)TREND_PEN_BYTES * TRENDS_MAX, 1, 60u << 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(HM_06_every_second_is_as_a_naive_recorder_has_it),
		cmocka_unit_test(HM_06_a_spike_of_one_sample_is_in_every_zoom),
		cmocka_unit_test(a_value_that_stands_is_seen_without_news),
		cmocka_unit_test(PLC_01_a_gap_has_its_reason_and_no_value),
		cmocka_unit_test(what_lies_before_the_recording_is_unknown),
		cmocka_unit_test(PR_08_a_full_ring_keeps_seventy_minutes_and_a_day),
		cmocka_unit_test(a_clock_that_is_set_back_cuts_what_lies_ahead),
		cmocka_unit_test(PLC_17_numbers_of_any_size_keep_their_digits),
		cmocka_unit_test(numbers_beyond_a_float_stay_finite_and_nan_is_none),
		cmocka_unit_test(a_pen_costs_what_the_header_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
