/* test_screen_keep.c - what is shown after a save with a mistake in it. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "station/screen_keep.h"
#include "unit/station/files.h"
#include "util/strbuf.h"

static char dir[512];

#define SYMBOLS                                                                           \
	"symbols = { run = ( { when = \".run\"; text = \"● on\"; }, { text = \"off\"; " \
	"} ); };"
#define SCREEN(id, picture)                                                              \
	"screen = { id = \"" id                                                          \
	"\"; title = \"T\"; level = 1; size = [ 20, 1 ]; picture = \"\n" picture         \
	"\n\"; fields = { a = { use = \"run\"; }; }; };"

static void begin(void)
{
	char sub[600];

	snprintf(dir, sizeof(dir), "%s", test_tmpdir());
	snprintf(sub, sizeof(sub), "%s/screens", dir);
	mkdir(sub, 0700);
	files_put(dir, "s.cfg",
		  "station = { name = \"t\"; };\ndevices = \"devices.cfg\";\n"
		  "tags = \"tags.cfg\";\naccess = \"access.cfg\";\n"
		  "screens = \"screens\";\n");
	files_put(dir, "devices.cfg",
		  "devices = ( { name = \"plc\"; driver = \"modbus\"; } );\n");
	files_put(dir, "tags.cfg",
		  "tags = ( { name = \"a.run\"; device = \"plc\"; address = "
		  "\"discrete:0\"; }, { name = \"a.stop\"; device = \"plc\"; address = "
		  "\"discrete:1\"; } );\n");
	files_put(dir, "access.cfg", "operators = ();\nroles = ();\n");
	files_put(dir, "screens/lib.cfg", SYMBOLS);
	files_put(dir, "screens/one.cfg", SCREEN("one", "x {a     }"));
	files_put(dir, "screens/two.cfg", SCREEN("two", "y {a     }"));
}

/* As the server reads them after a save. */
static struct station_def *look(void)
{
	struct diag_list diags = DIAG_LIST_INIT;
	char path[600];

	snprintf(path, sizeof(path), "%s/s.cfg", dir);
	struct station_def *d = station_load_partial(path, &diags);
	assert_non_null(d);
	station_judge_screens(d);
	diag_list_release(&diags);
	return d;
}

static struct station_file *file(struct station_def *d, const char *name)
{
	for (size_t i = 0; i < d->n_screens; i++)
		if (strstr(d->screens[i].path, name))
			return &d->screens[i];
	fail_msg("no file %s", name);
	return NULL;
}

static void a_mistake_keeps_the_older_text_and_says_where(void **state)
{
	struct station_def *old, *now;

	(void)state;
	begin();
	old = look();
	assert_null(file(old, "one")->mistake);
	files_put(dir, "screens/one.cfg", SCREEN("one", "x {a     "));
	files_put(dir, "screens/two.cfg", SCREEN("two", "new {a     }"));
	now = look();
	assert_non_null(file(now, "one")->mistake);
	station_keep_older(now, old->screens, old->n_screens);
	assert_true(station_file_same(file(now, "one"), file(old, "one")));
	assert_has(file(now, "one")->kept,
		   "one.cfg:2:3: error: this field has no closing "
		   "brace in its row [field-open]");
	assert_null(file(now, "one")->mistake);
	assert_has(file(now, "two")->text, "new"); /* the other one is shown at once */
	assert_null(file(now, "two")->kept);
	station_def_free(now);
	/* mended */
	files_put(dir, "screens/one.cfg", SCREEN("one", "z {a     }"));
	now = look();
	station_keep_older(now, old->screens, old->n_screens);
	assert_has(file(now, "one")->text, "z {a");
	assert_null(file(now, "one")->kept);
	station_def_free(now);
	station_def_free(old);
}

static void an_unknown_tag_is_a_mistake_too(void **state)
{
	struct station_def *old, *now;

	(void)state;
	begin();
	old = look();
	files_put(dir, "screens/one.cfg", SCREEN("one", "x {a     } {a.stpo }"));
	now = look();
	station_keep_older(now, old->screens, old->n_screens);
	assert_true(station_file_same(file(now, "one"), file(old, "one")));
	assert_has(file(now, "one")->kept, "(did you mean \"a.stop\"?) [unknown-tag]");
	station_def_free(now);
	station_def_free(old);
}

/* The file that everybody uses: its mistake shows in files that nobody touched. */
static void a_library_gives_way_when_it_breaks_others(void **state)
{
	static const char *const libraries[] = {
		"symbols = { ran = ( { text = \"x\"; } ); };", /* no such symbol any more
								*/
		"symbols = { run = ( { when = \".rum\"; text = \"x\"; }, { text = "
		"\"off\"; } "
		"); };", /* no such tag */
		"symbols = { run = ( ",
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct station_def *old, *now;

		begin();
		old = look();
		files_put(dir, "screens/lib.cfg", libraries[i]);
		now = look();
		station_keep_older(now, old->screens, old->n_screens);
		assert_true(station_file_same(file(now, "lib"), file(old, "lib")));
		assert_non_null(file(now, "lib")->kept);
		assert_null(file(now, "one")->mistake);
		assert_null(file(now, "one")->kept);
		station_def_free(now);
		station_def_free(old);
	}
}

/* The library changed, and one screen with it: both stay as they were. */
static void what_needs_the_newer_library_stays_with_the_older(void **state)
{
	struct station_def *old, *now;

	(void)state;
	begin();
	old = look();
	files_put(dir, "screens/lib.cfg", "symbols = { off = ( { text = \"x\"; } ); };");
	files_put(dir, "screens/one.cfg",
		  "screen = { id = \"one\"; title = \"T\"; level = 1; size = [ 20, 1 ]; "
		  "picture = \"\n{a    }\n\"; fields = { a = { use = \"off\"; }; }; };");
	now = look();
	assert_null(file(now, "one")->mistake);
	station_keep_older(now, old->screens, old->n_screens);
	for (size_t i = 0; i < now->n_screens; i++)
		assert_true(station_file_same(&now->screens[i], &old->screens[i]));
	assert_has(file(now, "one")->kept, "no symbol \"off\"");
	assert_has(file(now, "lib")->kept, "two.cfg:");
	station_def_free(now);
	station_def_free(old);
}

static void without_a_good_older_version_the_new_one_counts(void **state)
{
	struct station_def *old, *now;

	(void)state;
	begin();
	files_put(dir, "screens/one.cfg", SCREEN("one", "x {a     "));
	old = look();
	files_put(dir, "screens/one.cfg", SCREEN("one", "xx {a     "));
	files_put(dir, "screens/new.cfg", SCREEN("new", "x {b     }"));
	now = look();
	station_keep_older(now, old->screens, old->n_screens);
	assert_has(file(now, "one")->text, "xx");
	assert_non_null(file(now, "one")->mistake);
	assert_non_null(file(now, "new")->mistake);
	assert_null(file(now, "new")->kept);
	station_def_free(now);
	station_def_free(old);
}

static void screens_can_be_read_without_the_plant(void **state)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct station_def *d;
	char path[600];

	(void)state;
	begin();
	files_put(dir, "tags.cfg", "tags = ( broken");
	snprintf(path, sizeof(path), "%s/s.cfg", dir);
	d = station_load_screens(path, &diags);
	assert_non_null(d);
	assert_int_equal(diags.n, 0);
	assert_int_equal(d->n_screens, 3);
	assert_int_equal(d->n_tags, 0);
	station_judge_screens(d); /* against no tag at all */
	assert_null(file(d, "one")->mistake);
	station_def_free(d);
	diag_list_release(&diags);
}

static void a_copy_is_whole(void **state)
{
	struct station_file f = { .path = (char *)"p",
				  .text = (char *)"text",
				  .len = 4,
				  .mistake = (char *)"m",
				  .kept = (char *)"k" };
	struct station_file *copy = station_files_copy(&f, 1);

	(void)state;
	assert_true(station_file_same(&f, copy));
	assert_string_equal(copy->path, "p");
	assert_string_equal(copy->mistake, "m");
	assert_string_equal(copy->kept, "k");
	assert_ptr_equal(station_file_find(copy, 1, "p"), copy);
	assert_null(station_file_find(copy, 1, "q"));
	station_files_free(copy, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mistake_keeps_the_older_text_and_says_where),
		cmocka_unit_test(an_unknown_tag_is_a_mistake_too),
		cmocka_unit_test(a_library_gives_way_when_it_breaks_others),
		cmocka_unit_test(what_needs_the_newer_library_stays_with_the_older),
		cmocka_unit_test(without_a_good_older_version_the_new_one_counts),
		cmocka_unit_test(screens_can_be_read_without_the_plant),
		cmocka_unit_test(a_copy_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
