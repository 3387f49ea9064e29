/* test_wire.c - console messages survive the trip, and no cut or rubbish gets through. */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "util/err.h"
#include "wire/device.h"
#include "wire/journal.h"
#include "wire/msg.h"
#include "wire/people.h"

/* Every field another value, so that none can stand in another's place. */
static const struct wire_alarm_act full_act = {
	.req = 1,
	.epoch = 2,
	.version = 3,
	.event = 8,
	.older = 1,
	.shelf = 2,
	.occurrence = 4,
	.duration_ms = -5,
	.alarm = "a.hi",
	.text = "sensor is being cleaned",
};

static const struct wire_alarm_row full_row = {
	.epoch = 1,
	.version = 2,
	.occurrence = 3,
	.name = "a.hi",
	.tag = "a.level",
	.area = "intake",
	.unit = "m",
	.type = "high",
	.state = 4,
	.flags = 15,
	.priority = 2,
	.source_bad = 1,
	.recording = 1,
	.raised_ms = 5,
	.changed_ms = 6,
	.acked_ms = 7,
	.value = 8.5,
	.limit = 9.5,
	.acked_by = "ann",
	.message = "level 8.5 m is high",
	.cause = "inflow",
	.consequence = "spill",
	.action = "open the valve",
	.screen = "intake",
	.respond_within_s = 600,
	.class_name = "process",
	.owner = "works",
	.reviewed = "2026-01-31",
	.life = WIRE_LIFE_LATCHING | WIRE_LIFE_MANAGED,
	.realarms = 10,
	.unconfirmed = 11,
	.shelve_max_s = 28800,
	.shelf = 1,
	.shelf_until_ms = 12,
	.suppressed = 13,
	.hidden_by = "bob",
	.hidden_reason = "works on the pump",
	.hidden_since_ms = 14,
	.comment_ms = 15,
	.comment_by = "cid",
	.comment = "valve ordered",
	.first_out = WIRE_FOLLOWER,
	.group = "pump1",
	.superseded = 1,
	.habits = WIRE_HABIT_FLEETING,
	.n_older = 2,
	.older = { { 16, 17 }, { 18, 19 } },
};

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

static bool read_alarm_act(const uint8_t *p, size_t n)
{
	struct wire_alarm_act m;
	return wire_get_alarm_act(p, n, &m);
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

static bool read_journal(const uint8_t *p, size_t n)
{
	static struct wire_journal m;

	return wire_get_journal(p, n, &m);
}

static bool read_journal_row(const uint8_t *p, size_t n)
{
	static struct wire_journal_row m;

	return wire_get_journal_row(p, n, &m);
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

static bool read_place(const uint8_t *p, size_t n)
{
	struct wire_place m;
	return wire_get_place(p, n, &m);
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
	ADD(read_alarm_act, wire_put_alarm_act(b, &full_act));
	ADD(read_select,
	    wire_put_select(b, &(struct wire_select){ .req = 1,
						      .tag = "a.sp",
						      .value = value_double(4.5) }));
	ADD(read_welcome, wire_put_welcome(b, &(struct wire_welcome){
						      .version = 1, .station = "demo" }));
	ADD(read_goodbye, wire_put_goodbye(b, true, "refused"));
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
	ADD(read_alarm_row, wire_put_alarm_row(b, &full_row));
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
	ADD(read_journal,
	    wire_put_journal(b, &(struct wire_journal){ .count = 500, .text = "pump" }));
	ADD(read_journal_row,
	    wire_put_journal_row(
		    b, &(struct wire_journal_row){
			       .seq = 9, .body = (const uint8_t *)"body", .n = 4 }));
	ADD(read_notice, wire_put_notice(b, true, "reload refused"));
	ADD(read_revision, wire_put_revision(b, WIRE_SCREENS_CHANGED, 5));
	ADD(read_substitute,
	    wire_put_substitute(b, &(struct wire_substitute){ .req = 1,
							      .tag = "a.level",
							      .reason = "cleaning",
							      .value = value_int(3) }));
	ADD(read_place, wire_put_place(b, &(struct wire_place){ .page = "Intake" }));
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
		wire_put_value(&w, &(struct wire_value){ .tag = i,
							 .alarm_unacked = i & 1,
							 .alarm_hidden = i >> 1 & 1,
							 .value = sent[i] });
	wire_end(&w, at);
	struct bytes_reader r = bytes_reader(w.buf + 6, w.len - 6);
	for (; wire_next_value(&r, &v, text); n++) {
		assert_int_equal(v.tag, n);
		assert_int_equal(v.alarm_unacked, n & 1);
		assert_int_equal(v.alarm_hidden, n >> 1 & 1);
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

/* Byte for byte what was sent is what the reader understood. */
static void a_row_and_an_act_arrive_as_they_were_sent(void **state)
{
	struct strbuf w = STRBUF_INIT, again = STRBUF_INIT;
	struct wire_alarm_act act;
	struct wire_alarm_row row;

	(void)state;
	wire_put_alarm_act(&w, &full_act);
	assert_true(wire_get_alarm_act((uint8_t *)w.buf + 6, w.len - 6, &act));
	assert_int_equal(act.event, 8);
	assert_int_equal(act.duration_ms, -5);
	assert_string_equal(act.text, full_act.text);
	wire_put_alarm_act(&again, &act);
	assert_int_equal(again.len, w.len);
	assert_memory_equal(again.buf, w.buf, w.len);
	strbuf_clear(&w);
	strbuf_clear(&again);
	wire_put_alarm_row(&w, &full_row);
	assert_true(wire_get_alarm_row((uint8_t *)w.buf + 6, w.len - 6, &row));
	assert_int_equal(row.flags, full_row.flags);
	assert_int_equal(row.older[1].raised_ms, 19);
	assert_string_equal(row.hidden_reason, full_row.hidden_reason);
	assert_string_equal(row.comment, full_row.comment);
	wire_put_alarm_row(&again, &row);
	assert_int_equal(again.len, w.len);
	assert_memory_equal(again.buf, w.buf, w.len);
	strbuf_release(&w);
	strbuf_release(&again);
}

static void SEC_06_more_older_occurrences_than_there_can_be_are_refused(void **state)
{
	struct strbuf w = STRBUF_INIT;
	struct wire_alarm_row row = full_row;
	size_t count;

	(void)state;
	row.n_older = WIRE_OLDER_MAX;
	wire_put_alarm_row(&w, &row);
	assert_true(wire_get_alarm_row((uint8_t *)w.buf + 6, w.len - 6, &row));
	count = w.len - (size_t)WIRE_OLDER_MAX * 16 - 1;
	assert_int_equal((uint8_t)w.buf[count], WIRE_OLDER_MAX);
	for (size_t i = 0; i < 16; i++)
		strbuf_addch(&w, 0);
	w.buf[count] = WIRE_OLDER_MAX + 1;
	assert_false(wire_get_alarm_row((uint8_t *)w.buf + 6, w.len - 6, &row));
	strbuf_release(&w);
}

static void a_row_is_listed_while_anything_of_it_is_left_to_see(void **state)
{
	(void)state;
	assert_false(wire_alarm_listed(&(struct wire_alarm_row){ .occurrence = 5 }));
	assert_true(wire_alarm_listed(&(struct wire_alarm_row){ .state = 3 }));
	assert_true(wire_alarm_listed(&(struct wire_alarm_row){ .flags = 4 }));
	assert_true(wire_alarm_listed(&(struct wire_alarm_row){ .n_older = 1 }));
}

static void a_question_to_the_journal_says_again_what_was_put_into_it(void **state)
{
	const struct wire_journal m = { .req = 1,
					.after = 2,
					.before = 3,
					.from_ms = -4,
					.to_ms = 5,
					.events = 6,
					.count = 7,
					.priorities = 8,
					.oldest_first = 1,
					.area = "a",
					.tag = "t",
					.alarm = "n",
					.by = "o",
					.text = "w" };
	static const uint16_t counts[] = { 0, WIRE_JOURNAL_MAX + 1, 65535 };
	struct wire_journal back, bad = m;
	struct strbuf w = STRBUF_INIT;

	(void)state;
	wire_put_journal(&w, &m);
	assert_true(wire_get_journal((const uint8_t *)w.buf + 6, w.len - 6, &back));
	assert_int_equal(back.req, 1);
	assert_int_equal(back.after, 2);
	assert_int_equal(back.before, 3);
	assert_true(back.from_ms == -4 && back.to_ms == 5);
	assert_int_equal(back.events, 6);
	assert_int_equal(back.count, 7);
	assert_int_equal(back.priorities, 8);
	assert_int_equal(back.oldest_first, 1);
	assert_string_equal(back.area, "a");
	assert_string_equal(back.tag, "t");
	assert_string_equal(back.alarm, "n");
	assert_string_equal(back.by, "o");
	assert_string_equal(back.text, "w");
	for (size_t i = 0; i < 3; i++) {
		bad.count = counts[i];
		strbuf_clear(&w);
		wire_put_journal(&w, &bad);
		assert_false(
			wire_get_journal((const uint8_t *)w.buf + 6, w.len - 6, &back));
	}
	strbuf_release(&w);
}

static void no_more_names_are_asked_for_than_are_taken(void **state)
{
	static const char *names[WIRE_NAMES_MAX + 1];
	struct wire_subscribe m;
	struct strbuf w = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i <= WIRE_NAMES_MAX; i++)
		names[i] = "a.tag";
	wire_put_subscribe(&w, 1, names, WIRE_NAMES_MAX + 1);
	assert_true(wire_get_subscribe((const uint8_t *)w.buf + 6, w.len - 6, &m));
	assert_int_equal(m.n, WIRE_NAMES_MAX);
	wire_subscribe_release(&m);
	strbuf_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_question_to_the_journal_says_again_what_was_put_into_it),
		cmocka_unit_test(every_message_is_read_whole_and_never_cut),
		cmocka_unit_test(SEC_06_random_bytes_are_refused_without_harm),
		cmocka_unit_test(SEC_05_frame_lengths_are_bounded),
		cmocka_unit_test(values_of_all_types_travel_in_one_frame),
		cmocka_unit_test(a_device_arrives_as_it_was_sent),
		cmocka_unit_test(a_row_and_an_act_arrive_as_they_were_sent),
		cmocka_unit_test(
			SEC_06_more_older_occurrences_than_there_can_be_are_refused),
		cmocka_unit_test(no_more_names_are_asked_for_than_are_taken),
		cmocka_unit_test(a_row_is_listed_while_anything_of_it_is_left_to_see),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
