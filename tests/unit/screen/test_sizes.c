/* test_sizes.c - a screen on terminals of other sizes: the largest drawing that fits, and
 * what grows in it. */
#include "support/test.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen/screen.h"
#include "screen_rig.h"
#include "util/strbuf.h"

#define HEAD "screen = { id = \"a\"; title = \"A\"; level = 2; up = \"top\";\n"

/* A pipe through the band, a tank and an alarm list on its end, a field right of it. */
static const char stretching[] =
	HEAD " size = [ 30, 7 ]; prefix = \"intake.\";\n"
	     " picture = \"\n"
	     "PUMP ──┬─▶ ┌──────┐ {flow    }\n"
	     "       │   │      │\n"
	     "       │   │      │  lower\n"
	     "       └───┤      │\n"
	     "           └──────┘\n"
	     "\n"
	     "below {t101.level }\n"
	     "\";\n"
	     " zones = \"\n"
	     "\n"
	     "            TTTTTT\n"
	     "            TTTTTT\n"
	     "            TTTTTT\n"
	     "\";\n"
	     " widgets = { T = { type = \"tank\"; tag = \"t101.level\"; }; };\n"
	     " fields = { flow = { show_unit = false; }; };\n"
	     " grow = { columns = [ 13, 18 ]; rows = [ 3, 3 ]; };\n};\n";

static void assert_rows(const struct screen *s, const char *const *want)
{
	for (int row = 0; want[row]; row++) {
		char *have = rig_row(s, row);

		assert_string_equal(have, want[row]);
		free(have);
	}
}

static void assert_place(const struct screen *s, const char *name, int col, int row,
			 int cols, int rows)
{
	const struct screen_item *item = rig_item(s, name);

	assert_int_equal(item->col, col);
	assert_int_equal(item->row, row);
	assert_int_equal(item->cols, cols);
	assert_int_equal(item->rows, rows);
}

static void lines_get_longer_and_zones_larger(void **state)
{
	static const char *const want[] = {
		"PUMP ──┬─▶ ┌──────────┐",
		"       │   │          │",
		"       │   │          │  lower",
		"       │   │          │",
		"       │   │          │",
		"       └───┤          │",
		"           └──────────┘",
		"",
		"below",
		NULL,
	};
	struct loaded l = rig_load_one(stretching);
	const struct screen *s = screen_set_find(l.set, "a"), *grown;

	(void)state;
	assert_int_equal(l.diags.errors, 0);
	grown = screen_for_size(s, 34, 9);
	assert_int_equal(grown->cols, 34);
	assert_int_equal(grown->rows, 9);
	assert_rows(grown, want);
	assert_place(grown, "T", 12, 1, 10, 5);
	assert_place(grown, "flow", 24, 0, 10, 1);
	assert_place(grown, "t101.level", 6, 8, 13, 1);
	rig_unload(&l);
}

static void a_size_is_laid_out_once(void **state)
{
	struct loaded l = rig_load_one(stretching);
	const struct screen *s = screen_set_find(l.set, "a"), *grown;
	const struct cell *cells;

	(void)state;
	grown = screen_for_size(s, 50, 20);
	cells = grown->cells;
	assert_ptr_equal(screen_for_size(s, 50, 20), grown);
	assert_ptr_equal(screen_for_size(grown, 50, 20), grown);
	assert_ptr_equal(grown->cells, cells);
	assert_ptr_equal(grown->tags, s->tags);
	assert_int_equal(grown->n_items, s->n_items);
	assert_ptr_equal(screen_for_size(grown, 30, 7), s); /* as it was drawn */
	assert_ptr_equal(screen_for_size(s, 20, 4), s);     /* through a viewport */
	rig_unload(&l);
}

static void a_screen_follows_a_terminal_only_so_far(void **state)
{
	struct loaded l = rig_load_one(stretching);
	const struct screen *s = screen_set_find(l.set, "a");

	(void)state;
	s = screen_for_size(s, 1000, 1000);
	assert_int_equal(s->cols, SCREEN_GROWN_COLS_MAX);
	assert_int_equal(s->rows, SCREEN_GROWN_ROWS_MAX);
	rig_unload(&l);
}

/* The field on the band's last column keeps its cells; what is right of it moves. */
static void a_field_is_never_torn(void **state)
{
	static const char *const want[] = { "a                ──────── b", NULL };
	struct loaded l = rig_load_one(
		HEAD " size = [ 22, 1 ]; picture = \"\na {/intake.flow }─── b\n\";\n"
		     " grow = { columns = [ 8, 9 ]; };\n};\n");
	const struct screen *s = screen_for_size(screen_set_find(l.set, "a"), 27, 9);

	(void)state;
	assert_int_equal(s->cols, 27);
	assert_int_equal(s->rows, 1);
	assert_place(s, "/intake.flow", 2, 0, 15, 1);
	assert_rows(s, want);
	rig_unload(&l);
}

static const char *const variants = HEAD
	" size = [ 21, 2 ]; prefix = \"intake.\";\n"
	" picture = \"\nsmall {flow         }\n\";\n"
	" fields = { flow = { show_unit = false; };\n"
	"            only = { tag = \"t101.level\"; }; };\n"
	" variants = (\n"
	"  { size = [ 60, 4 ]; picture = \"\nlarge {flow       } {only          }\n\";\n"
	"    grow = { columns = [ 50, 60 ]; }; },\n"
	"  { size = [ 40, 3 ]; picture = \"\nmiddle {flow        }\n\";\n"
	"    fields = { flow = { type = \"gauge\"; }; }; } );\n};\n";

static void the_largest_drawing_that_fits_is_shown(void **state)
{
	static const struct {
		int cols, rows, want;
	} at[] = {
		{ 10, 1, 21 },  { 21, 2, 21 },  { 39, 50, 21 }, { 40, 2, 21 },
		{ 40, 3, 40 },  { 59, 30, 40 }, { 60, 3, 40 },  { 60, 4, 60 },
		{ 90, 30, 90 }, { 60, 9, 60 },
	};
	struct loaded l = rig_load_one(variants);
	const struct screen *s = screen_set_find(l.set, "a");

	(void)state;
	assert_int_equal(l.diags.errors, 0);
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		assert_int_equal(screen_for_size(s, at[i].cols, at[i].rows)->cols,
				 at[i].want);
	rig_unload(&l);
}

static void all_drawings_of_a_screen_have_the_same_tags(void **state)
{
	struct loaded l = rig_load_one(variants);
	const struct screen *s = screen_set_find(l.set, "a");
	const struct screen *large = screen_for_size(s, 70, 20),
			    *middle = screen_for_size(s, 40, 20);

	(void)state;
	assert_int_equal(s->n_tags, 2);
	assert_ptr_equal(large->tags, s->tags);
	assert_ptr_equal(middle->tags, s->tags);
	assert_string_equal(s->tags[rig_item(large, "only")->tag], "intake.t101.level");
	assert_string_equal(rig_item(middle, "flow")->kind->name, "gauge");
	assert_string_equal(rig_item(large, "flow")->kind->name, "value");
	assert_false(rig_item(large, "flow")->show_unit); /* the screen's own entry */
	assert_string_equal(large->id, "a");
	rig_unload(&l);
}

/* --- placed boxes grow with the picture around them --- */

static const char boxed[] =
	"templates = { box = { parameters = [ \"T\" ]; size = [ 8, 3 ]; prefix = "
	"\"$(T).\";\n"
	"  picture = \"\n┌──────┐\n│      │\n└──────┘\n\";\n"
	"  zones = \"\n\n LLLLLL\n\"; widgets = { L = { type = \"bar\"; tag = \"flow\"; "
	"}; };\n"
	"  grow = { columns = [ 2, 7 ]; rows = [ 2, 2 ]; }; }; };\n" HEAD
	" size = [ 20, 4 ]; picture = \"\nhead\n\";\n"
	" place = ( { use = \"box\"; at = [ 2, 1 ]; args = { T = \"intake\"; }; name = "
	"\"l\"; },\n"
	"           { use = \"box\"; at = [ 2, 10 ]; args = { T = \"intake\"; }; name = "
	"\"r\"; } );\n"
	" grow = { columns = [ 10, 17 ]; rows = [ 2, 4 ]; };\n};\n";

static void a_placed_box_grows_with_the_picture(void **state)
{
	static const char *const want[] = {
		"head",
		"┌──────┐ ┌──────────┐",
		"│      │ │          │",
		"│      │ │          │",
		"└──────┘ └──────────┘",
		NULL,
	};
	struct loaded l = rig_load_one(boxed);
	const struct screen *s = screen_for_size(screen_set_find(l.set, "a"), 24, 5);

	(void)state;
	assert_int_equal(l.diags.errors, 0);
	assert_rows(s, want);
	assert_place(s, "l/L", 1, 2, 6, 2);
	assert_place(s, "r/L", 10, 2, 10, 2);
	rig_unload(&l);
}

/* --- mistakes --- */

static void each_mistake_has_its_sentence(void **state)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ HEAD " size = [ 20, 2 ]; picture = \"\nx\n\";\n"
		       " grow = { columns = [ 5, 21 ]; };\n};\n",
		  "screens/a.cfg:5:11: error: `columns` of `grow` must be [ first, last "
		  "] "
		  "within 1 to 20 [grow]" },
		{ HEAD " size = [ 20, 2 ]; picture = \"\nx\n\";\n"
		       " grow = { rows = [ 2, 1 ]; };\n};\n",
		  "`rows` of `grow` must be [ first, last ] within 1 to 2 [grow]" },
		{ HEAD " size = [ 20, 2 ]; picture = \"\nx\n\";\n"
		       " grow = { rows = 2; };\n};\n",
		  "`rows` must be [ first, last ]: two whole numbers, counted from 1 "
		  "[wrong-kind]" },
		{ HEAD " size = [ 20, 2 ]; picture = \"\nx\n\";\n"
		       " grow = { colums = [ 1, 2 ]; };\n};\n",
		  "did you mean \"columns\"?" },
		{ HEAD " size = [ 20, 2 ]; picture = \"\nWELLS AND\n\";\n"
		       " grow = { columns = [ 3, 3 ]; };\n};\n",
		  "error: new columns behind column 3 would part the word in row 1 of "
		  "the "
		  "picture [grow-word]" },
		{ HEAD
		  " size = [ 20, 3 ]; picture = \"\nx\n\";\n"
		  " zones = \"\n\n AAAA\n\"; widgets = { A = { type = \"bar\"; tag = "
		  "\"intake.flow\"; }; };\n"
		  " grow = { columns = [ 2, 9 ]; };\n};\n",
		  "error: \"A\" ends at column 5 and the band at 9: end the band at 5, "
		  "and "
		  "it grows with it [grow-reach]" },
		{ HEAD
		  " size = [ 20, 2 ]; picture = \"\nx\n\";\n"
		  " variants = ( { size = [ 20, 2 ]; picture = \"\ny\n\"; } );\n};\n",
		  "screens/a.cfg:5: error: there is a drawing of 20x2 already, in line 2 "
		  "[variants]" },
		{ HEAD " size = [ 20, 2 ]; picture = \"\nx\n\";\n"
		       " variants = { size = [ 30, 2 ]; };\n};\n",
		  "`variants` must be a list of at most 8 drawings" },
		{ HEAD
		  " size = [ 20, 2 ]; picture = \"\nx\n\";\n variants = ( 3 );\n};\n",
		  "a variant must be a group { } [wrong-kind]" },
		{ HEAD " size = [ 20, 2 ]; picture = \"\nx\n\";\n"
		       " variants = ( { size = [ 30, 2 ]; pcture = \"\ny\n\"; } );\n};\n",
		  "did you mean \"picture\"?" },
		{ HEAD " size = [ 20, 2 ]; picture = \"\nx\n\";\n"
		       " variants = ( { size = [ 30 ]; picture = \"\ny\n\"; } );\n};\n",
		  "size must be [ columns, rows ]" },
		{ HEAD " size = [ 20, 2 ]; picture = \"\nx\n\";\n"
		       " variants = ( { size = [ 30, 2 ]; picture = \"\ny\n\";\n"
		       "  fields = { flow = { }; }; } );\n};\n",
		  "screens/a.cfg:8:14: error: the picture has no field {flow} "
		  "[unused-field]" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct loaded l = rig_load_one(bad[i].text);

		assert_has(l.text, bad[i].says);
		assert_null(screen_set_find(l.set, "a"));
		rig_unload(&l);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_get_longer_and_zones_larger),
		cmocka_unit_test(a_size_is_laid_out_once),
		cmocka_unit_test(a_screen_follows_a_terminal_only_so_far),
		cmocka_unit_test(a_field_is_never_torn),
		cmocka_unit_test(the_largest_drawing_that_fits_is_shown),
		cmocka_unit_test(all_drawings_of_a_screen_have_the_same_tags),
		cmocka_unit_test(a_placed_box_grows_with_the_picture),
		cmocka_unit_test(each_mistake_has_its_sentence),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
