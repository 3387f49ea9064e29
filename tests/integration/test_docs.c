/* test_docs.c - the manual pages name everything there is: each table is walked, and what
 * a page does not name fails the test by its name. The drivers' page holds a whole
 * driver; it has to compile. */
#include "support/test.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/type.h"
#include "cli/command.h"
#include "console/app/app_int.h"
#include "driver/run.h"
#include "expr/expr.h"
#include "integration/driver_harness.h"
#include "integration/script.h"
#include "screen/kind.h"
#include "station/schema.h"
#include "station/system_tags.h"
#include "tag/quality.h"

static struct strbuf missing = STRBUF_INIT;

/* A page as one reads it: roff's backslashes are gone. Owned. */
static char *page(const char *name)
{
	char *text = test_read_file(test_top(name)), *to = text;

	for (const char *p = text; *p; p++)
		if (*p != '\\')
			*to++ = *p;
	*to = '\0';
	return text;
}

static void want(const char *text, const char *needle, const char *what)
{
	if (!strstr(text, needle))
		strbuf_addf(&missing, "%s %s\n", what, needle);
}

static void nothing_is_missing(const char *where)
{
	struct strbuf told = missing;

	missing = (struct strbuf)STRBUF_INIT; /* the next page's test begins anew */
	if (told.len)
		fail_msg("%s does not name:\n%s", where, told.buf);
}

/* ".B name" on a line of its own. */
static void want_entry(const char *text, const char *name, const char *what)
{
	char entry[100];

	snprintf(entry, sizeof(entry), ".B %s\n", name);
	want(text, entry, what);
}

/* Each word of help that begins with "--". */
static void want_options(const char *text, const char *help, const char *program)
{
	for (const char *p = help; (p = strstr(p, "--")); p += 2) {
		char option[64];
		size_t n = strspn(p + 2, "abcdefghijklmnopqrstuvwxyz0123456789-") + 2;
		if (n == 2 || n >= sizeof(option))
			continue;
		snprintf(option, sizeof(option), "%.*s", (int)n, p);
		want(text, option, program);
	}
}

static void want_command(const char *text, const struct cli_command *c)
{
	char heading[64], option[64];

	snprintf(heading, sizeof(heading), ".SS %s\n", c->name);
	const char *from = strstr(text, heading);
	if (!from) {
		strbuf_addf(&missing, "command %s\n", c->name);
		return;
	}
	const char *end = strstr(from + 4, "\n.S");
	char *section = strndup(from, end ? (size_t)(end - from) : strlen(from));
	for (const struct cli_option *o = c->options; o && o->name; o++) {
		snprintf(option, sizeof(option), o->arg ? "--%s \" %s\n" : "--%s\n",
			 o->name, o->arg);
		want(section, option, c->name);
	}
	free(section);
}

static void sightglass_1_names_each_command_and_option(void **state)
{
	char *text = page("docs/man/sightglass.1"), *help;

	(void)state;
	for (size_t i = 0; cli_commands[i]; i++)
		want_command(text, cli_commands[i]);
	help = script_run("sightglass --help; sightglass --glyphs");
	want_options(strstr(text, ".SH OPTIONS"), help, "option");
	free(help);
	nothing_is_missing("sightglass(1)");
	free(text);
}

static void sightglass_1_names_each_key(void **state)
{
	char *text = page("docs/man/sightglass.1"), entry[100];

	(void)state;
	for (const struct ui_key *k = app_key_help(); k->keys; k++) {
		snprintf(entry, sizeof(entry), ".B \"%s\"\n", k->keys);
		if (!strpbrk(k->keys, " "))
			snprintf(entry, sizeof(entry), "%s", k->keys);
		want(text, entry, "key");
		want(text, k->text + 1, "what it does:"); /* but for its first letter */
	}
	nothing_is_missing("sightglass(1)");
	free(text);
}

static void pages_of_programs_name_each_option(void **state)
{
	char *server = page("docs/man/sightglassd.8"),
	     *plant = page("docs/man/plantsim.1");
	char *help = script_run("sightglassd --help");

	(void)state;
	want_options(server, help, "sightglassd");
	free(help);
	help = script_run("plantsim --help");
	want_options(plant, help, "plantsim");
	free(help);
	nothing_is_missing("sightglassd(8) or plantsim(1)");
	free(server);
	free(plant);
}

static void want_driver(const char *text, const char *program)
{
	struct strbuf out = STRBUF_INIT;
	static const char *const lists[] = { "device_settings", "tag_settings" };
	json_t *all, *one;
	size_t at;

	assert_int_equal(harness_run(program, "--describe", NULL, 0, &out), 0);
	all = json_loads(out.buf, 0, NULL);
	assert_non_null(all);
	for (size_t i = 0; i < 2; i++)
		json_array_foreach(json_object_get(all, lists[i]), at, one) want_entry(
			text, json_string_value(json_object_get(one, "name")), program);
	json_decref(all);
	strbuf_release(&out);
}

static void want_kind(const char *text, const struct screen_kind *k)
{
	want_entry(text, k->name, "kind");
	for (const struct screen_setting *s = k->settings; s && s->name; s++)
		want_entry(text, s->name, k->name);
}

static void want_alarm_types(const char *text)
{
	const char *types = strstr(text, "\nThe types:\n");

	assert_non_null(types);
	for (size_t i = 0; alarm_types[i]; i++) {
		want_entry(types, alarm_types[i]->name, "alarm type");
		want(types, alarm_types[i]->help + 1, "help of an alarm type:");
	}
}

static void sightglass_cfg_5_names_each_row_of_each_table(void **state)
{
	char *text = page("docs/man/sightglass.cfg.5");

	(void)state;
	for (const struct station_schema *s = station_schemas; s->title; s++)
		for (const struct cfg_row *r = s->rows; r->name; r++)
			want_entry(text, r->name, s->title);
	for (size_t i = 0; expr_function_name(i); i++)
		want(text, expr_function_name(i), "function");
	for (int i = REASON_NONE + 1; i < REASON_COUNT; i++)
		want_entry(text, quality_reason_name(QUALITY_MAKE(QUALITY_BAD, i)),
			   "reason");
	for (size_t i = 0; i < SYSTEM_TAG_COUNT; i++)
		want_entry(text, system_tags[i].name, "system tag");
	for (int i = 0; i < DEVICE_TAG_COUNT; i++) {
		char name[64];

		snprintf(name, sizeof(name), "system.DEVICE.%s", device_tags[i].name);
		want_entry(text, name, "system tag");
	}
	for (size_t i = 0; screen_kinds[i]; i++)
		want_kind(text, screen_kinds[i]);
	want_alarm_types(text);
	want_driver(text, "sightglass-modbus");
	want_driver(text, "sightglass-mqtt");
	nothing_is_missing("sightglass.cfg(5)");
	free(text);
}

static void manual_pages_are_clean_roff(void **state)
{
	char *out =
		script_run("command -v groff >/dev/null || exit 0\n"
			   "for f in \"$SIGHTGLASS_TOP\"/docs/man/*.[158]; do\n"
			   "	groff -man -Tutf8 -ww \"$f\" 2>&1 >/dev/null\ndone\n");

	(void)state;
	assert_string_equal(out, "");
	free(out);
}

static void the_driver_in_the_page_compiles(void **state)
{
	char *text = test_read_file(test_top("docs/internals/adding-a-driver.md")), *out;
	char *from = strstr(text, "\n```c\n"), *end;
	char path[400], script[1200];

	(void)state;
	assert_non_null(from);
	from += strlen("\n```c\n");
	end = strstr(from, "\n```");
	assert_non_null(end);
	end[1] = '\0';
	snprintf(path, sizeof(path), "%s/driver.c", test_tmpdir());
	test_write_file(path, from);
	snprintf(script, sizeof(script),
		 "gcc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wconversion -Wshadow -Werror "
		 "-I\"$SIGHTGLASS_TOP/src\" -fsyntax-only %s 2>&1",
		 path);
	out = script_run(script);
	assert_string_equal(out, "");
	free(out);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sightglass_1_names_each_command_and_option),
		cmocka_unit_test(sightglass_1_names_each_key),
		cmocka_unit_test(pages_of_programs_name_each_option),
		cmocka_unit_test(sightglass_cfg_5_names_each_row_of_each_table),
		cmocka_unit_test(manual_pages_are_clean_roff),
		cmocka_unit_test(the_driver_in_the_page_compiles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
