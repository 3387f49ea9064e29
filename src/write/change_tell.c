/* change_tell.c - what a set says: to its session in frames, to the audit in records. */
#include "write/change_set_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util/utf8.h"

size_t write_set_count(const struct write_set *set, enum wire_change_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < set->n; i++)
		n += set->lines[i].state == state;
	return n;
}

void write_set_place(const struct write_set *set, size_t at, char *out, size_t size)
{
	char number[24] = "";

	if (set->request)
		snprintf(number, sizeof(number), " %" PRIu64, set->request);
	snprintf(out, size, "change set%s, line %zu of %zu", number, at + 1, set->n);
}

static void put_line(struct strbuf *w, const struct write_set *set, size_t at,
		     uint32_t req)
{
	const struct write_line *l = &set->lines[at];
	struct wire_change_line m = {
		.req = req,
		.at = (uint16_t)at,
		.state = (uint8_t)l->state,
		.same = l->same,
		.request = l->request,
		.has_range = l->has_range,
		.lo = l->lo,
		.hi = l->hi,
	};

	snprintf(m.tag, sizeof(m.tag), "%s", l->tag);
	snprintf(m.unit, sizeof(m.unit), "%s", l->unit);
	snprintf(m.device, sizeof(m.device), "%s", l->device);
	snprintf(m.old_value, sizeof(m.old_value), "%s", l->old_value);
	snprintf(m.new_value, sizeof(m.new_value), "%s", l->new_value);
	snprintf(m.text, sizeof(m.text), "%s", l->text);
	wire_put_change_line(w, &m);
}

static void put_set(struct strbuf *w, const struct write_set *set, uint32_t req)
{
	struct wire_change_set m = {
		.req = req,
		.phase = (uint8_t)set->phase,
		.token = set->phase == SET_SELECTED ? set->token : 0,
		.request = set->request,
		.n = (uint16_t)set->n,
		.n_done = (uint16_t)write_set_count(set, CHANGE_DONE),
		.n_unknown = (uint16_t)write_set_count(set, CHANGE_UNKNOWN),
		.signed_ms = set->signed_ms,
		.wants = (uint16_t)set->wants,
	};

	if (set->phase == SET_SELECTED)
		m.expires_ms = WRITE_SELECT_MS + WRITE_SET_LINE_MS * (uint32_t)set->n;
	if (set->phase == SET_SELECTED)
		snprintf(m.challenge, sizeof(m.challenge), "%s", set->challenge);
	snprintf(m.who, sizeof(m.who), "%s", set->who.name);
	snprintf(m.title, sizeof(m.title), "%s", set->title);
	snprintf(m.reason, sizeof(m.reason), "%s", set->reason);
	snprintf(m.text, sizeof(m.text), "%s", set->text);
	wire_put_change_set(w, &m);
}

void write_set_tell_line(struct write_gate *g, const struct write_set *set, size_t at)
{
	strbuf_clear(&g->frame);
	put_line(&g->frame, set, at, set->req);
	g->host->tell(g->host->arg, set->who.session, &g->frame);
}

void write_set_tell(struct write_gate *g, const struct write_set *set)
{
	strbuf_clear(&g->frame);
	put_set(&g->frame, set, set->req);
	g->host->tell(g->host->arg, set->who.session, &g->frame);
}

static void tell_all(struct write_gate *g, const struct write_set *set, uint64_t session,
		     uint32_t req)
{
	strbuf_clear(&g->frame);
	for (size_t i = 0; i < set->n; i++)
		put_line(&g->frame, set, i, req);
	put_set(&g->frame, set, req);
	g->host->tell(g->host->arg, session, &g->frame);
}

void write_set_tell_all(struct write_gate *g, const struct write_set *set)
{
	tell_all(g, set, set->who.session, set->req);
}

void write_gate_tell_sets(struct write_gate *g, uint64_t session, uint32_t req,
			  uint64_t number)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n_sets; i++) {
		const struct write_set *set = g->sets[i];

		if (!set->request || (number && number != set->request))
			continue;
		n++;
		strbuf_clear(&g->frame);
		put_set(&g->frame, set, req);
		if (number)
			tell_all(g, set, session, req);
		else
			g->host->tell(g->host->arg, session, &g->frame);
	}
	if (number && !n) {
		strbuf_setf(&g->why,
			    "change set %" PRIu64 " is not among the last ones: see the "
			    "audit",
			    number);
		write_tell_reply(g, session, req, WIRE_REFUSED, g->why.buf);
		return;
	}
	strbuf_setf(&g->why, "%zu", n);
	write_tell_reply(g, session, req, WIRE_OK, g->why.buf);
}

/* --- records ----------------------------------------------------------------------- */

static struct audit_record describe(const struct write_set *set)
{
	return (struct audit_record){
		.uid = set->who.uid,
		.actor = set->who.actor,
		.person = set->who.name,
		.approver = set->approver.name,
		.roles = set->who.roles,
		.session = set->who.session,
		.from = set->who.from,
		.request = set->request,
		.subject = set->title,
		.reason = set->reason,
	};
}

/* "a.sp: 40.0 -> 55.0 %; ..." as many as a record holds, and how many there are besides:
 * each has its own, too. */
static void list_lines(const struct write_set *set, char *out, size_t size)
{
	enum { MORE = 64 };
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < set->n; i++) {
		const struct write_line *l = &set->lines[i];
		int n = snprintf(out + at, size - at, "%s%s: %s -> %s%s%s", i ? "; " : "",
				 l->tag, l->old_value, l->new_value,
				 l->unit[0] ? " " : "", l->unit);

		if (n > 0 && at + (size_t)n + MORE < size) {
			at += (size_t)n;
			continue;
		}
		snprintf(out + at, size - at,
			 "; and %zu more, each in a record of its "
			 "own",
			 set->n - i);
		return;
	}
}

void write_set_note(struct write_gate *g, struct txn *t, enum audit_kind kind,
		    const struct write_set *set, const char *result, const char *detail,
		    struct now now)
{
	struct audit_record r = describe(set);
	char lines[AUDIT_TEXT_MAX];

	if (!detail[0])
		list_lines(set, lines, sizeof(lines));
	r.kind = kind;
	r.result = result;
	r.detail = detail[0] ? detail : lines;
	g->host->audit(g->host->arg, t, &r, now);
}

void write_set_refuse(struct write_gate *g, const struct write_set *set, uint32_t req,
		      const char *why, struct now now)
{
	struct audit_record r = describe(set);

	r.kind = AUDIT_REFUSED;
	r.result = "refused";
	r.detail = why;
	g->host->refused(g->host->arg, &r, now);
	if (req)
		write_tell_reply(g, set->who.session, req, WIRE_REFUSED, why);
}
