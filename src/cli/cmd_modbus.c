/* cmd_modbus.c - `sightglass modbus`: looks at a Modbus device by hand. The Modbus driver
 * program does it (--tool); only what it is asked passes here. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/args.h"
#include "cli/remote.h"
#include "util/program.h"
#include "util/xalloc.h"

static const struct cli_option options[] = {
	{ "unit", "LIST", "unit (1); scan: several, \"1-247\" or \"1,5,9-12\"" },
	{ "area", "LIST",
	  "holding (read), all four (scan): coil,discrete,input,holding" },
	{ "address", "N", "first address, from 0 as on the wire (0); scan: \"0-999\"" },
	{ "count", "N", "how many registers or bits (10; scan: 1000)" },
	{ "type", "TYPE", "read: as values, \"float32:cdab\", \"int16\", \"string:8\"" },
	{ "expect", "VALUE", "read: which type, order and scale show this value" },
	{ "timeout", "MS", "wait so long for an answer (1000)" },
	{ "pause", "MS", "between two requests (10)" },
	{ "json", NULL, "a JSON object a line" },
	{ "config", "FOLDER", "make a station's folder of what was found" },
	{ NULL, NULL, NULL },
};

extern const struct cli_command cmd_modbus;

static char **tool_arguments(const struct cli_args *a)
{
	char **v = NULL;
	size_t n = 0;

	*GROW(&v, &n) = xstrdup("sightglass-modbus");
	*GROW(&v, &n) = xstrdup("--tool");
	*GROW(&v, &n) = xstrdup(a->arg[0]);
	for (size_t i = 0; options[i].name; i++) {
		if (!a->value[i])
			continue;
		*GROW(&v, &n) = options[i].arg ? xasprintf("--%s=%s", options[i].name,
							   a->value[i])
					       : xasprintf("--%s", options[i].name);
	}
	*GROW(&v, &n) = xstrdup("--");
	for (int i = 1; i < a->n; i++)
		*GROW(&v, &n) = xstrdup(a->arg[i]);
	*GROW(&v, &n) = NULL;
	return v;
}

static int run(int argc, char **argv)
{
	char program[PATH_MAX], text[PATH_MAX + 64];
	struct cli_args a;
	int code = cli_args_parse(&cmd_modbus, argc, argv, 1, 3, &a);

	if (code >= 0)
		return code;
	if (!program_find("sightglass-modbus", program, sizeof(program)))
		return remote_fail(CLI_FAILED,
				   "sightglass-modbus is not installed beside "
				   "this program");
	char **v = tool_arguments(&a);

	execv(program, v);
	snprintf(text, sizeof(text), "%s cannot be started: %s", program,
		 strerror(errno));
	for (size_t i = 0; v[i]; i++)
		free(v[i]);
	free(v);
	return remote_fail(CLI_FAILED, text);
}

const struct cli_command cmd_modbus = {
	.name = "modbus",
	.runs_programs = true,
	.args = "read|scan HOST[:PORT]|rtu:LINE[:9600:8N1] [--unit LIST] [--area LIST] "
		"[--address N] [--count N] [--type TYPE] [--expect VALUE] [--timeout MS] "
		"[--pause MS] [--json] [--config FOLDER]",
	.help = "look at a Modbus device while it is put into service; never writes",
	.options = options,
	.run = run,
};
