/*
 * rate.c - how often and how far a tag was moved: what was sent is remembered as long as
 * a limit may ask for it. A start forgets it.
 */
#include "write/gate_int.h"

#include <math.h>
#include <string.h>

#include "util/num.h"
#include "util/xalloc.h"

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

/* Of each tag the last one is kept, and what counts within max_change_ms. */
void write_remember_sent(struct write_gate *g, const struct write_op *op, struct now now)
{
	const struct write_point *p = g->host->at(g->host->arg, op->tag);
	const struct tag_write *w = p ? p->def->write : &tag_write_none;
	int64_t keep_ms = w->max_change > 0 ? w->max_change_ms : 0;
	struct write_sent *sent;

	for (size_t i = g->n_sent; i-- > 0;)
		if (g->sent[i].tag == op->tag &&
		    mono_ms_between(g->sent[i].at, now.mono) >= keep_ms)
			drop(g, i);
	sent = GROW(&g->sent, &g->n_sent);
	*sent = (struct write_sent){ .tag = op->tag, .at = now.mono };
	sent->has_from = value_number(&op->old_value.v, &sent->from) &&
			 isfinite(sent->from) &&
			 quality_is_interlock_grade(op->old_quality);
}

bool write_interval_over(const struct write_gate *g, const struct write_op *op,
			 int64_t need_ms, struct now now, struct strbuf *why)
{
	for (size_t i = g->n_sent; need_ms > 0 && i-- > 0;) {
		int64_t gone = mono_ms_between(g->sent[i].at, now.mono);

		if (g->sent[i].tag != op->tag)
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
		       const struct tag_def *def, const struct value *present,
		       struct now now, struct strbuf *why)
{
	double most = def->write->max_change * (1.0 + 1e-9), to, is;
	int64_t gone;
	size_t n = 0;

	if (!(most > 0.0) || def->write->pulse || !value_number(&op->new_value.v, &to))
		return true;
	if (value_number(present, &is) && fabs(to - is) > most) {
		say_too_far(op, def, is, to, 0, why);
		return false;
	}
	for (size_t i = 0; i < g->n_sent; i++) {
		const struct write_sent *s = &g->sent[i];

		gone = mono_ms_between(s->at, now.mono);
		if (s->tag != op->tag || gone >= def->write->max_change_ms)
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
