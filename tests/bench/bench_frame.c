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
	IDLE_S = 4,
	TICKS = 5,
	SETTLE_MS = 1500,
	CHANGE_MS = 800,
	QUIET_MS = 350,
	ALARM_AT = 100, /* of values 0 to 99.9 */
	SCREENS = 6     /* of the demonstration, by digits */
};

/* Ceilings by tier: full, vt100, ascii. */
static const double first_most[GLASS_KINDS] = { 4096, 1900, 1900 };
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

/* --- on the bench's own station ------------------------------------------------------
 */

static void begin(struct bed *b)
{
	const struct rig_plan plan = {
		.tags = 1000, .limits = 4, .comes_at = ALARM_AT, .scan_ms = 100
	};
	uint64_t before;

	bare_slave_start(&b->slave);
	rig_station_write(&b->station, &plan, b->slave.port);
	before = b->slave.shared->requests;
	rig_server_start(&b->server, &b->station);
	rig_server_wait_poll(&b->server, &b->slave, before + 20);
	bench_pause(1000); /* values are there */
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

static double changed(struct bed *b, struct glass *g, uint16_t by, double idle)
{
	b->slave.shared->offset = (uint16_t)(b->slave.shared->offset + by);
	return (double)glass_read(g, CHANGE_MS, 0) - idle * CHANGE_MS / 1000;
}

static void one_tier(struct bed *b, size_t kind)
{
	double first[BENCH_PAIRS], idle[BENCH_PAIRS], values[BENCH_PAIRS],
		alarm[BENCH_PAIRS], gap[BENCH_PAIRS];

	for (int i = 0; i < BENCH_PAIRS; i++) {
		struct glass g;

		glass_console(&g, b->station.socket, &glass_kinds[kind], 80, 24, NULL);
		first[i] = (double)glass_read(&g, 5000, QUIET_MS);
		glass_read(&g, SETTLE_MS, 0);
		idle[i] = (double)glass_read(&g, IDLE_S * 1000, 0) / IDLE_S;
		gap[i] = between_ticks(&g);
		/* all digits move, and all alarms come; then they go again */
		values[i] = changed(b, &g, 1111, idle[i]);
		glass_read(&g, SETTLE_MS, 0);
		b->slave.shared->offset = 0;
		glass_read(&g, SETTLE_MS, 0);
		/* one digit of each moves; then the same, and an alarm with it */
		double plain = changed(b, &g, (uint16_t)-1, idle[i]);
		glass_read(&g, 200, 0);
		alarm[i] = changed(b, &g, 2, idle[i]) - plain;
		b->slave.shared->offset = 0;
		glass_close(&g);
		bench_pause(300);
	}
	bench_ceiling(named("first picture", kind), "bytes",
		      bench_median(first, BENCH_PAIRS), first_most[kind]);
	bench_ceiling(named("a second without news", kind), "bytes",
		      bench_median(idle, BENCH_PAIRS), idle_most);
	bench_ceiling(named("between two ticks", kind), "bytes",
		      bench_median(gap, BENCH_PAIRS), 0.5);
	bench_ceiling(named("60 values changed", kind), "bytes",
		      bench_median(values, BENCH_PAIRS), values_most);
	bench_ceiling(named("an alarm came", kind), "bytes",
		      bench_median(alarm, BENCH_PAIRS), alarm_most);
}

/* --- on the demonstration ------------------------------------------------------------
 */

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
		bytes[i] = (double)glass_read(&g, 700, 120);
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
	static struct demo_rig demo;
	static struct bed b;

	begin(&b);
	for (size_t kind = 0; kind < GLASS_KINDS; kind++)
		one_tier(&b, kind);
	rig_server_stop(&b.server);
	rig_station_release(&b.station);
	bare_slave_stop(&b.slave);
	demo_rig_start(&demo);
	bench_pause(3000); /* values are there */
	for (size_t kind = 0; kind < GLASS_KINDS; kind++)
		change_of_screens(&demo, kind);
	demo_rig_stop(&demo);
	return bench_end();
}
