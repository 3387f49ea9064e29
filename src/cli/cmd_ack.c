/* cmd_ack.c - `sightglass ack ALARM`: acknowledges the occurrence that is shown now. */
#include <stdio.h>
#include <string.h>

#include "alarm/states.h"
#include "cli/alarm_list.h"
#include "cli/args.h"
#include "cli/remote.h"

extern const struct cli_command cmd_ack;

static const struct wire_alarm_row *find(const struct alarm_list *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i].name, name) == 0)
			return &l->v[i];
	return NULL;
}

static int acknowledge(struct client *c, const struct alarm_list *l,
		       const struct wire_alarm_row *row)
{
	struct wire_alarm_act m = { .req = client_next_req(c),
				    .event = ALARM_E_ACK,
				    .epoch = l->epoch,
				    .version = l->version,
				    .occurrence = row->occurrence };

	memcpy(m.alarm, row->name, sizeof(m.alarm));
	wire_put_alarm_act(client_out(c), &m);
	return remote_recorded(c, m.req, "");
}

static int run(int argc, char **argv)
{
	struct alarm_list list;
	struct cli_args a;
	char text[256];
	int code = cli_args_parse(&cmd_ack, argc, argv, 1, 1, &a);

	if (code >= 0)
		return code;
	struct client *c = remote_open("cli ack", &code);
	if (!c)
		return code;
	code = alarm_list_fetch(c, &list);
	const struct wire_alarm_row *row = find(&list, a.arg[0]);
	if (code == CLI_OK && row) {
		code = acknowledge(c, &list, row);
	} else if (code == CLI_OK) {
		snprintf(text, sizeof(text), "%s is neither active nor unacknowledged",
			 a.arg[0]);
		code = remote_fail(CLI_FAILED, text);
	}
	alarm_list_release(&list);
	client_close(c);
	return code;
}

const struct cli_command cmd_ack = {
	.name = "ack",
	.args = "ALARM",
	.help = "acknowledge the occurrence of an alarm that is shown now",
	.run = run,
};
