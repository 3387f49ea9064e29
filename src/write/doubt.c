/*
 * doubt.c - writes of which nobody knows what became: listed until a person settles
 * them. They can be read, never sent.
 */
#include "write/change_set_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util/xalloc.h"

struct write_doubt *write_doubt_find(struct write_gate *g, uint64_t request)
{
	for (size_t i = 0; i < g->n_doubts; i++)
		if (g->doubts[i].request == request)
			return &g->doubts[i];
	return NULL;
}

size_t write_gate_doubt_count(const struct write_gate *g)
{
	return g->n_doubts;
}

const struct write_doubt *write_gate_doubt(const struct write_gate *g, size_t i)
{
	return i < g->n_doubts ? &g->doubts[i] : NULL;
}

/* Copying a doubt moves its texts: its values must borrow them anew. */
static void rebase(struct write_doubt *d)
{
	if (d->record.old_value.type == VALUE_STRING)
		d->record.old_value.u.s = d->record.old_text;
	if (d->record.new_value.type == VALUE_STRING)
		d->record.new_value.u.s = d->record.new_text;
}

static struct write_doubt *append(struct write_gate *g, uint64_t request)
{
	struct write_doubt *d = GROW(&g->doubts, &g->n_doubts);

	for (size_t i = 0; i + 1 < g->n_doubts; i++)
		rebase(&g->doubts[i]); /* the array may have moved */
	d->request = request;
	return d;
}

void write_doubt_drop(struct write_gate *g, uint64_t request)
{
	struct write_doubt *d = write_doubt_find(g, request);
	size_t at;

	if (!d)
		return;
	at = (size_t)(d - g->doubts);
	memmove(d, d + 1, (g->n_doubts - at - 1) * sizeof(*d));
	g->n_doubts--;
	for (size_t i = at; i < g->n_doubts; i++)
		rebase(&g->doubts[i]);
	g->host->doubts(g->host->arg);
}

void write_doubt_add(struct write_gate *g, const struct write_op *op, struct now now)
{
	const struct write_point *p = g->host->at(g->host->arg, op->tag);
	struct write_doubt *d = append(g, op->request);
	struct write_record *r = &d->record;

	write_record_of(op, p ? write_tolerance(p->def) : 0.0, now, r);
	snprintf(r->old_text, sizeof(r->old_text), "%s", op->old_value.text);
	snprintf(r->new_text, sizeof(r->new_text), "%s", op->new_value.text);
	rebase(d);
	snprintf(d->outcome, sizeof(d->outcome), "%s", write_outcome_name(op->outcome));
	snprintf(d->text, sizeof(d->text), "%s", op->text);
	g->host->doubts(g->host->arg);
}

/* Records about a doubt are the system's own, or those of who settles it. */
static struct audit_record describe(const struct write_doubt *d)
{
	return (struct audit_record){
		.uid = UINT32_MAX,
		.actor = "system",
		.request = d->request,
		.subject = d->record.tag,
		.area = d->record.area,
		.unit = d->record.unit,
	};
}

static void note(struct write_gate *g, struct txn *t, enum audit_kind kind,
		 const struct write_doubt *d, const char *result, const char *detail,
		 struct now now)
{
	struct audit_record r = describe(d);
	char value[VALUE_STRING_MAX + 1];

	value_format(&d->record.new_value, -1, value, sizeof(value));
	r.kind = kind;
	r.new_value = value;
	r.result = result;
	r.detail = detail;
	g->host->audit(g->host->arg, t, &r, now);
}

static void restart_unknown(struct write_gate *g, struct write_doubt *d, struct now now)
{
	struct txn *t = g->host->txn(g->host->arg, true);
	struct txn_op *op = txn_add(t, TXN_OUTCOME, d->request, d->outcome);

	op->settled = false;
	note(g, t, AUDIT_OUTCOME, d, d->outcome, d->text, now);
	g->host->commit(g->host->arg, t, WRITE_COMMIT_NOTE, 0);
}

void write_gate_restore(struct write_gate *g, const struct stored_write *w,
			struct now now)
{
	struct write_doubt *d;

	if (strcmp(w->tag, WRITE_SET_KEY) == 0) {
		write_set_restore(g, w, now);
		return;
	}
	d = append(g, w->request);
	if (!write_record_get(w->body.buf, w->body.len, &d->record)) {
		d->record = (struct write_record){ .wall_ms = now.wall.ms };
		snprintf(d->record.tag, sizeof(d->record.tag), "%s", w->tag);
	}
	rebase(d);
	d->wants_read = true;
	snprintf(d->outcome, sizeof(d->outcome), "%s",
		 w->outcome ? w->outcome : "unknown (restart)");
	snprintf(d->text, sizeof(d->text), "%s",
		 w->outcome ? "it was in doubt before the server was started again"
			    : "the server ended between the intent and its outcome: "
			      "nobody knows whether the command was sent");
	if (!w->outcome)
		restart_unknown(g, d, now);
	g->host->doubts(g->host->arg);
}

void write_gate_device_up(struct write_gate *g, uint32_t device, struct now now)
{
	for (size_t i = 0; i < g->n_doubts; i++) {
		struct write_doubt *d = &g->doubts[i];
		const struct write_point *p = g->host->find(g->host->arg, d->record.tag);

		if (!d->wants_read || !p || p->device != device)
			continue;
		if (p->def->write->pulse) { /* its own value says nothing of it */
			d->wants_read = false;
			continue;
		}
		d->read = g->host->read(g->host->arg, p->tag,
					mono_add_ms(now.mono, WRITE_READ_MS));
		d->wants_read = d->read == 0;
	}
}

/* What its address shows from now on proves nothing about the command. */
void write_doubt_tag_changed(struct write_gate *g, uint32_t tag)
{
	static const char since[] = "; a reload changed the tag since: read it no more, "
				    "look at the device";
	const struct write_point *p = g->host->at(g->host->arg, tag);

	for (size_t i = 0; p && i < g->n_doubts; i++) {
		struct write_doubt *d = &g->doubts[i];
		size_t n = strlen(d->text);

		if (strcmp(d->record.tag, p->def->name) != 0)
			continue;
		d->wants_read = false;
		d->read = 0;
		if (!strstr(d->text, since))
			snprintf(d->text + n, sizeof(d->text) - n, "%s", since);
	}
}

bool write_doubt_read_result(struct write_gate *g, uint64_t read, const struct sample *s,
			     const char *text, struct now now)
{
	struct write_doubt *d = NULL;
	enum write_verdict v = VERDICT_UNREADABLE;
	char value[VALUE_STRING_MAX + 1], seen[400];
	struct txn *t;

	for (size_t i = 0; i < g->n_doubts && !d; i++)
		if (g->doubts[i].read == read)
			d = &g->doubts[i];
	if (!d)
		return false;
	d->read = 0;
	value_format(&s->value, d->record.decimals, value, sizeof(value));
	if (!quality_is_interlock_grade(s->quality)) {
		snprintf(seen, sizeof(seen), "its value could not be read (%.200s)",
			 text[0] ? text : quality_reason_text(s->quality));
		d->wants_read = true; /* with the device's next connection */
	} else {
		v = write_matches(&d->record.new_value, &s->value, d->record.tolerance)
			    ? VERDICT_MATCH
			    : VERDICT_MISMATCH;
		snprintf(seen, sizeof(seen), "the device shows %s%s%s", value,
			 d->record.unit[0] ? " " : "", d->record.unit);
	}
	snprintf(d->text, sizeof(d->text), "%s: %s", d->outcome, seen);
	t = g->host->txn(g->host->arg, false);
	note(g, t, AUDIT_READBACK, d, write_verdict_name(v), seen, now);
	g->host->commit(g->host->arg, t, WRITE_COMMIT_NOTE, 0);
	g->host->doubts(g->host->arg);
	return true;
}

/* Why this person may not settle d now; false = may. */
static bool cannot_settle(struct write_gate *g, const struct write_doubt *d,
			  const struct write_party *p, uint64_t request,
			  struct strbuf *why)
{
	const struct write_op *op = write_op_by_request(g, request);

	strbuf_clear(why);
	if (!d)
		strbuf_setf(why, "no write with the number %" PRIu64 " is in doubt",
			    request);
	else if (!access_allows(p->grant, RIGHT_OPERATE, d->record.area))
		access_explain(p->grant, RIGHT_OPERATE, d->record.area, why);
	else if (d->settling)
		strbuf_setf(why, "somebody settles it just now");
	else if (!g->host->recording(g->host->arg))
		strbuf_setf(why, "the server cannot store records now");
	else if (op && op->phase != WRITE_FINISHED)
		strbuf_setf(why, "its read-back is still under way");
	else
		return false;
	return true;
}

static struct audit_record settle_record(const struct write_party *p, uint64_t request,
					 const struct write_doubt *d)
{
	struct audit_record r = { .subject = "", .request = request };

	if (d)
		r = describe(d);
	r.uid = p->uid;
	r.actor = p->actor;
	r.person = p->name;
	r.roles = p->roles;
	r.session = p->session;
	r.from = p->from;
	return r;
}

void write_gate_settle(struct write_gate *g, const struct write_party *p, uint32_t req,
		       uint64_t request, const char *note_text, struct now now)
{
	struct write_doubt *d = write_doubt_find(g, request);
	struct audit_record r = settle_record(p, request, d);
	struct txn *t;

	if (cannot_settle(g, d, p, request, &g->why)) {
		r.kind = AUDIT_REFUSED;
		r.result = "refused";
		r.detail = g->why.buf;
		g->host->refused(g->host->arg, &r, now);
		write_tell_reply(g, p->session, req, WIRE_REFUSED, g->why.buf);
		return;
	}
	d->settling = p->session;
	d->settle_req = req;
	r.kind = AUDIT_SETTLED;
	r.result = "settled";
	r.reason = note_text;
	r.detail = d->text;
	t = g->host->txn(g->host->arg, true);
	txn_add(t, TXN_SETTLE, request, NULL);
	g->host->audit(g->host->arg, t, &r, now);
	g->host->commit(g->host->arg, t, WRITE_COMMIT_SETTLE, request);
}

/* Whoever asks again what became of the write hears of it, too. */
static void tell_op(struct write_gate *g, uint64_t request)
{
	struct write_op *op = write_op_by_request(g, request);
	size_t n = op ? strlen(op->text) : 0;

	if (!op)
		return;
	op->in_doubt = false;
	snprintf(op->text + n, sizeof(op->text) - n, "; settled by a person since");
}

void write_doubt_stored(struct write_gate *g, uint64_t request, bool ok, const char *why)
{
	struct write_doubt *d = write_doubt_find(g, request);
	uint64_t session;
	uint32_t req;

	if (!d || !d->settling)
		return;
	session = d->settling;
	req = d->settle_req;
	d->settling = 0;
	if (ok) {
		tell_op(g, request);
		write_doubt_drop(g, request);
		write_tell_reply(g, session, req, WIRE_OK, "settled");
		return;
	}
	strbuf_setf(&g->why, "not recorded, still in doubt: %s", why);
	write_tell_reply(g, session, req, WIRE_FAILED, g->why.buf);
}
