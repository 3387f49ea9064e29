/*
 * model.h - the demonstration plant as physics and PLC programs: two wells, raw-water
 * tank T101, two filters, chlorine dosing, clear-water reservoir T301, three booster
 * pumps and a town that drinks.
 *
 * Pure and deterministic: no clock, no I/O. The same seed and the same writes at the
 * same model times give the same plant, however time is cut into calls, because the
 * model only ever takes steps of MODEL_STEP_S.
 *
 * What leaves a vessel is what entered less what stays: levels change by the very
 * flows the instruments show (tests hold the balance to 1 %).
 *
 * Units: flow m3/h, level m, pressure bar, speed and valves %, power kW, head loss m,
 * turbidity NTU, chlorine mg/L, time s unless a name says otherwise. Fields may be
 * read freely; they are written by model_*.c alone, and setpoints and commands through
 * signals.h, which clamps and refuses as a PLC does.
 */
#ifndef SG_PLANTSIM_MODEL_H
#define SG_PLANTSIM_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "plantsim/prng.h"

#define MODEL_STEP_S 0.1
#define MODEL_MAX_S  86400.0 /* the most one call may pass */

enum { WELL_COUNT = 2, FILTER_COUNT = 2, BOOSTER_COUNT = 3, TANK_COUNT = 2 };

struct pump {
	/* the operator's side */
	double speed_sp; /* %: wells run at it, for boosters it is the upper limit */
	bool auto_mode;  /* the PLC program starts and stops it; else run_cmd does */
	bool run_cmd;    /* follows the motor while in automatic: no bump at a change */
	bool reset_cmd;  /* pulse: clears the trip, falls back by itself */
	/* the PLC program's side */
	bool wanted;
	double ref; /* % the drive follows while it runs */
	/* the machine */
	bool trip, running;
	double speed, flow, power;
	double hours; /* of running */
	/* its plate */
	double rated_kw, rated_flow;
	double ramp; /* %/s */
};

struct valve {
	double position_sp, position;
	bool open, closed;
};

struct intake {
	struct pump pump[WELL_COUNT];
	double well_level[WELL_COUNT]; /* water above the pump */
	struct valve v101;             /* to the filters */
	double level;                  /* T101 */
	double flow, feed, spill;      /* in, out to the filters, over the edge */
	bool overflow;                 /* the switch */
	bool high_stop;                /* so full that the PLC holds both wells */
	bool weak_supply;              /* no pump can start: P101 trips, then P102 */
	double pressure, turbidity, temperature, conductivity;
	double total; /* m3 */
};

enum filter_state { FILTER_OFF, FILTER_RUN, FILTER_BACKWASH, FILTER_RINSE, FILTER_FAULT };

struct filter {
	double head_loss_sp; /* operator: a wash begins here */
	bool backwash_cmd;   /* pulse: starts a wash, falls back by itself */
	enum filter_state state;
	bool in_service, fault;
	double state_s;           /* seconds in this state */
	double ask;               /* what it would take of T101 now */
	double feed, flow, waste; /* in, filtrate, rinse water to the drain */
	double level;             /* above the bed */
	double outlet;            /* % */
	double clog;              /* 0 clean, about 1 when due for a wash */
	double ripening;          /* turbidity a fresh bed still lets through */
	double head_loss, turbidity;
	double run_hours; /* since the last wash */
};

struct filters {
	struct filter f[FILTER_COUNT];
	double wanted_flow; /* what the PLC asks of both together */
	double wash_flow;   /* filtrate used to wash the other bed */
};

struct dosing {
	double cl2_sp;    /* mg/L, operator */
	struct pump pump; /* P201: speed is the stroke, auto_mode the skid's mode */
	double rate;      /* L/h of hypochlorite */
	double trim;      /* mg/L added by the controller */
	double mixed, residual;
	double tank[TANK_COUNT]; /* m */
	int duty;                /* the tank in use */
	bool refilling[TANK_COUNT];
	double refill; /* L/h into the tank that is being filled */
};

struct reservoir {
	struct valve v301; /* to the boosters */
	double level;      /* T301 */
	double inflow, outflow, spill;
	bool overflow, hatch_open;
	bool dry_stop; /* so low that the PLC holds the boosters */
	double residual, temperature, ph;
};

struct zone {
	double flow, pressure, battery;
};

struct network {
	struct pump booster[BOOSTER_COUNT];
	double pressure_sp, pressure, flow;
	double demand; /* what leaves the pipes: customers, seepage and leak */
	bool mains_ok;
	bool blackout;     /* the mains fail, and protection trips motor after motor */
	double blackout_s; /* since then */
	struct zone zone[2];
	double total; /* m3 */
	double leak;  /* m3/h through a burst main at nominal pressure */
	/* the pressure controller */
	double ref, integral, stage_s;
	int wanted_count;
};

struct model {
	struct prng rng;
	double time_s; /* since the start */
	double left_s; /* asked for and not yet stepped */
	struct intake intake;
	struct filters filters;
	struct dosing dosing;
	struct reservoir reservoir;
	struct network network;
	double weather, storm, flutter; /* slow and fast deviations of the outer world */
	double storm_fault;             /* NTU added by command */
};

/* Areas of the vessels: public because a balance needs them. */
#define MODEL_T101_AREA_M2   25.0
#define MODEL_T101_HEIGHT_M  6.0
#define MODEL_T301_AREA_M2   80.0
#define MODEL_T301_HEIGHT_M  5.0
#define MODEL_FILTER_AREA_M2 12.0
#define MODEL_TANK_AREA_M2   0.06
#define MODEL_NET_M3_PER_BAR 0.15
#define MODEL_START_H        6.5 /* the town wakes up as the demonstration begins */

void model_init(struct model *m, uint64_t seed);
/* Lets dt seconds pass (cut to 0 .. MODEL_MAX_S); a rest below one step is kept. */
void model_advance(struct model *m, double dt);

/* Trips or mends a part by name, any case: P101 P102 WELLS P201 P401 P402 P403 F1 F2
 * MAINS BLACKOUT LEAK STORM HATCH. False when there is no such part. */
bool model_trip(struct model *m, const char *name);
bool model_reset(struct model *m, const char *name);
/* The names, separated by blanks: for error texts. */
extern const char model_parts[];
/* Mends every part and puts every pump into automatic. */
void model_clear(struct model *m);

#endif
