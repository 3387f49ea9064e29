/* cmd_ack.c - `sightglass ack ALARM`: acknowledges the occurrence that is shown now. */
#include <stdio.h>

#include "alarm/engine.h"
#include "cli/alarm_act.h"

static const struct cli_option options[] = {
	{ "older", NULL, "also the earlier times it came that nobody acknowledged" },
	{ "comment", "TEXT", "kept with the acknowledgement" },
	{ "json", NULL, "a JSON object" },
	{ NULL, NULL, NULL },
};

extern const struct cli_command cmd_ack;

static bool fill(const struct cli_args *a, const struct wire_alarm_row *row,
		 struct wire_alarm_act *m, int *code)
{
	const char *comment = cli_arg(&cmd_ack, a, "comment");
	char text[256];

	m->event = ALARM_E_ACK;
	if (!row) {
		snprintf(text, sizeof(text),
			 "%.128s is neither active nor unacknowledged", a->arg[0]);
		return alarm_act_refuse(m, cli_arg(&cmd_ack, a, "json"), text, code);
	}
	m->occurrence = row->occurrence;
	m->older = cli_arg(&cmd_ack, a, "older") != NULL;
	return !comment || alarm_act_text(m, comment, code);
}

static int run(int argc, char **argv)
{
	struct cli_args a;
	int code = cli_args_parse(&cmd_ack, argc, argv, 1, 1, &a);

	return code >= 0 ? code : alarm_act_send(&cmd_ack, &a, fill);
}

const struct cli_command cmd_ack = {
	.name = "ack",
	.args = "ALARM [--older] [--comment TEXT] [--json]",
	.help = "acknowledge the occurrence of an alarm that is shown now",
	.options = options,
	.run = run,
};
