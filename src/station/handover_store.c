/*
 * handover_store.c - both have signed: the hand-over and its summary are stored in one
 * transaction, and only then nobody of the old shift acts any more.
 */
#include "station/handover_int.h"

#include <stdio.h>
#include <string.h>

static void tell_all(struct station *s, const struct shift *h)
{
	strbuf_setf(&s->text, "%s" HANDOVER_IS_TAKEN "%s", h->from, h->to);
	strbuf_clear(&s->frame);
	wire_put_notice(&s->frame, false, s->text.buf);
	sessions_broadcast(s, &s->frame);
}

/* Who comes was looked at before the shift was stored; should the account have gone in
 * between, the record says that, too. */
static void put_on(struct station *s, const struct shift *h, struct session *who)
{
	struct strbuf why = STRBUF_INIT, text = STRBUF_INIT;

	if (session_takes(s, who, h->to, &why)) {
		session_sign_in_since(s, who, h->req, h->to, h->turn);
	} else {
		strbuf_setf(
			&text,
			"the hand-over %s is stored, but %s is not signed in here: %s",
			h->id, h->to, why.buf);
		shift_refuse(s, who, h->req, text.buf);
	}
	strbuf_release(&why);
	strbuf_release(&text);
}

/* Who went does not act any more; who came does. */
static void change_people(struct station *s, const struct shift *h, struct session *who)
{
	for (size_t i = 0; i < s->n_sessions; i++) {
		struct session *one = s->sessions[i];

		if (one->greeted && !one->closing && strcmp(one->name, h->from) == 0)
			session_fall_idle(s, one, "the shift was handed over to %s",
					  h->to);
	}
	if (!who)
		return;
	if (h->taker)
		station_reply(s, who, h->taker_req, WIRE_OK,
			      "taken over from %s: hand-over %s", h->from, h->id);
	else
		put_on(s, h, who);
}

static void stored(struct station *s, uint32_t what, uint64_t number, bool ok,
		   const char *why)
{
	struct shift *h = shift_find(s, number, SHIFT_STORING);
	struct session *who =
		h ? session_find(s, h->taker ? h->taker : h->session) : NULL;

	(void)what;
	if (!h)
		return;
	if (ok) {
		change_people(s, h, who);
		tell_all(s, h);
	} else if (who) {
		station_reply(s, who, h->taker ? h->taker_req : h->req, WIRE_FAILED,
			      "the hand-over is not recorded: %s", why);
	}
	shift_drop(s, h);
}

/* Unique also when two are stored in one second. */
static void make_id(struct station *s, struct shift *h)
{
	char iso[CLOCK_ISO_SIZE];
	int64_t ms = s->now.wall.ms;

	if (ms / 1000 <= s->last_shift_s)
		ms = (s->last_shift_s + 1) * 1000;
	s->last_shift_s = ms / 1000;
	clock_iso_utc((struct wall){ ms }, iso);
	snprintf(h->id, sizeof(h->id), "%.4s%.2s%.2s-%.2s%.2s%.2s", iso, iso + 5, iso + 8,
		 iso + 11, iso + 14, iso + 17);
}

void shift_taken(struct station *s, struct shift *h, const char *how)
{
	struct session *who = session_find(s, h->taker ? h->taker : h->session);
	struct txn *t = txn_new(0, true);

	h->to_how = how;
	h->phase = SHIFT_STORING;
	make_id(s, h);
	shift_record(s, t, who, h);
	station_commit(s, t, false, stored, 0, h->number);
}
