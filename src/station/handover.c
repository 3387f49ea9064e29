/*
 * handover.c - the hand-over of a shift, step by step: who goes signs, the record is read
 * for what was written, who comes signs in the same session or in one of his own, all of
 * it is stored in one transaction, and only then nobody of the old shift acts any more.
 */
#include "station/handover_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "util/xalloc.h"
#include "wire/audit.h"

enum { LIST_MAX = 50, SHOW_MAX = 500, HOUR_MS = 3600000 };

static const char by_password[] = "password", by_session[] = "own session";

/* --- shifts under way --------------------------------------------------------------- */

static void forget_secrets(struct shift *h)
{
	wire_wipe(h->m->own_password, sizeof(h->m->own_password));
	wire_wipe(h->m->own_code, sizeof(h->m->own_code));
	wire_wipe(h->m->password, sizeof(h->m->password));
	wire_wipe(h->m->code, sizeof(h->m->code));
}

static void shift_free(struct shift *h)
{
	for (size_t i = 0; i < h->n; i++)
		free(h->lines[i].text);
	free(h->lines);
	forget_secrets(h);
	free(h->m);
	free(h);
}

static void drop(struct station *s, struct shift *h)
{
	for (size_t i = 0; i < s->n_shifts; i++)
		if (s->shifts[i] == h) {
			memmove(s->shifts + i, s->shifts + i + 1,
				(s->n_shifts - i - 1) * sizeof(*s->shifts));
			s->n_shifts--;
			break;
		}
	shift_free(h);
}

void handovers_release(struct station *s)
{
	for (size_t i = 0; i < s->n_shifts; i++)
		shift_free(s->shifts[i]);
	free(s->shifts);
}

/* That waits for an answer to this request of this session. */
static struct shift *find(const struct station *s, uint64_t session, uint32_t req,
			  enum shift_phase phase)
{
	for (size_t i = 0; i < s->n_shifts; i++) {
		struct shift *h = s->shifts[i];
		bool taken = phase == SHIFT_TAKING;

		if (h->phase == phase && (taken ? h->taker : h->session) == session &&
		    (taken ? h->taker_req : h->req) == req)
			return h;
	}
	return NULL;
}

static struct shift *find_number(const struct station *s, uint64_t number)
{
	for (size_t i = 0; i < s->n_shifts; i++)
		if (s->shifts[i]->number == number)
			return s->shifts[i];
	return NULL;
}

static void refuse(struct station *s, struct session *who, uint32_t req, const char *why)
{
	station_note_refusal(s, who, "hand-over", NULL, why);
	station_reply(s, who, req, WIRE_REFUSED, "%s", why);
}

/* Whoever asked for it hears why it comes to nothing. */
static void fail(struct station *s, struct shift *h, const char *why)
{
	struct session *who = session_find(s, h->session);

	if (who)
		refuse(s, who, h->req, why);
	drop(s, h);
}

static void note_offer(struct station *s, const struct shift *h, const char *result,
		       const char *detail)
{
	station_note(s, session_find(s, h->session), AUDIT_HANDOVER_OFFER, h->from,
		     result, detail);
}

/* --- looking into the record ---------------------------------------------------------
 */

static void add_kind(struct wire_audit_search *m, enum audit_kind kind)
{
	m->kinds[kind / 64] |= (uint64_t)1 << kind % 64;
}

static bool search(struct station *s, struct session *who, uint32_t req,
		   const struct wire_audit_search *m)
{
	struct strbuf frame = STRBUF_INIT;
	enum { HEAD = 6 }; /* length and type: the action carries the payload alone */
	struct action *a;

	if (!query_may_look_up(s, who, req))
		return false;
	wire_put_audit_search(&frame, m);
	a = station_emit(s, ACT_AUDIT_SEARCH);
	a->session = who->id;
	a->req = req;
	strbuf_add(&a->bytes, frame.buf + HEAD, frame.len - HEAD);
	strbuf_release(&frame);
	return true;
}

static void ask_before(struct station *s, struct shift *h, struct session *who)
{
	struct wire_audit_search m = { .req = h->req, .count = 1 };

	add_kind(&m, AUDIT_HANDOVER);
	h->phase = SHIFT_BEFORE;
	if (!search(s, who, h->req, &m))
		drop(s, h);
}

static void ask_record(struct station *s, struct shift *h, struct session *who)
{
	struct wire_audit_search m = { .req = h->req,
				       .from_ms = h->since_ms,
				       .oldest_first = 1,
				       .count = SHIFT_WRITES };

	add_kind(&m, AUDIT_OUTCOME);
	h->phase = SHIFT_RECORD;
	if (!search(s, who, h->req, &m))
		drop(s, h);
}

static void took(struct station *s, struct shift *h, const char *how);

/* All is known: it is shown, stored, or waits to be taken. */
static void know_all(struct station *s, struct shift *h, struct session *who)
{
	shift_summarise(s, h);
	if (h->draft) {
		shift_rows(s, who, h->req, h);
		station_reply(s, who, h->req, WIRE_OK, "%zu lines", h->n);
		drop(s, h);
		return;
	}
	if (h->to[0]) {
		took(s, h, by_password);
		return;
	}
	h->phase = SHIFT_OFFERED;
	h->until = mono_add_ms(s->now.mono, SHIFT_OFFER_MS);
	note_offer(s, h, "offered", "");
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

bool handover_answered(struct station *s, const struct event *ev)
{
	const struct strbuf *frames = ev->u.answer.frames;
	struct session *who = session_find(s, ev->u.answer.session);
	struct shift *h = find(s, ev->u.answer.session, ev->u.answer.req, SHIFT_BEFORE);
	const uint8_t *p;
	size_t at = 0, n;
	uint16_t type;
	int64_t used;

	h = h ? h : find(s, ev->u.answer.session, ev->u.answer.req, SHIFT_RECORD);
	if (!h || !who)
		return false;
	while ((used = wire_frame_next((const uint8_t *)frames->buf + at,
				       frames->len - at, &type, &p, &n)) > 0) {
		if (type == WIRE_ROW)
			take_row(h, p, n);
		at += (size_t)used;
	}
	if (h->phase == SHIFT_BEFORE)
		ask_record(s, h, who);
	else
		know_all(s, h, who);
	return true;
}

/* --- signatures ----------------------------------------------------------------------
 */

static void proved_next(struct station *s, uint64_t session, uint32_t req,
			const struct proof *p)
{
	struct shift *h = find(s, session, req, SHIFT_NEXT);
	struct session *who = session_find(s, session);

	if (!h || !who)
		return;
	forget_secrets(h);
	if (!p->ok) {
		fail(s, h, p->why);
		return;
	}
	if (!station_person_acts(s, p->name, who->uid)) {
		fail(s, h, "who only looks can take no shift over");
		return;
	}
	snprintf(h->to, sizeof(h->to), "%s", p->name);
	ask_before(s, h, who);
}

/* Who goes has signed. */
static void own_signed(struct station *s, struct shift *h, struct session *who,
		       const char *how)
{
	h->from_how = how;
	if (!h->m->name[0]) {
		forget_secrets(h);
		ask_before(s, h, who);
	} else if (strcmp(h->m->name, h->from) == 0) {
		fail(s, h, "who comes is somebody else than who goes");
	} else {
		h->phase = SHIFT_NEXT;
		station_prove(s, who, h->req, h->m->name, h->m->password, h->m->code,
			      proved_next);
	}
}

static void proved_own(struct station *s, uint64_t session, uint32_t req,
		       const struct proof *p)
{
	struct shift *h = find(s, session, req, SHIFT_OWN);
	struct session *who = session_find(s, session);

	if (!h || !who)
		return;
	if (!p->ok)
		fail(s, h, p->why);
	else if (strcmp(p->name, h->from) != 0)
		fail(s, h, "somebody else signed");
	else
		own_signed(s, h, who, by_password);
}

static struct shift *new_shift(struct station *s, struct session *who,
			       const struct wire_handover *m)
{
	struct shift *h = xcalloc(1, sizeof(*h));

	h->m = xcalloc(1, sizeof(*h->m));
	*h->m = *m;
	h->number = ++s->last_shift;
	h->session = who->id;
	h->req = m->req;
	h->since_ms = s->now.wall.ms - SHIFT_HOURS * (int64_t)HOUR_MS;
	h->until = MONO_NEVER;
	snprintf(h->from, sizeof(h->from), "%s", who->name);
	*GROW(&s->shifts, &s->n_shifts) = h;
	return h;
}

static void draft(struct station *s, struct session *who, const struct wire_handover *m)
{
	struct shift *h = new_shift(s, who, m);

	h->draft = true;
	forget_secrets(h);
	ask_before(s, h, who);
}

static bool offers_already(const struct station *s, const struct session *who)
{
	for (size_t i = 0; i < s->n_shifts; i++)
		if (!s->shifts[i]->draft && strcmp(s->shifts[i]->from, who->name) == 0)
			return true;
	return false;
}

static void give(struct station *s, struct session *who, const struct wire_handover *m)
{
	struct shift *h;

	if (!access_acts(&who->grant)) {
		refuse(s, who, m->req, "who only looks has no shift to hand over");
		return;
	}
	if (offers_already(s, who)) {
		refuse(s, who, m->req,
		       "your shift is being handed over already: withdraw that first");
		return;
	}
	h = new_shift(s, who, m);
	if (!station_can_prove(s, who->name)) {
		own_signed(s, h, who, by_session);
		return;
	}
	h->phase = SHIFT_OWN;
	station_prove(s, who, m->req, who->name, m->own_password, m->own_code,
		      proved_own);
}

/* --- taking it -----------------------------------------------------------------------
 */

static struct shift *offered(const struct station *s, const struct session *who,
			     uint64_t number)
{
	for (size_t i = 0; i < s->n_shifts; i++) {
		struct shift *h = s->shifts[i];

		if (h->phase == SHIFT_OFFERED &&
		    (number ? h->number == number : strcmp(h->from, who->name) != 0))
			return h;
	}
	return NULL;
}

static void proved_taker(struct station *s, uint64_t session, uint32_t req,
			 const struct proof *p)
{
	struct shift *h = find(s, session, req, SHIFT_TAKING);
	struct session *who = session_find(s, session);

	if (!h) {
		if (who)
			refuse(s, who, req, "the shift was withdrawn meanwhile");
		return;
	}
	if (p->ok && who) {
		took(s, h, by_password);
		return;
	}
	h->phase = SHIFT_OFFERED; /* somebody else may still take it */
	h->to[0] = '\0';
	h->taker = 0;
	if (who)
		refuse(s, who, req, p->why);
}

static void take(struct station *s, struct session *who, const struct wire_handover *m)
{
	struct shift *h = offered(s, who, m->number);

	if (!access_acts(&who->grant)) {
		refuse(s, who, m->req, "who only looks can take no shift over");
	} else if (!h) {
		refuse(s, who, m->req, "no shift waits to be taken over");
	} else if (strcmp(h->from, who->name) == 0) {
		refuse(s, who, m->req, "who comes is somebody else than who goes");
	} else {
		h->taker = who->id;
		h->taker_req = m->req;
		snprintf(h->to, sizeof(h->to), "%s", who->name);
		if (!station_can_prove(s, who->name)) {
			took(s, h, by_session);
			return;
		}
		h->phase = SHIFT_TAKING;
		station_prove(s, who, m->req, who->name, m->own_password, m->own_code,
			      proved_taker);
	}
}

/* --- storing it ----------------------------------------------------------------------
 */

static void tell_all(struct station *s, const struct shift *h)
{
	strbuf_setf(&s->text, "%s has handed the shift over to %s", h->from, h->to);
	strbuf_clear(&s->frame);
	wire_put_notice(&s->frame, false, s->text.buf);
	sessions_broadcast(s, &s->frame);
}

/* Who went does not act any more; who came does. */
static void change_people(struct station *s, const struct shift *h)
{
	struct session *who = session_find(s, h->session);

	for (size_t i = 0; i < s->n_sessions; i++) {
		struct session *one = s->sessions[i];

		if (one->greeted && !one->closing && strcmp(one->name, h->from) == 0)
			session_fall_idle(s, one, "the shift was handed over to %s",
					  h->to);
	}
	if (!h->taker && who)
		session_sign_in(s, who, h->req, h->to); /* which replies */
}

static void stored(struct station *s, uint32_t what, uint64_t number, bool ok,
		   const char *why)
{
	struct shift *h = find_number(s, number);
	struct session *who;

	(void)what;
	if (!h)
		return;
	who = session_find(s, h->taker ? h->taker : h->session);
	if (!ok) {
		if (who)
			station_reply(s, who, h->taker ? h->taker_req : h->req,
				      WIRE_FAILED, "the hand-over is not recorded: %s",
				      why);
		drop(s, h);
		return;
	}
	change_people(s, h);
	if (who && h->taker)
		station_reply(s, who, h->taker_req, WIRE_OK,
			      "taken over from %s: hand-over %s", h->from, h->id);
	tell_all(s, h);
	drop(s, h);
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

static void took(struct station *s, struct shift *h, const char *how)
{
	struct session *who = session_find(s, h->taker ? h->taker : h->session);
	struct txn *t = txn_new(0, true);

	h->to_how = how;
	h->phase = SHIFT_STORING;
	make_id(s, h);
	shift_record(s, t, who, h);
	station_commit(s, t, false, stored, 0, h->number);
}

/* --- the rest ------------------------------------------------------------------------
 */

static void withdraw(struct station *s, struct session *who,
		     const struct wire_handover *m)
{
	for (size_t i = 0; i < s->n_shifts; i++) {
		struct shift *h = s->shifts[i];

		if (h->phase != SHIFT_OFFERED || strcmp(h->from, who->name) != 0)
			continue;
		note_offer(s, h, "withdrawn", "");
		drop(s, h);
		station_reply(s, who, m->req, WIRE_OK, "withdrawn");
		return;
	}
	station_reply(s, who, m->req, WIRE_REFUSED, "no shift of yours waits");
}

void shift_rows(struct station *s, struct session *to, uint32_t req,
		const struct shift *h)
{
	char number[24];
	const char *fields[SHIFT_FIELDS] = { "from", h->from, number };

	snprintf(number, sizeof(number), "%" PRIu64, h->draft ? 0 : h->number);
	station_row(s, to, req, fields, SHIFT_FIELDS);
	for (size_t i = 0; i < h->n; i++) {
		fields[SHIFT_SECTION] = h->lines[i].section;
		fields[SHIFT_TEXT] = h->lines[i].text;
		station_row(s, to, req, fields, SHIFT_FIELDS);
	}
}

static void waiting(struct station *s, struct session *who, const struct wire_handover *m)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_shifts; i++)
		if (s->shifts[i]->phase == SHIFT_OFFERED) {
			shift_rows(s, who, m->req, s->shifts[i]);
			n++;
		}
	station_reply(s, who, m->req, WIRE_OK, "%zu", n);
}

/* Hand-overs of before are for everybody who looks: they say what the plant's state was,
 * and nothing else of the record. */
static void list(struct station *s, struct session *who, const struct wire_handover *m)
{
	struct wire_audit_search ask = { .req = m->req, .count = LIST_MAX };

	add_kind(&ask, AUDIT_HANDOVER);
	search(s, who, m->req, &ask);
}

static void show(struct station *s, struct session *who, const struct wire_handover *m)
{
	struct wire_audit_search ask = { .req = m->req,
					 .count = SHOW_MAX,
					 .oldest_first = 1 };

	if (!m->name[0]) {
		station_reply(s, who, m->req, WIRE_REFUSED, "which one? see the list");
		return;
	}
	add_kind(&ask, AUDIT_HANDOVER);
	add_kind(&ask, AUDIT_HANDOVER_PART);
	snprintf(ask.subject, sizeof(ask.subject), "%s", m->name);
	search(s, who, m->req, &ask);
}

bool on_handover(struct station *s, struct session *who, const uint8_t *p, size_t n)
{
	static void (*const acts[HANDOVER_ACTS])(struct station *, struct session *,
						 const struct wire_handover *) = {
		[HANDOVER_DRAFT] = draft,     [HANDOVER_GIVE] = give,
		[HANDOVER_TAKE] = take,       [HANDOVER_WITHDRAW] = withdraw,
		[HANDOVER_WAITING] = waiting, [HANDOVER_LIST] = list,
		[HANDOVER_SHOW] = show,
	};
	struct wire_handover m;
	bool ok = wire_get_handover(p, n, &m);

	if (ok && (m.act == HANDOVER_DRAFT || m.act == HANDOVER_GIVE) &&
	    s->n_shifts >= SHIFTS_MAX)
		station_reply(s, who, m.req, WIRE_REFUSED,
			      "%d hand-overs are under way: wait for their end",
			      SHIFTS_MAX);
	else if (ok)
		acts[m.act](s, who, &m);
	wire_wipe(&m, sizeof(m));
	return ok;
}

void handover_session_gone(struct station *s, uint64_t session)
{
	for (size_t i = s->n_shifts; i-- > 0;) {
		struct shift *h = s->shifts[i];

		if (h->phase == SHIFT_TAKING && h->taker == session) {
			h->phase = SHIFT_OFFERED;
			h->to[0] = '\0';
			h->taker = 0;
		} else if (h->session == session && h->phase != SHIFT_STORING) {
			if (h->phase >= SHIFT_OFFERED)
				note_offer(s, h, "withdrawn", "its session ended");
			drop(s, h);
		}
	}
}

void handovers_tick(struct station *s)
{
	for (size_t i = s->n_shifts; i-- > 0;) {
		struct shift *h = s->shifts[i];

		if (h->phase != SHIFT_OFFERED || !mono_reached(s->now.mono, h->until))
			continue;
		note_offer(s, h, "expired", "nobody took it in time");
		drop(s, h);
	}
}

struct mono handovers_deadline(const struct station *s)
{
	struct mono next = MONO_NEVER;

	for (size_t i = 0; i < s->n_shifts; i++)
		if (s->shifts[i]->phase == SHIFT_OFFERED)
			next = mono_earlier(next, s->shifts[i]->until);
	return next;
}
