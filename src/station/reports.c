/* reports.c - a request for figures of the alarm system: whose areas are meant is known
 * here, the rest is the journal's (server/report.c). */
#include "station/station_int.h"

#include <string.h>

#include "util/xalloc.h"
#include "wire/report.h"

/* One line an area: "+intake", "-intake.wells" for one that is left out. */
static void choose(struct strbuf *choices, bool in, const char *area)
{
	strbuf_addf(choices, "%c%s\n", in ? '+' : '-', area);
}

static bool choose_operator(const struct station *s, const char *name,
			    struct strbuf *choices, struct strbuf *why)
{
	const struct access_def *a = &s->def->access;

	for (size_t i = 0; i < a->n_operators; i++) {
		const struct access_operator *op = &a->operators[i];

		if (strcmp(op->name, name) != 0)
			continue;
		for (size_t k = 0; k < op->n_areas; k++)
			choose(choices, true, op->areas[k]);
		return true;
	}
	strbuf_setf(why, "there is no operator named \"%s\" in the access file", name);
	return false;
}

/* An area below one of the position may be another's. */
static bool choose_position(const struct station *s, const char *position,
			    struct strbuf *choices, struct strbuf *why)
{
	bool found = false;

	for (size_t i = 0; i < s->def->n_areas; i++) {
		const struct area_def *a = &s->def->areas[i];
		bool in = a->position && strcmp(a->position, position) == 0;

		choose(choices, in, a->name);
		found = found || in;
	}
	if (!found)
		strbuf_setf(why, "no area has the position \"%s\"", position);
	return found;
}

static bool choose_areas(const struct station *s, const struct wire_report *m,
			 struct strbuf *choices, struct strbuf *why)
{
	int given = !!m->area[0] + !!m->operator_name[0] + !!m->position[0];

	strbuf_clear(choices);
	if (given > 1) {
		strbuf_setf(why, "a report is of an area, of an operator or of a "
				 "position: name one of them");
		return false;
	}
	if (m->operator_name[0])
		return choose_operator(s, m->operator_name, choices, why);
	if (m->position[0])
		return choose_position(s, m->position, choices, why);
	if (m->area[0])
		choose(choices, true, m->area);
	return true;
}

bool query_report(struct station *s, struct session *who, const uint8_t *p, size_t n)
{
	struct wire_report m;
	struct action *a;

	if (!wire_get_report(p, n, &m))
		return false;
	if (!choose_areas(s, &m, &s->text, &s->why)) {
		station_reply(s, who, m.req, WIRE_REFUSED, "%s", s->why.buf);
		return true;
	}
	if (!query_may_look_up(s, who, m.req))
		return true;
	if (m.to_ms > s->now.wall.ms)
		m.to_ms = s->now.wall.ms;
	a = station_emit(s, ACT_REPORT);
	a->session = who->id;
	a->req = m.req;
	a->name = xstrdup(s->text.buf);
	strbuf_clear(&s->frame);
	wire_put_report(&s->frame, &m);
	strbuf_add(&a->bytes, s->frame.buf, s->frame.len);
	return true;
}
