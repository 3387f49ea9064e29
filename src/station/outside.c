/*
 * outside.c - setpoints that were changed at the device itself (write/outside.h): watched
 * with the samples of their devices, told to who works there, and on record.
 */
#include "station/station_int.h"

#include <stdio.h>
#include <stdlib.h>

#include "util/xalloc.h"
#include "write/outside.h"

enum { TOLD_PER_S = 5, TOLD_BURST = 50, HOLD_MS = 1000 };

struct tag_outside {
	struct outside o;
	uint32_t revision; /* of the definition it was seen under */
	bool listed;       /* in s->outside */
};

/* What is told in one step: the first in words, the others counted. */
struct outside_told {
	const struct tag_def *def;
	char text[700];
};

static int64_t stands_ms(const struct station *s, uint32_t tag)
{
	const struct tag_def *d = s->tags[tag].def;
	/* of what is asked seldom, one answer does not show that it stands */
	int64_t scans = 2 * station_def_period_ms(s->def, d);

	return d->write->outside_ms > scans ? d->write->outside_ms : scans;
}

/* --- what happens ------------------------------------------------------------------ */

static void list(struct station *s, uint32_t tag)
{
	struct tag_outside *w = s->tags[tag].rare->outside;

	if (w->listed || !w->o.moved)
		return;
	w->listed = true;
	*GROW(&s->outside, &s->n_outside) = tag;
}

void outside_seen(struct station *s, uint32_t tag, const struct sample *sample,
		  bool writing)
{
	const struct tag_live *t = &s->tags[tag];
	struct tag_outside *w = t->rare->outside;

	if (writing && write_gate_in_hand(s->gate, tag))
		return; /* what it shows now may be ours */
	if (w->revision != t->revision)
		outside_release(&w->o);
	w->revision = t->revision;
	outside_sample(&w->o, sample, write_tolerance(t->def), s->now.mono);
	list(s, tag);
}

void outside_written(struct station *s, uint32_t tag, const struct value *v)
{
	struct tag_outside *w = s->tags[tag].rare->outside;

	if (w)
		outside_write(&w->o, v, s->now.mono);
}

void outside_device(struct station *s, const struct device_live *d)
{
	for (size_t i = 0; i < d->n_tags; i++)
		if (s->tags[d->tags[i]].rare->outside)
			outside_away(&s->tags[d->tags[i]].rare->outside->o);
}

/* --- what is told ------------------------------------------------------------------- */

static void note(struct station *s, const struct tag_def *d,
		 const struct outside_change *c, struct outside_told *told)
{
	enum { EXACT = -1 };
	char was[300], is[300], old[VALUE_STRING_MAX + 1], new[VALUE_STRING_MAX + 1];
	struct txn *t = txn_new(0, false);
	struct audit_record r = {
		.kind = AUDIT_OUTSIDE,
		.subject = d->name,
		.area = d->area,
		.old_value = old,
		.new_value = new,
		.unit = d->unit,
		.result = "changed outside",
		.detail = told->text,
	};

	value_format(&c->was, (int)d->decimals, was, sizeof(was));
	value_format(&c->is, (int)d->decimals, is, sizeof(is));
	value_format(&c->was, EXACT, old, sizeof(old));
	value_format(&c->is, EXACT, new, sizeof(new));
	told->def = d;
	snprintf(told->text, sizeof(told->text),
		 "%s was changed outside Sightglass: %.200s -> %.200s%s%s%s", d->name,
		 was, is, d->unit[0] ? " " : "", d->unit,
		 c->away ? " (while its device was away)" : "");
	station_audit(s, t, &r);
	station_commit(s, t, true, NULL, 0, 0);
	station_log(s, LOG_L_INFO, "%s", told->text);
}

/* Who works there, also while the session rests. */
static bool concerns(const struct session *who, const char *area)
{
	return access_allows(&who->full, RIGHT_OPERATE, area) ||
	       access_allows(&who->full, RIGHT_ENGINEER, area);
}

static void tell_session(struct station *s, struct session *who,
			 const struct outside_told *v, size_t n)
{
	const struct outside_told *first = NULL;
	size_t more = 0;

	for (size_t i = 0; i < n; i++) {
		if (!concerns(who, v[i].def->area))
			continue;
		more += first != NULL;
		first = first ? first : &v[i];
	}
	if (!first)
		return;
	strbuf_setf(&s->text, "%s", first->text);
	if (more)
		strbuf_addf(&s->text, "; and %zu more: see the audit", more);
	strbuf_clear(&s->frame);
	wire_put_notice(&s->frame, false, s->text.buf);
	station_send(s, who, &s->frame);
}

static void tell(struct station *s, const struct outside_told *v, size_t n)
{
	for (size_t i = 0; n && i < s->n_sessions; i++)
		if (s->sessions[i]->greeted && !s->sessions[i]->closing)
			tell_session(s, s->sessions[i], v, n);
}

/* False: it stays in the list. */
static bool judge(struct station *s, uint32_t tag, struct outside_told *v, size_t *n)
{
	struct tag_live *t = &s->tags[tag];
	struct tag_outside *w = t->rare->outside;
	struct outside_change change;
	int64_t stands;

	if (!w)
		return true; /* a reload took it away */
	w->listed = false;
	if (!w->o.moved || w->revision != t->revision)
		return true;
	stands = stands_ms(s, tag);
	w->listed = true;
	if (!mono_reached(s->now.mono, outside_deadline(&w->o, stands)))
		return false;
	if (*n == TOLD_BURST ||
	    !bucket_take(&s->outside_told, s->now.mono, TOLD_PER_S, TOLD_BURST)) {
		s->outside_hold = mono_add_ms(s->now.mono, HOLD_MS);
		return false;
	}
	w->listed = false;
	if (outside_due(&w->o, stands, write_tolerance(t->def), s->now.mono, &change))
		note(s, t->def, &change, &v[(*n)++]);
	return true;
}

void outside_tick(struct station *s)
{
	struct outside_told *v;
	size_t n = 0, kept = 0;

	if (!mono_reached(s->now.mono, outside_due_at(s)))
		return;
	if (!s->outside_says)
		s->outside_says = xcalloc(TOLD_BURST, sizeof(*v));
	v = s->outside_says;
	for (size_t i = 0; i < s->n_outside; i++)
		if (!judge(s, s->outside[i], v, &n))
			s->outside[kept++] = s->outside[i];
	s->n_outside = kept;
	tell(s, v, n);
}

struct mono outside_due_at(const struct station *s)
{
	struct mono next = MONO_NEVER;

	for (size_t i = 0; i < s->n_outside; i++) {
		uint32_t tag = s->outside[i];
		const struct tag_outside *w = s->tags[tag].rare->outside;

		if (!w || !s->tags[tag].def)
			return s->now.mono; /* to be struck off */
		next = mono_earlier(next, outside_deadline(&w->o, stands_ms(s, tag)));
	}
	return next.ns < s->outside_hold.ns ? s->outside_hold : next;
}

/* --- life --------------------------------------------------------------------------- */

static void drop(struct tag_live *t)
{
	struct tag_rare *r = t->rare->outside ? tag_rare(t) : NULL;

	if (!r)
		return;
	outside_release(&r->outside->o);
	free(r->outside);
	r->outside = NULL;
	tag_rare_tidy(t);
}

void outside_apply(struct station *s)
{
	for (uint32_t tag = 0; tag < s->n_tags; tag++) {
		struct tag_live *t = &s->tags[tag];

		if (!t->def || t->def->kind != TAG_DEVICE || !t->def->write->allowed ||
		    t->def->write->outside_ms <= 0) {
			drop(t);
		} else if (!t->rare->outside) {
			tag_rare(t)->outside = xcalloc(1, sizeof(struct tag_outside));
			t->rare->outside->revision = t->revision;
		}
	}
	s->n_outside = 0;
	for (uint32_t tag = 0; tag < s->n_tags; tag++) {
		if (!s->tags[tag].rare->outside)
			continue;
		s->tags[tag].rare->outside->listed = false;
		list(s, tag);
	}
}

void outside_free(struct station *s)
{
	for (uint32_t tag = 0; tag < s->n_tags; tag++)
		drop(&s->tags[tag]);
	free(s->outside);
	free(s->outside_says);
	s->outside = NULL;
	s->outside_says = NULL;
	s->n_outside = 0;
}
