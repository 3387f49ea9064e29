/*
 * cmd_approve.c - `sightglass approve`: the second person's answer, from a terminal line.
 * Without a number it lists what waits.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/args.h"
#include "cli/columns.h"
#include "cli/remote.h"
#include "util/num.h"
#include "wire/approval.h"

static const struct cli_option options[] = {
	{ "no", "REASON", "decline it" },
	{ "yes", NULL, "answer without asking" },
	{ "json", NULL, "a JSON object a line" },
	{ NULL, NULL, NULL },
};

extern const struct cli_command cmd_approve;

static const char *const keys[] = { "request", "tag",    "text",  "reason",  "asker",
				    "from",    "left_s", "asked", "why_not", NULL };

/* --- the list ---------------------------------------------------------------------- */

static const struct column columns[] = {
	{ "REQUEST", 8, true }, { "LEFT", 5, true },      { "BY", 12, false },
	{ "WRITE", 48, false }, { "BECAUSE", 24, false }, { "YOU", 0, false },
	{ NULL, 0, false },
};

struct list {
	struct columns table;
	size_t n;
};

static void keep(void *arg, const struct client_frame *f)
{
	struct list *list = arg;
	struct wire_row r;

	if (f->type != WIRE_ROW || !wire_get_row(f->payload, f->len, &r))
		return;
	if (r.n >= APPROVAL_FIELDS) {
		columns_add(&list->table, r.field[APPROVAL_NUMBER]);
		columns_addf(&list->table, "%s s", r.field[APPROVAL_LEFT_S]);
		columns_add(&list->table, r.field[APPROVAL_ASKER]);
		columns_add(&list->table, r.field[APPROVAL_TEXT]);
		columns_add(&list->table, r.field[APPROVAL_REASON]);
		columns_add(&list->table, r.field[APPROVAL_WHY_NOT][0]
						  ? r.field[APPROVAL_WHY_NOT]
						  : "may answer");
		list->n++;
	}
	wire_row_release(&r);
}

static int print_list(bool json)
{
	const struct remote_table table = { WIRE_APPROVALS, keys, false };
	struct list list = { .n = 0 };
	struct strbuf why = STRBUF_INIT;
	struct wire_reply reply;
	int code = CLI_OK;
	struct client *c;

	if (json)
		return remote_rows("cli approve", &table, 0, 0, "", true);
	c = remote_open("cli approve", &code);
	if (!c)
		return code;
	columns_begin(&list.table, columns, "");
	uint32_t req = client_request(c, WIRE_APPROVALS, 0, 0, "");
	if (client_wait_reply(c, req, &reply, keep, &list, &why) != SG_OK)
		code = remote_fail(CLI_NO_SERVER, why.buf);
	else if (list.n == 0)
		puts("nothing waits for a second person");
	else
		columns_print(&list.table);
	columns_release(&list.table);
	strbuf_release(&why);
	client_close(c);
	return code;
}

/* --- an answer --------------------------------------------------------------------- */

struct found {
	const char *number;
	char text[800], reason[256], asker[64];
	bool there;
};

static void find(void *arg, const struct client_frame *f)
{
	struct found *found = arg;
	struct wire_row r;

	if (f->type != WIRE_ROW || !wire_get_row(f->payload, f->len, &r))
		return;
	if (r.n >= APPROVAL_FIELDS &&
	    strcmp(r.field[APPROVAL_NUMBER], found->number) == 0) {
		found->there = true;
		snprintf(found->text, sizeof(found->text), "%s", r.field[APPROVAL_TEXT]);
		snprintf(found->reason, sizeof(found->reason), "%s",
			 r.field[APPROVAL_REASON]);
		snprintf(found->asker, sizeof(found->asker), "%s",
			 r.field[APPROVAL_ASKER]);
	}
	wire_row_release(&r);
}

/* The same sentence that who asked has seen, before anything is answered. */
static void show(const struct found *found)
{
	remote_print(found->text);
	printf("\n%s", "asked by ");
	remote_print(found->asker);
	if (found->reason[0]) {
		printf(": ");
		remote_print(found->reason);
	}
	putchar('\n');
}

static bool ask_person(const char *question)
{
	char line[16];

	printf("%s? type y and Enter: ", question);
	fflush(stdout);
	return fgets(line, sizeof(line), stdin) && (line[0] == 'y' || line[0] == 'Y') &&
	       line[1] == '\n';
}

static int tell(const struct wire_reply *reply, const char *number, bool json)
{
	bool done = reply->status == WIRE_OK;

	if (json)
		remote_print_json(json_pack("{s:o, s:b, s:o}", "request",
					    remote_json_text(number), "done", done,
					    "text", remote_json_text(reply->text)));
	if (!done)
		return remote_fail(CLI_FAILED, reply->text);
	if (!json) {
		remote_print(reply->text);
		putchar('\n');
	}
	return CLI_OK;
}

static int answer(struct client *c, const struct cli_args *a, uint64_t number)
{
	const char *no = cli_arg(&cmd_approve, a, "no");
	bool json = cli_arg(&cmd_approve, a, "json") != NULL;
	struct found found = { .number = a->arg[0] };
	struct strbuf why = STRBUF_INIT;
	struct wire_reply reply;
	int code = CLI_FAILED;
	uint32_t req = client_request(c, WIRE_APPROVALS, 0, 0, "");

	if (client_wait_reply(c, req, &reply, find, &found, &why) != SG_OK) {
		code = remote_fail(CLI_NO_SERVER, why.buf);
	} else {
		if (found.there && !json)
			show(&found);
		if (cli_arg(&cmd_approve, a, "yes") ||
		    ask_person(no ? "decline it" : "approve it")) {
			req = client_request(c, WIRE_APPROVE, number, no == NULL,
					     no ? no : "");
			code = client_wait_reply(c, req, &reply, NULL, NULL, &why) ==
					       SG_OK
				       ? tell(&reply, a->arg[0], json)
				       : remote_fail(CLI_NO_SERVER, why.buf);
		} else {
			puts("not answered");
		}
	}
	strbuf_release(&why);
	return code;
}

static int run(int argc, char **argv)
{
	struct cli_args a;
	int code = cli_args_parse(&cmd_approve, argc, argv, 0, 1, &a);
	int64_t number = 0;
	struct client *c;

	if (code >= 0)
		return code;
	if (a.n == 0)
		return print_list(cli_arg(&cmd_approve, &a, "json") != NULL);
	if (!num_parse_int(a.arg[0], 1, INT64_MAX, &number))
		return cli_mistake("REQUEST", a.arg[0], "a number of the list");
	if (!cli_arg(&cmd_approve, &a, "yes") && !isatty(STDIN_FILENO)) {
		remote_fail(0, "approve asks before it answers and there is no terminal: "
			       "give --yes");
		return CLI_USAGE;
	}
	c = remote_open("cli approve", &code);
	if (!c)
		return code;
	code = answer(c, &a, (uint64_t)number);
	client_close(c);
	return code;
}

const struct cli_command cmd_approve = {
	.name = "approve",
	.args = "[REQUEST] [--no REASON] [--yes] [--json]",
	.help = "answer as the second person; without a number, what waits",
	.options = options,
	.run = run,
};
