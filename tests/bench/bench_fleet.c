/*
 * bench_fleet.c - fifty real consoles on one server, all of them on a picture of sixty
 * values that change every second: what the server pays for it, and how soon a change is
 * on every glass.
 */
#include "bench/bench.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "bench/glass.h"
#include "bench/server_rig.h"

enum {
	CONSOLES = 50,
	CHANGES = 20,
	COST_S = 8,
	WAIT_MS = 4000,
	TICK_BYTES = 100 /* the clock's frame is shorter, one of 60 values longer */
};

struct bed {
	struct bare_slave slave;
	struct rig_station station;
	struct rig_server server;
	struct glass glass[CONSOLES];
};

/* Reads what comes to any of them for ms; took, where it is not NULL, gets the seconds
 * from began until each had a frame of values, and it ends when all have. */
static void read_all(struct bed *b, int ms, double began, double *took)
{
	static char chunk[65536];
	struct pollfd p[CONSOLES];
	size_t got[CONSOLES] = { 0 }, left = CONSOLES;
	double end = bench_seconds() + ms / 1000.0;

	for (size_t i = 0; i < CONSOLES; i++)
		p[i] = (struct pollfd){ .fd = b->glass[i].pty, .events = POLLIN };
	while (bench_seconds() < end && (left || !took)) {
		if (poll(p, CONSOLES, 20) <= 0)
			continue;
		for (size_t i = 0; i < CONSOLES; i++) {
			ssize_t n = p[i].revents & POLLIN
					    ? read(p[i].fd, chunk, sizeof(chunk))
					    : 0;
			bool had = got[i] >= TICK_BYTES;

			got[i] += n > 0 ? (size_t)n : 0;
			if (!took || had || got[i] < TICK_BYTES)
				continue;
			took[i] = bench_seconds() - began;
			left--;
		}
	}
}

static void open_all(struct bed *b)
{
	for (size_t i = 0; i < CONSOLES; i++)
		glass_console(&b->glass[i], b->station.socket, &glass_kinds[0], 80, 24,
			      NULL);
	read_all(b, 6000, 0, NULL);
}

static double change(struct bed *b)
{
	struct bare_slave_shared *s = b->slave.shared;
	uint64_t reads;

	s->offset = (uint16_t)(s->offset + 1111);
	for (reads = s->reads; s->reads == reads;)
		bench_pause(1);
	return bench_seconds();
}

static void changes(struct bed *b)
{
	static double ms[CHANGES * CONSOLES];
	struct bench_row row = { .name = "50 consoles: change to painted on each, p50",
				 .unit = "ms",
				 .against = "goal",
				 .at_most = true };
	size_t n = 0;

	for (int i = 0; i < CHANGES; i++) {
		double took[CONSOLES], began;

		for (size_t c = 0; c < CONSOLES; c++)
			took[c] = WAIT_MS / 1000.0;
		read_all(b, 5, 0, NULL);
		began = change(b);
		read_all(b, WAIT_MS, began, took);
		for (size_t c = 0; c < CONSOLES; c++)
			ms[n++] = took[c] * 1000;
		read_all(b, 500, 0, NULL);
	}
	bench_known(&row, bench_percentile(ms, n, 0.5), 150);
	row.name = "50 consoles: change to painted on each, p99";
	row.goal = 1;
	bench_known(&row, bench_percentile(ms, n, 0.99), 150);
}

/* CPU a second of the server while all registers move each second. */
static double cpu_of_server(struct bed *b, bool consoles)
{
	double before = bench_cpu_of(b->server.pid);

	if (consoles)
		read_all(b, COST_S * 1000, 0, NULL);
	else
		bench_pause(COST_S * 1000);
	return (bench_cpu_of(b->server.pid) - before) / COST_S;
}

int main(void)
{
	const struct rig_plan plan = { .tags = RIG_FIELDS, .scan_ms = 200 };
	struct bench_row row = {
		.name = "50 consoles, 60 values five times a second: CPU of the server",
		.unit = "of a core",
		.against = "the same without a console",
		.at_most = true
	};
	static struct bed b;
	double alone, memory, before_cpu = 0, fleet_cpu;
	uint64_t before;

	bare_slave_start(&b.slave);
	rig_station_write(&b.station, &plan, b.slave.port);
	before = b.slave.shared->requests;
	rig_server_start(&b.server, &b.station);
	rig_server_wait_poll(&b.server, &b.slave, before);
	bench_pause(1500);
	b.slave.shared->changing = 100;
	alone = cpu_of_server(&b, false);
	memory = bench_pss_kb(b.server.pid);
	b.slave.shared->changing = 0;
	open_all(&b);
	changes(&b);
	b.slave.shared->changing = 100;
	for (size_t i = 0; i < CONSOLES; i++)
		before_cpu += bench_cpu_of(b.glass[i].pid);
	bench_known(&row, cpu_of_server(&b, true), alone);
	fleet_cpu = -before_cpu;
	for (size_t i = 0; i < CONSOLES; i++)
		fleet_cpu += bench_cpu_of(b.glass[i].pid);
	row.name = "50 consoles, 60 values five times a second: CPU of each";
	row.against = "goal of one";
	bench_known(&row, fleet_cpu / COST_S / CONSOLES, 0.01);
	row.name = "50 consoles: memory of the server for each";
	row.unit = "KB";
	row.against = "goal";
	row.goal = 1;
	bench_known(&row, (bench_pss_kb(b.server.pid) - memory) / CONSOLES, 100);
	for (size_t i = 0; i < CONSOLES; i++)
		glass_close(&b.glass[i]);
	rig_server_stop(&b.server);
	rig_station_release(&b.station);
	bare_slave_stop(&b.slave);
	return bench_end();
}
