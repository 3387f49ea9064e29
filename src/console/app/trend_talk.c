/* trend_talk.c - fetches what is missing of the past that is on the glass: one small
 * request a bucket for each pen, and none when no trend is shown. */
#include "console/app/app_int.h"
#include "wire/trend.h"

void trends_turn(struct app *a)
{
	struct now now = a->now;
	struct model_trend *s;
	struct wire_trend m;

	if (!a->client || !a->greeted || a->model.link != LINK_UP)
		return;
	now.wall.ms += a->model.offset_ms;
	while ((s = model_trends_due(&a->model.trends, now, &m))) {
		s->req = m.req = client_next_req(a->client);
		wire_put_trend(client_out(a->client), &m);
	}
}

bool trend_data(struct app *a, const uint8_t *p, size_t n)
{
	static struct wire_trend_data m;

	if (!wire_get_trend_data(p, n, &m))
		return false;
	model_trends_data(&a->model.trends, &m);
	return true;
}

bool trend_reply(struct app *a, const struct wire_reply *m)
{
	return model_trends_reply(&a->model.trends, m->req,
				  m->status == WIRE_OK ? "" : m->text, a->now);
}
