/*
 * cmd_set.c - `sightglass set TAG VALUE`: select, show what would happen, bring what the
 * tag asks for (a reason, what is shown typed, a second person), confirm, and tell
 * outcome and read-back verdict. The same gate as the console's dialog.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/args.h"
#include "cli/person.h"
#include "cli/remote.h"
#include "driver/proto.h"
#include "wire/approval.h"

static const struct cli_option options[] = {
	{ "yes", NULL, "confirm without asking" },
	{ "reason", "TEXT", "goes into the audit" },
	{ "challenge", "TEXT", "what a tag asks to be typed: its new value, its name" },
	{ "wait-approval", NULL, "wait for the second person, a minute at most" },
	{ "emergency", NULL, "without the second person, where the site allows it" },
	{ "json", NULL, "a JSON object with the outcome" },
	{ NULL, NULL, NULL },
};

extern const struct cli_command cmd_set;

struct write_talk {
	uint32_t req;
	bool selected, done, refused;
	bool json;
	struct wire_selected offer;
	struct wire_write_done result;
	struct wire_reply reply;
};

/* --- what the server says ---------------------------------------------------------- */

/* Progress is for people: with --json only the end is said. */
static void progress(const struct write_talk *t, const char *text)
{
	if (t->json)
		return;
	remote_print(text);
	putchar('\n');
	fflush(stdout);
}

static void on_approval(const struct write_talk *t, const struct client_frame *f)
{
	static struct wire_approval m;
	char text[700];

	if (!wire_get_approval(f->payload, f->len, &m) || !m.yours ||
	    m.state != WIRE_APPROVAL_OPEN)
		return;
	snprintf(text, sizeof(text), "approval %llu, %u s: sightglass approve %llu",
		 (unsigned long long)m.approval, (unsigned)(m.left_ms / 1000),
		 (unsigned long long)m.approval);
	progress(t, text);
}

static void on_frame(struct write_talk *t, const struct client_frame *f)
{
	struct wire_write_step step;

	switch (f->type) {
	case WIRE_SELECTED:
		t->selected = wire_get_selected(f->payload, f->len, &t->offer) &&
			      t->offer.req == t->req;
		break;
	case WIRE_APPROVAL:
		on_approval(t, f);
		break;
	case WIRE_WRITE_STEP:
		if (wire_get_write_step(f->payload, f->len, &step) && step.req == t->req)
			progress(t, step.text);
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

/* --- what the person says ---------------------------------------------------------- */

/* What is sent as typed: given, or typed now; false: nothing is to be sent. */
static bool ask_challenge(const struct wire_selected *o, const char *given, bool yes,
			  char *typed, size_t size)
{
	char question[400];

	typed[0] = '\0';
	if (given)
		snprintf(typed, size, "%s", given);
	if (!o->challenge[0] || given || yes)
		return yes || given || person_says_yes("write it? type y and Enter: ");
	snprintf(question, sizeof(question), "type %s to write it: ", o->challenge);
	return person_typed(question, typed, size) && typed[0];
}

static void show_offer(const struct write_talk *t)
{
	const struct wire_selected *o = &t->offer;
	struct strbuf line = STRBUF_INIT;

	strbuf_addf(&line, "%s: %s \xe2\x86\x92 %s%s%s", o->tag, o->old_value,
		    o->new_value, o->unit[0] ? " " : "", o->unit);
	if (o->has_range)
		strbuf_addf(&line, ", limits %g to %g", o->lo, o->hi);
	if (o->device[0])
		strbuf_addf(&line, ", on %s", o->device);
	if (o->wants & WIRE_WANTS_APPROVAL)
		strbuf_adds(&line, "; a second person is asked before it is sent");
	progress(t, line.buf);
	strbuf_release(&line);
}

/* --- the end ----------------------------------------------------------------------- */

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

static void print_json(const struct write_talk *t, bool done, const char *text)
{
	const struct wire_write_done *d = &t->result;
	json_t *o = json_pack("{s:o, s:o, s:o, s:o, s:b, s:o}", "tag",
			      remote_json_text(t->offer.tag), "old",
			      remote_json_text(t->offer.old_value), "new",
			      remote_json_text(t->offer.new_value), "unit",
			      remote_json_text(t->offer.unit), "done", done, "text",
			      remote_json_text(text));

	if (o && done) {
		json_object_set_new(o, "request", json_integer((json_int_t)d->request));
		json_object_set_new(
			o, "outcome",
			json_string(write_outcome_name((enum write_outcome)d->outcome)));
		json_object_set_new(
			o, "verdict",
			json_string(write_verdict_name((enum write_verdict)d->verdict)));
		json_object_set_new(o, "in_doubt", json_boolean(d->in_doubt));
	}
	remote_print_json(o);
}

static int not_done(const struct write_talk *t, int code, const char *text)
{
	if (t->json)
		print_json(t, false, text);
	return remote_fail(code, text);
}

static int tell_done(const struct write_talk *t)
{
	char number[32];

	snprintf(number, sizeof(number),
		 "write %llu: ", (unsigned long long)t->result.request);
	if (t->json) {
		print_json(t, true, t->result.text);
	} else {
		remote_print(number);
		remote_print(t->result.text);
		putchar('\n');
	}
	return exit_of(&t->result);
}

/* --- confirm ----------------------------------------------------------------------- */

static int give_up(struct client *c, const struct write_talk *t, int code,
		   const char *text, struct strbuf *why)
{
	client_request(c, WIRE_CANCEL, t->offer.token, 0, "");
	client_flush(c, why);
	if (code != CLI_OK)
		return not_done(t, code, text);
	progress(t, text);
	return CLI_FAILED;
}

static int confirm(struct client *c, struct write_talk *t, const struct cli_args *a,
		   struct strbuf *why)
{
	bool yes = cli_arg(&cmd_set, a, "yes") != NULL;
	bool alone = cli_arg(&cmd_set, a, "emergency") != NULL;
	char typed[304];

	show_offer(t);
	if (t->offer.wants & WIRE_WANTS_APPROVAL && yes && !alone &&
	    !cli_arg(&cmd_set, a, "wait-approval"))
		return give_up(c, t, CLI_USAGE,
			       "a second person has to approve it: give --wait-approval",
			       why);
	if (!ask_challenge(&t->offer, cli_arg(&cmd_set, a, "challenge"), yes, typed,
			   sizeof(typed)))
		return give_up(c, t, CLI_OK, "nothing was written", why);
	t->req = client_request(c, WIRE_CONFIRM, t->offer.token, alone, typed);
	if (talk(c, t, &t->done, why) != SG_OK) {
		/* the confirm may have arrived: only the server knows */
		strbuf_addf(why,
			    "; the outcome is unknown: look at `sightglass in-doubt`");
		return not_done(t, CLI_IN_DOUBT, why->buf);
	}
	return t->refused ? not_done(t, CLI_FAILED, t->reply.text) : tell_done(t);
}

/* --- select ------------------------------------------------------------------------ */

/* A tag's own words are the server's to understand, and to refuse with the list. */
static bool parse_value(struct client *c, const char *tag, const char *text,
			struct wire_select *s, struct wire_tag_info *info, int *code)
{
	static struct wire_tag_state state;
	struct strbuf why = STRBUF_INIT;
	bool ok = false;

	*code = remote_get(c, tag, &state);
	if (*code == CLI_OK) {
		*info = state.info;
		ok = value_parse_operator(text, (enum value_type)state.info.type,
					  &s->value, &why);
		if (!ok && info->words[0] && strlen(text) <= VALUE_STRING_MAX) {
			s->value = value_string(text);
			ok = true;
		}
		if (!ok)
			*code = remote_fail(CLI_FAILED, why.buf);
	}
	strbuf_release(&why);
	return ok;
}

static void take_reason(const struct cli_args *a, const struct wire_tag_info *info,
			struct wire_select *s)
{
	const char *reason = cli_arg(&cmd_set, a, "reason");

	if (reason)
		snprintf(s->reason, sizeof(s->reason), "%s", reason);
	else if (info->wants & WIRE_WANTS_REASON && !cli_arg(&cmd_set, a, "yes"))
		person_typed("reason, for the record: ", s->reason, sizeof(s->reason));
}

static int write_tag(struct client *c, const struct cli_args *a)
{
	static struct wire_tag_info info;
	struct wire_select s = { 0 };
	struct strbuf why = STRBUF_INIT;
	static struct write_talk t;
	int code;

	if (!parse_value(c, a->arg[0], a->arg[1], &s, &info, &code)) {
		strbuf_release(&why);
		return code;
	}
	take_reason(a, &info, &s);
	t.json = cli_arg(&cmd_set, a, "json") != NULL;
	s.req = t.req = client_next_req(c);
	snprintf(s.tag, sizeof(s.tag), "%s", a->arg[0]);
	snprintf(t.offer.tag, sizeof(t.offer.tag), "%s", a->arg[0]);
	wire_put_select(client_out(c), &s);
	if (talk(c, &t, &t.selected, &why) != SG_OK)
		code = not_done(&t, CLI_NO_SERVER, why.buf);
	else if (t.refused)
		code = not_done(&t, CLI_FAILED, t.reply.text);
	else
		code = confirm(c, &t, a, &why);
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
	.args = "TAG VALUE [--yes] [--reason TEXT] [--challenge TEXT] [--wait-approval] "
		"[--emergency] [--json]",
	.help = "write a setpoint through the server's gate; prints outcome and verdict",
	.options = options,
	.run = run,
};
