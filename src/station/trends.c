/*
 * trends.c - whose past the server keeps (trend_ring.h): every tag that is a pen on a
 * screen, and tags that a console asked for while places are left. A console that has
 * just connected sees the past hour of both.
 *
 * A reload keeps the past of tags that stay. A pen that no screen shows any more keeps
 * its place until somebody else asks for one.
 */
#include "station/station_int.h"

#include <stdlib.h>

#include "util/xalloc.h"
#include "wire/trend.h"

/* What nobody asked for in this time gives up its place to who asks. */
enum { ASKED_KEEP_MS = 60 * 60 * 1000 };

static struct trend_pen *pen_of(const struct station *s, uint32_t tag)
{
	return s->tags[tag].rare->pen;
}

static struct trend_place *place_of(struct station *s, uint32_t tag)
{
	for (size_t i = 0; i < s->n_pens; i++)
		if (s->pens[i].tag == tag)
			return &s->pens[i];
	return NULL;
}

static struct trend_news news_of(const struct sample *now, bool counts, double *number)
{
	bool has = value_number(&now->value, number);

	return (struct trend_news){ has ? number : NULL, now->quality, counts };
}

/* --- samples ---------------------------------------------------------------------- */

void trends_sample(struct station *s, uint32_t tag)
{
	double number;
	struct trend_news news = news_of(tag_db_get(s->db, tag), true, &number);

	trend_pen_take(pen_of(s, tag), &news, s->now.wall.ms);
}

/* Not by a sample: it went stale, or somebody's value took its place. Of a sample, this
 * is what is known already. */
void trends_changed(struct station *s, uint32_t tag)
{
	double number;
	struct trend_news news = news_of(tag_db_get(s->db, tag), false, &number);

	trend_pen_take(pen_of(s, tag), &news, s->now.wall.ms);
}

/* --- places ----------------------------------------------------------------------- */

static void drop_pen(struct station *s, struct trend_place *place)
{
	struct tag_rare *rare = tag_rare(&s->tags[place->tag]);

	trend_pen_free(rare->pen);
	rare->pen = NULL;
	tag_rare_tidy(&s->tags[place->tag]);
	*place = s->pens[--s->n_pens];
}

/* The place of the pen that nobody has asked for longest; NULL: all are in use. */
static struct trend_place *idle_place(struct station *s, int64_t idle_ms)
{
	struct trend_place *idle = NULL;

	for (size_t i = 0; i < s->n_pens; i++) {
		struct trend_place *p = &s->pens[i];

		if (p->shown || (idle && p->asked.ns >= idle->asked.ns))
			continue;
		if (mono_reached(s->now.mono, mono_add_ms(p->asked, idle_ms)))
			idle = p;
	}
	return idle;
}

static bool add_pen(struct station *s, uint32_t tag, enum trend_origin origin,
		    int64_t idle_ms)
{
	struct trend_place *idle;
	double number;
	struct trend_news first = news_of(tag_db_get(s->db, tag), false, &number);

	if (s->n_pens == TRENDS_MAX) {
		idle = idle_place(s, idle_ms);
		if (!idle)
			return false;
		drop_pen(s, idle);
	}
	*GROW(&s->pens, &s->n_pens) =
		(struct trend_place){ .tag = tag, .asked = s->now.mono };
	tag_rare(&s->tags[tag])->pen = trend_pen_new(&first, origin, s->now.wall.ms);
	return true;
}

/* --- whose ------------------------------------------------------------------------ */

static bool is_number(const struct station *s, uint32_t tag)
{
	return s->tags[tag].def && s->tags[tag].def->type != VALUE_STRING;
}

/* False: no place was left for it. */
static bool show_pen(struct station *s, const char *name)
{
	uint32_t tag = tag_db_find(s->db, name);
	struct trend_place *place;

	if (tag == TAG_NONE || !is_number(s, tag))
		return true; /* the linter has said so */
	place = place_of(s, tag);
	if (place && place->shown)
		return true;
	if (s->n_pens_shown == TRENDS_SHOWN_MAX)
		return false;
	if (!place &&
	    !add_pen(s, tag, s->revision == 1 ? TREND_FROM_RESTART : TREND_FROM_ASKING,
		     0))
		return false;
	place_of(s, tag)->shown = true;
	s->n_pens_shown++;
	return true;
}

static void forget_shown(struct station *s)
{
	for (size_t i = 0; i < s->n_pens;) {
		struct trend_place *p = &s->pens[i];

		if (!is_number(s, p->tag)) {
			drop_pen(s, p);
			continue;
		}
		if (p->shown)
			p->asked = s->now.mono;
		p->shown = false;
		i++;
	}
	s->n_pens_shown = 0;
}

void trends_apply(struct station *s)
{
	size_t left_out = 0;

	forget_shown(s);
	for (size_t i = 0; i < s->def->n_screens; i++) {
		const struct station_file *f = &s->def->screens[i];

		for (size_t k = 0; k < f->n_pens; k++)
			left_out += !show_pen(s, f->pens[k]);
	}
	if (left_out && left_out != s->pens_left_out)
		station_log(s, LOG_L_WARN,
			    "the screens show more trends than the server keeps: %d tags "
			    "have their past, %zu more begin empty when somebody looks",
			    TRENDS_SHOWN_MAX, left_out);
	s->pens_left_out = left_out;
}

void trends_release(struct station *s)
{
	while (s->n_pens)
		drop_pen(s, &s->pens[s->n_pens - 1]);
	free(s->pens);
	free(s->trend_data);
}

/* --- asked for -------------------------------------------------------------------- */

static bool admit(struct station *s, struct session *who, const struct wire_trend *m,
		  uint32_t tag)
{
	if (!is_number(s, tag)) {
		station_reply(s, who, m->req, WIRE_REFUSED,
			      "%s is a text: only numbers and states have a trend",
			      m->tag);
		return false;
	}
	if (!pen_of(s, tag) && !add_pen(s, tag, TREND_FROM_ASKING, ASKED_KEEP_MS)) {
		station_reply(s, who, m->req, WIRE_REFUSED,
			      "the server keeps the past of %d tags and all places are "
			      "taken: %s can be asked for within the hour, or be put on "
			      "a screen as a trend",
			      TRENDS_MAX, m->tag);
		return false;
	}
	place_of(s, tag)->asked = s->now.mono;
	return true;
}

/* Only what has ended: what was told once never changes. */
static void tell(struct station *s, struct session *who, const struct wire_trend *m,
		 const struct trend_pen *pen)
{
	struct wire_trend_data *d = s->trend_data;
	int64_t length_ms = (int64_t)m->bucket_s * 1000, end, n;

	d->req = m->req;
	d->bucket_s = m->bucket_s;
	d->first = trend_bucket_of(m->from_ms, length_ms);
	d->began_ms = pen->began_ms;
	d->origin = (uint8_t)pen->origin;
	end = trend_bucket_of(s->now.wall.ms, length_ms);
	n = end - d->first;
	d->n = n <= 0 ? 0 : n < m->count ? (uint16_t)n : m->count;
	trend_pen_read(pen, m->from_ms, length_ms, d->v, d->n);
	strbuf_clear(&s->frame);
	wire_put_trend_data(&s->frame, d);
	wire_put_reply(&s->frame, m->req, WIRE_OK, "");
	station_send(s, who, &s->frame);
}

bool query_trend(struct station *s, struct session *who, const uint8_t *p, size_t n)
{
	struct wire_trend m;
	uint32_t tag;

	if (!wire_get_trend(p, n, &m))
		return false;
	tag = query_tag_named(s, who, m.req, m.tag);
	if (tag == TAG_NONE || !admit(s, who, &m, tag))
		return true;
	if (!s->trend_data)
		s->trend_data = xcalloc(1, sizeof(*s->trend_data));
	tell(s, who, &m, pen_of(s, tag));
	return true;
}
