/*
 * main.c - `sightglass`: the operator's console, or with a word behind it a subcommand.
 *
 * What stands before the subcommand is for all of them; anything else that begins with
 * a dash belongs to the console.
 */
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/sign_in.h"
#include "console/app/app.h"
#include "console/app/options.h"
#include "util/alloc_guard.h"
#include "util/diag.h"
#include "util/log.h"
#include "util/strbuf.h"
#include "wall/wall.h"

/* Box lines need UTF-8; numbers never follow the locale (num.h). Only the machine's own
 * locales are read, whatever a session brought along (SEC-16). */
static void open_locale(void)
{
	static const char *const foreign[] = { "LOCPATH", "GCONV_PATH", "NLSPATH" };

	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		unsetenv(foreign[i]);
	setlocale(LC_CTYPE, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
}

/* One option a line: they are many. */
static void console_help(void)
{
	printf("\nOptions of the console:\n");
	for (const struct console_option *o = console_options; o->name; o++)
		if (strcmp(o->name, "--socket") != 0)
			printf("  %s%s%s\n", o->name, o->value ? " " : "",
			       o->value ? o->value : "");
}

static int help(void)
{
	printf("usage: sightglass [--socket PATH] [COMMAND ...]\n\n"
	       "Without a command: the operator's console.\n\n");
	for (size_t i = 0; cli_commands[i]; i++)
		printf("  %-14s %s\n", cli_commands[i]->name, cli_commands[i]->help);
	console_help();
	printf("\n  --socket PATH  socket of the server, instead of the usual places\n"
	       "  --as NAME      sign in as NAME before the command; asks for the "
	       "password\n"
	       "  --accept-notice  accept the station's notice of use, which is printed\n"
	       "  --version      the version\n"
	       "  --help         this text; `sightglass COMMAND --help` says more\n\n"
	       "Exit codes: 0 done, 1 refused or failed, 2 usage, 3 no server,\n"
	       "4 unknown (in doubt), 5 read-back mismatch or unreadable.\n");
	return CLI_OK;
}

static int run_one(const struct cli_command *c, int argc, char **argv)
{
	struct strbuf why = STRBUF_INIT;

	if (!c->runs_programs && wall_around_me(WALL_CLI, true, &why) != SG_OK) {
		fprintf(stderr, "sightglass: %s\n", why.buf);
		strbuf_release(&why);
		return CLI_FAILED;
	}
	return c->run(argc, argv);
}

static int run_command(int argc, char **argv)
{
	struct strbuf text = STRBUF_INIT;
	const char *names[64];
	size_t n = 0;

	for (; n < 64 && cli_commands[n]; n++) {
		if (strcmp(cli_commands[n]->name, argv[0]) == 0)
			return run_one(cli_commands[n], argc, argv);
		names[n] = cli_commands[n]->name;
	}
	diag_suggest(&text, argv[0], names, n);
	fprintf(stderr, "sightglass: there is no command \"%s\"%s; try --help\n", argv[0],
		text.buf);
	strbuf_release(&text);
	return CLI_USAGE;
}

/* NAME VALUE or NAME=VALUE at argv[*i]; steps over its value. */
static bool take_value(const char *name, const char **out, int argc, char **argv, int *i)
{
	size_t n = strlen(name);

	if (strncmp(argv[*i], name, n) == 0 && argv[*i][n] == '=') {
		*out = argv[*i] + n + 1;
		return true;
	}
	if (strcmp(argv[*i], name) != 0 || *i + 1 >= argc)
		return false;
	*out = argv[++*i];
	return true;
}

/* What stands before the subcommand and is for all of them. */
static bool take_common(int argc, char **argv, int *i)
{
	if (strcmp(argv[*i], "--accept-notice") == 0) {
		cli_accept_notice = true;
		return true;
	}
	return take_value("--socket", &cli_socket, argc, argv, i) ||
	       take_value("--as", &cli_as, argc, argv, i);
}

int main(int argc, char **argv)
{
	xalloc_libraries_too = true; /* no answer is better than a part of one */
	open_locale();
	log_open("sightglass", LOG_L_WARN);
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return help();
		if (strcmp(argv[i], "--version") == 0) {
			printf("sightglass %s\n", SIGHTGLASS_VERSION);
			return CLI_OK;
		}
		if (argv[i][0] != '-')
			return run_command(argc - i, argv + i);
		if (!take_common(argc, argv, &i))
			break; /* the console knows it, or says what it knows */
	}
	return console_main(argc, argv);
}
