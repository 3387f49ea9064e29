/*
 * substitute.c - values that a person puts in the place of measured ones: recorded before
 * they take effect, kept over restarts and reloads, marked everywhere, until somebody
 * ends them.
 *
 * A substituted value is good and flagged: it runs expressions and alarms and passes no
 * interlock. What its source says meanwhile is kept aside and takes the place back.
 */
#include "station/station_int.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "util/num.h"
#include "util/xalloc.h"
#include "write/coerce.h"

enum { SUBSTITUTIONS_MAX = 500, RECORD_VERSION = 1 };

struct substitution {
	uint32_t tag; /* TAG_NONE until a reload has the name again */
	char name[TAG_NAME_MAX + 1];
	char by[64], reason[256];
	int64_t since_ms;
	struct value value;
	char text[VALUE_STRING_MAX + 1];
	struct sample source; /* the newest of it */
	char source_text[VALUE_STRING_MAX + 1];
};

struct substituting { /* being recorded */
	uint64_t id, session;
	uint32_t req;
	bool end;
	struct substitution v;
};

static void own_text(struct value *v, char text[VALUE_STRING_MAX + 1])
{
	if (v->type != VALUE_STRING)
		return;
	if (v->u.s != text)
		snprintf(text, VALUE_STRING_MAX + 1, "%s", v->u.s ? v->u.s : "");
	v->u.s = text;
}

/* A copy may not borrow the text of what it was copied from. */
static void copy(struct substitution *to, const struct substitution *from)
{
	*to = *from;
	if (to->value.type == VALUE_STRING)
		to->value.u.s = to->text;
	if (to->source.value.type == VALUE_STRING)
		to->source.value.u.s = to->source_text;
}

/* --- what holds ------------------------------------------------------------------ */

static struct substitution *find(const struct station *s, uint32_t tag)
{
	for (size_t i = 0; i < s->n_substitutions; i++)
		if (s->substitutions[i]->tag == tag)
			return s->substitutions[i];
	return NULL;
}

static struct substitution *find_name(const struct station *s, const char *name)
{
	for (size_t i = 0; i < s->n_substitutions; i++)
		if (strcmp(s->substitutions[i]->name, name) == 0)
			return s->substitutions[i];
	return NULL;
}

static void keep_source(struct substitution *v, const struct sample *sample)
{
	v->source = *sample;
	own_text(&v->source.value, v->source_text);
}

/* Only a tag that carries the flag can be one of ours: the list is looked through for
 * few samples, and for none while it is empty. */
bool substitution_keeps(struct station *s, uint32_t tag, const struct sample *sample)
{
	struct substitution *v;

	if (!(tag_db_get(s->db, tag)->quality & QUALITY_SUBSTITUTED))
		return false;
	v = find(s, tag);
	if (v)
		keep_source(v, sample);
	return v != NULL;
}

bool substitution_keeps_quality(struct station *s, uint32_t tag, quality q)
{
	struct substitution *v;

	if (!(tag_db_get(s->db, tag)->quality & QUALITY_SUBSTITUTED))
		return false;
	v = find(s, tag);
	if (v)
		v->source.quality = q;
	return v != NULL;
}

static void show(struct station *s, const struct substitution *v)
{
	struct sample sample = { .value = v->value,
				 .quality = QUALITY_SUBSTITUTED,
				 .source_time = { v->since_ms },
				 .taken = s->now.mono };

	tag_db_set(s->db, v->tag, &sample);
}

static void hold(struct station *s, const struct substitution *v)
{
	struct substitution *is = find_name(s, v->name);

	if (is) { /* another value in the place of the one before: the source stays */
		struct sample source = is->source;
		char text[VALUE_STRING_MAX + 1];

		own_text(&source.value, text);
		copy(is, v);
		keep_source(is, &source);
	} else {
		is = xcalloc(1, sizeof(*is));
		copy(is, v);
		keep_source(is, tag_db_get(s->db, v->tag));
		*GROW(&s->substitutions, &s->n_substitutions) = is;
	}
	show(s, is);
}

/* The source's newest value takes its place again, as its device's state allows. */
static void release(struct station *s, struct substitution *v)
{
	struct tag_live *t = &s->tags[v->tag];

	tag_db_set_quality(s->db, v->tag, QUALITY_MAKE(QUALITY_BAD, REASON_NO_VALUE),
			   s->now);
	if (t->rare->expression) {
		station_pend(s, v->tag);
		return;
	}
	if (t->device != NO_DEVICE)
		vitals_sample(s, v->tag, &v->source);
	tag_db_set(s->db, v->tag, &v->source);
}

static void drop(struct station *s, struct substitution *v)
{
	for (size_t i = 0; i < s->n_substitutions; i++) {
		if (s->substitutions[i] != v)
			continue;
		memmove(s->substitutions + i, s->substitutions + i + 1,
			(s->n_substitutions - i - 1) * sizeof(*s->substitutions));
		s->n_substitutions--;
		break;
	}
	free(v);
}

bool substitution_explain(const struct station *s, uint32_t tag, struct strbuf *out)
{
	const struct substitution *v = find(s, tag);
	char when[CLOCK_ISO_SIZE], value[VALUE_STRING_MAX + 1];

	if (!v)
		return false;
	clock_iso_utc((struct wall){ v->since_ms }, when);
	value_format(&v->source.value, -1, value, sizeof(value));
	strbuf_setf(out, "substituted: by %s since %s: %s; its source says %s, %s", v->by,
		    when, v->reason, value[0] ? value : "nothing",
		    quality_class_name(v->source.quality));
	if (quality_reason(v->source.quality))
		strbuf_addf(out, " (%s)", quality_reason_name(v->source.quality));
	return true;
}

/* --- as bytes -------------------------------------------------------------------- */

static void put_body(struct strbuf *w, const struct substitution *v)
{
	bytes_put_u8(w, RECORD_VERSION);
	value_put(w, &v->value);
	bytes_put_i64(w, v->since_ms);
	bytes_put_str(w, v->by);
	bytes_put_str(w, v->reason);
}

static bool get_body(const struct strbuf *body, struct substitution *v)
{
	struct bytes_reader r = bytes_reader(body->buf, body->len);
	uint8_t version = bytes_u8(&r);

	v->value = value_get(&r, v->text);
	v->since_ms = bytes_i64(&r);
	bytes_str(&r, v->by, sizeof(v->by));
	bytes_str(&r, v->reason, sizeof(v->reason));
	return bytes_done(&r) && version == RECORD_VERSION && v->value.type != VALUE_NONE;
}

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
	double v;

	if (given->type == VALUE_NONE || !value_coerce(given, d->type, out)) {
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

	if (d->kind == TAG_SYSTEM)
		strbuf_setf(why, "%s is the server's own: it cannot be substituted",
			    d->name);
	else if (!m->reason[strspn(m->reason, " ")])
		strbuf_setf(why, "a substitution needs a reason: everybody who meets the "
				 "value will ask");
	else if (!find(s, tag) && s->n_substitutions >= SUBSTITUTIONS_MAX)
		strbuf_setf(why, "%d values are substituted already: end some first",
			    SUBSTITUTIONS_MAX);
	else
		return fits(d, &m->value, &v->value, why);
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
	if (m->end && !find(s, tag)) {
		strbuf_setf(why, "%s is not substituted", s->tags[tag].def->name);
		return false;
	}
	return m->end || may_begin(s, m, tag, v, why);
}

/* --- recording ------------------------------------------------------------------- */

static void say_values(const struct station *s, const struct substituting *p,
		       char was[VALUE_STRING_MAX + 1], char is[VALUE_STRING_MAX + 1])
{
	const struct substitution *now = find(s, p->v.tag);

	value_format(&tag_db_get(s->db, p->v.tag)->value, -1, was, VALUE_STRING_MAX + 1);
	value_format(p->end ? &now->source.value : &p->v.value, -1, is,
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
		.uid = who->uid,
		.actor = who->user,
		.roles = who->roles,
		.session = who->id,
		.from = who->from,
		.subject = d->name,
		.area = d->area,
		.old_value = was,
		.new_value = is,
		.unit = d->unit,
		.quality = words,
		.reason = p->v.reason,
		.result = p->end ? "ended" : "substituted",
	};

	say_values(s, p, was, is);
	snprintf(words, sizeof(words), "%s%s%s", quality_class_name(q),
		 quality_reason(q) ? " " : "", quality_reason_name(q));
	station_audit(s, t, &r);
}

static void stored(struct station *s, uint32_t what, uint64_t id, bool ok,
		   const char *why);

static void record(struct station *s, struct session *who, struct substituting *p)
{
	struct txn *t = txn_new(0, true);
	struct txn_op *op = txn_add(t, p->end ? TXN_SUBSTITUTION_GONE : TXN_SUBSTITUTION,
				    0, p->v.name);

	if (!p->end)
		put_body(&op->body, &p->v);
	put_audit(s, t, who, p);
	station_commit(s, t, false, stored, 0, p->id);
}

void station_substitute(struct station *s, struct session *who,
			const struct wire_substitute *m)
{
	struct wire_request named = { .req = m->req };
	struct substituting *p;
	const char *area;
	uint32_t tag;

	snprintf(named.text, sizeof(named.text), "%s", m->tag);
	tag = query_tag(s, who, &named);
	if (tag == TAG_NONE)
		return;
	area = s->tags[tag].def->area;
	strbuf_clear(&s->why);
	if (!access_allows(&who->grant, RIGHT_OPERATE, area)) {
		access_explain(&who->grant, RIGHT_OPERATE, area, &s->why);
		station_note_refusal(s, who, m->tag, area, s->why.buf);
		station_reply(s, who, m->req, WIRE_REFUSED, "%s", s->why.buf);
		return;
	}
	p = xcalloc(1, sizeof(*p));
	if (!may(s, m, tag, &p->v, &s->why)) {
		free(p);
		station_note_refusal(s, who, m->tag, area, s->why.buf);
		station_reply(s, who, m->req, WIRE_REFUSED, "%s", s->why.buf);
		return;
	}
	own_text(&p->v.value, p->v.text);
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
	hold(s, &p->v);
	station_log(s, LOG_L_WARN, "%s is substituted by %s: %s (%s)", p->v.name, p->v.by,
		    value, p->v.reason);
	station_reply(s, who, p->req, WIRE_OK,
		      "%s is %s now, substituted and marked until somebody ends it",
		      p->v.name, value);
}

static void end(struct station *s, struct session *who, const struct substituting *p)
{
	struct substitution *v = find(s, p->v.tag);

	if (v) {
		release(s, v);
		drop(s, v);
	}
	station_log(s, LOG_L_INFO, "%s is not substituted any more: ended by %s",
		    p->v.name, p->v.by);
	station_reply(s, who, p->req, WIRE_OK, "%s shows its source again", p->v.name);
}

/* --- starts and reloads ---------------------------------------------------------- */

/* The tag is gone, or takes another kind of value now: said and recorded. */
static void forget(struct station *s, struct substitution *v, const char *why)
{
	struct audit_record r = { .kind = AUDIT_SUBSTITUTE_END,
				  .subject = v->name,
				  .result = "ended",
				  .detail = why };

	txn_add(station_batch(s), TXN_SUBSTITUTION_GONE, 0, v->name);
	station_audit(s, station_batch(s), &r);
	station_log(s, LOG_L_WARN, "%s is not substituted any more: %s", v->name, why);
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
			forget(s, &p->v, "a reload changed the tag meanwhile");
		station_reply(s, who, p->req, WIRE_REFUSED,
			      "a reload removed or changed %s meanwhile: it is not "
			      "substituted",
			      p->v.name);
	}
	free(p);
}

void substitutions_restore(struct station *s, const struct store_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->n_substitutions; i++) {
		const struct stored_substitution *stored_one =
			&snapshot->substitutions[i];
		struct substitution v = { .tag = tag_db_find(s->db, stored_one->tag) };

		snprintf(v.name, sizeof(v.name), "%s", stored_one->tag);
		if (!get_body(&stored_one->body, &v))
			forget(s, &v, "what was stored of it is unreadable");
		else if (v.tag == TAG_NONE)
			forget(s, &v, "the tag is no longer configured");
		else if (value_coerce(&v.value, s->tags[v.tag].def->type, &v.value))
			hold(s, &v);
		else
			forget(s, &v, "the tag takes values of another type now");
	}
}

void substitutions_apply(struct station *s)
{
	for (size_t i = s->n_substitutions; i-- > 0;) {
		struct substitution *v = s->substitutions[i];
		uint32_t tag = tag_db_find(s->db, v->name);
		bool fits_still =
			tag != TAG_NONE &&
			value_coerce(&v->value, s->tags[tag].def->type, &v->value);

		if (fits_still) {
			if (tag != v->tag ||
			    !(tag_db_get(s->db, tag)->quality & QUALITY_SUBSTITUTED)) {
				/* another source: what the old one said means nothing */
				v->tag = tag;
				v->source = (struct sample){
					.quality = QUALITY_MAKE(QUALITY_BAD,
								REASON_NO_VALUE),
				};
				show(s, v);
			}
			continue;
		}
		forget(s, v,
		       tag == TAG_NONE ? "a reload removed the tag"
				       : "a reload gave the tag another type");
		drop(s, v);
	}
}

void substitutions_free(struct station *s)
{
	for (size_t i = 0; i < s->n_substitutions; i++)
		free(s->substitutions[i]);
	for (size_t i = 0; i < s->n_substituting; i++)
		free(s->substituting[i]);
	free(s->substitutions);
	free(s->substituting);
}

/* --- the list -------------------------------------------------------------------- */

/* Rows: tag, value, unit, by, since (ms UTC), reason, what its source says, and how. */
void query_substituted(struct station *s, struct session *who,
		       const struct wire_request *m)
{
	for (size_t i = 0; i < s->n_substitutions; i++) {
		const struct substitution *v = s->substitutions[i];
		char value[VALUE_STRING_MAX + 1], source[VALUE_STRING_MAX + 1];
		char since[24];
		const char *fields[] = { v->name,
					 value,
					 s->tags[v->tag].def->unit,
					 v->by,
					 since,
					 v->reason,
					 source,
					 quality_class_name(v->source.quality) };

		value_format(&v->value, -1, value, sizeof(value));
		value_format(&v->source.value, -1, source, sizeof(source));
		snprintf(since, sizeof(since), "%" PRId64, v->since_ms);
		station_row(s, who, m->req, fields, sizeof(fields) / sizeof(fields[0]));
	}
	station_reply(s, who, m->req, WIRE_OK, "%zu values substituted",
		      s->n_substitutions);
}
