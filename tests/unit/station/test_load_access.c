/* test_load_access.c - roles, areas and passwords in access.cfg, and mistakes in them. */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "files.h"
#include "util/strbuf.h"

#define ROLES                                                                            \
	"roles = ( { name = \"operator\"; rights = ( \"view\", \"acknowledge\", "        \
	"\"operate\" ); },\n"                                                            \
	"  { name = \"supervisor\"; rights = ( \"view\", \"approve\" ); } );\n"
#define OLGA(roles)                                                                      \
	"operators = ( { name = \"olga\"; unix_user = \"olga\"; roles = ( " roles        \
	" ); } );\n"

/* A station with areas intake and filter. */
static const char *put(const char *access)
{
	const char *dir = test_tmpdir();

	files_put(dir, "s.cfg",
		  "station = { name = \"t\"; };\ndevices = \"devices.cfg\";\n"
		  "tags = \"tags.cfg\";\naccess = \"access.cfg\";\n");
	files_put(dir, "devices.cfg",
		  "devices = ( { name = \"bus\"; driver = \"mqtt\"; } );\n");
	files_put(dir, "tags.cfg",
		  "tags = ( { name = \"intake.t\"; device = \"bus\"; topic = \"a\"; },\n"
		  "  { name = \"filter.t\"; device = \"bus\"; topic = \"b\"; } );\n");
	files_put(dir, "access.cfg", access);
	return dir;
}

static void a_person_has_other_roles_in_other_areas(void **state)
{
	struct station_def *d = files_load_good(
		put(ROLES OLGA("\"operator@intake\", \"supervisor@filter\"")));
	struct access_grant g = access_resolve(&d->access, "olga", 1000);

	(void)state;
	assert_true(access_allows(&g, RIGHT_OPERATE, "intake.wells"));
	assert_false(access_allows(&g, RIGHT_OPERATE, "filter"));
	assert_true(access_allows(&g, RIGHT_APPROVE, "filter"));
	assert_false(access_allows(&g, RIGHT_APPROVE, "intake"));
	station_def_free(d);
}

static void passwords_are_as_the_file_says(void **state)
{
	struct station_def *d = files_load_good(
		put("passwords = { min_length = 14; hash_mib = 256; "
		    "codes_required = true; };\n" ROLES OLGA("\"operator\"")));

	(void)state;
	assert_int_equal(password_min_length(&d->access.passwords), 14);
	assert_int_equal(password_cost(&d->access.passwords).kib, 256 * 1024);
	assert_true(d->access.codes_required);
	station_def_free(d);
	d = files_load_good(put(ROLES OLGA("\"operator\"")));
	assert_int_equal(password_min_length(&d->access.passwords), 10);
	assert_false(d->access.codes_required);
	station_def_free(d);
}

static const struct mistake {
	const char *access, *said;
} mistakes[] = {
	{ ROLES OLGA("\"pilot@intake\""),
	  "operator \"olga\" has the unknown role \"pilot\"" },
	{ ROLES OLGA("\"operater@intake\""), "did you mean \"operator\"?" },
	{ ROLES OLGA("\"operator@intak\""), "intak" },
	{ "roles = ( { name = \"op@x\"; rights = ( \"view\" ); } );\n" OLGA("\"op@x\""),
	  "take another name" },
	{ "passwords = { min_length = 4; };\n" ROLES OLGA("\"operator\""), "min_length" },
	{ "passwords = { hash_mib = 8; };\n" ROLES OLGA("\"operator\""), "hash_mib" },
	{ "passwords = { length = 12; };\n" ROLES OLGA("\"operator\""),
	  "unknown setting \"length\"" },
};

static void each_mistake_is_told_with_its_place(void **state)
{
	struct strbuf lines = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		station_def_free(files_load(put(mistakes[i].access), &lines));
		assert_has(lines.buf, mistakes[i].said);
		assert_has(lines.buf, "access.cfg:");
	}
	strbuf_release(&lines);
}

static void more_areas_than_a_grant_holds_are_refused(void **state)
{
	struct strbuf text = STRBUF_INIT, lines = STRBUF_INIT;

	(void)state;
	strbuf_adds(&text, ROLES "operators = ( { name = \"olga\"; unix_user = \"olga\"; "
				 "roles = ( ");
	for (int i = 0; i < ACCESS_POSTS_MAX + 1; i++)
		strbuf_addf(&text, "%s\"operator@intake.a%d\"", i ? ", " : "", i);
	strbuf_adds(&text, " ); } );\n");
	station_def_free(files_load(put(text.buf), &lines));
	assert_has(lines.buf, "has more than 32 areas and roles");
	strbuf_release(&text);
	strbuf_release(&lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_person_has_other_roles_in_other_areas),
		cmocka_unit_test(passwords_are_as_the_file_says),
		cmocka_unit_test(each_mistake_is_told_with_its_place),
		cmocka_unit_test(more_areas_than_a_grant_holds_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
