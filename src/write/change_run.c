/*
 * change_run.c - whose turn it is in a set that was signed. A line is begun only after
 * the one before it was seen to be done; what comes between ends the set.
 */
#include "write/change_set_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct mono never = { INT64_MAX };
static const struct mono at_once = { 0 };

/* --- what the lines' own records say of the set ------------------------------------ */

void write_set_in_intent(struct write_gate *g, struct txn *t, const struct write_op *op,
			 struct now now)
{
	const struct write_set *set = op->set;
	char place[64];

	if (op->line == 0) {
		struct txn_op *row = txn_add(t, TXN_INTENT, set->request, WRITE_SET_KEY);

		row->wall_ms = now.wall.ms;
		write_set_put(&row->body, set);
		write_set_note(g, t, AUDIT_CHANGES, set, "signed", "", now);
	}
	snprintf(place, sizeof(place), "line %zu of %zu", op->line + 1, set->n);
	txn_add(t, TXN_OUTCOME, set->request, place);
}

void write_set_in_outcome(struct txn *t, const struct write_op *op)
{
	const struct write_set *set = op->set;
	char place[96];

	snprintf(place, sizeof(place), "line %zu of %zu: %s", op->line + 1, set->n,
		 write_outcome_name(op->outcome));
	txn_add(t, TXN_OUTCOME, set->request, place);
}

void write_set_intent_stored(struct write_op *op)
{
	op->set->stored = true;
}

/* --- the end of a line -------------------------------------------------------------- */

static enum wire_change_state state_of(const struct write_op *op)
{
	static const enum wire_change_state accepted[] = {
		[VERDICT_NONE] = CHANGE_DONE,
		[VERDICT_MATCH] = CHANGE_DONE,
		[VERDICT_MISMATCH] = CHANGE_MISMATCH,
		[VERDICT_UNREADABLE] = CHANGE_UNREAD,
	};

	if (!op->request)
		return CHANGE_NOT_SENT;
	switch (op->outcome) {
	case WRITE_ACCEPTED:
		return accepted[op->verdict];
	case WRITE_REFUSED:
		return CHANGE_DECLINED;
	case WRITE_NOT_SENT:
		return CHANGE_NOT_SENT;
	case WRITE_UNKNOWN:
		break;
	}
	return op->in_doubt ? CHANGE_UNKNOWN : CHANGE_DONE;
}

void write_set_op_finished(struct write_gate *g, struct write_op *op)
{
	struct write_set *set = op->set;
	struct write_line *l = &set->lines[op->line];

	if (l->state != CHANGE_BARRED)
		l->state = state_of(op);
	l->request = op->request;
	snprintf(l->text, sizeof(l->text), "%s", op->text);
	l->op = NULL;
	op->set = NULL;
	set->due = at_once;
	if (set->phase == SET_RUNNING)
		write_set_tell_line(g, set, (size_t)(l - set->lines));
}

/* --- the end of the set ------------------------------------------------------------- */

void write_set_stop(struct write_set *set, const char *why)
{
	if (set->stopped)
		return;
	set->stopped = true;
	set->due = at_once;
	snprintf(set->text, sizeof(set->text), "%s", why);
}

static void say_end(struct write_set *set, bool complete)
{
	size_t done = write_set_count(set, CHANGE_DONE);
	size_t unsent = write_set_count(set, CHANGE_NOT_SENT);
	char why[500];

	if (complete) {
		snprintf(set->text, sizeof(set->text), "%zu of %zu done", done, set->n);
		return;
	}
	snprintf(why, sizeof(why), "%.499s", set->text);
	snprintf(set->text, sizeof(set->text), "%zu of %zu done, %zu not sent%s: %s",
		 done, set->n, unsent,
		 write_set_count(set, CHANGE_UNKNOWN) ? ", 1 unknown" : "", why);
}

/* How it ended, to who said yes to it. */
static void tell_approver(struct write_gate *g, const struct write_set *set)
{
	struct strbuf text = STRBUF_INIT;

	if (!set->approver.session)
		return;
	strbuf_addf(&text, "change set %" PRIu64 " of %s, approved by you: %s",
		    set->request, set->who.name, set->text);
	strbuf_clear(&g->frame);
	wire_put_notice(&g->frame, write_set_count(set, CHANGE_DONE) != set->n, text.buf);
	g->host->tell(g->host->arg, set->approver.session, &g->frame);
	strbuf_release(&text);
}

static void end_set(struct write_gate *g, struct write_set *set, struct now now)
{
	bool complete = write_set_count(set, CHANGE_DONE) == set->n;
	struct txn *t;

	if (!complete)
		write_set_void(g, set, "the change set stopped before it", now);
	set->phase = SET_ENDED;
	set->due = never;
	say_end(set, complete);
	t = g->host->txn(g->host->arg, false);
	if (set->stored)
		txn_add(t, TXN_OUTCOME, set->request, complete ? "complete" : "stopped")
			->settled = true;
	write_set_note(g, t, AUDIT_CHANGES_END, set, complete ? "complete" : "stopped",
		       set->text, now);
	g->host->commit(g->host->arg, t, WRITE_COMMIT_NOTE, 0);
	write_set_tell_all(g, set);
	tell_approver(g, set);
}

/* --- the turn of a line ------------------------------------------------------------- */

/* A line behind, too: what is known to stop the set later stops it now. */
static const struct write_line *void_line(const struct write_set *set)
{
	for (size_t i = set->at; i < set->n; i++)
		if (!set->lines[i].op)
			return &set->lines[i];
	return NULL;
}

static bool may_begin(struct write_gate *g, struct write_op *op, struct now now)
{
	const struct write_point *p = g->host->at(g->host->arg, op->tag);
	const struct write_op *busy = write_in_hand(g, op);
	struct write_party who;

	if (!g->host->party(g->host->arg, op->who.session, &who) ||
	    strcmp(who.name, op->who.name) != 0) {
		strbuf_setf(&g->why, "the operator's session ended first");
		return false;
	}
	if (busy) {
		strbuf_setf(&g->why, "%s still has a command in hand (%s, by %s)",
			    op->device_name, busy->tag_name, busy->who.name);
		return false;
	}
	if (!p || p->revision != op->revision) {
		strbuf_setf(&g->why, "%s was changed by a reload: look again",
			    op->tag_name);
		return false;
	}
	return write_check(g, op, p, who.grant, WRITE_AT_CONFIRM, now, &g->why);
}

static void begin_line(struct write_gate *g, struct write_set *set, struct now now)
{
	struct write_op *op = set->lines[set->at].op;

	/* one command at a time a device: another person's may be on its way */
	if (write_in_hand(g, op) && !mono_reached(now.mono, set->wait_end)) {
		set->due = mono_add_ms(now.mono, WRITE_SET_WAIT_MS);
		return;
	}
	if (!may_begin(g, op, now)) {
		write_set_stop(set, g->why.buf);
		write_op_void(g, op, set->text, now);
		return;
	}
	set->lines[set->at].state = CHANGE_ACTIVE;
	write_begin_intent(g, op, g->host->at(g->host->arg, op->tag), now);
	set->lines[set->at].request = op->request;
	write_set_tell_line(g, set, set->at);
}

static void next_line(struct write_gate *g, struct write_set *set, struct now now)
{
	const struct write_line *gone = void_line(set);

	if (gone && !set->stopped)
		write_set_stop(set, gone->text);
	if (set->stopped || g->stopping)
		end_set(g, set, now);
	else
		begin_line(g, set, now);
}

static void look_at_running(struct write_gate *g, struct write_set *set, struct now now)
{
	const struct write_line *l = &set->lines[set->at];
	char why[768];

	if (l->op && l->op->phase != WRITE_SELECTED)
		return; /* in hand */
	if (l->op) {
		next_line(g, set, now);
		return;
	}
	if (!wire_change_is_done(l->state)) {
		snprintf(why, sizeof(why), "line %zu (%s): %.500s", set->at + 1, l->tag,
			 l->text);
		set->stopped = false; /* the line says more than what came before */
		write_set_stop(set, why);
		end_set(g, set, now);
		return;
	}
	set->wait_end = mono_add_ms(now.mono, WRITE_ANSWER_MS);
	if (++set->at < set->n)
		next_line(g, set, now);
	else
		end_set(g, set, now);
}

void write_set_begin(struct write_gate *g, struct write_set *set, uint32_t req,
		     struct now now)
{
	set->req = req;
	set->phase = SET_RUNNING;
	set->request = g->next_request++;
	set->signed_ms = now.wall.ms;
	set->wait_end = mono_add_ms(now.mono, WRITE_ANSWER_MS);
	set->due = never;
	for (size_t i = 0; i < set->n; i++) {
		set->lines[i].state = CHANGE_WAITING;
		set->lines[i].op->req = req;
	}
	set->text[0] = '\0';
	write_set_tell(g, set);
	next_line(g, set, now);
}

/* --- time --------------------------------------------------------------------------- */

static void look_at_selected(struct write_gate *g, struct write_set *set, struct now now)
{
	const struct write_line *gone = void_line(set);
	char why[768];

	if (gone)
		snprintf(why, sizeof(why), "%s: %.500s", gone->tag, gone->text);
	else
		snprintf(why, sizeof(why), "the select expired: look again");
	write_set_void(g, set, why, now);
	write_set_tell_all(g, set);
}

void write_sets_tick(struct write_gate *g, struct now now)
{
	for (size_t i = 0; i < g->n_sets; i++) {
		struct write_set *set = g->sets[i];

		while (mono_reached(now.mono, set->due)) {
			set->due = never;
			if (set->phase == SET_SELECTED || set->phase == SET_APPROVAL)
				look_at_selected(g, set, now);
			else if (set->phase == SET_RUNNING)
				look_at_running(g, set, now);
		}
	}
}

struct mono write_sets_deadline(const struct write_gate *g)
{
	struct mono next = never;

	for (size_t i = 0; i < g->n_sets; i++)
		if (g->sets[i]->due.ns < next.ns)
			next = g->sets[i]->due;
	return next;
}

bool write_sets_busy(const struct write_gate *g)
{
	for (size_t i = 0; i < g->n_sets; i++)
		if (g->sets[i]->phase == SET_RUNNING ||
		    g->sets[i]->phase == SET_SELECTED ||
		    g->sets[i]->phase == SET_APPROVAL)
			return true;
	return false;
}
