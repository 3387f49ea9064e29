/* args.c - getopt_long fed from a subcommand's own table. */
#include "cli/args.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum { IN_ORDER = 1, OPT_HELP = 1000, OPT_FIRST = 2000 };

/* Arguments come in order, and "-5" is one: no subcommand has short options. */
static const char negative_numbers[] = "-0::1::2::3::4::5::6::7::8::9::.::";

void cli_args_help(const struct cli_command *c)
{
	printf("usage: sightglass %s %s\n\n%s\n", c->name, c->args, c->help);
	for (const struct cli_option *o = c->options; o && o->name; o++)
		printf("  --%s%s%-*s %s\n", o->name, o->arg ? " " : "",
		       22 - (int)strlen(o->name), o->arg ? o->arg : "", o->help);
}

static int fill(const struct cli_command *c, struct option longs[])
{
	int n = 0;

	for (const struct cli_option *o = c->options; o && o->name && n < CLI_OPTIONS_MAX;
	     o++, n++)
		longs[n] = (struct option){ o->name,
					    o->arg ? required_argument : no_argument,
					    NULL, OPT_FIRST + n };
	longs[n] = (struct option){ "help", no_argument, NULL, OPT_HELP };
	return n;
}

static void take(struct cli_args *out, const char *word)
{
	if (out->n < CLI_ARGS_MAX)
		out->arg[out->n] = word;
	out->n++;
}

int cli_args_parse(const struct cli_command *c, int argc, char **argv, int least,
		   int most, struct cli_args *out)
{
	struct option longs[CLI_OPTIONS_MAX + 2] = { 0 };
	int n = fill(c, longs), o;

	*out = (struct cli_args){ 0 };
	optind = 0; /* GNU: begin anew */
	while ((o = getopt_long(argc, argv, negative_numbers, longs, NULL)) != -1) {
		if (o == OPT_HELP) {
			cli_args_help(c);
			return CLI_OK;
		}
		if (o == IN_ORDER)
			take(out, optarg);
		else if ((o >= '0' && o <= '9') || o == '.')
			take(out, argv[optind - 1]);
		else if (o >= OPT_FIRST && o < OPT_FIRST + n)
			out->value[o - OPT_FIRST] = optarg ? optarg : "";
		else
			return cli_usage(c);
	}
	while (optind < argc)
		take(out, argv[optind++]);
	if (out->n > CLI_ARGS_MAX || out->n < least || out->n > most)
		return cli_usage(c);
	return -1;
}

const char *cli_arg(const struct cli_command *c, const struct cli_args *a,
		    const char *name)
{
	for (int i = 0; c->options && c->options[i].name; i++)
		if (strcmp(c->options[i].name, name) == 0)
			return a->value[i];
	return NULL;
}
