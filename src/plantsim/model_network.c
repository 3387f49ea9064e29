/* model_network.c - reservoir T301, the boosters with their pressure control, and the
 * town: its day, its moods, its leaks. */
#include "plantsim/model_int.h"

#include <math.h>

#define SHUTOFF_BAR   6.5    /* a booster at full speed against a closed valve */
#define CURVE         3.6e-4 /* bar lost for each (m3/h)^2 through one pump */
#define NOMINAL_BAR   4.2
#define STAGE_UP_M3H  66.0
#define STAGE_DOWN    42.0
#define DRY_STOP_M    0.3
#define DRY_RESUME_M  0.6
#define SEEPAGE       0.03 /* part of the demand that no meter sees */
#define OVERFLOW_AT_M 4.95
#define V301_FULL_M3H 300.0
#define TOWN_M3H      90.0

void reservoir_init(struct reservoir *r)
{
	*r = (struct reservoir){
		.level = 3.4, .residual = 0.55, .temperature = 9.9, .ph = 7.60
	};
	valve_init(&r->v301, 100.0);
}

void network_init(struct network *n)
{
	*n = (struct network){ .pressure_sp = NOMINAL_BAR,
			       .pressure = NOMINAL_BAR,
			       .flow = 80.0,
			       .demand = 80.0,
			       .mains_ok = true,
			       .ref = 86.0,
			       .integral = 86.0,
			       .wanted_count = 2,
			       .total = 4961207.0 };
	for (int i = 0; i < BOOSTER_COUNT; i++) {
		struct pump *p = &n->booster[i];
		pump_init(p, 100.0, 80.0, 15.0, 10.0);
		p->hours = 20871.0 - 4013.0 * i;
		p->wanted = p->run_cmd = p->running = i < n->wanted_count;
		p->speed = p->running ? n->ref : 0.0;
		p->flow = p->running ? 40.0 : 0.0;
	}
	n->zone[0] = (struct zone){ .flow = 42.0, .pressure = 3.9, .battery = 3.58 };
	n->zone[1] = (struct zone){ .flow = 35.0, .pressure = 3.7, .battery = 3.41 };
}

void reservoir_step(struct model *m, double dt)
{
	struct reservoir *r = &m->reservoir;
	double day = m->time_s / 86400.0 * 6.283185307179586;

	valve_step(&r->v301, dt);
	r->outflow = m->network.flow;
	r->spill = vessel_step(&r->level, MODEL_T301_AREA_M2, MODEL_T301_HEIGHT_M,
			       r->inflow, r->outflow, dt);
	r->overflow = r->level > OVERFLOW_AT_M;
	if (r->level < DRY_STOP_M)
		r->dry_stop = true;
	else if (r->level > DRY_RESUME_M)
		r->dry_stop = false;
	double volume = fmax(r->level, 0.1) * MODEL_T301_AREA_M2;
	double brought = r->inflow * dt / 3600.0;
	r->residual +=
		(m->dosing.residual - r->residual) * clamp(brought / volume, 0.0, 1.0);
	r->residual -= r->residual * dt / (60.0 * 3600.0); /* it decays in days */
	r->temperature = 9.9 + 0.5 * sin(day - 0.4);
	r->ph = 7.62 - 0.04 * r->residual;
}

/* m3/h the town would drink at nominal pressure at this hour of the day. */
static double town_demand(const struct model *m)
{
	static const double hourly[25] = { 0.45, 0.38, 0.35, 0.35, 0.40, 0.60, 0.95,
					   1.30, 1.40, 1.25, 1.10, 1.05, 1.10, 1.05,
					   0.98, 0.95, 1.00, 1.15, 1.35, 1.45, 1.35,
					   1.10, 0.80, 0.60, 0.45 };
	double hour = fmod(MODEL_START_H + m->time_s / 3600.0, 24.0);
	int i = (int)hour;
	double part = hour - i;
	double curve = hourly[i] * (1.0 - part) + hourly[i + 1] * part;

	return TOWN_M3H * curve * (1.0 + m->weather + m->flutter);
}

/* How many boosters shall run: by the share of each, and by pressure that stays away. */
static void stage(struct network *n, double dt)
{
	int running = 0;

	for (int i = 0; i < BOOSTER_COUNT; i++)
		running += n->booster[i].running && n->booster[i].auto_mode;
	double each = running ? n->flow / running : n->flow;
	bool more = each > STAGE_UP_M3H || n->pressure < n->pressure_sp - 0.4;
	bool fewer = running > 1 && n->flow / (running - 1) < STAGE_DOWN &&
		     n->pressure > n->pressure_sp - 0.2;

	n->stage_s = more    ? fmax(n->stage_s, 0.0) + dt
		     : fewer ? fmin(n->stage_s, 0.0) - dt
			     : 0.0;
	if (n->stage_s > 20.0 && n->wanted_count < BOOSTER_COUNT) {
		n->wanted_count++;
		n->stage_s = 0.0;
	} else if (n->stage_s < -90.0 && n->wanted_count > 1) {
		n->wanted_count--;
		n->stage_s = 0.0;
	}
}

static void control_pressure(struct model *m, double dt)
{
	struct network *n = &m->network;
	double error = n->pressure_sp - n->pressure;
	int left = n->wanted_count;

	n->integral = clamp(n->integral + 1.2 * error * dt, 40.0, 100.0);
	n->ref = clamp(n->integral + 6.0 * error, 40.0, 100.0);
	for (int i = 0; i < BOOSTER_COUNT; i++) {
		struct pump *p = &n->booster[i];
		p->ref = fmin(n->ref, p->speed_sp);
		p->wanted = left > 0 && !m->reservoir.dry_stop;
		left -= p->wanted && p->auto_mode && !p->trip; /* else the next one */
	}
	stage(n, dt);
}

static void push_water(struct model *m, double dt)
{
	struct network *n = &m->network;
	struct reservoir *r = &m->reservoir;
	double sum = 0.0;

	for (int i = 0; i < BOOSTER_COUNT; i++) {
		struct pump *p = &n->booster[i];
		double s = p->speed / 100.0;
		double head = SHUTOFF_BAR * s * s + 0.1 * r->level - n->pressure;
		pump_step(p, n->mains_ok, dt);
		lag(&p->flow, p->running && head > 0.0 ? sqrt(head / CURVE) : 0.0, 0.5,
		    dt);
		if (p->flow < 0.05)
			p->flow = 0.0; /* the check valve has closed */
		sum += p->flow;
	}
	double most = V301_FULL_M3H * r->v301.position / 100.0;
	n->flow = vessel_can_give(r->level, MODEL_T301_AREA_M2, fmin(sum, most), dt);
	for (int i = 0; i < BOOSTER_COUNT; i++)
		n->booster[i].flow *= sum > 0.0 ? n->flow / sum : 0.0;
	n->total += n->flow * dt / 3600.0;
}

static void supply_town(struct model *m, double dt)
{
	struct network *n = &m->network;
	double town = town_demand(m);
	double push = sqrt(fmax(n->pressure, 0.0) / NOMINAL_BAR);
	double held = n->pressure * MODEL_NET_M3_PER_BAR * 3600.0 / dt;

	n->demand = fmin((town + n->leak) * push, n->flow + held);
	n->pressure += (n->flow - n->demand) * dt / 3600.0 / MODEL_NET_M3_PER_BAR;
	n->pressure = fmax(n->pressure, 0.0);
	for (int i = 0; i < 2; i++) {
		struct zone *z = &n->zone[i];
		double part = (i == 0 ? 0.55 : 0.45) * (1.0 - SEEPAGE);
		double friction = z->flow / 70.0;
		lag(&z->flow, town * push * part, 8.0, dt);
		double low = 0.1 + 0.2 * i + 0.2 * friction * friction;
		lag(&z->pressure, fmax(n->pressure - low - 0.004 * n->leak, 0.0), 4.0,
		    dt);
		z->battery = 3.58 - 0.17 * i - m->time_s / 86400.0 * 0.001;
	}
}

void network_step(struct model *m, double dt)
{
	control_pressure(m, dt);
	push_water(m, dt);
	supply_town(m, dt);
}
