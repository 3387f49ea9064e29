/* test_wire_trend.c - the past of a tag survives the trip, and no cut or rubbish does. */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "wire/msg.h"
#include "wire/trend.h"

static const struct wire_trend full = {
	.req = 7,
	.tag = "intake.t101.level",
	.bucket_s = 27,
	.from_ms = 1763800000123,
	.count = 136,
};

static const uint8_t *payload_of(const struct strbuf *w, uint16_t type, size_t *len)
{
	const uint8_t *payload;
	uint16_t got;

	assert_int_equal(wire_frame_next((uint8_t *)w->buf, w->len, &got, &payload, len),
			 w->len);
	assert_int_equal(got, type);
	return payload;
}

static void the_request_survives_and_is_never_cut(void **state)
{
	struct strbuf w = STRBUF_INIT;
	struct wire_trend m;
	const uint8_t *p;
	size_t len;

	(void)state;
	wire_put_trend(&w, &full);
	p = payload_of(&w, WIRE_TREND, &len);
	assert_true(wire_get_trend(p, len, &m));
	assert_int_equal(m.req, full.req);
	assert_string_equal(m.tag, full.tag);
	assert_int_equal(m.bucket_s, full.bucket_s);
	assert_int_equal(m.from_ms, full.from_ms);
	assert_int_equal(m.count, full.count);
	for (size_t cut = 0; cut < len; cut++)
		assert_false(wire_get_trend(p, cut, &m));
	strbuf_release(&w);
}

static void SEC_06_requests_beyond_the_bounds_are_refused(void **state)
{
	static const struct {
		uint32_t bucket_s;
		int64_t from_ms;
		uint16_t count;
		bool want;
	} row[] = {
		{ 1, 0, 1, true },
		{ WIRE_TREND_LONGEST_S, 0, WIRE_TREND_BUCKETS_MAX, true },
		{ 0, 0, 1, false },
		{ WIRE_TREND_LONGEST_S + 1, 0, 1, false },
		{ UINT32_MAX, 0, 1, false },
		{ 1, 0, 0, false },
		{ 1, 0, WIRE_TREND_BUCKETS_MAX + 1, false },
		{ 1, INT64_MAX, 1, false },
		{ 1, INT64_MIN, 1, false },
		{ 1, -1000, 1, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct wire_trend m = full;
		struct strbuf w = STRBUF_INIT;
		const uint8_t *p;
		size_t len;

		m.bucket_s = row[i].bucket_s;
		m.from_ms = row[i].from_ms;
		m.count = row[i].count;
		wire_put_trend(&w, &m);
		p = payload_of(&w, WIRE_TREND, &len);
		assert_int_equal(wire_get_trend(p, len, &m), row[i].want);
		strbuf_release(&w);
	}
}

/* Of each shape a bucket has. */
static void fill(struct wire_trend_data *d)
{
	static const struct trend_bucket shapes[] = {
		{ .known = false },
		{ .known = true, .worst = 2, .end = 2 },
		{ .known = true, .has_last = true, .last = -3.5, .worst = 6, .end = 6 },
		{ .known = true,
		  .has_last = true,
		  .has_range = true,
		  .min = 4.25,
		  .max = 4.25,
		  .last = 4.25,
		  .count = 1 },
		{ .known = true,
		  .has_last = true,
		  .has_range = true,
		  .min = -1,
		  .max = 1e9,
		  .last = 17,
		  .count = 65535,
		  .worst = 1,
		  .end = QUALITY_SUBSTITUTED },
	};

	*d = (struct wire_trend_data){ .req = 9,
				       .bucket_s = 60,
				       .first = 29396666,
				       .began_ms = 1763800000000,
				       .origin = TREND_FROM_ASKING,
				       .n = 5 };
	memcpy(d->v, shapes, sizeof(shapes));
}

static void every_shape_of_a_bucket_survives(void **state)
{
	static struct wire_trend_data d, got;
	struct strbuf w = STRBUF_INIT;
	const uint8_t *p;
	size_t len;

	(void)state;
	fill(&d);
	wire_put_trend_data(&w, &d);
	p = payload_of(&w, WIRE_TREND_DATA, &len);
	assert_true(wire_get_trend_data(p, len, &got));
	assert_int_equal(got.req, 9);
	assert_int_equal(got.bucket_s, 60);
	assert_int_equal(got.first, d.first);
	assert_int_equal(got.began_ms, d.began_ms);
	assert_int_equal(got.origin, TREND_FROM_ASKING);
	assert_int_equal(got.n, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(got.v[i].known, d.v[i].known);
		assert_int_equal(got.v[i].has_range, d.v[i].has_range);
		assert_int_equal(got.v[i].has_last, d.v[i].has_last);
		assert_int_equal(got.v[i].worst, d.v[i].worst);
		assert_int_equal(got.v[i].end, d.v[i].end);
		assert_int_equal(got.v[i].count, d.v[i].count);
		if (d.v[i].has_range) {
			assert_double(got.v[i].min, d.v[i].min, 0);
			assert_double(got.v[i].max, d.v[i].max, 0);
		}
		if (d.v[i].has_last)
			assert_double(got.v[i].last, d.v[i].last, 0);
	}
	for (size_t cut = 0; cut < len; cut++)
		assert_false(wire_get_trend_data(p, cut, &got));
	strbuf_addch(&w, 'x');
	assert_false(wire_get_trend_data((uint8_t *)w.buf + 6, len + 1, &got));
	strbuf_release(&w);
}

static void the_longest_answer_fits_into_one_frame(void **state)
{
	static struct wire_trend_data d;
	struct strbuf w = STRBUF_INIT;
	const uint8_t *p;
	size_t len;

	(void)state;
	fill(&d);
	d.n = WIRE_TREND_BUCKETS_MAX;
	for (size_t i = 0; i < d.n; i++)
		d.v[i] = d.v[4];
	wire_put_trend_data(&w, &d);
	p = payload_of(&w, WIRE_TREND_DATA, &len);
	assert_in_range(len, 1, WIRE_FRAME_MAX - 2);
	assert_true(wire_get_trend_data(p, len, &d));
	strbuf_release(&w);
}

static void SEC_06_numbers_that_are_none_are_refused(void **state)
{
	static struct wire_trend_data d, got;
	static const double bad[] = { NAN, INFINITY, -INFINITY };

	(void)state;
	for (size_t i = 0; i < 9; i++) {
		struct strbuf w = STRBUF_INIT;
		const uint8_t *p;
		size_t len;

		fill(&d);
		*(i % 3 == 0   ? &d.v[4].min
		  : i % 3 == 1 ? &d.v[4].max
			       : &d.v[2].last) = bad[i / 3];
		wire_put_trend_data(&w, &d);
		p = payload_of(&w, WIRE_TREND_DATA, &len);
		assert_false(wire_get_trend_data(p, len, &got));
		strbuf_release(&w);
	}
}

static void SEC_06_random_bytes_do_no_harm(void **state)
{
	static struct wire_trend_data d, got;
	struct strbuf w = STRBUF_INIT;
	struct wire_trend m;
	unsigned seed = 11;
	uint8_t copy[4096];

	(void)state;
	fill(&d);
	wire_put_trend_data(&w, &d);
	for (int round = 0; round < 20000; round++) {
		size_t len = w.len - 6;

		memcpy(copy, w.buf + 6, len);
		for (int k = 0; k < 3; k++)
			copy[(size_t)rand_r(&seed) % len] = (uint8_t)rand_r(&seed);
		if (!wire_get_trend_data(copy, len, &got))
			continue;
		for (size_t i = 0; i < got.n; i++) {
			assert_true(!got.v[i].has_range || got.v[i].min <= got.v[i].max);
			assert_true(got.v[i].known ||
				    (!got.v[i].has_range && !got.v[i].has_last));
			assert_true(llabs(got.first) < INT64_MAX / 1000 / got.bucket_s);
		}
	}
	strbuf_clear(&w);
	wire_put_trend(&w, &full);
	for (int round = 0; round < 20000; round++) {
		size_t len = w.len - 6;

		memcpy(copy, w.buf + 6, len);
		copy[(size_t)rand_r(&seed) % len] = (uint8_t)rand_r(&seed);
		if (wire_get_trend(copy, len, &m))
			assert_in_range(m.count, 1, WIRE_TREND_BUCKETS_MAX);
	}
	strbuf_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_request_survives_and_is_never_cut),
		cmocka_unit_test(SEC_06_requests_beyond_the_bounds_are_refused),
		cmocka_unit_test(every_shape_of_a_bucket_survives),
		cmocka_unit_test(the_longest_answer_fits_into_one_frame),
		cmocka_unit_test(SEC_06_numbers_that_are_none_are_refused),
		cmocka_unit_test(SEC_06_random_bytes_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
