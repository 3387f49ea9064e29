/* model_dosing.c - the chlorine skid: setpoint, controller, dosing pump P201, contact
 * pipe with its lag, and two hypochlorite tanks that take turns. */
#include "plantsim/model_int.h"

#include <math.h>

#define CONSUMED_MGL 0.30 /* eaten by the water before the meter sees it */
#define SOLUTION_GL  25.0
#define RATE_FULL_LH 20.0
#define TANK_LOW_M   1.2
#define TANK_FULL_M  1.8
#define REFILL_LH    120.0
#define TRIM_TI_S    700.0
#define MOST_MGL     6.0

void dosing_init(struct dosing *d)
{
	*d = (struct dosing){
		.cl2_sp = 0.6, .mixed = 0.9, .residual = 0.6, .tank = { 1.41, 1.74 }
	};
	pump_init(&d->pump, 18.0, 0.0, 0.25, 10.0);
	d->pump.speed = 16.0;
	d->pump.wanted = d->pump.run_cmd = d->pump.running = true;
}

static void run_program(struct dosing *d, double water, double dt)
{
	double error = d->cl2_sp - d->residual;

	if (d->pump.auto_mode) {
		if (d->pump.running)
			d->trim =
				clamp(d->trim + 0.5 * error * dt / TRIM_TI_S, -0.5, 0.8);
		double dose = d->cl2_sp > 0.0 ? d->cl2_sp + CONSUMED_MGL + d->trim : 0.0;
		double litres = clamp(dose, 0.0, MOST_MGL) * water / SOLUTION_GL;
		d->pump.ref = clamp(100.0 * litres / RATE_FULL_LH, 0.0, 100.0);
		d->pump.wanted = d->pump.ref > 0.0;
	}
}

static void use_tanks(struct dosing *d, double dt)
{
	double litre_level = 0.001 / MODEL_TANK_AREA_M2;

	if (d->tank[d->duty] < TANK_LOW_M && d->tank[1 - d->duty] > TANK_LOW_M + 0.1) {
		d->refilling[d->duty] = true; /* the carboy pump starts */
		d->duty = 1 - d->duty;
	}
	double most = d->tank[d->duty] / litre_level * 3600.0 / dt;
	d->rate = fmin(RATE_FULL_LH * d->pump.speed / 100.0, most);
	d->tank[d->duty] -= d->rate * litre_level * dt / 3600.0;
	d->refill = 0.0;
	for (int i = 0; i < TANK_COUNT; i++) {
		if (d->tank[i] >= TANK_FULL_M)
			d->refilling[i] = false;
		if (d->refilling[i]) {
			d->refill = REFILL_LH;
			d->tank[i] += REFILL_LH * litre_level * dt / 3600.0;
		}
	}
}

void dosing_step(struct model *m, double dt)
{
	struct dosing *d = &m->dosing;
	double water = m->reservoir.inflow;

	run_program(d, water, dt);
	pump_step(&d->pump, m->network.mains_ok, dt);
	use_tanks(d, dt);
	if (water < 5.0)
		return; /* the meter looks at standing water */
	lag(&d->mixed, clamp(d->rate * SOLUTION_GL / water, 0.0, 20.0), 40.0, dt);
	lag(&d->residual, fmax(d->mixed - CONSUMED_MGL, 0.0), 150.0, dt);
}
