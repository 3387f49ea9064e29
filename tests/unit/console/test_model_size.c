/* test_model_size.c - a terminal changes its size: another drawing, the same tags, and
 * the same thing stays selected. */
#include "support/test.h"

#include <string.h>

#include "console/view/model.h"
#include "console/view/picture.h"
#include "util/strbuf.h"

static const char text[] =
	"screen = { id = \"a\"; title = \"A\"; level = 1; size = [ 40, 2 ];\n"
	" picture = \"\n{x.one     } {x.two     }\n\";\n"
	" grow = { columns = [ 40, 40 ]; };\n"
	" variants = ( { size = [ 80, 4 ];\n"
	"  picture = \"\n{x.three    } {x.two     }\n{x.one     }\n\"; } );\n};\n";

static const char *name_of(const struct model *m, int selected)
{
	return model_picture(m)->items[selected].name;
}

static void HM_18_a_resize_keeps_what_is_selected(void **state)
{
	const struct screen_file file = { "a.cfg", text };
	struct strbuf why = STRBUF_INIT;
	struct model m;
	int selected;

	(void)state;
	model_init(&m);
	model_screens(&m, &file, 1, &why);
	assert_string_equal(why.buf, "");
	model_view(&m, screen_set_find(m.screens, "a"));
	selected = picture_find(model_picture(&m), "x.one");
	assert_int_equal(selected, 0);
	model_resize(&m, 80, 19, &selected);
	assert_int_equal(model_picture(&m)->cols, 80);
	assert_int_equal(selected, 2);
	assert_string_equal(name_of(&m, selected), "x.one");
	model_resize(&m, 60, 19, &selected); /* the small one, grown */
	assert_int_equal(model_picture(&m)->cols, 60);
	assert_string_equal(name_of(&m, selected), "x.one");
	assert_int_equal(m.glass[GLASS_SHOWN].n, 3); /* tags of all drawings are told */
	selected = PICTURE_NOTHING;
	model_resize(&m, 80, 19, &selected);
	assert_int_equal(selected, PICTURE_NOTHING);
	selected = picture_find(model_picture(&m), "x.three");
	model_resize(&m, 40, 19, &selected); /* not drawn there */
	assert_int_equal(selected, PICTURE_NOTHING);
	model_release(&m);
	strbuf_release(&why);
}

/* A new set of screens is drawn in the size of before. */
static void the_size_is_remembered(void **state)
{
	const struct screen_file file = { "a.cfg", text };
	struct strbuf why = STRBUF_INIT;
	struct model m;
	int selected = PICTURE_NOTHING;

	(void)state;
	model_init(&m);
	model_resize(&m, 90, 19, &selected);
	model_screens(&m, &file, 1, &why);
	model_view(&m, screen_set_find(m.screens, "a"));
	assert_int_equal(model_picture(&m)->cols, 80);
	model_screens(&m, &file, 1, &why);
	model_view(&m, m.shown);
	assert_int_equal(model_picture(&m)->cols, 80);
	model_release(&m);
	strbuf_release(&why);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(HM_18_a_resize_keeps_what_is_selected),
		cmocka_unit_test(the_size_is_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
