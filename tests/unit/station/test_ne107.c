/* test_ne107.c - one status a device: the worst sign wins, and nothing flutters. */
#include "support/test.h"

#include "station/ne107.h"

static const struct mono start = { 1000000000 };

static enum wire_ne107 at(struct ne107 *n, const struct ne107_signs *s, int64_t ms)
{
	return ne107_update(n, s, mono_add_ms(start, ms));
}

static void each_sign_means_one_status(void **state)
{
	static const struct {
		struct ne107_signs signs;
		enum wire_ne107 want;
	} row[] = {
		{ { .spoken = 100 }, WIRE_NE107_OK },
		{ { .spoken = 0 }, WIRE_NE107_OK },
		{ { .spoken = 100, .failed = true }, WIRE_NE107_FAILURE },
		{ { .spoken = 100, .dead = true }, WIRE_NE107_FAILURE },
		{ { .spoken = 100, .bad = 50 }, WIRE_NE107_FAILURE },
		{ { .spoken = 100, .bad = 49 }, WIRE_NE107_OUT_OF_SPEC },
		{ { .spoken = 100, .bad = 10 }, WIRE_NE107_OUT_OF_SPEC },
		{ { .spoken = 100, .bad = 9 }, WIRE_NE107_MAINTENANCE },
		{ { .spoken = 100, .bad = 1 }, WIRE_NE107_MAINTENANCE },
		{ { .spoken = 1, .bad = 1 }, WIRE_NE107_FAILURE },
		{ { .spoken = 100, .trouble = true }, WIRE_NE107_OUT_OF_SPEC },
		{ { .spoken = 100, .worn = true }, WIRE_NE107_MAINTENANCE },
		{ { .spoken = 100, .by_hand = 1 }, WIRE_NE107_FUNCTION },
		{ { .spoken = 100, .by_hand = 1, .trouble = true }, WIRE_NE107_FUNCTION },
		{ { .spoken = 100, .by_hand = 1, .dead = true }, WIRE_NE107_FAILURE },
		{ { .spoken = 100, .worn = true, .trouble = true },
		  WIRE_NE107_OUT_OF_SPEC },
		{ { .spoken = UINT32_MAX, .bad = UINT32_MAX / 2 + 1 },
		  WIRE_NE107_FAILURE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct ne107 n = { .known = false };

		if (at(&n, &row[i].signs, 0) != row[i].want)
			fail_msg("row %zu: %s", i, wire_ne107_name(n.shown));
	}
}

static void worse_is_shown_at_once_and_better_when_it_lasts(void **state)
{
	const struct ne107_signs fine = { .spoken = 10 };
	const struct ne107_signs worn = { .spoken = 10, .worn = true };
	const struct ne107_signs dead = { .spoken = 10, .dead = true };
	struct ne107 n = { .known = false };

	(void)state;
	assert_int_equal(at(&n, &fine, 0), WIRE_NE107_OK);
	assert_int_equal(at(&n, &worn, 1), WIRE_NE107_MAINTENANCE);
	assert_int_equal(at(&n, &dead, 2), WIRE_NE107_FAILURE);
	assert_int_equal(at(&n, &worn, 3), WIRE_NE107_FAILURE);
	assert_int_equal(at(&n, &worn, 2 + NE107_HOLD_MS), WIRE_NE107_FAILURE);
	assert_int_equal(at(&n, &worn, 3 + NE107_HOLD_MS), WIRE_NE107_MAINTENANCE);
	assert_int_equal(at(&n, &fine, 4 + NE107_HOLD_MS), WIRE_NE107_MAINTENANCE);
	assert_int_equal(at(&n, &fine, 4 + 2 * NE107_HOLD_MS), WIRE_NE107_OK);
}

static void what_comes_and_goes_does_not_flutter(void **state)
{
	const struct ne107_signs fine = { .spoken = 10 };
	const struct ne107_signs dead = { .spoken = 10, .dead = true };
	struct ne107 n = { .known = false };
	int changes = 0;
	enum wire_ne107 was = at(&n, &fine, 0);

	(void)state;
	for (int64_t ms = 500; ms <= 600000; ms += 500) {
		enum wire_ne107 is = at(&n, ms / 1000 % 5 == 0 ? &dead : &fine, ms);

		changes += is != was;
		was = is;
	}
	assert_int_equal(changes, 1);
	assert_int_equal(was, WIRE_NE107_FAILURE);
}

/* A share about its limit: reached at a tenth, left below a twentieth. */
static void a_share_of_bad_tags_has_a_deadband(void **state)
{
	struct ne107_signs s = { .spoken = 100, .bad = 9 };
	struct ne107 n = { .known = false };

	(void)state;
	assert_int_equal(at(&n, &s, 0), WIRE_NE107_MAINTENANCE);
	s.bad = 10;
	assert_int_equal(at(&n, &s, 1), WIRE_NE107_OUT_OF_SPEC);
	s.bad = 5;
	at(&n, &s, 2);
	assert_int_equal(at(&n, &s, 100000), WIRE_NE107_OUT_OF_SPEC);
	s.bad = 4;
	at(&n, &s, 100001);
	assert_int_equal(at(&n, &s, 200000), WIRE_NE107_MAINTENANCE);
	s.bad = 50;
	assert_int_equal(at(&n, &s, 200001), WIRE_NE107_FAILURE);
	s.bad = 40;
	at(&n, &s, 200002);
	assert_int_equal(at(&n, &s, 300000), WIRE_NE107_FAILURE);
	s.bad = 39;
	at(&n, &s, 300001);
	assert_int_equal(at(&n, &s, 400000), WIRE_NE107_OUT_OF_SPEC);
	s.bad = 0;
	at(&n, &s, 400001);
	assert_int_equal(at(&n, &s, 500000), WIRE_NE107_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_sign_means_one_status),
		cmocka_unit_test(worse_is_shown_at_once_and_better_when_it_lasts),
		cmocka_unit_test(what_comes_and_goes_does_not_flutter),
		cmocka_unit_test(a_share_of_bad_tags_has_a_deadband),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
