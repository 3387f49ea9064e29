/* test_plan.c - block reads: merged within limits, never cutting a value. */
#include "support/test.h"

#include <stdlib.h>

#include "driver/plan.h"

static const struct plan_limits limits[4] = {
	{ 2000, 160 }, { 2000, 160 }, { 125, 10 }, { 125, 10 }
};

static void assert_block(const struct plan_block *b, uint32_t area, uint32_t first,
			 uint32_t count, size_t ranges)
{
	assert_int_equal(b->area, area);
	assert_int_equal(b->first, first);
	assert_int_equal(b->count, count);
	assert_int_equal(b->ranges, ranges);
}

static void nothing_needs_no_block(void **state)
{
	size_t n = 9;

	(void)state;
	assert_null(plan_build(NULL, 0, limits, NULL, 0, &n));
	assert_int_equal(n, 0);
}

static void neighbours_are_read_together(void **state)
{
	struct plan_range r[] = { { 3, 4, 2, 0 },
				  { 3, 0, 2, 1 },
				  { 3, 2, 2, 2 },
				  { 2, 0, 1, 3 },
				  { 3, 0, 1, 4 } };
	size_t n;

	(void)state;
	struct plan_block *b = plan_build(r, 5, limits, NULL, 0, &n);
	assert_int_equal(n, 2);
	assert_block(&b[0], 2, 0, 1, 1);
	assert_block(&b[1], 3, 0, 6, 4);
	assert_int_equal(r[1].item, 4); /* sorted: shorter first at the same place */
	free(b);
}

static void the_gap_rule(void **state)
{
	struct plan_range near[] = { { 3, 0, 1, 0 }, { 3, 11, 1, 1 } };
	struct plan_range far[] = { { 3, 0, 1, 0 }, { 3, 12, 1, 1 } };
	size_t n;

	(void)state;
	struct plan_block *b = plan_build(near, 2, limits, NULL, 0, &n);
	assert_int_equal(n, 1);
	assert_block(&b[0], 3, 0, 12, 2);
	free(b);
	b = plan_build(far, 2, limits, NULL, 0, &n);
	assert_int_equal(n, 2);
	free(b);
}

static void PLC_20_a_value_is_never_cut_between_two_reads(void **state)
{
	struct plan_range r[100];
	size_t n;

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		r[i] = plan_range(3, 1 + i * 4, 4, i);
	struct plan_block *b = plan_build(r, 100, limits, NULL, 0, &n);
	for (size_t i = 0; i < n; i++) {
		assert_true(b[i].count <= 125);
		for (size_t k = b[i].range; k < b[i].range + b[i].ranges; k++) {
			assert_true(r[k].first >= b[i].first);
			assert_true((uint32_t)r[k].first + r[k].count <=
				    b[i].first + b[i].count);
		}
	}
	assert_int_equal(n, 4); /* 31 values of 4 fit in 125 registers */
	free(b);
}

static void limits_hold_to_the_cell(void **state)
{
	struct plan_range fits[] = { { 3, 0, 120, 0 }, { 3, 120, 5, 1 } };
	struct plan_range over[] = { { 3, 0, 120, 0 }, { 3, 120, 6, 1 } };
	struct plan_range inside[] = { { 3, 0, 125, 0 }, { 3, 124, 1, 1 } };
	size_t n;

	(void)state;
	free(plan_build(fits, 2, limits, NULL, 0, &n));
	assert_int_equal(n, 1);
	free(plan_build(over, 2, limits, NULL, 0, &n));
	assert_int_equal(n, 2);
	free(plan_build(inside, 2, limits, NULL, 0, &n));
	assert_int_equal(n, 1);
}

static void every_range_is_in_exactly_one_block(void **state)
{
	uint64_t x = 1234567;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct plan_range r[60];
		size_t count = (size_t)round % 60 + 1, n, covered = 0;

		for (size_t i = 0; i < count; i++) {
			x = x * 6364136223846793005u + 1442695040888963407u;
			r[i] = plan_range((uint32_t)(x >> 33) % 4,
					  (uint32_t)(x >> 40) % 400,
					  1u << (uint32_t)(x >> 50) % 3, (uint32_t)i);
		}
		struct plan_block *b = plan_build(r, count, limits, NULL, 0, &n);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(b[i].range, covered);
			covered += b[i].ranges;
			assert_true(b[i].count <= limits[b[i].area].max_count);
			for (size_t k = b[i].range; k < covered; k++)
				assert_int_equal(r[k].area, b[i].area);
		}
		assert_int_equal(covered, count);
		free(b);
	}
}

static void a_split_cuts_at_the_widest_gap(void **state)
{
	struct plan_range r[] = {
		{ 3, 0, 2, 0 }, { 3, 4, 2, 1 }, { 3, 12, 2, 2 }, { 3, 14, 2, 3 }
	};
	struct plan_block out[2];
	size_t n;

	(void)state;
	struct plan_block *b = plan_build(r, 4, limits, NULL, 0, &n);
	assert_int_equal(n, 1);
	plan_split(r, &b[0], out);
	assert_block(&out[0], 3, 0, 6, 2);
	assert_block(&out[1], 3, 12, 4, 2);
	plan_split(r, &out[1], out);
	assert_block(&out[0], 3, 12, 2, 1);
	assert_block(&out[1], 3, 14, 2, 1);
	free(b);
}

static void a_split_without_a_gap_cuts_in_the_middle(void **state)
{
	struct plan_range r[] = { { 3, 0, 4, 0 }, { 3, 0, 1, 1 }, { 3, 1, 1, 2 } };
	struct plan_block out[2];
	size_t n;

	(void)state;
	struct plan_block *b = plan_build(r, 3, limits, NULL, 0, &n);
	plan_split(r, &b[0], out);
	assert_int_equal(out[0].ranges + out[1].ranges, 3);
	assert_true(out[0].ranges >= 1 && out[1].ranges >= 1);
	free(b);
}

static void no_block_touches_a_hole(void **state)
{
	struct plan_range r[] = {
		{ 3, 0, 2, 0 }, { 3, 2, 2, 1 }, { 3, 6, 2, 2 }, { 3, 8, 1, 3 }
	};
	const struct plan_hole gap[] = { { 3, 4, 2 }, { 2, 0, 9 } };
	size_t n;

	(void)state;
	struct plan_block *b = plan_build(r, 4, limits, gap, 2, &n);
	assert_int_equal(n, 2);
	assert_block(&b[0], 3, 0, 4, 2);
	assert_block(&b[1], 3, 6, 3, 2);
	free(b);
}

/* A tag that itself lies in a hole is asked for alone, and its neighbours together. */
static void a_refused_range_is_a_block_of_its_own(void **state)
{
	struct plan_range r[] = { { 3, 0, 1, 0 },
				  { 3, 1, 1, 1 },
				  { 3, 1, 1, 2 },
				  { 3, 2, 1, 3 },
				  { 3, 3, 1, 4 } };
	const struct plan_hole refused = { 3, 1, 1 };
	size_t n;

	(void)state;
	struct plan_block *b = plan_build(r, 5, limits, &refused, 1, &n);
	assert_int_equal(n, 3);
	assert_block(&b[0], 3, 0, 1, 1);
	assert_block(&b[1], 3, 1, 1, 2);
	assert_block(&b[2], 3, 2, 2, 2);
	free(b);
}

static void a_seam_parts_what_meets_there(void **state)
{
	struct plan_range r[] = { { 3, 0, 2, 0 }, { 3, 2, 2, 1 }, { 3, 4, 2, 2 } };
	const struct plan_hole seam = { 3, 4, 0 };
	size_t n;

	(void)state;
	struct plan_block *b = plan_build(r, 3, limits, &seam, 1, &n);
	assert_int_equal(n, 2);
	assert_block(&b[0], 3, 0, 4, 2);
	assert_block(&b[1], 3, 4, 2, 1);
	struct plan_hole again = plan_between(&b[0], &b[1]);
	assert_int_equal(again.first, 4);
	assert_int_equal(again.count, 0);
	b[1].first = 7;
	again = plan_between(&b[0], &b[1]);
	assert_int_equal(again.area, 3);
	assert_int_equal(again.first, 4);
	assert_int_equal(again.count, 3);
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_needs_no_block),
		cmocka_unit_test(neighbours_are_read_together),
		cmocka_unit_test(the_gap_rule),
		cmocka_unit_test(PLC_20_a_value_is_never_cut_between_two_reads),
		cmocka_unit_test(limits_hold_to_the_cell),
		cmocka_unit_test(every_range_is_in_exactly_one_block),
		cmocka_unit_test(a_split_cuts_at_the_widest_gap),
		cmocka_unit_test(a_split_without_a_gap_cuts_in_the_middle),
		cmocka_unit_test(no_block_touches_a_hole),
		cmocka_unit_test(a_refused_range_is_a_block_of_its_own),
		cmocka_unit_test(a_seam_parts_what_meets_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
