/*
 * handover_sign.c - the signatures of a hand-over: who has a password signs with it, and
 * with a code where there is one; who has none signs with their own session, for which
 * the kernel vouches.
 */
#include "station/handover_int.h"

#include <stdio.h>
#include <string.h>

/* --- who goes, and who comes in the same session ----------------------------------- */

static void ask_who_comes(struct station *s, struct shift *h, struct session *who)
{
	h->phase = SHIFT_NEXT;
	station_prove(s, who,
		      &(struct proof_ask){ .purpose = PROOF_SHIFT_COMES,
					   .number = h->number,
					   .req = h->req,
					   .name = h->m->name,
					   .password = h->m->password,
					   .code = h->m->code });
}

static void goes_signed(struct station *s, struct shift *h, struct session *who,
			const char *how)
{
	h->from_how = how;
	if (!h->m->name[0]) {
		shift_forget_secrets(h);
		shift_ask_record(s, h, who);
	} else if (strcmp(h->m->name, h->from) == 0) {
		shift_fail(s, h, "who comes is somebody else than who goes");
	} else {
		ask_who_comes(s, h, who);
	}
}

void shift_sign_goes(struct station *s, struct shift *h, struct session *who)
{
	if (!station_can_prove(s, h->from)) {
		goes_signed(s, h, who, SHIFT_BY_SESSION);
		return;
	}
	h->phase = SHIFT_OWN;
	station_prove(s, who,
		      &(struct proof_ask){ .purpose = PROOF_SHIFT_GOES,
					   .number = h->number,
					   .req = h->req,
					   .name = h->from,
					   .password = h->m->own_password,
					   .code = h->m->own_code });
}

void shift_goes_proved(struct station *s, const struct proof *p)
{
	struct shift *h = shift_find(s, p->number, SHIFT_OWN);
	struct session *who = session_find(s, p->session);

	if (!h || !who)
		return;
	if (p->ok)
		goes_signed(s, h, who, SHIFT_BY_PASSWORD);
	else
		shift_fail(s, h, p->why);
}

/* False with a sentence: nobody would act here then, and the record would say that
 * somebody does. */
static bool may_come(struct station *s, const struct session *who, const char *name,
		     struct strbuf *why)
{
	if (!session_takes(s, who, name, why))
		return false;
	if (station_person_acts(s, name, who->uid))
		return true;
	strbuf_setf(why, "who only looks can take no shift over");
	return false;
}

void shift_comes_proved(struct station *s, const struct proof *p)
{
	struct shift *h = shift_find(s, p->number, SHIFT_NEXT);
	struct session *who = session_find(s, p->session);
	struct strbuf why = STRBUF_INIT;

	if (!h || !who)
		return;
	shift_forget_secrets(h);
	if (!p->ok) {
		shift_fail(s, h, p->why);
	} else if (!may_come(s, who, p->name, &why)) {
		shift_fail(s, h, why.buf);
	} else {
		snprintf(h->to, sizeof(h->to), "%s", p->name);
		shift_ask_record(s, h, who);
	}
	strbuf_release(&why);
}

/* --- who comes, in a session of his own --------------------------------------------- */

void shift_sign_takes(struct station *s, struct shift *h, struct session *who,
		      const struct wire_handover *m)
{
	h->taker = who->id;
	h->taker_req = m->req;
	snprintf(h->to, sizeof(h->to), "%s", who->name);
	if (!station_can_prove(s, who->name)) {
		shift_taken(s, h, SHIFT_BY_SESSION);
		return;
	}
	h->phase = SHIFT_TAKING;
	station_prove(s, who,
		      &(struct proof_ask){ .purpose = PROOF_SHIFT_TAKES,
					   .number = h->number,
					   .req = m->req,
					   .name = who->name,
					   .password = m->own_password,
					   .code = m->own_code });
}

/* Why it is not his although he has proved who he is; NULL: it is. */
static const char *takes_not(const struct shift *h, const struct session *who)
{
	if (strcmp(who->name, h->to) != 0)
		return "this session changed hands meanwhile";
	return access_acts(&who->grant) ? NULL : "who only looks can take no shift over";
}

void shift_takes_proved(struct station *s, const struct proof *p)
{
	struct shift *h = shift_find(s, p->number, SHIFT_TAKING);
	struct session *who = session_find(s, p->session);
	const char *why = p->ok ? NULL : p->why;

	if (!who)
		return; /* handover_session_gone() */
	if (!h) {
		shift_refuse(s, who, p->req, "the shift was withdrawn meanwhile");
		return;
	}
	why = why ? why : takes_not(h, who);
	if (!why) {
		shift_taken(s, h, SHIFT_BY_PASSWORD);
		return;
	}
	shift_offer_again(h); /* somebody else may still take it */
	shift_refuse(s, who, p->req, why);
}
