/* usage.c - what all subcommands share and main.c sets. */
#include <stdio.h>

#include "cli/command.h"

const char *cli_socket;

int cli_usage(const struct cli_command *c)
{
	fprintf(stderr, "usage: sightglass %s %s\n", c->name, c->args);
	fprintf(stderr, "`sightglass %s --help` says more\n", c->name);
	return CLI_USAGE;
}
