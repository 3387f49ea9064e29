/* test_mqtt_reload.c - sightglass-mqtt gets configuration after configuration: the broker
 * sees one connection, and only topics that came or went. */
#include "support/test.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver_harness.h"
#include "fake_broker.h"
#include "mqtt_client.h"
#include "support/broker.h"
#include "util/clock.h"

enum { BUS = 1, LEVEL = 10, FLOW = 11, DOC = 12, SETPOINT = 13, LATE = 14, OTHER = 15 };

static const struct harness_tag_options number = { .type = VALUE_DOUBLE };
static const struct harness_tag_options ranged = {
	.type = VALUE_DOUBLE, .has_range = true, .lo = 0, .hi = 100
};
static const struct harness_tag_options writable = { .type = VALUE_DOUBLE,
						     .writable = true };

struct rig {
	struct broker broker;
	struct harness *h;
	struct mqtt_client *device;
	char endpoint[64];
};

static void begin(struct rig *r)
{
	harness_begin(r->h);
	harness_device(r->h, BUS, "bus", "endpoint", r->endpoint, "keepalive_s", "5",
		       NULL);
}

static void topic(struct rig *r, uint32_t tag, const char *name)
{
	harness_tag(r->h, tag, BUS, &number, "topic", name, NULL);
}

static void setpoint(struct rig *r, const char *to)
{
	harness_tag(r->h, SETPOINT, BUS, &writable, "topic", "works/sp", "write.topic",
		    to, NULL);
}

static void up(struct rig *r)
{
	memset(r, 0, sizeof(*r));
	broker_start(&r->broker, NULL);
	snprintf(r->endpoint, sizeof(r->endpoint), "mqtt://127.0.0.1:%d", r->broker.port);
	r->device = mqtt_client_new(r->broker.port, "device");
	r->h = harness_start("sightglass-mqtt");
	begin(r);
	topic(r, LEVEL, "works/level");
	topic(r, FLOW, "works/flow");
	setpoint(r, "works/sp/set");
	harness_commit(r->h);
	harness_wait_state_text(r->h, BUS, DEVICE_CONNECTED, "3 topics");
}

/* However often it was configured, it has connected once. */
static void down(struct rig *r)
{
	harness_wait_stats(r->h, BUS);
	assert_int_equal(r->h->stats[BUS].connects, 1);
	mqtt_client_free(r->device);
	assert_int_equal(harness_stop(r->h), 0);
	broker_stop(&r->broker);
}

static void CF_08_topics_come_and_go_on_one_connection(void **state)
{
	struct rig r;
	uint64_t gone;

	(void)state;
	up(&r);
	mqtt_client_say(r.device, "works/level", "1");
	mqtt_client_say(r.device, "works/flow", "2");
	harness_wait_number(r.h, LEVEL, 1, 0);
	harness_wait_number(r.h, FLOW, 2, 0);
	begin(&r);
	topic(&r, LEVEL, "works/level");
	setpoint(&r, "works/sp/set");
	topic(&r, LATE, "works/late");
	harness_commit(r.h);
	harness_wait_quality(r.h, LATE, QUALITY_BAD, REASON_NO_VALUE);
	gone = r.h->tag[FLOW].count;
	mqtt_client_say(r.device, "works/flow", "3");
	mqtt_client_say(r.device, "works/late", "4");
	mqtt_client_say(r.device, "works/level", "5");
	harness_wait_number(r.h, LATE, 4, 0);
	harness_wait_number(r.h, LEVEL, 5, 0);
	assert_int_equal(r.h->tag[FLOW].count, gone);
	begin(&r); /* and back, under its old name and another */
	topic(&r, LEVEL, "works/level");
	topic(&r, FLOW, "works/flow2");
	setpoint(&r, "works/sp/set");
	harness_commit(r.h);
	harness_wait_quality(r.h, FLOW, QUALITY_BAD, REASON_NO_VALUE);
	mqtt_client_say(r.device, "works/flow", "6");
	mqtt_client_say(r.device, "works/flow2", "7");
	harness_wait_number(r.h, FLOW, 7, 0);
	down(&r);
}

/* A value that was published once, hours ago, is not lost by a reload. */
static void CF_08_what_is_unchanged_is_not_told_again(void **state)
{
	struct rig r;
	uint64_t before;

	(void)state;
	up(&r);
	mqtt_client_keep(r.device, "works/level", "1");
	harness_wait_number(r.h, LEVEL, 1, 0);
	assert_int_equal(r.h->tag[LEVEL].s.quality, 0); /* live, not kept */
	before = r.h->tag[LEVEL].count;
	begin(&r); /* a range is no other source */
	harness_tag(r.h, LEVEL, BUS, &ranged, "topic", "works/level", NULL);
	topic(&r, FLOW, "works/flow");
	setpoint(&r, "works/sp/set");
	topic(&r, OTHER, "works/level"); /* the same topic: the broker sends it again */
	harness_commit(r.h);
	harness_wait_quality(r.h, OTHER, QUALITY_UNCERTAIN, REASON_AGE_UNKNOWN);
	assert_true(r.h->tag[OTHER].s.quality & QUALITY_RETAINED);
	assert_double(r.h->tag[OTHER].s.value.u.d, 1, 0);
	assert_int_equal(r.h->tag[LEVEL].count, before);
	mqtt_client_say(r.device, "works/level", "2");
	harness_wait_number(r.h, LEVEL, 2, 0);
	harness_wait_number(r.h, OTHER, 2, 0);
	down(&r);
}

/* No message is lost while configurations pour in. */
static void CF_08_no_message_is_lost_under_reloads(void **state)
{
	struct rig r;
	uint64_t before;
	char text[20];

	(void)state;
	up(&r);
	mqtt_client_say(r.device, "works/level", "0");
	harness_wait_number(r.h, LEVEL, 0, 0);
	before = r.h->tag[LEVEL].count;
	for (int i = 1; i <= 100; i++) {
		begin(&r);
		topic(&r, LEVEL, "works/level");
		setpoint(&r, i % 2 ? "works/sp/set" : "works/sp/set2");
		if (i % 3)
			topic(&r, LATE, "works/late");
		harness_commit(r.h);
		snprintf(text, sizeof(text), "%d", i);
		mqtt_client_say(r.device, "works/level", text);
		harness_wait_number(r.h, LEVEL, i, 0);
	}
	assert_int_equal(r.h->tag[LEVEL].count, before + 100);
	down(&r);
}

static void CF_09_a_command_follows_its_topic(void **state)
{
	struct rig r;
	char last[40];

	(void)state;
	up(&r);
	struct mqtt_client *wire = mqtt_client_new(r.broker.port, "wire");
	mqtt_client_subscribe(wire, "works/sp/+");
	begin(&r);
	topic(&r, LEVEL, "works/level");
	setpoint(&r, "works/sp/new");
	harness_commit(r.h);
	assert_int_equal(harness_write(r.h, SETPOINT, value_double(3))->outcome,
			 WRITE_UNKNOWN);
	mqtt_client_wait(wire, 1, last, sizeof(last));
	assert_string_equal(last, "3");
	begin(&r); /* it cannot be written any more */
	topic(&r, LEVEL, "works/level");
	topic(&r, SETPOINT, "works/sp");
	harness_commit(r.h);
	assert_int_equal(harness_write(r.h, SETPOINT, value_double(4))->outcome,
			 WRITE_NOT_SENT);
	assert_int_equal(mqtt_client_count(wire), 1);
	mqtt_client_free(wire);
	down(&r);
}

/* While it cannot reach its broker, too. */
static void tags_that_come_while_the_broker_is_away_are_bad_at_once(void **state)
{
	struct rig r;

	(void)state;
	up(&r);
	broker_stop(&r.broker);
	harness_wait_state(r.h, BUS, DEVICE_FAILED);
	begin(&r);
	topic(&r, LEVEL, "works/level");
	topic(&r, LATE, "works/late");
	harness_commit(r.h);
	harness_wait_quality(r.h, LATE, QUALITY_BAD, REASON_COMM);
	broker_restart(&r.broker);
	harness_wait_state_text(r.h, BUS, DEVICE_CONNECTED, "2 topics");
	mqtt_client_free(r.device);
	r.device = mqtt_client_new(r.broker.port, "device2");
	mqtt_client_say(r.device, "works/late", "4");
	harness_wait_number(r.h, LATE, 4, 0);
	mqtt_client_free(r.device);
	assert_int_equal(harness_stop(r.h), 0);
	broker_stop(&r.broker);
}

/* Another name at the broker is another connection, and the old one is closed first. */
static void another_client_id_is_another_connection(void **state)
{
	static const char *const ids[] = { "first", "second", "first" };
	struct rig r = { 0 };

	(void)state;
	broker_start(&r.broker, NULL);
	snprintf(r.endpoint, sizeof(r.endpoint), "mqtt://127.0.0.1:%d", r.broker.port);
	r.device = mqtt_client_new(r.broker.port, "device");
	r.h = harness_start("sightglass-mqtt");
	for (int i = 0; i < 3; i++) {
		char text[20];

		harness_begin(r.h);
		harness_device(r.h, BUS, "bus", "endpoint", r.endpoint, "client_id",
			       ids[i], NULL);
		topic(&r, LEVEL, "works/level");
		harness_commit(r.h);
		harness_wait_quality(r.h, LEVEL, QUALITY_BAD, REASON_NO_VALUE);
		snprintf(text, sizeof(text), "%d", i + 1);
		mqtt_client_say(r.device, "works/level", text);
		harness_wait_number(r.h, LEVEL, i + 1, 0);
	}
	mqtt_client_free(r.device);
	assert_int_equal(harness_stop(r.h), 0);
	broker_stop(&r.broker);
}

/* As the broker counts it: one CONNECT, and a SUBSCRIBE only for what came. */
/* The driver need not wait for the answer to the last one, so we do: for the n-th. */
static void until_seen(struct fake_broker *b, int type, unsigned n)
{
	struct mono end = mono_add_ms(clock_mono(), HARNESS_WAIT_MS);

	while (fake_broker_seen(b, type) < n && !mono_reached(clock_mono(), end))
		poll(NULL, 0, 2);
	assert_int_equal(fake_broker_seen(b, type), n);
}

static void CF_08_the_broker_counts_one_connection(void **state)
{
	struct fake_broker *b = fake_broker_start(&(struct fake_ways){ 0 });
	struct rig r = { 0 };
	unsigned subscribes;

	(void)state;
	snprintf(r.endpoint, sizeof(r.endpoint), "mqtt://127.0.0.1:%d",
		 fake_broker_port(b));
	r.h = harness_start("sightglass-mqtt");
	begin(&r);
	topic(&r, LEVEL, "works/level");
	harness_commit(r.h);
	harness_wait_state_text(r.h, BUS, DEVICE_CONNECTED, "1 topics");
	subscribes = fake_broker_seen(b, 8);
	for (int i = 0; i < 20; i++) {
		begin(&r);
		topic(&r, LEVEL, "works/level");
		if (i % 2 == 0)
			topic(&r, LATE, "works/late");
		harness_commit(r.h);
		harness_wait_state_text(r.h, BUS, DEVICE_CONNECTED,
					i % 2 ? "1 topics" : "2 topics");
	}
	assert_int_equal(fake_broker_seen(b, 1), 1);
	until_seen(b, 8, subscribes + 10);
	until_seen(b, 10, 10);
	assert_int_equal(harness_stop(r.h), 0);
	fake_broker_stop(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(CF_08_topics_come_and_go_on_one_connection),
		cmocka_unit_test(CF_08_what_is_unchanged_is_not_told_again),
		cmocka_unit_test(CF_08_no_message_is_lost_under_reloads),
		cmocka_unit_test(CF_09_a_command_follows_its_topic),
		cmocka_unit_test(tags_that_come_while_the_broker_is_away_are_bad_at_once),
		cmocka_unit_test(another_client_id_is_another_connection),
		cmocka_unit_test(CF_08_the_broker_counts_one_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
