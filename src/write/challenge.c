/*
 * challenge.c - what a confirm asks for beyond a key: exactly what was shown, typed. It
 * is judged here, whatever the console did.
 */
#include "write/gate_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

unsigned write_wants(const struct write_point *p, bool alone)
{
	const struct tag_write *w = p->def->write;

	return (w->challenge ? WIRE_WANTS_CHALLENGE : 0u) |
	       (w->reason ? WIRE_WANTS_REASON : 0u) |
	       (w->approve ? WIRE_WANTS_APPROVAL : 0u) |
	       (w->blind ? WIRE_WANTS_BLIND : 0u) | (w->pulse ? WIRE_IS_PULSE : 0u) |
	       (w->critical ? WIRE_IS_CRITICAL : 0u) |
	       (w->approve && alone ? WIRE_ALONE_ALLOWED : 0u);
}

/* Four digits that differ from select to select; they guard against a habit, not against
 * an enemy, who could read them as well. */
unsigned write_digits_of(uint64_t token)
{
	uint64_t h = token * 0x9E3779B97F4A7C15u;

	return 1000 + (unsigned)((h >> 32) % 9000);
}

void write_set_challenge(struct write_gate *g, struct write_op *op,
			 const struct write_point *p)
{
	const struct write_host *h = g->host;
	const char *kind = p->def->write->challenge;

	op->wants = write_wants(p, h->alone && h->alone(h->arg));
	op->challenge[0] = '\0';
	if (!kind)
		return;
	if (strcmp(kind, "tag") == 0)
		snprintf(op->challenge, sizeof(op->challenge), "%s", op->tag_name);
	else if (strcmp(kind, "digits") == 0)
		snprintf(op->challenge, sizeof(op->challenge), "%u",
			 write_digits_of(op->token));
	else
		write_value_text(op, &op->new_value.v, op->decimals, op->challenge,
				 sizeof(op->challenge));
	/* a text that is empty cannot be typed: an enter alone would confirm it */
	if (write_text_blank(op->challenge))
		snprintf(op->challenge, sizeof(op->challenge), "%s", op->tag_name);
}

bool write_typed_as_shown(const char *shown, const char *typed, struct strbuf *why)
{
	if (strcmp(typed, shown) == 0)
		return true;
	if (write_text_blank(typed))
		strbuf_setf(why, "nothing was typed of what is shown");
	else
		strbuf_setf(why, "\"%.60s\" was typed, not \"%s\" as shown", typed,
			    shown);
	return false;
}

bool write_challenge_met(const struct write_op *op, const char *typed, struct strbuf *why)
{
	if (!(op->wants & WIRE_WANTS_CHALLENGE) ||
	    write_typed_as_shown(op->challenge, typed, why))
		return true;
	strbuf_adds(why, ": nothing was sent, look again");
	return false;
}

bool write_text_blank(const char *text)
{
	return text[strspn(text, " \t")] == '\0';
}
