/* test_size_pictures.c - one screen on three terminals: what grows, and the drawing for a
 * large one, held against tests/golden and cell by cell. */
#include "support/test.h"

#include "screen/golden_file.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/render_source.h"
#include "console/view/picture.h"
#include "util/strbuf.h"

static const char screen_text[] =
	"templates = { pump = { parameters = [ \"P\" ]; size = [ 27, 6 ]; prefix = "
	"\"$(P).\";\n"
	" picture = \"\n"
	"┌─ $(P              ) ────┐\n"
	"│ {running:state       }  │\n"
	"│ speed {speed     }      │\n"
	"│ {speed:gauge         }  │\n"
	"│ SP    {speed_sp  }      │\n"
	"└─────────────────────────┘\n"
	"\";\n"
	" fields = { running = { use = \"pump\"; tag = \"/$(P)\"; }; };\n"
	" grow = { columns = [ 24, 24 ]; rows = [ 5, 5 ]; }; }; };\n"
	"symbols = { pump = ( { when = \".trip\"; text = \"x TRIP\"; role = \"fault\"; "
	"},\n"
	" { when = \".running\"; text = \"● run\"; role = \"running\"; },\n"
	" { text = \"○ stop\"; role = \"stopped\"; } ); };\n"
	"screen = { id = \"sizes\"; title = \"Sizes\"; level = 2; up = \"overview\";\n"
	" size = [ 80, 19 ]; prefix = \"intake.\";\n"
	" picture = \"\n"
	" PUMPS                                            TANK T101\n"
	"                              ────────────────┐   ┌─────────────┐\n"
	"                                              │   │             │ level\n"
	"                                              ├──▶│             │ {t101.level  "
	"}\n"
	"                                              │   │             │\n"
	"                                              │   │             │ in\n"
	"                                              │   │             │ {flow        "
	"}\n"
	"                              ────────────────┘   │             │\n"
	"                                                  └─────────────┘\n"
	"\n"
	"\n"
	"\n"
	"\n"
	" RAW WATER  turbidity {turbidity  } {tu:gauge                 }\n"
	" ALARMS\n"
	"\";\n"
	" zones = \"\n"
	"\n\n"
	"                                                   TTTTTTTTTTTTT\n"
	"                                                   TTTTTTTTTTTTT\n"
	"                                                   TTTTTTTTTTTTT\n"
	"                                                   TTTTTTTTTTTTT\n"
	"                                                   TTTTTTTTTTTTT\n"
	"                                                   TTTTTTTTTTTTT\n"
	"\n\n\n\n\n\n\n"
	" AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
	" AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
	" AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
	" AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
	"\";\n"
	" fields = { tu = { tag = \"turbidity\"; }; };\n"
	" widgets = { T = { type = \"tank\"; tag = \"t101.level\"; };\n"
	"             A = { type = \"alarms\"; }; };\n"
	" place = ( { use = \"pump\"; at = [ 2, 2 ]; args = { P = \"intake.p101\"; }; "
	"},\n"
	"           { use = \"pump\"; at = [ 8, 2 ]; args = { P = \"intake.p102\"; }; } "
	");\n"
	" grow = { columns = [ 52, 64 ]; rows = [ 16, 19 ]; };\n"
	" variants = ( { size = [ 150, 40 ]; picture = \"\n"
	" THE LARGE DRAWING\n"
	"\n"
	" level {t101.level  }\n"
	"\";\n"
	"  place = ( { use = \"pump\"; at = [ 5, 2 ]; args = { P = \"intake.p101\"; }; "
	"},\n"
	"            { use = \"pump\"; at = [ 5, 40 ]; args = { P = \"intake.p102\"; }; "
	"} );\n"
	"  grow = { columns = [ 40, 60 ]; rows = [ 5, 10 ]; }; } );\n};\n";

static struct station_def *station;
static struct screen_set *set;

static int setup(void **state)
{
	const struct screen_file file = { "sizes.cfg", screen_text };
	struct diag_list diags = DIAG_LIST_INIT;

	(void)state;
	station = station_load(test_top("config/sightglass.cfg"), &diags);
	set = screen_set_load(&file, 1, &diags);
	golden_fail_on(&diags);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	screen_set_free(set);
	station_def_free(station);
	return 0;
}

/* As the body of a terminal: five rows are not the picture's. */
static const struct screen *paint(int cols, int rows, struct grid *g)
{
	const struct now now = { .mono = { 1000000000000 }, .wall = { 1763776800000 } };
	const struct screen *s =
		screen_for_size(screen_set_find(set, "sizes"), cols, rows);
	char *text = test_read_file(test_top("tests/golden/upset.values"));
	struct diag_list diags = DIAG_LIST_INIT;
	struct render_source source;
	struct canvas c;

	render_source_init(&source, s, now);
	source.set = set;
	render_source_station(&source, station);
	render_source_values(&source, "upset.values", text, station, &diags);
	golden_fail_on(&diags);
	grid_init(g, cols, rows);
	c = grid_canvas(g);
	const struct picture_source src = render_source_picture(&source);

	picture_paint(&c, s, &src, PICTURE_NOTHING);
	render_source_release(&source);
	free(text);
	return s;
}

static void assert_text(const struct grid *g, int row, const char *want)
{
	struct strbuf line = STRBUF_INIT;

	grid_row_text(g, row, &line);
	assert_has(line.buf, want);
	strbuf_release(&line);
}

static void at_80x24_it_is_as_drawn(void **state)
{
	struct grid g;
	const struct screen *s = paint(80, 19, &g);

	(void)state;
	assert_ptr_equal(s, screen_set_find(set, "sizes"));
	golden("sizes.80x24", &g);
	assert_int_equal(grid_at(&g, 50, 1)->cp, 0x250C);
	assert_int_equal(grid_at(&g, 64, 1)->cp, 0x2510);
	grid_release(&g);
}

static void at_100x30_tank_and_alarms_are_larger(void **state)
{
	struct grid g;
	const struct screen *s = paint(100, 25, &g);

	(void)state;
	assert_int_equal(s->cols, 100);
	assert_int_equal(s->rows, 25);
	golden("sizes.100x30", &g);
	for (int col = 51; col < 84; col++)
		assert_int_equal(grid_at(&g, col, 1)->cp, 0x2500); /* the wall goes on */
	assert_int_equal(grid_at(&g, 84, 1)->cp, 0x2510);
	assert_int_equal(grid_at(&g, 84, 4)->cp, 0x2502);
	assert_text(&g, 2, "│ level");
	assert_text(&g, 14, " ALARMS");
	grid_release(&g);
}

static void at_160x48_the_large_drawing_is_shown(void **state)
{
	struct grid g;
	const struct screen *s = paint(160, 43, &g);

	(void)state;
	assert_int_equal(s->cols, 160);
	assert_int_equal(s->rows, 43);
	golden("sizes.160x48", &g);
	assert_text(&g, 0, "THE LARGE DRAWING");
	/* the pump on the end of the band is ten columns wider, both three rows higher */
	assert_int_equal(grid_at(&g, 39, 4)->cp, 0x250C);
	assert_int_equal(grid_at(&g, 39 + 26 + 10, 4)->cp, 0x2510);
	assert_int_equal(grid_at(&g, 1, 4 + 5 + 3)->cp, 0x2514);
	grid_release(&g);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_80x24_it_is_as_drawn),
		cmocka_unit_test(at_100x30_tank_and_alarms_are_larger),
		cmocka_unit_test(at_160x48_the_large_drawing_is_shown),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, setup, teardown);
}
