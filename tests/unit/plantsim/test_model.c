/* test_model.c - the plant's physics: water is neither made nor lost, setpoints are
 * obeyed, a seed means one plant, and its PLC programs keep it alive. */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plantsim/plant.h"

static const uint64_t seeds[] = { 1, 2, 7, 42, 20261122 };
enum { SEEDS = sizeof(seeds) / sizeof(seeds[0]) };

/* What went in and out of each vessel, by the model's own flows, m3. */
struct books {
	double in[6], out[6], before[6];
};

enum vessel { T101, F1, F2, T301, TOWN, TANKS, VESSELS };

static const char *const vessel_names[] = {
	"T101", "F1", "F2", "T301", "network", "tanks"
};

static double stored(const struct model *m, enum vessel v)
{
	switch (v) {
	case T101:
		return m->intake.level * MODEL_T101_AREA_M2;
	case F1:
	case F2:
		return m->filters.f[v - F1].level * MODEL_FILTER_AREA_M2;
	case T301:
		return m->reservoir.level * MODEL_T301_AREA_M2;
	case TOWN:
		return m->network.pressure * MODEL_NET_M3_PER_BAR;
	default:
		return (m->dosing.tank[0] + m->dosing.tank[1]) * MODEL_TANK_AREA_M2;
	}
}

static void add_flows(const struct model *m, struct books *b, double dt)
{
	double h = dt / 3600.0;

	b->in[T101] += m->intake.flow * h;
	b->out[T101] += (m->intake.feed + m->intake.spill) * h;
	for (int i = 0; i < FILTER_COUNT; i++) {
		b->in[F1 + i] += m->filters.f[i].feed * h;
		b->out[F1 + i] += (m->filters.f[i].flow + m->filters.f[i].waste) * h;
	}
	b->in[T301] += m->reservoir.inflow * h;
	b->out[T301] += (m->reservoir.outflow + m->reservoir.spill) * h;
	b->in[TOWN] += m->network.flow * h;
	b->out[TOWN] += m->network.demand * h;
	b->in[TANKS] += m->dosing.refill / 1000.0 * h;
	b->out[TANKS] += m->dosing.rate / 1000.0 * h;
}

/* The balance over seconds, to a part of what passed (or a litre of each m3 held). */
static void check_balance(struct model *m, double seconds, double part)
{
	struct books b = { 0 };

	for (int v = 0; v < VESSELS; v++)
		b.before[v] = stored(m, (enum vessel)v);
	for (double t = 0; t < seconds; t += MODEL_STEP_S) {
		model_advance(m, MODEL_STEP_S);
		add_flows(m, &b, MODEL_STEP_S);
	}
	for (int v = 0; v < VESSELS; v++) {
		double change = stored(m, (enum vessel)v) - b.before[v];
		double passed = fmax(b.in[v], b.out[v]);
		double error = fabs(b.in[v] - b.out[v] - change);
		if (error > part * passed + 1e-9)
			print_error("%s: in %g out %g change %g\n", vessel_names[v],
				    b.in[v], b.out[v], change);
		assert_true(error <= part * passed + 1e-9);
	}
}

static void every_vessel_keeps_its_mass_balance_within_one_percent(void **state)
{
	static struct model m;

	(void)state;
	for (int i = 0; i < SEEDS; i++) {
		model_init(&m, seeds[i]);
		for (int k = 0; k < 30; k++) /* five hours, a wash among them */
			check_balance(&m, 600.0, 0.01);
	}
}

static void the_balance_holds_in_every_upset(void **state)
{
	static const char *const upsets[] = {
		"P101", "P102",  "P201",     "P401", "F1",
		"F2",   "MAINS", "BLACKOUT", "LEAK", "STORM"
	};
	static struct model m;

	(void)state;
	for (size_t i = 0; i < sizeof(upsets) / sizeof(upsets[0]); i++) {
		model_init(&m, seeds[i % SEEDS]);
		assert_true(model_trip(&m, upsets[i]));
		for (int k = 0; k < 12; k++)
			check_balance(&m, 600.0, 0.01);
	}
}

static void the_balance_holds_when_tanks_spill_and_run_dry(void **state)
{
	static struct model m;

	(void)state;
	model_init(&m, 5); /* V101 shut, both wells by hand: T101 spills, T301 runs dry */
	m.intake.v101.position_sp = 0.0;
	for (int i = 0; i < WELL_COUNT; i++) {
		m.intake.pump[i].auto_mode = false;
		m.intake.pump[i].run_cmd = true;
		m.intake.pump[i].speed_sp = 100.0;
	}
	for (int k = 0; k < 36; k++)
		check_balance(&m, 600.0, 0.01);
	assert_double(m.intake.level, MODEL_T101_HEIGHT_M, 0.001);
	assert_true(m.intake.spill > 100.0);
	assert_true(m.intake.overflow);
	assert_true(m.reservoir.level < 0.7);
	assert_true(m.network.flow < 1.0);
}

static int row(const char *tag)
{
	int i = map_find(tag);

	if (i < 0)
		fail_msg("no row for %s", tag);
	return i;
}

static double reading(const struct plant *p, const char *tag)
{
	return plant_read(p, (size_t)row(tag));
}

/* What an engineer sees: levels and flow meters with their errors agree too. */
static void the_instruments_show_a_balance_within_one_percent(void **state)
{
	static struct plant p;

	(void)state;
	for (int i = 0; i < SEEDS; i++) {
		plant_init(&p, seeds[i]);
		double before = reading(&p, "reservoir.t301.level"), in = 0, out = 0;
		for (int s = 0; s < 600; s++) {
			plant_advance(&p, 1.0);
			in += reading(&p, "reservoir.inflow") / 3600.0;
			out += reading(&p, "network.flow") / 3600.0;
		}
		double change = (reading(&p, "reservoir.t301.level") - before) * 80.0;
		/* the level meter itself is good to 2 mm: that much water is not missing
		 */
		double meter = 4 * 0.002 * 80.0;
		assert_true(fabs(in - out - change) <= 0.01 * fmax(in, out) + meter);
	}
}

static void one_seed_is_one_plant_however_time_is_cut(void **state)
{
	static struct plant a, b, c;
	static const double cuts[] = { 0.05, 0.1, 0.13, 1.0, 7.77, 0.001 };
	double t = 0.0;

	(void)state;
	plant_init(&a, 99);
	plant_init(&b, 99);
	plant_init(&c, 100);
	plant_advance(&a, 3600.0);
	plant_advance(&c, 3600.0);
	for (size_t k = 0; t < 3600.0; k++) {
		double dt = fmin(cuts[k % 6], 3600.0 - t);
		plant_advance(&b, dt);
		t += dt;
	}
	assert_double(b.model.time_s, a.model.time_s, 0.2); /* at most one step apart */
	while (a.model.time_s > b.model.time_s + 0.05)
		plant_advance(&b, MODEL_STEP_S);
	for (size_t i = 0; i < map_count; i++)
		assert_true(plant_read(&a, i) == plant_read(&b, i));
	assert_true(reading(&a, "network.flow") != reading(&c, "network.flow"));
}

static void speed_sp_moves_speed_moves_flow_moves_level(void **state)
{
	static struct plant p;

	(void)state;
	plant_init(&p, 3);
	plant_advance(&p, 60);
	double flow = reading(&p, "intake.p101.flow"),
	       power = reading(&p, "intake.p101.power");
	assert_true(plant_write(&p, (size_t)row("intake.p101.speed_sp"), 95.0));
	plant_advance(&p, 1);
	double on_the_way = reading(&p, "intake.p101.speed");
	assert_true(on_the_way > 75.0 && on_the_way < 85.0); /* a drive ramps, 10 %/s */
	plant_advance(&p, 30);
	assert_double(reading(&p, "intake.p101.speed"), 95.0, 0.5);
	assert_true(reading(&p, "intake.p101.flow") > 1.4 * flow);
	assert_true(reading(&p, "intake.p101.power") > 1.8 * power);
	assert_double(reading(&p, "intake.flow"),
		      p.model.intake.pump[0].flow + p.model.intake.pump[1].flow, 3.0);
	double level = reading(&p, "intake.t101.level");
	plant_advance(&p, 900);
	assert_true(reading(&p, "intake.t101.level") > level + 0.2);
	/* and the other way */
	assert_true(plant_write(&p, (size_t)row("intake.p101.speed_sp"), 0.0));
	plant_advance(&p, 60);
	assert_true(reading(&p, "intake.p101.flow") == 0.0);
	assert_true(reading(&p, "intake.p101.running") == 0.0);
}

static void chlorine_and_pressure_follow_their_setpoints_with_a_lag(void **state)
{
	static struct plant p;

	(void)state;
	plant_init(&p, 4);
	plant_advance(&p, 600);
	assert_double(reading(&p, "dosing.residual"), 0.6, 0.06);
	assert_true(plant_write(&p, (size_t)row("dosing.cl2_sp"), 1.4));
	plant_advance(&p, 20);
	assert_true(reading(&p, "dosing.residual") < 0.8); /* the pipe is long */
	plant_advance(&p, 1800);
	assert_double(reading(&p, "dosing.residual"), 1.4, 0.12);
	assert_true(plant_write(&p, (size_t)row("network.pressure_sp"), 5.0));
	plant_advance(&p, 300);
	assert_double(reading(&p, "network.pressure"), 5.0, 0.15);
	assert_true(plant_write(&p, (size_t)row("intake.v101.position_sp"), 0.0));
	plant_advance(&p, 30);
	assert_true(reading(&p, "intake.v101.closed") == 1.0);
	assert_true(p.model.intake.feed == 0.0);
}

static void a_calm_day_stays_within_its_limits(void **state)
{
	static struct plant p;
	double least_flow = 1e9;

	(void)state;
	for (int i = 0; i < 2; i++) {
		plant_init(&p, seeds[i]);
		for (int minute = 0; minute < 26 * 60; minute++) {
			plant_advance(&p, 60);
			const struct model *m = &p.model;
			assert_in_range((long)(m->intake.level * 100), 250, 510);
			assert_in_range((long)(m->reservoir.level * 100), 290, 380);
			assert_in_range((long)(m->network.pressure * 100), 390, 450);
			assert_in_range((long)(m->dosing.residual * 100), 45, 75);
			assert_true(m->dosing.tank[0] > 1.1 && m->dosing.tank[1] > 1.1);
			for (int f = 0; f < FILTER_COUNT; f++) {
				assert_true(m->filters.f[f].head_loss < 2.3);
				assert_true(m->filters.f[f].turbidity < 1.0);
			}
			least_flow = fmin(least_flow, m->network.flow);
		}
		assert_true(p.model.filters.f[0].run_hours < 12.0); /* it was washed */
	}
	assert_true(least_flow > 10.0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(every_vessel_keeps_its_mass_balance_within_one_percent),
	cmocka_unit_test(the_balance_holds_in_every_upset),
	cmocka_unit_test(the_balance_holds_when_tanks_spill_and_run_dry),
	cmocka_unit_test(the_instruments_show_a_balance_within_one_percent),
	cmocka_unit_test(one_seed_is_one_plant_however_time_is_cut),
	cmocka_unit_test(speed_sp_moves_speed_moves_flow_moves_level),
	cmocka_unit_test(chlorine_and_pressure_follow_their_setpoints_with_a_lag),
	cmocka_unit_test(a_calm_day_stays_within_its_limits),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
