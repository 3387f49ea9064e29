/* same.c - member by member: see same.h. */
#include "support/test.h"

#include <string.h>

#include "unit/alarm/same.h"
#include "util/strbuf.h"

/* --- what differs --------------------------------------------------------------- */

bool same_not(struct strbuf *why, const char *what, double engine, double model)
{
	strbuf_addf(why, "%s: the engine says %g, the model %g\n", what, engine, model);
	return false;
}

bool same_text(struct strbuf *why, const char *what, const char *engine,
	       const char *model)
{
	if (strcmp(engine, model) == 0)
		return true;
	strbuf_addf(why, "%s: the engine says \"%s\", the model \"%s\"\n", what, engine,
		    model);
	return false;
}

bool same_double(struct strbuf *why, const char *what, double engine, double model)
{
	return (isnan(engine) && isnan(model)) || SAME(why, what, engine, model);
}

static bool same_older(struct strbuf *why, const struct model_alarm *m,
		       const struct alarm_extra *x)
{
	bool same = SAME(why, "n_older", x->n_older, m->n_older);

	for (int i = 0; same && i < m->n_older; i++)
		same = SAME(why, "older", x->older[i].occurrence,
			    m->older[i].occurrence) &&
		       SAME(why, "older raised", x->older[i].raised.ms,
			    m->older[i].raised) &&
		       SAME(why, "older returned", x->older[i].returned.ms,
			    m->older[i].returned);
	return same;
}

static bool same_shelf(struct strbuf *why, const struct model_alarm *m,
		       const struct alarm_extra *x)
{
	return SAME(why, "shelf", (int)x->shelf, m->shelf) &&
	       SAME(why, "shelf since", x->shelf_since.ms, m->shelf_since) &&
	       SAME(why, "shelf until", x->shelf_until.ms, m->shelf_until) &&
	       same_text(why, "shelf by", x->shelf_by, m->shelf_by) &&
	       same_text(why, "shelf reason", x->shelf_reason, m->shelf_reason);
}

static bool same_suppressed(struct strbuf *why, const struct model_alarm *m,
			    const struct alarm_extra *x)
{
	if (!SAME(why, "suppressed", x->suppressed, m->suppressed))
		return false;
	return !m->suppressed ||
	       (SAME(why, "suppressed since", x->suppressed_since.ms,
		     m->suppressed_since) &&
		same_text(why, "suppressed by", x->suppressed_by, m->suppressed_by) &&
		same_text(why, "reason", x->suppressed_reason, m->suppressed_reason));
}

static bool same_service(struct strbuf *why, const struct model_alarm *m,
			 const struct alarm_extra *x)
{
	if (!SAME(why, "out of service", x->out_of_service, m->out))
		return false;
	return !m->out || (SAME(why, "out since", x->out_since.ms, m->out_since) &&
			   same_text(why, "out by", x->out_by, m->out_by) &&
			   same_text(why, "out reason", x->out_reason, m->out_reason));
}

static bool same_comment(struct strbuf *why, const struct model_alarm *m,
			 const struct alarm_extra *x)
{
	if (!SAME(why, "commented", x->commented.ms, m->commented))
		return false;
	return !m->commented ||
	       (same_text(why, "comment by", x->comment_by, m->comment_by) &&
		same_text(why, "comment", x->comment, m->comment));
}

static bool same_extra(struct strbuf *why, const struct model_alarm *m,
		       const struct alarm_extra *x)
{
	static const struct alarm_extra none;
	bool any = m->shelf || m->suppressed || m->out || m->commented || m->n_older;

	if (!SAME(why, "has an extra", x != NULL, any))
		return false;
	if (!x)
		x = &none;
	return same_shelf(why, m, x) && same_older(why, m, x) &&
	       same_suppressed(why, m, x) && same_service(why, m, x) &&
	       same_comment(why, m, x);
}

bool same_record(struct strbuf *why, const struct model_alarm *m,
		 const struct alarm_record *r)
{
	return SAME(why, "state", 'A' + (int)r->state, (int)m->state) &&
	       SAME(why, "occurrence", r->occurrence, m->occurrence) &&
	       SAME(why, "raised", r->raised.ms, m->raised) &&
	       SAME(why, "changed", r->changed.ms, m->changed) &&
	       SAME(why, "acked", r->acked.ms, m->acked) &&
	       same_text(why, "acked by", r->acked_by, m->acked_by) &&
	       same_double(why, "value", r->value, m->value) &&
	       SAME(why, "quality", r->quality, m->quality) &&
	       SAME(why, "source bad", r->source_bad, m->source_bad) &&
	       SAME(why, "first-out", r->first_out, m->first_out) &&
	       SAME(why, "unconfirmed", r->unconfirmed, m->unconfirmed) &&
	       SAME(why, "realarms", r->realarms, m->realarms) &&
	       SAME(why, "flags", alarm_record_flags(r), model_flags(m)) &&
	       SAME(why, "retained", alarm_record_is_retained(r), model_retained(m)) &&
	       same_extra(why, m, r->extra);
}

bool same_transition(struct strbuf *why, const struct model_seen *m,
		     const struct alarm_transition *t)
{
	return SAME(why, "of alarm", t->alarm, m->alarm) &&
	       same_text(why, "event", alarm_event_name(t->event),
			 alarm_event_name(m->event)) &&
	       same_text(why, "rule", t->rule, m->rule) &&
	       SAME(why, "cause", (int)t->cause, (int)m->cause) &&
	       SAME(why, "from", 'A' + (int)t->from, (int)m->from) &&
	       SAME(why, "to", 'A' + (int)t->to, (int)m->to) &&
	       SAME(why, "about occurrence", t->occurrence, m->occurrence) &&
	       SAME(why, "source time", t->source_time.ms, m->source_time) &&
	       same_text(why, "by", t->by, m->by) &&
	       same_text(why, "text", t->text, m->text) &&
	       same_double(why, "limit", t->limit, m->after.limit) &&
	       SAME(why, "blind", t->blind, m->after.blind) &&
	       same_record(why, &m->after, &t->record);
}
