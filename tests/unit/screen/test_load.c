/* test_load.c - screen files: what a good one becomes, and for each mistake its sentence
 * with file, line and column. */
#include "support/test.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expr/expr.h"
#include "screen/lint.h"
#include "screen/screen.h"
#include "screen_rig.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

/* --- good files ------------------------------------------------------------------ */

static const char good[] =
	"screen = {\n"
	"  id = \"a\";  title = \"Raw water\";  level = 2;  up = \"top\";  area = "
	"\"intake\";\n"
	"  size = [ 40, 5 ];\n"
	"  prefix = \"intake.\";\n"
	"  picture = \"\n"
	" RAW WATER   {{x}}  SP %\n"
	" P101 {p101   }──▶ {t101.level  }\n"
	" {t101.level:gauge   } {sp       }\n"
	" {to_top   }\n"
	"\";\n"
	"  zones = \"\n"
	"\n"
	"                                  LLLL\n"
	"                                  LLLL\n"
	"\";\n"
	"  fields = { p101 = { use = \"pump\"; write = \"p101.run_cmd\"; };\n"
	"             sp = { tag = \"/intake.p101.speed_sp\"; show_unit = false; };\n"
	"             to_top = { type = \"nav\"; to = \"top\"; }; };\n"
	"  widgets = { L = { type = \"tank\"; tag = \"t101.level\"; }; };\n"
	"  grow = { columns = [ 34, 37 ]; rows = [ 2, 3 ]; };\n"
	"};\n";

static void a_screen_is_what_was_drawn(void **state)
{
	struct loaded l = rig_load_one(good);
	const struct screen *s = screen_set_find(l.set, "a");

	(void)state;
	assert_string_equal(l.text, "");
	assert_int_equal(l.set->n, 2);
	assert_non_null(s);
	assert_string_equal(s->title, "Raw water");
	assert_string_equal(s->up, "top");
	assert_string_equal(s->area, "intake");
	assert_int_equal(s->level, 2);
	assert_int_equal(s->cols, 40);
	assert_int_equal(s->rows, 5);
	assert_int_equal(s->picture_line, 6);
	assert_int_equal(s->n_items, 6);
	assert_string_equal(s->path, "screens/a.cfg");
	rig_unload(&l);
}

static void items_come_in_drawing_order_with_their_place(void **state)
{
	static const struct {
		const char *name, *kind;
		int col, row, cols, rows, line, column;
	} want[] = {
		{ "p101", "state", 6, 1, 9, 1, 7, 7 },
		{ "t101.level", "value", 19, 1, 14, 1, 7, 20 },
		{ "L", "tank", 34, 1, 4, 2, 13, 35 },
		{ "t101.level", "gauge", 1, 2, 21, 1, 8, 2 },
		{ "sp", "value", 23, 2, 11, 1, 8, 24 },
		{ "to_top", "nav", 1, 3, 11, 1, 9, 2 },
	};
	struct loaded l = rig_load_one(good);
	const struct screen *s = screen_set_find(l.set, "a");

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		const struct screen_item *item = &s->items[i];

		assert_string_equal(item->name, want[i].name);
		assert_string_equal(item->kind->name, want[i].kind);
		assert_int_equal(item->col, want[i].col);
		assert_int_equal(item->row, want[i].row);
		assert_int_equal(item->cols, want[i].cols);
		assert_int_equal(item->rows, want[i].rows);
		assert_int_equal(item->line, want[i].line);
		assert_int_equal(item->column, want[i].column);
	}
	assert_int_equal(s->items[2].tag, s->items[1].tag);
	assert_string_equal(s->tags[s->items[4].tag], "intake.p101.speed_sp");
	assert_false(s->items[4].show_unit);
	assert_string_equal(s->items[5].to, "top");
	rig_unload(&l);
}

static void symbols_hang_on_the_name_of_the_field(void **state)
{
	struct loaded l = rig_load_one(good);
	const struct screen *s = screen_set_find(l.set, "a");
	const struct screen_item *pump = &s->items[0];

	(void)state;
	assert_string_equal(pump->prefix, "intake.p101");
	assert_int_equal(pump->n_states, 3);
	assert_string_equal(expr_operand_name(pump->states[0].when, 0),
			    "intake.p101.trip");
	assert_string_equal(s->tags[expr_operand_id(pump->states[0].when, 0)],
			    "intake.p101.trip");
	assert_null(pump->states[2].when);
	assert_int_equal(pump->states[2].role, ROLE_STOPPED);
	assert_string_equal(s->tags[pump->tag], "intake.p101.run_cmd");
	rig_unload(&l);
}

static void static_text_gets_its_roles(void **state)
{
	struct loaded l = rig_load_one(good);
	const struct screen *s = screen_set_find(l.set, "a");

	(void)state;
	assert_int_equal(s->cells[1].cp, 'R');
	assert_int_equal(s->cells[1].role, ROLE_TITLE);
	assert_int_equal(s->cells[13].cp, '{'); /* {{ draws one and keeps its cells */
	assert_int_equal(s->cells[14].cp, ' ');
	assert_int_equal(s->cells[15].cp, 'x');
	assert_int_equal(s->cells[16].cp, '}');
	assert_int_equal(s->cells[40 + 1].role, ROLE_LABEL); /* P101 */
	assert_int_equal(s->cells[40 + 15].cp, 0x2500);
	assert_int_equal(s->cells[40 + 15].role, ROLE_PIPE);
	assert_int_equal(s->cells[40 + 6].cp, ' '); /* under the field */
	rig_unload(&l);
}

static void a_broken_screen_takes_no_other_with_it(void **state)
{
	struct screen_file files[] = { { "screens/top.cfg", rig_top },
				       { "screens/bad.cfg", "screen = { id = " },
				       { "screens/lib/sym.cfg", rig_lib },
				       { "screens/a.cfg", good } };
	struct loaded l = rig_load(files, 4);

	(void)state;
	assert_int_equal(l.set->n, 2);
	assert_has(l.text, "screens/bad.cfg:2:1: error:");
	assert_null(strstr(l.text, "a.cfg"));
	rig_unload(&l);
}

static void a_symbol_of_the_own_file_goes_first_and_stays_there(void **state)
{
	static const char own[] =
		"symbols = { pump = ( { text = \"mine\"; } ); };\n"
		"screen = { id = \"b\"; title = \"B\"; level = 2; up = \"top\"; size = [ "
		"20, 1 ];"
		" picture = \"\n{x      }\n\"; fields = { x = { use = \"pump\"; tag = "
		"\"intake.p101\"; }; }; };\n";
	static const char way[] =
		"screen = { id = \"w\"; title = \"W\"; level = 1; size = "
		"[ 9, 1 ]; picture = \"\n{b:nav}\n\"; };\n";
	struct screen_file files[] = { { "screens/top.cfg", rig_top },
				       { "screens/way.cfg", way },
				       { "screens/b.cfg", own },
				       { "screens/lib/sym.cfg", rig_lib },
				       { "screens/a.cfg", good } };
	struct loaded l = rig_load(files, 5);

	(void)state;
	assert_string_equal(l.text, "");
	assert_string_equal(screen_set_find(l.set, "b")->items[0].states[0].text, "mine");
	assert_string_equal(screen_set_find(l.set, "a")->items[0].states[0].text,
			    "x TRIP");
	rig_unload(&l);
}

/* --- mistakes -------------------------------------------------------------------- */

#define HEAD    "screen = { id = \"a\"; title = \"A\"; level = 2; up = \"top\";\n size = "
#define SIZE    HEAD "[ 30, 3 ];\n prefix = \"intake.\";\n"
#define PICTURE SIZE " picture = \"\n"

/* A screen with one zone of 12 cells. */
#define ZONE(settings)                                                                   \
	PICTURE "\n\"; zones = \"\n TTTTTTTTTTTT\n\"; widgets = { T = { " settings       \
		" }; };\n};\n"

static const struct mistake {
	const char *text, *want;
} mistakes[] = {
	{ PICTURE " 0123456789012345678901234567890\n\";\n};\n",
	  "screens/a.cfg:5:31: error: row 1 of the picture is 32 cells wide, "
	  "and "
	  "size = [ 30, 3 ] allows 30 [row-too-long]" },
	{ PICTURE "a\nb\nc\nd\n\";\n};\n", "screens/a.cfg:8:1: error: picture has more "
					   "than the 3 rows of size = [ 30, 3 ] "
					   "[rows]" },
	{ PICTURE " {flwo      }\n\";\n};\n",
	  "screens/a.cfg:5:2: error: {flwo} shows \"intake.flwo\", and there is no such "
	  "tag "
	  "(did you mean \"intake.flow\"?) [unknown-tag]" },
	{ PICTURE " {flow   }\n\";\n};\n",
	  "screens/a.cfg:5:2: error: {flow} shows intake.flow and needs 11 cells, has 9; "
	  "`show_unit = false` would leave the unit out [narrow]" },
	{ PICTURE
	  " {temperature}\n {x  }\n\"; fields = { x = { tag = \"temperature\"; }; "
	  "};\n};\n",
	  "screens/a.cfg:6:2: error: {x} shows intake.temperature and needs 9 cells, has "
	  "5 "
	  "[narrow]" },
	{ PICTURE
	  " {flow:gauge}\n {q:gauge}\n\"; fields = { q = { tag = \"total\"; }; };\n"
	  "};\n",
	  "screens/a.cfg:6:2: error: a gauge needs a scale: give tag \"intake.total\" a "
	  "range = ( lo, hi ) [no-range]" },
	{ PICTURE
	  " {f:gauge}\n {gg:gauge}{e:bar}\n\";\n fields = { f = { tag = \"flow\"; };"
	  " gg = { tag = \"flow\"; }; e = { tag = \"p101.trip\"; }; };\n};\n",
	  "screens/a.cfg:6:12: error: a bar shows numbers, and tag \"intake.p101.trip\" "
	  "is a "
	  "bool [not-a-number]" },
	{ PICTURE " {flow:gauge\n\";\n};\n",
	  "screens/a.cfg:5:2: error: this field has no closing brace in its row "
	  "[field-open]" },
	{ PICTURE " flow }\n\";\n};\n", "screens/a.cfg:5:7: error: a closing brace "
					"without an opening one; }} draws one "
					"[field-close]" },
	{ PICTURE " {Flow      }\n\";\n};\n",
	  "screens/a.cfg:5:2: error: a field is written {tag  } or {tag:kind  }: "
	  "lower-case "
	  "name, then blanks up to the width it shall have [field-syntax]" },
	{ PICTURE " {flow:gague     }\n\";\n};\n",
	  "screens/a.cfg:5:2: error: there is no widget \"gague\" (did you mean "
	  "\"gauge\"?) "
	  "[unknown-widget]" },
	{ PICTURE " {flow:tank      }\n\";\n};\n",
	  "screens/a.cfg:5:2: error: \"tank\" can only stand in a zone [widget-place]" },
	{ PICTURE " {f:gauge}\n\";\n zones = \"\n\n\nAAA\n\";\n widgets = { A = { type = "
		  "\"nav\"; }; };\n fields = { f = { tag = \"flow\"; }; };\n};\n",
	  "screens/a.cfg:12:27: error: \"nav\" can only stand in a {field} "
	  "[widget-place]" },
	{ PICTURE " {a..b   }\n\";\n};\n",
	  "screens/a.cfg:5:2: error: \"intake.a..b\" is no tag name: lower-case letters, "
	  "digits and _, in parts joined by dots [tag-name]" },
	{ PICTURE
	  "x\n\";\n zones = \"\n LLL\n LL\n\";\n widgets = { L = { type = \"tank\"; "
	  "tag = \"t101.level\"; }; };\n};\n",
	  "screens/a.cfg:8:2: error: zone L is not one full rectangle; another widget "
	  "needs "
	  "another letter [zone-shape]" },
	{ PICTURE
	  " {flow        }\n\";\n zones = \"\n      LLL\n      LLL\n\";\n widgets = "
	  "{ L = { type = \"tank\"; tag = \"t101.level\"; }; };\n};\n",
	  "screens/a.cfg:5:2: error: field {flow} lies in zone L; move one of them "
	  "[zone-overlap]" },
	{ PICTURE "x\n\";\n zones = \"\n LLL\n\";\n};\n",
	  "screens/a.cfg:8:2: error: zone L has no widget: add L = { type = \"...\"; } "
	  "to "
	  "`widgets` [zone-without-widget]" },
	{ PICTURE
	  "x\n\";\n widgets = { L = { type = \"tank\"; tag = \"flow\"; }; };\n};\n",
	  "error: widget L has no zone: draw the letter L in `zones`, or give "
	  "it at = [ row, column ] and size = [ rows, columns ] [widget-without-zone]" },
	{ PICTURE "x\n\";\n zones = \"\n 123\n\";\n};\n",
	  "screens/a.cfg:8:2: error: zones are drawn with letters, one letter a "
	  "rectangle "
	  "[zone-character]" },
	{ PICTURE
	  " {p101   }\n\";\n fields = { p101 = { use = \"pump\"; };\n p102 = { use = "
	  "\"pump\"; }; };\n};\n",
	  "screens/a.cfg:8:2: error: the picture has no field {p102} (did you mean "
	  "\"p101\"?) "
	  "[unused-field]" },
	{ PICTURE " {p101   }\n\";\n fields = { p101 = { use = \"pmup\"; }; };\n};\n",
	  "screens/a.cfg:7:28: error: there is no symbol \"pmup\" (did you mean "
	  "\"pump\"?) "
	  "[unknown-symbol]" },
	{ PICTURE " {p109   }\n\";\n fields = { p109 = { use = \"pump\"; }; };\n};\n",
	  "screens/a.cfg:5:2: error: {p109} reads through its symbol "
	  "\"intake.p109.trip\", and "
	  "there is no such tag (did you mean \"intake.p101.trip\"?) [unknown-tag]" },
	{ PICTURE " {p101}\n\";\n fields = { p101 = { use = \"pump\"; }; };\n};\n",
	  "screens/a.cfg:5:2: error: {p101} needs 7 cells for the state \"x TRIP\", has "
	  "6 "
	  "[narrow]" },
	{ PICTURE
	  " {p101   }\n\";\n fields = { p101 = { use = \"pump\"; tga = \"x\"; }; };\n"
	  "};\n",
	  "error: a state has no setting \"tga\" (did you mean \"tag\"?) [p101] "
	  "[unknown-setting]" },
	{ PICTURE
	  " {p101   }\n\";\n fields = { p101 = { use = \"pump\"; write = \"flow\"; }; "
	  "};\n};\n",
	  "screens/a.cfg:5:2: error: {p101} offers to write tag \"intake.flow\", which "
	  "has no "
	  "`write` group [not-writable]" },
	{ PICTURE " {flow:setpoint}\n\";\n};\n",
	  "screens/a.cfg:5:2: error: {flow} offers to write tag \"intake.flow\", which "
	  "has no "
	  "`write` group [not-writable]" },
	{ PICTURE " {f:state}\n\";\n};\n", "screens/a.cfg:5:2: error: \"f\" is a state "
					   "and needs `use`: the symbol whose states "
					   "are shown [missing-setting]" },
	{ PICTURE "flow{flow       }\n\";\n};\n",
	  "screens/a.cfg:5:5: warning: what stands before {flow} touches its mark: the "
	  "first cell shows `?`, `~` or an alarm; leave a blank before it [touch]" },
	{ PICTURE " {flow       }{t         }\n\"; fields = { t = { tag = "
		  "\"temperature\"; }; };\n};\n",
	  "screens/a.cfg:5:15: warning: what stands before {t} touches its mark: the "
	  "first cell shows `?`, `~` or an alarm; leave a blank before it [touch]" },
	{ ZONE("type = \"trend\";"), "\"T\" is a trend and needs `pens`: 1 to 8 tags: ( "
				     "\"p201.flow\", \"p201.speed\" ) "
				     "[missing-setting]" },
	{ ZONE("type = \"trend\"; pens = ( );"),
	  "`pens` of \"T\" must name 1 to 8 tags: ( \"a\", \"b\" ) [pens]" },
	{ ZONE("type = \"trend\"; pens = ( \"flow\", 5 );"),
	  "`pens` of \"T\" must be a list of tags: ( \"a\", \"b\" ) [wrong-kind]" },
	{ ZONE("type = \"trend\"; pens = ( \"flow\", \"flow\" );"),
	  "\"flow\" is a pen of this trend already [pen-twice]" },
	{ ZONE("type = \"trend\"; pens = \"flwo\";"),
	  "widget T has the pen \"intake.flwo\", and there is no such tag (did you mean "
	  "\"intake.flow\"?) [unknown-tag]" },
	{ ZONE("type = \"trend\"; pens = \"flow\"; span = \"2y\";"),
	  "\"2y\" is no span of a trend: 1m to 1d, such as 15m, 2h, 8h [span]" },
	{ ZONE("type = \"trend\"; pens = \"flow\"; span = \"3d\";"),
	  "\"3d\" is no span of a trend: 1m to 1d, such as 15m, 2h, 8h [span]" },
	{ PICTURE " {flow:spark}\n\"; fields = { flow = { span = \"30m\"; }; };\n};\n",
	  "screens/a.cfg:5:2: warning: {flow} looks back less than an hour; on a unit's "
	  "screen one sees from it where a value comes from: leave `span` out "
	  "[short-past]" },
	{ PICTURE " {flow:spark}\n\"; fields = { flow = { span = \"10s\"; }; };\n};\n",
	  "\"10s\" is no span of a trend: 1m to 1d, such as 15m, 2h, 8h [span]" },
	{ PICTURE " {flow       }|\n\";\n};\n",
	  "screens/a.cfg:5:2: warning: what is drawn after {flow} touches its last "
	  "figure or unit; leave a blank between them [touch]" },
	{ PICTURE " {flow   \xe6\xb0\xb4}\n\";\n};\n",
	  "screens/a.cfg:5:10: error: the character U+6C34 cannot stand in a picture: it "
	  "is "
	  "not in the glyph table or not one cell wide [glyph]" },
	{ PICTURE " \xe2\x98\xa0\n\";\n};\n",
	  "screens/a.cfg:5:2: error: the character U+2620 cannot stand in a picture: it "
	  "is not "
	  "in the glyph table or not one cell wide [glyph]" },
	{ PICTURE "x\t{flow       }\n\";\n};\n",
	  "screens/a.cfg:5:2: error: a tab in a picture has no width; use blanks "
	  "[picture-tab]" },
	{ PICTURE "a \\\\ b\n\";\n};\n",
	  "a backslash or a quote cannot be drawn in a picture [picture-escape]" },
	{ PICTURE "say \\\"x\\\"\n\";\n};\n",
	  "a backslash or a quote cannot be drawn in a picture [picture-escape]" },
	{ PICTURE
	  " {next  }\n\";\n fields = { next = { type = \"nav\"; to = \"tpo\"; }; };\n"
	  "};\n",
	  "screens/a.cfg:5:2: error: {next} leads to screen \"tpo\", which there is not "
	  "(did "
	  "you mean \"top\"?) [unknown-screen]" },
	{ PICTURE
	  " {n  }\n\";\n fields = { n = { type = \"nav\"; to = \"top\"; }; };\n};\n",
	  "screens/a.cfg:5:2: error: {n} needs 6 cells for \"top\", has 5 [narrow]" },
	{ PICTURE " {go   }\n\"; fields = { go = { type = \"button\"; write = "
		  "\"p101.speed_sp\"; value = 1; confirm = false; }; };\n};\n",
	  "button \"go\" writes, and a write is always asked twice: `confirm` cannot be "
	  "false [one-step-write]" },
	{ PICTURE " {go   }\n\"; fields = { go = { type = \"button\"; write = "
		  "\"p101.speed_sp\"; }; };\n};\n",
	  "error: \"go\" is a button and needs `value`: what it writes "
	  "[missing-setting]" },
	{ PICTURE " {go   }\n\"; fields = { go = { type = \"button\"; write = "
		  "\"p101.speed_sp\"; value = \"fast\"; }; };\n};\n",
	  "error: {go} offers a value to \"intake.p101.speed_sp\": \"fast\" is not "
	  "accepted" },
	{ PICTURE " {go   }\n\"; fields = { go = { type = \"button\"; write = "
		  "\"p101.speed_sp\"; value = 500; }; };\n};\n",
	  "error: {go} offers 500 to \"intake.p101.speed_sp\", whose range is 0 to 100 "
	  "[value-fits]" },
	{ PICTURE " {flow:mode}\n\"; fields = { flow = { choices = ( ); }; };\n};\n",
	  "`choices` of \"flow\" must be a list of 2 to 16 groups: ( { value = 0; text = "
	  "\"MAN\"; }, ... ) [choices]" },
	{ PICTURE " {flow:mode}\n\"; fields = { flow = { choices = ( { value = 0; text = "
		  "\"MANUALLY BY HAND\"; }, { value = 1; text = \"A\"; } ); }; };\n};\n",
	  "error: {flow} needs 17 cells for \"MANUALLY BY HAND\", has 11 [narrow]" },
	{ PICTURE "\";\n zones = \"\nGGGGG\nG   G\nGGGGG\n\"; widgets = { G = { type = "
		  "\"alarms\"; }; };\n};\n",
	  "zone G is a frame with a hole, and \"alarms\" is no frame: draw a full "
	  "rectangle [zone-shape]" },
	{ PICTURE "\";\n zones = \"\nGGGGG\nG  GG\nGGGGG\n\"; widgets = { G = { type = "
		  "\"group\"; }; };\n};\n",
	  "zone G is not one full rectangle; another widget needs another letter "
	  "[zone-shape]" },
	{ PICTURE "\";\n zones = \"\nTTTTTTTTTTTTTTTTTTTT\nTTTTTTTTTTTTTTTTTTTT\n\"; "
		  "widgets = { T = { type = \"table\"; rows = ( \"p101\", \"p102\" ); "
		  "columns = ( \"speed\" ); }; };\n};\n",
	  "table T needs 3 rows with its headings, its zone has 2 [rows]" },
	{ PICTURE "\";\n zones = \"\nTTTTTTTTTTTTTTTTTTTT\nTTTTTTTTTTTTTTTTTTTT\n\"; "
		  "widgets = { T = { type = \"table\"; rows = ( \"p101\" ); "
		  "columns = ( \"speed\", \"speed_sp\" ); }; };\n};\n",
	  "table T needs 24 cells for its names and columns, its zone has 20 [narrow]" },
	{ PICTURE "\";\n zones = \"\nTTTTTTTTTTTTTTTTTTTT\nTTTTTTTTTTTTTTTTTTTT\n\"; "
		  "widgets = { T = { type = \"table\"; rows = ( \"p101\" ); "
		  "columns = ( \"speed_ps\" ); }; };\n};\n",
	  "error: {p101.speed_ps} shows \"intake.p101.speed_ps\", and there is no such "
	  "tag (did "
	  "you mean \"intake.p101.speed_sp\"?) [unknown-tag]" },
	{ PICTURE "\";\n zones = \"\nBBBBB\n\"; widgets = { B = { type = \"bar\"; }; "
		  "};\n};\n",
	  "widget B is a bar and needs `tag` [missing-setting]" },
	{ HEAD "[ 30, 300 ];\n picture = \"\n\"; };\n",
	  "screens/a.cfg:2:2: error: size must be [ columns, rows ], 1 to 300 and 1 to "
	  "100, "
	  "such as [ 80, 19 ] [size]" },
	{ "screen = { id = \"a\"; title = \"A\"; level = 5; up = \"top\"; size = [ 9, 1 "
	  "]; "
	  "picture = \"\"; };\n",
	  "error: level of screen is 5; allowed is 1 to 4 [out-of-range]" },
	{ "screen = { id = \"a\"; title = \"A\"; level = 2; size = [ 9, 1 ]; picture = "
	  "\"\"; "
	  "};\n",
	  "screens/a.cfg:1: error: a screen of level 2 needs `up`: the screen that leads "
	  "here "
	  "[no-up]" },
	{ "screen = { id = \"a\"; title = \"A\"; level = 2; up = \"tpo\"; size = [ 9, 1 "
	  "]; "
	  "picture = \"\"; };\n",
	  "screens/a.cfg:1: error: up = \"tpo\", and there is no such screen (did you "
	  "mean "
	  "\"top\"?) [unknown-screen]" },
	{ "screen = { id = \"a\"; title = \"A\"; level = 2; up = \"a\"; size = [ 9, 1 ]; "
	  "picture = \"\"; };\n",
	  "screens/a.cfg:1: error: up = \"a\" is of level 2; it must be above this one's "
	  "2 "
	  "[up-level]" },
	{ "screen = { id = \"top\"; title = \"A\"; level = 1; size = [ 9, 1 ]; picture = "
	  "\"\"; "
	  "};\n",
	  "screens/a.cfg:1: error: the screen id \"top\" is already used by "
	  "screens/top.cfg:1 "
	  "[duplicate-screen]" },
	{ "screen = { id = \"A b\"; title = \"A\"; level = 1; size = [ 9, 1 ]; picture = "
	  "\"\"; "
	  "};\n",
	  "error: \"A b\" is no screen id: a lower-case letter, then letters, digits, - "
	  "and _, "
	  "at most 31 [screen-id]" },
	{ "screen = { id = \"a\"; title = \"A\"; level = 1; size = [ 30, 2 ]; prefix = "
	  "\"intake.\";\n picture = \"\n{p101.speed_sp   }\n\"; };\n",
	  "screens/a.cfg:3:1: error: {p101.speed_sp} can be written, and a screen of "
	  "level 1 "
	  "is for looking: move it to a unit screen [write-on-overview]" },
	{ "symbols = { pump = ( { text = \"x\"; } ); };\n",
	  "screens/a.cfg:1:13: error: symbol \"pump\" is already defined in "
	  "screens/lib/sym.cfg:1 [duplicate-symbol]" },
	{ "symbols = { s = ( { when = \".a >\"; text = \"x\"; } ); };\n",
	  "screens/a.cfg:1:" },
	{ "symbols = { s = ( { text = \"x\"; role = \"fualt\"; } ); };\n",
	  "error: there is no role \"fualt\" for screens (did you mean \"fault\"?); "
	  "colours and "
	  "alarm roles are not for authors [unknown-role]" },
	{ "symbols = { s = ( { text = \"x\"; role = \"alarm-critical\"; } ); };\n",
	  "error: there is no role \"alarm-critical\" for screens" },
	{ "symbols = { s = ( { text = \"x\"; }, { text = \"y\"; } ); };\n",
	  "error: a state without `when` always holds: those of symbol \"s\" behind it "
	  "would "
	  "never show [symbol-order]" },
	{ "symbols = { s = \"x\"; };\n", "error: symbol \"s\" must be a list of 1 to 32 "
					 "states ( { when = \"...\"; text = "
					 "\"...\"; role = \"...\"; }, ... ) [symbol]" },
	{ "symbols = { s = ( { when = \".x\"; } ); };\n", "text" },
	{ PICTURE " {flow   }\n\";\n fields = { flow = { type = 3; }; };\n};\n",
	  "error: `type` of \"flow\" must be a text, such as \"gauge\" [wrong-kind]" },
	{ "// nothing\n", "screens/a.cfg:1: error: neither `screen`, `symbols`, "
			  "`templates` nor `theme` in this file "
			  "[empty-file]" },
	{ "scren = { };\n", "(did you mean \"screen\"?)" },
};

static void each_mistake_has_its_sentence(void **state)
{
	int missed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		struct loaded l = rig_load_one(mistakes[i].text);

		if (!strstr(l.text, mistakes[i].want)) {
			print_error("\"%s\"\nsays\n%snot\n%s\n", mistakes[i].text, l.text,
				    mistakes[i].want);
			missed++;
		}
		rig_unload(&l);
	}
	assert_int_equal(missed, 0);
}

static void a_state_that_may_show_nothing_is_a_warning(void **state)
{
	struct loaded l = rig_load_one(
		"symbols = { s = ( { when = \".running\"; text = \"run\"; } ); "
		"};\n" PICTURE
		" {p101 }\n\"; fields = { p101 = { use = \"s\"; }; };\n};\n");

	(void)state;
	assert_int_equal(l.diags.errors, 0);
	assert_has(l.text,
		   "warning: the last state of the symbol of {p101} has a `when`");
	rig_unload(&l);
}

static void widths_follow_the_tag(void **state)
{
	(void)state;
	assert_int_equal(screen_value_cells(&rig_tags[0], true), 7); /* " 6.00 m" */
	assert_int_equal(screen_value_cells(&rig_tags[0], false), 5);
	assert_int_equal(screen_value_cells(&rig_tags[2], true), 9); /* " -20.0 oC" */
	assert_int_equal(screen_value_cells(&rig_tags[3], true), 6); /* " false" */
	assert_int_equal(screen_value_cells(&rig_tags[6], true), 0); /* no range */
	assert_int_equal(screen_value_cells(&rig_tags[7], true), 0);
}

/* Whatever a file holds, loading ends, and what it reports has a place. */
static void SEC_15_random_edits_never_break_the_loader(void **state)
{
	static const char junk[] = "{}:;\"=()[]\\\n \t.x9\xff\xe2";
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		char *text = xstrdup(good);

		for (int k = 0; k < 3; k++) {
			seed = seed * 1103515245u + 12345u;
			size_t at = (seed >> 8) % strlen(text);

			seed = seed * 1103515245u + 12345u;
			text[at] = junk[(seed >> 8) % (sizeof(junk) - 1)];
		}
		struct loaded l = rig_load_one(text);

		for (size_t i = 0; i < l.diags.n; i++)
			assert_true(l.diags.v[i].line > 0);
		rig_unload(&l);
		free(text);
	}
}

/* A rectangle that lacks a cell is no frame, and is not called one. */
static void a_mistake_in_a_rectangle_is_one_mistake(void **state)
{
	struct loaded l = rig_load_one(
		PICTURE
		"\";\n zones = \"\nTTTTT\nTTTTT\nTTTT\n\"; widgets = { T = { type "
		"= \"tank\"; tag = \"t101.level\"; }; };\n};\n");

	(void)state;
	assert_has(l.text, "zone T is not one full rectangle");
	assert_null(strstr(l.text, "frame"));
	rig_unload(&l);
}

int main(void)
{
	const struct CMUnitTest tests_[] = {
		cmocka_unit_test(a_screen_is_what_was_drawn),
		cmocka_unit_test(items_come_in_drawing_order_with_their_place),
		cmocka_unit_test(symbols_hang_on_the_name_of_the_field),
		cmocka_unit_test(static_text_gets_its_roles),
		cmocka_unit_test(a_mistake_in_a_rectangle_is_one_mistake),
		cmocka_unit_test(a_broken_screen_takes_no_other_with_it),
		cmocka_unit_test(a_symbol_of_the_own_file_goes_first_and_stays_there),
		cmocka_unit_test(each_mistake_has_its_sentence),
		cmocka_unit_test(a_state_that_may_show_nothing_is_a_warning),
		cmocka_unit_test(widths_follow_the_tag),
		cmocka_unit_test(SEC_15_random_edits_never_break_the_loader),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests_, NULL, NULL);
}
