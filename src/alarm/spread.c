/* spread.c - a histogram whose cells grow with what they hold: 128 an octave. */
#include "alarm/spread.h"

#include <math.h>

enum { STEPS = 1 << SPREAD_BITS };

/* Times below 2 * STEPS have a cell each; above, an octave has STEPS of them. */
static uint32_t cell_of(int64_t ms)
{
	int shift = 0;

	while (ms >> shift >= 2 * STEPS)
		shift++;
	if (shift >= SPREAD_OCTAVES)
		return SPREAD_CELLS - 1;
	return (uint32_t)((ms >> shift) + (int64_t)shift * STEPS);
}

static int64_t least_of(uint32_t cell)
{
	if (cell < 2 * STEPS)
		return cell;
	uint32_t shift = cell / STEPS - 1;

	return (int64_t)(cell - shift * STEPS) << shift;
}

void alarm_spread_add(struct alarm_spread *s, int64_t ms)
{
	if (ms < 0)
		ms = 0;
	s->n++;
	s->sum_ms += (double)ms;
	if (ms > s->max_ms)
		s->max_ms = ms;
	s->cell[cell_of(ms)]++;
}

double alarm_spread_mean_ms(const struct alarm_spread *s)
{
	return s->n ? s->sum_ms / (double)s->n : (double)NAN;
}

double alarm_spread_percentile_ms(const struct alarm_spread *s, int percent)
{
	uint64_t rank = (s->n * (uint64_t)percent + 99) / 100, seen = 0;

	if (!s->n)
		return (double)NAN;
	for (uint32_t i = 0; i < SPREAD_CELLS; i++) {
		seen += s->cell[i];
		if (seen >= rank && seen > 0)
			return (double)least_of(i);
	}
	return (double)s->max_ms;
}
