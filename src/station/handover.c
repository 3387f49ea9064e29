/*
 * handover.c - what is asked of the hand-over of a shift: to see its summary, to give,
 * take and withdraw it, and to read those of before.
 *
 * Who goes signs (handover_sign.c), the record is read for what was written
 * (handover_record.c), who comes signs in the same session or in one of his own, and all
 * of it is stored (handover_store.c).
 */
#include "station/handover_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LIST_MAX = 50, SHOW_MAX = 500 };

/* --- giving it ---------------------------------------------------------------------- */

static void draft(struct station *s, struct session *who, const struct wire_handover *m)
{
	struct shift *h = shift_new(s, who, m);

	h->draft = true;
	shift_forget_secrets(h);
	shift_ask_record(s, h, who);
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
	if (!access_acts(&who->grant))
		shift_refuse(s, who, m->req, "who only looks has no shift to hand over");
	else if (offers_already(s, who))
		shift_refuse(s, who, m->req,
			     "your shift is being handed over already: withdraw that "
			     "first");
	else
		shift_sign_goes(s, shift_new(s, who, m), who);
}

static void withdraw(struct station *s, struct session *who,
		     const struct wire_handover *m)
{
	for (size_t i = 0; i < s->n_shifts; i++) {
		struct shift *h = s->shifts[i];

		if (h->phase != SHIFT_OFFERED || strcmp(h->from, who->name) != 0)
			continue;
		shift_end_offer(s, h, "withdrawn", "it was withdrawn");
		station_reply(s, who, m->req, WIRE_OK, "withdrawn");
		return;
	}
	station_reply(s, who, m->req, WIRE_REFUSED, "no shift of yours waits");
}

/* --- taking it ---------------------------------------------------------------------- */

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

static void take(struct station *s, struct session *who, const struct wire_handover *m)
{
	struct shift *h = offered(s, who, m->number);

	if (!access_acts(&who->grant))
		shift_refuse(s, who, m->req, "who only looks can take no shift over");
	else if (!h)
		shift_refuse(s, who, m->req, "no shift waits to be taken over");
	else if (strcmp(h->from, who->name) == 0)
		shift_refuse(s, who, m->req, "who comes is somebody else than who goes");
	else
		shift_sign_takes(s, h, who, m);
}

/* --- reading ------------------------------------------------------------------------ */

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

	shift_add_kind(&ask, AUDIT_HANDOVER);
	shift_search(s, who, &ask);
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
	shift_add_kind(&ask, AUDIT_HANDOVER);
	shift_add_kind(&ask, AUDIT_HANDOVER_PART);
	snprintf(ask.subject, sizeof(ask.subject), "%s", m->name);
	shift_search(s, who, &ask);
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
