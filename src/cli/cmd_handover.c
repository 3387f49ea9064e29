/*
 * cmd_handover.c - `sightglass handover`: the shift goes from one person to the next.
 * Both sign a summary that the server makes; those of before can be read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/text.h"
#include "cli/args.h"
#include "cli/columns.h"
#include "cli/remote.h"
#include "cli/secret_entry.h"
#include "cli/sign_in.h"
#include "util/xalloc.h"
#include "wire/handover.h"
#include "wire/who.h"

enum { WIDTH = 78, LABEL = 10 };

static const struct cli_option options[] = {
	{ "notes", "TEXT", "for who comes; asked for at a terminal when not given" },
	{ "to", "NAME", "who comes signs here, too; else in a session of their own" },
	{ "json", NULL, "list, show: a JSON object a line" },
	{ NULL, NULL, NULL },
};

extern const struct cli_command cmd_handover;

/* What is heard while an answer comes. */
struct heard {
	struct wire_row *row;
	size_t n;
};

static void hear(void *arg, const struct client_frame *f)
{
	struct heard *h = arg;
	struct wire_row row;

	if (f->type == WIRE_WHO)
		wire_get_who(f->payload, f->len, &cli_who);
	else if (f->type == WIRE_ROW && wire_get_row(f->payload, f->len, &row))
		*GROW(&h->row, &h->n) = row;
}

static void forget_rows(struct heard *h)
{
	for (size_t i = 0; i < h->n; i++)
		wire_row_release(&h->row[i]);
	free(h->row);
	h->row = NULL;
	h->n = 0;
}

/* Sends m and waits for its reply, which is printed when say is true. An exit code. */
static int ask(struct client *c, struct wire_handover *m, struct heard *h, bool say)
{
	struct strbuf why = STRBUF_INIT;
	struct wire_reply reply;
	int code = CLI_OK;

	m->req = client_next_req(c);
	wire_put_handover(client_out(c), m);
	if (client_wait_reply(c, m->req, &reply, hear, h, &why) != SG_OK) {
		code = remote_fail(m->act == HANDOVER_GIVE || m->act == HANDOVER_TAKE
					   ? CLI_IN_DOUBT
					   : CLI_NO_SERVER,
				   why.buf);
	} else if (reply.status != WIRE_OK) {
		code = remote_fail(CLI_FAILED, reply.text);
	} else if (say) {
		remote_print(reply.text);
		putchar('\n');
	}
	strbuf_release(&why);
	return code;
}

/* --- the summary ------------------------------------------------------------------- */

static void print_summary(const struct heard *h)
{
	char head[LABEL + 3];

	for (size_t i = 0; i < h->n; i++) {
		if (h->row[i].n < SHIFT_FIELDS)
			continue;
		snprintf(head, sizeof(head), "%-*.*s ", LABEL, LABEL,
			 h->row[i].field[SHIFT_SECTION]);
		columns_wrap(head, h->row[i].field[SHIFT_TEXT], LABEL + 1, WIDTH);
	}
	if (h->n == 1)
		puts("nothing stands, nothing is overridden, nothing was written");
}

/* Lines until an empty one. */
static void ask_notes(char *out, size_t size)
{
	char line[400];
	size_t used = 0;

	puts("notes for who comes, an empty line ends them:");
	while (cli_ask_line("> ", line, sizeof(line)) && line[0] &&
	       used + strlen(line) + 2 < size)
		used += (size_t)snprintf(out + used, size - used, "%s\n", line);
}

static bool ask_secrets(const char *whose, char *password, char *code)
{
	char prompt[128];

	snprintf(prompt, sizeof(prompt), "password of %.63s", whose);
	return secret_ask(prompt, password, WIRE_PASSWORD_MAX + 1) &&
	       secret_ask_code("code, Enter without one", code, WIRE_CODE_MAX + 1);
}

/* Who has a password signs with it; else it is the kernel's word. */
static bool ask_own(struct wire_handover *m)
{
	if (!cli_as && !cli_who.provable)
		return true;
	return ask_secrets(cli_as ? cli_as : cli_who.name, m->own_password, m->own_code);
}

/* --- what can be asked ------------------------------------------------------------- */

/* It is about this person's offer. */
static bool says(const char *text, const char *what)
{
	size_t n = strlen(cli_who.name);

	return strncmp(text, cli_who.name, n) == 0 &&
	       strncmp(text + n, what, strlen(what)) == 0;
}

/* The offer is this session's and goes with it: it is waited for, or taken back. */
static int wait_taken(struct client *c)
{
	struct strbuf why = STRBUF_INIT;
	struct client_frame f;
	struct wire_notice n;
	int code = -1;

	puts("waiting for who takes it; Ctrl-C takes it back");
	fflush(stdout);
	while (code < 0 && client_next(c, WIRE_SILENCE_MS, &f, &why) == SG_OK) {
		if (f.type != WIRE_NOTICE || !wire_get_notice(f.payload, f.len, &n))
			continue;
		if (says(n.text, HANDOVER_IS_TAKEN)) {
			remote_print(n.text);
			putchar('\n');
			code = CLI_OK;
		} else if (says(n.text, HANDOVER_IS_KEPT)) {
			code = remote_fail(CLI_FAILED, n.text);
		}
	}
	if (code < 0)
		code = remote_fail(CLI_IN_DOUBT,
				   why.len ? why.buf : "the server is lost");
	strbuf_release(&why);
	return code;
}

static int give(struct client *c, const struct cli_args *a)
{
	static struct wire_handover m;
	const char *notes = cli_arg(&cmd_handover, a, "notes");
	const char *to = cli_arg(&cmd_handover, a, "to");
	struct heard h = { .n = 0 };
	int code;

	m = (struct wire_handover){ .act = HANDOVER_DRAFT };
	code = ask(c, &m, &h, false);
	if (code == CLI_OK) {
		print_summary(&h);
		m.act = HANDOVER_GIVE;
		snprintf(m.notes, sizeof(m.notes), "%s", notes ? notes : "");
		snprintf(m.name, sizeof(m.name), "%s", to ? to : "");
		if (!notes && isatty(STDIN_FILENO))
			ask_notes(m.notes, sizeof(m.notes));
		forget_rows(&h);
		if (!ask_own(&m) || (to && !ask_secrets(to, m.password, m.code)))
			code = CLI_USAGE;
		else
			code = ask(c, &m, &h, true);
		if (code == CLI_OK && !to)
			code = wait_taken(c);
	}
	wire_wipe(&m, sizeof(m));
	forget_rows(&h);
	return code;
}

static int take(struct client *c)
{
	static struct wire_handover m;
	struct heard h = { .n = 0 };
	int code;

	m = (struct wire_handover){ .act = HANDOVER_WAITING };
	code = ask(c, &m, &h, false);
	if (code == CLI_OK && h.n == 0)
		code = remote_fail(CLI_FAILED, "no shift waits to be taken over");
	if (code == CLI_OK) {
		print_summary(&h);
		forget_rows(&h);
		m.act = HANDOVER_TAKE;
		code = ask_own(&m) ? ask(c, &m, &h, true) : CLI_USAGE;
	}
	wire_wipe(&m, sizeof(m));
	forget_rows(&h);
	return code;
}

static int withdraw(struct client *c)
{
	struct wire_handover m = { .act = HANDOVER_WITHDRAW };
	struct heard h = { .n = 0 };
	int code = ask(c, &m, &h, true);

	forget_rows(&h);
	return code;
}

/* --- those of before --------------------------------------------------------------- */

static void print_json(const struct wire_row *row)
{
	static const enum audit_column shown[] = { AUDIT_COL_TIME,    AUDIT_COL_KIND,
						   AUDIT_COL_SUBJECT, AUDIT_COL_OLD,
						   AUDIT_COL_NEW,     AUDIT_COL_RESULT,
						   AUDIT_COL_DETAIL };
	static const char *const names[] = { "time", "kind",    "id",  "from",
					     "to",   "section", "text" };
	json_t *o = json_object();

	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		json_object_set_new(o, names[i], remote_json_text(row->field[shown[i]]));
	remote_print_json(o);
}

static void print_list(const struct heard *h)
{
	static const struct column column[] = {
		{ "ID", 16, false },    { "FROM", 16, false }, { "TO", 16, false },
		{ "SIGNED", 0, false }, { NULL, 0, false },
	};
	struct columns t;

	columns_begin(&t, column, "");
	for (size_t i = 0; i < h->n; i++) {
		columns_add(&t, h->row[i].field[AUDIT_COL_SUBJECT]);
		columns_add(&t, h->row[i].field[AUDIT_COL_OLD]);
		columns_add(&t, h->row[i].field[AUDIT_COL_NEW]);
		columns_add(&t, h->row[i].field[AUDIT_COL_DETAIL]);
	}
	columns_print(&t);
	columns_release(&t);
}

/* Lines of one section share a record, divided by " | ". */
static void print_part(const char *section, const char *text)
{
	char head[LABEL + 3], line[AUDIT_COLUMN_MAX + 1];

	snprintf(head, sizeof(head), "%-*.*s ", LABEL, LABEL, section);
	while (*text) {
		const char *end = strstr(text, " | ");
		size_t n = end ? (size_t)(end - text) : strlen(text);

		snprintf(line, sizeof(line), "%.*s", (int)n, text);
		columns_wrap(head, line, LABEL + 1, WIDTH);
		text += n + (end ? 3 : 0);
	}
}

static void print_one(const struct heard *h)
{
	for (size_t i = 0; i < h->n; i++) {
		char *const *field = h->row[i].field;

		if (field[AUDIT_COL_OLD][0])
			columns_wrap("", field[AUDIT_COL_DETAIL], 0, WIDTH);
		else
			print_part(field[AUDIT_COL_RESULT], field[AUDIT_COL_DETAIL]);
	}
}

static int read_old(struct client *c, const struct cli_args *a, const char *id)
{
	struct wire_handover m = { .act = id ? HANDOVER_SHOW : HANDOVER_LIST };
	struct heard h = { .n = 0 };
	size_t kept = 0;
	int code;

	snprintf(m.name, sizeof(m.name), "%s", id ? id : "");
	code = ask(c, &m, &h, false);
	for (size_t i = 0; i < h.n; i++)
		if (h.row[i].n >= AUDIT_COLUMNS)
			h.row[kept++] = h.row[i];
		else
			wire_row_release(&h.row[i]);
	h.n = kept;
	if (code == CLI_OK && h.n == 0)
		code = id ? remote_fail(CLI_FAILED, "there is no such hand-over") : code;
	else if (code == CLI_OK && cli_arg(&cmd_handover, a, "json"))
		for (size_t i = 0; i < h.n; i++)
			print_json(&h.row[i]);
	else if (code == CLI_OK)
		(id ? print_one : print_list)(&h);
	forget_rows(&h);
	return code;
}

static int obey(struct client *c, const struct cli_args *a)
{
	const char *word = a->n ? a->arg[0] : "";

	if (a->n == 0)
		return give(c, a);
	if (a->n == 1 && strcmp(word, "take") == 0)
		return take(c);
	if (a->n == 1 && strcmp(word, "withdraw") == 0)
		return withdraw(c);
	if (a->n == 1 && strcmp(word, "list") == 0)
		return read_old(c, a, NULL);
	if (a->n == 2 && strcmp(word, "show") == 0)
		return read_old(c, a, a->arg[1]);
	return cli_usage(&cmd_handover);
}

static int run(int argc, char **argv)
{
	struct cli_args a;
	int code = cli_args_parse(&cmd_handover, argc, argv, 0, 2, &a);

	if (code >= 0)
		return code;
	struct client *c = remote_open("cli handover", &code);
	if (!c)
		return code;
	code = obey(c, &a);
	client_close(c);
	return code;
}

const struct cli_command cmd_handover = {
	.name = "handover",
	.args = "[--to NAME] [--notes TEXT] | take | withdraw | list | show ID [--json]",
	.help = "hand the shift over: both sign a summary; read those of before",
	.options = options,
	.run = run,
};
