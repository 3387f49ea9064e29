/*
 * stage.c - several setpoints in lines: staged, compared with the plant, signed together
 * and told how each of them went.
 */
#include "console/plain/plain_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { STAGE_NEXT_MS = 30000 }; /* for the next word of a set that is being written */

/* A copied line's text moves with it. */
static void line_move(struct plain_set *s, size_t to, size_t from)
{
	s->line[to] = s->line[from];
	if (s->line[to].value.type == VALUE_STRING)
		s->line[to].value.u.s = s->line[to].text;
	s->told[to] = s->told[from];
}

static bool is_out(struct plain *p)
{
	if (p->set.out)
		say("a change set is being written: wait for its end, or say withdraw");
	return p->set.out;
}

/* --- staging --------------------------------------------------------------------- */

void stage_value(struct plain *p, const char *tag, const struct value *v)
{
	struct plain_set *s = &p->set;
	size_t at = 0;

	while (at < s->n && strcmp(s->line[at].tag, tag) != 0)
		at++;
	if (at == WIRE_CHANGES_MAX) {
		say("%d changes are staged: that is the most", WIRE_CHANGES_MAX);
		return;
	}
	s->n += at == s->n;
	s->looked = false;
	s->line[at] = (struct wire_change){ .value = *v };
	snprintf(s->line[at].tag, sizeof(s->line[at].tag), "%s", tag);
	if (v->type == VALUE_STRING) {
		snprintf(s->line[at].text, sizeof(s->line[at].text), "%s", v->u.s);
		s->line[at].value.u.s = s->line[at].text;
	}
	say("%s is staged, %zu in all, nothing is written; say staged", tag, s->n);
}

void word_stage(struct plain *p, char *rest)
{
	if (is_out(p))
		return;
	p->staging = true;
	plain_ask_type(p, rest, "stage TAG VALUE; the reason comes with sign");
}

static void drop(struct plain_set *s, size_t at)
{
	for (size_t i = at; i + 1 < s->n; i++)
		line_move(s, i, i + 1);
	s->n--;
	s->looked = false;
}

void word_unstage(struct plain *p, char *rest)
{
	struct plain_set *s = &p->set;

	if (is_out(p))
		return;
	for (size_t i = s->n; i-- > 0;)
		if (strcmp(rest, "all") == 0 || strcmp(rest, s->line[i].tag) == 0) {
			say("%s is not staged any more", s->line[i].tag);
			drop(s, i);
		}
	say(s->n ? "%zu are staged" : "nothing is staged", s->n);
}

/* --- asking ---------------------------------------------------------------------- */

static void send(struct plain *p, enum plain_ask ask, const struct wire_changes *m)
{
	struct wire_changes out = *m;

	p->ask = ask;
	p->asked = p->now.mono;
	p->req = out.req = client_next_req(p->client);
	wire_put_changes(client_out(p->client), &out);
}

void word_staged(struct plain *p, char *rest)
{
	struct wire_changes m = { .look = true, .n = p->set.n, .lines = p->set.line };

	(void)rest;
	if (is_out(p))
		return;
	memset(p->set.told, 0, sizeof(p->set.told));
	if (m.n)
		send(p, ASK_LOOK, &m);
	else
		say("nothing is staged; say stage, a tag and a value");
}

/* Only what differs is written, so the plant is looked at first. */
void word_sign(struct plain *p, char *rest)
{
	static struct wire_change lines[WIRE_CHANGES_MAX];
	static const char because[] = "because ";
	struct plain_set *s = &p->set;
	struct wire_changes m = { .lines = lines };

	if (is_out(p))
		return;
	if (!s->looked) {
		say("say staged first: it compares with the plant what is signed");
		return;
	}
	for (size_t i = 0; i < s->n; i++) {
		if (s->told[i].same)
			continue;
		s->of[m.n] = i;
		lines[m.n] = s->line[i];
		if (lines[m.n].value.type == VALUE_STRING)
			lines[m.n].value.u.s = lines[m.n].text;
		m.n++;
	}
	if (strncmp(rest, because, sizeof(because) - 1) == 0)
		rest += sizeof(because) - 1;
	snprintf(m.reason, sizeof(m.reason), "%s", rest);
	if (m.n)
		send(p, ASK_SET, &m);
	else
		say("the plant is as staged: there is nothing to write");
}

/* --- hearing --------------------------------------------------------------------- */

static void say_line(const struct wire_change_line *l, const char *state)
{
	char limits[80] = "";

	if (l->has_range)
		snprintf(limits, sizeof(limits), ", limits %g to %g", l->lo, l->hi);
	say("line %u: %s: %s to %s%s%s%s: %s%s%s", l->at + 1u, l->tag, l->old_value,
	    l->new_value, l->unit[0] ? " " : "", l->unit, limits, state,
	    l->text[0] ? ", " : "", l->text);
}

bool hear_change_line(struct plain *p, const uint8_t *bytes, size_t n)
{
	static struct wire_change_line m;
	struct plain_set *s = &p->set;
	const char *state;

	if (!wire_get_change_line(bytes, n, &m))
		return false;
	state = m.state != CHANGE_READY
			? wire_change_state_name((enum wire_change_state)m.state)
		: m.same ? "as it is, not written"
			 : "ready";
	if (p->ask == ASK_LOOK && m.req == p->req && m.at < s->n) {
		s->told[m.at] = m;
		say_line(&m, state);
	} else if (p->ask == ASK_SET && m.req == p->req) {
		say_line(&m, state);
	} else if (s->out && m.req == s->req && m.at < s->n) {
		p->asked = p->now.mono;
		if (s->told[s->of[m.at]].state != m.state && m.state != CHANGE_WAITING)
			say_line(&m, state);
		s->told[s->of[m.at]] = m;
	}
	return true;
}

static void looked(struct plain *p, const struct wire_change_set *m)
{
	size_t barred = 0;

	p->ask = ASK_NOTHING;
	for (size_t i = 0; i < p->set.n; i++)
		barred += p->set.told[i].state == CHANGE_BARRED;
	p->set.looked = barred == 0;
	if (barred)
		say("%zu of %u cannot be written: stage other values, or say unstage",
		    barred, (unsigned)m->n);
	else
		say("%u are staged; say sign because REASON to have them written",
		    (unsigned)m->n);
}

/* The same yes and no as to a single write, to all lines that were just said. */
static void offered(struct plain *p, const struct wire_change_set *m)
{
	p->ask = ASK_NOTHING;
	if (m->phase != SET_SELECTED) {
		say("refused: %s", m->text);
		return;
	}
	p->offer = (struct wire_selected){ .token = m->token,
					   .expires_ms = m->expires_ms,
					   .wants = m->wants };
	snprintf(p->offer.challenge, sizeof(p->offer.challenge), "%s", m->challenge);
	p->offer_ends = mono_add_ms(p->now.mono, m->expires_ms);
	p->offer_of_set = true;
	say("these %u, in this order", (unsigned)m->n);
	plain_forget_typed(p); /* before the question: a quick answer counts */
	rung_offer(&p->offer);
}

/* What is done leaves, what is not stays staged. */
static void ended(struct plain *p, const struct wire_change_set *m)
{
	struct plain_set *s = &p->set;
	size_t kept = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->told[i].state != CHANGE_DONE && !s->told[i].same)
			line_move(s, kept++, i);
	s->n = kept;
	s->looked = s->out = false;
	if (p->second_req == s->req)
		p->second_req = 0;
	else if (p->ask == ASK_WRITE)
		p->ask = ASK_NOTHING;
	if (m->request)
		say("change set %" PRIu64 ": %s", m->request, m->text);
	else
		say("not written: %s", m->text);
	if (kept)
		say("%zu stay staged", kept);
}

bool hear_change_set(struct plain *p, const uint8_t *bytes, size_t n)
{
	static struct wire_change_set m;

	if (!wire_get_change_set(bytes, n, &m))
		return false;
	if (p->ask == ASK_LOOK && m.req == p->req)
		looked(p, &m);
	else if (p->ask == ASK_SET && m.req == p->req)
		offered(p, &m);
	else if (!p->set.out || m.req != p->set.req)
		return true;
	else if (m.phase == SET_ENDED || m.phase == SET_REFUSED)
		ended(p, &m);
	else if (m.phase == SET_RUNNING)
		say("change set %" PRIu64 " is being written", m.request);
	return true;
}

void stage_signed(struct plain *p)
{
	p->set.out = true;
	p->set.req = p->req;
}

bool stage_waits(const struct plain *p)
{
	return p->set.out && p->ask == ASK_WRITE &&
	       !mono_reached(p->now.mono, mono_add_ms(p->asked, STAGE_NEXT_MS));
}

void stage_lost(struct plain *p)
{
	if (p->set.out)
		say("the change set sends no further line; what is staged stays staged");
	p->set.out = p->set.looked = p->staging = p->offer_of_set = false;
}
