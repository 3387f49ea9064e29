/* change_talk.c - a change set between a command line and the server. */
#include "cli/change_talk.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/columns.h"
#include "cli/command.h"
#include "cli/remote.h"

/* --- frames ------------------------------------------------------------------------ */

static void tell_line(const struct change_talk *t, const struct wire_change_line *l)
{
	struct strbuf text = STRBUF_INIT;

	if (!t->running || t->quiet || l->state == CHANGE_WAITING)
		return;
	strbuf_addf(&text, "line %u of %u: %s %s \xe2\x86\x92 %s%s%s: %s", l->at + 1,
		    t->set.n, l->tag, l->old_value, l->new_value, l->unit[0] ? " " : "",
		    l->unit, wire_change_state_name((enum wire_change_state)l->state));
	remote_print(text.buf);
	putchar('\n');
	fflush(stdout);
	strbuf_release(&text);
}

static void on_line(struct change_talk *t, const struct client_frame *f)
{
	struct wire_change_line l;

	if (!wire_get_change_line(f->payload, f->len, &l) || l.req != t->req)
		return;
	if (t->lines[l.at].state != l.state)
		tell_line(t, &l);
	t->lines[l.at] = l;
}

static void on_set(struct change_talk *t, const struct client_frame *f)
{
	struct wire_change_set s;

	if (!wire_get_change_set(f->payload, f->len, &s) || s.req != t->req)
		return;
	t->set = s;
	t->answered = s.phase != SET_RUNNING && s.phase != SET_APPROVAL;
	if (s.phase == SET_APPROVAL && !t->quiet) {
		remote_print("waiting for a second person, a minute at most\n");
		fflush(stdout);
	}
}

static void on_reply(struct change_talk *t, const struct client_frame *f)
{
	struct wire_reply r;

	if (!wire_get_reply(f->payload, f->len, &r) || r.req != t->req)
		return;
	t->reply = r;
	t->answered = true;
	t->refused = r.status != WIRE_OK;
}

static enum sg_err follow(struct client *c, struct change_talk *t, struct strbuf *why)
{
	struct client_frame f;
	enum sg_err rc = client_flush(c, why);

	while (rc == SG_OK && !t->answered) {
		rc = client_next(c, WIRE_SILENCE_MS, &f, why);
		if (rc == SG_ENOENT) {
			strbuf_setf(why, "the server is silent");
			return SG_EIO;
		}
		if (rc != SG_OK)
			break;
		if (f.type == WIRE_CHANGE_LINE)
			on_line(t, &f);
		else if (f.type == WIRE_CHANGE_SET)
			on_set(t, &f);
		else if (f.type == WIRE_REPLY)
			on_reply(t, &f);
	}
	return rc;
}

enum sg_err change_ask(struct client *c, struct change_talk *t, struct wire_changes *m,
		       struct strbuf *why)
{
	*t = (struct change_talk){ .req = client_next_req(c), .quiet = t->quiet };
	m->req = t->req;
	wire_put_changes(client_out(c), m);
	return follow(c, t, why);
}

enum sg_err change_sign(struct client *c, struct change_talk *t, const char *typed,
			struct strbuf *why)
{
	t->answered = t->refused = false;
	t->running = true;
	t->req = client_request(c, WIRE_CONFIRM, t->set.token, 0, typed);
	return follow(c, t, why);
}

enum sg_err change_recall(struct client *c, struct change_talk *t, uint64_t number,
			  struct strbuf *why)
{
	enum sg_err rc;

	*t = (struct change_talk){ .quiet = true };
	t->req = client_request(c, WIRE_CHANGE_SETS, number, 0, "");
	rc = follow(c, t, why);
	if (rc == SG_OK && !t->refused && t->set.n) { /* the reply behind it */
		t->answered = false;
		rc = follow(c, t, why);
	}
	return rc;
}

/* --- output ------------------------------------------------------------------------ */

static const char *state_of(const struct change_talk *t, const struct wire_change_line *l)
{
	if (t->set.phase == SET_LOOKED && l->state == CHANGE_READY)
		return l->same ? "same" : "differs";
	return wire_change_state_name((enum wire_change_state)l->state);
}

static void print_table(const struct change_talk *t)
{
	static const struct column columns[] = {
		{ "TAG", 34, false }, { "NOW", 12, true },   { "NEW", 12, true },
		{ "UNIT", 8, false }, { "STATE", 9, false }, { "", 0, false },
		{ NULL, 0, false },
	};
	struct columns c;

	columns_begin(&c, columns, "");
	for (size_t i = 0; i < t->set.n; i++) {
		const struct wire_change_line *l = &t->lines[i];

		columns_add(&c, l->tag);
		columns_add(&c, l->old_value);
		columns_add(&c, l->new_value);
		columns_add(&c, l->unit);
		columns_add(&c, state_of(t, l));
		columns_add(&c, l->state == CHANGE_DONE ? "" : l->text);
	}
	columns_print(&c);
	columns_release(&c);
}

static void print_json(const struct change_talk *t)
{
	for (size_t i = 0; i < t->set.n; i++) {
		const struct wire_change_line *l = &t->lines[i];
		json_t *o = json_object();

		json_object_set_new(o, "tag", remote_json_text(l->tag));
		json_object_set_new(o, "now", remote_json_text(l->old_value));
		json_object_set_new(o, "new", remote_json_text(l->new_value));
		json_object_set_new(o, "unit", remote_json_text(l->unit));
		json_object_set_new(o, "state", remote_json_text(state_of(t, l)));
		json_object_set_new(o, "same", json_boolean(l->same));
		json_object_set_new(o, "request", json_integer((json_int_t)l->request));
		json_object_set_new(o, "text", remote_json_text(l->text));
		remote_print_json(o);
	}
	json_t *o = json_object();
	json_object_set_new(o, "set", json_integer((json_int_t)t->set.request));
	json_object_set_new(o, "title", remote_json_text(t->set.title));
	json_object_set_new(o, "lines", json_integer(t->set.n));
	json_object_set_new(o, "done", json_integer(t->set.n_done));
	json_object_set_new(o, "unknown", json_integer(t->set.n_unknown));
	json_object_set_new(o, "text", remote_json_text(t->set.text));
	remote_print_json(o);
}

void change_print(const struct change_talk *t, bool json)
{
	struct strbuf end = STRBUF_INIT;

	if (json) {
		print_json(t);
		return;
	}
	print_table(t);
	if (t->set.request)
		strbuf_addf(&end, "change set %" PRIu64 ": ", t->set.request);
	if (t->set.text[0]) {
		strbuf_adds(&end, t->set.text);
		remote_print(end.buf);
		putchar('\n');
	}
	strbuf_release(&end);
}

int change_exit(const struct change_talk *t)
{
	bool mismatch = false;

	for (size_t i = 0; i < t->set.n; i++)
		mismatch = mismatch || t->lines[i].state == CHANGE_MISMATCH ||
			   t->lines[i].state == CHANGE_UNREAD;
	if (t->set.n_unknown)
		return CLI_IN_DOUBT;
	if (t->set.phase == SET_ENDED && t->set.n_done == t->set.n)
		return CLI_OK;
	return mismatch ? CLI_MISMATCH : CLI_FAILED;
}
