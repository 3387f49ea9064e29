/* test_template.c - templates: one drawing placed many times, and opened as a faceplate;
 * each mistake with the line of the template and that of the instance. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "screen/keys.h"
#include "screen/screen.h"
#include "screen_rig.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

static const char pump[] =
	"templates = { pump = {\n"
	"  parameters = [ \"P\", \"TITLE=pump $(P)\", \"DEC=1\" ];\n"
	"  title = \"$(TITLE)\";\n"
	"  size = [ 22, 3 ];\n"
	"  prefix = \"intake.$(P).\";\n"
	"  picture = \"\n"
	"$(TITLE      ) {run  }\n"
	"SP {speed_sp   }\n"
	"{o        }\n"
	"\";\n"
	"  fields = { run = { tag = \"running\"; show_unit = false; };\n"
	"             o = { use = \"pump\"; tag = \"/intake.$(P)\"; }; };\n"
	"}; };\n";

#define HEAD                                                                             \
	"screen = { id = \"a\"; title = \"A\"; level = 2; up = \"top\";\n"               \
	" size = [ 60, 8 ];\n"

static struct loaded load_with(const char *lib, const char *text)
{
	struct screen_file files[] = { { "screens/top.cfg", rig_top },
				       { "screens/lib/sym.cfg", rig_lib },
				       { "screens/lib/pump.cfg", lib },
				       { "screens/a.cfg", text } };

	return rig_load(files, 4);
}

static void one_template_is_drawn_for_each_instance(void **state)
{
	struct loaded l = load_with(
		pump, HEAD
		" picture = \"\nPUMPS\n\";\n"
		" place = ( { use = \"pump\"; at = [ 2, 1 ]; args = { P = \"p101\"; }; "
		"},\n"
		"           { use = \"pump\"; at = [ 5, 30 ]; name = \"second\";\n"
		"             args = { P = \"p101\"; TITLE = \"two\"; }; } );\n};\n");
	const struct screen *s = screen_set_find(l.set, "a");
	const struct screen_item *item;
	char *row;

	(void)state;
	assert_int_equal(l.diags.errors, 0);
	assert_non_null(s);
	assert_int_equal(s->n_items, 6);
	row = rig_row(s, 1);
	assert_string_equal(row, "pump p101"); /* in the 14 cells it was drawn with */
	free(row);
	row = rig_row(s, 4);
	assert_string_equal(row, "                             two");
	free(row);
	item = rig_item(s, "pump-1/run");
	assert_int_equal(item->col, 15);
	assert_int_equal(item->row, 1);
	assert_int_equal(item->cols, 7);
	assert_string_equal(s->tags[item->tag], "intake.p101.running");
	item = rig_item(s, "second/speed_sp");
	assert_int_equal(item->col, 32);
	assert_int_equal(item->row, 5);
	assert_string_equal(s->tags[item->tag], "intake.p101.speed_sp");
	assert_string_equal(rig_item(s, "second/o")->prefix, "intake.p101");
	assert_string_equal(item->file, "screens/lib/pump.cfg");
	assert_string_equal(item->via, "template \"pump\" placed at screens/a.cfg:7");
	rig_unload(&l);
}

static void a_template_is_a_faceplate(void **state)
{
	struct loaded l = load_with(pump, HEAD " picture = \"\nA\n\";\n};\n");
	struct diag_list diags = DIAG_LIST_INIT;
	struct screen *s = screen_faceplate(l.set, "pump(P=p101, TITLE=a b)", &diags);

	(void)state;
	assert_int_equal(diags.n, 0);
	assert_non_null(s);
	assert_string_equal(s->title, "a b");
	assert_string_equal(s->id, "pump(P=p101, TITLE=a b)");
	assert_int_equal(s->cols, 22);
	assert_int_equal(s->rows, 3);
	assert_string_equal(s->tags[rig_item(s, "run")->tag], "intake.p101.running");
	screen_free(s);
	diag_list_release(&diags);
	rig_unload(&l);
}

static void every_tag_has_a_faceplate(void **state)
{
	struct loaded l = load_with(pump, HEAD " picture = \"\nA\n\";\n};\n");
	struct diag_list diags = DIAG_LIST_INIT;
	struct screen *s = screen_faceplate(l.set, "tag(T=intake.flow)", &diags);

	(void)state;
	assert_int_equal(diags.n, 0);
	assert_non_null(s);
	assert_string_equal(s->title, "intake.flow");
	assert_int_equal(s->n_tags, 1);
	assert_string_equal(s->tags[0], "intake.flow");
	screen_free(s);
	rig_unload(&l);
}

static void Enter_finds_the_faceplate_in_opens(void **state)
{
	struct loaded l = load_with(
		pump, HEAD " prefix = \"intake.\"; picture = \"\n{flow         }\n\";\n"
			   " fields = { flow = { opens = \"pump(P=p101)\"; }; };\n};\n");
	const struct screen *s = screen_set_find(l.set, "a");

	(void)state;
	assert_string_equal(l.text, "");
	assert_string_equal(rig_item(s, "flow")->opens, "pump(P=p101)");
	rig_unload(&l);
}

/* --- widths, nesting, macros --- */

static void a_macro_keeps_its_drawn_width(void **state)
{
	static const struct {
		const char *text, *row;
	} want[] = {
		{ "ab", "|ab        | x" },
		{ "abcdefghijkl", "|abcdefghij| x" }, /* cut: columns never move */
		{ "{flow}", "|{flow}    | x" },       /* letters, no field */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		char *text = xasprintf(HEAD " macros = { A = \"%s\"; };\n"
					    " picture = \"\n|$(A      )| x\n\";\n};\n",
				       want[i].text);
		struct loaded l = load_with(pump, text);
		char *row;

		assert_string_equal(l.text, "");
		row = rig_row(screen_set_find(l.set, "a"), 0);
		assert_string_equal(row, want[i].row);
		free(row);
		free(text);
		rig_unload(&l);
	}
}

/* Instance before template before screen before site. */
static void the_nearest_argument_counts(void **state)
{
	static const char lib[] =
		"macros = { S = \"site\"; X = \"site\"; };\n"
		"templates = { t = { parameters = [ \"A\", \"B=default $(A)\" ];\n"
		" size = [ 42, 1 ]; picture = \"\n$(A   ) $(B           ) $(X    ) $(S   "
		" )\n\"; "
		"}; };\n";
	struct loaded l = load_with(
		lib, HEAD
		" macros = { X = \"screen\"; B = \"screen\"; };\n picture = \"\n\n\";\n"
		" place = ( { use = \"t\"; at = [ 1, 1 ]; args = { A = 1; }; },\n"
		"           { use = \"t\"; at = [ 2, 1 ]; args = { A = \"$(S)\"; B = "
		"true; }; "
		"} );\n};\n");
	const struct screen *s = screen_set_find(l.set, "a");
	char *row;

	(void)state;
	assert_string_equal(l.text, "");
	row = rig_row(s, 0);
	assert_string_equal(row, "1       default 1       screen   site");
	free(row);
	row = rig_row(s, 1);
	assert_string_equal(row, "site    true            screen   site");
	free(row);
	rig_unload(&l);
}

static const char nested[] =
	"templates = {\n"
	" cell = { parameters = [ \"T\" ]; size = [ 12, 1 ];\n"
	"          picture = \"\n{v         }\n\"; fields = { v = { tag = \"$(T)\"; }; "
	"}; };\n"
	" pair = { parameters = [ \"P\" ]; size = [ 26, 2 ]; picture = \"\n$(P  )\n\";\n"
	"          place = ( { use = \"cell\"; at = [ 2, 1 ]; args = { T = "
	"\"$(P).flow\"; }; "
	"},\n"
	"                    { use = \"cell\"; at = [ 2, 14 ]; name = \"r\";\n"
	"                      args = { T = \"$(P).flow\"; }; } ); };\n};\n";

static void templates_hold_templates(void **state)
{
	struct loaded l =
		load_with(nested, HEAD
			  " picture = \"\n\n\";\n place = ( { use = \"pair\"; at = [ 3, "
			  "5 ]; args = { P = \"intake\"; }; } );\n};\n");
	const struct screen *s = screen_set_find(l.set, "a");
	const struct screen_item *item;

	(void)state;
	assert_string_equal(l.text, "");
	item = rig_item(s, "pair-1/r/v");
	assert_int_equal(item->row, 3);
	assert_int_equal(item->col, 17);
	assert_string_equal(s->tags[item->tag], "intake.flow");
	assert_string_equal(
		item->via,
		"template \"cell\" placed at screens/lib/pump.cfg:10, in template "
		"\"pair\" placed at screens/a.cfg:6");
	assert_int_equal(s->n_tags, 1);
	rig_unload(&l);
}

static void a_widget_says_itself_where_it_is(void **state)
{
	struct loaded l = load_with(
		pump, HEAD
		" picture = \"\nx\n\";\n"
		" widgets = { level = { type = \"bar\"; tag = \"/intake.flow\"; at = [ "
		"3, 10 ]; size = [ 2, 30 ]; }; };\n};\n");
	const struct screen_item *item = rig_item(screen_set_find(l.set, "a"), "level");

	(void)state;
	assert_int_equal(item->col, 9);
	assert_int_equal(item->row, 2);
	assert_int_equal(item->cols, 30);
	assert_int_equal(item->rows, 2);
	rig_unload(&l);
}

static void a_screen_has_letters_of_its_own(void **state)
{
	struct loaded l = load_with(
		pump, HEAD " picture = \"\nx\n\";\n"
			   " keys = { l = \"top\"; U = \"pump(P=p101)\"; };\n};\n");
	const struct screen *s = screen_set_find(l.set, "a");

	(void)state;
	assert_string_equal(l.text, "");
	assert_string_equal(screen_key_find(s, 'l')->to, "top");
	assert_false(screen_key_find(s, 'l')->is_call);
	assert_true(screen_key_find(s, 'U')->is_call);
	assert_null(screen_key_find(s, 'u'));
	assert_null(screen_key_find(s, 'l' + 256));
	rig_unload(&l);
}

static void a_letter_leads_to_a_trend(void **state)
{
	struct loaded l = load_with(pump, HEAD " picture = \"\nx\n\";\n"
					       " keys = { T = ( \"/intake.flow\", "
					       "\"intake.p101.running\" ); };\n};\n");
	const struct screen *s = screen_set_find(l.set, "a");
	const struct screen_key *key = screen_key_find(s, 'T');

	(void)state;
	assert_string_equal(l.text, "");
	assert_int_equal(key->n_pens, 2);
	assert_string_equal(s->tags[key->pens[0]], "intake.flow");
	assert_string_equal(s->tags[key->pens[1]], "intake.p101.running");
	assert_null(key->to);
	rig_unload(&l);
}

/* --- mistakes --- */

#define PLACE(text) HEAD " picture = \"\nab\n\";\n place = ( " text " );\n};\n"

static const struct {
	const char *lib, *text, *says;
} mistakes[] = {
	{ pump, PLACE("{ use = \"pmup\"; at = [ 2, 1 ]; }"),
	  "screens/a.cfg:6:14: error: there is no template \"pmup\" (did you "
	  "mean "
	  "\"pump\"?) [unknown-template]" },
	{ pump, PLACE("{ use = \"pump\"; at = [ 2, 1 ]; }"),
	  "screens/a.cfg:6:12: error: template \"pump\" of "
	  "screens/lib/pump.cfg:1 needs "
	  "\"P\"; add it to the arguments [argument]" },
	{ pump,
	  PLACE("{ use = \"pump\"; at = [ 2, 1 ]; args = { P = \"p101\"; TITEL = "
		"\"x\"; "
		"}; }"),
	  "template \"pump\" of screens/lib/pump.cfg:1 has no parameter "
	  "\"TITEL\" (did "
	  "you mean \"TITLE\"?) [argument]" },
	{ pump, PLACE("{ use = \"pump\"; at = [ 2, 1 ]; args = { P = ( 1, 2 ); }; }"),
	  "\"P\" must be a text, a number or true/false [wrong-kind]" },
	{ pump, PLACE("{ use = \"pump\"; at = [ 7, 1 ]; args = { P = \"p101\"; }; }"),
	  "error: template \"pump\" takes rows 7 to 9 and columns 1 to 22, and "
	  "the "
	  "picture has 8 rows and 60 columns; `at` is [ row, column ] "
	  "[place-outside]" },
	{ pump, PLACE("{ use = \"pump\"; at = [ 1, 1 ]; args = { P = \"p101\"; }; }"),
	  "error: template \"pump\" would hide what is drawn there; `at` is [ "
	  "row, "
	  "column ] [place-overlap]" },
	{ pump,
	  PLACE("{ use = \"pump\"; at = [ 2, 1 ]; args = { P = \"p101\"; }; }, { "
		"use = "
		"\"pump\"; at = [ 4, 20 ]; args = { P = \"p101\"; }; }"),
	  "would hide another instance" },
	{ pump, PLACE("{ use = \"pump\"; at = 3; args = { P = \"p101\"; }; }"),
	  "`at` must be [ row, column ]: two whole numbers, counted from 1 "
	  "[wrong-kind]" },
	{ pump, PLACE("{ use = \"pump\"; at = [ 0, 1 ]; args = { P = \"p101\"; }; }"),
	  "counted from 1" },
	{ pump, PLACE("{ use = \"pump\"; ta = [ 2, 1 ]; }"),
	  "unknown setting \"ta\" in an instance" },
	{ pump, PLACE("3"), "an instance must be a group { } [wrong-kind]" },
	{ pump, HEAD " picture = \"\nx\n\"; place = { };\n};\n",
	  "`place` must be a list (" },
	{ "templates = { t = { size = [ 9, 1 ]; picture = \"\n$(NIX  )\n\"; }; "
	  "};\n",
	  PLACE("{ use = \"t\"; at = [ 2, 1 ]; }"),
	  "screens/lib/pump.cfg:2:1: error: no parameter \"NIX\" here (template "
	  "\"t\" "
	  "placed at screens/a.cfg:6) [macro]" },
	{ "templates = { t = { parameters = [ \"L\" ]; size = [ 20, 1 ];\n"
	  " picture = \"\n$(L.desc      )\n\"; }; };\n",
	  PLACE("{ use = \"t\"; at = [ 2, 1 ]; args = { L = \"x\"; }; }"),
	  "what belongs to a tag is shown by a field, such as {name:desc  }" },
	{ "templates = { t = { parameters = [ \"1x\" ]; size = [ 9, 1 ]; picture "
	  "= "
	  "\"\nx\n\"; }; };\n",
	  PLACE("{ use = \"t\"; at = [ 2, 1 ]; }"), "\"1x\" is no parameter's name" },
	{ "templates = { t = { parameters = [ \"x\", \"x=1\" ]; size = [ 9, 1 ]; "
	  "picture = \"\nx\n\"; }; };\n",
	  PLACE("{ use = \"t\"; at = [ 2, 1 ]; }"),
	  "template \"t\" has the parameter \"x\" twice [parameter]" },
	{ "templates = { t = { size = [ 9, 1 ]; pciture = \"\nx\n\"; }; };\n",
	  PLACE("{ use = \"t\"; at = [ 2, 1 ]; }"), "did you mean \"picture\"?" },
	{ "templates = { t = 3; };\n", PLACE("{ use = \"t\"; at = [ 2, 1 ]; }"),
	  "template \"t\" must be a group { }" },
	{ "templates = { t = { size = [ 9, 1 ]; picture = \"\n\n\";\n"
	  " place = ( { use = \"t\"; at = [ 1, 1 ]; } ); }; };\n",
	  PLACE("{ use = \"t\"; at = [ 2, 1 ]; }"),
	  "template \"t\" would contain itself (template \"t\" placed at "
	  "screens/a.cfg:6) [template-nesting]" },
	{ pump,
	  HEAD " picture = \"\n{intake.flow    }\n\";\n fields = { };\n"
	       " keys = { t = \"top\"; };\n};\n",
	  "error: the key t is the console's own: it shows the trend; free are B " },
	{ pump, HEAD " picture = \"\nx\n\"; keys = { ab = \"top\"; };\n};\n",
	  "`keys` takes single letters, and \"ab\" is none" },
	{ pump, HEAD " picture = \"\nx\n\"; keys = { l = 3; };\n};\n",
	  "the key l must lead to a screen" },
	{ pump, HEAD " picture = \"\nx\n\"; keys = { l = \"pmup(P=x)\"; };\n};\n",
	  "the key l: there is no template \"pmup\" (did you mean \"pump\"?) "
	  "[faceplate]" },
	{ pump, HEAD " picture = \"\nx\n\"; keys = { T = ( ); };\n};\n",
	  "the key T must name 1 to 8 pens" },
	{ pump, HEAD " picture = \"\nx\n\"; keys = { T = ( 1 ); };\n};\n",
	  "the key T: the pens of a trend are tags" },
	{ pump, HEAD " picture = \"\nx\n\"; keys = { t = ( \"/intake.flow\" ); };\n};\n",
	  "the key t is the console's own" },
	{ pump, HEAD " picture = \"\nx\n\"; keys = { T = ( \"/intake.flwo\" ); };\n};\n",
	  "the key T shows a trend of \"intake.flwo\", and there is no such tag (did "
	  "you mean \"intake.flow\"?) [unknown-pen]" },
	{ pump, HEAD " picture = \"\nx\n\"; keys = { l = \"topp\"; };\n};\n",
	  "the key l leads to screen \"topp\", which there is not (did you mean "
	  "\"top\"?) [unknown-screen]" },
	{ pump,
	  HEAD " picture = \"\n{/intake.flow    } {x   }\n\";\n"
	       " fields = { x = { tag = \"/intake.flow\"; opens = \"pump(Q=x)\"; "
	       "}; };\n"
	       "};\n",
	  "`opens` of \"x\": template \"pump\" of screens/lib/pump.cfg:1 has no "
	  "parameter \"Q\"" },
	{ pump,
	  HEAD " picture = \"\n{x                   }\n\";\n"
	       " fields = { x = { tag = \"/intake.flow\"; opens = \"pump\"; }; "
	       "};\n};\n",
	  "\"pump\" is no faceplate: write it as pid(L=network.pc401) "
	  "[faceplate]" },
	{ pump,
	  HEAD " picture = \"\n{x                   }\n\";\n"
	       " fields = { x = { tag = \"/intake.flow\"; opens = "
	       "\"pump(P=p999)\"; }; "
	       "};\n};\n",
	  "intake.p999.running\", and there is no such tag" },
	{ pump,
	  HEAD " picture = \"\n{x                   }\n\";\n"
	       " fields = { x = { type = \"mode\"; tag = \"/intake.flow\"; opens = "
	       "\"pmup(P=p101)\"; }; };\n};\n",
	  "there is no template \"pmup\" (did you mean \"pump\"?) [faceplate]" },
	{ pump,
	  HEAD " picture = \"\n\n\n\"; zones = \"\nAAAA\nAAAA\n\"; widgets = { A = { "
	       "type = \"group\"; opens = \"pmup(P=p101)\"; }; };\n};\n",
	  "there is no template \"pmup\" (did you mean \"pump\"?) [faceplate]" },
	{ pump,
	  HEAD " picture = \"\n{x:nav               }\n\";\n"
	       " fields = { x = { to = \"top\"; opens = \"pump(P=p101)\"; }; };\n};\n",
	  "\"opens\"" },
	{ pump,
	  HEAD " picture = \"\n{x:nav               }\n\";\n"
	       " fields = { x = { to = \"topp\"; }; };\n};\n",
	  "{x} leads to screen \"topp\", which there is not (did you mean \"top\"?)" },
	{ pump,
	  HEAD
	  " picture = \"\n{x                   }\n\";\n"
	  " fields = { x = { type = \"button\"; write = \"/intake.flow\"; value = 1; "
	  "opens = \"pump(P=p101)\"; }; };\n};\n",
	  "\"opens\"" },
	{ pump,
	  HEAD " picture = \"\nx\n\"; widgets = { A = { type = \"bar\"; at = [ "
	       "2, 2 ]; "
	       "}; };\n};\n",
	  "widget A needs both at = [ row, column ] and size = [ rows, columns ] "
	  "[widget-place]" },
	{ pump, HEAD " macros = { A = ( 1 ); }; picture = \"\nx\n\";\n};\n",
	  "\"A\" must be a text, a number or true/false" },
};

static void each_mistake_has_its_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		struct loaded l = load_with(mistakes[i].lib, mistakes[i].text);

		assert_has(l.text, mistakes[i].says);
		rig_unload(&l);
	}
}

static void templates_have_one_home(void **state)
{
	struct screen_file files[] = { { "screens/a.cfg", pump },
				       { "screens/b.cfg", pump } };
	struct loaded l = rig_load(files, 2);

	(void)state;
	assert_has(l.text,
		   "screens/b.cfg:1:15: error: template \"pump\" is already defined in "
		   "screens/a.cfg:1 [duplicate-template]");
	rig_unload(&l);
}

static void a_call_is_read_as_it_is_written(void **state)
{
	static const struct {
		const char *call, *says;
	} bad[] = {
		{ "pump", "is no faceplate" },
		{ "pump(P=x", "is no faceplate" },
		{ "(P=x)", "is no faceplate" },
		{ "pump(P=x) y", "is no faceplate" },
		{ "pump(x)", "\"x\" is no argument: write NAME=text" },
		{ "pump(P=x, P=y)", "\"P\" is given twice" },
		{ "pump(P=p101, DECC=1)", "did you mean \"DEC\"?" },
		{ "pump()", "needs \"P\"" },
		{ "nix(P=x)", "there is no template \"nix\"" },
	};
	struct loaded l = load_with(pump, HEAD " picture = \"\nA\n\";\n};\n");

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct diag_list diags = DIAG_LIST_INIT;

		assert_null(screen_faceplate(l.set, bad[i].call, &diags));
		assert_int_equal(diags.errors, 1);
		assert_has(diags.v[0].text, bad[i].says);
		diag_list_release(&diags);
	}
	rig_unload(&l);
}

/* Ten in each of ten in each of ten: it ends in a sentence, not in a million boxes. */
static void SEC_15_a_placement_bomb_ends_in_a_sentence(void **state)
{
	struct strbuf lib = STRBUF_INIT;

	(void)state;
	strbuf_adds(&lib, "templates = {\n");
	for (int level = 0; level < 6; level++) {
		int rows = 100 >> level;

		strbuf_addf(
			&lib,
			" t%d = { size = [ 300, %d ]; picture = \"\n\n\";\n  place = (",
			level, rows ? rows : 1);
		for (int i = 0; level < 5 && i < 2; i++)
			strbuf_addf(&lib, "%s { use = \"t%d\"; at = [ %d, 1 ]; }",
				    i ? "," : "", level + 1,
				    i * (100 >> (level + 1)) + 1);
		for (int i = 0; level == 5 && i < 900; i++)
			strbuf_addf(&lib, "%s { use = \"dot\"; at = [ %d, %d ]; }",
				    i ? "," : "", i / 300 + 1, i % 300 + 1);
		strbuf_adds(&lib, " ); };\n");
	}
	strbuf_adds(&lib, " dot = { size = [ 1, 1 ]; picture = \"\n.\n\"; };\n};\n");
	struct loaded l = load_with(
		lib.buf,
		"screen = { id = \"a\"; title = \"A\"; level = 2; up = \"top\";\n"
		" size = [ 300, 100 ]; picture = \"\n\n\";\n"
		" place = ( { use = \"t0\"; at = [ 1, 1 ]; } );\n};\n");
	assert_has(l.text, "more than 500 instances of templates on one screen");
	assert_null(screen_set_find(l.set, "a"));
	rig_unload(&l);
	strbuf_release(&lib);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_template_is_drawn_for_each_instance),
		cmocka_unit_test(a_template_is_a_faceplate),
		cmocka_unit_test(every_tag_has_a_faceplate),
		cmocka_unit_test(Enter_finds_the_faceplate_in_opens),
		cmocka_unit_test(a_macro_keeps_its_drawn_width),
		cmocka_unit_test(the_nearest_argument_counts),
		cmocka_unit_test(templates_hold_templates),
		cmocka_unit_test(a_widget_says_itself_where_it_is),
		cmocka_unit_test(a_screen_has_letters_of_its_own),
		cmocka_unit_test(a_letter_leads_to_a_trend),
		cmocka_unit_test(each_mistake_has_its_sentence),
		cmocka_unit_test(templates_have_one_home),
		cmocka_unit_test(a_call_is_read_as_it_is_written),
		cmocka_unit_test(SEC_15_a_placement_bomb_ends_in_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
