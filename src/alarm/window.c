/* window.c - a ring of points and the rhythm in which they are taken. */
#include "alarm/window.h"

size_t alarm_window_size(uint32_t points)
{
	return sizeof(struct alarm_window) + points * sizeof(struct alarm_point);
}

static void drop_old(struct alarm_window *w, uint32_t points, struct mono oldest)
{
	while (w->n && w->ring[w->first].at.ns < oldest.ns) {
		w->first = (w->first + 1) % points;
		w->n--;
	}
}

bool alarm_window_begin(struct alarm_window *w, uint32_t points, int64_t window_ms,
			int64_t step_ms, struct mono now, struct mono *next)
{
	bool due = !w->begun || mono_reached(now, mono_add_ms(w->look, step_ms));

	if (due) {
		w->begun = true;
		w->look = now;
		drop_old(w, points, mono_add_ms(now, -window_ms - step_ms));
	}
	*next = mono_add_ms(w->look, step_ms);
	return due;
}

void alarm_window_put(struct alarm_window *w, uint32_t points, struct mono at, double v)
{
	if (w->n == points) {
		w->first = (w->first + 1) % points;
		w->n--;
	}
	w->ring[(w->first + w->n) % points] = (struct alarm_point){ at, v };
	w->n++;
}

const struct alarm_point *alarm_window_at(const struct alarm_window *w, uint32_t points,
					  uint32_t i)
{
	return &w->ring[(w->first + i) % points];
}
