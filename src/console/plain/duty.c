/*
 * duty.c - what a shift has to settle, in lines: writes in doubt, and the hand-over to
 * the next shift, which is said before it is signed.
 */
#include "console/plain/plain_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "console/view/changes.h"
#include "util/num.h"
#include "wire/handover.h"

/* --- rows ------------------------------------------------------------------------ */

static void row_doubt(struct plain *p, const struct wire_row *r)
{
	char at[CLOCK_LOCAL_SIZE] = "";
	int64_t ms;

	(void)p;
	if (r->n < DOUBT_FIELDS)
		return;
	if (num_parse_int(r->field[DOUBT_F_WHEN], 0, INT64_MAX, &ms))
		clock_local((struct wall){ ms }, at);
	say("write %s in doubt: %s to %s, by %s, %s: %s; %s", r->field[DOUBT_F_REQUEST],
	    r->field[DOUBT_F_TAG], r->field[DOUBT_F_WANTED], r->field[DOUBT_F_WHO], at,
	    r->field[DOUBT_F_OUTCOME], r->field[DOUBT_F_TEXT]);
}

static void row_shift(struct plain *p, const struct wire_row *r)
{
	int64_t number;

	if (r->n < SHIFT_FIELDS)
		return;
	if (num_parse_int(r->field[SHIFT_NUMBER], 1, INT64_MAX, &number))
		p->shift = (uint64_t)number;
	say("%s: %s", r->field[SHIFT_SECTION], r->field[SHIFT_TEXT]);
}

static const struct plain_rows {
	void (*row)(struct plain *p, const struct wire_row *r);
	const char *none, *then; /* said without a row; behind the last one */
} rows_doubts = { row_doubt, "nothing is in doubt",
		  "look at the device, then say settle, the number and what was found" },
  rows_draft = { row_shift, "nothing stands, nothing is overridden",
		 "say handover give, and notes for who comes, to sign it" },
  rows_waiting = { row_shift, "no shift waits to be taken over",
		   "say handover take to sign it" };

static void ask_rows(struct plain *p, const struct plain_rows *rows, uint32_t req)
{
	p->ask = ASK_ROWS;
	p->asked = p->now.mono;
	p->req = req;
	p->rows = rows;
	p->n_rows = 0;
}

bool hear_row(struct plain *p, const uint8_t *bytes, size_t n)
{
	struct wire_row r;

	if (!wire_get_row(bytes, n, &r))
		return false;
	if (p->ask == ASK_ROWS && r.req == p->req) {
		p->rows->row(p, &r);
		p->n_rows++;
	}
	wire_row_release(&r);
	return true;
}

void duty_rows_end(struct plain *p)
{
	say("%s", p->n_rows ? p->rows->then : p->rows->none);
}

/* --- in doubt -------------------------------------------------------------------- */

void word_doubts(struct plain *p, char *rest)
{
	(void)rest;
	ask_rows(p, &rows_doubts, client_request(p->client, WIRE_IN_DOUBT, 0, 0, ""));
}

void word_settle(struct plain *p, char *rest)
{
	char *note = rest + strcspn(rest, " \t");
	int64_t number;

	if (*note)
		*note++ = '\0';
	note += strspn(note, " \t");
	if (!num_parse_int(rest, 1, INT64_MAX, &number) || !*note) {
		say("say settle, the number as doubts says it, and what was found at the "
		    "device");
		return;
	}
	p->ask = ASK_ACK;
	p->asked = p->now.mono;
	p->req = client_request(p->client, WIRE_SETTLE, (uint64_t)number, 0, note);
}

/* --- the shift ------------------------------------------------------------------- */

static void send(struct plain *p, enum wire_handover_act act)
{
	static struct wire_handover m;

	m = (struct wire_handover){ .act = (uint8_t)act, .number = p->shift };
	if (act == HANDOVER_GIVE)
		snprintf(m.notes, sizeof(m.notes), "%s", p->notes);
	snprintf(m.own_password, sizeof(m.own_password), "%s", p->sign.password);
	snprintf(m.own_code, sizeof(m.own_code), "%s", p->sign.code);
	p->ask = ASK_ACK;
	p->asked = p->now.mono;
	p->req = m.req = client_next_req(p->client);
	wire_put_handover(client_out(p->client), &m);
	wire_wipe(&m, sizeof(m));
	if (act == HANDOVER_GIVE || act == HANDOVER_TAKE)
		p->drafted = p->waiting = false;
}

static void draft(struct plain *p, const char *notes)
{
	(void)notes;
	send(p, HANDOVER_DRAFT);
	ask_rows(p, &rows_draft, p->req);
	p->drafted = true;
}

static void waiting(struct plain *p, const char *notes)
{
	(void)notes;
	p->shift = 0;
	send(p, HANDOVER_WAITING);
	ask_rows(p, &rows_waiting, p->req);
	p->waiting = true;
}

/* Who has a password signs with it. */
static void signature(struct plain *p, enum wire_handover_act act)
{
	p->sign_act = (uint8_t)act;
	if (p->model.who.provable)
		sign_ask_secrets(p, p->model.who.name);
	else
		duty_signed(p);
}

static void give(struct plain *p, const char *notes)
{
	if (!p->drafted) {
		say("say handover first: it says what is handed over");
		return;
	}
	snprintf(p->notes, sizeof(p->notes), "%s", notes);
	signature(p, HANDOVER_GIVE);
}

static void take(struct plain *p, const char *notes)
{
	(void)notes;
	if (p->waiting && p->shift)
		signature(p, HANDOVER_TAKE);
	else
		say("say handover waiting first: it says what is taken over");
}

static void back(struct plain *p, const char *notes)
{
	(void)notes;
	send(p, HANDOVER_WITHDRAW);
}

bool duty_signed(struct plain *p)
{
	uint8_t act = p->sign_act;

	p->sign_act = 0;
	if (act)
		send(p, (enum wire_handover_act)act);
	return act != 0;
}

void word_handover(struct plain *p, char *rest)
{
	static const struct {
		const char *word;
		void (*act)(struct plain *p, const char *notes);
	} acts[] = {
		{ "", draft },    { "give", give },     { "waiting", waiting },
		{ "take", take }, { "withdraw", back },
	};
	char *notes = rest + strcspn(rest, " \t");

	if (*notes)
		*notes++ = '\0';
	notes += strspn(notes, " \t");
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (strcmp(acts[i].word, rest) == 0) {
			acts[i].act(p, notes);
			return;
		}
	say("handover; then give and notes, waiting, take, or withdraw");
}
