/* model_trends.c - stretches of the past: what is there, what is missing. */
#include "console/view/model_trends.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

static void free_trend(struct model_trend *s)
{
	free(s->v);
	free(s);
}

void model_trends_forget(struct model_trends *t)
{
	for (size_t i = 0; i < t->n; i++)
		free_trend(t->v[i]);
	t->n = 0;
}

void model_trends_release(struct model_trends *t)
{
	model_trends_forget(t);
	free(t->v);
	t->v = NULL;
}

/* --- asking ------------------------------------------------------------------------- */

static struct model_trend *find(const struct model_trends *t, const char *tag,
				uint32_t bucket_s)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i]->bucket_s == bucket_s && strcmp(t->v[i]->tag, tag) == 0)
			return t->v[i];
	return NULL;
}

/* False: all of them are on the glass. One of these would be fetched anew for each frame,
 * and push the next one out. */
static bool drop_oldest(struct model_trends *t)
{
	size_t oldest = 0;

	for (size_t i = 1; i < t->n; i++)
		if (t->v[i]->wanted.ns < t->v[oldest]->wanted.ns)
			oldest = i;
	if (t->v[oldest]->wanted.ns == t->now.mono.ns)
		return false;
	free_trend(t->v[oldest]);
	t->v[oldest] = t->v[--t->n];
	return true;
}

/* NULL: there is no room for one more. */
static struct model_trend *make(struct model_trends *t, const struct trend_ask *ask)
{
	struct model_trend *s = find(t, ask->tag, ask->bucket_s);

	if (s)
		return s;
	if (t->n == MODEL_TRENDS_MAX && !drop_oldest(t))
		return NULL;
	s = xcalloc(1, sizeof(*s));
	snprintf(s->tag, sizeof(s->tag), "%s", ask->tag);
	s->bucket_s = ask->bucket_s;
	*GROW(&t->v, &t->n) = s;
	return s;
}

/* Two widgets of one frame may show stretches of the same past. */
static void want(struct model_trends *t, struct model_trend *s, int64_t first,
		 int64_t end)
{
	bool same_frame = s->wanted.ns == t->now.mono.ns && s->want_end > s->want_first;

	if (same_frame) {
		first = s->want_first < first ? s->want_first : first;
		end = s->want_end > end ? s->want_end : end;
	}
	if (end - first > WIRE_TREND_BUCKETS_MAX)
		first = end - WIRE_TREND_BUCKETS_MAX;
	s->want_first = first;
	s->want_end = end;
	s->wanted = t->now.mono;
}

bool model_trends_ask(struct model_trends *t, const struct trend_ask *ask,
		      struct trend_bucket *out, struct trend_about *about)
{
	struct model_trend *s = make(t, ask);
	int64_t first = ask->end - (int64_t)ask->n;

	if (!s) {
		memset(out, 0, ask->n * sizeof(*out));
		*about = (struct trend_about){ .refusal = "too many trends at a time" };
		return false;
	}
	want(t, s, first, ask->end);
	for (size_t i = 0; i < ask->n; i++) {
		int64_t at = first + (int64_t)i - s->first;

		out[i] = at >= 0 && at < (int64_t)s->n ? s->v[at]
						       : (struct trend_bucket){ 0 };
	}
	*about = (struct trend_about){ .told_end = s->first + (int64_t)s->n,
				       .began_ms = s->began_ms,
				       .from_restart = s->from_restart,
				       .refusal = s->refusal };
	return s->told;
}

/* --- fetching ----------------------------------------------------------------------- */

/* What of the stretch is not there yet and has ended; false: nothing. Asks for one piece
 * that is next to what is there, or for all anew. */
static bool missing(const struct model_trend *s, int64_t edge, int64_t *from, int64_t *to)
{
	int64_t end = s->want_end < edge ? s->want_end : edge;
	int64_t have_end = s->first + (int64_t)s->n;

	*from = s->want_first;
	*to = end;
	if (s->n && s->want_first <= have_end && end >= s->first) {
		if (s->want_first < s->first)
			*to = s->first;
		else
			*from = have_end;
	}
	return *from < *to;
}

static bool is_due(const struct model_trend *s, struct now now)
{
	return s->req == 0 && mono_reached(now.mono, s->retry) &&
	       !mono_reached(now.mono, mono_add_ms(s->wanted, MODEL_TREND_LOOK_MS));
}

struct model_trend *model_trends_due(struct model_trends *t, struct now now,
				     struct wire_trend *m)
{
	for (size_t i = 0; i < t->n; i++) {
		struct model_trend *s = t->v[i];
		int64_t length_ms = (int64_t)s->bucket_s * 1000, from, to;

		if (!is_due(s, now) ||
		    !missing(s, trend_bucket_of(now.wall.ms, length_ms), &from, &to))
			continue;
		*m = (struct wire_trend){ .bucket_s = s->bucket_s,
					  .from_ms = from * length_ms,
					  .count = (uint16_t)(to - from) };
		snprintf(m->tag, sizeof(m->tag), "%s", s->tag);
		s->asked_first = from;
		s->retry = mono_add_ms(now.mono, MODEL_TREND_RETRY_MS);
		return s;
	}
	return NULL;
}

/* --- what came ---------------------------------------------------------------------- */

static struct model_trend *of_request(const struct model_trends *t, uint32_t req)
{
	for (size_t i = 0; req && i < t->n; i++)
		if (t->v[i]->req == req)
			return t->v[i];
	return NULL;
}

static void drop_first(struct model_trend *s, size_t n)
{
	s->n -= n;
	memmove(s->v, s->v + n, s->n * sizeof(*s->v));
	s->first += (int64_t)n;
}

/* Old ones that nobody looks at go, now and then. */
static void trim(struct model_trend *s)
{
	int64_t surplus = s->want_first - s->first;

	if (surplus < (int64_t)WIRE_TREND_BUCKETS_MAX / 4 || surplus > (int64_t)s->n)
		return;
	drop_first(s, (size_t)surplus);
}

static void replace(struct model_trend *s, const struct wire_trend_data *d)
{
	s->v = xreallocarray(s->v, (size_t)d->n + 1, sizeof(*s->v));
	memcpy(s->v, d->v, d->n * sizeof(*s->v));
	s->first = d->first;
	s->n = d->n;
}

static void append(struct model_trend *s, const struct wire_trend_data *d)
{
	s->v = xreallocarray(s->v, s->n + d->n, sizeof(*s->v));
	memcpy(s->v + s->n, d->v, d->n * sizeof(*s->v));
	s->n += d->n;
	trim(s);
	if (s->n > 2 * WIRE_TREND_BUCKETS_MAX) /* the oldest is fetched again */
		drop_first(s, s->n - 2 * WIRE_TREND_BUCKETS_MAX);
}

static void prepend(struct model_trend *s, const struct wire_trend_data *d)
{
	s->v = xreallocarray(s->v, s->n + d->n, sizeof(*s->v));
	memmove(s->v + d->n, s->v, s->n * sizeof(*s->v));
	memcpy(s->v, d->v, d->n * sizeof(*s->v));
	s->first = d->first;
	s->n += d->n;
	if (s->n > 2 * WIRE_TREND_BUCKETS_MAX)
		s->n = 2 * WIRE_TREND_BUCKETS_MAX; /* the newest is fetched again */
}

bool model_trends_data(struct model_trends *t, const struct wire_trend_data *d)
{
	struct model_trend *s = of_request(t, d->req);

	if (!s || d->bucket_s != s->bucket_s)
		return false;
	s->told = true;
	s->began_ms = d->began_ms;
	s->from_restart = d->origin == TREND_FROM_RESTART;
	if (d->n == 0)
		return true;
	if (d->first == s->asked_first)
		s->retry = (struct mono){ 0 };
	if (s->n && d->first == s->first + (int64_t)s->n)
		append(s, d);
	else if (s->n && d->first + d->n == s->first)
		prepend(s, d);
	else
		replace(s, d);
	return true;
}

bool model_trends_reply(struct model_trends *t, uint32_t req, const char *refusal,
			struct now now)
{
	struct model_trend *s = of_request(t, req);

	if (!s)
		return false;
	s->req = 0;
	snprintf(s->refusal, sizeof(s->refusal), "%s", refusal);
	if (refusal[0])
		s->retry = mono_add_ms(now.mono, MODEL_TREND_REFUSED_MS);
	return true;
}
