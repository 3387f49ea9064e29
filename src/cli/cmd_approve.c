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
#include "cli/person.h"
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

static const char *const keys[] = { "request", "tag",   "text",   "reason",
				    "asker",   "from",  "left_s", "asked",
				    "why_not", "lines", NULL };

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
	code = remote_wait(c, req, &reply, keep, &list);
	if (list.n)
		columns_print(&list.table);
	else if (code == CLI_OK)
		puts("nothing waits for a second person");
	columns_release(&list.table);
	client_close(c);
	return code;
}

/* --- an answer --------------------------------------------------------------------- */

/* All of it, in a document of any length: its lines are printed before the question. */
struct found {
	uint64_t number;
	char text[800], reason[256], asker[64];
	size_t n_lines; /* it has; lines counts those that came */
	size_t lines;
	uint64_t seal;
	struct strbuf list;
	bool there;
};

static void find_row(struct found *found, const struct wire_row *r)
{
	int64_t number, lines;

	if (r->n < APPROVAL_FIELDS ||
	    !num_parse_int(r->field[APPROVAL_NUMBER], 1, INT64_MAX, &number) ||
	    (uint64_t)number != found->number)
		return;
	found->there = true;
	found->seal = wire_approval_seal(WIRE_APPROVAL_SEAL, r->field[APPROVAL_TEXT]);
	if (num_parse_int(r->field[APPROVAL_LINES], 0, INT64_MAX, &lines))
		found->n_lines = (size_t)lines;
	snprintf(found->text, sizeof(found->text), "%s", r->field[APPROVAL_TEXT]);
	snprintf(found->reason, sizeof(found->reason), "%s", r->field[APPROVAL_REASON]);
	snprintf(found->asker, sizeof(found->asker), "%s", r->field[APPROVAL_ASKER]);
}

static void find(void *arg, const struct client_frame *f)
{
	struct found *found = arg;
	struct wire_approval_line line;
	struct wire_row r;

	if (f->type == WIRE_ROW && wire_get_row(f->payload, f->len, &r)) {
		find_row(found, &r);
		wire_row_release(&r);
	} else if (f->type == WIRE_APPROVAL_LINE &&
		   wire_get_approval_line(f->payload, f->len, &line) &&
		   line.approval == found->number && line.at == found->lines) {
		found->seal = wire_approval_seal(found->seal, line.text);
		strbuf_addf(&found->list, "\n%4zu  %s", ++found->lines, line.text);
	}
}

/* The same sentence that who asked has seen, and every line of a set, before anything is
 * answered. */
static void show(const struct found *found)
{
	const char *at = found->lines ? found->list.buf : "";

	remote_print(found->text);
	while (*at == '\n') { /* line by line: what is printed at once has an end */
		size_t n = strcspn(at + 1, "\n");
		char line[1024];

		snprintf(line, sizeof(line), "%.*s", (int)n, at + 1);
		putchar('\n');
		remote_print(line);
		at += 1 + n;
	}
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
	char text[64];

	snprintf(text, sizeof(text), "%s? type y and Enter: ", question);
	return person_says_yes(text);
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

/* Of a yes the seal over what was printed: other lines are not approved. */
static int send_answer(struct client *c, const struct cli_args *a,
		       const struct found *found, struct strbuf *why)
{
	const char *no = cli_arg(&cmd_approve, a, "no");
	char seal[WIRE_APPROVAL_SEAL_SIZE] = "";
	struct wire_reply reply;
	uint32_t req;

	if (found->n_lines)
		wire_approval_seal_text(found->seal, seal);
	req = client_request(c, WIRE_APPROVE, found->number, no == NULL, no ? no : seal);
	if (client_wait_reply(c, req, &reply, NULL, NULL, why) != SG_OK)
		return remote_fail(CLI_NO_SERVER, why->buf);
	return tell(&reply, a->arg[0], cli_arg(&cmd_approve, a, "json") != NULL);
}

static int answer(struct client *c, const struct cli_args *a, uint64_t number)
{
	const char *no = cli_arg(&cmd_approve, a, "no");
	struct found found = { .number = number, .list = STRBUF_INIT };
	struct strbuf why = STRBUF_INIT;
	struct wire_reply reply;
	int code = CLI_FAILED;
	uint32_t req = client_request(c, WIRE_APPROVALS, number, 0, "");

	if (client_wait_reply(c, req, &reply, find, &found, &why) != SG_OK) {
		code = remote_fail(CLI_NO_SERVER, why.buf);
	} else {
		if (found.there && !cli_arg(&cmd_approve, a, "json"))
			show(&found);
		if (cli_arg(&cmd_approve, a, "yes") ||
		    ask_person(no ? "decline it" : "approve it"))
			code = send_answer(c, a, &found, &why);
		else
			puts("not answered");
	}
	strbuf_release(&found.list);
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
