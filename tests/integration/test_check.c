/*
 * test_check.c - `sightglass check`, the real program with the real driver programs.
 *
 * tests/integration/mistakes is a station with a mistake of each kind; what has to be
 * said of a line is written in the file itself ("expect: TEXT", or "expect+N: TEXT" for
 * N lines further down).
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "config/file.h"
#include "util/strbuf.h"
#include "util/strmap.h"
#include "util/xalloc.h"

/* --- running it ------------------------------------------------------------------ */

/* Runs sightglass with these words; what it printed and its exit code. */
static char *run(const char *dir, const char *const *words, int *code)
{
	const char *bin = getenv("SIGHTGLASS_BIN");
	struct strbuf out = STRBUF_INIT;
	char program[4096], *argv[8] = { program };
	int ends[2];

	assert_non_null(bin);
	snprintf(program, sizeof(program), "%s/sightglass", bin);
	for (int i = 0; words[i] && i < 6; i++)
		argv[i + 1] = (char *)words[i];
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		close(ends[0]);
		close(ends[1]);
		if (chdir(dir) == 0)
			execv(program, argv);
		_exit(127);
	}
	close(ends[1]);
	char chunk[4096];
	for (ssize_t n; (n = read(ends[0], chunk, sizeof(chunk))) > 0;)
		strbuf_add(&out, chunk, (size_t)n);
	close(ends[0]);
	assert_int_equal(waitpid(pid, code, 0), pid);
	*code = WIFEXITED(*code) ? WEXITSTATUS(*code) : -1;
	return strbuf_detach(&out);
}

static char *check(const char *dir, const char *what, const char *option, int *code)
{
	const char *words[] = { "check", what, option, NULL };

	return run(dir, words, code);
}

/* --- the mistakes ---------------------------------------------------------------- */

struct expectation {
	char *where; /* "config/devices.cfg:4:" */
	char *text;
	bool met;
};

struct expectations {
	struct expectation *v;
	size_t n;
};

/* The "// expect" note of one line, if it has one. */
static void take_note(struct expectations *all, const char *file, int line,
		      const char *text, size_t n)
{
	static const char word[] = "// expect";
	char *copy = xstrndup(text, n), *at = strstr(copy, word);
	char *colon = at ? strstr(at, ": ") : NULL;
	long more = 0;

	if (colon) {
		if (at[sizeof(word) - 1] == '+')
			more = strtol(at + sizeof(word) - 1, NULL, 10);
		colon[strcspn(colon, "\r")] = '\0';
		struct expectation *e = GROW(&all->v, &all->n);
		e->where = xasprintf("%s:%ld", file, line + more);
		e->text = xstrdup(colon + 2);
	}
	free(copy);
}

static struct expectations read_notes(const char *top)
{
	struct expectations all = { 0 };
	struct strbuf why = STRBUF_INIT;
	struct cfg_names names;

	assert_true(cfg_dir_list(top, &names, &why));
	*GROW(&names.v, &names.n) = xstrdup("config/bulk.csv");
	for (size_t i = 0; i < names.n; i++) {
		char *path = xasprintf("%s/%s", top, names.v[i]);
		char *text = test_read_file(path), *p = text;
		for (int line = 1; *p; line++) {
			size_t n = strcspn(p, "\n");
			take_note(&all, names.v[i], line, p, n);
			p += n + (p[n] == '\n');
		}
		free(text);
		free(path);
	}
	cfg_names_release(&names);
	return all;
}

/* The line "file:line:..." that says it. */
static bool is_said(const struct expectation *e, const char *said)
{
	size_t n = strlen(e->where);

	return strncmp(said, e->where, n) == 0 && said[n] == ':' &&
	       strstr(said, e->text) != NULL;
}

static void one_said(struct expectations *all, const char *said)
{
	for (size_t i = 0; i < all->n; i++) {
		if (!is_said(&all->v[i], said))
			continue;
		all->v[i].met = true;
		return;
	}
	fail_msg("nobody expected: %s", said);
}

static void CF_10_every_kind_of_mistake_is_told_with_file_line_and_sentence(void **state)
{
	char *top = xstrdup(test_top("tests/integration/mistakes"));
	struct expectations all = read_notes(top);
	char *save = NULL;
	int code, warnings = 0;
	char *out = check(top, "config/sightglass.cfg", NULL, &code);

	(void)state;
	struct strmap *kinds = strmap_new();

	assert_true(all.n >= 60);
	assert_int_equal(code, 1);
	assert_has(out, " errors, 6 warnings in ");
	for (char *line = strtok_r(out, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (strstr(line, ".cfg:") || strstr(line, ".csv:"))
			one_said(&all, line);
		warnings += strstr(line, ": warning: ") != NULL;
		if (strrchr(line, '['))
			strmap_put(kinds, strrchr(line, '['), 1);
	}
	assert_int_equal(warnings, 6);
	assert_true(strmap_count(kinds) >= 40); /* thirty were promised */
	strmap_free(kinds);
	for (size_t i = 0; i < all.n; i++) {
		if (!all.v[i].met)
			fail_msg("%s: nobody said: %s", all.v[i].where, all.v[i].text);
		free(all.v[i].where);
		free(all.v[i].text);
	}
	free(all.v);
	free(out);
	free(top);
}

/* --- single stations ------------------------------------------------------------- */

/* A station with these device and tag lines; owned. */
static char *small_station(const char *tags, const char *screen)
{
	static const char *const fixed[][2] = {
		{ "sightglass.cfg",
		  "station = { name = \"s\"; }; devices = \"devices.cfg\"; "
		  "tags = \"tags.cfg\"; access = \"access.cfg\"; screens = "
		  "\"screens\";\n" },
		{ "devices.cfg",
		  "devices = ( { name = \"plc\"; driver = \"modbus\"; endpoint = "
		  "\"tcp://127.0.0.1:1502\"; } );\n" },
		{ "access.cfg", "unlisted = \"view\";\n" },
	};
	char *dir = xstrdup(test_tmpdir()), path[4096];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, fixed[i][0]);
		test_write_file(path, fixed[i][1]);
	}
	snprintf(path, sizeof(path), "%s/tags.cfg", dir);
	test_write_file(path, tags);
	snprintf(path, sizeof(path), "%s/screens/a.cfg", dir);
	test_write_file(path, screen);
	return dir;
}

#define SCREEN                                                                           \
	"screen = { id = \"a\"; title = \"A\"; level = 1; size = [ 80, 19 ]; picture = " \
	"\"\n"                                                                           \
	" {%s          }\n\"; };\n"

static void
PLC_26_an_address_or_count_out_of_range_is_refused_with_file_and_line(void **state)
{
	static const struct {
		const char *address, *want;
	} row[] = {
		{ "input:65536", "address 65536 is not a number from 0 to 65535" },
		{ "input:-1", "is not a number from 0 to 65535" },
		{ "holding:65535:float32", "would pass 65535" },
		{ "holding:65533:float64", "would pass 65535" },
		{ "input:0.16", "16" },
		{ "input:0:float8", "unknown type \"float8\"" },
		{ "coil:70000", "address 70000 is not a number from 0 to 65535" },
		{ "register:1", "register" },
		{ "", "address" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char tags[512], screen[512];
		int code;
		snprintf(tags, sizeof(tags),
			 "tags = (\n { name = \"a.b\"; device = \"plc\"; address = "
			 "\"%s\"; } "
			 ");\n",
			 row[i].address);
		snprintf(screen, sizeof(screen), SCREEN, "a.b");
		char *dir = small_station(tags, screen);
		char *out = check(dir, ".", NULL, &code);
		assert_int_equal(code, 1);
		assert_has(out, "tags.cfg:2:2: error: tag \"a.b\": ");
		assert_has(out, row[i].want);
		free(out);
		free(dir);
	}
}

static void CF_05_a_screen_that_names_an_unknown_tag_fails_the_check(void **state)
{
	char screen[512];
	int code;

	(void)state;
	snprintf(screen, sizeof(screen), SCREEN, "a.level_x");
	char *dir = small_station(
		"tags = ( { name = \"a.level\"; device = \"plc\"; address = "
		"\"input:0\"; } );\n",
		screen);
	char *out = check(dir, ".", NULL, &code);
	assert_int_equal(code, 1);
	assert_has(
		out,
		"screens/a.cfg:2:2: error: {a.level_x} shows \"a.level_x\", and there is "
		"no such tag");
	assert_has(out, "1 error, 0 warnings in 5 files");
	free(out);
	free(dir);
}

/* The limit is the console's protocol: what is longer could never be drawn anywhere. */
static void a_screen_file_that_no_console_can_be_sent_is_refused(void **state)
{
	struct strbuf screen = STRBUF_INIT;
	int code;

	(void)state;
	strbuf_addf(&screen, SCREEN, "a.level");
	while (screen.len < 65536)
		strbuf_adds(&screen, "// a comment that makes the file longer\n");
	char *dir = small_station(
		"tags = ( { name = \"a.level\"; device = \"plc\"; address = "
		"\"input:0\"; } );\n",
		screen.buf);
	char *out = check(dir, ".", NULL, &code);
	assert_int_equal(code, 1);
	assert_has(out, "screens/a.cfg: error: the file has 655");
	assert_has(out, "no console is sent more than 65024 of one: move its symbols");
	free(out);
	free(dir);
	strbuf_release(&screen);
}

static void the_demonstration_station_has_no_mistakes(void **state)
{
	char *top = xstrdup(test_top("."));
	int code;
	char *out = check(top, NULL, NULL, &code);

	(void)state;
	assert_has(out, "0 errors, 0 warnings in ");
	assert_int_equal(code, 0);
	free(out);
	out = check(top, "config", "--json", &code);
	assert_int_equal(code, 0);
	assert_has(out, "\"errors\": 0");
	assert_has(out, "\"diagnostics\": []");
	free(out);
	free(top);
}

static void AM_08_every_attribute_of_every_alarm_is_listed_for_the_meeting(void **state)
{
	char *top = xstrdup(test_top("."));
	const char *csv[] = { "check", "--alarms", "--csv", NULL };
	const char *json[] = { "check", "--alarms", "--json", NULL };
	int code;
	char *out = run(top, csv, &code);

	(void)state;
	assert_int_equal(code, 0);
	assert_has(out, "name,type,tag,expression,limit,");
	assert_has(out, ",approved_by,system,file,line\r\n");
	assert_has(out, "\r\nintake.t101.level.hihi,high,intake.t101.level,,5.5,");
	assert_has(out, ",Stop the well pumps by hand; open V101,600,intake,");
	/* what class and area say is there, too */
	assert_has(out, "critical,quality,filter.f1,Production,control room,");
	free(out);
	out = run(top, json, &code);
	assert_int_equal(code, 0);
	assert_has(out, "\"name\": \"intake.t101.overflow\"");
	assert_has(out, "\"shelvable\": false");
	assert_has(out,
		   "\"suppress_when\": \"filter.f1.state == 0 || filter.f1.state == 2 || "
		   "filter.f1.state == 3\"");
	free(out);
	out = check(top, "--alarms", NULL, &code);
	assert_has(out, "intake.t101.overflow\n    type               state\n");
	assert_has(out, "    class              flood\n");
	assert_int_equal(code, 0);
	free(out);
	free(top);
}

static void json_tells_the_same_as_text(void **state)
{
	char *top = xstrdup(test_top("tests/integration/mistakes"));
	int code;
	char *out = check(top, "config", "--json", &code);

	(void)state;
	assert_int_equal(code, 1);
	assert_has(out, "\"id\": \"cyclic-expression\"");
	assert_has(out, "\"file\": \"config/tags/expressions.cfg\"");
	assert_has(out, "\"line\": 4");
	assert_has(out, "\"severity\": \"warning\"");
	free(out);
	free(top);
}

/* --- the program itself ---------------------------------------------------------- */

static void words_it_does_not_know_are_answered(void **state)
{
	static const struct {
		const char *words[4];
		int code;
		const char *want;
	} row[] = {
		{ { "--version" }, 0, "sightglass 0." },
		{ { "--help" }, 0, "Exit codes: 0 done, 1 refused or failed, 2 usage" },
		{ { "chekc" },
		  2,
		  "there is no command \"chekc\" (did you mean \"check\"?)" },
		{ { "check", "--helb" }, 2, "usage: sightglass check" },
		{ { "check", "a", "b" }, 2, "usage: sightglass check" },
		{ { "check", "--help" }, 0, "--json" },
		{ { "check", "--settings" }, 0, "an alarm: alarms = ( { } )" },
		{ { "check", "--csv" }, 2, "--csv goes with --alarms" },
		{ { "check", "--today", "31.3.2026" },
		  2,
		  "--today 31.3.2026 is no day; write it as 2026-03-31" },
		{ { "check", "nowhere.cfg" },
		  1,
		  "nowhere.cfg: error: cannot read \"nowhere.cfg\"" },
		{ { "--socket", "/x", "check", "nowhere.cfg" },
		  1,
		  "1 error, 0 warnings in 1 file" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const char *words[5] = { 0 };
		int code;
		memcpy(words, row[i].words, sizeof(row[i].words));
		char *out = run("/", words, &code);
		assert_has(out, row[i].want);
		assert_int_equal(code, row[i].code);
		free(out);
	}
}

static void every_command_has_a_row_that_explains_it(void **state)
{
	const char *words[] = { "--help", NULL };
	int code;
	char *out = run("/", words, &code);

	(void)state;
	for (size_t i = 0; cli_commands[i]; i++) {
		const struct cli_command *c = cli_commands[i];
		assert_true(c->name[0] && c->help[0] && c->args && c->run);
		if (i)
			assert_true(strcmp(cli_commands[i - 1]->name, c->name) < 0);
		assert_has(out, c->help);
		for (const struct cli_option *o = c->options; o && o->name; o++)
			assert_true(o->help && o->help[0]);
	}
	free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			CF_10_every_kind_of_mistake_is_told_with_file_line_and_sentence),
		cmocka_unit_test(
			PLC_26_an_address_or_count_out_of_range_is_refused_with_file_and_line),
		cmocka_unit_test(
			CF_05_a_screen_that_names_an_unknown_tag_fails_the_check),
		cmocka_unit_test(a_screen_file_that_no_console_can_be_sent_is_refused),
		cmocka_unit_test(the_demonstration_station_has_no_mistakes),
		cmocka_unit_test(
			AM_08_every_attribute_of_every_alarm_is_listed_for_the_meeting),
		cmocka_unit_test(json_tells_the_same_as_text),
		cmocka_unit_test(words_it_does_not_know_are_answered),
		cmocka_unit_test(every_command_has_a_row_that_explains_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
