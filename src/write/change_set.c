/* change_set.c - a set from its select to its confirm: all lines pass, or none is taken.
 */
#include "write/change_set_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

struct write_set *write_set_by_token(struct write_gate *g, uint64_t token)
{
	for (size_t i = 0; token && i < g->n_sets; i++)
		if (g->sets[i]->token == token)
			return g->sets[i];
	return NULL;
}

static void set_free(struct write_set *set)
{
	free(set->lines);
	free(set);
}

void write_sets_free(struct write_gate *g)
{
	for (size_t i = 0; i < g->n_sets; i++)
		set_free(g->sets[i]);
	free(g->sets);
}

static bool is_over(const struct write_set *set)
{
	return set->phase == SET_REFUSED || set->phase == SET_ENDED;
}

/* Few that are over are kept, to be asked for; the oldest goes. */
static void make_room(struct write_gate *g)
{
	size_t over = 0, oldest = SIZE_MAX;

	for (size_t i = g->n_sets; i-- > 0;) {
		if (!is_over(g->sets[i]))
			continue;
		over++;
		oldest = i;
	}
	if (over < WRITE_SETS_KEPT)
		return;
	set_free(g->sets[oldest]);
	memmove(g->sets + oldest, g->sets + oldest + 1,
		(g->n_sets - oldest - 1) * sizeof(struct write_set *));
	g->n_sets--;
}

static struct write_set *set_new(const struct write_party *p,
				 const struct wire_changes *m)
{
	struct write_set *set = xcalloc(1, sizeof(*set));

	set->req = m->req;
	set->n = m->n;
	set->lines = xcalloc(m->n, sizeof(*set->lines));
	set->due = MONO_NEVER;
	write_who_set(&set->who, p);
	snprintf(set->title, sizeof(set->title), "%s", m->title);
	snprintf(set->reason, sizeof(set->reason), "%s", m->reason);
	return set;
}

/* --- judging ---------------------------------------------------------------------- */

static bool is_twice(const struct wire_changes *m, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(m->lines[i].tag, m->lines[at].tag) == 0)
			return true;
	return false;
}

static void describe_line(struct write_line *l, const struct write_op *op,
			  const struct write_point *p)
{
	static const double exactly = 0.0;

	snprintf(l->unit, sizeof(l->unit), "%s", op->unit);
	snprintf(l->device, sizeof(l->device), "%s", op->device_name);
	l->has_range = p->def->numbers->has_range;
	l->lo = p->def->numbers->lo;
	l->hi = p->def->numbers->hi;
	write_value_text(op, &op->old_value.v, op->decimals, l->old_value,
			 sizeof(l->old_value));
	write_value_text(op, &op->new_value.v, op->decimals, l->new_value,
			 sizeof(l->new_value));
	l->same = !p->def->write->pulse && quality_is_interlock_grade(op->old_quality) &&
		  write_matches(&op->new_value.v, &op->old_value.v, exactly);
}

/* op: what the line would be. False: l says what speaks against it. */
static bool judge(struct write_gate *g, struct write_set *set,
		  const struct write_party *party, const struct wire_changes *m,
		  size_t at, struct write_op *op, struct now now)
{
	struct write_line *l = &set->lines[at];
	const struct write_point *p = g->host->find(g->host->arg, m->lines[at].tag);
	bool ok = false;

	*op = (struct write_op){ .phase = WRITE_SELECTED, .due = { INT64_MAX } };
	op->who = set->who;
	op->req = set->req;
	snprintf(op->tag_name, sizeof(op->tag_name), "%s", m->lines[at].tag);
	snprintf(op->reason, sizeof(op->reason), "%s",
		 m->look && !set->reason[0] ? "a look: it is said at the signature"
					    : set->reason);
	snprintf(l->tag, sizeof(l->tag), "%s", m->lines[at].tag);
	write_value_set(&op->new_value, &m->lines[at].value);
	if (!p) {
		value_format(&op->new_value.v, -1, l->new_value, sizeof(l->new_value));
		strbuf_setf(&g->why, "there is no tag named \"%s\"", l->tag);
	} else {
		write_remember_point(op, p, g->host->sample(g->host->arg, p->tag));
		op->wants = write_wants(p, false);
		set->wants |= op->wants;
		ok = write_check(g, op, p, party->grant, WRITE_AT_SELECT, now, &g->why) &&
		     write_plan_readback(g, op, p, &g->why);
		describe_line(l, op, p);
	}
	if (ok && is_twice(m, at)) {
		strbuf_setf(&g->why, "%s is in the set twice", l->tag);
		ok = false;
	}
	l->state = ok ? CHANGE_READY : CHANGE_BARRED;
	snprintf(l->text, sizeof(l->text), "%s", ok ? "" : g->why.buf);
	return ok;
}

static size_t judge_all(struct write_gate *g, struct write_set *set,
			const struct write_party *party, const struct wire_changes *m,
			struct now now)
{
	struct write_op op;
	size_t barred = 0;

	for (size_t i = 0; i < m->n; i++)
		barred += !judge(g, set, party, m, i, &op, now);
	return barred;
}

/* What a second person reads first; its lines follow, one by one. */
static void offer_of(const struct write_set *set, char *out, size_t size)
{
	snprintf(out, size, "change set%s%s of %zu, written in this order",
		 set->title[0] ? " " : "", set->title, set->n);
}

/* --- select ----------------------------------------------------------------------- */

static void take_line(struct write_gate *g, struct write_set *set,
		      const struct write_party *party, const struct wire_changes *m,
		      size_t at, struct txn *t, struct now now)
{
	struct write_op asked, *op;

	judge(g, set, party, m, at, &asked, now);
	op = write_op_new(g);
	*op = asked;
	write_value_set(&op->old_value, &asked.old_value.v);
	write_value_set(&op->new_value, &asked.new_value.v);
	write_set_offer(op, g->host->at(g->host->arg, op->tag));
	op->set = set; /* whose token counts: the line has none */
	op->of_set = true;
	op->line = at;
	set->lines[at].op = op;
	write_note(g, t, AUDIT_SELECT, op, "selected", "", now);
	g->host->mark(g->host->arg, op->tag);
}

static void take(struct write_gate *g, struct write_set *set,
		 const struct write_party *party, const struct wire_changes *m,
		 struct now now)
{
	struct txn *t = g->host->txn(g->host->arg, false);

	for (size_t i = 0; i < m->n; i++)
		take_line(g, set, party, m, i, t, now);
	g->host->commit(g->host->arg, t, WRITE_COMMIT_NOTE, 0);
	set->phase = SET_SELECTED;
	set->token = ++g->last_token;
	if (set->wants & WIRE_WANTS_CHALLENGE)
		snprintf(set->challenge, sizeof(set->challenge), "%u",
			 write_digits_of(set->token));
	set->due = mono_add_ms(now.mono,
			       WRITE_SELECT_MS + WRITE_SET_LINE_MS * (int64_t)set->n);
	make_room(g);
	*GROW(&g->sets, &g->n_sets) = set;
	write_set_tell_all(g, set);
}

/* What is told, and on record, of a set that cannot be taken. */
static void say_barred(struct write_set *set, size_t barred)
{
	size_t first = 0;

	while (set->lines[first].state != CHANGE_BARRED)
		first++;
	snprintf(set->text, sizeof(set->text), "%zu of %zu cannot be written; %s: %.500s",
		 barred, set->n, set->lines[first].tag, set->lines[first].text);
}

void write_gate_select_set(struct write_gate *g, const struct write_party *party,
			   const struct wire_changes *m, struct now now)
{
	struct write_set *set;
	size_t barred;

	if (!m->look)
		write_give_up_older(g, party->session, now);
	set = set_new(party, m);
	barred = judge_all(g, set, party, m, now);
	if (!barred && !m->look) {
		take(g, set, party, m, now);
		return;
	}
	set->phase = m->look ? SET_LOOKED : SET_REFUSED;
	if (barred)
		say_barred(set, barred);
	write_set_tell_all(g, set);
	if (!m->look)
		write_set_refuse(g, set, 0, set->text, now);
	set_free(set);
}

/* --- giving up -------------------------------------------------------------------- */

void write_set_void(struct write_gate *g, struct write_set *set, const char *why,
		    struct now now)
{
	struct txn *t = g->host->txn(g->host->arg, false);

	for (size_t i = 0; i < set->n; i++) {
		struct write_op *op = set->lines[i].op;

		if (!op || op->phase > WRITE_APPROVAL)
			continue;
		if (op->phase == WRITE_APPROVAL) {
			write_approval_over(g, op, WIRE_APPROVAL_WITHDRAWN, why, now);
			continue;
		}
		write_note(g, t, AUDIT_CANCEL, op, "void", why, now);
		snprintf(op->text, sizeof(op->text), "%s", why);
		write_op_finish(g, op);
	}
	g->host->commit(g->host->arg, t, WRITE_COMMIT_NOTE, 0);
	if (set->phase == SET_RUNNING)
		return;
	set->phase = SET_REFUSED;
	set->due = MONO_NEVER;
	snprintf(set->text, sizeof(set->text), "%s", why);
}

void write_sets_give_up(struct write_gate *g, uint64_t session, struct now now)
{
	for (size_t i = 0; i < g->n_sets; i++)
		if (g->sets[i]->who.session == session &&
		    g->sets[i]->phase == SET_SELECTED) /* one that was signed waits */
			write_set_void(g, g->sets[i], "the session selected anew", now);
}

void write_set_cancel(struct write_gate *g, struct write_set *set,
		      const struct write_party *p, uint32_t req, struct now now)
{
	if (set->phase == SET_RUNNING) {
		write_set_stop(set, "the operator stopped it");
		write_tell_reply(g, p->session, req, WIRE_OK,
				 "no further line is begun; the one in hand goes on");
	} else if (set->phase == SET_SELECTED || set->phase == SET_APPROVAL) {
		write_set_void(g, set, "given up by the operator", now);
		write_tell_reply(g, p->session, req, WIRE_OK, "given up");
	} else {
		write_tell_reply(g, p->session, req, WIRE_OK, set->text);
	}
}

/* --- confirm ---------------------------------------------------------------------- */

/* All lines again, before the first is begun: a set that is known to stop is not
 * started. */
bool write_set_passes(struct write_gate *g, const struct write_set *set,
		      const struct write_party *party, struct now now)
{
	for (size_t i = 0; i < set->n; i++) {
		struct write_line *l = &set->lines[i];
		const struct write_point *p =
			l->op ? g->host->at(g->host->arg, l->op->tag) : NULL;

		if (!l->op)
			strbuf_setf(&g->why, "%s", l->text);
		else if (!p || p->revision != l->op->revision)
			strbuf_setf(&g->why, "%s was changed by a reload: look again",
				    l->tag);
		else if (write_check(g, l->op, p, party->grant, WRITE_AT_CONFIRM, now,
				     &g->why))
			continue;
		l->state = CHANGE_BARRED;
		snprintf(l->text, sizeof(l->text), "%s", g->why.buf);
		return false;
	}
	return true;
}

/* said NULL: the line that is barred says why. */
static void refuse_confirm(struct write_gate *g, struct write_set *set, uint32_t req,
			   const char *said, struct now now)
{
	size_t at = 0;
	char why[768];

	while (!said && set->lines[at].state != CHANGE_BARRED)
		at++;
	if (said)
		snprintf(why, sizeof(why), "nothing was sent; %.500s", said);
	else
		snprintf(why, sizeof(why), "nothing was sent; %s: %.500s",
			 set->lines[at].tag, set->lines[at].text);
	write_set_void(g, set, why, now);
	set->req = req;
	write_set_tell_all(g, set);
	write_set_refuse(g, set, 0, why, now);
}

/* The first line that wants a second person carries the request of all. */
static void ask_approval(struct write_gate *g, struct write_set *set, struct now now)
{
	struct write_op *op = NULL;

	for (size_t i = 0; i < set->n && !op; i++)
		if (set->lines[i].op->wants & WIRE_WANTS_APPROVAL)
			op = set->lines[i].op;
	offer_of(set, op->offer, sizeof(op->offer));
	set->phase = SET_APPROVAL;
	set->due = MONO_NEVER;
	write_ask_approval(g, op, now);
	snprintf(set->text, sizeof(set->text), "waiting for a second person");
	write_set_tell(g, set);
}

void write_set_line_text(const struct write_set *set, size_t at, char *out, size_t size)
{
	const struct write_line *l = &set->lines[at];
	char limits[128] = "";

	if (l->has_range)
		snprintf(limits, sizeof(limits), ", limits %g to %g%s%s", l->lo, l->hi,
			 l->unit[0] ? " " : "", l->unit);
	snprintf(out, size, "%s: %s \xe2\x86\x92 %s%s%s%s", l->tag, l->old_value,
		 l->new_value, l->unit[0] ? " " : "", l->unit, limits);
}

bool write_set_may_approve(const struct write_set *set, const struct write_party *p,
			   struct strbuf *why)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct write_op *op = set->lines[i].op;

		if (!op || !(op->wants & WIRE_WANTS_APPROVAL) ||
		    access_allows(p->grant, RIGHT_APPROVE, op->area))
			continue;
		access_explain(p->grant, RIGHT_APPROVE, op->area, why);
		return false;
	}
	return true;
}

void write_set_approved(struct write_gate *g, struct write_op *op, struct now now)
{
	struct write_set *set = op->set;

	op->phase = WRITE_SELECTED;
	set->approver = op->approver;
	for (size_t i = 0; i < set->n; i++)
		set->lines[i].op->approver = op->approver;
	write_set_begin(g, set, set->req, now);
}

static void sign_set(struct write_gate *g, struct write_set *set,
		     const struct write_party *p, const struct wire_request *m,
		     struct now now)
{
	if (set->challenge[0] &&
	    !write_typed_as_shown(set->challenge, m->text, &g->why)) {
		refuse_confirm(g, set, m->req, g->why.buf, now);
	} else if (!write_set_passes(g, set, p, now)) {
		refuse_confirm(g, set, m->req, NULL, now);
	} else if (set->wants & WIRE_WANTS_APPROVAL) {
		set->req = m->req;
		ask_approval(g, set, now);
	} else {
		write_set_begin(g, set, m->req, now);
	}
}

void write_set_confirm(struct write_gate *g, struct write_set *set,
		       const struct write_party *p, const struct wire_request *m,
		       struct now now)
{
	if (set->phase == SET_RUNNING || set->phase == SET_APPROVAL) {
		if (m->req != set->req) /* else a frame sent twice */
			write_set_refuse(g, set, m->req, "this set is under way already",
					 now);
	} else if (set->phase != SET_SELECTED) {
		set->req = m->req;
		write_set_tell_all(g, set); /* what became of it answers again */
	} else {
		sign_set(g, set, p, m, now);
	}
}
