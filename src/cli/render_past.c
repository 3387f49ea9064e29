/* render_past.c - a past written by hand, cut into the buckets a trend asks for. */
#include "cli/render_past.h"

#include <stdlib.h>
#include <string.h>

#include "util/num.h"
#include "util/xalloc.h"

static bool add(struct render_past *p, struct trend_bucket b, int64_t times)
{
	if (times < 1 || p->n + (size_t)times > RENDER_PAST_MAX)
		return false;
	for (int64_t i = 0; i < times; i++)
		*GROW(&p->v, &p->n) = b;
	return true;
}

static struct trend_bucket good(double lo, double hi, quality q)
{
	return (struct trend_bucket){ .known = true,
				      .has_range = true,
				      .has_last = true,
				      .count = 1,
				      .worst = q,
				      .end = q,
				      .min = lo < hi ? lo : hi,
				      .max = lo < hi ? hi : lo,
				      .last = hi };
}

static struct trend_bucket gap(const struct render_past *p, enum quality_reason reason)
{
	const quality q = QUALITY_MAKE(QUALITY_BAD, reason);
	const struct trend_bucket *before = p->n ? &p->v[p->n - 1] : NULL;

	return (struct trend_bucket){ .known = true,
				      .has_last = before && before->has_last,
				      .last = before ? before->last : 0,
				      .worst = q,
				      .end = q };
}

/* "4.1>5.6" in that many steps. */
static bool add_ramp(struct render_past *p, double from, double to, int64_t times)
{
	for (int64_t i = 0; i < times; i++) {
		double v = from + (to - from) * (double)(i + 1) / (double)times;

		if (!add(p, good(v, v, 0), 1))
			return false;
	}
	return times > 0;
}

/* Cuts text at the first such part; the rest, or NULL. */
static char *split(char *text, const char *at)
{
	char *found = strstr(text, at);

	if (!found)
		return NULL;
	*found = '\0';
	return found + strlen(at);
}

static bool add_numbers(struct render_past *p, char *text, int64_t times)
{
	quality q = text[0] == 'u' ? QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE) : 0;
	char *to, *hi;
	double a, b;

	text += text[0] == 'u';
	to = split(text, ">");
	hi = to ? NULL : split(text, "..");
	if (!num_parse_double(text, &a))
		return false;
	b = a;
	if ((to || hi) && !num_parse_double(to ? to : hi, &b))
		return false;
	return to ? add_ramp(p, a, b, times) : add(p, good(a, b, q), times);
}

static bool add_kind(struct render_past *p, char *text, int64_t times)
{
	if (strcmp(text, "?") == 0)
		return add(p, gap(p, REASON_COMM), times);
	if (strcmp(text, "~") == 0)
		return add(p, gap(p, REASON_STALE), times);
	if (strcmp(text, "-") == 0)
		return add(p, (struct trend_bucket){ 0 }, times);
	if (strcmp(text, "R") == 0) {
		p->restart_at = p->n;
		return times == 1;
	}
	return add_numbers(p, text, times);
}

bool render_past_word(struct render_past *p, const char *word)
{
	char *text = xstrdup(word), *count = split(text, "*");
	int64_t times = 1;
	bool ok = !count || num_parse_int(count, 1, RENDER_PAST_MAX, &times);

	ok = ok && add_kind(p, text, times);
	free(text);
	return ok;
}

/* --- reading ------------------------------------------------------------------------ */

static void merge(struct trend_bucket *b, const struct trend_bucket *part)
{
	if (!part->known)
		return;
	if ((part->worst & 3u) > (b->worst & 3u) || !b->known)
		b->worst = part->worst;
	if (part->has_range) {
		b->min = b->has_range && b->min < part->min ? b->min : part->min;
		b->max = b->has_range && b->max > part->max ? b->max : part->max;
		b->has_range = true;
	}
	b->known = true;
	b->end = part->end;
	b->last = part->last;
	b->has_last = part->has_last;
}

bool render_past_ask(const struct render_past *p, struct now now,
		     const struct trend_ask *ask, struct trend_bucket *out,
		     struct trend_about *about)
{
	int64_t length = p->seconds * 1000, begin = now.wall.ms - (int64_t)p->n * length;

	*about = (struct trend_about){ .told_end = ask->end, .refusal = "" };
	if (p->seconds == 0)
		return false;
	about->from_restart = p->restart_at != SIZE_MAX;
	about->began_ms =
		begin + (about->from_restart ? (int64_t)p->restart_at * length : 0);
	for (size_t i = 0; i < ask->n; i++) {
		int64_t from =
			(ask->end - (int64_t)ask->n + (int64_t)i) * ask->bucket_s * 1000;
		int64_t to = from + (int64_t)ask->bucket_s * 1000;

		out[i] = (struct trend_bucket){ 0 };
		for (int64_t at = from < begin ? 0 : (from - begin) / length;
		     at < (int64_t)p->n && begin + at * length < to; at++)
			if (begin + at * length >= from || length > to - from)
				merge(&out[i], &p->v[at]);
	}
	return true;
}
