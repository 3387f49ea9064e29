/* test_topics.c - the decision from a message to samples, with a clock of the test's. */
#include "support/test.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/mqtt/topics.h"
#include "util/strbuf.h"

enum { LEVEL, JSON, OK, TEXT, OTHER_DEVICE, TAGS };

static const int64_t day_ms = 86400000;
static const struct now noon = { { 5000000000000 }, { 1795338303000 } };

struct seen {
	struct driver_sample last[TAGS];
	char text[TAGS][VALUE_STRING_MAX + 1];
	bool retained[TAGS];
	int count[TAGS];
};

static struct driver_tag tags[TAGS];
static const struct driver_tag *const handles[TAGS] = { &tags[LEVEL], &tags[JSON],
							&tags[OK], &tags[TEXT] };

static void sink(void *arg, const struct driver_tag *t, const struct driver_sample *s,
		 bool retained)
{
	struct seen *seen = arg;
	size_t i = (size_t)(t - tags);

	seen->last[i] = *s;
	seen->retained[i] = retained;
	seen->count[i]++;
	if (s->value.type == VALUE_STRING)
		snprintf(seen->text[i], sizeof(seen->text[i]), "%s", s->value.u.s);
}

static void add(int i, uint32_t device, enum value_type type, const char *topic,
		const char *payload, const char *time)
{
	tags[i] =
		(struct driver_tag){ .id = (uint32_t)i, .device = device, .type = type };
	settings_add(&tags[i].settings, "topic", topic);
	settings_add(&tags[i].settings, "payload", payload);
	if (time)
		settings_add(&tags[i].settings, "time", time);
}

static struct mqtt_topics *topics_up(void)
{
	add(LEVEL, 1, VALUE_DOUBLE, "level", "plain", NULL);
	add(JSON, 1, VALUE_DOUBLE, "doc", "json:/value", "json:/ts");
	add(OK, 1, VALUE_BOOL, "doc", "json:/ok", NULL);
	add(TEXT, 1, VALUE_STRING, "level", "plain", NULL);
	add(OTHER_DEVICE, 2, VALUE_DOUBLE, "level", "plain", NULL);
	return mqtt_topics_of(handles, OTHER_DEVICE);
}

static void topics_down(struct mqtt_topics *ts)
{
	mqtt_topics_free(ts);
	for (int i = 0; i < TAGS; i++)
		settings_release(&tags[i].settings);
}

static void say(struct mqtt_topics *ts, const char *topic, const char *payload,
		bool retained, struct seen *seen)
{
	size_t n = strlen(payload);
	struct mqtt_message m = { topic, n ? payload : NULL, n, retained };

	mqtt_topics_message(ts, &m, noon, sink, seen);
}

static void a_topic_is_subscribed_once_and_read_by_all_its_tags(void **state)
{
	struct mqtt_topics *ts = topics_up();
	struct seen seen = { 0 };

	(void)state;
	assert_int_equal(mqtt_topics_count(ts), 2);
	assert_string_equal(mqtt_topics_name(ts, 0), "level");
	assert_string_equal(mqtt_topics_name(ts, 1), "doc");
	say(ts, "level", "12.5", false, &seen);
	assert_double(seen.last[LEVEL].value.u.d, 12.5, 0);
	assert_string_equal(seen.text[TEXT], "12.5");
	assert_int_equal(seen.count[LEVEL], 1);
	assert_int_equal(seen.count[OTHER_DEVICE], 0);
	say(ts, "doc", "{\"value\": 1, \"ok\": 7}", false, &seen);
	assert_int_equal(seen.last[JSON].quality, QUALITY_CLOCK); /* no ts in it */
	assert_int_equal(quality_reason(seen.last[OK].quality), REASON_FORMAT);
	topics_down(ts);
}

static void MQ_09_foreign_topics_are_counted_and_nothing_else(void **state)
{
	struct mqtt_topics *ts = topics_up();
	struct seen seen = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++)
		say(ts, "level/x", "1", false, &seen);
	assert_int_equal(mqtt_topics_foreign(ts), 1000);
	for (int i = 0; i < TAGS; i++)
		assert_int_equal(seen.count[i], 0);
	topics_down(ts);
}

static void messages_and_what_cannot_be_read_are_counted(void **state)
{
	struct mqtt_topics *ts = topics_up();
	struct device_stats v = { 0 };
	struct seen seen = { 0 };

	(void)state;
	say(ts, "level", "12.5", false, &seen);
	say(ts, "doc", "", false, &seen); /* a cleared topic is no mistake */
	mqtt_topics_count_up(ts, &v);
	assert_int_equal(v.messages, 2);
	assert_int_equal(v.parse_errors, 0);
	assert_string_equal(v.last_error, "");
	say(ts, "doc", "{\"value\": ", false, &seen); /* two tags, one message */
	mqtt_topics_count_up(ts, &v);
	assert_int_equal(v.messages, 3);
	assert_int_equal(v.parse_errors, 1);
	assert_has(v.last_error, "topic doc: bad: ");
	assert_int_equal(v.last_error_ms, noon.wall.ms);
	topics_down(ts);
}

static void MQ_06_empty_and_oversized_messages(void **state)
{
	struct mqtt_topics *ts = topics_up();
	struct seen seen = { 0 };
	struct strbuf why = STRBUF_INIT;

	(void)state;
	say(ts, "doc", "", false, &seen);
	assert_int_equal(seen.last[JSON].quality,
			 QUALITY_MAKE(QUALITY_BAD, REASON_NO_VALUE));
	/* one byte too many is not even looked at */
	char *big = malloc(PAYLOAD_MAX + 1);
	assert_non_null(big);
	memset(big, ' ', PAYLOAD_MAX + 1);
	memcpy(big, "5", 1);
	struct mqtt_message m = { "level", big, PAYLOAD_MAX + 1, false };
	mqtt_topics_message(ts, &m, noon, sink, &seen);
	assert_int_equal(seen.last[LEVEL].quality,
			 QUALITY_MAKE(QUALITY_BAD, REASON_FORMAT));
	mqtt_topics_explain(ts, &tags[LEVEL], &why);
	assert_has(why.buf, "the message has 262145 bytes, the limit is 262144");
	assert_has(why.buf, " ...\n");
	m.len--;
	mqtt_topics_message(ts, &m, noon, sink, &seen);
	assert_int_equal(seen.last[LEVEL].quality, 0);
	free(big);
	strbuf_release(&why);
	topics_down(ts);
}

static void MQ_04_and_MQ_12_times_and_ages(void **state)
{
	static const struct {
		const char *ts;
		bool retained;
		quality want;
		int64_t source_back_ms, taken_back_ms;
	} cases[] = {
		{ "1795338303000", false, 0, 0, 0 },
		{ "1795338302", false, 0, 1000, 0 },
		{ "1795338363000", false, 0, -60000, 0 }, /* a minute ahead: as given */
		{ "1795251903000", false, 0, 86400000, 0 },
		{ "1795251902999", false, QUALITY_CLOCK, 0, 0 },
		{ "1795424703001", false, QUALITY_CLOCK, 0, 0 },
		{ "0", false, QUALITY_CLOCK, 0, 0 },
		{ "true", false, QUALITY_CLOCK, 0, 0 },
		{ "1795338302000", true, 0, 1000, 1000 },
		{ "1794474303000", true, 0, 864000000, 864000000 }, /* ten days old */
		{ "1795338363000", true, 0, -60000, 0 },
		{ "1795424703001", true,
		  QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_AGE_UNKNOWN) | QUALITY_RETAINED |
			  QUALITY_CLOCK,
		  0, 0 },
		{ "0", true,
		  QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_AGE_UNKNOWN) | QUALITY_RETAINED |
			  QUALITY_CLOCK,
		  0, 0 },
	};
	struct mqtt_topics *ts = topics_up();
	struct seen seen = { 0 };
	struct strbuf json = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		strbuf_setf(&json, "{\"value\": 1, \"ts\": %s}", cases[i].ts);
		say(ts, "doc", json.buf, cases[i].retained, &seen);
		if (seen.last[JSON].quality != cases[i].want)
			fail_msg("ts %s: quality %x, expected %x", cases[i].ts,
				 seen.last[JSON].quality, cases[i].want);
		assert_int_equal(noon.wall.ms - seen.last[JSON].source_ms,
				 cases[i].source_back_ms);
		assert_int_equal(noon.mono.ns - seen.last[JSON].mono_ns,
				 cases[i].taken_back_ms * 1000000);
	}
	say(ts, "level", "3", true, &seen); /* no time to be had */
	assert_int_equal(seen.last[LEVEL].quality,
			 QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_AGE_UNKNOWN) |
				 QUALITY_RETAINED);
	assert_true(seen.retained[LEVEL]);
	assert_true(day_ms > 0);
	strbuf_release(&json);
	topics_down(ts);
}

static void MQ_19_only_the_refused_topics_tags_suffer(void **state)
{
	struct mqtt_topics *ts = topics_up();
	struct seen seen = { 0 };
	struct strbuf why = STRBUF_INIT;

	(void)state;
	mqtt_topics_subscribed(ts, 0, false, "not authorised", noon, sink, &seen);
	mqtt_topics_subscribed(ts, 1, true, "", noon, sink, &seen);
	assert_int_equal(seen.last[LEVEL].quality,
			 QUALITY_MAKE(QUALITY_BAD, REASON_CONFIG));
	assert_int_equal(seen.count[JSON], 0);
	mqtt_topics_ready(ts, noon, sink, &seen);
	assert_int_equal(seen.count[LEVEL], 1);
	assert_int_equal(seen.last[JSON].quality,
			 QUALITY_MAKE(QUALITY_BAD, REASON_NO_VALUE));
	assert_int_equal(mqtt_topics_refused(ts), 1);
	mqtt_topics_explain(ts, &tags[LEVEL], &why);
	assert_string_equal(why.buf,
			    "topic    level (refused by the broker)\n"
			    "message  none received\n"
			    "value    plain\n"
			    "decision bad: the broker refused the subscription: not "
			    "authorised\n");
	mqtt_topics_lost(ts);
	assert_int_equal(mqtt_topics_refused(ts), 0);
	strbuf_clear(&why);
	mqtt_topics_explain(ts, &tags[LEVEL], &why);
	assert_has(why.buf, "level (not subscribed)");
	strbuf_release(&why);
	topics_down(ts);
}

static void what_was_heard_before_all_answers_is_kept(void **state)
{
	struct mqtt_topics *ts = topics_up();
	struct seen seen = { 0 };

	(void)state;
	mqtt_topics_subscribed(ts, 0, true, "", noon, sink, &seen);
	say(ts, "level", "5", true, &seen);
	mqtt_topics_subscribed(ts, 1, true, "", noon, sink, &seen);
	mqtt_topics_ready(ts, noon, sink, &seen);
	assert_int_equal(seen.count[LEVEL], 1); /* not overwritten by no_value */
	assert_int_equal(seen.count[JSON], 1);
	topics_down(ts);
}

static void explain_shows_the_whole_way(void **state)
{
	struct mqtt_topics *ts = topics_up();
	struct seen seen = { 0 };
	struct strbuf out = STRBUF_INIT;

	(void)state;
	mqtt_topics_subscribed(ts, 1, true, "", noon, sink, &seen);
	say(ts, "doc", "{\"value\":\t0.31, \"ts\": 1795338303, \"x\": \"\xe2\x80\xae\"}",
	    false, &seen);
	mqtt_topics_explain(ts, &tags[JSON], &out);
	assert_string_equal(out.buf,
			    "topic    doc (subscribed)\n"
			    "message  2026-11-22T09:05:03.000Z, 45 bytes, live\n"
			    "payload  {\"value\":<U+0009>0.31, \"ts\": 1795338303, "
			    "\"x\": \"<U+202E>\"}\n"
			    "value    json:/value\n"
			    "time     json:/ts\n"
			    "decision good\n");
	strbuf_clear(&out);
	mqtt_topics_explain(ts, &tags[OTHER_DEVICE], &out);
	assert_has(out.buf, "not run by this driver");
	strbuf_release(&out);
	topics_down(ts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_topic_is_subscribed_once_and_read_by_all_its_tags),
		cmocka_unit_test(MQ_09_foreign_topics_are_counted_and_nothing_else),
		cmocka_unit_test(messages_and_what_cannot_be_read_are_counted),
		cmocka_unit_test(MQ_06_empty_and_oversized_messages),
		cmocka_unit_test(MQ_04_and_MQ_12_times_and_ages),
		cmocka_unit_test(MQ_19_only_the_refused_topics_tags_suffer),
		cmocka_unit_test(what_was_heard_before_all_answers_is_kept),
		cmocka_unit_test(explain_shows_the_whole_way),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
