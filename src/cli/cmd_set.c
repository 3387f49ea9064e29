/*
 * cmd_set.c - `sightglass set TAG VALUE`: select, show what would happen, confirm, and
 * tell outcome and read-back verdict. The same gate as the console's dialog.
 */
#include <stdio.h>
#include <unistd.h>

#include "cli/args.h"
#include "cli/remote.h"
#include "driver/proto.h"

static const struct cli_option options[] = {
	{ "yes", NULL, "confirm without asking" },
	{ "reason", "TEXT", "goes into the audit" },
	{ NULL, NULL, NULL },
};

extern const struct cli_command cmd_set;

struct write_talk {
	uint32_t req;
	bool selected, done, refused;
	struct wire_selected offer;
	struct wire_write_done result;
	struct wire_reply reply;
};

static void on_frame(struct write_talk *t, const struct client_frame *f)
{
	struct wire_write_step step;

	switch (f->type) {
	case WIRE_SELECTED:
		t->selected = wire_get_selected(f->payload, f->len, &t->offer) &&
			      t->offer.req == t->req;
		break;
	case WIRE_WRITE_STEP:
		if (wire_get_write_step(f->payload, f->len, &step) &&
		    step.req == t->req) {
			remote_print(step.text);
			putchar('\n');
			fflush(stdout);
		}
		break;
	case WIRE_WRITE_DONE:
		t->done = wire_get_write_done(f->payload, f->len, &t->result) &&
			  t->result.req == t->req;
		break;
	case WIRE_REPLY:
		if (wire_get_reply(f->payload, f->len, &t->reply) &&
		    t->reply.req == t->req && t->reply.status != WIRE_OK)
			t->refused = true;
		break;
	default:
		break;
	}
}

/* Until the server said what `flag` waits for, or refused. */
static enum sg_err talk(struct client *c, struct write_talk *t, const bool *flag,
			struct strbuf *why)
{
	struct client_frame f;
	enum sg_err rc = client_flush(c, why);

	while (rc == SG_OK && !*flag && !t->refused) {
		rc = client_next(c, WIRE_SILENCE_MS, &f, why);
		if (rc == SG_ENOENT) {
			strbuf_setf(why, "the server is silent");
			return SG_EIO;
		}
		if (rc == SG_OK)
			on_frame(t, &f);
	}
	return rc;
}

static bool ask_person(void)
{
	char line[16];

	printf("write it? type y and Enter: ");
	fflush(stdout);
	return fgets(line, sizeof(line), stdin) && (line[0] == 'y' || line[0] == 'Y') &&
	       line[1] == '\n';
}

static void show_offer(const struct wire_selected *o)
{
	struct strbuf line = STRBUF_INIT;

	strbuf_addf(&line, "%s: %s \xe2\x86\x92 %s%s%s", o->tag, o->old_value,
		    o->new_value, o->unit[0] ? " " : "", o->unit);
	if (o->has_range)
		strbuf_addf(&line, ", limits %g to %g", o->lo, o->hi);
	if (o->device[0])
		strbuf_addf(&line, ", on %s", o->device);
	remote_print(line.buf);
	putchar('\n');
	strbuf_release(&line);
}

static int exit_of(const struct wire_write_done *d)
{
	if (d->outcome == WRITE_REFUSED || d->outcome == WRITE_NOT_SENT)
		return CLI_FAILED;
	if (d->in_doubt || (d->outcome == WRITE_UNKNOWN && d->verdict != VERDICT_MATCH))
		return CLI_IN_DOUBT;
	if (d->verdict == VERDICT_MISMATCH || d->verdict == VERDICT_UNREADABLE)
		return CLI_MISMATCH;
	return CLI_OK;
}

static int confirm(struct client *c, struct write_talk *t, bool yes, struct strbuf *why)
{
	char number[32];

	show_offer(&t->offer);
	if (!yes && !ask_person()) {
		client_request(c, WIRE_CANCEL, t->offer.token, 0, "");
		client_flush(c, why);
		puts("nothing was written");
		return CLI_FAILED;
	}
	t->req = client_request(c, WIRE_CONFIRM, t->offer.token, 0, "");
	if (talk(c, t, &t->done, why) != SG_OK) {
		/* the confirm may have arrived: only the server knows */
		strbuf_addf(why,
			    "; the outcome is unknown: look at `sightglass in-doubt`");
		return remote_fail(CLI_IN_DOUBT, why->buf);
	}
	if (t->refused)
		return remote_fail(CLI_FAILED, t->reply.text);
	snprintf(number, sizeof(number),
		 "write %llu: ", (unsigned long long)t->result.request);
	remote_print(number);
	remote_print(t->result.text);
	putchar('\n');
	return exit_of(&t->result);
}

static bool parse_value(struct client *c, const char *tag, const char *text,
			struct wire_select *s, int *code)
{
	static struct wire_tag_state state;
	struct strbuf why = STRBUF_INIT;
	bool ok = false;

	*code = remote_get(c, tag, &state);
	if (*code == CLI_OK) {
		ok = value_parse_operator(text, (enum value_type)state.info.type,
					  &s->value, &why);
		if (!ok)
			*code = remote_fail(CLI_FAILED, why.buf);
	}
	strbuf_release(&why);
	return ok;
}

static int write_tag(struct client *c, const struct cli_args *a)
{
	struct wire_select s = { 0 };
	struct strbuf why = STRBUF_INIT;
	static struct write_talk t;
	const char *reason = cli_arg(&cmd_set, a, "reason");
	int code;

	if (!parse_value(c, a->arg[0], a->arg[1], &s, &code)) {
		strbuf_release(&why);
		return code;
	}
	s.req = t.req = client_next_req(c);
	snprintf(s.tag, sizeof(s.tag), "%s", a->arg[0]);
	snprintf(s.reason, sizeof(s.reason), "%s", reason ? reason : "");
	wire_put_select(client_out(c), &s);
	if (talk(c, &t, &t.selected, &why) != SG_OK)
		code = remote_fail(CLI_NO_SERVER, why.buf);
	else if (t.refused)
		code = remote_fail(CLI_FAILED, t.reply.text);
	else
		code = confirm(c, &t, cli_arg(&cmd_set, a, "yes") != NULL, &why);
	strbuf_release(&why);
	return code;
}

static int run(int argc, char **argv)
{
	struct cli_args a;
	int code = cli_args_parse(&cmd_set, argc, argv, 2, 2, &a);

	if (code >= 0)
		return code;
	if (!cli_arg(&cmd_set, &a, "yes") && !isatty(STDIN_FILENO)) {
		remote_fail(
			0,
			"set asks before it writes and there is no terminal: give --yes");
		return CLI_USAGE;
	}
	struct client *c = remote_open("cli set", &code);
	if (!c)
		return code;
	code = write_tag(c, &a);
	client_close(c);
	return code;
}

const struct cli_command cmd_set = {
	.name = "set",
	.args = "TAG VALUE [--yes] [--reason TEXT]",
	.help = "write a setpoint through the server's gate; prints outcome and verdict",
	.options = options,
	.run = run,
};
