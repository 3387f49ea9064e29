/* cmd_get.c - `sightglass get`: a tag's value with its quality and times. */
#include "cli/args.h"
#include "cli/remote.h"

#include <stdio.h>

static const struct cli_option options[] = {
	{ "json", NULL, "a JSON object a line; a bad value is null beside last_good" },
	{ NULL, NULL, NULL },
};

extern const struct cli_command cmd_get;

static int run(int argc, char **argv)
{
	static struct wire_tag_state s;
	struct cli_args a;
	int code = cli_args_parse(&cmd_get, argc, argv, 1, CLI_ARGS_MAX, &a),
	    worst = CLI_OK;

	if (code >= 0)
		return code;
	struct client *c = remote_open("cli get", &code);
	if (!c)
		return code;
	for (int i = 0; i < a.n; i++) {
		code = remote_get(c, a.arg[i], &s);
		if (code != CLI_OK) {
			worst = code;
			if (code == CLI_NO_SERVER)
				break;
			continue;
		}
		if (cli_arg(&cmd_get, &a, "json")) {
			remote_print_json(remote_value_json(&s));
			continue;
		}
		struct strbuf line = STRBUF_INIT;
		remote_value_text(&s, &line);
		remote_print(line.buf);
		putchar('\n');
		strbuf_release(&line);
	}
	client_close(c);
	return worst;
}

const struct cli_command cmd_get = {
	.name = "get",
	.args = "TAG... [--json]",
	.help = "print values with their quality and times",
	.options = options,
	.run = run,
};
