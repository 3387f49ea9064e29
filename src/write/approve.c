/*
 * approve.c - the second person: somebody else, on another session, who is shown the same
 * sentence and says yes or no within a minute. Whatever moved meanwhile ends it.
 */
#include "write/change_set_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* --- what both of them see --------------------------------------------------------- */

static uint32_t left_ms(const struct write_op *op, struct now now)
{
	int64_t left =
		op->phase == WRITE_APPROVAL ? mono_ms_between(now.mono, op->due) : 0;

	return left > 0 ? (uint32_t)left : 0;
}

static void describe(const struct write_op *op, enum wire_approval_state state,
		     const char *says, struct now now, struct wire_approval *m)
{
	*m = (struct wire_approval){
		.approval = op->approval,
		.state = (uint8_t)state,
		.left_ms = left_ms(op, now),
	};
	snprintf(m->tag, sizeof(m->tag), "%s", op->tag_name);
	snprintf(m->text, sizeof(m->text), "%s", op->offer);
	snprintf(m->reason, sizeof(m->reason), "%s", op->reason);
	snprintf(m->asker, sizeof(m->asker), "%s", op->who.name);
	snprintf(m->from, sizeof(m->from), "%s", op->who.from);
	snprintf(m->says, sizeof(m->says), "%s", says);
	m->lines = op->set && state == WIRE_APPROVAL_OPEN ? (uint16_t)op->set->n : 0;
}

static void put_lines(const struct write_op *op, struct strbuf *frames)
{
	struct wire_approval_line m = { .approval = op->approval };

	for (size_t i = 0; op->set && i < op->set->n; i++) {
		m.at = (uint16_t)i;
		write_set_line_text(op->set, i, m.text, sizeof(m.text));
		wire_put_approval_line(frames, &m);
	}
}

uint64_t write_offer_seal(const struct write_op *op)
{
	uint64_t seal = wire_approval_seal(WIRE_APPROVAL_SEAL, op->offer);
	struct wire_approval_line m;

	for (size_t i = 0; op->set && i < op->set->n; i++) {
		write_set_line_text(op->set, i, m.text, sizeof(m.text));
		seal = wire_approval_seal(seal, m.text);
	}
	return seal;
}

static void name_approvers(struct write_gate *g, const struct write_op *op,
			   struct strbuf *names)
{
	const struct write_host *h = g->host;

	strbuf_clear(names);
	h->approvers(h->arg, op->area, op->who.session, op->who.name, NULL, names);
	if (!names->len)
		strbuf_adds(names, "nobody who may approve is here now");
}

static void tell_both(struct write_gate *g, const struct write_op *op,
		      enum wire_approval_state state, const char *says, struct now now)
{
	const struct write_host *h = g->host;
	struct wire_approval m;

	describe(op, state, says, now, &m);
	strbuf_clear(&g->frame);
	wire_put_approval(&g->frame, &m);
	if (m.lines)
		put_lines(op, &g->frame);
	h->approvers(h->arg, op->area, op->who.session, op->who.name, &g->frame, NULL);
	m.yours = 1;
	strbuf_clear(&g->frame);
	wire_put_approval(&g->frame, &m);
	h->tell(h->arg, op->who.session, &g->frame);
}

int64_t write_approve_ms(const struct write_op *op)
{
	int64_t lines = op->set ? (int64_t)op->set->n : 0;

	return WRITE_APPROVE_MS + WRITE_SET_LINE_MS * lines;
}

/* --- asking ------------------------------------------------------------------------ */

void write_ask_approval(struct write_gate *g, struct write_op *op, struct now now)
{
	struct txn *t = g->host->txn(g->host->arg, false);
	struct strbuf asked = STRBUF_INIT, step = STRBUF_INIT;

	op->phase = WRITE_APPROVAL;
	op->approval = ++g->last_approval;
	op->due = mono_add_ms(now.mono, write_approve_ms(op));
	name_approvers(g, op, &asked);
	if (op->set)
		strbuf_addf(&step, "%s: ", op->offer);
	strbuf_addf(&step, "%swaiting for a second person: %s",
		    op->by_hand ? "a value by hand, " : "", asked.buf);
	write_note(g, t, AUDIT_APPROVAL_ASKED, op, "asked", step.buf, now);
	g->host->commit(g->host->arg, t, WRITE_COMMIT_NOTE, 0);
	g->host->mark(g->host->arg, op->tag);
	write_tell_step(g, op, WRITE_STAGE_APPROVAL, step.buf);
	tell_both(g, op, WIRE_APPROVAL_OPEN, asked.buf, now);
	strbuf_release(&asked);
	strbuf_release(&step);
}

void write_approval_over(struct write_gate *g, struct write_op *op,
			 enum wire_approval_state state, const char *why, struct now now)
{
	bool declined = state == WIRE_APPROVAL_DECLINED;
	static const char *const words[] = {
		[WIRE_APPROVAL_DECLINED] = "declined",
		[WIRE_APPROVAL_EXPIRED] = "expired",
		[WIRE_APPROVAL_WITHDRAWN] = "withdrawn",
		[WIRE_APPROVAL_VOID] = "void",
	};
	struct txn *t = g->host->txn(g->host->arg, false);

	write_note_by(g, t, declined ? AUDIT_DECLINED : AUDIT_APPROVAL_END, op,
		      declined ? &op->approver : &op->who, words[state], why, now);
	g->host->commit(g->host->arg, t, WRITE_COMMIT_NOTE, 0);
	snprintf(op->text, sizeof(op->text), "%s", why);
	write_op_finish(g, op);
	tell_both(g, op, state, op->text, now);
}

/* --- answering --------------------------------------------------------------------- */

static struct write_op *by_approval(struct write_gate *g, uint64_t approval)
{
	for (size_t i = 0; approval && i < g->n_ops; i++)
		if (g->ops[i]->approval == approval)
			return g->ops[i];
	return NULL;
}

/* Another person, elsewhere, with the right: else why not. */
static bool may_answer(const struct write_op *op, const struct write_party *p,
		       struct strbuf *why)
{
	strbuf_clear(why);
	if (p->session == op->who.session)
		strbuf_setf(why, "this session asked for it: the second person must be "
				 "somebody else, on another session");
	else if (strcmp(p->name, op->who.name) == 0)
		strbuf_setf(why,
			    "%s asked for it: the second person must be somebody else",
			    p->name);
	else if (!access_allows(p->grant, RIGHT_APPROVE, op->area))
		access_explain(p->grant, RIGHT_APPROVE, op->area, why);
	else
		return !op->set || write_set_may_approve(op->set, p, why);
	return false;
}

static void refuse_answer(struct write_gate *g, const struct write_party *p, uint32_t req,
			  const struct write_op *op, const char *why, struct now now)
{
	struct audit_record r = {
		.kind = AUDIT_REFUSED,
		.uid = p->uid,
		.actor = p->actor,
		.roles = p->roles,
		.session = p->session,
		.from = p->from,
		.person = p->name,
		.subject = op ? op->tag_name : "approve",
		.area = op ? op->area : "",
		.result = "refused",
		.detail = why,
	};

	g->host->refused(g->host->arg, &r, now);
	write_tell_reply(g, p->session, req, WIRE_REFUSED, why);
}

static void decline(struct write_gate *g, struct write_op *op,
		    const struct write_party *p, const struct wire_request *m,
		    struct now now)
{
	struct strbuf why = STRBUF_INIT;

	strbuf_setf(&why, "%s declined%s%.400s", p->name,
		    write_text_blank(m->text) ? "" : ": ", m->text);
	write_who_set(&op->approver, p);
	write_approval_over(g, op, WIRE_APPROVAL_DECLINED, why.buf, now);
	write_refuse_all(g, op, why.buf, now);
	write_tell_reply(g, p->session, m->req, WIRE_OK, "declined");
	strbuf_release(&why);
}

bool write_gate_ask_by_hand(struct write_gate *g, const struct write_party *party,
			    const struct write_point *p, const struct value *v,
			    const char *reason, uint32_t req, struct now now,
			    struct strbuf *why)
{
	const struct write_op *held = write_holder(g, p->tag, NULL);
	struct write_op *op;

	if (held) {
		strbuf_setf(why, "%s is at %s (%s): ask again when that has ended",
			    held->who.name, p->def->name, held->who.from);
		return false;
	}
	op = write_op_new(g);
	op->by_hand = true;
	op->req = req;
	write_who_set(&op->who, party);
	snprintf(op->tag_name, sizeof(op->tag_name), "%s", p->def->name);
	snprintf(op->reason, sizeof(op->reason), "%s", reason);
	write_remember_point(op, p, g->host->sample(g->host->arg, p->tag));
	write_value_set(&op->new_value, v);
	write_set_offer(op, p);
	write_ask_approval(g, op, now);
	return true;
}

/* The host judges it again, and answers who asked. */
static void grant(struct write_gate *g, struct write_op *op)
{
	struct write_grant grant = {
		.session = op->who.session,
		.req = op->req,
		.tag = op->tag_name,
		.reason = op->reason,
		.value = &op->new_value.v,
		.approver = op->approver.name,
	};

	snprintf(op->text, sizeof(op->text), "approved by %s", op->approver.name);
	write_op_finish(g, op);
	g->host->granted(g->host->arg, &grant);
}

/* Everything again, for who asked, as he is now and as the plant is now. */
static const struct write_point *still_good(struct write_gate *g, struct write_op *op,
					    struct now now, struct strbuf *why)
{
	const struct write_point *p = g->host->at(g->host->arg, op->tag);
	struct write_party asker;

	if (!p || p->revision != op->revision)
		strbuf_setf(why, "%s was changed by a reload: look again", op->tag_name);
	else if (!g->host->party(g->host->arg, op->who.session, &asker) ||
		 strcmp(asker.name, op->who.name) != 0)
		strbuf_setf(why, "%s is not there any more", op->who.name);
	else if (op->by_hand)
		return p; /* what it does is judged by who does it */
	else if (op->set ? write_set_passes(g, op->set, &asker, now)
			 : write_check(g, op, p, asker.grant, WRITE_AT_CONFIRM, now, why))
		return p;
	return NULL;
}

/* Who says yes to a set has its lines: their seal says that it is these. */
static bool has_read(const struct write_op *op, const char *said, struct strbuf *why)
{
	char seal[WIRE_APPROVAL_SEAL_SIZE];

	wire_approval_seal_text(write_offer_seal(op), seal);
	if (strcmp(said, seal) == 0 || (!op->set && !said[0]))
		return true;
	strbuf_setf(why, "these are not the lines that were shown: read them again");
	return false;
}

static void approve(struct write_gate *g, struct write_op *op,
		    const struct write_party *who, uint32_t req, struct now now)
{
	const struct write_point *p = still_good(g, op, now, &g->why);
	char why[512];

	if (!p) {
		snprintf(why, sizeof(why), "%s", g->why.buf);
		write_approval_over(g, op, WIRE_APPROVAL_VOID, why, now);
		write_refuse_all(g, op, why, now);
		refuse_answer(g, who, req, op, why, now);
		return;
	}
	write_who_set(&op->approver, who);
	snprintf(why, sizeof(why), "approved by %s", who->name);
	op->due = MONO_NEVER;
	write_tell_step(g, op, WRITE_STAGE_APPROVAL, why);
	if (op->set)
		write_set_approved(g, op, now);
	else if (op->by_hand)
		grant(g, op);
	else
		write_begin_intent(g, op, p, now);
	tell_both(g, op, WIRE_APPROVAL_GIVEN, why, now);
	write_tell_reply(g, who->session, req, WIRE_OK, "approved");
}

void write_gate_approve(struct write_gate *g, const struct write_party *p,
			const struct wire_request *m, struct now now)
{
	struct write_op *op = by_approval(g, m->num);

	strbuf_clear(&g->why);
	if (!op)
		strbuf_setf(&g->why,
			    "there is no request for approval with the number %" PRIu64,
			    m->num);
	else if (op->phase == WRITE_APPROVAL && mono_reached(now.mono, op->due))
		strbuf_setf(&g->why, "it has expired");
	else if (op->phase == WRITE_FINISHED && !op->request)
		strbuf_setf(&g->why, "it has ended: %s", op->text);
	else if (op->phase != WRITE_APPROVAL)
		strbuf_setf(&g->why, "it was approved already, by %s", op->approver.name);
	else if (may_answer(op, p, &g->why) &&
		 (!m->num2 || has_read(op, m->text, &g->why))) {
		if (m->num2)
			approve(g, op, p, m->req, now);
		else
			decline(g, op, p, m, now);
		return;
	}
	refuse_answer(g, p, m->req, op, g->why.buf, now);
}

/* --- in an emergency --------------------------------------------------------------- */

bool write_may_go_alone(struct write_gate *g, const struct write_op *op,
			struct strbuf *why)
{
	const struct write_host *h = g->host;

	if (!h->alone || !h->alone(h->arg))
		strbuf_setf(why, "this station knows no write without its second person "
				 "(single_in_emergency in access.cfg)");
	else if (write_text_blank(op->reason))
		strbuf_setf(why,
			    "%s without its second person needs a reason: say what "
			    "the emergency is",
			    op->tag_name);
	else
		return true;
	return false;
}

void write_go_alone(struct write_gate *g, struct write_op *op,
		    const struct write_point *p, struct now now)
{
	struct txn *t = g->host->txn(g->host->arg, true);
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "EMERGENCY: %s writes without a second person: %s (%s)",
		    op->who.name, op->offer, op->reason);
	op->alone = true;
	write_note(g, t, AUDIT_EMERGENCY, op, "alone", text.buf, now);
	g->host->commit(g->host->arg, t, WRITE_COMMIT_NOTE, 0);
	if (g->host->notice)
		g->host->notice(g->host->arg, text.buf);
	write_begin_intent(g, op, p, now);
	if (op->approval)
		tell_both(g, op, WIRE_APPROVAL_WITHDRAWN, text.buf, now);
	strbuf_release(&text);
}

/* --- who looks --------------------------------------------------------------------- */

bool write_gate_next_approval(const struct write_gate *g, size_t *at,
			      const struct write_party *p, struct now now,
			      struct wire_approval *m, struct strbuf *why_not)
{
	const struct write_host *h = g->host;
	struct strbuf names = STRBUF_INIT;

	while (*at < g->n_ops && g->ops[*at]->phase != WRITE_APPROVAL)
		++*at;
	if (*at >= g->n_ops)
		return false;
	const struct write_op *op = g->ops[(*at)++];
	h->approvers(h->arg, op->area, op->who.session, op->who.name, NULL, &names);
	describe(op, WIRE_APPROVAL_OPEN, names.buf, now, m);
	m->yours = p->session == op->who.session;
	may_answer(op, p, why_not);
	strbuf_release(&names);
	return true;
}

void write_gate_put_approval_lines(const struct write_gate *g, uint64_t approval,
				   struct strbuf *frames)
{
	for (size_t i = 0; i < g->n_ops; i++)
		if (g->ops[i]->phase == WRITE_APPROVAL && g->ops[i]->approval == approval)
			put_lines(g->ops[i], frames);
}

void write_gate_greet(struct write_gate *g, const struct write_party *p, struct now now)
{
	struct strbuf why = STRBUF_INIT;
	struct wire_approval m;
	size_t at = 0;

	while (write_gate_next_approval(g, &at, p, now, &m, &why)) {
		if (why.len)
			continue;
		strbuf_clear(&g->frame);
		wire_put_approval(&g->frame, &m);
		write_gate_put_approval_lines(g, m.approval, &g->frame);
		g->host->tell(g->host->arg, p->session, &g->frame);
	}
	strbuf_release(&why);
}

/* How it ended, to who said yes to it. */
void write_tell_approver(struct write_gate *g, const struct write_op *op)
{
	struct strbuf text = STRBUF_INIT;

	if (!op->approver.session || !op->request)
		return;
	strbuf_addf(&text, "write %" PRIu64 " of %s, approved by you: %s", op->request,
		    op->who.name, op->text);
	strbuf_clear(&g->frame);
	wire_put_notice(&g->frame, op->outcome != WRITE_ACCEPTED, text.buf);
	g->host->tell(g->host->arg, op->approver.session, &g->frame);
	strbuf_release(&text);
}
