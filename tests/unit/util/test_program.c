/* test_program.c - the programs beside this one: this test is one of its own. */
#include "support/test.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "util/program.h"

static void a_program_is_found_beside_this_one(void **state)
{
	char self[PATH_MAX] = "", found[PATH_MAX];

	(void)state;
	assert_true(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
	assert_true(program_find("test_program", found, sizeof(found)));
	assert_string_equal(found, self);
}

static void what_is_nowhere_or_no_name_is_not_found(void **state)
{
	char found[PATH_MAX];

	(void)state;
	assert_false(program_find("no-such-program", found, sizeof(found)));
	assert_false(program_find("../util/test_program", found, sizeof(found)));
	assert_false(program_find("sh", found, sizeof(found))); /* only in PATH */
}

static void a_path_that_is_too_long_is_not_cut(void **state)
{
	char found[8];

	(void)state;
	assert_false(program_find("test_program", found, sizeof(found)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_is_found_beside_this_one),
		cmocka_unit_test(what_is_nowhere_or_no_name_is_not_found),
		cmocka_unit_test(a_path_that_is_too_long_is_not_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
