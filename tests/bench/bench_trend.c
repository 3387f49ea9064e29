/*
 * bench_trend.c - what the past of a pen costs: memory, a sample taken, and a window read
 * for a console.
 */
#include "bench/bench.h"

#include <stdio.h>

#include "station/trend_ring.h"

enum { PENS = 200, SAMPLES = 4 << 20, WINDOWS = 400, SLOTS = 136, SLOT_S = 27 };

struct bed {
	struct trend_pen *pens[PENS];
	int64_t now_ms; /* goes on from run to run */
	double sum;
};

static const int64_t start_ms = INT64_C(1763800000000);

/* 200 pens at 1 Hz: in the order in which a driver's batches bring them. */
static double taken_per_s(struct bed *b)
{
	double begin = bench_cpu_thread();

	for (int i = 0; i < SAMPLES; i++) {
		double v = (double)(i % 977) / 10;
		const struct trend_news news = { &v, 0, true };

		trend_pen_take(b->pens[i % PENS], &news,
			       b->now_ms + (int64_t)(i / PENS) * 1000);
	}
	b->now_ms += SAMPLES / PENS * 1000;
	return SAMPLES / (bench_cpu_thread() - begin);
}

/* An hour for 68 columns, of another pen each time. */
static double read_us(struct bed *b)
{
	static struct trend_bucket out[SLOTS];
	double begin = bench_cpu_thread();

	for (int i = 0; i < WINDOWS; i++) {
		trend_pen_read(b->pens[i % PENS], b->now_ms - SLOTS * SLOT_S * 1000,
			       SLOT_S * 1000, out, SLOTS);
		b->sum += out[SLOTS / 2].max;
	}
	return (bench_cpu_thread() - begin) / WINDOWS * 1e6;
}

int main(void)
{
	static struct bed b;
	double taken[BENCH_PAIRS];
	const double none = 0;
	const struct trend_news first = { &none, 0, false };
	const struct bench_row memory = { .name = "trend, memory of a pen",
					  .unit = "KiB",
					  .against = "the goal",
					  .goal = 1,
					  .at_most = true };
	const struct bench_row sample = { .name = "trend, samples taken",
					  .unit = "/s",
					  .against = "the goal",
					  .goal = 1 };
	const struct bench_row window = { .name = "trend, an hour read for 68 columns",
					  .unit = "us",
					  .against = "the goal",
					  .goal = 1,
					  .at_most = true };

	b.now_ms = start_ms;
	for (int i = 0; i < PENS; i++)
		b.pens[i] = trend_pen_new(&first, TREND_FROM_RESTART, start_ms);
	bench_known(&memory, TREND_PEN_BYTES / 1024.0, 128);
	for (int i = 0; i < BENCH_PAIRS; i++)
		taken[i] = taken_per_s(&b);
	bench_known(&sample, bench_median(taken, BENCH_PAIRS), 10e6);
	bench_known(&window, read_us(&b), 200);
	for (int i = 0; i < PENS; i++)
		trend_pen_free(b.pens[i]);
	return b.sum < 0;
}
