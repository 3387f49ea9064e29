/* test_template.c - templates: one drawing placed many times, and opened as a faceplate;
 * each mistake with the line of the template and that of the instance. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "screen/screen.h"
#include "screen_rig.h"
#include "util/strbuf.h"

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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_template_is_drawn_for_each_instance),
		cmocka_unit_test(a_template_is_a_faceplate),
		cmocka_unit_test(every_tag_has_a_faceplate),
		cmocka_unit_test(Enter_finds_the_faceplate_in_opens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
