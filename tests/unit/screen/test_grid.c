/* test_grid.c - cells stay in their box, foreign text cannot hurt, tiers and themes say
 * everything without colour. */
#include "support/test.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "screen/glyph.h"
#include "screen/grid.h"
#include "screen/theme.h"
#include "util/strbuf.h"
#include "util/utf8.h"

static void row_is(const struct grid *g, int row, const char *want)
{
	struct strbuf text = STRBUF_INIT;

	grid_row_text(g, row, &text);
	assert_string_equal(text.buf, want);
	strbuf_release(&text);
}

static void drawing_outside_a_canvas_does_nothing(void **state)
{
	struct grid g;
	struct canvas all, box;

	(void)state;
	grid_init(&g, 10, 3);
	all = grid_canvas(&g);
	box = canvas_sub(&all, 2, 1, 4, 1);
	canvas_text(&box, 0, 0, "abcdefgh", ROLE_VALUE);
	canvas_text(&box, -2, 0, "zz", ROLE_VALUE);
	canvas_text(&box, 0, 1, "below", ROLE_VALUE);
	canvas_put(&box, 4, 0, 'x', ROLE_VALUE);
	canvas_put(&box, 0, -1, 'x', ROLE_VALUE);
	row_is(&g, 0, "");
	row_is(&g, 1, "  abcd");
	row_is(&g, 2, "");
	box = canvas_sub(&all, 8, 0, 50, 50);
	assert_int_equal(box.cols, 2);
	assert_int_equal(box.rows, 3);
	box = canvas_sub(&all, -5, -5, 3, 3);
	assert_int_equal(box.cols, 0);
	canvas_fill(&box, 'x', ROLE_VALUE);
	row_is(&g, 0, "");
	grid_release(&g);
}

static void a_number_that_does_not_fit_is_never_cut(void **state)
{
	struct grid g;
	struct canvas c;

	(void)state;
	grid_init(&g, 8, 4);
	c = grid_canvas(&g);
	canvas_number(&c, 0, 0, 8, "12.5", ROLE_VALUE);
	canvas_number(&c, 0, 1, 4, "123.5", ROLE_VALUE);
	canvas_number(&c, 0, 2, 5, "123.5", ROLE_VALUE);
	canvas_number(&c, 0, 3, 0, "1", ROLE_VALUE);
	row_is(&g, 0, "    12.5");
	row_is(&g, 1, "####");
	row_is(&g, 2, "123.5");
	row_is(&g, 3, "");
	grid_release(&g);
}

static void text_that_does_not_fit_says_so(void **state)
{
	struct grid g;
	struct canvas c;

	(void)state;
	grid_init(&g, 8, 2);
	c = grid_canvas(&g);
	canvas_fill(&c, 'x', ROLE_LABEL);
	canvas_text_fit(&c, 1, 0, 6, "abc", ROLE_VALUE);
	canvas_text_fit(&c, 1, 1, 6, "abcdefgh", ROLE_VALUE);
	row_is(&g, 0, "xabc   x");
	row_is(&g, 1, "xabcde>x");
	grid_release(&g);
}

static void SEC_15_escape_sequences_become_visible_text(void **state)
{
	static const char *const evil[] = {
		"\033[2J\033]0;owned\a",
		"\r\n\b\x7f\v\f",
		"\xc2\x9b"
		"31m",
		"\xe2\x80\xae"
		"backwards",
		"\xff\xfe\x80",
		"\xe2\x80\x8b"
		"zero",
		"a\xcc\x81\xcc\x82\xcc\x83",
		"\xf0\x9f\x92\xa9",
		"\xef\xbb\xbf"
		"bom",
	};
	struct grid g;
	struct canvas c;

	(void)state;
	grid_init(&g, 40, 1);
	c = grid_canvas(&g);
	for (size_t i = 0; i < sizeof(evil) / sizeof(evil[0]); i++) {
		grid_clear(&g, ROLE_LABEL);
		canvas_text(&c, 0, 0, evil[i], ROLE_VALUE);
		canvas_text_fit(&c, 20, 0, 10, evil[i], ROLE_VALUE);
		canvas_number(&c, 30, 0, 10, evil[i], ROLE_VALUE);
		for (int col = 0; col < g.cols; col++) {
			uint32_t cp = grid_at(&g, col, 0)->cp;

			assert_true(cp == 0 || utf8_is_safe(cp));
			assert_true(cp == 0 || utf8_width(cp) >= 1);
		}
	}
	grid_release(&g);
}

static void wide_characters_are_never_torn(void **state)
{
	struct grid g;
	struct canvas c;

	(void)state;
	grid_init(&g, 6, 1);
	c = grid_canvas(&g);
	canvas_text(&c, 0, 0, "\xe6\xb0\xb4\xe6\xb0\xb4", ROLE_VALUE); /* two wide ones */
	assert_int_equal(grid_at(&g, 1, 0)->cp, 0);
	canvas_put(&c, 1, 0, 'x', ROLE_VALUE); /* hits a right half */
	assert_int_equal(grid_at(&g, 0, 0)->cp, ' ');
	canvas_put(&c, 2, 0, 'y', ROLE_VALUE); /* hits a left half */
	row_is(&g, 0, " xy");
	canvas_put(&c, 5, 0, 0x6C34, ROLE_VALUE); /* no room for its right half */
	row_is(&g, 0, " xy  ?");
	grid_release(&g);
}

static void sizes_are_clamped(void **state)
{
	struct grid g;

	(void)state;
	grid_init(&g, -5, 0);
	assert_int_equal(g.cols, 1);
	assert_int_equal(g.rows, 1);
	grid_resize(&g, 5000, 2);
	assert_int_equal(g.cols, GRID_MAX);
	assert_null(grid_at(&g, GRID_MAX, 0));
	assert_null(grid_at(&g, 0, -1));
	grid_release(&g);
}

static void every_role_has_a_name_and_authors_get_only_theirs(void **state)
{
	enum role r;

	(void)state;
	for (int i = 0; i < ROLE_COUNT; i++) {
		assert_non_null(role_name((enum role)i));
		assert_int_equal(role_parse_author(role_name((enum role)i), &r),
				 i < ROLE_AUTHOR_END);
		for (int k = 0; k < i; k++)
			assert_int_not_equal(role_letter((enum role)i),
					     role_letter((enum role)k));
	}
	assert_string_equal(role_name((enum role)999), "?");
	assert_false(role_parse_author("red", &r));
}

static void a_box_covers_what_lies_under_it(void **state)
{
	struct grid g;
	struct canvas all, box;

	(void)state;
	grid_init(&g, 8, 4);
	all = grid_canvas(&g);
	for (int row = 0; row < 4; row++)
		canvas_text(&all, 0, row, "xxxxxxxx", ROLE_VALUE);
	canvas_select(&all, 0, 2, 8);
	box = canvas_sub(&all, 1, 1, 5, 3);
	canvas_cover(&box, ROLE_DIALOG);
	canvas_border(&box, ROLE_TITLE);
	row_is(&g, 0, "xxxxxxxx");
	row_is(&g, 1, "x┌───┐xx");
	row_is(&g, 2, "x│   │xx");
	row_is(&g, 3, "x└───┘xx");
	for (int col = 0; col < 8; col++)
		assert_int_equal(grid_at(&g, col, 2)->selected, col < 1 || col > 5);
	assert_int_equal(grid_at(&g, 1, 2)->role, ROLE_TITLE);
	assert_int_equal(grid_at(&g, 2, 2)->role, ROLE_DIALOG);
	/* of one row: a line, and nothing beyond it */
	box = canvas_sub(&all, 1, 0, 5, 1);
	canvas_border(&box, ROLE_PIPE);
	row_is(&g, 0, "xx───xxx");
	row_is(&g, 1, "x┌───┐xx");
	grid_release(&g);
}

static void SEC_15_cells_are_counted_as_they_are_drawn(void **state)
{
	static const char *const texts[] = { "",
					     "m3/h",
					     "°C",
					     "水位",
					     "a\033[2Jb",
					     "\xff\xfe",
					     "a\xe2\x80\xae"
					     "b" };
	struct grid g;
	struct canvas all;

	(void)state;
	grid_init(&g, 60, 1);
	all = grid_canvas(&g);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(canvas_cells(texts[i]),
				 canvas_text(&all, 0, 0, texts[i], ROLE_VALUE));
	assert_int_equal(canvas_cells("水位"), 4);
	assert_int_equal(canvas_cells(NULL), 0);
	grid_release(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drawing_outside_a_canvas_does_nothing),
		cmocka_unit_test(a_number_that_does_not_fit_is_never_cut),
		cmocka_unit_test(text_that_does_not_fit_says_so),
		cmocka_unit_test(SEC_15_escape_sequences_become_visible_text),
		cmocka_unit_test(wide_characters_are_never_torn),
		cmocka_unit_test(a_box_covers_what_lies_under_it),
		cmocka_unit_test(SEC_15_cells_are_counted_as_they_are_drawn),
		cmocka_unit_test(sizes_are_clamped),
		cmocka_unit_test(every_role_has_a_name_and_authors_get_only_theirs),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
