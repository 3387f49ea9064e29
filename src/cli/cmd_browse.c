/* cmd_browse.c - `sightglass browse`: devices, their connection, scans, round trips and
 * errors; of one device its tags, too. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/args.h"
#include "cli/browse.h"
#include "cli/remote.h"
#include "util/xalloc.h"

static const struct cli_option options[] = {
	{ "json", NULL, "a JSON object a line, with everything and nothing cut" },
	{ NULL, NULL, NULL },
};

extern const struct cli_command cmd_browse;

static void keep(void *arg, const struct client_frame *f)
{
	struct browse *b = arg;
	struct wire_device device;
	struct wire_row row;

	if (f->type == WIRE_DEVICE && wire_get_device(f->payload, f->len, &device))
		*GROW(&b->devices, &b->n_devices) = device;
	if (f->type == WIRE_ROW && wire_get_row(f->payload, f->len, &row))
		*GROW(&b->tags, &b->n_tags) = row;
}

static int ask(struct client *c, struct browse *b, enum wire_type type, uint64_t num,
	       const char *device)
{
	struct wire_reply reply;
	uint32_t req = client_request(c, type, num, 0, device);

	return remote_wait(c, req, &reply, keep, b);
}

static void release(struct browse *b)
{
	for (size_t i = 0; i < b->n_tags; i++)
		wire_row_release(&b->tags[i]);
	free(b->tags);
	free(b->devices);
}

static int run(int argc, char **argv)
{
	struct browse b = { 0 };
	struct cli_args a;
	int code = cli_args_parse(&cmd_browse, argc, argv, 0, 1, &a);
	const char *device = a.n > 0 ? a.arg[0] : "";

	if (code >= 0)
		return code;
	struct client *c = remote_open("cli browse", &code);
	if (!c)
		return code;
	code = ask(c, &b, WIRE_DEVICES, 0, device);
	if (code == CLI_OK && device[0])
		code = ask(c, &b, WIRE_TAGS, 1, device);
	if (code == CLI_OK && cli_arg(&cmd_browse, &a, "json"))
		browse_print_json(&b);
	else if (code == CLI_OK)
		(device[0] ? browse_print_device : browse_print_list)(&b);
	release(&b);
	client_close(c);
	return code;
}

const struct cli_command cmd_browse = {
	.name = "browse",
	.args = "[DEVICE] [--json]",
	.help = "devices: connection, scans, round trips, errors; of one also its tags",
	.options = options,
	.run = run,
};
