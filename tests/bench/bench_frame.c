/*
 * bench_frame.c - bytes the real console sends to an 80x24 terminal of each glyph tier:
 * the first picture, a second in which nothing happens, between two ticks of its clock,
 * sixty values that changed at once, a row of the alarm banner, and a change of screens.
 *
 * Behind it the real server, the real driver and a slave; for the changes of screens the
 * demonstration. Bytes are exact on any machine: a ceiling that does not hold fails the
 * run.
 */
#include "bench/bench.h"

#include <stdio.h>
#include <string.h>

#include "bench/demo_rig.h"
#include "bench/glass.h"
#include "bench/server_rig.h"

enum {
	ROUNDS = 3,
	IDLE_S = 3,
	TICKS = 3,
	SETTLE_MS = 1200,
	CHANGE_MS = 800,
	QUIET_MS = 350,
	ALARM_TAG = 60,   /* the first that is not on the screen */
	ALARM_AT = 100,   /* a limit; values are tenths of registers */
	ALARM_FROM = 938, /* added to the register of that tag: 99.8 */
	SCREENS = 6       /* of the demonstration, by digits */
};

/* Ceilings by tier: full, vt100, ascii. */
static const double first_most[GLASS_KINDS] = { 4096, 1920, 1920 }; /* 2 s at 9600 baud */
static const double change_most[GLASS_KINDS] = { 4096, 1900, 1900 };
static const double idle_most = 40, values_most = 900, alarm_most = 400;

struct bed {
	struct bare_slave slave;
	struct rig_station station;
	struct rig_server server;
};

static const char *named(const char *what, size_t kind)
{
	static char name[128];

	snprintf(name, sizeof(name), "console, %s, %s", what, glass_kinds[kind].name);
	return name;
}

/* --- on the bench's own station ---------------------------------------------------- */

static void begin(struct bed *b, const struct rig_plan *plan, unsigned offset)
{
	uint64_t before;

	bare_slave_start(&b->slave);
	b->slave.shared->offset = (uint16_t)offset;
	rig_station_write(&b->station, plan, b->slave.port);
	before = b->slave.shared->requests;
	rig_server_start(&b->server, &b->station);
	rig_server_wait_poll(&b->server, &b->slave, before + 20);
	bench_pause(1000); /* values are there */
}

static void end(struct bed *b)
{
	rig_server_stop(&b->server);
	rig_station_release(&b->station);
	bare_slave_stop(&b->slave);
}

/* Bytes of the shortest of a few seconds in the middle between two ticks: a tick comes
 * once a second, so that some window of half of one is without any. */
static double between_ticks(struct glass *g)
{
	double least = 1e9;

	for (int i = 0; i < TICKS; i++) {
		double bytes;

		glass_read(g, 1200, 1); /* up to behind a tick */
		bytes = (double)glass_read(g, 500, 0);
		least = bytes < least ? bytes : least;
	}
	return least;
}

static double changed(struct bed *b, struct glass *g, unsigned by, double idle)
{
	b->slave.shared->offset = (uint16_t)(b->slave.shared->offset + by);
	return (double)glass_read(g, CHANGE_MS, 0) - idle * CHANGE_MS / 1000;
}

static void one_tier(struct bed *b, size_t kind)
{
	double first[ROUNDS], idle[ROUNDS], values[ROUNDS], gap[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		struct glass g;

		glass_console(&g, b->station.socket, &glass_kinds[kind], 80, 24, NULL);
		first[i] = (double)glass_read(&g, 5000, QUIET_MS);
		glass_read(&g, SETTLE_MS, 0);
		idle[i] = (double)glass_read(&g, IDLE_S * 1000, 0) / IDLE_S;
		gap[i] = between_ticks(&g);
		values[i] = changed(b, &g, 1111, idle[i]); /* every digit moves */
		glass_close(&g);
	}
	bench_ceiling(named("first picture", kind), "bytes", bench_median(first, ROUNDS),
		      first_most[kind]);
	bench_ceiling(named("a second without news", kind), "bytes",
		      bench_median(idle, ROUNDS), idle_most);
	bench_ceiling(named("between two ticks", kind), "bytes",
		      bench_median(gap, ROUNDS), 0.5);
	bench_ceiling(named("60 values changed", kind), "bytes",
		      bench_median(values, ROUNDS), values_most);
}

/* What the first alarm brings to header and banner, less what the same values bring. */
static void an_alarm(size_t kind)
{
	const struct rig_plan plan = { .tags = ALARM_TAG + 1,
				       .comes_at = ALARM_AT,
				       .scan_ms = 100 };
	struct bed b;
	struct glass g;
	double idle, plain, more;

	begin(&b, &plan, ALARM_FROM);
	glass_console(&g, b.station.socket, &glass_kinds[kind], 80, 24, NULL);
	glass_read(&g, 5000, QUIET_MS);
	glass_read(&g, SETTLE_MS, 0);
	idle = (double)glass_read(&g, IDLE_S * 1000, 0) / IDLE_S;
	plain = changed(&b, &g, 1, idle);
	glass_read(&g, SETTLE_MS, 0);
	more = changed(&b, &g, 1, idle) - plain;
	bench_ceiling(named("an alarm came", kind), "bytes", more, alarm_most);
	glass_close(&g);
	end(&b);
}

/* --- on the demonstration ---------------------------------------------------------- */

static void change_of_screens(const struct demo_rig *d, size_t kind)
{
	double bytes[SCREENS], worst = 0;
	struct glass g;

	glass_console(&g, d->socket, &glass_kinds[kind], 80, 24, NULL);
	glass_read(&g, 5000, QUIET_MS);
	glass_read(&g, SETTLE_MS, 0);
	for (int i = 0; i < SCREENS; i++) {
		/* 4 5 6 7 8 and back to the overview */
		char key[2] = { i + 1 < SCREENS ? (char)('4' + i) : '2', '\0' };

		glass_type(&g, key);
		bytes[i] = (double)glass_read(&g, 700, 30);
		worst = bytes[i] > worst ? bytes[i] : worst;
		glass_read(&g, 300, 0);
	}
	glass_close(&g);
	bench_ceiling(named("a change of screens, median", kind), "bytes",
		      bench_median(bytes, SCREENS), change_most[kind]);
	bench_ceiling(named("a change of screens, largest", kind), "bytes", worst,
		      change_most[kind]);
}

int main(void)
{
	const struct rig_plan plan = { .tags = 1000, .limits = 4, .scan_ms = 100 };
	static struct demo_rig demo;
	static struct bed b;

	begin(&b, &plan, 0);
	for (size_t kind = 0; kind < GLASS_KINDS; kind++)
		one_tier(&b, kind);
	end(&b);
	for (size_t kind = 0; kind < GLASS_KINDS; kind++)
		an_alarm(kind);
	demo_rig_start(&demo);
	bench_pause(3000); /* values are there */
	for (size_t kind = 0; kind < GLASS_KINDS; kind++)
		change_of_screens(&demo, kind);
	demo_rig_stop(&demo);
	return bench_end();
}
