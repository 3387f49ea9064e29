/*
 * handover_shifts.c - shifts on their way: begun, found by their number, ended by what
 * comes in between, a session that goes or time that runs out.
 */
#include "station/handover_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum { HOUR_MS = 3600000 };

void shift_forget_secrets(struct shift *h)
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
	shift_forget_secrets(h);
	free(h->m);
	free(h);
}

void handovers_release(struct station *s)
{
	for (size_t i = 0; i < s->n_shifts; i++)
		shift_free(s->shifts[i]);
	free(s->shifts);
}

struct shift *shift_new(struct station *s, struct session *who,
			const struct wire_handover *m)
{
	struct shift *h = xcalloc(1, sizeof(*h));

	h->m = xcalloc(1, sizeof(*h->m));
	*h->m = *m;
	h->number = ++s->last_shift;
	h->session = who->id;
	h->turn = who->turn;
	h->req = m->req;
	h->since_ms = s->now.wall.ms - SHIFT_HOURS * (int64_t)HOUR_MS;
	h->until = MONO_NEVER;
	snprintf(h->from, sizeof(h->from), "%s", who->name);
	*GROW(&s->shifts, &s->n_shifts) = h;
	return h;
}

struct shift *shift_find(const struct station *s, uint64_t number, enum shift_phase phase)
{
	for (size_t i = 0; i < s->n_shifts; i++)
		if (s->shifts[i]->number == number && s->shifts[i]->phase == phase)
			return s->shifts[i];
	return NULL;
}

void shift_drop(struct station *s, struct shift *h)
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

void shift_offer_again(struct shift *h)
{
	h->phase = SHIFT_OFFERED;
	h->to[0] = '\0';
	h->taker = 0;
}

void shift_refuse(struct station *s, struct session *who, uint32_t req, const char *why)
{
	station_note_refusal(s, who, "hand-over", NULL, why);
	station_reply(s, who, req, WIRE_REFUSED, "%s", why);
}

void shift_fail(struct station *s, struct shift *h, const char *why)
{
	struct session *who = session_find(s, h->session);

	if (who)
		shift_refuse(s, who, h->req, why);
	shift_drop(s, h);
}

void shift_note_offer(struct station *s, const struct shift *h, const char *result,
		      const char *detail)
{
	station_note(s, session_find(s, h->session), AUDIT_HANDOVER_OFFER, h->from,
		     result, detail);
}

/* Who has read that a shift waits reads that it does not. */
void shift_end_offer(struct station *s, struct shift *h, const char *result,
		     const char *why)
{
	shift_note_offer(s, h, result, why);
	strbuf_setf(&s->text, "%s" HANDOVER_IS_KEPT "%s", h->from, why);
	strbuf_clear(&s->frame);
	wire_put_notice(&s->frame, false, s->text.buf);
	sessions_broadcast(s, &s->frame);
	shift_drop(s, h);
}

/* --- what comes in between ------------------------------------------------------- */

void handover_session_gone(struct station *s, uint64_t session)
{
	for (size_t i = s->n_shifts; i-- > 0;) {
		struct shift *h = s->shifts[i];

		if (h->phase == SHIFT_TAKING && h->taker == session) {
			shift_offer_again(h);
		} else if (h->session == session && h->phase != SHIFT_STORING) {
			if (h->phase >= SHIFT_OFFERED)
				shift_end_offer(s, h, "withdrawn", "its session ended");
			else
				shift_drop(s, h);
		}
	}
}

void handovers_tick(struct station *s)
{
	for (size_t i = s->n_shifts; i-- > 0;) {
		struct shift *h = s->shifts[i];

		if (h->phase != SHIFT_OFFERED || !mono_reached(s->now.mono, h->until))
			continue;
		shift_end_offer(s, h, "expired", "nobody took it in time");
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
