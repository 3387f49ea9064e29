/*
 * works.h - everything a running plantsim holds: the plant, its two PLCs, its bus.
 * Commands (command.c) act on it; main.c drives it.
 */
#ifndef SG_PLANTSIM_WORKS_H
#define SG_PLANTSIM_WORKS_H

#include "plantsim/bus.h"
#include "plantsim/plant.h"
#include "plantsim/slave.h"

enum { WORKS_PLCS = 2 };

struct works {
	struct plant plant;
	struct slave plc[WORKS_PLCS];
	struct bus *bus; /* NULL: no broker was named */
	double speed;    /* model seconds for each second */
};

#endif
