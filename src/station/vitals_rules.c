/* vitals_rules.c - when a heartbeat moved and an uptime fell; see vitals.h. */
#include "station/vitals.h"

#include <math.h>

bool heartbeat_moved(struct heartbeat *h, const struct sample *s)
{
	if (!quality_is_good(s->quality) || s->value.type == VALUE_STRING)
		return false;
	bool moved = h->known && !value_equal(&h->last, &s->value);

	h->known = true;
	h->last = s->value;
	return moved;
}

/* From the last 64th of so many bits to the first. */
static bool ran_over(double was, double is, int bits)
{
	double end = ldexp(1, bits), near = end / 64;

	return was < end && was >= end - near && is >= 0 && is < near;
}

bool uptime_fell(struct uptime *u, const struct sample *s, double *was)
{
	static const int bits[] = { 15, 16, 31, 32 };
	double is;

	if (!quality_is_good(s->quality) || !value_number(&s->value, &is))
		return false;
	bool fell = u->known && is < u->last;

	*was = u->last;
	u->known = true;
	u->last = is;
	for (size_t i = 0; fell && i < sizeof(bits) / sizeof(bits[0]); i++)
		fell = !ran_over(*was, is, bits[i]);
	return fell;
}
