/* test_screen_rules.c - what alarms and areas ask of screens, and the style guide that
 * has to name every rule. */
#include "support/test.h"

#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "screen/lint.h"
#include "station/screen_rules.h"
#include "unit/station/files.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

#define ALARM(name, tag, more)                                                           \
	"{ name = \"" name "\"; type = \"high\"; tag = \"" tag                           \
	"\"; limit = 5; deadband = 0.1; priority = \"low\"; message = \"m\"; " more " }"

static const char *write_station(const char *alarms, const char *screen)
{
	static char dir[512];
	char sub[600];

	snprintf(dir, sizeof(dir), "%s", test_tmpdir());
	snprintf(sub, sizeof(sub), "%s/screens", dir);
	mkdir(sub, 0700);
	files_put(dir, "s.cfg",
		  "station = { name = \"t\"; };\ndevices = \"devices.cfg\";\n"
		  "tags = \"tags.cfg\";\nalarms = \"alarms.cfg\";\n"
		  "access = \"access.cfg\";\nscreens = \"screens\";\n");
	files_put(dir, "devices.cfg",
		  "devices = ( { name = \"plc\"; driver = \"modbus\"; } );\n");
	files_put(dir, "tags.cfg",
		  "tags = ( { name = \"a.level\"; device = \"plc\"; address = "
		  "\"input:0:float32\"; range = ( 0, 8 ); unit = \"m\"; },\n"
		  "{ name = \"a.flow\"; device = \"plc\"; address = \"input:2:float32\"; "
		  "unit = \"L/s\"; range = ( 0, 9 ); },\n"
		  "{ name = \"b.run\"; device = \"plc\"; address = \"discrete:0\"; } "
		  ");\n");
	files_put(dir, "access.cfg", "operators = ();\nroles = ();\n");
	files_put(dir, "alarms.cfg", alarms);
	files_put(sub, "one.cfg", screen);
	return dir;
}

/* What the screens' rules say, a line each, without the folder; owned. */
static char *judge(const char *alarms, const char *screen)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct strbuf lines = STRBUF_INIT;
	struct station_def *d = files_load_good(write_station(alarms, screen));

	station_check_screens(d, false, &diags);
	diag_sort(&diags);
	for (size_t i = 0; i < diags.n; i++) {
		diag_format(&diags.v[i], &lines);
		strbuf_addch(&lines, '\n');
	}
	station_def_free(d);
	diag_list_release(&diags);
	return strbuf_detach(&lines);
}

#define SCREEN(area, picture)                                                            \
	"screen = { id = \"one\"; title = \"One\"; level = 1; area = \"" area            \
	"\"; size = [ 40, 2 ];\npicture = \"\n" picture "\n\"; };\n"

static const struct row {
	const char *alarms, *screen, *want;
} rows[] = {
	{ "alarms = ( " ALARM("a.hi", "a.level", "screen = \"onee\";") " );\n",
	  SCREEN("a", "{a.level   }"),
	  "alarm \"a.hi\" names the unknown screen \"onee\" (did you mean \"one\"?) "
	  "[unknown-screen]" },
	{ "alarms = ( " ALARM("a.hi", "a.level", "") " );\n", SCREEN("a", "{a.level   }"),
	  "warning: alarm \"a.hi\" names no screen: Enter on it leads nowhere; give it "
	  "screen = \"...\", the picture to act on [alarm-without-screen]" },
	{ "alarms = ( " ALARM("a.hi", "a.flow", "screen = \"one\";") " );\n",
	  SCREEN("a", "{a.level   }"),
	  "warning: alarm \"a.hi\" leads to screen \"one\", which does not show "
	  "\"a.flow\": draw it there, or name the screen that shows it "
	  "[alarm-not-shown]" },
	{ "", SCREEN("a", "{a.level   }"),
	  "warning: area \"b\" has tags and no screen: draw one with area = \"b\", or "
	  "move \"b.run\" to an area that has one [area-without-screen]" },
	{ "", SCREEN("c", "{a.level   }"), "area \"c\" is none of this station's" },
};

static void each_rule_has_its_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *said = judge(rows[i].alarms, rows[i].screen);

		assert_has(said, rows[i].want);
		free(said);
	}
}

static void a_shown_tag_of_a_named_screen_is_enough(void **state)
{
	char *said =
		judge("alarms = ( " ALARM("a.hi", "a.level", "screen = \"one\";") " );\n",
		      SCREEN("a", "{a.level   }"));

	(void)state;
	assert_null(strstr(said, "a.hi"));
	assert_null(strstr(said, "\"a\""));
	free(said);
}

/* A broken screen file is one mistake, not one an alarm and one an area. */
static void a_broken_screen_is_missed_by_nobody(void **state)
{
	char *said =
		judge("alarms = ( " ALARM("a.hi", "a.level", "screen = \"one\";") " );\n",
		      "screen = { id = \"one\";");

	(void)state;
	assert_has(said, "screens/one.cfg:");
	assert_null(strstr(said, "a.hi"));
	assert_null(strstr(said, "area \""));
	free(said);
}

/* --- the style guide (HM-19) ------------------------------------------------------- */

/* `no-up`: lower-case words joined by dashes, behind a colon or another id. */
static bool next_id(const char **at, char *out, size_t size)
{
	for (const char *p = *at; (p = strchr(p, '`')); p++) {
		size_t n = strspn(p + 1, "abcdefghijklmnopqrstuvwxyz-");
		const char *line = p;

		while (line[-1] != '\n' && line[-1] != ':')
			line--;
		if (n < 2 || n >= size || p[1 + n] != '`') {
			p += 1 + n;
			continue;
		}
		*at = p + n + 2;
		memcpy(out, p + 1, n);
		out[n] = '\0';
		if (line[-1] == ':' || strncmp(line, "  `", 3) == 0)
			return true;
		p += n + 1;
	}
	return false;
}

static char *all_sources(void)
{
	static const char *const patterns[] = { "src/screen/*.c", "src/config/*.c",
						"src/station/screen_rules.c" };
	struct strbuf all = STRBUF_INIT;

	strbuf_init(&all, 16 << 20);
	for (size_t i = 0; i < 3; i++) {
		glob_t found;

		assert_int_equal(glob(test_top(patterns[i]), 0, NULL, &found), 0);
		for (size_t k = 0; k < found.gl_pathc; k++) {
			char *text = test_read_file(found.gl_pathv[k]);

			strbuf_adds(&all, text);
			free(text);
		}
		globfree(&found);
	}
	return strbuf_detach(&all);
}

static void HM_19_every_rule_is_in_the_style_guide(void **state)
{
	char *guide = test_read_file(test_top("docs/style-guide.md"));
	char id[64];

	(void)state;
	for (const struct screen_rule *r = screen_rules; r->id; r++) {
		snprintf(id, sizeof(id), "`%s`", r->id);
		assert_has(guide, id);
	}
	for (const struct station_screen_rule *r = station_screen_rules; r->id; r++) {
		snprintf(id, sizeof(id), "`%s`", r->id);
		assert_has(guide, id);
		assert_true(r->help && strlen(r->help) > 15);
		assert_true(!r->alarm != !r->area);
	}
	free(guide);
}

static void HM_19_the_style_guide_names_no_rule_that_nobody_watches(void **state)
{
	char *guide = test_read_file(test_top("docs/style-guide.md"));
	char *sources = all_sources(), id[48], quoted[64];
	const char *at = guide;
	size_t n = 0;

	(void)state;
	for (; next_id(&at, id, sizeof(id)); n++) {
		snprintf(quoted, sizeof(quoted), "\"%s\"", id);
		if (!strstr(sources, quoted))
			print_error("nobody watches `%s`\n", id);
		assert_non_null(strstr(sources, quoted));
	}
	assert_true(n > 40);
	free(sources);
	free(guide);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_has_its_sentence),
		cmocka_unit_test(a_shown_tag_of_a_named_screen_is_enough),
		cmocka_unit_test(a_broken_screen_is_missed_by_nobody),
		cmocka_unit_test(HM_19_every_rule_is_in_the_style_guide),
		cmocka_unit_test(HM_19_the_style_guide_names_no_rule_that_nobody_watches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
