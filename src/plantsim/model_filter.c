/* model_filter.c - two rapid sand filters: they clog, are washed one at a time with the
 * other's filtrate, rinsed, and let some turbidity through until the bed is ripe. */
#include "plantsim/model_int.h"

#include <math.h>

#define NOMINAL_M3H  50.0
#define MOST_M3H     120.0
#define SHARE_M3H    75.0 /* the PLC asks no bed for more .. */
#define ALONE_M3H    55.0 /* .. and for less while it runs alone */
#define LEVEL_SP_M   1.2
#define LEVEL_GAIN   160.0 /* m3/h more feed for each metre below */
#define CLOG_M3      300.0 /* filtrate at usual raw water until a wash is due */
#define WASH_M3H     60.0
#define WASH_S       300.0
#define RINSE_M3H    30.0
#define RINSE_S      120.0
#define LEVEL_HOLD_M 0.35 /* below, the outlet closes: the bed must stay wet */
#define T101_LOW_M   0.8  /* below, the PLC takes less and less from the tank */

void filters_init(struct filters *fs)
{
	*fs = (struct filters){ .wanted_flow = 90.0 };
	for (int i = 0; i < FILTER_COUNT; i++)
		fs->f[i] = (struct filter){ .head_loss_sp = 1.6,
					    .state = FILTER_RUN,
					    .in_service = true,
					    .level = LEVEL_SP_M,
					    .flow = 45.0,
					    .ask = 45.0,
					    .outlet = 37.5,
					    .turbidity = 0.2 };
	fs->f[0].clog = 0.8; /* so that a visitor sees a wash within the first hour */
	fs->f[0].run_hours = 9.2;
	fs->f[1].clog = 0.2;
	fs->f[1].run_hours = 2.4;
}

static void enter(struct filter *f, enum filter_state state)
{
	f->state = state;
	f->state_s = 0.0;
}

static bool may_wash(const struct filters *fs, int i)
{
	const struct filter *other = &fs->f[FILTER_COUNT - 1 - i];

	return other->state == FILTER_RUN && other->flow > 20.0;
}

static void run_program(struct filters *fs, int i)
{
	struct filter *f = &fs->f[i];
	bool due = f->head_loss >= f->head_loss_sp || f->clog > 1.5;

	if (f->fault) {
		if (f->state != FILTER_FAULT)
			enter(f, FILTER_FAULT);
	} else if (f->state == FILTER_FAULT) {
		enter(f, FILTER_RUN);
	} else if (f->state == FILTER_RUN && (due || f->backwash_cmd) &&
		   may_wash(fs, i)) {
		enter(f, FILTER_BACKWASH);
	} else if (f->state == FILTER_BACKWASH && f->state_s >= WASH_S) {
		enter(f, FILTER_RINSE);
		f->ripening = 0.35;
		f->run_hours = 0.0;
	} else if (f->state == FILTER_RINSE && f->state_s >= RINSE_S) {
		enter(f, FILTER_RUN);
	}
	if (f->state != FILTER_RUN)
		f->backwash_cmd = false;
	f->in_service = f->state != FILTER_OFF && f->state != FILTER_FAULT;
}

/* How much both beds together shall give: what the town takes, and T301 brought back. */
static double wanted_flow(struct model *m, double dt)
{
	struct filters *fs = &m->filters;
	double want = m->network.flow + 60.0 * (3.5 - m->reservoir.level);

	lag(&fs->wanted_flow, clamp(want, 25.0, 200.0), 240.0, dt);
	return fs->wanted_flow *
	       clamp((m->intake.level - 0.3) / (T101_LOW_M - 0.3), 0.0, 1.0);
}

static void filter_water(struct model *m, struct filter *f, double share, double dt)
{
	bool run = f->state == FILTER_RUN;
	double wet = clamp((f->level - LEVEL_HOLD_M) / 0.2, 0.0, 1.0);

	ramp(&f->outlet, run ? 100.0 * clamp(share / MOST_M3H, 0.0, 1.0) : 0.0, 2.0, dt);
	f->flow = MOST_M3H * f->outlet / 100.0 * wet;
	if (!run && f->outlet <= 0.0)
		f->flow = 0.0;
	lag(&f->waste, f->state == FILTER_RINSE ? RINSE_M3H * wet : 0.0, 5.0, dt);

	double volume_out = f->flow + f->waste;
	vessel_step(&f->level, MODEL_FILTER_AREA_M2, 100.0, f->feed, volume_out, dt);
	/* of T101, for the next step; V101 may grant less */
	bool feeding = f->state == FILTER_RUN || f->state == FILTER_RINSE;
	f->ask = feeding ? fmax(volume_out + LEVEL_GAIN * (LEVEL_SP_M - f->level), 0.0)
			 : 0.0;

	double raw = m->intake.turbidity;
	double load = f->flow / NOMINAL_M3H;
	f->clog += f->flow * dt / 3600.0 / CLOG_M3 * sqrt(raw / 3.0);
	f->head_loss = 0.35 * pow(load, 1.2) + 1.3 * f->clog * load;
	lag(&f->turbidity, raw * (0.05 + 0.03 * f->clog * f->clog) + f->ripening, 20.0,
	    dt);
	if (run) {
		lag(&f->ripening, 0.0, 300.0, dt);
		f->run_hours += dt / 3600.0;
	}
}

void filters_step(struct model *m, double dt)
{
	struct filters *fs = &m->filters;
	double want = wanted_flow(m, dt);
	int running = 0;

	for (int i = 0; i < FILTER_COUNT; i++) {
		fs->f[i].state_s += dt;
		run_program(fs, i);
		running += fs->f[i].state == FILTER_RUN;
	}
	double wash = 0.0, made = 0.0;
	for (int i = 0; i < FILTER_COUNT; i++) {
		struct filter *f = &fs->f[i];
		double most = running < FILTER_COUNT ? ALONE_M3H : SHARE_M3H;
		double share = running ? fmin(want / running, most) : 0.0;
		filter_water(m, f, share, dt);
		made += f->flow;
		if (f->state == FILTER_BACKWASH) {
			wash = WASH_M3H;
			lag(&f->clog, 0.02, 60.0, dt);
		}
	}
	lag(&fs->wash_flow, wash, 4.0, dt);
	fs->wash_flow = fmin(fs->wash_flow, 0.8 * made);
	m->reservoir.inflow = made - fs->wash_flow;
}
