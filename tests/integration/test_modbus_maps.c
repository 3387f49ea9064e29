/* test_modbus_maps.c - what real register maps ask of sightglass-modbus: texts, scale
 * registers, markers, and addresses as manuals print them. */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "integration/modbus_rig.h"

static void scale(struct rig *r, uint32_t id, const char *address, const char *factor)
{
	harness_tag(r->h, id, 0, &rig_writable, "address", address, "scale_register",
		    factor, NULL);
}

/* 0: factor in the same reply; 1: factor in a later one; 2: in an earlier one. */
static void rig_with_factors(struct rig *r)
{
	slave_tell(&r->slave, "set holding 200 1234");
	slave_tell(&r->slave, "set holding 201 65534");
	slave_tell(&r->slave, "set holding 300 5");
	slave_tell(&r->slave, "set holding 3000 1");
	slave_tell(&r->slave, "set holding 5000 7");
	scale(r, 0, "holding:200:int16", "holding:201:int16");
	scale(r, 1, "holding:300:int16", "holding:3000:int16");
	scale(r, 2, "holding:5000:int16", "holding:3000:int16");
	harness_tag(r->h, 3, 0, NULL, "address", "holding:400", NULL);
	harness_commit(r->h);
	harness_wait_state(r->h, 0, DEVICE_CONNECTED);
	harness_wait_number(r->h, 0, 12.34, 1e-12);
	harness_wait_number(r->h, 1, 50, 0);
	harness_wait_number(r->h, 2, 70, 0);
}

static void a_scale_register_is_read_in_the_same_scan(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_factors(&r);
	/* never a value without its factor: the first sample already had it */
	assert_int_equal(r.h->tag[1].s.quality, 0);
	slave_tell(&r.slave, "set holding 3000 65535");
	harness_wait_number(r.h, 1, 0.5, 1e-12);
	harness_wait_number(r.h, 2, 0.7, 1e-12);
	harness_wait_quality(r.h, 2, QUALITY_GOOD, REASON_NONE);
	rig_close(&r);
}

static void a_scale_register_without_a_power_is_bad_not_one(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_factors(&r);
	slave_tell(&r.slave, "set holding 201 32768");
	harness_wait_quality(r.h, 0, QUALITY_BAD, REASON_SENSOR);
	slave_tell(&r.slave, "set holding 3000 99");
	harness_wait_quality(r.h, 1, QUALITY_BAD, REASON_RANGE);
	harness_wait_quality(r.h, 2, QUALITY_BAD, REASON_RANGE);
	assert_outcome(harness_write(r.h, 1, value_double(30)), WRITE_NOT_SENT,
		       "the device's scale register holds no power of ten");
	rig_close(&r);
}

static void a_refused_scale_register_costs_only_its_tags(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_factors(&r);
	slave_tell(&r.slave, "mode hole 3000 3");
	harness_wait_quality(r.h, 1, QUALITY_BAD, REASON_DEVICE);
	harness_wait_quality(r.h, 2, QUALITY_BAD, REASON_DEVICE);
	harness_watch(r.h, 300);
	harness_wait_number(r.h, 0, 12.34, 1e-12);
	harness_wait_number(r.h, 3, 400, 0);
	assert_outcome(harness_write(r.h, 1, value_double(30)), WRITE_NOT_SENT,
		       "the device refuses to say its scale register");
	rig_close(&r);
}

static void reads_and_writes_ask_for_the_factor_too(void **state)
{
	struct rig r;
	double d;

	(void)state;
	rig_open(&r);
	rig_with_factors(&r);
	assert_outcome(harness_write(r.h, 0, value_double(43.21)), WRITE_ACCEPTED, "");
	assert_int_equal(slave_tell(&r.slave, "get holding 200"), 4321);
	const struct driver_read_result *got = harness_read(r.h, 0);
	assert_int_equal(got->sample.quality, 0);
	assert_true(value_number(&got->sample.value, &d));
	assert_double(d, 43.21, 1e-12);
	assert_outcome(harness_write(r.h, 0, value_double(43.215)), WRITE_NOT_SENT,
		       "falls between two values the device can hold");
	const char *why = harness_explain(r.h, 0);
	assert_has(why, "raw * 1 * 10^(holding 201 = 0xFFFE) + 0");
	assert_has(why, "value      43.21");
	rig_close(&r);
}

static void strings_are_read_and_written(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	slave_tell(&r.slave, "set holding 100 20598"); /* "Pv" */
	slave_tell(&r.slave, "set holding 101 8241");  /* " 1" */
	slave_tell(&r.slave, "set holding 102 0");
	harness_tag(r.h, 0, 0, &rig_writable, "address", "40101:string:3", NULL);
	harness_tag(r.h, 1, 0, NULL, "address", "holding:65024:string:2", NULL);
	harness_commit(r.h);
	harness_wait_text(r.h, 0, "Pv 1");
	harness_wait_quality(r.h, 1, QUALITY_BAD, REASON_FORMAT); /* 0xFE00 */
	assert_outcome(harness_write(r.h, 0, value_string("Pump")), WRITE_ACCEPTED, "");
	harness_wait_text(r.h, 0, "Pump");
	assert_int_equal(slave_tell(&r.slave, "get holding 102"), 0);
	assert_outcome(harness_write(r.h, 0, value_string("Pump 12")), WRITE_NOT_SENT,
		       "the text has 7 bytes, the device has room for 6");
	assert_has(harness_explain(r.h, 0), "value      Pump");
	rig_close(&r);
}

static void codes_are_texts_both_ways(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	slave_tell(&r.slave, "set holding 100 1");
	harness_tag(r.h, 0, 0, &rig_writable, "address", "holding:100", "texts",
		    "0=off,1=run,2=fault", NULL);
	harness_commit(r.h);
	harness_wait_text(r.h, 0, "run");
	assert_outcome(harness_write(r.h, 0, value_string("off")), WRITE_ACCEPTED, "");
	harness_wait_text(r.h, 0, "off");
	slave_tell(&r.slave, "set holding 100 9");
	harness_wait_quality(r.h, 0, QUALITY_UNCERTAIN, REASON_RANGE);
	assert_string_equal(r.h->tag[0].text, "9");
	assert_outcome(harness_write(r.h, 0, value_string("on")), WRITE_NOT_SENT,
		       "one of these texts here: 0=off,1=run,2=fault");
	rig_close(&r);
}

static void a_marker_is_a_sensor_that_is_not_there(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	slave_tell(&r.slave, "set holding 100 32768");
	harness_tag(r.h, 0, 0, NULL, "address", "holding:100:int16", "not_implemented",
		    "0x8000", NULL);
	harness_commit(r.h);
	harness_wait_quality(r.h, 0, QUALITY_BAD, REASON_SENSOR);
	assert_has(harness_explain(r.h, 0), "the device marks it as not implemented");
	slave_tell(&r.slave, "set holding 100 32769");
	harness_wait_number(r.h, 0, -32767, 0);
	rig_close(&r);
}

static void a_device_may_count_from_one(void **state)
{
	struct rig r;

	(void)state;
	r.slave = slave_start(r.endpoint);
	r.h = harness_start("sightglass-modbus");
	harness_begin(r.h);
	harness_device(r.h, 0, "plc1", "endpoint", r.endpoint, "address_base", "1",
		       "scan_ms", "50", NULL);
	harness_tag(r.h, 0, 0, NULL, "address", "holding:101", NULL);
	harness_tag(r.h, 1, 0, NULL, "address", "40101", NULL);
	harness_tag(r.h, 2, 0, NULL, "address", "holding:0", NULL);
	harness_commit(r.h);
	harness_wait_number(r.h, 0, 100, 0);
	harness_wait_number(r.h, 1, 100, 0);
	assert_has(harness_refusal(r.h, 1, 2),
		   "address 0 is not a number from 1 to 65536");
	rig_close(&r);
}

static void PLC_20_a_string_longer_than_a_request_is_refused(void **state)
{
	struct rig r;

	(void)state;
	r.slave = slave_start(r.endpoint);
	r.h = harness_start("sightglass-modbus");
	harness_begin(r.h);
	harness_device(r.h, 0, "plc1", "endpoint", r.endpoint, "max_registers", "10",
		       NULL);
	harness_tag(r.h, 0, 0, NULL, "address", "holding:0:string:11", NULL);
	harness_tag(r.h, 1, 0, NULL, "address", "holding:0:string:10", NULL);
	harness_commit(r.h);
	assert_has(harness_refusal(r.h, 1, 0),
		   "the string takes 11 registers, but the device's max_registers is 10");
	assert_null(harness_refusal(r.h, 1, 1));
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scale_register_is_read_in_the_same_scan),
		cmocka_unit_test(a_scale_register_without_a_power_is_bad_not_one),
		cmocka_unit_test(a_refused_scale_register_costs_only_its_tags),
		cmocka_unit_test(reads_and_writes_ask_for_the_factor_too),
		cmocka_unit_test(strings_are_read_and_written),
		cmocka_unit_test(codes_are_texts_both_ways),
		cmocka_unit_test(a_marker_is_a_sensor_that_is_not_there),
		cmocka_unit_test(a_device_may_count_from_one),
		cmocka_unit_test(PLC_20_a_string_longer_than_a_request_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
