/* model_intake.c - two wells with their pumps, raw-water tank T101, valve V101. */
#include "plantsim/model_int.h"

#include <math.h>

#define STATIC_SPEED   0.25  /* below this part of full speed the water does not rise */
#define DRAWDOWN_M     0.065 /* for each m3/h */
#define ASSIST_START_M 3.0   /* the second pump helps below .. */
#define ASSIST_STOP_M  4.4   /* .. and until here */
#define HIGH_STOP_M    4.9   /* in automatic both wells are held from here .. */
#define HIGH_RESUME_M  4.3   /* .. to here */
#define OVERFLOW_AT_M  5.8
#define V101_FULL_M3H  300.0 /* open, with 3 m in the tank */
#define RAW_NTU        3.0
#define TRIPS_ABOVE    40.0 /* %: of a pump whose supply is weak */

/* water above the pumps when nobody pumps */
static const double rest_level[WELL_COUNT] = { 28.0, 25.0 };

void intake_init(struct intake *in)
{
	*in = (struct intake){ .level = 3.6, .temperature = 9.5, .total = 1284330.0 };
	pump_init(&in->pump[0], 70.0, 155.0, 37.0, 10.0);
	pump_init(&in->pump[1], 60.0, 155.0, 37.0, 10.0);
	in->pump[0].hours = 12840.0;
	in->pump[1].hours = 9377.0;
	in->pump[0].wanted = in->pump[0].run_cmd = in->pump[0].running = true;
	in->pump[0].speed = 70.0;
	in->pump[0].flow = 90.0;
	valve_init(&in->v101, 80.0);
	for (int i = 0; i < WELL_COUNT; i++)
		in->well_level[i] = rest_level[i] - (i == 0 ? 5.9 : 0.9);
	in->turbidity = RAW_NTU;
	in->conductivity = 480.0;
}

/* The supply of the wells gives way: the pump that runs trips, and the one that takes
 * over a few seconds later, when it draws its current. */
static void weaken(struct intake *in)
{
	struct pump *duty = &in->pump[0], *assist = &in->pump[1];

	if (!in->weak_supply)
		return;
	if (!duty->trip && duty->speed > TRIPS_ABOVE)
		pump_trip(duty);
	if (!assist->trip && assist->speed > TRIPS_ABOVE)
		pump_trip(assist);
	if (duty->trip && !assist->trip)
		assist->wanted = true;
}

/* The PLC program: P101 always, P102 by level or when P101 cannot, neither when full. */
static void run_program(struct intake *in)
{
	struct pump *duty = &in->pump[0], *assist = &in->pump[1];

	if (in->level > HIGH_STOP_M)
		in->high_stop = true;
	else if (in->level < HIGH_RESUME_M)
		in->high_stop = false;
	if (in->level < ASSIST_START_M ||
	    (!duty->running && in->level < ASSIST_STOP_M - 0.2))
		assist->wanted = true;
	else if (in->level > ASSIST_STOP_M)
		assist->wanted = false;
	duty->wanted = !in->high_stop;
	assist->wanted = assist->wanted && !in->high_stop;
	weaken(in);
	for (int i = 0; i < WELL_COUNT; i++)
		in->pump[i].ref = in->pump[i].speed_sp;
}

static void pump_wells(struct intake *in, bool mains_ok, double dt)
{
	in->flow = 0.0;
	for (int i = 0; i < WELL_COUNT; i++) {
		struct pump *p = &in->pump[i];
		double neighbour = in->pump[WELL_COUNT - 1 - i].flow;
		double lift = (p->speed / 100.0 - STATIC_SPEED) / (1.0 - STATIC_SPEED);
		double yield = 0.9 + 0.1 * in->well_level[i] / rest_level[i];

		pump_step(p, mains_ok, dt);
		lag(&p->flow, p->rated_flow * fmax(lift, 0.0) * yield, 3.0, dt);
		if (p->flow < 0.05)
			p->flow = 0.0; /* the check valve has closed */
		lag(&in->well_level[i],
		    rest_level[i] - DRAWDOWN_M * (p->flow + 0.15 * neighbour), 300.0, dt);
		in->flow += p->flow;
	}
}

static void fill_tank(struct model *m, double dt)
{
	struct intake *in = &m->intake;

	in->spill = vessel_step(&in->level, MODEL_T101_AREA_M2, MODEL_T101_HEIGHT_M,
				in->flow, in->feed, dt);
	in->overflow = in->level > OVERFLOW_AT_M;
	in->total += in->flow * dt / 3600.0;
	double friction = in->flow / 150.0;
	in->pressure = 0.9 + 0.1 * in->level + 2.2 * friction * friction;
}

static void know_the_water(struct model *m, double dt)
{
	struct intake *in = &m->intake;
	double day = m->time_s / 86400.0 * 6.283185307179586;

	lag(&in->turbidity, RAW_NTU * exp(m->storm) + m->storm_fault, 120.0, dt);
	in->temperature = 9.5 + 0.6 * sin(day);
	in->conductivity = 480.0 - 30.0 * m->storm + 6.0 * cos(day);
}

void intake_step(struct model *m, double dt)
{
	struct intake *in = &m->intake;

	run_program(in);
	pump_wells(in, m->network.mains_ok, dt);
	valve_step(&in->v101, dt);
	/* what V101 lets through at most; the filters take what they need of it */
	double most = V101_FULL_M3H * in->v101.position / 100.0 * sqrt(in->level / 3.0);
	double need = m->filters.f[0].ask + m->filters.f[1].ask;
	double give =
		vessel_can_give(in->level, MODEL_T101_AREA_M2, fmin(need, most), dt);
	for (int i = 0; i < FILTER_COUNT; i++)
		m->filters.f[i].feed =
			need > 0.0 ? give * m->filters.f[i].ask / need : 0.0;
	in->feed = give;
	fill_tank(m, dt);
	know_the_water(m, dt);
}
