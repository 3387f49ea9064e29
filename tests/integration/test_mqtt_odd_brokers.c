/* test_mqtt_odd_brokers.c - sightglass-mqtt against brokers that misbehave. */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "driver_harness.h"
#include "fake_broker.h"
#include "support/stall.h"

enum { BUS = 1, FIRST = 1, SECOND = 2 };

static const struct harness_tag_options number = { .type = VALUE_DOUBLE };
static const struct harness_tag_options writable = { .type = VALUE_DOUBLE,
						     .writable = true };

struct rig {
	struct fake_broker *broker;
	struct harness *h;
};

static void rig_up(struct rig *r, const struct fake_ways *ways)
{
	char endpoint[64];

	r->broker = fake_broker_start(ways);
	r->h = harness_start("sightglass-mqtt");
	snprintf(endpoint, sizeof(endpoint), "mqtt://127.0.0.1:%d",
		 fake_broker_port(r->broker));
	harness_begin(r->h);
	harness_device(r->h, BUS, "bus", "endpoint", endpoint, "keepalive_s", "5", NULL);
	harness_tag(r->h, FIRST, BUS, &number, "topic", "first", NULL);
	harness_tag(r->h, SECOND, BUS, &writable, "topic", "second", "write.topic",
		    "second/set", "write.qos", "1", NULL);
	harness_commit(r->h);
}

static void rig_down(struct rig *r)
{
	assert_int_equal(harness_stop(r->h), 0);
	fake_broker_stop(r->broker);
}

static void an_old_broker_is_spoken_to_in_its_own_version(void **state)
{
	struct rig r;

	(void)state;
	rig_up(&r, &(struct fake_ways){ .only_v311 = true });
	harness_wait_state(r.h, BUS, DEVICE_CONNECTED);
	assert_int_equal(fake_broker_seen(r.broker, 1), 2);
	rig_down(&r);
}

static void MQ_03_a_broker_that_never_answers_is_given_up(void **state)
{
	struct rig r;
	struct stall_span start = stall_begin();

	(void)state;
	rig_up(&r, &(struct fake_ways){ .mute = true });
	harness_wait_state_text(r.h, BUS, DEVICE_FAILED,
				"the broker does not answer our CONNECT");
	assert_true(stall_whole_ms(&start) >= 4000);
	assert_true(stall_own_ms(&start) <= 7000);
	harness_wait_unstuck(r.h); /* waiting, not hanging */
	rig_down(&r);
}

static void a_refusal_has_the_brokers_words(void **state)
{
	struct rig r;

	(void)state;
	rig_up(&r, &(struct fake_ways){ .connack = 0x87 });
	harness_wait_state_text(r.h, BUS, DEVICE_FAILED,
				"the broker refused the connection: Not authorized");
	harness_wait_quality(r.h, FIRST, QUALITY_BAD, REASON_COMM);
	rig_down(&r);
}

static void MQ_19_a_refused_subscription_costs_its_own_tags(void **state)
{
	struct rig r;

	(void)state;
	rig_up(&r, &(struct fake_ways){ .suback_refuse = true });
	harness_wait_state_text(r.h, BUS, DEVICE_CONNECTED,
				"1 of 2 topics refused by the broker");
	harness_wait_quality(r.h, FIRST, QUALITY_BAD, REASON_CONFIG);
	harness_wait_quality(r.h, SECOND, QUALITY_BAD, REASON_NO_VALUE);
	assert_has(harness_explain(r.h, FIRST), "first (refused by the broker)");
	assert_has(harness_explain(r.h, FIRST),
		   "the broker refused the subscription: Not authorized");
	rig_down(&r);
}

static void MQ_19_a_suback_without_codes_is_survived(void **state)
{
	struct rig r;

	(void)state;
	rig_up(&r, &(struct fake_ways){ .suback_empty = true });
	harness_wait_state_text(r.h, BUS, DEVICE_FAILED,
				"the broker broke the MQTT protocol");
	harness_wait_quality(r.h, FIRST, QUALITY_BAD, REASON_COMM);
	harness_wait_quality(r.h, SECOND, QUALITY_BAD, REASON_COMM);
	rig_down(&r);
}

static void MQ_06_a_packet_of_200_megabytes_ends_the_connection_only(void **state)
{
	struct rig r;

	(void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	skip(); /* sanitizers need more memory than the limit grants */
#endif
	rig_up(&r, &(struct fake_ways){ .boast = 200u << 20 });
	harness_wait_state_text(
		r.h, BUS, DEVICE_FAILED,
		"the broker sent a packet larger than this driver accepts");
	harness_wait_quality(r.h, FIRST, QUALITY_BAD, REASON_COMM);
	rig_down(&r);
}

static void MQ_18_being_closed_again_and_again_backs_off(void **state)
{
	struct rig r;

	(void)state;
	rig_up(&r, &(struct fake_ways){ .hang_up = true });
	harness_wait_state_text(
		r.h, BUS, DEVICE_FAILED,
		"the broker closes each connection soon; probably another "
		"client took our client id \"sightglass-bus\"");
	harness_watch(r.h, 4000);
	assert_int_equal(fake_broker_seen(r.broker, 1), 2);
	rig_down(&r);
}

static void a_command_the_broker_refuses_is_refused(void **state)
{
	struct rig r;

	(void)state;
	rig_up(&r, &(struct fake_ways){ .puback_refuse = true });
	harness_wait_state(r.h, BUS, DEVICE_CONNECTED);
	harness_write(r.h, SECOND, value_double(1));
	assert_int_equal(r.h->outcome.outcome, WRITE_REFUSED);
	assert_string_equal(r.h->outcome.text,
			    "the broker refused the command: Not authorized");
	rig_down(&r);
}

static void MQ_20_a_command_without_any_answer_is_unknown(void **state)
{
	struct rig r;

	(void)state;
	rig_up(&r, &(struct fake_ways){ .puback_never = true });
	harness_wait_state(r.h, BUS, DEVICE_CONNECTED);
	harness_write_within(r.h, SECOND, value_double(1), 500);
	assert_int_equal(r.h->outcome.outcome, WRITE_UNKNOWN);
	assert_string_equal(r.h->outcome.text,
			    "published; neither the broker nor the device has confirmed");
	assert_int_equal(fake_broker_seen(r.broker, 3), 1);
	rig_down(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_old_broker_is_spoken_to_in_its_own_version),
		cmocka_unit_test(MQ_03_a_broker_that_never_answers_is_given_up),
		cmocka_unit_test(a_refusal_has_the_brokers_words),
		cmocka_unit_test(MQ_19_a_refused_subscription_costs_its_own_tags),
		cmocka_unit_test(MQ_19_a_suback_without_codes_is_survived),
		cmocka_unit_test(
			MQ_06_a_packet_of_200_megabytes_ends_the_connection_only),
		cmocka_unit_test(MQ_18_being_closed_again_and_again_backs_off),
		cmocka_unit_test(a_command_the_broker_refuses_is_refused),
		cmocka_unit_test(MQ_20_a_command_without_any_answer_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
