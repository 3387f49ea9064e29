/* test_manual.c - what the manuals say of screens is so, and nothing is left out. */
#include "support/test.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen/schema.h"
#include "screen/screen.h"
#include "screen_rig.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

static void kinds_are_sorted_and_explained(void **state)
{
	(void)state;
	for (size_t i = 0; screen_kinds[i]; i++) {
		const struct screen_kind *k = screen_kinds[i];

		assert_true(k->help && strlen(k->help) > 10);
		assert_true(k->in_field || k->in_zone);
		assert_true(k->min_cols >= 1);
		assert_non_null(k->settings);
		assert_ptr_equal(screen_kind_find(k->name), k);
		if (i)
			assert_true(strcmp(screen_kinds[i - 1]->name, k->name) < 0);
		for (const struct screen_setting *s = k->settings; s->name; s++)
			assert_true(s->help && strlen(s->help) > 5);
	}
	assert_null(screen_kind_find("tables"));
}

static void every_kind_and_role_is_in_the_manual(void **state)
{
	char *manual = test_read_file(test_top("docs/screens.md"));
	char row[64];

	(void)state;
	for (size_t i = 0; screen_kinds[i]; i++) {
		snprintf(row, sizeof(row), "| `%s` |", screen_kinds[i]->name);
		assert_has(manual, row);
		for (const struct screen_setting *s = screen_kinds[i]->settings; s->name;
		     s++) {
			snprintf(row, sizeof(row), "`%s", s->name);
			assert_has(manual, row);
		}
	}
	for (int r = 0; r < ROLE_AUTHOR_END; r++)
		assert_has(strstr(manual, "Roles for authors"), role_name((enum role)r));
	free(manual);
}

/* What stands between a heading's next pair of fences. */
static char *example(const char *manual, const char *after)
{
	const char *begin = strstr(manual, after), *end;

	assert_non_null(begin);
	begin = strstr(begin, "```\n");
	assert_non_null(begin);
	end = strstr(begin + 4, "```");
	assert_non_null(end);
	return xstrndup(begin + 4, (size_t)(end - begin - 4));
}

static struct screen_set *load_whole(const struct screen_file *files, size_t n)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct strbuf text = STRBUF_INIT;
	struct screen_set *set = screen_set_load(files, n, &diags);

	for (size_t i = 0; i < diags.n; i++)
		diag_format(&diags.v[i], &text);
	assert_string_equal(text.buf, "");
	strbuf_release(&text);
	diag_list_release(&diags);
	return set;
}

static void the_example_of_the_manual_loads(void **state)
{
	char *manual = test_read_file(test_top("docs/screens.md"));
	char *text = example(manual, "# Drawing screens");
	struct screen_file files[] = { { "docs/screens.md", text },
				       { "lib.cfg", rig_lib } };
	struct screen_set *set = load_whole(files, 2);

	(void)state;
	assert_non_null(screen_set_find(set, "intake"));
	screen_set_free(set);
	free(text);
	free(manual);
}

static void the_template_of_the_manual_can_be_placed_as_it_says(void **state)
{
	char *manual = test_read_file(test_top("docs/screens.md"));
	char *template = example(manual, "## Templates");
	char *place = example(manual, "A screen places instances:");
	char *grow = example(manual, "`grow` stretches");
	char *text = xasprintf("screen = { id = \"a\"; title = \"A\"; level = 1;\n"
			       " size = [ 80, 19 ]; picture = \"\n\n\";\n%s%s};\n",
			       place, grow);
	struct screen_file files[] = { { "a.cfg", text }, { "lib.cfg", template } };
	struct screen_set *set = load_whole(files, 2);
	struct diag_list diags = DIAG_LIST_INIT;
	struct screen *plate = screen_faceplate(set, "pump(P=intake.p101)", &diags);

	(void)state;
	assert_non_null(plate);
	assert_string_equal(plate->title, "pump intake.p101");
	assert_non_null(rig_item(screen_set_find(set, "a"), "spare/speed"));
	assert_non_null(rig_item(screen_set_find(set, "a"), "pump-1/speed"));
	screen_free(plate);
	screen_set_free(set);
	free(text);
	free(grow);
	free(place);
	free(template);
	free(manual);
}

/* In both manuals, by its name. */
static void every_setting_is_in_the_manuals(void **state)
{
	char *guide = test_read_file(test_top("docs/screens.md"));
	char *page = test_read_file(test_top("docs/man/sightglass.cfg.5"));
	char word[64];

	(void)state;
	for (const struct screen_schema *s = screen_schemas; s->title; s++)
		for (const struct cfg_row *r = s->rows; r->name; r++) {
			snprintf(word, sizeof(word), "`%s`", r->name);
			assert_has(guide, word);
			assert_has(strstr(page, ".SH SCREENS"), r->name);
			assert_true(strlen(r->help) > 5);
		}
	assert_null(strstr(guide, "not yet active"));
	free(page);
	free(guide);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_are_sorted_and_explained),
		cmocka_unit_test(every_kind_and_role_is_in_the_manual),
		cmocka_unit_test(the_example_of_the_manual_loads),
		cmocka_unit_test(the_template_of_the_manual_can_be_placed_as_it_says),
		cmocka_unit_test(every_setting_is_in_the_manuals),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
