/*
 * model_int.h - what the parts of the model give each other. Each *_step advances its
 * part by dt seconds from the flows its neighbours had; model.c fixes the order.
 */
#ifndef SG_PLANTSIM_MODEL_INT_H
#define SG_PLANTSIM_MODEL_INT_H

#include "plantsim/model.h"

static inline double clamp(double v, double lo, double hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

/* First-order lag: moves *v towards target with time constant tau. */
static inline void lag(double *v, double target, double tau, double dt)
{
	*v += (target - *v) * clamp(dt / tau, 0.0, 1.0);
}

/* Moves *v towards target by at most rate a second. */
static inline void ramp(double *v, double target, double rate, double dt)
{
	*v += clamp(target - *v, -rate * dt, rate * dt);
}

void pump_init(struct pump *p, double speed_sp, double rated_flow, double rated_kw,
	       double ramp_rate);
/* Follows wanted and ref in automatic, run_cmd and speed_sp otherwise; sets speed,
 * running, power, hours. flow is the caller's: it knows the pipes. */
void pump_step(struct pump *p, bool mains_ok, double dt);
void pump_trip(struct pump *p);
void pump_mend(struct pump *p);
void valve_init(struct valve *v, double position);
void valve_step(struct valve *v, double dt);
/* A vessel: level changes by in - out; returns what spills over the edge (m3/h). */
double vessel_step(double *level, double area, double height, double in, double out,
		   double dt);
/* The part of out (m3/h) that a vessel can give in dt without running dry. */
double vessel_can_give(double level, double area, double out, double dt);

void intake_init(struct intake *in);
void filters_init(struct filters *fs);
void dosing_init(struct dosing *d);
void reservoir_init(struct reservoir *r);
void network_init(struct network *n);

void intake_step(struct model *m, double dt);
void filters_step(struct model *m, double dt);
void dosing_step(struct model *m, double dt);
void reservoir_step(struct model *m, double dt);
void network_step(struct model *m, double dt);

#endif
