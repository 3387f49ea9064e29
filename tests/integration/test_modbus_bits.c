/* test_modbus_bits.c - writing one bit of a register, by its mask or, where the engineer
 * says so, by reading and writing the register. */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "integration/modbus_rig.h"

/* Tag 0: bit 3 of holding:100; tag 1: bit 31 of the number at 200; tag 2: bit 0, by
 * texts. */
static void bits_open(struct rig *r, const char *bit_write)
{
	r->slave = slave_start(r->endpoint);
	slave_tell(&r->slave, "set holding 100 21845"); /* 0x5555 */
	slave_tell(&r->slave, "set holding 200 0");
	slave_tell(&r->slave, "set holding 201 0");
	r->h = harness_start("sightglass-modbus");
	harness_begin(r->h);
	harness_device(r->h, 0, "plc1", "endpoint", r->endpoint, "scan_ms", "50",
		       "timeout_ms", "200", "bit_write", bit_write, NULL);
	harness_tag(r->h, 0, 0, &rig_writable, "address", "holding:100.3", NULL);
	harness_tag(r->h, 1, 0, &rig_writable, "address", "holding:200:uint32:cdab.31",
		    NULL);
	harness_tag(r->h, 2, 0, &rig_writable, "address", "holding:100.0", "texts",
		    "0=shut,1=open", NULL);
	harness_commit(r->h);
	harness_wait_state(r->h, 0, DEVICE_CONNECTED);
	harness_wait_text(r->h, 2, "open");
}

static void all_bits_are_written(struct rig *r)
{
	assert_outcome(harness_write(r->h, 0, value_bool(true)), WRITE_ACCEPTED, "");
	assert_int_equal(slave_tell(&r->slave, "get holding 100"), 0x555D);
	harness_wait_number(r->h, 0, 1, 0);
	assert_outcome(harness_write(r->h, 0, value_bool(false)), WRITE_ACCEPTED, "");
	assert_int_equal(slave_tell(&r->slave, "get holding 100"), 0x5555);
	assert_outcome(harness_write(r->h, 1, value_bool(true)), WRITE_ACCEPTED, "");
	assert_int_equal(slave_tell(&r->slave, "get holding 200"), 0);
	assert_int_equal(slave_tell(&r->slave, "get holding 201"), 0x8000);
	assert_outcome(harness_write(r->h, 2, value_string("shut")), WRITE_ACCEPTED, "");
	assert_int_equal(slave_tell(&r->slave, "get holding 100"), 0x5554);
	harness_wait_text(r->h, 2, "shut");
}

static void one_bit_is_written_by_its_mask(void **state)
{
	struct rig r;

	(void)state;
	bits_open(&r, "mask");
	slave_tell(&r.slave, "mode exception 4 6"); /* no whole register is written */
	all_bits_are_written(&r);
	rig_close(&r);
}

static void a_device_without_mask_writes_refuses_in_words(void **state)
{
	struct rig r;

	(void)state;
	bits_open(&r, "mask");
	slave_tell(&r.slave, "mode exception 1 22");
	const struct driver_write_outcome *o = harness_write(r.h, 0, value_bool(true));
	assert_outcome(o, WRITE_REFUSED, "exception 1 to function 22");
	assert_outcome(o, WRITE_REFUSED, "bit_write = \"read_modify_write\"");
	slave_tell(&r.slave, "mode exception 2 22");
	assert_outcome(harness_write(r.h, 0, value_bool(true)), WRITE_REFUSED,
		       "the device answered exception 2 (illegal data address)");
	slave_tell(&r.slave, "mode normal");
	harness_watch(r.h, 120);
	assert_int_equal(r.h->device[0].state, DEVICE_CONNECTED);
	rig_close(&r);
}

static void a_wrong_echo_of_a_mask_is_unknown(void **state)
{
	struct rig r;

	(void)state;
	bits_open(&r, "mask");
	slave_tell(&r.slave, "mode echovalue 1 22 1");
	assert_outcome(harness_write(r.h, 0, value_bool(true)), WRITE_UNKNOWN,
		       "the reply's echoed value is");
	rig_close(&r);
}

static void read_modify_write_serves_devices_without_masks(void **state)
{
	struct rig r;

	(void)state;
	bits_open(&r, "read_modify_write");
	slave_tell(&r.slave, "mode exception 1 22");
	all_bits_are_written(&r);
	slave_tell(&r.slave, "mode exception 3 6");
	assert_outcome(harness_write(r.h, 0, value_bool(true)), WRITE_REFUSED,
		       "the device answered exception 3");
	rig_close(&r);
}

static void an_unknown_way_to_write_bits_is_refused(void **state)
{
	struct rig r;

	(void)state;
	r.slave = slave_start(r.endpoint);
	r.h = harness_start("sightglass-modbus");
	harness_begin(r.h);
	harness_device(r.h, 0, "plc1", "endpoint", r.endpoint, "bit_write", "rmw", NULL);
	harness_commit(r.h);
	assert_has(harness_refusal(r.h, 0, 0),
		   "bit_write = \"rmw\" is not mask or read_modify_write");
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_bit_is_written_by_its_mask),
		cmocka_unit_test(a_device_without_mask_writes_refuses_in_words),
		cmocka_unit_test(a_wrong_echo_of_a_mask_is_unknown),
		cmocka_unit_test(read_modify_write_serves_devices_without_masks),
		cmocka_unit_test(an_unknown_way_to_write_bits_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
