/* gate.c - the list of writes under way: life, time and what befalls several at once. */
#include "write/gate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"
#include "write/change_set_int.h"
#include "write/gate_int.h"

enum { TOKEN_SHIFT = 20 };

struct write_gate *write_gate_new(const struct write_host *host, uint64_t next_request,
				  struct now now)
{
	struct write_gate *g = xcalloc(1, sizeof(*g));

	g->host = host;
	g->next_request = next_request ? next_request : 1;
	/* a token of the process before this one must mean nothing here */
	g->last_token = (uint64_t)now.wall.ms << TOKEN_SHIFT;
	/* people read and type these; another process begins elsewhere */
	g->last_approval = 100 + (uint64_t)(now.wall.ms / 1000) % 900;
	g->frame = (struct strbuf)STRBUF_INIT;
	g->why = (struct strbuf)STRBUF_INIT;
	return g;
}

void write_gate_free(struct write_gate *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < g->n_ops; i++)
		free(g->ops[i]);
	free(g->ops);
	free(g->sent);
	free(g->doubts);
	write_sets_free(g);
	strbuf_release(&g->frame);
	strbuf_release(&g->why);
	free(g);
}

void write_value_set(struct write_text_value *to, const struct value *v)
{
	to->v = *v;
	if (v->type != VALUE_STRING)
		return;
	snprintf(to->text, sizeof(to->text), "%s", v->u.s);
	to->v.u.s = to->text;
}

/* The oldest of too many ended writes makes room: a confirm replayed so late is told
 * that its select is gone, which is as true. */
static struct write_op *take_finished(struct write_gate *g)
{
	for (size_t i = 0; i < g->n_ops; i++) {
		struct write_op *op = g->ops[i];

		if (op->phase != WRITE_FINISHED)
			continue;
		memmove(g->ops + i, g->ops + i + 1, (g->n_ops - i - 1) * sizeof(*g->ops));
		g->n_ops--;
		g->n_finished--;
		return op;
	}
	return NULL;
}

struct write_op *write_op_new(struct write_gate *g)
{
	struct write_op *op = NULL;

	if (g->n_finished >= WRITE_FINISHED_MAX)
		op = take_finished(g);
	if (!op)
		op = xmalloc(sizeof(*op));
	*op = (struct write_op){ .due = { INT64_MAX } };
	*GROW(&g->ops, &g->n_ops) = op;
	return op;
}

struct write_op *write_op_by_token(struct write_gate *g, uint64_t token)
{
	for (size_t i = 0; i < g->n_ops; i++)
		if (g->ops[i]->token == token)
			return g->ops[i];
	return NULL;
}

struct write_op *write_op_by_request(struct write_gate *g, uint64_t request)
{
	for (size_t i = 0; request && i < g->n_ops; i++)
		if (g->ops[i]->request == request)
			return g->ops[i];
	return NULL;
}

void write_op_finish(struct write_gate *g, struct write_op *op)
{
	op->phase = WRITE_FINISHED;
	op->due = MONO_NEVER;
	op->read = 0;
	g->n_finished++;
	if (op->set)
		write_set_op_finished(g, op);
	g->host->mark(g->host->arg, op->tag);
}

void write_op_end(struct write_gate *g, struct write_op *op)
{
	bool alone = !op->set; /* a line of a set is told as that */

	write_op_finish(g, op);
	if (!alone)
		return;
	write_tell_approver(g, op);
	write_tell_done(g, op, op->req);
	for (unsigned i = 0; i < op->n_replays; i++)
		write_tell_done(g, op, op->replays[i]);
}

void write_gate_committed(struct write_gate *g, enum write_commit what, uint64_t id,
			  bool ok, const char *why, struct now now)
{
	static const struct {
		enum write_phase phase;
		void (*stored)(struct write_gate *, struct write_op *, bool, const char *,
			       struct now);
	} rows[] = {
		[WRITE_COMMIT_INTENT] = { WRITE_INTENT, write_intent_stored },
		[WRITE_COMMIT_OUTCOME] = { WRITE_OUTCOME, write_outcome_stored },
		[WRITE_COMMIT_VERDICT] = { WRITE_VERDICT, write_verdict_stored },
	};
	struct write_op *op;

	if (what == WRITE_COMMIT_SETTLE) {
		write_doubt_stored(g, id, ok, why);
		return;
	}
	op = write_op_by_request(g, id);
	if (what != WRITE_COMMIT_NOTE && what < WRITE_COMMIT_SETTLE && op &&
	    op->phase == rows[what].phase)
		rows[what].stored(g, op, ok, why, now);
}

void write_gate_not_handed(struct write_gate *g, uint64_t request, bool part,
			   struct now now)
{
	struct write_op *op = write_op_by_request(g, request);

	if (!op || op->phase != WRITE_SENT)
		return;
	if (part)
		write_set_outcome(g, op, WRITE_UNKNOWN,
				  "only part of the command reached the driver", now);
	else
		write_set_outcome(g, op, WRITE_NOT_SENT,
				  "the driver could not take the command", now);
}

void write_gate_driver_gone(struct write_gate *g, uint32_t driver, const char *why,
			    struct now now)
{
	for (size_t i = 0; i < g->n_ops; i++) {
		struct write_op *op = g->ops[i];
		char text[320];

		if (op->phase < WRITE_SENT || op->driver != driver)
			continue;
		op->read = 0; /* its answer will not come */
		if (op->phase != WRITE_SENT)
			continue;
		snprintf(text, sizeof(text),
			 "the driver of %s %s while it had the "
			 "command",
			 op->device_name, why);
		write_set_outcome(g, op, WRITE_UNKNOWN, text, now);
	}
	for (size_t i = 0; i < g->n_doubts; i++) {
		if (g->doubts[i].read)
			g->doubts[i].wants_read = true;
		g->doubts[i].read = 0;
	}
}

void write_gate_session_rests(struct write_gate *g, uint64_t session, const char *why,
			      struct now now)
{
	for (size_t i = 0; i < g->n_ops; i++) {
		if (g->ops[i]->who.session != session)
			continue;
		g->ops[i]->rests = true; /* an intent that is being stored is not sent */
		if (g->ops[i]->phase <= WRITE_APPROVAL)
			write_op_void(g, g->ops[i], why, now);
	}
}

void write_gate_session_closed(struct write_gate *g, uint64_t session, struct now now)
{
	for (size_t i = 0; i < g->n_ops; i++) {
		struct write_op *op = g->ops[i];

		if (op->who.session != session || op->phase == WRITE_FINISHED)
			continue;
		op->session_gone = true;
		if (op->phase == WRITE_SELECTED)
			write_op_void(g, op, "the session ended", now);
		else if (op->phase == WRITE_APPROVAL)
			write_approval_over(g, op, WIRE_APPROVAL_WITHDRAWN,
					    "the session that asked has ended", now);
	}
}

void write_gate_tag_changed(struct write_gate *g, uint32_t tag, struct now now)
{
	for (size_t i = 0; i < g->n_ops; i++) {
		struct write_op *op = g->ops[i];

		if (op->tag == tag && op->phase <= WRITE_APPROVAL)
			write_op_void(g, op,
				      "the station was reloaded and the tag "
				      "changed: look again",
				      now);
	}
	write_doubt_tag_changed(g, tag);
}

void write_gate_device_restarted(struct write_gate *g, uint32_t device, struct now now)
{
	for (size_t i = 0; i < g->n_ops; i++) {
		struct write_op *op = g->ops[i];

		if (op->device != device || op->phase > WRITE_INTENT)
			continue;
		op->restarted = true;
		if (op->phase <= WRITE_APPROVAL)
			write_op_void(g, op, "the device has restarted: look again", now);
	}
}

void write_gate_stop(struct write_gate *g, struct now now)
{
	g->stopping = true;
	for (size_t i = 0; i < g->n_ops; i++) {
		struct write_op *op = g->ops[i];

		op->stopping = true;
		if (op->phase <= WRITE_APPROVAL)
			write_op_void(g, op, "the server stopped", now);
		else if (op->phase == WRITE_SENT)
			write_set_outcome(g, op, WRITE_UNKNOWN,
					  "the server stopped before the device answered",
					  now);
		else if (op->phase == WRITE_READBACK)
			write_end_readback(g, op, now);
	}
}

static void op_due(struct write_gate *g, struct write_op *op, struct now now)
{
	char text[160];

	if (op->phase == WRITE_SELECTED) {
		write_op_void(g, op, "the select expired after 15 s: look again", now);
	} else if (op->phase == WRITE_APPROVAL) {
		snprintf(text, sizeof(text), "nobody approved it within %" PRId64 " s",
			 write_approve_ms(op) / 1000);
		write_approval_over(g, op, WIRE_APPROVAL_EXPIRED, text, now);
		write_refuse_all(g, op, text, now);
	} else if (op->phase == WRITE_SENT) {
		snprintf(text, sizeof(text),
			 "the driver of %s gave no outcome within %d s", op->device_name,
			 WRITE_ANSWER_MS / 1000);
		write_set_outcome(g, op, WRITE_UNKNOWN, text, now);
	} else if (op->phase == WRITE_READBACK) {
		write_readback_tick(g, op, now);
	}
}

void write_gate_tick(struct write_gate *g, struct now now)
{
	for (size_t i = 0; i < g->n_ops; i++)
		if (mono_reached(now.mono, g->ops[i]->due))
			op_due(g, g->ops[i], now);
	write_sets_tick(g, now);
}

struct mono write_gate_next_deadline(const struct write_gate *g)
{
	struct mono next = write_sets_deadline(g);

	for (size_t i = 0; i < g->n_ops; i++)
		if (g->ops[i]->due.ns < next.ns)
			next = g->ops[i]->due;
	return next;
}

bool write_gate_leased(const struct write_gate *g, uint32_t tag)
{
	return write_holder(g, tag, NULL) != NULL;
}

enum wire_lease write_gate_lease(const struct write_gate *g, uint32_t tag)
{
	const struct write_op *op = write_holder(g, tag, NULL);

	if (!op)
		return WIRE_LEASE_NONE;
	if (op->phase == WRITE_SELECTED)
		return WIRE_LEASE_SELECTED;
	return op->phase == WRITE_APPROVAL ? WIRE_LEASE_APPROVAL : WIRE_LEASE_COMMAND;
}

bool write_gate_in_hand(const struct write_gate *g, uint32_t tag)
{
	const struct write_op *op = write_holder(g, tag, NULL);

	return op && op->phase > WRITE_SELECTED;
}

uint32_t write_gate_held_by(const struct write_gate *g, uint64_t session)
{
	for (size_t i = 0; i < g->n_ops; i++)
		if (g->ops[i]->who.session == session && !g->ops[i]->session_gone &&
		    g->ops[i]->phase != WRITE_FINISHED)
			return g->ops[i]->tag;
	return UINT32_MAX;
}

bool write_gate_idle(const struct write_gate *g)
{
	return g->n_finished == g->n_ops && !write_sets_busy(g);
}
