/* model_parts.c - what several places of the works have alike: pumps, valves, vessels. */
#include "plantsim/model_int.h"

#include <math.h>

#define RUNNING_ABOVE 1.0 /* %: below, the motor counts as standing */
#define VALVE_RATE    5.0 /* %/s: twenty seconds from shut to open */
#define COAST_RATE    25.0

void pump_init(struct pump *p, double speed_sp, double rated_flow, double rated_kw,
	       double ramp_rate)
{
	*p = (struct pump){ .speed_sp = speed_sp,
			    .auto_mode = true,
			    .ref = speed_sp,
			    .rated_flow = rated_flow,
			    .rated_kw = rated_kw,
			    .ramp = ramp_rate };
}

void pump_trip(struct pump *p)
{
	p->trip = true;
	p->auto_mode = false; /* a person looks at it before it runs by itself again */
	p->run_cmd = false;
}

void pump_mend(struct pump *p)
{
	p->trip = false;
	p->auto_mode = true;
}

void pump_step(struct pump *p, bool mains_ok, double dt)
{
	if (p->reset_cmd)
		p->trip = p->reset_cmd = false;
	if (p->trip)
		p->auto_mode = false; /* also after a restart of the PLC */
	if (p->trip || p->auto_mode)
		p->run_cmd = !p->trip && p->wanted;

	bool powered = !p->trip && mains_ok;
	double ref = p->auto_mode ? p->ref : p->speed_sp;
	double target = powered && p->run_cmd ? ref : 0.0;
	ramp(&p->speed, target, powered ? p->ramp : COAST_RATE, dt);
	p->running = p->speed > RUNNING_ABOVE;

	double s = p->speed / 100.0;
	double load =
		p->rated_flow > 0.0 ? clamp(p->flow / p->rated_flow, 0.0, 1.2) : 1.0;
	bool drawing = p->running && powered;
	p->power = drawing ? p->rated_kw * (0.04 + s * s * s * (0.36 + 0.6 * load)) : 0.0;
	if (p->running)
		p->hours += dt / 3600.0;
}

void valve_init(struct valve *v, double position)
{
	*v = (struct valve){ .position_sp = position, .position = position };
}

void valve_step(struct valve *v, double dt)
{
	ramp(&v->position, v->position_sp, VALVE_RATE, dt);
	v->open = v->position > 97.0;
	v->closed = v->position < 1.0;
}

double vessel_step(double *level, double area, double height, double in, double out,
		   double dt)
{
	double volume = *level * area + (in - out) * dt / 3600.0;
	double most = area * height;
	double spilled = fmax(volume - most, 0.0);

	*level = fmax(volume - spilled, 0.0) / area;
	return spilled * 3600.0 / dt;
}

double vessel_can_give(double level, double area, double out, double dt)
{
	return clamp(out, 0.0, level * area * 3600.0 / dt);
}
