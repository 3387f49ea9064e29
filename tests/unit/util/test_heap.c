/* test_heap.c - deadlines come out in order, whatever was set, moved or removed. */
#include "support/test.h"

#include <stdlib.h>

#include "util/heap.h"

enum { IDS = 40 };

static void nothing_is_due_in_an_empty_heap(void **state)
{
	struct heap h = HEAP_INIT;
	uint32_t id = 7;

	(void)state;
	heap_reserve(&h, IDS);
	assert_int_equal(heap_next(&h).ns, INT64_MAX);
	assert_false(heap_due(&h, (struct mono){ INT64_MAX - 1 }, &id));
	heap_remove(&h, 3); /* never set: allowed */
	assert_int_equal(heap_deadline(&h, 3).ns, INT64_MAX);
	heap_release(&h);
}

static void equal_times_come_out_by_id(void **state)
{
	struct heap h = HEAP_INIT;
	uint32_t id;

	(void)state;
	heap_reserve(&h, IDS);
	for (uint32_t i = IDS; i-- > 0;)
		heap_set(&h, i, (struct mono){ 5 });
	for (uint32_t want = 0; want < IDS; want++) {
		assert_true(heap_due(&h, (struct mono){ 5 }, &id));
		assert_int_equal(id, want);
		heap_remove(&h, id);
	}
	heap_release(&h);
}

static void a_deadline_is_reached_at_its_very_nanosecond(void **state)
{
	struct heap h = HEAP_INIT;
	uint32_t id;

	(void)state;
	heap_reserve(&h, IDS);
	heap_set(&h, 9, (struct mono){ 1000 });
	assert_false(heap_due(&h, (struct mono){ 999 }, &id));
	assert_true(heap_due(&h, (struct mono){ 1000 }, &id));
	heap_set(&h, 9, (struct mono){ 2000 }); /* moved, not doubled */
	assert_int_equal(h.n, 1);
	assert_false(heap_due(&h, (struct mono){ 1000 }, &id));
	heap_release(&h);
}

/* Against an array searched from end to end. */
static int64_t model_first(const int64_t *at, uint32_t n, uint32_t *id)
{
	int64_t best = INT64_MAX;

	for (uint32_t i = 0; i < n; i++) {
		if (at[i] < best) {
			best = at[i];
			*id = i;
		}
	}
	return best;
}

static void agrees_with_a_naive_list_on_random_moves(void **state)
{
	struct heap h = HEAP_INIT;
	int64_t at[IDS];
	uint32_t ids = 1;

	(void)state;
	srandom(20261122);
	heap_reserve(&h, ids);
	for (uint32_t i = 0; i < IDS; i++)
		at[i] = INT64_MAX;
	for (int step = 0; step < 50000; step++) {
		if (ids < IDS && step % 1000 == 0)
			heap_reserve(&h, ++ids);
		uint32_t id = (uint32_t)random() % ids, first = 0, got = 0;

		if (random() % 3) {
			at[id] = random() % 64;
			heap_set(&h, id, (struct mono){ at[id] });
		} else {
			at[id] = INT64_MAX;
			heap_remove(&h, id);
		}
		int64_t want = model_first(at, ids, &first);

		assert_int_equal(heap_next(&h).ns, want);
		assert_int_equal(heap_deadline(&h, id).ns, at[id]);
		if (want != INT64_MAX) {
			assert_true(heap_due(&h, (struct mono){ want }, &got));
			assert_int_equal(got, first);
		}
	}
	heap_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_due_in_an_empty_heap),
		cmocka_unit_test(equal_times_come_out_by_id),
		cmocka_unit_test(a_deadline_is_reached_at_its_very_nanosecond),
		cmocka_unit_test(agrees_with_a_naive_list_on_random_moves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
