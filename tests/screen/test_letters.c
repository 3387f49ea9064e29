/* test_letters.c - which letters a screen may have is known below the console: the two
 * tables say the same. */
#include "support/test.h"

#include "console/app/app_int.h"
#include "screen/keys.h"

static void no_screen_gets_a_letter_of_the_console(void **state)
{
	(void)state;
	for (int c = 'A'; c <= 'z'; c++)
		if (app_key_taken((uint32_t)c) && (c <= 'Z' || c >= 'a') &&
		    !screen_letter_taken((char)c))
			fail_msg("the console uses %c, and src/screen/keys.c does not "
				 "say so",
				 c);
}

static void letters_are_left(void **state)
{
	(void)state;
	assert_null(screen_letter_taken('l'));
	assert_null(screen_letter_taken('U'));
	assert_non_null(screen_letter_taken('t'));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_screen_gets_a_letter_of_the_console),
		cmocka_unit_test(letters_are_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
