/*
 * cmd_user.c - `sightglass user`: the accounts of the station. Passwords and codes are
 * typed, or come from standard input, a line each; they are never words of the command.
 */
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/args.h"
#include "cli/columns.h"
#include "cli/qr.h"
#include "cli/remote.h"
#include "cli/secret_entry.h"
#include "util/clock.h"
#include "util/num.h"
#include "wire/accounts.h"

enum { CODE_TRIES = 3 };

static const struct cli_option options[] = {
	{ "full-name", "TEXT", "add: as it stands under a signature" },
	{ "pam", NULL, "add: the password is PAM's (a server built with PAM=1)" },
	{ "lasting", NULL,
	  "add, --reset: the person has typed it and need not change it" },
	{ "reset", NULL, "passwd, totp --off: an admin's, for who has lost it" },
	{ "off", NULL, "totp: no codes any more" },
	{ "json", NULL, "list: a JSON object a line, times in ms UTC" },
	{ NULL, NULL, NULL },
};

extern const struct cli_command cmd_user;

static const char *const user_keys[] = {
	"name",     "full_name", "roles",     "state",  "password", "codes",
	"failures", "since",     "signed_in", "origin", NULL,
};

/* --- talking --------------------------------------------------------------------- */

struct answer {
	char secret[64], uri[1024]; /* of the first row */
};

static void keep_secret(void *arg, const struct client_frame *f)
{
	struct answer *a = arg;
	struct wire_row r;

	if (f->type != WIRE_ROW || !wire_get_row(f->payload, f->len, &r))
		return;
	if (r.n == 2) {
		snprintf(a->secret, sizeof(a->secret), "%s", r.field[0]);
		snprintf(a->uri, sizeof(a->uri), "%s", r.field[1]);
		explicit_bzero(r.field[0], strlen(r.field[0]));
		explicit_bzero(r.field[1], strlen(r.field[1]));
	}
	wire_row_release(&r);
}

/* Sends m and wipes what it was sent from. rows may be NULL. An exit code. */
static int send_act(struct client *c, struct wire_user *m, struct answer *rows,
		    bool is_quiet)
{
	struct strbuf why = STRBUF_INIT, *out = client_out(c);
	struct wire_reply reply;
	int code = CLI_OK;
	enum sg_err rc;

	m->req = client_next_req(c);
	strbuf_room(out, 8192); /* memory that grows leaves copies behind */
	strbuf_clear(out);
	wire_put_user(out, m);
	rc = client_flush(c, &why);
	explicit_bzero(out->buf, out->cap);
	if (rc == SG_OK)
		rc = client_wait_reply(c, m->req, &reply, rows ? keep_secret : NULL, rows,
				       &why);
	if (rc != SG_OK)
		code = remote_fail(CLI_NO_SERVER, why.buf);
	else if (reply.status != WIRE_OK)
		code = remote_fail(CLI_FAILED, reply.text);
	else if (!is_quiet) {
		remote_print(reply.text);
		putchar('\n');
	}
	strbuf_release(&why);
	return code;
}

/* --- acts ------------------------------------------------------------------------ */

static bool given(const struct cli_args *a, const char *option)
{
	return cli_arg(&cmd_user, a, option) != NULL;
}

static bool ask_own(struct wire_user *m)
{
	return secret_ask("your password", m->password, sizeof(m->password)) &&
	       secret_ask_code("your code (Enter if you have none)", m->code,
			       sizeof(m->code));
}

static bool ask_new(struct wire_user *m)
{
	return secret_ask_new("new password", m->new_password, sizeof(m->new_password));
}

static void join_roles(const struct cli_args *a, int first, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (int i = first; i < a->n && n < size; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%s", i > first ? "," : "",
				      a->arg[i]);
}

static int add(struct client *c, const struct cli_args *a, struct wire_user *m)
{
	const char *full = cli_arg(&cmd_user, a, "full-name");

	m->act = WIRE_USER_ADD;
	m->flags = given(a, "pam") ? WIRE_USER_PAM : 0;
	if (given(a, "lasting"))
		m->flags |= WIRE_USER_LASTING;
	snprintf(m->full_name, sizeof(m->full_name), "%s", full ? full : "");
	join_roles(a, 2, m->roles, sizeof(m->roles));
	if (!given(a, "pam") && !ask_new(m))
		return CLI_FAILED;
	return send_act(c, m, NULL, false);
}

static int passwd(struct client *c, const struct cli_args *a, struct wire_user *m)
{
	m->act = WIRE_USER_PASSWORD;
	if (given(a, "lasting"))
		m->flags = WIRE_USER_LASTING;
	if ((!given(a, "reset") && !ask_own(m)) || !ask_new(m))
		return CLI_FAILED;
	return send_act(c, m, NULL, false);
}

static void show_secret(const struct answer *rows)
{
	const char *term = getenv("TERM");
	bool coloured = isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
	bool can_draw = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	struct strbuf picture = STRBUF_INIT;

	strbuf_room(&picture, 65536);
	strbuf_clear(&picture);
	/* the address first: with the picture and two lines below it 24 rows are full */
	puts(rows->uri);
	if (can_draw && qr_draw(&picture, rows->uri, coloured))
		fputs(picture.buf, stdout);
	printf("secret %s (6 digits, 30 s, SHA-1)\n", rows->secret);
	fflush(stdout);
	explicit_bzero(picture.buf, picture.len);
	strbuf_release(&picture);
}

/* A code is mistyped, or changes while it is typed: the secret that is on the glass, and
 * in the telephone by now, stands for a few tries. */
static int confirm(struct client *c, struct wire_user *m)
{
	int code = CLI_FAILED;

	explicit_bzero(m->password, sizeof(m->password));
	m->act = WIRE_USER_TOTP_CONFIRM;
	for (int i = 0; i < CODE_TRIES && code == CLI_FAILED; i++) {
		if (!secret_ask("the code that is drawn now", m->code, sizeof(m->code)))
			return CLI_FAILED;
		code = send_act(c, m, NULL, false);
	}
	return code;
}

static int enrol(struct client *c, struct wire_user *m)
{
	struct answer rows = { "", "" };
	int code = ask_own(m) ? send_act(c, m, &rows, true) : CLI_FAILED;

	if (code == CLI_OK) {
		show_secret(&rows);
		code = confirm(c, m);
	}
	explicit_bzero(&rows, sizeof(rows));
	return code;
}

static int totp(struct client *c, const struct cli_args *a, struct wire_user *m)
{
	m->act = given(a, "off") ? WIRE_USER_TOTP_OFF : WIRE_USER_TOTP;
	if (!given(a, "off"))
		return enrol(c, m);
	if (!given(a, "reset") && !ask_own(m))
		return CLI_FAILED;
	return send_act(c, m, NULL, false);
}

static int roles(struct client *c, const struct cli_args *a, struct wire_user *m)
{
	m->act = WIRE_USER_ROLES;
	join_roles(a, 2, m->roles, sizeof(m->roles));
	return send_act(c, m, NULL, false);
}

static int disable(struct client *c, const struct cli_args *a, struct wire_user *m)
{
	(void)a;
	m->act = WIRE_USER_DISABLE;
	return send_act(c, m, NULL, false);
}

static int enable(struct client *c, const struct cli_args *a, struct wire_user *m)
{
	(void)a;
	m->act = WIRE_USER_ENABLE;
	return send_act(c, m, NULL, false);
}

static int remove_user(struct client *c, const struct cli_args *a, struct wire_user *m)
{
	(void)a;
	m->act = WIRE_USER_REMOVE;
	return send_act(c, m, NULL, false);
}

/* --- the list -------------------------------------------------------------------- */

static const struct column list_columns[] = {
	{ "NAME", 16, false },     { "ROLES", 28, false }, { "STATE", 8, false },
	{ "PASSWORD", 13, false }, { "CODES", 5, false },  { "SIGNED IN", 16, false },
	{ "FROM", 0, false },      { NULL, 0, false },
};

static void add_row(void *arg, const struct client_frame *f)
{
	struct columns *t = arg;
	char when[CLOCK_LOCAL_SIZE] = "";
	struct wire_row r;
	int64_t at;

	if (f->type != WIRE_ROW || !wire_get_row(f->payload, f->len, &r))
		return;
	if (r.n >= USER_FIELDS) {
		if (num_parse_int(r.field[USER_SIGNED_IN], 1, INT64_MAX, &at))
			clock_local((struct wall){ at }, when);
		columns_add(t, r.field[USER_NAME]);
		columns_add(t, r.field[USER_ROLES]);
		columns_add(t, r.field[USER_STATE]);
		columns_add(t, r.field[USER_PASSWORD]);
		columns_add(t, r.field[USER_CODES]);
		columns_addf(t, "%.16s", when);
		columns_add(t, r.field[USER_ORIGIN]);
	}
	wire_row_release(&r);
}

static void print_json(void *arg, const struct client_frame *f)
{
	struct wire_row r;

	(void)arg;
	if (f->type != WIRE_ROW || !wire_get_row(f->payload, f->len, &r))
		return;
	if (r.n >= USER_FIELDS) {
		json_t *o = json_object();

		for (size_t i = 0; i < USER_FIELDS; i++)
			json_object_set_new(o, user_keys[i],
					    remote_json_text(r.field[i]));
		remote_print_json(o);
	}
	wire_row_release(&r);
}

static int print_list(struct client *c, bool json)
{
	struct wire_reply reply;
	struct columns t;
	int code;

	columns_begin(&t, list_columns, "");
	uint32_t req = client_request(c, WIRE_USERS, 0, 0, "");
	code = remote_wait(c, req, &reply, json ? print_json : add_row, &t);
	if (code == CLI_OK && !json)
		columns_print(&t);
	columns_release(&t);
	return code;
}

static int list(const struct cli_args *a)
{
	int code = CLI_OK;
	struct client *c = remote_open("cli user", &code);

	if (!c)
		return code;
	code = print_list(c, given(a, "json"));
	client_close(c);
	return code;
}

/* --- the command ----------------------------------------------------------------- */

static const struct {
	const char *word;
	int least, most; /* words, its own included */
	int (*run)(struct client *c, const struct cli_args *a, struct wire_user *m);
} acts[] = {
	{ "add", 2, CLI_ARGS_MAX, add }, { "passwd", 2, 2, passwd },
	{ "totp", 2, 2, totp },          { "role", 3, CLI_ARGS_MAX, roles },
	{ "disable", 2, 2, disable },    { "enable", 2, 2, enable },
	{ "remove", 2, 2, remove_user },
};

static int run_act(size_t i, const struct cli_args *a)
{
	struct wire_user m = { 0 };
	int code = CLI_OK;
	struct client *c = remote_open("cli user", &code);

	if (!c)
		return code;
	snprintf(m.name, sizeof(m.name), "%s", a->arg[1]);
	code = acts[i].run(c, a, &m);
	wire_wipe(&m, sizeof(m));
	client_close(c);
	return code;
}

static int run(int argc, char **argv)
{
	struct cli_args a;
	int code = cli_args_parse(&cmd_user, argc, argv, 1, CLI_ARGS_MAX, &a);

	if (code >= 0)
		return code;
	if (strcmp(a.arg[0], "list") == 0 && a.n == 1)
		return list(&a);
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (strcmp(a.arg[0], acts[i].word) == 0 && a.n >= acts[i].least &&
		    a.n <= acts[i].most && strlen(a.arg[1]) <= WIRE_PERSON_MAX)
			return run_act(i, &a);
	return cli_usage(&cmd_user);
}

const struct cli_command cmd_user = {
	.name = "user",
	.args = "list | add NAME [ROLE...] | passwd NAME | totp NAME | role NAME ROLE... "
		"| disable NAME | enable NAME | remove NAME",
	.help = "the accounts that sign in by name and password",
	.options = options,
	.run = run,
};
