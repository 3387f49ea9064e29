/* test_lint_alarms.c - the rules of good alarms: what each says, and when it is quiet. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "station/lint_int.h"
#include "unit/station/files.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

/* Nothing to be said of it. */
#define TEXTS                                                                            \
	"message = \"m\"; consequence = \"c\"; cause = \"c\"; action = \"a\"; "          \
	"respond_within_s = 600; "
#define HIGH      "type = \"high\"; tag = \"a.level\"; limit = 5; "
#define CALM      "deadband = 0.1; on_delay_s = 60; "
#define AREA      "areas = ( { name = \"*\"; owner = \"works\"; } );\n"
#define ONE(more) AREA "alarms = ( { name = \"a.al\"; " more " } );"
#define TWO(one, two)                                                                    \
	AREA "alarms = ( { name = \"a.al\"; " one " },\n{ name = \"a.two\"; " two " } "  \
	     ");"

static const char *write_station(const char *alarms)
{
	static char dir[512];

	snprintf(dir, sizeof(dir), "%s", test_tmpdir());
	files_put(dir, "s.cfg",
		  "station = { name = \"t\"; };\ndevices = \"devices.cfg\";\n"
		  "tags = \"tags.cfg\";\nalarms = \"alarms.cfg\";\n"
		  "access = \"access.cfg\";\n");
	files_put(dir, "devices.cfg",
		  "devices = ( { name = \"plc\"; driver = \"modbus\"; } );\n");
	files_put(dir, "tags.cfg",
		  "tags = ( { name = \"a.level\"; device = \"plc\"; address = "
		  "\"input:0:float32\"; range = ( 0, 8 ); },\n"
		  "{ name = \"a.flow\"; device = \"plc\"; address = \"input:2:float32\"; "
		  "unit = \"L/s\"; },\n{ name = \"a.run\"; device = \"plc\"; address = "
		  "\"discrete:0\"; },\n{ name = \"a.top\"; device = \"plc\"; address = "
		  "\"holding:0:float32\"; range = ( 0, 20 ); write = {}; } );\n");
	files_put(dir, "access.cfg", "operators = ();\nroles = ();\n");
	files_put(dir, "alarms.cfg", alarms);
	return dir;
}

/* What was said on that day, a line each. */
static void lint(const char *alarms, const char *today, struct strbuf *lines)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct lint_options options = { .today = today };
	struct strbuf one = STRBUF_INIT;
	char path[600];

	snprintf(path, sizeof(path), "%s/s.cfg", write_station(alarms));
	station_def_free(station_load_linted(path, &options, &diags));
	diag_sort(&diags);
	strbuf_clear(lines);
	for (size_t i = 0; i < diags.n; i++) {
		strbuf_clear(&one);
		diag_format(&diags.v[i], &one);
		strbuf_addf(lines, "%s\n", strstr(one.buf, "alarms.cfg"));
	}
	strbuf_release(&one);
	diag_list_release(&diags);
}

static const struct row {
	const char *id, *alarms, *want;
} rows[] = {
	{ "no-rationale",
	  ONE("message = \"m\"; type = \"state\"; tag = \"a.run\"; priority "
	      "= \"critical\"; cause = \"c\";"),
	  "alarm \"a.al\" has priority critical but no consequence, action, "
	  "respond_within_s; say what the operator should know" },
	{ "no-rationale",
	  ONE("message = \"m\"; type = \"state\"; tag = \"a.run\"; priority "
	      "= \"low\";"),
	  "has priority low but no action" },
	{ "no-owner",
	  "alarms = ( { name = \"a.al\"; " HIGH CALM TEXTS "priority = \"low\"; } );",
	  "nobody owns alarm \"a.al\" and others of area \"a\"" },
	{ "old-review",
	  ONE(HIGH CALM TEXTS "priority = \"low\"; reviewed = \"2024-11-01\";"),
	  "was reviewed on 2024-11-01, more than 24 months ago" },
	{ "old-review",
	  ONE(HIGH CALM TEXTS "priority = \"low\"; reviewed = \"2025-11-01\"; "
			      "approved_by = \"K\"; highly_managed = true;"),
	  "more than 12 months ago" },
	{ "old-review",
	  ONE(HIGH CALM TEXTS "priority = \"low\"; reviewed = \"2026-11-23\";"),
	  "which is still to come" },
	{ "not-approved",
	  ONE(HIGH CALM TEXTS "priority = \"low\"; highly_managed = true; "
			      "reviewed = \"2026-11-01\";"),
	  "is highly managed but has no approved_by" },
	{ "no-deadband", ONE(HIGH TEXTS "on_delay_s = 60; priority = \"low\";"),
	  "alarms.cfg:2:61: warning: alarm \"a.al\" has no deadband" },
	{ "no-delay", ONE(HIGH TEXTS "deadband = 1; priority = \"low\";"),
	  "watches a level and has no on_delay_s; 60 s is where to begin" },
	{ "no-delay",
	  ONE("type = \"low\"; tag = \"a.flow\"; limit = 5; deadband = 1; " TEXTS
	      "priority = \"low\";"),
	  "watches a flow and has no on_delay_s; 15 s is where to begin" },
	{ "late-alarm",
	  ONE(HIGH TEXTS "deadband = 1; on_delay_s = 600; priority = \"low\";"),
	  "comes after 600 s, but the operator has 600 s to act" },
	{ "never-clears",
	  ONE(HIGH TEXTS "deadband = 5.5; on_delay_s = 60; priority = "
			 "\"low\";"),
	  "would clear at -0.5, outside the range 0 to 8 of \"a.level\"" },
	{ "limit-bounds",
	  ONE("type = \"high\"; tag = \"a.level\"; limit = \"a.top\"; " CALM TEXTS
	      "priority = \"low\";"),
	  "is \"a.top\", which operators move, without bounds" },
	{ "limit-bounds",
	  ONE("type = \"high\"; tag = \"a.level\"; limit = \"a.top\"; "
	      "limit_max = 9; " CALM TEXTS "priority = \"low\";"),
	  "reach outside the range 0 to 8 of \"a.level\"" },
	{ "hidden-by-area",
	  "areas = ( { name = \"a\"; owner = \"w\"; suppress_when = \"a.run\"; } "
	  ");\nalarms = "
	  "( { name = \"a.al\"; " HIGH CALM TEXTS "priority = \"critical\"; } );",
	  "is critical, and a rule of its area suppresses it" },
	{ "silent-alarm", ONE(HIGH CALM TEXTS "priority = \"high\"; annunciate = false;"),
	  "has priority high and is never sounded" },
	{ "same-condition",
	  TWO(HIGH CALM TEXTS "priority = \"low\";",
	      HIGH CALM TEXTS "priority = \"high\"; off_delay_s = 3;"),
	  "alarm \"a.two\" comes on the same condition as \"a.al\"" },
	{ "exclusive-group",
	  TWO(HIGH CALM TEXTS "priority = \"low\"; exclusive = \"g\";",
	      "type = \"low\"; tag = \"a.level\"; limit = 1; " CALM TEXTS
	      "priority = \"low\"; exclusive = \"g\";"),
	  "holds \"a.al\" and \"a.two\", which are not limits of one tag in one "
	  "direction" },
	{ "exclusive-group",
	  TWO(HIGH CALM TEXTS "priority = \"low\"; exclusive = \"g\";",
	      "type = \"high\"; tag = \"a.level\"; limit = 4; " CALM TEXTS
	      "priority = \"high\"; exclusive = \"g\";"),
	  "the worse limit \"a.al\" has the lower priority low; \"a.two\", which it "
	  "hides, "
	  "has high" },
	{ "lonely-group",
	  ONE(HIGH CALM TEXTS "priority = \"low\"; first_out = \"trip\";"),
	  "alarm \"a.al\" is alone in the first-out group \"trip\"" },
	{ "hiding-group",
	  "groups = ( { name = \"g\"; followers = \"suppressed\"; } );\n" TWO(
		  HIGH CALM TEXTS "priority = \"critical\"; first_out = \"g\";",
		  "type = \"low\"; tag = \"a.level\"; limit = 1; " CALM TEXTS
		  "priority = \"low\"; first_out = \"g\";"),
	  "critical alarm \"a.al\" is in the group \"g\"" },
	{ "unused",
	  "classes = ( { name = \"k\"; } );\n" ONE(HIGH CALM TEXTS "priority = \"low\";"),
	  "no alarm is of the class \"k\"" },
	{ "unused",
	  "groups = ( { name = \"g\"; } );\n" ONE(HIGH CALM TEXTS "priority = \"low\";"),
	  "no alarm is in the group \"g\"" },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void AM_08_each_rule_says_what_to_do(void **state)
{
	struct strbuf lines = STRBUF_INIT;
	char id[64];

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		lint(rows[i].alarms, "2026-11-22", &lines);
		snprintf(id, sizeof(id), "[%s]\n", rows[i].id);
		assert_has(lines.buf, rows[i].want);
		assert_has(lines.buf, id);
		/* and no other rule has anything to say */
		assert_ptr_equal(strchr(lines.buf, '\n') + 1, lines.buf + lines.len);
	}
	strbuf_release(&lines);
}

static void assert_quiet(const char *alarms, const char *today)
{
	struct strbuf lines = STRBUF_INIT;

	lint(alarms, today, &lines);
	assert_string_equal(lines.buf, "");
	strbuf_release(&lines);
}

static void AM_07_what_was_meant_is_not_warned_of(void **state)
{
	(void)state;
	assert_quiet(ONE(HIGH CALM TEXTS "priority = \"low\";"), "2026-11-22");
	/* said in so many words */
	assert_quiet(ONE(HIGH TEXTS "deadband = 0; on_delay_s = 0; priority = \"low\";"),
		     NULL);
	assert_quiet(
		"classes = ( { name = \"k\"; deadband_percent = 5; on_delay_s = 60; } "
		");\n" ONE(HIGH TEXTS "class = \"k\"; priority = \"low\";"),
		NULL);
	assert_quiet(
		"areas = ( { name = \"a\"; owner = \"w\"; suppress_when = \"a.run\"; } "
		");\nalarms = ( { name = \"a.al\"; " HIGH CALM TEXTS
		"priority = \"critical\"; suppress_when = \"a.run\"; } );",
		NULL);
	assert_quiet(ONE("message = \"m\"; type = \"state\"; tag = \"a.run\"; priority = "
			 "\"diagnostic\";"),
		     NULL);
}

static void AM_08_reviews_are_counted_to_the_day_that_is_given_only(void **state)
{
	(void)state;
	assert_quiet(
		ONE(HIGH CALM TEXTS "priority = \"low\"; reviewed = \"1999-01-01\";"),
		NULL);
	assert_quiet(
		ONE(HIGH CALM TEXTS "priority = \"low\"; reviewed = \"2026-11-22\";"),
		"2026-11-22");
}

static void CF_10_what_is_wrong_comes_before_what_is_not_good(void **state)
{
	struct strbuf lines = STRBUF_INIT;

	(void)state;
	lint(ONE("message = \"m\"; type = \"state\"; tag = \"a.rnu\"; priority = "
		 "\"low\";"),
	     NULL, &lines);
	assert_has(lines.buf, "[unknown-tag]");
	assert_null(strstr(lines.buf, "warning"));
	strbuf_release(&lines);
}

/* n alarms, so many of them critical and so many low, the others medium. */
static char *station_of(int n, int critical, int low)
{
	struct strbuf out = STRBUF_INIT;

	strbuf_adds(&out, AREA "alarms = (\n");
	for (int i = 0; i < n; i++)
		strbuf_addf(
			&out,
			"%s{ name = \"a.n%d\"; type = \"high\"; tag = \"a.level\"; limit "
			"= %d.%02d; " CALM TEXTS "priority = \"%s\"; }",
			i ? ",\n" : "", i, 1 + i / 100, i % 100,
			i < critical         ? "critical"
			: i < critical + low ? "low"
					     : "medium");
	strbuf_adds(&out, " );\n");
	return strbuf_detach(&out);
}

static void AM_08_priorities_are_split_so_that_they_tell_something(void **state)
{
	static const struct {
		int n, critical, low;
		bool far;
	} split[] = { { 49, 49, 0, false }, { 50, 11, 30, true },  { 50, 10, 20, false },
		      { 50, 0, 19, true },  { 100, 5, 80, false }, { 100, 0, 100, false },
		      { 100, 21, 79, true } };
	struct strbuf lines = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(split) / sizeof(split[0]); i++) {
		char *text = station_of(split[i].n, split[i].critical, split[i].low);

		lint(text, NULL, &lines);
		assert_int_equal(strstr(lines.buf, "[priority-split]") != NULL,
				 split[i].far);
		free(text);
	}
	strbuf_release(&lines);
}

static void every_rule_is_tested_and_stands_in_the_guide(void **state)
{
	char *guide = test_read_file(test_top("docs/alarm-management.md")), id[64];

	(void)state;
	for (const struct lint_rule *r = lint_rules; r->id; r++) {
		bool tested = strcmp(r->id, "priority-split") == 0;

		for (size_t i = 0; i < ROWS; i++)
			tested |= strcmp(rows[i].id, r->id) == 0;
		assert_true(tested);
		assert_true(!r->alarm != !r->all);
		snprintf(id, sizeof(id), "| `%s` |", r->id);
		assert_has(guide, id);
		assert_has(guide, r->help + 1);
	}
	free(guide);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(AM_08_each_rule_says_what_to_do),
		cmocka_unit_test(AM_07_what_was_meant_is_not_warned_of),
		cmocka_unit_test(AM_08_reviews_are_counted_to_the_day_that_is_given_only),
		cmocka_unit_test(CF_10_what_is_wrong_comes_before_what_is_not_good),
		cmocka_unit_test(AM_08_priorities_are_split_so_that_they_tell_something),
		cmocka_unit_test(every_rule_is_tested_and_stands_in_the_guide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
