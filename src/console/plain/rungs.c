/*
 * rungs.c - what some writes ask for on the way, in lines: a reason, what is shown said
 * again, a second person; and the answers of one.
 */
#include "console/plain/plain_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util/num.h"

/* --- one's own write --------------------------------------------------------------- */

void rung_reason(struct plain *p, char *value)
{
	static const char because[] = " because ";
	char *at = strstr(value, because);

	p->reason[0] = '\0';
	if (!at)
		return;
	snprintf(p->reason, sizeof(p->reason), "%s", at + sizeof(because) - 1);
	*at = '\0';
}

void rung_offer(const struct wire_selected *m)
{
	if (m->wants & WIRE_WANTS_APPROVAL)
		say("a second person is asked before it is sent");
	if (m->challenge[0])
		say("say yes %s to write it, within %u s; anything else writes nothing",
		    m->challenge, m->expires_ms / 1000);
	else
		say("say yes to write it, within %u s; anything else writes nothing",
		    m->expires_ms / 1000);
}

bool rung_yes(const struct plain *p, const char *typed)
{
	if (!p->offer.challenge[0] || strcmp(typed, p->offer.challenge) == 0)
		return true;
	say("say yes %s, exactly so", p->offer.challenge);
	return false;
}

void word_withdraw(struct plain *p, char *rest)
{
	(void)rest;
	if (!p->second_req && !p->set.out) {
		say("nothing of yours waits for a second person");
		return;
	}
	if (!p->second_req)
		say("no further line is begun; the one in hand goes on");
	client_request(p->client, WIRE_CANCEL, p->second_token, 0, "");
}

/* --- somebody's -------------------------------------------------------------------- */

static struct said_approval *place_of(struct plain *p, uint64_t number)
{
	for (size_t i = 0; i < PLAIN_APPROVALS_MAX; i++)
		if (p->approvals[i].number == number)
			return &p->approvals[i];
	return NULL;
}

static void say_how(uint64_t number)
{
	say("say approve %" PRIu64 ", or decline %" PRIu64 " and why", number, number);
}

static void said_of_others(struct plain *p, const struct wire_approval *m)
{
	struct said_approval *at = place_of(p, m->approval);

	if (m->state != WIRE_APPROVAL_OPEN) {
		if (at)
			at->number = 0;
		say("approval %" PRIu64 " of %s: %s", m->approval, m->asker, m->says);
		return;
	}
	if (!at)
		at = place_of(p, 0);
	if (at)
		*at = (struct said_approval){
			.number = m->approval,
			.lines = m->lines,
			.seal = wire_approval_seal(WIRE_APPROVAL_SEAL, m->text),
		};
	say("approval %" PRIu64 ": %s asks you, within %u s", m->approval, m->asker,
	    m->left_ms / 1000);
	say("%s", m->text);
	if (m->reason[0])
		say("because %s", m->reason);
	if (!m->lines)
		say_how(m->approval);
}

/* Each line of a set is said before it can be approved. */
bool hear_approval_line(struct plain *p, const uint8_t *bytes, size_t n)
{
	static struct wire_approval_line m;
	struct said_approval *at;

	if (!wire_get_approval_line(bytes, n, &m))
		return false;
	at = place_of(p, m.approval);
	if (!at || m.at != at->n_lines)
		return true;
	at->seal = wire_approval_seal(at->seal, m.text);
	at->n_lines++;
	say("line %u of %u: %s", at->n_lines, at->lines, m.text);
	if (at->n_lines == at->lines)
		say_how(m.approval);
	return true;
}

static void said_of_own(struct plain *p, const struct wire_approval *m)
{
	if (m->state == WIRE_APPROVAL_OPEN && p->ask == ASK_WRITE) {
		p->second_req = p->req;
		p->ask = ASK_NOTHING; /* other words may be said meanwhile */
		say("asked: %s; it waits for %u s, or until you say withdraw", m->says,
		    m->left_ms / 1000);
	}
}

bool hear_approval(struct plain *p, const uint8_t *bytes, size_t n)
{
	static struct wire_approval m;

	if (!wire_get_approval(bytes, n, &m))
		return false;
	if (m.yours)
		said_of_own(p, &m);
	else
		said_of_others(p, &m);
	return true;
}

void rung_forget(struct plain *p)
{
	p->second_req = 0;
	memset(p->approvals, 0, sizeof(p->approvals));
}

/* Only what was said here: a number out of the air is no decision. */
static bool take_number(struct plain *p, const char *text, uint64_t *number)
{
	int64_t n;

	if (!num_parse_int(text, 1, INT64_MAX, &n) || !place_of(p, (uint64_t)n)) {
		say("that is no approval that was said here");
		return false;
	}
	*number = (uint64_t)n;
	return true;
}

static void answer(struct plain *p, uint64_t number, bool yes, const char *why)
{
	char seal[WIRE_APPROVAL_SEAL_SIZE];

	wire_approval_seal_text(place_of(p, number)->seal, seal);
	p->ask = ASK_APPROVE;
	p->req = client_request(p->client, WIRE_APPROVE, number, yes, yes ? seal : why);
	p->asked = p->now.mono;
}

void word_approve(struct plain *p, char *rest)
{
	uint64_t number;

	if (take_number(p, rest, &number))
		answer(p, number, true, "");
}

void word_decline(struct plain *p, char *rest)
{
	char *why = rest + strcspn(rest, " \t");
	uint64_t number;

	if (*why)
		*why++ = '\0';
	if (take_number(p, rest, &number))
		answer(p, number, false, why + strspn(why, " \t"));
}
