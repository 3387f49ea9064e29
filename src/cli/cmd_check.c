/*
 * cmd_check.c - `sightglass check`: the server's own loader, its driver programs and
 * the screens' linter, all their findings sorted by file and line.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/alarm_database.h"
#include "cli/args.h"
#include "cli/command.h"
#include "cli/station_path.h"
#include "driver/check.h"
#include "station/def.h"
#include "station/schema.h"
#include "util/program.h"
#include "util/strbuf.h"

extern const struct cli_command cmd_check;

static void judge(const struct station_def *d, bool notes, struct diag_list *diags)
{
	struct driver_check drivers = {
		.find = program_find,
		.devices = d->devices,
		.n_devices = d->n_devices,
		.tags = d->tags,
		.n_tags = d->n_tags,
		.own_device_settings = station_device_settings,
		.own_tag_settings = station_tag_settings,
	};

	driver_check(&drivers, diags);
	station_check_screens(d, notes, diags);
}

static void print_text(const struct diag_list *diags, size_t files)
{
	size_t warnings = diags->n - diags->errors - diags->notes;
	struct strbuf line = STRBUF_INIT;

	for (size_t i = 0; i < diags->n; i++) {
		strbuf_clear(&line);
		diag_format(&diags->v[i], &line);
		puts(line.buf);
	}
	printf("%zu error%s, %zu warning%s in %zu file%s\n", diags->errors,
	       diags->errors == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s", files,
	       files == 1 ? "" : "s");
	strbuf_release(&line);
}

static json_t *diag_json(const struct diag *d)
{
	return json_pack("{s:s, s:s, s:i, s:i, s:s, s:s}", "severity",
			 diag_severity_name(d->severity), "file", d->file, "line",
			 d->line, "column", d->column, "id", d->id, "text", d->text);
}

static void print_json(const struct diag_list *diags, size_t files)
{
	json_t *list = json_array();

	for (size_t i = 0; i < diags->n; i++)
		json_array_append_new(list, diag_json(&diags->v[i]));
	json_t *all = json_pack("{s:I, s:I, s:I, s:o}", "errors",
				(json_int_t)diags->errors, "warnings",
				(json_int_t)(diags->n - diags->errors - diags->notes),
				"files", (json_int_t)files, "diagnostics", list);
	json_dumpf(all, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(all);
}

static int print_found(const struct diag_list *diags, size_t files, bool json)
{
	(json ? print_json : print_text)(diags, files);
	return diags->errors ? CLI_FAILED : CLI_OK;
}

static int print_settings(void)
{
	struct strbuf text = STRBUF_INIT;

	station_schema_help(&text);
	strbuf_adds(&text, "\nDevices and tags take the settings of their driver too: "
			   "`sightglass-modbus --describe`.\n");
	fputs(text.buf, stdout);
	strbuf_release(&text);
	return CLI_OK;
}

/* The mistakes go to standard error: the listing is for a file or a pipe. */
static int print_alarms(const struct station_def *d, const struct diag_list *diags,
			const struct cli_args *args)
{
	struct strbuf line = STRBUF_INIT;

	for (size_t i = 0; i < diags->n; i++) {
		strbuf_clear(&line);
		diag_format(&diags->v[i], &line);
		if (diags->v[i].severity == DIAG_ERROR)
			fprintf(stderr, "%s\n", line.buf);
	}
	strbuf_release(&line);
	if (d)
		alarm_database_print(d, cli_arg(&cmd_check, args, "csv") ? DATABASE_CSV
					: cli_arg(&cmd_check, args, "json")
						? DATABASE_JSON
						: DATABASE_TEXT);
	return diags->errors ? CLI_FAILED : CLI_OK;
}

/* A day that is none would silently count no review. */
static int check_words(const struct cli_args *args)
{
	const char *today = cli_arg(&cmd_check, args, "today");

	if (today && !station_date_valid(today)) {
		fprintf(stderr,
			"sightglass check: --today %s is no day; write it as "
			"2026-03-31\n",
			today);
		return CLI_USAGE;
	}
	if (cli_arg(&cmd_check, args, "csv") && !cli_arg(&cmd_check, args, "alarms")) {
		fprintf(stderr, "sightglass check: --csv goes with --alarms\n");
		return CLI_USAGE;
	}
	return -1;
}

static int run(int argc, char **argv)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct cli_args args;
	int rc = cli_args_parse(&cmd_check, argc, argv, 0, 1, &args);

	if (rc < 0)
		rc = check_words(&args);
	if (rc >= 0)
		return rc;
	if (cli_arg(&cmd_check, &args, "settings"))
		return print_settings();
	char *path = cli_station_path(args.n ? args.arg[0] : NULL);
	struct lint_options lint = { .today = cli_arg(&cmd_check, &args, "today") };
	struct station_def *d = station_load_linted(path, &lint, &diags);
	size_t files = d ? d->n_paths : 1;
	bool alarms = cli_arg(&cmd_check, &args, "alarms");
	if (d && !alarms)
		judge(d, cli_arg(&cmd_check, &args, "notes"), &diags);
	diag_sort(&diags);
	if (alarms)
		rc = print_alarms(d, &diags, &args);
	else
		rc = print_found(&diags, files, cli_arg(&cmd_check, &args, "json"));
	station_def_free(d);
	diag_list_release(&diags);
	free(path);
	return rc;
}

static const struct cli_option options[] = {
	{ "json", NULL, "print JSON" },
	{ "alarms", NULL, "print every attribute of every alarm instead" },
	{ "csv", NULL, "with --alarms: print it as CSV" },
	{ "today", "DATE", "the day that reviews of alarms are counted to" },
	{ "notes", NULL, "also what is worth knowing and no mistake" },
	{ "settings", NULL, "print every setting a station's files may hold" },
	{ NULL, NULL, NULL },
};

const struct cli_command cmd_check = {
	.name = "check",
	.runs_programs = true,
	.args = "[FILE|FOLDER] [--today DATE] [--notes] [--json] "
		"[--alarms [--csv|--json]] [--settings]",
	.help = "read a station as the server would and say what is wrong "
		"(config/sightglass.cfg)",
	.options = options,
	.run = run,
};
