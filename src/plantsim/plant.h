/*
 * plant.h - the works as an outsider meets it: instruments that blur the model, and
 * writes that PLCs clamp or ignore. Pure, like the model; map.h names the values.
 */
#ifndef SG_PLANTSIM_PLANT_H
#define SG_PLANTSIM_PLANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plantsim/map.h"
#include "plantsim/model.h"

enum { PLANT_MAX_ROWS = 160, PLANT_ARRIVALS = 1024 };

/* A write request as it came over a wire, obeyed or not. */
struct plant_arrival {
	size_t row;
	double value;
};

struct plant {
	struct model model;
	struct prng rng; /* of the instruments: the weather must not depend on them */
	double next_s;   /* model time of the next reading */
	double error[PLANT_MAX_ROWS];
	double shown[PLANT_MAX_ROWS]; /* what each instrument says, bools as 0 and 1 */
	bool frozen[PLANT_MAX_ROWS];
	uint64_t arrivals[PLANT_MAX_ROWS];         /* write requests for the row, ever */
	struct plant_arrival kept[PLANT_ARRIVALS]; /* the newest of all: a ring */
	size_t n_kept;                             /* ever; at n % PLANT_ARRIVALS */
};

void plant_init(struct plant *p, uint64_t seed);
/* Instruments take a reading each model second. */
void plant_advance(struct plant *p, double dt);
/* What the instrument of row i says now. */
double plant_read(const struct plant *p, size_t i);
/* A write that arrives from outside. False: not writable, not a number, or not now;
 * the value stays. Otherwise it is clamped (on the bus: refused when out of range). */
bool plant_write(struct plant *p, size_t i, double value);
/* The same for a write request that came over a wire: it is counted, too. */
bool plant_request(struct plant *p, size_t i, double value);
/* The instrument keeps saying what it says now, or speaks the truth again. */
void plant_freeze(struct plant *p, size_t i, bool frozen);
/* What a restart does to the registers of a PLC. */
void plant_restart(struct plant *p, enum map_device device);
/* Everything mended, thawed and in automatic. */
void plant_clear(struct plant *p);

#endif
