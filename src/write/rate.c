/*
 * rate.c - how often and how far a tag was moved: what was sent is remembered as long as
 * a limit may ask for it. A start learns it again from the stored intents, so that
 * nobody moves a plant faster by ending a server. What became of a command nobody knows
 * counts as sent.
 */
#include "write/change_set_int.h"

#include <math.h>
#include <string.h>

#include "util/num.h"
#include "util/xalloc.h"
#include "write/record.h"

/* A tag that is written oftener than this within its time is refused, so that what is
 * kept has an end. */
enum { CHANGES_MAX = 64 };

void write_add_exact(struct strbuf *out, double v, const char *unit)
{
	char number[64];

	num_format_exact(v, number, sizeof(number));
	strbuf_addf(out, "%s%s%s", number, unit[0] ? " " : "", unit);
}

static void drop(struct write_gate *g, size_t i)
{
	memmove(g->sent + i, g->sent + i + 1, (g->n_sent - i - 1) * sizeof(*g->sent));
	g->n_sent--;
}

/* NULL when nothing was sent to it that the device may hold. */
static const struct write_sent *last_held(const struct write_gate *g, uint32_t tag)
{
	for (size_t i = g->n_sent; i-- > 0;)
		if (g->sent[i].tag == tag && (g->sent[i].outcome == WRITE_ACCEPTED ||
					      g->sent[i].outcome == WRITE_UNKNOWN))
			return &g->sent[i];
	return NULL;
}

/* Of each tag the last one is kept, the one it may hold, and what counts within
 * max_change_ms. */
static struct write_sent *append(struct write_gate *g, const struct write_point *p,
				 uint32_t tag, struct now now)
{
	const struct tag_write *w = p ? p->def->write : &tag_write_none;
	int64_t keep_ms = w->max_change > 0 ? w->max_change_ms : 0;
	const struct write_sent *held = last_held(g, tag);
	uint64_t kept = held ? held->request : 0;
	struct write_sent *sent;

	for (size_t i = g->n_sent; i-- > 0;)
		if (g->sent[i].tag == tag && g->sent[i].request != kept &&
		    mono_ms_between(g->sent[i].at, now.mono) >= keep_ms)
			drop(g, i);
	sent = GROW(&g->sent, &g->n_sent);
	*sent = (struct write_sent){ .tag = tag, .outcome = WRITE_UNKNOWN };
	return sent;
}

static bool finite_number(const struct value *v, double *out)
{
	return value_number(v, out) && isfinite(*out);
}

void write_remember_sent(struct write_gate *g, const struct write_op *op, struct now now)
{
	struct write_sent *sent =
		append(g, g->host->at(g->host->arg, op->tag), op->tag, now);

	sent->request = op->request;
	sent->at = sent->answered = now.mono;
	sent->has_from = finite_number(&op->old_value.v, &sent->from) &&
			 quality_is_interlock_grade(op->old_quality);
	sent->has_to = finite_number(&op->new_value.v, &sent->to);
}

void write_remember_outcome(struct write_gate *g, const struct write_op *op,
			    struct now now)
{
	for (size_t i = g->n_sent; i-- > 0;) {
		if (g->sent[i].request != op->request)
			continue;
		g->sent[i].outcome = op->outcome;
		g->sent[i].answered = now.mono;
		return;
	}
}

/* "unknown (restart)" and none at all are unknown. */
static enum write_outcome outcome_of(const char *text)
{
	static const enum write_outcome known[] = { WRITE_ACCEPTED, WRITE_REFUSED,
						    WRITE_NOT_SENT };

	for (size_t i = 0; text && i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(text, write_outcome_name(known[i])) == 0)
			return known[i];
	return WRITE_UNKNOWN;
}

void write_gate_recall(struct write_gate *g, const struct stored_write *w, struct now now)
{
	struct write_record r;
	const struct write_point *p;
	struct write_sent *sent;
	int64_t gone;

	if (strcmp(w->tag, WRITE_SET_KEY) == 0 ||
	    !write_record_get(w->body.buf, w->body.len, &r))
		return;
	p = g->host->find(g->host->arg, r.tag);
	if (!p || p->def->write == &tag_write_none)
		return;
	gone = now.wall.ms - r.wall_ms;
	gone = gone > 0 ? gone : 0; /* a clock that went back forgets nothing */
	sent = append(g, p, p->tag, now);
	sent->request = w->request;
	sent->at = sent->answered = mono_add_ms(now.mono, -gone);
	sent->outcome = outcome_of(w->outcome);
	sent->has_from = finite_number(&r.old_value, &sent->from) &&
			 quality_is_interlock_grade(r.old_quality);
	sent->has_to = finite_number(&r.new_value, &sent->to);
}

struct write_base write_base_of(const struct write_gate *g, uint32_t tag,
				const struct sample *present)
{
	const struct write_sent *last = last_held(g, tag);
	struct write_base base = { 0 };
	bool shown = quality_is_interlock_grade(present->quality) &&
		     finite_number(&present->value, &base.v[0]);

	if (!last || !last->has_to || (shown && present->taken.ns > last->answered.ns)) {
		base.n = shown;
		return base;
	}
	base = (struct write_base){ .n = 1, .v = { last->to }, .commanded = true };
	if (last->outcome == WRITE_UNKNOWN && last->has_from)
		base.v[base.n++] = last->from;
	return base;
}

bool write_interval_over(const struct write_gate *g, const struct write_op *op,
			 int64_t need_ms, struct now now, struct strbuf *why)
{
	for (size_t i = g->n_sent; need_ms > 0 && i-- > 0;) {
		int64_t gone = mono_ms_between(g->sent[i].at, now.mono);

		if (g->sent[i].tag != op->tag || g->sent[i].outcome == WRITE_NOT_SENT)
			continue;
		if (gone >= need_ms)
			return true; /* the last one */
		strbuf_setf(why,
			    "%s was written %.1f s ago: %.1f s must pass between "
			    "two writes",
			    op->tag_name, (double)gone / 1000.0,
			    (double)need_ms / 1000.0);
		return false;
	}
	return true;
}

static void say_too_far(const struct write_op *op, const struct tag_def *def, double from,
			double to, int64_t left_ms, struct strbuf *why)
{
	strbuf_setf(why, "%s was ", op->tag_name);
	write_add_exact(why, from, "");
	strbuf_addf(why, " within the last %g s: ",
		    (double)def->write->max_change_ms / 1000.0);
	write_add_exact(why, to, def->unit);
	strbuf_adds(why, " would be a change of ");
	write_add_exact(why, fabs(to - from), def->unit);
	strbuf_adds(why, ", more than the allowed ");
	write_add_exact(why, def->write->max_change, def->unit);
	if (left_ms > 0)
		strbuf_addf(why, "; wait %.0f s", ceil((double)left_ms / 1000.0));
}

bool write_change_fits(const struct write_gate *g, const struct write_op *op,
		       const struct tag_def *def, const struct sample *present,
		       struct now now, struct strbuf *why)
{
	double most = def->write->max_change * (1.0 + 1e-9), to;
	struct write_base base = write_base_of(g, op->tag, present);
	int64_t gone;
	size_t n = 0;

	if (!(most > 0.0) || def->write->pulse || !value_number(&op->new_value.v, &to))
		return true;
	for (size_t i = 0; i < base.n; i++) {
		if (fabs(to - base.v[i]) <= most)
			continue;
		say_too_far(op, def, base.v[i], to, 0, why);
		return false;
	}
	for (size_t i = 0; i < g->n_sent; i++) {
		const struct write_sent *s = &g->sent[i];

		gone = mono_ms_between(s->at, now.mono);
		if (s->tag != op->tag || s->outcome == WRITE_NOT_SENT ||
		    gone >= def->write->max_change_ms)
			continue;
		n++;
		if (!s->has_from || fabs(to - s->from) <= most)
			continue;
		say_too_far(op, def, s->from, to, def->write->max_change_ms - gone, why);
		return false;
	}
	if (n < CHANGES_MAX)
		return true;
	strbuf_setf(why, "%s was written %zu times within %g s: wait a moment",
		    op->tag_name, n, (double)def->write->max_change_ms / 1000.0);
	return false;
}
