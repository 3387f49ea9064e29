/* test_include.c - screen files that include others of their set: lines stay right, and
 * what is missing, or includes itself, is named. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "screen/screen.h"
#include "screen_rig.h"

#define HEAD                                                                             \
	"screen = { id = \"a\"; title = \"A\"; level = 2; up = \"top\"; size = [ 40, 3 " \
	"];\n"

static struct loaded load_two(const char *piece, const char *text)
{
	struct screen_file files[] = { { "screens/top.cfg", rig_top },
				       { "screens/lib/sym.cfg", rig_lib },
				       { "screens/lib/piece.cfg", piece },
				       { "screens/units/a.cfg", text } };

	return rig_load(files, 4);
}

static void a_file_of_the_set_is_pasted_where_it_is_named(void **state)
{
	struct loaded l =
		load_two("flow = { show_unit = false; };\n", HEAD
			 " prefix = \"intake.\"; picture = \"\nm3/h {flow     }\n\";\n"
			 " fields = {\n@include \"../lib/piece.cfg\"\n };\n};\n");
	const struct screen *s = screen_set_find(l.set, "a");

	(void)state;
	assert_string_equal(l.text, "");
	assert_false(rig_item(s, "flow")->show_unit);
	rig_unload(&l);
}

static void lines_behind_an_include_stay_right(void **state)
{
	struct loaded l = load_two("symbols = {\n};\n",
				   "@include \"../lib/piece.cfg\"\n" HEAD
				   " picture = \"\n{intake.flwo     }\n\";\n};\n");

	(void)state;
	assert_has(l.text, "screens/units/a.cfg:4:1: error: {intake.flwo} shows");
	rig_unload(&l);
}

static void a_mistake_in_a_piece_is_told_once_and_in_its_file(void **state)
{
	struct loaded l =
		load_two("flow = { show_unit = 3; };\n", HEAD
			 " prefix = \"intake.\"; picture = \"\nm3/h {flow     }\n\";\n"
			 " fields = {\n@include \"../lib/piece.cfg\"\n };\n};\n");
	const char *first = strstr(l.text, "screens/lib/piece.cfg:1:10: error");

	(void)state;
	assert_non_null(first);
	assert_null(strstr(first + 30, "piece.cfg:1:10"));
	assert_null(screen_set_find(l.set, "a"));
	rig_unload(&l);
}

static void a_library_may_be_included_or_not(void **state)
{
	static const char lib[] =
		"symbols = { lamp = ( { text = \"on\"; } ); };\n"
		"templates = { box = { size = [ 3, 1 ]; picture = \"\n[x]\n\"; }; };\n";
	struct loaded l =
		load_two(lib, "@include \"../lib/piece.cfg\"\n" HEAD
			      " prefix = \"intake.\"; picture = \"\n{p101   }\n\";\n"
			      " fields = { p101 = { use = \"lamp\"; }; };\n"
			      " place = ( { use = \"box\"; at = [ 1, 20 ]; } );\n};\n");

	(void)state;
	assert_int_equal(l.diags.errors, 0);
	assert_non_null(screen_set_find(l.set, "a"));
	rig_unload(&l);
}

static void each_mistake_has_its_sentence(void **state)
{
	static const struct {
		const char *piece, *text, *says;
	} bad[] = {
		{ "symbols = {\n};\n", "@include \"../lib/peice.cfg\"\n",
		  "screens/units/a.cfg:1:11: error: there is no screen file "
		  "\"screens/lib/peice.cfg\" (did you mean \"screens/lib/piece.cfg\"?) "
		  "[include]" },
		{ "symbols = {\n};\n", "@include \"a.cfg\"\n",
		  "screens/units/a.cfg:1:11: error: \"screens/units/a.cfg\" includes "
		  "itself "
		  "[include]" },
		{ "@include \"../units/a.cfg\"\n", "@include \"../lib/piece.cfg\"\n",
		  "screens/lib/piece.cfg:1:11: error: \"screens/units/a.cfg\" includes "
		  "itself [include]" },
		{ "symbols = {\n};\n", "@include \"/etc/passwd\"\n",
		  "there is no screen file \"/etc/passwd\"" },
		{ "symbols = {\n};\n", "@include \"../../../../etc/passwd\"\n",
		  "there is no screen file \"../../etc/passwd\"" },
		{ "symbols = {\n/* open", "@include \"../lib/piece.cfg\"\n",
		  "screens/lib/piece.cfg:2: error: the included file ends inside a "
		  "comment" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct loaded l = load_two(bad[i].piece, bad[i].text);

		assert_has(l.text, bad[i].says);
		rig_unload(&l);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_of_the_set_is_pasted_where_it_is_named),
		cmocka_unit_test(lines_behind_an_include_stay_right),
		cmocka_unit_test(a_mistake_in_a_piece_is_told_once_and_in_its_file),
		cmocka_unit_test(a_library_may_be_included_or_not),
		cmocka_unit_test(each_mistake_has_its_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
