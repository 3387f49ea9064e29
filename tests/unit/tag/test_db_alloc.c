/* test_db_alloc.c - a running tag database asks for no memory. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/count_allocs.h"
#include "tag/db.h"

enum { TAGS = 500, SETS = 100000 };

static void the_counter_counts(void **state)
{
	unsigned long before = alloc_count;
	void *volatile p = malloc(100);

	(void)state;
	free(p);
	assert_int_equal(alloc_count - before, 1);
}

static struct tag_db *fill(void)
{
	static const struct tag_limits kinds[] = {
		{ .stale_ms = 3000 },
		{ .stale_ms = 3000, .deadband = 0.5, .has_range = true, .hi = 90 },
		{ .stale_ms = 900, .frozen_ms = 5000 },
		{ 0 },
	};
	struct tag_db *db = tag_db_new();
	char name[32];

	for (uint32_t i = 0; i < TAGS; i++) {
		struct sample text = { .value = value_string("first") };

		snprintf(name, sizeof(name), "unit%u.value", i);
		tag_db_add(db, name, &kinds[i % 4]);
		if (i % 5 == 0)
			tag_db_set(db, i, &text);
		tag_db_set_band(db, i, 10, 20);
	}
	return db;
}

static void a_hundred_thousand_sets_ask_for_no_memory(void **state)
{
	struct tag_db *db = fill();
	unsigned long before = alloc_count;
	size_t seen = 0, n;

	(void)state;
	srandom(7);
	for (int64_t i = 0; i < SETS; i++) {
		uint32_t tag = (uint32_t)random() % TAGS;
		char text[16];
		struct sample s = { .value = value_double((double)(random() % 1000) / 10),
				    .source_time = { i },
				    .taken = { i * 1000000 } };

		if (tag % 5 == 0) {
			snprintf(text, sizeof(text), "%ld", random() % 4);
			s.value = value_string(text);
		}
		if (random() % 20 == 0)
			s.quality = QUALITY_MAKE(QUALITY_BAD, REASON_DEVICE);
		tag_db_set(db, tag, &s);
		tag_db_expire(db, s.taken);
		if (i % 50 == 0) {
			tag_db_drain(db, &n);
			seen += n;
		}
	}
	assert_int_equal(alloc_count, before);
	assert_true(seen > SETS / 4);
	tag_db_free(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_counter_counts),
		cmocka_unit_test(a_hundred_thousand_sets_ask_for_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
