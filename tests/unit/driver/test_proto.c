/* test_proto.c - every record there and back, and every way to break one. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "driver/proto.h"
#include "util/arena.h"
#include "util/bytes.h"
#include "util/err.h"

/* One of each record, in one stream. */
static void put_all(struct strbuf *w)
{
	char plc1[] = "plc1", ab[] = "a.b", lines[] = "line 1\nline 2\n";
	struct settings none = { 0 }, two = { 0 };
	settings_add(&two, "endpoint", "tcp://127.0.0.1:1502");
	settings_add(&two, "scan_ms", "500");
	struct driver_device device = { .id = 3, .name = plc1, .settings = two };
	const struct driver_numbers numbers = { .deadband = 0.5, .lo = -1, .hi = 6 };
	struct driver_tag tag = { .id = 70000,
				  .device = 3,
				  .type = VALUE_DOUBLE,
				  .numbers = &numbers,
				  .writable = true,
				  .has_range = true,
				  .settings = none };
	struct driver_sample s[4] = {
		{ .tag = 1, .source_ms = 5, .mono_ns = 6, .value = value_bool(true) },
		{ .tag = 2, .value = value_string("gr\xC3\xBC\xC3\x9F"), .mono_ns = -1 },
		{ .tag = 3, .quality = QUALITY_MAKE(QUALITY_BAD, REASON_COMM) },
		{ .tag = 4, .value = value_string("") },
	};
	struct driver_read_result rr = { 1, 9, s[1], "why" };
	struct driver_config_result cr = { 1, 1, 70000, "bad address" };
	struct driver_device_state ds = { 1, 3, DEVICE_FAILED, "no answer" };
	struct driver_beat beat = { 1, 2, 3, 4, 5 };
	struct driver_read read = { 1, 2, 3, 4 };
	struct driver_write write = { 1, 2, 3, 4, value_double(1.5) };
	struct driver_write_outcome wo = { 1, 2, WRITE_UNKNOWN, "no reply" };
	struct driver_publish pub = { 3, true, "a/b", "{}", 2 };
	struct driver_explain ex = { 1, 2, 3 };
	struct driver_explain_result er = { 1, 2, lines };
	struct driver_hello hello = { 1, 0 };
	struct device_stats stats = { .requests = 5,
				      .refused = { 1, 2, 3 },
				      .n_classes = 2,
				      .classes = { { "fast", 100, 1, 9, 8, 7 } },
				      .holes = 1,
				      .hole_list = "holding:10-12 (2)",
				      .last_error = "topic a/b: not a number",
				      .last_error_ms = 11 };

	driver_put_hello(w, &hello);
	driver_put_config_begin(w, 7);
	driver_put_config_device(w, &device);
	driver_put_config_tag(w, &tag, ab);
	driver_put_config_end(w, 7);
	driver_put_config_result(w, &cr);
	driver_put_config_ready(w, 7);
	driver_put_samples(w, 7, s, 4);
	driver_put_device_state(w, &ds);
	driver_put_beat(w, &beat);
	driver_put_stats(w, 7, 3, &stats);
	driver_put_credit(w, 1000);
	driver_put_read(w, &read);
	driver_put_read_result(w, &rr);
	driver_put_write(w, &write);
	driver_put_write_outcome(w, &wo);
	driver_put_publish(w, &pub);
	driver_put_explain(w, &ex);
	driver_put_explain_result(w, &er);
	driver_put_stop(w);
	settings_release(&two);
}

static struct driver_sample_batch batch = { .text = STRBUF_INIT };

/* Decoders of one shape, by type; each releases what it made. */
union message {
	struct driver_hello hello;
	uint32_t u32;
	struct driver_device device;
	struct driver_told tag;
	struct driver_config_result cr;
	struct driver_device_state ds;
	struct driver_beat beat;
	struct driver_stats stats;
	struct driver_read read;
	struct driver_read_result rr;
	struct driver_write write;
	struct driver_write_outcome wo;
	struct driver_publish pub;
	struct driver_explain ex;
	struct driver_explain_result er;
};

static union message m;
static char text[VALUE_STRING_MAX + 1], topic[DRIVER_TOPIC_MAX + 1];

#define DECODER(name, call)                                                              \
	static bool name(const struct driver_record_view *r)                             \
	{                                                                                \
		return call;                                                             \
	}
DECODER(get_hello, driver_get_hello(r, &m.hello))
DECODER(get_u32, driver_get_u32(r, &m.u32))
DECODER(get_config_result, driver_get_config_result(r, &m.cr))
DECODER(get_samples, driver_get_samples(r, &batch))
DECODER(get_device_state, driver_get_device_state(r, &m.ds))
DECODER(get_beat, driver_get_beat(r, &m.beat))
DECODER(get_stats, driver_get_stats(r, &m.stats))
DECODER(get_read, driver_get_read(r, &m.read))
DECODER(get_read_result, driver_get_read_result(r, &m.rr, text))
DECODER(get_write, driver_get_write(r, &m.write, text))
DECODER(get_write_outcome, driver_get_write_outcome(r, &m.wo))
DECODER(get_explain, driver_get_explain(r, &m.ex))
DECODER(get_publish, driver_get_publish(r, &m.pub, topic))
DECODER(get_stop, r->len == 0)

static bool get_device(const struct driver_record_view *r)
{
	bool ok = driver_get_config_device(r, &m.device);

	driver_device_release(&m.device);
	return ok;
}

static bool get_tag(const struct driver_record_view *r)
{
	struct arena *a = arena_new();
	struct settings scratch = { 0 };
	bool ok = driver_get_config_tag(r, &m.tag, a, &scratch);

	settings_release(&scratch);
	arena_free(a);
	return ok;
}

static bool get_explain_result(const struct driver_record_view *r)
{
	bool ok = driver_get_explain_result(r, &m.er);

	free(m.er.text);
	return ok;
}

static bool (*const decoders[])(const struct driver_record_view *r) = {
	[DR_HELLO] = get_hello,
	[DR_CONFIG_BEGIN] = get_u32,
	[DR_CONFIG_END] = get_u32,
	[DR_CONFIG_READY] = get_u32,
	[DR_CREDIT] = get_u32,
	[DR_CONFIG_DEVICE] = get_device,
	[DR_CONFIG_TAG] = get_tag,
	[DR_CONFIG_RESULT] = get_config_result,
	[DR_SAMPLES] = get_samples,
	[DR_DEVICE_STATE] = get_device_state,
	[DR_BEAT] = get_beat,
	[DR_STATS] = get_stats,
	[DR_READ] = get_read,
	[DR_READ_RESULT] = get_read_result,
	[DR_WRITE] = get_write,
	[DR_WRITE_OUTCOME] = get_write_outcome,
	[DR_PUBLISH] = get_publish,
	[DR_EXPLAIN] = get_explain,
	[DR_EXPLAIN_RESULT] = get_explain_result,
	[DR_STOP] = get_stop,
};

static bool decode(const struct driver_record_view *r)
{
	return r->type < sizeof(decoders) / sizeof(decoders[0]) && decoders[r->type] &&
	       decoders[r->type](r);
}

static void every_record_survives_the_trip(void **state)
{
	struct strbuf w = STRBUF_INIT;
	struct driver_record_view r;
	size_t at = 0, n = 0;

	(void)state;
	put_all(&w);
	while (at < w.len) {
		int64_t k =
			driver_record_next((const uint8_t *)w.buf + at, w.len - at, &r);
		assert_true(k > 0);
		assert_true(decode(&r));
		at += (size_t)k;
		n++;
	}
	assert_int_equal(n, 20);
	strbuf_release(&w);
}

static struct driver_record_view only_record(const struct strbuf *w)
{
	struct driver_record_view r = { 0 };

	assert_int_equal(driver_record_next((const uint8_t *)w->buf, w->len, &r), w->len);
	return r;
}

static void a_tag_arrives_as_it_was_sent(void **state)
{
	struct strbuf w = STRBUF_INIT;
	struct settings s = { 0 }, scratch = { 0 };
	struct arena *a = arena_new();
	struct driver_told got;

	(void)state;
	settings_add(&s, "address", "holding:5");
	settings_add(&s, "scale", "0.1");
	const struct driver_numbers numbers = { .deadband = 0.25, .lo = -3, .hi = 4 };
	struct driver_tag tag = { .id = 4000000000u,
				  .device = 2,
				  .type = VALUE_INT,
				  .numbers = &numbers,
				  .writable = true,
				  .has_range = true,
				  .settings = s };
	driver_put_config_tag(&w, &tag, "x.y");
	struct driver_record_view r = only_record(&w);
	assert_true(driver_get_config_tag(&r, &got, a, &scratch));
	assert_int_equal(got.tag.id, 4000000000u);
	assert_int_equal(got.tag.device, 2);
	assert_string_equal(got.name, "x.y");
	assert_int_equal(got.tag.type, VALUE_INT);
	assert_true(got.tag.writable && got.tag.has_range);
	assert_double(got.tag.numbers->deadband, 0.25, 0);
	assert_double(got.tag.numbers->lo, -3, 0);
	assert_double(got.tag.numbers->hi, 4, 0);
	assert_string_equal(settings_get(&got.tag.settings, "address"), "holding:5");
	assert_string_equal(settings_get(&got.tag.settings, "scale"), "0.1");
	assert_true(settings_same(&got.tag.settings, &s));
	/* one without numbers; scratch and what it left behind are used again */
	strbuf_clear(&w);
	driver_put_config_tag(&w, &(struct driver_tag){ .id = 1 }, "z");
	r = only_record(&w);
	struct driver_told plain;
	assert_true(driver_get_config_tag(&r, &plain, a, &scratch));
	assert_null(plain.tag.numbers);
	assert_int_equal(plain.tag.settings.n, 0);
	assert_string_equal(got.name, "x.y");
	assert_string_equal(settings_get(&got.tag.settings, "scale"), "0.1");
	settings_release(&scratch);
	arena_free(a);
	settings_release(&s);
	strbuf_release(&w);
}

static void counts_arrive_as_they_were_sent(void **state)
{
	struct strbuf w = STRBUF_INIT, again = STRBUF_INIT;
	struct device_stats v = { .connects = 1,
				  .requests = 2,
				  .writes = 3,
				  .exceptions = 4,
				  .timeouts = 5,
				  .n_classes = 1,
				  .classes = { { "slow", 60000, 3, 100, 1, 2 } },
				  .holes = 9,
				  .hole_list = "input:7 (2)",
				  .p50_us = 10,
				  .p95_us = 20,
				  .p99_us = 30,
				  .max_us = 40,
				  .messages = 6,
				  .parse_errors = 7,
				  .last_error = "no number",
				  .last_error_ms = 8 };
	struct driver_stats got;

	(void)state;
	for (size_t i = 0; i < REFUSED_KINDS; i++)
		v.refused[i] = 100 + i;
	driver_put_stats(&w, 70, 3, &v);
	struct driver_record_view r = only_record(&w);
	assert_true(driver_get_stats(&r, &got));
	assert_int_equal(got.generation, 70);
	assert_int_equal(got.device, 3);
	driver_put_stats(&again, 70, 3, &got.v);
	assert_int_equal(again.len, w.len);
	assert_memory_equal(again.buf, w.buf, w.len);
	assert_string_equal(got.v.hole_list, "input:7 (2)");
	assert_int_equal(got.v.refused[REFUSED_DUPLICATE], 100 + REFUSED_DUPLICATE);
	assert_int_equal(got.v.classes[0].skipped, 2);
	strbuf_release(&again);
	strbuf_release(&w);
}

static void samples_keep_their_strings(void **state)
{
	struct strbuf w = STRBUF_INIT;
	char longest[VALUE_STRING_MAX + 1];

	(void)state;
	memset(longest, 'x', VALUE_STRING_MAX);
	longest[VALUE_STRING_MAX] = '\0';
	struct driver_sample s[] = {
		{ .tag = 9, .value = value_string(longest), .source_ms = 1 },
		{ .tag = 8, .value = value_int(INT64_MIN), .mono_ns = INT64_MAX },
		{ .tag = 7, .value = value_string("zwei") },
		{ .tag = 6,
		  .value = value_double(-0.5),
		  .quality = QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE) },
	};
	driver_put_samples(&w, 42, s, 4);
	struct driver_record_view r = only_record(&w);
	assert_int_equal(r.len, 8 + 4 * 32 + VALUE_STRING_MAX + 4);
	assert_true(driver_get_samples(&r, &batch));
	assert_int_equal(batch.generation, 42);
	assert_int_equal(batch.n, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(batch.v[i].tag, s[i].tag);
		assert_int_equal(batch.v[i].quality, s[i].quality);
		assert_true(batch.v[i].mono_ns == s[i].mono_ns);
		assert_true(batch.v[i].source_ms == s[i].source_ms);
		assert_true(value_equal(&batch.v[i].value, &s[i].value));
	}
	strbuf_release(&w);
}

static void the_largest_batch_fits(void **state)
{
	static struct driver_sample s[DRIVER_SAMPLES_MAX];
	struct strbuf w = STRBUF_INIT;

	(void)state;
	for (uint32_t i = 0; i < DRIVER_SAMPLES_MAX; i++)
		s[i] = (struct driver_sample){ .tag = i, .value = value_int(i) };
	driver_put_samples(&w, 1, s, DRIVER_SAMPLES_MAX);
	struct driver_record_view r = only_record(&w);
	assert_true(driver_get_samples(&r, &batch));
	assert_int_equal(batch.n, DRIVER_SAMPLES_MAX);
	strbuf_release(&w);
}

/* A record cut anywhere is "more needed"; the same bytes under a shorter length are
 * refused; so is one byte too many. */
static void a_record_cut_anywhere_is_never_read(void **state)
{
	struct strbuf all = STRBUF_INIT;
	struct driver_record_view r;

	(void)state;
	put_all(&all);
	for (size_t at = 0; at < all.len;) {
		const uint8_t *p = (const uint8_t *)all.buf + at;
		size_t n = (size_t)driver_record_next(p, all.len - at, &r);
		size_t payload = r.len;

		for (size_t cut = 0; cut < n; cut++) {
			struct driver_record_view got;
			uint8_t *copy =
				malloc(cut + 1); /* exact size: ASan sees overreads */
			memcpy(copy, p, cut);
			assert_int_equal(driver_record_next(copy, cut, &got), 0);
			free(copy);
		}
		for (size_t cut = 0; cut < payload; cut++) {
			uint8_t *copy = malloc(cut + 1);
			memcpy(copy, p + 8, cut);
			assert_false(decode(
				&(struct driver_record_view){ r.type, copy, cut }));
			free(copy);
		}
		uint8_t *longer = calloc(1, payload + 1);
		memcpy(longer, p + 8, payload);
		assert_false(decode(
			&(struct driver_record_view){ r.type, longer, payload + 1 }));
		free(longer);
		at += n;
	}
	strbuf_release(&all);
}

static int64_t next_of_length(uint32_t length, uint16_t flags)
{
	static uint8_t buf[4 + DRIVER_RECORD_MAX + 1];
	struct driver_record_view r;

	for (size_t i = 0; i < 4; i++)
		buf[i] = (uint8_t)(length >> 8 * i);
	buf[6] = (uint8_t)flags;
	buf[7] = (uint8_t)(flags >> 8);
	return driver_record_next(buf, sizeof(buf), &r);
}

static void lengths_out_of_bounds_are_refused(void **state)
{
	(void)state;
	for (uint32_t length = 0; length <= DRIVER_RECORD_MAX + 1; length++) {
		bool allowed = length >= 4 && length <= DRIVER_RECORD_MAX;

		assert_int_equal(next_of_length(length, 0),
				 allowed ? (int64_t)length + 4 : SG_EPROTO);
	}
	assert_int_equal(next_of_length(UINT32_MAX, 0), SG_EPROTO);
	assert_int_equal(next_of_length(0x80000000u, 0), SG_EPROTO);
	assert_int_equal(next_of_length(10, 1), SG_EPROTO);
}

static void random_bytes_do_no_harm(void **state)
{
	uint64_t x = 88172645463325252u;
	size_t read = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		x ^= x << 13, x ^= x >> 7, x ^= x << 17;
		size_t n = x % 200;
		uint8_t *p = malloc(n + 1);
		for (size_t i = 0; i < n; i++) {
			x ^= x << 13, x ^= x >> 7, x ^= x << 17;
			/* mostly small numbers: these get further than noise */
			p[i] = (uint8_t)(x & 0x300 ? x & 7 : x);
		}
		for (uint16_t type = 0; type <= 30; type++)
			read += decode(&(struct driver_record_view){ type, p, n });
		struct driver_record_view r;
		driver_record_next(p, n, &r);
		free(p);
	}
	assert_true(read > 0); /* the noise is not so wild that nothing is tried */
}

/* Every single byte of every record turned: read or refused, never harm. */
static void flipped_bytes_do_no_harm(void **state)
{
	struct strbuf all = STRBUF_INIT;

	(void)state;
	put_all(&all);
	for (size_t at = 0; at < all.len; at++) {
		for (unsigned flip = 1; flip < 256; flip <<= 1) {
			struct driver_record_view r;
			size_t from = 0;
			int64_t n;

			all.buf[at] = (char)(all.buf[at] ^ (char)flip);
			while ((n = driver_record_next((const uint8_t *)all.buf + from,
						       all.len - from, &r)) > 0) {
				decode(&r);
				from += (size_t)n;
			}
			all.buf[at] = (char)(all.buf[at] ^ (char)flip);
		}
	}
	strbuf_release(&all);
}

/* What no writer of ours makes: each refused. */
static void impossible_values_are_refused(void **state)
{
	static const struct {
		uint16_t quality, type;
		uint64_t bits;
		size_t tail;
	} bad[] = {
		{ 3, VALUE_INT, 0, 0 },              /* no such class */
		{ 2 | 60 << 2, VALUE_INT, 0, 0 },    /* no such reason */
		{ 0, VALUE_NONE, 0, 0 },             /* good without a value */
		{ 2, VALUE_NONE, 7, 0 },             /* nothing with bits */
		{ 0, VALUE_BOOL, 2, 0 },             /* a third truth */
		{ 0, 5, 0, 0 },                      /* no such type */
		{ 0, VALUE_STRING, 256, 256 },       /* too long */
		{ 0, VALUE_STRING, 4, 3 },           /* longer than the record */
		{ 0, VALUE_STRING, UINT64_MAX, 10 }, /* much longer */
		{ 0, VALUE_STRING, 3, 4 },           /* a byte nobody owns */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct strbuf w = STRBUF_INIT;
		bytes_put_u32(&w, 1);
		bytes_put_u32(&w, 1);
		bytes_put_u32(&w, 1);
		bytes_put_u16(&w, bad[i].quality);
		bytes_put_u16(&w, bad[i].type);
		bytes_put_i64(&w, 0);
		bytes_put_i64(&w, 0);
		bytes_put_u64(&w, bad[i].bits);
		for (size_t k = 0; k < bad[i].tail; k++)
			strbuf_addch(&w, 'a');
		struct driver_record_view r = { DR_SAMPLES, (const uint8_t *)w.buf,
						w.len };
		assert_false(driver_get_samples(&r, &batch));
		assert_int_equal(batch.n, 0);
		strbuf_release(&w);
	}
}

static void a_count_that_lies_is_refused(void **state)
{
	struct strbuf w = STRBUF_INIT;

	(void)state;
	bytes_put_u32(&w, 1);
	bytes_put_u32(&w, UINT32_MAX);
	struct driver_record_view r = { DR_SAMPLES, (const uint8_t *)w.buf, w.len };
	assert_false(driver_get_samples(&r, &batch));
	strbuf_release(&w);
}

static void more_samples_than_allowed_are_refused(void **state)
{
	static struct driver_sample s[DRIVER_SAMPLES_MAX + 1];
	struct strbuf w = STRBUF_INIT;

	(void)state;
	for (uint32_t i = 0; i <= DRIVER_SAMPLES_MAX; i++)
		s[i] = (struct driver_sample){ .tag = i, .value = value_int(i) };
	driver_put_samples(&w, 1, s, DRIVER_SAMPLES_MAX + 1);
	struct driver_record_view r = only_record(&w);
	assert_false(driver_get_samples(&r, &batch));
	assert_int_equal(batch.n, 0);
	strbuf_release(&w);
}

static void words_for_outcomes(void **state)
{
	(void)state;
	assert_string_equal(write_outcome_name(WRITE_ACCEPTED), "accepted");
	assert_string_equal(write_outcome_name(WRITE_REFUSED), "refused");
	assert_string_equal(write_outcome_name(WRITE_NOT_SENT), "not sent");
	assert_string_equal(write_outcome_name(WRITE_UNKNOWN), "unknown");
	assert_string_equal(write_outcome_name((enum write_outcome)77), "unknown");
	assert_string_equal(device_state_name(DEVICE_CONNECTING), "connecting");
	assert_string_equal(device_state_name((enum device_state)9), "failed");
}

static int release_batch(void **state)
{
	(void)state;
	strbuf_release(&batch.text);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_record_survives_the_trip),
		cmocka_unit_test(a_tag_arrives_as_it_was_sent),
		cmocka_unit_test(counts_arrive_as_they_were_sent),
		cmocka_unit_test(samples_keep_their_strings),
		cmocka_unit_test(the_largest_batch_fits),
		cmocka_unit_test(a_record_cut_anywhere_is_never_read),
		cmocka_unit_test(lengths_out_of_bounds_are_refused),
		cmocka_unit_test(random_bytes_do_no_harm),
		cmocka_unit_test(flipped_bytes_do_no_harm),
		cmocka_unit_test(impossible_values_are_refused),
		cmocka_unit_test(a_count_that_lies_is_refused),
		cmocka_unit_test(more_samples_than_allowed_are_refused),
		cmocka_unit_test(words_for_outcomes),
	};

	return cmocka_run_group_tests(tests, NULL, release_batch);
}
