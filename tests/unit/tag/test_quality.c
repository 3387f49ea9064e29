/* test_quality.c - every reason has a name and a sentence; the worst quality wins. */
#include "support/test.h"

#include <string.h>

#include "tag/quality.h"
#include "util/utf8.h"

#define GOOD         QUALITY_MAKE(QUALITY_GOOD, REASON_NONE)
#define BAD(r)       QUALITY_MAKE(QUALITY_BAD, REASON_##r)
#define UNCERTAIN(r) QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_##r)

static void every_reason_has_a_name_and_a_sentence_of_its_own(void **state)
{
	(void)state;
	assert_string_equal(quality_reason_name(GOOD), "");
	for (unsigned r = REASON_NONE + 1; r < REASON_COUNT; r++) {
		quality q = QUALITY_MAKE(QUALITY_BAD, r);

		assert_true(quality_is_valid(q));
		assert_int_equal(quality_reason(q), r);
		assert_int_equal(quality_class(q), QUALITY_BAD);
		assert_true(strlen(quality_reason_name(q)) > 0);
		assert_int_equal(
			strspn(quality_reason_name(q), "abcdefghijklmnopqrstuvwxyz_"),
			strlen(quality_reason_name(q)));
		assert_true(strlen(quality_reason_text(q)) > 10);
		assert_true(utf8_is_clean(quality_reason_text(q)));
		for (unsigned other = REASON_NONE; other < r; other++)
			assert_string_not_equal(
				quality_reason_name(q),
				quality_reason_name(QUALITY_MAKE(QUALITY_BAD, other)));
	}
}

static void what_no_version_of_ours_writes_is_not_valid(void **state)
{
	(void)state;
	assert_false(quality_is_valid(3));
	assert_false(quality_is_valid(QUALITY_MAKE(QUALITY_BAD, REASON_COUNT)));
	assert_false(quality_is_valid(0x00FF));
	assert_string_equal(quality_reason_name(0x00FE), "unknown");
	assert_string_equal(quality_reason_text(0x00FE), "unknown");
	assert_string_equal(quality_class_name(3), "bad"); /* never better than it is */
	assert_true(quality_is_valid(QUALITY_FLAGS));
}

static void the_classes_have_names(void **state)
{
	(void)state;
	assert_string_equal(quality_class_name(GOOD), "good");
	assert_string_equal(quality_class_name(UNCERTAIN(RANGE)), "uncertain");
	assert_string_equal(quality_class_name(BAD(COMM)), "bad");
}

static void the_worse_class_wins_with_its_reason_and_flags_add_up(void **state)
{
	static const struct {
		unsigned a, b, want;
	} rows[] = {
		{ GOOD, GOOD, GOOD },
		{ GOOD, BAD(COMM), BAD(COMM) },
		{ BAD(COMM), GOOD, BAD(COMM) },
		{ UNCERTAIN(RANGE), BAD(STALE), BAD(STALE) },
		{ UNCERTAIN(RANGE), GOOD, UNCERTAIN(RANGE) },
		{ BAD(COMM), BAD(STALE), BAD(COMM) }, /* the first of equals */
		{ QUALITY_SUBSTITUTED, BAD(COMM), BAD(COMM) | QUALITY_SUBSTITUTED },
		{ QUALITY_SUBSTITUTED, QUALITY_CLOCK,
		  QUALITY_SUBSTITUTED | QUALITY_CLOCK },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(quality_worst((quality)rows[i].a, (quality)rows[i].b),
				 rows[i].want);
}

static void only_good_and_unflagged_passes_an_interlock(void **state)
{
	(void)state;
	assert_true(quality_is_interlock_grade(GOOD));
	for (int bit = 8; bit < 16; bit++) {
		quality q = (quality)(1u << bit);

		assert_true(quality_is_good(q));
		assert_false(quality_is_interlock_grade(q));
	}
	assert_false(quality_is_interlock_grade(UNCERTAIN(RANGE)));
}

static void flags_are_named_in_one_line(void **state)
{
	char text[64], tiny[8];

	(void)state;
	quality_flags_text(GOOD, text, sizeof(text));
	assert_string_equal(text, "");
	quality_flags_text(QUALITY_SIMULATED, text, sizeof(text));
	assert_string_equal(text, "simulated");
	quality_flags_text((quality)(BAD(COMM) | QUALITY_FLAGS), text, sizeof(text));
	assert_string_equal(text, "substituted,simulated,clock,retained");
	quality_flags_text(QUALITY_SUBSTITUTED, tiny, sizeof(tiny));
	assert_string_equal(tiny, "substit");
}

static void the_mark_on_the_glass_shows_the_worst_first(void **state)
{
	static const struct {
		unsigned q;
		char mark;
	} rows[] = {
		{ GOOD, ' ' },
		{ BAD(COMM), '?' },
		{ BAD(FROZEN), '?' },
		{ BAD(STALE), '~' },
		{ UNCERTAIN(RANGE), 'u' },
		{ UNCERTAIN(STALE), '~' },
		{ QUALITY_SUBSTITUTED, 'S' },
		{ QUALITY_SIMULATED, 'T' },
		{ QUALITY_SUBSTITUTED | QUALITY_SIMULATED, 'S' },
		{ BAD(COMM) | QUALITY_SUBSTITUTED, '?' }, /* bad hides behind nothing */
		{ UNCERTAIN(RANGE) | QUALITY_SUBSTITUTED, 'S' },
		{ QUALITY_RETAINED, ' ' },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(quality_mark((quality)rows[i].q), rows[i].mark);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reason_has_a_name_and_a_sentence_of_its_own),
		cmocka_unit_test(what_no_version_of_ours_writes_is_not_valid),
		cmocka_unit_test(the_classes_have_names),
		cmocka_unit_test(the_worse_class_wins_with_its_reason_and_flags_add_up),
		cmocka_unit_test(only_good_and_unflagged_passes_an_interlock),
		cmocka_unit_test(flags_are_named_in_one_line),
		cmocka_unit_test(the_mark_on_the_glass_shows_the_worst_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
