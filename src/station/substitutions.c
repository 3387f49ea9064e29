/*
 * substitutions.c - the substituted values that hold: what their sources say meanwhile,
 * how they are stored, what a start and a reload make of them, and the list of them.
 *
 * A substituted value is good and flagged: it runs expressions and alarms and passes no
 * interlock. What its source says meanwhile is kept aside and takes the place back.
 */
#include "station/substitute_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "util/xalloc.h"
#include "write/coerce.h"

enum { RECORD_VERSION = 1 };

void substitution_own_text(struct value *v, char text[VALUE_STRING_MAX + 1])
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

struct substitution *substitution_find(const struct station *s, uint32_t tag)
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
	substitution_own_text(&v->source.value, v->source_text);
}

/* Only a tag that carries the flag can be one of ours: the list is looked through for
 * few samples, and for none while it is empty. */
bool substitution_keeps(struct station *s, uint32_t tag, const struct sample *sample)
{
	struct substitution *v;

	if (!(tag_db_get(s->db, tag)->quality & QUALITY_SUBSTITUTED))
		return false;
	v = substitution_find(s, tag);
	if (v)
		keep_source(v, sample);
	return v != NULL;
}

bool substitution_keeps_quality(struct station *s, uint32_t tag, quality q)
{
	struct substitution *v;

	if (!(tag_db_get(s->db, tag)->quality & QUALITY_SUBSTITUTED))
		return false;
	v = substitution_find(s, tag);
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

void substitution_hold(struct station *s, const struct substitution *v)
{
	struct substitution *is = find_name(s, v->name);

	if (is) { /* another value in the place of the one before: the source stays */
		struct sample source = is->source;
		char text[VALUE_STRING_MAX + 1];

		substitution_own_text(&source.value, text);
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

void substitution_end(struct station *s, struct substitution *v)
{
	release(s, v);
	drop(s, v);
}

bool substitution_explain(const struct station *s, uint32_t tag, struct strbuf *out)
{
	const struct substitution *v = substitution_find(s, tag);
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

void substitution_put(struct strbuf *w, const struct substitution *v)
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

/* --- starts and reloads ---------------------------------------------------------- */

/* The tag is gone, or takes another kind of value now: said and recorded. */
void substitution_forget(struct station *s, const struct substitution *v, const char *why)
{
	struct audit_record r = { .kind = AUDIT_SUBSTITUTE_END,
				  .subject = v->name,
				  .result = "ended",
				  .detail = why };

	txn_add(station_batch(s), TXN_SUBSTITUTION_GONE, 0, v->name);
	station_audit(s, station_batch(s), &r);
	station_log(s, LOG_L_WARN, "%s is not substituted any more: %s", v->name, why);
}

void substitutions_restore(struct station *s, const struct store_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->n_substitutions; i++) {
		const struct stored_substitution *stored_one =
			&snapshot->substitutions[i];
		struct substitution v = { .tag = tag_db_find(s->db, stored_one->tag) };

		snprintf(v.name, sizeof(v.name), "%s", stored_one->tag);
		if (!get_body(&stored_one->body, &v))
			substitution_forget(s, &v, "what was stored of it is unreadable");
		else if (v.tag == TAG_NONE)
			substitution_forget(s, &v, "the tag is no longer configured");
		else if (value_coerce(&v.value, s->tags[v.tag].def->type, &v.value))
			substitution_hold(s, &v);
		else
			substitution_forget(s, &v,
					    "the tag takes values of another type now");
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
		substitution_forget(s, v,
				    tag == TAG_NONE
					    ? "a reload removed the tag"
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
