/* flood.c - alarms of the last 600 seconds, a count a second. */
#include "alarm/flood.h"

#include <string.h>

static uint32_t *bucket(struct alarm_flood *f, int64_t second)
{
	int64_t at = second % ALARM_FLOOD_WINDOW_S;

	return &f->ring[at < 0 ? at + ALARM_FLOOD_WINDOW_S : at];
}

static void end_at(struct alarm_flood *f, int64_t second, struct alarm_flood_end *end)
{
	if (end)
		*end = (struct alarm_flood_end){ f->since, second, f->peak, f->total };
	f->on = false;
}

/* The clock was set back: what is in the window is of another time. */
static bool begin_anew(struct alarm_flood *f, int64_t second, struct alarm_flood_end *end)
{
	bool was_on = f->on;

	if (was_on)
		end_at(f, f->second, end);
	memset(f->ring, 0, sizeof(f->ring));
	f->n = 0;
	f->second = second;
	f->begun = true;
	return was_on;
}

bool alarm_flood_pass(struct alarm_flood *f, int64_t second, struct alarm_flood_end *end)
{
	bool ended = false;

	if (!f->begun || second <= f->second - ALARM_FLOOD_WINDOW_S)
		return begin_anew(f, second, end);
	if (second <= f->second)
		return false; /* set back a little: it goes on from where it was */
	while (f->n > 0 && f->second < second) {
		uint32_t *oldest = bucket(f, ++f->second);

		f->n -= *oldest; /* it held what came 600 s ago */
		*oldest = 0;
		if (f->on && f->n < ALARM_FLOOD_UNDER) {
			end_at(f, f->second, end);
			ended = true;
		}
	}
	f->second = second; /* an empty window moves at once */
	return ended;
}

bool alarm_flood_come(struct alarm_flood *f)
{
	(*bucket(f, f->second))++;
	f->n++;
	if (f->on) {
		f->total++;
		if (f->n > f->peak)
			f->peak = f->n;
		return false;
	}
	if (f->n <= ALARM_FLOOD_OVER)
		return false;
	f->on = true;
	f->since = f->second;
	f->peak = f->n;
	f->total = f->n;
	return true;
}
