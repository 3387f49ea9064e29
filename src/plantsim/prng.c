/* prng.c - splitmix64, and a bell curve from twelve of its numbers: no libm, so that a
 * seed means the same plant everywhere. */
#include "plantsim/prng.h"

static uint64_t next(struct prng *r)
{
	uint64_t z = (r->state += 0x9e3779b97f4a7c15U);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

/* [0, 1) */
static double uniform(struct prng *r)
{
	return (double)(next(r) >> 11) * 0x1p-53;
}

double prng_gauss(struct prng *r)
{
	double sum = -6.0;

	for (int i = 0; i < 12; i++)
		sum += uniform(r);
	return sum;
}
