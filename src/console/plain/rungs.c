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
	if (!p->second_req)
		say("nothing of yours waits for a second person");
	else
		client_request(p->client, WIRE_CANCEL, p->second_token, 0, "");
}

/* --- somebody's -------------------------------------------------------------------- */

static uint64_t *place_of(struct plain *p, uint64_t number)
{
	for (size_t i = 0; i < PLAIN_APPROVALS_MAX; i++)
		if (p->approvals[i] == number)
			return &p->approvals[i];
	return NULL;
}

static void said_of_others(struct plain *p, const struct wire_approval *m)
{
	uint64_t *at = place_of(p, m->approval);

	if (m->state != WIRE_APPROVAL_OPEN) {
		if (at)
			*at = 0;
		say("approval %" PRIu64 " of %s: %s", m->approval, m->asker, m->says);
		return;
	}
	if (!at && (at = place_of(p, 0)) != NULL)
		*at = m->approval;
	say("approval %" PRIu64 ": %s asks you, within %u s", m->approval, m->asker,
	    m->left_ms / 1000);
	say("%s", m->text);
	if (m->reason[0])
		say("because %s", m->reason);
	say("say approve %" PRIu64 ", or decline %" PRIu64 " and why", m->approval,
	    m->approval);
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
	p->ask = ASK_APPROVE;
	p->req = client_request(p->client, WIRE_APPROVE, number, yes, why);
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
