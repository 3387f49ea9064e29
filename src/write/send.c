/*
 * send.c - from the confirm to the stored outcome: intent first, then one send, then
 * what became of it.
 */
#include "write/change_set_int.h"

#include <stdio.h>

/* Who decided: both names, or one and why. */
static void note_intent(struct write_gate *g, struct txn *t, const struct write_op *op,
			struct now now)
{
	char text[400] = "";

	if (op->alone)
		snprintf(text, sizeof(text), "alone, in an emergency");
	else if (op->approver.session)
		snprintf(text, sizeof(text), "approved by %s, session %llu, %s",
			 op->approver.name, (unsigned long long)op->approver.session,
			 op->approver.from);
	write_note(g, t, AUDIT_INTENT, op, op->alone ? "confirmed alone" : "confirmed",
		   text, now);
}

void write_begin_intent(struct write_gate *g, struct write_op *op,
			const struct write_point *p, struct now now)
{
	struct txn *t = g->host->txn(g->host->arg, true);
	struct write_record record;
	struct txn_op *intent;

	op->phase = WRITE_INTENT;
	op->request = g->next_request++;
	op->due = MONO_NEVER;
	op->send_by = mono_add_ms(now.mono, WRITE_SEND_MS);
	write_record_of(op, write_tolerance(p->def), now, &record);
	if (op->set)
		write_set_in_intent(g, t, op, now);
	intent = txn_add(t, TXN_INTENT, op->request, op->tag_name);
	intent->wall_ms = now.wall.ms;
	write_record_put(&intent->body, &record);
	note_intent(g, t, op, now);
	g->host->commit(g->host->arg, t, WRITE_COMMIT_INTENT, op->request);
	g->host->mark(g->host->arg, op->tag); /* in progress, for all to see */
	write_tell_step(g, op, WRITE_STAGE_RECORDING, "recording the intent");
}

/* The dead-man rule: a command whose operator, link, definition or time is gone is dead.
 */
static bool still_wanted(struct write_gate *g, struct write_op *op, struct now now,
			 struct strbuf *why)
{
	const struct write_point *p = g->host->at(g->host->arg, op->tag);

	if (op->stopping)
		strbuf_setf(why, "the server is stopping");
	else if (op->session_gone)
		strbuf_setf(why, "the operator's session ended first");
	else if (op->rests)
		strbuf_setf(why, "nobody acts at the operator's session any more");
	else if (op->restarted)
		strbuf_setf(why, "%s has restarted meanwhile: look again",
			    op->device_name);
	else if (mono_reached(now.mono, op->send_by))
		strbuf_setf(why, "storing the intent took longer than %d s",
			    WRITE_SEND_MS / 1000);
	else if (!p || p->revision != op->revision)
		strbuf_setf(why, "a reload changed %s meanwhile", op->tag_name);
	else
		return write_check(g, op, p, NULL, WRITE_AT_SEND, now, why);
	return false;
}

static void send_once(struct write_gate *g, struct write_op *op, struct now now)
{
	char text[96];

	op->phase = WRITE_SENT;
	op->due = mono_add_ms(now.mono, WRITE_ANSWER_MS);
	op->sent_at = now.mono;
	write_remember_sent(g, op, now);
	snprintf(text, sizeof(text), "sent to %s, waiting for its answer",
		 op->device_name);
	/* in this order: the command does not wait for who is told of it */
	g->host->send(g->host->arg, g->host->at(g->host->arg, op->tag), op->request,
		      &op->new_value.v, op->send_by);
	write_tell_step(g, op, WRITE_STAGE_SENT, text);
}

/* There is no record to wait for: none could be made, and none is owed, for nothing
 * was sent. */
static void intent_failed(struct write_gate *g, struct write_op *op, const char *why,
			  struct now now)
{
	struct txn *t = g->host->txn(g->host->arg, false);

	op->outcome = WRITE_NOT_SENT;
	snprintf(op->text, sizeof(op->text), "not recorded, not sent: %s", why);
	write_note(g, t, AUDIT_REFUSED, op, "not sent", op->text, now);
	g->host->commit(g->host->arg, t, WRITE_COMMIT_NOTE, 0);
	write_op_end(g, op);
}

void write_intent_stored(struct write_gate *g, struct write_op *op, bool ok,
			 const char *why, struct now now)
{
	if (ok && op->set)
		write_set_intent_stored(op);
	if (!ok)
		intent_failed(g, op, why, now);
	else if (still_wanted(g, op, now, &g->why))
		send_once(g, op, now);
	else
		write_set_outcome(g, op, WRITE_NOT_SENT, g->why.buf, now);
}

static void say_outcome(struct write_op *op, const char *text)
{
	char value[320];
	size_t size = sizeof(op->text);

	switch (op->outcome) {
	case WRITE_ACCEPTED:
		write_show(op, &op->new_value.v, value, sizeof(value));
		snprintf(op->text, size, "%s accepted %s%s%s", op->device_name, value,
			 text[0] ? ": " : "", text);
		break;
	case WRITE_REFUSED:
		write_show(op, &op->old_value.v, value, sizeof(value));
		snprintf(op->text, size, "%s refused: %s; it was %s before",
			 op->device_name, text, value);
		break;
	case WRITE_NOT_SENT:
		snprintf(op->text, size, "not sent: %s", text);
		break;
	case WRITE_UNKNOWN:
		snprintf(op->text, size, "unknown: %s", text);
		break;
	}
}

void write_set_outcome(struct write_gate *g, struct write_op *op, enum write_outcome o,
		       const char *text, struct now now)
{
	struct txn *t = g->host->txn(g->host->arg, true);
	struct txn_op *stored;

	op->phase = WRITE_OUTCOME;
	op->due = MONO_NEVER;
	op->outcome = o;
	op->answer_at = now.mono;
	write_remember_outcome(g, op, now);
	say_outcome(op, text);
	stored = txn_add(t, TXN_OUTCOME, op->request, write_outcome_name(o));
	stored->settled = o != WRITE_UNKNOWN;
	if (op->set)
		write_set_in_outcome(t, op);
	write_note(g, t, AUDIT_OUTCOME, op, write_outcome_name(o), op->text, now);
	if (o == WRITE_ACCEPTED || o == WRITE_UNKNOWN)
		write_note_changes(g, t, op, write_outcome_name(o), now);
	g->host->commit(g->host->arg, t, WRITE_COMMIT_OUTCOME, op->request);
}

/* What comes after the outcome is settled changes nothing any more, but is kept. */
static void late_outcome(struct write_gate *g, const struct write_op *op,
			 enum write_outcome o, const char *text, struct now now)
{
	struct txn *t = g->host->txn(g->host->arg, false);
	char result[64];

	snprintf(result, sizeof(result), "late: %s", write_outcome_name(o));
	write_note(g, t, AUDIT_OUTCOME, op, result, text, now);
	g->host->commit(g->host->arg, t, WRITE_COMMIT_NOTE, 0);
}

bool write_gate_may_answer(struct write_gate *g, uint64_t request, uint32_t driver)
{
	const struct write_op *op = write_op_by_request(g, request);

	return !op || op->driver == driver;
}

void write_gate_outcome(struct write_gate *g, uint64_t request, enum write_outcome o,
			const char *text, struct now now)
{
	struct write_op *op = write_op_by_request(g, request);

	if (op && op->phase == WRITE_SENT)
		write_set_outcome(g, op, o, text, now);
	else if (op && op->phase > WRITE_SENT)
		late_outcome(g, op, o, text, now);
}

static void outcome_lost(struct write_gate *g, struct write_op *op, const char *why,
			 struct now now)
{
	op->outcome = WRITE_UNKNOWN;
	op->in_doubt = true;
	snprintf(
		op->text, sizeof(op->text),
		"the outcome could not be recorded (%s): in doubt until a person settles "
		"it",
		why);
	write_doubt_add(g, op, now);
	write_op_end(g, op);
}

void write_outcome_stored(struct write_gate *g, struct write_op *op, bool ok,
			  const char *why, struct now now)
{
	if (!ok) {
		outcome_lost(g, op, why, now);
		return;
	}
	if (op->outcome == WRITE_UNKNOWN) {
		op->in_doubt = true;
		write_doubt_add(g, op, now);
	}
	write_tell_step(g, op, WRITE_STAGE_OUTCOME, op->text);
	if (!op->no_read_back &&
	    (op->outcome == WRITE_ACCEPTED || op->outcome == WRITE_UNKNOWN))
		write_begin_readback(g, op, now);
	else
		write_op_end(g, op);
}
