/*
 * explain.c - why a tag has the value it has: raw registers and scaling as its driver
 * tells them, then the server's own decision; for an expression its operands.
 */
#include "station/station_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum { EXPLAIN_LIMIT_MS = 3000, EXPLAINS_MAX = 100 };

static void line(struct station *s, struct session *who, uint32_t req, const char *text)
{
	const char *fields[] = { text };

	station_row(s, who, req, fields, 1);
}

static void lines(struct station *s, struct session *who, uint32_t req, const char *text)
{
	struct strbuf one = STRBUF_INIT;

	while (*text) {
		size_t n = strcspn(text, "\n");

		strbuf_clear(&one);
		strbuf_add(&one, text, n);
		line(s, who, req, one.buf);
		text += n + (text[n] == '\n');
	}
	strbuf_release(&one);
}

static void say_age(const struct station *s, const struct sample *now, struct strbuf *out)
{
	char source[CLOCK_ISO_SIZE];

	if (now->taken.ns == 0) {
		strbuf_adds(out, "; nothing has arrived yet");
		return;
	}
	clock_iso_utc(now->source_time, source);
	strbuf_addf(out, "; source time %s, arrived %.1f s ago", source,
		    (double)mono_ms_between(now->taken, s->now.mono) / 1000.0);
}

/* The server's own part: value, quality, why, limits of age. */
static void decision(struct station *s, struct session *who, uint32_t req, uint32_t tag)
{
	const struct sample *now = tag_db_get(s->db, tag);
	const struct tag_def *d = s->tags[tag].def;
	char value[VALUE_STRING_MAX + 1], flags[64];
	struct strbuf text = STRBUF_INIT;

	value_format(&now->value, -1, value, sizeof(value));
	quality_flags_text(now->quality, flags, sizeof(flags));
	strbuf_addf(&text, "server: %s%s%s is %s", value[0] ? value : "no value",
		    d->unit[0] ? " " : "", d->unit, quality_class_name(now->quality));
	if (quality_reason(now->quality))
		strbuf_addf(&text, " (%s: %s)", quality_reason_name(now->quality),
			    quality_reason_text(now->quality));
	if (flags[0])
		strbuf_addf(&text, ", %s", flags);
	say_age(s, now, &text);
	line(s, who, req, text.buf);
	if (substitution_explain(s, tag, &text))
		line(s, who, req, text.buf);
	if (s->tags[tag].rare->refusal) {
		strbuf_setf(&text, "driver: refused it: %s", s->tags[tag].rare->refusal);
		line(s, who, req, text.buf);
	}
	strbuf_release(&text);
}

static void done(struct station *s, struct session *who, uint32_t req, uint32_t tag)
{
	decision(s, who, req, tag);
	station_reply(s, who, req, WIRE_OK, "%s", "");
}

static void explain_expression(struct station *s, struct session *who, uint32_t req,
			       uint32_t tag)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "expression: %s", expr_text(s->tags[tag].rare->expression));
	line(s, who, req, text.buf);
	strbuf_setf(&text, "operands: ");
	expr_explain(s->tags[tag].rare->expression, station_sample, s, &text);
	line(s, who, req, text.buf);
	strbuf_release(&text);
}

static void ask_driver(struct station *s, struct session *who, uint32_t req, uint32_t tag)
{
	uint32_t driver = driver_of_tag(s, tag);
	struct explain *e = GROW(&s->explains, &s->n_explains);
	struct driver_explain m = {
		.generation = s->drivers[driver].generation,
		.request = ++s->last_explain,
		.tag = tag,
	};

	*e = (struct explain){
		.id = m.request,
		.session = who->id,
		.req = req,
		.tag = tag,
		.driver = driver,
		.due = mono_add_ms(s->now.mono, EXPLAIN_LIMIT_MS),
	};
	strbuf_clear(&s->text);
	driver_put_explain(&s->text, &m);
	driver_send(s, driver, &s->text);
}

void query_explain(struct station *s, struct session *who, const struct wire_request *m)
{
	uint32_t tag = query_tag(s, who, m), driver;

	if (tag == TAG_NONE)
		return;
	driver = driver_of_tag(s, tag);
	if (s->tags[tag].rare->expression)
		explain_expression(s, who, m->req, tag);
	if (driver == UINT32_MAX) {
		done(s, who, m->req, tag);
	} else if (s->drivers[driver].phase != DRIVER_READY) {
		line(s, who, m->req, "driver: it is not running");
		done(s, who, m->req, tag);
	} else if (s->n_explains >= EXPLAINS_MAX) {
		station_reply(s, who, m->req, WIRE_FAILED,
			      "too many such questions wait for the driver");
	} else {
		ask_driver(s, who, m->req, tag);
	}
}

static void answer(struct station *s, size_t i, const char *text)
{
	struct explain e = s->explains[i];
	struct session *who = session_find(s, e.session);

	memmove(s->explains + i, s->explains + i + 1,
		(s->n_explains - i - 1) * sizeof(*s->explains));
	s->n_explains--;
	if (!who)
		return;
	lines(s, who, e.req, text);
	if (s->tags[e.tag].def)
		done(s, who, e.req, e.tag);
	else
		station_reply(s, who, e.req, WIRE_FAILED, "a reload removed the tag");
}

void explain_result(struct station *s, uint32_t driver,
		    const struct driver_explain_result *m)
{
	for (size_t i = 0; i < s->n_explains; i++)
		if (s->explains[i].id == m->request && s->explains[i].driver == driver) {
			answer(s, i, m->text);
			return;
		}
}

void explains_tick(struct station *s)
{
	for (size_t i = s->n_explains; i-- > 0;)
		if (mono_reached(s->now.mono, s->explains[i].due))
			answer(s, i, "driver: it gave no answer");
}

struct mono explains_deadline(const struct station *s)
{
	struct mono next = MONO_NEVER;

	for (size_t i = 0; i < s->n_explains; i++)
		next = mono_earlier(next, s->explains[i].due);
	return next;
}
