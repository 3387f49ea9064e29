/* test_theme.c - what every theme has to keep: the dark one, and those read from files.
 */
#include "support/test.h"

#include <locale.h>
#include <string.h>

#include "screen/glyph.h"
#include "screen/theme.h"
#include "screen/vision.h"
#include "util/strbuf.h"

static struct theme_attr plain(int depth, int role)
{
	return theme_attr(theme_dark(), (enum theme_depth)depth, (enum role)role, false);
}

static bool same_look(struct theme_attr a, struct theme_attr b)
{
	return a.fg == b.fg && a.bg == b.bg && a.style == b.style;
}

static bool is_loud(int depth, struct theme_attr a)
{
	return theme_is_saturated((enum theme_depth)depth, a.fg) ||
	       theme_is_saturated((enum theme_depth)depth, a.bg);
}

static void HM_02_only_abnormal_roles_are_saturated(void **state)
{
	(void)state;
	for (int d = THEME_8; d < THEME_DEPTH_COUNT; d++) {
		for (int r = 0; r < ROLE_COUNT; r++) {
			struct theme_attr a = plain(d, r);

			assert_true(a.fg >= 0 && a.bg >= 0); /* both are always set */
			if (theme_role_is_calm(r) && is_loud(d, a))
				fail_msg("%s is coloured in %s", role_name((enum role)r),
					 theme_depth_name((enum theme_depth)d));
		}
	}
	for (int r = ROLE_ALARM_CRITICAL; r <= ROLE_ALARM_DIAGNOSTIC_UNACK; r++)
		assert_true(is_loud(THEME_256, plain(THEME_256, r)) &&
			    is_loud(THEME_16, plain(THEME_16, r)) &&
			    is_loud(THEME_RGB, plain(THEME_RGB, r)));
}

static void HM_03_alarm_priorities_differ_without_colour(void **state)
{
	(void)state;
	for (int p = 1; p <= GLYPH_PRIORITIES; p++)
		for (int q = p + 1; q <= GLYPH_PRIORITIES; q++)
			assert_int_not_equal(glyph_alarm(p), glyph_alarm(q));
	/* unacknowledged differs from acknowledged in mono by its attributes */
	for (int p = 0; p < GLYPH_PRIORITIES; p++) {
		struct theme_attr acked = plain(THEME_MONO, ROLE_ALARM_CRITICAL + p);
		struct theme_attr unacked =
			plain(THEME_MONO, ROLE_ALARM_CRITICAL_UNACK + p);

		assert_true(unacked.style & THEME_REVERSE);
		assert_false(acked.style & THEME_REVERSE);
	}
}

static void selection_shows_in_every_depth(void **state)
{
	(void)state;
	for (int d = 0; d < THEME_DEPTH_COUNT; d++) {
		for (int r = 0; r < ROLE_COUNT; r++) {
			struct theme_attr a = plain(d, r);
			struct theme_attr b = theme_attr(
				theme_dark(), (enum theme_depth)d, (enum role)r, true);

			if (same_look(a, b))
				fail_msg("selected %s looks the same in %s",
					 role_name((enum role)r),
					 theme_depth_name((enum theme_depth)d));
			if (d > THEME_MONO &&
			    is_loud(d, a)) /* an alarm keeps its colour */
				assert_true(a.fg == b.fg && a.bg == b.bg);
		}
	}
}

static void HM_03_mono_tells_apart_what_an_operator_must_see(void **state)
{
	struct theme_attr looks[] = {
		theme_attr(theme_dark(), THEME_MONO, ROLE_VALUE, true),
		plain(THEME_MONO, ROLE_ALARM_HIGH_UNACK),
		plain(THEME_MONO, ROLE_BAD),
		plain(THEME_MONO, ROLE_STALE),
		plain(THEME_MONO, ROLE_SETPOINT),
		plain(THEME_MONO, ROLE_VALUE),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
		assert_true(looks[i].fg == -1 && looks[i].bg == -1);
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(looks[i].style, looks[k].style);
	}
}

static void depths_are_called_by_name(void **state)
{
	enum theme_depth d;

	(void)state;
	for (int i = 0; i < THEME_DEPTH_COUNT; i++) {
		assert_true(theme_depth_parse(theme_depth_name((enum theme_depth)i), &d));
		assert_int_equal(d, i);
	}
	assert_true(theme_depth_parse("never", &d));
	assert_int_equal(d, THEME_MONO);
	assert_false(theme_depth_parse("88", &d));
}

static void ansi_of(struct strbuf *out, const struct grid *g, enum theme_depth depth)
{
	strbuf_clear(out);
	theme_grid_ansi(g, theme_dark(), depth, out);
}

static void ansi_holds_attributes_and_text_only(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct grid g;
	struct canvas c;

	(void)state;
	grid_init(&g, 6, 2);
	c = grid_canvas(&g);
	canvas_text(&c, 0, 0, "a\033[2J", ROLE_LABEL);
	canvas_text(&c, 0, 1, "ok", ROLE_SETPOINT);
	ansi_of(&out, &g, THEME_256);
	assert_string_equal(out.buf, "\033[0;38;5;246;48;5;233ma<U+00\033[0m\n"
				     "\033[0;4;38;5;152;48;5;233mok"
				     "\033[0;38;5;246;48;5;233m    \033[0m\n");
	ansi_of(&out, &g, THEME_MONO);
	assert_string_equal(out.buf, "\033[0ma<U+00\033[0m\n"
				     "\033[0;1;4mok\033[0m    \033[0m\n");
	ansi_of(&out, &g, THEME_8);
	assert_has(out.buf, "\033[0;1;4;37;40mok");
	ansi_of(&out, &g, THEME_16);
	assert_has(out.buf, "\033[0;4;97;40mok");
	ansi_of(&out, &g, THEME_RGB);
	assert_has(out.buf, "\033[0;4;38;2;175;215;215;48;2;18;18;18mok");
	strbuf_release(&out);
	grid_release(&g);
}

static void roles_are_letters_with_a_legend(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct grid g;
	struct canvas c;

	(void)state;
	grid_init(&g, 8, 2);
	c = grid_canvas(&g);
	canvas_text(&c, 0, 0, "SP", ROLE_LABEL);
	canvas_text(&c, 3, 0, "1.5", ROLE_SETPOINT);
	canvas_text(&c, 0, 1, "\xe2\x96\xb2", ROLE_ALARM_HIGH_UNACK);
	canvas_select(&c, 3, 0, 3);
	theme_grid_roles(&g, &out);
	assert_string_equal(out.buf, "ll sss\n"
				     "H\n"
				     "l label\n"
				     "s setpoint\n"
				     "H alarm-high-unack\n"
				     "selected row 1 columns 4-6\n");
	strbuf_release(&out);
	grid_release(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(HM_02_only_abnormal_roles_are_saturated),
		cmocka_unit_test(HM_03_alarm_priorities_differ_without_colour),
		cmocka_unit_test(selection_shows_in_every_depth),
		cmocka_unit_test(HM_03_mono_tells_apart_what_an_operator_must_see),
		cmocka_unit_test(depths_are_called_by_name),
		cmocka_unit_test(ansi_holds_attributes_and_text_only),
		cmocka_unit_test(roles_are_letters_with_a_legend),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
