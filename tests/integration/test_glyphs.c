/* test_glyphs.c - `sightglass glyphs`: a page to look at, on terminals of all sorts. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "integration/script.h"

static char *glyphs(const char *env)
{
	char script[200];

	snprintf(script, sizeof(script), "env -u NO_COLOR %s sightglass glyphs 2>&1",
		 env);
	return script_run(script);
}

static void each_tier_has_a_line_and_a_question(void **state)
{
	char *page = glyphs("TERM=xterm-256color LC_ALL=C.UTF-8");

	(void)state;
	assert_has(page, "a console takes the full glyphs and 256 colours");
	assert_has(page, "  full      ⠁⠃⠇⡇⡏⡟⡿⣿");
	assert_has(page, "  blocks    ▘▝▗▖");
	assert_has(page, "  console   ▲▼▶");
	assert_has(page, "  vt100     \033(0lqwqk `a\033(B\n");
	assert_has(page, "  ascii     # ^ v o d");
	free(page);
}

static void each_depth_shows_the_priorities(void **state)
{
	char *page = glyphs("TERM=xterm-256color LC_ALL=C.UTF-8");

	(void)state;
	assert_has(page, "  mono      \033[0;1;7m■1");
	assert_has(page, "  8         \033[0;1;37;41m■1");
	assert_has(page, "  16        \033[0;1;97;41m■1");
	assert_has(page, "  256       \033[0;1;38;5;231;48;5;160m■1");
	assert_has(page, "  rgb       \033[0;1;38;2;255;255;255;48;2;215;0;0m■1");
	free(page);
}

static void a_vt100_is_told_what_it_gets_in_ascii(void **state)
{
	char *page = glyphs("TERM=vt100 LC_ALL=C");

	(void)state;
	assert_has(page, "the locale has no UTF-8: a console takes the vt100 glyphs and "
			 "mono colours");
	for (const char *p = page; *p; p++)
		assert_true((unsigned char)*p < 0x80);
	assert_null(strstr(page, "braille"));
	free(page);
}

static void a_terminal_nobody_knows_is_said_to_be_one(void **state)
{
	char *page = glyphs("TERM=no-such-thing");

	(void)state;
	assert_has(page, "the terminal type \"no-such-thing\" is not known");
	free(page);
	page = glyphs("-u TERM");
	assert_has(page, "TERM names no terminal");
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_tier_has_a_line_and_a_question),
		cmocka_unit_test(each_depth_shows_the_priorities),
		cmocka_unit_test(a_vt100_is_told_what_it_gets_in_ascii),
		cmocka_unit_test(a_terminal_nobody_knows_is_said_to_be_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
