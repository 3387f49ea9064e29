/* model.c - puts the parts of the works together, moves time, breaks and mends things. */
#include "plantsim/model.h"

#include <math.h>
#include <stddef.h>
#include <strings.h>

#include "plantsim/model_int.h"

#define UNDERVOLTAGE_S 12.0 /* a dip shorter than this trips nothing */
#define MOTOR_APART_S  3.0

void model_init(struct model *m, uint64_t seed)
{
	*m = (struct model){ .rng = { seed } };
	intake_init(&m->intake);
	filters_init(&m->filters);
	dosing_init(&m->dosing);
	reservoir_init(&m->reservoir);
	network_init(&m->network);
	model_advance(m, 60.0); /* until flows and pressures agree with each other */
	m->time_s = 0.0;
}

/* An Ornstein-Uhlenbeck walk: deviation sd, memory tau. */
static void wander(struct prng *r, double *v, double sd, double tau, double dt)
{
	double kick = sd * sqrt(2.0 * dt / tau) * prng_gauss(r);

	*v += kick - *v * dt / tau;
}

/* Undervoltage protection waits, then lets go of one motor after the other. */
static void black_out(struct model *m, double dt)
{
	struct pump *const motor[] = {
		&m->intake.pump[0],     &m->intake.pump[1],     &m->dosing.pump,
		&m->network.booster[0], &m->network.booster[1], &m->network.booster[2],
	};

	if (!m->network.blackout)
		return;
	m->network.mains_ok = false;
	m->network.blackout_s += dt;
	for (size_t i = 0; i < sizeof(motor) / sizeof(motor[0]); i++)
		if (!motor[i]->trip &&
		    m->network.blackout_s > UNDERVOLTAGE_S + (double)i * MOTOR_APART_S)
			pump_trip(motor[i]);
}

static void step(struct model *m)
{
	double dt = MODEL_STEP_S;

	wander(&m->rng, &m->weather, 0.06, 7200.0, dt);
	wander(&m->rng, &m->flutter, 0.03, 25.0, dt);
	wander(&m->rng, &m->storm, 0.25, 9000.0, dt);
	m->weather = clamp(m->weather, -0.2, 0.2);
	m->flutter = clamp(m->flutter, -0.15, 0.15);
	m->storm = clamp(m->storm, -0.8, 0.8);
	black_out(m, dt);
	/* from the town back to the wells, then what was asked for flows */
	network_step(m, dt);
	intake_step(m, dt);
	filters_step(m, dt);
	dosing_step(m, dt);
	reservoir_step(m, dt);
	m->time_s += dt;
}

void model_advance(struct model *m, double dt)
{
	if (!(dt > 0.0))
		return;
	m->left_s += fmin(dt, MODEL_MAX_S);
	/* half a nanosecond forgives the sums of binary fractions */
	while (m->left_s >= MODEL_STEP_S - 5e-10) {
		m->left_s -= MODEL_STEP_S;
		step(m);
	}
}

/* --- upsets ------------------------------------------------------------------- */
enum part_kind { PART_PUMP, PART_FLAG, PART_AMOUNT, PART_BLACKOUT };

struct part {
	const char *name;
	enum part_kind kind;
	size_t offset;
	double broken, whole; /* what the field is set to */
};

#define AT(field) offsetof(struct model, field)
static const struct part parts[] = {
	{ "P101", PART_PUMP, AT(intake.pump[0]), 0, 0 },
	{ "P102", PART_PUMP, AT(intake.pump[1]), 0, 0 },
	{ "WELLS", PART_FLAG, AT(intake.weak_supply), 1, 0 },
	{ "P201", PART_PUMP, AT(dosing.pump), 0, 0 },
	{ "P401", PART_PUMP, AT(network.booster[0]), 0, 0 },
	{ "P402", PART_PUMP, AT(network.booster[1]), 0, 0 },
	{ "P403", PART_PUMP, AT(network.booster[2]), 0, 0 },
	{ "F1", PART_FLAG, AT(filters.f[0].fault), 1, 0 },
	{ "F2", PART_FLAG, AT(filters.f[1].fault), 1, 0 },
	{ "MAINS", PART_FLAG, AT(network.mains_ok), 0, 1 },
	{ "BLACKOUT", PART_BLACKOUT, AT(network), 0, 0 },
	{ "LEAK", PART_AMOUNT, AT(network.leak), 30, 0 },
	{ "STORM", PART_AMOUNT, AT(storm_fault), 22, 0 },
	{ "HATCH", PART_FLAG, AT(reservoir.hatch_open), 1, 0 },
};
#undef AT
enum { PART_COUNT = sizeof(parts) / sizeof(parts[0]) };

const char model_parts[] =
	"P101 P102 WELLS P201 P401 P402 P403 F1 F2 MAINS BLACKOUT LEAK STORM HATCH";

/* When it is over somebody has been to every motor. */
static void set_blackout(struct model *m, bool broken)
{
	struct network *n = &m->network;
	bool was = n->blackout;

	n->blackout = broken;
	n->blackout_s = 0.0;
	if (!was || broken)
		return;
	n->mains_ok = true;
	pump_mend(&m->dosing.pump);
	for (int i = 0; i < WELL_COUNT; i++)
		pump_mend(&m->intake.pump[i]);
	for (int i = 0; i < BOOSTER_COUNT; i++)
		pump_mend(&n->booster[i]);
}

static void set_part(struct model *m, const struct part *part, bool broken)
{
	void *field = (char *)m + part->offset;

	if (part->kind == PART_AMOUNT)
		*(double *)field = broken ? part->broken : part->whole;
	else if (part->kind == PART_BLACKOUT)
		set_blackout(m, broken);
	else if (part->kind == PART_FLAG)
		*(bool *)field = (broken ? part->broken : part->whole) != 0.0;
	else if (broken)
		pump_trip(field);
	else
		pump_mend(field);
}

static bool set_named(struct model *m, const char *name, bool broken)
{
	for (size_t i = 0; i < PART_COUNT; i++)
		if (strcasecmp(parts[i].name, name) == 0) {
			set_part(m, &parts[i], broken);
			return true;
		}
	return false;
}

bool model_trip(struct model *m, const char *name)
{
	return set_named(m, name, true);
}

bool model_reset(struct model *m, const char *name)
{
	return set_named(m, name, false);
}

void model_clear(struct model *m)
{
	for (size_t i = 0; i < PART_COUNT; i++)
		set_part(m, &parts[i], false);
}
