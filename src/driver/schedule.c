/* schedule.c - the arithmetic of fixed times. */
#include "driver/schedule.h"

enum { LATE_DIVISOR = 10, NS_PER_MS = 1000000 };

double schedule_share(uint64_t index)
{
	/* 2^64 / golden ratio: the fractional part of index * 0.618... in the top bits */
	uint64_t scattered = index * UINT64_C(0x9E3779B97F4A7C15);

	return (double)(scattered >> 11) / (double)(UINT64_C(1) << 53);
}

void schedule_init(struct schedule *s, int64_t period_ms, double share, struct mono now)
{
	int64_t period_ns = period_ms * NS_PER_MS;

	*s = (struct schedule){ .period_ns = period_ns,
				.phase_ns = (int64_t)((double)period_ns * share),
				.due = now };
}

/* The first fixed time that is half a period away or more: two scans in a row at the
 * start would help nobody. */
static void begin(struct schedule *s, struct mono now)
{
	int64_t from = now.ns + s->period_ns / 2 - s->phase_ns;
	int64_t k = from / s->period_ns + (from % s->period_ns > 0);

	s->begun = true;
	s->due.ns = s->phase_ns + k * s->period_ns;
}

uint64_t schedule_lose(struct schedule *s, struct mono now)
{
	int64_t behind = now.ns - s->due.ns;
	int64_t lost = s->begun && s->period_ns && behind > 0 ? behind / s->period_ns : 0;

	s->due.ns += lost * s->period_ns;
	return (uint64_t)lost;
}

struct scan_start schedule_start(struct schedule *s, struct mono now)
{
	struct scan_start start = { 0 };

	if (s->period_ns == 0) {
		s->due = now;
		return start;
	}
	if (!s->begun) {
		begin(s, now);
		return start;
	}
	start.skipped = schedule_lose(s, now);
	start.late = now.ns - s->due.ns > s->period_ns / LATE_DIVISOR;
	s->due.ns += s->period_ns;
	return start;
}
