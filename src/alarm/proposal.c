/* proposal.c - from the last fast cycles of an alarm: what would have held them. */
#include "alarm/proposal.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "alarm/chatter.h"
#include "util/num.h"

enum {
	FLEETING_LEAST = 3, /* once is an event, not a habit */
	SHELVE_LEAST = 10,
	DELAY_MAX_S = 300, /* a delay beyond hides more than it mends */
	HOUR_MS = 3600 * 1000
};
#define MARGIN 1.2

struct seen { /* in the cycles kept */
	uint32_t gaps;
	int64_t off_min, off_max; /* ms */
	uint32_t shorts;
	int64_t on_min, on_max;
	uint32_t depths;
	double depth_max, limit; /* how far inside the limit it was when it cleared */
};

static void note(int64_t v, uint32_t *n, int64_t *least, int64_t *most)
{
	*least = *n == 0 || v < *least ? v : *least;
	*most = *n == 0 || v > *most ? v : *most;
	++*n;
}

static void note_cycle(struct seen *s, const struct alarm_cycle *c)
{
	double depth = fabs(c->value - c->limit);

	if (c->on_ms >= 0 && c->on_ms < ALARM_FLEETING_MS)
		note(c->on_ms, &s->shorts, &s->on_min, &s->on_max);
	if (c->off_ms < 0 || c->off_ms >= ALARM_CHATTER_MS)
		return;
	note(c->off_ms, &s->gaps, &s->off_min, &s->off_max);
	if (!isfinite(depth))
		return;
	s->depths++;
	s->depth_max = depth > s->depth_max ? depth : s->depth_max;
	s->limit = c->limit;
}

/* Up, to two digits that count. */
static double rounded_up(double v)
{
	double step = pow(10.0, floor(log10(v)) - 1.0);

	return ceil(v / step - 1e-9) * step;
}

static double seconds_up(int64_t ms)
{
	double s = ceil((double)ms * MARGIN / 1000.0);

	return s < 1.0 ? 1.0 : s;
}

static void seconds(int64_t ms, char out[24])
{
	num_format((double)ms / 1000.0, 1, out, 24);
}

/* "once", "10 times" */
static const char *times(uint64_t n, char out[32])
{
	if (n == 1)
		return "once";
	snprintf(out, 32, "%" PRIu64 " times", n);
	return out;
}

static bool propose_deadband(const struct alarm_actor *a, const struct seen *s,
			     struct alarm_proposal *p)
{
	char depth[32], limit[32], band[32], often[32];

	if (a->n_chatter == 0 || s->depths == 0 || !(s->depth_max > 0))
		return false;
	p->setting = "deadband";
	p->value = rounded_up(s->depth_max * MARGIN);
	num_format_exact(p->value, band, sizeof(band));
	num_format_exact(rounded_up(s->depth_max), depth, sizeof(depth));
	num_format_exact(s->limit, limit, sizeof(limit));
	snprintf(p->text, sizeof(p->text),
		 "deadband %s%s%s: it chattered %s; when it cleared in its last %" PRIu32
		 " fast cycles its value was up to %s from the limit %s",
		 band, a->unit[0] ? " " : "", a->unit, times(a->n_chatter, often),
		 s->depths, depth, limit);
	return true;
}

static bool propose_off_delay(const struct alarm_actor *a, const struct seen *s,
			      struct alarm_proposal *p)
{
	char least[24], most[24], often[32];

	if (a->n_chatter == 0 || s->gaps == 0)
		return false;
	p->setting = "off_delay_s";
	p->value = seconds_up(s->off_max);
	seconds(s->off_min, least);
	seconds(s->off_max, most);
	snprintf(p->text, sizeof(p->text),
		 "off-delay %.0f s: it chattered %s; in its last %" PRIu32
		 " fast cycles it came again %s to %s s after it had cleared",
		 p->value, times(a->n_chatter, often), s->gaps, least, most);
	return p->value <= DELAY_MAX_S;
}

static bool propose_on_delay(const struct alarm_actor *a, const struct seen *s,
			     struct alarm_proposal *p)
{
	char least[24], most[24];

	if (a->n_fleeting < FLEETING_LEAST || s->shorts == 0)
		return false;
	p->setting = "on_delay_s";
	p->value = seconds_up(s->on_max);
	seconds(s->on_min, least);
	seconds(s->on_max, most);
	snprintf(p->text, sizeof(p->text),
		 "on-delay %.0f s: %" PRIu64 " of %" PRIu64
		 " times it cleared by itself, the last %" PRIu32
		 " short ones after %s to %s s; see that its time to respond allows it",
		 p->value, a->n_fleeting, a->n, s->shorts, least, most);
	return true;
}

static bool propose_attention(const struct alarm_actor *a, const struct seen *s,
			      struct alarm_proposal *p)
{
	char hours[24];

	(void)s;
	if (a->stale_ms > 0) {
		p->setting = "review";
		p->value = (double)NAN;
		num_format((double)(a->stale_ms + ALARM_STALE_MS) / HOUR_MS, 1, hours,
			   sizeof(hours));
		snprintf(p->text, sizeof(p->text),
			 "review: it stood for %s h; mend its cause, change its limit "
			 "or take it out of service with a reason",
			 hours);
		return true;
	}
	if (a->n_chatter < SHELVE_LEAST)
		return false;
	p->setting = "shelve_h";
	p->value = 1;
	snprintf(p->text, sizeof(p->text),
		 "shelve for an hour while its cause is looked for: it chattered %" PRIu64
		 " times",
		 a->n_chatter);
	return true;
}

size_t alarm_proposals(const struct alarm_actor *a,
		       struct alarm_proposal out[ALARM_PROPOSALS_MAX])
{
	static bool (*const rules[ALARM_PROPOSALS_MAX])(const struct alarm_actor *,
							const struct seen *,
							struct alarm_proposal *) = {
		propose_deadband,
		propose_off_delay,
		propose_on_delay,
		propose_attention,
	};
	struct seen s = { .limit = (double)NAN };
	size_t n = 0;

	for (uint32_t i = 0; a->cycles && i < a->cycles->n; i++)
		note_cycle(&s, &a->cycles->v[i]);
	for (int i = 0; i < ALARM_PROPOSALS_MAX; i++)
		n += rules[i](a, &s, &out[n]);
	return n;
}
