/* sign_in.c - the notice of use and signing in, as a command asks for them. */
#include "cli/sign_in.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/remote.h"
#include "cli/secret_entry.h"
#include "wire/accounts.h"
#include "wire/who.h"

const char *cli_as;
bool cli_accept_notice;

struct wire_who cli_who;

static void keep_who(void *arg, const struct client_frame *f)
{
	(void)arg;
	if (f->type == WIRE_WHO)
		wire_get_who(f->payload, f->len, &cli_who);
}

/* WHO is the first thing that is said after WELCOME; the notice follows where there is
 * one. */
static enum sg_err hear_who(struct client *c, char *notice, size_t size,
			    struct strbuf *why)
{
	struct client_frame f;
	bool told = false;
	enum sg_err rc;

	notice[0] = '\0';
	while ((rc = client_next(c, WIRE_SILENCE_MS, &f, why)) == SG_OK) {
		if (f.type == WIRE_WHO)
			told = wire_get_who(f.payload, f.len, &cli_who);
		if (f.type == WIRE_USE_NOTICE)
			wire_get_use_notice(f.payload, f.len, notice, size);
		if (told && (cli_who.state != SESSION_NOTICE || notice[0]))
			return SG_OK;
	}
	if (rc == SG_ENOENT)
		strbuf_setf(why, "the server does not say who this is");
	return SG_EIO;
}

bool cli_ask_line(const char *prompt, char *out, size_t size)
{
	size_t n = 0;
	char c = 0;

	if (isatty(STDIN_FILENO)) {
		fputs(prompt, stderr);
		fflush(stderr);
	}
	while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n')
		if (c != '\r' && n + 1 < size)
			out[n++] = c;
	out[n] = '\0';
	return c == '\n' || n > 0;
}

static bool person_accepts(void)
{
	char line[16];

	return cli_ask_line("Accept it? type y and Enter: ", line, sizeof(line)) &&
	       strcmp(line, "y") == 0;
}

static int wait_ok(struct client *c, uint32_t req)
{
	struct strbuf why = STRBUF_INIT;
	struct wire_reply reply;
	int code = CLI_OK;

	if (client_wait_reply(c, req, &reply, keep_who, NULL, &why) != SG_OK)
		code = remote_fail(CLI_NO_SERVER, why.buf);
	else if (reply.status == WIRE_UNKNOWN)
		code = remote_fail(CLI_FAILED, "a new password has to be chosen first: "
					       "sign in at a console, or use "
					       "sightglass user passwd");
	else if (reply.status != WIRE_OK)
		code = remote_fail(CLI_FAILED, reply.text);
	strbuf_release(&why);
	return code;
}

static int accept_notice(struct client *c, const char *notice)
{
	remote_fail(0, notice);
	if (!cli_accept_notice && !person_accepts())
		return remote_fail(CLI_FAILED, "the notice of use was not accepted");
	return wait_ok(c, client_request(c, WIRE_ACCEPT, 0, 0, ""));
}

static int prove(struct client *c)
{
	struct wire_sign_in m = { .req = client_next_req(c) };
	char prompt[128];
	int code;

	snprintf(m.name, sizeof(m.name), "%s", cli_as);
	snprintf(prompt, sizeof(prompt), "password of %.63s", cli_as);
	if (!secret_ask(prompt, m.password, sizeof(m.password)) ||
	    !secret_ask_code("code, Enter without one", m.code, sizeof(m.code))) {
		wire_wipe(&m, sizeof(m));
		return CLI_USAGE;
	}
	wire_put_sign_in(client_out(c), &m);
	code = wait_ok(c, m.req);
	wire_wipe(&m, sizeof(m));
	return code;
}

int cli_sign_in(struct client *c)
{
	struct strbuf why = STRBUF_INIT;
	char notice[WIRE_TEXT_MAX + 1];
	int code = CLI_OK;

	if (!cli_as && !cli_accept_notice)
		return CLI_OK;
	if (hear_who(c, notice, sizeof(notice), &why) != SG_OK)
		code = remote_fail(CLI_NO_SERVER, why.buf);
	else if (cli_who.state == SESSION_NOTICE)
		code = accept_notice(c, notice);
	if (code == CLI_OK && cli_as)
		code = prove(c);
	strbuf_release(&why);
	return code;
}
