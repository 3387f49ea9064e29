/* expr.c - the expression as a compiler would have it. */
#include "bench/bare/bare.h"

__attribute__((noinline)) static bool one(double a, double b, double c)
{
	return a * 0.5 + b > 10 && c != 0;
}

uint64_t bare_expr_run(const double *v, size_t n)
{
	uint64_t yes = 0;

	for (size_t i = 0; i < n; i++)
		yes += one(v[3 * (i & 1023)], v[3 * (i & 1023) + 1],
			   v[3 * (i & 1023) + 2]);
	return yes;
}
