/*
 * alarm_message.c - the message of an occurrence, as the operator saw it: filled in once
 * when it comes, from the sample that made it come, and the same in list, journal and
 * command line until the alarm comes again.
 *
 * The text is not stored. After a restart it is filled in anew from the stored record:
 * the stored value at first, and once more when the other tags it names are known again.
 */
#include "station/station_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/message.h"
#include "util/num.h"

struct filling {
	const struct station *s;
	const struct alarm_def *def;
	const struct alarm_record *record;
	uint32_t tag;
	double limit;
	bool early; /* a tag it names has no value yet: after a restart */
};

static const struct tag_def *def_of(const struct station *s, uint32_t tag)
{
	return tag != TAG_NONE ? s->tags[tag].def : NULL;
}

static void put_number(double v, const struct tag_def *t, struct strbuf *out)
{
	char number[64];

	if (!isfinite(v)) {
		strbuf_adds(out, "-");
		return;
	}
	if (t && t->type == VALUE_BOOL) {
		strbuf_adds(out, v != 0 ? "true" : "false");
		return;
	}
	num_format(v, t ? (int)t->decimals : 1, number, sizeof(number));
	strbuf_adds(out, number);
}

/* As a value is shown everywhere: what is bad is no number. */
static void put_sample(const struct sample *s, const struct tag_def *t,
		       struct strbuf *out)
{
	double v;

	if (quality_class(s->quality) == QUALITY_BAD || s->value.type == VALUE_NONE)
		strbuf_adds(out, "####");
	else if (s->value.type == VALUE_STRING)
		strbuf_adds(out, s->value.u.s);
	else if (value_number(&s->value, &v))
		put_number(v, t, out);
}

/* A limit that was typed loses no digit; one that is a tag's value has that many. */
static void put_limit(const struct filling *f, struct strbuf *out)
{
	const struct tag_def *t = def_of(f->s, f->tag);
	char shown[64], exact[64];
	double back;

	if (!isfinite(f->limit) || alarm_more(f->def)->second || !t) {
		put_number(f->limit, t, out);
		return;
	}
	num_format(f->limit, (int)t->decimals, shown, sizeof(shown));
	num_format_exact(f->limit, exact, sizeof(exact));
	bool same = num_parse_double(shown, &back) && fabs(back - f->limit) <= 0;
	strbuf_adds(out, same ? shown : exact);
}

static void put_value(const struct filling *f, struct strbuf *out)
{
	const struct tag_def *t = def_of(f->s, f->tag);

	if (t && t->type == VALUE_STRING)
		put_sample(tag_db_get(f->s->db, f->tag), t, out);
	else
		put_number(f->record->value, t, out);
}

uint32_t station_named_tag(const struct station *s, const struct alarm_part *part)
{
	char name[TAG_NAME_MAX + 1];

	if (part->len > TAG_NAME_MAX)
		return TAG_NONE;
	memcpy(name, part->text, part->len);
	name[part->len] = '\0';
	return tag_db_find(s->db, name);
}

static void put_named(struct filling *f, const struct alarm_part *part,
		      struct strbuf *out)
{
	uint32_t tag = station_named_tag(f->s, part);
	const struct tag_def *t = def_of(f->s, tag);

	f->early |= t &&
		    quality_reason(tag_db_get(f->s->db, tag)->quality) == REASON_NO_VALUE;
	if (!t)
		strbuf_adds(out, "####");
	else if (part->kind == ALARM_PART_TAG)
		put_sample(tag_db_get(f->s->db, tag), t, out);
	else
		strbuf_adds(out, t->unit);
}

static void put_part(void *arg, const struct alarm_part *part, struct strbuf *out)
{
	struct filling *f = arg;
	const struct tag_def *t = def_of(f->s, f->tag);

	switch (part->kind) {
	case ALARM_PART_VALUE:
		put_value(f, out);
		break;
	case ALARM_PART_LIMIT:
		put_limit(f, out);
		break;
	case ALARM_PART_UNIT:
		strbuf_adds(out, t ? t->unit : "");
		break;
	case ALARM_PART_AREA:
		strbuf_adds(out, f->def->area);
		break;
	case ALARM_PART_NAME:
		strbuf_adds(out, f->def->name);
		break;
	case ALARM_PART_TAG:
	case ALARM_PART_TAG_UNIT:
		put_named(f, part, out);
		break;
	case ALARM_PART_TEXT:
		break;
	}
}

const char *station_alarm_message(const struct station *s, uint32_t alarm,
				  const struct alarm_record *r, double limit)
{
	const struct alarm_def *d = alarm_engine_def(s->alarms, alarm);
	struct alarm_live *a = &s->alarm[alarm];
	struct filling f = { s, d, r, a->tag, limit, false };
	struct strbuf text = STRBUF_INIT;
	struct alarm_seldom *own;

	if (!alarm_message_has_places(d->message))
		return d->message;
	/* of an older one, too: it is what its row shows */
	if (a->seldom->message && a->seldom->message_of >= r->occurrence)
		return a->seldom->message;
	alarm_message_fill(d->message, put_part, &f, &text);
	own = alarm_seldom(a);
	free(own->message);
	own->message = strbuf_detach(&text);
	own->message_of = f.early ? 0 : r->occurrence; /* 0: once more next time */
	return own->message;
}
