/*
 * test_demo_looks.c - the demonstration's overview in every glyph tier, theme and colour
 * depth: goldens of tiers and themes, what matters asserted by hand, cells counted, and
 * the bytes of `render --ansi` read back by a terminal.
 */
#include "support/test.h"

#include "screen/demo_rig.h"
#include "screen/golden_file.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen/theme.h"
#include "screen/theme_load.h"
#include "support/tty.h"
#include "util/strbuf.h"

static const char *const theme_names[] = { "dark", "paper" };
enum { THEMES = 2 };

static const struct theme *theme_called(const char *name)
{
	const struct theme *t = theme_set_find(&demo_set()->themes, name, NULL);

	assert_non_null(t);
	return t;
}

static void overview(const char *values, enum glyph_tier tier, bool frame, struct grid *g)
{
	demo_paint(&(struct demo_look){ .id = "overview",
					.values = values,
					.cols = 80,
					.rows = frame ? 24 : 19,
					.tier = tier,
					.frame = frame },
		   g);
}

/* --- tiers ------------------------------------------------------------------------- */

static void the_overview_looks_as_it_did_in_every_tier(void **state)
{
	static const char *const moods[] = { "calm", "upset" };

	(void)state;
	for (int t = GLYPHS_BLOCKS; t < GLYPHS_TIER_COUNT; t++) {
		for (size_t m = 0; m < 2; m++) {
			char name[64];
			struct grid g;

			snprintf(name, sizeof(name), "overview.%s.%s", moods[m],
				 glyph_tier_name((enum glyph_tier)t));
			overview(moods[m], (enum glyph_tier)t, false, &g);
			golden(name, &g);
			grid_release(&g);
		}
	}
}

static void whole_frames_look_as_they_did(void **state)
{
	struct grid g;

	(void)state;
	overview("calm", GLYPHS_FULL, true, &g);
	golden("frame.calm", &g);
	grid_release(&g);
	overview("upset", GLYPHS_FULL, true, &g);
	golden("frame.upset", &g);
	grid_release(&g);
	overview("upset", GLYPHS_VT100, true, &g);
	golden("frame.upset.vt100", &g);
	grid_release(&g);
}

static bool row_has_text(const struct grid *g, int row, const char *text)
{
	struct strbuf line = STRBUF_INIT;
	bool has;

	grid_row_text(g, row, &line);
	has = strstr(line.buf, text) != NULL;
	strbuf_release(&line);
	return has;
}

static int row_with(const struct grid *g, const char *text)
{
	for (int row = 0; row < g->rows; row++)
		if (row_has_text(g, row, text))
			return row;
	fail_msg("no row has \"%s\"", text);
	return -1;
}

/* The banner's first row, the tripped pump and the flooded tank, by hand. */
static void HM_03_an_upset_is_read_in_every_tier(void **state)
{
	static const struct {
		const char *critical, *trip, *below;
	} want[GLYPHS_TIER_COUNT] = {
		[GLYPHS_FULL] = { "■1* ", "▲x TRIP", "▆▆▆◀" },
		[GLYPHS_BLOCKS] = { "■1* ", "▲x TRIP", "▆▆▆◀" },
		[GLYPHS_CONSOLE] = { "■1* ", "▲x TRIP", "▒▒▒◀" },
		[GLYPHS_VT100] = { "#1* ", "^x TRIP", "===<" },
		[GLYPHS_ASCII] = { "#1* ", "^x TRIP", "===<" },
	};

	(void)state;
	for (int t = 0; t < GLYPHS_TIER_COUNT; t++) {
		struct grid g;
		int trip;

		overview("upset", (enum glyph_tier)t, true, &g);
		assert_int_equal(row_with(&g, want[t].critical), 1);
		trip = row_with(&g, want[t].trip);
		assert_true(row_has_text(&g, trip, want[t].below));
		assert_int_equal(grid_at(&g, 0, 1)->role, ROLE_ALARM_CRITICAL_UNACK);
		grid_release(&g);
	}
}

/* --- colour ------------------------------------------------------------------------ */

static bool is_loud(const struct theme *t, enum theme_depth d, const struct cell *c)
{
	struct theme_attr a = theme_attr(t, d, (enum role)c->role, c->selected);

	return theme_is_saturated(d, a.fg) || theme_is_saturated(d, a.bg);
}

static int loud_cells(const struct grid *g, const struct theme *t, enum theme_depth d)
{
	int n = 0;

	for (int row = 0; row < g->rows; row++)
		for (int col = 0; col < g->cols; col++)
			n += is_loud(t, d, grid_at(g, col, row));
	return n;
}

/* In mono what would be coloured is reversed or bold: it counts by role. */
static void counts(const struct grid *g, int least, int most)
{
	for (int t = 0; t < THEMES; t++) {
		for (int d = THEME_8; d < THEME_DEPTH_COUNT; d++) {
			int n = loud_cells(g, theme_called(theme_names[t]),
					   (enum theme_depth)d);

			if (n < least || n > most)
				fail_msg("%d coloured cells in %s, %s", n, theme_names[t],
					 theme_depth_name((enum theme_depth)d));
		}
	}
}

static void HM_01_a_calm_plant_has_no_colour(void **state)
{
	struct demo_look look = { .cols = 80, .frame = true, .rows = 24 };

	(void)state;
	for (size_t i = 0; demo_ids[i]; i++) {
		struct grid g;

		look.id = demo_ids[i];
		look.values = "calm";
		demo_paint(&look, &g);
		counts(&g, 0, 0);
		grid_release(&g);
		look.values = "upset";
		demo_paint(&look, &g);
		counts(&g, 4, 400); /* and an upset one little */
		grid_release(&g);
	}
}

static void HM_02_colour_stands_only_where_something_is_wrong(void **state)
{
	struct grid g;

	(void)state;
	overview("upset", GLYPHS_FULL, true, &g);
	for (int row = 0; row < g.rows; row++)
		for (int col = 0; col < g.cols; col++)
			if (theme_role_is_calm(grid_at(&g, col, row)->role))
				for (int t = 0; t < THEMES; t++)
					assert_false(is_loud(theme_called(theme_names[t]),
							     THEME_256,
							     grid_at(&g, col, row)));
	grid_release(&g);
}

/* --- themes ------------------------------------------------------------------------ */

static void add_colour(struct strbuf *out, enum theme_depth d, int32_t colour)
{
	if (d == THEME_RGB)
		strbuf_addf(out, "#%06x", (unsigned)colour);
	else
		strbuf_addf(out, "%d", colour);
}

/* "16 on 220 bold", as in a file. */
static void add_look(struct strbuf *out, enum theme_depth d, struct theme_attr a)
{
	size_t from = out->len;

	if (d != THEME_MONO) {
		add_colour(out, d, a.fg);
		strbuf_adds(out, " on ");
		add_colour(out, d, a.bg);
	}
	strbuf_adds(out, a.style & THEME_BOLD ? " bold" : "");
	strbuf_adds(out, a.style & THEME_REVERSE ? " reverse" : "");
	strbuf_adds(out, a.style & THEME_UNDERLINE ? " underline" : "");
	while (out->len < from + 29)
		strbuf_addch(out, ' ');
}

static char *looks_of(const struct theme *t)
{
	struct strbuf out = STRBUF_INIT;

	for (int r = 0; r < ROLE_COUNT; r++) {
		for (int selected = 0; selected < 2; selected++) {
			strbuf_addf(&out, "%-24s%-9s", role_name((enum role)r),
				    selected ? "selected" : "");
			for (int d = 0; d < THEME_DEPTH_COUNT; d++)
				add_look(&out, (enum theme_depth)d,
					 theme_attr(t, (enum theme_depth)d, (enum role)r,
						    selected));
			while (out.len && out.buf[out.len - 1] == ' ')
				out.buf[--out.len] = '\0';
			strbuf_addch(&out, '\n');
		}
	}
	return strbuf_detach(&out);
}

static void themes_look_as_they_did(void **state)
{
	(void)state;
	for (int t = 0; t < THEMES; t++) {
		char name[64], *got = looks_of(theme_called(theme_names[t]));

		snprintf(name, sizeof(name), "theme.%s", theme_names[t]);
		golden_text(name, got);
		free(got);
	}
}

/* --- bytes ------------------------------------------------------------------------- */

struct seen {
	const char *theme, *depth;
	/* the critical mark beside T101's level, and the ground beside it */
	uint32_t fg, bg, ground;
	bool reverse; /* there is no colour */
};

static uint32_t rgb_of(const uint8_t c[3])
{
	return (uint32_t)(c[0] << 16 | c[1] << 8 | c[2]);
}

static struct tty *rendered(const char *theme, const char *depth)
{
	char program[512], station[512], values[512];
	const char *argv[] = { program,    "render", "overview", "--station", station,
			       "--values", values,   "--ansi",   "--theme",   theme,
			       "--color",  depth,    NULL };
	const char *env[] = { "TERM=xterm-256color", "LC_ALL=C.UTF-8", NULL };
	struct tty *t;

	snprintf(program, sizeof(program), "%s", test_program("sightglass"));
	snprintf(station, sizeof(station), "%s", test_top("config/sightglass.cfg"));
	snprintf(values, sizeof(values), "%s", test_top("tests/golden/upset.values"));
	t = tty_start((char *const *)argv, env, 80, 24);
	tty_expect(t, "5.62 m");
	tty_expect(t, "overflow"); /* the last rows */
	return t;
}

static void HM_03_a_terminal_shows_what_render_says(void **state)
{
	static const struct seen want[] = {
		{ "dark", "rgb", 0xFFFFFF, 0xD70000, 0x121212, false },
		{ "paper", "rgb", 0xFFFFFF, 0xD70000, 0xEEEEEE, false },
		/* 231, 160, 233 and 255, and the first sixteen, as libvterm has them */
		{ "dark", "256", 0xFFFFFF, 0xCC0000, 0x0B0B0B, false },
		{ "paper", "256", 0xFFFFFF, 0xCC0000, 0xFFFFFF, false },
		{ "dark", "8", 0xE0E0E0, 0xE00000, 0x000000, false },
		{ "dark", "16", 0xFFFFFF, 0xE00000, 0x000000, false },
		{ "paper", "8", 0xE0E0E0, 0xE00000, 0xE0E0E0, false },
		{ "paper", "16", 0xFFFFFF, 0xE00000, 0xFFFFFF, false },
		{ "dark", "mono", 0, 0, 0, true },
		{ "paper", "mono", 0, 0, 0, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct tty *t = rendered(want[i].theme, want[i].depth);
		int row = tty_find_row(t, "■   5.62 m");
		struct tty_cell mark = tty_cell(t, 18, row), blank = tty_cell(t, 20, row);

		assert_int_equal(mark.cp, 0x25A0);
		assert_int_equal(mark.reverse, want[i].reverse);
		if (want[i].reverse) {
			assert_true(mark.default_fg && mark.default_bg && mark.bold);
			assert_true(blank.default_bg);
		} else if (rgb_of(mark.fg) != want[i].fg ||
			   rgb_of(mark.bg) != want[i].bg ||
			   rgb_of(blank.bg) != want[i].ground) {
			fail_msg("%s %s shows %06x on %06x beside %06x", want[i].theme,
				 want[i].depth, rgb_of(mark.fg), rgb_of(mark.bg),
				 rgb_of(blank.bg));
		}
		tty_free(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_overview_looks_as_it_did_in_every_tier),
		cmocka_unit_test(whole_frames_look_as_they_did),
		cmocka_unit_test(HM_03_an_upset_is_read_in_every_tier),
		cmocka_unit_test(HM_01_a_calm_plant_has_no_colour),
		cmocka_unit_test(HM_02_colour_stands_only_where_something_is_wrong),
		cmocka_unit_test(themes_look_as_they_did),
		cmocka_unit_test(HM_03_a_terminal_shows_what_render_says),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC0", 1);
	return cmocka_run_group_tests(tests, demo_rig, demo_rig_free);
}
