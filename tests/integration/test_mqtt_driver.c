/* test_mqtt_driver.c - sightglass-mqtt against the real mosquitto: what operators see
 * when devices, clients and brokers come, lie and go. */
#include "support/test.h"

#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver_harness.h"
#include "mqtt_client.h"
#include "support/broker.h"
#include "util/clock.h"
#include "util/strbuf.h"

enum { BUS = 1, LEVEL = 10, JSON = 11, SETPOINT = 12, ODD = 13, SECOND = 14, MODE = 15 };

static const struct harness_tag_options number = { .type = VALUE_DOUBLE };
static const struct harness_tag_options any = { .type = VALUE_NONE };
static const struct harness_tag_options text = { .type = VALUE_STRING };
static const struct harness_tag_options boolean = { .type = VALUE_BOOL };
static const struct harness_tag_options writable = { .type = VALUE_DOUBLE,
						     .writable = true };

struct rig {
	struct broker broker;
	struct harness *h;
	struct mqtt_client *device;
	char endpoint[64];
};

static void configure(struct rig *r)
{
	struct harness *h = r->h;

	harness_begin(h);
	harness_device(h, BUS, "bus", "endpoint", r->endpoint, "keepalive_s", "5", NULL);
	harness_tag(h, LEVEL, BUS, &number, "topic", "works/level", NULL);
	harness_tag(h, JSON, BUS, &any, "topic", "works/json", "payload", "json:/value",
		    "time", "json:/ts", NULL);
	harness_tag(h, SECOND, BUS, &boolean, "topic", "works/json", "payload",
		    "json:/ok", NULL);
	harness_tag(h, MODE, BUS, &text, "topic", "works/mode", NULL);
	harness_tag(h, SETPOINT, BUS, &writable, "topic", "works/sp", "write.topic",
		    "works/sp/set", NULL);
	harness_tag(h, ODD, BUS, &writable, "topic", "works/odd", "payload",
		    "json:/a~1b/0", "write.topic", "works/odd/set", "write.payload",
		    "json:/sp/value", "write.qos", "1", NULL);
	harness_commit(h);
}

static void rig_up(struct rig *r)
{
	memset(r, 0, sizeof(*r));
	broker_start(&r->broker, NULL);
	snprintf(r->endpoint, sizeof(r->endpoint), "mqtt://127.0.0.1:%d", r->broker.port);
	r->h = harness_start("sightglass-mqtt");
	configure(r);
	harness_wait_state(r->h, BUS, DEVICE_CONNECTED);
	r->device = mqtt_client_new(r->broker.port, "device");
}

static void rig_down(struct rig *r)
{
	mqtt_client_free(r->device);
	assert_int_equal(harness_stop(r->h), 0);
	broker_stop(&r->broker);
}

static int64_t since(struct mono start)
{
	return mono_ms_between(start, clock_mono());
}

static void values_arrive_typed(void **state)
{
	struct rig r;

	(void)state;
	rig_up(&r);
	harness_wait_quality(r.h, LEVEL, QUALITY_BAD, REASON_NO_VALUE);
	assert_has(r.h->device[BUS].text, "5 topics");
	mqtt_client_say(r.device, "works/level", " 12.5\n");
	harness_wait_number(r.h, LEVEL, 12.5, 0);
	assert_int_equal(r.h->tag[LEVEL].s.quality, 0);
	mqtt_client_say(r.device, "works/json", "{\"value\": 7, \"ok\": true}");
	harness_wait_number(r.h, JSON, 7, 0);
	harness_wait_number(r.h, SECOND, 1, 0);
	assert_int_equal(r.h->tag[SECOND].s.value.type, VALUE_BOOL);
	mqtt_client_say(r.device, "works/mode", "AUTO");
	harness_wait_text(r.h, MODE, "AUTO");
	mqtt_client_say(r.device, "works/odd", "{\"a/b\": [0.25]}");
	harness_wait_number(r.h, ODD, 0.25, 0);
	rig_down(&r);
}

static void MQ_01_broker_down_at_start_then_up(void **state)
{
	struct rig r = { 0 };

	(void)state;
	broker_start(&r.broker, NULL);
	broker_stop(&r.broker);
	snprintf(r.endpoint, sizeof(r.endpoint), "mqtt://127.0.0.1:%d", r.broker.port);
	r.h = harness_start("sightglass-mqtt");
	configure(&r);
	harness_wait_quality(r.h, LEVEL, QUALITY_BAD, REASON_COMM);
	harness_wait_state_text(r.h, BUS, DEVICE_FAILED, "Connection refused");
	broker_restart(&r.broker);
	harness_wait_state(r.h, BUS, DEVICE_CONNECTED);
	r.device = mqtt_client_new(r.broker.port, "device");
	mqtt_client_say(r.device, "works/level", "3");
	harness_wait_number(r.h, LEVEL, 3, 0);
	rig_down(&r);
}

static void hosts_that_cannot_be_reached_are_named(void **state)
{
	struct harness *h = harness_start("sightglass-mqtt");

	(void)state;
	harness_begin(h);
	harness_device(h, 1, "far", "endpoint", "mqtt://nowhere.invalid:1883", NULL);
	harness_device(h, 2, "hole", "endpoint", "mqtt://240.0.0.1:1883", NULL);
	harness_commit(h);
	harness_wait_state_text(h, 1, DEVICE_FAILED, "nowhere.invalid:1883: ");
	harness_wait_state_text(h, 2, DEVICE_FAILED, "240.0.0.1:1883: ");
	assert_int_equal(harness_stop(h), 0);
}

struct load {
	struct rig *r;
	atomic_bool stop;
};

static void *publish_load(void *arg)
{
	struct load *l = arg;
	char value[32];

	for (int i = 0; !atomic_load(&l->stop); i++) {
		snprintf(value, sizeof(value), "%d", i);
		mqtt_client_publish(l->r->device, "works/level", value, strlen(value), 0,
				    false);
		poll(NULL, 0, 1); /* about 1,000 a second */
	}
	return NULL;
}

static void MQ_02_broker_restart_under_load_leaves_a_gap_and_no_false_good(void **state)
{
	struct load l = { 0 };
	pthread_t thread;
	struct rig r;

	(void)state;
	rig_up(&r);
	l.r = &r;
	assert_int_equal(pthread_create(&thread, NULL, publish_load, &l), 0);
	while (r.h->tag[LEVEL].count < 200)
		harness_wait_news(r.h, LEVEL);
	atomic_store(&l.stop, true);
	pthread_join(thread, NULL);
	struct mono start = clock_mono();
	broker_kill(&r.broker);
	harness_wait_quality(r.h, LEVEL, QUALITY_BAD, REASON_COMM);
	harness_wait_quality(r.h, MODE, QUALITY_BAD, REASON_COMM);
	assert_in_range(since(start), 0, 3000);
	harness_wait_state_text(r.h, BUS, DEVICE_FAILED, "127.0.0.1:");
	broker_restart(&r.broker);
	/* connected again, but nothing has been said: still no value */
	harness_wait_state(r.h, BUS, DEVICE_CONNECTED);
	harness_wait_quality(r.h, LEVEL, QUALITY_BAD, REASON_NO_VALUE);
	mqtt_client_free(r.device);
	r.device = mqtt_client_new(r.broker.port, "device");
	mqtt_client_say(r.device, "works/level", "4");
	harness_wait_number(r.h, LEVEL, 4, 0);
	assert_int_equal(r.h->tag[LEVEL].s.quality, 0);
	rig_down(&r);
}

static void MQ_03_half_open_is_noticed_within_one_and_a_half_keepalives(void **state)
{
	struct rig r;

	(void)state;
	rig_up(&r);
	mqtt_client_say(r.device, "works/level", "1");
	harness_wait_number(r.h, LEVEL, 1, 0);
	struct mono start = clock_mono();
	broker_pause(&r.broker);
	harness_wait_quality(r.h, LEVEL, QUALITY_BAD, REASON_COMM);
	assert_in_range(since(start), 1000, 5 * 1500 + 500);
	harness_wait_state_text(r.h, BUS, DEVICE_FAILED, "the broker does not answer");
	broker_resume(&r.broker);
	harness_wait_state(r.h, BUS, DEVICE_CONNECTED);
	mqtt_client_say(r.device, "works/level", "2");
	harness_wait_number(r.h, LEVEL, 2, 0);
	rig_down(&r);
}

static void an_idle_connection_stays_up(void **state)
{
	struct rig r;

	(void)state;
	rig_up(&r);
	mqtt_client_say(r.device, "works/level", "1");
	harness_wait_number(r.h, LEVEL, 1, 0);
	harness_watch(r.h, 9000); /* nearly two keep-alives without a message */
	assert_int_equal(r.h->device[BUS].state, DEVICE_CONNECTED);
	assert_int_equal(r.h->tag[LEVEL].s.quality, 0);
	harness_wait_unstuck(r.h);
	rig_down(&r);
}

static void MQ_04_retained_values_tell_their_age_or_that_it_is_unknown(void **state)
{
	struct rig r;
	char json[128];
	int64_t two_days = 2 * 86400000LL;

	(void)state;
	memset(&r, 0, sizeof(r));
	broker_start(&r.broker, NULL);
	snprintf(r.endpoint, sizeof(r.endpoint), "mqtt://127.0.0.1:%d", r.broker.port);
	r.device = mqtt_client_new(r.broker.port, "device");
	struct now now = clock_now();
	snprintf(json, sizeof(json), "{\"value\": 5, \"ok\": true, \"ts\": %" PRId64 "}",
		 now.wall.ms - two_days);
	mqtt_client_keep(r.device, "works/json", json);
	mqtt_client_keep(r.device, "works/level", "6");
	r.h = harness_start("sightglass-mqtt");
	configure(&r);
	harness_wait_number(r.h, JSON, 5, 0);
	assert_int_equal(r.h->tag[JSON].s.quality, 0);
	assert_int_equal(r.h->tag[JSON].s.source_ms, now.wall.ms - two_days);
	/* its age counts: the server's stale limit sees two days at once */
	assert_true(now.mono.ns - r.h->tag[JSON].s.mono_ns > 172000LL * 1000000000);
	harness_wait_quality(r.h, LEVEL, QUALITY_UNCERTAIN, REASON_AGE_UNKNOWN);
	assert_double(r.h->tag[LEVEL].s.value.u.d, 6, 0);
	assert_int_equal(r.h->tag[LEVEL].s.quality,
			 QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_AGE_UNKNOWN) |
				 QUALITY_RETAINED);
	assert_has(harness_explain(r.h, LEVEL), "a retained message of unknown age");
	mqtt_client_say(r.device, "works/level", "6.5"); /* live again */
	harness_wait_number(r.h, LEVEL, 6.5, 0);
	assert_int_equal(r.h->tag[LEVEL].s.quality, 0);
	mqtt_client_keep(r.device, "works/level", ""); /* cleared */
	harness_wait_quality(r.h, LEVEL, QUALITY_BAD, REASON_NO_VALUE);
	rig_down(&r);
}

static void MQ_05_source_times_pass_through_for_the_tag_database(void **state)
{
	struct rig r;
	char json[64];
	struct wall now = clock_now().wall;

	(void)state;
	rig_up(&r);
	for (int64_t i = 0; i < 3; i++) {
		int64_t ts = now.ms - i * 5000; /* out of order */
		snprintf(json, sizeof(json), "{\"value\": %d, \"ts\": %" PRId64 "}",
			 (int)i, ts);
		mqtt_client_say(r.device, "works/json", json);
		harness_wait_number(r.h, JSON, (double)i, 0);
		assert_int_equal(r.h->tag[JSON].s.source_ms, ts);
	}
	mqtt_client_say(r.device, "works/json",
			"{\"value\": 9, \"ts\": \"2026-01-01T00:00:00Z\"}");
	harness_wait_number(r.h, JSON, 9, 0);
	rig_down(&r);
}

static long driver_kib(const struct harness *h)
{
	char path[64], line[256];
	long kib = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)h->pid);
	FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "VmHWM: %ld", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib;
}

static void MQ_06_sizes_from_nothing_to_absurd(void **state)
{
	static const size_t sizes[] = { 1 << 20, 32 << 20 };
	struct rig r;

	(void)state;
	rig_up(&r);
	mqtt_client_publish(r.device, "works/level", "", 0, 1, false);
	harness_wait_news(r.h, LEVEL);
	harness_wait_quality(r.h, LEVEL, QUALITY_BAD, REASON_NO_VALUE);
	assert_has(harness_explain(r.h, LEVEL), "the message is empty");
	for (size_t i = 0; i < 2; i++) {
		char *big = calloc(1, sizes[i]);
		assert_non_null(big);
		memset(big, '1', sizes[i]);
		mqtt_client_publish(r.device, "works/level", big, sizes[i], 1, false);
		free(big);
	}
	/* just under what the driver tells the broker it takes, over what it reads */
	char *over = calloc(1, 262145);
	memset(over, '1', 262145);
	mqtt_client_publish(r.device, "works/level", over, 262145, 1, false);
	free(over);
	harness_wait_quality(r.h, LEVEL, QUALITY_BAD, REASON_FORMAT);
	assert_has(harness_explain(r.h, LEVEL), "262145 bytes, the limit is 262144");
	mqtt_client_say(r.device, "works/level", "8");
	harness_wait_number(r.h, LEVEL, 8, 0);
	assert_int_equal(r.h->states[BUS], 2); /* never lost: connecting, connected */
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	assert_in_range(driver_kib(r.h), 1, 24 * 1024);
#else
	(void)driver_kib;
#endif
	rig_down(&r);
}

static void MQ_07_what_is_not_json_is_bad_with_a_reason(void **state)
{
	static const struct {
		const char *payload, *reason;
	} cases[] = {
		{ "{\"value\": 1", "not JSON" },
		{ "{\"value\": 1e999}", "not JSON: real number overflow" },
		{ "{\"value\": NaN}", "not JSON" },
		{ "{\"value\": 1, \"value\": 2}", "duplicate object key" },
		{ "{\"value\": 1} trailing", "end of file expected" },
		{ "{\"value\": \"\xff\"}", "not JSON" },
		{ "{\"value\": [1]}", "is an array, not a value" },
		{ "{\"other\": 1}", "nothing at \"/value\"" },
		{ "\033[2J", "not JSON" },
	};
	struct rig r;
	struct strbuf deep = STRBUF_INIT;

	(void)state;
	rig_up(&r);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		mqtt_client_say(r.device, "works/json", "{\"value\": 1, \"ok\": true}");
		harness_wait_number(r.h, JSON, 1, 0);
		mqtt_client_say(r.device, "works/json", cases[i].payload);
		harness_wait_quality(r.h, JSON, QUALITY_BAD, REASON_FORMAT);
		assert_has(harness_explain(r.h, JSON), cases[i].reason);
		assert_null(strchr(harness_explain(r.h, JSON), '\033'));
	}
	for (int i = 0; i < 100000; i++)
		strbuf_addch(&deep, '[');
	mqtt_client_say(r.device, "works/json", "{\"value\": 1, \"ok\": true}");
	harness_wait_number(r.h, JSON, 1, 0);
	mqtt_client_say(r.device, "works/json", deep.buf);
	harness_wait_quality(r.h, JSON, QUALITY_BAD, REASON_FORMAT);
	assert_has(harness_explain(r.h, JSON), "maximum parsing depth");
	mqtt_client_say(r.device, "works/json", "{\"value\": null}");
	harness_wait_quality(r.h, JSON, QUALITY_BAD, REASON_SENSOR);
	strbuf_release(&deep);
	rig_down(&r);
}

static void MQ_09_other_topics_make_no_samples(void **state)
{
	struct rig r;
	char topic[64];

	(void)state;
	rig_up(&r);
	uint64_t before = r.h->samples;
	for (int i = 0; i < 500; i++) {
		snprintf(topic, sizeof(topic), "works/level/%d", i);
		mqtt_client_publish(r.device, topic, "1", 1, 0, false);
	}
	mqtt_client_say(r.device, "works/level", "2");
	harness_wait_number(r.h, LEVEL, 2, 0);
	assert_int_equal(r.h->samples, before + 1);
	rig_down(&r);
}

static void MQ_10_wildcards_are_refused_and_shared_topics_read_once(void **state)
{
	struct harness *h = harness_start("sightglass-mqtt");

	(void)state;
	harness_begin(h);
	harness_device(h, 1, "bus", "endpoint", "mqtt://127.0.0.1:1", NULL);
	harness_tag(h, 1, 1, &number, "topic", "works/#", NULL);
	harness_tag(h, 2, 1, &number, "topic", "works/+/level", NULL);
	harness_tag(h, 3, 1, &number, "topic", "$share/a/works", NULL);
	harness_commit(h);
	assert_has(harness_refusal(h, 1, 1),
		   "topic \"works/#\" has a wildcard: a tag reads one exact topic");
	assert_has(harness_refusal(h, 1, 2), "has a wildcard");
	assert_has(harness_refusal(h, 1, 3), "is a broker's own syntax, not a topic");
	assert_int_equal(harness_stop(h), 0);
}

static void MQ_11_a_flood_on_one_tag_ends_with_its_newest_value(void **state)
{
	struct rig r;
	char value[32];

	(void)state;
	rig_up(&r);
	for (int i = 0; i < 20000; i++) {
		snprintf(value, sizeof(value), "%d", i);
		mqtt_client_publish(r.device, "works/level", value, strlen(value), 0,
				    false);
	}
	mqtt_client_say(r.device, "works/level", "-1");
	harness_wait_number(r.h, LEVEL, -1, 0);
	harness_wait_unstuck(r.h);
	rig_down(&r);
}

static void MQ_12_an_absurd_source_clock_is_flagged_and_not_used(void **state)
{
	static const char *const stamps[] = { "0", "4102444800000", "\"yesterday\"",
					      "\"2020-01-01T00:00:00Z\"", "null" };
	struct rig r;
	char json[96];

	(void)state;
	rig_up(&r);
	for (int i = 0; i < 5; i++) {
		struct wall before = clock_now().wall;
		snprintf(json, sizeof(json), "{\"value\": %d, \"ts\": %s}", i, stamps[i]);
		mqtt_client_say(r.device, "works/json", json);
		harness_wait_number(r.h, JSON, i, 0);
		assert_int_equal(r.h->tag[JSON].s.quality, QUALITY_CLOCK);
		assert_in_range(r.h->tag[JSON].s.source_ms, before.ms,
				clock_now().wall.ms);
		assert_has(harness_explain(r.h, JSON), "received time kept");
	}
	rig_down(&r);
}

static void MQ_18_a_client_with_our_id_is_named_and_no_storm_follows(void **state)
{
	struct rig r;
	struct mqtt_client *thief;

	(void)state;
	rig_up(&r);
	thief = mqtt_client_new(r.broker.port, "sightglass-bus");
	harness_wait_state_text(r.h, BUS, DEVICE_FAILED,
				"another client took our client id \"sightglass-bus\"");
	harness_wait_quality(r.h, LEVEL, QUALITY_BAD, REASON_COMM);
	uint64_t states = r.h->states[BUS], kicked = mqtt_client_kicked(thief);
	assert_in_range(kicked, 0, 1); /* this broker does not say why it closed */
	harness_watch(r.h, 5000);
	assert_int_equal(r.h->states[BUS], states);
	assert_int_equal(mqtt_client_kicked(thief), kicked);
	mqtt_client_free(thief);
	rig_down(&r);
}

static void MQ_20_a_command_is_unknown_until_the_device_itself_follows(void **state)
{
	const struct driver_write_outcome *o;
	struct rig r;
	char last[64];

	(void)state;
	rig_up(&r);
	mqtt_client_say(r.device, "works/sp", "40");
	harness_wait_number(r.h, SETPOINT, 40, 0);
	mqtt_client_subscribe(r.device, "works/+/set");
	o = harness_write(r.h, SETPOINT, value_double(41.5));
	assert_int_equal(o->outcome, WRITE_UNKNOWN);
	assert_string_equal(o->text, "published; the device has not confirmed");
	mqtt_client_wait(r.device, 1, last, sizeof(last));
	assert_string_equal(last, "41.5");
	/* a silent device: unreadable, never a value from memory */
	assert_int_equal(quality_class(harness_read(r.h, SETPOINT)->sample.quality),
			 QUALITY_BAD);
	assert_has(r.h->result.text, "the device published nothing in time");
	o = harness_write(r.h, ODD, value_double(0.1));
	assert_int_equal(o->outcome, WRITE_UNKNOWN);
	assert_string_equal(o->text, "published and taken by the broker; the device has "
				     "not confirmed");
	mqtt_client_wait(r.device, 2, last, sizeof(last));
	assert_string_equal(last, "{\"sp\":{\"value\":0.1}}");
	rig_down(&r);
}

static void *keep_saying(void *arg)
{
	struct load *l = arg;

	while (!atomic_load(&l->stop)) {
		mqtt_client_say(l->r->device, "works/sp", "52");
		poll(NULL, 0, 100);
	}
	return NULL;
}

static void a_read_is_answered_by_what_the_device_says_next(void **state)
{
	const struct driver_read_result *result;
	struct load l = { 0 };
	pthread_t thread;
	struct rig r;

	(void)state;
	rig_up(&r);
	mqtt_client_say(r.device, "works/sp", "51");
	harness_wait_number(r.h, SETPOINT, 51, 0);
	l.r = &r;
	assert_int_equal(pthread_create(&thread, NULL, keep_saying, &l), 0);
	result = harness_read(r.h, SETPOINT);
	assert_int_equal(result->sample.quality, 0);
	assert_double(result->sample.value.u.d, 52, 0);
	atomic_store(&l.stop, true);
	pthread_join(thread, NULL);
	rig_down(&r);
}

static void MQ_23_strange_topics_are_shown_escaped(void **state)
{
	struct rig r;
	static const char topic[] = "works/\xe2\x80\xae/../\xe2\x80\x8bx";

	(void)state;
	rig_up(&r);
	harness_begin(r.h);
	harness_device(r.h, BUS, "bus", "endpoint", r.endpoint, NULL);
	harness_tag(r.h, LEVEL, BUS, &text, "topic", topic, NULL);
	harness_commit(r.h);
	harness_wait_state(r.h, BUS, DEVICE_CONNECTED);
	mqtt_client_say(r.device, topic, "\xe2\x80\xae evil");
	harness_wait_news(r.h, LEVEL);
	const char *shown = harness_explain(r.h, LEVEL);
	assert_has(shown, "works/<U+202E>/../<U+200B>x (subscribed)");
	assert_has(shown, "payload  <U+202E> evil");
	assert_null(strstr(shown, "\xe2\x80\xae"));
	rig_down(&r);
}

static void WR_17_a_command_with_the_broker_down_is_not_sent(void **state)
{
	const struct driver_write_outcome *o;
	struct rig r;

	(void)state;
	rig_up(&r);
	broker_stop(&r.broker);
	harness_wait_state(r.h, BUS, DEVICE_FAILED);
	for (int i = 0; i < 3; i++) {
		o = harness_write(r.h, i % 2 ? ODD : SETPOINT, value_double(77));
		assert_int_equal(o->outcome, WRITE_NOT_SENT);
		assert_string_equal(o->text, "nothing was published: there is no "
					     "connection to the broker");
	}
	struct mono start = clock_mono();
	assert_has(harness_read(r.h, SETPOINT)->text, "there is no connection");
	assert_in_range(since(start), 0, 1000); /* at once, not at its deadline */
	mqtt_client_free(r.device);
	r.device = NULL;
	assert_int_equal(harness_stop(r.h), 0);
}

static void WR_18_nothing_is_sent_when_the_broker_comes_back(void **state)
{
	struct mqtt_client *witness;
	struct rig r;

	(void)state;
	rig_up(&r);
	mqtt_client_free(r.device);
	r.device = NULL;
	broker_stop(&r.broker);
	/* also in the moment before the driver has noticed anything */
	harness_write(r.h, SETPOINT, value_double(77));
	harness_wait_state(r.h, BUS, DEVICE_FAILED);
	harness_write(r.h, SETPOINT, value_double(78));
	assert_int_equal(r.h->outcome.outcome, WRITE_NOT_SENT);
	harness_write(r.h, ODD, value_double(79)); /* QoS 1: the library would queue it */
	assert_int_equal(r.h->outcome.outcome, WRITE_NOT_SENT);
	broker_restart(&r.broker);
	witness = mqtt_client_new(r.broker.port, "witness");
	mqtt_client_subscribe(witness, "#");
	harness_wait_state(r.h, BUS, DEVICE_CONNECTED);
	harness_watch(r.h, 2500);
	assert_int_equal(mqtt_client_count(witness), 0);
	mqtt_client_free(witness);
	assert_int_equal(harness_stop(r.h), 0);
	broker_stop(&r.broker);
}

static void a_late_command_is_not_sent(void **state)
{
	struct rig r;

	(void)state;
	rig_up(&r);
	mqtt_client_subscribe(r.device, "works/+/set");
	harness_write_within(r.h, SETPOINT, value_double(1), -1);
	assert_int_equal(r.h->outcome.outcome, WRITE_NOT_SENT);
	harness_write(r.h, SETPOINT, value_double(2));
	mqtt_client_wait(r.device, 1, NULL, 0);
	assert_int_equal(mqtt_client_count(r.device), 1);
	rig_down(&r);
}

static void CF_15_passwords_come_from_a_file_and_refusals_are_said(void **state)
{
	struct broker b;
	char extra[512], passwd[256], secret[256], open[256], command[700], endpoint[64];
	const char *dir = test_tmpdir();
	struct harness *h;

	(void)state;
	snprintf(passwd, sizeof(passwd), "%s/passwd", dir);
	snprintf(secret, sizeof(secret), "%s/secret", dir);
	test_write_file(passwd, "ivan:sesame\n");
	snprintf(open, sizeof(open), "%s/open", dir);
	test_write_file(secret, "sesame\n");
	test_write_file(open, "sesame\n");
	assert_int_equal(chmod(secret, 0400), 0);
	assert_int_equal(chmod(open, 0644), 0);
	snprintf(command, sizeof(command), "mosquitto_passwd -U %s", passwd);
	FILE *p = popen(command, "r"); /* mosquitto's own tool hashes it */
	assert_non_null(p);
	assert_int_equal(pclose(p), 0);
	assert_int_equal(chmod(passwd, 0600), 0);
	snprintf(extra, sizeof(extra), "allow_anonymous false\npassword_file %s", passwd);
	broker_start(&b, extra);
	snprintf(endpoint, sizeof(endpoint), "mqtt://localhost:%d", b.port);
	h = harness_start("sightglass-mqtt");
	harness_begin(h);
	harness_device(h, 1, "good", "endpoint", endpoint, "username", "ivan",
		       "password_file", secret, NULL);
	harness_device(h, 2, "wrong", "endpoint", endpoint, "username", "ivan",
		       "password_file", passwd, NULL);
	harness_device(h, 3, "nobody", "endpoint", endpoint, NULL);
	harness_device(h, 4, "lost", "endpoint", endpoint, "username", "ivan",
		       "password_file", "/nonexistent/secret", NULL);
	harness_device(h, 5, "open", "endpoint", endpoint, "username", "ivan",
		       "password_file", open, NULL);
	harness_commit(h);
	harness_wait_state(h, 1, DEVICE_CONNECTED);
	harness_wait_state_text(h, 2, DEVICE_FAILED, "Not authorized");
	harness_wait_state_text(h, 3, DEVICE_FAILED, "Not authorized");
	harness_wait_state_text(h, 4, DEVICE_FAILED,
				"password_file /nonexistent/secret cannot be read: No "
				"such file");
	assert_int_equal(h->n_refusals, 1); /* when it is configured, before it is used */
	assert_has(h->refusals[0].text, "can be read or changed by every user");
	assert_null(strstr(h->refusals[0].text, "sesame"));
	assert_int_equal(chmod(secret, 0644), 0); /* read anew at each connect */
	broker_stop(&b);
	broker_restart(&b);
	harness_wait_state_text(h, 1, DEVICE_FAILED, "can be read or changed by every");
	assert_int_equal(harness_stop(h), 0);
	broker_stop(&b);
}

/* Others: test_mqtt_reload.c. */
static void the_same_configuration_again_changes_nothing(void **state)
{
	struct rig r;
	char said[20];

	(void)state;
	rig_up(&r);
	harness_wait_quality(r.h, LEVEL, QUALITY_BAD, REASON_NO_VALUE);
	for (int i = 0; i < 5; i++) {
		uint64_t before = r.h->tag[LEVEL].count;

		configure(&r);
		snprintf(said, sizeof(said), "%d", i);
		mqtt_client_say(r.device, "works/level", said);
		harness_wait_number(r.h, LEVEL, i, 0);
		assert_int_equal(r.h->tag[LEVEL].count, before + 1);
	}
	rig_down(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_arrive_typed),
		cmocka_unit_test(MQ_01_broker_down_at_start_then_up),
		cmocka_unit_test(hosts_that_cannot_be_reached_are_named),
		cmocka_unit_test(
			MQ_02_broker_restart_under_load_leaves_a_gap_and_no_false_good),
		cmocka_unit_test(
			MQ_03_half_open_is_noticed_within_one_and_a_half_keepalives),
		cmocka_unit_test(an_idle_connection_stays_up),
		cmocka_unit_test(
			MQ_04_retained_values_tell_their_age_or_that_it_is_unknown),
		cmocka_unit_test(MQ_05_source_times_pass_through_for_the_tag_database),
		cmocka_unit_test(MQ_06_sizes_from_nothing_to_absurd),
		cmocka_unit_test(MQ_07_what_is_not_json_is_bad_with_a_reason),
		cmocka_unit_test(MQ_09_other_topics_make_no_samples),
		cmocka_unit_test(MQ_10_wildcards_are_refused_and_shared_topics_read_once),
		cmocka_unit_test(MQ_11_a_flood_on_one_tag_ends_with_its_newest_value),
		cmocka_unit_test(MQ_12_an_absurd_source_clock_is_flagged_and_not_used),
		cmocka_unit_test(
			MQ_18_a_client_with_our_id_is_named_and_no_storm_follows),
		cmocka_unit_test(
			MQ_20_a_command_is_unknown_until_the_device_itself_follows),
		cmocka_unit_test(a_read_is_answered_by_what_the_device_says_next),
		cmocka_unit_test(MQ_23_strange_topics_are_shown_escaped),
		cmocka_unit_test(WR_17_a_command_with_the_broker_down_is_not_sent),
		cmocka_unit_test(WR_18_nothing_is_sent_when_the_broker_comes_back),
		cmocka_unit_test(a_late_command_is_not_sent),
		cmocka_unit_test(CF_15_passwords_come_from_a_file_and_refusals_are_said),
		cmocka_unit_test(the_same_configuration_again_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
