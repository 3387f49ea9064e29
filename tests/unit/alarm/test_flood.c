/* test_flood.c - floods by hand and against a count from the definition; times to clear
 * and to acknowledge in fixed memory. */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "alarm/flood.h"
#include "alarm/spread.h"

static struct alarm_flood flood;
static struct alarm_spread spread;

static int fresh(void **state)
{
	(void)state;
	flood = (struct alarm_flood){ 0 };
	spread = (struct alarm_spread){ 0 };
	return 0;
}

static bool come_at(int64_t second)
{
	assert_false(alarm_flood_pass(&flood, second, NULL));
	return alarm_flood_come(&flood);
}

static void AM_11_a_flood_starts_above_ten_and_ends_below_five(void **state)
{
	struct alarm_flood_end end;

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_false(come_at(1000 + 10 * i)); /* 1000 .. 1090 */
	assert_true(come_at(1100));                   /* the eleventh */
	assert_true(flood.on);
	assert_int_equal(flood.since, 1100);
	assert_false(come_at(1101)); /* it has started already */
	assert_int_equal(flood.peak, 12);
	/* 1000 .. 1070 leave at 1600 .. 1670: then 1080 1090 1100 1101 are left */
	assert_false(alarm_flood_pass(&flood, 1669, &end));
	assert_int_equal(flood.n, 5);
	assert_true(alarm_flood_pass(&flood, 5000, &end));
	assert_int_equal(end.since, 1100);
	assert_int_equal(end.until, 1670);
	assert_int_equal(end.total, 12);
	assert_int_equal(end.peak, 12);
	assert_int_equal(flood.n, 0);
	assert_false(flood.on);
}

static void AM_11_ten_alarms_in_ten_minutes_are_no_flood(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++)
		assert_false(come_at(60 * i)); /* never more than ten in 600 s */
	assert_int_equal(flood.n, 10);
	assert_true(come_at(60 * 99 + 1));
}

static void AM_11_a_clock_set_back_begins_the_count_anew(void **state)
{
	struct alarm_flood_end end;

	(void)state;
	for (int i = 0; i < 11; i++)
		come_at(10000);
	assert_true(flood.on);
	assert_true(alarm_flood_pass(&flood, 9000, &end));
	assert_int_equal(end.until, 10000);
	assert_int_equal(flood.n, 0);
	assert_false(alarm_flood_come(&flood));
	assert_int_equal(flood.n, 1);
	assert_false(alarm_flood_pass(&flood, 9599, NULL));
	assert_int_equal(flood.n, 1);
	assert_false(alarm_flood_pass(&flood, 9600, NULL));
	assert_int_equal(flood.n, 0);
}

static void AM_11_a_clock_set_back_a_little_loses_nothing(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++)
		come_at(1000 + i);
	assert_true(come_at(410)); /* 599 s back: the eleventh, at 1009 */
	assert_int_equal(flood.since, 1009);
	assert_false(alarm_flood_pass(&flood, 1599, NULL));
	assert_int_equal(flood.n, 11);
	alarm_flood_pass(&flood, 1609, NULL);
	assert_int_equal(flood.n, 0);
}

static void AL_01_ten_thousand_in_a_second_are_counted(void **state)
{
	struct alarm_flood_end end;

	(void)state;
	alarm_flood_pass(&flood, -5, NULL); /* seconds below 0 are seconds */
	for (int i = 0; i < 10000; i++)
		assert_int_equal(alarm_flood_come(&flood), i == 10);
	assert_int_equal(flood.peak, 10000);
	assert_true(alarm_flood_pass(&flood, 595, &end));
	assert_int_equal(end.until, 595);
	assert_int_equal(end.total, 10000);
}

/* --- against the definition --------------------------------------------------------- */

enum { COMES = 300 };

static uint32_t within(const int64_t *at, size_t n, int64_t after, int64_t upto)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += at[i] > after && at[i] <= upto;
	return sum;
}

/* The first second after `from` at whose begin fewer than five came in the last 600. */
static int64_t naive_end(const int64_t *at, size_t n, int64_t from)
{
	int64_t s = from + 1;

	while (within(at, n, s - 600, s - 1) >= 5)
		s++;
	return s;
}

static void AM_11_floods_agree_with_the_definition(void **state)
{
	int floods = 0;

	(void)state;
	for (unsigned seed = 1; seed <= 20; seed++) {
		int64_t at[COMES], second = 0, on_until = INT64_MIN;
		struct alarm_flood_end end;

		fresh(NULL);
		srandom(seed);
		for (size_t i = 0; i < COMES; i++) {
			second += random() % (random() % 8 ? 60 : 600);
			at[i] = second;
			bool ended = alarm_flood_pass(&flood, second, &end);
			if (ended)
				assert_int_equal(end.until, on_until);
			bool was_on = flood.on;
			bool starts = alarm_flood_come(&flood);
			assert_int_equal(flood.n,
					 within(at, i + 1, second - 600, second));
			assert_int_equal(starts, !was_on && flood.n > 10);
			floods += starts;
			if (flood.on)
				on_until = naive_end(at, i + 1, second);
		}
	}
	assert_true(floods > 20);
}

/* --- spread ----------------------------------------------------------------------- */

static void AM_11_percentiles_of_few_are_exact(void **state)
{
	(void)state;
	assert_true(isnan(alarm_spread_mean_ms(&spread)));
	assert_true(isnan(alarm_spread_percentile_ms(&spread, 95)));
	for (int i = 1; i <= 20; i++)
		alarm_spread_add(&spread, 10 * i);
	assert_double(alarm_spread_mean_ms(&spread), 105.0, 1e-9);
	assert_double(alarm_spread_percentile_ms(&spread, 95), 190.0, 0.0); /* 19th */
	assert_double(alarm_spread_percentile_ms(&spread, 50), 100.0, 0.0);
	alarm_spread_add(&spread, -7);
	assert_double(alarm_spread_percentile_ms(&spread, 1), 0.0, 0.0);
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void AM_11_percentiles_of_many_are_within_a_percent(void **state)
{
	enum { N = 5000 };
	static int64_t v[N];
	double sum = 0;

	(void)state;
	srandom(7);
	for (int i = 0; i < N; i++) {
		v[i] = random() % (1L << (1 + random() % 30));
		sum += (double)v[i];
		alarm_spread_add(&spread, v[i]);
	}
	qsort(v, N, sizeof(v[0]), by_size);
	assert_double(alarm_spread_mean_ms(&spread), sum / N, 1e-6);
	for (int p = 1; p <= 100; p++) {
		double want = (double)v[(N * p + 99) / 100 - 1];

		assert_double(alarm_spread_percentile_ms(&spread, p), want, want / 100);
	}
	alarm_spread_add(&spread, INT64_MAX); /* beyond every cell, counted still */
	assert_true(alarm_spread_percentile_ms(&spread, 100) > 1e12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(AM_11_a_flood_starts_above_ten_and_ends_below_five,
				       fresh),
		cmocka_unit_test_setup(AM_11_ten_alarms_in_ten_minutes_are_no_flood,
				       fresh),
		cmocka_unit_test_setup(AM_11_a_clock_set_back_begins_the_count_anew,
				       fresh),
		cmocka_unit_test_setup(AM_11_a_clock_set_back_a_little_loses_nothing,
				       fresh),
		cmocka_unit_test_setup(AL_01_ten_thousand_in_a_second_are_counted, fresh),
		cmocka_unit_test_setup(AM_11_floods_agree_with_the_definition, fresh),
		cmocka_unit_test_setup(AM_11_percentiles_of_few_are_exact, fresh),
		cmocka_unit_test_setup(AM_11_percentiles_of_many_are_within_a_percent,
				       fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
