/*
 * handover_record.c - what the record knows of a shift: when it began, which is where the
 * one before it ended, and what was written since.
 *
 * The shift asks, not its session: the answer comes under the shift's own number, so that
 * no search of a client can ever be taken for it, nor this one for the client's.
 */
#include "station/handover_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"

/* Who asks, where else the number of a session stands. */
#define SHIFT_ASKS ((uint64_t)1 << 63)

void shift_add_kind(struct wire_audit_search *m, enum audit_kind kind)
{
	m->kinds[kind / 64] |= (uint64_t)1 << kind % 64;
}

static void look_up(struct station *s, uint64_t asker, const struct wire_audit_search *m)
{
	enum { HEAD = 6 }; /* length and type: the action carries the payload alone */
	struct strbuf frame = STRBUF_INIT;
	struct action *a = station_emit(s, ACT_AUDIT_SEARCH);

	wire_put_audit_search(&frame, m);
	a->session = asker;
	a->req = m->req;
	strbuf_add(&a->bytes, frame.buf + HEAD, frame.len - HEAD);
	strbuf_release(&frame);
}

void shift_search(struct station *s, struct session *who,
		  const struct wire_audit_search *m)
{
	if (query_may_look_up(s, who, m->req))
		look_up(s, who->id, m);
}

static void ask(struct station *s, struct shift *h, struct session *who,
		enum shift_phase phase, struct wire_audit_search *m, enum audit_kind kind)
{
	if (!query_may_look_up(s, who, h->req)) {
		shift_drop(s, h);
		return;
	}
	h->phase = phase;
	shift_add_kind(m, kind);
	look_up(s, SHIFT_ASKS | h->number, m);
}

void shift_ask_record(struct station *s, struct shift *h, struct session *who)
{
	struct wire_audit_search m = { .count = 1 };

	ask(s, h, who, SHIFT_BEFORE, &m, AUDIT_HANDOVER);
}

static void ask_writes(struct station *s, struct shift *h, struct session *who)
{
	struct wire_audit_search m = { .from_ms = h->since_ms,
				       .oldest_first = 1,
				       .count = SHIFT_WRITES };

	ask(s, h, who, SHIFT_RECORD, &m, AUDIT_OUTCOME);
}

/* --- all is known ----------------------------------------------------------------- */

static void show_draft(struct station *s, struct shift *h, struct session *who)
{
	shift_rows(s, who, h->req, h);
	station_reply(s, who, h->req, WIRE_OK, "%zu lines", h->n);
	shift_drop(s, h);
}

static void offer(struct station *s, struct shift *h, struct session *who)
{
	h->phase = SHIFT_OFFERED;
	h->until = mono_add_ms(s->now.mono, SHIFT_OFFER_MS);
	shift_note_offer(s, h, "offered", "");
	strbuf_setf(&s->text,
		    "%s hands the shift over: who takes it signs (key H, or "
		    "sightglass handover take)",
		    h->from);
	strbuf_clear(&s->frame);
	wire_put_notice(&s->frame, false, s->text.buf);
	sessions_broadcast(s, &s->frame);
	station_reply(s, who, h->req, WIRE_OK,
		      "signed; it waits up to %d min for the signature of who takes it",
		      SHIFT_OFFER_MS / 60000);
}

/* It is shown, stored, or waits to be taken. */
static void know_all(struct station *s, struct shift *h, struct session *who)
{
	shift_summarise(s, h);
	if (h->draft)
		show_draft(s, h, who);
	else if (h->to[0])
		shift_taken(s, h, SHIFT_BY_PASSWORD);
	else
		offer(s, h, who);
}

/* One ROW after the other; the last one of a shift before is when this one began. */
static void take_row(struct shift *h, const uint8_t *p, size_t n)
{
	struct wire_row row;
	int64_t ms;

	if (!wire_get_row(p, n, &row))
		return;
	if (h->phase == SHIFT_RECORD)
		shift_add_write(h, row.field, row.n);
	else if ((ms = shift_row_ms(row.field, row.n)) > h->since_ms)
		h->since_ms = ms;
	wire_row_release(&row);
}

static void take_rows(struct shift *h, const struct strbuf *frames)
{
	const uint8_t *p;
	size_t at = 0, n;
	uint16_t type;
	int64_t used;

	while ((used = wire_frame_next((const uint8_t *)frames->buf + at,
				       frames->len - at, &type, &p, &n)) > 0) {
		if (type == WIRE_ROW)
			take_row(h, p, n);
		at += (size_t)used;
	}
}

bool handover_answered(struct station *s, const struct event *ev)
{
	uint64_t number = ev->u.answer.session & ~SHIFT_ASKS;
	struct shift *h = shift_find(s, number, SHIFT_BEFORE);
	struct session *who;

	if (!(ev->u.answer.session & SHIFT_ASKS))
		return false;
	h = h ? h : shift_find(s, number, SHIFT_RECORD);
	who = h ? session_find(s, h->session) : NULL;
	if (!who)
		return true; /* it has left, and its shift with it */
	who->lookups -= who->lookups > 0;
	take_rows(h, ev->u.answer.frames);
	if (h->phase == SHIFT_BEFORE)
		ask_writes(s, h, who);
	else
		know_all(s, h, who);
	return true;
}
