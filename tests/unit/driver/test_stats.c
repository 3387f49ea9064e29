/* test_stats.c - round trips: percentiles from buckets of a fixed number. */
#include "support/test.h"

#include <string.h>

#include "driver/stats.h"

static void nothing_counted_is_nothing(void **state)
{
	struct histogram h = { 0 };

	(void)state;
	assert_int_equal(histogram_percentile(&h, 50), 0);
	assert_int_equal(histogram_percentile(&h, 100), 0);
}

static void small_values_are_exact(void **state)
{
	(void)state;
	for (uint32_t us = 0; us < 16; us++) {
		struct histogram h = { 0 };

		histogram_add(&h, us);
		histogram_add(&h, 1000); /* so that the largest one does not cap it */
		assert_int_equal(histogram_percentile(&h, 50), us);
	}
}

/* Over the whole range: never below the value, never more than an eighth above. */
static void a_value_is_known_to_an_eighth(void **state)
{
	(void)state;
	for (uint64_t us = 1; us < 60000000; us += us / 3 + 1) {
		struct histogram h = { 0 };

		histogram_add(&h, (int64_t)us);
		histogram_add(&h, INT64_MAX);
		uint32_t got = histogram_percentile(&h, 50);
		assert_true(got >= us);
		assert_true(got <= us + us / 8);
	}
}

static void percentiles_by_rank(void **state)
{
	struct histogram h = { 0 };

	(void)state;
	for (int i = 1; i <= 1000; i++)
		histogram_add(&h, i * 100); /* 0.1 to 100 ms */
	assert_in_range(histogram_percentile(&h, 50), 50000, 56250);
	assert_in_range(histogram_percentile(&h, 95), 95000, 100000);
	assert_in_range(histogram_percentile(&h, 99), 99000, 100000);
	assert_int_equal(histogram_percentile(&h, 100), 100000);
	assert_int_equal(histogram_percentile(&h, 0), 103); /* the least one's bucket */
	assert_int_equal(h.max_us, 100000);
}

static void absurd_times_stay_inside(void **state)
{
	struct histogram h = { 0 };

	(void)state;
	histogram_add(&h, -5);
	assert_int_equal(histogram_percentile(&h, 100), 0);
	histogram_add(&h, INT64_MAX);
	assert_int_equal(h.max_us, UINT32_MAX);
	assert_int_equal(histogram_percentile(&h, 100), UINT32_MAX);
	assert_int_equal(h.bucket[HISTOGRAM_BUCKETS - 1], 1);
}

static struct mono at_ms(int64_t ms)
{
	return (struct mono){ (1000 + ms) * 1000000 };
}

static void old_round_trips_are_forgotten(void **state)
{
	static struct round_trips r;
	struct device_stats s = { 0 };

	(void)state;
	memset(&r, 0, sizeof(r));
	round_trips_sum_up(&r, at_ms(0), &s);
	assert_int_equal(s.max_us, 0);
	round_trips_add(&r, 500000, at_ms(10)); /* a slow one */
	for (int i = 0; i < 99; i++)
		round_trips_add(&r, 1000, at_ms(STATS_WINDOW_MS - 1));
	round_trips_sum_up(&r, at_ms(STATS_WINDOW_MS), &s);
	assert_int_equal(s.max_us, 500000); /* the window before still counts */
	assert_in_range(s.p50_us, 1000, 1125);
	assert_in_range(s.p99_us, 1000, 1125);
	round_trips_add(&r, 2000, at_ms(2 * STATS_WINDOW_MS));
	round_trips_sum_up(&r, at_ms(2 * STATS_WINDOW_MS + 1), &s);
	assert_int_equal(s.max_us, 2000);
	/* a long silence: both windows are over at once */
	round_trips_sum_up(&r, at_ms(9 * STATS_WINDOW_MS), &s);
	assert_int_equal(s.max_us, 0);
	assert_int_equal(s.p50_us, 0);
}

static void every_kind_has_a_name(void **state)
{
	(void)state;
	for (int k = 0; k < REFUSED_KINDS; k++) {
		assert_non_null(refused_kind_name((enum refused_kind)k));
		for (int j = 0; j < k; j++)
			assert_string_not_equal(refused_kind_name((enum refused_kind)k),
						refused_kind_name((enum refused_kind)j));
	}
	assert_string_equal(refused_kind_name(REFUSED_KINDS), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_counted_is_nothing),
		cmocka_unit_test(small_values_are_exact),
		cmocka_unit_test(a_value_is_known_to_an_eighth),
		cmocka_unit_test(percentiles_by_rank),
		cmocka_unit_test(absurd_times_stay_inside),
		cmocka_unit_test(old_round_trips_are_forgotten),
		cmocka_unit_test(every_kind_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
