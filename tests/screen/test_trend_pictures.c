/* test_trend_pictures.c - trends and sparklines as an operator sees them, in every tier:
 * held against tests/golden, and what matters by hand. */
#include "support/test.h"

#include "screen/golden_file.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/render_source.h"
#include "console/view/picture.h"
#include "screen/glyph.h"
#include "util/strbuf.h"

#define ROW(a, b)                                                                        \
	a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a    \
		"  " b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b \
			b b b b b "\n"
#define ROWS(a, b) ROW(a, b) ROW(a, b) ROW(a, b) ROW(a, b) ROW(a, b) ROW(a, b) "\n"

/* Calm and a gap; a stale end and a start; two that cross, and out of the scale. */
static const char screen_text[] =
	"screen = { id = \"trends\"; title = \"Trends\"; level = 1; size = [ 80, 23 ]; "
	"prefix = \"intake.\"; picture = \"\n"
	"level {t101.level:spark        } pressure {pressure:spark       }\n"
	"\"; zones = \"\n\n" ROWS("A", "B") ROWS("C", "D") ROWS(
		"E",
		"F") "\"; widgets = { A = { type = \"trend\"; pens = \"t101.level\"; };\n"
		     "B = { type = \"trend\"; pens = \"pressure\"; };\n"
		     "C = { type = \"trend\"; pens = \"temperature\"; };\n"
		     "D = { type = \"trend\"; pens = \"p101.flow\"; };\n"
		     "E = { type = \"trend\"; pens = ( \"flow\", \"p101.speed\" ); };\n"
		     "F = { type = \"trend\"; pens = \"turbidity\"; }; }; };\n";

static struct station_def *station;
static struct screen_set *set;
static const struct screen *screen;

/* A station of its own: the demonstration may change its ranges. */
static const char tags_text[] =
	"tags = ( { name = \"intake.t101.level\"; expression = \"3.1\"; unit = \"m\"; "
	"range = ( 0, 6 ); decimals = 2; },\n"
	"{ name = \"intake.pressure\"; expression = \"3.42\"; unit = \"bar\"; range = ( "
	"0, 10 ); decimals = 2; },\n"
	"{ name = \"intake.temperature\"; expression = \"9.5\"; unit = \"°C\"; range = ( "
	"-5, 40 ); decimals = 1; },\n"
	"{ name = \"intake.flow\"; expression = \"42.0\"; unit = \"m3/h\"; range = ( 0, "
	"400 ); decimals = 1; },\n"
	"{ name = \"intake.p101.speed\"; expression = \"70.0\"; unit = \"%\"; range = ( "
	"0, 100 ); decimals = 1; },\n"
	"{ name = \"intake.turbidity\"; expression = \"14.2\"; unit = \"NTU\"; range = ( "
	"0, 10 ); decimals = 1; },\n"
	"{ name = \"intake.p101.flow\"; expression = \"61.0\"; unit = \"m3/h\"; range = "
	"( 0, 200 ); decimals = 1; } );\n";
static const char alarms_text[] =
	"alarms = ( { name = \"intake.t101.level.high\"; tag = \"intake.t101.level\"; "
	"type "
	"= \"high\"; limit = 5.5; priority = \"high\"; message = \"high\"; },\n"
	"{ name = \"intake.t101.level.low\"; tag = \"intake.t101.level\"; type = "
	"\"low\"; "
	"limit = 2.0; priority = \"high\"; message = \"low\"; } );\n";

static struct station_def *load_own(struct diag_list *diags)
{
	const char *dir = test_tmpdir();
	char path[4200];
	const struct {
		const char *name, *text;
	} files[] = {
		{ "tags.cfg", tags_text },
		{ "alarms.cfg", alarms_text },
		{ "devices.cfg", "devices = ();\n" },
		{ "access.cfg", "unlisted = \"refuse\"; roles = (); operators = ();\n" },
		{ "sightglass.cfg",
		  "station = { name = \"own\"; }; devices = \"devices.cfg\"; tags = "
		  "\"tags.cfg\"; access = \"access.cfg\"; alarms = "
		  "\"alarms.cfg\";\n" },
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i].name);
		test_write_file(path, files[i].text);
	}
	return station_load(path, diags);
}

static int setup(void **state)
{
	const struct screen_file file = { "trends.cfg", screen_text };
	struct diag_list diags = DIAG_LIST_INIT;

	(void)state;
	station = load_own(&diags);
	golden_fail_on(&diags);
	set = screen_set_load(&file, 1, &diags);
	golden_fail_on(&diags);
	screen = screen_set_find(set, "trends");
	assert_non_null(screen);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	screen_set_free(set);
	station_def_free(station);
	return 0;
}

static void paint(enum glyph_tier tier, struct grid *g)
{
	/* two in the morning, and 40 s */
	const struct now now = { .mono = { 1000000000000 }, .wall = { 1763776840000 } };
	struct diag_list diags = DIAG_LIST_INIT;
	char *text = test_read_file(test_top("tests/golden/trends.values"));
	struct render_source source;
	struct picture_source src;
	struct canvas c;

	render_source_init(&source, screen, now);
	source.tier = tier;
	render_source_station(&source, station);
	render_source_values(&source, "trends.values", text, station, &diags);
	golden_fail_on(&diags);
	free(text);
	grid_init(g, 80, 23);
	c = grid_canvas(g);
	src = render_source_picture(&source);
	picture_paint(&c, screen, &src, PICTURE_NOTHING);
	glyph_to_tier(g, tier);
	render_source_release(&source);
}

static void each_tier_draws_trends_as_it_did(void **state)
{
	static const char *const names[] = { "full", "blocks", "console", "vt100",
					     "ascii" };

	(void)state;
	for (int tier = 0; tier < GLYPHS_TIER_COUNT; tier++) {
		char name[32];
		struct grid g;

		snprintf(name, sizeof(name), "trends.%s", names[tier]);
		paint((enum glyph_tier)tier, &g);
		golden(name, &g);
		grid_release(&g);
	}
}

/* Cells of a zone's lines that are neither blank nor of the limits under them. */
static int drawn(const struct grid *g, int col, int row)
{
	int n = 0;

	for (int r = row; r < row + 4; r++) {
		const struct cell *cell = grid_at(g, col, r);

		n += cell->cp != ' ' && cell->role != ROLE_LIMIT &&
		     cell->role != ROLE_PIPE;
	}
	return n;
}

static void HM_14_what_is_no_value_is_no_line_in_any_tier(void **state)
{
	(void)state;
	for (int tier = 0; tier < GLYPHS_TIER_COUNT; tier++) {
		struct grid g;
		int marks = 0, restarts = 0, stale = 0;

		paint((enum glyph_tier)tier, &g);
		for (int col = 41; col < 80; col++) {
			const struct cell *gap = grid_at(&g, col, 6);
			const struct cell *begin = grid_at(&g, col, 13);

			if (gap->cp == '?') {
				marks++;
				assert_int_equal(gap->role, ROLE_BAD);
				/* the gap may begin and end within a column */
				if (grid_at(&g, col - 1, 6)->cp == '?' &&
				    grid_at(&g, col + 1, 6)->cp == '?')
					assert_int_equal(drawn(&g, col, 2), 0);
			}
			restarts += begin->cp == 'R' && begin->role == ROLE_MARK;
		}
		assert_in_range(marks, 5, 7); /* 9 of 60 minutes */
		assert_int_equal(restarts, 1);
		for (int col = 0; col < 39; col++)
			for (int row = 9; row < 13; row++)
				stale += grid_at(&g, col, row)->role == ROLE_STALE;
		assert_true(stale >= 2);
		grid_release(&g);
	}
}

static void HM_01_calm_trends_have_no_colour(void **state)
{
	struct grid g;

	(void)state;
	paint(GLYPHS_FULL, &g);
	for (int row = 0; row < 7; row++)
		for (int col = 0; col < 40; col++)
			assert_true(grid_at(&g, col, row)->role < ROLE_AUTHOR_END);
	grid_release(&g);
}

static void what_leaves_the_scale_says_so_in_every_tier(void **state)
{
	(void)state;
	for (int tier = 0; tier < GLYPHS_TIER_COUNT; tier++) {
		const uint32_t arrow = glyph_in_tier(0x2191, (enum glyph_tier)tier);
		int arrows = 0;
		struct grid g;

		paint((enum glyph_tier)tier, &g);
		for (int col = 41; col < 80; col++) {
			const struct cell *cell = grid_at(&g, col, 16);

			/* an ascii line has the same sign, but not in the top row alone
			 */
			arrows += cell->cp == arrow && cell->role == ROLE_VALUE;
		}
		assert_in_range(arrows, 6, 20); /* above 10 of 10 for a quarter hour */
		grid_release(&g);
	}
}

static void HM_06_the_step_of_one_minute_stands_in_every_tier(void **state)
{
	(void)state;
	for (int tier = 0; tier < GLYPHS_TIER_COUNT; tier++) {
		int tallest = 0;
		struct grid g;

		paint((enum glyph_tier)tier, &g);
		for (int col = 3; col < 39; col++)
			tallest =
				drawn(&g, col, 2) > tallest ? drawn(&g, col, 2) : tallest;
		assert_true(tallest >= 2); /* 3.2 to 4.9 of 6 */
		grid_release(&g);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_tier_draws_trends_as_it_did),
		cmocka_unit_test(HM_14_what_is_no_value_is_no_line_in_any_tier),
		cmocka_unit_test(HM_01_calm_trends_have_no_colour),
		cmocka_unit_test(what_leaves_the_scale_says_so_in_every_tier),
		cmocka_unit_test(HM_06_the_step_of_one_minute_stands_in_every_tier),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC0", 1);
	return cmocka_run_group_tests(tests, setup, teardown);
}
