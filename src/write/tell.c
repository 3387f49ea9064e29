/* tell.c - what a write says: to its session in frames, to the audit in records. */
#include "write/change_set_int.h"

#include <stdio.h>

#include "util/num.h"

void write_tell_reply(struct write_gate *g, uint64_t session, uint32_t req,
		      enum wire_status status, const char *text)
{
	strbuf_clear(&g->frame);
	wire_put_reply(&g->frame, req, status, text);
	g->host->tell(g->host->arg, session, &g->frame);
}

void write_value_text(const struct write_op *op, const struct value *v, int decimals,
		      char *out, size_t size)
{
	tag_words_format(op->words, v, decimals, out, size);
}

void write_show(const struct write_op *op, const struct value *v, char *out, size_t size)
{
	char number[300];

	write_value_text(op, v, op->decimals, number, sizeof(number));
	snprintf(out, size, "%s%s%s", number, op->unit[0] ? " " : "", op->unit);
}

void write_tell_selected(struct write_gate *g, const struct write_op *op,
			 const struct write_point *p)
{
	struct wire_selected m = {
		.req = op->req,
		.token = op->token,
		.expires_ms = WRITE_SELECT_MS,
		.wants = (uint16_t)op->wants,
		.has_range = p->def->numbers->has_range,
		.lo = p->def->numbers->lo,
		.hi = p->def->numbers->hi,
	};

	snprintf(m.tag, sizeof(m.tag), "%s", op->tag_name);
	snprintf(m.unit, sizeof(m.unit), "%s", op->unit);
	snprintf(m.device, sizeof(m.device), "%s", op->device_name);
	write_value_text(op, &op->old_value.v, op->decimals, m.old_value,
			 sizeof(m.old_value));
	write_value_text(op, &op->new_value.v, op->decimals, m.new_value,
			 sizeof(m.new_value));
	snprintf(m.challenge, sizeof(m.challenge), "%s", op->challenge);
	strbuf_clear(&g->frame);
	wire_put_selected(&g->frame, &m);
	g->host->tell(g->host->arg, op->who.session, &g->frame);
}

void write_set_offer(struct write_op *op, const struct write_point *p)
{
	const struct tag_numbers *n = p->def->numbers;
	struct strbuf text;
	char old_text[300], new_text[300];

	strbuf_init(&text, sizeof(op->offer) - 1);
	write_value_text(op, &op->old_value.v, op->decimals, old_text, sizeof(old_text));
	write_value_text(op, &op->new_value.v, op->decimals, new_text, sizeof(new_text));
	if (op->by_hand)
		strbuf_addf(&text, "by hand in the place of what is measured: ");
	if (p->def->write->pulse && !op->by_hand)
		strbuf_addf(&text, "%s: %s, once", op->tag_name, new_text);
	else
		strbuf_addf(&text, "%s: %s \xe2\x86\x92 %s%s%s", op->tag_name, old_text,
			    new_text, op->unit[0] ? " " : "", op->unit);
	if (n->has_range && !op->words[0])
		strbuf_addf(&text, ", limits %g to %g%s%s", n->lo, n->hi,
			    op->unit[0] ? " " : "", op->unit);
	strbuf_addf(&text, ", on %s", op->device_name);
	snprintf(op->offer, sizeof(op->offer), "%s", text.buf);
	strbuf_release(&text);
}

void write_tell_step(struct write_gate *g, const struct write_op *op,
		     enum write_stage stage, const char *text)
{
	struct wire_write_step m = { .req = op->req, .stage = (uint8_t)stage };

	if (op->set)
		return; /* its line says enough */
	snprintf(m.text, sizeof(m.text), "%s", text);
	strbuf_clear(&g->frame);
	wire_put_write_step(&g->frame, &m);
	g->host->tell(g->host->arg, op->who.session, &g->frame);
}

void write_tell_done(struct write_gate *g, const struct write_op *op, uint32_t req)
{
	struct wire_write_done m = {
		.req = req,
		.request = op->request,
		.outcome = (uint8_t)op->outcome,
		.verdict = (uint8_t)op->verdict,
		.in_doubt = op->in_doubt,
	};

	snprintf(m.text, sizeof(m.text), "%s", op->text);
	strbuf_clear(&g->frame);
	wire_put_write_done(&g->frame, &m);
	g->host->tell(g->host->arg, op->who.session, &g->frame);
}

/* Strings of r borrow old_text and new_text: values at full precision. */
struct note_text {
	char old_text[VALUE_STRING_MAX + 1], new_text[VALUE_STRING_MAX + 1];
	char quality[64];
	char old_raw[64], new_raw[64];
};

/* What the device has in the place of an engineering value; texts are as they are. */
static void raw_text(const struct write_op *op, const struct value *v, char *out,
		     size_t size)
{
	double number;

	if (v->type != VALUE_BOOL && value_number(v, &number) && op->scale != 0)
		num_format_exact((number - op->offset) / op->scale, out, size);
	else if (v->type != VALUE_STRING)
		value_format(v, -1, out, size);
	else
		out[0] = '\0';
}

static struct audit_record describe(const struct write_op *op, struct note_text *t)
{
	enum { EXACT = -1 };

	write_value_text(op, &op->old_value.v, EXACT, t->old_text, sizeof(t->old_text));
	write_value_text(op, &op->new_value.v, EXACT, t->new_text, sizeof(t->new_text));
	snprintf(t->quality, sizeof(t->quality), "%s%s%s",
		 quality_class_name(op->old_quality),
		 quality_reason(op->old_quality) ? ":" : "",
		 quality_reason_name(op->old_quality));
	raw_text(op, &op->old_value.v, t->old_raw, sizeof(t->old_raw));
	raw_text(op, &op->new_value.v, t->new_raw, sizeof(t->new_raw));
	return (struct audit_record){
		.uid = op->who.uid,
		.actor = op->who.actor,
		.person = op->who.name,
		.roles = op->who.roles,
		.session = op->who.session,
		.from = op->who.from,
		.request = op->request,
		.subject = op->tag_name,
		.area = op->area,
		.old_value = t->old_text,
		.new_value = t->new_text,
		.unit = op->unit,
		.quality = t->quality,
		.reason = op->reason,
		.approver = op->alone ? "nobody: emergency" : op->approver.name,
		.old_raw = t->old_raw,
		.new_raw = t->new_raw,
	};
}

/* What every record of a line says of its set. */
static const char *in_set(const struct write_op *op, const char *detail, char *out,
			  size_t size)
{
	char place[80];

	write_set_place(op->set, op->line, place, sizeof(place));
	snprintf(out, size, "%s%s%.850s", place, detail[0] ? ": " : "", detail);
	return out;
}

void write_note_by(struct write_gate *g, struct txn *t, enum audit_kind kind,
		   const struct write_op *op, const struct write_who *by,
		   const char *result, const char *detail, struct now now)
{
	char place[AUDIT_TEXT_MAX];
	struct note_text text;
	struct audit_record r = describe(op, &text);

	r.kind = kind;
	r.result = result;
	r.detail = op->set ? in_set(op, detail, place, sizeof(place)) : detail;
	r.uid = by->uid;
	r.actor = by->actor;
	r.roles = by->roles;
	r.session = by->session;
	r.from = by->from;
	r.person = by->name;
	g->host->audit(g->host->arg, t, &r, now);
}

void write_note(struct write_gate *g, struct txn *t, enum audit_kind kind,
		const struct write_op *op, const char *result, const char *detail,
		struct now now)
{
	write_note_by(g, t, kind, op, &op->who, result, detail, now);
}

void write_note_changes(struct write_gate *g, struct txn *t, const struct write_op *op,
			const char *result, struct now now)
{
	const struct write_host *h = g->host;
	const struct write_point *p = h->at(h->arg, op->tag);
	struct note_text text;
	struct audit_record r = describe(op, &text);

	r.result = result;
	if (h->changes && p)
		h->changes(h->arg, t, p, &r, now);
}

void write_refuse(struct write_gate *g, const struct write_op *op, uint32_t req,
		  const char *why, struct now now)
{
	struct note_text text;
	struct audit_record r = describe(op, &text);

	r.kind = AUDIT_REFUSED;
	r.result = "refused";
	r.detail = why;
	g->host->refused(g->host->arg, &r, now);
	write_tell_reply(g, op->who.session, req, WIRE_REFUSED, why);
}

void write_record_of(const struct write_op *op, double tolerance, struct now now,
		     struct write_record *r)
{
	*r = (struct write_record){
		.uid = op->who.uid,
		.wall_ms = now.wall.ms,
		.decimals = op->decimals,
		.tolerance = tolerance,
		.old_quality = op->old_quality,
		.old_value = op->old_value.v,
		.new_value = op->new_value.v,
	};
	snprintf(r->tag, sizeof(r->tag), "%s", op->tag_name);
	snprintf(r->area, sizeof(r->area), "%s", op->area);
	snprintf(r->unit, sizeof(r->unit), "%s", op->unit);
	snprintf(r->actor, sizeof(r->actor), "%s", op->who.name);
	snprintf(r->from, sizeof(r->from), "%s", op->who.from);
}
