/*
 * substitute.c - values that a person puts in the place of measured ones: recorded before
 * they take effect, kept over restarts and reloads, marked everywhere, until somebody
 * ends them. Those that hold: substitutions.c.
 */
#include "station/substitute_int.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tag/words.h"
#include "util/num.h"
#include "util/xalloc.h"
#include "write/coerce.h"

struct substituting { /* being recorded */
	uint64_t id, session;
	uint32_t req;
	bool end;
	char approver[64]; /* the second person; "" = it takes none */
	struct substitution v;
};

/* --- may it? --------------------------------------------------------------------- */

static void add_number(struct strbuf *out, double v)
{
	char text[64];

	num_format_exact(v, text, sizeof(text));
	strbuf_adds(out, text);
}

static bool fits(const struct tag_def *d, const struct value *given, struct value *out,
		 struct strbuf *why)
{
	struct value taken = *given;
	double v;

	if (!tag_words_take(d->write->words, d->type, &taken)) {
		strbuf_setf(why, "%s takes ", d->name);
		tag_words_list(d->write->words, why);
		return false;
	}
	if (taken.type == VALUE_NONE || !value_coerce(&taken, d->type, out)) {
		strbuf_setf(why, "%s takes a value of type %s, not %s", d->name,
			    value_type_name(d->type), value_type_name(given->type));
		return false;
	}
	if (!value_number(out, &v))
		return true;
	if (!isfinite(v)) {
		strbuf_setf(why, "%s takes finite numbers only", d->name);
		return false;
	}
	if (!d->numbers->has_range || (v >= d->numbers->lo && v <= d->numbers->hi))
		return true;
	add_number(why, v);
	strbuf_addf(why, " is outside the range of %s: ", d->name);
	add_number(why, d->numbers->lo);
	strbuf_adds(why, " to ");
	add_number(why, d->numbers->hi);
	strbuf_addf(why, "%s%s", d->unit[0] ? " " : "", d->unit);
	return false;
}

static bool may_begin(struct station *s, const struct wire_substitute *m, uint32_t tag,
		      struct substitution *v, struct strbuf *why)
{
	const struct tag_def *d = s->tags[tag].def;
	double number;

	if (d->kind == TAG_SYSTEM)
		strbuf_setf(why, "%s is the server's own: it cannot be substituted",
			    d->name);
	else if (!m->reason[strspn(m->reason, " ")])
		strbuf_setf(why, "a substitution needs a reason: everybody who meets the "
				 "value will ask");
	else if (!substitution_find(s, tag) && s->n_substitutions >= SUBSTITUTIONS_MAX)
		strbuf_setf(why, "%d values are substituted already: end some first",
			    SUBSTITUTIONS_MAX);
	else
		return fits(d, &m->value, &v->value, why) &&
		       (!value_number(&v->value, &number) ||
			station_limit_suits(s, tag, number, why));
	return false;
}

static bool may(struct station *s, const struct wire_substitute *m, uint32_t tag,
		struct substitution *v, struct strbuf *why)
{
	if (!s->recording) {
		strbuf_setf(why, "the server cannot store records now: the value stays "
				 "as it is");
		return false;
	}
	for (size_t i = 0; i < s->n_substituting; i++) {
		if (s->substituting[i]->v.tag != tag)
			continue;
		strbuf_setf(why, "%s does it just now", s->substituting[i]->v.by);
		return false;
	}
	if (m->end && !substitution_find(s, tag)) {
		strbuf_setf(why, "%s is not substituted", s->tags[tag].def->name);
		return false;
	}
	return m->end || may_begin(s, m, tag, v, why);
}

/* --- recording ------------------------------------------------------------------- */

static void say_values(const struct station *s, const struct substituting *p,
		       char was[VALUE_STRING_MAX + 1], char is[VALUE_STRING_MAX + 1])
{
	const struct substitution *now = substitution_find(s, p->v.tag);

	const char *words = s->tags[p->v.tag].def->write->words;

	tag_words_format(words, &tag_db_get(s->db, p->v.tag)->value, -1, was,
			 VALUE_STRING_MAX + 1);
	tag_words_format(words, p->end ? &now->source.value : &p->v.value, -1, is,
			 VALUE_STRING_MAX + 1);
}

static void put_audit(struct station *s, struct txn *t, const struct session *who,
		      const struct substituting *p)
{
	const struct tag_def *d = s->tags[p->v.tag].def;
	quality q = tag_db_get(s->db, p->v.tag)->quality;
	char was[VALUE_STRING_MAX + 1], is[VALUE_STRING_MAX + 1], words[64];
	struct audit_record r = {
		.kind = p->end ? AUDIT_SUBSTITUTE_END : AUDIT_SUBSTITUTE,
		.subject = d->name,
		.area = d->area,
		.old_value = was,
		.new_value = is,
		.unit = d->unit,
		.quality = words,
		.reason = p->v.reason,
		.result = p->end ? "ended" : "substituted",
		.approver = p->approver,
	};

	station_describe(&r, who);
	say_values(s, p, was, is);
	snprintf(words, sizeof(words), "%s%s%s", quality_class_name(q),
		 quality_reason(q) ? " " : "", quality_reason_name(q));
	station_audit(s, t, &r);
	station_limit_changes(s, t, p->v.tag, &r);
}

static void stored(struct station *s, uint32_t what, uint64_t id, bool ok,
		   const char *why);

static void record(struct station *s, struct session *who, struct substituting *p)
{
	struct txn *t = txn_new(0, true);
	struct txn_op *op = txn_add(t, p->end ? TXN_SUBSTITUTION_GONE : TXN_SUBSTITUTION,
				    0, p->v.name);

	if (!p->end)
		substitution_put(&op->body, &p->v);
	put_audit(s, t, who, p);
	station_commit(s, t, false, stored, 0, p->id);
}

/* s->why says what for. */
static void refuse(struct station *s, struct session *who,
		   const struct wire_substitute *m, const char *area)
{
	station_note_refusal(s, who, m->tag, area, s->why.buf);
	station_reply(s, who, m->req, WIRE_REFUSED, "%s", s->why.buf);
}

/* p->v holds the value by now, unless it is to end. */
static void begin_recording(struct station *s, struct session *who,
			    const struct wire_substitute *m, uint32_t tag,
			    struct substituting *p)
{
	substitution_own_text(&p->v.value, p->v.text);
	p->id = ++s->last_substituting;
	p->session = who->id;
	p->req = m->req;
	p->end = m->end;
	p->v.tag = tag;
	p->v.since_ms = s->now.wall.ms;
	snprintf(p->v.name, sizeof(p->v.name), "%s", s->tags[tag].def->name);
	snprintf(p->v.by, sizeof(p->v.by), "%s", who->name);
	snprintf(p->v.reason, sizeof(p->v.reason), "%s", m->reason);
	*GROW(&s->substituting, &s->n_substituting) = p;
	record(s, who, p);
}

/* A value by hand moves what a write moves: alarms, limits, whoever reads it. So it takes
 * as many persons. The way back to what the plant says takes one. */
static bool takes_two(const struct station *s, const struct wire_substitute *m,
		      uint32_t tag)
{
	return !m->end && s->tags[tag].def->write->approve;
}

static bool ask_second(struct station *s, struct session *who,
		       const struct wire_substitute *m, uint32_t tag,
		       const struct value *v)
{
	const struct write_point *point = s->host.at(s, tag);
	struct write_party party = station_party(who);

	if (point)
		return write_gate_ask_by_hand(s->gate, &party, point, v, m->reason,
					      m->req, s->now, &s->why);
	strbuf_setf(&s->why, "%s is no tag of a device", s->tags[tag].def->name);
	return false;
}

/* The right to operate, and to put a value there what a write of it asks for. */
static bool has_right(struct station *s, const struct session *who,
		      const struct wire_substitute *m, uint32_t tag)
{
	const struct tag_def *d = s->tags[tag].def;
	enum right ask[2] = { RIGHT_OPERATE, RIGHT_OPERATE };

	if (!m->end && d->write->right && !right_parse(d->write->right, &ask[1])) {
		strbuf_setf(&s->why, "the tag asks for an unknown right \"%s\"",
			    d->write->right);
		return false;
	}
	for (size_t i = 0; i < 2; i++) {
		if (access_allows(&who->grant, ask[i], d->area))
			continue;
		access_explain(&who->grant, ask[i], d->area, &s->why);
		return false;
	}
	return true;
}

/* approver: "" = nobody was asked yet. */
static void substitute(struct station *s, struct session *who,
		       const struct wire_substitute *m, const char *approver)
{
	struct wire_request named = { .req = m->req };
	struct substituting *p;
	const char *area;
	uint32_t tag;
	bool ask;

	snprintf(named.text, sizeof(named.text), "%s", m->tag);
	tag = query_tag(s, who, &named);
	if (tag == TAG_NONE)
		return;
	area = s->tags[tag].def->area;
	ask = takes_two(s, m, tag) && !approver[0];
	strbuf_clear(&s->why);
	if (!has_right(s, who, m, tag)) {
		refuse(s, who, m, area);
		return;
	}
	p = xcalloc(1, sizeof(*p));
	snprintf(p->approver, sizeof(p->approver), "%s", approver);
	if (may(s, m, tag, &p->v, &s->why) &&
	    (!ask || ask_second(s, who, m, tag, &p->v.value))) {
		if (!ask) {
			begin_recording(s, who, m, tag, p);
			return;
		}
	} else {
		refuse(s, who, m, area);
	}
	free(p);
}

void station_substitute(struct station *s, struct session *who,
			const struct wire_substitute *m)
{
	substitute(s, who, m, "");
}

void station_substitute_granted(void *arg, const struct write_grant *grant)
{
	struct station *s = arg;
	struct session *who = session_find(s, grant->session);
	struct wire_substitute m = { .req = grant->req, .value = *grant->value };

	if (!who)
		return; /* nobody is told, nothing is done */
	snprintf(m.tag, sizeof(m.tag), "%s", grant->tag);
	snprintf(m.reason, sizeof(m.reason), "%s", grant->reason);
	substitute(s, who, &m, grant->approver);
}

/* --- the store has answered ------------------------------------------------------ */

static struct substituting *take(struct station *s, uint64_t id)
{
	for (size_t i = 0; i < s->n_substituting; i++) {
		struct substituting *p = s->substituting[i];

		if (p->id != id)
			continue;
		memmove(s->substituting + i, s->substituting + i + 1,
			(s->n_substituting - i - 1) * sizeof(*s->substituting));
		s->n_substituting--;
		return p;
	}
	return NULL;
}

static void begin(struct station *s, struct session *who, const struct substituting *p)
{
	char value[VALUE_STRING_MAX + 1];

	value_format(&p->v.value, -1, value, sizeof(value));
	substitution_hold(s, &p->v);
	station_log(s, LOG_L_WARN, "%s is substituted by %s: %s (%s)", p->v.name, p->v.by,
		    value, p->v.reason);
	station_reply(s, who, p->req, WIRE_OK,
		      "%s is %s now, substituted and marked until somebody ends it",
		      p->v.name, value);
}

static void end(struct station *s, struct session *who, const struct substituting *p)
{
	struct substitution *v = substitution_find(s, p->v.tag);

	if (v)
		substitution_end(s, v);
	station_log(s, LOG_L_INFO, "%s is not substituted any more: ended by %s",
		    p->v.name, p->v.by);
	station_reply(s, who, p->req, WIRE_OK, "%s shows its source again", p->v.name);
}

/* A reload may have come between: the name decides, and what it takes now. */
static bool is_still_meant(struct station *s, struct substituting *p)
{
	p->v.tag = tag_db_find(s->db, p->v.name);
	return p->v.tag != TAG_NONE &&
	       (p->end ||
		value_coerce(&p->v.value, s->tags[p->v.tag].def->type, &p->v.value));
}

static void stored(struct station *s, uint32_t what, uint64_t id, bool ok,
		   const char *why)
{
	struct substituting *p = take(s, id);
	struct session *who;

	(void)what;
	if (!p)
		return;
	who = session_find(s, p->session);
	if (!ok) {
		station_reply(s, who, p->req, WIRE_FAILED,
			      "not recorded, the value stays as it is: %s", why);
	} else if (is_still_meant(s, p)) {
		(p->end ? end : begin)(s, who, p);
	} else {
		if (!p->end)
			substitution_forget(s, &p->v,
					    "a reload changed the tag meanwhile");
		station_reply(s, who, p->req, WIRE_REFUSED,
			      "a reload removed or changed %s meanwhile: it is not "
			      "substituted",
			      p->v.name);
	}
	free(p);
}
