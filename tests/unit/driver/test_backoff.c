/* test_backoff.c - waits double from half a second to ten, with jitter. */
#include "support/test.h"

#include "driver/backoff.h"

static void PLC_01_waits_double_to_ten_seconds(void **state)
{
	static const int64_t base[] = { 500, 1000, 2000, 4000, 8000, 10000, 10000 };
	struct backoff b;

	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++) {
		backoff_init(&b, seed);
		for (size_t i = 0; i < sizeof(base) / sizeof(base[0]); i++) {
			int64_t ms = backoff_next_ms(&b);
			assert_in_range(ms, base[i] * 3 / 4, base[i]);
		}
		backoff_reset(&b);
		assert_in_range(backoff_next_ms(&b), 375, 500);
	}
}

static void seeds_knock_at_different_times(void **state)
{
	struct backoff a, b;
	int same = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++) {
		backoff_init(&a, seed);
		backoff_init(&b, seed + 1);
		same += backoff_next_ms(&a) == backoff_next_ms(&b);
	}
	assert_true(same < 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(PLC_01_waits_double_to_ten_seconds),
		cmocka_unit_test(seeds_knock_at_different_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
