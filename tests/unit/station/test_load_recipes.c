/* test_load_recipes.c - recipes: files read, judged against the station, written again.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "station/recipe.h"
#include "station/station_int.h"
#include "util/diag.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

static const char head[] = "recipe = { name = \"night\"; description = \"less\"; };\n";

/* A station whose folder of recipes has this one; what was said of it. Owned. */
static struct station_def *load(const char *recipe, struct strbuf *lines)
{
	char *dir = xstrdup(test_tmpdir());
	struct station_def *d;

	files_put(dir, "s.cfg",
		  "station = { name = \"t\"; };\ndevices = \"devices.cfg\";\n"
		  "tags = \"tags.cfg\";\naccess = \"access.cfg\";\n"
		  "recipes = \"recipes\";\n");
	files_put(dir, "devices.cfg",
		  "devices = ( { name = \"plc\"; driver = \"modbus\"; } );\n");
	files_put(dir, "tags.cfg",
		  "tags = ( { name = \"a.sp\"; device = \"plc\"; type = \"double\"; "
		  "address = \"holding:0\"; unit = \"%\"; range = ( 0, 100 ); "
		  "write = { }; },\n"
		  "{ name = \"a.level\"; device = \"plc\"; type = \"double\"; "
		  "address = \"input:0\"; } );\n");
	files_put(dir, "access.cfg",
		  "operators = ( { name = \"o\"; unix_user = \"o\"; roles = \"r\"; } );\n"
		  "roles = ( { name = \"r\"; rights = ( \"view\" ); } );\n");
	files_put(dir, "recipes/night.cfg", recipe);
	d = files_load(dir, lines);
	free(dir);
	return d;
}

static void a_recipe_of_the_folder_is_the_stations(void **state)
{
	struct strbuf lines = STRBUF_INIT, text = STRBUF_INIT;
	struct station_def *d;

	(void)state;
	strbuf_addf(&text,
		    "%schanges = ( { tag = \"a.sp\"; value = 40; unit = \"%%\"; } );",
		    head);
	d = load(text.buf, &lines);
	assert_non_null(d);
	assert_int_equal(d->n_recipes, 1);
	assert_string_equal(d->recipes[0].name, "night");
	assert_string_equal(d->recipes[0].description, "less");
	assert_int_equal(d->recipes[0].n, 1);
	assert_int_equal(d->recipes[0].lines[0].value.type, VALUE_INT);
	assert_int_equal(d->recipes[0].lines[0].at.line, 2);
	station_def_free(d);
	strbuf_release(&lines);
	strbuf_release(&text);
}

static void mistakes_are_said_with_their_place(void **state)
{
	static const struct {
		const char *changes, *says;
	} rows[] = {
		{ "{ tag = \"a.ps\"; value = 1; }",
		  "unknown tag \"a.ps\" (did you mean" },
		{ "{ tag = \"a.level\"; value = 1; }", "a.level cannot be written" },
		{ "{ tag = \"a.sp\"; value = 101; }",
		  "101 is outside the range of a.sp, 0 to 100 %" },
		{ "{ tag = \"a.sp\"; value = \"high\"; }", "a.sp takes double" },
		{ "{ tag = \"a.sp\"; value = 1; unit = \"bar\"; }",
		  "a.sp is in \"bar\" here and in \"%\" in the station" },
		{ "{ tag = \"a.sp\"; }", "value" },
		{ "{ tag = \"a.sp\"; value = 1; },\n{ tag = \"a.sp\"; value = 2; }",
		  "a.sp is in this recipe twice; the first stands in line 2" },
		{ "", "a recipe has 1 to 100 changes, this one has 0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct strbuf lines = STRBUF_INIT, text = STRBUF_INIT;

		strbuf_addf(&text, "%schanges = ( %s );", head, rows[i].changes);
		station_def_free(load(text.buf, &lines));
		assert_has(lines.buf, "recipes/night.cfg:");
		assert_has(lines.buf, rows[i].says);
		strbuf_release(&lines);
		strbuf_release(&text);
	}
}

/* What is written is what is read again. */
static void a_recipe_survives_its_own_file(void **state)
{
	struct recipe_line lines[5] = { { .tag = "a.sp", .unit = "%" },
					{ .tag = "a.mode" },
					{ .tag = "a.auto" },
					{ .tag = "a.text" },
					{ .tag = "a.far" } };
	struct recipe r = { .name = "say \"night\"", .saved = "by a\\b", .lines = lines };
	struct diag_list diags = { 0 };
	struct strbuf text = STRBUF_INIT;
	struct recipe again;

	(void)state;
	r.n = 5;
	lines[0].value = value_double(0.1);
	lines[1].value = value_int(-3);
	lines[2].value = value_bool(true);
	lines[3].value = value_string("op\"en\\");
	lines[4].value = value_int(5000000000);
	recipe_put(&text, &r);
	assert_true(recipe_parse(text.buf, text.len, "x.cfg", &again, &diags));
	assert_true(recipe_same(&r, &again));
	lines[0].value = value_double(0.2);
	assert_false(recipe_same(&r, &again));
	recipe_release(&again);
	diag_list_release(&diags);
	strbuf_release(&text);
}

static size_t n_said;
static char said[200];

static void say(void *arg, const char *sign, const char *kind, const char *name,
		const char *text)
{
	(void)arg;
	n_said++;
	snprintf(said, sizeof(said), "%s %s %s %s", sign, kind, name, text);
}

static void a_reload_says_which_recipe_is_another(void **state)
{
	struct strbuf lines = STRBUF_INIT, text = STRBUF_INIT;
	struct station_def *was, *is;

	(void)state;
	strbuf_addf(&text, "%schanges = ( { tag = \"a.sp\"; value = 40; } );", head);
	was = load(text.buf, &lines);
	strbuf_setf(&text, "%schanges = ( { tag = \"a.sp\"; value = 41; } );", head);
	is = load(text.buf, &lines);
	assert_true(was && is);
	n_said = 0;
	station_diff(was, is, say, NULL);
	assert_int_equal(n_said, 1);
	assert_string_equal(said, "~ recipe night changes");
	n_said = 0;
	station_diff(is, is, say, NULL);
	assert_int_equal(n_said, 0);
	station_def_free(was);
	station_def_free(is);
	strbuf_release(&lines);
	strbuf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recipe_of_the_folder_is_the_stations),
		cmocka_unit_test(mistakes_are_said_with_their_place),
		cmocka_unit_test(a_recipe_survives_its_own_file),
		cmocka_unit_test(a_reload_says_which_recipe_is_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
