/* select.c - select, confirm, cancel: what one person asks for, and is told. */
#include "write/change_set_int.h"

#include <math.h>
#include <stdio.h>

#include "util/num.h"

void write_who_set(struct write_who *w, const struct write_party *p)
{
	w->session = p->session;
	w->uid = p->uid;
	snprintf(w->actor, sizeof(w->actor), "%s", p->actor);
	snprintf(w->name, sizeof(w->name), "%s", p->name);
	snprintf(w->roles, sizeof(w->roles), "%s", p->roles);
	snprintf(w->from, sizeof(w->from), "%s", p->from);
}

/* As the driver reads it: for the raw numbers of the record. */
static double setting_number(const struct tag_def *def, const char *name, double fallback)
{
	const char *text = settings_get(&def->settings, name);
	double v;

	return text && num_parse_double(text, &v) && isfinite(v) ? v : fallback;
}

void write_remember_point(struct write_op *op, const struct write_point *p,
			  const struct sample *present)
{
	op->tag = p->tag;
	op->revision = p->revision;
	op->device = p->device;
	op->driver = p->driver;
	op->decimals = p->def->decimals;
	snprintf(op->area, sizeof(op->area), "%s", p->def->area);
	snprintf(op->unit, sizeof(op->unit), "%s", p->def->unit);
	snprintf(op->device_name, sizeof(op->device_name), "%s", p->device_name);
	write_value_set(&op->old_value, &present->value);
	op->old_quality = present->quality;
	op->scale = setting_number(p->def, "scale", 1);
	op->offset = setting_number(p->def, "offset", 0);
	snprintf(op->words, sizeof(op->words), "%s",
		 p->def->write->words ? p->def->write->words : "");
}

void write_op_void(struct write_gate *g, struct write_op *op, const char *why,
		   struct now now)
{
	struct txn *t;

	if (op->phase == WRITE_APPROVAL) {
		write_approval_over(g, op, WIRE_APPROVAL_VOID, why, now);
		write_refuse_all(g, op, why, now);
		return;
	}
	t = g->host->txn(g->host->arg, false);
	write_note(g, t, AUDIT_CANCEL, op, "void", why, now);
	g->host->commit(g->host->arg, t, WRITE_COMMIT_NOTE, 0);
	snprintf(op->text, sizeof(op->text), "%s", why);
	write_op_finish(g, op);
}

void write_give_up_older(struct write_gate *g, uint64_t session, struct now now)
{
	write_sets_give_up(g, session, now);
	for (size_t i = 0; i < g->n_ops; i++)
		if (g->ops[i]->phase == WRITE_SELECTED && !g->ops[i]->set &&
		    g->ops[i]->who.session == session)
			write_op_void(g, g->ops[i], "the session selected anew", now);
}

void write_gate_select(struct write_gate *g, const struct write_party *party,
		       const struct wire_select *m, struct now now)
{
	const struct write_point *p = g->host->find(g->host->arg, m->tag);
	struct write_op asked = { .phase = WRITE_SELECTED, .req = m->req }, *op;
	struct txn *t;

	write_give_up_older(g, party->session, now);
	write_who_set(&asked.who, party);
	snprintf(asked.tag_name, sizeof(asked.tag_name), "%s", m->tag);
	snprintf(asked.reason, sizeof(asked.reason), "%s", m->reason);
	write_value_set(&asked.new_value, &m->value);
	if (!p) {
		strbuf_setf(&g->why, "there is no tag named \"%s\"", m->tag);
		write_refuse(g, &asked, m->req, g->why.buf, now);
		return;
	}
	write_remember_point(&asked, p, g->host->sample(g->host->arg, p->tag));
	if (!write_check(g, &asked, p, party->grant, WRITE_AT_SELECT, now, &g->why) ||
	    !write_plan_readback(g, &asked, p, &g->why)) {
		write_refuse(g, &asked, m->req, g->why.buf, now);
		return;
	}
	op = write_op_new(g);
	*op = asked;
	write_value_set(&op->old_value, &asked.old_value.v);
	write_value_set(&op->new_value, &asked.new_value.v);
	op->token = ++g->last_token;
	op->due = mono_add_ms(now.mono, WRITE_SELECT_MS);
	write_set_challenge(g, op, p);
	write_set_offer(op, p);
	t = g->host->txn(g->host->arg, false);
	write_note(g, t, AUDIT_SELECT, op, "selected", "", now);
	g->host->commit(g->host->arg, t, WRITE_COMMIT_NOTE, 0);
	g->host->mark(g->host->arg, op->tag);
	write_tell_selected(g, op, p);
}

/* A refusal about no op of the asking session: nothing of another one's is shown. */
static void refuse_stranger(struct write_gate *g, const struct write_party *party,
			    uint32_t req, const struct write_op *op, const char *why,
			    struct now now)
{
	struct write_op asked = { .old_quality = 0 };

	write_who_set(&asked.who, party);
	if (op)
		snprintf(asked.tag_name, sizeof(asked.tag_name), "%s", op->tag_name);
	write_refuse(g, &asked, req, why, now);
}

/* The token's op if it is this session's; else the person is told and NULL. */
static struct write_op *own_op(struct write_gate *g, const struct write_party *party,
			       uint32_t req, uint64_t token, struct now now)
{
	struct write_op *op = token ? write_op_by_token(g, token) : NULL;

	if (!op)
		refuse_stranger(g, party, req, NULL,
				"nothing is selected under this number: select again",
				now);
	else if (op->who.session != party->session)
		refuse_stranger(g, party, req, op,
				"this select belongs to another session", now);
	else
		return op;
	return NULL;
}

/* The token's set; of another session's the person is told, and *strange is set.*/
static struct write_set *own_set(struct write_gate *g, const struct write_party *party,
				 uint32_t req, uint64_t token, bool *strange,
				 struct now now)
{
	struct write_set *set = write_set_by_token(g, token);

	*strange = set && set->who.session != party->session;
	if (*strange)
		refuse_stranger(g, party, req, NULL,
				"this change set belongs to another session", now);
	return set;
}

/* The same confirm again: whatever becomes of the first one answers it, too. */
static void confirm_again(struct write_gate *g, struct write_op *op, uint32_t req,
			  struct now now)
{
	if (op->phase == WRITE_FINISHED && !op->request) {
		write_refuse(g, op, req, op->text, now);
	} else if (op->phase == WRITE_FINISHED) {
		write_tell_done(g, op, req);
	} else if (req == op->req) {
		return; /* a frame sent twice: its one answer comes */
	} else if (op->n_replays < WRITE_REPLAYS_MAX) {
		op->replays[op->n_replays++] = req;
	} else {
		write_refuse(g, op, req, "this write is under way already", now);
	}
}

void write_refuse_all(struct write_gate *g, struct write_op *op, const char *why,
		      struct now now)
{
	if (op->of_set)
		return; /* its set is told, and the end of the approval is on record */
	write_refuse(g, op, op->req, why, now);
	for (unsigned i = 0; i < op->n_replays; i++)
		write_tell_reply(g, op->who.session, op->replays[i], WIRE_REFUSED, why);
}

/* What the tag asks for next: a second person, or the device. */
static void next_rung(struct write_gate *g, struct write_op *op,
		      const struct write_point *p, bool alone, struct now now)
{
	if (!p->def->write->approve)
		write_begin_intent(g, op, p, now);
	else if (alone)
		write_go_alone(g, op, p, now);
	else
		write_ask_approval(g, op, now);
}

/* Who waits for the second person may say that there is no time; a refusal of that leaves
 * the request as it is. */
static void confirm_alone(struct write_gate *g, struct write_op *op,
			  const struct write_party *party, uint32_t req, struct now now)
{
	const struct write_point *p = g->host->at(g->host->arg, op->tag);

	if (!p || p->revision != op->revision) {
		strbuf_setf(&g->why, "%s was changed by a reload: look again",
			    op->tag_name);
	} else if (write_may_go_alone(g, op, &g->why) &&
		   write_check(g, op, p, party->grant, WRITE_AT_CONFIRM, now, &g->why)) {
		confirm_again(g, op, req, now); /* answered with the first one */
		write_go_alone(g, op, p, now);
		return;
	}
	write_refuse(g, op, req, g->why.buf, now);
}

void write_gate_confirm(struct write_gate *g, const struct write_party *party,
			const struct wire_request *m, struct now now)
{
	bool strange;
	struct write_set *set = own_set(g, party, m->req, m->num, &strange, now);
	bool alone = m->num2 == 1;
	const struct write_point *p;
	struct write_op *op;

	if (set && !strange)
		write_set_confirm(g, set, party, m, now);
	if (set)
		return;
	op = own_op(g, party, m->req, m->num, now);
	if (!op)
		return;
	if (op->phase == WRITE_APPROVAL && alone) {
		confirm_alone(g, op, party, m->req, now);
		return;
	}
	if (op->phase != WRITE_SELECTED) {
		confirm_again(g, op, m->req, now);
		return;
	}
	p = g->host->at(g->host->arg, op->tag);
	if (!p || p->revision != op->revision) {
		strbuf_setf(&g->why, "%s was changed by a reload: look again",
			    op->tag_name);
	} else if (write_challenge_met(op, m->text, &g->why) &&
		   (!alone || !p->def->write->approve ||
		    write_may_go_alone(g, op, &g->why)) &&
		   write_check(g, op, p, party->grant, WRITE_AT_CONFIRM, now, &g->why)) {
		op->req = m->req;
		next_rung(g, op, p, alone, now);
		return;
	}
	snprintf(op->text, sizeof(op->text), "%s", g->why.buf);
	write_op_finish(g, op);
	write_refuse(g, op, m->req, op->text, now);
}

void write_gate_cancel(struct write_gate *g, const struct write_party *party,
		       uint32_t req, uint64_t token, struct now now)
{
	bool strange;
	struct write_set *set = own_set(g, party, req, token, &strange, now);
	struct write_op *op;

	if (set && !strange)
		write_set_cancel(g, set, party, req, now);
	if (set)
		return;
	op = own_op(g, party, req, token, now);
	if (!op)
		return;
	if (op->phase == WRITE_SELECTED) {
		write_op_void(g, op, "given up by the operator", now);
		write_tell_reply(g, party->session, req, WIRE_OK, "given up");
	} else if (op->phase == WRITE_APPROVAL) {
		write_approval_over(g, op, WIRE_APPROVAL_WITHDRAWN,
				    "withdrawn by who asked", now);
		write_refuse_all(g, op, "withdrawn", now);
		write_tell_reply(g, party->session, req, WIRE_OK, "withdrawn");
	} else if (!op->request) {
		write_tell_reply(g, party->session, req, WIRE_OK, op->text);
	} else {
		write_tell_reply(g, party->session, req, WIRE_REFUSED,
				 "it is confirmed already and cannot be taken back");
	}
}
