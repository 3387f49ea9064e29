/* ne107.c - one status a device; see the header. */
#include "station/ne107.h"

enum { MOSTLY = 50, MOSTLY_LEFT = 40, SOME = 10, SOME_LEFT = 5 }; /* percent */

/* At reach percent true, below leave false, between them as it was. */
static bool reached(bool was, const struct ne107_signs *s, uint64_t reach, uint64_t leave)
{
	return s->bad > 0 &&
	       (uint64_t)s->bad * 100 >= (was ? leave : reach) * (uint64_t)s->spoken;
}

static enum wire_ne107 judge(struct ne107 *n, const struct ne107_signs *s)
{
	n->mostly_bad = reached(n->mostly_bad, s, MOSTLY, MOSTLY_LEFT);
	n->some_bad = reached(n->some_bad, s, SOME, SOME_LEFT);
	if (s->failed || s->dead || n->mostly_bad)
		return WIRE_NE107_FAILURE;
	if (s->by_hand)
		return WIRE_NE107_FUNCTION;
	if (s->trouble || n->some_bad)
		return WIRE_NE107_OUT_OF_SPEC;
	return s->worn || s->bad ? WIRE_NE107_MAINTENANCE : WIRE_NE107_OK;
}

enum wire_ne107 ne107_update(struct ne107 *n, const struct ne107_signs *signs,
			     struct mono now)
{
	enum wire_ne107 is = judge(n, signs);

	if (!n->known || is >= n->shown) {
		n->shown = is;
		n->known = true;
		n->better = (struct mono){ 0 };
		return is;
	}
	if (n->better.ns == 0)
		n->better = now;
	else if (mono_ms_between(n->better, now) >= NE107_HOLD_MS) {
		n->shown = is;
		n->better = (struct mono){ 0 };
	}
	return n->shown;
}
