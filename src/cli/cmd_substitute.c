/* cmd_substitute.c - `sightglass substitute`: a person's value in the place of a measured
 * one, until it is ended; and the list of those that hold. */
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "cli/columns.h"
#include "cli/remote.h"
#include "util/clock.h"
#include "util/num.h"
#include "wire/approval.h"

static const struct cli_option options[] = {
	{ "reason", "TEXT", "why: shown with the value and kept in the audit" },
	{ "end", NULL, "show what the source says again" },
	{ "list", NULL, "the values that are substituted now" },
	{ "json", NULL, "list: a JSON object a line" },
	{ NULL, NULL, NULL },
};

extern const struct cli_command cmd_substitute;

enum { SECOND_PERSON_MS = 60000 };

static const char *const columns[] = { "tag",    "value",  "unit",    "by", "since",
				       "reason", "source", "quality", NULL };

/* --- the list, for people --- */

enum { TAG, VALUE, UNIT, BY, SINCE, REASON, SOURCE, QUALITY, FIELDS };

static const struct column list_columns[] = {
	{ "TAG", 24, false },   { "VALUE", 12, true }, { "SOURCE SAYS", 12, true },
	{ "SINCE", 19, false }, { "BY", 0, false },    { NULL, 0, false },
};

struct list {
	struct columns table;
	struct strbuf reasons;
	size_t n;
};

/* As many digits as a person compares by; the whole number is in --json. */
static void add_source(struct columns *t, const struct wire_row *r)
{
	double v;

	if (strcmp(r->field[QUALITY], "bad") == 0)
		columns_add(t, "####");
	else if (num_parse_double(r->field[SOURCE], &v))
		columns_addf(t, "%.6g", v);
	else
		columns_add(t, r->field[SOURCE]);
}

static void keep(void *arg, const struct client_frame *f)
{
	struct list *l = arg;
	char when[CLOCK_LOCAL_SIZE] = "";
	struct wire_row r;
	int64_t since;

	if (f->type != WIRE_ROW || !wire_get_row(f->payload, f->len, &r))
		return;
	if (r.n >= FIELDS) {
		if (num_parse_int(r.field[SINCE], 0, INT64_MAX, &since))
			clock_local((struct wall){ since }, when);
		columns_add(&l->table, r.field[TAG]);
		columns_addf(&l->table, "%s%s%s", r.field[VALUE],
			     r.field[UNIT][0] ? " " : "", r.field[UNIT]);
		add_source(&l->table, &r);
		columns_addf(&l->table, "%.19s", when);
		columns_add(&l->table, r.field[BY]);
		strbuf_addf(&l->reasons, "%s: %s\n", r.field[TAG], r.field[REASON]);
		l->n++;
	}
	wire_row_release(&r);
}

static void print_reasons(const char *text)
{
	for (size_t n; *text; text += n + 1) {
		char one[512];

		n = strcspn(text, "\n");
		snprintf(one, sizeof(one), "%.*s", (int)n, text);
		columns_wrap("", one, 0, 80);
	}
}

static int list(void)
{
	struct list l = { .reasons = STRBUF_INIT };
	struct wire_reply reply;
	int code = CLI_OK;
	struct client *c = remote_open("cli substitute", &code);

	if (!c)
		return code;
	columns_begin(&l.table, list_columns, "");
	uint32_t req = client_request(c, WIRE_SUBSTITUTED, 0, 0, "");
	code = remote_wait(c, req, &reply, keep, &l);
	if (l.n) {
		columns_print(&l.table);
		print_reasons(l.reasons.buf);
	} else if (code == CLI_OK) {
		puts("no value is substituted");
	}
	columns_release(&l.table);
	strbuf_release(&l.reasons);
	client_close(c);
	return code;
}

/* --- one value --- */

static bool is_given(const struct cli_args *a, const char *option)
{
	return cli_arg(&cmd_substitute, a, option) != NULL;
}

/* What was typed as a value of the tag's type, or an exit code. */
static int parse_value(struct client *c, const char *tag, const char *text,
		       struct wire_substitute *m)
{
	static struct wire_tag_state state;
	struct strbuf why = STRBUF_INIT;
	int code = remote_get(c, tag, &state);

	double number;

	if (code == CLI_OK && tag_words_value(state.info.words, text, &number))
		m->value = value_string(text);
	else if (code == CLI_OK &&
		 !value_parse_operator(text, (enum value_type)state.info.type, &m->value,
				       &why))
		code = remote_fail(CLI_FAILED, why.buf);
	strbuf_release(&why);
	return code;
}

/* The tag takes two persons: who is asked, and how he answers. */
static bool tell_asked(const struct client_frame *f)
{
	static struct wire_approval m;
	char text[800];

	if (f->type != WIRE_APPROVAL || !wire_get_approval(f->payload, f->len, &m) ||
	    !m.yours || m.state != WIRE_APPROVAL_OPEN)
		return false;
	snprintf(text, sizeof(text),
		 "it takes a second person: %s; %u s, Ctrl-C takes it back; he says: "
		 "sightglass approve %llu",
		 m.says, (unsigned)(m.left_ms / 1000), (unsigned long long)m.approval);
	remote_print(text);
	putchar('\n');
	fflush(stdout);
	return true;
}

static int answered(const struct wire_reply *reply)
{
	if (reply->status != WIRE_OK)
		return remote_fail(CLI_FAILED, reply->text);
	remote_print(reply->text);
	putchar('\n');
	return CLI_OK;
}

static int ask(struct client *c, struct wire_substitute *m)
{
	struct strbuf why = STRBUF_INIT;
	struct mono deadline = mono_add_ms(clock_mono(), WIRE_REPLY_MS);
	struct wire_reply reply;
	struct client_frame f;
	enum sg_err rc;
	int code = -1;

	m->req = client_next_req(c);
	wire_put_substitute(client_out(c), m);
	rc = client_flush(c, &why);
	while (code < 0 && rc == SG_OK && !mono_reached(clock_mono(), deadline)) {
		rc = client_next(c, WIRE_SILENCE_MS, &f, &why);
		if (rc == SG_OK && tell_asked(&f))
			deadline = mono_add_ms(deadline, SECOND_PERSON_MS);
		else if (rc == SG_OK && f.type == WIRE_REPLY &&
			 wire_get_reply(f.payload, f.len, &reply) && reply.req == m->req)
			code = answered(&reply);
	}
	if (code < 0) {
		if (rc == SG_OK || rc == SG_ENOENT)
			strbuf_setf(&why, "the server does not answer");
		strbuf_adds(&why, "; whether it was recorded is unknown: see `sightglass "
				  "substitute --list`");
		code = remote_fail(CLI_IN_DOUBT, why.buf);
	}
	strbuf_release(&why);
	return code;
}

static int substitute(const struct cli_args *a)
{
	struct wire_substitute m = { .end = is_given(a, "end") };
	const char *reason = cli_arg(&cmd_substitute, a, "reason");
	int code = CLI_OK;
	struct client *c = remote_open("cli substitute", &code);

	if (!c)
		return code;
	if (strlen(a->arg[0]) >= sizeof(m.tag))
		code = remote_fail(CLI_FAILED, "no tag has so long a name");
	snprintf(m.tag, sizeof(m.tag), "%s", a->arg[0]);
	snprintf(m.reason, sizeof(m.reason), "%s", reason ? reason : "");
	if (code == CLI_OK && !m.end)
		code = parse_value(c, a->arg[0], a->arg[1], &m);
	if (code == CLI_OK)
		code = ask(c, &m);
	client_close(c);
	return code;
}

static int run(int argc, char **argv)
{
	static const struct remote_table table = { WIRE_SUBSTITUTED, columns, true };
	struct cli_args a;
	int code = cli_args_parse(&cmd_substitute, argc, argv, 0, 2, &a);

	if (code >= 0)
		return code;
	if (is_given(&a, "list") && a.n == 0)
		return is_given(&a, "json")
			       ? remote_rows("cli substitute", &table, 0, 0, "", true)
			       : list();
	if (a.n != (is_given(&a, "end") ? 1 : 2) || is_given(&a, "list"))
		return cli_usage(&cmd_substitute);
	return substitute(&a);
}

const struct cli_command cmd_substitute = {
	.name = "substitute",
	.args = "TAG VALUE --reason TEXT | TAG --end [--reason TEXT] | --list [--json]",
	.help = "put your value in the place of a measured one, marked, until you end it",
	.options = options,
	.run = run,
};
