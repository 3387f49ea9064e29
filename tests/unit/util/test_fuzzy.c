/* test_fuzzy.c - which of several names fits best what was typed. */
#include "support/test.h"

#include "util/fuzzy.h"

static void HM_09_the_better_fit_comes_first(void **state)
{
	/* for what is typed each of these fits better than the next */
	static const struct {
		const char *typed, *better, *worse;
	} pairs[] = {
		{ "intake", "intake", "intake.flow" },
		{ "intake", "intake.flow", "raw.intake" },
		{ "level", "t101.level", "t101.levelling" },
		{ "flow", "p1.flow", "p1.overflow" },
		{ "flow", "p1.overflow", "forward.low" },
		{ "T101", "t101.level", "x.t101" },
		{ "a b", "a.b", "a.xb" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (fuzzy_score(pairs[i].typed, pairs[i].better, "") <=
		    fuzzy_score(pairs[i].typed, pairs[i].worse, ""))
			fail_msg("%s: %s is no better than %s", pairs[i].typed,
				 pairs[i].better, pairs[i].worse);
	/* a name goes before a description, and this before scattered letters */
	assert_true(fuzzy_score("pump", "x.pump", "") >
		    fuzzy_score("pump", "x", "the pump"));
	assert_true(fuzzy_score("pmp", "x", "a pmp") > fuzzy_score("pmp", "pump", ""));
}

static void every_word_has_to_be_found(void **state)
{
	(void)state;
	assert_true(fuzzy_score("p101 speed", "intake.p101.speed", "") > 0);
	assert_true(fuzzy_score("speed p101", "intake.p101.speed", "") > 0);
	assert_true(fuzzy_score("p101 well", "intake.p101.speed", "Well pump") > 0);
	assert_int_equal(fuzzy_score("p101 filter", "intake.p101.speed", "Well pump"), 0);
	assert_true(fuzzy_score("", "anything", "") > 0);
	assert_true(fuzzy_score("  ", "anything", "") > 0);
	assert_true(fuzzy_score("ips", "intake.p101.speed", "") > 0);
	assert_int_equal(fuzzy_score("spi", "intake.p101.s", ""), 0);
}

static void whatever_is_typed_ends(void **state)
{
	static const char *const odd[] = { "\xff", "\xe6\xb0\xb4", "a\xcc", "%s",
					   ".",    "\x01" };

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		assert_true(fuzzy_score(odd[i], odd[i], "") > 0);
		assert_int_equal(fuzzy_score(odd[i], "", ""), 0);
		assert_int_equal(fuzzy_score(odd[i], "bcd", "efg"), 0);
	}
}

static void a_filter_looks_into_all_texts(void **state)
{
	const char *const texts[] = { "intake.p101.trip", NULL, "Well pump tripped" };

	(void)state;
	assert_true(fuzzy_filter("", texts, 3));
	assert_true(fuzzy_filter("TRIP", texts, 3));
	assert_true(fuzzy_filter("p101 well", texts, 3));
	assert_false(fuzzy_filter("p102", texts, 3));
	assert_false(fuzzy_filter("p101 filter", texts, 3));
	assert_false(fuzzy_filter("itrip", texts, 3)); /* a filter does not guess */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(HM_09_the_better_fit_comes_first),
		cmocka_unit_test(every_word_has_to_be_found),
		cmocka_unit_test(whatever_is_typed_ends),
		cmocka_unit_test(a_filter_looks_into_all_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
