/* args.c - getopt_long fed from a subcommand's own table. */
#include "cli/args.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/remote.h"
#include "util/strbuf.h"
#include "util/when.h"

enum { IN_ORDER = 1, OPT_HELP = 1000, OPT_FIRST = 2000 };

/* Arguments come in order, and "-5" is one: no subcommand has short options. */
static const char negative_numbers[] = "-0::1::2::3::4::5::6::7::8::9::.::";

/* What --help prints. */
static void print_help(const struct cli_command *c)
{
	printf("usage: sightglass %s %s\n\n%s\n", c->name, c->args, c->help);
	for (const struct cli_option *o = c->options; o && o->name; o++)
		printf("  --%s %-*s %s\n", o->name, 22 - (int)strlen(o->name),
		       o->arg ? o->arg : "", o->help);
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
			print_help(c);
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

int cli_mistake(const char *option, const char *value, const char *wanted)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "--%s \"%s\": %s", option, value, wanted);
	remote_fail(CLI_USAGE, text.buf);
	strbuf_release(&text);
	return CLI_USAGE;
}

int cli_arg_time(const struct cli_command *c, const struct cli_args *a,
		 const char *option, int64_t now_ms, int64_t *ms)
{
	const char *text = cli_arg(c, a, option);

	if (!text || when_from_person(text, now_ms, ms))
		return CLI_OK;
	return cli_mistake(option, text,
			   "no time; write 2026-11-22T09:05, 09:05, 2026-11-22, or 8h "
			   "(ago)");
}

/* Its text, "" when it was not given. An exit code. */
static int arg_text(const struct cli_command *c, const struct cli_args *a,
		    const char *option, char *out, size_t size)
{
	const char *text = cli_arg(c, a, option);

	if (text && strlen(text) >= size)
		return cli_mistake(option, text, "too long");
	snprintf(out, size, "%s", text ? text : "");
	return CLI_OK;
}

int cli_arg_texts(const struct cli_command *c, const struct cli_args *a,
		  const struct cli_text *texts, size_t n)
{
	int code = CLI_OK;

	for (size_t i = 0; i < n && code == CLI_OK; i++)
		code = arg_text(c, a, texts[i].option, texts[i].out, texts[i].size);
	return code;
}
