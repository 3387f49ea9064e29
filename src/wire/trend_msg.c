/* trend_msg.c - the past of a tag as bytes and back: a bucket in which nothing moved, or
 * that nobody saw, is short. */
#include "wire/trend.h"

#include <math.h>

#include "util/bytes.h"
#include "wire/msg.h"

enum bucket_bit {
	BUCKET_KNOWN = 1,
	BUCKET_HAS_RANGE = 2,
	BUCKET_HAS_LAST = 4,
	BUCKET_FLAT = 8, /* min and max are last */
	BUCKET_BITS = 15
};

/* A bucket takes 31 bytes at most, what stands before them 27. */
_Static_assert(27 + WIRE_TREND_BUCKETS_MAX * 31 + 2 <= WIRE_FRAME_MAX, "one frame");

void wire_put_trend(struct strbuf *w, const struct wire_trend *m)
{
	size_t at = wire_begin(w, WIRE_TREND);

	bytes_put_u32(w, m->req);
	bytes_put_str(w, m->tag);
	bytes_put_u32(w, m->bucket_s);
	bytes_put_i64(w, m->from_ms);
	bytes_put_u16(w, m->count);
	wire_end(w, at);
}

/* A number that cannot be meant would make sums overflow: 100,000 years either way. */
static bool is_time(int64_t ms)
{
	const int64_t far = INT64_C(3155760000000000);

	return ms >= -far && ms <= far;
}

static bool is_length(uint32_t s)
{
	return s >= 1 && s <= WIRE_TREND_LONGEST_S;
}

static bool is_number_of_bucket(int64_t number, uint32_t s)
{
	return is_time(number) && number < INT64_MAX / 1000 / s &&
	       number > INT64_MIN / 1000 / s && is_time(number * s * 1000);
}

bool wire_get_trend(const uint8_t *p, size_t n, struct wire_trend *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	bytes_str(&r, m->tag, sizeof(m->tag));
	m->bucket_s = bytes_u32(&r);
	m->from_ms = bytes_i64(&r);
	m->count = bytes_u16(&r);
	return bytes_done(&r) && is_length(m->bucket_s) && is_time(m->from_ms) &&
	       m->count >= 1 && m->count <= WIRE_TREND_BUCKETS_MAX;
}

static unsigned bits_of(const struct trend_bucket *b)
{
	unsigned bits = b->known ? BUCKET_KNOWN : 0;

	if (!b->known)
		return 0;
	if (b->has_last)
		bits |= BUCKET_HAS_LAST;
	if (b->has_range)
		bits |= BUCKET_HAS_RANGE;
	if (b->has_last && b->has_range && !(b->min < b->last) && !(b->max > b->last))
		bits |= BUCKET_FLAT;
	return bits;
}

static void put_bucket(struct strbuf *w, const struct trend_bucket *b)
{
	unsigned bits = bits_of(b);

	bytes_put_u8(w, (uint8_t)bits);
	if (!bits)
		return;
	bytes_put_u16(w, b->worst);
	bytes_put_u16(w, b->end);
	bytes_put_u16(w, b->count);
	if (bits & BUCKET_HAS_LAST)
		bytes_put_f64(w, b->last);
	if ((bits & BUCKET_HAS_RANGE) && !(bits & BUCKET_FLAT)) {
		bytes_put_f64(w, b->min);
		bytes_put_f64(w, b->max);
	}
}

static bool is_consistent(unsigned bits)
{
	if (bits & ~(unsigned)BUCKET_BITS || (bits && !(bits & BUCKET_KNOWN)))
		return false;
	return !(bits & BUCKET_FLAT) ||
	       (bits & BUCKET_HAS_LAST && bits & BUCKET_HAS_RANGE);
}

static bool get_bucket(struct bytes_reader *r, struct trend_bucket *b)
{
	unsigned bits = bytes_u8(r);

	*b = (struct trend_bucket){ .known = bits & BUCKET_KNOWN,
				    .has_range = bits & BUCKET_HAS_RANGE,
				    .has_last = bits & BUCKET_HAS_LAST };
	if (!is_consistent(bits))
		return false;
	if (!bits)
		return true;
	b->worst = bytes_u16(r);
	b->end = bytes_u16(r);
	b->count = bytes_u16(r);
	if (b->has_last)
		b->last = b->min = b->max = bytes_f64(r);
	if (b->has_range && !(bits & BUCKET_FLAT)) {
		b->min = bytes_f64(r);
		b->max = bytes_f64(r);
	}
	return quality_is_valid(b->worst) && quality_is_valid(b->end) &&
	       isfinite(b->last) && isfinite(b->min) && isfinite(b->max) &&
	       b->min <= b->max;
}

void wire_put_trend_data(struct strbuf *w, const struct wire_trend_data *m)
{
	size_t at = wire_begin(w, WIRE_TREND_DATA);

	bytes_put_u32(w, m->req);
	bytes_put_u32(w, m->bucket_s);
	bytes_put_i64(w, m->first);
	bytes_put_i64(w, m->began_ms);
	bytes_put_u8(w, m->origin);
	bytes_put_u16(w, m->n);
	for (size_t i = 0; i < m->n; i++)
		put_bucket(w, &m->v[i]);
	wire_end(w, at);
}

bool wire_get_trend_data(const uint8_t *p, size_t n, struct wire_trend_data *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	m->bucket_s = bytes_u32(&r);
	m->first = bytes_i64(&r);
	m->began_ms = bytes_i64(&r);
	m->origin = bytes_u8(&r);
	m->n = bytes_u16(&r);
	if (r.failed || m->n > WIRE_TREND_BUCKETS_MAX || !is_length(m->bucket_s) ||
	    m->origin > TREND_FROM_ASKING)
		return false;
	if (!is_time(m->began_ms) || !is_number_of_bucket(m->first, m->bucket_s))
		return false;
	for (size_t i = 0; i < m->n; i++)
		if (!get_bucket(&r, &m->v[i]))
			return false;
	return bytes_done(&r);
}
