/*
 * command.h - one subcommand of `sightglass`: a row, a file each (cmd_NAME.c).
 *
 * Exit codes: 0 done, 1 refused or failed, 2 usage, 3 no server, 4 unknown (in
 * doubt), 5 read-back mismatch or unreadable.
 */
#ifndef SG_CLI_COMMAND_H
#define SG_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

enum cli_exit {
	CLI_OK = 0,
	CLI_FAILED = 1,
	CLI_USAGE = 2,
	CLI_NO_SERVER = 3,
	CLI_IN_DOUBT = 4,
	CLI_MISMATCH = 5
};

struct cli_option {
	const char *name; /* long name without dashes */
	const char *arg;  /* "FILE", or NULL for a switch */
	const char *help;
};

struct cli_command {
	const char *name;
	const char *args;                 /* "TAG VALUE [--yes] [--reason TEXT]" */
	const char *help;                 /* one line */
	const struct cli_option *options; /* ends with a NULL name; may be NULL */
	bool runs_programs;               /* so no wall goes up around it */
	/* argv[0] is the subcommand. Returns an enum cli_exit. */
	int (*run)(int argc, char **argv);
};

/* All subcommands, NULL-terminated, sorted by name: commands.c. */
extern const struct cli_command *const cli_commands[];

/* --socket PATH given before the subcommand, or NULL. */
extern const char *cli_socket;

/* Prints the usage of a command to stderr and returns CLI_USAGE. */
int cli_usage(const struct cli_command *c);

#endif
