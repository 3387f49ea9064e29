/* audit_seal.c - `audit accept`, `new-key` and `seal-key`: what an administrator does to
 * the record itself. Each is on record. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/audit_verify.h"
#include "cli/qr.h"
#include "cli/remote.h"
#include "util/strbuf.h"
#include "wire/client.h"

/* An exit code; on CLI_OK the reply's text is in reply. */
static int ask(enum wire_seal what, const char *text, struct wire_reply *reply)
{
	struct strbuf why = STRBUF_INIT;
	int code = CLI_OK;
	struct client *c = remote_open("cli audit", &code);

	if (!c)
		return code;
	if (client_wait_reply(c, client_request(c, WIRE_SEAL, what, 0, text), reply, NULL,
			      NULL, &why) != SG_OK)
		code = remote_fail(CLI_IN_DOUBT, why.buf);
	else if (reply->status != WIRE_OK)
		code = remote_fail(CLI_FAILED, reply->text);
	client_close(c);
	strbuf_release(&why);
	return code;
}

static int with_reason(const struct cli_command *c, const struct cli_args *a,
		       enum wire_seal what)
{
	const char *reason = cli_arg(c, a, "reason");
	struct wire_reply reply;
	int code;

	if (!reason || !reason[0])
		return remote_fail(CLI_USAGE,
				   "it wants --reason TEXT, which is recorded");
	code = ask(what, reason, &reply);
	if (code == CLI_OK)
		remote_print(reply.text);
	return code;
}

int audit_accept(const struct cli_command *c, const struct cli_args *a)
{
	return with_reason(c, a, WIRE_SEAL_ACCEPT);
}

int audit_new_key(const struct cli_command *c, const struct cli_args *a)
{
	return with_reason(c, a, WIRE_SEAL_NEW_KEY);
}

static void show(const char *key)
{
	struct strbuf qr = STRBUF_INIT;

	puts("The seal's first key. Write it down or photograph it, keep it away from "
	     "this\nmachine, and nowhere else:\n");
	puts(key);
	putchar('\n');
	if (qr_draw(&qr, key, isatty(STDOUT_FILENO)))
		fputs(qr.buf, stdout);
	strbuf_release(&qr);
}

/* Shown first, forgotten when somebody says that he has it. */
int audit_seal_key(const struct cli_command *c, const struct cli_args *a)
{
	struct wire_reply reply;
	char answer[16] = "";
	int code;

	if (cli_arg(c, a, "yes")) {
		code = ask(WIRE_SEAL_WIPE_KEY, "", &reply);
		if (code == CLI_OK)
			remote_print(reply.text);
		return code;
	}
	code = ask(WIRE_SEAL_SHOW_KEY, "", &reply);
	if (code != CLI_OK)
		return code;
	show(reply.text);
	explicit_bzero(&reply, sizeof(reply));
	if (!isatty(STDIN_FILENO)) {
		puts("When it is kept: sightglass audit seal-key --yes");
		return CLI_OK;
	}
	fputs("Is it kept, and shall this machine forget it? Type yes: ", stdout);
	fflush(stdout);
	if (!fgets(answer, sizeof(answer), stdin) || strcmp(answer, "yes\n") != 0) {
		puts("It stays on this machine, and can be shown again.");
		return CLI_OK;
	}
	code = ask(WIRE_SEAL_WIPE_KEY, "", &reply);
	if (code == CLI_OK)
		remote_print(reply.text);
	return code;
}
