/*
 * args.h - parsing of a subcommand's arguments from its own option table, so that what
 * --help prints is what is accepted.
 */
#ifndef SG_CLI_ARGS_H
#define SG_CLI_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/command.h"

enum { CLI_OPTIONS_MAX = 24, CLI_ARGS_MAX = 104 };

struct cli_args {
	const char
		*value[CLI_OPTIONS_MAX]; /* by row of the table; "" for a switch given */
	const char *arg[CLI_ARGS_MAX];   /* the rest, in order; borrowed from argv */
	int n;
};

/* Returns -1 to go on, else the exit code: 0 after --help (printed), CLI_USAGE after a
 * mistake (explained) or when the number of arguments is not in [least, most]. */
int cli_args_parse(const struct cli_command *c, int argc, char **argv, int least,
		   int most, struct cli_args *out);
/* Value of option `name`, NULL when it was not given. */
const char *cli_arg(const struct cli_command *c, const struct cli_args *a,
		    const char *name);

/* An option's value that will not do: `--limit "x": WANTED` on stderr; CLI_USAGE. */
int cli_mistake(const char *option, const char *value, const char *wanted);
/* A time as people write it (util/when.h), ms since 1970; *ms stays when the option was
 * not given. An exit code; a mistake is explained. */
int cli_arg_time(const struct cli_command *c, const struct cli_args *a,
		 const char *option, int64_t now_ms, int64_t *ms);
/* Several of them, as far as they are given; the first mistake ends it. */
struct cli_text {
	const char *option;
	char *out;
	size_t size;
};
int cli_arg_texts(const struct cli_command *c, const struct cli_args *a,
		  const struct cli_text *texts, size_t n);

#endif
