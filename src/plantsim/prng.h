/*
 * prng.h - seeded random numbers of the plant (splitmix64): the same on every machine.
 */
#ifndef SG_PLANTSIM_PRNG_H
#define SG_PLANTSIM_PRNG_H

#include <stdint.h>

struct prng {
	uint64_t state;
};

double prng_gauss(struct prng *r); /* mean 0, deviation 1, never beyond 6 */

#endif
