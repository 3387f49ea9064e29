/*
 * cmd_rows.c - the subcommands that ask one question and print the rows of the answer:
 * status, where, explain, tags, in-doubt, reload, backup, settle, silence.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/args.h"
#include "cli/remote.h"
#include "util/num.h"

static const struct cli_option json_only[] = {
	{ "json", NULL, "a JSON object a line" },
	{ NULL, NULL, NULL },
};

/* One row a subcommand: its question and its columns. */
struct question {
	const struct cli_command *command;
	struct remote_table table;
	int least, most; /* arguments */
};

static const char *const status_columns[] = { "name", "value", NULL };
static const char *const where_columns[] = { "kind", "name", "text", NULL };
static const char *const explain_columns[] = { "step", "text", NULL };
static const char *const tag_columns[] = { "tag",   "type",        "unit", "area",
					   "write", "description", NULL };
static const char *const doubt_columns[] = { "request", "tag", "outcome", "when",
					     "text",    "who", "value",   NULL };
static const char *const reload_columns[] = { "change", "kind", "name", "text", NULL };

static int ask(const struct question *q, int argc, char **argv)
{
	struct cli_args a;
	char program[64];
	int code = cli_args_parse(q->command, argc, argv, q->least, q->most, &a);

	if (code >= 0)
		return code;
	snprintf(program, sizeof(program), "cli %s", q->command->name);
	return remote_rows(program, &q->table, cli_arg(q->command, &a, "dry-run") ? 1 : 0,
			   0, a.n > 0 ? a.arg[0] : "",
			   cli_arg(q->command, &a, "json") != NULL);
}

extern const struct cli_command cmd_status, cmd_where, cmd_explain, cmd_tags,
	cmd_in_doubt, cmd_reload, cmd_backup, cmd_settle, cmd_silence;

static int run_status(int argc, char **argv)
{
	static const struct question q = {
		&cmd_status, { WIRE_STATUS, status_columns, false }, 0, 0
	};
	return ask(&q, argc, argv);
}

static int run_where(int argc, char **argv)
{
	static const struct question q = {
		&cmd_where, { WIRE_WHERE, where_columns, false }, 1, 1
	};
	return ask(&q, argc, argv);
}

static int run_explain(int argc, char **argv)
{
	static const struct question q = {
		&cmd_explain, { WIRE_EXPLAIN, explain_columns, false }, 1, 1
	};
	return ask(&q, argc, argv);
}

static int run_tags(int argc, char **argv)
{
	static const struct question q = {
		&cmd_tags, { WIRE_TAGS, tag_columns, false }, 0, 1
	};
	return ask(&q, argc, argv);
}

static int run_in_doubt(int argc, char **argv)
{
	static const struct question q = {
		&cmd_in_doubt, { WIRE_IN_DOUBT, doubt_columns, true }, 0, 0
	};
	return ask(&q, argc, argv);
}

static int run_reload(int argc, char **argv)
{
	static const struct question q = {
		&cmd_reload, { WIRE_RELOAD, reload_columns, false }, 0, 0
	};
	return ask(&q, argc, argv);
}

static const struct remote_table no_rows[] = {
	{ WIRE_BACKUP, status_columns, false },
	{ WIRE_SETTLE, status_columns, false },
	{ WIRE_SILENCE, status_columns, false },
};

/* The server writes the copy, so it needs a path that means the same there. */
static int run_backup(int argc, char **argv)
{
	struct cli_args a;
	char path[PATH_MAX], here[PATH_MAX];
	int code = cli_args_parse(&cmd_backup, argc, argv, 1, 1, &a);

	if (code >= 0)
		return code;
	if (!realpath(".", here) ||
	    (size_t)snprintf(path, sizeof(path), "%s%s%s", a.arg[0][0] == '/' ? "" : here,
			     a.arg[0][0] == '/' ? "" : "/", a.arg[0]) >= sizeof(path))
		return remote_fail(CLI_FAILED, "the path is too long");
	return remote_rows("cli backup", &no_rows[0], 0, 0, path, false);
}

static int run_settle(int argc, char **argv)
{
	struct cli_args a;
	int64_t request;
	int code = cli_args_parse(&cmd_settle, argc, argv, 2, 2, &a);

	if (code >= 0)
		return code;
	if (!num_parse_int(a.arg[0], 1, INT64_MAX, &request))
		return cli_usage(&cmd_settle);
	return remote_rows("cli settle", &no_rows[1], (uint64_t)request, 0, a.arg[1],
			   false);
}

static int run_silence(int argc, char **argv)
{
	struct cli_args a;
	int code = cli_args_parse(&cmd_silence, argc, argv, 0, 0, &a);

	if (code >= 0)
		return code;
	return remote_rows("cli silence", &no_rows[2], 0, 0, "", false);
}

const struct cli_command cmd_status = {
	.name = "status",
	.args = "[--json]",
	.help = "the server's state: devices, drivers, store, sessions, configuration",
	.options = json_only,
	.run = run_status,
};

const struct cli_command cmd_where = {
	.name = "where",
	.args = "TAG [--json]",
	.help = "where a tag is used: screens, expressions, alarms, permissives, address",
	.options = json_only,
	.run = run_where,
};

const struct cli_command cmd_explain = {
	.name = "explain",
	.args = "TAG [--json]",
	.help = "how a value came about: raw registers, scaling, quality decision",
	.options = json_only,
	.run = run_explain,
};

const struct cli_command cmd_tags = {
	.name = "tags",
	.args = "[PREFIX] [--json]",
	.help = "list tags whose names begin with PREFIX",
	.options = json_only,
	.run = run_tags,
};

const struct cli_command cmd_in_doubt = {
	.name = "in-doubt",
	.args = "[--json]",
	.help = "writes whose outcome is unknown and that nobody has settled",
	.options = json_only,
	.run = run_in_doubt,
};

static const struct cli_option reload_options[] = {
	{ "dry-run", NULL, "show the difference, change nothing" },
	{ "json", NULL, "a JSON object a line" },
	{ NULL, NULL, NULL },
};

const struct cli_command cmd_reload = {
	.name = "reload",
	.args = "[--dry-run] [--json]",
	.help = "read the station's files again: all of it or nothing",
	.options = reload_options,
	.run = run_reload,
};

const struct cli_command cmd_backup = {
	.name = "backup",
	.args = "FILE",
	.help = "have the server write a consistent copy of station.db",
	.run = run_backup,
};

const struct cli_command cmd_settle = {
	.name = "settle",
	.args = "REQUEST NOTE",
	.help = "take a write off the in-doubt list, with a note on what was found",
	.run = run_settle,
};

const struct cli_command cmd_silence = {
	.name = "silence",
	.args = "",
	.help = "silence the horn of the control room until the next alarm",
	.run = run_silence,
};
