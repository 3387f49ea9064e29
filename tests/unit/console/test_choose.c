/* test_choose.c - what each terminal gets: glyphs, colours, and what was asked for. */
#include "support/test.h"

#include "console/term/choose.h"

enum { AUTO = CHOOSE_BY_TERM };

static const struct {
	const char *name;
	bool is_utf8;
	int colours;
	enum glyph_tier glyphs;
	bool dec;
	enum theme_depth depth, rgb; /* by itself; when rgb is asked for */
} terminals[] = {
	{ "xterm-256color", true, 256, GLYPHS_FULL, false, THEME_256, THEME_RGB },
	{ "tmux-256color", true, 256, GLYPHS_FULL, false, THEME_256, THEME_RGB },
	{ "screen-256color", true, 256, GLYPHS_FULL, false, THEME_256, THEME_RGB },
	{ "putty-256color", true, 256, GLYPHS_FULL, false, THEME_256, THEME_RGB },
	{ "xterm-direct", true, 1 << 24, GLYPHS_FULL, false, THEME_RGB, THEME_RGB },
	{ "xterm-16color", true, 16, GLYPHS_FULL, false, THEME_16, THEME_16 },
	{ "rxvt-88color", true, 88, GLYPHS_FULL, false, THEME_16, THEME_16 },
	{ "putty", true, 8, GLYPHS_FULL, false, THEME_8, THEME_8 },
	{ "xterm-mono", true, 0, GLYPHS_FULL, false, THEME_MONO, THEME_MONO },
	{ "linux", true, 8, GLYPHS_CONSOLE, false, THEME_8, THEME_8 },
	{ "linux", false, 8, GLYPHS_ASCII, false, THEME_8, THEME_8 },
	{ "vt100", true, 0, GLYPHS_VT100, true, THEME_MONO, THEME_MONO },
	{ "vt100", false, 0, GLYPHS_VT100, true, THEME_MONO, THEME_MONO },
	{ "vt220", true, 0, GLYPHS_VT100, true, THEME_MONO, THEME_MONO },
	{ "vt420", true, 0, GLYPHS_VT100, true, THEME_MONO, THEME_MONO },
	{ "vt52", true, 0, GLYPHS_ASCII, false, THEME_MONO, THEME_MONO },
	{ "ansi", true, 8, GLYPHS_ASCII, false, THEME_8, THEME_8 },
	{ "dumb", true, 0, GLYPHS_ASCII, false, THEME_MONO, THEME_MONO },
	{ "xterm-256color", false, 256, GLYPHS_ASCII, false, THEME_256, THEME_RGB },
	/* 24 bits leave by our own writing, which a stranger may not understand */
	{ "strange-256color", true, 256, GLYPHS_FULL, false, THEME_256, THEME_256 },
};

static void each_terminal_gets_what_it_can_show(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(terminals) / sizeof(terminals[0]); i++) {
		const struct term_facts f = { .name = terminals[i].name,
					      .is_utf8 = terminals[i].is_utf8,
					      .colours = terminals[i].colours };
		enum glyph_tier glyphs = choose_glyphs(&f, AUTO);

		if (glyphs != terminals[i].glyphs ||
		    choose_dec(&f, glyphs) != terminals[i].dec ||
		    choose_depth(&f, AUTO) != terminals[i].depth ||
		    choose_depth(&f, THEME_RGB) != terminals[i].rgb)
			fail_msg("%s gets %s and %s, with rgb %s", f.name,
				 glyph_tier_name(glyphs),
				 theme_depth_name(choose_depth(&f, AUTO)),
				 theme_depth_name(choose_depth(&f, THEME_RGB)));
		assert_int_equal(choose_depth(&f, THEME_MONO), THEME_MONO);
	}
}

static void what_is_asked_for_goes_first_as_far_as_it_can_be(void **state)
{
	struct term_facts f = { .name = "xterm-256color",
				.is_utf8 = true,
				.no_color = true,
				.colours = 256 };

	(void)state;
	assert_int_equal(choose_depth(&f, AUTO), THEME_MONO); /* NO_COLOR */
	assert_int_equal(choose_depth(&f, THEME_256), THEME_256);
	assert_int_equal(choose_depth(&f, THEME_16), THEME_16);
	assert_int_equal(choose_glyphs(&f, GLYPHS_ASCII), GLYPHS_ASCII);
	assert_int_equal(choose_glyphs(&f, GLYPHS_VT100), GLYPHS_VT100);
	assert_false(choose_dec(&f, GLYPHS_VT100)); /* PuTTY shows "lqqk" for those */
	f.is_utf8 = false;
	assert_true(choose_dec(&f, GLYPHS_VT100));
	f.colours = 8;
	assert_int_equal(choose_depth(&f, THEME_256), THEME_8);
	f.colours = 0;
	assert_int_equal(choose_depth(&f, THEME_RGB), THEME_MONO);
	f.colours = 1 << 24; /* its palette is eight colours; 200 would be a blue */
	assert_int_equal(choose_depth(&f, THEME_256), THEME_RGB);
	assert_int_equal(choose_depth(&f, THEME_8), THEME_8);
}

static void names_tell_what_may_be_sent(void **state)
{
	(void)state;
	assert_true(choose_knows_frames("xterm-256color"));
	assert_true(choose_knows_frames("tmux-256color"));
	assert_false(choose_knows_frames("linux"));
	assert_false(choose_knows_frames("vt100"));
	assert_true(choose_takes_attributes_back("linux"));
	assert_true(choose_takes_attributes_back("putty-256color"));
	assert_false(choose_takes_attributes_back("vt220"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_terminal_gets_what_it_can_show),
		cmocka_unit_test(what_is_asked_for_goes_first_as_far_as_it_can_be),
		cmocka_unit_test(names_tell_what_may_be_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
