/* test_model_faults.c - what breaks, how the PLCs react, what a write may do, and how all
 * is mended; the table from values to registers; commands in words. */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plantsim/command.h"
#include "plantsim/registers.h"
#include "util/strbuf.h"

static size_t row(const char *tag)
{
	int i = map_find(tag);

	if (i < 0)
		fail_msg("no row for %s", tag);
	return (size_t)i;
}

static double reading(const struct plant *p, const char *tag)
{
	return plant_read(p, row(tag));
}

static void a_tripped_pump_stands_leaves_automatic_and_needs_a_reset(void **state)
{
	static struct plant p;

	(void)state;
	plant_init(&p, 1);
	assert_true(reading(&p, "intake.p101.running") == 1.0);
	assert_true(model_trip(&p.model, "p101"));
	plant_advance(&p, 30);
	assert_true(reading(&p, "intake.p101.trip") == 1.0);
	assert_true(reading(&p, "intake.p101.auto") == 0.0);
	assert_true(reading(&p, "intake.p101.running") == 0.0);
	assert_true(reading(&p, "intake.p101.flow") == 0.0);
	assert_true(reading(&p, "intake.p102.running") == 1.0); /* the PLC helps itself */
	/* neither automatic nor a start by hand are taken while it is tripped */
	assert_false(plant_write(&p, row("intake.p101.auto_cmd"), 1));
	plant_write(&p, row("intake.p101.run_cmd"), 1);
	plant_advance(&p, 5);
	assert_true(reading(&p, "intake.p101.run_cmd") == 0.0);
	assert_true(reading(&p, "intake.p101.running") == 0.0);
	/* the operator's reset is a pulse, and the pump waits to be put into automatic */
	assert_true(plant_write(&p, row("intake.p101.reset_cmd"), 1));
	plant_advance(&p, 1);
	assert_true(reading(&p, "intake.p101.reset_cmd") == 0.0);
	assert_true(reading(&p, "intake.p101.trip") == 0.0);
	assert_true(reading(&p, "intake.p101.running") == 0.0);
	assert_true(plant_write(&p, row("intake.p101.auto_cmd"), 1));
	plant_advance(&p, 30);
	assert_true(reading(&p, "intake.p101.running") == 1.0);
}

static void manual_and_automatic_keep_their_rules(void **state)
{
	static struct plant p;

	(void)state;
	plant_init(&p, 1);
	/* in automatic the PLC starts and stops: a start by hand is not heeded */
	assert_false(plant_write(&p, row("intake.p102.run_cmd"), 1));
	assert_true(plant_write(&p, row("intake.p101.auto_cmd"), 0));
	plant_advance(&p, 5);
	assert_true(reading(&p, "intake.p101.running") == 1.0); /* no bump */
	assert_false(plant_write(&p, row("intake.p101.speed_sp"), 20));
	assert_double(reading(&p, "intake.p101.speed_sp"), 70, 0);
	assert_true(plant_write(&p, row("intake.p101.run_cmd"), 0));
	plant_advance(&p, 30);
	assert_true(reading(&p, "intake.p101.running") == 0.0);
	assert_true(plant_write(&p, row("intake.p101.auto_cmd"), 1));
	plant_advance(&p, 30);
	assert_true(reading(&p, "intake.p101.running") == 1.0);
}

static void writes_are_clamped_or_ignored_as_a_plc_does(void **state)
{
	static struct plant p;

	(void)state;
	plant_init(&p, 1);
	assert_true(plant_write(&p, row("intake.p101.speed_sp"), 150));
	assert_double(reading(&p, "intake.p101.speed_sp"), 100, 0);
	assert_true(plant_write(&p, row("network.pressure_sp"), -3));
	assert_double(reading(&p, "network.pressure_sp"), 2, 0);
	assert_false(plant_write(&p, row("intake.p101.speed_sp"), NAN));
	assert_false(plant_write(&p, row("intake.p101.speed_sp"), INFINITY));
	assert_double(reading(&p, "intake.p101.speed_sp"), 100, 0);
	assert_false(plant_write(&p, row("intake.t101.level"), 3)); /* not a setpoint */
	assert_false(
		plant_write(&p, row("dosing.cl2_sp"), 5.5)); /* the skid ignores it */
	assert_double(reading(&p, "dosing.cl2_sp"), 0.6, 0);
}

static void a_frozen_instrument_lies_while_the_plant_goes_on(void **state)
{
	static struct plant p;

	(void)state;
	plant_init(&p, 1);
	plant_freeze(&p, row("intake.t101.level"), true);
	double stuck = reading(&p, "intake.t101.level");
	model_trip(&p.model, "P101");
	model_trip(&p.model, "P102");
	plant_advance(&p, 600);
	assert_true(reading(&p, "intake.t101.level") == stuck);
	assert_true(p.model.intake.level < stuck - 0.3);
	plant_freeze(&p, row("intake.t101.level"), false);
	assert_double(reading(&p, "intake.t101.level"), p.model.intake.level, 0.02);
}

static void no_instrument_stands_still_by_itself(void **state)
{
	static const char *const live[] = { "intake.t101.level",    "intake.flow",
					    "reservoir.t301.level", "network.pressure",
					    "filter.f1.turbidity",  "dosing.residual" };
	static struct plant p;

	(void)state;
	plant_init(&p, 1);
	for (size_t i = 0; i < sizeof(live) / sizeof(live[0]); i++) {
		double before = reading(&p, live[i]);
		plant_advance(&p, 1);
		assert_true(reading(&p, live[i]) != before);
	}
}

static void a_restart_brings_default_setpoints_to_its_own_registers_only(void **state)
{
	static struct plant p;

	(void)state;
	plant_init(&p, 1);
	plant_write(&p, row("intake.p101.speed_sp"), 90);
	plant_write(&p, row("network.pressure_sp"), 4.8);
	plant_write(&p, row("intake.p102.auto_cmd"), 0);
	plant_restart(&p, MAP_PLC1);
	assert_double(reading(&p, "intake.p101.speed_sp"), 70, 0);
	assert_true(reading(&p, "intake.p102.auto") == 1.0);
	assert_double(reading(&p, "network.pressure_sp"), 4.8, 0);
}

static void a_wash_by_command_cleans_the_bed_and_ripens(void **state)
{
	static struct plant p;

	(void)state;
	plant_init(&p, 1);
	plant_advance(&p, 60);
	assert_true(plant_write(&p, row("filter.f1.backwash_cmd"), 1));
	plant_advance(&p, 1);
	assert_true(reading(&p, "filter.f1.state") == FILTER_BACKWASH);
	assert_true(reading(&p, "filter.f1.backwash_cmd") == 0.0); /* it fell back */
	plant_advance(&p, 60);
	assert_true(reading(&p, "filter.f1.flow") == 0.0);
	assert_true(reading(&p, "filter.f2.flow") > 40.0);
	plant_advance(&p, 260);
	assert_true(reading(&p, "filter.f1.state") == FILTER_RINSE);
	plant_advance(&p, 140);
	assert_true(reading(&p, "filter.f1.state") == FILTER_RUN);
	assert_true(p.model.filters.f[0].clog < 0.1);
	assert_true(reading(&p, "filter.f1.turbidity") > 0.4);
	plant_advance(&p, 1800);
	assert_true(reading(&p, "filter.f1.turbidity") < 0.4);
}

static void
a_weak_supply_trips_the_pump_that_runs_and_then_the_one_that_takes_over(void **state)
{
	static struct plant p;

	(void)state;
	plant_init(&p, 1);
	assert_true(model_trip(&p.model, "WELLS"));
	plant_advance(&p, 1);
	assert_true(reading(&p, "intake.p101.trip") == 1.0);
	assert_true(reading(&p, "intake.p102.trip") == 0.0); /* it starts */
	plant_advance(&p, 14);
	assert_true(reading(&p, "intake.p102.trip") == 1.0);
	plant_advance(&p, 30);
	assert_true(reading(&p, "intake.flow") == 0.0);
	assert_true(reading(&p, "intake.pressure") < 1.5);
	/* mended, but both pumps wait for their resets */
	assert_true(model_reset(&p.model, "WELLS"));
	plant_advance(&p, 30);
	assert_true(reading(&p, "intake.flow") == 0.0);
	plant_clear(&p);
	plant_advance(&p, 60);
	assert_true(reading(&p, "intake.p101.running") == 1.0);
}

static void a_blackout_trips_motor_after_motor(void **state)
{
	static const char *const motors[] = { "intake.p101.trip",  "intake.p102.trip",
					      "dosing.pump.fault", "network.p401.trip",
					      "network.p402.trip", "network.p403.trip" };
	static struct plant p;

	(void)state;
	plant_init(&p, 1);
	assert_true(model_trip(&p.model, "BLACKOUT"));
	plant_advance(&p, 11);
	assert_true(reading(&p, "network.mains_ok") == 0.0);
	for (size_t i = 0; i < 6; i++)
		assert_true(reading(&p, motors[i]) == 0.0);
	for (size_t i = 0; i < 6; i++) {
		plant_advance(&p, i == 0 ? 2 : 3);
		for (size_t k = 0; k < 6; k++)
			assert_true(reading(&p, motors[k]) == (k <= i ? 1.0 : 0.0));
	}
	plant_advance(&p, 120);
	assert_true(reading(&p, "network.pressure") < 1.0);
	assert_true(reading(&p, "intake.flow") == 0.0);
	plant_clear(&p);
	plant_advance(&p, 600);
	for (size_t i = 0; i < 6; i++)
		assert_true(reading(&p, motors[i]) == 0.0);
	assert_double(reading(&p, "network.pressure"), 4.2, 0.2);
}

static void every_part_can_break_and_be_mended(void **state)
{
	static struct plant p;
	char names[sizeof("P101 P102 WELLS P201 P401 P402 P403 F1 F2 MAINS BLACKOUT LEAK "
			  "STORM HATCH")];
	char *rest = names, *name;
	int n = 0;

	(void)state;
	plant_init(&p, 1);
	snprintf(names, sizeof(names), "%s", model_parts);
	while ((name = strsep(&rest, " ")) != NULL) {
		assert_true(model_trip(&p.model, name));
		plant_advance(&p, 10);
		assert_true(model_reset(&p.model, name));
		n++;
	}
	assert_int_equal(n, 14);
	assert_false(model_trip(&p.model, "P999"));
	assert_false(model_trip(&p.model, ""));
	model_trip(&p.model, "MAINS");
	model_trip(&p.model, "P101");
	model_trip(&p.model, "F2");
	plant_advance(&p, 120);
	assert_true(reading(&p, "network.mains_ok") == 0.0);
	assert_true(reading(&p, "filter.f2.fault") == 1.0);
	assert_true(reading(&p, "filter.f2.state") == FILTER_FAULT);
	assert_true(p.model.network.flow == 0.0);
	plant_clear(&p);
	plant_advance(&p, 600);
	assert_true(reading(&p, "intake.p101.running") == 1.0);
	assert_true(reading(&p, "filter.f2.state") == FILTER_RUN);
	assert_double(reading(&p, "network.pressure"), 4.2, 0.2);
}

static void the_map_has_no_two_values_in_one_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < map_count; i++)
		for (size_t k = i + 1; k < map_count; k++) {
			const struct map_row *a = &map_rows[i], *b = &map_rows[k];
			assert_string_not_equal(a->tag, b->tag);
			if (a->device != b->device || a->table != b->table)
				continue;
			if (a->table == MAP_TOPIC) {
				bool same = strcmp(a->topic, b->topic) == 0;
				assert_false(same && (!a->key || !b->key ||
						      strcmp(a->key, b->key) == 0));
			} else if (a->coding != MAP_REGISTER_BIT ||
				   b->coding != a->coding || a->bit == b->bit) {
				bool apart =
					a->address + map_width(a->coding) <= b->address ||
					b->address + map_width(b->coding) <= a->address;
				if (!apart)
					print_error("%s and %s overlap\n", a->tag,
						    b->tag);
				assert_true(apart);
			}
			assert_true(a->address + map_width(a->coding) <= 640);
		}
}

static void registers_hold_what_the_map_says(void **state)
{
	modbus_mapping_t *image = modbus_mapping_new(640, 640, 640, 640);

	(void)state;
	registers_put(image, &map_rows[row("intake.t101.level")], 3.25);
	assert_int_equal(image->tab_input_registers[0], 0x4050);
	assert_int_equal(image->tab_input_registers[1], 0x0000);
	registers_put(image, &map_rows[row("reservoir.t301.level_b")], 3.25);
	assert_int_equal(image->tab_input_registers[8], 0x0000);
	assert_int_equal(image->tab_input_registers[9], 0x4050);
	registers_put(image, &map_rows[row("intake.total")], 0x12345678);
	assert_int_equal(image->tab_input_registers[14], 0x5678);
	assert_int_equal(image->tab_input_registers[15], 0x1234);
	registers_put(image, &map_rows[row("network.total")], 4961207.5);
	assert_int_equal(image->tab_input_registers[24], 0x4152);
	registers_put(image, &map_rows[row("intake.temperature")], -1.2);
	assert_int_equal((int16_t)image->tab_input_registers[11], -12);
	registers_put(image, &map_rows[row("intake.turbidity")], 1e9);
	assert_int_equal((int16_t)image->tab_input_registers[10], INT16_MAX);
	registers_put(image, &map_rows[row("intake.v101.open")], 1);
	registers_put(image, &map_rows[row("intake.v101.closed")], 1);
	registers_put(image, &map_rows[row("intake.v101.open")], 0);
	assert_int_equal(image->tab_input_registers[16], 2);
	registers_put(image, &map_rows[row("intake.p101.speed_sp")], 72.5);
	assert_double(registers_get(image, &map_rows[row("intake.p101.speed_sp")]), 72.5,
		      0);
	registers_put(image, &map_rows[row("intake.v101.position_sp")], 43.2);
	assert_int_equal(image->tab_registers[0], 432);
	assert_double(registers_get(image, &map_rows[row("intake.v101.position_sp")]),
		      43.2, 1e-9);
	modbus_mapping_free(image);
}

static const char *answer(struct works *w, const char *text)
{
	static char out[2048];
	struct strbuf sb = STRBUF_INIT;
	char line[256];

	snprintf(line, sizeof(line), "%s", text);
	command_run(w, line, (struct mono){ 0 }, &sb);
	snprintf(out, sizeof(out), "%s", sb.buf);
	strbuf_release(&sb);
	return out;
}

static void commands_answer_with_a_sentence(void **state)
{
	static struct works w;

	(void)state;
	plant_init(&w.plant, 1);
	assert_string_equal(answer(&w, "trip P101"), "ok: P101 has failed\n");
	assert_string_equal(answer(&w, "  reset   p101 "), "ok: p101 is mended\n");
	assert_has(answer(&w, "trip P9"),
		   "error: there is no P9 to trip; parts are P101 P102");
	assert_has(answer(&w, "frozen intake.flow"), "ok: intake.flow keeps saying ");
	assert_has(answer(&w, "thaw intake.flow"), "ok: intake.flow says ");
	assert_has(answer(&w, "frozen intake.efficiency"),
		   "error: the plant has no tag \"intake.efficiency\"");
	assert_has(answer(&w, "set intake.p101.speed_sp 42"),
		   "ok: intake.p101.speed_sp is 42");
	assert_has(answer(&w, "set intake.p101.speed_sp nan"), "error: ");
	assert_has(answer(&w, "set intake.flow 1"), "does not take 1 now");
	assert_string_equal(answer(&w, "get intake.p101.speed_sp"), "ok: 42\n");
	assert_has(answer(&w, "plc1 asleep"),
		   "plc1 knows on, silent, off and restart, not \"asleep\"");
	assert_has(answer(&w, "plc1"), "error: the form is: plc1 silent|restart|off|on");
	assert_has(answer(&w, "trip a b c d e f g"), "error: the form is: trip PART");
	assert_has(answer(&w, ""),
		   "error: unknown command \"\"; there are: clear, frozen TAG");
	assert_has(answer(&w, "speed 1e9"), "error: the speed is a number from 0");
	assert_has(answer(&w, "speed 60"), "ok: 60 seconds of the plant");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_tripped_pump_stands_leaves_automatic_and_needs_a_reset),
	cmocka_unit_test(manual_and_automatic_keep_their_rules),
	cmocka_unit_test(writes_are_clamped_or_ignored_as_a_plc_does),
	cmocka_unit_test(a_frozen_instrument_lies_while_the_plant_goes_on),
	cmocka_unit_test(no_instrument_stands_still_by_itself),
	cmocka_unit_test(a_restart_brings_default_setpoints_to_its_own_registers_only),
	cmocka_unit_test(a_wash_by_command_cleans_the_bed_and_ripens),
	cmocka_unit_test(
		a_weak_supply_trips_the_pump_that_runs_and_then_the_one_that_takes_over),
	cmocka_unit_test(a_blackout_trips_motor_after_motor),
	cmocka_unit_test(every_part_can_break_and_be_mended),
	cmocka_unit_test(the_map_has_no_two_values_in_one_place),
	cmocka_unit_test(registers_hold_what_the_map_says),
	cmocka_unit_test(commands_answer_with_a_sentence),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
