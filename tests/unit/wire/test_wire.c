/* test_wire.c - console messages survive the trip, and no cut or rubbish gets through. */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "util/err.h"
#include "wire/device.h"
#include "wire/msg.h"

/* One well-formed message of each kind, and how to read it. */
static bool read_hello(const uint8_t *p, size_t n)
{
	struct wire_hello m;
	return wire_get_hello(p, n, &m);
}

static bool read_request(const uint8_t *p, size_t n)
{
	struct wire_request m;
	return wire_get_request(p, n, &m);
}

static bool read_subscribe(const uint8_t *p, size_t n)
{
	struct wire_subscribe m;
	bool ok = wire_get_subscribe(p, n, &m);
	if (ok)
		wire_subscribe_release(&m);
	return ok;
}

static bool read_ack(const uint8_t *p, size_t n)
{
	struct wire_ack m;
	return wire_get_ack(p, n, &m);
}

static bool read_select(const uint8_t *p, size_t n)
{
	struct wire_select m;
	return wire_get_select(p, n, &m);
}

static bool read_welcome(const uint8_t *p, size_t n)
{
	struct wire_welcome m;
	return wire_get_welcome(p, n, &m);
}

static bool read_goodbye(const uint8_t *p, size_t n)
{
	struct wire_goodbye m;
	return wire_get_goodbye(p, n, &m);
}

static bool read_reply(const uint8_t *p, size_t n)
{
	struct wire_reply m;
	return wire_get_reply(p, n, &m);
}

static bool read_row(const uint8_t *p, size_t n)
{
	struct wire_row m;
	bool ok = wire_get_row(p, n, &m);
	if (ok)
		wire_row_release(&m);
	return ok;
}

static bool read_tag_info(const uint8_t *p, size_t n)
{
	struct wire_tag_info m;
	return wire_get_tag_info(p, n, &m);
}

static bool read_tag_state(const uint8_t *p, size_t n)
{
	struct wire_tag_state m;
	return wire_get_tag_state(p, n, &m);
}

static bool read_beat(const uint8_t *p, size_t n)
{
	struct wire_beat m;
	return wire_get_beat(p, n, &m);
}

static bool read_alarm_row(const uint8_t *p, size_t n)
{
	struct wire_alarm_row m;
	return wire_get_alarm_row(p, n, &m);
}

static bool read_alarm_sync(const uint8_t *p, size_t n)
{
	struct wire_alarm_sync m;
	return wire_get_alarm_sync(p, n, &m);
}

static bool read_selected(const uint8_t *p, size_t n)
{
	struct wire_selected m;
	return wire_get_selected(p, n, &m);
}

static bool read_step(const uint8_t *p, size_t n)
{
	struct wire_write_step m;
	return wire_get_write_step(p, n, &m);
}

static bool read_done(const uint8_t *p, size_t n)
{
	struct wire_write_done m;
	return wire_get_write_done(p, n, &m);
}

static bool read_screen_file(const uint8_t *p, size_t n)
{
	struct wire_screen_file m;
	return wire_get_screen_file(p, n, &m);
}

static bool read_notice(const uint8_t *p, size_t n)
{
	static struct wire_notice m;

	return wire_get_notice(p, n, &m);
}

static bool read_revision(const uint8_t *p, size_t n)
{
	uint64_t v;
	return wire_get_revision(p, n, &v);
}

static bool read_substitute(const uint8_t *p, size_t n)
{
	struct wire_substitute m;
	return wire_get_substitute(p, n, &m);
}

static bool read_device(const uint8_t *p, size_t n)
{
	struct wire_device m;
	return wire_get_device(p, n, &m);
}

/* One device with all there is to say of it. */
static const struct wire_device full_device = {
	.req = 5,
	.name = "plc1",
	.driver = "modbus",
	.where = "tcp://192.0.2.7 unit 3",
	.link = WIRE_LINK_DOWN,
	.ne107 = WIRE_NE107_FAILURE,
	.text = "no answer",
	.since_ms = 12,
	.last_error = "no answer",
	.last_error_ms = 13,
	.tags = 40,
	.tags_bad = 40,
	.tags_by_hand = 1,
	.has_stats = 1,
	.stats_ms = 14,
	.connects = 2,
	.requests = 100,
	.writes = 3,
	.exceptions = 4,
	.timeouts = 5,
	.messages = 6,
	.parse_errors = 7,
	.per_second = 8.5,
	.p50_us = 900,
	.p95_us = 1500,
	.p99_us = 2000,
	.max_us = 70000,
	.n_classes = 2,
	.classes = { { "fast", 100, 1, 50, 2, 3 }, { "slow", 5000, 4, 1, 0, 0 } },
	.n_refused = 1,
	.refused = { { "wrong unit", 9 } },
	.n_holes = 2,
	.holes = "holding:10-12 (2), input:7 (2)",
};

typedef bool (*reader)(const uint8_t *p, size_t n);

static size_t all_messages(struct strbuf w[], reader read[])
{
	static const char *const words[] = { "intake.t101.level", "", "x" };
	size_t n = 0;

#define ADD(reader_fn, call)                                                             \
	do {                                                                             \
		w[n] = (struct strbuf)STRBUF_INIT;                                       \
		struct strbuf *b = &w[n];                                                \
		call;                                                                    \
		read[n++] = reader_fn;                                                   \
	} while (0)
	ADD(read_hello, wire_put_hello(b, &(struct wire_hello){ 1, "console", "tty1" }));
	ADD(read_request,
	    wire_put_request(b, WIRE_GET,
			     &(struct wire_request){ .req = 4, .text = "a.b" }));
	ADD(read_subscribe, wire_put_subscribe(b, 7, words, 3));
	ADD(read_ack, wire_put_ack(b, &(struct wire_ack){ 1, 2, 3, 4, "a.hi" }));
	ADD(read_select,
	    wire_put_select(b, &(struct wire_select){ .req = 1,
						      .tag = "a.sp",
						      .value = value_double(4.5) }));
	ADD(read_welcome, wire_put_welcome(b, &(struct wire_welcome){
						      .version = 1, .station = "demo" }));
	ADD(read_goodbye, wire_put_goodbye(b, "refused"));
	ADD(read_reply, wire_put_reply(b, 9, WIRE_REFUSED, "150 is above 100"));
	ADD(read_row, wire_put_row(b, 9, words, 3));
	ADD(read_tag_info,
	    wire_put_tag_info(b, &(struct wire_tag_info){ .tag = 3,
							  .name = "a",
							  .n_limits = 2,
							  .limits = { { 5.5, 1, 1 } } }));
	ADD(read_tag_state,
	    wire_put_tag_state(
		    b, &(struct wire_tag_state){ .req = 3,
						 .now.value = value_string("idle"),
						 .last_good = value_int(-3) }));
	ADD(read_beat, wire_put_beat(b, &(struct wire_beat){ .sessions = 2 }));
	ADD(read_alarm_row,
	    wire_put_alarm_row(b,
			       &(struct wire_alarm_row){ .name = "a.hi", .value = NAN }));
	ADD(read_alarm_sync,
	    wire_put_alarm_sync(b, &(struct wire_alarm_sync){ 1, 2, 3 }));
	ADD(read_selected,
	    wire_put_selected(b, &(struct wire_selected){ .tag = "a.sp" }));
	ADD(read_step, wire_put_write_step(b, &(struct wire_write_step){ 1, 2, "sent" }));
	ADD(read_done, wire_put_write_done(b, &(struct wire_write_done){ .text = "ok" }));
	ADD(read_screen_file,
	    wire_put_screen_file(b, &(struct wire_screen_file){ .path = "screens/a.cfg",
								.text = "x",
								.len = 1 }));
	ADD(read_notice, wire_put_notice(b, true, "reload refused"));
	ADD(read_revision, wire_put_revision(b, WIRE_SCREENS_CHANGED, 5));
	ADD(read_substitute,
	    wire_put_substitute(b, &(struct wire_substitute){ .req = 1,
							      .tag = "a.level",
							      .reason = "cleaning",
							      .value = value_int(3) }));
	ADD(read_device, wire_put_device(b, &(struct wire_device){ .name = "bus" }));
	ADD(read_device, wire_put_device(b, &full_device));
#undef ADD
	return n;
}

enum { KINDS = 32 };

static void every_message_is_read_whole_and_never_cut(void **state)
{
	struct strbuf w[KINDS];
	reader read[KINDS];
	size_t n = all_messages(w, read);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const uint8_t *payload;
		uint16_t type;
		size_t len;
		int64_t used = wire_frame_next((uint8_t *)w[i].buf, w[i].len, &type,
					       &payload, &len);
		assert_int_equal(used, w[i].len);
		assert_true(read[i](payload, len));
		for (size_t cut = 0; cut < len; cut++)
			assert_false(read[i](payload, cut));
		strbuf_addch(&w[i], 'x');
		assert_false(
			read[i]((uint8_t *)w[i].buf + (w[i].len - 1 - len), len + 1));
		strbuf_release(&w[i]);
	}
}

static void SEC_06_random_bytes_are_refused_without_harm(void **state)
{
	struct strbuf w[KINDS];
	reader read[KINDS];
	size_t n = all_messages(w, read);
	unsigned seed = 7;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		for (int round = 0; round < 2000; round++) {
			uint8_t copy[4096];
			size_t len = w[i].len - 6;
			memcpy(copy, w[i].buf + 6, len);
			for (int k = 0; k < 3; k++)
				copy[(size_t)rand_r(&seed) % len] =
					(uint8_t)rand_r(&seed);
			read[i](copy, len);
		}
		strbuf_release(&w[i]);
	}
}

static void SEC_05_frame_lengths_are_bounded(void **state)
{
	static const struct {
		uint32_t length;
		int64_t want;
	} row[] = { { 0, SG_EPROTO },
		    { 1, SG_EPROTO },
		    { 2, 6 },
		    { WIRE_FRAME_MAX, 0 },
		    { WIRE_FRAME_MAX + 1, SG_EPROTO },
		    { UINT32_MAX, SG_EPROTO },
		    { 0x80000000u, SG_EPROTO } };

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct strbuf w = STRBUF_INIT;
		const uint8_t *payload;
		uint16_t type;
		size_t len;
		bytes_put_u32(&w, row[i].length);
		bytes_put_u16(&w, WIRE_BEAT);
		assert_int_equal(
			wire_frame_next((uint8_t *)w.buf, w.len, &type, &payload, &len),
			row[i].want);
		for (size_t cut = 0; cut < 4; cut++)
			assert_int_equal(wire_frame_next((uint8_t *)w.buf, cut, &type,
							 &payload, &len),
					 0);
		strbuf_release(&w);
	}
}

static void values_of_all_types_travel_in_one_frame(void **state)
{
	static const struct value sent[] = { { VALUE_BOOL, { .b = true } },
					     { VALUE_INT, { .i = INT64_MIN } },
					     { VALUE_DOUBLE, { .d = -0.5 } },
					     { VALUE_STRING, { .s = "backwash" } },
					     { VALUE_NONE, { 0 } } };
	struct strbuf w = STRBUF_INIT;
	char text[VALUE_STRING_MAX + 1];
	struct wire_value v;
	size_t at = wire_begin(&w, WIRE_VALUES), n = 0;

	(void)state;
	for (uint32_t i = 0; i < 5; i++)
		wire_put_value(&w, &(struct wire_value){ .tag = i, .value = sent[i] });
	wire_end(&w, at);
	struct bytes_reader r = bytes_reader(w.buf + 6, w.len - 6);
	for (; wire_next_value(&r, &v, text); n++) {
		assert_int_equal(v.tag, n);
		assert_true(value_equal(&v.value, &sent[n]));
	}
	assert_int_equal(n, 5);
	assert_false(r.failed);
	strbuf_release(&w);
}

static void a_device_arrives_as_it_was_sent(void **state)
{
	struct wire_device got, bad = full_device;
	struct strbuf w = STRBUF_INIT, again = STRBUF_INIT;

	(void)state;
	wire_put_device(&w, &full_device);
	assert_true(wire_get_device((uint8_t *)w.buf + 6, w.len - 6, &got));
	wire_put_device(&again, &got);
	assert_int_equal(again.len, w.len);
	assert_memory_equal(again.buf, w.buf, w.len);
	assert_string_equal(got.holes, full_device.holes);
	assert_int_equal(got.classes[1].period_ms, 5000);
	strbuf_release(&again);
	strbuf_clear(&w);
	bad.link = WIRE_LINK_NO_DRIVER + 1;
	wire_put_device(&w, &bad);
	assert_false(wire_get_device((uint8_t *)w.buf + 6, w.len - 6, &got));
	strbuf_release(&w);
	assert_string_equal(wire_link_name(WIRE_LINK_DOWN), "not connected");
	assert_string_equal(wire_ne107_name(WIRE_NE107_FUNCTION), "function check");
	assert_int_equal(wire_ne107_letter(WIRE_NE107_FAILURE), 'F');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_message_is_read_whole_and_never_cut),
		cmocka_unit_test(SEC_06_random_bytes_are_refused_without_harm),
		cmocka_unit_test(SEC_05_frame_lengths_are_bounded),
		cmocka_unit_test(values_of_all_types_travel_in_one_frame),
		cmocka_unit_test(a_device_arrives_as_it_was_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
