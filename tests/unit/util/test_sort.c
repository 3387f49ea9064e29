/* test_sort.c - what stands in order is left alone, anything else comes into it. */
#include "support/test.h"

#include <stdint.h>
#include <stdlib.h>

#include "util/sort.h"

enum { ROUNDS = 2000, NUMBERS_MAX = 40 };

static size_t compared;

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	compared++;
	return *x < *y ? -1 : *x > *y;
}

static void what_stands_in_order_is_looked_at_once(void **state)
{
	uint32_t v[NUMBERS_MAX];

	(void)state;
	for (uint32_t i = 0; i < NUMBERS_MAX; i++)
		v[i] = i / 2; /* equal ones too */
	compared = 0;
	sort_unless_sorted(v, NUMBERS_MAX, sizeof(v[0]), by_number);
	assert_int_equal(compared, NUMBERS_MAX - 1);
	sort_unless_sorted(NULL, 0, sizeof(v[0]), by_number);
	assert_int_equal(compared, NUMBERS_MAX - 1);
}

static void anything_else_is_sorted(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		uint32_t v[NUMBERS_MAX];
		size_t n = (size_t)round % (NUMBERS_MAX + 1);
		uint64_t sum = 0;

		for (size_t i = 0; i < n; i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			v[i] = (uint32_t)(seed >> 33) % 50;
			sum += v[i];
		}
		sort_unless_sorted(v, n, sizeof(v[0]), by_number);
		for (size_t i = 0; i < n; i++) {
			assert_true(i == 0 || v[i - 1] <= v[i]);
			sum -= v[i];
		}
		assert_int_equal(sum, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_stands_in_order_is_looked_at_once),
		cmocka_unit_test(anything_else_is_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
